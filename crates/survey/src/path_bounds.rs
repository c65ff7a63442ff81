//! The longest and the shortest way through a survey, over all answers, draws and calls.
//!
//! Conditions that no call fulfils together are never combined, so a survey with questions for each of many queues is as long as
//! its longest queue. With more than [`MOST_CONDITIONS`] different conditions each is taken to hold or not as it likes, and
//! the ways may come out longer or shorter than any call's.

use std::collections::HashMap;

use super::definition::Survey;
use super::question::{Goto, Question, QuestionGroup};
use crate::context::Condition;

/// As many conditions are tried in every combination.
const MOST_CONDITIONS: usize = 10;

/// The extremes of a sum over the questions that a call is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathBounds {
    pub(super) least: u64,
    pub(super) most: u64,
}

/// The least and the most that `weight` can add up to.
pub(super) fn path_bounds(
    questions: &[Question],
    groups: &[QuestionGroup],
    weight: &dyn Fn(&Question) -> u64,
) -> PathBounds {
    let conditions = conditions(questions, groups);
    if conditions.len() > MOST_CONDITIONS {
        return PathSearch::new(questions, groups, weight, &|_| None).ways(start(questions));
    }
    let mut all: Option<PathBounds> = None;
    // Each bit says whether one condition holds; MOST_CONDITIONS keeps this at 1,024 combinations.
    for choice in 0..1_u32 << conditions.len() {
        let holds = |condition: &Condition| {
            let index = conditions.iter().position(|known| *known == condition)?;
            Some(choice >> index & 1 == 1)
        };
        let true_ones: Vec<&Condition> = conditions
            .iter()
            .copied()
            .filter(|condition| holds(condition) == Some(true))
            .collect();
        // A call has one queue: conditions on two of them cannot hold together, and no call takes that path.
        let is_possible = |(index, one): (usize, &&Condition)| {
            true_ones.iter().skip(index + 1).all(|other| !one.excludes(other))
        };
        if true_ones.iter().enumerate().all(is_possible) {
            let ways = PathSearch::new(questions, groups, weight, &holds).ways(start(questions));
            all = Some(all.map_or(ways, |all| all.or(ways)));
        }
    }
    all.unwrap_or(PathBounds { least: 0, most: 0 })
}

impl Survey {
    /// How many questions a call is asked at least and at most, whatever it answers.
    pub fn asked(&self) -> (u64, u64) {
        let PathBounds { least, most } = path_bounds(&self.questions, &self.groups, &|_| 1);
        (least, most)
    }

    /// How many scored questions a call is asked at least and at most, whatever it answers.
    pub fn scored_asked(&self) -> (u64, u64) {
        let PathBounds { least, most } = path_bounds(&self.questions, &self.groups, &|question| {
            u64::from(question.scored)
        });
        (least, most)
    }
}

fn start(questions: &[Question]) -> Goto {
    let group = questions.first().and_then(|first| first.group);
    group.map_or(Goto::Question(0), Goto::Group)
}

fn conditions<'s>(questions: &'s [Question], groups: &'s [QuestionGroup]) -> Vec<&'s Condition> {
    let of_questions = questions.iter().flat_map(|question| {
        let branches = question.branches.iter().map(|branch| &branch.only_when);
        branches.chain([&question.only_when])
    });
    let all = groups.iter().map(|group| &group.only_when).chain(of_questions);
    let mut conditions: Vec<&Condition> = Vec::new();
    for condition in all.flatten() {
        if !conditions.contains(&condition) {
            conditions.push(condition);
        }
    }
    conditions
}

impl PathBounds {
    /// The bounds of two alternatives.
    fn or(self, other: Self) -> Self {
        Self {
            least: self.least.min(other.least),
            most: self.most.max(other.most),
        }
    }

    /// One after the other.
    fn and(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_add(other.least),
            most: self.most.saturating_add(other.most),
        }
    }
}

/// Calls for which the same conditions hold; `None` where a condition may hold or not.
struct PathSearch<'w> {
    questions: &'w [Question],
    groups: &'w [QuestionGroup],
    weight: &'w dyn Fn(&Question) -> u64,
    holds: &'w dyn Fn(&Condition) -> Option<bool>,
    known: HashMap<Goto, PathBounds>,
}

impl<'w> PathSearch<'w> {
    fn new(
        questions: &'w [Question],
        groups: &'w [QuestionGroup],
        weight: &'w dyn Fn(&Question) -> u64,
        holds: &'w dyn Fn(&Condition) -> Option<bool>,
    ) -> Self {
        Self {
            questions,
            groups,
            weight,
            holds,
            known: HashMap::new(),
        }
    }

    /// All ways from a place on. The flow has no circles.
    fn ways(&mut self, place: Goto) -> PathBounds {
        if let Some(known) = self.known.get(&place) {
            return *known;
        }
        let ways = match place {
            Goto::End => PathBounds { least: 0, most: 0 },
            Goto::Question(index) => self.of_question(index),
            Goto::Group(index) => self.of_group(index),
        };
        self.known.insert(place, ways);
        ways
    }

    fn of_question(&mut self, index: usize) -> PathBounds {
        let questions = self.questions;
        let Some(question) = questions.get(index) else {
            return PathBounds { least: 0, most: 0 };
        };
        let own = (self.weight)(question);
        let mut asked = self.ways(question.next);
        for branch in self.branches(question) {
            asked = asked.or(self.ways(branch));
        }
        let asked = asked.and(PathBounds {
            least: own,
            most: own,
        });
        match self.may(&question.only_when) {
            Some(true) => asked,
            Some(false) => self.ways(question.next),
            None => asked.or(self.ways(question.next)),
        }
    }

    fn of_group(&mut self, index: usize) -> PathBounds {
        let groups = self.groups;
        let Some(group) = groups.get(index) else {
            return PathBounds { least: 0, most: 0 };
        };
        let behind = self.ways(group.next);
        if self.may(&group.only_when) == Some(false) {
            return behind;
        }
        let questions = self.questions;
        let members = group.members.iter().filter_map(|member| questions.get(*member));
        let (mut certain, mut possible, mut left) = (Vec::new(), Vec::new(), behind);
        for member in members {
            let own = (self.weight)(member);
            match self.may(&member.only_when) {
                Some(false) => continue,
                Some(true) => certain.push(own),
                None => {}
            }
            possible.push(own);
            for branch in self.branches(member) {
                left = left.or(self.ways(branch));
            }
        }
        let has_branches = left != behind;
        possible.sort_unstable_by(|one, other| other.cmp(one));
        certain.sort_unstable();
        // By a branch the group may be left after its first question.
        let fewest = if has_branches { 1 } else { group.ask };
        let inside = PathBounds {
            least: certain.iter().take(fewest).sum(),
            most: possible.iter().take(group.ask).sum(),
        };
        let ways = inside.and(left);
        if self.may(&group.only_when).is_none() {
            ways.or(behind)
        } else {
            ways
        }
    }

    fn may(&self, condition: &Option<Condition>) -> Option<bool> {
        condition.as_ref().map_or(Some(true), self.holds)
    }

    fn branches(&self, question: &Question) -> Vec<Goto> {
        let open = question
            .branches
            .iter()
            .filter(|branch| self.may(&branch.only_when) != Some(false));
        open.map(|branch| branch.goto).collect()
    }
}
