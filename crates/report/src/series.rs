//! Answers to one question, and only to one.
//!
//! Versions of a survey share a series when the question kept its id, metric, scale, direction and threshold (and, for
//! a plain choice, its labels); what changed any of these starts a series of its own. Answers whose definition is not
//! known, or that lie outside the scale, are counted but never scored.

mod in_steps;
pub(crate) mod score;

use std::collections::BTreeMap;

use serde::Serialize;

use self::score::{distribution, doubt_of, headline, mean, threshold};
use super::statistics::sample_size::planning_variance;
use super::statistics::{ConfidenceInterval, FEWEST_FOR_A_SCORE, NpsCounts, TargetComparison};
use crate::comparison::ComparisonView;
use crate::groups::TargetTest;
use crate::live::LiveVerdict;
use crate::quality::{self, AnswerQuality};
use aftercall_storage::tally::{AnswerTally, Doubt};
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord};

/// One question with its answers and scores. Field names are those of `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    /// Survey name.
    pub survey: String,
    /// Survey title for people.
    pub title: String,
    /// What the measurement is for.
    pub goal: String,
    /// Versions of the survey in this series, the one loaded last first.
    pub versions: Vec<String>,
    /// The question's id.
    pub question: String,
    /// The question in words.
    pub text: String,
    /// `nps`, `ces`, `csat`, `yes_no`, `choice`; `null` when the definition is not known.
    pub metric: Option<&'static str>,
    /// Smallest and largest valid value.
    pub scale: Option<ScaleBounds>,
    /// Why the direction of the scale may be the wrong one, by its words; `null`: nothing speaks against it.
    pub direction_doubt: Option<String>,
    /// Values at or beyond it, in the good direction, are counted by `score`.
    pub threshold: Option<i64>,
    /// Valid answers.
    pub n: u64,
    /// Skipped after the last attempt.
    pub skipped: u64,
    /// Stored values outside the scale.
    pub out_of_scale: u64,
    /// Answers by value.
    pub distribution: Vec<ValueCount>,
    /// The headline: NPS in points, or the percentage at or beyond the threshold. `null` below 10 answers.
    pub score: Option<Score>,
    /// The mean value. `null` below 10 answers, for NPS and for a plain choice.
    pub mean: Option<Score>,
    /// Target of the headline.
    pub target: Option<f64>,
    /// `reached`, `missed` or `cannot_tell`, by the interval of the headline.
    pub verdict: Option<&'static str>,
    /// The headline with each answer counted as often as its call stands for others; `null` where all calls had the same chance.
    pub weighted: Option<Score>,
    /// How many answers are doubtful, and the headline without them.
    pub quality: AnswerQuality,
    /// The figure beside another.
    pub comparison: Option<ComparisonView>,
    /// What can be said of a period that is still running; `null` for one that is over, and without a target.
    pub live: Option<LiveVerdict>,
    /// The headline of a part against the target, by the exact binomial; `null` but for shares of parts with a target.
    pub target_test: Option<TargetTest>,
    /// The headline of a part, moved towards that of all parts as far as few answers and small differences call for it: the fair
    /// guess. `null` but for five or more parts with names.
    pub pooled: Option<Score>,
    /// Parts whose intervals do not overlap, 1 the best; `null` below 30 answers, and where no order can be told at all.
    pub rank_group: Option<usize>,
    /// What the answers say that could be added up with others.
    #[serde(skip)]
    pub(crate) answers: Vec<AnswerCount>,
    #[serde(skip)]
    pub(crate) definition: Option<QuestionRecord>,
}

/// How a series is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScoreKind {
    /// Net Promoter Score, in points.
    Nps,
    /// The share of good values.
    Share,
    /// The mean alone.
    Mean,
    /// Counts only.
    None,
}

/// How often a value was given under the same circumstances.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct AnswerCount {
    pub(crate) value: Option<i64>,
    pub(crate) doubt: Doubt,
    pub(crate) weight: f64,
    pub(crate) answers: u64,
}

