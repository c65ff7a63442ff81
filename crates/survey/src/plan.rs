//! What one call is asked: which questions are for it, what is drawn from each group, and where the walk goes.
//!
//! A [`Plan`] is made before the call is answered, from the context of the call and one number drawn for it. The same survey
//! version, context and number give the same plan for ever, so the draw of any past call can be derived again:
//! [`draw_of`] makes the number from the call's identity, which is random and stored.
//!
//! The draw: SplitMix64 (Steele, Lea and Flood, 2014), begun for each group with the number and the group's id, and with it
//! the first `ask` steps of a Fisher-Yates shuffle over those questions of the group that are for this call.

use std::sync::Arc;

use super::definition::Survey;
use super::question::{Branch, Goto, GroupOrder, Question, QuestionGroup};
use crate::context::{Condition, ConditionValues};
use aftercall_base::{CallUid, QuestionId};

/// What one call is asked. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan(Arc<DrawnPlan>);

#[derive(Debug, PartialEq, Eq)]
struct DrawnPlan {
    /// For each question: whether it is for this call.
    applies: Vec<bool>,
    /// For each group: its questions for this call, in their order.
    drawn: Vec<Vec<usize>>,
    /// For each question, for each of its branches: whether it is for this call.
    open: Vec<Vec<bool>>,
}

/// Where a call is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NextStep {
    /// The question at this index of [`Survey::questions`] is next.
    Question(usize),
    /// The thank-you is.
    End,
}

impl Plan {
    /// The plan of a call with the context `values`, with the number drawn for it.
    pub fn new(survey: &Survey, values: &dyn ConditionValues, draw: u64) -> Self {
        let holds = |condition: &Option<Condition>| {
            condition.as_ref().is_none_or(|condition| condition.holds(values))
        };
        let applies: Vec<bool> = survey
            .questions
            .iter()
            .map(|question| holds(&question.only_when))
            .collect();
        let drawn = survey.groups.iter().map(|group| {
            let members = group.members.iter().copied();
            let for_this =
                members.filter(|member| holds(&group.only_when) && applies.get(*member) == Some(&true));
            drawn(group, for_this.collect(), draw)
        });
        let drawn: Vec<Vec<usize>> = drawn.collect();
        let open = survey.questions.iter().map(|question| {
            let branches = question.branches.iter();
            branches.map(|branch| holds(&branch.only_when)).collect()
        });
        Self(Arc::new(DrawnPlan {
            open: open.collect(),
            drawn,
            applies,
        }))
    }

    /// The first question of this call; the end when none is for it.
    pub fn start(&self, survey: &Survey) -> NextStep {
        self.arrive(survey, survey.start())
    }

    /// What follows the question at `index` after an answer of `value`, or after a skip (`None`).
    pub fn after(&self, survey: &Survey, index: usize, value: Option<i64>) -> NextStep {
        let Some(question) = survey.questions.get(index) else {
            return NextStep::End;
        };
        let taken = self
            .branches(question, index)
            .find(|branch| branch.covers(value))
            .map(|branch| branch.goto);
        match taken {
            Some(goto) => self.arrive(survey, goto),
            None => self.by_itself(survey, question, index),
        }
    }

    /// Whether a scored question is ahead or may still come.
    pub fn leads_to_scored(&self, survey: &Survey, next_step: NextStep) -> bool {
        let mut seen = vec![false; survey.questions.len()];
        let mut open = vec![next_step];
        while let Some(next_step) = open.pop() {
            let NextStep::Question(index) = next_step else {
                continue;
            };
            let (Some(seen), Some(question)) = (seen.get_mut(index), survey.questions.get(index)) else {
                continue;
            };
            if question.scored {
                return true;
            }
            if !std::mem::replace(seen, true) {
                let branches = self.branches(question, index);
                open.extend(branches.map(|branch| self.arrive(survey, branch.goto)));
                open.push(self.by_itself(survey, question, index));
            }
        }
        false
    }

    /// The questions that are for this call, in its order; whether one is reached depends on the answers.
    pub fn questions<'s>(&self, survey: &'s Survey) -> Vec<&'s QuestionId> {
        let mut order = Vec::new();
        let mut group = None;
        for (index, question) in survey.questions.iter().enumerate() {
            match question.group {
                Some(_) if question.group == group => {}
                Some(entered) => order.extend(self.0.drawn.get(entered).into_iter().flatten().copied()),
                None if self.0.applies.get(index) == Some(&true) => order.push(index),
                None => {}
            }
            group = question.group;
        }
        let question = |index: usize| survey.questions.get(index);
        order.into_iter().filter_map(question).map(Question::id).collect()
    }

    fn branches<'a>(&'a self, question: &'a Question, index: usize) -> impl Iterator<Item = &'a Branch> {
        let open = self.0.open.get(index).into_iter().flatten();
        let branches = question.branches.iter().zip(open);
        branches.filter(|(_, open)| **open).map(|(branch, _)| branch)
    }

    /// Where a question leads when no branch is taken: in a group, to the one drawn after it.
    fn by_itself(&self, survey: &Survey, question: &Question, index: usize) -> NextStep {
        let drawn = question.group.and_then(|group| self.0.drawn.get(group));
        let following = drawn.and_then(|drawn| drawn.iter().skip_while(|member| **member != index).nth(1));
        match following {
            Some(following) => NextStep::Question(*following),
            None => self.arrive(survey, question.next),
        }
    }

    /// The question at a place, or behind it when the place has none for this call.
    fn arrive(&self, survey: &Survey, mut place: Goto) -> NextStep {
        // The flow has no circles, so each step is another place.
        loop {
            place = match place {
                Goto::End => return NextStep::End,
                Goto::Question(index) if self.0.applies.get(index) == Some(&true) => {
                    return NextStep::Question(index);
                }
                Goto::Question(index) => survey
                    .questions
                    .get(index)
                    .map_or(Goto::End, |question| question.next),
                Goto::Group(index) => match self.0.drawn.get(index).and_then(|drawn| drawn.first()) {
                    Some(first) => return NextStep::Question(*first),
                    None => survey.groups.get(index).map_or(Goto::End, |group| group.next),
                },
            };
        }
    }
}

