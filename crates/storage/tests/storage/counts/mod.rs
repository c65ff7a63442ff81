//! Figures are exact: whatever happened to the calls, and whatever is asked, the counts are those of the rows.

mod history;
mod recount;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{Row, SqlitePool};

use self::history::{AGENTS, DIALLED, LANGUAGES, QUEUES, ROUTES, TEAMS, World};
use self::recount::{Counts, Raw, RawAnswer, RawCall, RawEligible, Recount, fits, hour, is_between};
use crate::support::{database_of_step, open, stranger, uid};
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::selection::{
    Bucket, Dimension, NamePattern, PeriodFilter, Selection, Split, TallyKey,
};
use aftercall_storage::store::Fact;
use aftercall_storage::tally::{CallCounts, StepAnswers};
use aftercall_storage::{Scope, Snapshot, SqliteStore, Store};
use aftercall_survey::context::Condition;
use aftercall_survey::context::condition::WrittenTest;

const SEEDS: u64 = 4;
const STEPS: usize = 120;

const DIMENSIONS: [Dimension; 8] = [
    Dimension::Route,
    Dimension::Queue,
    Dimension::Team,
    Dimension::Agent,
    Dimension::Survey,
    Dimension::SurveyVersion,
    Dimension::Language,
    Dimension::Weight,
];

const BUCKETS: [Option<Bucket>; 6] = [
    None,
    Some(Bucket::Hour),
    Some(Bucket::Day),
    Some(Bucket::Month),
    Some(Bucket::HourOfDay),
    Some(Bucket::Weekday),
];

/// A condition as it is written, and what it means.
type Meaning = (&'static str, fn(&RawCall) -> bool);

const CONDITIONS: [Meaning; 5] = [
    (r#"{"queue": "sales*"}"#, |call| {
        call.queue
            .as_deref()
            .is_some_and(|queue| queue.starts_with("sales"))
    }),
    (r#"{"talk_time": {"from": 60, "to": 600}}"#, |call| {
        let seconds = call
            .told("talk_time")
            .map(|seconds| seconds.parse::<u64>().unwrap());
        seconds.is_some_and(|seconds| (60..=600).contains(&seconds))
    }),
    (r#"{"segment": "gold*", "team": {"not": "red"}}"#, |call| {
        call.told("segment")
            .is_some_and(|segment| segment.starts_with("gold"))
            && call.team.as_deref() != Some("red")
    }),
    (r#"{"agent": ["anna", "ben"]}"#, |call| {
        matches!(call.agent.as_deref(), Some("anna" | "ben"))
    }),
    (r#"{"language": "en"}"#, |call| {
        matches!(call.language.as_deref(), Some("en" | "en-gb"))
    }),
];

/// What is asked, in the words of the store and in those of the test.
#[derive(Debug)]
struct Question {
    selection: Selection,
    split: Split,
    names: Vec<(Dimension, Vec<String>)>,
    dialled: Vec<String>,
    condition: Option<usize>,
}

impl Question {
    fn any(world: &mut World, raw: &Raw) -> Self {
        let (mut names, mut dialled, mut condition) = (Vec::new(), Vec::new(), None);
        for dimension in DIMENSIONS {
            if world.rng.random_bool(0.2) {
                names.push((dimension, patterns(world, some_names(dimension))));
            }
        }
        let mut period = PeriodFilter {
            from_day: day(world, raw),
            until_day: day(world, raw),
            ..PeriodFilter::default()
        };
        match world.rng.random_range(0..6) {
            0 => dialled = patterns(world, &DIALLED),
            1 => condition = Some(world.rng.random_range(0..CONDITIONS.len())),
            2 => {
                period.is_exact = true;
                period.from = moment(world, raw);
                period.until = moment(world, raw);
            }
            _ => {}
        }
        let selection = Selection {
            period,
            names: names
                .iter()
                .map(|(dimension, patterns)| (*dimension, read(patterns)))
                .collect(),
            dialled: read(&dialled),
            condition: condition.map(|index: usize| {
                let written: BTreeMap<String, WrittenTest> =
                    serde_json::from_str(CONDITIONS[index].0).unwrap();
                Condition::read(written, &|name| name == "segment").unwrap()
            }),
            scope: scope(world),
        };
        let buckets = [
            None,
            None,
            Some(Bucket::Hour),
            Some(Bucket::Day),
            Some(Bucket::Month),
            Some(Bucket::HourOfDay),
            Some(Bucket::Weekday),
        ];
        let split = Split {
            by: DIMENSIONS
                .into_iter()
                .filter(|_| world.rng.random_bool(0.2))
                .collect(),
            bucket: buckets[world.rng.random_range(0..buckets.len())],
        };
        Self {
            selection,
            split,
            names,
            dialled,
            condition,
        }
    }

