//! From the digits of a number to its one notation: rules of trunks, who is nobody, the plan of the country.

use std::fmt;
use std::net::IpAddr;

use super::country::{Country, DigitCount};
use super::read::{self, MOST_GLOBAL, NotANumber, NumberDigits, SUBSCRIBER, keeps_zero};
use super::{PhoneNumber, nobody};
use aftercall_base::Cidr;

/// Most former notations of one number.
const MOST_FORMERS: usize = 12;

/// A rule for numbers as one trunk sends them: what they begin with, and what is written instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The beginning, with a plus where one is sent; empty: any.
    pub prefix: String,
    /// What stands instead of it.
    pub replace: String,
    /// Only numbers of so many digits, those of the prefix included.
    pub digits: Option<DigitCount>,
    /// Only from these networks; empty: from everywhere, the API too.
    pub source: Vec<Cidr>,
}

impl Rewrite {
    fn is_for(&self, origin: NumberOrigin) -> bool {
        match origin {
            NumberOrigin::Peer(peer) => {
                self.source.is_empty() || self.source.iter().any(|net| net.contains(peer))
            }
            NumberOrigin::Configured => self.source.is_empty(),
        }
    }

    /// The number as the rule writes it; `None` when it is not for this one.
    fn apply(&self, number: &NumberDigits) -> Option<NumberDigits> {
        let bare = number.bare();
        let rest = bare.strip_prefix(self.prefix.as_str())?;
        if self.digits.is_some_and(|count| !count.holds(number.digits.len())) {
            return None;
        }
        let written = format!("{}{rest}", self.replace);
        let digits = written.strip_prefix('+').unwrap_or(&written);
        let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        sound.then(|| NumberDigits::of(written.starts_with('+'), digits.to_owned()))
    }

    /// What the rule would have made this number of; `None` when nothing.
    fn undo(&self, number: &NumberDigits) -> Option<NumberDigits> {
        let bare = number.bare();
        let before = format!("{}{}", self.prefix, bare.strip_prefix(self.replace.as_str())?);
        let before = read::read(&before).ok()?;
        (self.apply(&before).as_ref() == Some(number)).then_some(before)
    }
}

/// Where a number comes from, for rules of one trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberOrigin {
    /// From a message of this neighbour.
    Peer(IpAddr),
    /// From the API, the configuration or a command.
    Configured,
}

/// How numbers are brought to one notation, and who is nobody.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NumberingPlan {
    /// The plan of the country; without one every notation is a number of its own.
    pub country: Option<Country>,
    /// Rules of trunks; the first that fits is applied.
    pub rewrite: Vec<Rewrite>,
    /// What the operator's own systems send where there is no number; `*` at the end: any rest.
    pub(super) nobody: Vec<String>,
    /// Whether a caller whose user is a name is somebody.
    pub names: bool,
}

impl fmt::Debug for NumberingPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The operator's own list may hold somebody's number.
        f.debug_struct("Plan")
            .field("country", &self.country)
            .field("rewrite", &self.rewrite)
            .field("nobody", &self.nobody.len())
            .field("names", &self.names)
            .finish()
    }
}

/// The notations that a condition or setting stands for.
#[derive(Clone, PartialEq, Eq)]
pub enum Notations {
    /// This number.
    Is(String),
    /// Numbers that begin with one of these.
    BeginWith(Vec<String>),
}

impl NumberingPlan {
    /// The plan of a country.
    pub fn of(country: Country) -> Self {
        Self {
            country: Some(country),
            ..Self::default()
        }
    }

    /// The same plan, in which these numbers and names are nobody's. A number is meant in every notation.
    #[must_use]
    pub fn without(mut self, nobody: Vec<String>) -> Self {
        let placed = nobody.iter().filter_map(|pattern| self.notations(pattern).ok());
        let placed = placed.flat_map(|notations| match notations {
            Notations::Is(number) => vec![number],
            Notations::BeginWith(beginnings) => beginnings.iter().map(|start| format!("{start}*")).collect(),
        });
        let placed: Vec<String> = placed.filter(|pattern| pattern != "*").collect();
        self.nobody = nobody.into_iter().chain(placed).collect();
        self
    }