impl Series {
    /// How it is scored.
    pub fn score_kind(&self) -> ScoreKind {
        self.definition.as_ref().map_or(ScoreKind::None, score::kind)
    }

    /// Valid values with their counts.
    pub fn values(&self) -> Vec<(i64, u64)> {
        self.distribution
            .iter()
            .map(|count| (count.value, count.answers))
            .collect()
    }

    /// Good values and valid values; `None` where no share is counted.
    pub(crate) fn good(&self) -> Option<(u64, u64)> {
        score::good(self.definition.as_ref()?, &self.values())
    }

    /// Whether it has the answers to the same question, defined the same way.
    pub(crate) fn is_same_question(&self, other: &Self) -> bool {
        let is_same = match (&self.definition, &other.definition) {
            (Some(own), Some(other)) => is_comparable(own, other),
            (None, None) => self.versions == other.versions,
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_same && self.survey == other.survey && self.question == other.question
    }

    /// The same question with the answers of `whole` that are not of this part.
    pub(crate) fn rest_of(&self, whole: &Self) -> Option<Self> {
        let definition = whole.definition.as_ref()?;
        let mut rest: BTreeMap<Option<i64>, u64> = BTreeMap::new();
        for count in &whole.answers {
            *rest.entry(count.value).or_default() += count.answers;
        }
        for count in &self.answers {
            rest.entry(count.value)
                .and_modify(|answers| *answers = answers.saturating_sub(count.answers));
        }
        let count = |(value, answers)| AnswerCount {
            value,
            doubt: Doubt::default(),
            weight: 1.0,
            answers,
        };
        let rest = rest.into_iter().map(count).collect();
        Some(finish(
            Described {
                title: &whole.title,
                goal: &whole.goal,
                survey: &whole.survey,
                question: definition,
            },
            Vec::new(),
            rest,
        ))
    }
}

/// A scale with its direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScaleBounds {
    /// The smallest valid value.
    pub min: i64,
    /// The largest valid value.
    pub max: i64,
    /// Whether a high value is good.
    pub high_is_good: bool,
}

/// How often a value was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ValueCount {
    /// The value.
    pub value: i64,
    /// The value in words.
    pub label: Option<String>,
    /// How many callers gave it.
    pub answers: u64,
    /// Percent of valid answers; `null` below 10 of them.
    pub percent: Option<f64>,
}

/// A score with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The score as observed.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Valid answers.
    pub n: u64,
}

/// Counts of one question of one survey version.
type Counts = Vec<AnswerCount>;

/// Builds the series of `answers`. Surveys come with the version loaded last first; a survey without any answer is left
/// out unless `asked_for`.
pub(super) fn gather(surveys: &[SurveyRecord], answers: Vec<AnswerTally>, asked_for: bool) -> Vec<Series> {
    let mut counts: BTreeMap<(String, String, String), Counts> = BTreeMap::new();
    for tally in answers {
        let key = (tally.survey, tally.version, tally.question);
        // The weight is the last of the names, where answers are kept apart by it.
        let weight = tally.key.names.last().and_then(|weight| weight.parse().ok());
        counts.entry(key).or_default().push(AnswerCount {
            value: tally.value,
            doubt: tally.doubt,
            weight: weight
                .filter(|weight: &f64| weight.is_finite() && *weight > 0.0)
                .unwrap_or(1.0),
            answers: tally.answers,
        });
    }
    let mut builders: Vec<SeriesBuilder<'_>> = Vec::new();
    for (survey, is_latest) in with_latest(surveys) {
        // Comments are counted from their recordings.
        let asked = survey
            .questions
            .iter()
            .filter(|question| question.metric != Metric::Comment);
        for question in asked {
            let key = (
                survey.survey.name.clone(),
                survey.survey.version.clone(),
                question.id.clone(),
            );
            let found = counts.remove(&key);
            if found.is_none() && !is_latest {
                continue;
            }
            let same = builders.iter_mut().find(|known| known.takes(survey, question));
            let series = match same {
                Some(known) => known,
                None => builders.push_mut(SeriesBuilder::new(survey, question)),
            };
            series.versions.push(survey.survey.version.clone());
            series.counts.extend(found.unwrap_or_default());
        }
    }
    if !asked_for {
        let asked: Vec<String> = builders
            .iter()
            .filter(|series| !series.counts.is_empty())
            .map(|series| series.name().to_owned())
            .collect();
        builders.retain(|series| asked.iter().any(|name| name == series.name()));
    }
    let known = builders.into_iter().map(SeriesBuilder::finish);
    known.chain(counts.into_iter().map(unknown)).collect()
}

