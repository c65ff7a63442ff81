//! The environment over the file: `AFTERCALL__SECTION__KEY` wins over `[section] key`, and so does its fault.

use std::collections::HashMap;

use config::{Config, ConfigError, Environment, File, FileFormat};
use serde_json::Value;
use serde_path_to_error::Segment;

/// Settings that are lists: a variable holds their values with commas between.
const LISTS: [&str; 29] = [
    "sip.listen",
    "sip.trusted",
    "media.codecs",
    "media.srtp_suites",
    "context.preset",
    "context.queue",
    "context.agent",
    "context.team",
    "context.original_call_id",
    "context.language",
    "context.survey",
    "context.optin",
    "context.talk_time",
    "context.wait_time",
    "context.disposition",
    "context.caller",
    "context.transferor",
    "context.user_to_user",
    "context.call_ids",
    "context.token",
    "context.own_numbers",
    "context.unset_words",
    "context.real_words",
    // Digits are no numbers: a 0 at the beginning counts.
    "numbers.country_code",
    "numbers.national_prefix",
    "numbers.national_digits",
    "numbers.international_prefix",
    "numbers.nobody",
    "languages.fallback",
];

/// The file with the environment over it, and the environment by itself.
pub(super) fn merged(
    text: &str,
    environment: Option<HashMap<String, String>>,
) -> Result<(serde_json::Map<String, Value>, Value), ConfigError> {
    let variables = Environment::with_prefix("AFTERCALL")
        .prefix_separator("__")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
        .ignore_empty(true)
        .source(environment);
    let variables = LISTS
        .into_iter()
        .fold(variables, Environment::with_list_parse_key);
    let alone = Config::builder().add_source(variables.clone()).build()?;
    let both = Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .add_source(variables)
        .build()?;
    Ok((both.try_deserialize()?, alone.try_deserialize()?))
}

/// Whether what the path names, or what stands above it, is set there.
pub(super) fn stands_in(environment: &Value, section: &str, path: &[Segment]) -> bool {
    let mut here = environment.get(section);
    for segment in path {
        here = match (here, segment) {
            (Some(Value::Object(table)), Segment::Map { key }) => table.get(key),
            (Some(Value::Array(_)), Segment::Seq { .. }) => return true,
            (_, _) => None,
        };
    }
    here.is_some()
}

/// What to call the variable that sets this.
pub(super) fn variable(section: &str, path: &[Segment]) -> String {
    let mut name = format!("AFTERCALL__{section}");
    for segment in path {
        if let Segment::Map { key } = segment {
            name.push_str("__");
            name.push_str(key);
        }
    }
    format!("environment variable {}", name.to_uppercase())
}
