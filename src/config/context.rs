//! `[context]`: which headers hold which field of the call that was just finished.
//!
//! Of each list the first header that has a value wins; a header that is missing costs nothing. A preset puts the names
//! of a platform before the defaults; a list written here stands instead of both.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::value::{list, table};
use aftercall_survey::context::number::{NumberOrigin, NumberingPlan};
use aftercall_survey::context::text::bounded;
use aftercall_survey::context::unset::UnsetWords;
use aftercall_survey::context::{Field, Mapping, Preset};
use aftercall_survey::route::NumberPattern;

/// Names in one list.
const MOST_NAMES: usize = 16;

/// Attributes of the operator's own.
const MOST_ATTRIBUTES: usize = 16;

/// Longest name of a header or attribute.
const LONGEST_NAME: usize = 64;

/// `[context]`, with its presets worked in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "WrittenContext")]
pub struct ContextSettings {
    /// The platforms whose names are known.
    pub presets: Vec<Preset>,
    /// How calls are read.
    pub mapping: Mapping,
}

/// As it is written: of each field the headers, and the settings beside them.
#[derive(Default)]
struct WrittenContext {
    preset: Presets,
    headers: BTreeMap<Field, HeaderNames>,
    attributes: Attributes,
    user_to_user: Option<HeaderNames>,
    plain_user_to_user: Option<Plain>,
    call_ids: Option<HeaderNames>,
    token: Option<HeaderNames>,
    token_separator: Option<Separator>,
    own_numbers: Numbers,
    unset_words: WordList,
    real_words: WordList,
}

/// A key of the section that is no field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OtherKey {
    Preset,
    Attributes,
    UserToUser,
    PlainUserToUser,
    CallIds,
    Token,
    TokenSeparator,
    OwnNumbers,
    UnsetWords,
    RealWords,
}

/// A key of the section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Field(Field),
    Other(OtherKey),
}

/// Every key in the order in which they are listed to somebody who has written another.
static KEYS: LazyLock<Vec<(&'static str, Key)>> = LazyLock::new(|| {
    let fields = Field::configured().map(|field| (field.as_str(), Key::Field(field)));
    let setting = |(word, setting)| (word, Key::Other(setting));
    let before = [("preset", OtherKey::Preset)].into_iter().map(setting);
    let behind = [
        ("attributes", OtherKey::Attributes),
        ("user_to_user", OtherKey::UserToUser),
        ("plain_user_to_user", OtherKey::PlainUserToUser),
        ("call_ids", OtherKey::CallIds),
        ("token", OtherKey::Token),
        ("token_separator", OtherKey::TokenSeparator),
        ("own_numbers", OtherKey::OwnNumbers),
        ("unset_words", OtherKey::UnsetWords),
        ("real_words", OtherKey::RealWords),
    ];
    before
        .chain(fields)
        .chain(behind.into_iter().map(setting))
        .collect()
});

static WORDS: LazyLock<Vec<&'static str>> = LazyLock::new(|| KEYS.iter().map(|(word, _)| *word).collect());

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<Key, E> {
        let found = KEYS.iter().find(|(known, _)| *known == word);
        found
            .map(|(_, key)| *key)
            .ok_or_else(|| E::unknown_field(word, &WORDS))
    }
}

impl<'de> Deserialize<'de> for WrittenContext {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("WrittenContext", &WORDS, WrittenContextVisitor)
    }
}

struct WrittenContextVisitor;

impl<'de> Visitor<'de> for WrittenContextVisitor {
    type Value = WrittenContext;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct WrittenContext")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<WrittenContext, A::Error> {
        let mut written = WrittenContext::default();
        while let Some(key) = table.next_key()? {
            match key {
                Key::Field(field) => {
                    let names: Option<HeaderNames> = table.next_value()?;
                    written.headers.extend(names.map(|names| (field, names)));
                }
                Key::Other(OtherKey::Preset) => written.preset = table.next_value()?,
                Key::Other(OtherKey::Attributes) => written.attributes = table.next_value()?,
                Key::Other(OtherKey::UserToUser) => written.user_to_user = table.next_value()?,
                Key::Other(OtherKey::PlainUserToUser) => written.plain_user_to_user = table.next_value()?,
                Key::Other(OtherKey::CallIds) => written.call_ids = table.next_value()?,
                Key::Other(OtherKey::Token) => written.token = table.next_value()?,
                Key::Other(OtherKey::TokenSeparator) => written.token_separator = table.next_value()?,
                Key::Other(OtherKey::OwnNumbers) => written.own_numbers = table.next_value()?,
                Key::Other(OtherKey::UnsetWords) => written.unset_words = table.next_value()?,
                Key::Other(OtherKey::RealWords) => written.real_words = table.next_value()?,
            }
        }
        Ok(written)
    }
}

