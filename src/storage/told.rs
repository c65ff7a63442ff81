//! Where the context of a call came from, as one text beside the call's row.
//!
//! A row of its own for each field would multiply the writing of every arriving call; one small text costs next to
//! nothing, and a view takes it apart for those who read (`v_call_context`).
//!
//! ```text
//! {"queue":["X-Queue"],"talk_time":["X-Talk-Time","95"],"survey":["X-Survey","vip","unknown"]}
//!           source                   source        value             source     value note
//! ```

use serde_json::{Map, Value};

/// What was told under one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The field or attribute.
    pub name: String,
    /// Where it stood, such as `X-Queue` or `User-to-User:agent`.
    pub source: String,
    /// Its value, where the call has no column for it; never the number of a person.
    pub value: Option<String>,
    /// What became of it when it was not simply taken.
    pub note: Option<Note>,
}

/// What became of a value that was not simply taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It looked like the number of a person, and its keyed hash is stored instead.
    Hashed,
    /// Nothing of this name exists here, and it had no effect.
    Unknown,
}

impl Note {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hashed => "hashed",
            Self::Unknown => "unknown",
        }
    }
}

/// The text; `None` when nothing was told.
pub(super) fn to_json(told: &[Told]) -> Option<String> {
    if told.is_empty() {
        return None;
    }
    let fields: Map<String, Value> = told
        .iter()
        .map(|told| (told.name.clone(), Value::Array(entry(told))))
        .collect();
    Some(Value::Object(fields).to_string())
}

/// Source, value, note; what is missing at the end is left out.
fn entry(told: &Told) -> Vec<Value> {
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::String(text.to_owned()));
    let mut entry = vec![
        text(Some(&told.source)),
        text(told.value.as_deref()),
        text(told.note.map(Note::as_str)),
    ];
    while entry.last().is_some_and(Value::is_null) {
        entry.pop();
    }
    entry
}

#[cfg(test)]
mod tests {
    use super::{Note, Told, to_json};

    #[test]
    fn what_was_told_is_one_small_text() {
        let told = |name: &str, value: Option<&str>, note| Told {
            name: name.to_owned(),
            source: "X-A".to_owned(),
            value: value.map(str::to_owned),
            note,
        };
        let all = [
            told("agent", None, Some(Note::Hashed)),
            told("queue", None, None),
            told("survey", Some("say \"hi\""), Some(Note::Unknown)),
            told("talk_time", Some("95"), None),
        ];
        assert_eq!(
            to_json(&all).unwrap(),
            r#"{"agent":["X-A",null,"hashed"],"queue":["X-A"],"survey":["X-A","say \"hi\"","unknown"],"talk_time":["X-A","95"]}"#
        );
        assert_eq!(to_json(&[]), None);
    }
}
