//! A value of each setting as an operator would write it: what a fault shows instead of a page to read.
//!
//! A test loads each of them, and another finds each documented setting here.

use std::sync::LazyLock;

use aftercall_survey::context::Field;

/// Section, key, value as TOML; all but the headers of the context's fields, which the table of fields has.
const EXAMPLES: [(&str, &str, &str); 95] = [
    ("route", "number", "\"nps\""),
    ("route", "survey", "\"default\""),
    ("route", "name", "\"sales\""),
    ("route", "every", "10"),
    ("route", "share", "\"10%\""),
    ("route", "counted_per", "\"queue\""),
    ("route", "when", "{ queue = \"sales*\" }"),
    (
        "route",
        "campaign",
        "{ from = \"2026-11-01\", to = \"2026-11-30\" }",
    ),
    ("route", "max_per_day", "50"),
    ("route", "max_in_all", "400"),
    ("route", "time_zone", "\"Europe/Helsinki\""),
    ("route", "hours", "{ mon-fri = \"08:00-16:00\" }"),
    ("route", "holidays", "[\"2026-12-06\", \"2026-12-25\"]"),
    ("route", "min_talk_time", "\"20s\""),
    ("route", "cool_down_days", "90"),
    ("route", "cool_down_same_survey_days", "180"),
    ("route", "min_per_agent_day", "1"),
    ("route", "max_per_agent_day", "3"),
    ("route", "language", "[\"fi\", \"en\"]"),
    ("route", "not_surveyed", "\"thanks\""),
    ("sampling", "time_zone", "\"Europe/Helsinki\""),
    ("sampling", "hours", "{ mon-fri = \"08:00-16:00\" }"),
    ("sampling", "holidays", "[\"2026-12-06\", \"2026-12-25\"]"),
    ("sampling", "min_talk_time", "\"20s\""),
    ("sampling", "cool_down_days", "90"),
    ("sampling", "cool_down_same_survey_days", "180"),
    ("sampling", "min_per_agent_day", "1"),
    ("sampling", "max_per_agent_day", "3"),
    ("sip", "listen", "\"0.0.0.0:5060\""),
    ("sip", "advertised", "\"203.0.113.5\""),
    ("sip", "private_contact", "\"source\""),
    ("sip", "trusted", "[\"127.0.0.0/8\", \"192.0.2.20/32\"]"),
    ("sip", "max_dialogs", "20000"),
    ("sip", "max_transactions", "200000"),
    ("sip", "max_connections", "1000"),
    ("sip", "max_message_bytes", "65535"),
    ("sip", "connection_idle", "\"600s\""),
    ("sip", "retry_after", "\"10s\""),
    ("media", "ports", "\"20000-29999\""),
    ("media", "advertised", "\"203.0.113.5\""),
    ("media", "threads", "0"),
    ("media", "realtime", "true"),
    ("media", "late_limit", "\"5ms\""),
    ("media", "codecs", "[\"PCMU\", \"PCMA\", \"G722\", \"opus\"]"),
    ("media", "srtp", "\"optional\""),
    ("media", "srtp_suites", "[\"AES_CM_128_HMAC_SHA1_80\"]"),
    ("media", "in_band_dtmf", "\"auto\""),
    ("media", "silence_timeout", "\"30s\""),
    ("media", "port_quarantine", "\"5s\""),
    ("calls", "max_concurrent", "500"),
    ("calls", "node", "\"node-1\""),
    ("calls", "drain", "\"60s\""),
    ("context", "preset", "\"asterisk\""),
    ("context", "attributes", "{ customer_segment = [\"X-Segment\"] }"),
    ("context", "user_to_user", "[\"User-to-User\"]"),
    ("context", "plain_user_to_user", "\"token\""),
    ("context", "call_ids", "[\"Cisco-GUID\"]"),
    ("context", "token", "[\"token\"]"),
    ("context", "token_separator", "\"--\""),
    ("context", "unset_words", "[\"none\", \"n/a\"]"),
    ("context", "real_words", "[\"unknown\"]"),
    ("context", "own_numbers", "[\"+35820555*\"]"),
    ("numbers", "country_code", "\"358\""),
    ("numbers", "national_prefix", "\"0\""),
    ("numbers", "international_prefix", "\"00\""),
    ("numbers", "national_digits", "\"5-12\""),
    ("numbers", "rewrite", "[{ prefix = \"90\", replace = \"0\" }]"),
    ("numbers", "nobody", "[\"pbx\", \"99*\"]"),
    ("numbers", "names", "false"),
    (
        "results",
        "bye_headers",
        "{ X-Survey-Result = \"{disposition};nps={nps}\" }",
    ),
    ("results", "answer_headers", "{ X-Survey-Call = \"{call}\" }"),
    ("privacy", "caller_number", "\"hash_only\""),
    ("privacy", "key_file", "\"../var/caller-hash.key\""),
    ("storage", "path", "\"../var/aftercall.db\""),
    ("storage", "spool", "\"../var/aftercall.spool\""),
    ("recordings", "directory", "\"../var/recordings\""),
    ("recordings", "keep_days", "90"),
    ("recordings", "min_free_mb", "500"),
    ("recordings", "max_disk_percent", "95"),
    ("recordings", "threads", "2"),
    ("http", "listen", "\"127.0.0.1:8080\""),
    ("http", "key", "[]"),
    ("http", "rate_limit", "100"),
    ("http", "announcement_lifetime", "\"1h\""),
    ("http", "max_announcements", "100000"),
    ("control", "socket", "\"../var/aftercall.sock\""),
    ("languages", "fallback", "[\"fi\", \"en\"]"),
    ("prompts", "directory", "\"../prompts\""),
    ("prompts", "own", "\"../var/prompts\""),
    ("surveys", "directory", "\"surveys\""),
    ("surveys", "templates", "\"templates\""),
    ("surveys", "max_per_day", "{ nps-comment = 50 }"),
    ("surveys", "max_in_all", "{ nps-comment = 400 }"),
    ("log", "filter", "\"info\""),
    ("log", "format", "\"text\""),
];

