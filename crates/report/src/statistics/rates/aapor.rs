//! The outcomes of sampled calls in the terms of AAPOR.

use super::FunnelCounts;

/// Sampled calls by AAPOR's groups of final dispositions. All are known to be eligible: policy decided before sampling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AaporCounts {
    /// I: complete interviews.
    pub complete: u64,
    /// P: partial interviews.
    pub partial: u64,
    /// R: refusals and break-offs: declined, hung up before the first answer, or heard the survey and pressed
    /// nothing, which is an implicit refusal (code 2.12).
    pub refusal: u64,
    /// NC: never reached: sampled, but the call never arrived.
    pub non_contact: u64,
    /// O: other: reached, but we failed: a technical failure or no capacity.
    pub other: u64,
    /// U: outcome unknown: not ended yet.
    pub unknown: u64,
}

impl AaporCounts {
    /// I + P.
    pub const fn responses(self) -> u64 {
        self.complete + self.partial
    }

    /// I + P + R + O.
    pub const fn reached(self) -> u64 {
        self.responses() + self.refusal + self.other
    }

    /// I + P + R + NC + O.
    pub const fn known(self) -> u64 {
        self.reached() + self.non_contact
    }

    /// I + P + R + NC + O + U.
    pub const fn all(self) -> u64 {
        self.known() + self.unknown
    }
}

impl FunnelCounts {
    /// The same calls by AAPOR's groups. Non-contacts are the sampled calls that neither ended another way nor are in
    /// progress, so that the groups add up to `sampled`.
    pub const fn aapor(&self) -> AaporCounts {
        let mut counts = AaporCounts {
            complete: self.completed,
            partial: self.partial,
            refusal: self.declined + self.abandoned + self.no_answer,
            non_contact: 0,
            other: self.failed + self.refused_capacity,
            unknown: self.in_progress,
        };
        counts.non_contact = self.sampled.saturating_sub(counts.all());
        counts
    }
}
