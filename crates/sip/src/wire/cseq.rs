//! CSeq: the order of requests in a dialog (RFC 3261 section 20.16).

use super::method::Method;
use super::text;

/// A sequence number and the method that it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cseq {
    /// The number. What a request may have ends at [`Cseq::HIGHEST`]; the upper half is understood too, so that a BYE is.
    pub number: u32,
    /// The method of the request that it numbers.
    pub method: Method,
}

impl Cseq {
    /// The highest number of a request (RFC 3261 section 8.1.1.5).
    pub const HIGHEST: u32 = (1 << 31) - 1;

    /// Reads `number method`, with any white space between.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = bytes.split_at_checked(digits)?;
        let method = text::trim(rest);
        if method.len() == rest.len() {
            return None;
        }
        Some(Self {
            number: text::decimal(number)?,
            method: Method::from_bytes(method)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Cseq, Method};

    #[test]
    fn cseq_takes_leading_zeros_and_spaces_but_no_overflow() {
        let cseq = Cseq::parse(b"0009    INVITE").unwrap();
        assert_eq!((cseq.number, cseq.method), (9, Method::Invite));
        for text in [
            "36893488147419103232 REGISTER",
            "9INVITE",
            "9",
            "INVITE",
            "-1 BYE",
            "",
        ] {
            assert_eq!(Cseq::parse(text.as_bytes()), None, "{text}");
        }
    }
}
