//! Whether those who answered differ from those who were asked and did not: by talk time, queue and hour. Where they do, the scores may speak
//! for some callers more than for others.

use serde::Serialize;

use crate::funnel::percent;
use crate::statistics::independence::response_by_group;
use aftercall_storage::tally::{CallTally, TalkTimeTally};

/// Below this p those who answered are said to differ.
const SIGNIFICANT: f64 = 0.05;
/// Classes that are listed at most, those with the most surveys first; the test takes all.
const MOST_CLASSES: usize = 30;

/// Response by one characteristic of the call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NonResponse {
    /// `talk_time` (of the finished call), `queue` or `hour`.
    pub by: &'static str,
    /// The classes.
    pub classes: Vec<ResponseClass>,
    /// How often classes without a difference would differ this much (chi-square test of independence); `null`: too few answers.
    pub p: Option<f64>,
    /// Cramer's V: 0.1 small, 0.3 medium, 0.5 large.
    pub effect: Option<f64>,
    /// `differs`, or `cannot_tell`.
    pub verdict: &'static str,
}

/// Surveys offered to one class of calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResponseClass {
    /// Its name: a queue, an hour, or a range of seconds such as `60-119 s`.
    pub name: String,
    /// Surveys offered.
    pub offered: u64,
    /// Of these: at least one question was answered.
    pub answered: u64,
    /// Percent; `null` below 10 offered.
    pub percent: Option<f64>,
    /// Of talk times the first and the last second; `None` behind the first: without an end.
    #[serde(skip)]
    pub(crate) seconds: Option<(u32, Option<u32>)>,
}

/// A class before its rate: its name, surveys offered, those answered, and its seconds.
type Counted = (String, u64, u64, Option<(u32, Option<u32>)>);

/// By a characteristic, from its classes; `None` where there is only one.
fn of(by: &'static str, classes: Vec<Counted>) -> Option<NonResponse> {
    let mut classes: Vec<Counted> = classes
        .into_iter()
        .filter(|(_, offered, ..)| *offered > 0)
        .collect();
    if classes.len() < 2 {
        return None;
    }
    let groups: Vec<(u64, u64)> = classes
        .iter()
        .map(|(_, offered, answered, _)| (*answered, *offered))
        .collect();
    let test = response_by_group(&groups);
    if classes.len() > MOST_CLASSES {
        classes.sort_by(|(_, one, ..), (_, other, ..)| other.cmp(one));
        classes.truncate(MOST_CLASSES);
        classes.sort();
    }
    let class = |(name, offered, answered, seconds)| ResponseClass {
        name,
        offered,
        answered,
        seconds,
        percent: percent(answered, offered),
    };
    Some(NonResponse {
        by,
        classes: classes.into_iter().map(class).collect(),
        p: test.map(|test| test.p),
        effect: test.map(|test| test.cramers_v),
        verdict: match test {
            Some(test) if test.p < SIGNIFICANT && test.is_reliable => "differs",
            Some(_) | None => "cannot_tell",
        },
    })
}

/// From what the store counted: talk times, calls by queue, calls by local hour.
pub(crate) fn gather(
    talk_times: &[TalkTimeTally],
    queues: &[CallTally],
    hours: &[CallTally],
) -> Vec<NonResponse> {
    let ends = talk_times.iter().skip(1).map(|next| Some(next.seconds));
    let by_talk_time = talk_times.iter().zip(ends.chain([None])).map(|(tally, end)| {
        let name = match end {
            Some(end) => format!("{}-{} s", tally.seconds, end.saturating_sub(1)),
            None => format!("{} s and more", tally.seconds),
        };
        let last = end.map(|end| end.saturating_sub(1));
        (name, tally.offered, tally.started, Some((tally.seconds, last)))
    });
    let by_queue = queues.iter().map(|tally| {
        let name = tally.key.names.first().cloned().unwrap_or_default();
        (name, tally.counts.offered, tally.counts.started, None)
    });
    let mut by_hour: Vec<Counted> = (0..24).map(|hour| (format!("{hour:02}"), 0, 0, None)).collect();
    for tally in hours {
        let of_hour = by_hour.iter_mut().find(|(name, ..)| *name == tally.key.bucket);
        if let Some((_, offered, answered, _)) = of_hour {
            *offered += tally.counts.offered;
            *answered += tally.counts.started;
        }
    }
    [
        ("talk_time", by_talk_time.collect()),
        ("queue", by_queue.collect()),
        ("hour", by_hour),
    ]
    .into_iter()
    .filter_map(|(by, classes)| of(by, classes))
    .collect()
}
