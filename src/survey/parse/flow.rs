//! From questions that name each other to a flow that ends.
//!
//! Every question leads to the next of the file, to `next`, or by a branch to another. Since answers decide which
//! way is taken, any circle could go on for ever; so none is accepted. That also keeps a question from being
//! asked twice in one call.

use super::question::{Draft, DraftBranch};
use super::table::At;
use crate::suggest::closest;
use crate::survey::definition::{Branch, Goto, Question};
use crate::survey::fault::Faults;
use crate::survey::metric::Metric;

const END: &str = "end";

/// Connects the questions; `None` when one is wrong or the flow is.
pub(super) fn connect(drafts: Vec<Draft<'_>>, faults: &mut Faults<'_>) -> Option<Vec<Question>> {
    let ids: Vec<At<&str>> = drafts.iter().map(|draft| draft.id.clone()).collect();
    report_duplicates(&ids, faults);
    let mut edges = Vec::new();
    let mut questions = Vec::new();
    for (index, draft) in drafts.into_iter().enumerate() {
        let following = if index + 1 < ids.len() {
            Goto::Question(index + 1)
        } else {
            Goto::End
        };
        let next = match &draft.next {
            Some(target) => resolve(target, &ids, faults),
            None => Some(following),
        };
        report_overlap(&draft.branches, draft.question.as_ref(), faults);
        let branches = connect_branches(draft.branches, &ids, faults);
        edges.push(branches.iter().map(|branch| branch.goto).chain(next).collect());
        questions.push(draft.question.map(|question| Question {
            branches,
            next: next.unwrap_or(following),
            ..question
        }));
    }
    let flow = Flow { ids: &ids, edges };
    flow.report_loops(faults);
    if faults.has_error() {
        return None;
    }
    flow.report_unreachable(faults);
    let mut questions: Vec<Question> = questions.into_iter().collect::<Option<_>>()?;
    mark_scored(&mut questions, &flow);
    Some(questions)
}

fn connect_branches(drafts: Vec<DraftBranch<'_>>, ids: &[At<&str>], faults: &mut Faults<'_>) -> Vec<Branch> {
    let connect = |draft: DraftBranch<'_>| {
        let goto = resolve(&draft.goto, ids, faults)?;
        Some(Branch {
            values: draft.when.into_inner(),
            goto,
        })
    };
    drafts.into_iter().filter_map(connect).collect()
}

fn resolve(target: &At<&str>, ids: &[At<&str>], faults: &mut Faults<'_>) -> Option<Goto> {
    let name = *target.get_ref();
    if name == END {
        return Some(Goto::End);
    }
    let found = ids.iter().position(|id| *id.get_ref() == name);
    if found.is_none() {
        let known = ids.iter().map(|id| *id.get_ref()).chain([END]);
        let mend = match closest(name, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name the id of a question, or `end`".to_owned(),
        };
        faults.error(target.span(), format!("there is no question `{name}`"), mend);
    }
    found.map(Goto::Question)
}

fn report_duplicates(ids: &[At<&str>], faults: &mut Faults<'_>) {
    for (index, id) in ids.iter().enumerate() {
        let is_repeated = ids
            .iter()
            .take(index)
            .any(|other| other.get_ref() == id.get_ref());
        if is_repeated && !id.get_ref().is_empty() {
            let reason = format!("a second question has the id `{}`", id.get_ref());
            faults.error(id.span(), reason, "give it an `id` of its own");
        }
    }
}

fn report_overlap(branches: &[DraftBranch<'_>], question: Option<&Question>, faults: &mut Faults<'_>) {
    let Some(question) = question else { return };
    let covers =
        |branch: &DraftBranch<'_>, value| branch.when.get_ref().iter().any(|range| range.contains(&value));
    for (index, branch) in branches.iter().enumerate() {
        let is_taken = |value: &i64| branches.iter().take(index).any(|other| covers(other, *value));
        let mut values = question.scale.min..=question.scale.max;
        if let Some(value) = values.find(|value| covers(branch, *value) && is_taken(value)) {
            let reason = format!("overlapping branches: an earlier one already takes {value}");
            faults.error(branch.when.span(), reason, "let each value have one branch");
        }
    }
}

struct Flow<'d, 't> {
    ids: &'d [At<&'t str>],
    /// For each question where it can lead.
    edges: Vec<Vec<Goto>>,
}

impl Flow<'_, '_> {
    fn successors(&self, index: usize) -> impl Iterator<Item = usize> {
        let edges = self.edges.get(index).map(Vec::as_slice).unwrap_or_default();
        edges.iter().filter_map(|goto| match goto {
            Goto::Question(next) => Some(*next),
            Goto::End => None,
        })
    }

    /// The questions that can follow `start`, itself only when there is a circle.
    fn reachable(&self, start: usize) -> Vec<bool> {
        let mut seen = vec![false; self.ids.len()];
        let mut open: Vec<usize> = self.successors(start).collect();
        while let Some(index) = open.pop() {
            if let Some(seen) = seen.get_mut(index)
                && !*seen
            {
                *seen = true;
                open.extend(self.successors(index));
            }
        }
        seen
    }

    /// Reports each circle once, at its first question in the file.
    fn report_loops(&self, faults: &mut Faults<'_>) {
        let reach: Vec<Vec<bool>> = (0..self.ids.len()).map(|index| self.reachable(index)).collect();
        let reaches = |from: usize, to: usize| reach.get(from).and_then(|row| row.get(to)) == Some(&true);
        let mut reported = vec![false; self.ids.len()];
        for (index, id) in self.ids.iter().enumerate() {
            if !reaches(index, index) || reported.get(index) == Some(&true) {
                continue;
            }
            let circle: Vec<usize> = (0..self.ids.len())
                .filter(|other| reaches(index, *other) && reaches(*other, index))
                .collect();
            let names: Vec<&str> = circle
                .iter()
                .filter_map(|member| self.ids.get(*member).map(|id| *id.get_ref()))
                .collect();
            let reason = format!("endless loop: {} -> {}", names.join(" -> "), id.get_ref());
            faults.error(
                id.span(),
                reason,
                "let `next` or `goto` lead on to a later question or to `end`",
            );
            for member in circle {
                if let Some(mark) = reported.get_mut(member) {
                    *mark = true;
                }
            }
        }
    }

    fn report_unreachable(&self, faults: &mut Faults<'_>) {
        let reachable = self.reachable(0);
        let unreached = self
            .ids
            .iter()
            .zip(reachable)
            .skip(1)
            .filter(|(_, reached)| !reached);
        for (id, _) in unreached {
            let reason = format!("question `{}` is never asked: nothing leads to it", id.get_ref());
            faults.warning(
                id.span(),
                reason,
                "lead to it with `next` or `goto`, or remove it",
            );
        }
    }
}

fn mark_scored(questions: &mut [Question], flow: &Flow<'_, '_>) {
    let has_scores = questions.iter().any(|question| question.metric.is_scored());
    for question in questions.iter_mut() {
        let is_plain_choice = question.metric == Metric::Choice;
        question.scored = question.metric.is_scored() || (is_plain_choice && !has_scores);
    }
    let scored: Vec<bool> = questions.iter().map(|question| question.scored).collect();
    for (index, question) in questions.iter_mut().enumerate() {
        let follows = flow
            .reachable(index)
            .into_iter()
            .zip(&scored)
            .any(|(reached, scored)| reached && *scored);
        question.leads_to_scored = question.scored || follows;
    }
}
