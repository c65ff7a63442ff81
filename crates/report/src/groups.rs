//! The figures of parts: queues, teams, agents, versions, languages, weekdays, hours.
//!
//! Parts stand in the order of their names, not of their scores: who ranks by a score of few answers ranks chance. Each is compared with
//! all others together; where a target is set, each is held against it by the exact binomial, and which of them miss it is
//! decided for all of them at once (Benjamini and Hochberg 1995).

use std::collections::BTreeMap;

use chrono::Weekday;
use serde::Serialize;

use crate::comparison::{self, ComparisonView, compare_shares};
use crate::directory::Directory;
use crate::funnel::Funnel;
use crate::query::Grouping;
use crate::series::{self, Score, ScoreKind, Series};
use crate::statistics::pooling::{pooled_nps, pooled_shares, rank_groups};
use crate::statistics::{ConfidenceInterval, FEWEST_FOR_A_SCORE, NpsCounts, binomial};
use aftercall_storage::selection::{Bucket, Dimension, Split, TallyKey};
use aftercall_storage::tally::{AnswerTally, CallCounts, CallTally};
use aftercall_survey::SurveyRecord;

/// Which part of the p values that are called a miss may be chance.
const FALSE_DISCOVERIES: f64 = 0.05;

/// Parts side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Groups {
    /// What they are parts by: `queue`, `agent`, `weekday`, ...
    pub by: &'static str,
    /// The parts, by name.
    pub parts: Vec<Part>,
}

/// One part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its name as stored; empty: not known. Weekdays are 1 (Monday) to 7, hours 00 to 23.
    pub name: String,
    /// What it is called, by the directory of names; `null`: not there.
    pub label: Option<String>,
    /// Its calls.
    pub calls: Funnel,
    /// Its answers.
    pub questions: Vec<Series>,
    /// Its response rate beside that of all others.
    pub response_rate: Option<ComparisonView>,
}

/// A share against its target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TargetTest {
    /// How often a part that meets the target shows so few good answers or fewer.
    pub p: f64,
    /// The same, adjusted for the number of parts that are looked at.
    pub adjusted_p: f64,
    /// Whether it misses the target, as far as chance allows to say.
    pub is_missed: bool,
}

impl Grouping {
    /// The counts that parts are made of.
    pub(crate) fn split(self) -> Split {
        match self {
            Self::Name(dimension) => Split {
                by: match dimension {
                    Dimension::SurveyVersion => vec![Dimension::Survey, Dimension::SurveyVersion],
                    other => vec![other],
                },
                bucket: None,
            },
            Self::Weekday => Split {
                by: Vec::new(),
                bucket: Some(Bucket::Weekday),
            },
            Self::HourOfDay => Split {
                by: Vec::new(),
                bucket: Some(Bucket::HourOfDay),
            },
        }
    }

    /// The part to which counts belong.
    fn part(self, key: &TallyKey) -> String {
        match self {
            Self::Name(_) => key.names.join(" "),
            Self::Weekday | Self::HourOfDay => key.bucket.clone(),
        }
    }
}

/// The parts of what was counted; `whole` has the figures of all of them together.
pub(crate) fn gather(
    by: Grouping,
    surveys: &[SurveyRecord],
    calls: Vec<CallTally>,
    answers: Vec<AnswerTally>,
    whole: (&Funnel, &[Series]),
    directory: &Directory,
) -> Groups {
    let mut counts: BTreeMap<String, (CallCounts, Vec<AnswerTally>)> = BTreeMap::new();
    for tally in calls {
        counts
            .entry(by.part(&tally.key))
            .or_default()
            .0
            .add(&tally.counts);
    }
    for mut tally in answers {
        let part = by.part(&tally.key);
        // What is behind the last name would be read as a weight.
        tally.key = TallyKey::default();
        counts.entry(part).or_default().1.push(tally);
    }
    let (funnel, questions) = whole;
    let part = |(name, (counts, answers)): (String, (CallCounts, Vec<AnswerTally>))| {
        let calls = Funnel::of(counts, 0);
        let mut own = series::gather(surveys, answers, false);
        for series in &mut own {
            let whole = questions.iter().find(|whole| series.is_same_question(whole));
            let rest = whole.and_then(|whole| series.rest_of(whole));
            series.comparison = rest.and_then(|rest| comparison::compare(series, &rest, "rest"));
        }
        let (part, offered) = calls.responses();
        let (all, all_offered) = funnel.responses();
        let rest = (all.saturating_sub(part), all_offered.saturating_sub(offered));
        Part {
            label: label(by, &name, directory),
            response_rate: compare_shares((part, offered), rest, "rest"),
            name,
            calls,
            questions: own,
        }
    };
    let mut parts: Vec<Part> = counts.into_iter().map(part).collect();
    against_targets(&mut parts, questions);
    if matches!(by, Grouping::Name(_)) {
        pool_and_rank(&mut parts, questions);
    }
    Groups {
        by: by.as_str(),
        parts,
    }
}

