//! `[results]`: headers that return the result of a survey to the PBX.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::context::header_name;
use super::value::table;
use crate::results::{HeaderTemplates, ResultHeaders, Template};
use aftercall_survey::context::Preset;

/// Headers in one message.
const MOST_HEADERS: usize = 16;

/// `[results]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResultSettings {
    /// Headers of our BYE.
    #[serde(deserialize_with = "headers")]
    pub bye_headers: HeaderTemplates,
    /// Headers of our 200 to the INVITE, before anything was asked.
    #[serde(deserialize_with = "headers")]
    pub answer_headers: HeaderTemplates,
}

impl ResultSettings {
    /// What is sent: what is written here, over what these presets send.
    pub fn over(&self, presets: &[Preset]) -> ResultHeaders {
        let contents = || presets.iter().map(|preset| preset.content());
        ResultHeaders {
            bye: self
                .bye_headers
                .over(contents().flat_map(|content| content.bye_headers)),
            answer: self
                .answer_headers
                .over(contents().flat_map(|content| content.answer_headers)),
        }
    }
}

/// Reads templates by header name.
fn headers<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HeaderTemplates, D::Error> {
    let written: BTreeMap<ResultHeader, Value> = table(deserializer)?;
    if written.len() > MOST_HEADERS {
        return Err(serde::de::Error::custom(format!(
            "more than {MOST_HEADERS} headers"
        )));
    }
    let headers = written.into_iter().map(|(name, value)| (name.0, value.0));
    Ok(headers.collect())
}

/// Only extension headers: any other belongs to the protocol.
#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct ResultHeader(String);

impl TryFrom<String> for ResultHeader {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let is_extension = name
            .get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("X-"));
        if is_extension && name.len() > 2 {
            header_name(&name).map(Self)
        } else {
            Err(format!(
                "`{name}`: the name must begin with X-, such as X-Survey-Result"
            ))
        }
    }
}

#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Value(Template);

impl TryFrom<String> for Value {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Template::parse(&text)
            .map(Self)
            .map_err(|error| format!("`{text}`: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::ResultSettings;
    use crate::results::Template;
    use aftercall_survey::context::Preset;

    #[test]
    fn own_header_stands_instead_of_the_presets() {
        let settings: ResultSettings =
            serde_json::from_value(serde_json::json!({ "bye_headers": { "x-survey-result": "{nps}" } }))
                .unwrap();
        let headers = settings.over(&[Preset::Five9]).bye;
        let names: Vec<_> = headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["x-survey-result", "X-Survey-Answers", "X-Survey-Call"]);
    }

    #[test]
    fn every_template_of_a_preset_is_one() {
        for preset in Preset::ALL {
            let content = preset.content();
            for (name, template) in content.bye_headers.iter().chain(content.answer_headers) {
                let parsed = Template::parse(template);
                assert!(name.starts_with("X-") && parsed.is_ok(), "{preset:?}: {name}");
            }
        }
    }

    #[test]
    fn header_of_the_protocol_and_broken_template_are_refused() {
        for (wrong, word) in [
            (serde_json::json!({ "Via": "x" }), "begin with X-"),
            (serde_json::json!({ "X-": "x" }), "begin with X-"),
            (serde_json::json!({ "X-A B": "x" }), "not the name of a header"),
            (serde_json::json!({ "X-A": "{nps" }), "single `{`"),
            (serde_json::json!({ "X-A": "a\r\nb" }), "control characters"),
        ] {
            let read = serde_json::from_value::<ResultSettings>(serde_json::json!({ "bye_headers": wrong }));
            let error = read.unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
