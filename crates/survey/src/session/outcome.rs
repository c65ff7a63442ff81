//! How a survey call ended, and what it takes to say so.

use std::fmt;

use super::technical::TechnicalCause;
use crate::plan::NextStep;
use crate::question::Question;
use aftercall_base::Disposition;

/// The end of a survey call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// How the call counts in reports; see the funnel.
    pub disposition: Disposition,
    /// Why the call ended then.
    pub reason: EndReason,
    /// Whether the caller opted out for good; true beside any disposition.
    pub opted_out: bool,
}

/// Why a survey call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// Every question was answered.
    AllAnswered,
    /// No question of the survey is for this call.
    NothingToAsk,
    /// The end was reached with one or more questions skipped.
    QuestionsSkipped,
    /// Too many questions in a row were skipped.
    SkippedInARow,
    /// Too many attempts in a row passed without any key.
    Silence,
    /// The caller pressed the opt-out.
    OptedOut,
    /// The survey took as long as it may.
    TimeCap,
    /// The caller hung up.
    CallerHungUp,
    /// An answer could not be made durable.
    Storage,
    /// A technical reason outside of the session.
    Technical(TechnicalCause),
}

impl EndReason {
    /// The word stored with the call.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AllAnswered => "all_answered",
            Self::NothingToAsk => "nothing_to_ask",
            Self::QuestionsSkipped => "questions_skipped",
            Self::SkippedInARow => "skipped_in_a_row",
            Self::Silence => "silence",
            Self::OptedOut => "opted_out",
            Self::TimeCap => "time_cap",
            Self::CallerHungUp => "caller_hung_up",
            Self::Storage => "storage",
            Self::Technical(cause) => cause.as_str(),
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the caller has done so far.
#[derive(Debug)]
pub(super) struct SurveyProgress {
    answered: u32,
    skipped: u32,
    scored_skipped: bool,
    pub(super) skipped_in_a_row: u32,
    pub(super) opted_out: bool,
    /// The first place of the flow that has no result yet.
    pub(super) next_step: NextStep,
}

impl SurveyProgress {
    pub(super) const fn new(next_step: NextStep) -> Self {
        Self {
            answered: 0,
            skipped: 0,
            scored_skipped: false,
            skipped_in_a_row: 0,
            opted_out: false,
            next_step,
        }
    }

    /// Counts the result of a question.
    pub(super) fn count(&mut self, question: &Question, value: Option<i64>) {
        if value.is_some() {
            self.answered += 1;
            self.skipped_in_a_row = 0;
        } else {
            self.skipped += 1;
            self.skipped_in_a_row += 1;
            self.scored_skipped |= question.scored;
        }
    }

    /// Why a survey that came to its end ended.
    pub(super) fn natural_end(&self) -> EndReason {
        if self.skipped == 0 {
            EndReason::AllAnswered
        } else {
            EndReason::QuestionsSkipped
        }
    }

    /// The outcome when the call ends now for `reason`; `leads_on`: a scored question could still have come.
    pub(super) fn outcome(&self, reason: EndReason, leads_on: bool) -> Outcome {
        Outcome {
            disposition: self.disposition(reason, leads_on),
            reason,
            opted_out: self.opted_out,
        }
    }

    fn disposition(&self, reason: EndReason, leads_on: bool) -> Disposition {
        let answered = self.answered > 0;
        match reason {
            // First, whatever was answered: the caller heard an apology, and an answer may be lost.
            EndReason::Storage => Disposition::Failed,
            _ if self.is_complete(leads_on) => Disposition::Completed,
            _ if self.opted_out => Disposition::Declined,
            _ if answered => Disposition::Partial,
            EndReason::CallerHungUp => Disposition::Abandoned,
            EndReason::OptedOut => Disposition::Declined,
            EndReason::Technical(_) => Disposition::Failed,
            EndReason::AllAnswered
            | EndReason::NothingToAsk
            | EndReason::QuestionsSkipped
            | EndReason::SkippedInARow
            | EndReason::Silence
            | EndReason::TimeCap => Disposition::NoAnswer,
        }
    }

    /// Whether every scored question on the caller's way is answered and none can follow.
    fn is_complete(&self, leads_on: bool) -> bool {
        self.answered > 0 && !self.scored_skipped && !leads_on
    }
}
