//! Digits in the body of a SIP INFO request.
//!
//! Nothing of it is standardised: `application/dtmf-relay` has lines `Signal=5` and `Duration=160` (milliseconds),
//! `application/dtmf` the bare symbol, `application/vnd.nortelnetworks.digits` a line `d=5` among others. Writers differ in
//! everything else: blanks, case, quotes, what ends a line, a NUL behind the body, star and pound as symbols, words or 10 and
//! 11, and one writes what belongs to another's type. So any of the spellings is read in any of the types. What cannot be
//! read is refused, so that no 200 confirms a key press that nobody took.

use std::time::Duration;

use aftercall_base::Digit;

/// No DTMF body is longer; the rest is not read.
const MAX_OCTETS: usize = 256;

/// The content types that carry DTMF, the usual one first.
pub const TYPES: [&str; 3] = [
    "application/dtmf-relay",
    "application/dtmf",
    "application/vnd.nortelnetworks.digits",
];

/// What a line with the digit is called.
const SIGNAL: [&str; 3] = ["signal", "d", "digit"];

/// A digit by INFO.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InfoDigit {
    /// The key: 0-9, `*`, `#`, A-D.
    pub digit: Digit,
    /// How long it was held, where the body says so.
    pub duration: Option<Duration>,
}

/// Why an INFO body is not a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InfoError {
    /// Another content type: 415 is due.
    #[error("the content type is none of those that carry DTMF")]
    ContentType,
    /// No signal in the body, or more than one: 400 is due.
    #[error("not one signal in the DTMF body")]
    NoSignal,
    /// A signal that is no key and names nothing else either: 400 is due.
    #[error("the signal is not a DTMF digit")]
    NotADigit,
    /// The hook flash: heard, and it means nothing here.
    #[error("the signal is a hook flash")]
    Flash,
}

/// Whether an INFO with this content type carries DTMF. Parameters behind `;` do not matter.
pub fn is_dtmf(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    TYPES.iter().any(|known| media_type.eq_ignore_ascii_case(known))
}

/// Reads an INFO body.
///
/// # Errors
/// When there is not exactly one digit in it.
pub fn parse(content_type: &str, body: &[u8]) -> Result<InfoDigit, InfoError> {
    if !is_dtmf(content_type) {
        return Err(InfoError::ContentType);
    }
    let body = body.get(..MAX_OCTETS).unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    let lines = || {
        text.split(['\r', '\n', ';', '\0'])
            .map(bare)
            .filter(|line| !line.is_empty())
    };
    let mut signals = lines().filter_map(|line| field(line, &SIGNAL));
    let signal = match (signals.next(), signals.next()) {
        (Some(signal), None) => signal,
        (Some(_), Some(_)) => return Err(InfoError::NoSignal),
        // The symbol alone, or followed by fields.
        (None, _) => lines().next().ok_or(InfoError::NoSignal)?,
    };
    Ok(InfoDigit {
        digit: digit(signal)?,
        duration: lines()
            .find_map(|line| field(line, &["duration"]))
            .and_then(|millis| millis.parse().ok())
            .map(Duration::from_millis),
    })
}

/// The value of a line `name=value` or `name: value` of one of these names.
fn field<'a>(line: &'a str, names: &[&str]) -> Option<&'a str> {
    let (name, value) = line.split_once(['=', ':'])?;
    let name = bare(name);
    names
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
        .then(|| bare(value))
}

/// Without blanks and quotes around it.
fn bare(text: &str) -> &str {
    text.trim_matches(|symbol: char| {
        symbol.is_whitespace() || symbol.is_control() || matches!(symbol, '"' | '\'' | '<' | '>')
    })
}

/// One symbol, its word, or the event code in decimals.
fn digit(signal: &str) -> Result<Digit, InfoError> {
    let word = signal.to_ascii_lowercase();
    match word.as_str() {
        "" => Err(InfoError::NoSignal),
        "star" | "asterisk" | "%2a" => Ok(Digit::STAR),
        "pound" | "hash" | "%23" => Ok(Digit::POUND),
        "!" | "16" | "flash" | "hf" | "hookflash" | "hook-flash" => Err(InfoError::Flash),
        _ => symbol_or_code(signal),
    }
}

