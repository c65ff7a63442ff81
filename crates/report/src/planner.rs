//! How many answers a question needs, and how long that takes: from the figures of the last days.
//!
//! "To see a change of 5 points with 80 % power this queue needs 610 answers in each period: 28 days at the present rate; one call in 4
//! would take 11 days."

use serde::Serialize;

use crate::funnel::Funnel;
use crate::report::{FilterView, PeriodView, Report};
use crate::series::{ScoreKind, Series, planning_share};
use crate::statistics::NpsCounts;
use crate::statistics::sample_size::{self, Power};

/// N of "one call in N" that are compared.
const CHOICES: [u32; 12] = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100];
/// Longer than this is not told in days: nobody waits ten years.
const MOST_DAYS: f64 = 3_660.0;

/// What is wanted of the answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PlanGoal {
    /// A change of so many points (of NPS, or percentage points) from one period to the next is seen.
    Change {
        /// Points.
        points: f64,
        /// How surely.
        power: Power,
    },
    /// The 95 % interval reaches so many points to either side.
    HalfWidth {
        /// Points.
        points: f64,
    },
}

/// The plan of a selection.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SamplePlan {
    /// Version of this format: 1.
    pub format: u32,
    /// The days whose calls and answers it goes by.
    pub basis: PeriodView,
    /// Whole days of it that are over.
    pub days: f64,
    /// What calls were selected by.
    pub filters: Vec<FilterView>,
    /// What is wanted, in words.
    pub goal: String,
    /// The questions of all calls together.
    pub questions: Vec<PlannedQuestion>,
    /// The same for each part.
    pub parts: Vec<PlannedPart>,
}

/// The plan of one part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedPart {
    /// Its name.
    pub name: String,
    /// What it is called, by the directory.
    pub label: Option<String>,
    /// Its questions.
    pub questions: Vec<PlannedQuestion>,
}

/// The plan of one question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedQuestion {
    /// The survey.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// `nps`, `ces`, `csat` or `yes_no`.
    pub metric: Option<&'static str>,
    /// Answers in the basis.
    pub n: u64,
    /// Answers a day, on average.
    pub per_day: f64,
    /// Answers that the goal needs, in each period; `null`: the goal is out of reach of the scale.
    pub needed: Option<u64>,
    /// Days until they are there at the present rate; `null`: no answers come, or more than ten years.
    pub days: Option<f64>,
    /// Sampled calls stand for so many on average: N of "one call in N".
    pub one_in: Option<f64>,
    /// Other N, each with the days that it would take.
    pub choices: Vec<PlanChoice>,
    /// The plan in a sentence.
    pub sentence: String,
}

/// Another N.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PlanChoice {
    /// One call in how many.
    pub every: u32,
    /// Answers a day.
    pub per_day: f64,
    /// Days until the answers are there; `null`: more than ten years.
    pub days: Option<f64>,
}

impl PlannedQuestion {
    /// The largest N that takes half as long as the present one, or less.
    pub fn sooner(&self) -> Option<PlanChoice> {
        sooner(self.days, self.one_in, &self.choices)
    }
}

impl PlanGoal {
    fn in_words(self) -> String {
        match self {
            Self::Change { points, power } => format!(
                "to see a change of {} points from one period to the next with {} % power",
                trimmed(points),
                trimmed(power.power * 100.0)
            ),
            Self::HalfWidth { points } => format!("for a 95 % interval of +-{} points", trimmed(points)),
        }
    }

    /// Answers that a question needs by those that it has.
    fn needed(self, series: &Series) -> Option<u64> {
        let values = series.values();
        match (series.score_kind(), self) {
            (ScoreKind::Nps, Self::Change { points, power }) => {
                sample_size::nps_change(NpsCounts::of(values.iter().copied()), points, power)
            }
            (ScoreKind::Nps, Self::HalfWidth { points }) => {
                sample_size::nps_half_width(NpsCounts::of(values.iter().copied()), points)
            }
            (ScoreKind::Share, goal) => {
                let (good, n) = series.good()?;
                let share = planning_share(good, n);
                match goal {
                    Self::Change { points, power } => {
                        let change = points / 100.0;
                        let to = if share >= change {
                            share - change
                        } else {
                            share + change
                        };
                        sample_size::share_change(share, to, power)
                    }
                    Self::HalfWidth { points } => sample_size::share_half_width(share, points / 100.0),
                }
            }
            (ScoreKind::Mean | ScoreKind::None, _) => None,
        }
    }
}