/// Each survey version, and whether it is the one of its survey that was loaded last.
fn with_latest(surveys: &[SurveyRecord]) -> impl Iterator<Item = (&SurveyRecord, bool)> {
    let mut previous: Option<&str> = None;
    surveys.iter().map(move |survey| {
        let is_latest = previous != Some(survey.survey.name.as_str());
        previous = Some(&survey.survey.name);
        (survey, is_latest)
    })
}

/// Whether the answers to two definitions of a question measure the same thing.
pub fn is_comparable(one: &QuestionRecord, other: &QuestionRecord) -> bool {
    one.metric == other.metric
        && one.scale == other.scale
        && one.high_is_good == other.high_is_good
        && threshold(one) == threshold(other)
        && (one.metric != Metric::Choice || one.labels == other.labels)
}

/// The variance of one answer for planning, in the square of the points of the score: of the valid values with their counts, and
/// some answers more, so that few do not promise too much. `None` for a question that is scored neither as NPS nor as a share.
pub fn answer_variance(question: &QuestionRecord, values: &[(i64, u64)]) -> Option<f64> {
    const POINTS: f64 = 100.0;
    let (min, max) = question.scale;
    let values: Vec<(i64, u64)> = values
        .iter()
        .copied()
        .filter(|(value, _)| (min..=max).contains(value))
        .collect();
    match score::kind(question) {
        ScoreKind::Nps => {
            let counts = NpsCounts::of(values.iter().copied());
            Some(POINTS * POINTS * planning_variance(counts))
        }
        ScoreKind::Share => {
            let (good, n) = score::good(question, &values)?;
            let share = planning_share(good, n);
            Some(POINTS * POINTS * share * (1.0 - share))
        }
        ScoreKind::Mean | ScoreKind::None => None,
    }
}

/// The share of good answers for planning, with two more of each kind.
pub(crate) fn planning_share(good: u64, n: u64) -> f64 {
    (good as f64 + 2.0) / (n as f64 + 4.0)
}

/// The questions that both versions ask and that begin another series with the new one, by id.
pub fn begun_anew<'n>(old: &SurveyRecord, new: &'n SurveyRecord) -> Vec<&'n str> {
    let is_begun_anew = |question: &&QuestionRecord| {
        let mut before = old.questions.iter().filter(|before| before.id == question.id);
        before
            .next()
            .is_some_and(|before| !is_comparable(before, question))
    };
    let questions = new.questions.iter().filter(is_begun_anew);
    questions.map(|question| question.id.as_str()).collect()
}

/// A series while it is gathered; described by the version loaded last.
struct SeriesBuilder<'a> {
    survey: &'a SurveyRecord,
    question: &'a QuestionRecord,
    versions: Vec<String>,
    counts: Counts,
}

impl<'a> SeriesBuilder<'a> {
    const fn new(survey: &'a SurveyRecord, question: &'a QuestionRecord) -> Self {
        Self {
            survey,
            question,
            versions: Vec::new(),
            counts: Vec::new(),
        }
    }

    fn name(&self) -> &str {
        &self.survey.survey.name
    }

    /// Whether answers to `question` measure the same thing.
    fn takes(&self, survey: &SurveyRecord, question: &QuestionRecord) -> bool {
        let own = self.question;
        self.name() == survey.survey.name && own.id == question.id && is_comparable(own, question)
    }