    /// The number of a text in its one notation.
    ///
    /// # Errors
    /// Why the text is no number of anybody.
    pub fn number(&self, text: &str, origin: NumberOrigin) -> Result<PhoneNumber, NotANumber> {
        let written = text.trim();
        if self.is_own_nobody(written) {
            return Err(NotANumber::Nobody);
        }
        let digits = match read::read(written) {
            Ok(digits) => digits,
            Err(NotANumber::Foreign | NotANumber::Empty) if self.names && is_name(user(written)) => {
                return Ok(named(user(written)));
            }
            Err(NotANumber::Foreign | NotANumber::Empty) if nobody::is_word(user(written)) => {
                return Err(NotANumber::Nobody);
            }
            Err(fault) => return Err(fault),
        };
        if self.is_own_nobody(&digits.bare()) {
            return Err(NotANumber::Nobody);
        }
        let rewritten = self
            .rewrite
            .iter()
            .filter(|rule| rule.is_for(origin))
            .find_map(|rule| rule.apply(&digits));
        let number = self.in_context(rewritten.as_ref().unwrap_or(&digits));
        // What a rule has made of it is meant.
        if rewritten.is_none() && nobody::is_nobody(&digits) {
            return Err(NotANumber::Nobody);
        }
        let canonical = self.canonical(&number);
        if self.is_own_nobody(&canonical) {
            return Err(NotANumber::Nobody);
        }
        Ok(PhoneNumber {
            earlier_notations: self.earlier_notations(&canonical, &digits, written),
            canonical,
        })
    }

