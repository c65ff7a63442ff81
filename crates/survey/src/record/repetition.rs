//! What a request of the API repeats: an announcement or a decision that is stored already.
//!
//! Clients repeat requests, and a PBX announces a call in several steps. No call may be counted twice for that.

use std::cmp::Reverse;

use chrono::{DateTime, TimeDelta, Utc};

use super::announcement::{Announcement, NewDecision};
use aftercall_base::CallUid;

/// For this long after its arrival a call is the one that its original call id names. PBXs use their ids again, though not
/// on the same day.
pub const SAME_CALL_FOR: TimeDelta = TimeDelta::days(1);

/// What a new announcement is to one that is stored, in the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RequestRepetition {
    /// The same request once more: nothing changes.
    Request,
    /// More context of the call that is expected under this token.
    Token,
    /// More context of the call that is expected under this original call id.
    OriginalCallId,
    /// An announcement of a call that has arrived: it comes too late.
    Arrived,
}

impl Announcement {
    /// Whether this request has the key of the `stored` one although it is another request.
    pub fn reuses_key_of(&self, stored: &Self) -> bool {
        let (new, old) = (&self.request_hash, &stored.request_hash);
        has_same_key(self, stored) && new.is_some() && old.is_some() && new != old
    }

    /// What this new announcement is to the `stored` one; `None` when it is of another call.
    pub fn repetition_of(&self, stored: &Self) -> Option<RequestRepetition> {
        let now = self.announced_at;
        let is_same_call =
            self.original_call_id.is_some() && self.original_call_id == stored.original_call_id;
        // One that does not wait although its time is not over was claimed.
        let has_arrived = !stored.waits && now < stored.expires_at;
        if has_same_key(self, stored) {
            Some(RequestRepetition::Request)
        } else if stored.is_pending(now) && stored.token == self.token {
            Some(RequestRepetition::Token)
        } else if stored.is_pending(now) && is_same_call {
            Some(RequestRepetition::OriginalCallId)
        } else {
            (has_arrived && is_same_call).then_some(RequestRepetition::Arrived)
        }
    }

    /// The one of `stored` that this new announcement repeats. Of several to which it is the same, the one that expires
    /// last.
    pub fn repeated_of(
        &self,
        stored: impl IntoIterator<Item = StoredAnnouncement>,
    ) -> Option<(RequestRepetition, StoredAnnouncement)> {
        stored
            .into_iter()
            .filter_map(|stored| Some((self.repetition_of(&stored.announcement)?, stored)))
            .min_by_key(|(repetition, stored)| (*repetition, Reverse(stored.announcement.expires_at)))
    }
}

fn has_same_key(one: &Announcement, other: &Announcement) -> bool {
    one.request_key.is_some() && one.request_key == other.request_key
}

/// An announcement as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnnouncement {
    /// The announcement as it is stored.
    pub announcement: Announcement,
    /// Whether its call is decided, and so has its row.
    pub is_decided: bool,
}

/// A stored call with the original call id that a decision is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallOfSameId {
    /// The identity under which the call is stored.
    pub call: CallUid,
    /// When it arrived, or was decided.
    pub arrived_at: DateTime<Utc>,
    /// Whether it was decided before it arrived.
    pub decided_beforehand: bool,
}

/// What is known where a decision is asked for.
#[derive(Debug, Clone, Default)]
pub struct EarlierRequests {
    /// The announcement with the key of this request.
    pub same_request: Option<StoredAnnouncement>,
    /// The announcement with the identity that the call shall have.
    pub same_identity: Option<StoredAnnouncement>,
    /// The first call of the [last day](SAME_CALL_FOR) with the same original call id.
    pub same_call: Option<CallOfSameId>,
}

/// Why a call is not counted for a decision that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlreadySettled {
    /// The key was sent with another request.
    KeyReused,
    /// The call is decided and counted.
    Decided(CallUid),
    /// The call has arrived, and was decided then.
    Arrived(CallUid),
    /// Its announcement has been claimed by another call, or has expired.
    Gone,
}

impl NewDecision {
    /// What of this request is settled already; `None` when the call is to be counted now.
    pub fn settled(&self, earlier: &EarlierRequests) -> Option<AlreadySettled> {
        let same_request = earlier.same_request.as_ref();
        if same_request.is_some_and(|stored| self.announcement.reuses_key_of(&stored.announcement)) {
            return Some(AlreadySettled::KeyReused);
        }
        let announced = [same_request, earlier.same_identity.as_ref()];
        let decided = announced.into_iter().flatten().find(|stored| stored.is_decided);
        if let Some(decided) = decided {
            return Some(AlreadySettled::Decided(decided.announcement.uid));
        }
        let now = self.call.arrived_at;
        if let Some(same) = earlier
            .same_call
            .filter(|same| now - SAME_CALL_FOR < same.arrived_at)
        {
            return Some(match same.decided_beforehand {
                true => AlreadySettled::Decided(same.call),
                false => AlreadySettled::Arrived(same.call),
            });
        }
        let expected = earlier.same_identity.as_ref().map(|stored| &stored.announcement);
        expected
            .is_some_and(|announcement| !announcement.is_pending(now))
            .then_some(AlreadySettled::Gone)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, TimeDelta, Utc};

