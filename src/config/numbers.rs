//! `[numbers]`: how callers' numbers are brought to one notation, and who is nobody.
//!
//! A number is hashed in that notation, so what stands here decides who is recognised as the same caller.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::value::{tables, text, text_list};
use crate::context::number::{Country, DigitCount, Plan, Rewrite};
use crate::sip::service::Cidr;

/// No country.
const NONE: &str = "none";

/// What the country has.
const AUTO: &str = "auto";

/// Longest list.
const MOST: usize = 64;

/// `[numbers]`.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Written")]
pub struct NumberSettings {
    /// The plan that these settings are.
    pub plan: Plan,
}

impl fmt::Debug for NumberSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    #[serde(deserialize_with = "one_text")]
    country_code: String,
    #[serde(deserialize_with = "one_text")]
    national_prefix: String,
    international_prefix: Texts,
    #[serde(deserialize_with = "one_text")]
    national_digits: String,
    #[serde(deserialize_with = "tables")]
    rewrite: Vec<WrittenRewrite>,
    nobody: Texts,
    names: bool,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            country_code: NONE.to_owned(),
            national_prefix: AUTO.to_owned(),
            international_prefix: Texts(vec![AUTO.to_owned()]),
            national_digits: AUTO.to_owned(),
            rewrite: Vec::new(),
            nobody: Texts::default(),
            names: false,
        }
    }
}

#[derive(Default)]
struct Texts(Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = text_list(deserializer)?;
        if texts.len() > MOST {
            return Err(serde::de::Error::custom(format!("more than {MOST} entries")));
        }
        Ok(Self(texts))
    }
}

/// One rule.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRewrite {
    #[serde(deserialize_with = "text")]
    prefix: String,
    #[serde(deserialize_with = "text")]
    replace: String,
    #[serde(default, deserialize_with = "some_text")]
    digits: Option<String>,
    #[serde(default)]
    source: Texts,
}

/// One text, also as a list of one, as a variable holds it.
fn one_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum One {
        Text(String),
        Whole(i64),
        List(Vec<String>),
    }
    match One::deserialize(deserializer)? {
        One::Text(text) => Ok(text),
        One::Whole(number) => Ok(number.to_string()),
        One::List(list) => match list.as_slice() {
            [one] => Ok(one.clone()),
            _ => Err(serde::de::Error::custom("one value is wanted, such as \"0\"")),
        },
    }
}

fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer).map(Some)
}

impl TryFrom<Written> for NumberSettings {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let given = |text: &String| (text != AUTO).then(|| text.clone());
        let national_prefix = given(&written.national_prefix);
        let national = given(&written.national_digits);
        let national = national
            .map(|text| digit_count(&text).map_err(|fault| format!("national_digits: {fault}")))
            .transpose()?;
        let abroad = written.international_prefix.0;
        let abroad = (abroad.as_slice() != [AUTO.to_owned()] && !abroad.is_empty()).then_some(abroad);
        let country = match written.country_code.as_str() {
            NONE | "" if national_prefix.is_some() || national.is_some() || abroad.is_some() => {
                return Err("prefixes and lengths are those of a country; write for example country_code = \"358\" too".to_owned());
            }
            NONE | "" => None,
            code => {
                let country = Country::new(code, national_prefix.as_deref(), abroad.as_deref(), national);
                Some(country.map_err(|fault| fault.to_string())?)
            }
        };
        if written.rewrite.len() > MOST {
            return Err(format!("more than {MOST} rules under rewrite"));
        }
        let rewrite = written.rewrite.into_iter().map(Rewrite::try_from);
        let mut plan = country.map(Plan::of).unwrap_or_default();
        plan.rewrite = rewrite.collect::<Result<_, _>>()?;
        plan.names = written.names;
        if let Some(wrong) = written
            .nobody
            .0
            .iter()
            .find(|text| text.trim_matches('*').trim().is_empty())
        {
            return Err(format!(
                "nobody: `{wrong}` is everybody; write for example \"pbx\" or \"99*\""
            ));
        }
        Ok(Self {
            plan: plan.without(written.nobody.0),
        })
    }
}

impl TryFrom<WrittenRewrite> for Rewrite {
    type Error = String;

