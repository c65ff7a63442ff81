//! `[mail]`: the server that mails are handed to.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::value::{file, text};
use crate::delivery::mail::MailAddress;
use aftercall_base::Redacted;

/// `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailSettings {
    /// Name or address of the server; without it there are no mails.
    pub server: Option<HostName>,
    /// Its port; 0: the usual one of `security`.
    pub port: u16,
    /// How the connection is protected.
    pub security: SecurityWord,
    /// The user; empty: no login.
    #[serde(deserialize_with = "text")]
    pub user: String,
    /// The file with the password.
    #[serde(deserialize_with = "optional_file")]
    pub password_file: Option<PathBuf>,
    /// The password itself, for a variable; empty: none.
    pub password: Redacted<String>,
    /// The sender.
    pub from: Option<Address>,
    /// The name in EHLO; without it that of this machine.
    pub helo: Option<HostName>,
    /// Certificates of authorities that are trusted beside those of the system, PEM.
    #[serde(deserialize_with = "optional_file")]
    pub ca_file: Option<PathBuf>,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            server: None,
            port: 0,
            security: SecurityWord::StartTls,
            user: String::new(),
            password_file: None,
            password: Redacted::new(String::new()),
            from: None,
            helo: None,
            ca_file: None,
        }
    }
}

impl MailSettings {
    /// The port that is connected to (RFC 6409, RFC 8314, RFC 5321).
    pub const fn port(&self) -> u16 {
        match (self.port, self.security) {
            (0, SecurityWord::StartTls) => 587,
            (0, SecurityWord::Tls) => 465,
            (0, SecurityWord::None) => 25,
            (port, _) => port,
        }
    }

    /// Whether there is a password, or a file that has one.
    pub fn has_password(&self) -> bool {
        self.password_file.is_some() || !self.password.expose().is_empty()
    }
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecurityWord {
    /// By STARTTLS; without it nothing is sent.
    StartTls,
    /// By TLS from the first byte on.
    Tls,
    /// Not at all.
    None,
}

/// The name of a machine, or its address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HostName(pub String);

impl TryFrom<String> for HostName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_name = (1..=253).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        let is_address = text.parse::<std::net::IpAddr>().is_ok();
        match is_name || is_address {
            true => Ok(Self(text)),
            false => Err(format!(
                "`{}` is not the name of a machine; write for example \"mail.example.com\"",
                super::syntax::shortened(&text)
            )),
        }
    }
}

/// A mail address.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Address(pub MailAddress);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self).map_err(|error| {
            let shown = super::syntax::shortened(&text);
            format!("`{shown}`: {error}")
        })
    }
}

/// The path of a file.
pub(super) fn optional_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    file(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::{MailSettings, SecurityWord};
    use crate::config::load::from_text;

    fn read(value: serde_json::Value) -> Result<MailSettings, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn port_is_the_usual_one_unless_it_is_written() {
        for (security, port) in [("starttls", 587), ("tls", 465), ("none", 25)] {
            let settings = read(serde_json::json!({ "security": security })).unwrap();
            assert_eq!(settings.port(), port, "{security}");
        }
        assert_eq!(read(serde_json::json!({ "port": 2525 })).unwrap().port(), 2525);
        assert_eq!(MailSettings::default().security, SecurityWord::StartTls);
    }

    #[test]
    fn what_is_no_server_and_no_address_is_refused() {
        for wrong in [
            serde_json::json!({ "server": "" }),
            serde_json::json!({ "server": "mail.example.com:587" }),
            serde_json::json!({ "server": "smtp://mail.example.com" }),
            serde_json::json!({ "from": "reports" }),
            serde_json::json!({ "security": "ssl" }),
            serde_json::json!({ "helo": "a b" }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
        for sound in ["mail.example.com", "192.0.2.1", "2001:db8::1", "localhost"] {
            assert!(read(serde_json::json!({ "server": sound })).is_ok(), "{sound}");
        }
    }

    #[test]
    fn password_of_a_variable_is_taken_as_it_is_and_shown_nowhere() {
        for password in ["12345", "1.50", "true", "[x", "{y", "a,b", "0123"] {
            let variable = ("AFTERCALL__MAIL__PASSWORD".to_owned(), password.to_owned());
            let loaded = from_text("", "a.toml", Some([variable].into()));
            assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
            assert_eq!(loaded.settings.mail.password.expose(), password);
            assert!(!format!("{:?}", loaded.settings).contains(&format!("\"{password}\"")));
        }
    }
}
