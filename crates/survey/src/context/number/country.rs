//! How numbers are dialled in one country.
//!
//! ```text
//! country code 358, national prefix 0, international prefix 00, national numbers of 5 to 12 digits
//!
//! 00358401234567  international prefix        +358401234567
//! 0401234567      national prefix             +358401234567
//! 358401234567    country code without plus   +358401234567
//! 401234567       without national prefix     +358401234567   (nine digits and more: no extension is as long)
//! +3580401234567  both, a common mistake      +358401234567
//! 004687654321    another country             +4687654321
//! 7042, 112       of none of these lengths    not placed
//! ```
//!
//! It is a table and no library of all countries' plans: see ARCHITECTURE.md. Lengths decide, never the digits of areas and
//! networks, so a plan does not go out of date.

use super::read::{MOST_GLOBAL, NumberDigits, SUBSCRIBER, keeps_zero};

/// From this many digits on a number without national prefix is no extension.
const NO_EXTENSION: usize = 9;

/// Countries whose plan is not a national prefix 0 before 5 to 12 digits: country code, national prefix, digits behind it.
const COUNTRIES: [(&str, &str, DigitCount); 41] = [
    ("1", "1", DigitCount { from: 10, to: 10 }),
    ("7", "8", DigitCount { from: 10, to: 10 }),
    ("30", "", DigitCount { from: 10, to: 10 }),
    ("31", "0", DigitCount { from: 9, to: 11 }),
    ("32", "0", DigitCount { from: 8, to: 9 }),
    ("33", "0", DigitCount { from: 9, to: 9 }),
    ("34", "", DigitCount { from: 9, to: 9 }),
    ("36", "06", DigitCount { from: 8, to: 9 }),
    ("39", "", DigitCount { from: 9, to: 10 }),
    ("40", "0", DigitCount { from: 9, to: 9 }),
    ("41", "0", DigitCount { from: 9, to: 9 }),
    ("43", "0", DigitCount { from: 5, to: 13 }),
    ("44", "0", DigitCount { from: 9, to: 10 }),
    ("45", "", DigitCount { from: 8, to: 8 }),
    ("46", "0", DigitCount { from: 7, to: 10 }),
    ("47", "", DigitCount { from: 8, to: 8 }),
    ("48", "", DigitCount { from: 9, to: 9 }),
    ("49", "0", DigitCount { from: 5, to: 13 }),
    ("52", "", DigitCount { from: 10, to: 10 }),
    ("61", "0", DigitCount { from: 9, to: 9 }),
    ("65", "", DigitCount { from: 8, to: 8 }),
    ("351", "", DigitCount { from: 9, to: 9 }),
    ("352", "", DigitCount { from: 8, to: 9 }),
    ("353", "0", DigitCount { from: 7, to: 9 }),
    ("354", "", DigitCount { from: 7, to: 7 }),
    ("356", "", DigitCount { from: 8, to: 8 }),
    ("357", "", DigitCount { from: 8, to: 8 }),
    ("359", "0", DigitCount { from: 7, to: 9 }),
    ("370", "0", DigitCount { from: 8, to: 8 }),
    ("371", "", DigitCount { from: 8, to: 8 }),
    ("372", "", DigitCount { from: 7, to: 8 }),
    ("376", "", DigitCount { from: 6, to: 9 }),
    ("378", "", DigitCount { from: 6, to: 10 }),
    ("385", "0", DigitCount { from: 8, to: 9 }),
    ("386", "0", DigitCount { from: 8, to: 8 }),
    ("420", "", DigitCount { from: 9, to: 9 }),
    ("421", "0", DigitCount { from: 9, to: 9 }),
    ("423", "", DigitCount { from: 7, to: 9 }),
    ("852", "", DigitCount { from: 8, to: 8 }),
    ("886", "0", DigitCount { from: 8, to: 9 }),
    ("972", "0", DigitCount { from: 8, to: 9 }),
];

/// The country codes that are assigned (ITU-T E.164 Annex D, without those of networks and services in no country).
const ASSIGNED: [(u16, u16); 43] = [
    (1, 1),
    (7, 7),
    (20, 20),
    (27, 27),
    (30, 34),
    (36, 36),
    (39, 41),
    (43, 49),
    (51, 58),
    (60, 66),
    (81, 82),
    (84, 84),
    (86, 86),
    (90, 95),
    (98, 98),
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 258),
    (260, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (850, 850),
    (852, 853),
    (855, 856),
    (880, 880),
    (886, 886),
    (960, 968),
    (970, 977),
    (992, 996),
    (997, 997),
    (998, 998),
];

