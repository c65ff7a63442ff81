//! The current configuration and services for new calls, exchanged by a reload.
//!
//! A reload builds a new [`Desk`] and replaces the old one here in one step. A call uses the [`Desk`] that is current when it
//! arrives, until it ends: no call sees a part of a change.

use std::sync::{Arc, PoisonError, RwLock};

use super::desk::Desk;

/// Where calls find their desk.
#[derive(Debug)]
pub struct Front(RwLock<Arc<Desk>>);

impl Front {
    /// A front with its first desk.
    pub fn new(desk: Desk) -> Self {
        Self(RwLock::new(Arc::new(desk)))
    }

    /// The desk of the moment.
    pub fn desk(&self) -> Arc<Desk> {
        // A pointer has no state that a panic elsewhere could have broken.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another desk in its place, for the calls that come from now on.
    pub fn exchange(&self, desk: Desk) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(desk);
    }
}
