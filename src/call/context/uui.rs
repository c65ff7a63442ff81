//! `User-to-User` (RFC 7433) as contact centres fill it.
//!
//! ```text
//! User-to-User: 00FA080019001038F725B3;encoding=hex                      Avaya: UCID
//! User-to-User: 0471756575653D73616C6573;encoding=hex;purpose=isdn-uui   discriminator 04, then text
//! User-to-User: 71756575653D73616C6573;pd=04;encoding=hex                discriminator apart
//! User-to-User: queue=sales;agent=4711;encoding=text                     not what the RFC says, but what is sent
//!
//! Avaya's shared form, after the discriminator:  | tag | length | data ... | tag | length | data ... |
//!                                                  FA = UCID, 8 bytes: node, sequence (16 bit), time (32 bit)
//!                                                  C8 = application data
//! ```

use super::header_text::{clean, readable, unquoted, wire_bytes};
use super::pairs::{self, End};
use aftercall_survey::context::text;

const UCID: u8 = 0xFA;
const APPLICATION: u8 = 0xC8;

/// Values read from one header; more are part of the last.
const MOST_VALUES: usize = 16;

/// Parameters of the header; everything else between semicolons is data.
const PARAMETERS: [&str; 4] = ["encoding", "purpose", "content", "pd"];

/// What one `User-to-User` value holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserToUser {
    /// Avaya's universal call id as its own reports show it: 20 decimal digits.
    pub ucid: Option<String>,
    /// The pairs of a `key=value` list.
    pub pairs: Vec<(String, String)>,
    /// Text that is no list.
    pub text: Option<String>,
}

/// The values of one header: several may stand in one line, with commas between (RFC 7433 section 4.1).
///
/// A comma inside a list of pairs separates those (`queue=sales,agent=4711;encoding=text`), and none of them is a value of
/// its own. So a comma is one between values where what stands before it is complete: it has a parameter of the header, or
/// is quoted, or hexadecimal with hexadecimal behind it.
pub fn values(header: &str) -> Vec<&str> {
    let mut values = Vec::new();
    let mut rest = header;
    let mut searched = 0;
    while let Some(at) = comma(rest, searched) {
        let Some((before, behind)) = rest.split_at_checked(at) else {
            break;
        };
        let behind = behind.get(1..).unwrap_or_default();
        if values.len() < MOST_VALUES && is_complete(before, behind) {
            values.push(before.trim());
            (rest, searched) = (behind, 0);
        } else {
            searched = at + 1;
        }
    }
    values.push(rest.trim());
    values.retain(|value| !value.is_empty());
    values
}

/// The first comma outside quotes from here on.
fn comma(text: &str, from: usize) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.char_indices().find_map(|(at, symbol)| {
        let separates = symbol == ',' && !quoted && at >= from;
        match symbol {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        separates.then_some(at)
    })
}

