//! Texts that say nothing: what a system writes for a variable that is not set, and a template that was not filled in.
//!
//! They come from every kind of dialplan and script, and look like values: a queue `(null)` would be counted, an agent
//! `${MEMBERNAME}` rated, and every call `unknown` would be the same call. Where such a text stands the field has no value, and
//! that is noted. Which further words say nothing, and which of these are a real name, the operator can say.

/// Words by which programs write nothing, whatever their case and brackets.
///
/// C and SIPp `(null)`, Kamailio and OpenSIPS `<null>`, Go `<nil>`, Lua and Ruby `nil`, Python `None`, JavaScript
/// `undefined`, `NaN` and `[object Object]`, FreeSWITCH `_undef_`, Genesys Architect `NOT_SET`, spreadsheets `#N/A`.
const WORDS: [&str; 27] = [
    "blank",
    "dbnull",
    "empty",
    "n a",
    "n.a",
    "n/a",
    "nan",
    "nil",
    "no value",
    "none",
    "not applicable",
    "not available",
    "not defined",
    "not found",
    "not provided",
    "not set",
    "notset",
    "novalue",
    "null",
    "object object",
    "unavailable",
    "undef",
    "undefined",
    "uninitialized",
    "unknown",
    "unset",
    "void",
];

/// What stands around a variable in the languages of dialplans and templates: Asterisk, FreeSWITCH, Kamailio, OpenSIPS, shells,
/// Ruby, JSP, Mustache, ...
const TEMPLATES: [(&str, &str); 8] = [
    ("${", "}"),
    ("$(", ")"),
    ("%{", "}"),
    ("#{", "}"),
    ("@{", "}"),
    ("{{", "}}"),
    ("<%", "%>"),
    ("$var(", ")"),
];

/// What one variable alone stands in, the whole text being that: `%QUEUE%`, `{ContactID}`, `@Call.ANI@`, `[[queue]]`.
const WHOLE: [(&str, &str); 5] = [("%", "%"), ("{", "}"), ("@", "@"), ("[[", "]]"), ("$", "")];

/// What an operator says of such words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnsetWords {
    /// Texts that say nothing as well.
    pub also: Vec<String>,
    /// Texts that are real values here.
    pub real: Vec<String>,
}

impl UnsetWords {
    /// Whether a text says nothing.
    pub fn is_placeholder(&self, text: &str) -> bool {
        let text = text.trim();
        let is_in = |words: &[String]| {
            words
                .iter()
                .any(|word| word.to_lowercase() == text.to_lowercase())
        };
        !is_in(&self.real) && (is_in(&self.also) || is_placeholder(text))
    }
}

fn is_placeholder(text: &str) -> bool {
    is_without_content(text) || is_word(text) || is_template(text) || is_failure(text)
}

/// Nothing but signs: `-`, `--`, `?`, `""`, `...`.
fn is_without_content(text: &str) -> bool {
    text.chars().all(|symbol| {
        symbol.is_ascii_punctuation()
            || symbol.is_whitespace()
            || matches!(symbol, '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201F}' | '\u{2026}' | '\u{2212}')
    })
}

fn is_word(text: &str) -> bool {
    let is_around = |symbol: char| symbol.is_whitespace() || "()<>[]{}\"'`_#%!*-.:;,".contains(symbol);
    let bare = text.trim_matches(is_around).to_lowercase();
    let spaced: String = bare
        .chars()
        .map(|symbol| if matches!(symbol, '_' | '-') { ' ' } else { symbol })
        .collect();
    let spaced = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    WORDS.contains(&spaced.as_str())
}

/// A variable that nobody has put a value for, anywhere in the text: what is left of it is no name.
fn is_template(text: &str) -> bool {
    let holds = |(open, close): &(&str, &str)| {
        let behind = text.split_once(open).map(|(_, behind)| behind);
        behind.is_some_and(|behind| behind.contains(close))
    };
    let is_python = text
        .split_once("%(")
        .and_then(|(_, behind)| behind.split_once(')'))
        .is_some_and(|(name, behind)| is_variable(name) && behind.starts_with(['s', 'd', 'r']));
    let is_whole = |(open, close): &(&str, &str)| {
        let name = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        name.is_some_and(is_variable)
    };
    // Kamailio and OpenSIPS: $avp(queue), $hdr(X-Queue).
    let is_pseudo_variable = text
        .strip_prefix('$')
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|rest| rest.split_once('('))
        .is_some_and(|(class, _)| is_variable(class));
    TEMPLATES.iter().any(holds)
        || is_python
        || WHOLE.iter().any(is_whole)
        || is_pseudo_variable
        || matches!(text, "%s" | "%d" | "%v")
}

