//! What an answer means for its score.

use super::metric::Metric;
use super::version::QuestionRecord;

/// How an answer counts for its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerClass {
    /// A promoter, or at or beyond the threshold.
    Good,
    /// Neither.
    Middle,
    /// A detractor, or as far from the best end of the scale as the threshold is from the worst.
    Low,
}

impl QuestionRecord {
    /// How a value counts; `None`: the question has no better and worse.
    pub fn class(&self, value: i64) -> Option<AnswerClass> {
        if self.metric == Metric::Nps {
            return Some(match value {
                9.. => AnswerClass::Good,
                7..=8 => AnswerClass::Middle,
                _ => AnswerClass::Low,
            });
        }
        if !self.metric.is_scored() {
            return None;
        }
        let (min, max) = self.scale;
        // Seen from the bad end: the threshold is so far from it, the mirrored one from the good end.
        let height = |value: i64| match self.high_is_good {
            true => value.saturating_sub(min),
            false => max.saturating_sub(value),
        };
        let best = if self.high_is_good { max } else { min };
        let threshold = height(self.threshold.unwrap_or(best));
        let value = height(value);
        Some(if value >= threshold {
            AnswerClass::Good
        } else if value <= max.saturating_sub(min).saturating_sub(threshold) {
            AnswerClass::Low
        } else {
            AnswerClass::Middle
        })
    }

    /// What a value means, in words.
    pub fn label(&self, value: i64) -> Option<&str> {
        let labels = self.labels.iter();
        let label = labels
            .filter(|(of, _)| *of == value)
            .map(|(_, label)| label.as_str())
            .next();
        label.filter(|label| !label.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::{AnswerClass, QuestionRecord};
    use crate::metric::Metric;

    fn question(
        metric: Metric,
        scale: (i64, i64),
        high_is_good: bool,
        threshold: Option<i64>,
    ) -> QuestionRecord {
        QuestionRecord {
            id: "q".to_owned(),
            metric,
            text: String::new(),
            scale,
            high_is_good,
            threshold,
            target: None,
            labels: Vec::new(),
        }
    }

    #[test]
    fn answers_are_good_and_bad_by_their_scale_and_its_direction() {
        let of = |question: &QuestionRecord, value| match question.class(value) {
            Some(AnswerClass::Good) => '+',
            Some(AnswerClass::Middle) => '0',
            Some(AnswerClass::Low) => '-',
            None => '?',
        };
        let all = |question: &QuestionRecord| {
            (question.scale.0..=question.scale.1)
                .map(|value| of(question, value))
                .collect::<String>()
        };
        assert_eq!(all(&question(Metric::Nps, (0, 10), true, None)), "-------00++");
        assert_eq!(all(&question(Metric::Csat, (1, 5), true, Some(4))), "--0++");
        assert_eq!(all(&question(Metric::Csat, (1, 5), false, Some(2))), "++0--");
        assert_eq!(all(&question(Metric::Ces, (1, 7), true, Some(5))), "---0+++");
        assert_eq!(all(&question(Metric::YesNo, (0, 1), true, None)), "-+");
        assert_eq!(all(&question(Metric::Choice, (1, 3), true, None)), "???");
    }
}
