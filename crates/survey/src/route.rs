//! Routes: which dialled number leads to which survey, whom its rules admit, and what happens to the other calls.

use super::admission::RouteRules;
use aftercall_base::Language;

/// One route. The rules of all routes are in [`admission`](super::admission).
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The dialled numbers that it takes.
    pub number: NumberPattern,
    /// The survey's name.
    pub survey: String,
    /// The languages of this number, in order: the first that the survey is asked in serves a call that names none.
    pub languages: Vec<Language>,
    /// Tried after those.
    pub fallback: Vec<Language>,
    /// What happens to calls that are not surveyed.
    pub not_surveyed: NotSurveyed,
    /// Which calls are surveyed.
    pub rules: RouteRules,
}

impl Route {
    /// A route that surveys every call, and thanks those that there is no room for.
    pub fn of_every_call(number: NumberPattern, survey: impl Into<String>) -> Self {
        Self {
            survey: survey.into(),
            languages: Vec::new(),
            fallback: Vec::new(),
            not_surveyed: NotSurveyed::default(),
            rules: RouteRules::of_every_call(number.as_str()),
            number,
        }
    }

    /// The name under which its calls are counted and stored.
    pub fn name(&self) -> &str {
        &self.rules.name
    }
}

/// The route for a dialled number: the exact one first, then the longest prefix; `None` when no route takes the number.
pub fn find<'a>(routes: impl IntoIterator<Item = &'a Route>, dialled: &str) -> Option<&'a Route> {
    routes
        .into_iter()
        .filter(|route| route.number.matches(dialled))
        .max_by_key(|route| route.number.precision())
}

/// A dialled number or user, or the beginning of one: `nps`, `+358600*`, `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NumberPattern(String);

/// Why a text is no [`NumberPattern`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NumberPatternError {
    /// It is a URI, or has more in it than the user of a Request-URI, with which dialled numbers are compared.
    #[error("more than the number or user that is dialled")]
    MoreThanUser {
        /// The user that it has in it.
        user: Option<NumberPattern>,
    },
    /// It is empty, has more than 128 bytes, or has blanks or a `*` within.
    #[error("not a number or user")]
    NotAUser,
}

impl NumberPattern {
    /// Reads a number or user.
    ///
    /// # Errors
    /// The text is more than that, or something else.
    pub fn parse(text: &str) -> Result<Self, NumberPatternError> {
        if let Some(user) = user_of_more(text) {
            let user = Self::parse(user).ok();
            return Err(NumberPatternError::MoreThanUser { user });
        }
        let body = text.strip_suffix('*').unwrap_or(text);
        if text.is_empty()
            || text.len() > 128
            || body.contains(|c: char| c == '*' || c.is_whitespace() || c.is_control())
        {
            return Err(NumberPatternError::NotAUser);
        }
        Ok(Self(text.to_owned()))
    }

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

/// The user in a text that is a URI or has an address around the user; `None` when it is neither.
fn user_of_more(text: &str) -> Option<&str> {
    let bare = text.trim().trim_start_matches('<').trim_end_matches('>');
    let scheme = ["sips:", "sip:", "tel:"].into_iter().find(|scheme| {
        bare.get(..scheme.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    });
    let rest = bare.get(scheme.map_or(0, str::len)..).unwrap_or(bare);
    let is_more = scheme.is_some() || text.contains(['<', '>', '@']) || text.trim() != text;
    is_more.then(|| rest.split(['@', ';', '?', '>']).next().unwrap_or(rest).trim())
}

/// What happens to a call that is not surveyed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NotSurveyed {
    /// A short thank-you, then BYE.
    #[default]
    Thanks,
    /// A final SIP response instead of an answer, 400-699.
    Refuse(u16),
    /// 302 with this SIP URI as the Contact.
    Redirect(String),
}

#[cfg(test)]
mod tests {
    use super::{NumberPattern, NumberPatternError, Route, find};

    #[test]
    fn exact_number_beats_longest_prefix_beats_any() {
        let routes = ["*", "0600*", "06001*", "0600123"]
            .map(|number| Route::of_every_call(NumberPattern::parse(number).unwrap(), "s"));
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
    fn number_that_is_a_uri_is_refused_with_the_user_that_was_meant() {
        for (written, meant) in [
            ("sip:nps@127.0.0.1", Some("nps")),
            ("SIPS:nps@pbx.example;transport=tls", Some("nps")),
            ("tel:+358600123", Some("+358600123")),
            ("<sip:+358600*@pbx.example>", Some("+358600*")),
            ("nps@pbx.example", Some("nps")),
            (" nps ", Some("nps")),
            ("@pbx.example", None),
            ("sip:", None),
        ] {
            let user = meant.map(|user| NumberPattern::parse(user).unwrap());
            let expected = Err(NumberPatternError::MoreThanUser { user });
            assert_eq!(NumberPattern::parse(written), expected, "{written}");
        }
        for sound in ["nps", "*", "+358600*", "sip", "a;b=c", "tel"] {
            assert!(NumberPattern::parse(sound).is_ok(), "{sound}");
        }
        for wrong in ["", "06*00", "a b", &"1".repeat(129)] {
            let expected = Err(NumberPatternError::NotAUser);
            assert_eq!(NumberPattern::parse(wrong), expected, "{wrong}");
        }
    }
}