/// Keys of tables in lists, and an example of each.
const IN_TABLES: [(&str, &str, &str); 3] = [
    ("http.key", "name", "\"pbx\""),
    (
        "http.key",
        "hash",
        "\"sha256:...\", as `aftercall api-key new` prints it",
    ),
    ("http.key", "scopes", "[\"decisions\"]"),
];

/// Those and the headers of the context's fields, which stand in their section behind its preset.
static ALL: LazyLock<Vec<(&str, &str, String)>> = LazyLock::new(|| {
    let mut all = Vec::new();
    for (section, key, example) in EXAMPLES {
        all.push((section, key, example.to_owned()));
        if (section, key) == ("context", "preset") {
            all.extend(Field::configured().map(|field| ("context", field.as_str(), headers(field))));
        }
    }
    all
});

/// The first header of a field; one that is told by no header of its own gets the name that it would have.
fn headers(field: Field) -> String {
    match field.description().headers.first() {
        Some(header) => format!("[\"{header}\"]"),
        None => {
            let (first, rest) = field.as_str().split_at(1);
            format!("[\"X-{}{rest}\"]", first.to_uppercase())
        }
    }
}

/// Every section and key.
pub(super) fn settings() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALL.iter().map(|(section, key, _)| (*section, *key))
}

/// The first key of a section.
pub(super) fn first_key(section: &str) -> Option<&'static str> {
    settings().find(|(of, _)| *of == section).map(|(_, key)| key)
}

/// The sections other than `section` that have a setting of this name.
pub(super) fn elsewhere(section: &str, key: &str) -> Option<&'static str> {
    settings()
        .find(|(of, known)| *of != section && *known == key)
        .map(|(of, _)| of)
}

/// The example of a setting, as TOML.
pub(super) fn of(section: &str, key: &str) -> Option<&'static str> {
    let all = ALL
        .iter()
        .map(|(of, known, example)| (*of, *known, example.as_str()));
    all.chain(IN_TABLES)
        .find(|(of, known, _)| *of == section && *known == key)
        .map(|(_, _, example)| example)
}

/// What to write, as a mend.
pub(super) fn mend(section: &str, key: &str) -> String {
    match of(section, key) {
        Some(example) => format!("write for example {key} = {example}"),
        None => "write another value".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use crate::config::load::from_text;

    #[test]
    fn every_example_is_sound() {
        for (section, key, example) in &*ALL {
            let text = match *section {
                "route" => {
                    let other = |of: &str| {
                        if of == *key {
                            String::new()
                        } else {
                            format!("{of} = \"a\"\n")
                        }
                    };
                    format!(
                        "[[route]]\n{}{}{key} = {example}\n",
                        other("number"),
                        other("survey")
                    )
                }
                _ => format!("[{section}]\n{key} = {example}\n"),
            };
            let loaded = from_text(&text, "a.toml", Some([].into()));
            assert!(loaded.faults.is_empty(), "{text}: {:?}", loaded.faults);
        }
    }
}
