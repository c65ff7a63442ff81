//! The words of the options of `call` and `load`, read or refused with what to write.

use aftercall_rtp::sdp::{Codec, Ptime};

/// Where a caller is who is given by the number alone.
const NOBODYS_HOST: &str = "aftercall.invalid";

/// `Name: value`, without line breaks, which would end the header.
pub(super) fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is written as 'Name: value'")?;
    let name = name.trim();
    let sound = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte));
    if !sound || value.chars().any(char::is_control) {
        return Err("a header is written as 'Name: value', in one line".to_owned());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

/// The caller as a URI: a SIP or tel URI as it is, a bare number as a user of a host that is nobody's (RFC 6761 section 6.4).
pub(super) fn caller(text: &str) -> Result<String, String> {
    const FIX: &str =
        "write a number, +358401234567, or a URI: tel:+358401234567, sip:+358401234567@example.org";
    let is_uri = ["sip:", "sips:", "tel:"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    });
    let is_sound = |symbol: char| !(symbol.is_whitespace() || symbol.is_control() || "<>\"".contains(symbol));
    if is_uri {
        return text
            .chars()
            .all(is_sound)
            .then(|| text.to_owned())
            .ok_or_else(|| FIX.to_owned());
    }
    let number: String = text
        .chars()
        .filter(|symbol| !" -()./".contains(*symbol))
        .collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number
        .then(|| format!("sip:{number}@{NOBODYS_HOST}"))
        .ok_or_else(|| FIX.to_owned())
}

pub(super) fn ptime(text: &str) -> Result<Ptime, String> {
    let wanted: Option<u32> = text.parse().ok();
    Ptime::ALL
        .into_iter()
        .find(|ptime| Some(ptime.millis()) == wanted)
        .ok_or_else(|| "choose 10, 20, 30, 40 or 60".to_owned())
}

pub(super) fn codec(text: &str) -> Result<Codec, String> {
    Codec::named(text).ok_or_else(|| "choose PCMU, PCMA, G722 or opus".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{caller, header, ptime};

    #[test]
    fn header_is_name_and_value_in_one_line() {
        assert_eq!(
            header("X-Queue: sales"),
            Ok(("X-Queue".to_owned(), "sales".to_owned()))
        );
        assert_eq!(
            header("X-Note:a: b"),
            Ok(("X-Note".to_owned(), "a: b".to_owned()))
        );
        for text in ["X-Queue", ": sales", "X Queue: a", "X-Queue: a\r\nX-Agent: b"] {
            assert!(header(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn caller_is_a_number_or_a_uri() {
        for uri in [
            "sip:+358401234567@example.org",
            "tel:+358401234567",
            "SIP:anna@pbx.example",
        ] {
            assert_eq!(caller(uri).as_deref(), Ok(uri));
        }
        for (number, uri) in [
            ("+358401234567", "sip:+358401234567@aftercall.invalid"),
            ("040 123-4567", "sip:0401234567@aftercall.invalid"),
        ] {
            assert_eq!(caller(number).as_deref(), Ok(uri));
        }
        for wrong in [
            "",
            "anna",
            "sip:",
            "sip:a b@c",
            "sip:a>@c",
            "+",
            "++358",
            "12a",
            "anna@pbx.example",
        ] {
            let refused = caller(wrong).unwrap_err();
            assert!(refused.contains("+358401234567"), "{wrong}: {refused}");
        }
    }

    #[test]
    fn ptime_is_one_that_the_media_plane_keeps() {
        assert_eq!(ptime("30").map(|ptime| ptime.millis()), Ok(30));
        assert!(ptime("25").is_err() && ptime("x").is_err());
    }
}
