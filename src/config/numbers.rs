//! `[numbers]`: how callers' numbers are brought to one notation, and who is nobody.
//!
//! A number is hashed in that notation, so what stands here decides who is recognised as the same caller.

mod rewrite;

use std::fmt;

use serde::{Deserialize, Deserializer};

use self::rewrite::{WrittenRewrite, bounded, digit_count};
use super::value::{list, tables, text};
use aftercall_survey::context::number::{Country, CountryFault, NumberingPlan};

/// No country.
const NONE: &str = "none";

/// What the country has.
const AUTO: &str = "auto";

/// `[numbers]`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NumberSettings {
    #[serde(deserialize_with = "text")]
    country_code: String,
    #[serde(deserialize_with = "text")]
    national_prefix: String,
    international_prefix: TextList,
    #[serde(deserialize_with = "text")]
    national_digits: String,
    #[serde(deserialize_with = "tables")]
    rewrite: Vec<WrittenRewrite>,
    nobody: Nobody,
    names: bool,
    /// The plan that these settings are; made when all of them are read.
    #[serde(skip)]
    pub plan: NumberingPlan,
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
            international_prefix: TextList(vec![AUTO.to_owned()]),
            national_digits: AUTO.to_owned(),
            rewrite: Vec::new(),
            nobody: Nobody::default(),
            names: false,
            plan: NumberingPlan::default(),
        }
    }
}

/// A setting of the section that cannot be what is written: its key, and why.
type Unfit = (&'static str, String);

impl NumberSettings {
    fn has_country(&self) -> bool {
        !matches!(self.country_code.as_str(), NONE | "")
    }

    /// The keys of prefixes and lengths that are written although there is no country to have them.
    pub(super) fn without_a_country(&self) -> Vec<&'static str> {
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

    pub(super) fn to_plan(&self) -> (NumberingPlan, Vec<Unfit>) {
        let mut unfit = Vec::new();
        let country = self.country(&mut unfit);
        let mut plan = country.map(NumberingPlan::of).unwrap_or_default();
        plan.rewrite = self.rewrite.iter().map(|written| written.0.clone()).collect();
        plan.names = self.names;
        (plan.without(self.nobody.0.clone()), unfit)
    }

    /// The country code that was meant by one that is written as it is dialled.
    pub(super) fn meant(&self, key: &str) -> Option<String> {
        let code = self.country_code.trim_start_matches('+').trim_start_matches('0');
        let is_code = key == "country_code"
            && self.country_code.contains('0')
            && Country::new(code, None, None, None).is_ok()
            && Country::new(&self.country_code, None, None, None) == Err(CountryFault::Dialled);
        is_code.then(|| format!("did you mean \"{code}\"?"))
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
        let code = Country::new(sample, None, None, None).map_err(|fault| {
            let reason = format!("`{}`: {fault}", super::syntax::shortened(sample));
            ("country_code", reason)
        });
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

/// One text or a list of them.
#[derive(Clone, Default, PartialEq, Eq)]
struct TextList(Vec<String>);

impl<'de> Deserialize<'de> for TextList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bounded(list(deserializer, |text| Ok(text.to_owned()))?).map(Self)
    }
}

/// Texts and numbers that are sent where there is no number.
#[derive(Clone, Default, PartialEq, Eq)]
struct Nobody(Vec<String>);

impl<'de> Deserialize<'de> for Nobody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let nobody = |text: &str| match text.trim_matches('*').trim().is_empty() {
            true => Err(format!("`{text}` is everybody")),
            false => Ok(text.to_owned()),
        };
        bounded(list(deserializer, nobody)?).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{NumberSettings, NumberingPlan};
    use crate::config::load::from_text;
    use aftercall_survey::context::number::NumberOrigin;

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
        let number = settings
            .plan
            .number(text, NumberOrigin::Peer(from.parse().unwrap()));
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
        assert_eq!(read(json!({})).unwrap().plan, NumberingPlan::default());
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
    fn every_faulty_entry_of_a_list_is_told_at_its_key_and_line() {
        let text = "[numbers]\ncountry_code = \"00358\"\nnobody = [\n  \"pbx\",\n  5,\n  \"*\",\n]\n\
            [[numbers.rewrite]]\nprefix = \"9x\"\nreplace = \"y\"\nsource = [\"192.0.2.0/24\", \"here\", \"10.0.0.1/8\"]\n\
            [[numbers.rewrite]]\nprefix = \"0\"\n\
            [[numbers.rewrite]]\nprefix = \"0\"\nreplace = \"0\"\n";
        let loaded = from_text(text, "a.toml", Some([].into()));
        let told: Vec<String> = loaded
            .faults
            .iter()
            .map(|fault| {
                let reason = fault.reason.trim_start_matches("numbers.");
                let begin: Vec<&str> = reason.split(' ').take(4).collect();
                format!("{} {}", fault.position.unwrap().line, begin.join(" "))
            })
            .collect();
        assert_eq!(
            told,
            [
                "2 country_code: `00358`: a country",
                "5 nobody[1]: is the number",
                "6 nobody[2]: `*` is everybody",
                "9 rewrite[0].prefix: `9x` is not",
                "10 rewrite[0].replace: `y` is not",
                "11 rewrite[0].source[1]: `here` is not",
                "11 rewrite[0].source[2]: `10.0.0.1/8` has bits",
                "12 rewrite[1]: `replace` is missing",
                "14 rewrite[2]: prefix and replace",
            ],
            "{:#?}",
            loaded.faults
        );
        assert_eq!(loaded.faults[0].fix, "did you mean \"358\"?");
        assert!(loaded.faults[1].fix.starts_with("write for example nobody = ["));
    }

    #[test]
    fn table_in_the_place_of_a_list_of_tables_is_told_as_that() {
        let text = "[numbers]\nrewrite = { prefix = \"90\", replace = \"0\" }\n";
        let loaded = from_text(text, "a.toml", Some([].into()));
        let told = loaded.faults[0].to_string();
        assert_eq!(
            told,
            "a.toml:2: numbers.rewrite: is a table, and a list of tables is wanted. \
             Fix: write for example rewrite = [{ prefix = \"90\", replace = \"0\" }]."
        );
    }

    #[test]
    fn settings_that_cannot_be_are_refused_with_an_example() {
        for (wrong, word) in [
            (json!({ "country_code": "FI" }), "\"358\""),
            (json!({ "country_code": "0358" }), "country code"),
            (json!({ "country_code": "00358" }), "without the 00"),
            (
                json!({ "country_code": "999" }),
                "`999`: no country has this code",
            ),
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
                "`a` is not the beginning",
            ),
            (
                json!({ "rewrite": [{ "prefix": "", "replace": "0" }] }),
                "every number",
            ),
            (
                json!({ "rewrite": [{ "prefix": "0", "replace": "0" }] }),
                "nothing is rewritten",
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
