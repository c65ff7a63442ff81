//! Digits in the body of a SIP INFO request.
//!
//! Two content types are in use, neither standardised: `application/dtmf-relay` with lines `Signal=5` and
//! `Duration=160` (milliseconds), and `application/dtmf` with the bare symbol. Writers differ in blanks, case, line
//! ends, and in whether star and pound are written as symbols or as 10 and 11.

use std::time::Duration;

use super::Digit;

/// No DTMF body is longer; the rest is not read.
const MAX_OCTETS: usize = 256;

/// A digit by INFO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InfoDigit {
    /// Which key.
    pub digit: Digit,
    /// How long it was held, where the body says so.
    pub duration: Option<Duration>,
}

/// Why an INFO body is not a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InfoError {
    /// Another content type: 415 is due.
    #[error("content type is neither application/dtmf-relay nor application/dtmf")]
    ContentType,
    /// No signal in the body, or more than one symbol.
    #[error("no signal in the DTMF body")]
    NoSignal,
    /// A signal that is no key: 16 (flash) and others.
    #[error("the signal is not a DTMF digit")]
    NotADigit,
}

/// Whether an INFO with this content type carries DTMF. Parameters behind `;` do not matter.
pub fn is_dtmf(content_type: &str) -> bool {
    Format::of(content_type).is_some()
}

/// Reads an INFO body.
pub fn parse(content_type: &str, body: &[u8]) -> Result<InfoDigit, InfoError> {
    let format = Format::of(content_type).ok_or(InfoError::ContentType)?;
    let body = body.get(..MAX_OCTETS).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    let signal = match (field(&text, "signal"), format) {
        (Some(signal), _) => signal,
        (None, Format::Bare) => text.trim(),
        (None, Format::Relay) => return Err(InfoError::NoSignal),
    };
    Ok(InfoDigit {
        digit: digit(signal)?,
        duration: field(&text, "duration")
            .and_then(|millis| millis.parse().ok())
            .map(Duration::from_millis),
    })
}

#[derive(Debug, Clone, Copy)]
enum Format {
    Relay,
    Bare,
}

impl Format {
    fn of(content_type: &str) -> Option<Self> {
        let media_type = content_type.split(';').next()?.trim();
        if media_type.eq_ignore_ascii_case("application/dtmf-relay") {
            Some(Self::Relay)
        } else if media_type.eq_ignore_ascii_case("application/dtmf") {
            Some(Self::Bare)
        } else {
            None
        }
    }
}

/// The value of the first line `name=value`.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.split(['\r', '\n'])
        .filter_map(|line| line.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// One symbol, or the event code in decimals.
fn digit(signal: &str) -> Result<Digit, InfoError> {
    let mut symbols = signal.chars();
    match (symbols.next(), symbols.next()) {
        (None, _) => Err(InfoError::NoSignal),
        (Some(symbol), None) => Digit::from_char(symbol).ok_or(InfoError::NotADigit),
        (Some(_), Some(_)) => {
            let code = signal.parse().map_err(|_| InfoError::NoSignal)?;
            Digit::from_event(code).ok_or(InfoError::NotADigit)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{InfoError, is_dtmf, parse};

    fn relayed(body: &str) -> Result<char, InfoError> {
        parse("application/dtmf-relay", body.as_bytes()).map(|info| info.digit.as_char())
    }

    fn bare(body: &str) -> Result<char, InfoError> {
        parse("application/dtmf", body.as_bytes()).map(|info| info.digit.as_char())
    }

    #[test]
    fn case_21_relay_bodies_are_read_in_all_their_spellings() {
        for body in [
            "Signal=5\r\nDuration=160\r\n",
            "Signal=5\nDuration=160",
            "Signal= 5\r\nDuration= 160\r\n",
            "signal = 5\r\nduration = 160",
            "Duration=160\r\nSignal=5",
            "\r\nSIGNAL=5 \r\n\r\nDuration=160",
        ] {
            let info = parse("application/dtmf-relay", body.as_bytes()).unwrap();
            assert_eq!(info.digit.as_char(), '5', "{body:?}");
            assert_eq!(info.duration, Some(Duration::from_millis(160)), "{body:?}");
        }
    }

    #[test]
    fn case_21_ten_and_eleven_are_star_and_pound() {
        for (signal, symbol) in [
            ("10", '*'),
            ("11", '#'),
            ("*", '*'),
            ("#", '#'),
            ("12", 'A'),
            ("b", 'B'),
            ("0", '0'),
        ] {
            assert_eq!(relayed(&format!("Signal={signal}")), Ok(symbol));
            assert_eq!(bare(signal), Ok(symbol));
        }
    }

    #[test]
    fn case_21_bare_bodies_may_have_line_ends_or_be_relay_bodies() {
        assert_eq!(bare("7\r\n"), Ok('7'));
        assert_eq!(bare(" 7"), Ok('7'));
        assert_eq!(bare("Signal=7\r\nDuration=100"), Ok('7'));
    }

    #[test]
    fn a_missing_or_unreadable_duration_is_no_fault() {
        for body in [
            "Signal=5",
            "Signal=5\nDuration=",
            "Signal=5\nDuration=long",
            "Signal=5\nDuration=-1",
        ] {
            let info = parse("application/dtmf-relay", body.as_bytes()).unwrap();
            assert_eq!(info.duration, None, "{body:?}");
        }
    }

    #[test]
    fn what_is_no_digit_is_refused_with_the_reason() {
        assert_eq!(relayed("Signal=16"), Err(InfoError::NotADigit));
        assert_eq!(relayed("Signal=!"), Err(InfoError::NotADigit));
        assert_eq!(relayed("Signal="), Err(InfoError::NoSignal));
        assert_eq!(relayed("Duration=160"), Err(InfoError::NoSignal));
        assert_eq!(relayed("5"), Err(InfoError::NoSignal));
        assert_eq!(bare(""), Err(InfoError::NoSignal));
        assert_eq!(bare("hello"), Err(InfoError::NoSignal));
        assert_eq!(bare("999"), Err(InfoError::NoSignal));
        assert_eq!(parse("text/plain", b"5"), Err(InfoError::ContentType));
    }

    #[test]
    fn content_types_are_compared_without_case_and_parameters() {
        assert!(is_dtmf("Application/DTMF-Relay; charset=utf-8"));
        assert!(is_dtmf("application/dtmf"));
        assert!(!is_dtmf("application/dtmf-relay2"));
        assert!(!is_dtmf(""));
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_panic(body in proptest::collection::vec(any::<u8>(), 0..400), text in ".{0,80}") {
            for bytes in [body.as_slice(), text.as_bytes()] {
                let _ = parse("application/dtmf", bytes);
                let _ = parse("application/dtmf-relay", bytes);
            }
        }
    }
}
