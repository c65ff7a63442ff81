//! Whether the answers stored are the keys pressed. Pure.

use std::collections::{BTreeMap, HashMap};

use aftercall_base::Disposition;
use aftercall_survey::record::{CallTrace, TracedAnswer};
use aftercall_test_phone::load::PlacedCall;
use aftercall_test_phone::{KeyGroup, KeySequence};

/// Deviations told in words, at most.
const TOLD: usize = 10;

/// What the comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Calls whose answers were compared: those that pressed all their keys.
    pub calls: usize,
    /// Answers that should be stored.
    pub expected: usize,
    /// Answers stored as pressed.
    pub right: usize,
    /// Deviations in words, the first few.
    pub deviations: Vec<String>,
    /// How many deviations there are.
    pub deviating: usize,
    /// Calls by their stored decision.
    pub decisions: BTreeMap<&'static str, usize>,
    /// Calls by their stored end.
    pub dispositions: BTreeMap<&'static str, usize>,
}

impl Comparison {
    /// Whether every answer is as pressed.
    pub(super) const fn all_right(&self) -> bool {
        self.deviating == 0 && self.right == self.expected
    }

    fn deviation(&mut self, text: String) {
        self.deviating += 1;
        if self.deviations.len() < TOLD {
            self.deviations.push(text);
        }
    }
}

/// Compares each completed call with its trace. Every group that spells a number is the answer to one question, in
/// the order in which they were asked.
pub(super) fn compare(placed: &[PlacedCall], traces: &[CallTrace]) -> Comparison {
    let mut by_id: HashMap<&str, Vec<&CallTrace>> = HashMap::new();
    for trace in traces {
        by_id
            .entry(trace.original_call_id.as_str())
            .or_default()
            .push(trace);
    }
    let mut found = Comparison::default();
    for call in placed {
        let traces = by_id.get(call.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        for trace in traces {
            let end = trace.disposition.map_or("in progress", Disposition::as_str);
            *found.decisions.entry(trace.decision.as_str()).or_default() += 1;
            *found.dispositions.entry(end).or_default() += 1;
        }
        if call.completed {
            compare_call(call, traces, &mut found);
        }
    }
    found
}

fn compare_call(call: &PlacedCall, traces: &[&CallTrace], found: &mut Comparison) {
    let expected = values(&call.keys);
    found.calls += 1;
    found.expected += expected.len();
    let [trace] = traces else {
        return found.deviation(format!(
            "{}: stored {} times instead of once",
            call.id,
            traces.len()
        ));
    };
    let stored: Vec<Option<i64>> = trace.answers.iter().map(|answer| answer.value).collect();
    found.right += expected
        .iter()
        .zip(&stored)
        .filter(|(pressed, stored)| Some(**pressed) == **stored)
        .count();
    if stored.iter().flatten().ne(&expected) {
        found.deviation(format!("{}: pressed {}, stored {stored:?}", call.id, call.keys));
    }
}

fn values(keys: &KeySequence) -> Vec<i64> {
    keys.groups().iter().filter_map(KeyGroup::value).collect()
}

/// Whether the last group that was pressed must have become an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastGroup {
    /// The service has ended the call, and so has heard it.
    Counts,
    /// The call was cut off: it may have been pressed a moment before, or be pressed again in vain.
    MayBeLost,
}

/// Whether the answers of one call are the `pressed` groups, in their order. Groups that spell no number are no answers; an answer
/// that was corrected takes three groups: the first answer, the key of the offer, the second answer.
pub(super) fn is_as_pressed(pressed: &[KeyGroup], trace: &CallTrace, last: LastGroup) -> bool {
    let pressed: Vec<i64> = pressed.iter().filter_map(KeyGroup::value).collect();
    let stored: Vec<Option<i64>> = trace.answers.iter().flat_map(groups_of).collect();
    let is = |pressed: &[i64]| {
        pressed.len() == stored.len()
            && pressed
                .iter()
                .zip(&stored)
                .all(|(pressed, stored)| stored.is_none_or(|stored| stored == *pressed))
    };
    is(&pressed) || last == LastGroup::MayBeLost && pressed.split_last().is_some_and(|(_, before)| is(before))
}

