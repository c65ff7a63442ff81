//! What can keep the service from starting, each in one line that names the setting.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::web::tls::CertificateError;
use aftercall_media::PlaneError;
use aftercall_sip_net::service::BindError;
use aftercall_storage::StoreError;

/// Why the service cannot start. Each text holds the one of its cause; the command line, which prints the chain, says it once.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A SIP address cannot be listened on.
    #[error("sip.listen: {0}")]
    Sip(#[from] BindError),
    /// The HTTP address cannot be listened on.
    #[error("http.listen: cannot listen on {address}: {error}")]
    Http {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The certificate of HTTP cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The database cannot be used.
    #[error("{setting}: {0}", setting = storage_setting(.0))]
    Storage(#[from] StoreError),
    /// The key of the caller hash can be neither read nor made.
    #[error("privacy.key_file: {}: {error}", .path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The recorder's threads cannot be started.
    #[error("recordings.threads: {0}")]
    Recorder(#[source] io::Error),
    /// The media plane cannot start.
    #[error("{setting}: {0}", setting = media_setting(.0))]
    Media(#[from] PlaneError),
}

const fn storage_setting(error: &StoreError) -> &'static str {
    match error {
        StoreError::SpoolOpen { .. } | StoreError::Spool { .. } => "storage.spool",
        StoreError::Open { .. }
        | StoreError::Unavailable { .. }
        | StoreError::Refused { .. }
        | StoreError::Row { .. }
        | StoreError::OptOutsWait
        | StoreError::QueueFull
        | StoreError::Closed => "storage.path",
    }
}

const fn media_setting(error: &PlaneError) -> &'static str {
    match error {
        PlaneError::NoPorts(_) => "media.ports",
        PlaneError::Thread(_) => "media.threads",
    }
}
