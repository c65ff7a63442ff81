//! TLS for the HTTP listener: a certificate whose files are read again while the service runs.
//!
//! Connections take what is in force when they begin. Files that cannot be used leave the former certificate in force, so that a renewal that has
//! gone wrong closes nothing before the old one has expired.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Files of certificates are read in this time.
const READING: Duration = Duration::from_secs(10);

/// Why a certificate cannot be used; each names the setting.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// One of the two settings is missing.
    #[error("http.{0}: is not set, and TLS needs a certificate and its private key")]
    Missing(&'static str),
    /// A file cannot be read.
    #[error("http.{setting}: {}: {error}", .path.display())]
    Unreadable {
        /// The setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// A file does not hold what it should.
    #[error("http.{setting}: {} holds no {what} in PEM", .path.display())]
    NotPem {
        /// The setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is missing in it.
        what: &'static str,
    },
    /// The two do not belong together, or are of a kind that is not supported.
    #[error("http.certificate: cannot be used with http.private_key: {0}")]
    Unusable(String),
}

impl CertificateError {
    /// The setting that it is about.
    pub const fn setting(&self) -> &'static str {
        match self {
            Self::Missing(setting) | Self::Unreadable { setting, .. } | Self::NotPem { setting, .. } => {
                setting
            }
            Self::Unusable(_) => "certificate",
        }
    }
}

/// When files were changed, and how long they are: whether they may be others.
type Seen = [Option<(SystemTime, u64)>; 2];

/// The certificate in force, and where it is read from.
pub struct Certificate {
    certificate: PathBuf,
    private_key: PathBuf,
    in_force: RwLock<Arc<ServerConfig>>,
    seen: Mutex<Seen>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads both files; `None` where neither is set. Blocks on files.
    ///
    /// # Errors
    /// Only one is set, or they cannot be used.
    pub fn open(
        certificate: Option<&Path>,
        private_key: Option<&Path>,
    ) -> Result<Option<Self>, CertificateError> {
        let (certificate, private_key) = match (certificate, private_key) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(CertificateError::Missing("private_key")),
            (None, Some(_)) => return Err(CertificateError::Missing("certificate")),
            (Some(certificate), Some(private_key)) => (certificate.to_owned(), private_key.to_owned()),
        };
        let seen = looked_at(&certificate, &private_key);
        let read = read(&certificate, &private_key)?;
        Ok(Some(Self {
            certificate,
            private_key,
            in_force: RwLock::new(Arc::new(read)),
            seen: Mutex::new(seen),
        }))
    }

    /// Reads both files again. Blocks on files.
    ///
    /// # Errors
    /// They cannot be used; the former ones stay in force.
    pub fn reload(&self) -> Result<(), CertificateError> {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) =
            looked_at(&self.certificate, &self.private_key);
        let read = Arc::new(read(&self.certificate, &self.private_key)?);
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(())
    }

    /// The same on a thread for work that blocks.
    ///
    /// # Errors
    /// As [`reload`](Self::reload), and when the files cannot be read in [`READING`]: a file system may hang.
    pub async fn reload_in_time(self: &Arc<Self>) -> Result<(), CertificateError> {
        let own = Arc::clone(self);
        let reading = tokio::task::spawn_blocking(move || own.reload());
        match tokio::time::timeout(READING, reading).await {
            Ok(Ok(read)) => read,
            Ok(Err(_)) | Err(_) => Err(CertificateError::Unreadable {
                setting: "certificate",
                path: self.certificate.clone(),
                error: io::ErrorKind::TimedOut.into(),
            }),
        }
    }

    /// The same if a file has changed since it was read; `false`: none has. Blocks on files.
    ///
    /// # Errors
    /// They cannot be used; the former ones stay in force, and the same files are not reported again.
    pub fn reload_if_changed(&self) -> Result<bool, CertificateError> {
        let now = looked_at(&self.certificate, &self.private_key);
        let is_same = *self.seen.lock().unwrap_or_else(PoisonError::into_inner) == now;
        if is_same {
            return Ok(false);
        }
        self.reload().map(|()| true)
    }

    /// Begins TLS on connections.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        // A pointer has no state that a panic elsewhere could have broken.
        let in_force = self.in_force.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&in_force))
    }
}

fn looked_at(certificate: &Path, private_key: &Path) -> Seen {
    [certificate, private_key].map(|path| {
        let about = fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn read(certificate: &Path, private_key: &Path) -> Result<ServerConfig, CertificateError> {
    let pem = |setting: &'static str, path: &Path| {
        // A pipe would keep us waiting for ever.
        let is_file = fs::metadata(path).map(|about| about.is_file());
        let bytes = match is_file {
            Ok(true) => fs::read(path),
            Ok(false) => Err(io::Error::other("it is no file")),
            Err(error) => Err(error),
        };
        bytes.map_err(|error| CertificateError::Unreadable {
            setting,
            path: path.to_owned(),
            error,
        })
    };
    let not_pem = |setting, path: &Path, what| CertificateError::NotPem {
        setting,
        path: path.to_owned(),
        what,
    };
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(&pem("certificate", certificate)?).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        return Err(not_pem("certificate", certificate, "certificate"));
    }
    let key = PrivateKeyDer::from_pem_slice(&pem("private_key", private_key)?)
        .map_err(|_| not_pem("private_key", private_key, "private key"))?;
    let unusable = |error: tokio_rustls::rustls::Error| CertificateError::Unusable(error.to_string());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Certificate, CertificateError};

    #[test]
    fn certificate_and_key_come_together_or_not_at_all() {
        let file = Path::new("a.pem");
        assert!(Certificate::open(None, None).unwrap().is_none());
        for (certificate, key, missing) in [
            (Some(file), None, "private_key"),
            (None, Some(file), "certificate"),
        ] {
            let error = Certificate::open(certificate, key).unwrap_err();
            assert!(matches!(error, CertificateError::Missing(setting) if setting == missing));
        }
    }

    #[test]
    fn file_that_is_no_certificate_is_named_with_its_setting() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("http.pem");
        let error = Certificate::open(Some(&file), Some(&file)).unwrap_err();
        assert!(error.to_string().starts_with("http.certificate: "), "{error}");
        std::fs::write(&file, "no PEM at all").unwrap();
        let error = Certificate::open(Some(&file), Some(&file)).unwrap_err();
        assert!(
            error.to_string().ends_with("holds no certificate in PEM"),
            "{error}"
        );
        assert_eq!(error.setting(), "certificate");
    }
}
