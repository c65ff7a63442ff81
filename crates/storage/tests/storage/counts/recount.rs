//! Counts made anew from the raw rows, one call after the other, by other code than that of the store: what figures must be.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sqlx::Row;

use crate::support::stranger;
use aftercall_storage::selection::{Bucket, Dimension, Split};

#[derive(Debug, Clone)]
pub(super) struct RawCall {
    pub(super) uid: String,
    pub(super) arrived_at: String,
    pub(super) dialled: String,
    pub(super) route: Option<String>,
    pub(super) queue: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) team: Option<String>,
    pub(super) language: Option<String>,
    pub(super) spoken_language: Option<String>,
    pub(super) survey: Option<String>,
    pub(super) version: Option<String>,
    pub(super) decision: String,
    pub(super) reason: Option<String>,
    pub(super) detail: Option<String>,
    pub(super) every: Option<i64>,
    pub(super) is_answered: bool,
    pub(super) disposition: Option<String>,
    pub(super) local_day: String,
    pub(super) local_hour: String,
    pub(super) original_call_id: Option<String>,
    pub(super) context: BTreeMap<String, Vec<Option<String>>>,
    pub(super) answers: Vec<RawAnswer>,
    pub(super) recordings: Vec<RawRecording>,
}

#[derive(Debug, Clone)]
pub(super) struct RawAnswer {
    pub(super) question: String,
    survey: String,
    version: String,
    pub(super) value: Option<i64>,
    prompt_ms: Option<i64>,
    heard_ms: Option<i64>,
    by_timeout: bool,
}

#[derive(Debug, Clone)]
pub(super) struct RawRecording {
    question: String,
    state: String,
    sha256: Option<String>,
    empty_reason: Option<String>,
    duration_ms: Option<i64>,
}

#[derive(Debug, Clone)]
pub(super) struct RawEligible {
    original_call_id: String,
    pub(super) ended_at: String,
    pub(super) local_day: String,
    queue: Option<String>,
    team: Option<String>,
    agent: Option<String>,
    hung_up_by: Option<String>,
}

impl RawEligible {
    pub(super) fn name(&self, dimension: Dimension) -> String {
        let text = match dimension {
            Dimension::Queue => &self.queue,
            Dimension::Team => &self.team,
            Dimension::Agent => &self.agent,
            _ => &None,
        };
        text.clone().unwrap_or_default()
    }
}

/// Metric, smallest and largest value, whether a high value is good.
pub(super) type Scale = (String, i64, i64, bool);

/// The rows of the database.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) calls: Vec<RawCall>,
    pub(super) eligible: Vec<RawEligible>,
    scales: BTreeMap<(String, String, String), Scale>,
}

