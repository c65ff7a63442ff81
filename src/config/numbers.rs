//! `[numbers]`: how callers' numbers are brought to one notation, and who is nobody.
//!
//! A number is hashed in that notation, so what stands here decides who is recognised as the same caller.

use std::fmt;

use serde::{Deserialize, Deserializer};

use super::load::named;
use super::reader::Reader;
use super::value::{tables, text, text_list};
use super::{Settings, example};
use crate::context::number::{Country, DigitCount, Plan, Rewrite};
use crate::sip::service::Cidr;

/// No country.
const NONE: &str = "none";

/// What the country has.
const AUTO: &str = "auto";

/// Longest list.
const MOST: usize = 64;

/// `[numbers]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NumberSettings {
    #[serde(deserialize_with = "text")]
    country_code: String,
    #[serde(deserialize_with = "text")]
    national_prefix: String,
    international_prefix: Texts,
    #[serde(deserialize_with = "text")]
    national_digits: String,
    #[serde(deserialize_with = "tables")]
    rewrite: Vec<WrittenRewrite>,
    nobody: Texts,
    names: bool,
    /// The plan that these settings are; made when all of them are read.
    #[serde(skip)]
    pub plan: Plan,
}

impl fmt::Debug for NumberSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.plan.fmt(f)
    }
}

impl Default for NumberSettings {
    fn default() -> Self {
        Self {
            country_code: NONE.to_owned(),
            national_prefix: AUTO.to_owned(),
            international_prefix: Texts(vec![AUTO.to_owned()]),
            national_digits: AUTO.to_owned(),
            rewrite: Vec::new(),
            nobody: Texts::default(),
            names: false,
            plan: Plan::default(),
        }
    }
}

/// A setting of the section that cannot be what is written: its key, and why.
type Unfit = (&'static str, String);

/// Makes the plan of what is written. A setting that is faulty leaves the plan without it, and is noted at its own line.
pub(super) fn resolve(reader: &mut Reader<'_>, settings: &mut Settings) {
    let (plan, unfit) = settings.numbers.to_plan();
    for (key, reason) in unfit {
        reader.note("numbers", &[named(key)], &reason, &example::mend("numbers", key));
    }
    for key in settings.numbers.without_a_country() {
        let reason = "is that of a country, and none is written: it has no effect";
        reader.warn(
            "numbers",
            &[named(key)],
            reason,
            &example::mend("numbers", "country_code"),
        );
    }
    settings.numbers.plan = plan;
}

impl NumberSettings {
    fn has_country(&self) -> bool {
        !matches!(self.country_code.as_str(), NONE | "")
    }

    /// Prefixes and lengths that are written where there is no country to have them.
    fn without_a_country(&self) -> Vec<&'static str> {
        let auto = Self::default();
        [
            ("national_prefix", self.national_prefix != auto.national_prefix),
            (
                "international_prefix",
                self.international_prefix != auto.international_prefix,
            ),
            ("national_digits", self.national_digits != auto.national_digits),
        ]
        .into_iter()
        .filter_map(|(key, is_written)| (is_written && !self.has_country()).then_some(key))
        .collect()
    }

    fn to_plan(&self) -> (Plan, Vec<Unfit>) {
        let mut unfit = Vec::new();
        let country = self.country(&mut unfit);
        let mut plan = country.map(Plan::of).unwrap_or_default();
        for written in &self.rewrite {
            match written.rule() {
                Ok(rule) => plan.rewrite.push(rule),
                Err(reason) => unfit.push(("rewrite", reason)),
            }
        }
        plan.names = self.names;
        let is_everybody = |text: &&String| text.trim_matches('*').trim().is_empty();
        if let Some(wrong) = self.nobody.0.iter().find(is_everybody) {
            unfit.push(("nobody", format!("`{wrong}` is everybody")));
            return (plan, unfit);
        }
        (plan.without(self.nobody.0.clone()), unfit)
    }

    fn country(&self, unfit: &mut Vec<Unfit>) -> Option<Country> {
        let given = |text: &String| (text != AUTO).then(|| text.clone());
        let prefix = given(&self.national_prefix);
        let abroad = self.international_prefix.0.as_slice();
        let abroad = (abroad != [AUTO.to_owned()] && !abroad.is_empty()).then_some(abroad);
        let digits = given(&self.national_digits)
            .map(|text| digit_count(&text))
            .transpose();
        let digits = digits.unwrap_or_else(|reason| {
            unfit.push(("national_digits", reason));
            None
        });
        // Prefixes are judged by themselves too, so that a fault of one is told at its line.
        let sample = if self.has_country() {
            self.country_code.as_str()
        } else {
            "358"
        };
        let code =
            Country::new(sample, None, None, None).map_err(|fault| ("country_code", fault.to_string()));
        if let Err(fault) = code {
            unfit.push(fault);
            return None;
        }
        let by_prefix = Country::new(sample, prefix.as_deref(), None, None);
        let by_abroad = Country::new(sample, None, abroad, None);
        for (key, faulty) in [
            ("national_prefix", by_prefix.err()),
            ("international_prefix", by_abroad.err()),
        ] {
            unfit.extend(faulty.map(|fault| (key, fault.to_string())));
        }
        Country::new(sample, prefix.as_deref(), abroad, digits)
            .ok()
            .filter(|_| self.has_country())
    }
}

