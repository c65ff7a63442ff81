//! Whether the caller agreed to be asked, where the PBX asked.

use super::policy::PolicyInput;
use super::reason::AdmissionReason;
use crate::context::OptIn;

/// Objects to a caller who, as the PBX reports, did not agree.
pub(super) fn evaluate(input: &PolicyInput<'_>) -> Option<AdmissionReason> {
    (input.context.values.opt_in() == Some(OptIn::Withheld)).then_some(AdmissionReason::NotOptedIn)
}
