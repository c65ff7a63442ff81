//! Header names: case folded, compact forms expanded (RFC 3261 section 7.3.3).

use std::fmt;

use super::text;

macro_rules! header_names {
    ($($variant:ident $canonical:literal $(= $compact:literal)?,)*) => {
        /// The name of a header. Those that the engine or an operator may meet have a variant; any other token is
        /// kept as it was written.
        #[derive(Debug, Clone)]
        pub enum HeaderName {
            $(#[doc = $canonical] $variant,)*
            /// Any other name, as written; compared without regard to case.
            Other(Box<str>),
        }

        const KNOWN: &[(&str, HeaderName)] = &[$(($canonical, HeaderName::$variant),)*];
        const COMPACT: &[(u8, HeaderName)] = &[$($(($compact, HeaderName::$variant),)?)*];

        impl HeaderName {
            /// The canonical spelling of a known name, or the name as written.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $canonical,)*
                    Self::Other(name) => name,
                }
            }
        }
    };
}

header_names! {
    Via "Via" = b'v',
    From "From" = b'f',
    To "To" = b't',
    CallId "Call-ID" = b'i',
    Cseq "CSeq",
    Contact "Contact" = b'm',
    ContentLength "Content-Length" = b'l',
    ContentType "Content-Type" = b'c',
    MaxForwards "Max-Forwards",
    Route "Route",
    RecordRoute "Record-Route",
    Accept "Accept",
    AcceptContact "Accept-Contact" = b'a',
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    Allow "Allow",
    AllowEvents "Allow-Events" = b'u',
    Authorization "Authorization",
    ContentDisposition "Content-Disposition",
    ContentEncoding "Content-Encoding" = b'e',
    Date "Date",
    Diversion "Diversion",
    Event "Event" = b'o',
    Expires "Expires",
    HistoryInfo "History-Info",
    InfoPackage "Info-Package",
    Identity "Identity" = b'y',
    MinSe "Min-SE",
    PAssertedIdentity "P-Asserted-Identity",
    Privacy "Privacy",
    ProxyRequire "Proxy-Require",
    RAck "RAck",
    Reason "Reason",
    ReferTo "Refer-To" = b'r',
    ReferredBy "Referred-By" = b'b',
    RejectContact "Reject-Contact" = b'j',
    RemotePartyId "Remote-Party-ID",
    Replaces "Replaces",
    RequestDisposition "Request-Disposition" = b'd',
    Require "Require",
    RetryAfter "Retry-After",
    RSeq "RSeq",
    Server "Server",
    SessionExpires "Session-Expires" = b'x',
    Subject "Subject" = b's',
    Supported "Supported" = b'k',
    Timestamp "Timestamp",
    Unsupported "Unsupported",
    UserAgent "User-Agent",
    UserToUser "User-to-User",
    Warning "Warning",
}

impl HeaderName {
    /// The header that these bytes name, in full or compact form; `None` when they are not a token.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let name = text::token(bytes)?;
        if let &[letter] = bytes
            && let Some((_, known)) = COMPACT
                .iter()
                .find(|(compact, _)| *compact == letter.to_ascii_lowercase())
        {
            return Some(known.clone());
        }
        let known = KNOWN
            .iter()
            .find(|(canonical, _)| canonical.eq_ignore_ascii_case(name));
        Some(known.map_or_else(|| Self::Other(name.into()), |(_, known)| known.clone()))
    }

    /// The header of that name; `None` when it is not a token.
    pub fn parse(name: &str) -> Option<Self> {
        Self::from_bytes(name.as_bytes())
    }
}

impl PartialEq for HeaderName {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Other(one), Self::Other(two)) => one.eq_ignore_ascii_case(two),
            (Self::Other(_), _) | (_, Self::Other(_)) => false,
            (one, two) => std::mem::discriminant(one) == std::mem::discriminant(two),
        }
    }
}

impl Eq for HeaderName {}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::HeaderName;

    #[test]
    fn compact_and_odd_spellings_name_the_same_header() {
        for (written, canonical) in [
            ("v", "Via"),
            ("I", "Call-ID"),
            ("cAlL-iD", "Call-ID"),
            ("k", "Supported"),
            ("x-queue", "x-queue"),
            ("b", "Referred-By"),
        ] {
            assert_eq!(HeaderName::parse(written).unwrap().as_str(), canonical);
        }
        assert_eq!(HeaderName::parse("X-Queue"), HeaderName::parse("x-QUEUE"));
        assert_eq!(HeaderName::parse("X Queue"), None);
        assert_eq!(HeaderName::parse(""), None);
    }
}