/// How many digits, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigitCount {
    /// The smallest number of digits.
    pub from: usize,
    /// The largest number of digits.
    pub to: usize,
}

impl DigitCount {
    pub(super) fn holds(self, digits: usize) -> bool {
        (self.from..=self.to).contains(&digits)
    }
}

/// How numbers are dialled in one country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    pub(super) code: String,
    pub(super) national_prefix: String,
    pub(super) international_prefixes: Vec<String>,
    national: DigitCount,
}

/// What cannot be part of a number plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CountryFault {
    /// The country code has something else than digits, or too many.
    #[error("a country code is 1 to 3 digits, such as \"358\" or \"+358\"")]
    Code,
    /// It begins as if it were dialled.
    #[error(
        "a country code is written without the 00 or 0 that is dialled before it, such as \"358\" or \"+358\""
    )]
    Dialled,
    /// No country has it.
    #[error("no country has this code")]
    Unassigned,
    /// A prefix.
    #[error("a prefix has at most 5 digits, such as \"0\" or \"00\"")]
    Prefix,
    /// A number of digits.
    #[error("national numbers have 2 to 15 digits; write \"9\" or \"5-12\"")]
    Digits,
}

impl Country {
    /// The plan of a country; what is not given is what [the country](Self) has.
    ///
    /// # Errors
    /// What cannot be part of a plan.
    pub fn new(
        code: &str,
        national_prefix: Option<&str>,
        international_prefixes: Option<&[String]>,
        national: Option<DigitCount>,
    ) -> Result<Self, CountryFault> {
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let code = code.strip_prefix('+').unwrap_or(code);
        if !code.is_empty() && is_digits(code) && code.starts_with('0') {
            return Err(CountryFault::Dialled);
        }
        if !(1..=3).contains(&code.len()) || !is_digits(code) {
            return Err(CountryFault::Code);
        }
        if !is_assigned(code) {
            return Err(CountryFault::Unassigned);
        }
        let known = COUNTRIES.iter().find(|(known, _, _)| *known == code);
        let (_, usual_prefix, usual_count) =
            known
                .copied()
                .unwrap_or((code, "0", DigitCount { from: 5, to: 12 }));
        let international_prefixes = international_prefixes.map_or_else(
            || vec![usual_international_prefix(code).to_owned()],
            <[String]>::to_vec,
        );
        let country = Self {
            national_prefix: national_prefix.unwrap_or(usual_prefix).to_owned(),
            international_prefixes,
            national: national.unwrap_or(usual_count),
            code: code.to_owned(),
        };
        let is_prefix = |prefix: &str| is_digits(prefix) && prefix.len() <= 5;
        let are_sound = country
            .international_prefixes
            .iter()
            .all(|prefix| is_prefix(prefix) && !prefix.is_empty());
        if !are_sound || !is_prefix(&country.national_prefix) {
            return Err(CountryFault::Prefix);
        }
        let DigitCount { from, to } = country.national;
        if !(2..=MOST_GLOBAL).contains(&from) || !(from..=MOST_GLOBAL).contains(&to) {
            return Err(CountryFault::Digits);
        }
        Ok(country)
    }

    /// The one notation of digits that are a number of this plan; `None` for others.
    pub(super) fn place(&self, number: &NumberDigits) -> Option<String> {
        let digits = number.digits.as_str();
        if number.is_global && !digits.starts_with('0') {
            return (digits.len() >= SUBSCRIBER).then(|| self.without_prefix_inside(digits));
        }
        self.dialled_abroad(digits)
            .or_else(|| self.with_prefix(digits))
            .or_else(|| self.without_plus(digits))
            .or_else(|| self.without_prefix(digits))
    }

    /// `00 46 8 765 43 21`.
    fn dialled_abroad(&self, digits: &str) -> Option<String> {
        let behind = |prefix: &String| digits.strip_prefix(prefix.as_str());
        let mut behind = self.international_prefixes.iter().filter_map(behind);
        let is_global =
            |rest: &&str| (SUBSCRIBER..=MOST_GLOBAL).contains(&rest.len()) && !rest.starts_with('0');
        behind
            .find(is_global)
            .map(|rest| self.without_prefix_inside(rest))
    }

    /// `040 123 4567`.
    fn with_prefix(&self, digits: &str) -> Option<String> {
        let rest = digits
            .strip_prefix(self.national_prefix.as_str())
            .filter(|_| !self.national_prefix.is_empty())?;
        let is_national = self.national.holds(rest.len()) && !rest.starts_with('0');
        (is_national && digits.len() >= SUBSCRIBER).then(|| self.global(rest))
    }