impl Raw {
    pub(super) async fn read(path: &Path) -> Self {
        let pool = stranger(path).await;
        let mut calls: BTreeMap<String, RawCall> = BTreeMap::new();
        for row in sqlx::query("SELECT * FROM call").fetch_all(&pool).await.unwrap() {
            let context: Option<String> = row.get("context");
            let call = RawCall {
                uid: row.get("call_uid"),
                arrived_at: row.get("arrived_at"),
                dialled: row.get("dialled"),
                route: row.get("route"),
                queue: row.get("queue"),
                agent: row.get("agent"),
                team: row.get("team"),
                language: row.get("language"),
                spoken_language: row.get("spoken_language"),
                survey: row.get("survey"),
                version: row.get("survey_version"),
                decision: row.get("decision"),
                reason: row.get("decision_reason"),
                detail: row.get("decision_detail"),
                every: row.get("stratum_every"),
                is_answered: row.get::<Option<String>, _>("answered_at").is_some(),
                disposition: row.get("disposition"),
                local_day: row.get("local_day"),
                local_hour: row.get("local_hour"),
                original_call_id: row.get("original_call_id"),
                context: context.map_or_else(BTreeMap::new, |text| serde_json::from_str(&text).unwrap()),
                answers: Vec::new(),
                recordings: Vec::new(),
            };
            calls.insert(call.uid.clone(), call);
        }
        for row in sqlx::query("SELECT * FROM answer")
            .fetch_all(&pool)
            .await
            .unwrap()
        {
            let call = calls.get_mut(row.get::<&str, _>("call_uid")).unwrap();
            call.answers.push(RawAnswer {
                question: row.get("question_id"),
                survey: row.get("survey"),
                version: row.get("survey_version"),
                value: row.get("value"),
                prompt_ms: row.get("prompt_ms"),
                heard_ms: row.get("heard_ms"),
                by_timeout: row.get::<i64, _>("accepted_by_timeout") == 1,
            });
        }
        for row in sqlx::query("SELECT * FROM recording")
            .fetch_all(&pool)
            .await
            .unwrap()
        {
            let call = calls.get_mut(row.get::<&str, _>("call_uid")).unwrap();
            call.recordings.push(RawRecording {
                question: row.get("question_id"),
                state: row.get("state"),
                sha256: row.get("sha256"),
                empty_reason: row.get("empty_reason"),
                duration_ms: row.get("duration_ms"),
            });
        }
        let mut scales = BTreeMap::new();
        for row in sqlx::query("SELECT * FROM question")
            .fetch_all(&pool)
            .await
            .unwrap()
        {
            let name = (row.get("survey"), row.get("version"), row.get("question_id"));
            let (least, most) = (row.get("scale_min"), row.get("scale_max"));
            let high_is_good = row.get::<i64, _>("high_is_good") == 1;
            scales.insert(name, (row.get("metric"), least, most, high_is_good));
        }
        let rows = sqlx::query("SELECT * FROM eligible_call").fetch_all(&pool);
        let eligible = rows.await.unwrap().into_iter().map(|row| RawEligible {
            original_call_id: row.get("original_call_id"),
            ended_at: row.get("ended_at"),
            local_day: row.get("local_day"),
            queue: row.get("queue"),
            team: row.get("team"),
            agent: row.get("agent"),
            hung_up_by: row.get("hung_up_by"),
        });
        Self {
            eligible: eligible.collect(),
            calls: calls.into_values().collect(),
            scales,
        }
    }

    /// How far the calls that fit came, by these names.
    pub(super) fn reach(
        &self,
        fits: impl Fn(&RawEligible) -> bool,
        by: &[Dimension],
    ) -> BTreeMap<Vec<String>, Vec<u64>> {
        let mut reach = BTreeMap::new();
        for eligible in self.eligible.iter().filter(|eligible| fits(eligible)) {
            let names: Vec<String> = by.iter().map(|by| eligible.name(*by)).collect();
            let id = Some(&eligible.original_call_id);
            let ours = || {
                self.calls
                    .iter()
                    .filter(|call| call.original_call_id.as_ref() == id)
            };
            let has_value = |call: &RawCall| call.answers.iter().any(|answer| answer.value.is_some());
            let flags = [
                true,
                ours().next().is_some(),
                ours().any(|call| call.decision == "sampled"),
                ours().any(RawCall::is_offered),
                ours().any(has_value),
                eligible.hung_up_by.as_deref() == Some("agent"),
                eligible.hung_up_by.as_deref() == Some("caller"),
            ];
            let sums = reach.entry(names).or_insert_with(|| vec![0; flags.len()]);
            for (sum, flag) in sums.iter_mut().zip(flags) {
                *sum += u64::from(flag);
            }
        }
        reach
    }

    /// The scale of the question that was answered.
    pub(super) fn scale(&self, answer: &RawAnswer) -> Option<&Scale> {
        let name = (
            answer.survey.clone(),
            answer.version.clone(),
            answer.question.clone(),
        );
        self.scales.get(&name)
    }

    /// The best tenth of a scale and the worst tenth of one in the same call.
    fn is_reversed(&self, call: &RawCall) -> bool {
        let (mut best, mut worst) = (false, false);
        for answer in &call.answers {
            let Some((metric, least, most, high_is_good)) = self.scale(answer) else {
                continue;
            };
            let Some(value) = answer.value.filter(|value| (*least..=*most).contains(value)) else {
                continue;
            };
            if !["nps", "ces", "csat"].contains(&metric.as_str()) || most - least < 4 {
                continue;
            }
            let from_bad = if *high_is_good {
                value - least
            } else {
                most - value
            };
            best |= from_bad * 10 >= (most - least) * 9;
            worst |= from_bad * 10 <= most - least;
        }
        call.decision == "sampled" && best && worst
    }
}