    fn everything(bucket: Option<Bucket>) -> Self {
        Self {
            selection: Selection::default(),
            split: Split {
                by: DIMENSIONS.to_vec(),
                bucket,
            },
            names: Vec::new(),
            dialled: Vec::new(),
            condition: None,
        }
    }

    fn fits(&self, call: &RawCall) -> bool {
        let period = &self.selection.period;
        let is_of_period = if period.is_exact {
            let arrived_at: DateTime<Utc> = call.arrived_at.parse().unwrap();
            period.from.is_none_or(|from| from <= arrived_at)
                && period.until.is_none_or(|until| arrived_at < until)
        } else {
            is_between(&call.local_day, period.from_day, period.until_day)
        };
        is_of_period
            && self
                .names
                .iter()
                .all(|(dimension, patterns)| fits(patterns, &call.name(*dimension)))
            && fits(&self.dialled, &call.dialled)
            && self.condition.is_none_or(|index| CONDITIONS[index].1(call))
            && is_within(&self.selection.scope, |dimension| call.name(dimension))
    }
}

const fn some_names(dimension: Dimension) -> &'static [&'static str] {
    match dimension {
        Dimension::Route => &ROUTES,
        Dimension::Queue => &QUEUES,
        Dimension::Team => &TEAMS,
        Dimension::Agent => &AGENTS,
        Dimension::Survey => &["nps", "csat"],
        Dimension::SurveyVersion => &["000000000001", "000000000002", "000000000003"],
        Dimension::Language => &LANGUAGES,
        Dimension::Weight => &["1.0", "2.0", "3.0", "3.33333333333333", "5.0", "10.0"],
    }
}

fn patterns(world: &mut World, names: &[&str]) -> Vec<String> {
    let many = world.rng.random_range(1..4);
    let pattern = |_| {
        let name = names[world.rng.random_range(0..names.len())];
        match world.rng.random_range(0..8) {
            0 => "-".to_owned(),
            1 => "!-".to_owned(),
            2 => "*".to_owned(),
            3 => format!("!{name}"),
            4 => format!("{}*", name.chars().take(2).collect::<String>()),
            5 => format!("*{}", name.chars().skip(1).collect::<String>()),
            _ => name.to_owned(),
        }
    };
    (0..many).map(pattern).collect()
}

fn read(patterns: &[String]) -> Vec<NamePattern> {
    patterns.iter().map(|pattern| NamePattern::new(pattern)).collect()
}

/// Mostly everything, else some teams or an agent.
fn scope(world: &mut World) -> Scope {
    match world.rng.random_range(0..6) {
        0 => Scope::Teams(
            TEAMS
                .into_iter()
                .chain([""])
                .filter(|_| world.rng.random_bool(0.4))
                .map(str::to_owned)
                .collect(),
        ),
        1 => Scope::Agent(AGENTS[world.rng.random_range(0..AGENTS.len())].to_owned()),
        _ => Scope::Everything,
    }
}

/// What the scope means, in the words of the test.
fn is_within(scope: &Scope, name: impl Fn(Dimension) -> String) -> bool {
    match scope {
        Scope::Everything => true,
        Scope::Teams(teams) => {
            let team = name(Dimension::Team);
            teams.iter().any(|own| *own == team && !own.is_empty())
        }
        Scope::Agent(agent) => name(Dimension::Agent) == *agent,
    }
}

/// A day that has calls or is next to one, or none.
fn day(world: &mut World, raw: &Raw) -> Option<NaiveDate> {
    if raw.calls.is_empty() || world.rng.random_bool(0.4) {
        return None;
    }
    let call = &raw.calls[world.rng.random_range(0..raw.calls.len())];
    let day: NaiveDate = call.local_day.parse().unwrap();
    Some(day + TimeDelta::days(world.rng.random_range(-1..=1)))
}

/// A moment at which a call arrived, or none.
fn moment(world: &mut World, raw: &Raw) -> Option<DateTime<Utc>> {
    if raw.calls.is_empty() || world.rng.random_bool(0.3) {
        return None;
    }
    let call = &raw.calls[world.rng.random_range(0..raw.calls.len())];
    Some(call.arrived_at.parse().unwrap())
}

fn key(tally: TallyKey, keys: &[&str]) -> recount::Key {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    (tally.bucket, tally.names, keys)
}