#[derive(Clone, Default, PartialEq, Eq)]
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

/// One rule, as it is written.
#[derive(Clone, PartialEq, Eq, Deserialize)]
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

fn some_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    text(deserializer).map(Some)
}

impl WrittenRewrite {
    fn rule(&self) -> Result<Rewrite, String> {
        let is_start = |text: &str| {
            let digits = text.strip_prefix('+').unwrap_or(text);
            text.len() <= 20 && digits.bytes().all(|byte| byte.is_ascii_digit())
        };
        for (key, text) in [("prefix", &self.prefix), ("replace", &self.replace)] {
            if !is_start(text) {
                return Err(format!(
                    "{key} `{text}` is no beginning of a number; write for example {{ prefix = \"90\", replace = \"0\" }}"
                ));
            }
        }
        if self.prefix == self.replace {
            return Err(format!(
                "prefix and replace are both `{}`; remove the rule",
                self.prefix
            ));
        }
        let digits = self.digits.as_deref().map(digit_count).transpose();
        if self.prefix.is_empty() && self.digits.is_none() && self.source.0.is_empty() {
            return Err(
                "a rule without a prefix changes every number; add digits = \"9\", a source, or both"
                    .to_owned(),
            );
        }
        let source = self.source.0.iter().map(|text| text.parse::<Cidr>());
        Ok(Rewrite {
            prefix: self.prefix.clone(),
            replace: self.replace.clone(),
            digits: digits.map_err(|fault| format!("digits: {fault}"))?,
            source: source
                .collect::<Result<_, _>>()
                .map_err(|fault| format!("source: {fault}"))?,
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

    use super::{NumberSettings, Plan};
    use crate::context::number::Origin;

    fn read(value: serde_json::Value) -> Result<NumberSettings, String> {
        let mut settings: NumberSettings =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        let (plan, unfit) = settings.to_plan();
        settings.plan = plan;
        match unfit.first() {
            Some((key, reason)) => Err(format!("{key}: {reason}")),
            None => Ok(settings),
        }
    }

    fn number(settings: &NumberSettings, text: &str, from: &str) -> Option<String> {
        let number = settings.plan.number(text, Origin::Peer(from.parse().unwrap()));
        number.ok().map(|number| number.as_str().to_owned())
    }

    #[test]
    fn plan_is_that_of_the_country_unless_it_is_written() {
        let finland = read(json!({ "country_code": "358" })).unwrap();
        let written = json!({ "country_code": 358, "national_prefix": 0, "international_prefix": "00" });
        assert_eq!(read(written).unwrap().plan, finland.plan);
        assert_eq!(
            number(&finland, "0401234567", "192.0.2.1").as_deref(),
            Some("+358401234567")
        );
        let own = read(json!({ "country_code": "358", "international_prefix": ["00", "990"] })).unwrap();
        assert_eq!(
            number(&own, "9904687654321", "192.0.2.1").as_deref(),
            Some("+4687654321")
        );
        assert_eq!(read(json!({})).unwrap().plan, Plan::default());
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
