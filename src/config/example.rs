//! A value of each setting as an operator would write it, which a fault shows instead of a page to read.

use super::setting;

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

/// The first key of a section.
pub(super) fn first_key(section: &str) -> Option<&'static str> {
    let mut settings = setting::settings();
    settings
        .find(|known| known.section.as_str() == section)
        .map(|known| known.key)
}

/// The section other than `section` that has a setting of this name.
pub(super) fn elsewhere(section: &str, key: &str) -> Option<&'static str> {
    setting::settings()
        .find(|known| known.section.as_str() != section && known.key == key)
        .map(|known| known.section.as_str())
}

/// The example of a setting, as TOML.
pub(super) fn of(section: &str, key: &str) -> Option<&'static str> {
    let in_tables = || {
        IN_TABLES
            .into_iter()
            .find(|(of, known, _)| *of == section && *known == key)
    };
    setting::find(section, key)
        .map(|known| known.example.as_ref())
        .or_else(|| in_tables().map(|(_, _, example)| example))
}

/// What to write, as a fix.
pub(super) fn fix(section: &str, key: &str) -> String {
    match of(section, key) {
        Some(example) => format!("write for example {key} = {example}"),
        None => "write another value".to_owned(),
    }
}
