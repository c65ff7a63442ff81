//! From arrival to completion: how many calls went how far.

use serde::Serialize;

use super::statistics::FEWEST_FOR_A_SCORE;
use aftercall_base::Disposition;
use aftercall_storage::store::CallTally;
use aftercall_survey::admission::Decision;

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
}

/// How many calls ended one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DispositionCount {
    /// The word of the disposition.
    pub disposition: &'static str,
    /// Calls.
    pub calls: u64,
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
    /// Adds up what the store counted.
    pub fn of(tallies: &[CallTally], turned_away: u64) -> Self {
        let sum = |pick: &dyn Fn(&CallTally) -> bool| -> u64 {
            tallies
                .iter()
                .filter(|tally| pick(tally))
                .map(|tally| tally.calls)
                .sum()
        };
        let ended = |disposition| sum(&|tally| tally.disposition == Some(disposition));
        let is_sampled = |tally: &CallTally| tally.decision == Decision::Sampled;
        let mut funnel = Self {
            arrived: sum(&|_| true) + turned_away,
            turned_away,
            suppressed: sum(&|tally| tally.decision == Decision::Suppressed),
            eligible: sum(&|tally| tally.decision != Decision::Suppressed),
            sampled: sum(&is_sampled),
            offered: sum(&|tally| is_sampled(tally) && tally.answered),
            answered: sum(&|tally| is_sampled(tally) && tally.answered && tally.started),
            partial: ended(Disposition::Partial),
            completed: ended(Disposition::Completed),
            in_progress: sum(&|tally| tally.disposition.is_none()),
            dispositions: Vec::new(),
            rates: Rates::default(),
        };
        funnel.dispositions = Disposition::ALL
            .into_iter()
            .map(|disposition| DispositionCount {
                disposition: disposition.as_str(),
                calls: match disposition {
                    Disposition::RefusedCapacity => ended(disposition) + turned_away,
                    _ => ended(disposition),
                },
            })
            .filter(|count| count.calls > 0)
            .collect();
        funnel.rates = funnel.rates(ended(Disposition::Declined));
        funnel
    }

    fn rates(&self, declined: u64) -> Rates {
        Rates {
            reach: percent(self.offered, self.sampled),
            participation: percent(self.answered, self.offered),
            completion: percent(self.completed, self.answered),
            response_rate: percent(self.completed + self.partial, self.offered),
            strict_response: percent(self.completed, self.offered),
            end_to_end: percent(self.completed, self.sampled),
            acceptance: percent(self.completed, self.completed + declined),
        }
    }
}

/// A part of a whole in percent; `None` when the whole is too small for a rate.
pub(super) fn percent(part: u64, whole: u64) -> Option<f64> {
    (whole >= FEWEST_FOR_A_SCORE).then(|| 100.0 * part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::Funnel;
    use aftercall_base::Disposition;
    use aftercall_storage::store::CallTally;
    use aftercall_survey::admission::Decision;

    fn tally(
        decision: Decision,
        disposition: Option<Disposition>,
        answered: bool,
        started: bool,
        calls: u64,
    ) -> CallTally {
        CallTally {
            decision,
            disposition,
            answered,
            started,
            calls,
        }
    }

    #[test]
    fn every_step_of_the_funnel_is_counted_by_its_definition() {
        let funnel = Funnel::of(
            &[
                tally(
                    Decision::Suppressed,
                    Some(Disposition::Suppressed),
                    false,
                    false,
                    5,
                ),
                tally(
                    Decision::NotSampled,
                    Some(Disposition::NotSampled),
                    true,
                    false,
                    90,
                ),
                tally(
                    Decision::Sampled,
                    Some(Disposition::RefusedCapacity),
                    false,
                    false,
                    2,
                ),
                tally(Decision::Sampled, Some(Disposition::Abandoned), true, false, 10),
                tally(Decision::Sampled, Some(Disposition::Declined), true, false, 8),
                tally(Decision::Sampled, Some(Disposition::Declined), true, true, 2),
                tally(Decision::Sampled, Some(Disposition::Partial), true, true, 6),
                tally(Decision::Sampled, Some(Disposition::Completed), true, true, 24),
                tally(Decision::Sampled, None, true, true, 1),
            ],
            7_000,
        );
        assert_eq!(
            (
                funnel.arrived,
                funnel.turned_away,
                funnel.suppressed,
                funnel.eligible
            ),
            (7_148, 7_000, 5, 143)
        );
        let refused = funnel
            .dispositions
            .iter()
            .find(|count| count.disposition == "refused_capacity");
        assert_eq!(refused.map(|count| count.calls), Some(7_002));
        assert_eq!((funnel.sampled, funnel.offered, funnel.answered), (53, 51, 33));
        assert_eq!((funnel.partial, funnel.completed, funnel.in_progress), (6, 24, 1));
        assert_eq!(funnel.rates.response_rate, Some(100.0 * 30.0 / 51.0));
        assert_eq!(funnel.rates.acceptance, Some(100.0 * 24.0 / 34.0));
        assert_eq!(
            funnel.dispositions.iter().map(|count| count.calls).sum::<u64>() + funnel.in_progress,
            7_148
        );
    }

    #[test]
    fn rate_of_fewer_than_ten_calls_is_not_given() {
        let funnel = Funnel::of(
            &[tally(
                Decision::Sampled,
                Some(Disposition::Completed),
                true,
                true,
                9,
            )],
            0,
        );
        assert_eq!((funnel.rates.response_rate, funnel.rates.reach), (None, None));
        assert_eq!(Funnel::of(&[], 0), Funnel::default());
    }
}
