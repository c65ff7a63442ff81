//! In which language a survey is asked: that of the call, an order of fallbacks, or the caller's own key.
//!
//! A tag is looked up as RFC 4647 section 3.4 says: whole, then shortened from its end, so `sv-FI` is served in
//! `sv`. When the survey is not asked in it, the fallbacks are tried in order, and the survey's first language is the
//! last. A [`LanguageMenu`] lets the caller choose where the call has no language.

use std::time::Duration;

use super::definition::Survey;
use aftercall_base::{Digit, Language, PromptName};

/// The language a survey is asked in, and whether the call itself asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LanguageSelection<'s> {
    /// One of the survey's languages.
    pub language: &'s Language,
    /// How it came to be.
    pub by: LanguageSelectedBy,
}

/// What decided the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanguageSelectedBy {
    /// A header of the call, or the number that was dialled.
    Call,
    /// An order of fallbacks, since neither of those helped.
    Fallback,
}

impl Survey {
    /// The survey's language for a tag such as `fi-FI`: the same, else one that the tag is a kind of.
    pub fn language_of(&self, tag: &str) -> Option<&Language> {
        let tag = tag.trim().to_ascii_lowercase().replace('_', "-");
        let mut range = tag.as_str();
        loop {
            if let Some(found) = self.languages().iter().find(|known| known.as_str() == range) {
                return Some(found);
            }
            range = range.rsplit_once('-')?.0;
        }
    }

    /// The language to ask in: the first of `wanted` in which the survey is asked, else the first such of `fallback`,
    /// else the survey's own.
    pub fn choose_language<'t>(
        &self,
        wanted: impl IntoIterator<Item = &'t str>,
        fallback: impl IntoIterator<Item = &'t str>,
    ) -> LanguageSelection<'_> {
        let by_call = wanted.into_iter().find_map(|tag| self.language_of(tag));
        let chosen = |language, by| LanguageSelection { language, by };
        if let Some(language) = by_call {
            return chosen(language, LanguageSelectedBy::Call);
        }
        let by_order = fallback.into_iter().find_map(|tag| self.language_of(tag));
        let own = self.languages().first();
        let language = by_order.or(own).expect("a survey has at least one language");
        chosen(language, LanguageSelectedBy::Fallback)
    }

    /// The menu that a call is offered whose language was `chosen` so.
    pub fn menu_for(&self, chosen: LanguageSelectedBy) -> Option<&LanguageMenu> {
        let menu = self.language_menu()?;
        let offered = match menu.when {
            OfferMenu::UnlessTold => chosen == LanguageSelectedBy::Fallback,
            OfferMenu::Always => true,
        };
        offered.then_some(menu)
    }
}

/// A choice of languages at the beginning of a call, each offered in its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageMenu {
    /// Never fewer than two, in the order of their keys as written; no key and no language twice.
    pub(super) choices: Vec<LanguageChoice>,
    pub(super) when: OfferMenu,
    pub(super) attempts: u32,
    pub(super) no_input: Duration,
}

impl LanguageMenu {
    /// What can be chosen, in the order in which it is offered.
    pub fn choices(&self) -> &[LanguageChoice] {
        &self.choices
    }

    /// The choice of a key.
    pub fn choice(&self, key: Digit) -> Option<&LanguageChoice> {
        self.choices.iter().find(|choice| choice.key == key)
    }

    /// How often it is offered in all, at least once.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How long it waits for a key after its last words.
    pub fn no_input(&self) -> Duration {
        self.no_input
    }
}

/// One language of a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanguageChoice {
    /// The key that chooses it.
    pub key: Digit,
    /// The language that its key chooses, one of the survey's.
    pub language: Language,
    /// What offers it, spoken in that language.
    pub prompt: PromptName,
}

/// Which calls are offered the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferMenu {
    /// Those for which neither header nor dialled number gives a language in which the survey is asked.
    UnlessTold,
    /// Every call of a survey that has a menu.
    Always,
}

impl OfferMenu {
    /// Both.
    pub const ALL: [Self; 2] = [Self::UnlessTold, Self::Always];

    /// The word in a definition.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnlessTold => "unless_told",
            Self::Always => "always",
        }
    }
}
