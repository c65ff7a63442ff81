//! The languages in which people read a report.

use std::fmt;
use std::str::FromStr;

/// A language of pages, files and mails. Names and questions are shown as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReportLanguage {
    /// English.
    #[default]
    English,
    /// Finnish.
    Finnish,
    /// Polish.
    Polish,
    /// Czech.
    Czech,
    /// Greek.
    Greek,
}

/// A text that names no language of reports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a language of reports: choose from en, fi, pl, cs, el")]
pub struct UnknownLanguage(String);

impl ReportLanguage {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::Finnish,
        Self::Polish,
        Self::Czech,
        Self::Greek,
    ];

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Finnish => "fi",
            Self::Polish => "pl",
            Self::Czech => "cs",
            Self::Greek => "el",
        }
    }

    /// Its place in [`ALL`](Self::ALL).
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for ReportLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for ReportLanguage {
    type Err = UnknownLanguage;

    /// Reads a tag; what is behind the language is not looked at: `fi-FI` is Finnish.
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let primary = text.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let mut all = Self::ALL.into_iter();
        all.find(|language| language.tag() == primary)
            .ok_or_else(|| UnknownLanguage(text.chars().take(20).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::ReportLanguage;

    #[test]
    fn tags_are_read_with_and_without_a_region() {
        for (text, language) in [
            ("fi", ReportLanguage::Finnish),
            ("cs-CZ", ReportLanguage::Czech),
            ("EL_gr", ReportLanguage::Greek),
        ] {
            assert_eq!(text.parse(), Ok(language));
        }
        for text in ["", "sv", "finnish"] {
            assert!(text.parse::<ReportLanguage>().is_err(), "{text}");
        }
        for (index, language) in ReportLanguage::ALL.into_iter().enumerate() {
            assert_eq!((language.index(), language.tag().parse()), (index, Ok(language)));
        }
    }
}