    /// `358 40 123 4567`. Where no prefix distinguishes them a number as long as a national one is that.
    fn without_plus(&self, digits: &str) -> Option<String> {
        let rest = digits.strip_prefix(self.code.as_str())?;
        let is_national = self.national.holds(rest.len()) || self.begins_with_zero(rest);
        let may_be_national = self.national_prefix.is_empty() || self.national.from == self.national.to;
        let is_told_apart =
            digits.len() >= NO_EXTENSION && !(may_be_national && self.national.holds(digits.len()));
        (is_national && is_told_apart).then(|| self.without_prefix_inside(digits))
    }

    /// `401234567`, and every national number where none has a prefix.
    fn without_prefix(&self, digits: &str) -> Option<String> {
        let is_long = self.national_prefix.is_empty() || digits.len() >= NO_EXTENSION;
        let is_national = self.national.holds(digits.len())
            && is_long
            && (self.national_prefix.is_empty()
                || !digits.starts_with(self.national_prefix.as_str())
                || self.is_fixed());
        let has_zero = digits.starts_with('0') && !keeps_zero(&self.code);
        ((is_national && !has_zero) || self.begins_with_zero(digits)).then(|| self.global(digits))
    }

    /// Whether all national numbers are of one length, so that the length shows whether a prefix stands before them.
    fn is_fixed(&self) -> bool {
        self.national.from == self.national.to && !self.national_prefix.starts_with('0')
    }

    /// Landlines where the 0 is part of the number: 6 to 11 digits with it.
    fn begins_with_zero(&self, digits: &str) -> bool {
        keeps_zero(&self.code)
            && digits.starts_with('0')
            && !digits.starts_with("00")
            && (6..=11).contains(&digits.len())
    }

    /// `+358 0 40 ...` is `+358 40 ...`: no national number begins with the prefix.
    fn without_prefix_inside(&self, digits: &str) -> String {
        let national = digits.strip_prefix(self.code.as_str());
        let behind = national
            .filter(|_| !self.national_prefix.is_empty())
            .and_then(|national| Some((national, national.strip_prefix(self.national_prefix.as_str())?)));
        match behind {
            Some((national, rest))
                if self.national.holds(rest.len())
                    && (self.national_prefix.starts_with('0') || !self.national.holds(national.len())) =>
            {
                self.global(rest)
            }
            Some(_) | None => format!("+{digits}"),
        }
    }

    pub(super) fn global(&self, national: &str) -> String {
        format!("+{}{national}", self.code)
    }

    /// Every way in which a number of this notation may be dialled.
    pub(super) fn dialled(&self, canonical: &str) -> Vec<NumberDigits> {
        let Some(global) = canonical.strip_prefix('+') else {
            return Vec::new();
        };
        let abroad = self
            .international_prefixes
            .iter()
            .map(|prefix| format!("{prefix}{global}"));
        let national = global.strip_prefix(self.code.as_str());
        let national = national
            .into_iter()
            .flat_map(|national| [format!("{}{national}", self.national_prefix), national.to_owned()]);
        let local = abroad.chain([global.to_owned()]).chain(national);
        local.map(|digits| NumberDigits::of(false, digits)).collect()
    }
}

/// Whether a country has this code.
fn is_assigned(code: &str) -> bool {
    let number: Option<u16> = code.parse().ok();
    number.is_some_and(|number| ASSIGNED.iter().any(|(from, to)| (*from..=*to).contains(&number)))
}

fn usual_international_prefix(code: &str) -> &'static str {
    match code {
        "1" => "011",
        "7" => "810",
        "61" => "0011",
        _ => "00",
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNTRIES, Country, CountryFault, is_assigned};

    #[test]
    fn code_that_no_country_has_or_that_is_written_as_it_is_dialled_is_refused() {
        let fault = |code: &str| Country::new(code, None, None, None).unwrap_err();
        for code in ["999", "210", "259", "384", "21", "888", "800"] {
            assert_eq!(fault(code), CountryFault::Unassigned, "{code}");
        }
        for code in ["00358", "0358", "0", "+00358"] {
            assert_eq!(fault(code), CountryFault::Dialled, "{code}");
        }
        for code in ["", "FI", "3580", "358 ", "++358", "+"] {
            assert_eq!(fault(code), CountryFault::Code, "{code}");
        }
        for code in ["1", "7", "+358", "44", "46", "372", "383", "998"] {
            assert!(Country::new(code, None, None, None).is_ok(), "{code}");
        }
    }

    #[test]
    fn countries_with_a_plan_of_their_own_exist() {
        assert!(COUNTRIES.iter().all(|(code, _, _)| is_assigned(code)));
    }
}