impl From<WrittenContext> for ContextSettings {
    fn from(written: WrittenContext) -> Self {
        let presets = written.preset.0;
        let mut mapping = Mapping::of(&presets);
        let headers = written.headers.into_iter();
        mapping
            .headers
            .extend(headers.map(|(field, names)| (field, names.0)));
        mapping.attributes = written.attributes.0;
        set(&mut mapping.user_to_user, written.user_to_user);
        set(&mut mapping.call_ids, written.call_ids);
        set(&mut mapping.token_parameters, written.token);
        if let Some(Plain(field)) = written.plain_user_to_user {
            mapping.plain_user_to_user = field;
        }
        if let Some(Separator(separator)) = written.token_separator {
            mapping.token_separator = separator;
        }
        mapping.own_numbers = written.own_numbers.0;
        mapping.unset = UnsetWords {
            also: written.unset_words.0,
            real: written.real_words.0,
        };
        Self { presets, mapping }
    }
}

fn set(list: &mut Vec<String>, names: Option<HeaderNames>) {
    if let Some(names) = names {
        *list = names.0;
    }
}

/// The name of a header or parameter: a token (RFC 3261 section 25.1).
pub(super) fn header_name(name: &str) -> Result<String, String> {
    let sound = (1..=LONGEST_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte));
    if sound {
        Ok(name.to_owned())
    } else {
        Err(format!(
            "`{name}` is not the name of a header, which has letters, digits and `-`"
        ))
    }
}

/// Header names: one, or a list.
struct HeaderNames(Vec<String>);

impl<'de> Deserialize<'de> for HeaderNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "names", header_name).map(Self)
    }
}

#[derive(Default)]
struct Presets(Vec<Preset>);

impl<'de> Deserialize<'de> for Presets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        parsed(deserializer, "presets", Preset::from_str).map(Self)
    }
}

/// Texts that say nothing, or that do.
#[derive(Default)]
struct WordList(Vec<String>);

impl<'de> Deserialize<'de> for WordList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = |text: &str| match bounded(text) {
            Some(word) => Ok(word),
            None => Err("an empty text says nothing already".to_owned()),
        };
        parsed(deserializer, "words", word).map(Self)
    }
}

#[derive(Default)]
struct Numbers(Vec<String>);

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = |text: &str| {
            // A number may be written as people write it.
            let body = text.strip_suffix('*').unwrap_or(text);
            match NumberingPlan::default().number(body, NumberOrigin::Configured) {
                Ok(_) => Ok(text.to_owned()),
                Err(_) => NumberPattern::parse(text)
                    .map(|it| it.as_str().to_owned())
                    .map_err(|_| format!("`{}` is not a number or user", super::syntax::shortened(text))),
            }
        };
        parsed(deserializer, "numbers", number).map(Self)
    }
}

fn parsed<'de, D, T>(
    deserializer: D,
    what: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
{
    let parsed = list(deserializer, parse)?;
    if parsed.len() > MOST_NAMES {
        return Err(serde::de::Error::custom(format!("more than {MOST_NAMES} {what}")));
    }
    Ok(parsed)
}

/// `customer_segment = ["X-Segment"]`.
#[derive(Default)]
struct Attributes(BTreeMap<String, Vec<String>>);

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written: BTreeMap<AttributeName, HeaderNames> = table(deserializer)?;
        if written.len() > MOST_ATTRIBUTES {
            let reason = format!("more than {MOST_ATTRIBUTES} attributes");
            return Err(serde::de::Error::custom(reason));
        }
        Ok(Self(
            written
                .into_iter()
                .map(|(name, names)| (name.0, names.0))
                .collect(),
        ))
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
struct AttributeName(String);

