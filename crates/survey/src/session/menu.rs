//! The choice of languages, before anything else is said.
//!
//! ```text
//! Opening -> Offering (each in its own language) -> Choosing -key-> Settling -> Welcome, in that language
//!               ^                                      | silence or a wrong key
//!               +--------------------------------------+ until the attempts are used up: the fallback
//! ```
//! Any offer may be interrupted by its key or by another's. `*` offers all again, as often as a question is repeated;
//! `*9` opts out here as anywhere. The choice is no answer and costs none: silence leads on, in the fallback.

use std::time::Instant;

use super::recent::Fate;
use super::turn::Miss;
use super::{Output, Phase, Session, Then};
use aftercall_base::{Digit, Language};

/// A choice of languages in progress.
#[derive(Debug)]
pub(super) struct Offering {
    fallback: Language,
    attempt: u32,
    repeats: u32,
    /// The choice that is being offered.
    index: usize,
    /// Keys pressed earlier choose nothing.
    started_at: Option<Instant>,
}

impl Offering {
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
    pub(super) fn offer(&mut self, now: Instant) {
        if let Some(offering) = &mut self.offering {
            offering.index = 0;
            offering.started_at.get_or_insert(now);
        }
        self.offer_this(now);
    }

    pub(super) fn offer_next(&mut self, now: Instant) {
        if let Some(offering) = &mut self.offering {
            offering.index += 1;
        }
        self.offer_this(now);
    }

    fn offer_this(&mut self, now: Instant) {
        let (Some(offering), Some(menu)) = (&self.offering, self.survey.language_menu()) else {
            return;
        };
        match menu.choices().get(offering.index).cloned() {
            Some(choice) => {
                self.outputs.push_back(Output::Speak(choice.language));
                let play = self.play(vec![choice.prompt]);
                self.phase = play.map_or(Phase::Choosing { until: now }, |play| Phase::Offering { play });
            }
            None => {
                self.phase = Phase::Choosing {
                    until: now + menu.no_input(),
                };
            }
        }
    }

    pub(super) fn menu_key(&mut self, digit: Digit, at: Instant, now: Instant) -> Fate {
        let started_at = self.offering.as_ref().and_then(|offering| offering.started_at);
        if started_at.is_none_or(|started| at < started) || self.is_rest(digit, at, self.coming()) {
            return Fate::Dropped;
        }
        let (Some(offering), Some(menu)) = (&mut self.offering, self.survey.language_menu()) else {
            return Fate::Dropped;
        };
        let commands = &self.survey.commands;
        // A `*` that repeats nothing may still be the beginning of an opt-out.
        let says_nothing =
            digit == Digit::POUND || (digit == Digit::STAR && !commands.repeat && commands.opt_out.is_some());
        if let Some(choice) = menu.choice(digit) {
            let language = choice.language.clone();
            self.offering = None;
            self.outputs.push_back(Output::Speak(language));
            self.pause(Then::Welcome, now);
        } else if digit == Digit::STAR && commands.repeat && offering.repeats < self.survey.rules.repeats {
            offering.repeats += 1;
            self.pause(Then::OfferAgain, now);
        } else if !says_nothing {
            self.choice_missed(Miss::NoMatch, now);
        }
        Fate::Opened
    }

    /// An attempt came to nothing.
    pub(super) fn choice_missed(&mut self, miss: Miss, now: Instant) {
        let attempts = self.survey.language_menu().map_or(1, |menu| menu.attempts());
        let is_last = self
            .offering
            .as_ref()
            .is_none_or(|offering| offering.attempt >= attempts);
        if is_last {
            self.give_up_choice();
        } else if let Some(offering) = &mut self.offering {
            offering.attempt += 1;
        }
        match (miss, is_last) {
            (Miss::NoMatch, true) => self.pause(Then::Welcome, now),
            (Miss::NoMatch, false) => self.pause(Then::OfferAgain, now),
            (Miss::NoInput, true) => self.welcome(now),
            (Miss::NoInput, false) => self.offer(now),
        }
    }

    /// Goes on in the fallback, where no language was chosen.
    pub(super) fn give_up_choice(&mut self) {
        if let Some(offering) = self.offering.take() {
            self.outputs.push_back(Output::Speak(offering.fallback));
        }
    }
}
