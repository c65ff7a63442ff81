//! Whether the service takes calls and can store answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::CurrentEnvironment;
use crate::watch::Watch;
use crate::web::{Limitations, Obstacle, Readiness};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::WriterHandle;

/// Ready when the database can be written and no stop was asked for.
#[derive(Debug)]
pub(super) struct ServiceReadiness {
    writer: WriterHandle,
    stopping: Shutdown,
    /// What the watchdog has found.
    watch: Watch,
    /// Whose recorder has the alarm, where a survey asks for comments.
    current: Arc<CurrentEnvironment>,
}

impl ServiceReadiness {
    pub(super) const fn new(
        writer: WriterHandle,
        stopping: Shutdown,
        watch: Watch,
        current: Arc<CurrentEnvironment>,
    ) -> Self {
        Self {
            writer,
            stopping,
            watch,
            current,
        }
    }
}

impl Readiness for ServiceReadiness {
    fn obstacles(&self) -> Pin<Box<dyn Future<Output = Vec<Obstacle>> + Send + '_>> {
        Box::pin(async {
            let mut obstacles = Vec::new();
            if self.stopping.is_requested() {
                obstacles.push(Obstacle::Stopping);
            }
            if let Err(error) = self.writer.ready().await {
                obstacles.push(Obstacle::Database(error.to_string()));
            }
            obstacles
        })
    }

    fn limitations(&self) -> Limitations {
        let config = self.current.config();
        let trouble = config
            .recorder
            .as_ref()
            .and_then(|recorder| recorder.alarm().error());
        Limitations {
            recorder: trouble.map(|trouble| trouble.to_string()),
            findings: self.watch.findings(),
        }
    }
}
