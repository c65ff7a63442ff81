//! One alarm for the disk, raised once and withdrawn once, however many calls meet it.

use std::sync::{Arc, Mutex, PoisonError};

use metrics::gauge;

use super::space::Trouble;

/// Whether recordings can be made. Clones are the same alarm.
#[derive(Debug, Clone, Default)]
pub struct Alarm(Arc<Mutex<Option<Trouble>>>);

impl Alarm {
    /// What is wrong at present, if anything is.
    pub fn trouble(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Raises the alarm; says so when it was not raised before.
    pub(super) fn raise(&self, trouble: Trouble) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.is_none() {
            tracing::error!(%trouble, "cannot record comments; calls go on without them");
        }
        gauge!("aftercall_recordings_available").set(0.0);
        *current = Some(trouble);
    }

    /// Withdraws it.
    pub(super) fn withdraw(&self) {
        let was = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        gauge!("aftercall_recordings_available").set(1.0);
        if was.is_some() {
            tracing::info!("comments are recorded again");
        }
    }
}
