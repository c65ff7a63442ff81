//! Who ended the call with the agent, in the words of those who write it.
//!
//! Only words that name one side are taken. A word that depends on who called whom (`callee`, `remote`, `A`) says nothing here, and
//! neither does a transfer or a time limit.

/// `agent` or `caller`; `None` for what is neither.
pub(super) fn party(text: &str) -> Option<&'static str> {
    let word = text.trim().to_ascii_lowercase();
    match word.as_str() {
        // COMPLETEAGENT and COMPLETECALLER are the events of the queue log of Asterisk.
        "agent" | "completeagent" => Some("agent"),
        "caller" | "customer" | "completecaller" => Some("caller"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::party;

    #[test]
    fn side_is_named_in_the_words_of_pbxs_and_nothing_is_guessed() {
        for (text, expected) in [
            ("agent", Some("agent")),
            ("Agent", Some("agent")),
            ("COMPLETEAGENT", Some("agent")),
            ("caller", Some("caller")),
            (" Customer ", Some("caller")),
            ("CompleteCaller", Some("caller")),
            ("callee", None),
            ("remote", None),
            ("transfer", None),
            ("agents", None),
            ("", None),
        ] {
            assert_eq!(party(text), expected, "{text}");
        }
    }
}