/// The figures of the store, in the form of the recount.
async fn figures(store: &SqliteStore, Question { selection, split, .. }: &Question) -> Recount {
    let mut snapshot = store.snapshot().await.unwrap();
    let calls = snapshot.call_tallies(selection, split).await.unwrap();
    let answers = snapshot.answer_tallies(selection, split).await.unwrap();
    let answers_by_step = match split.bucket {
        Some(step) => snapshot.answers_by_step(selection, step).await.unwrap(),
        None => Vec::new(),
    };
    let suppressed = snapshot.suppressed_tallies(selection).await.unwrap();
    let talk_times = snapshot.talk_time_tallies(selection).await.unwrap();
    let recordings = snapshot.recording_tallies(selection).await.unwrap();
    let unsplit = TallyKey::default;
    Recount {
        calls: calls
            .into_iter()
            .map(|tally| (key(tally.key, &[]), flat(&tally.counts)))
            .collect(),
        answers: once(answers.into_iter().map(|tally| {
            let keys = [
                tally.survey.as_str(),
                &tally.version,
                &tally.question,
                if tally.value.is_none() { "skipped" } else { "" },
                &tally.value.unwrap_or_default().to_string(),
                &tally.doubt.0.to_string(),
            ];
            (key(tally.key, &keys), vec![tally.answers])
        })),
        answers_by_step: once(answers_by_step.into_iter().flat_map(|answers| {
            let StepAnswers {
                step,
                survey,
                version,
                question,
                counts,
            } = answers;
            counts.into_iter().map(move |(value, answers)| {
                let skipped = if value.is_none() { "skipped" } else { "" };
                let value = value.unwrap_or_default().to_string();
                let keys = [survey.as_str(), &version, &question, skipped, &value];
                let keys = keys.iter().map(|key| (*key).to_owned()).collect();
                ((step.clone(), Vec::new(), keys), vec![answers])
            })
        })),
        suppressed: once(
            suppressed
                .into_iter()
                .map(|tally| (key(unsplit(), &[&tally.rule]), vec![tally.calls])),
        ),
        talk_times: once(talk_times.into_iter().map(|tally| {
            let seconds = tally.seconds.to_string();
            (key(unsplit(), &[&seconds]), vec![tally.offered, tally.started])
        })),
        recordings: once(recordings.into_iter().map(|tally| {
            let keys = [tally.survey.as_str(), &tally.question, tally.outcome.as_str()];
            (key(unsplit(), &keys), vec![tally.recordings, tally.duration_ms])
        })),
    }
}

/// Each key stands there once.
fn once(tallies: impl Iterator<Item = (recount::Key, Vec<u64>)>) -> Counts {
    let mut counts = Counts::new();
    for (key, values) in tallies {
        let former = counts.insert(key.clone(), values);
        assert_eq!(former, None, "{key:?} is there twice");
    }
    counts
}

/// In the order of the columns.
fn flat(counts: &CallCounts) -> Vec<u64> {
    let CallCounts {
        arrived,
        suppressed,
        eligible,
        sampled,
        offered,
        started,
        never_arrived,
        completed,
        partial,
        declined,
        no_answer,
        abandoned,
        failed,
        refused_capacity,
        not_sampled,
        reversed,
        in_progress,
    } = *counts;
    vec![
        arrived,
        suppressed,
        eligible,
        sampled,
        offered,
        started,
        never_arrived,
        completed,
        partial,
        declined,
        no_answer,
        abandoned,
        failed,
        refused_capacity,
        not_sampled,
        reversed,
        in_progress,
    ]
}

async fn compare(store: &SqliteStore, raw: &Raw, question: &Question, why: &str) {
    let expected = Recount::of(raw, |call| question.fits(call), &question.split);
    let found = figures(store, question).await;
    for (name, found, expected) in [
        ("calls", &found.calls, &expected.calls),
        ("answers", &found.answers, &expected.answers),
        ("suppressed", &found.suppressed, &expected.suppressed),
        ("talk times", &found.talk_times, &expected.talk_times),
        ("recordings", &found.recordings, &expected.recordings),
    ] {
        let differing: Vec<_> = expected
            .keys()
            .chain(found.keys())
            .filter(|key| found.get(*key) != expected.get(*key))
            .map(|key| (key, found.get(key), expected.get(key)))
            .take(5)
            .collect();
        assert!(
            differing.is_empty(),
            "{why}: {name}, as key, stored, expected: {differing:#?}\n{question:?}"
        );
    }
}

