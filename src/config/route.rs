//! `[[route]]`: which dialled number leads to which survey, how often, and what the others hear.

use std::num::NonZeroU32;

use serde::Deserialize;

use super::value::one_or_many;
use crate::survey::Language;

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The dialled number or user; a `*` at the end stands for any rest.
    pub number: NumberPattern,
    /// The name under which calls are counted; the number unless given.
    #[serde(default)]
    name: Option<String>,
    /// The survey's name: its file in `config/surveys` without `.toml`.
    pub survey: String,
    /// One call in how many is surveyed, counted per queue.
    #[serde(default = "every_call")]
    pub every: NonZeroU32,
    /// The languages of this number, in order: the first that the survey is asked in serves a call that does not tell.
    #[serde(default, deserialize_with = "one_or_many")]
    pub language: Vec<Language>,
    /// Tried after those: `languages.fallback`.
    #[serde(skip)]
    pub fallback: Vec<Language>,
    /// What happens to the other calls.
    #[serde(default)]
    pub not_surveyed: NotSurveyed,
}

const fn every_call() -> NonZeroU32 {
    NonZeroU32::MIN
}

impl Route {
    /// The name under which its calls are counted and stored.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.number.as_str())
    }
}

/// The route for a dialled number: the exact one first, then the longest prefix.
pub fn find<'a>(routes: &'a [Route], dialled: &str) -> Option<&'a Route> {
    routes
        .iter()
        .filter(|route| route.number.matches(dialled))
        .max_by_key(|route| route.number.precision())
}

/// A dialled number or user, or the beginning of one: `nps`, `+358600*`, `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct NumberPattern(String);

impl NumberPattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn matches(&self, dialled: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(prefix) => dialled.starts_with(prefix),
            None => dialled == self.0,
        }
    }

    fn precision(&self) -> (bool, usize) {
        (!self.0.ends_with('*'), self.0.len())
    }
}

impl TryFrom<String> for NumberPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let body = text.strip_suffix('*').unwrap_or(&text);
        if text.is_empty()
            || text.len() > 128
            || body.contains(|c: char| c == '*' || c.is_whitespace() || c.is_control())
        {
            return Err(format!(
                "`{text}` is not a number or user; write for example \"nps\", \"+358600123\" or \"0600*\""
            ));
        }
        Ok(Self(text))
    }
}

/// What a call hears that is not surveyed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RawNotSurveyed")]
pub enum NotSurveyed {
    /// A short thank-you, then BYE.
    #[default]
    Thanks,
    /// A final SIP response instead of an answer, 400-699.
    Refuse(u16),
    /// 302 with this URI as the Contact.
    Redirect(String),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawNotSurveyed {
    Word(String),
    Status { status: u16 },
    Redirect { redirect: String },
}

impl TryFrom<RawNotSurveyed> for NotSurveyed {
    type Error = String;

    fn try_from(raw: RawNotSurveyed) -> Result<Self, Self::Error> {
        let refuse = |what: String| {
            format!(
                "{what}; write \"thanks\", {{ status = 480 }} or {{ redirect = \"sip:other@pbx.example\" }}"
            )
        };
        match raw {
            RawNotSurveyed::Word(word) if word == "thanks" => Ok(Self::Thanks),
            RawNotSurveyed::Word(word) => Err(refuse(format!("`{word}` is not known"))),
            RawNotSurveyed::Status {
                status: status @ 400..=699,
            } => Ok(Self::Refuse(status)),
            RawNotSurveyed::Status { status } => Err(refuse(format!("status {status} does not end a call"))),
            RawNotSurveyed::Redirect { redirect } if is_sip_uri(&redirect) => Ok(Self::Redirect(redirect)),
            RawNotSurveyed::Redirect { redirect } => Err(refuse(format!("`{redirect}` is not a SIP URI"))),
        }
    }
}

fn is_sip_uri(text: &str) -> bool {
    let rest = text.strip_prefix("sip:").or_else(|| text.strip_prefix("sips:"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::{NotSurveyed, Route, find};

    fn routes(numbers: &[&str]) -> Vec<Route> {
        numbers
            .iter()
            .map(|number| {
                serde_json::from_value(serde_json::json!({ "number": number, "survey": "s" })).unwrap()
            })
            .collect()
    }

    #[test]
    fn exact_number_beats_longest_prefix_beats_any() {
        let routes = routes(&["*", "0600*", "06001*", "0600123"]);
        for (dialled, expected) in [
            ("0600123", "0600123"),
            ("060019", "06001*"),
            ("06009", "0600*"),
            ("x", "*"),
        ] {
            assert_eq!(find(&routes, dialled).unwrap().number.as_str(), expected);
        }
        assert!(find(&routes[1..], "nps").is_none());
    }

    #[test]
    fn not_surveyed_takes_thanks_a_status_or_a_redirect() {
        let read = |value| serde_json::from_value::<NotSurveyed>(value);
        assert_eq!(read(serde_json::json!("thanks")).unwrap(), NotSurveyed::Thanks);
        assert_eq!(
            read(serde_json::json!({ "status": 480 })).unwrap(),
            NotSurveyed::Refuse(480)
        );
        let uri = "sip:queue@pbx.example";
        assert_eq!(
            read(serde_json::json!({ "redirect": uri })).unwrap(),
            NotSurveyed::Redirect(uri.to_owned())
        );
        for wrong in [
            serde_json::json!("x"),
            serde_json::json!({ "status": 200 }),
            serde_json::json!({ "redirect": "x\r\n" }),
        ] {
            assert!(read(wrong).is_err());
        }
    }
}