    use super::{RequestRepetition, StoredAnnouncement};
    use crate::record::Announcement;
    use aftercall_base::{CallUid, Redacted};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
    }

    /// Announced at 0, for 100 seconds.
    fn announcement(token: &str, id: Option<&str>, key: Option<&str>) -> Announcement {
        Announcement {
            uid: CallUid::NONE,
            token: Redacted::new(token.to_owned()),
            original_call_id: id.map(str::to_owned),
            caller_hash: None,
            former_hashes: Vec::new(),
            caller_number: None,
            texts: BTreeMap::new(),
            request_key: key.map(str::to_owned),
            request_hash: None,
            announced_at: at(0),
            expires_at: at(100),
            waits: true,
        }
    }

    fn later(second: i64, token: &str, id: Option<&str>, key: Option<&str>) -> Announcement {
        Announcement {
            announced_at: at(second),
            ..announcement(token, id, key)
        }
    }

    #[test]
    fn announcement_repeats_by_request_then_token_then_original_call_id() {
        let stored = announcement("t", Some("1"), Some("k"));
        for (new, repetition) in [
            (
                later(50, "t", Some("1"), Some("k")),
                Some(RequestRepetition::Request),
            ),
            (later(150, "x", None, Some("k")), Some(RequestRepetition::Request)),
            (later(50, "t", Some("2"), None), Some(RequestRepetition::Token)),
            (
                later(50, "x", Some("1"), Some("l")),
                Some(RequestRepetition::OriginalCallId),
            ),
            (later(50, "x", None, None), None),
            (later(100, "t", Some("1"), None), None),
        ] {
            assert_eq!(new.repetition_of(&stored), repetition, "{new:?}");
        }
    }

    #[test]
    fn announcement_of_a_call_that_has_arrived_comes_too_late_until_the_former_would_have_expired() {
        let mut claimed = announcement("t", Some("1"), None);
        claimed.waits = false;
        let new = |second| later(second, "t", Some("1"), None);
        assert_eq!(new(99).repetition_of(&claimed), Some(RequestRepetition::Arrived));
        assert_eq!(
            new(100).repetition_of(&claimed),
            None,
            "a PBX may use its id again"
        );
    }

    #[test]
    fn of_several_the_nearest_counts_and_then_the_one_that_expires_last() {
        let stored = |token: &str, expires| StoredAnnouncement {
            announcement: Announcement {
                expires_at: at(expires),
                ..announcement(token, Some("1"), None)
            },
            is_decided: false,
        };
        let all = || [stored("a", 100), stored("b", 300), stored("c", 200)];
        let repeated = |token| {
            let (repetition, stored) = later(50, token, Some("1"), None).repeated_of(all()).unwrap();
            (repetition, stored.announcement.token.expose().clone())
        };
        assert_eq!(repeated("a"), (RequestRepetition::Token, "a".to_owned()));
        assert_eq!(repeated("x"), (RequestRepetition::OriginalCallId, "b".to_owned()));
    }

    #[test]
    fn key_is_reused_only_by_another_request_whose_hash_is_known() {
        let with = |key, hash: Option<&str>| Announcement {
            request_hash: hash.map(str::to_owned),
            ..announcement("t", None, key)
        };
        let stored = with(Some("k"), Some("h"));
        assert!(with(Some("k"), Some("other")).reuses_key_of(&stored));
        assert!(!with(Some("k"), Some("h")).reuses_key_of(&stored));
        assert!(!with(Some("k"), None).reuses_key_of(&stored));
        assert!(!with(None, Some("other")).reuses_key_of(&with(None, Some("h"))));
    }

    #[test]
    fn later_announcement_replaces_values_and_keeps_the_first_request() {
        let mut stored = announcement("t", Some("1"), Some("k"));
        stored.texts.insert("queue".to_owned(), "sales".to_owned());
        let mut new = later(50, "x", None, Some("l"));
        new.texts.insert("queue".to_owned(), "support".to_owned());
        new.expires_at = at(80);
        stored.add(&new);
        let mut expected = announcement("t", Some("1"), Some("k"));
        expected.texts.insert("queue".to_owned(), "support".to_owned());
        assert_eq!(stored, expected, "the later expiry stays");
    }
}
