//! Reads what is known of the strata of a route: from the counts that reports read, never call by call.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};

use super::decision::{Evidence, Wanted};
use super::week::{LocalHours, Week};
use aftercall_report::series::is_comparable;
use aftercall_storage::selection::{
    Bucket, Dimension, NamePattern, PeriodFilter, Selection, Split, TallyKey,
};
use aftercall_storage::tally::AnswerTally;
use aftercall_storage::{Snapshot, Store, StoreError};
use aftercall_survey::SurveyRecord;
use aftercall_survey::admission::{RouteRules, Stratum, StratumKind};

/// Strata of a route that are planned, those of the most calls first. Others keep the configured N.
const MOST_STRATA: usize = 1_000;

/// Days of calls that are compared: four weeks, and one more, which tells since when a stratum is there.
const DAYS_OF_CALLS: u64 = 35;

/// Days of samples and answers that tell how many answer, and how their answers vary.
const DAYS_OF_ANSWERS: u64 = 28;

/// Reads it.
pub(super) async fn read(
    store: &impl Store,
    rules: &RouteRules,
    wanted: &Wanted<'_>,
    survey: &SurveyRecord,
    now: DateTime<Utc>,
) -> Result<Vec<(Stratum, Evidence)>, StoreError> {
    let today = now.with_timezone(&wanted.zone).date_naive();
    let week = Week::of(now, wanted.autopilot.until, wanted.zone);
    let reader = Reader {
        rules,
        survey: &survey.survey.name,
    };
    let mut snapshot = store.snapshot().await?;
    let versions = reader.versions(&mut snapshot, wanted).await?;
    let mut strata = reader.calls(&mut snapshot, before(today, DAYS_OF_CALLS)).await?;
    let since = before(today, DAYS_OF_ANSWERS);
    for tally in snapshot
        .call_tallies(&reader.selection(since), &reader.split(None))
        .await?
    {
        if let Some(evidence) = strata.get_mut(&reader.counted_as(&tally.key)) {
            evidence.sampled += tally.counts.sampled;
        }
    }
    let is_counted = |tally: &AnswerTally| {
        tally.question == wanted.question.id && versions.contains(tally.version.as_str())
    };
    for tally in snapshot
        .answer_tallies(&reader.selection(since), &reader.split(None))
        .await?
    {
        let evidence = strata.get_mut(&reader.counted_as(&tally.key));
        if let (Some(evidence), Some(value), true) = (evidence, tally.value, is_counted(&tally)) {
            evidence.values.push((value, tally.answers));
        }
    }
    let by_weight = reader.split(Some(Dimension::Weight));
    for tally in snapshot
        .answer_tallies(&reader.selection(week.first_day), &by_weight)
        .await?
    {
        let evidence = strata.get_mut(&reader.counted_as(&tally.key));
        if let (Some(evidence), Some(_), true) = (evidence, tally.value, is_counted(&tally)) {
            evidence.collected.push((one_call_in(&tally.key), tally.answers));
        }
    }
    Ok(strata
        .into_iter()
        .map(|(counted_as, evidence)| (reader.stratum(counted_as), evidence))
        .collect())
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// The weight, which is the last of the names, as N; the weight of a share, which was there before the autopilot, is rounded.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float ends at the bounds of the integer"
)]
fn one_call_in(key: &TallyKey) -> u32 {
    let weight = key.names.last().and_then(|weight| weight.parse::<f64>().ok());
    weight.map_or(1, |weight| weight.round() as u32).max(1)
}

/// Asks for the calls of a route that were for its survey.
struct Reader<'r> {
    rules: &'r RouteRules,
    survey: &'r str,
}

