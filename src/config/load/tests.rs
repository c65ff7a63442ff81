use std::collections::HashMap;
use std::time::Duration;

use super::from_text;
use aftercall_sip::event::Transport;

fn lines(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let environment = environment
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    from_text(text, "a.toml", Some(environment))
        .faults
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn empty_file_is_all_defaults() {
    let loaded = from_text("", "a.toml", Some(HashMap::new()));
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    assert_eq!(loaded.settings.sip.listen[0].address.port(), 5060);
    assert_eq!(loaded.settings.http.listen.to_string(), "127.0.0.1:8080");
}

#[test]
fn environment_wins_over_the_file() {
    let environment = [
        ("AFTERCALL__SIP__LISTEN", "127.0.0.1:5070,tcp:127.0.0.1:5071"),
        ("AFTERCALL__CALLS__MAX_CONCURRENT", "7"),
        ("AFTERCALL__MEDIA__SILENCE_TIMEOUT", "9s"),
    ];
    let environment = environment
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let loaded = from_text(
        "[sip]\nlisten = \"0.0.0.0:1\"\n[calls]\nmax_concurrent = 3\n",
        "a.toml",
        Some(environment),
    );
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    let settings = loaded.settings;
    assert_eq!(settings.sip.listen.len(), 2);
    assert_eq!(settings.sip.listen[1].transport, Some(Transport::Tcp));
    assert_eq!(settings.calls.max_concurrent, 7);
    assert_eq!(settings.media.silence_timeout.0, Duration::from_secs(9));
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let text = "[sip]\nlisten = \"nowhere\"\nmax_dialogs = \"many\"\nfoo = 1\n\n[media]\nports = \"5-4\"\n\n[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\nevery = 0\n\n[typo]\n";
    let lines = lines(text, &[]);
    assert_eq!(lines.len(), 6, "{lines:#?}");
    for (line, word) in [
        (2, "nowhere"),
        (3, "max_dialogs"),
        (4, "foo"),
        (7, "5-4"),
        (12, "every"),
        (14, "typo"),
    ] {
        let start = format!("a.toml:{line}");
        assert!(
            lines
                .iter()
                .any(|found| found.starts_with(&start) && found.contains(word)),
            "{start} {word}: {lines:#?}"
        );
    }
}

#[test]
fn fault_in_a_variable_names_the_variable() {
    let lines = lines("", &[("AFTERCALL__SIP__LISTEN", "nowhere")]);
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].contains("AFTERCALL__SIP__LISTEN") && lines[0].contains("nowhere"),
        "{lines:?}"
    );
}

#[test]
fn broken_syntax_is_told_with_its_line() {
    let lines = lines("[sip]\nlisten = [\n", &[]);
    assert!(lines[0].contains("not TOML"), "{lines:?}");
}

#[test]
fn number_or_name_routed_twice_is_refused_where_it_stands() {
    let route = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";
    let twice = lines(&format!("{route}{route}"), &[]);
    assert!(twice.len() == 1 && twice[0].starts_with("a.toml:5"), "{twice:?}");
    let named = "[[route]]\nnumber = \"other\"\nname = \"nps\"\nsurvey = \"a\"\n";
    let counted_as_one = lines(&format!("{route}{named}"), &[]);
    assert!(
        counted_as_one.len() == 1 && counted_as_one[0].starts_with("a.toml:6"),
        "{counted_as_one:?}"
    );
}

#[test]
fn fault_in_a_variable_is_not_blamed_on_the_line_it_overrides() {
    let lines = lines(
        "[sip]\nmax_dialogs = 7\n",
        &[("AFTERCALL__SIP__MAX_DIALOGS", "many")],
    );
    assert!(
        lines.len() == 1 && lines[0].starts_with("environment variable AFTERCALL__SIP__MAX_DIALOGS"),
        "{lines:?}"
    );
}

#[test]
fn node_may_be_called_by_a_number_and_an_empty_variable_sets_nothing() {
    let environment = [
        ("AFTERCALL__CALLS__NODE", "7"),
        ("AFTERCALL__SIP__ADVERTISED", ""),
    ];
    let environment = environment
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    let loaded = from_text("", "a.toml", Some(environment));
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    assert_eq!(loaded.settings.calls.node, "7");
}

#[test]
fn typographic_quotes_are_told_as_such() {
    for line in [
        "survey = \u{201C}default\u{201D}",
        "survey = \u{2018}default\u{2019}",
        "survey = \"default\u{201D}",
        "language = [\u{201E}fi\u{201C}]",
    ] {
        let text = format!("[[route]]\nnumber = \"nps\"\n{line}\n");
        let loaded = from_text(&text, "a.toml", Some([].into()));
        let told: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
        assert!(
            told[0].starts_with("a.toml:3") && told[0].contains("typographic quotes"),
            "{line}: {told:?}"
        );
    }
    let text = "[[route]]\nnumber = \"a\u{2019}b\" x\n";
    let loaded = from_text(text, "a.toml", Some([].into()));
    assert!(
        !loaded.faults[0].reason.contains("typographic"),
        "{:?}",
        loaded.faults
    );
}

#[test]
fn one_table_where_a_list_of_tables_is_wanted_is_told_its_brackets() {
    let hash = "0".repeat(64);
    let text = format!("[http.key]\nname = \"pbx\"\nhash = \"sha256:{hash}\"\nscopes = [\"results\"]\n");
    let loaded = from_text(&text, "a.toml", Some([].into()));
    let told: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
    assert!(
        told.len() == 1 && told[0].contains("write [[http.key]]."),
        "{told:?}"
    );
}
