//! Calling a URL with a report, as Standard Webhooks 1.0 says.
//!
//! 2xx is success, 410 ends the delivery, everything else is tried again. The id is the same in every attempt, so that a receiver
//! can drop a second one.

mod client;
mod network;
mod signature;
mod url;

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hyper::StatusCode;
use serde_json::{Value, json};
use tokio::time::timeout;

use self::client::Answer;
pub use self::network::is_public as is_public_address;
pub use self::signature::{SecretError, SigningKey, read_secrets, sign};
pub use self::url::{WebhookUrl, WebhookUrlError};
use super::answer::shortened;
use super::package::{Attachment, Package, RenderRequest};
use super::tls::Trust;
use super::{Consequence, SendError};

/// What a receiver sees in `type`.
const EVENT: &str = "report.delivered";

/// Time for one attempt, from the look-up of the name to the end of the answer.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Where a report is posted.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The URL.
    pub url: WebhookUrl,
    /// What it is signed with, one signature each.
    pub keys: Vec<SigningKey>,
    /// Whether the receiver may be in a private network.
    pub allow_private: bool,
    /// Whose certificates are trusted, for https.
    pub trust: Option<Trust>,
    /// Time for one attempt.
    pub time_limit: Duration,
}

impl PartialEq for Webhook {
    fn eq(&self, other: &Self) -> bool {
        self.url == other.url && self.keys == other.keys && self.allow_private == other.allow_private
    }
}

/// The JSON of a report: `{type, timestamp, data}`.
pub fn body(package: &Package, request: &RenderRequest, identity: &str, now: DateTime<Utc>) -> Value {
    let attachments: Vec<Value> = package.attachments.iter().map(attachment).collect();
    json!({
        "type": EVENT,
        "timestamp": now.to_rfc3339_opts(SecondsFormat::Millis, true),
        "data": {
            "delivery": identity,
            "name": request.rule.name.as_str(),
            "period": {
                "from": request.period.from.to_string(),
                "to": request.period.last_day().to_string(),
                "time_zone": request.zone.name(),
            },
            "due_at": request.due_at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "late": request.is_late,
            "empty": package.is_empty,
            "subject": package.subject,
            "summary": package.summary,
            "attachments": attachments,
        },
    })
}

fn attachment(attachment: &Attachment) -> Value {
    json!({
        "name": attachment.name,
        "media_type": attachment.media_type,
        "base64": BASE64_STANDARD.encode(&attachment.bytes),
    })
}

/// Posts a body. Returns what the receiver answered.
///
/// # Errors
/// What failed, and whether to try again.
pub async fn send(
    webhook: &Webhook,
    body: &Value,
    identity: &str,
    now: DateTime<Utc>,
) -> Result<String, SendError> {
    let bytes = body.to_string().into_bytes();
    let timestamp = now.timestamp();
    let headers = [
        ("webhook-id", identity.to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        (
            "webhook-signature",
            sign(&webhook.keys, identity, timestamp, &bytes),
        ),
    ];
    let posted = client::post(
        &webhook.url,
        webhook.trust.as_ref(),
        webhook.allow_private,
        &headers,
        bytes,
        now,
    );
    match timeout(webhook.time_limit, posted).await {
        Err(_) => {
            let limit = webhook.time_limit.as_secs_f64();
            Err(SendError::retry(format!("no complete answer within {limit} s")))
        }
        Ok(Err(error)) => Err(SendError::retry(shortened(&error.to_string()))),
        Ok(Ok(answer)) => judge(&answer),
    }
}

fn judge(answer: &Answer) -> Result<String, SendError> {
    let shown = shortened(&format!("{} {}", answer.status, answer.text));
    if answer.status.is_success() {
        return Ok(shown);
    }
    let consequence = match (answer.status, answer.retry_after) {
        (StatusCode::GONE, _) => Consequence::GiveUp,
        (
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT,
            Some(wait),
        ) => Consequence::RetryAfter(wait),
        (_, _) => Consequence::Retry,
    };
    let reason = match answer.status.is_redirection() {
        true => format!("{shown} (redirects are not followed)"),
        false => shown,
    };
    Err(SendError { reason, consequence })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::StatusCode;

    use super::client::Answer;
    use super::judge;
    use crate::delivery::Consequence;

    #[test]
    fn status_decides_what_follows() {
        let judged = |status: u16, retry_after: Option<u64>| {
            let answer = Answer {
                status: StatusCode::from_u16(status).unwrap(),
                retry_after: retry_after.map(Duration::from_secs),
                text: "said\nso".to_owned(),
            };
            judge(&answer).map_err(|error| error.consequence)
        };
        assert_eq!(judged(200, None), Ok("200 OK said so".to_owned()));
        assert_eq!(judged(204, None), Ok("204 No Content said so".to_owned()));
        let wait = Consequence::RetryAfter(Duration::from_secs(90));
        for (status, retry_after, consequence) in [
            (410, None, Consequence::GiveUp),
            (429, Some(90), wait),
            (502, Some(90), wait),
            (503, Some(90), wait),
            (504, Some(90), wait),
            (429, None, Consequence::Retry),
            (500, Some(90), Consequence::Retry),
            (400, None, Consequence::Retry),
            (404, None, Consequence::Retry),
            (301, None, Consequence::Retry),
        ] {
            assert_eq!(judged(status, retry_after), Err(consequence), "{status}");
        }
    }
}