/// The reported calls of a selection, by as much as is known of them.
async fn compare_reach(world: &World, raw: &Raw, question: &Question, why: &str) {
    let known = [Dimension::Queue, Dimension::Team, Dimension::Agent];
    let asks_for_more = question
        .names
        .iter()
        .any(|(dimension, _)| !known.contains(dimension))
        || !question.dialled.is_empty()
        || question.condition.is_some();
    let period = &question.selection.period;
    let is_chosen = |eligible: &RawEligible| {
        let is_of_period = if period.is_exact {
            let ended_at: DateTime<Utc> = eligible.ended_at.parse().unwrap();
            period.from.is_none_or(|from| from <= ended_at)
                && period.until.is_none_or(|until| ended_at < until)
        } else {
            is_between(&eligible.local_day, period.from_day, period.until_day)
        };
        let mut names = question.names.iter();
        !asks_for_more
            && is_of_period
            && names.all(|(dimension, patterns)| fits(patterns, &eligible.name(*dimension)))
            && is_within(&question.selection.scope, |dimension| eligible.name(dimension))
    };
    let by = &question.split.by;
    let mut snapshot = world.store.snapshot().await.unwrap();
    let tallies = snapshot.reach_tallies(&question.selection, by).await.unwrap();
    let found: BTreeMap<Vec<String>, Vec<u64>> = tallies
        .into_iter()
        .map(|tally| {
            let counts = vec![
                tally.eligible,
                tally.reached,
                tally.sampled,
                tally.offered,
                tally.answered,
                tally.hung_up_by_agent,
                tally.hung_up_by_caller,
            ];
            (tally.names, counts)
        })
        .collect();
    assert_eq!(found, raw.reach(is_chosen, by), "{why}: {question:?}");
}

/// What analysts see is the same as what reports say.
async fn compare_with_view_of_reach(world: &World, raw: &Raw, why: &str) {
    let rows = sqlx::query(
        "SELECT COALESCE(queue, ''), COALESCE(team, ''), COALESCE(agent, ''), SUM(eligible), SUM(reached), \
         SUM(sampled), SUM(offered), SUM(answered), SUM(hung_up_by_agent), SUM(hung_up_by_caller) \
         FROM v_reach GROUP BY 1, 2, 3",
    )
    .fetch_all(&stranger(&world.path).await)
    .await
    .unwrap();
    let of_view: BTreeMap<Vec<String>, Vec<u64>> = rows
        .into_iter()
        .map(|row| {
            let names = (0..3).map(|index| row.get(index)).collect();
            let counts = (3..10).map(|index| row.get::<i64, _>(index).unsigned_abs());
            (names, counts.collect())
        })
        .collect();
    let by = [Dimension::Queue, Dimension::Team, Dimension::Agent];
    assert_eq!(of_view, raw.reach(|_| true, &by), "{why}");
}

/// Compares what is asked most.
pub(crate) async fn assert_exact(path: &Path, why: &str) {
    let store = open(path).await;
    let raw = Raw::read(path).await;
    for bucket in BUCKETS {
        compare(&store, &raw, &Question::everything(bucket), why).await;
    }
    let by = [Dimension::Queue, Dimension::Team, Dimension::Agent];
    let mut snapshot = store.snapshot().await.unwrap();
    let tallies = snapshot.reach_tallies(&Selection::default(), &by).await.unwrap();
    let found = tallies
        .iter()
        .map(|tally| tally.eligible + tally.answered)
        .sum::<u64>();
    let expected = raw.reach(|_| true, &by);
    assert_eq!(
        found,
        expected.values().map(|counts| counts[0] + counts[4]).sum::<u64>(),
        "{why}"
    );
}

async fn compare_any(world: &mut World, why: &str) -> Raw {
    let raw = Raw::read(&world.path).await;
    for call in &raw.calls {
        let arrived_at = call.arrived_at.parse().unwrap();
        let expected = hour(arrived_at, call.told("zone").unwrap().parse().unwrap());
        assert_eq!(
            (&call.local_hour, &*call.local_day),
            (&expected, &expected[..10]),
            "{why}"
        );
    }
    for bucket in BUCKETS {
        compare(&world.store, &raw, &Question::everything(bucket), why).await;
    }
    for _ in 0..15 {
        let question = Question::any(world, &raw);
        compare(&world.store, &raw, &question, why).await;
        compare_reach(world, &raw, &question, why).await;
    }
    let by = [
        Dimension::Queue,
        Dimension::Team,
        Dimension::Agent,
        Dimension::Route,
    ];
    let mut everything = Question::everything(None);
    everything.split.by = by.to_vec();
    compare_reach(world, &raw, &everything, why).await;
    compare_with_view_of_reach(world, &raw, why).await;
    raw
}

