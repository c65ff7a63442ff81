//! Whether caller and agent talked long enough to be asked about; where the PBX does not report it, they did.

use super::policy::PolicyInput;
use super::reason::AdmissionReason;

/// Objects to a call that was too short.
pub(super) fn evaluate(input: &PolicyInput<'_>) -> Option<AdmissionReason> {
    let (talked, least) = (input.context.values.talk_time()?, input.rules.min_talk_time);
    (talked < least).then_some(AdmissionReason::TooShort {
        talk_time_s: talked.as_secs(),
        min_talk_time_s: least.as_secs(),
    })
}