impl RawCall {
    pub(super) fn name(&self, dimension: Dimension) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match dimension {
            Dimension::Route => text(&self.route),
            Dimension::Queue => text(&self.queue),
            Dimension::Team => text(&self.team),
            Dimension::Agent => text(&self.agent),
            Dimension::Survey => text(&self.survey),
            Dimension::SurveyVersion => text(&self.version),
            Dimension::Language => match &self.spoken_language {
                Some(spoken) => spoken.clone(),
                None => text(&self.language),
            },
            Dimension::Weight => {
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                let weight = match self.reason.as_deref() {
                    Some("every") => self.every.map_or(1.0, |every| every as f64),
                    Some("share") => {
                        let detail: serde_json::Value =
                            serde_json::from_str(self.detail.as_deref().unwrap()).unwrap();
                        1.0 / detail["share"].as_f64().unwrap()
                    }
                    _ => 1.0,
                };
                if weight.fract() == 0.0 {
                    format!("{weight:.1}")
                } else {
                    // 15 digits, as SQLite writes them.
                    format!("{weight:.14}")
                }
            }
        }
    }

    /// The value of a field without a column.
    pub(super) fn told(&self, field: &str) -> Option<&str> {
        self.context.get(field)?.get(1)?.as_deref()
    }

    fn is_started(&self) -> bool {
        self.is_offered() && self.answers.iter().any(|answer| answer.value.is_some())
    }

    fn is_offered(&self) -> bool {
        self.decision == "sampled" && self.is_answered
    }

    pub(super) fn doubt(&self, answer: &RawAnswer) -> u8 {
        let values: Vec<i64> = self.answers.iter().filter_map(|answer| answer.value).collect();
        let mut doubt = 0;
        if let Some((heard, prompt)) = answer.heard_ms.zip(answer.prompt_ms)
            && heard < prompt - heard
        {
            doubt += 1;
        }
        if answer.value.is_some() && values.len() > 2 && values.iter().all(|value| *value == values[0]) {
            doubt += 2;
        }
        if answer.by_timeout {
            doubt += 4;
        }
        doubt
    }
}

/// What a count is of: the span of time, the names, and the keys of its table.
pub(super) type Key = (String, Vec<String>, Vec<String>);

/// Counts by key.
pub(super) type Counts = BTreeMap<Key, Vec<u64>>;

/// All counts of the calls that fit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Recount {
    pub(super) calls: Counts,
    pub(super) answers: Counts,
    /// Answers by the span of time, question and value alone; none where the split has no span.
    pub(super) answers_by_step: Counts,
    pub(super) suppressed: Counts,
    pub(super) talk_times: Counts,
    pub(super) recordings: Counts,
}

impl Recount {
    pub(super) fn of(raw: &Raw, fits: impl Fn(&RawCall) -> bool, split: &Split) -> Self {
        let mut recount = Self {
            calls: Counts::new(),
            answers: Counts::new(),
            answers_by_step: Counts::new(),
            suppressed: Counts::new(),
            talk_times: Counts::new(),
            recordings: Counts::new(),
        };
        for call in raw.calls.iter().filter(|call| fits(call)) {
            recount.add(raw, call, split);
        }
        recount
    }