#[tokio::test]
async fn counts_are_those_of_the_rows_whatever_happened_to_the_calls() {
    let (mut met, mut reach) = (vec![0; 17], vec![0; 7]);
    let (mut doubts, mut classes, mut outcomes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let directory = tempfile::tempdir().unwrap();
        let mut world = World::new(&directory.path().join("aftercall.db"), seed).await;
        for step in 1..=STEPS {
            world.step().await;
            if step % 30 == 0 {
                compare_any(&mut world, &format!("seed {seed}, step {step}")).await;
            }
        }
        let raw = compare_any(&mut world, &format!("seed {seed}")).await;
        let recount = Recount::of(&raw, |_| true, &Split::default());
        for (met, count) in met.iter_mut().zip(recount.calls.values().next().unwrap()) {
            *met += count;
        }
        for (sum, count) in reach
            .iter_mut()
            .zip(raw.reach(|_| true, &[]).values().next().unwrap())
        {
            *sum += count;
        }
        doubts.extend(recount.answers.into_keys().map(|(_, _, keys)| keys[5].clone()));
        classes.extend(recount.talk_times.into_keys().map(|(_, _, keys)| keys[0].clone()));
        outcomes.extend(recount.recordings.into_keys().map(|(_, _, keys)| keys[2].clone()));
    }
    assert!(met.iter().all(|calls| *calls > 4), "every count was met: {met:?}");
    assert!(doubts.len() > 5, "{doubts:?}");
    assert_eq!((classes.len(), outcomes.len()), (7, 5));
    assert!(reach.iter().all(|calls| *calls > 4), "{reach:?}");
}

/// The bounds of a question's scores, told by other code than that of the view.
fn top_box(metric: &str, scale: (i64, i64), high_is_good: bool) -> Option<i64> {
    match (metric, scale) {
        ("csat" | "ces", (1, 5)) => Some(if high_is_good { 4 } else { 2 }),
        ("ces", (1, 7)) => Some(if high_is_good { 5 } else { 3 }),
        _ => None,
    }
}

/// Valid answers, their sum and squares, promoters, passives, detractors, top box, doubtful, skipped.
fn sums(raw: &Raw, call: &RawCall, answer: &RawAnswer) -> [i64; 9] {
    let mut sums = [0; 9];
    let Some(value) = answer.value else {
        sums[8] = 1;
        return sums;
    };
    let Some((metric, least, most, high_is_good)) = raw.scale(answer) else {
        return sums;
    };
    if value < *least || value > *most {
        return sums;
    }
    sums[..3].copy_from_slice(&[1, value, value * value]);
    if metric == "nps" {
        sums[3] = i64::from(value > 8);
        sums[4] = i64::from(value == 7 || value == 8);
        sums[5] = i64::from(value < 7);
    }
    let is_top = |bound| {
        if *high_is_good {
            value >= bound
        } else {
            value <= bound
        }
    };
    sums[6] = i64::from(top_box(metric, (*least, *most), *high_is_good).is_some_and(is_top));
    sums[7] = i64::from(call.doubt(answer) > 0);
    sums
}