    fn try_from(written: WrittenRewrite) -> Result<Self, Self::Error> {
        let is_start = |text: &str| {
            let digits = text.strip_prefix('+').unwrap_or(text);
            text.len() <= 20 && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        for (key, text) in [("prefix", &written.prefix), ("replace", &written.replace)] {
            if !is_start(text) {
                return Err(format!(
                    "rewrite: {key} `{text}` is no beginning of a number; write for example {{ prefix = \"90\", replace = \"0\" }}"
                ));
            }
        }
        if written.prefix == written.replace {
            return Err(format!(
                "rewrite: prefix and replace are both `{}`; remove the rule",
                written.prefix
            ));
        }
        let digits = written.digits.as_deref().map(digit_count).transpose();
        if written.prefix.is_empty() && written.digits.is_none() && written.source.0.is_empty() {
            return Err(
                "rewrite: a rule without a prefix changes every number; add digits = \"9\", a source, or both".to_owned(),
            );
        }
        let source = written.source.0.iter().map(|text| text.parse::<Cidr>());
        Ok(Self {
            prefix: written.prefix,
            replace: written.replace,
            digits: digits.map_err(|fault| format!("rewrite: digits: {fault}"))?,
            source: source
                .collect::<Result<_, _>>()
                .map_err(|fault| format!("rewrite: source: {fault}"))?,
        })
    }
}

/// `9`, or `5-12`.
fn digit_count(text: &str) -> Result<DigitCount, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let count = |text: &str| text.trim().parse::<usize>().ok();
    match (count(from), count(to)) {
        (Some(from), Some(to)) if 1 <= from && from <= to && to <= 20 => Ok(DigitCount { from, to }),
        _ => Err(format!(
            "`{text}` is no number of digits; write \"9\" or \"5-12\""
        )),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::NumberSettings;
    use crate::context::number::Origin;

    fn read(value: serde_json::Value) -> Result<NumberSettings, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    fn number(settings: &NumberSettings, text: &str, from: &str) -> Option<String> {
        let number = settings.plan.number(text, Origin::Peer(from.parse().unwrap()));
        number.ok().map(|number| number.as_str().to_owned())
    }

    #[test]
    fn plan_is_that_of_the_country_unless_it_is_written() {
        let finland = read(json!({ "country_code": "358" })).unwrap();
        let written = json!({ "country_code": 358, "national_prefix": 0, "international_prefix": "00" });
        assert_eq!(read(written).unwrap(), finland);
        assert_eq!(
            number(&finland, "0401234567", "192.0.2.1").as_deref(),
            Some("+358401234567")
        );
        let own = read(json!({ "country_code": "358", "international_prefix": ["00", "990"] })).unwrap();
        assert_eq!(
            number(&own, "9904687654321", "192.0.2.1").as_deref(),
            Some("+4687654321")
        );
        assert_eq!(read(json!({})).unwrap(), NumberSettings::default());
        assert_eq!(
            read(json!({ "country_code": "none" })).unwrap(),
            NumberSettings::default()
        );
    }

    #[test]
    fn rules_and_nobody_are_read() {
        let settings = read(json!({
            "country_code": "358",
            "rewrite": [{ "prefix": "", "replace": "+372", "digits": "7-8", "source": "192.0.2.0/24" }],
            "nobody": ["020555000", "trunk*"],
        }));
        let settings = settings.unwrap();
        assert_eq!(
            number(&settings, "5123456", "192.0.2.9").as_deref(),
            Some("+3725123456")
        );
        assert_eq!(
            number(&settings, "5123456", "203.0.113.9").as_deref(),
            Some("5123456")
        );
        assert_eq!(number(&settings, "+35820555000", "192.0.2.9"), None);
        assert!(
            !format!("{settings:?}").contains("555000"),
            "no number of anybody is shown"
        );
    }

    #[test]
    fn settings_that_cannot_be_are_refused_with_an_example() {
        for (wrong, word) in [
            (json!({ "country_code": "FI" }), "\"358\""),
            (json!({ "country_code": "0358" }), "country code"),
            (json!({ "national_prefix": "0" }), "country_code"),
            (json!({ "country_code": "358", "national_prefix": "x" }), "prefix"),
            (
                json!({ "country_code": "358", "national_digits": "many" }),
                "\"5-12\"",
            ),
            (
                json!({ "country_code": "358", "national_digits": "9-5" }),
                "\"5-12\"",
            ),
            (
                json!({ "rewrite": [{ "prefix": "a", "replace": "" }] }),
                "prefix `a`",
            ),
            (
                json!({ "rewrite": [{ "prefix": "", "replace": "0" }] }),
                "every number",
            ),
            (
                json!({ "rewrite": [{ "prefix": "0", "replace": "0" }] }),
                "remove",
            ),
            (
                json!({ "rewrite": [{ "prefix": "0", "replace": "", "source": "10.0.0.1/8" }] }),
                "10.0.0.0/8",
            ),
            (json!({ "rewrite": [{ "prefix": "0" }] }), "replace"),
            (json!({ "nobody": ["*"] }), "everybody"),
            (json!({ "country": "358" }), "country_code"),
        ] {
            let error = read(wrong.clone()).unwrap_err();
            assert!(error.contains(word), "{wrong}: {error}");
        }
    }
}
