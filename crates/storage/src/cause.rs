//! What stood in the way of storage, in words, with the error below it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The cause of a [`StoreError`](super::StoreError): an error of the system or of the database, or a sentence of ours.
///
/// Shared, because one failed commit fails every fact in it. In a chain of errors it stands for the error that it holds.
#[derive(Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl Cause {
    /// A cause of an error or of a text.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(cause.into()))
    }

    /// A cause in other words than those of its `error`.
    pub(super) fn in_words(text: impl Into<String>, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(InWords {
            text: text.into(),
            error: error.into(),
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{text}")]
struct InWords {
    text: String,
    #[source]
    error: Box<dyn Error + Send + Sync>,
}

impl Error for Cause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Causes are the same when they say the same.
impl PartialEq for Cause {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for Cause {}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::io;

    use super::Cause;
    use crate::StoreError;

    fn chain(error: &StoreError) -> Vec<String> {
        let mut texts = vec![error.to_string()];
        let mut next = error.source();
        while let Some(cause) = next {
            texts.push(cause.to_string());
            next = cause.source();
        }
        texts
    }

    #[test]
    fn chain_leads_from_the_error_of_storage_to_that_of_the_system() {
        let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
        let open = |reason| StoreError::SpoolOpen {
            path: "spool".into(),
            reason,
        };
        let ours = "its directory cannot be made: permission denied";
        assert_eq!(
            chain(&open(Cause::new(denied()))),
            [
                "cannot open the spool `spool`: permission denied",
                "permission denied"
            ]
        );
        assert_eq!(
            chain(&open(Cause::in_words(ours, denied()))),
            [
                format!("cannot open the spool `spool`: {ours}").as_str(),
                ours,
                "permission denied"
            ]
        );
    }

    #[test]
    fn error_is_shared_and_compared_by_its_text() {
        let error = StoreError::refused("no call has this id");
        assert_eq!(error, error.clone());
        assert_ne!(error, StoreError::refused("another"));
    }
}