impl Reader<'_> {
    /// From a local day on.
    fn selection(&self, from_day: NaiveDate) -> Selection {
        let only = |dimension, name| (dimension, vec![NamePattern::exactly(name)]);
        Selection {
            period: PeriodFilter {
                from_day: Some(from_day),
                ..PeriodFilter::default()
            },
            names: vec![
                only(Dimension::Route, self.rules.name.as_str()),
                only(Dimension::Survey, self.survey),
            ],
            ..Selection::default()
        }
    }

    /// By what the strata of the route are called, and something else.
    fn split(&self, more: Option<Dimension>) -> Split {
        Split {
            by: self.dimension().into_iter().chain(more).collect(),
            bucket: None,
        }
    }

    const fn dimension(&self) -> Option<Dimension> {
        match self.rules.stratum_kind {
            StratumKind::Queue => Some(Dimension::Queue),
            StratumKind::Agent => Some(Dimension::Agent),
            StratumKind::Route => None,
        }
    }

    fn counted_as(&self, key: &TallyKey) -> String {
        let named = self.dimension().and_then(|_| key.names.first());
        named.cloned().unwrap_or_default()
    }

    fn stratum(&self, counted_as: String) -> Stratum {
        Stratum {
            route: self.rules.name.clone(),
            kind: self.rules.stratum_kind,
            counted_as,
        }
    }

    /// The versions of the survey whose answers to the question measure the same as those of the present one.
    async fn versions(
        &self,
        snapshot: &mut impl Snapshot,
        wanted: &Wanted<'_>,
    ) -> Result<BTreeSet<String>, StoreError> {
        let known = snapshot.surveys(Some(self.survey)).await?;
        let is_same = |version: &SurveyRecord| {
            let mut questions = version.questions.iter();
            questions
                .find(|question| question.id == wanted.question.id)
                .is_some_and(|question| is_comparable(question, wanted.question))
        };
        let same = known.into_iter().filter(is_same);
        Ok(same.map(|version| version.survey.version).collect())
    }

    /// The strata that had eligible calls since that day, with these calls.
    async fn calls(
        &self,
        snapshot: &mut impl Snapshot,
        since: NaiveDate,
    ) -> Result<BTreeMap<String, Evidence>, StoreError> {
        let selection = self.selection(since);
        let hourly = |by| Split {
            by,
            bucket: Some(Bucket::Hour),
        };
        let mut strata: BTreeMap<String, LocalHours> = BTreeMap::new();
        let mut add = |counted_as: String, hour, calls: f64| {
            if calls > 0.0 {
                *strata.entry(counted_as).or_default().entry(hour).or_default() += calls;
            }
        };
        if self.dimension() == Some(Dimension::Agent) {
            // Counts of agents are kept by day: their calls are spread over the day as those of the route are.
            let whole = snapshot.call_tallies(&selection, &hourly(Vec::new())).await?;
            let hours: LocalHours = whole
                .iter()
                .filter_map(|tally| Some((hour_of(&tally.key.bucket)?, float(tally.counts.eligible))))
                .collect();
            let daily = Split {
                by: vec![Dimension::Agent],
                bucket: Some(Bucket::Day),
            };
            for tally in snapshot.call_tallies(&selection, &daily).await? {
                let Some(midnight) = hour_of(&format!("{}T00", tally.key.bucket)) else {
                    continue;
                };
                let day = || hours.range(midnight..midnight + Days::new(1));
                let all: f64 = day().map(|(_, calls)| calls).sum();
                for (hour, calls) in day().filter(|_| all > 0.0) {
                    let part = float(tally.counts.eligible) * calls / all;
                    add(self.counted_as(&tally.key), *hour, part);
                }
            }
        } else {
            let by = self.dimension().into_iter().collect();
            for tally in snapshot.call_tallies(&selection, &hourly(by)).await? {
                if let Some(hour) = hour_of(&tally.key.bucket) {
                    add(self.counted_as(&tally.key), hour, float(tally.counts.eligible));
                }
            }
        }
        Ok(largest(strata))
    }
}

/// The strata with the most calls, as many as are planned.
fn largest(strata: BTreeMap<String, LocalHours>) -> BTreeMap<String, Evidence> {
    let mut strata: Vec<(f64, String, LocalHours)> = strata
        .into_iter()
        .map(|(name, calls)| (calls.values().sum(), name, calls))
        .collect();
    strata.sort_by(|(one, _, _), (other, _, _)| other.total_cmp(one));
    strata.truncate(MOST_STRATA);
    let evidence = |(_, name, calls)| {
        let evidence = Evidence {
            calls,
            ..Evidence::default()
        };
        (name, evidence)
    };
    strata.into_iter().map(evidence).collect()
}

/// The hour of a bucket such as `2026-11-25T14`.
fn hour_of(bucket: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(&format!("{bucket}:00"), "%Y-%m-%dT%H:%M").ok()
}

#[expect(clippy::cast_precision_loss, reason = "no count of calls reaches 2^52")]
const fn float(count: u64) -> f64 {
    count as f64
}
