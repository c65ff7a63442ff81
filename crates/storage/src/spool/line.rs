//! A line of the spool: `checksum space json newline`.
//!
//! ```text
//! 5f1c09aa {"fact":"answer","call":"01J...","question":"nps","value":9,...}
//! ```
//! The checksum is the first 8 hexadecimal digits of the SHA-256 of the JSON: it shows a torn or damaged line, not a
//! forged one. Calls being admitted are never spooled, so no line has a caller's number.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::spool::alert::{self, AlertLine};
use crate::spool::recording::{EndLine, RecordingLine};
use crate::store::Fact;
use aftercall_base::{CallUid, Disposition};
use aftercall_survey::record::{AnswerRecord, CallEnd, MediaQuality};

/// No line is longer, its newline included.
pub(super) const LONGEST: usize = 16 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
enum Line {
    Answered {
        call: String,
        at: DateTime<Utc>,
        /// Missing in lines of older programs, as are `corrected_from`, `early_digits` and `asked` below.
        #[serde(default)]
        planned: Option<Vec<String>>,
    },
    Answer {
        call: String,
        question: String,
        value: Option<i64>,
        raw_digits: String,
        attempts: u32,
        response_time_ms: u64,
        accepted_by_timeout: bool,
        answered_at: DateTime<Utc>,
        #[serde(default)]
        corrected_from: Option<i64>,
        #[serde(default)]
        early_digits: String,
        #[serde(default)]
        prompt_ms: Option<u64>,
        #[serde(default)]
        heard_ms: Option<u64>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alerts: Vec<AlertLine>,
    },
    OptedOut {
        call: String,
        at: DateTime<Utc>,
    },
    RecordingBegun(RecordingLine),
    RecordingEnded(EndLine),
    RecordingExpired {
        call: String,
        question: String,
        at: DateTime<Utc>,
    },
    End {
        call: String,
        answered_at: Option<DateTime<Utc>>,
        ended_at: DateTime<Utc>,
        disposition: String,
        reason: String,
        /// Missing in lines of older programs.
        #[serde(default)]
        media: Option<MediaQuality>,
        #[serde(default)]
        asked: Option<Vec<String>>,
        #[serde(default)]
        spoken_language: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alerts: Vec<AlertLine>,
    },
}

/// Whether the spool takes this kind of fact: what a caller has done is kept, what can be refused is not.
pub(crate) const fn takes(fact: &Fact) -> bool {
    match fact {
        Fact::Answered { .. }
        | Fact::Answer(_)
        | Fact::OptedOut { .. }
        | Fact::RecordingBegun(_)
        | Fact::RecordingEnded(_)
        | Fact::RecordingExpired { .. }
        | Fact::End(_) => true,
        Fact::Admit(_) | Fact::TurnedAway(_) | Fact::Surveys(_) | Fact::Api(_) | Fact::Heartbeat => false,
    }
}

/// The line of a fact; `None` when the spool does not take it or it would be too long.
pub(super) fn encode(fact: &Fact) -> Option<Vec<u8>> {
    let json = serde_json::to_string(&line_of(fact)?).ok()?;
    let line = format!("{} {json}\n", checksum(json.as_bytes())).into_bytes();
    (line.len() <= LONGEST).then_some(line)
}

/// The fact of a line without its newline; `None` when it is damaged.
pub(super) fn decode(line: &[u8]) -> Option<Fact> {
    let (sum, rest) = line.split_at_checked(8)?;
    let json = rest.strip_prefix(b" ")?;
    if sum != checksum(json).as_bytes() {
        return None;
    }
    fact_of(serde_json::from_slice(json).ok()?)
}

fn line_of(fact: &Fact) -> Option<Line> {
    match fact {
        Fact::Answered { call, at, planned } => Some(Line::Answered {
            call: call.to_string(),
            at: *at,
            planned: planned.clone(),
        }),
        Fact::Answer(record) => Some(Line::Answer {
            call: record.call.to_string(),
            question: record.question.clone(),
            value: record.value,
            raw_digits: record.raw_digits.clone(),
            attempts: record.attempts,
            response_time_ms: millis(record.response_time),
            accepted_by_timeout: record.accepted_by_timeout,
            answered_at: record.answered_at,
            corrected_from: record.corrected_from,
            early_digits: record.early_digits.clone(),
            prompt_ms: record.prompt.map(millis),
            heard_ms: record.heard.map(millis),
            alerts: alert::lines(&record.alerts),
        }),
        Fact::OptedOut { call, at } => Some(Line::OptedOut {
            call: call.to_string(),
            at: *at,
        }),
        Fact::RecordingBegun(recording) => Some(Line::RecordingBegun(recording.into())),
        Fact::RecordingEnded(end) => Some(Line::RecordingEnded(end.into())),
        Fact::RecordingExpired { call, question, at } => Some(Line::RecordingExpired {
            call: call.to_string(),
            question: question.clone(),
            at: *at,
        }),
        Fact::End(end) => Some(Line::End {
            call: end.call.to_string(),
            answered_at: end.answered_at,
            ended_at: end.ended_at,
            disposition: end.disposition.as_str().to_owned(),
            reason: end.reason.clone(),
            media: end.media.clone(),
            asked: end.asked.clone(),
            spoken_language: end.spoken_language.clone(),
            alerts: alert::lines(&end.alerts),
        }),
        Fact::Admit(_) | Fact::TurnedAway(_) | Fact::Surveys(_) | Fact::Api(_) | Fact::Heartbeat => None,
    }
}

