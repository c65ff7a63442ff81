//! Mail addresses of the configuration.

use std::fmt;
use std::str::FromStr;

use lettre::message::Mailbox;

/// An address with or without the name of its owner: `team@example.com`, `Team Sales <team@example.com>`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress {
    mailbox: Mailbox,
}

/// Longest address (RFC 5321 section 4.5.3.1.3), and longest name that is shown.
const LONGEST: usize = 254;

impl MailAddress {
    /// The address alone.
    pub fn address(&self) -> &str {
        self.mailbox.email.as_ref()
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.mailbox.email.domain()
    }

    pub(super) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }
}

/// A text that is no address; it says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailAddressError {
    /// It is none.
    #[error("not a mail address; write for example \"team@example.com\" or \"Team <team@example.com>\"")]
    NotAnAddress,
    /// The address has letters that need an extension of the server (SMTPUTF8).
    #[error("the address has letters other than a-z; write the domain as in DNS, \"xn--...\"")]
    NotAscii,
}

impl FromStr for MailAddress {
    type Err = MailAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() > 2 * LONGEST || text.contains(char::is_control) {
            return Err(MailAddressError::NotAnAddress);
        }
        let mailbox: Mailbox = text.trim().parse().map_err(|_| MailAddressError::NotAnAddress)?;
        let address: &str = mailbox.email.as_ref();
        if !address.is_ascii() {
            return Err(MailAddressError::NotAscii);
        }
        // A quoted local part may hold blanks and brackets; nobody has one.
        if address.len() > LONGEST || address.contains(['"', '\\', ' ', '<', '>']) {
            return Err(MailAddressError::NotAnAddress);
        }
        Ok(Self { mailbox })
    }
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mailbox.fmt(f)
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mailbox.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MailAddress, MailAddressError};

    #[test]
    fn addresses_are_read_with_and_without_a_name() {
        for (text, address, domain) in [
            ("team@example.com", "team@example.com", "example.com"),
            (
                " Team Sales <t.s+x@example.com> ",
                "t.s+x@example.com",
                "example.com",
            ),
            (
                "\"M\u{e4}kel\u{e4}, Ville\" <v@example.fi>",
                "v@example.fi",
                "example.fi",
            ),
            ("root@localhost", "root@localhost", "localhost"),
        ] {
            let read: MailAddress = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((read.address(), read.domain()), (address, domain), "{text}");
        }
    }

    #[test]
    fn what_could_not_be_sent_to_is_refused() {
        for text in [
            "",
            "team",
            "team@",
            "@example.com",
            "a b@example.com",
            "a@b@c",
            "a@example.com\r\nBcc: b@example.com",
            "a@example.com, b@example.com",
            "\"a b\"@example.com",
            "<a@example.com",
        ] {
            assert_eq!(
                text.parse::<MailAddress>(),
                Err(MailAddressError::NotAnAddress),
                "{text:?}"
            );
        }
        assert_eq!(
            "v\u{e4}in\u{f6}@example.fi".parse::<MailAddress>(),
            Err(MailAddressError::NotAscii)
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_an_address_that_could_end_a_line(text in "(?s).{0,60}|[a-z@.<> \r\n\"]{1,30}") {
            if let Ok(address) = text.parse::<MailAddress>() {
                prop_assert!(!address.address().contains(|symbol: char| symbol.is_control() || " <>".contains(symbol)));
                prop_assert!(address.address().contains('@'));
            }
        }
    }
}
