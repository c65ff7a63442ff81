//! Parts of a definition in words, as `show`, `graph` and `diff` say them.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::definition::Survey;
use super::metric::Metric;
use super::question::{Branch, Correction, Goto, GroupOrder, Question, QuestionGroup, ScaleDirection};
use aftercall_base::PromptName;

/// `400 ms`, `2.5 s`, `3 min`.
pub(super) fn duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    if millis >= 120_000 && millis.is_multiple_of(60_000) {
        return format!("{} min", millis / 60_000);
    }
    if millis >= 1_000 {
        return format!("{} s", duration.as_secs_f64());
    }
    format!("{millis} ms")
}

/// The prompts of a sequence, `silence` when there are none.
pub(super) fn prompts(names: &[PromptName]) -> String {
    if names.is_empty() {
        return "silence".to_owned();
    }
    let names: Vec<&str> = names.iter().map(PromptName::as_str).collect();
    names.join(" + ")
}

/// What is played for each further attempt.
pub(super) fn attempts(attempts: &[Vec<PromptName>]) -> String {
    let attempts: Vec<String> = attempts.iter().map(|names| prompts(names)).collect();
    attempts.join(", then ")
}

/// `0-6, 8`.
pub(super) fn ranges(ranges: &[RangeInclusive<i64>]) -> String {
    let parts: Vec<String> = ranges
        .iter()
        .map(|range| match (range.start(), range.end()) {
            (start, end) if start == end => start.to_string(),
            (start, end) => format!("{start}-{end}"),
        })
        .collect();
    parts.join(", ")
}

/// Values as ranges: `0-6, 8`.
pub(super) fn values(values: impl Iterator<Item = i64>) -> String {
    let mut found: Vec<RangeInclusive<i64>> = Vec::new();
    for value in values {
        match found.last_mut() {
            Some(last) if last.end() + 1 == value => *last = *last.start()..=value,
            Some(_) | None => found.push(value..=value),
        }
    }
    ranges(&found)
}

/// What the question measures and on which scale.
pub(super) fn measure(question: &Question) -> String {
    let scale = question.scale;
    let direction = match scale.direction {
        ScaleDirection::HighIsGood => "high is good",
        ScaleDirection::LowIsGood => "low is good",
    };
    let (min, max) = (scale.min, scale.max);
    match question.metric {
        Metric::Comment => "comment, recorded".to_owned(),
        Metric::Choice => format!("choice of {}", question.labels.len()),
        Metric::Number => format!("number {min}-{max}"),
        Metric::YesNo => match scale.direction {
            ScaleDirection::HighIsGood => "yes or no, yes is good".to_owned(),
            ScaleDirection::LowIsGood => "yes or no, no is good".to_owned(),
        },
        Metric::Csat if (min, max) == (0, 1) => "csat by yes or no".to_owned(),
        metric @ (Metric::Nps | Metric::Ces | Metric::Csat) => {
            format!("{} {min}-{max}, {direction}", metric.as_str())
        }
    }
}

/// The keys that answer it: `0-10`, or `1 yes, 2 no`.
pub(super) fn keys(question: &Question) -> String {
    let keys = question.keys();
    let is_number = |(keys, value): (&str, i64)| keys.parse() == Ok(value);
    if keys.iter().all(is_number) && question.metric != Metric::Choice {
        let mut all: Vec<i64> = keys.iter().map(|(_, value)| value).collect();
        all.sort_unstable();
        return values(all.into_iter());
    }
    let key = |(keys, value): (&str, i64)| match question.labels.get(&value) {
        Some(label) => format!("{keys} {label}"),
        None => format!("{keys} for {value}"),
    };
    let all: Vec<String> = keys.iter().map(key).collect();
    all.join(", ")
}

/// Labels of values: `1 very difficult, 5 very easy`.
pub(super) fn labels(question: &Question) -> String {
    let labels: Vec<String> = question
        .labels
        .iter()
        .map(|(value, label)| format!("{value} {label}"))
        .collect();
    labels.join(", ")
}

/// The word for a threshold of this metric.
pub(super) const fn threshold_word(metric: Metric) -> &'static str {
    match metric {
        Metric::Ces => "top box",
        Metric::Nps | Metric::Csat | Metric::YesNo | Metric::Choice | Metric::Number | Metric::Comment => {
            "threshold"
        }
    }
}

/// The id of a place.
pub(super) fn place(survey: &Survey, goto: Goto) -> &str {
    let id = match goto {
        Goto::Question(index) => survey.questions.get(index).map(|question| &question.id),
        Goto::Group(index) => survey.groups.get(index).map(|group| &group.id),
        Goto::End => None,
    };
    id.map_or("end", |id| id.as_str())
}

/// When a branch is taken: `0-6, only when queue sales*`.
pub(super) fn when(branch: &Branch) -> String {
    let values = branch.values.as_deref().map(ranges);
    let condition = branch
        .only_when
        .as_ref()
        .map(|condition| format!("only when {condition}"));
    let parts: Vec<String> = values.into_iter().chain(condition).collect();
    parts.join(", ")
}

/// `1 of 3, random order`.
pub(super) fn draw(group: &QuestionGroup) -> String {
    let order = match group.order {
        GroupOrder::Random => "random order",
        GroupOrder::Written => "order as written",
    };
    let all = group.members.len();
    if group.ask >= all {
        format!("all {all}, {order}")
    } else {
        format!("{} of {all}, {order}", group.ask)
    }
}

/// `after 1-2, key 1, waits 3 s`.
pub(super) fn correction(correction: &Correction) -> String {
    format!(
        "after {}, key {}, waits {}",
        values(correction.values()),
        correction.key().as_char(),
        duration(correction.no_input())
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{duration, keys, measure, values};
    use crate::{AnyPrompt, parse};

    #[test]
    fn values_and_durations_read_as_people_write_them() {
        assert_eq!(values([0, 1, 2, 4, 6, 7].into_iter()), "0-2, 4, 6-7");
        let said = [400, 2_500, 7_000, 180_000, 90_000].map(|millis| duration(Duration::from_millis(millis)));
        assert_eq!(said, ["400 ms", "2.5 s", "7 s", "3 min", "90 s"]);
    }

    #[test]
    fn scales_and_keys_are_said_for_each_metric() {
        for (question, expected) in [
            ("metric = \"nps\"", "nps 0-10, high is good: 0-10"),
            (
                "metric = \"ces\"\nscale = { direction = \"low_is_good\" }",
                "ces 1-5, low is good: 1-5",
            ),
            ("metric = \"yes_no\"", "yes or no, yes is good: 1 yes, 2 no"),
            (
                "metric = \"csat\"\nkeys = { 1 = \"yes\", 3 = \"no\" }",
                "csat by yes or no: 1 yes, 3 no",
            ),
            (
                "metric = \"choice\"\nkeys = { 1 = \"a\", 3 = \"b\" }",
                "choice of 2: 1 a, 3 b",
            ),
            (
                "metric = \"number\"\nid = \"n\"\nscale = { min = 0, max = 99 }",
                "number 0-99: 0-99",
            ),
        ] {
            let survey = parse(&format!("[[question]]\n{question}"), "t.toml", &AnyPrompt)
                .unwrap()
                .survey;
            let question = &survey.questions()[0];
            assert_eq!(format!("{}: {}", measure(question), keys(question)), expected);
        }
    }
}
