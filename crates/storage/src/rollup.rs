//! Counts by local hour, day and month: what a call contributes, and how that is kept true.
//!
//! What a call contributes to the counts is a function of its rows alone, written once, as a query ([`Contribution`]). Some time after
//! its end, together with others, a call is counted: it is put into its group, and its contribution added. A statement that changes
//! a counted call is put between two others ([`count`]): the contribution as it was is subtracted, and the contribution as it is
//! then is added. So late answers, corrections, repetitions, amendments and
//! erasures need no rule of their own, and the counts of a whole database ([`rebuild_day`]) are made by the same queries.
//!
//! Calls in progress, and those not counted yet, count nowhere and are in no group: reports read them from their rows, of which there
//! are few, by the same queries. So an answer and an end cost nothing more than their rows, and still are in the next report; and
//! calls that share a bucket share the change of its row. Counts are never scores: a score is computed from counts
//! when it is read, so counts can be added up over hours, queues and agents.

pub(crate) mod reach;

/// What a row adds to a count. `c` is the row of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Amount {
    /// 1.
    One,
    /// 1 where the condition holds.
    If(&'static str),
    /// The number.
    Of(&'static str),
}

impl Amount {
    pub(crate) fn sql(self) -> String {
        match self {
            Self::One => "1".to_owned(),
            Self::If(condition) => format!("CASE WHEN {condition} THEN 1 ELSE 0 END"),
            Self::Of(number) => number.to_owned(),
        }
    }
}

/// The counts of `rollup_call`.
const CALL_COUNTS: [(&str, Amount); 16] = [
    ("arrived", Amount::One),
    ("suppressed", Amount::If("c.decision = 'suppressed'")),
    ("eligible", Amount::If("c.decision <> 'suppressed'")),
    ("sampled", Amount::If("c.decision = 'sampled'")),
    ("offered", Amount::If(OFFERED)),
    ("started", Amount::If(STARTED)),
    ("never_arrived", Amount::If(NEVER_ARRIVED)),
    ("completed", Amount::If("c.disposition = 'completed'")),
    ("partial", Amount::If("c.disposition = 'partial'")),
    ("declined", Amount::If("c.disposition = 'declined'")),
    ("no_answer", Amount::If("c.disposition = 'no_answer'")),
    ("abandoned", Amount::If("c.disposition = 'abandoned'")),
    ("failed", Amount::If("c.disposition = 'failed'")),
    (
        "refused_capacity",
        Amount::If("c.disposition = 'refused_capacity'"),
    ),
    ("not_sampled", Amount::If("c.disposition = 'not_sampled'")),
    ("reversed", Amount::If(REVERSED)),
];

const OFFERED: &str = "c.decision = 'sampled' AND c.answered_at IS NOT NULL";

const STARTED: &str = "c.decision = 'sampled' AND c.answered_at IS NOT NULL \
     AND EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = c.call_uid AND a.value IS NOT NULL)";

const NEVER_ARRIVED: &str = "c.decision = 'sampled' AND c.answered_at IS NULL \
     AND c.disposition NOT IN ('failed', 'refused_capacity')";

/// The best tenth of one scale and the worst tenth of another in one call. Scales of fewer than five values have no extremes
/// that differ from their other values.
const REVERSED: &str = "c.decision = 'sampled' AND 2 = (SELECT COUNT(DISTINCT CASE \
     WHEN q.high_is_good = 1 AND 10 * (a.value - q.scale_min) >= 9 * (q.scale_max - q.scale_min) THEN 1 \
     WHEN q.high_is_good = 0 AND 10 * (a.value - q.scale_min) <= q.scale_max - q.scale_min THEN 1 \
     WHEN q.high_is_good = 1 AND 10 * (a.value - q.scale_min) <= q.scale_max - q.scale_min THEN 2 \
     WHEN q.high_is_good = 0 AND 10 * (a.value - q.scale_min) >= 9 * (q.scale_max - q.scale_min) THEN 2 END) \
     FROM answer a JOIN question q ON q.survey = a.survey AND q.version = a.survey_version \
     AND q.question_id = a.question_id \
     WHERE a.call_uid = c.call_uid AND a.value BETWEEN q.scale_min AND q.scale_max \
     AND q.metric IN ('nps', 'ces', 'csat') AND q.scale_max - q.scale_min >= 4)";

/// Why an answer is doubtful, as a sum of powers of two. `a` is its row.
pub(crate) const DOUBT: &str = "CASE WHEN a.heard_ms * 2 < a.prompt_ms THEN 1 ELSE 0 END \
     + CASE WHEN a.value IS NOT NULL AND (SELECT COUNT(*) >= 3 AND MIN(b.value) = MAX(b.value) FROM answer b \
     WHERE b.call_uid = a.call_uid AND b.value IS NOT NULL) THEN 2 ELSE 0 END \
     + CASE WHEN a.accepted_by_timeout = 1 THEN 4 ELSE 0 END";

/// What a call is grouped by: the columns of `call_group`, each with its value. `c` is the call's row.
pub(crate) const DIMENSIONS: [(&str, &str); 7] = [
    ("route", "COALESCE(c.route, '')"),
    ("queue", "COALESCE(c.queue, '')"),
    ("team", "COALESCE(c.team, '')"),
    ("survey", "COALESCE(c.survey, '')"),
    ("survey_version", "COALESCE(c.survey_version, '')"),
    ("language", "COALESCE(c.spoken_language, c.language, '')"),
    ("weight", WEIGHT),
];

/// The columns of `survey_group`: some of the [`DIMENSIONS`].
pub(crate) const SURVEY_DIMENSIONS: [&str; 3] = ["survey", "survey_version", "weight"];

/// The agent of a call. `c` is its row.
pub(crate) const AGENT: &str = "COALESCE(c.agent, '')";

/// How many calls a sampled one stands for.
pub(crate) const WEIGHT: &str = "CASE WHEN c.decision_reason = 'every' THEN COALESCE(c.stratum_every, 1) \
     WHEN c.decision_reason = 'share' AND json_valid(c.decision_detail) \
     THEN COALESCE(1.0 / NULLIF(json_extract(c.decision_detail, '$.share'), 0), 1) ELSE 1 END";

/// Which calls a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// One; the parameter is its identity.
    One,
    /// Several; the parameter is a JSON array of their identities.
    Listed,
    /// All of a local day; the parameter is the day.
    OfDay,
}

