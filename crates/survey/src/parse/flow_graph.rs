//! Where questions and groups lead: whether the flow ends, and what nothing leads to.

use toml::Spanned;

use crate::question::Goto;
use aftercall_base::Faults;

/// The ways of a flow. Nodes are the questions, then the groups.
pub(super) struct FlowGraph<'t> {
    ids: Vec<Spanned<&'t str>>,
    questions: usize,
    /// For each node those to which it can lead.
    edges: Vec<Vec<usize>>,
}

impl<'t> FlowGraph<'t> {
    /// Nodes with these ids, the first `questions` of them questions; nothing leads anywhere yet.
    pub(super) fn new(ids: Vec<Spanned<&'t str>>, questions: usize) -> Self {
        Self {
            edges: vec![Vec::new(); ids.len()],
            ids,
            questions,
        }
    }

    /// Notes where a question can lead.
    pub(super) fn add_edges(&mut self, question: usize, places: impl Iterator<Item = Goto>) {
        let nodes: Vec<usize> = places.filter_map(|place| self.node(place)).collect();
        if let Some(edges) = self.edges.get_mut(question) {
            edges.extend(nodes);
        }
    }

    /// Notes where a group can lead, its questions included.
    pub(super) fn add_group_edges(&mut self, group: usize, places: impl Iterator<Item = Goto>) {
        self.add_edges(self.questions + group, places);
    }

    fn node(&self, place: Goto) -> Option<usize> {
        match place {
            Goto::Question(index) => Some(index),
            Goto::Group(index) => Some(self.questions + index),
            Goto::End => None,
        }
    }

    /// The nodes that can follow `start`, itself only when there is a circle.
    fn reachable(&self, start: usize) -> Vec<bool> {
        let successors = |node: usize| self.edges.get(node).into_iter().flatten().copied();
        let mut seen = vec![false; self.ids.len()];
        let mut open: Vec<usize> = successors(start).collect();
        while let Some(index) = open.pop() {
            if let Some(seen) = seen.get_mut(index)
                && !*seen
            {
                *seen = true;
                open.extend(successors(index));
            }
        }
        seen
    }

    /// Reports each circle once, at its first node in the file.
    pub(super) fn report_loops(&self, faults: &mut Faults<'_>) {
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

    /// Reports what no call comes to that begins at `start`.
    pub(super) fn report_unreachable(&self, start: Goto, faults: &mut Faults<'_>) {
        let Some(start) = self.node(start) else { return };
        let reachable = self.reachable(start);
        let all = self.ids.iter().zip(reachable).enumerate();
        for (index, (id, reached)) in all {
            if reached || index == start {
                continue;
            }
            let what = if index < self.questions {
                "question"
            } else {
                "group"
            };
            let reason = format!("{what} `{}` is never asked: nothing leads to it", id.get_ref());
            let fix = "lead to it with `next` or `goto`, or remove it";
            faults.warning(id.span(), reason, fix);
        }
    }
}
