//! From questions and groups that name each other to a flow that ends.
//!
//! Every question leads to the next of the file, to `next`, or by a branch to another; a group takes the place of its
//! questions. Since answers and calls decide which way is taken, any circle could go on for ever; so none is accepted, and
//! that also keeps a question from being asked twice in one call. A question of a group is reached by its group only.

use std::ops::RangeInclusive;

use toml::Spanned;

use super::branch::BranchDraft;
use super::flow_graph::FlowGraph;
use super::group::{self, GroupDraft};
use super::question::QuestionDraft;
use crate::metric::Metric;
use crate::question::{Branch, Goto, GroupOrder, Question, QuestionGroup};
use aftercall_base::suggest::closest;
use aftercall_base::{Faults, QuestionId};

const END: &str = "end";

/// Connects questions and groups; `None` when one is wrong or the flow is.
pub(super) fn connect<'t>(
    mut drafts: Vec<QuestionDraft<'t>>,
    groups: Vec<GroupDraft<'t>>,
    faults: &mut Faults<'_>,
) -> Option<(Vec<Question>, Vec<QuestionGroup>)> {
    group::take_all(&groups, &mut drafts);
    let names = FlowNames::of(&drafts, &groups, faults);
    let places = names.places(&drafts, faults);
    let groups = names.groups(groups, &places, faults);
    let mut ways = FlowGraph::new(names.ids.clone(), drafts.len());
    let mut questions = Vec::new();
    for (index, draft) in drafts.into_iter().enumerate() {
        let group = places.get(index).copied().flatten();
        let next = names.next(&draft, index, group, &places, &groups, faults);
        report_overlap(&draft.branches, draft.question.as_ref(), faults);
        let branches = names.branches(draft.branches, faults);
        ways.add_edges(index, branches.iter().map(|branch| branch.goto).chain([next]));
        questions.push(draft.question.map(|question| Question {
            branches,
            next,
            group,
            ..question
        }));
    }
    for (index, group) in groups.iter().enumerate() {
        let members = group.members.iter().map(|member| Goto::Question(*member));
        ways.add_group_edges(index, members.chain([group.next]));
    }
    ways.report_loops(faults);
    if faults.has_error() {
        return None;
    }
    let start = places.first().copied().flatten();
    ways.report_unreachable(start.map_or(Goto::Question(0), Goto::Group), faults);
    let mut questions: Vec<Question> = questions.into_iter().collect::<Option<_>>()?;
    mark_scored(&mut questions);
    Some((questions, groups))
}

/// Everything that can be led to, by its id: first the questions, then the groups.
struct FlowNames<'t> {
    ids: Vec<Spanned<&'t str>>,
    questions: usize,
    /// For each question the id of its group.
    groups: Vec<Option<&'t str>>,
}

impl<'t> FlowNames<'t> {
    fn of(drafts: &[QuestionDraft<'t>], groups: &[GroupDraft<'t>], faults: &mut Faults<'_>) -> Self {
        let questions = drafts.iter().map(|draft| draft.id.clone());
        let ids: Vec<Spanned<&str>> = questions
            .chain(groups.iter().map(|group| group.id.clone()))
            .collect();
        let names = Self {
            ids,
            questions: drafts.len(),
            groups: drafts
                .iter()
                .map(|draft| draft.group.as_ref().map(|group| *group.get_ref()))
                .collect(),
        };
        names.report_duplicates(faults);
        names
    }

    fn report_duplicates(&self, faults: &mut Faults<'_>) {
        for (index, id) in self.ids.iter().enumerate() {
            let mut earlier = self.ids.iter().take(index);
            if id.get_ref().is_empty() || !earlier.any(|other| other.get_ref() == id.get_ref()) {
                continue;
            }
            let reason = if index < self.questions {
                format!("a second question has the id `{}`", id.get_ref())
            } else {
                format!(
                    "a question or another group has the id `{}` already",
                    id.get_ref()
                )
            };
            faults.error(id.span(), reason, "give it an `id` of its own");
        }
    }

