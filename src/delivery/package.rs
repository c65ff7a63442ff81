//! What is delivered, and who makes it: the border between deliveries and reports.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::rule::DeliveryRule;
use super::schedule::Period;

/// A report as it is delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Subject of the mail; one line.
    pub subject: String,
    /// The report as a plain text.
    pub text: String,
    /// The same as an HTML page that loads nothing from elsewhere.
    pub html: String,
    /// Files; their names differ.
    pub attachments: Vec<Attachment>,
    /// The main figures as JSON, for a webhook.
    pub summary: serde_json::Value,
    /// Whether there is nothing to report: no call of the rule in the period.
    pub is_empty: bool,
}

/// A file of a package.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Name of the file, without a directory; [`DeliveryRule::file_name`] makes it.
    pub name: String,
    /// Media type, such as `text/csv`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}, {} bytes)",
            self.name,
            self.media_type,
            self.bytes.len()
        )
    }
}

/// Which report is wanted.
#[derive(Debug, Clone)]
pub struct RenderRequest {
    /// For whom: filter, language, formats.
    pub rule: Arc<DeliveryRule>,
    /// The local days that it is about.
    pub period: Period,
    /// The zone of these days.
    pub zone: Tz,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Whether it comes much later than that, which its reader is to be told.
    pub is_late: bool,
}

/// Why a report could not be made. The delivery is tried again later.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub String);

/// A report in the making.
pub type RenderFuture<'a> = Pin<Box<dyn Future<Output = Result<Package, RenderError>> + Send + 'a>>;

/// Makes reports. Asked again for the same period (another attempt), it may answer with other figures.
pub trait Render: fmt::Debug + Send + Sync + 'static {
    /// Makes the report of a period as it is known at `now`.
    fn render<'a>(&'a self, request: &'a RenderRequest, now: DateTime<Utc>) -> RenderFuture<'a>;
}
