//! Shapes of values that several sections share.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::paths::{sound, sound_file};
use crate::survey::parse_duration;

/// A duration written for people: `"5s"`, `"400ms"`, `"5m"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Span(pub Duration);

impl Span {
    /// A span of whole seconds.
    pub const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        parse_duration(&text)
            .map(Self)
            .map_err(|_| format!("`{}` is no duration; write a number with its unit, such as \"400ms\", \"2.5s\", \"3min\" or \"1h\"", super::syntax::shortened(&text)))
    }
}

/// One value or a list of them: `listen = "a"` and `listen = ["a", "b"]` are both understood.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// Deserializes one value or a list of texts, each parsed by `FromStr`.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    text_list(deserializer)?
        .iter()
        .map(|text| text.parse().map_err(serde::de::Error::custom))
        .collect()
}

/// Deserializes one text or a list of them.
pub(super) fn text_list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match OneOrMany::<String>::deserialize(deserializer)? {
        OneOrMany::One(text) => vec![text],
        OneOrMany::Many(texts) => texts,
    })
}

/// Deserializes a table, also one written inline in a text, as in a variable:
/// `AFTERCALL__CONTEXT__ATTRIBUTES='{ vip = "X-VIP" }'`.
pub(super) fn table<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(Table(PhantomData))
}

/// Deserializes a list of tables, also written inline in a text, as in a variable: `[{ name = "pbx" }]`.
pub(super) fn tables<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    deserializer.deserialize_any(Tables(PhantomData))
}

struct Tables<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for Tables<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of tables such as [{ name = \"value\" }]")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Vec<T>, A::Error> {
        // Through the list's own access, so that a fault is told at its place.
        Vec::deserialize(SeqAccessDeserializer::new(list))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        let inline: Result<Inline<Vec<T>>, _> = toml::from_str(&format!("table = {text}"));
        // The text itself is not told: what it holds may be a secret.
        inline
            .map(|inline| inline.table)
            .map_err(|_| E::custom("not a list of tables; write for example [{ name = \"value\" }]"))
    }
}

struct Table<T>(PhantomData<T>);

#[derive(Deserialize)]
struct Inline<T> {
    table: T,
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Table<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table such as { name = \"value\" }")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        // Through the map's own access, so that a fault is told at its key.
        T::deserialize(MapAccessDeserializer::new(map))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        let inline: Result<Inline<T>, _> = toml::from_str(&format!("table = {text}"));
        inline.map(|inline| inline.table).map_err(|_| {
            E::custom("is a text, and a table is wanted; write for example { name = \"value\" }")
        })
    }
}

/// Deserializes the path of a file.
pub(super) fn file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    path(deserializer, sound_file)
}

/// Deserializes the path of a file, or an empty text for none.
pub(super) fn file_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    path(deserializer, |text| {
        if text.is_empty() { Ok(()) } else { sound_file(text) }
    })
}

/// Deserializes the path of a directory.
pub(super) fn directory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    path(deserializer, sound)
}

fn path<'de, D: Deserializer<'de>>(
    deserializer: D,
    sound: impl Fn(&str) -> Result<(), String>,
) -> Result<PathBuf, D::Error> {
    let path = text(deserializer)?;
    sound(&path).map_err(serde::de::Error::custom)?;
    Ok(path.into())
}

/// A text, also one that looks like a number: a variable `AFTERCALL__CALLS__NODE=7` arrives as one.
#[derive(Deserialize)]
#[serde(untagged)]
enum AnyText {
    Text(String),
    Whole(i64),
}

/// Deserializes a text that may look like a whole number.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(match AnyText::deserialize(deserializer)? {
        AnyText::Text(text) => text,
        AnyText::Whole(number) => number.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Span;

    #[test]
    fn span_reads_what_people_write_and_refuses_bare_numbers() {
        assert_eq!(
            Span::try_from("2.5m".to_owned()),
            Ok(Span(Duration::from_secs(150)))
        );
        assert!(Span::try_from("5".to_owned()).is_err());
    }
}
