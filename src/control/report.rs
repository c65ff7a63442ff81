//! The result of a reload.

use serde::{Deserialize, Serialize};

use aftercall_base::count::counted;

/// The outcome, each line fit for an operator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether the configuration is in use; else the old one goes on as it was.
    pub applied: bool,
    /// What changed, when it was applied.
    pub changes: Vec<String>,
    /// What has changed in the file and holds only after a restart.
    pub needs_restart: Vec<String>,
    /// What is worth a look.
    pub warnings: Vec<String>,
    /// Why it was refused: every fault.
    pub faults: Vec<String>,
}

impl Report {
    /// The outcome of a configuration that cannot be used.
    pub fn refused(faults: Vec<String>, warnings: Vec<String>) -> Self {
        Self {
            faults,
            warnings,
            ..Self::default()
        }
    }

    /// The outcome in one line.
    pub fn summary(&self) -> String {
        match (self.applied, self.changes.len()) {
            (false, _) => format!(
                "refused: {}; the old configuration stays in use",
                counted(self.faults.len(), "fault")
            ),
            (true, 0) if self.needs_restart.is_empty() => "reloaded: nothing has changed".to_owned(),
            (true, 0) => "reloaded: nothing to apply".to_owned(),
            (true, changes) => format!("reloaded: {}, from the next call on", counted(changes, "change")),
        }
    }
}
