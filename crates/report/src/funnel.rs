//! From arrival to completion: how many calls went how far.

use serde::Serialize;

use super::statistics::{FEWEST_FOR_A_SCORE, FunnelCounts, Rate};
use aftercall_base::Disposition;
use aftercall_storage::tally::{CallCounts, SuppressedTally};

/// Calls by how far they went. Each step is a part of the one before it, except that `completed` and `partial` are
/// parts of `answered`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Funnel {
    /// Calls that reached us.
    pub arrived: u64,
    /// Refused for want of room before anything of them was read: whether they were eligible nobody knows. They are among
    /// the `refused_capacity` of `dispositions`.
    pub turned_away: u64,
    /// Kept out by policy.
    pub suppressed: u64,
    /// Counted for sampling.
    pub eligible: u64,
    /// Surveyed: their turn had come.
    pub sampled: u64,
    /// Answered by us with the survey.
    pub offered: u64,
    /// Gave at least one answer.
    pub answered: u64,
    /// Ended with some answers, but not all.
    pub partial: u64,
    /// Ended with every scored question answered.
    pub completed: u64,
    /// Not ended yet.
    pub in_progress: u64,
    /// How they ended, in the order of the funnel; only ends that happened.
    pub dispositions: Vec<DispositionCount>,
    /// The rates of these counts.
    pub rates: Rates,
    /// The rates with formula and interval, those of AAPOR among them.
    pub rate_details: Vec<RateDetail>,
    /// Suppressed calls that ended, by rule.
    pub suppressed_by: Vec<RuleCount>,
    /// Sampled calls that were never answered by us: they never arrived, or were cancelled.
    pub never_arrived: u64,
    /// Callers who gave one question its best and another its worst values: the scale may have been understood the wrong way.
    pub suspected_reversed: u64,
    #[serde(skip)]
    pub(crate) counts: CallCounts,
}

/// How many calls ended one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DispositionCount {
    /// The word of the disposition.
    pub disposition: &'static str,
    /// Calls.
    pub calls: u64,
}

/// How many calls one rule suppressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// Calls.
    pub calls: u64,
}

/// A rate in percent with what it is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RateDetail {
    /// Its name.
    pub name: &'static str,
    /// What is divided by what.
    pub formula: &'static str,
    /// Above the line.
    pub part: u64,
    /// Below the line.
    pub whole: u64,
    /// Percent; `null` below 10.
    pub percent: Option<f64>,
    /// Lower end of the 95 % interval, percent.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// Rates in percent; absent where fewer than ten calls are below the line.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rates {
    /// Offered / sampled: hand-over loss and gaming show here.
    pub reach: Option<f64>,
    /// Answered / offered.
    pub participation: Option<f64>,
    /// Completed / answered.
    pub completion: Option<f64>,
    /// The headline: (completed + partial) / offered.
    pub response_rate: Option<f64>,
    /// Completed / offered.
    pub strict_response: Option<f64>,
    /// Completed / sampled.
    pub end_to_end: Option<f64>,
    /// Completed / (completed + declined).
    pub acceptance: Option<f64>,
}

impl Funnel {
    /// The funnel of what the store counted.
    pub fn of(counts: CallCounts, turned_away: u64) -> Self {
        let dispositions = Disposition::ALL
            .into_iter()
            .map(|disposition| DispositionCount {
                disposition: disposition.as_str(),
                calls: match disposition {
                    Disposition::RefusedCapacity => counts.refused_capacity + turned_away,
                    _ => counts.ended(disposition),
                },
            })
            .filter(|count| count.calls > 0)
            .collect();
        let funnel_counts = funnel_counts(&counts);
        let rate = |rate: Rate| rate.value(&funnel_counts);
        Self {
            arrived: counts.arrived + turned_away,
            turned_away,
            suppressed: counts.suppressed,
            eligible: counts.eligible,
            sampled: counts.sampled,
            offered: counts.offered,
            answered: counts.started,
            partial: counts.partial,
            completed: counts.completed,
            in_progress: counts.in_progress,
            dispositions,
            rates: Rates {
                reach: rate(Rate::Reach),
                participation: rate(Rate::Participation),
                completion: rate(Rate::Completion),
                response_rate: rate(Rate::Response),
                strict_response: rate(Rate::StrictResponse),
                end_to_end: rate(Rate::EndToEnd),
                acceptance: rate(Rate::Acceptance),
            },
            rate_details: Rate::ALL.map(|rate| detail(rate, &funnel_counts)).into(),
            suppressed_by: Vec::new(),
            never_arrived: counts.never_arrived,
            suspected_reversed: counts.reversed,
            counts,
        }
    }

