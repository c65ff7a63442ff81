//! The users in headers that hold addresses: who called, who was called first, who handed over.

use super::header_text::unquoted;
use aftercall_base::Redacted;
use aftercall_sip::event::{Address, InboundInvite};
use aftercall_survey::context::number::is_anonymous_host;
use aftercall_survey::context::text::bounded;

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

/// Headers whose addresses have no parameters of their own: what stands behind a bare URI is the URI's (RFC 3325 section 9.1).
const WITHOUT_PARAMETERS: [&str; 2] = ["P-Asserted-Identity", "P-Preferred-Identity"];

/// Users by which somebody says not to be somebody.
const WITHHELD: [&str; 6] = [
    "anonymous",
    "unknown",
    "unavailable",
    "restricted",
    "private",
    "withheld",
];

/// Addresses read from one call's headers of one name; more are left out.
const MOST_ADDRESSES: usize = 32;

/// Whether a header of this name holds addresses.
pub(super) fn is_address(name: &str) -> bool {
    HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// The users of all addresses under this name in order, clean; those that withhold themselves are left out.
pub(super) fn users(invite: &InboundInvite, name: &str) -> Vec<String> {
    addresses(invite, name).iter().filter_map(user).collect()
}

/// What the addresses under this name tell of a telephone number, in order: the user with the parameters that belong to
/// it, else what stands in the place of an address. `Err` is a text that names nobody by its host.
pub(super) fn numbers(invite: &InboundInvite, name: &str) -> Vec<Result<String, String>> {
    addresses(invite, name)
        .iter()
        .filter_map(|address| {
            let user = address.user.expose();
            if is_anonymous_host(&address.host) {
                return Some(Err(user.clone()));
            }
            let context = address
                .parameters
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("phone-context"));
            let context = context.map_or_else(String::new, |(_, value)| format!(";phone-context={value}"));
            (!user.is_empty()).then(|| Ok(format!("{user}{context}")))
        })
        .collect()
}

fn addresses(invite: &InboundInvite, name: &str) -> Vec<Address> {
    // The agent has read these already.
    let read = [
        ("Request-URI", &invite.request_uri),
        ("From", &invite.from),
        ("To", &invite.to),
    ];
    if let Some((_, address)) = read.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        return vec![(*address).clone()];
    }
    let is_bare = WITHOUT_PARAMETERS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name));
    let values = invite
        .headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    values
        .flat_map(|(_, value)| elements(value.expose()))
        .filter(|element| !names_the_called(element))
        .filter_map(|element| address(element, is_bare))
        .take(MOST_ADDRESSES)
        .collect()
}

/// One address. Where somebody has written a number without a scheme, that is its user.
fn address(element: &str, is_bare: bool) -> Option<Address> {
    let element = element.trim();
    let read = match is_bare && !element.contains('<') {
        true => Address::parse(&format!("<{element}>")),
        false => Address::parse(element),
    };
    let is_read = read.as_ref().is_some_and(|address| !address.scheme.is_empty());
    if is_read {
        return read;
    }
    let inner = element
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(element, |(inner, _)| inner);
    let user = bounded(inner.split(';').next().unwrap_or_default())?;
    Some(Address {
        user: Redacted::new(unquoted(&user)),
        ..Address::default()
    })
}

/// The user of one address: without the parameters that a telephone number may carry (RFC 3261 section 19.1.6).
pub(super) fn user(address: &Address) -> Option<String> {
    let user = address.user.expose().as_str();
    let user = user.split(';').next().unwrap_or_default();
    let is_withheld = |user: &str| WITHHELD.iter().any(|word| user.eq_ignore_ascii_case(word));
    bounded(user).filter(|user| !is_withheld(user) && !is_anonymous_host(&address.host))
}

/// Whether the caller has asked that the number be shown to nobody: `Privacy` (RFC 3323, RFC 3325 section 9.3), `From` without
/// a name, or `Remote-Party-ID` with `privacy`.
pub(super) fn asks_for_privacy(invite: &InboundInvite) -> bool {
    let of = |name: &'static str| {
        let named = invite
            .headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.expose().as_str())
    };
    let is_private = |word: &str| {
        let word = word.trim();
        ["id", "user", "header", "session", "full"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    let by_header = of("Privacy").any(|value| value.split([';', ',']).any(is_private));
    let by_party = of("Remote-Party-ID")
        .flat_map(elements)
        .filter(|element| !names_the_called(element))
        .any(|element| {
            let value = parameter(element, "privacy");
            value.is_some_and(|value| {
                !value.eq_ignore_ascii_case("off") && !value.eq_ignore_ascii_case("none")
            })
        });
    by_header || by_party || is_anonymous_host(&invite.from.host)
}

/// `Remote-Party-ID` may also tell who is called (`;party=called`).
fn names_the_called(element: &str) -> bool {
    parameter(element, "party").is_some_and(|party| party.eq_ignore_ascii_case("called"))
}

/// A parameter behind the brackets of an address.
fn parameter<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let (_, parameters) = element.rsplit_once('>')?;
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().trim_matches('"'))
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
    use super::{address, elements, names_the_called};

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
    fn called_party_is_not_the_caller() {
        assert!(names_the_called("<sip:1@h>;party=called;screen=yes"));
        assert!(names_the_called("<sip:1@h>; Party = \"called\""));
        assert!(!names_the_called("<sip:1@h;party=called>;party=calling"));
    }

    #[test]
    fn number_without_a_scheme_is_the_user() {
        for element in [
            "+358401234567",
            "<+358401234567>",
            "\"A\" <+358401234567>",
            "\"+358401234567\"",
            "<+358401234567>;x=1",
        ] {
            let address = address(element, true).unwrap();
            assert_eq!(address.user.expose(), "+358401234567", "{element}");
        }
        let tel = address("tel:0401234567;phone-context=+358", true).unwrap();
        assert_eq!(tel.parameters, [("phone-context".to_owned(), "+358".to_owned())]);
    }
}
