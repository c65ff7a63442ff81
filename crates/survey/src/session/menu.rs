//! The choice of languages, before anything else is said.
//!
//! ```text
//! Opening -> OfferingLanguages (each in its own) -> ChoosingLanguage -key-> Settling -> Welcome, in that language
//!               ^                                         | silence or a wrong key
//!               +-----------------------------------------+ until the attempts are used up: the fallback
//! ```
//! Any offer may be interrupted by its key or by another's. `*` offers all again, as often as a question is repeated;
//! `*9` opts out here as anywhere. The choice is no answer and costs none: silence leads on, in the fallback.

use std::time::Instant;

use super::question_in_progress::FailedAttempt;
use super::recent_keys::KeyRole;
use super::{AfterGap, Output, Session, SessionPhase};
use aftercall_base::{Digit, Language};

/// A choice of languages in progress.
#[derive(Debug)]
pub(super) struct LanguageMenuState {
    fallback: Language,
    attempt: u32,
    repeats: u32,
    /// The choice that is being offered.
    index: usize,
    /// Keys pressed earlier choose nothing.
    started_at: Option<Instant>,
}

impl LanguageMenuState {
    pub(super) const fn new(fallback: Language) -> Self {
        Self {
            fallback,
            attempt: 1,
            repeats: 0,
            index: 0,
            started_at: None,
        }
    }
}

impl Session {
    /// Offers all languages from the first on.
    pub(super) fn offer_languages(&mut self, now: Instant) {
        if let Some(menu_state) = &mut self.menu_state {
            menu_state.index = 0;
            menu_state.started_at.get_or_insert(now);
        }
        self.offer_current_language(now);
    }

    pub(super) fn offer_next_language(&mut self, now: Instant) {
        if let Some(menu_state) = &mut self.menu_state {
            menu_state.index += 1;
        }
        self.offer_current_language(now);
    }

    fn offer_current_language(&mut self, now: Instant) {
        let (Some(menu_state), Some(menu)) = (&self.menu_state, self.survey.language_menu()) else {
            return;
        };
        match menu.choices().get(menu_state.index).cloned() {
            Some(choice) => {
                self.outputs.push_back(Output::Speak(choice.language));
                let play = self.play(vec![choice.prompt]);
                self.phase = play.map_or(SessionPhase::ChoosingLanguage { until: now }, |play| {
                    SessionPhase::OfferingLanguages { play }
                });
            }
            None => {
                self.phase = SessionPhase::ChoosingLanguage {
                    until: now + menu.no_input(),
                };
            }
        }
    }

    pub(super) fn menu_key(&mut self, digit: Digit, at: Instant, now: Instant) -> KeyRole {
        let started_at = self
            .menu_state
            .as_ref()
            .and_then(|menu_state| menu_state.started_at);
        if started_at.is_none_or(|started| at < started)
            || self.belongs_to_earlier_input(digit, at, self.next_question())
        {
            return KeyRole::Dropped;
        }
        let (Some(menu_state), Some(menu)) = (&mut self.menu_state, self.survey.language_menu()) else {
            return KeyRole::Dropped;
        };
        let commands = &self.survey.commands;
        // A `*` that repeats nothing may still be the beginning of an opt-out.
        let is_placeholder =
            digit == Digit::POUND || (digit == Digit::STAR && !commands.repeat && commands.opt_out.is_some());
        if let Some(choice) = menu.choice(digit) {
            let language = choice.language.clone();
            self.menu_state = None;
            self.outputs.push_back(Output::Speak(language));
            self.pause(AfterGap::Welcome, now);
        } else if digit == Digit::STAR && commands.repeat && menu_state.repeats < self.survey.rules.repeats {
            menu_state.repeats += 1;
            self.pause(AfterGap::OfferAgain, now);
        } else if !is_placeholder {
            self.menu_attempt_failed(FailedAttempt::NoMatch, now);
        }
        KeyRole::Opened
    }

    /// An attempt came to nothing.
    pub(super) fn menu_attempt_failed(&mut self, failure: FailedAttempt, now: Instant) {
        let attempts = self.survey.language_menu().map_or(1, |menu| menu.attempts());
        let is_last = self
            .menu_state
            .as_ref()
            .is_none_or(|menu_state| menu_state.attempt >= attempts);
        if is_last {
            self.use_fallback_language();
        } else if let Some(menu_state) = &mut self.menu_state {
            menu_state.attempt += 1;
        }
        match (failure, is_last) {
            (FailedAttempt::NoMatch, true) => self.pause(AfterGap::Welcome, now),
            (FailedAttempt::NoMatch, false) => self.pause(AfterGap::OfferAgain, now),
            // After silence there is no key to keep a gap from.
            (FailedAttempt::NoInput, true) => self.welcome(now),
            (FailedAttempt::NoInput, false) => self.offer_languages(now),
        }
    }

    /// Goes on in the fallback, where no language was chosen.
    pub(super) fn use_fallback_language(&mut self) {
        if let Some(menu_state) = self.menu_state.take() {
            self.outputs.push_back(Output::Speak(menu_state.fallback));
        }
    }
}