impl SamplePlan {
    /// The plan by the figures of a report. Its period says how many days the rates are of.
    pub fn of(report: &Report, goal: PlanGoal, days: f64) -> Self {
        let questions = |calls: &Funnel, questions: &[Series]| -> Vec<PlannedQuestion> {
            let scored = questions
                .iter()
                .filter(|series| matches!(series.score_kind(), ScoreKind::Nps | ScoreKind::Share));
            scored.map(|series| planned(calls, series, goal, days)).collect()
        };
        let parts = report
            .groups
            .iter()
            .flat_map(|groups| &groups.parts)
            .map(|part| PlannedPart {
                name: part.name.clone(),
                label: part.label.clone(),
                questions: questions(&part.calls, &part.questions),
            });
        Self {
            format: 1,
            basis: report.period.clone(),
            days,
            filters: report.filters.clone(),
            goal: goal.in_words(),
            questions: questions(&report.calls, &report.questions),
            parts: parts.collect(),
        }
    }
}

fn planned(calls: &Funnel, series: &Series, goal: PlanGoal, days: f64) -> PlannedQuestion {
    let per_day = series.n as f64 / days;
    let needed = goal.needed(series);
    let one_in = (calls.sampled > 0).then(|| calls.eligible as f64 / calls.sampled as f64);
    let answers_per_sampled = (calls.sampled > 0).then(|| series.n as f64 / calls.sampled as f64);
    let until = |per_day: f64| {
        let days = needed? as f64 / per_day;
        (days.is_finite() && days <= MOST_DAYS).then_some(days)
    };
    let choice = |every: u32| {
        let per_day =
            calls.eligible as f64 / days / f64::from(every) * answers_per_sampled.unwrap_or_default();
        PlanChoice {
            every,
            per_day,
            days: until(per_day),
        }
    };
    let choices: Vec<PlanChoice> = CHOICES
        .into_iter()
        .map(choice)
        .filter(|choice| choice.per_day > 0.0)
        .collect();
    let days_at_present = until(per_day);
    PlannedQuestion {
        survey: series.survey.clone(),
        question: series.question.clone(),
        metric: series.metric,
        n: series.n,
        per_day,
        needed,
        days: days_at_present,
        one_in,
        sentence: sentence(goal, needed, days_at_present, one_in, &choices),
        choices,
    }
}

/// The plan in a sentence, with the N that takes half as long or less.
fn sentence(
    goal: PlanGoal,
    needed: Option<u64>,
    days: Option<f64>,
    one_in: Option<f64>,
    choices: &[PlanChoice],
) -> String {
    let Some(needed) = needed else {
        return "The goal lies beyond the ends of the scale.".to_owned();
    };
    let mut words = goal.in_words();
    if let Some(first) = words.get(..1) {
        words = format!("{}{}", first.to_uppercase(), words.get(1..).unwrap_or_default());
    }
    let each = match goal {
        PlanGoal::Change { .. } => " in each period",
        PlanGoal::HalfWidth { .. } => "",
    };
    let present = match days {
        Some(days) => format!("{} at the present rate", in_days(days)),
        None => "not within ten years at the present rate".to_owned(),
    };
    let other = sooner(days, one_in, choices).and_then(|choice| {
        Some(format!(
            "; `every = {}` would take {}",
            choice.every,
            in_days(choice.days?)
        ))
    });
    format!(
        "{words} {needed} answers are needed{each}: {present}{}.",
        other.unwrap_or_default()
    )
}