/// Holds each part's share against the target, and all of them at once; a part with too few answers for a score has counts only, and is none of those
/// whose number p is adjusted for.
fn against_targets(parts: &mut [Part], questions: &[Series]) {
    for whole in questions
        .iter()
        .filter(|whole| whole.score_kind() == ScoreKind::Share)
    {
        let Some(target) = whole.target.map(|target| target / 100.0) else {
            continue;
        };
        let mut tested: Vec<(&mut Series, f64)> = Vec::new();
        for part in parts.iter_mut() {
            let Some(series) = part
                .questions
                .iter_mut()
                .find(|series| series.is_same_question(whole))
            else {
                continue;
            };
            let p = series
                .good()
                .filter(|(_, n)| *n >= FEWEST_FOR_A_SCORE)
                .and_then(|(hits, n)| binomial::at_most(hits, n, target));
            if let Some(p) = p {
                tested.push((series, p));
            }
        }
        let p_values: Vec<Option<f64>> = tested.iter().map(|(_, p)| Some(*p)).collect();
        let adjusted = binomial::false_discovery::adjusted(&p_values);
        for ((series, p), adjusted) in tested.into_iter().zip(adjusted) {
            series.target_test = adjusted.map(|adjusted_p| TargetTest {
                p,
                adjusted_p,
                is_missed: adjusted_p <= FALSE_DISCOVERIES,
            });
        }
    }
}

/// Adds to each part's headline the one that is pooled with the others, and the group in which it may be ranked.
fn pool_and_rank(parts: &mut [Part], questions: &[Series]) {
    for whole in questions {
        let mut same: Vec<&mut Series> = parts
            .iter_mut()
            .filter_map(|part| {
                part.questions
                    .iter_mut()
                    .find(|series| series.is_same_question(whole))
            })
            .collect();
        let (pooled, unit) = match whole.score_kind() {
            ScoreKind::Nps => {
                let counts = same.iter().map(|series| NpsCounts::of(series.values()));
                (pooled_nps(&counts.collect::<Vec<_>>()), 1.0)
            }
            ScoreKind::Share => {
                let good: Option<Vec<(u64, u64)>> = same.iter().map(|series| series.good()).collect();
                (good.and_then(|good| pooled_shares(&good)), 100.0)
            }
            ScoreKind::Mean | ScoreKind::None => continue,
        };
        for (series, pooled) in same.iter_mut().zip(pooled.unwrap_or_default()) {
            series.pooled = pooled
                .filter(|pooled| pooled.n >= FEWEST_FOR_A_SCORE)
                .map(|pooled| Score {
                    value: pooled.point * unit,
                    low: pooled.interval.low * unit,
                    high: pooled.interval.high * unit,
                    n: pooled.n,
                });
        }
        let ranked: Vec<(u64, ConfidenceInterval)> = same
            .iter()
            .map(|series| {
                let score = series.score.map(|score| ConfidenceInterval {
                    low: score.low,
                    high: score.high,
                });
                (
                    series.n,
                    score.unwrap_or(ConfidenceInterval { low: 0.0, high: 0.0 }),
                )
            })
            .collect();
        let groups = rank_groups(&ranked);
        // One group is no order.
        if groups.iter().flatten().max().is_some_and(|last| *last > 1) {
            for (series, group) in same.iter_mut().zip(groups) {
                series.rank_group = group;
            }
        }
    }
}

/// What a part is called beside its name.
fn label(by: Grouping, name: &str, directory: &Directory) -> Option<String> {
    match by {
        Grouping::Weekday => {
            let number: u8 = name.parse().ok()?;
            let day = Weekday::try_from(number.checked_sub(1)?).ok()?;
            Some(format!("{day}"))
        }
        Grouping::HourOfDay if name.len() == 2 => Some(format!("{name}:00")),
        Grouping::HourOfDay => None,
        Grouping::Name(dimension) => directory.name(dimension, name).map(str::to_owned),
    }
}
