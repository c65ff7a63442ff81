//! What a question with `metric = "comment"` says of the recording.

use std::time::Duration;

use super::table::DefinitionTable;
use crate::metric::Metric;
use crate::question::Comment;
use aftercall_base::Faults;

const MAX_LENGTH: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(600));
const SILENCE: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
const MIN_SPEECH: (Duration, Duration) = (Duration::ZERO, Duration::from_secs(10));

/// Fields that only a comment has.
const OWN: [&str; 3] = ["max_length", "silence", "min_speech"];
/// Fields that a comment cannot have, since no key answers it and nothing is asked again.
const OTHERS: [&str; 6] = ["scale", "keys", "labels", "branch", "no_input", "no_match"];

/// How the comment is recorded; `None` for another metric, where the fields of a comment are faults.
pub(super) fn read(
    table: &mut DefinitionTable<'_>,
    metric: Option<Metric>,
    faults: &mut Faults<'_>,
) -> Option<Comment> {
    let metric = metric?;
    if metric != Metric::Comment {
        refuse(
            table,
            &OWN,
            &format!("means nothing for `{}`", metric.as_str()),
            faults,
        );
        return None;
    }
    refuse(table, &OTHERS, "means nothing for a comment", faults);
    let default = Comment::default();
    let mut read = |field, limits, default| table.duration(field, limits, faults).unwrap_or(default);
    Some(Comment {
        max_length: read("max_length", MAX_LENGTH, default.max_length),
        silence: read("silence", SILENCE, default.silence),
        min_speech: read("min_speech", MIN_SPEECH, default.min_speech),
    })
}

fn refuse(table: &mut DefinitionTable<'_>, fields: &[&'static str], why: &str, faults: &mut Faults<'_>) {
    for field in fields {
        if let Some(value) = table.value(field) {
            faults.error(value.span(), format!("`{field}` {why}"), "remove it");
        }
    }
}
