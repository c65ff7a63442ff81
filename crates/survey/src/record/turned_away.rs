//! Calls that have no row of their own, as storage takes them.

use chrono::{DateTime, Utc};

/// Calls that were refused for want of room before anything of them was read: counted, since a row for each would cost
/// what there was no room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAwayCalls {
    /// The node that refused them.
    pub node: String,
    /// The first moment of the minute in which they came.
    pub minute_at: DateTime<Utc>,
    /// The route of the dialled number, where it is known.
    pub route: Option<String>,
    /// The survey of that route.
    pub survey: Option<String>,
    /// Why, in a word.
    pub reason: String,
    /// Calls refused for this reason in this minute.
    pub calls: u64,
}
