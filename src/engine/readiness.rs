//! Whether the service takes calls and can store answers.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::call::Front;
use crate::lifecycle::Shutdown;
use crate::storage::WriterHandle;
use crate::web::Readiness;

/// Ready when the database can be written and no stop was asked for.
#[derive(Debug)]
pub(super) struct ServiceReadiness {
    writer: WriterHandle,
    stopping: Shutdown,
    /// Whose recorder has the alarm, where a survey asks for comments.
    front: Arc<Front>,
}

impl ServiceReadiness {
    pub(super) const fn new(writer: WriterHandle, stopping: Shutdown, front: Arc<Front>) -> Self {
        Self {
            writer,
            stopping,
            front,
        }
    }
}

impl Readiness for ServiceReadiness {
    fn obstacles(&self) -> Pin<Box<dyn Future<Output = Vec<String>> + Send + '_>> {
        Box::pin(async {
            let mut obstacles = Vec::new();
            if self.stopping.is_requested() {
                obstacles.push("stopping".to_owned());
            }
            if let Err(error) = self.writer.ready().await {
                obstacles.push(format!("database: {error}"));
            }
            obstacles
        })
    }

    fn limitations(&self) -> Vec<String> {
        let desk = self.front.desk();
        let trouble = desk
            .recorder
            .as_ref()
            .and_then(|recorder| recorder.alarm().trouble());
        trouble
            .map(|trouble| format!("cannot record comments: {trouble}"))
            .into_iter()
            .collect()
    }
}
