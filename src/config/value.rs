//! Shapes of values that several sections share.

use std::fmt;
use std::marker::PhantomData;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::path_text::{sound, sound_file};
use aftercall_base::parse_duration;

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
            .map_err(|_| format!("`{}` is not a duration; write a number with its unit, such as \"400ms\", \"2.5s\", \"3min\" or \"1h\"", super::syntax::shortened(&text)))
    }
}

/// Deserializes one text or a list of texts, each parsed by `FromStr`: `listen = "a"` and `listen = ["a", "b"]` are both understood.
pub(super) fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    list(deserializer, |text| {
        text.parse().map_err(|error: T::Err| error.to_string())
    })
}

/// Deserializes one text or a list of texts, each read by `parse`. A fault is told at its element, so that all of them are told.
pub(super) fn list<'de, D, T>(
    deserializer: D,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(Texts(parse))
}

struct Texts<F>(F);

impl<'de, T, F: Fn(&str) -> Result<T, String>> Visitor<'de> for Texts<F> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a list of texts")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        Ok(vec![(self.0)(text).map_err(E::custom)?])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element_seed(Text(&self.0))? {
            texts.push(text);
        }
        Ok(texts)
    }
}

/// One text of a list.
struct Text<'p, F>(&'p F);

impl<'de, T, F: Fn(&str) -> Result<T, String>> DeserializeSeed<'de> for Text<'_, F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de, T, F: Fn(&str) -> Result<T, String>> Visitor<'de> for Text<'_, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
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
            .map_err(|_| E::custom("is a text, and a list of tables is wanted"))
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
        inline
            .map(|inline| inline.table)
            .map_err(|_| E::custom("is a text, and a table is wanted"))
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