/// The groups of keys that an answer was made of; `None`: whatever key accepts the offer of a correction.
fn groups_of(answer: &TracedAnswer) -> Vec<Option<i64>> {
    match (answer.corrected_from, answer.value) {
        (_, None) => Vec::new(),
        (None, value) => vec![value],
        (first, value) => vec![first, None, value],
    }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, LastGroup, compare, is_as_pressed};
    use aftercall_base::Disposition;
    use aftercall_survey::admission::Decision;
    use aftercall_survey::record::{CallTrace, TracedAnswer};
    use aftercall_test_phone::KeySequence;
    use aftercall_test_phone::load::PlacedCall;

    fn placed(id: &str, keys: &str) -> PlacedCall {
        PlacedCall {
            id: id.to_owned(),
            keys: keys.parse().unwrap(),
            completed: true,
        }
    }

    fn trace(id: &str, values: &[Option<i64>]) -> CallTrace {
        let answers = values
            .iter()
            .map(|value| TracedAnswer {
                question: "q".to_owned(),
                value: *value,
                corrected_from: None,
            })
            .collect();
        CallTrace {
            call_uid: id.to_owned(),
            survey: None,
            original_call_id: id.to_owned(),
            decision: Decision::Sampled,
            rule: None,
            disposition: Some(Disposition::Completed),
            answers,
        }
    }

    fn found(placed: &[PlacedCall], traces: &[CallTrace]) -> Comparison {
        compare(placed, traces)
    }

    #[test]
    fn answers_as_pressed_are_right() {
        let found = found(
            &[placed("a", "9,1#,10")],
            &[trace("a", &[Some(9), Some(1), Some(10)])],
        );
        assert!(found.all_right());
        assert_eq!((found.calls, found.expected, found.right), (1, 3, 3));
        assert_eq!(found.decisions.get("sampled"), Some(&1));
        assert_eq!(found.dispositions.get("completed"), Some(&1));
    }

    #[test]
    fn other_missing_and_additional_answers_deviate() {
        for stored in [
            &[Some(9), Some(4)][..],
            &[Some(9)],
            &[Some(9), None],
            &[Some(9), Some(5), Some(1)],
        ] {
            let found = found(&[placed("a", "9,5")], &[trace("a", stored)]);
            assert!(!found.all_right(), "{stored:?}");
            assert_eq!(found.deviating, 1);
        }
    }

    #[test]
    fn call_that_left_no_row_or_two_rows_deviates() {
        assert!(!found(&[placed("a", "9")], &[]).all_right());
        let twice = [trace("a", &[Some(9)]), trace("a", &[Some(9)])];
        assert!(!found(&[placed("a", "9")], &twice).all_right());
    }

    #[test]
    fn one_call_is_as_pressed_when_every_number_is_an_answer_in_its_place() {
        let is = |keys: &str, values: &[Option<i64>], last| {
            let keys: KeySequence = keys.parse().unwrap();
            is_as_pressed(keys.groups(), &trace("a", values), last)
        };
        let (counts, may_be_lost) = (LastGroup::Counts, LastGroup::MayBeLost);
        assert!(is("10,-,*,1#,4", &[Some(10), None, Some(1), Some(4)], counts));
        assert!(is("", &[], counts) && is("-", &[None], counts));
        assert!(
            !is("10,5,5", &[Some(5), Some(5)], counts),
            "a first key that was lost"
        );
        assert!(!is("9,5", &[Some(9)], counts) && is("9,5", &[Some(9)], may_be_lost));
        assert!(
            !is("9,5,4", &[Some(9)], may_be_lost),
            "more than the last is missing"
        );
        assert!(!is("9", &[Some(9), Some(5)], may_be_lost));
    }

    #[test]
    fn corrected_answer_takes_the_keys_of_both_answers_and_of_the_offer() {
        let mut corrected = trace("a", &[Some(9), Some(4)]);
        corrected.answers[0].corrected_from = Some(1);
        let is = |keys: &str| {
            let keys: KeySequence = keys.parse().unwrap();
            is_as_pressed(keys.groups(), &corrected, LastGroup::Counts)
        };
        assert!(is("1,2,9,4") && !is("9,4") && !is("2,2,9,4"));
    }

    #[test]
    fn failed_call_is_not_compared() {
        let failed = PlacedCall {
            completed: false,
            ..placed("a", "9")
        };
        assert!(found(&[failed], &[]).all_right());
    }
}