fn is_complete(before: &str, behind: &str) -> bool {
    let before = before.trim();
    let is_hex = |text: &str| {
        let data = text.trim().split([';', ',']).next().unwrap_or_default().trim();
        data.len() >= 4 && data.len().is_multiple_of(2) && data.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let is_quoted = before.len() >= 2 && before.starts_with('"') && before.ends_with('"');
    let has_parameter = before.split(';').skip(1).any(|piece| parameter(piece).is_some());
    has_parameter || is_quoted || is_hex(before) && !before.contains(';') && is_hex(behind)
}

/// Reads a value; whatever cannot be understood is left out.
pub fn parse(value: &str) -> UserToUser {
    let end = End::of(wire_bytes(value));
    // A gateway that copies it out of a Refer-To may forget to undo the escapes.
    let is_escaped = !value.contains(';') && value.to_ascii_lowercase().contains("%3bencoding");
    let unescaped = if is_escaped {
        text::unescaped(value)
    } else {
        value.to_owned()
    };
    let (data, parameters) = split(&unescaped);
    let parameter = |name: &str| {
        let found = parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let is_discriminated = parameter("pd").is_some();
    match parameter("encoding") {
        Some("hex") => bytes_of(&data).map_or_else(UserToUser::default, |(bytes, whole)| {
            read(&bytes, is_discriminated, if whole { end } else { End::Doubtful })
        }),
        Some(_) => of_text(&data, end),
        // Without a word about it the data are hexadecimal (RFC 7433 section 4.1), if they can be.
        None => guess(&data, is_discriminated, end).unwrap_or_else(|| of_text(&data, end)),
    }
}

/// Data and parameters; a list inside the data keeps its semicolons.
fn split(value: &str) -> (String, Vec<(String, String)>) {
    let value = value.trim();
    if value.starts_with('"') {
        let inner = unquoted(value);
        let tail = value.rsplit_once('"').map_or("", |(_, tail)| tail);
        return (inner, tail.split(';').filter_map(parameter).collect());
    }
    let mut parameters = Vec::new();
    let mut data = Vec::new();
    for piece in value.split(';') {
        match parameter(piece) {
            Some(found) => parameters.push(found),
            None => data.push(piece),
        }
    }
    (data.join(";").trim().to_owned(), parameters)
}

fn parameter(piece: &str) -> Option<(String, String)> {
    let (name, value) = piece.split_once('=')?;
    let name = name.trim().to_ascii_lowercase();
    let known = PARAMETERS.contains(&name.as_str());
    known.then(|| (name, unquoted(value.trim()).to_ascii_lowercase()))
}

/// The bytes of hexadecimal text, and whether no half byte was cut off at its end.
fn bytes_of(data: &str) -> Option<(Vec<u8>, bool)> {
    let digits = data.trim().as_bytes();
    let whole = digits.len().is_multiple_of(2);
    let digits = if whole { digits } else { digits.split_last()?.1 };
    text::hex(digits).map(|bytes| (bytes, whole))
}

fn guess(data: &str, is_discriminated: bool, end: End) -> Option<UserToUser> {
    let is_whole = |(bytes, whole): &(Vec<u8>, bool)| bytes.len() >= 2 && (*whole || end == End::Doubtful);
    let (bytes, _) = bytes_of(data).filter(is_whole)?;
    let content = if is_discriminated {
        &bytes
    } else {
        without_discriminator(&bytes)
    };
    let is_shared = matches!(content.first(), Some(&(UCID | APPLICATION)));
    let is_text = content.iter().all(|byte| matches!(byte, b' '..=b'~'));
    (is_shared || is_text).then(|| read(&bytes, is_discriminated, end))
}

fn read(bytes: &[u8], is_discriminated: bool, end: End) -> UserToUser {
    let content = if is_discriminated {
        bytes
    } else {
        without_discriminator(bytes)
    };
    match content.first() {
        Some(&(UCID | APPLICATION)) => shared(content, end),
        Some(_) | None => of_text(&readable(content), end),
    }
}

/// Q.931 names the protocol in the first byte, all of them below a blank; text that comes without one is whole as it is.
fn without_discriminator(bytes: &[u8]) -> &[u8] {
    match bytes.split_first() {
        Some((first, rest)) if *first < b' ' => rest,
        Some(_) | None => bytes,
    }
}

/// Avaya's shared form: tags with lengths; what is cut off in the middle is left out.
fn shared(mut content: &[u8], end: End) -> UserToUser {
    let mut found = UserToUser::default();
    while let Some(([tag, length], rest)) = content.split_first_chunk::<2>() {
        let length = usize::from(*length);
        let (data, end, rest) = match rest.split_at_checked(length) {
            Some((data, rest)) => (data, End::Whole, rest),
            None => (
                rest,
                if *tag == APPLICATION { End::Doubtful } else { end },
                [].as_slice(),
            ),
        };
        match *tag {
            UCID => found.ucid = ucid(data).or(found.ucid),
            APPLICATION => {
                let inner = of_text(&readable(data), end);
                found.pairs.extend(inner.pairs);
                found.text = inner.text.or(found.text);
            }
            _ => {}
        }
        content = rest;
    }
    found
}

/// 20 decimal digits: node (5), sequence (5), seconds (10).
fn ucid(data: &[u8]) -> Option<String> {
    let [n1, n2, s1, s2, time @ ..] = data else {
        return None;
    };
    let time: [u8; 4] = time.try_into().ok()?;
    let (node, sequence) = (u16::from_be_bytes([*n1, *n2]), u16::from_be_bytes([*s1, *s2]));
    Some(format!("{node:05}{sequence:05}{:010}", u32::from_be_bytes(time)))
}

fn of_text(data: &str, end: End) -> UserToUser {
    // The list is taken apart before escapes are undone: an escaped separator separates nothing.
    let pairs = pairs::parse(data, end);
    let is_list = !pairs.is_empty() || data.contains('=');
    UserToUser {
        ucid: None,
        text: (!is_list && end == End::Whole).then(|| clean(data)).flatten(),
        pairs,
    }
}

#[cfg(test)]
mod tests {
    use super::{UserToUser, parse, values};

    fn text(value: &str) -> Option<String> {
        parse(value).text
    }

    fn pairs(value: &str) -> Vec<String> {
        let pairs = parse(value).pairs;
        pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    fn hex(text: &str) -> String {
        text.bytes().map(|byte| format!("{byte:02X}")).collect()
    }

    #[test]
    fn avaya_ucid_is_read_as_avayas_reports_write_it() {
        // Node 1, sequence 900, 2007-03-14: 00 01 | 03 84 | 45 F8 17 5D.
        for value in [
            "00FA080001038445F8175D;encoding=hex",
            "04fa080001038445f8175d",
            "FA080001038445F8175D;pd=00;encoding=hex",
        ] {
            assert_eq!(
                parse(value).ucid.as_deref(),
                Some("00001009001173886813"),
                "{value}"
            );
        }
    }

    #[test]
    fn avayas_shared_form_holds_data_beside_the_ucid() {
        let data = "queue=sales;agent=4711";
        let value = format!(
            "04C8{:02X}{}FA080001038445F8175D;encoding=hex",
            data.len(),
            hex(data)
        );
        let read = parse(&value);
        assert_eq!(read.ucid.as_deref(), Some("00001009001173886813"));
        assert_eq!(pairs(&value), ["queue=sales", "agent=4711"]);
        let cut = format!("04C8{:02X}{};encoding=hex", data.len() + 9, hex(data));
        assert_eq!(
            pairs(&cut),
            ["queue=sales"],
            "the length tells that data are missing"
        );
        assert_eq!(parse("00FA0800010384;encoding=hex"), UserToUser::default());
    }

    #[test]
    fn hexadecimal_text_loses_its_discriminator_and_no_more() {
        assert_eq!(
            text(&format!(
                "04{};encoding=hex;purpose=isdn-uui;content=isdn-uui",
                hex("conv-7")
            ))
            .as_deref(),
            Some("conv-7")
        );
        assert_eq!(
            text(&format!("{};pd=04;encoding=hex", hex("conv-7"))).as_deref(),
            Some("conv-7")
        );
        assert_eq!(
            text(&format!("{};encoding=hex", hex("conv-7"))).as_deref(),
            Some("conv-7")
        );
        assert_eq!(
            text(&hex("conv-7")).as_deref(),
            Some("conv-7"),
            "hexadecimal is what it is unless it says otherwise"
        );
        assert_eq!(text("04zz;encoding=hex"), None);
    }

    #[test]
    fn text_and_lists_are_read_however_they_are_wrapped() {
        assert_eq!(text("conv-7;encoding=ascii").as_deref(), Some("conv-7"));
        assert_eq!(text("12345").as_deref(), Some("12345"));
        let expected = ["queue=sales", "agent=4711"];
        for value in [
            "queue=sales;agent=4711".to_owned(),
            "queue=sales;agent=4711;encoding=text;purpose=isdn-interwork".to_owned(),
            "\"queue=sales;agent=4711\";encoding=ascii".to_owned(),
            format!("04{};encoding=hex", hex("queue=sales;agent=4711")),
            format!("04{}%3Bencoding%3Dhex", hex("queue=sales;agent=4711")),
            "queue=sal%65s;agent=4711;encoding=text".to_owned(),
        ] {
            assert_eq!(pairs(&value), expected, "{value}");
        }
        assert_eq!(
            pairs("queue=a%3Bb;encoding=text"),
            ["queue=a;b"],
            "an escaped separator separates nothing"
        );
    }

    #[test]
    fn one_header_may_hold_several_values() {
        let ucid = "00FA080001038445F8175D";
        for (header, expected) in [
            (
                "a;encoding=ascii, b;encoding=ascii",
                vec!["a;encoding=ascii", "b;encoding=ascii"],
            ),
            (
                "00FA080001038445F8175D;encoding=hex,queue=sales;encoding=ascii",
                vec![
                    "00FA080001038445F8175D;encoding=hex",
                    "queue=sales;encoding=ascii",
                ],
            ),
            (
                "00FA080001038445F8175D , 0471756575653D61",
                vec![ucid, "0471756575653D61"],
            ),
            ("\"queue=a,b\",\"agent=1\"", vec!["\"queue=a,b\"", "\"agent=1\""]),
            (
                "queue=sales,agent=4711;encoding=text",
                vec!["queue=sales,agent=4711;encoding=text"],
            ),
            ("queue=sales,agent=4711", vec!["queue=sales,agent=4711"]),
            (
                "queue=sales;agent=1;note=a,b",
                vec!["queue=sales;agent=1;note=a,b"],
            ),
            (
                "queue=a;encoding=text,agent=7,team=b;encoding=text",
                vec!["queue=a;encoding=text", "agent=7,team=b;encoding=text"],
            ),
            ("sales, north", vec!["sales, north"]),
            (", ,", vec![", ,"]),
        ] {
            assert_eq!(values(header), expected, "{header}");
        }
        let long = "a;pd=00,".repeat(10_000);
        assert!(values(&long).len() <= 17);
    }

    #[test]
    fn cut_list_keeps_its_whole_pairs() {
        let list = format!("queue=sales;agent=4711;note={}", "x".repeat(300));
        let cut = &list[..230];
        assert_eq!(pairs(cut), ["queue=sales", "agent=4711"]);
        let digits = format!("04{}", hex(&list));
        assert_eq!(
            pairs(&format!("{};encoding=hex", &digits[..211])),
            ["queue=sales", "agent=4711"]
        );
        assert_eq!(
            pairs(&digits[..255]),
            ["queue=sales", "agent=4711"],
            "also when the word about the encoding was cut"
        );
    }
}
