//! The uid of a call, known to its task and to the task that ends the call when that one panics.

use std::sync::{Arc, OnceLock};

use aftercall_base::CallUid;

/// The uid of a call. Clones are of the same call.
#[derive(Debug, Clone)]
pub(super) struct CallIdentity {
    /// Given when the INVITE arrived.
    given: CallUid,
    /// Of the announcement that the call was found to belong to.
    announced: Arc<OnceLock<CallUid>>,
}

impl CallIdentity {
    /// A call that has just arrived.
    pub(super) fn new(given: CallUid) -> Self {
        Self {
            given,
            announced: Arc::default(),
        }
    }

    /// The uid under which the call is stored.
    pub(super) fn uid(&self) -> CallUid {
        self.announced.get().copied().unwrap_or(self.given)
    }

    /// The call turned out to be an announced one, whose identity it takes.
    pub(super) fn change(&self, announced: CallUid) {
        // A call belongs to one announcement at most.
        if self.announced.set(announced).is_ok() {
            tracing::Span::current().record("announced", tracing::field::display(announced));
        }
    }
}
