//! Which announcement an arriving call is matched with.
//!
//! Three keys are tried, the most exact first: the token of the Request-URI, the id of the finished call at the PBX, the
//! caller. Of several announcements with the same key the one announced last is meant. A caller alone says little: where
//! call and announcement both have an id of the finished call, that id decides, and another call of the same caller is not
//! the announced one.

use chrono::{DateTime, Utc};

use super::announcement::{Announcement, EarlyDecision};
use crate::context::MatchedBy;
use aftercall_base::Redacted;

/// The keys of a call that arrives, in the order in which they are tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatchKeys {
    /// Of the Request-URI, or of user-to-user data.
    pub token: Option<Redacted<String>>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<String>,
}

impl MatchKeys {
    /// Whether a call has no key at all.
    pub const fn is_empty(&self) -> bool {
        self.token.is_none() && self.original_call_id.is_none() && self.caller_hash.is_none()
    }

    /// The announcement that is pending at `now` for a call with these keys, and by which key.
    pub fn find<'a>(
        &self,
        announcements: &'a [Announcement],
        now: DateTime<Utc>,
    ) -> Option<(&'a Announcement, MatchedBy)> {
        MatchedBy::ALL.into_iter().find_map(|key| {
            let matched = announcements
                .iter()
                .filter(|announcement| announcement.is_pending(now) && self.has(key, announcement));
            // Two in one millisecond: the uid decides, so that every back end and node finds the same one.
            let latest = matched.max_by_key(|announcement| (announcement.announced_at, announcement.uid));
            latest.map(|announcement| (announcement, key))
        })
    }

    /// Whether call and announcement have the same value of this key, and the key is enough.
    fn has(&self, key: MatchedBy, announcement: &Announcement) -> bool {
        match key {
            MatchedBy::Token => self
                .token
                .as_ref()
                .is_some_and(|token| *token == announcement.token),
            MatchedBy::OriginalCallId => is_same(&self.original_call_id, &announcement.original_call_id),
            MatchedBy::Caller => {
                // Both sides know which call they mean, and it is not the same one: a second call of the same
                // caller.
                let both_are_named =
                    self.original_call_id.is_some() && announcement.original_call_id.is_some();
                is_same(&self.caller_hash, &announcement.caller_hash) && !both_are_named
            }
        }
    }
}

fn is_same(one: &Option<String>, other: &Option<String>) -> bool {
    one.is_some() && one == other
}

/// An announcement that waits for the call at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatchedAnnouncement {
    /// The pending announcement.
    pub announcement: Announcement,
    /// By which key it was found.
    pub matched_by: MatchedBy,
    /// The row that the call has already, when it was decided beforehand.
    pub decided: Option<EarlyDecision>,
}
