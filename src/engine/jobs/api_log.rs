//! Logs how many requests of the API were refused: the first of a kind is logged at once, others are counted.

use std::sync::Arc;

use super::job::{JobError, Work};
use crate::web::api::Keyring;

pub(super) struct ApiLog(pub(super) Arc<Keyring>);

impl Work for ApiLog {
    async fn run(&mut self) -> Result<(), JobError> {
        self.0.log_refused();
        Ok(())
    }
}