/// A name as variables have one.
fn is_variable(name: &str) -> bool {
    let is_letter = |symbol: char| symbol.is_ascii_alphanumeric() || "_-.:/ ".contains(symbol);
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && name.chars().all(is_letter)
}

/// What an interface says when it has nothing: FreeSWITCH's `-ERR no reply`, Go's `%!s(<nil>)`.
fn is_failure(text: &str) -> bool {
    ["-ERR", "-USAGE", "%!s(", "%!v(", "%!d("]
        .iter()
        .any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{UnsetWords, WORDS, is_placeholder};

    #[test]
    fn texts_that_platforms_write_for_nothing_say_nothing() {
        for text in [
            "(null)",
            "null",
            "NULL",
            "<null>",
            "[null]",
            "nil",
            "<nil>",
            "(nil)",
            "None",
            "none",
            "NONE",
            "(none)",
            "<none>",
            "undefined",
            "Undefined",
            "undef",
            "_undef_",
            "unknown",
            "Unknown",
            "UNKNOWN",
            "<unknown>",
            "(unknown)",
            "unset",
            "not set",
            "NOT_SET",
            "not_set",
            "Not-Set",
            "N/A",
            "n/a",
            "#N/A",
            "n.a.",
            "NaN",
            "-",
            "--",
            "---",
            "?",
            "\u{2014}",
            "...",
            "''",
            "\"\"",
            "()",
            "[object Object]",
            "empty",
            "<empty>",
            "not available",
            "Not Applicable",
            "no value",
            "unavailable",
            "${UNIQUEID}",
            "${CHANNEL(linkedid)}",
            "${QUEUENAME}",
            "sales-${LANG}",
            "${",
            "$(hdr(X-Queue))",
            "$avp(queue)",
            "$hdr(X-Queue)",
            "$var(agent)",
            "%{queue}",
            "%{X-Queue}i",
            "{{flow.data.queue}}",
            "{{ queue }}",
            "#{queue}",
            "<%= queue %>",
            "@{queue}",
            "%QUEUE%",
            "{ContactID}",
            "{ECC.user}",
            "@Call.ANI@",
            "[[queue]]",
            "$QUEUE",
            "$queue_name",
            "%(queue)s",
            "%s",
            "-ERR no reply",
            "-ERR No such channel!",
            "%!s(<nil>)",
            "(not set)",
            "NOTSET",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn names_are_left_alone_however_they_look() {
        for text in [
            "sales",
            "0",
            "00",
            "1042",
            "7",
            "Nonesuch",
            "Nils",
            "Null Island",
            "none of the above",
            "unknown callers",
            "Emptying",
            "50%",
            "100% Oy",
            "a%b",
            "R&D",
            "C#",
            "C++",
            "$5",
            "#1",
            "@home",
            "a@b",
            "[vip]",
            "<sip:4711@pbx>",
            "(Nord)",
            "{7}",
            "SIP/1042",
            "Local/1042@agents",
            "PJSIP/1042-0000001",
            "1764038400.17",
            "a-b_c",
            "Z\u{fc}rich",
            "myynti",
            "\u{3bd}\u{3b5}",
            "Voidaan",
            "unset-queue",
            "%41",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }

    #[test]
    fn operator_adds_words_and_keeps_a_queue_that_is_really_called_so() {
        let words = UnsetWords {
            also: vec!["unassigned".to_owned(), "q-000".to_owned()],
            real: vec!["none".to_owned()],
        };
        assert!(
            words.is_placeholder("Unassigned")
                && words.is_placeholder(" q-000 ")
                && words.is_placeholder("(none)")
        );
        assert!(!words.is_placeholder("None") && !words.is_placeholder("sales"));
        assert!(WORDS.is_sorted(), "so that none is written twice");
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reading(text in "\\PC{0,60}|[$%#{}()<>@\\[\\]a-z_.]{0,20}") {
            let _ = UnsetWords::default().is_placeholder(&text);
        }

        #[test]
        fn plain_names_with_digits_are_never_unset(text in "[a-z]{1,8}[0-9]{1,6}") {
            prop_assert!(!is_placeholder(&text), "{text}");
        }
    }
}
