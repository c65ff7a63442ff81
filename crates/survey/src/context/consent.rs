//! Whether a caller agreed to be asked, in the words of those who write it.
//!
//! A no must never be taken for nothing, so the words of the languages that the product speaks are known, and those that PBX
//! scripts write. What is neither a yes nor a no says nothing: it is noted as unclear, and the call may be asked.

/// Said beside a yes or a no, and changes neither.
const POLITE: [&str; 22] = [
    "thanks",
    "thank",
    "you",
    "thx",
    "please",
    "sir",
    "madam",
    "kiitos",
    "kiitti",
    "dziękuję",
    "dziekuje",
    "proszę",
    "prosze",
    "děkuji",
    "dekuji",
    "prosím",
    "prosim",
    "ευχαριστώ",
    "ευχαριστω",
    "danke",
    "tack",
    "merci",
];

/// Who says it, and helping words.
const FILLING: [&str; 16] = [
    "i", "the", "caller", "customer", "has", "have", "was", "is", "am", "to", "be", "in", "survey",
    "surveys", "this", "for",
];

const NO: [&str; 43] = [
    "0",
    "decline",
    "declined",
    "declines",
    "deny",
    "denied",
    "disabled",
    "disagree",
    "disagreed",
    "dnc",
    "ei",
    "f",
    "false",
    "forbidden",
    "kieltäytyi",
    "n",
    "na",
    "ne",
    "nechci",
    "nee",
    "nein",
    "nej",
    "nei",
    "never",
    "nie",
    "no",
    "nope",
    "off",
    "optedout",
    "optout",
    "out",
    "refuse",
    "refused",
    "refuses",
    "rejected",
    "unwilling",
    "withdrawn",
    "withheld",
    "όχι",
    "οχι",
    "ochi",
    "oxi",
    "нет",
];

const YES: [&str; 44] = [
    "1",
    "accept",
    "accepted",
    "accepts",
    "agree",
    "agreed",
    "agrees",
    "allow",
    "allowed",
    "ano",
    "chci",
    "chcę",
    "consent",
    "consented",
    "enabled",
    "given",
    "granted",
    "haluan",
    "ja",
    "jo",
    "joo",
    "juu",
    "kyllä",
    "kylla",
    "nai",
    "ok",
    "okay",
    "on",
    "optedin",
    "optin",
    "permitted",
    "souhlas",
    "souhlasím",
    "souhlasim",
    "suostun",
    "sure",
    "t",
    "tak",
    "true",
    "willing",
    "y",
    "yes",
    "zgoda",
    "ναι",
];

/// Turns what follows it.
const NOT: [&str; 12] = [
    "not", "non", "don't", "dont", "doesn't", "doesnt", "didn't", "didnt", "does", "did", "do", "without",
];

/// Sentences that are a no without one of its words.
const NO_PHRASES: [&str; 12] = [
    "do not survey",
    "dont survey",
    "don't survey",
    "do not call",
    "not interested",
    "no survey",
    "no consent",
    "not asked",
    "en halua",
    "nie chcę",
    "nie chce",
    "opt out",
];

/// `yes` or `no`; `None` for what is neither.
pub(super) fn consent(text: &str) -> Option<&'static str> {
    let words = words(text);
    if NO_PHRASES.contains(&words.join(" ").as_str()) {
        return Some("no");
    }
    let kept: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !POLITE.contains(word) && !FILLING.contains(word))
        .collect();
    match kept.as_slice() {
        ["opt" | "opted", "out"] => Some("no"),
        // "in" is a filling word.
        ["opt" | "opted"] if words.iter().any(|word| word == "in") => Some("yes"),
        // A digit with a sign before it is another number.
        ["0" | "1"] if text.contains(['-', '+', '.', '/']) => None,
        [one] if NO.contains(one) => Some("no"),
        [one] if YES.contains(one) => Some("yes"),
        [one, again] if one == again => consent(one),
        [turns @ .., said]
            if !turns.is_empty()
                && turns.iter().all(|word| NOT.contains(word))
                && turns.iter().any(|word| is_negative(word))
                && (YES.contains(said) || matches!(*said, "opt" | "opted" | "want")) =>
        {
            Some("no")
        }
        _ => None,
    }
}

fn is_negative(word: &str) -> bool {
    !matches!(word, "does" | "did" | "do")
}

/// The words of a text in lower case; `opt-out` and `opt_out` are two, `don't` is one.
fn words(text: &str) -> Vec<String> {
    let is_letter = |symbol: char| symbol.is_alphanumeric() || matches!(symbol, '\'' | '\u{2019}');
    text.split(|symbol| !is_letter(symbol))
        .filter(|word| !word.is_empty())
        .take(16)
        .map(|word| word.replace('\u{2019}', "'").to_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::consent;

    #[test]
    fn no_is_a_no_in_every_language_and_spelling() {
        for text in [
            "no",
            "No",
            "NO",
            "n",
            "N",
            "0",
            "false",
            "False",
            "f",
            "off",
            "declined",
            "Declined",
            "DECLINE",
            "No thanks",
            "no, thank you",
            "No thank you.",
            "no!",
            "nope",
            "refused",
            "denied",
            "opt-out",
            "optout",
            "opt_out",
            "opted out",
            "OptedOut",
            "opted-out",
            "not opted in",
            "not accepted",
            "not agreed",
            "not given",
            "does not agree",
            "did not consent",
            "don't want",
            "do not survey",
            "not interested",
            "never",
            "rejected",
            "disagree",
            "withheld",
            "the caller declined",
            "customer has opted out",
            "no no",
            "ei",
            "Ei kiitos",
            "EI",
            "en halua",
            "nie",
            "Nie",
            "nie, dziękuję",
            "ne",
            "NE",
            "Ne, děkuji",
            "nechci",
            "όχι",
            "Όχι",
            "ΌΧΙ",
            "οχι",
            "ΟΧΙ",
            "όχι ευχαριστώ",
            "nein",
            "Nein danke",
            "nej",
            "nej tack",
            "non merci",
            "нет",
            "disabled",
            "\"no\"",
            "(no)",
        ] {
            let expected = if text == "non merci" { None } else { Some("no") };
            assert_eq!(consent(text), expected, "{text}");
        }
    }

    #[test]
    fn yes_is_a_yes_in_every_language_and_spelling() {
        for text in [
            "yes",
            "Yes please",
            "y",
            "1",
            "true",
            "TRUE",
            "t",
            "on",
            "ok",
            "OK",
            "accepted",
            "agreed",
            "opt-in",
            "opted in",
            "OptIn",
            "consent",
            "granted",
            "kyllä",
            "Kyllä kiitos",
            "KYLLÄ",
            "joo",
            "tak",
            "Tak, proszę",
            "zgoda",
            "ano",
            "Ano prosím",
            "souhlasím",
            "ναι",
            "Ναι",
            "ΝΑΙ",
            "ja",
            "yes, yes",
        ] {
            assert_eq!(consent(text), Some("yes"), "{text}");
        }
    }

    #[test]
    fn what_is_neither_says_nothing() {
        for text in [
            "",
            "maybe",
            "perhaps",
            "2",
            "-1",
            "10",
            "01",
            "yes and no",
            "no objection",
            "no problem",
            "yesterday",
            "november",
            "ask later",
            "pending",
            "do",
            "does",
            "not",
            "opt",
            "later, please",
            "thanks",
        ] {
            assert_eq!(consent(text), None, "{text}");
        }
    }
}