impl TryFrom<String> for AttributeName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        if Field::of(&name).is_some() {
            return Err(format!(
                "`{name}` is a field of its own; write [context] {name} = ..."
            ));
        }
        let sound = (1..=LONGEST_NAME).contains(&name.len())
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if sound {
            Ok(Self(name))
        } else {
            Err(format!(
                "`{name}` is not the name of an attribute; write for example customer_segment"
            ))
        }
    }
}

/// What user-to-user data without keys are.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Plain(Option<Field>);

impl TryFrom<String> for Plain {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match (word.as_str(), Field::of(&word)) {
            ("none", _) => Ok(Self(None)),
            (_, Some(field @ (Field::Token | Field::OriginalCallId))) => Ok(Self(Some(field))),
            (_, _) => Err(format!(
                "`{word}`: write \"token\", \"original_call_id\" or \"none\""
            )),
        }
    }
}

/// What stands between number and token.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Separator(String);

impl TryFrom<String> for Separator {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let sound = text.len() <= 8
            && text
                .chars()
                .all(|symbol| symbol.is_ascii_graphic() && !"@;:<>\"\\,?%".contains(symbol))
            && !text.chars().any(|symbol| symbol.is_ascii_alphanumeric());
        if sound {
            Ok(Self(text))
        } else {
            Err(format!(
                "`{text}` cannot separate; write for example \"--\" or \"*\", or \"\" for none"
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ContextSettings;
    use aftercall_survey::context::{Field, Preset};

    fn read(value: serde_json::Value) -> Result<ContextSettings, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn own_list_stands_instead_of_preset_and_default() {
        let settings = read(serde_json::json!({ "preset": "five9", "queue": "X-Mine" })).unwrap();
        assert_eq!(settings.presets, [Preset::Five9]);
        assert_eq!(settings.mapping.headers[&Field::Queue], ["X-Mine"]);
        assert_eq!(settings.mapping.headers[&Field::Caller][0], "X-CallANI");
    }

    #[test]
    fn attributes_are_named_by_the_operator_within_bounds() {
        let settings =
            read(serde_json::json!({ "attributes": { "customer_segment": ["X-Segment"], "vip": "X-VIP" } }));
        assert_eq!(settings.unwrap().mapping.attributes["vip"], ["X-VIP"]);
        let inline = read(serde_json::json!({ "attributes": "{ vip = \"X-VIP\" }" }));
        assert_eq!(
            inline.unwrap().mapping.attributes["vip"],
            ["X-VIP"],
            "as the environment writes a table"
        );
        let many: serde_json::Map<_, _> = (0..17).map(|n| (format!("a{n}"), "X-A".into())).collect();
        for (wrong, word) in [
            (serde_json::json!({ "queue": "X-Mine" }), "field of its own"),
            (
                serde_json::json!({ "Bad Name": "X-A" }),
                "not the name of an attribute",
            ),
            (serde_json::json!({ "vip": "X A" }), "not the name of a header"),
            (serde_json::Value::Object(many), "more than 16"),
            (serde_json::json!("vip"), "table"),
        ] {
            let error = read(serde_json::json!({ "attributes": wrong })).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn other_settings_refuse_what_they_cannot_be() {
        for (wrong, word) in [
            (serde_json::json!({ "preset": "nortel" }), "choose from asterisk"),
            (
                serde_json::json!({ "plain_user_to_user": "queue" }),
                "original_call_id",
            ),
            (serde_json::json!({ "token_separator": "a" }), "cannot separate"),
            (serde_json::json!({ "own_numbers": "sales line" }), "not a number"),
            (serde_json::json!({ "unset_words": " " }), "says nothing already"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        let settings =
            read(serde_json::json!({ "plain_user_to_user": "none", "token_separator": "" })).unwrap();
        assert_eq!(settings.mapping.plain_user_to_user, None);
        assert_eq!(settings.mapping.token_separator, "");
    }
}
