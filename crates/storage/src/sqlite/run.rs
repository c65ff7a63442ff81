//! Which facts of a batch may be written together, out of their order. Pure.
//!
//! Many rows of one statement are written as one message ([`rows`](super::rows)), so the facts of a batch are written kind by
//! kind: first the calls that arrived, then those answered, the answers, the ends. That is also the order in which
//! the facts of one call happen. Where a batch has them otherwise, or holds a fact whose effect on others depends on
//! its place (an opt-out keeps out the calls after it), it is cut there: each run is written after the one before.

use std::collections::HashMap;

use crate::store::Fact;
use aftercall_base::CallUid;
use aftercall_survey::admission::NewCall;
use aftercall_survey::record::{AnswerRecord, CallEnd};

/// Facts of one run by kind, each with its place in the batch.
#[derive(Debug, Default)]
pub(super) struct Run<'f> {
    pub(super) admitted: Vec<(usize, &'f NewCall)>,
    pub(super) answered: Vec<Answered<'f>>,
    pub(super) answers: Vec<&'f AnswerRecord>,
    pub(super) ends: Vec<&'f CallEnd>,
    /// A fact of another kind, which is a run of its own.
    pub(super) alone: Option<(usize, &'f Fact)>,
}

/// A call, when it was answered, and what it is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answered<'f> {
    pub(super) call: CallUid,
    pub(super) at: chrono::DateTime<chrono::Utc>,
    pub(super) planned: Option<&'f [String]>,
}

/// How far a call has come; a run holds at most one fact of a call for each, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Admitted,
    Answered,
    Answer,
    Ended,
}

/// Cuts a batch into its runs.
pub(super) fn runs(facts: &[Fact]) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut run = Run::default();
    let mut reached: HashMap<CallUid, Stage> = HashMap::new();
    for (place, fact) in facts.iter().enumerate() {
        let stage = stage(fact);
        let out_of_turn =
            stage.is_none_or(|(call, stage)| reached.get(&call).is_some_and(|already| *already >= stage));
        if out_of_turn || run.alone.is_some() {
            runs.push(std::mem::take(&mut run));
            reached.clear();
        }
        reached.extend(stage);
        run.take(place, fact);
    }
    runs.push(run);
    runs
}

const fn stage(fact: &Fact) -> Option<(CallUid, Stage)> {
    match fact {
        Fact::Admit(call) => Some((call.uid, Stage::Admitted)),
        Fact::Answered { call, .. } => Some((*call, Stage::Answered)),
        Fact::Answer(record) => Some((record.call, Stage::Answer)),
        Fact::End(end) => Some((end.call, Stage::Ended)),
        Fact::OptedOut { .. }
        | Fact::RecordingBegun(_)
        | Fact::RecordingEnded(_)
        | Fact::RecordingExpired { .. }
        | Fact::TurnedAway(_)
        | Fact::Surveys(_)
        | Fact::Api(_)
        | Fact::Heartbeat => None,
    }
}

impl<'f> Run<'f> {
    fn take(&mut self, place: usize, fact: &'f Fact) {
        match fact {
            Fact::Admit(call) => self.admitted.push((place, call)),
            Fact::Answered { call, at, planned } => self.answered.push(Answered {
                call: *call,
                at: *at,
                planned: planned.as_deref(),
            }),
            Fact::Answer(record) => self.answers.push(record),
            Fact::End(end) => self.ends.push(end),
            Fact::OptedOut { .. }
            | Fact::RecordingBegun(_)
            | Fact::RecordingEnded(_)
            | Fact::RecordingExpired { .. }
            | Fact::Surveys(_)
            | Fact::Api(_)
            | Fact::TurnedAway(_)
            | Fact::Heartbeat => self.alone = Some((place, fact)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{Run, runs};
    use crate::store::Fact;
    use aftercall_base::{CallUid, Disposition};
    use aftercall_survey::record::CallEnd;

    fn call(number: u64) -> CallUid {
        CallUid::new(DateTime::UNIX_EPOCH, &mut StdRng::seed_from_u64(number))
    }

    fn answered(number: u64) -> Fact {
        Fact::Answered {
            call: call(number),
            at: DateTime::UNIX_EPOCH,
            planned: None,
        }
    }

    fn end(number: u64) -> Fact {
        Fact::End(CallEnd {
            alerts: Vec::new(),
            call: call(number),
            answered_at: None,
            ended_at: DateTime::UNIX_EPOCH,
            disposition: Disposition::Completed,
            reason: String::new(),
            media: None,
            asked: None,
            spoken_language: None,
        })
    }

    /// Runs in short: how many were answered, how many ended, whether it is a fact alone.
    fn shape(facts: &[Fact]) -> Vec<(usize, usize, bool)> {
        let shape = |run: &Run<'_>| (run.answered.len(), run.ends.len(), run.alone.is_some());
        runs(facts)
            .iter()
            .map(shape)
            .filter(|run| *run != (0, 0, false))
            .collect()
    }

    #[test]
    fn calls_do_not_wait_for_each_other_and_a_call_goes_through_its_stages_in_one_run() {
        let facts = [end(1), answered(2), answered(3), end(2), end(4), answered(5)];
        assert_eq!(shape(&facts), [(3, 3, false)]);
    }

    #[test]
    fn fact_out_of_turn_starts_another_run() {
        assert_eq!(shape(&[end(1), answered(1)]), [(0, 1, false), (1, 0, false)]);
        assert_eq!(
            shape(&[end(1), end(2), end(1)]),
            [(0, 2, false), (0, 1, false)],
            "the first end of a call stays, so the two may not be written as one"
        );
    }

    #[test]
    fn fact_whose_place_counts_stands_alone() {
        let opted_out = Fact::OptedOut {
            call: call(1),
            at: DateTime::UNIX_EPOCH,
        };
        let facts = [answered(1), opted_out, answered(2), Fact::Heartbeat];
        assert_eq!(
            shape(&facts),
            [(1, 0, false), (0, 0, true), (1, 0, false), (0, 0, true)]
        );
    }
}
