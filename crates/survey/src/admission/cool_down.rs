//! Cool-down: how long a caller is not surveyed again after a survey was offered.
//!
//! What counts is that a survey was *offered* (answered by us), or is being offered at this moment; a call that was
//! only counted, refused or cancelled leaves its caller as free as before.

use chrono::{DateTime, TimeDelta, Utc};

use super::reason::AdmissionReason;
use super::state::RuleInput;

/// Days of peace; 0 is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoolDown {
    /// Days after any survey; 0 for none.
    pub any_days: u32,
    /// After the same survey, whatever its version; it matters where it is more than after any.
    pub same_survey_days: u32,
}

impl Default for CoolDown {
    fn default() -> Self {
        Self {
            any_days: 90,
            same_survey_days: 0,
        }
    }
}

/// A survey that was offered to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedSurvey {
    /// The name of the survey that was offered, without its version.
    pub survey: String,
    /// When the call arrived.
    pub at: DateTime<Utc>,
}

impl CoolDown {
    /// No caller is ever too early.
    pub const OFF: Self = Self {
        any_days: 0,
        same_survey_days: 0,
    };

    /// The longest time in which an earlier survey could matter; `None` when none could.
    pub fn longest(self) -> Option<TimeDelta> {
        match self.any_days.max(self.same_survey_days) {
            0 => None,
            days => Some(TimeDelta::days(i64::from(days))),
        }
    }

    /// The earlier survey that stands against another one, the latest of them; and the days that must pass.
    pub fn blocking_survey<'o>(
        self,
        offered: impl IntoIterator<Item = &'o OfferedSurvey>,
        survey: Option<&str>,
        at: DateTime<Utc>,
    ) -> Option<(&'o OfferedSurvey, u32)> {
        let stands =
            |earlier: &&'o OfferedSurvey, days: u32| earlier.at + TimeDelta::days(i64::from(days)) > at;
        let days = |earlier: &OfferedSurvey| match survey == Some(earlier.survey.as_str()) {
            true => self.any_days.max(self.same_survey_days),
            false => self.any_days,
        };
        offered
            .into_iter()
            .map(|earlier| (earlier, days(earlier)))
            .filter(|(earlier, days)| *days > 0 && stands(earlier, *days))
            .max_by_key(|(earlier, days)| earlier.at + TimeDelta::days(i64::from(*days)))
    }
}

/// Objects to a caller who was offered a survey not long ago.
pub(super) fn evaluate(input: &RuleInput<'_, '_>) -> Option<AdmissionReason> {
    let (earlier, days) =
        input
            .terms
            .cool_down
            .blocking_survey(input.offered(), input.survey(), input.call.arrived_at)?;
    Some(AdmissionReason::CoolDown {
        survey: earlier.survey.clone(),
        last: earlier.at,
        days,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::{CoolDown, OfferedSurvey};

    fn day(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    #[test]
    fn caller_is_free_when_the_days_have_passed_to_the_second() {
        let cool_down = CoolDown {
            any_days: 10,
            same_survey_days: 30,
        };
        let offered = [OfferedSurvey {
            survey: "nps".to_owned(),
            at: day(100),
        }];
        let second = TimeDelta::seconds(1);
        for (survey, at, free) in [
            ("other", day(110) - second, false),
            ("other", day(110), true),
            ("nps", day(110), false),
            ("nps", day(130) - second, false),
            ("nps", day(130), true),
            ("nps", day(99), false),
        ] {
            let blocking_survey = cool_down.blocking_survey(&offered, Some(survey), at);
            assert_eq!(blocking_survey.is_none(), free, "{survey} at {at}");
        }
        assert!(cool_down.blocking_survey(&[], Some("nps"), day(100)).is_none());
        assert!(
            CoolDown::OFF
                .blocking_survey(&offered, Some("nps"), day(100))
                .is_none()
        );
    }

    #[test]
    fn shorter_peace_after_the_same_survey_does_not_shorten_that_after_any() {
        let cool_down = CoolDown {
            any_days: 30,
            same_survey_days: 10,
        };
        let offered = [OfferedSurvey {
            survey: "nps".to_owned(),
            at: day(0),
        }];
        let blocking_survey = cool_down.blocking_survey(&offered, Some("nps"), day(20));
        assert_eq!(blocking_survey.map(|(_, days)| days), Some(30));
    }
}