impl Calls {
    /// The condition on the row `c` of `call`.
    pub(crate) fn condition(self, parameter: &str) -> String {
        match self {
            Self::One => format!("c.call_uid = {parameter}"),
            Self::Listed => format!("c.call_uid IN (SELECT value FROM json_each({parameter}))"),
            Self::OfDay => format!("c.local_day = {parameter}"),
        }
    }
}

/// The sign of a contribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It is added.
    Plus,
    /// It is subtracted.
    Minus,
}

/// Counts what calls contribute, or takes it out.
pub(crate) fn count(calls: Calls, sign: Sign, parameter: &str) -> Vec<String> {
    let mut statements: Vec<String> = Contribution::ALL
        .iter()
        .map(|contribution| contribution.statement(calls, sign, parameter))
        .collect();
    if calls != Calls::OfDay {
        statements.push(reach::of_calls(calls, sign, parameter));
    }
    statements
}

/// Puts calls that have ended into their groups.
pub(crate) fn group(calls: Calls, parameter: &str) -> Vec<String> {
    let columns = DIMENSIONS.map(|(column, _)| column).join(", ");
    let values = DIMENSIONS.map(|(_, value)| value).join(", ");
    let is_same = DIMENSIONS
        .map(|(column, value)| format!("g.{column} = {value}"))
        .join(" AND ");
    let of_survey = DIMENSIONS
        .iter()
        .filter(|(column, _)| SURVEY_DIMENSIONS.contains(column));
    let survey_columns = of_survey
        .clone()
        .map(|(column, _)| *column)
        .collect::<Vec<_>>()
        .join(", ");
    let survey_values = of_survey
        .clone()
        .map(|(_, value)| *value)
        .collect::<Vec<_>>()
        .join(", ");
    let is_same_survey = of_survey
        .map(|(column, value)| format!("s.{column} = {value}"))
        .collect::<Vec<_>>()
        .join(" AND ");
    let chosen = format!("{} AND c.disposition IS NOT NULL", calls.condition(parameter));
    let (own, own_chosen) = (is_same.replace("c.", "call."), chosen.replace("c.", "call."));
    vec![
        format!(
            "INSERT INTO survey_group ({survey_columns}) SELECT DISTINCT {survey_values} FROM call c WHERE {chosen} \
             ON CONFLICT DO NOTHING"
        ),
        format!(
            "INSERT INTO call_group ({columns}, survey_group) SELECT DISTINCT {values}, s.id \
             FROM call c JOIN survey_group s ON {is_same_survey} WHERE {chosen} ON CONFLICT DO NOTHING"
        ),
        format!(
            "INSERT INTO agent_group (call_group, agent) SELECT DISTINCT g.id, {AGENT} \
             FROM call c JOIN call_group g ON {is_same} WHERE {chosen} ON CONFLICT DO NOTHING"
        ),
        format!(
            "UPDATE call SET agent_group = (SELECT a.id FROM call_group g \
             JOIN agent_group a ON a.call_group = g.id AND a.agent = COALESCE(call.agent, '') WHERE {own}) \
             WHERE {own_chosen}"
        ),
    ]
}

