//! The state machine of a case.

use std::fmt;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseState {
    /// Nobody has taken it.
    New,
    /// Somebody has.
    Taken,
    /// The caller was called back and not reached.
    Attempted,
    /// The caller was reached.
    Contacted,
    /// Closed: the matter is settled.
    Resolved,
    /// Closed: the caller could not be reached.
    Unreachable,
    /// Closed: there was nothing to do.
    NoAction,
}

impl CaseState {
    /// Every one, in the order of the way.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Taken,
        Self::Attempted,
        Self::Contacted,
        Self::Resolved,
        Self::Unreachable,
        Self::NoAction,
    ];

    /// The word in rows, addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Taken => "taken",
            Self::Attempted => "attempted",
            Self::Contacted => "contacted",
            Self::Resolved => "resolved",
            Self::Unreachable => "unreachable",
            Self::NoAction => "no_action",
        }
    }

    /// The state of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// Whether nothing is left to do.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Resolved | Self::Unreachable | Self::NoAction)
    }
}

impl fmt::Display for CaseState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a case is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedAs {
    /// The matter is settled.
    Resolved,
    /// The caller could not be reached.
    Unreachable,
    /// There was nothing to do.
    NoAction,
}

impl ClosedAs {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Resolved, Self::Unreachable, Self::NoAction];

    /// The state that it leads to.
    pub const fn state(self) -> CaseState {
        match self {
            Self::Resolved => CaseState::Resolved,
            Self::Unreachable => CaseState::Unreachable,
            Self::NoAction => CaseState::NoAction,
        }
    }

    /// The one of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.state().as_str() == word)
    }
}

/// What is done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseTransition {
    /// Somebody takes it, or is given it.
    Take,
    /// The caller was called back and not reached.
    Attempt,
    /// The caller was reached.
    Contact,
    /// It is closed.
    Close(ClosedAs),
    /// It is opened again.
    Reopen,
}

/// Why something cannot be done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionRefused {
    /// It is closed.
    #[error("the case is closed; reopen it first")]
    IsClosed,
    /// It is not closed.
    #[error("the case is open already")]
    IsOpen,
    /// Nobody has talked to the caller.
    #[error(
        "nobody has contacted the caller yet: note the contact first, or close the case as `unreachable` or `no_action`"
    )]
    NotContacted,
    /// Nobody has tried to reach the caller.
    #[error(
        "nobody has tried to reach the caller yet: note an attempt first, or close the case as `no_action`"
    )]
    NotAttempted,
}

impl CaseState {
    /// The state after something is done.
    ///
    /// # Errors
    /// It cannot be done in this state.
    pub const fn after(self, done: CaseTransition) -> Result<Self, TransitionRefused> {
        match (self, done) {
            (Self::Resolved | Self::Unreachable | Self::NoAction, CaseTransition::Reopen) => Ok(Self::New),
            (Self::Resolved | Self::Unreachable | Self::NoAction, _) => Err(TransitionRefused::IsClosed),
            (_, CaseTransition::Reopen) => Err(TransitionRefused::IsOpen),
            (Self::New, CaseTransition::Take) => Ok(Self::Taken),
            // Another owner changes nothing of what was done.
            (open, CaseTransition::Take) => Ok(open),
            // Who was reached once may be missed later; that they were reached stays.
            (Self::Contacted, CaseTransition::Attempt) => Ok(Self::Contacted),
            (_, CaseTransition::Attempt) => Ok(Self::Attempted),
            (_, CaseTransition::Contact) => Ok(Self::Contacted),
            (Self::New | Self::Taken | Self::Attempted, CaseTransition::Close(ClosedAs::Resolved)) => {
                Err(TransitionRefused::NotContacted)
            }
            (Self::New | Self::Taken, CaseTransition::Close(ClosedAs::Unreachable)) => {
                Err(TransitionRefused::NotAttempted)
            }
            (_, CaseTransition::Close(closed)) => Ok(closed.state()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CaseState, CaseTransition, ClosedAs, TransitionRefused};

    const MOVES: [CaseTransition; 7] = [
        CaseTransition::Take,
        CaseTransition::Attempt,
        CaseTransition::Contact,
        CaseTransition::Close(ClosedAs::Resolved),
        CaseTransition::Close(ClosedAs::Unreachable),
        CaseTransition::Close(ClosedAs::NoAction),
        CaseTransition::Reopen,
    ];

    #[test]
    fn table_of_states_and_moves() {
        use CaseState::{Attempted, Contacted, New, NoAction, Resolved, Taken, Unreachable};
        use TransitionRefused::{IsClosed, IsOpen, NotAttempted, NotContacted};
        for (state, after) in [
            (
                New,
                [
                    Ok(Taken),
                    Ok(Attempted),
                    Ok(Contacted),
                    Err(NotContacted),
                    Err(NotAttempted),
                    Ok(NoAction),
                    Err(IsOpen),
                ],
            ),
            (
                Taken,
                [
                    Ok(Taken),
                    Ok(Attempted),
                    Ok(Contacted),
                    Err(NotContacted),
                    Err(NotAttempted),
                    Ok(NoAction),
                    Err(IsOpen),
                ],
            ),
            (
                Attempted,
                [
                    Ok(Attempted),
                    Ok(Attempted),
                    Ok(Contacted),
                    Err(NotContacted),
                    Ok(Unreachable),
                    Ok(NoAction),
                    Err(IsOpen),
                ],
            ),
            (
                Contacted,
                [
                    Ok(Contacted),
                    Ok(Contacted),
                    Ok(Contacted),
                    Ok(Resolved),
                    Ok(Unreachable),
                    Ok(NoAction),
                    Err(IsOpen),
                ],
            ),
            (
                Resolved,
                [
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Ok(New),
                ],
            ),
            (
                Unreachable,
                [
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Ok(New),
                ],
            ),
            (
                NoAction,
                [
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Err(IsClosed),
                    Ok(New),
                ],
            ),
        ] {
            assert_eq!(MOVES.map(|done| state.after(done)), after, "{state}");
        }
    }

    proptest! {
        /// A resolved case had a contact since it was opened last; an unreachable one an attempt or a contact.
        #[test]
        fn closed_case_was_worked_on(moves in prop::collection::vec(prop::sample::select(MOVES.to_vec()), 0..40)) {
            let mut state = CaseState::New;
            let (mut contacts, mut attempts) = (0, 0);
            for done in moves {
                let Ok(next) = state.after(done) else { continue };
                match done {
                    CaseTransition::Contact => contacts += 1,
                    CaseTransition::Attempt => attempts += 1,
                    CaseTransition::Reopen => (contacts, attempts) = (0, 0),
                    CaseTransition::Take | CaseTransition::Close(_) => {}
                }
                state = next;
                prop_assert!(state != CaseState::Resolved || contacts > 0);
                prop_assert!(state != CaseState::Unreachable || contacts + attempts > 0);
                prop_assert_eq!(CaseState::from_str_opt(state.as_str()), Some(state));
            }
        }
    }
}