fn fact_of(line: Line) -> Option<Fact> {
    let uid = |text: String| text.parse::<CallUid>().ok();
    match line {
        Line::Answered { call, at, planned } => Some(Fact::Answered {
            call: uid(call)?,
            at,
            planned,
        }),
        Line::Answer {
            call,
            question,
            value,
            raw_digits,
            attempts,
            response_time_ms,
            accepted_by_timeout,
            answered_at,
            corrected_from,
            early_digits,
            prompt_ms,
            heard_ms,
            alerts,
        } => Some(Fact::Answer(AnswerRecord {
            alerts: alert::read(alerts)?,
            call: uid(call)?,
            question,
            value,
            raw_digits,
            attempts,
            response_time: Duration::from_millis(response_time_ms),
            accepted_by_timeout,
            answered_at,
            corrected_from,
            early_digits,
            prompt: prompt_ms.map(Duration::from_millis),
            heard: heard_ms.map(Duration::from_millis),
        })),
        Line::OptedOut { call, at } => Some(Fact::OptedOut { call: uid(call)?, at }),
        Line::RecordingBegun(line) => Some(Fact::RecordingBegun(line.read()?)),
        Line::RecordingEnded(line) => Some(Fact::RecordingEnded(line.read()?)),
        Line::RecordingExpired { call, question, at } => Some(Fact::RecordingExpired {
            call: uid(call)?,
            question,
            at,
        }),
        Line::End {
            call,
            answered_at,
            ended_at,
            disposition,
            reason,
            media,
            asked,
            spoken_language,
            alerts,
        } => Some(Fact::End(CallEnd {
            alerts: alert::read(alerts)?,
            call: uid(call)?,
            answered_at,
            ended_at,
            disposition: Disposition::from_str_opt(&disposition)?,
            reason,
            media,
            asked,
            spoken_language,
        })),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn checksum(json: &[u8]) -> String {
    Sha256::digest(json)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;
    use proptest::prelude::*;

    use super::{decode, encode};
    use crate::store::Fact;
    use aftercall_base::{Disposition, EmptyReason, RecordedAudio, RecordingEndReason, RecordingResult};
    use aftercall_survey::alert::{AlertRaised, AlertSeverity, AlertTrigger};
    use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingBegun, RecordingEnd};

    fn answer(question: &str, value: Option<i64>) -> AnswerRecord {
        AnswerRecord {
            call: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            question: question.to_owned(),
            value,
            alerts: vec![AlertRaised {
                rule: "unhappy".to_owned(),
                severity: AlertSeverity::High,
                trigger: AlertTrigger::Answer(question.to_owned()),
                callback: None,
            }],
            raw_digits: "1*#".to_owned(),
            early_digits: "10".to_owned(),
            prompt: Some(Duration::from_millis(8_200)),
            heard: value.map(|_| Duration::from_millis(900)),
            attempts: 2,
            response_time: Duration::from_millis(1250),
            accepted_by_timeout: true,
            corrected_from: Some(5),
            answered_at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
        }
    }

    proptest! {
        #[test]
        fn answer_survives_its_line(question in "\\PC{0,40}", value in any::<Option<i64>>()) {
            let record = answer(&question, value);
            let line = encode(&Fact::Answer(record.clone())).unwrap();
            prop_assert_eq!(line.iter().filter(|byte| **byte == b'\n').count(), 1, "one line is one fact");
            let Some(Fact::Answer(read)) = decode(line.strip_suffix(b"\n").unwrap()) else {
                panic!("a line that was written is read as an answer")
            };
            prop_assert_eq!(read, record);
        }

        #[test]
        fn damaged_line_is_refused_and_never_panics(position in 0_usize..300, byte in any::<u8>()) {
            let mut line = encode(&Fact::Answer(answer("nps", Some(9)))).unwrap();
            line.pop();
            let position = position % line.len();
            prop_assume!(line[position] != byte);
            line[position] = byte;
            prop_assert!(decode(&line).is_none());
        }

        #[test]
        fn arbitrary_bytes_are_no_line(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(decode(&bytes).is_none());
        }
    }

    #[test]
    fn recording_survives_its_line_whatever_is_left_of_it() {
        let at = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap();
        let recording = RecordingBegun {
            call: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            question: "comment".to_owned(),
            path: "2026-11-24/01ARZ3NDEKTSV4RRFFQ69G5FAV-comment.wav".to_owned(),
            begun_at: at,
        };
        let audio = |empty| {
            RecordingResult::Audio(RecordedAudio {
                duration: Duration::from_millis(12_340),
                size_bytes: 197_484,
                sha256: "ab".repeat(32),
                speech: Duration::from_millis(9_860),
                empty,
            })
        };
        let kept = [
            audio(None),
            audio(Some(EmptyReason::TooShort)),
            RecordingResult::Nothing,
            RecordingResult::Lost,
        ];
        let end = |kept: RecordingResult, ended_by| RecordingEnd {
            alerts: Vec::new(),
            recording: recording.clone(),
            kept,
            ended_by,
            ended_at: at,
        };
        for (kept, ended_by) in kept.iter().zip(RecordingEndReason::ALL) {
            let end = end(kept.clone(), ended_by);
            let line = encode(&Fact::RecordingEnded(end.clone())).unwrap();
            let Some(Fact::RecordingEnded(read)) = decode(line.strip_suffix(b"\n").unwrap()) else {
                panic!("an end is read as one")
            };
            assert_eq!(read, end);
        }
        let line = encode(&Fact::RecordingBegun(recording.clone())).unwrap();
        let Some(Fact::RecordingBegun(read)) = decode(line.strip_suffix(b"\n").unwrap()) else {
            panic!("a beginning is read as one")
        };
        assert_eq!(read, recording);
    }

    #[test]
    fn what_a_call_was_to_be_asked_and_was_survives_its_lines() {
        let ids = Some(vec!["nps".to_owned(), "ä\"b".to_owned()]);
        let call = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let at = DateTime::from_timestamp_millis(1_700_000_000_123).unwrap();
        let line = |fact: &Fact| encode(fact).unwrap().strip_suffix(b"\n").unwrap().to_vec();
        let answered = Fact::Answered {
            call,
            at,
            planned: ids.clone(),
        };
        let Some(Fact::Answered { planned, .. }) = decode(&line(&answered)) else {
            panic!("it is read as it was written")
        };
        let end = Fact::End(CallEnd {
            alerts: Vec::new(),
            call,
            answered_at: None,
            ended_at: at,
            disposition: Disposition::Partial,
            reason: "caller_hung_up".to_owned(),
            media: None,
            asked: ids.clone(),
            spoken_language: ids.as_ref().map(|_| "fi".to_owned()),
        });
        let Some(Fact::End(end)) = decode(&line(&end)) else {
            panic!("it is read as it was written")
        };
        assert_eq!((&planned, &end.asked), (&ids, &ids));
    }

    #[test]
    fn answer_of_an_older_program_is_read_as_one_before_which_nothing_was_dropped() {
        let json = r#"{"fact":"answer","call":"01ARZ3NDEKTSV4RRFFQ69G5FAV","question":"nps","value":9,"raw_digits":"9",
            "attempts":1,"response_time_ms":850,"accepted_by_timeout":false,"answered_at":"2026-11-22T08:00:00Z"}"#;
        let json = json.replace('\n', "");
        let line = format!("{} {json}", super::checksum(json.as_bytes()));
        let Some(Fact::Answer(answer)) = decode(line.as_bytes()) else {
            panic!("a line of an older program is read")
        };
        assert_eq!((answer.value, answer.early_digits.as_str()), (Some(9), ""));
        assert_eq!(answer.alerts, []);
    }

    #[test]
    fn end_of_an_older_program_is_read_as_one_without_media() {
        let json = r#"{"fact":"end","call":"01ARZ3NDEKTSV4RRFFQ69G5FAV","answered_at":null,
            "ended_at":"2026-11-22T08:00:00Z","disposition":"abandoned","reason":"caller_hung_up"}"#;
        let json = json.replace('\n', "");
        let line = format!("{} {json}", super::checksum(json.as_bytes()));
        let Some(Fact::End(end)) = decode(line.as_bytes()) else {
            panic!("an end is read")
        };
        assert_eq!((end.media, end.asked), (None, None));
    }

    #[test]
    fn fact_beyond_the_longest_line_is_not_taken() {
        assert!(encode(&Fact::Answer(answer(&"x".repeat(20_000), None))).is_none());
    }
}
