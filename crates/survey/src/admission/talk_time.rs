//! Whether caller and agent talked long enough to be asked about; where the PBX does not report it, they did.

use super::policy::Asked;
use super::reason::Reason;

/// Objects to a call that was too short.
pub(super) fn judge(asked: &Asked<'_>) -> Option<Reason> {
    let (talked, least) = (asked.context.values.talk_time()?, asked.rules.min_talk_time);
    (talked < least).then_some(Reason::TooShort {
        talk_time_s: talked.as_secs(),
        min_talk_time_s: least.as_secs(),
    })
}
