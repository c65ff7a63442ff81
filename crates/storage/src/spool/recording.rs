//! The lines of recordings.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::alert::{self, AlertLine};
use aftercall_base::{EmptyReason, RecordedAudio, RecordingEndReason, RecordingResult};
use aftercall_survey::record::{RecordingBegun, RecordingEnd};

#[derive(Serialize, Deserialize)]
pub(super) struct RecordingLine {
    call: String,
    question: String,
    path: String,
    begun_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EndLine {
    recording: RecordingLine,
    kept: KeptLine,
    ended_by: String,
    ended_at: DateTime<Utc>,
    /// Missing in lines of older programs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alerts: Vec<AlertLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeptLine {
    Audio {
        duration_ms: u64,
        size_bytes: u64,
        sha256: String,
        speech_ms: u64,
        empty: Option<String>,
    },
    Nothing,
    Lost,
}

impl From<&RecordingBegun> for RecordingLine {
    fn from(recording: &RecordingBegun) -> Self {
        Self {
            call: recording.call.to_string(),
            question: recording.question.clone(),
            path: recording.path.clone(),
            begun_at: recording.begun_at,
        }
    }
}

impl RecordingLine {
    /// The recording; `None` when the line is not ours.
    pub(super) fn read(self) -> Option<RecordingBegun> {
        Some(RecordingBegun {
            call: self.call.parse().ok()?,
            question: self.question,
            path: self.path,
            begun_at: self.begun_at,
        })
    }
}

impl From<&RecordingEnd> for EndLine {
    fn from(end: &RecordingEnd) -> Self {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self {
            recording: (&end.recording).into(),
            kept: match &end.kept {
                RecordingResult::Audio(audio) => KeptLine::Audio {
                    duration_ms: millis(audio.duration),
                    size_bytes: audio.size_bytes,
                    sha256: audio.sha256.clone(),
                    speech_ms: millis(audio.speech),
                    empty: audio.empty.map(|empty| empty.as_str().to_owned()),
                },
                RecordingResult::Nothing => KeptLine::Nothing,
                RecordingResult::Lost => KeptLine::Lost,
            },
            ended_by: end.ended_by.as_str().to_owned(),
            ended_at: end.ended_at,
            alerts: alert::lines(&end.alerts),
        }
    }
}

impl EndLine {
    /// The end; `None` when the line is not ours.
    pub(super) fn read(self) -> Option<RecordingEnd> {
        Some(RecordingEnd {
            alerts: alert::read(self.alerts)?,
            recording: self.recording.read()?,
            kept: match self.kept {
                KeptLine::Audio {
                    duration_ms,
                    size_bytes,
                    sha256,
                    speech_ms,
                    empty,
                } => RecordingResult::Audio(RecordedAudio {
                    duration: Duration::from_millis(duration_ms),
                    size_bytes,
                    sha256,
                    speech: Duration::from_millis(speech_ms),
                    empty: match empty {
                        Some(word) => Some(EmptyReason::from_str_opt(&word)?),
                        None => None,
                    },
                }),
                KeptLine::Nothing => RecordingResult::Nothing,
                KeptLine::Lost => RecordingResult::Lost,
            },
            ended_by: RecordingEndReason::from_str_opt(&self.ended_by)?,
            ended_at: self.ended_at,
        })
    }
}