    /// For each question the index of its group.
    fn places(&self, drafts: &[QuestionDraft<'t>], faults: &mut Faults<'_>) -> Vec<Option<usize>> {
        let place = |draft: &QuestionDraft<'t>, faults: &mut Faults<'_>| {
            let name = draft.group.as_ref()?;
            let groups = self.ids.iter().skip(self.questions);
            let known: Vec<&str> = groups.map(|id| *id.get_ref()).collect();
            let found = known.iter().position(|id| id == name.get_ref());
            if found.is_none() {
                let fix = match closest(name.get_ref(), known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `[[group]]` with `id = \"{}\"`", name.get_ref()),
                };
                faults.error(
                    name.span(),
                    format!("there is no group `{}`", name.get_ref()),
                    fix,
                );
            }
            if let Some(next) = &draft.next {
                let reason = "a question of a group leads on within it";
                faults.error(next.span(), reason, "write `next` in the group, or a branch");
            }
            found
        };
        drafts.iter().map(|draft| place(draft, faults)).collect()
    }

    fn groups(
        &self,
        drafts: Vec<GroupDraft<'t>>,
        places: &[Option<usize>],
        faults: &mut Faults<'_>,
    ) -> Vec<QuestionGroup> {
        let mut groups = Vec::new();
        for (index, draft) in drafts.into_iter().enumerate() {
            let members: Vec<usize> = (0..places.len())
                .filter(|question| places.get(*question) == Some(&Some(index)))
                .collect();
            self.report_members(&draft, &members, faults);
            let behind = members
                .last()
                .map_or(Goto::End, |last| self.behind(*last, places));
            let next = match &draft.next {
                Some(target) => self.resolve(target, faults).unwrap_or(Goto::End),
                None => behind,
            };
            let ask = draft.ask.as_ref().map_or(members.len(), |ask| {
                usize::try_from(*ask.get_ref()).unwrap_or(usize::MAX)
            });
            // A name that does not exist has been reported already.
            if let Ok(id) = QuestionId::new(draft.id.get_ref()) {
                groups.push(QuestionGroup {
                    id,
                    members,
                    ask,
                    order: draft.order,
                    only_when: draft.only_when,
                    next,
                });
            }
        }
        groups
    }

    fn report_members(&self, group: &GroupDraft<'t>, members: &[usize], faults: &mut Faults<'_>) {
        let id = group.id.get_ref();
        let stands_together = members
            .windows(2)
            .all(|pair| matches!(pair, [one, next] if one + 1 == *next));
        if members.is_empty() {
            let fix = format!("write `group = \"{id}\"` in its questions, or remove it");
            faults.error(
                group.id.span(),
                format!("no question belongs to the group `{id}`"),
                fix,
            );
        } else if !stands_together {
            let stranger = members.windows(2).find_map(|pair| match pair {
                [one, next] if one + 1 < *next => self.ids.get(one + 1),
                _ => None,
            });
            let place = stranger.map_or(group.id.span(), Spanned::span);
            let reason = format!("the questions of the group `{id}` do not stand together");
            faults.error(place, reason, "move this question before or behind them");
        }
        let Some(ask) = &group.ask else { return };
        let all = u32::try_from(members.len()).unwrap_or(u32::MAX);
        if *ask.get_ref() > all && all > 0 {
            let reason = format!("`ask = {}` of a group of {all}", ask.get_ref());
            faults.error(ask.span(), reason, format!("ask 1 to {all}"));
        } else if *ask.get_ref() == all && group.order == GroupOrder::Written && group.only_when.is_none() {
            let reason = format!("the group `{id}` asks all its questions as they are written");
            faults.warning(
                ask.span(),
                reason,
                "ask fewer, or in `order = \"random\"`, or remove it",
            );
        }
    }

    /// What stands behind a question in the file.
    fn behind(&self, index: usize, places: &[Option<usize>]) -> Goto {
        match places.get(index + 1) {
            None => Goto::End,
            Some(Some(group)) => Goto::Group(*group),
            Some(None) => Goto::Question(index + 1),
        }
    }

    fn next(
        &self,
        draft: &QuestionDraft<'t>,
        index: usize,
        group: Option<usize>,
        places: &[Option<usize>],
        groups: &[QuestionGroup],
        faults: &mut Faults<'_>,
    ) -> Goto {
        if let Some(group) = group {
            return groups.get(group).map_or(Goto::End, |group| group.next);
        }
        let behind = self.behind(index, places);
        match &draft.next {
            Some(target) => self.resolve(target, faults).unwrap_or(behind),
            None => behind,
        }
    }

    fn branches(&self, drafts: Vec<BranchDraft<'t>>, faults: &mut Faults<'_>) -> Vec<Branch> {
        let connect = |draft: BranchDraft<'t>| {
            let goto = self.resolve(&draft.goto, faults)?;
            Some(Branch {
                values: draft.when,
                only_when: draft.only_when,
                goto,
            })
        };
        drafts.into_iter().filter_map(connect).collect()
    }

    fn resolve(&self, target: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<Goto> {
        let name = *target.get_ref();
        if name == END {
            return Some(Goto::End);
        }
        let Some(found) = self.ids.iter().position(|id| *id.get_ref() == name) else {
            let known = self.ids.iter().map(|id| *id.get_ref()).chain([END]);
            let fix = match closest(name, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name the id of a question or a group, or `end`".to_owned(),
            };
            faults.error(target.span(), format!("there is no question `{name}`"), fix);
            return None;
        };
        if let Some(Some(group)) = self.groups.get(found) {
            let reason = format!("`{name}` is one of the group `{group}`, and nothing leads to it alone");
            faults.error(target.span(), reason, format!("lead to `{group}`"));
            return None;
        }
        Some(match found.checked_sub(self.questions) {
            Some(group) => Goto::Group(group),
            None => Goto::Question(found),
        })
    }
}

/// The first branch that is taken counts: so what an earlier one takes from every call is never reached again.
fn report_overlap(branches: &[BranchDraft<'_>], question: Option<&Question>, faults: &mut Faults<'_>) {
    let Some(question) = question else { return };
    for (index, branch) in branches.iter().enumerate() {
        let earlier = || {
            let earlier = branches.iter().take(index);
            earlier.filter(|other| other.only_when.is_none() || other.only_when == branch.only_when)
        };
        let Some(ranges) = &branch.when else {
            if earlier().any(|other| other.when.is_none()) {
                let reason = "an earlier branch already takes every answer";
                faults.error(branch.place.span(), reason, "remove one of the two");
            }
            continue;
        };
        let is_taken = |value: &i64| {
            earlier().any(|other| other.when.as_ref().is_none_or(|ranges| among(ranges, *value)))
        };
        let mut values = question.scale.min..=question.scale.max;
        if let Some(value) = values.find(|value| among(ranges, *value) && is_taken(value)) {
            let reason = format!("overlapping branches: an earlier one already takes {value}");
            faults.error(branch.place.span(), reason, "let each value have one branch");
        }
    }
}

fn among(ranges: &[RangeInclusive<i64>], value: i64) -> bool {
    ranges.iter().any(|range| range.contains(&value))
}

fn mark_scored(questions: &mut [Question]) {
    let has_scores = questions.iter().any(|question| question.metric.is_scored());
    for question in questions.iter_mut() {
        let is_plain = matches!(question.metric, Metric::Choice | Metric::Number);
        question.scored = question.metric.is_scored() || (is_plain && !has_scores);
    }
}
