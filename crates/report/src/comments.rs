//! Recorded comments: how many, and how much there is to listen to.

use serde::Serialize;

use aftercall_storage::tally::{RecordingOutcome, RecordingTally};

/// The comments to one question. Field names are those of `--json`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Comments {
    /// Survey name.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// Recordings in which something was said.
    pub comments: u64,
    /// Recordings in which nothing, or too little, was said.
    pub empty: u64,
    /// Callers who opted out in the comment, or left before the tone: nothing is kept.
    pub not_left: u64,
    /// Recordings that the disk lost.
    pub lost: u64,
    /// Recordings in progress.
    pub in_progress: u64,
    /// Seconds of sound in the comments.
    pub seconds: f64,
}

/// Adds up what the store counted; the store groups by survey and question.
pub(super) fn gather(tallies: &[RecordingTally]) -> Vec<Comments> {
    let mut builders: Vec<Comments> = Vec::new();
    for tally in tallies {
        let is_same =
            |known: &&mut Comments| known.survey == tally.survey && known.question == tally.question;
        let known = match builders.iter_mut().find(is_same) {
            Some(known) => known,
            None => builders.push_mut(Comments {
                survey: tally.survey.clone(),
                question: tally.question.clone(),
                ..Comments::default()
            }),
        };
        match tally.outcome {
            RecordingOutcome::Comment => {
                known.comments += tally.recordings;
                known.seconds += tally.duration_ms as f64 / 1_000.0;
            }
            RecordingOutcome::Empty => known.empty += tally.recordings,
            RecordingOutcome::Nothing => known.not_left += tally.recordings,
            RecordingOutcome::Lost => known.lost += tally.recordings,
            RecordingOutcome::Open => known.in_progress += tally.recordings,
        }
    }
    builders
}

#[cfg(test)]
mod tests {
    use super::gather;
    use aftercall_storage::tally::{RecordingOutcome, RecordingTally};

    #[test]
    fn recordings_are_counted_by_question_and_only_comments_have_seconds() {
        let tally = |question: &str, outcome, recordings, duration_ms| RecordingTally {
            survey: "nps".to_owned(),
            question: question.to_owned(),
            outcome,
            recordings,
            duration_ms,
        };
        let builders = gather(&[
            tally("why", RecordingOutcome::Comment, 3, 30_500),
            tally("why", RecordingOutcome::Empty, 2, 14_000),
            tally("why", RecordingOutcome::Nothing, 1, 0),
            tally("else", RecordingOutcome::Lost, 1, 0),
            tally("else", RecordingOutcome::Open, 1, 0),
        ]);
        assert_eq!(builders.len(), 2);
        let why = &builders[0];
        assert_eq!((why.comments, why.empty, why.not_left, why.lost), (3, 2, 1, 0));
        assert!((why.seconds - 30.5).abs() < 1e-9);
        assert_eq!((builders[1].lost, builders[1].in_progress), (1, 1));
    }
}