/// Counts a local day anew, from its calls; the parameter `$1` of each statement is the day. Months are made of days by
/// [`rebuild_month`].
pub(crate) fn rebuild_day() -> Vec<String> {
    let clear = Contribution::ALL.map(|Contribution { table, .. }| {
        format!(
            "DELETE FROM {table} WHERE level IN ('survey_hour', 'survey_day', 'hour', 'day', 'agent_day') \
             AND bucket >= $1 AND bucket < $1 || 'U'"
        )
    });
    clear
        .into_iter()
        .chain(group(Calls::OfDay, "$1"))
        .chain(count(Calls::OfDay, Sign::Plus, "$1"))
        .chain(reach::rebuild_day())
        .collect()
}

/// Adds up the days of a month; the parameter `$1` of each statement is the month.
pub(crate) fn rebuild_month() -> Vec<String> {
    let mut statements = Vec::new();
    for contribution in &Contribution::ALL {
        let table = contribution.table;
        let keys = contribution.keys.iter().map(|(key, _)| *key);
        let keys: Vec<&str> = ["key"].into_iter().chain(keys).collect();
        let counts: Vec<&str> = contribution.counts.iter().map(|(count, _)| *count).collect();
        statements.push(format!(
            "DELETE FROM {table} WHERE level IN ('survey_month', 'month', 'agent_month') AND bucket = $1"
        ));
        let sums: Vec<String> = counts.iter().map(|count| format!("SUM({count})")).collect();
        let (keys, counts, sums) = (keys.join(", "), counts.join(", "), sums.join(", "));
        statements.push(format!(
            "INSERT INTO {table} (level, bucket, {keys}, {counts}) \
             SELECT replace(level, 'day', 'month'), substr(bucket, 1, 7), {keys}, {sums} \
             FROM {table} WHERE level IN ('survey_day', 'day', 'agent_day') AND bucket >= $1 AND bucket < $1 || '.' \
             GROUP BY level, substr(bucket, 1, 7), {keys}"
        ));
    }
    statements
}

/// What calls contribute to one table.
#[derive(Debug)]
pub(crate) struct Contribution {
    /// The table.
    pub(crate) table: &'static str,
    /// Keys behind level, bucket and group, each with its value.
    pub(crate) keys: &'static [(&'static str, &'static str)],
    /// Counts, each with what a row adds to it.
    pub(crate) counts: &'static [(&'static str, Amount)],
    from: &'static str,
    /// Which of the calls contribute to the table.
    condition: &'static str,
}

impl Contribution {
    /// Calls by how far they went.
    pub(crate) const CALLS: Self = Self {
        table: "rollup_call",
        keys: &[],
        counts: &CALL_COUNTS,
        from: "call c",
        condition: "1 = 1",
    };
    /// Suppressed calls by rule.
    pub(crate) const SUPPRESSED: Self = Self {
        table: "rollup_suppressed",
        keys: &[("rule", "COALESCE(c.decision_reason, '')")],
        counts: &[("calls", Amount::One)],
        from: "call c",
        condition: "c.decision = 'suppressed'",
    };
    /// Answers by question, value and doubt.
    pub(crate) const ANSWERS: Self = Self {
        table: "rollup_answer",
        keys: &[
            ("question_id", "a.question_id"),
            ("skipped", "CASE WHEN a.value IS NULL THEN 1 ELSE 0 END"),
            ("value", "COALESCE(a.value, 0)"),
            ("doubt", DOUBT),
        ],
        counts: &[("answers", Amount::One)],
        from: "call c JOIN answer a ON a.call_uid = c.call_uid",
        condition: "1 = 1",
    };
    /// Offered surveys by the talk time of the finished call.
    pub(crate) const TALK_TIME: Self = Self {
        table: "rollup_talk_time",
        keys: &[("seconds", TALK_TIME_CLASS)],
        counts: &[("offered", Amount::If(OFFERED)), ("started", Amount::If(STARTED))],
        from: "call c",
        condition: "c.decision = 'sampled' AND c.answered_at IS NOT NULL AND c.context IS NOT NULL \
             AND json_valid(c.context) AND json_extract(c.context, '$.talk_time[1]') IS NOT NULL",
    };

    /// Recorded comments by question and outcome.
    pub(crate) const RECORDINGS: Self = Self {
        table: "rollup_recording",
        keys: &[("question_id", "r.question_id"), ("outcome", OUTCOME)],
        counts: &[
            ("recordings", Amount::One),
            ("duration_ms", Amount::Of("COALESCE(r.duration_ms, 0)")),
        ],
        from: "call c JOIN recording r ON r.call_uid = c.call_uid",
        condition: "1 = 1",
    };