#[tokio::test]
async fn views_for_analysts_agree_with_the_rows_and_with_the_reports() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let mut world = World::new(&path, 7).await;
    for _ in 0..60 {
        world.step().await;
    }
    // What is in progress is in no view of days.
    let over = Fact::Api(ApiFact::Expire("2027-02-01T00:00:00Z".parse().unwrap()));
    world.store.apply(&[over]).await.unwrap();
    for node in ["node-1", "node-2"] {
        world.store.sweep(node).await.unwrap();
    }
    // And what is not counted yet.
    assert!(world.store.count_ended(100_000).await.unwrap() > 0);
    let raw = Raw::read(&path).await;
    assert!(raw.calls.iter().all(|call| call.disposition.is_some()));
    let people = stranger(&path).await;

    let mut days: BTreeMap<Vec<String>, [i64; 9]> = BTreeMap::new();
    let mut facts: BTreeMap<(String, String), String> = BTreeMap::new();
    for call in &raw.calls {
        let day: NaiveDate = call.local_day.parse().unwrap();
        for answer in &call.answers {
            let sums = sums(&raw, call, answer);
            let mut key = vec![call.local_day.clone()];
            key.extend(DIMENSIONS.map(|dimension| call.name(dimension)));
            key.push(answer.question.clone());
            let of_day = days.entry(key).or_default();
            for (sum, added) in of_day.iter_mut().zip(sums) {
                *sum += added;
            }
            let [n, _, _, promoter, passive, detractor, top_box, _, skipped] = sums;
            let metric = raw.scale(answer).map_or("-", |scale| scale.0.as_str());
            let value = answer
                .value
                .map_or_else(|| "-".to_owned(), |value| value.to_string());
            let text = format!(
                "{} {} {} {} {} {} {metric} {value} {skipped} {n} {promoter}{passive}{detractor} {top_box} {} {}",
                day.format("%G-W%V"),
                day.format("%Y-%m"),
                call.local_hour[11..].parse::<u8>().unwrap(),
                day.format("%u"),
                call.name(Dimension::Queue),
                call.name(Dimension::Language),
                call.doubt(answer),
                call.name(Dimension::Weight),
            );
            facts.insert((call.uid.clone(), answer.question.clone()), text);
        }
    }
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "SELECT call_uid, question_id, local_week || ' ' || local_month || ' ' || local_hour || ' ' || weekday || ' ' || \
         COALESCE(queue, '') || ' ' || COALESCE(language, '') || ' ' || COALESCE(metric, '-') || ' ' || \
         COALESCE(value, '-') || ' ' || skipped || ' ' || is_valid || ' ' || is_promoter || is_passive || is_detractor \
         || ' ' || is_top_box || ' ' || doubt || ' ' || weight FROM v_fact_answer",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    assert_eq!(rows.len(), facts.len());
    for (call, question, text) in rows {
        assert_eq!(facts[&(call, question)], text);
    }
    let types: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT typeof(local_week) || typeof(local_month) || typeof(local_hour) || typeof(weekday) || \
         typeof(skipped) || typeof(is_valid) || typeof(is_top_box) || typeof(doubt) || typeof(weight) FROM v_fact_answer",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    assert_eq!(types, ["texttextintegerintegerintegerintegerintegerintegerreal"]);

    let rows = sqlx::query(
        "SELECT local_day, COALESCE(route, ''), COALESCE(queue, ''), COALESCE(team, ''), COALESCE(agent, ''), \
         COALESCE(survey, ''), COALESCE(survey_version, ''), COALESCE(language, ''), CAST(weight AS TEXT), question_id, \
         n, sum_value, sum_squares, promoters, passives, detractors, top_box, doubtful, skipped \
         FROM v_daily_score_by_agent",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    let of_view: BTreeMap<Vec<String>, [i64; 9]> = rows
        .iter()
        .map(|row| {
            let key = (0..10).map(|index| row.get(index)).collect();
            (key, std::array::from_fn(|index| row.get(10 + index)))
        })
        .collect();
    assert_eq!(of_view.len(), rows.len(), "each key stands there once");
    assert_eq!(of_view, days);

    let by = DIMENSIONS.to_vec();
    let split = Split {
        by,
        bucket: Some(Bucket::Day),
    };
    let mut snapshot = world.store.snapshot().await.unwrap();
    let tallies = snapshot
        .call_tallies(&Selection::default(), &split)
        .await
        .unwrap();
    let rows = sqlx::query(
        "SELECT local_day, COALESCE(route, ''), COALESCE(queue, ''), COALESCE(team, ''), COALESCE(agent, ''), \
         COALESCE(survey, ''), COALESCE(survey_version, ''), COALESCE(language, ''), CAST(weight AS TEXT), arrived, \
         suppressed, eligible, sampled, offered, started, never_arrived, completed, partial, declined, no_answer, \
         abandoned, failed, refused_capacity, not_sampled, reversed FROM v_daily_funnel_by_agent",
    )
    .fetch_all(&people)
    .await
    .unwrap();
    let of_view: BTreeMap<Vec<String>, Vec<u64>> = rows
        .iter()
        .map(|row| {
            let key = (0..9).map(|index| row.get(index)).collect();
            let counts = (9..25).map(|index| row.get::<i64, _>(index).unsigned_abs());
            (key, counts.collect())
        })
        .collect();
    let of_report: BTreeMap<Vec<String>, Vec<u64>> = tallies
        .into_iter()
        .map(|tally| {
            let mut key = vec![tally.key.bucket];
            key.extend(tally.key.names);
            let mut counts = flat(&tally.counts);
            counts.pop();
            (key, counts)
        })
        .collect();
    assert_eq!(of_view, of_report);

    let reach: Vec<(i64, i64, i64)> =
        sqlx::query_as("SELECT SUM(eligible), SUM(reached), SUM(hung_up_by_agent) FROM v_daily_reach")
            .fetch_all(&people)
            .await
            .unwrap();
    let expected = raw.reach(|_| true, &[]).into_values().next().unwrap();
    let reach = [reach[0].0, reach[0].1, reach[0].2].map(i64::unsigned_abs);
    assert_eq!(reach, [expected[0], expected[1], expected[5]]);
}

