//! What callers say in comments: sentences that were spoken beforehand.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

use super::call::DemoAnswer;
use super::opinion::is_scored;
use aftercall_survey::SurveyRecord;

/// How a caller speaks of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoTone {
    /// Complains.
    Bad,
    /// Has something to say for it and something against it.
    Mixed,
    /// Praises.
    Good,
}

/// A sentence of which there is a sound file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSentence {
    /// How it speaks of the call.
    pub tone: DemoTone,
    /// The queue whose callers say it; `None`: callers of any queue.
    pub queue: Option<&'static str>,
    /// How long it is.
    pub length: Duration,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// The share of the way from the worst to the best value from which on a caller is content: 7 and 9 of NPS.
const CONTENT: (f64, f64) = (0.65, 0.85);

/// The tone that fits answers: complaints come with low scores.
pub(super) fn tone(answers: &[DemoAnswer], survey: &SurveyRecord) -> DemoTone {
    let (mut sum, mut count) = (0.0, 0.0);
    for answer in answers {
        let question = survey
            .questions
            .iter()
            .find(|question| question.id == answer.question);
        let (Some(question), Some(value)) = (question.filter(|question| is_scored(question)), answer.value)
        else {
            continue;
        };
        let (least, most) = question.scale;
        let level = between(value - least, most - least);
        sum += if question.high_is_good { level } else { 1.0 - level };
        count += 1.0;
    }
    match sum / count {
        // No score: 0 of 0.
        level if level.is_nan() => DemoTone::Mixed,
        level if level < CONTENT.0 => DemoTone::Bad,
        level if level < CONTENT.1 => DemoTone::Mixed,
        _ => DemoTone::Good,
    }
}

/// A sentence of that tone, of the queue's own where it has some.
pub(super) fn any<'s>(
    sentences: &'s [DemoSentence],
    tone: DemoTone,
    queue: &str,
    rng: &mut StdRng,
) -> Option<&'s DemoSentence> {
    let of_tone = sentences.iter().filter(|sentence| sentence.tone == tone);
    let mut fitting: Vec<&DemoSentence> = of_tone
        .clone()
        .filter(|sentence| sentence.queue == Some(queue))
        .collect();
    if fitting.is_empty() {
        fitting = of_tone.filter(|sentence| sentence.queue.is_none()).collect();
    }
    let at = rng.random_range(0..fitting.len().max(1));
    fitting.get(at).copied()
}

#[expect(clippy::cast_precision_loss, reason = "values of a scale")]
fn between(value: i64, range: i64) -> f64 {
    value as f64 / range.max(1) as f64
}
