//! What queues, teams and agents are called, beside the ids by which calls name them. Pure.

use std::collections::BTreeMap;

use aftercall_storage::selection::{Dimension, NamePattern};

/// Names by id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Directory {
    /// Queues and service lines.
    pub queues: BTreeMap<String, DirectoryEntry>,
    /// Teams.
    pub teams: BTreeMap<String, DirectoryEntry>,
    /// Agents.
    pub agents: BTreeMap<String, DirectoryEntry>,
}

/// What is known of one id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DirectoryEntry {
    /// What people call it.
    pub name: String,
    /// Who leads the queue or team; empty: not stated.
    pub leader: String,
    /// The team of an agent; empty: not stated.
    pub team: String,
}

impl Directory {
    /// What an id is called; `None` when it is not in the directory.
    pub fn name(&self, dimension: Dimension, id: &str) -> Option<&str> {
        let entry = self.entries(dimension)?.get(id);
        entry.map(|entry| entry.name.as_str())
    }

    /// A filter by a name that a person writes, who knows an id or what it is called. Of what has no names here only the id is known, as it is.
    pub fn pattern(&self, dimension: Dimension, text: &str) -> NamePattern {
        match self.entries(dimension) {
            Some(entries) => {
                let names = entries
                    .iter()
                    .map(|(id, entry)| (id.as_str(), entry.name.as_str()));
                NamePattern::called(text, names)
            }
            None => NamePattern::new(text),
        }
    }

    fn entries(&self, dimension: Dimension) -> Option<&BTreeMap<String, DirectoryEntry>> {
        match dimension {
            Dimension::Queue => Some(&self.queues),
            Dimension::Team => Some(&self.teams),
            Dimension::Agent => Some(&self.agents),
            Dimension::Route
            | Dimension::Survey
            | Dimension::SurveyVersion
            | Dimension::Language
            | Dimension::Weight => None,
        }
    }

    /// Whether it has no name at all.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty() && self.teams.is_empty() && self.agents.is_empty()
    }
}
