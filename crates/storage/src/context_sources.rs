//! Where the context of a call came from, as one JSON text in the call's row.
//!
//! A row of its own for each field would multiply the writing of every arriving call; one small text costs next to
//! nothing, and a view takes it apart for those who read (`v_call_context`).
//!
//! ```text
//! {"queue":["X-Queue"],"talk_time":["X-Talk-Time","95"],"survey":["X-Survey","vip","unknown"],
//!           source                   source        value             source     value note
//!  "agent":["X-Agent",null,"unset","${MEMBERNAME}"]}
//!           source         note    text that is no value
//! ```

use serde_json::{Map, Value};

use aftercall_survey::context::{ContextSource, SourceNote};

/// The text; `None` when there is no source.
pub(super) fn to_json(sources: &[ContextSource]) -> Option<String> {
    if sources.is_empty() {
        return None;
    }
    let fields: Map<String, Value> = sources
        .iter()
        .map(|source| (source.name.clone(), Value::Array(entry(source))))
        .collect();
    Some(Value::Object(fields).to_string())
}

/// The sources in the text of a row. Those that cannot be read are left out, for a row may have been written by other hands.
pub(super) fn from_json(text: &str) -> Vec<ContextSource> {
    let fields: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let source = |(name, entry): (String, Value)| {
        let part = |at: usize| entry.get(at).and_then(Value::as_str).map(str::to_owned);
        Some(ContextSource {
            source: part(0)?,
            value: part(1),
            note: part(2).as_deref().and_then(SourceNote::from_str_opt),
            text: part(3),
            name,
        })
    };
    fields.into_iter().filter_map(source).collect()
}

/// Source, value, note, text; what is missing at the end is left out.
fn entry(source: &ContextSource) -> Vec<Value> {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::String(text.to_owned()));
    let mut entry = vec![
        text(Some(&source.source)),
        text(source.value.as_deref()),
        text(source.note.map(SourceNote::as_str)),
        text(source.text.as_deref()),
    ];
    while entry.last().is_some_and(Value::is_null) {
        entry.pop();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::{ContextSource, SourceNote, from_json, to_json};

    #[test]
    fn what_was_told_is_one_small_text() {
        let source = |name: &str, value: Option<&str>, note| ContextSource {
            name: name.to_owned(),
            source: "X-A".to_owned(),
            value: value.map(str::to_owned),
            note,
            text: None,
        };
        let all = [
            source("agent", None, Some(SourceNote::Hashed)),
            source("queue", None, None),
            source("survey", Some("say \"hi\""), Some(SourceNote::Unknown)),
            source("talk_time", Some("95"), None),
            ContextSource {
                text: Some("(null)".to_owned()),
                ..source("team", None, Some(SourceNote::Unset))
            },
        ];
        assert_eq!(
            to_json(&all).unwrap(),
            r#"{"agent":["X-A",null,"hashed"],"queue":["X-A"],"survey":["X-A","say \"hi\"","unknown"],"talk_time":["X-A","95"],"team":["X-A",null,"unset","(null)"]}"#
        );
        assert_eq!(from_json(&to_json(&all).unwrap()), all);
        assert_eq!(from_json("[1"), []);
        assert_eq!(from_json(r#"{"a":7,"b":[],"c":["X"]}"#).len(), 1);
        assert_eq!(to_json(&[]), None);
    }
}