fn sooner(days: Option<f64>, one_in: Option<f64>, choices: &[PlanChoice]) -> Option<PlanChoice> {
    let mut choices = choices.iter().rev();
    let found = choices.find(|choice| {
        let is_denser = one_in.is_none_or(|one_in| f64::from(choice.every) < one_in * 0.9);
        let is_faster = choice
            .days
            .is_some_and(|other| days.is_none_or(|days| other <= days / 2.0));
        is_denser && is_faster
    });
    found.copied()
}

fn in_days(days: f64) -> String {
    match days.ceil() {
        days if days <= 1.0 => "a day".to_owned(),
        days if days < 21.0 => format!("{days:.0} days"),
        days => format!("{:.0} weeks", (days / 7.0).ceil()),
    }
}

/// A number without a useless `.0`.
fn trimmed(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{PlanGoal, planned};
    use crate::funnel::Funnel;
    use crate::series;
    use crate::statistics::sample_size::{Power, share_change};
    use aftercall_storage::selection::TallyKey;
    use aftercall_storage::tally::{AnswerTally, CallCounts, Doubt};
    use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

    fn csat(good: u64, bad: u64) -> series::Series {
        let survey = SurveyRecord {
            survey: SurveyVersion {
                name: "s".to_owned(),
                version: "1".to_owned(),
            },
            title: String::new(),
            goal: String::new(),
            definition: String::new(),
            questions: vec![QuestionRecord {
                id: "csat".to_owned(),
                metric: Metric::Csat,
                text: String::new(),
                scale: (1, 5),
                high_is_good: true,
                threshold: None,
                target: None,
                labels: Vec::new(),
            }],
        };
        let tally = |value, answers| AnswerTally {
            key: TallyKey::default(),
            survey: "s".to_owned(),
            version: "1".to_owned(),
            question: "csat".to_owned(),
            value: Some(value),
            doubt: Doubt::default(),
            answers,
        };
        series::gather(&[survey], vec![tally(5, good), tally(1, bad)], true).remove(0)
    }

    /// 2,500 eligible calls of which each tenth was sampled.
    fn calls() -> Funnel {
        let counts = CallCounts {
            arrived: 2_500,
            eligible: 2_500,
            sampled: 250,
            ..CallCounts::default()
        };
        Funnel::of(counts, 0)
    }

    #[test]
    fn plan_says_how_long_it_takes_now_and_with_another_n() {
        let goal = PlanGoal::Change {
            points: 5.0,
            power: Power::default(),
        };
        let plan = planned(&calls(), &csat(80, 20), goal, 28.0);
        let share = 82.0 / 104.0;
        let needed = share_change(share, share - 0.05, Power::default()).unwrap();
        assert_eq!(plan.needed, Some(needed));
        let per_day = 100.0 / 28.0;
        assert!((plan.per_day - per_day).abs() < 1e-12);
        assert!((plan.days.unwrap() - needed as f64 / per_day).abs() < 1e-9);
        let of = |every| plan.choices.iter().find(|choice| choice.every == every).unwrap();
        assert!(
            (of(10).per_day - per_day).abs() < 1e-9,
            "the present N is one of the choices"
        );
        assert!(
            (of(5).days.unwrap() * 2.0 - plan.days.unwrap()).abs() < 1e-9,
            "half of N takes half as long"
        );
        assert!(
            plan.sentence
                .contains(&format!(" {needed} answers are needed in each period: ")),
            "{}",
            plan.sentence
        );
        assert!(
            plan.sentence.contains("`every = 5` would take"),
            "{}",
            plan.sentence
        );
    }

    #[test]
    fn nothing_is_promised_where_no_answers_come() {
        let plan = planned(
            &Funnel::default(),
            &csat(0, 0),
            PlanGoal::HalfWidth { points: 8.0 },
            28.0,
        );
        assert_eq!((plan.days, plan.one_in, plan.choices.len()), (None, None, 0));
        assert!(
            plan.needed.is_some() && plan.sentence.contains("not within ten years"),
            "{}",
            plan.sentence
        );
        let beyond = planned(
            &calls(),
            &csat(80, 20),
            PlanGoal::Change {
                points: 150.0,
                power: Power::default(),
            },
            28.0,
        );
        assert_eq!((beyond.needed, beyond.days), (None, None));
    }
}