fn symbol_or_code(signal: &str) -> Result<Digit, InfoError> {
    let mut symbols = signal.chars();
    match (symbols.next(), symbols.next()) {
        (Some(symbol), None) => Digit::from_char(symbol).ok_or(InfoError::NotADigit),
        _ if signal.bytes().all(|byte| byte.is_ascii_digit()) => {
            let code = signal.parse().map_err(|_| InfoError::NoSignal)?;
            Digit::from_event(code).ok_or(InfoError::NotADigit)
        }
        _ => Err(InfoError::NoSignal),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{InfoError, TYPES, is_dtmf, parse};

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
    fn case_21_every_spelling_of_a_digit_is_that_digit_in_every_type() {
        let spellings = [
            "9",
            "9\0",
            "\09",
            "9\0\0\0",
            "9\r\n\0",
            "\"9\"",
            "'9'",
            "\u{feff}9",
            "9;",
            "09",
            "d=9",
            "D=9",
            "d = 9\r\n",
            "d=\"9\"",
            "d=9\0",
            "d=09",
            "d:9",
            "digit=9",
            "Signal=9\0",
            "Signal=9\0\r\nDuration=160\0",
            "Signal=\"9\"\r\nDuration=\"160\"",
            "Signal='9'",
            "\"Signal\"=\"9\"",
            "Signal:9",
            "Signal: 9\r\nDuration: 160",
            "Signal=9;Duration=160",
            "Signal=9 \t\r\n",
            "Signal = 9 ;",
            "SIGNAL=9",
            "\r\n Signal=9",
            "\tSignal=\t9",
            "Signal=09",
            "9\r\nDuration=160",
            "Duration=160\nSignal=9\n\n",
            "p=Digit-Collection\r\ny=Digit-Collection\r\ns=success\r\nu=12345678\r\ni=87654321\r\nd=9\r\n",
            "Signal=9\r\nDuration=160\r\nVolume=-10\r\nX=1",
        ];
        for body in spellings {
            for content_type in TYPES {
                let read = parse(content_type, body.as_bytes()).map(|info| info.digit.as_char());
                assert_eq!(read, Ok('9'), "{content_type}: {body:?}");
            }
        }
        for (body, symbol) in [
            ("d=*", '*'),
            ("d=\"#\"", '#'),
            ("Signal=star", '*'),
            ("Signal=%23", '#'),
            ("d=11\0", '#'),
            ("d=a", 'A'),
        ] {
            assert_eq!(relayed(body), Ok(symbol), "{body:?}");
        }
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
        assert_eq!(relayed("Signal=17"), Err(InfoError::NotADigit));
        assert_eq!(relayed("Signal=?"), Err(InfoError::NotADigit));
        assert_eq!(relayed("Signal=E"), Err(InfoError::NotADigit));
        for flash in ["Signal=16", "Signal=!", "Signal=hf", "!", "flash"] {
            assert_eq!(relayed(flash), Err(InfoError::Flash), "{flash}");
        }
        assert_eq!(relayed("Signal="), Err(InfoError::NoSignal));
        assert_eq!(relayed("Duration=160"), Err(InfoError::NoSignal));
        for several in [
            "Signal=1\r\nSignal=0",
            "Signal=1\r\nd=0",
            "Signal=1 0",
            "Signal=123",
            "Signal=1,0",
            "+5",
        ] {
            let refused = matches!(relayed(several), Err(InfoError::NoSignal | InfoError::NotADigit));
            assert!(refused, "one of them would be dropped: {several:?}");
        }
        assert_eq!(bare(""), Err(InfoError::NoSignal));
        assert_eq!(bare("hello"), Err(InfoError::NoSignal));
        assert_eq!(bare("999"), Err(InfoError::NoSignal));
        assert_eq!(parse("text/plain", b"5"), Err(InfoError::ContentType));
    }

    #[test]
    fn content_types_are_compared_without_case_and_parameters() {
        assert!(is_dtmf("Application/DTMF-Relay; charset=utf-8"));
        assert!(is_dtmf("application/dtmf") && is_dtmf("APPLICATION/vnd.NortelNetworks.digits"));
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