    /// The same with the rules that suppressed calls, the most frequent first.
    #[must_use]
    pub(crate) fn with_suppressed(mut self, tallies: Vec<SuppressedTally>) -> Self {
        let count = |tally: SuppressedTally| RuleCount {
            rule: tally.rule,
            calls: tally.calls,
        };
        self.suppressed_by = tallies.into_iter().map(count).collect();
        self.suppressed_by.sort_by(|one, other| {
            other
                .calls
                .cmp(&one.calls)
                .then_with(|| one.rule.cmp(&other.rule))
        });
        self
    }

    /// (completed + partial, offered).
    pub(crate) const fn responses(&self) -> (u64, u64) {
        (self.completed + self.partial, self.offered)
    }
}

fn detail(rate: Rate, counts: &FunnelCounts) -> RateDetail {
    let interval = rate.interval(counts);
    RateDetail {
        name: rate.name(),
        formula: rate.formula(),
        part: rate.numerator(counts),
        whole: rate.denominator(counts),
        percent: rate.value(counts),
        low: interval.map(|interval| interval.low),
        high: interval.map(|interval| interval.high),
    }
}

/// The counts of the rates, which are all of sampled calls. Of those in progress some may be suppressed or not sampled: a sampled call that
/// has not ended one way or another is in progress.
fn funnel_counts(counts: &CallCounts) -> FunnelCounts {
    let ended = counts.completed
        + counts.partial
        + counts.declined
        + counts.no_answer
        + counts.abandoned
        + counts.failed
        + counts.refused_capacity;
    FunnelCounts {
        arrived: counts.arrived,
        suppressed: counts.suppressed,
        eligible: counts.eligible,
        sampled: counts.sampled,
        offered: counts.offered,
        started: counts.started,
        partial: counts.partial,
        completed: counts.completed,
        declined: counts.declined,
        no_answer: counts.no_answer,
        // A call that never arrived heard nothing.
        abandoned: counts.abandoned.saturating_sub(counts.never_arrived),
        failed: counts.failed,
        refused_capacity: counts.refused_capacity,
        in_progress: counts.in_progress.min(counts.sampled.saturating_sub(ended)),
    }
}

/// A part of a whole in percent; `None` when the whole is too small for a rate.
pub(super) fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole >= FEWEST_FOR_A_SCORE).then(|| 100.0 * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::Funnel;
    use aftercall_storage::tally::CallCounts;

    #[test]
    fn every_step_of_the_funnel_is_counted_by_its_definition() {
        let counts = CallCounts {
            arrived: 148,
            suppressed: 5,
            eligible: 143,
            sampled: 53,
            offered: 51,
            started: 33,
            completed: 24,
            partial: 6,
            declined: 10,
            abandoned: 10,
            refused_capacity: 2,
            not_sampled: 90,
            in_progress: 1,
            ..CallCounts::default()
        };
        let funnel = Funnel::of(counts, 7_000);
        assert_eq!(
            (
                funnel.arrived,
                funnel.turned_away,
                funnel.suppressed,
                funnel.eligible
            ),
            (7_148, 7_000, 5, 143)
        );
        let calls = |disposition: &str| {
            let mut counts = funnel.dispositions.iter();
            counts
                .find(|count| count.disposition == disposition)
                .map(|count| count.calls)
        };
        assert_eq!(
            (calls("refused_capacity"), calls("suppressed"), calls("failed")),
            (Some(7_002), Some(5), None)
        );
        assert_eq!(funnel.rates.response_rate, Some(100.0 * 30.0 / 51.0));
        assert_eq!(funnel.rates.acceptance, Some(100.0 * 24.0 / 34.0));
        assert_eq!(
            funnel.dispositions.iter().map(|count| count.calls).sum::<u64>() + funnel.in_progress,
            7_148
        );
    }

    #[test]
    fn calls_in_progress_that_are_not_sampled_are_in_no_rate() {
        let counts = CallCounts {
            arrived: 30,
            suppressed: 2,
            eligible: 28,
            sampled: 20,
            offered: 19,
            started: 15,
            completed: 15,
            no_answer: 3,
            abandoned: 1,
            never_arrived: 1,
            not_sampled: 6,
            // One of them is sampled, two are not, one is suppressed.
            in_progress: 4,
            ..CallCounts::default()
        };
        let funnel = Funnel::of(counts, 0);
        let aapor = funnel
            .rate_details
            .iter()
            .find(|rate| rate.name == "aapor_rr1")
            .unwrap();
        assert_eq!((aapor.part, aapor.whole, funnel.in_progress), (15, 20, 4));
    }

    #[test]
    fn rate_of_fewer_than_ten_calls_is_not_given() {
        let counts = CallCounts {
            arrived: 9,
            eligible: 9,
            sampled: 9,
            offered: 9,
            started: 9,
            completed: 9,
            ..CallCounts::default()
        };
        let funnel = Funnel::of(counts, 0);
        assert_eq!((funnel.rates.response_rate, funnel.rates.reach), (None, None));
    }
}
