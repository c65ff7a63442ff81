//! A package as a mail (RFC 5322, RFC 2045): text and HTML as alternatives, and the files. Pure.
//!
//! ```text
//! multipart/mixed
//!   multipart/alternative
//!     text/plain; charset=utf-8    quoted-printable
//!     text/html; charset=utf-8     quoted-printable
//!   each file                      base64
//! ```
//! The same delivery gives the same mail, but for what the package itself says: the Message-ID and the boundaries are made of its
//! identity.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment as FilePart, Body, MaybeString, MultiPart, SinglePart};

use super::MailAddress;
use crate::delivery::SendError;
use crate::delivery::package::{Attachment, Package};

/// Characters of a subject.
const LONGEST_SUBJECT: usize = 200;

/// The mail of a package, from one address to another, as bytes with lines that end in CRLF.
///
/// # Errors
/// The package cannot be put in a mail, whatever is tried.
pub fn compose(
    package: &Package,
    from: &MailAddress,
    to: &MailAddress,
    identity: &str,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, SendError> {
    // RFC 3834 section 5: nobody's absence note answers it.
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    let alternative = MultiPart::alternative()
        .boundary(format!("alternative-{identity}"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &package.text)?)
        .singlepart(text_part(ContentType::TEXT_HTML, &package.html)?);
    let mut parts = MultiPart::mixed()
        .boundary(format!("mixed-{identity}"))
        .multipart(alternative);
    for attachment in &package.attachments {
        parts = parts.singlepart(file_part(attachment)?);
    }
    let message = Message::builder()
        .from(from.mailbox().clone())
        .to(to.mailbox().clone())
        .subject(one_line(&package.subject))
        .date(SystemTime::from(now))
        .message_id(Some(message_id(identity, from)))
        .raw_header(automatic)
        .multipart(parts);
    message
        .map(|message| message.formatted())
        .map_err(|error| SendError::give_up(format!("no mail can be made of the report: {error}")))
}

/// `<identity@example.com>`.
pub fn message_id(identity: &str, from: &MailAddress) -> String {
    format!("<{identity}@{}>", from.domain())
}

fn text_part(kind: ContentType, text: &str) -> Result<SinglePart, SendError> {
    let body = encoded(
        MaybeString::from(text.to_owned()),
        ContentTransferEncoding::QuotedPrintable,
    )?;
    Ok(SinglePart::builder().header(kind).body(body))
}

fn file_part(attachment: &Attachment) -> Result<SinglePart, SendError> {
    let kind = ContentType::parse(&attachment.media_type)
        .or_else(|_| ContentType::parse("application/octet-stream"))
        .map_err(|error| SendError::give_up(error.to_string()))?;
    let body = encoded(
        MaybeString::from(attachment.bytes.clone()),
        ContentTransferEncoding::Base64,
    )?;
    if is_plain(&attachment.name) {
        let part = SinglePart::builder().header(PlainFile(attachment.name.clone()));
        return Ok(part.header(kind).body(body));
    }
    Ok(FilePart::new(one_line(&attachment.name)).body(body, kind))
}

/// Whether a name needs no encoding.
fn is_plain(name: &str) -> bool {
    (1..=LONGEST_SUBJECT).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// `Content-Disposition` of a file whose name needs no encoding (RFC 2183). The library cuts longer names into parts by RFC 2231, which
/// older mail programs do not put together.
#[derive(Debug, Clone)]
struct PlainFile(String);

impl Header for PlainFile {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Disposition")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let name = text.strip_prefix("attachment; filename=\"");
        let name = name
            .and_then(|name| name.strip_suffix('"'))
            .filter(|name| is_plain(name));
        name.map(|name| Self(name.to_owned()))
            .ok_or_else(|| "not the disposition of a file".into())
    }

    fn display(&self) -> HeaderValue {
        let value = format!("attachment; filename=\"{}\"", self.0);
        let folded = format!("attachment;\r\n filename=\"{}\"", self.0);
        HeaderValue::dangerous_new_pre_encoded(Self::name(), value, folded)
    }
}

fn encoded(content: MaybeString, encoding: ContentTransferEncoding) -> Result<Body, SendError> {
    Body::new_with_encoding(content, encoding)
        .map_err(|_| SendError::give_up("a part of the report cannot be encoded"))
}

/// A text without what could end a header.
fn one_line(text: &str) -> String {
    let visible = text
        .chars()
        .map(|symbol| if symbol.is_control() { ' ' } else { symbol });
    visible.take(LONGEST_SUBJECT).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::compose;
    use crate::delivery::package::{Attachment, Package};

    const IDENTITY: &str = "00112233445566778899aabbccddeeff";

    fn package() -> Package {
        Package {
            subject: "Viikkoraportti: myynti".to_owned(),
            text: "NPS 41\n".to_owned(),
            html: "<p>NPS 41</p>".to_owned(),
            attachments: vec![Attachment {
                name: "aftercall-report.csv".to_owned(),
                media_type: "text/csv; charset=utf-8".to_owned(),
                bytes: b"a;b\n".to_vec(),
            }],
            summary: serde_json::Value::Null,
            is_empty: false,
        }
    }

    fn composed(package: &Package) -> String {
        let address = |text: &str| text.parse().unwrap();
        let now = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        let mail = compose(
            package,
            &address("Aftercall <reports@example.com>"),
            &address("M\u{e4}kel\u{e4} <team@example.fi>"),
            IDENTITY,
            now,
        );
        String::from_utf8(mail.unwrap()).unwrap()
    }

    fn headers(mail: &str) -> Vec<String> {
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ")
            .split("\r\n")
            .map(str::to_owned)
            .collect()
    }

    #[test]
    fn mail_has_the_headers_that_it_needs_and_is_the_same_again() {
        let mail = composed(&package());
        let headers = headers(&mail);
        for expected in [
            "From: Aftercall <reports@example.com>",
            "Subject: Viikkoraportti: myynti",
            "Date: Sun, 22 Nov 2026 08:00:00 +0000",
            "Message-ID: <00112233445566778899aabbccddeeff@example.com>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(
                headers.iter().any(|header| header == expected),
                "{expected}: {headers:?}"
            );
        }
        let disposition = "Content-Disposition: attachment;\r\n filename=\"aftercall-report.csv\"\r\n";
        assert!(mail.contains(disposition), "{mail}");
        assert_eq!(mail, composed(&package()));
        assert!(mail.is_ascii(), "no extension of the server is needed");
        assert!(
            mail.split("\r\n").all(|line| line.len() <= 998),
            "RFC 5322 section 2.1.1"
        );
    }

    proptest! {
        /// Whatever a report says, its mail has one header of each name, and none that the report made up.
        #[test]
        fn no_text_of_a_report_adds_a_header(
            subject in "(?s).{0,80}|x\r\nBcc: b@example.com\r\n\r\nbody",
            name in "(?s).{1,40}|a\"\r\nX-Evil: 1\r\n.csv",
            text in "(?s).{0,300}",
        ) {
            let mut package = package();
            package.subject = subject;
            package.text = text.clone();
            package.html = text;
            package.attachments[0].name = name;
            let mail = composed(&package);
            let headers = headers(&mail);
            let mut names: Vec<String> = headers
                .iter()
                .map(|header| header.split(':').next().unwrap().to_ascii_lowercase())
                .collect();
            names.sort();
            prop_assert_eq!(
                names,
                ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"]
            );
            prop_assert!(!mail.to_ascii_lowercase().contains("\r\nx-evil:"));
            prop_assert!(mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
        }
    }
}