#[tokio::test]
async fn counts_made_anew_are_the_same_and_damaged_ones_are_mended() {
    const DAMAGE: &str = "\
        UPDATE rollup_call SET arrived = arrived + 3, offered = 70 WHERE level = 'month'; \
        DELETE FROM rollup_answer WHERE level = 'hour' AND value = 5; \
        UPDATE rollup_answer SET answers = answers + 1 WHERE level = 'agent_day'; \
        INSERT INTO rollup_suppressed (level, bucket, key, rule, calls) \
            SELECT 'month', '1999-01', id, 'no_route', 5 FROM call_group LIMIT 2; \
        INSERT INTO rollup_talk_time (level, bucket, key, seconds, offered, started) \
            SELECT 'agent_day', '1999-01-03', id, 60, 9, 9 FROM agent_group LIMIT 2; \
        UPDATE rollup_recording SET duration_ms = 1; \
        UPDATE rollup_reach SET reached = 0, agent = agent || ' x'; \
        UPDATE call SET agent_group = (SELECT MIN(id) FROM agent_group) WHERE agent_group IS NOT NULL AND substr(call_uid, 26) < 'A'";
    for seed in 100..100 + SEEDS / 2 {
        println!("seed {seed}");
        let directory = tempfile::tempdir().unwrap();
        let mut world = World::new(&directory.path().join("aftercall.db"), seed).await;
        for _ in 0..STEPS / 2 {
            world.step().await;
        }
        rebuild(&world.store).await;
        compare_any(&mut world, &format!("seed {seed}, made anew")).await;
        sqlx::raw_sql(DAMAGE)
            .execute(&stranger(&world.path).await)
            .await
            .unwrap();
        rebuild(&world.store).await;
        compare_any(&mut world, &format!("seed {seed}, mended")).await;
        for _ in 0..10 {
            world.step().await;
        }
        compare_any(&mut world, &format!("seed {seed}, and after that")).await;
    }
}

async fn rebuild(store: &SqliteStore) {
    store.mark_for_rebuild().await.unwrap();
    let mut told = Vec::new();
    let days = store.rebuild(|progress| told.push(progress)).await.unwrap();
    assert_eq!(told.len() as u64, days);
    assert!(told.iter().zip(1..).all(|(progress, done)| progress.done == done));
    assert_eq!(
        store.rebuild(|_| ()).await.unwrap(),
        0,
        "nothing is left to be done"
    );
}