/// The number drawn for a call: from the random part of its identity, so that it can be derived from the call's row.
pub fn draw_of(call: CallUid) -> u64 {
    mixed(call.random_part())
}

fn drawn(group: &QuestionGroup, mut members: Vec<usize>, draw: u64) -> Vec<usize> {
    let ask = group.ask.min(members.len());
    // The group's id is mixed in, so that two groups of one call do not draw alike.
    let own = group
        .id
        .as_str()
        .bytes()
        .fold(draw, |state, byte| mixed(state ^ u64::from(byte)));
    let mut state = own;
    for place in 0..ask {
        state = state.wrapping_add(GAMMA);
        let left = (members.len() - place) as u128;
        // Below `left`, each with the same chance but for one in 2^64 / left.
        let chosen = (u128::from(mixed(state)) * left) >> 64;
        members.swap(place, place + usize::try_from(chosen).unwrap_or(0));
    }
    members.truncate(ask);
    if group.order == GroupOrder::Written {
        // Members are indexes of the survey, so this is the order in which they are written.
        members.sort_unstable();
    }
    members
}

/// The golden ratio, as an odd number of 64 bits.
const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// The finaliser of SplitMix64.
const fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::{NextStep, Plan, draw_of};
    use crate::{AnyPrompt, Survey, parse};

    fn topics(ask: usize, order: &str) -> Survey {
        let question =
            |id: &str| format!("[[question]]\nid = \"{id}\"\nmetric = \"csat\"\ngroup = \"topics\"\n");
        let members: String = ["a", "b", "c", "d", "e"].map(question).concat();
        let text = format!("[[group]]\nid = \"topics\"\nask = {ask}\norder = \"{order}\"\n{members}");
        parse(&text, "t.toml", &AnyPrompt).unwrap().survey
    }

    fn drawn(survey: &Survey, draw: u64) -> String {
        let plan = Plan::new(survey, &BTreeMap::new(), draw);
        let ids: Vec<&str> = plan.questions(survey).into_iter().map(|id| id.as_str()).collect();
        ids.join(" ")
    }

    #[test]
    fn the_draw_of_a_number_never_changes() {
        let survey = topics(3, "random");
        let drawn = [0, 1, 2, u64::MAX].map(|draw| drawn(&survey, draw));
        assert_eq!(
            drawn,
            ["a e b", "b c e", "d a b", "c d e"],
            "past draws must be derivable for ever"
        );
        let call = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        assert_eq!(
            draw_of(call),
            16_136_734_120_990_483_060,
            "and so must the number of a call"
        );
    }

    #[test]
    fn every_question_is_drawn_as_often_and_every_order_comes() {
        let survey = topics(2, "random");
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for draw in 0..20_000 {
            *counts.entry(drawn(&survey, draw)).or_default() += 1;
        }
        assert_eq!(counts.len(), 20, "every ordered pair of five");
        for (pair, count) in counts {
            assert!(
                (850..=1_150).contains(&count),
                "{pair}: {count} of 20,000, 1,000 expected"
            );
        }
    }

    #[test]
    fn the_written_order_is_kept_among_those_drawn() {
        let survey = topics(3, "written");
        let seen: BTreeSet<String> = (0..500).map(|draw| drawn(&survey, draw)).collect();
        assert_eq!(seen.len(), 10, "every three of five: {seen:?}");
        assert!(seen.iter().all(|ids| ids.split(' ').is_sorted()));
    }

    #[test]
    fn a_scored_question_is_ahead_only_where_this_call_can_come_to_it() {
        let text = "[[question]]\nmetric = \"nps\"\n\
            [[question]]\nid = \"why\"\nmetric = \"choice\"\nkeys = { 1 = \"a\", 2 = \"b\" }\n\
            branch = [{ when = 1, only_when = { queue = \"x\" }, goto = \"ces\" }]\nnext = \"end\"\n\
            [[question]]\nmetric = \"ces\"";
        let survey = parse(text, "t.toml", &AnyPrompt).unwrap().survey;
        let queue = |queue: &str| {
            let name = crate::context::Name::Field(crate::context::Field::Queue);
            Plan::new(&survey, &BTreeMap::from([(name, queue.to_owned())]), 0)
        };
        assert!(queue("x").leads_to_scored(&survey, NextStep::Question(1)));
        assert!(!queue("y").leads_to_scored(&survey, NextStep::Question(1)));
        assert!(!queue("x").leads_to_scored(&survey, NextStep::End));
    }

    proptest! {
        #[test]
        fn every_walk_ends_and_asks_nothing_twice(
            draw in any::<u64>(),
            answers in prop::collection::vec(prop::option::of(1i64..=5), 12),
            ask in 1usize..=5,
        ) {
            let survey = topics(ask, "random");
            let plan = Plan::new(&survey, &BTreeMap::new(), draw);
            let mut asked = BTreeSet::new();
            let mut next_step = plan.start(&survey);
            for answer in answers {
                let NextStep::Question(index) = next_step else { break };
                prop_assert!(asked.insert(index));
                next_step = plan.after(&survey, index, answer);
            }
            prop_assert_eq!((next_step, asked.len()), (NextStep::End, ask));
        }
    }
}
