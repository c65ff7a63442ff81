//! How long a survey holds a caller who waits for the end of every prompt, and a line on which nobody presses a key.
//!
//! Sums over the prompts and silences of a call, the longest way through the survey. A caller may press earlier; one who
//! takes time to think is held longer.

use std::time::Duration;

use super::definition::Survey;
use super::metric::Metric;
use super::path_bounds::path_bounds;
use super::prompt::PromptNames;
use super::question::{Goto, Question};
use aftercall_base::{Language, PromptName};

/// The times of a call in one language, from its answer on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLength {
    /// Until the first question has been asked to its end. A menu of languages is not counted.
    pub first_key: Duration,
    /// Until the last question that keys answer has been asked to its end, each answered at once. Likewise.
    pub all_keys: Duration,
    /// How many questions keys answer, at most.
    pub keys: u64,
    /// Until the call is ended, where no key is ever pressed. With the menu of languages, where there is one.
    pub silent_line: Duration,
}

impl Survey {
    /// How many questions keys answer, at least and at most.
    pub fn answered_by_keys(&self) -> (u64, u64) {
        let ways = path_bounds(&self.questions, &self.groups, &|question| {
            u64::from(is_by_keys(question))
        });
        (ways.least, ways.most)
    }

    /// How long a call takes in `language`; a prompt that does not exist takes no time.
    pub fn call_length(&self, language: &Language, prompts: &dyn PromptNames) -> CallLength {
        let spoken = CallLengthSums {
            survey: self,
            language,
            prompts,
        };
        spoken.call_length()
    }
}

fn is_by_keys(question: &Question) -> bool {
    question.metric != Metric::Comment
}

/// A survey in one language.
struct CallLengthSums<'s> {
    survey: &'s Survey,
    language: &'s Language,
    prompts: &'s dyn PromptNames,
}

impl<'s> CallLengthSums<'s> {
    fn call_length(&self) -> CallLength {
        let survey = self.survey;
        let begin = survey.timing.before_first_prompt + self.length(&survey.welcome);
        let first = self.longest(&|question| self.length(&question.wording.question));
        let with_gap = |question: &Question| {
            let asked = self.length(&question.wording.question) + survey.timing.after_key;
            let asked = u64::try_from(asked.as_millis()).unwrap_or(u64::MAX);
            if is_by_keys(question) { asked } else { 0 }
        };
        let asked = path_bounds(&survey.questions, &survey.groups, &with_gap).most;
        let asked = Duration::from_millis(asked).saturating_sub(survey.timing.after_key);
        CallLength {
            first_key: begin + first,
            all_keys: begin + asked,
            keys: survey.answered_by_keys().1,
            silent_line: begin
                + self.menu()
                + self.longest(&|question| self.silence(question))
                + survey.timing.after_key
                + self.length(&survey.closing.thanks),
        }
    }

    /// What takes longest of the questions that can be the first one.
    fn longest(&self, time: &dyn Fn(&Question) -> Duration) -> Duration {
        let mut firsts = Vec::new();
        self.firsts(self.survey.start(), &mut firsts);
        firsts.into_iter().map(time).max().unwrap_or_default()
    }

    /// The questions by keys that can come first, from `place` on. The flow has no circles.
    fn firsts(&self, place: Goto, firsts: &mut Vec<&'s Question>) {
        let survey: &'s Survey = self.survey;
        match place {
            Goto::End => {}
            Goto::Question(index) => {
                let Some(question) = survey.questions.get(index) else {
                    return;
                };
                if is_by_keys(question) {
                    firsts.push(question);
                }
                if !is_by_keys(question) || question.only_when.is_some() {
                    self.firsts(question.next, firsts);
                }
            }
            Goto::Group(index) => {
                let Some(group) = survey.groups.get(index) else {
                    return;
                };
                let members = group.members.iter();
                let members = members.filter_map(|member| survey.questions.get(*member));
                let known = firsts.len();
                firsts.extend(members.filter(|member| is_by_keys(member)));
                let certain = firsts.iter().skip(known).any(|member| member.only_when.is_none());
                if group.only_when.is_some() || !certain {
                    self.firsts(group.next, firsts);
                }
            }
        }
    }

    /// How long a silent line is held from `first` on until it is given up. A question that has fewer attempts than
    /// silences end the survey is taken to be followed by others that take as long.
    fn silence(&self, first: &Question) -> Duration {
        let (rules, timing) = (self.survey.rules, self.survey.timing);
        let mut held = Duration::ZERO;
        let (mut attempt, mut skipped) = (1, 0);
        for silence in 1..=rules.silences_in_a_row {
            let is_last = attempt == rules.attempts;
            held += self.length(asked(first, attempt));
            held += if is_last {
                timing.no_input_last
            } else {
                timing.no_input
            };
            skipped += u32::from(is_last);
            attempt = if is_last { 1 } else { attempt + 1 };
            if skipped == rules.skips_in_a_row || silence == rules.silences_in_a_row {
                break;
            }
            if is_last {
                held += timing.after_key;
            }
        }
        held
    }

    /// A menu of languages that nobody chooses from.
    fn menu(&self) -> Duration {
        let Some(menu) = self.survey.language_menu() else {
            return Duration::ZERO;
        };
        let choices = menu.choices().iter();
        let offers = choices.filter_map(|choice| {
            self.prompts
                .length(choice.language.as_str(), choice.prompt.as_str())
        });
        (offers.sum::<Duration>() + menu.no_input()) * menu.attempts()
    }

    /// How long these prompts take, one after the other.
    fn length(&self, names: &[PromptName]) -> Duration {
        let lengths = names
            .iter()
            .filter_map(|name| self.prompts.length(self.language.as_str(), name.as_str()));
        lengths.sum()
    }
}

/// What is played for an attempt, the first being 1, after silence.
fn asked(question: &Question, attempt: u32) -> &[PromptName] {
    let wording = &question.wording;
    let again = usize::try_from(attempt)
        .ok()
        .and_then(|attempt| attempt.checked_sub(2));
    let again = again.and_then(|again| wording.no_input.get(again).or(wording.no_input.last()));
    again.unwrap_or(&wording.question)
}