/// A call of an earlier version with its answers, as that version wrote them.
async fn earlier_call(pool: &SqlitePool, number: i64, rng: &mut StdRng) {
    let mut one = |all: &[Option<&'static str>]| all[rng.random_range(0..all.len())];
    let decision = one(&[
        Some("sampled"),
        Some("sampled"),
        Some("not_sampled"),
        Some("suppressed"),
    ])
    .unwrap();
    let is_counted = decision != "suppressed";
    let is_answered = decision == "sampled" && one(&[None, Some("yes"), Some("yes")]).is_some();
    let disposition = match (decision, is_answered) {
        ("sampled", true) => one(&[Some("completed"), Some("partial"), Some("declined"), None]),
        ("sampled", false) => one(&[Some("failed"), Some("abandoned"), Some("refused_capacity"), None]),
        (decision, _) => Some(decision),
    };
    let day = 1 + number % 5;
    let arrived_at = format!("2026-11-{day:02}T{:02}:59:00.000Z", 10 + number % 14);
    // Days of a zone east of UTC; suppressed calls, and those of the first versions, had none.
    let local_day = one(&[None, Some("yes"), Some("yes")])
        .filter(|_| is_counted)
        .map(|_| format!("2026-11-{:02}", day + i64::from(number % 14 > 11)));
    let reason = match decision {
        "suppressed" => one(&[Some("no_route"), Some("cool_down")]),
        _ => one(&[Some("every"), Some("share"), Some("agent_minimum")]),
    };
    let detail = (reason == Some("share")).then_some(r#"{"share":0.25,"drawn":0.1}"#);
    let context = one(&[
        None,
        Some(r#"{"talk_time":["X-Talk-Time","29"]}"#),
        Some(r#"{"talk_time":["X-Talk-Time","30"],"queue":["X-Queue"]}"#),
        Some(r#"{"talk_time":["X-Talk-Time",null,"unclear","soon"]}"#),
    ]);
    let uid = uid(number.unsigned_abs()).to_string();
    sqlx::query(
        "INSERT INTO call (call_uid, node, arrived_at, sip_call_id, dialled, route, queue, agent, team, language, \
         survey, survey_version, decision, decision_reason, decision_detail, stratum_route, stratum_queue, \
         stratum_position, stratum_every, local_day, context, answered_at, ended_at, disposition, reason) \
         VALUES ($1, 'node-1', $2, 'x', 'nps', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22)",
    )
    .bind(&uid)
    .bind(&arrived_at)
    .bind(one(&[Some("main"), Some("night"), None]))
    .bind(one(&[Some("sales"), Some("support"), None]))
    .bind(one(&[Some("4711"), Some("anna"), None]))
    .bind(one(&[Some("red"), None]))
    .bind(one(&[Some("fi"), Some("sv"), None]))
    .bind("nps")
    .bind(one(&[Some("000000000001"), Some("000000000002")]))
    .bind(decision)
    .bind(reason)
    .bind(detail)
    .bind(is_counted.then_some("main"))
    .bind(is_counted.then_some("sales"))
    .bind(is_counted.then_some(number))
    .bind((reason == Some("every")).then_some(10))
    .bind(local_day)
    .bind(context)
    .bind(is_answered.then_some(&arrived_at))
    .bind(disposition.map(|_| &arrived_at))
    .bind(disposition)
    .bind(disposition.map(|_| "x"))
    .execute(pool)
    .await
    .unwrap();
    for question in ["nps", "ces", "topic"] {
        if !is_answered || rng.random_bool(0.3) {
            continue;
        }
        sqlx::query(
            "INSERT INTO answer (call_uid, question_id, survey, survey_version, value, raw_digits, attempts, \
             response_time_ms, accepted_by_timeout, answered_at) \
             SELECT call_uid, $2, survey, survey_version, $3, '', 1, 0, $4, arrived_at FROM call WHERE call_uid = $1",
        )
        .bind(&uid)
        .bind(question)
        .bind(rng.random_bool(0.8).then(|| rng.random_range(0..=10)))
        .bind(i64::from(rng.random_bool(0.2)))
        .execute(pool)
        .await
        .unwrap();
    }
    if is_answered && rng.random_bool(0.3) {
        sqlx::query(
            "INSERT INTO recording (call_uid, question_id, survey, survey_version, path, begun_at, ended_at, state, \
             sha256, duration_ms, size_bytes) VALUES ($1, 'why', 'nps', '000000000001', 'a.wav', $2, $2, 'kept', \
             'ab', 1200, 44)",
        )
        .bind(&uid)
        .bind(&arrived_at)
        .execute(pool)
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn database_of_an_earlier_version_comes_up_with_the_counts_of_its_calls() {
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let mut rng = StdRng::seed_from_u64(seed);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("aftercall.db");
        let earlier = database_of_step(12, &path).await;
        sqlx::raw_sql(
            "INSERT INTO survey_version (survey, version, title, goal, definition, loaded) \
             VALUES ('nps', '000000000001', '', '', '', 1); \
             INSERT INTO question (survey, version, question_id, position, metric, scored, text, scale_min, scale_max, \
             high_is_good) VALUES ('nps', '000000000001', 'nps', 1, 'nps', 1, '', 0, 10, 1), \
             ('nps', '000000000001', 'ces', 2, 'ces', 1, '', 1, 7, 0); \
             INSERT INTO eligible_call (original_call_id, ended_at, told_at) \
             VALUES ('o', '2026-11-22T23:30:00.000Z', '2026-11-23T00:00:00.000Z')",
        )
        .execute(&earlier)
        .await
        .unwrap();
        for number in 1..=200 {
            earlier_call(&earlier, number, &mut rng).await;
        }
        earlier.close().await;
        let mut world = World::new(&path, seed).await;
        let raw = Raw::read(&path).await;
        for call in &raw.calls {
            // The day that was stored; else that of UTC, which is all that is known.
            assert_eq!(call.local_hour[..10], call.local_day);
            assert_eq!(call.local_hour[10..], call.arrived_at[10..13]);
        }
        for bucket in BUCKETS {
            compare(
                &world.store,
                &raw,
                &Question::everything(bucket),
                "after the upgrade",
            )
            .await;
        }
        for _ in 0..10 {
            let question = Question::any(&mut world, &raw);
            compare(&world.store, &raw, &question, "after the upgrade").await;
        }
        let in_progress = raw.calls.iter().filter(|call| call.disposition.is_none());
        let in_progress = in_progress.count() as u64;
        assert!(in_progress > 0);
        assert_eq!(world.store.sweep("node-1").await.unwrap(), in_progress);
        let raw = Raw::read(&path).await;
        compare(&world.store, &raw, &Question::everything(None), "after the sweep").await;
        let days: Vec<Option<String>> = sqlx::query_scalar("SELECT local_day FROM eligible_call")
            .fetch_all(&stranger(&path).await)
            .await
            .unwrap();
        assert_eq!(days, [Some("2026-11-22".to_owned())]);
    }
}