    /// Whether this text is what the operator's systems send where there is no number.
    fn is_own_nobody(&self, text: &str) -> bool {
        let user = user(text);
        self.nobody.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => starts_with(user, prefix),
            None => user.to_lowercase() == pattern.to_lowercase(),
        })
    }

    /// A local number of another country (RFC 3966 section 5.1.5). Its trunk prefix is not known: a single 0 is taken for it.
    fn in_context(&self, number: &NumberDigits) -> NumberDigits {
        let Some(context) = &number.context else {
            return number.clone();
        };
        if self
            .country
            .as_ref()
            .is_some_and(|country| country.code == *context)
        {
            return number.clone();
        }
        let national = match number.digits.strip_prefix('0') {
            Some(rest) if !keeps_zero(context) => rest,
            Some(_) | None => number.digits.as_str(),
        };
        let is_global = national.len() >= 5 && context.len() + national.len() <= MOST_GLOBAL;
        if is_global && !national.starts_with('0') {
            NumberDigits::of(true, format!("{context}{national}"))
        } else {
            number.clone()
        }
    }

    fn canonical(&self, number: &NumberDigits) -> String {
        let placed = self.country.as_ref().and_then(|country| country.place(number));
        match placed {
            Some(placed) => placed,
            // A plus before an extension is the habit of a PBX, and no country code.
            None if number.is_global && number.digits.len() < SUBSCRIBER => number.digits.clone(),
            None => number.bare(),
        }
    }

    /// Other notations that were a number of their own before the plan was set.
    fn earlier_notations(&self, canonical: &str, digits: &NumberDigits, written: &str) -> Vec<String> {
        let mut earlier_notations: Vec<String> = Vec::new();
        let mut add = |notation: String| {
            if notation != canonical
                && !earlier_notations.contains(&notation)
                && earlier_notations.len() < MOST_FORMERS
            {
                earlier_notations.push(notation);
            }
        };
        add(as_before(user(written)));
        add(digits.bare());
        let Some(country) = &self.country else {
            return earlier_notations;
        };
        let dialled = country.dialled(canonical);
        let same = |number: &&NumberDigits| self.canonical(number) == canonical;
        let same: Vec<&NumberDigits> = dialled.iter().filter(same).collect();
        same.iter().for_each(|number| add(number.bare()));
        let global = NumberDigits::of(true, canonical.trim_start_matches('+').to_owned());
        for rule in &self.rewrite {
            let before = same
                .iter()
                .copied()
                .chain([&global])
                .filter_map(|number| rule.undo(number));
            before.for_each(|before| add(before.bare()));
        }
        earlier_notations
    }

    /// The numbers that a pattern of a person stands for: a number, or its beginning with `*` behind it.
    ///
    /// # Errors
    /// Why it is none.
    pub fn notations(&self, pattern: &str) -> Result<Notations, NotANumber> {
        let Some(beginning) = pattern.strip_suffix('*') else {
            let number = self.number(pattern, NumberOrigin::Configured)?;
            return Ok(Notations::Is(number.canonical));
        };
        if beginning.is_empty() {
            return Ok(Notations::BeginWith(vec![String::new()]));
        }
        let digits = match beginning.trim() {
            "+" => NumberDigits::of(true, String::new()),
            _ => match read::read(&format!("{beginning}00")) {
                // Two digits more, so that a beginning of one digit is read like any other.
                Ok(longer) => {
                    let kept = longer.digits.len().saturating_sub(2);
                    NumberDigits::of(longer.is_global, longer.digits.chars().take(kept).collect())
                }
                Err(_) if self.names && is_name(beginning) => {
                    return Ok(Notations::BeginWith(vec![beginning.to_lowercase()]));
                }
                Err(fault) => return Err(fault),
            },
        };
        Ok(Notations::BeginWith(self.beginnings(&digits)))
    }

    /// How numbers may begin in their one notation that are dialled with this beginning.
    fn beginnings(&self, digits: &NumberDigits) -> Vec<String> {
        let mut beginnings = vec![digits.bare()];
        if let (Some(country), false) = (&self.country, digits.is_global) {
            let abroad = country
                .international_prefixes
                .iter()
                .filter_map(|prefix| digits.digits.strip_prefix(prefix.as_str()));
            beginnings.extend(abroad.map(|rest| format!("+{rest}")));
            let national = digits.digits.strip_prefix(country.national_prefix.as_str());
            beginnings.extend(national.map(|rest| country.global(rest)));
            if digits.digits.starts_with(country.code.as_str()) {
                beginnings.push(format!("+{}", digits.digits));
            }
        }
        beginnings
    }

    /// Whether a text is what a pattern stands for: as it is written, or by its number.
    pub fn fits(&self, pattern: &str, text: &str) -> bool {
        let as_written = match pattern.strip_suffix('*') {
            Some(prefix) => text.starts_with(prefix),
            None => text == pattern,
        };
        as_written
            || self.number(text, NumberOrigin::Configured).is_ok_and(|number| {
                let number = number.as_str();
                match self.notations(pattern) {
                    Ok(Notations::Is(own)) => number == own,
                    Ok(Notations::BeginWith(own)) => own.iter().any(|own| number.starts_with(own.as_str())),
                    Err(_) => false,
                }
            })
    }
}

/// As numbers were brought to one notation before there was a plan: that is how older rows hold them.
fn as_before(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|symbol| !matches!(symbol, ' ' | '-' | '.' | '(' | ')' | '/'));
    kept.collect::<String>().to_lowercase()
}

/// A caller by name.
fn named(name: &str) -> PhoneNumber {
    let canonical = name.to_lowercase();
    let before = as_before(name);
    PhoneNumber {
        earlier_notations: if before == canonical {
            Vec::new()
        } else {
            vec![before]
        },
        canonical,
    }
}

/// The user of an address, as written.
fn user(text: &str) -> &str {
    let text = text.trim_matches(|symbol| matches!(symbol, '<' | '>' | '"' | ' '));
    let text = ["sips:", "sip:", "tel:"]
        .iter()
        .find_map(|scheme| {
            let (start, rest) = text.split_at_checked(scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(rest)
        })
        .unwrap_or(text);
    let user = text.split(['@', ';']).next().unwrap_or_default();
    user.trim()
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.to_lowercase().starts_with(&prefix.to_lowercase())
}

/// Whether a caller may be known by this: one word that is not sent where there is no name.
fn is_name(text: &str) -> bool {
    let is_letter = |symbol: char| symbol.is_alphanumeric() || "-._+=".contains(symbol);
    text.chars().any(char::is_alphabetic)
        && text.chars().count() <= 64
        && text.chars().all(is_letter)
        && !nobody::is_word(text)
}
