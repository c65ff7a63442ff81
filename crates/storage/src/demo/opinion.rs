//! What a caller answers.

use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::RngExt;
use rand::rngs::StdRng;

use super::call::DemoAnswer;
use super::timing;
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord};

/// About 0, mostly between -1 and 1.
pub(super) fn normal(rng: &mut StdRng) -> f64 {
    // Irwin-Hall: the sum of twelve uniform draws has the variance 1.
    (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0
}

/// How a caller answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opinion {
    /// How happy the caller is, about 0.
    mood: f64,
    manner: Manner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Careful,
    /// The same key again and again.
    SameKey(u8),
    /// Presses before the scale was told.
    Hasty,
    /// Takes a scale the wrong way round.
    Reversed,
}

impl Opinion {
    pub(super) fn new(mood: f64, rng: &mut StdRng) -> Self {
        let manner = match rng.random_range(0..1_000) {
            0..20 => Manner::SameKey(rng.random_range(1..=5)),
            20..50 => Manner::Hasty,
            50..65 => Manner::Reversed,
            _ => Manner::Careful,
        };
        Self { mood, manner }
    }

    /// The answers to the first `many` questions that keys answer, of which the first begins at a moment.
    pub(super) fn answers(
        self,
        survey: &SurveyRecord,
        many: usize,
        first: DateTime<Utc>,
        rng: &mut StdRng,
    ) -> Vec<DemoAnswer> {
        let asked = survey
            .questions
            .iter()
            .filter(|question| question.metric != Metric::Comment);
        // The last question of those whose scale is taken the wrong way round.
        let turned = asked.clone().filter(|question| is_scored(question)).count();
        let mut scored = 0;
        let mut begun = first;
        asked
            .take(many)
            .map(|question| {
                scored += usize::from(is_scored(question));
                let is_turned = self.manner == Manner::Reversed && is_scored(question) && scored == turned;
                let answer = self.answer(question, is_turned, begun, rng);
                begun = timing::next(answer.answered_at);
                answer
            })
            .collect()
    }

    fn answer(
        self,
        question: &QuestionRecord,
        is_turned: bool,
        begun: DateTime<Utc>,
        rng: &mut StdRng,
    ) -> DemoAnswer {
        let value = match self.manner {
            _ if rng.random_bool(0.04) => None,
            Manner::SameKey(key) => Some(i64::from(key).clamp(question.scale.0, question.scale.1)),
            Manner::Careful | Manner::Hasty | Manner::Reversed => Some(self.value(question, is_turned, rng)),
        };
        let prompt = 3_500 + 60 * u64::try_from(question.text.len()).unwrap_or(50);
        let heard = match self.manner {
            Manner::Hasty => Some(prompt * rng.random_range(5..45) / 100),
            _ if rng.random_bool(0.35) => Some(prompt * rng.random_range(60..100) / 100),
            _ => None,
        };
        let response = if heard.is_some() {
            0
        } else {
            rng.random_range(300..3_500)
        };
        let answer = DemoAnswer {
            question: question.id.clone(),
            value,
            attempts: if value.is_none() {
                3
            } else {
                rng.random_range(10..14) / 10
            },
            response_time: Duration::from_millis(response),
            // A 1 on 0-10 that no 0 followed.
            by_timeout: value == Some(1) && question.scale.1 >= 10,
            prompt: Duration::from_millis(prompt),
            heard: heard.map(Duration::from_millis),
            answered_at: begun,
        };
        DemoAnswer {
            answered_at: timing::answer(begun, &answer),
            ..answer
        }
    }

    fn value(self, question: &QuestionRecord, is_turned: bool, rng: &mut StdRng) -> i64 {
        let (least, most) = question.scale;
        if !is_scored(question) && question.metric != Metric::YesNo {
            let most = most.min(least.saturating_add(9));
            return rng.random_range(least..=most);
        }
        // Where between the worst and the best value the caller stands.
        let level = (0.78 + 0.19 * (self.mood + 0.35 * normal(rng))).clamp(0.0, 1.0);
        let is_high = question.high_is_good != is_turned;
        let level = if is_high { level } else { 1.0 - level };
        least + scaled(level, most - least)
    }
}

pub(super) fn is_scored(question: &QuestionRecord) -> bool {
    matches!(question.metric, Metric::Nps | Metric::Ces | Metric::Csat)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a scale of a few values"
)]
fn scaled(level: f64, range: i64) -> i64 {
    (level * range as f64).round() as i64
}
