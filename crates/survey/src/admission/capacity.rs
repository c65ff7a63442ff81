//! Whether there is room for one more survey.
//!
//! Asked only after sampling: a sampled call that finds no room keeps its turn, and its row says `refused_capacity`.

/// The answer to a sampled call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capacity {
    /// The call is answered.
    Room,
    /// As many surveys are in progress as may be: the call is refused.
    Full,
}

/// Decides on one more survey beside `in_progress` others, of which `limit` may run at once.
pub const fn decide(in_progress: usize, limit: usize) -> Capacity {
    if in_progress < limit {
        Capacity::Room
    } else {
        Capacity::Full
    }
}

#[cfg(test)]
mod tests {
    use super::{Capacity, decide};

    #[test]
    fn last_place_is_given_and_no_more() {
        assert_eq!(decide(499, 500), Capacity::Room);
        assert_eq!(decide(500, 500), Capacity::Full);
        assert_eq!(decide(0, 0), Capacity::Full);
    }
}
