//! Whose certificates are trusted, for mail servers and webhooks.

use std::fmt;
use std::sync::Arc;

use lettre::transport::smtp::client::{Certificate, TlsParameters};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The authorities of the system, and those of a file of the operator.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    /// Those of the file, PEM.
    additional: Option<Arc<[u8]>>,
}

/// Why nobody can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The file has no certificate.
    #[error("holds no certificate in PEM")]
    NoCertificate,
    /// A certificate of the file cannot be used.
    #[error("holds a certificate that cannot be used: {0}")]
    Certificate(String),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("has_additional", &self.additional.is_some())
            .finish_non_exhaustive()
    }
}

impl Trust {
    /// Trusts the authorities that the system trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others) and those of `additional`,
    /// certificates in PEM. Blocks on files.
    ///
    /// # Errors
    /// `additional` cannot be used.
    pub fn new(additional: Option<&[u8]>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        // What of the system cannot be read is as if it were not there: a server of such an authority is refused.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(pem) = additional {
            add(&mut roots, pem)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| TrustError::Tls(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            config: Arc::new(config),
            additional: additional.map(Arc::from),
        })
    }

    /// Begins TLS on a connection.
    pub(super) fn connector(&self) -> TlsConnector {
        TlsConnector::from(Arc::clone(&self.config))
    }

    /// The same for an SMTP connection that begins TLS later.
    ///
    /// # Errors
    /// TLS cannot be set up.
    pub(super) fn parameters(&self, host: &str) -> Result<TlsParameters, TrustError> {
        let tls = |error: lettre::transport::smtp::Error| TrustError::Tls(error.to_string());
        let mut parameters = TlsParameters::builder(host.to_owned());
        if let Some(pem) = &self.additional {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(tls)?);
        }
        parameters.build_rustls().map_err(tls)
    }
}

fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), TrustError> {
    let mut is_any = false;
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let unusable = |error: String| TrustError::Certificate(error);
        let certificate = certificate.map_err(|error| unusable(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| unusable(error.to_string()))?;
        is_any = true;
    }
    match is_any {
        true => Ok(()),
        false => Err(TrustError::NoCertificate),
    }
}

#[cfg(test)]
mod tests {
    use super::{Trust, TrustError};

    #[test]
    fn file_without_a_certificate_is_refused() {
        assert!(Trust::new(None).is_ok());
        assert_eq!(
            Trust::new(Some(b"no PEM at all")).unwrap_err(),
            TrustError::NoCertificate
        );
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(matches!(
            Trust::new(Some(broken)),
            Err(TrustError::Certificate(_))
        ));
    }
}
