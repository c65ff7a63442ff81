//! The users in headers that hold addresses: who called, who was called first, who handed over.

use super::field::is_withheld;
use super::text;
use crate::sip::event::{Address, InboundInvite};

/// Headers that are read as addresses, also where a configuration names them.
const HEADERS: [&str; 11] = [
    "P-Asserted-Identity",
    "P-Preferred-Identity",
    "P-Called-Party-ID",
    "Remote-Party-ID",
    "From",
    "To",
    "History-Info",
    "Diversion",
    "Referred-By",
    "Contact",
    "Request-URI",
];

/// Addresses read from one call's headers of one name; more are left out.
const MOST_ADDRESSES: usize = 32;

/// Whether a header of this name holds addresses.
pub fn is_address(name: &str) -> bool {
    HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The users of all addresses under this name in order, clean; those that withhold themselves are left out.
pub fn users(invite: &InboundInvite, name: &str) -> Vec<String> {
    if name.eq_ignore_ascii_case("Request-URI") {
        return user(&invite.request_uri).into_iter().collect();
    }
    // The agent has read these two already.
    if name.eq_ignore_ascii_case("From") {
        return user(&invite.from).into_iter().collect();
    }
    if name.eq_ignore_ascii_case("To") {
        return user(&invite.to).into_iter().collect();
    }
    let values = invite
        .headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    values
        .flat_map(|(_, value)| elements(value.expose()))
        .filter(|element| !names_the_called(element))
        .filter_map(Address::parse)
        .filter_map(|address| user(&address))
        .take(MOST_ADDRESSES)
        .collect()
}

/// The user of one address: without the parameters that a telephone number may carry (RFC 3261 section 19.1.6).
pub fn user(address: &Address) -> Option<String> {
    let user = address.user.expose().as_str();
    let user = user.split(';').next().unwrap_or_default();
    text::bounded(user).filter(|user| !is_withheld(user))
}

/// Whether the text may be the number of a person: seven digits and more, with what people write between them.
pub fn is_subscriber_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= 7
        && text
            .chars()
            .all(|symbol| symbol.is_ascii_digit() || "+-.()/ ".contains(symbol))
}

/// `Remote-Party-ID` may also tell who is called (`;party=called`).
fn names_the_called(element: &str) -> bool {
    let parameters = element.rsplit_once('>').map_or("", |(_, parameters)| parameters);
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| {
            name.trim().eq_ignore_ascii_case("party") && value.trim().eq_ignore_ascii_case("called")
        })
}

/// The elements of a comma list; commas in quotes and brackets separate nothing.
fn elements(value: &str) -> Vec<&str> {
    let (mut quoted, mut escaped, mut bracketed) = (false, false, false);
    value
        .split(|symbol| {
            let separates = symbol == ',' && !quoted && !bracketed;
            match symbol {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' if !bracketed => quoted = !quoted,
                '<' if !quoted => bracketed = true,
                '>' if !quoted => bracketed = false,
                _ => {}
            }
            separates
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{elements, is_subscriber_number, names_the_called};

    #[test]
    fn commas_in_quotes_and_brackets_separate_nothing() {
        let list = r#""a, \"b" <sip:x,y@h>;index=1,<sip:z@h?Reason=SIP%3Bcause%3D302>;index=1.1"#;
        assert_eq!(
            elements(list),
            [
                r#""a, \"b" <sip:x,y@h>;index=1"#,
                "<sip:z@h?Reason=SIP%3Bcause%3D302>;index=1.1"
            ]
        );
    }

    #[test]
    fn numbers_of_people_are_told_from_extensions_and_names() {
        for number in ["+358401234567", "0401234", "040-123 4567", "(040) 1234567"] {
            assert!(is_subscriber_number(number), "{number}");
        }
        for other in ["4711", "sales", "agent4711234567", "7100", ""] {
            assert!(!is_subscriber_number(other), "{other}");
        }
    }

    #[test]
    fn called_party_is_not_the_caller() {
        assert!(names_the_called("<sip:1@h>;party=called;screen=yes"));
        assert!(!names_the_called("<sip:1@h;party=called>;party=calling"));
    }
}