    fn add(&mut self, raw: &Raw, call: &RawCall, split: &Split) {
        let bucket = match split.bucket {
            None => String::new(),
            Some(Bucket::Hour) => call.local_hour.clone(),
            Some(Bucket::HourOfDay) => call.local_hour[11..13].to_owned(),
            Some(Bucket::Day) => call.local_day.clone(),
            Some(Bucket::Month) => call.local_day[..7].to_owned(),
            Some(Bucket::Weekday) => {
                let day: NaiveDate = call.local_day.parse().unwrap();
                day.weekday().number_from_monday().to_string()
            }
        };
        let names: Vec<String> = split.by.iter().map(|by| call.name(*by)).collect();
        let key = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            (bucket.clone(), names.clone(), keys)
        };
        let unsplit = |keys: &[&str]| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            (String::new(), Vec::new(), keys)
        };
        let ended = |word: &str| call.disposition.as_deref() == Some(word);
        let sampled = call.decision == "sampled";
        let flags = [
            true,
            call.decision == "suppressed",
            call.decision != "suppressed",
            sampled,
            call.is_offered(),
            call.is_started(),
            sampled
                && !call.is_answered
                && call.disposition.is_some()
                && !ended("failed")
                && !ended("refused_capacity"),
            ended("completed"),
            ended("partial"),
            ended("declined"),
            ended("no_answer"),
            ended("abandoned"),
            ended("failed"),
            ended("refused_capacity"),
            ended("not_sampled"),
            raw.is_reversed(call),
            call.disposition.is_none(),
        ];
        sum(&mut self.calls, key(&[]), &flags.map(u64::from));
        let survey = call.name(Dimension::Survey);
        for answer in &call.answers {
            let skipped = if answer.value.is_none() { "skipped" } else { "" };
            let keys = [
                survey.as_str(),
                &call.name(Dimension::SurveyVersion),
                &answer.question,
                skipped,
                &answer.value.unwrap_or_default().to_string(),
                &call.doubt(answer).to_string(),
            ];
            sum(&mut self.answers, key(&keys), &[1]);
            if split.bucket.is_some() {
                let [keys @ .., _doubt] = &keys;
                let (bucket, _, keys) = key(keys);
                sum(&mut self.answers_by_step, (bucket, Vec::new(), keys), &[1]);
            }
        }
        if call.decision == "suppressed" {
            let rule = call.reason.as_deref().unwrap_or_default();
            sum(&mut self.suppressed, unsplit(&[rule]), &[1]);
        }
        if let Some(seconds) = call.told("talk_time").filter(|_| call.is_offered()) {
            let seconds: u64 = seconds.parse().unwrap();
            let classes = [1_200, 600, 300, 120, 60, 30, 0];
            let class = classes.into_iter().find(|class| *class <= seconds).unwrap();
            let flags = [1, u64::from(call.is_started())];
            sum(&mut self.talk_times, unsplit(&[&class.to_string()]), &flags);
        }
        for recording in &call.recordings {
            let outcome = match (
                &recording.empty_reason,
                &recording.sha256,
                recording.state.as_str(),
            ) {
                (_, _, "recording") => "recording",
                (Some(_), _, _) => "empty",
                (None, Some(_), _) => "comment",
                (None, None, "nothing") => "nothing",
                (None, None, _) => "lost",
            };
            let millis = u64::try_from(recording.duration_ms.unwrap_or_default()).unwrap();
            let key = unsplit(&[survey.as_str(), &recording.question, outcome]);
            sum(&mut self.recordings, key, &[1, millis]);
        }
    }
}

fn sum(counts: &mut Counts, key: Key, added: &[u64]) {
    let sums = counts.entry(key).or_insert_with(|| vec![0; added.len()]);
    for (sum, added) in sums.iter_mut().zip(added) {
        *sum += added;
    }
}

/// A filter on names as it is written, understood by other code than that of the store.
pub(super) fn fits(patterns: &[String], name: &str) -> bool {
    let (without, with): (Vec<&String>, Vec<&String>) =
        patterns.iter().partition(|pattern| pattern.starts_with('!'));
    let is_one = with.is_empty() || with.iter().any(|pattern| is_like(pattern, name));
    is_one && !without.iter().any(|pattern| is_like(&pattern[1..], name))
}

fn is_like(pattern: &str, name: &str) -> bool {
    fn glob(pattern: &[u8], name: &[u8]) -> bool {
        match pattern {
            [] => name.is_empty(),
            [b'*', rest @ ..] => (0..=name.len()).any(|skipped| glob(rest, &name[skipped..])),
            [letter, rest @ ..] => name.first() == Some(letter) && glob(rest, &name[1..]),
        }
    }
    match pattern {
        "-" => name.is_empty(),
        _ if pattern.contains('*') && name.is_empty() => false,
        _ => glob(pattern.as_bytes(), name.as_bytes()),
    }
}

/// The local hour of a moment, as a name.
pub(super) fn hour(at: DateTime<Utc>, zone: chrono_tz::Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H").to_string()
}

/// Whether a day lies in a period with open ends.
pub(super) fn is_between(day: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) -> bool {
    let day: NaiveDate = day.parse().unwrap();
    from.is_none_or(|from| from <= day) && until.is_none_or(|until| day < until)
}
