//! Whose calls a reader may see, whatever is asked for.

use std::collections::BTreeSet;

use crate::selection::Dimension;

/// A limit on every read for one reader. It stands beside the patterns of a [`Selection`](crate::Selection) and not among them, so that no
/// parameter of a request can widen it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Scope {
    /// All calls.
    #[default]
    Everything,
    /// The calls of these teams; of none where there is no team.
    Teams(BTreeSet<String>),
    /// The calls of one agent.
    Agent(String),
}

impl Scope {
    /// By what it chooses; `None`: it takes every call.
    pub const fn dimension(&self) -> Option<Dimension> {
        match self {
            Self::Everything => None,
            Self::Teams(_) => Some(Dimension::Team),
            Self::Agent(_) => Some(Dimension::Agent),
        }
    }

    /// Whether a call with this name of a dimension may be in it. A call whose team or agent is not known is in no scope but
    /// [`Everything`](Self::Everything).
    pub fn includes(&self, dimension: Dimension, name: &str) -> bool {
        match (self, dimension) {
            (Self::Teams(teams), Dimension::Team) => !name.is_empty() && teams.contains(name),
            (Self::Agent(agent), Dimension::Agent) => !name.is_empty() && agent == name,
            (Self::Everything | Self::Teams(_) | Self::Agent(_), _) => true,
        }
    }

    /// The one agent of the scope.
    pub(crate) fn agent(&self) -> Option<&str> {
        match self {
            Self::Agent(agent) => Some(agent),
            Self::Everything | Self::Teams(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;
    use crate::selection::Dimension;

    #[test]
    fn call_without_a_team_or_agent_is_in_no_limited_scope() {
        let teams = Scope::Teams([String::new(), "sales".to_owned()].into());
        assert!(teams.includes(Dimension::Team, "sales") && !teams.includes(Dimension::Team, ""));
        assert!(teams.includes(Dimension::Queue, ""), "a queue is no team");
        assert!(!Scope::Agent(String::new()).includes(Dimension::Agent, ""));
        assert!(!Scope::Teams([].into()).includes(Dimension::Team, "sales"));
        assert!(Scope::Everything.includes(Dimension::Team, ""));
    }
}