    fn finish(self) -> Series {
        let described = Described {
            survey: self.name(),
            title: &self.survey.title,
            goal: &self.survey.goal,
            question: self.question,
        };
        finish(described, self.versions.clone(), self.counts.clone())
    }
}

/// What describes a series.
#[derive(Clone, Copy)]
struct Described<'d> {
    survey: &'d str,
    title: &'d str,
    goal: &'d str,
    question: &'d QuestionRecord,
}

/// The figures of the answers to one question.
fn finish(described: Described<'_>, versions: Vec<String>, counts: Counts) -> Series {
    let Described {
        survey,
        title,
        goal,
        question,
    } = described;
    let (min, max) = question.scale;
    let (mut valid, mut skipped, mut out_of_scale) = (BTreeMap::<i64, u64>::new(), 0, 0);
    for AnswerCount { value, answers, .. } in &counts {
        match value {
            None => skipped += answers,
            Some(value) if (min..=max).contains(value) => *valid.entry(*value).or_default() += answers,
            Some(_) => out_of_scale += answers,
        }
    }
    let n = valid.values().sum();
    let values: Vec<(i64, u64)> = valid.iter().map(|(value, answers)| (*value, *answers)).collect();
    let score = headline(question, &values).filter(|score| score.n >= FEWEST_FOR_A_SCORE);
    let target = question.target.filter(|target| target.is_finite());
    let verdict = score.zip(target).map(|(score, target)| {
        let interval = ConfidenceInterval {
            low: score.low,
            high: score.high,
        };
        TargetComparison::of(interval, target).as_str()
    });
    Series {
        survey: survey.to_owned(),
        title: title.to_owned(),
        goal: goal.to_owned(),
        versions,
        question: question.id.clone(),
        text: question.text.clone(),
        metric: Some(question.metric.as_str()),
        scale: Some(ScaleBounds {
            min,
            max,
            high_is_good: question.high_is_good,
        }),
        direction_doubt: doubt_of(question),
        threshold: threshold(question),
        n,
        skipped,
        out_of_scale,
        distribution: distribution(question, valid, n),
        score,
        mean: mean(question, &values).filter(|mean| mean.n >= FEWEST_FOR_A_SCORE),
        target,
        verdict,
        weighted: score::weighted(question, &counts).filter(|score| score.n >= FEWEST_FOR_A_SCORE),
        quality: quality::of(question, &counts),
        comparison: None,
        live: None,
        target_test: None,
        pooled: None,
        rank_group: None,
        answers: counts,
        definition: Some(question.clone()),
    }
}

/// Answers of which nobody knows the question.
fn unknown(((survey, version, question), counts): ((String, String, String), Counts)) -> Series {
    let mut distribution = Vec::new();
    let mut skipped = 0;
    for AnswerCount { value, answers, .. } in &counts {
        let Some(value) = *value else {
            skipped += answers;
            continue;
        };
        match distribution
            .iter_mut()
            .find(|count: &&mut ValueCount| count.value == value)
        {
            Some(known) => known.answers += answers,
            None => distribution.push(ValueCount {
                value,
                label: None,
                answers: *answers,
                percent: None,
            }),
        }
    }
    distribution.sort_by_key(|count| count.value);
    Series {
        title: survey.clone(),
        survey,
        goal: String::new(),
        versions: vec![version],
        text: String::new(),
        question,
        metric: None,
        scale: None,
        direction_doubt: None,
        threshold: None,
        n: distribution.iter().map(|count| count.answers).sum(),
        skipped,
        out_of_scale: 0,
        distribution,
        score: None,
        mean: None,
        target: None,
        verdict: None,
        weighted: None,
        quality: AnswerQuality::default(),
        comparison: None,
        live: None,
        target_test: None,
        pooled: None,
        rank_group: None,
        answers: counts,
        definition: None,
    }
}

#[cfg(test)]
mod tests;
