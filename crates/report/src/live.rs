//! Verdicts on a period that is still running, at which people look every day or every minute.
//!
//! An ordinary test is right in 95 of 100 looks, so who looks daily sees a change that is none in one month of four. Running periods
//! therefore get verdicts that hold for all looks together ([`anytime`]); those of a period that is over are the classical ones.

use serde::Serialize;

use crate::series::score::good;
use crate::series::{ScoreKind, Series};
use crate::statistics::NpsCounts;
use crate::statistics::anytime::{self, AnytimeVerdict};
use crate::trend::Trend;

/// A verdict that holds however often somebody looks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiveVerdict {
    /// With what: `target`.
    pub with: &'static str,
    /// `higher`, `lower` or `cannot_tell`; a decision stays.
    pub verdict: &'static str,
    /// A p value that is valid at every look.
    pub p: f64,
    /// The local day since which it is decided; `null`: it is not.
    pub decided_on: Option<String>,
    /// Where the score is, or the difference: lower end of an interval that is right at all looks together.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Adds live verdicts to the questions of a running period: against their targets, and instead of the classical comparison with
/// `other`. Both trends have daily steps, and the questions in the order of `questions`.
pub(crate) fn judge(questions: &mut [Series], own: &Trend, other: Option<&Trend>) {
    for (index, series) in questions.iter_mut().enumerate() {
        let Some(daily) = daily(series, own, index) else {
            continue;
        };
        let (kind, target) = (series.score_kind(), series.target);
        let target = target.map(|target| {
            if kind == ScoreKind::Share {
                target / 100.0
            } else {
                target
            }
        });
        if let Some(verdict) = target.and_then(|target| daily.against_target(target)) {
            series.live = Some(live("target", &verdict, own, unit(kind)));
        }
        let Some(other) = other.and_then(|other| self::daily(series, other, index)) else {
            continue;
        };
        let verdict = daily.against(&other);
        if let Some((comparison, verdict)) = series.comparison.as_mut().zip(verdict) {
            comparison.verdict = verdict.decision.verdict.as_str();
            comparison.p = verdict.decision.p();
            comparison.low = verdict.interval.low * unit(kind);
            comparison.high = verdict.interval.high * unit(kind);
            comparison.test = "anytime";
        }
    }
}

/// Shares are shown in percent.
const fn unit(kind: ScoreKind) -> f64 {
    match kind {
        ScoreKind::Share => 100.0,
        ScoreKind::Nps | ScoreKind::Mean | ScoreKind::None => 1.0,
    }
}

fn live(with: &'static str, verdict: &AnytimeVerdict, trend: &Trend, unit: f64) -> LiveVerdict {
    let day = |bucket: usize| trend.points.get(bucket).map(|point| point.start.clone());
    LiveVerdict {
        with,
        verdict: verdict.decision.verdict.as_str(),
        p: verdict.decision.p(),
        decided_on: verdict.decision.decided_at_bucket.and_then(day),
        low: verdict.interval.low * unit,
        high: verdict.interval.high * unit,
    }
}

/// The answers to a question day by day.
fn daily(series: &Series, trend: &Trend, index: usize) -> Option<anytime::Series> {
    let definition = series.definition.as_ref()?;
    let days = trend.points.iter().map(|point| {
        point
            .questions
            .get(index)
            .map_or(&[][..], |own| own.counts.as_slice())
    });
    match series.score_kind() {
        ScoreKind::Nps => {
            let days: Vec<NpsCounts> = days.map(|counts| NpsCounts::of(counts.iter().copied())).collect();
            Some(anytime::Series::nps(&days))
        }
        ScoreKind::Share => {
            let days: Option<Vec<(u64, u64)>> = days.map(|counts| good(definition, counts)).collect();
            anytime::Series::shares(&days?)
        }
        ScoreKind::Mean => {
            let (min, max) = definition.scale;
            let days: Vec<&[(i64, u64)]> = days.collect();
            anytime::Series::values(&(min..=max), &days)
        }
        ScoreKind::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::comparison::compare_all;
    use crate::period::{Calendar, PeriodName};
    use crate::query::TrendStep;
    use crate::{series, trend};
    use aftercall_storage::selection::TallyKey;
    use aftercall_storage::tally::{AnswerTally, Doubt, StepAnswers};
    use aftercall_survey::{Metric, QuestionRecord, SurveyRecord, SurveyVersion};

    fn survey() -> SurveyRecord {
        SurveyRecord {
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
                text: "How satisfied?".to_owned(),
                scale: (1, 5),
                high_is_good: true,
                threshold: None,
                target: Some(80.0),
                labels: Vec::new(),
            }],
        }
    }

    /// So many good and bad answers on each day of November up to the 20th.
    fn answers(good: u64, bad: u64, month: u32) -> Vec<AnswerTally> {
        let tally = |day: u32, value, answers| AnswerTally {
            key: TallyKey {
                bucket: format!("2026-{month:02}-{day:02}"),
                names: Vec::new(),
            },
            survey: "s".to_owned(),
            version: "1".to_owned(),
            question: "csat".to_owned(),
            value: Some(value),
            doubt: Doubt::default(),
            answers,
        };
        (1..=20)
            .flat_map(|day| [tally(day, 5, good), tally(day, 1, bad)])
            .collect()
    }

    fn step_answers(tally: AnswerTally) -> StepAnswers {
        StepAnswers {
            step: tally.key.bucket,
            survey: tally.survey,
            version: tally.version,
            question: tally.question,
            counts: vec![(tally.value, tally.answers)],
        }
    }

    #[test]
    fn fall_of_a_running_month_is_told_with_the_day_since_which_it_is_sure() {
        let calendar = Calendar::new(chrono_tz::Tz::UTC, "2026-11-20T12:00:00Z".parse().unwrap());
        let period = PeriodName::parse("this-month").unwrap().period(calendar);
        let (now, before) = (answers(10, 10, 11), answers(16, 4, 10));
        let surveys = [survey()];
        let mut questions = series::gather(&surveys, now.clone(), false);
        let others = series::gather(&surveys, before.clone(), false);
        compare_all(&mut questions, &others, "previous");
        assert_eq!(questions[0].comparison.as_ref().unwrap().test, "two_proportions");
        let daily = |answers: Vec<AnswerTally>, period| {
            let steps = answers.into_iter().map(step_answers).collect();
            trend::gather(TrendStep::Day, period, &surveys, Vec::new(), steps, &others)
        };
        let previous = period.previous().unwrap();
        judge(
            &mut questions,
            &daily(now, &period),
            Some(&daily(before, &previous)),
        );
        let live = questions[0].live.as_ref().unwrap();
        assert_eq!((live.with, live.verdict), ("target", "lower"));
        assert!(
            live.decided_on.as_ref().unwrap().as_str() < "2026-11-10",
            "{live:?}"
        );
        assert!(
            live.low < 50.0 && 50.0 < live.high && live.high < 80.0,
            "{live:?}"
        );
        let comparison = questions[0].comparison.as_ref().unwrap();
        assert_eq!((comparison.test, comparison.verdict), ("anytime", "lower"));
        assert!(
            (comparison.difference + 30.0).abs() < 1e-9 && comparison.high < 0.0,
            "{comparison:?}"
        );
    }
}
