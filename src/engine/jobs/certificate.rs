//! Reads the certificate of HTTP again when its files have changed, as after a renewal.

use std::sync::Arc;

use super::job::{JobError, Work};
use crate::web::tls::Certificate;

pub(super) struct CertificateFiles(pub(super) Option<Arc<Certificate>>);

impl Work for CertificateFiles {
    async fn run(&mut self) -> Result<(), JobError> {
        let Some(certificate) = self.0.clone() else {
            return Ok(());
        };
        let reading = tokio::task::spawn_blocking(move || certificate.reload_if_changed());
        let is_changed = reading
            .await
            .map_err(JobError::because("cannot read the certificate of HTTP"))?
            .map_err(JobError::because("the former certificate of HTTP stays in force"))?;
        if is_changed {
            tracing::info!("the certificate of HTTP has changed and is in force");
        }
        Ok(())
    }
}
