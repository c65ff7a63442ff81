//! The cookies of a session and of a chosen language (RFC 6265). Pure.

use std::time::Duration;

/// Its name on connections without TLS.
const PLAIN: &str = "aftercall_session";

/// Its name with TLS: a browser takes a cookie of this prefix only from this host, by TLS, for all paths.
const SECURE: &str = "__Host-aftercall_session";

/// The name of the cookie with the chosen language. It protects nothing, so it has one name on all connections.
const LANGUAGE: &str = "aftercall_language";

/// How long a choice of the language is kept, in seconds: a year.
const LANGUAGE_AGE: u64 = 365 * 86_400;

/// Cookies of one request that are looked at; a browser sends those of all programs of the host.
const MOST: usize = 100;

const fn name(is_secure: bool) -> &'static str {
    if is_secure { SECURE } else { PLAIN }
}

/// The token in the values of the `Cookie` headers of a request. One that was set without TLS does not count with it: whoever can change plain
/// traffic could have planted it.
pub fn token<'h>(headers: impl Iterator<Item = &'h str>, is_secure: bool) -> Option<&'h str> {
    value(headers, name(is_secure))
}

/// The tag of the chosen language in the values of the `Cookie` headers of a request.
pub fn language<'h>(headers: impl Iterator<Item = &'h str>) -> Option<&'h str> {
    value(headers, LANGUAGE)
}

fn value<'h>(headers: impl Iterator<Item = &'h str>, name: &str) -> Option<&'h str> {
    let cookies = headers.flat_map(|header| header.split(';')).take(MOST);
    let mut values = cookies.filter_map(|cookie| {
        let (found, value) = cookie.trim().split_once('=')?;
        (found == name).then_some(value)
    });
    values.next()
}

/// The value of `Set-Cookie` that keeps a language.
pub(super) fn set_language(tag: &str, is_secure: bool) -> String {
    line(LANGUAGE, tag, LANGUAGE_AGE, is_secure)
}

/// The value of `Set-Cookie` that begins a session.
pub fn begin(token: &str, lifetime: Duration, is_secure: bool) -> String {
    set(token, lifetime.as_secs(), is_secure)
}

/// The value of `Set-Cookie` that ends it.
pub(super) fn end(is_secure: bool) -> String {
    set("", 0, is_secure)
}

fn set(token: &str, seconds: u64, is_secure: bool) -> String {
    line(name(is_secure), token, seconds, is_secure)
}

fn line(name: &str, value: &str, seconds: u64, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{begin, end, language, set_language, token};

    #[test]
    fn token_is_found_among_cookies_of_other_programs() {
        for (header, is_secure, expected) in [
            ("aftercall_session=abc", false, Some("abc")),
            ("a=b; aftercall_session=abc;c", false, Some("abc")),
            ("aftercall_session=", false, Some("")),
            ("xaftercall_session=abc", false, None),
            ("aftercall_session", false, None),
            ("", false, None),
            ("aftercall_session=abc", true, None),
            (
                "__Host-aftercall_session=abc; aftercall_session=x",
                true,
                Some("abc"),
            ),
            ("__Host-aftercall_session=abc", false, None),
        ] {
            assert_eq!(token([header].into_iter(), is_secure), expected, "{header}");
        }
        assert_eq!(
            token(["a=b", "aftercall_session=abc"].into_iter(), false),
            Some("abc")
        );
    }

    #[test]
    fn cookie_is_for_no_script_and_no_other_site() {
        assert_eq!(
            begin("abc", Duration::from_secs(60), true),
            "__Host-aftercall_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        assert_eq!(
            end(false),
            "aftercall_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn language_is_kept_for_a_year_and_found_beside_the_session() {
        assert_eq!(
            set_language("fi", true),
            "aftercall_language=fi; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure"
        );
        let sent = ["aftercall_session=abc; aftercall_language=fi"];
        assert_eq!(
            (language(sent.into_iter()), token(sent.into_iter(), false)),
            (Some("fi"), Some("abc"))
        );
        assert_eq!(language(["aftercall_session=fi"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(header in ".{0,200}", is_secure: bool) {
            let found = token([header.as_str()].into_iter(), is_secure);
            prop_assert!(found.is_none_or(|found| header.contains(found) && !found.contains(';')));
        }

        #[test]
        fn what_was_set_is_read_back(value in "[A-Za-z0-9_-]{0,50}", is_secure: bool) {
            let set = begin(&value, Duration::from_secs(1), is_secure);
            let pair = set.split(';').next().unwrap();
            let sent = format!("x=1; {pair}; y=2");
            prop_assert_eq!(token([sent.as_str()].into_iter(), is_secure), Some(value.as_str()));
        }
    }
}
