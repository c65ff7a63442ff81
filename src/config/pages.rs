//! `[pages]`: how long users stay signed in, and which reverse proxy may sign them in.

use std::net::IpAddr;

use serde::Deserialize;

use super::Settings;
use super::place::named;
use super::reader::SettingsReader;
use super::value::{Span, one_or_many};
use aftercall_base::Cidr;

/// `[pages]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PagesSettings {
    /// A session that is not used for so long ends.
    pub session_idle: Span,
    /// A session ends after this time however much it is used.
    pub session_lifetime: Span,
    /// Days after which events of the audit log are removed; 0 keeps them for ever.
    pub audit_days: u32,
    /// The reverse proxies in front of the pages, whose word counts on who asks and from where.
    #[serde(deserialize_with = "one_or_many")]
    pub proxy: Vec<Cidr>,
    /// The header in which a reverse proxy says who has signed in with it; without it users sign in here.
    pub proxy_user_header: Option<HeaderName>,
}

impl Default for PagesSettings {
    fn default() -> Self {
        Self {
            session_idle: Span::seconds(12 * 3_600),
            session_lifetime: Span::seconds(7 * 86_400),
            audit_days: 730,
            proxy: Vec::new(),
            proxy_user_header: None,
        }
    }
}

impl PagesSettings {
    /// Whether an address is one of a reverse proxy.
    pub fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxy.iter().any(|network| network.contains(address))
    }
}

/// The name of an HTTP header (RFC 9110, section 5.1), in small letters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct HeaderName(String);

impl HeaderName {
    /// In small letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Headers that a browser sends by itself: none of them can say who has signed in.
const OF_BROWSERS: [&str; 6] = [
    "host",
    "cookie",
    "origin",
    "user-agent",
    "referer",
    "content-type",
];

impl TryFrom<String> for HeaderName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let name = text.to_ascii_lowercase();
        let is_name = (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        match is_name && !OF_BROWSERS.contains(&name.as_str()) {
            true => Ok(Self(name)),
            false => Err(format!(
                "`{}` is not a header that a proxy sets; write for example \"X-Remote-User\"",
                super::syntax::shortened(&text)
            )),
        }
    }
}

impl SettingsReader<'_> {
    /// Whether the settings of the pages fit together.
    pub(super) fn pages_fit(&mut self, settings: &Settings) {
        let pages = &settings.pages;
        for (key, span) in [
            ("session_idle", pages.session_idle),
            ("session_lifetime", pages.session_lifetime),
        ] {
            if span < Span::seconds(60) && self.is_sound("pages", key) {
                let reason = "is shorter than it takes to sign in";
                self.add_fault(
                    "pages",
                    &[named(key)],
                    reason,
                    "write a minute or more, such as \"12h\"",
                );
            }
        }
        if pages.proxy.iter().any(Cidr::is_everybody) && self.is_sound("pages", "proxy") {
            let reason = "everybody would be a proxy, and could sign in as anybody";
            self.add_fault(
                "pages",
                &[named("proxy")],
                reason,
                "write the address of the proxy",
            );
        }
        if pages.proxy_user_header.is_some() && pages.proxy.is_empty() && self.is_sound("pages", "proxy") {
            let reason = "no request has it: `pages.proxy` is empty";
            let fix = "write proxy = \"127.0.0.1\", or the address from which the proxy asks";
            self.add_warning("pages", &[named("proxy_user_header")], reason, fix);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::load::from_text;

    fn told(text: &str) -> Vec<String> {
        let loaded = from_text(text, "a.toml", Some([].into()));
        let all = loaded.faults.iter().chain(&loaded.warnings);
        all.map(ToString::to_string).collect()
    }

    #[test]
    fn what_would_let_everybody_in_is_refused() {
        for (text, words) in [
            ("proxy = \"0.0.0.0/0\"", "could sign in as anybody"),
            ("proxy = \"::/0\"", "could sign in as anybody"),
            ("proxy_user_header = \"Cookie\"", "not a header that a proxy sets"),
            ("proxy_user_header = \"X User\"", "not a header that a proxy sets"),
            ("proxy_user_header = \"X-Remote-User\"", "`pages.proxy` is empty"),
            ("session_idle = \"5s\"", "shorter than it takes to sign in"),
        ] {
            let told = told(&format!("[pages]\n{text}\n"));
            assert!(told.len() == 1 && told[0].contains(words), "{text}: {told:?}");
        }
        let sound = "[pages]\nproxy = [\"127.0.0.1\", \"fd00::/8\"]\nproxy_user_header = \"X-Remote-User\"\n";
        assert_eq!(told(sound), Vec::<String>::new());
    }
}
