//! Following up on bad feedback: the states of a case, and what may be done in each. Pure.
//!
//! ```text
//! new -> taken -> (attempted)* -> contacted -> resolved | unreachable | no_action
//!  ^                                                 |
//!  '------------------- reopened --------------------'
//! ```
//! A case that is reopened is `new` again and has no owner, so that its clocks run and somebody takes it. Who works on a case without
//! having taken it takes it with that. Closing needs a cause and an action.

mod state;

pub use state::{CaseState, CaseTransition, ClosedAs, TransitionRefused};