    /// Every table of counts.
    pub(crate) const ALL: [Self; 5] = [
        Self::CALLS,
        Self::SUPPRESSED,
        Self::ANSWERS,
        Self::TALK_TIME,
        Self::RECORDINGS,
    ];
}

/// What a recording came to, as [`RecordingOutcome::as_str`](crate::tally::RecordingOutcome::as_str) has it. `r` is its row.
pub(crate) const OUTCOME: &str = "CASE WHEN r.state = 'recording' THEN 'recording' \
     WHEN r.empty_reason IS NOT NULL THEN 'empty' WHEN r.sha256 IS NOT NULL THEN 'comment' \
     WHEN r.state = 'nothing' THEN 'nothing' ELSE 'lost' END";

/// The shortest talk time of the class to which a call belongs, in seconds.
const TALK_TIME_CLASS: &str = "CASE \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 30 THEN 0 \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 60 THEN 30 \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 120 THEN 60 \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 300 THEN 120 \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 600 THEN 300 \
     WHEN CAST(json_extract(c.context, '$.talk_time[1]') AS INTEGER) < 1200 THEN 600 ELSE 1200 END";

impl Contribution {
    /// What chosen calls contribute, as a query: a row for each call, answer or recording, with the columns that are named, the keys
    /// and the counts. `chosen` is a condition on the row `c` of `call`.
    pub(crate) fn query(&self, columns: &[(&str, String)], chosen: &str) -> String {
        let Self {
            keys,
            counts,
            from,
            condition,
            ..
        } = self;
        let columns = columns.iter().map(|(name, value)| (*name, value.as_str()));
        let amounts: Vec<(&str, String)> = counts
            .iter()
            .map(|(name, amount)| (*name, amount.sql()))
            .collect();
        let amounts = amounts.iter().map(|(name, amount)| (*name, amount.as_str()));
        let selected: Vec<String> = columns
            .chain(keys.iter().copied())
            .chain(amounts)
            .map(|(name, value)| format!("{value} AS {name}"))
            .collect();
        format!(
            "SELECT {} FROM {from} WHERE {chosen} AND {condition}",
            selected.join(", ")
        )
    }

    /// The statement that adds the contributions of ended calls to every level, or subtracts them.
    fn statement(&self, calls: Calls, sign: Sign, parameter: &str) -> String {
        let Self {
            table, keys, counts, ..
        } = self;
        let sign = match sign {
            Sign::Plus => "",
            Sign::Minus => "-",
        };
        // One call has a row or a few: adding them up first would cost more than it saves.
        let is_summed = calls != Calls::One;
        let names: Vec<&str> = counts.iter().map(|(name, _)| *name).collect();
        let signed: Vec<String> = names
            .iter()
            .map(|name| match is_summed {
                true => format!("{sign}SUM(x.{name})"),
                false => format!("{sign}x.{name}"),
            })
            .collect();
        let added: Vec<String> = names
            .iter()
            .map(|name| format!("{name} = {table}.{name} + excluded.{name}"))
            .collect();
        let keys: String = keys.iter().map(|(name, _)| format!(", {name}")).collect();
        let grouping = match is_summed {
            true => {
                let places: Vec<String> = (1..=self.keys.len() + 3).map(|place| place.to_string()).collect();
                format!(" GROUP BY {}", places.join(", "))
            }
            false => String::new(),
        };
        let ended = format!("{} AND c.agent_group IS NOT NULL", calls.condition(parameter));
        // A day is rebuilt without its month, which other days belong to.
        let levels = match calls {
            Calls::OfDay => "l.bucket_length > 7",
            Calls::One | Calls::Listed => "1 = 1",
        };
        format!(
            "INSERT INTO {table} (level, bucket, key{keys}, {names}) \
             SELECT l.level, substr(x.hour, 1, l.bucket_length), \
             CASE l.keyed_by WHEN 'agent_group' THEN a.id WHEN 'call_group' THEN g.id ELSE g.survey_group END{keys}, {signed} \
             FROM ({contributions}) AS x JOIN agent_group a ON a.id = x.agent_group \
             JOIN call_group g ON g.id = a.call_group CROSS JOIN rollup_level l WHERE {levels}{grouping} \
             ON CONFLICT (level, bucket, key{keys}) DO UPDATE SET {added}",
            names = names.join(", "),
            signed = signed.join(", "),
            contributions = self.query(&of_group(), &ended),
            added = added.join(", "),
        )
    }
}

/// The hour and the group of a call that has ended.
fn of_group() -> [(&'static str, String); 2] {
    [
        ("hour", "c.local_hour".to_owned()),
        ("agent_group", "c.agent_group".to_owned()),
    ]
}
