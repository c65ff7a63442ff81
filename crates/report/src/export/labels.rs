//! Names beside ids: what a directory of names calls the queue `0441`, the agent `4711`.

use std::collections::BTreeMap;

use super::call::LocalCall;
use super::cell::{Cell, Column, Kind};
use crate::directory::Directory;
use aftercall_storage::export::CallRow;
use aftercall_storage::selection::Dimension;

/// The names of ids, by dimension. Each dimension that has any gets a column of its own, `queue_name`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(Vec<(Dimension, BTreeMap<String, String>)>);

impl Labels {
    /// Adds the names of a dimension by which calls can be selected.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, names: BTreeMap<String, String>) -> Self {
        self.0.push((dimension, names));
        self
    }

    /// The names of a directory.
    pub fn of(directory: &Directory) -> Self {
        let kinds = [
            (Dimension::Queue, &directory.queues),
            (Dimension::Team, &directory.teams),
            (Dimension::Agent, &directory.agents),
        ];
        let named = kinds.into_iter().filter(|(_, entries)| !entries.is_empty());
        named.fold(Self::default(), |labels, (dimension, entries)| {
            let names = entries.iter().map(|(id, entry)| (id.clone(), entry.name.clone()));
            labels.with(dimension, names.collect())
        })
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = Column> {
        self.0.iter().map(|(dimension, _)| Column {
            name: format!("{}_name", dimension.as_str()),
            kind: Kind::Text,
            meaning: format!(
                "The name of the {} in the directory of names.",
                dimension.as_str()
            )
            .into(),
        })
    }

    pub(super) fn push<'r>(&'r self, call: &'r LocalCall<'r>, cells: &mut Vec<Cell<'r>>) {
        for (dimension, names) in &self.0 {
            let name = id(call.row, *dimension).and_then(|id| names.get(id));
            cells.push(Cell::maybe_text(name));
        }
    }
}

const fn id(call: &CallRow, dimension: Dimension) -> Option<&String> {
    match dimension {
        Dimension::Route => call.route.as_ref(),
        Dimension::Queue => call.queue.as_ref(),
        Dimension::Team => call.team.as_ref(),
        Dimension::Agent => call.agent.as_ref(),
        Dimension::Survey => call.survey.as_ref(),
        Dimension::SurveyVersion => call.survey_version.as_ref(),
        Dimension::Language => match call.spoken_language.as_ref() {
            Some(spoken) => Some(spoken),
            None => call.language.as_ref(),
        },
        Dimension::Weight => None,
    }
}
