//! What queues, teams and agents are called, beside the ids by which calls name them. Pure.

use std::collections::BTreeMap;

use aftercall_storage::selection::Dimension;

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
        let entries = match dimension {
            Dimension::Queue => &self.queues,
            Dimension::Team => &self.teams,
            Dimension::Agent => &self.agents,
            Dimension::Route
            | Dimension::Survey
            | Dimension::SurveyVersion
            | Dimension::Language
            | Dimension::Weight => return None,
        };
        entries.get(id).map(|entry| entry.name.as_str())
    }

    /// Whether it has no name at all.
    pub fn is_empty(&self) -> bool {
        self.queues.is_empty() && self.teams.is_empty() && self.agents.is_empty()
    }
}
