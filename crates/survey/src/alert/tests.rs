//! Rules are read as they are written, and fire as a plain evaluator says.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::{AlertCondition, AlertRule, AlertSeverity, AlertVocabulary, AnswerFact, CallAlerts, CallFacts};
use crate::AnswerClass;
use crate::context::condition::WrittenTest;
use crate::context::field::{Field, Name};
use crate::metric::Metric;
use crate::version::QuestionRecord;
use aftercall_base::Disposition;

struct Known;

impl AlertVocabulary for Known {
    fn is_attribute(&self, word: &str) -> bool {
        word == "segment"
    }

    fn questions(&self) -> Vec<&str> {
        vec!["nps", "ease", "agent_csat", "why", "reason"]
    }
}

fn read(json: &str) -> Result<AlertCondition, String> {
    let written: BTreeMap<String, WrittenTest> = serde_json::from_str(json).unwrap();
    AlertCondition::read(written, &Known).map_err(|error| error.to_string())
}

fn question(id: &str) -> QuestionRecord {
    let (metric, scale, high_is_good) = match id {
        "nps" => (Metric::Nps, (0, 10), true),
        "ease" => (Metric::Ces, (1, 7), true),
        "effort" => (Metric::Ces, (1, 5), false),
        "agent_csat" => (Metric::Csat, (1, 5), true),
        "reason" => (Metric::Choice, (1, 4), true),
        other => panic!("no question {other}"),
    };
    QuestionRecord {
        id: id.to_owned(),
        metric,
        text: String::new(),
        scale,
        high_is_good,
        threshold: (id == "agent_csat").then_some(4),
        target: None,
        labels: Vec::new(),
    }
}

fn answer(id: &str, value: Option<i64>) -> AnswerFact {
    AnswerFact::of(id, value, Some(&question(id)))
}

fn context(pairs: &[(&str, &str)]) -> BTreeMap<Name, String> {
    let name = |word: &str| Field::of(word).map_or_else(|| Name::Attribute(word.to_owned()), Name::Field);
    pairs
        .iter()
        .map(|(word, value)| (name(word), (*value).to_owned()))
        .collect()
}

#[test]
fn condition_says_in_words_what_it_asks() {
    for (json, words) in [
        (r#"{"nps": {"to": 6}}"#, "nps at most 6"),
        (r#"{"nps": {"from": 9}}"#, "nps at least 9"),
        (r#"{"nps": {"from": 7, "to": 8}}"#, "nps 7 to 8"),
        (r#"{"csat": [1, 2]}"#, "csat 1 or 2"),
        (r#"{"agent_csat": 1}"#, "agent_csat 1"),
        (r#"{"ease": {"worse_than": 3}}"#, "ease worse than 3"),
        (r#"{"ces": {"better_than": 5}}"#, "ces better than 5"),
        (r#"{"ces": "low"}"#, "ces low"),
        (r#"{"ces": "good"}"#, "ces good"),
        (r#"{"nps": "skipped"}"#, "nps skipped"),
        (r#"{"nps": {"not": [9, 10]}}"#, "nps not 9 or 10"),
        (r#"{"comment": true}"#, "a comment"),
        (
            r#"{"disposition": ["abandoned", "declined"]}"#,
            "disposition abandoned or declined",
        ),
        (
            r#"{"nps": {"to": 6}, "queue": "sales*", "segment": "gold", "comment": false}"#,
            "nps at most 6, no comment, queue sales*, segment gold",
        ),
    ] {
        assert_eq!(read(json).unwrap().to_string(), words, "{json}");
    }
}

#[test]
fn mistakes_are_told_with_what_to_write_instead() {
    for (json, reason, fix) in [
        ("{}", "the condition is empty", "nps = { to = 6 }"),
        (r#"{"npss": 1}"#, "no survey asks `npss`", "did you mean `nps`?"),
        (
            r#"{"qeue": "x"}"#,
            "no survey asks `qeue`",
            "did you mean `queue`?",
        ),
        (
            r#"{"zzzzzz": "x"}"#,
            "no survey asks `zzzzzz`",
            "name a question of a survey",
        ),
        (
            r#"{"nps": "awful"}"#,
            "not a valid test of answers to `nps`",
            "worse_than",
        ),
        (r#"{"nps": true}"#, "not a valid test of answers", "worse_than"),
        (r#"{"nps": 1.5}"#, "not a valid test of answers", "worse_than"),
        (r#"{"nps": {}}"#, "not a valid test of answers", "worse_than"),
        (
            r#"{"nps": {"below": 3}}"#,
            "not a valid test of answers",
            "worse_than",
        ),
        (
            r#"{"nps": {"worse_than": 3, "to": 2}}"#,
            "not a valid test of answers",
            "worse_than",
        ),
        (r#"{"nps": {"worse_than": "x"}}"#, "is a whole number", "to = 6"),
        (
            r#"{"nps": {"from": 5, "to": 4}}"#,
            "cannot be from 5 to 4",
            "smaller",
        ),
        (r#"{"nps": []}"#, "0 values", "1 to 64"),
        (r#"{"comment": "yes"}"#, "whether there is one", "comment = true"),
        (
            r#"{"disposition": "gone"}"#,
            "`gone` is not a disposition",
            "abandoned",
        ),
        (r#"{"disposition": []}"#, "not a disposition", "abandoned"),
        (r#"{"caller": "+358"}"#, "personal", "another field"),
        (r#"{"queue": "a*b"}"#, "cannot be", "`*` stands at its end"),
    ] {
        let error = read(json).unwrap_err();
        assert!(error.contains(reason) && error.contains(fix), "{json}: {error}");
    }
    let both = read(r#"{"npss": 1, "disposition": "gone"}"#).unwrap_err();
    assert!(both.contains("npss") && both.contains("gone"), "{both}");
}

#[test]
fn worse_than_holds_for_ease_and_for_effort() {
    let worse = read(r#"{"ces": {"worse_than": 3}}"#).unwrap();
    let better = read(r#"{"ces": {"better_than": 3}}"#).unwrap();
    for (id, value, is_worse, is_better) in [
        ("ease", 2, true, false),
        ("ease", 3, false, false),
        ("ease", 4, false, true),
        ("effort", 2, false, true),
        ("effort", 3, false, false),
        ("effort", 4, true, false),
    ] {
        let answers = [answer(id, Some(value))];
        let empty = context(&[]);
        let facts = CallFacts {
            context: &empty,
            answers: &answers,
            has_comment: false,
            end: None,
        };
        assert_eq!(worse.holds(&facts), is_worse, "{id} {value}");
        assert_eq!(better.holds(&facts), is_better, "{id} {value}");
    }
}

#[test]
fn rule_fires_once_and_the_gravest_of_a_moment_comes_first() {
    let rule = |name: &str, severity, json: &str| AlertRule {
        name: Arc::from(name),
        severity,
        when: read(json).unwrap(),
    };
    let rules: Arc<[AlertRule]> = Arc::from([
        rule("low", AlertSeverity::Normal, r#"{"nps": "low"}"#),
        rule("very-bad", AlertSeverity::Urgent, r#"{"nps": {"to": 2}}"#),
        rule("both", AlertSeverity::High, r#"{"nps": "low", "csat": "low"}"#),
        rule(
            "elsewhere",
            AlertSeverity::Urgent,
            r#"{"nps": "low", "queue": "support"}"#,
        ),
        rule("spoken", AlertSeverity::Low, r#"{"nps": "low", "comment": true}"#),
        rule(
            "silent",
            AlertSeverity::Low,
            r#"{"nps": "low", "comment": false}"#,
        ),
        rule("gone", AlertSeverity::Low, r#"{"disposition": "partial"}"#),
    ]);
    let mut alerts = CallAlerts::new(rules, context(&[("queue", "sales")]));
    let names = |raised: Vec<super::AlertRaised>| -> Vec<(String, &'static str)> {
        raised
            .into_iter()
            .map(|alert| (alert.rule, alert.trigger.as_str()))
            .collect()
    };
    let told = |rule: &str, trigger| (rule.to_owned(), trigger);
    assert_eq!(
        names(alerts.answered(answer("nps", Some(1)))),
        [told("very-bad", "answer"), told("low", "answer")]
    );
    assert_eq!(names(alerts.answered(answer("nps", Some(0)))), []);
    assert_eq!(
        names(alerts.answered(answer("agent_csat", Some(2)))),
        [told("both", "answer")]
    );
    assert_eq!(names(alerts.commented("why")), [told("spoken", "comment")]);
    assert_eq!(names(alerts.ended(Disposition::Partial)), [told("gone", "end")]);
}

/// The values of one made-up call.
#[derive(Debug, Clone)]
struct Call {
    answers: Vec<(&'static str, Option<i64>)>,
    queue: Option<&'static str>,
    has_comment: bool,
    end: Option<Disposition>,
}

fn calls() -> impl Strategy<Value = Call> {
    let value = |id: &'static str| {
        let (min, max) = question(id).scale;
        prop::option::weighted(0.8, min - 1..=max + 1).prop_map(move |value| (id, value))
    };
    let some = prop::sample::subsequence(vec!["nps", "ease", "effort", "agent_csat", "reason"], 0..=5);
    let answers = some.prop_flat_map(move |ids| ids.into_iter().map(value).collect::<Vec<_>>());
    let end = prop::option::of(prop::sample::select(vec![
        Disposition::Completed,
        Disposition::Partial,
        Disposition::Abandoned,
    ]));
    (
        answers,
        prop::option::of(prop::sample::select(vec!["sales", "sales-fi", "support"])),
        any::<bool>(),
        end,
    )
        .prop_map(|(answers, queue, has_comment, end)| Call {
            answers,
            queue,
            has_comment,
            end,
        })
}

/// A test as it is written, and what it means, said once more in other words.
type Meaning = (&'static str, fn(&Call) -> bool);

fn value_of(call: &Call, ids: &[&str], fits: impl Fn(&str, i64) -> bool) -> bool {
    let mut answers = call.answers.iter().filter(|(id, _)| ids.contains(id));
    answers.any(|(id, value)| value.is_some_and(|value| fits(id, value)))
}

const MEANINGS: &[Meaning] = &[
    (r#""nps": {"to": 6}"#, |call| {
        value_of(call, &["nps"], |_, value| value <= 6)
    }),
    (r#""nps": {"from": 3, "to": 8}"#, |call| {
        value_of(call, &["nps"], |_, value| (3..=8).contains(&value))
    }),
    (r#""nps": {"not": [0, 10]}"#, |call| {
        value_of(call, &["nps"], |_, value| value != 0 && value != 10)
    }),
    (r#""nps": "good""#, |call| {
        value_of(call, &["nps"], |_, value| value == 9 || value == 10)
    }),
    (r#""nps": "skipped""#, |call| {
        call.answers.contains(&("nps", None))
    }),
    (r#""ces": {"worse_than": 3}"#, |call| {
        value_of(call, &["ease", "effort"], |id, value| {
            if id == "ease" { value < 3 } else { value > 3 }
        })
    }),
    (r#""ease": {"better_than": 4}"#, |call| {
        value_of(call, &["ease"], |_, value| value > 4)
    }),
    (r#""csat": "low""#, |call| {
        value_of(call, &["agent_csat"], |_, value| value == 1 || value == 2)
    }),
    (r#""agent_csat": [1, 5]"#, |call| {
        value_of(call, &["agent_csat"], |_, value| value == 1 || value == 5)
    }),
    (r#""reason": 2"#, |call| {
        value_of(call, &["reason"], |_, value| value == 2)
    }),
    (r#""reason": "low""#, |_| false),
    (r#""comment": true"#, |call| call.has_comment),
    (r#""comment": false"#, |call| {
        call.end.is_some() && !call.has_comment
    }),
    (r#""disposition": ["partial", "abandoned"]"#, |call| {
        matches!(call.end, Some(Disposition::Partial | Disposition::Abandoned))
    }),
    (r#""queue": "sales*""#, |call| {
        call.queue.is_some_and(|queue| queue.starts_with("sales"))
    }),
    (r#""queue": {"not": "support"}"#, |call| {
        call.queue != Some("support")
    }),
];

/// Tests of different words: a table has each word once.
fn some_meanings() -> impl Strategy<Value = Vec<Meaning>> {
    prop::sample::subsequence(MEANINGS.to_vec(), 1..=4).prop_map(|mut meanings| {
        let word = |meaning: &Meaning| meaning.0.split(':').next().unwrap().to_owned();
        let mut seen = Vec::new();
        meanings.retain(|meaning| {
            let is_new = !seen.contains(&word(meaning));
            seen.push(word(meaning));
            is_new
        });
        meanings
    })
}

proptest! {
    /// A condition holds where all of its parts do, as a plain evaluator says, and else names one that does not.
    #[test]
    fn condition_holds_as_a_plain_evaluator_says(meanings in some_meanings(), call in calls()) {
        let parts: Vec<&str> = meanings.iter().map(|(written, _)| *written).collect();
        let condition = read(&format!("{{{}}}", parts.join(", "))).unwrap();
        let answers: Vec<AnswerFact> = call.answers.iter().map(|(id, value)| answer(id, *value)).collect();
        let values = context(&call.queue.map(|queue| ("queue", queue)).into_iter().collect::<Vec<_>>());
        let facts = CallFacts { context: &values, answers: &answers, has_comment: call.has_comment, end: call.end };
        let unmet: Vec<&str> = meanings.iter().filter(|(_, holds)| !holds(&call)).map(|(written, _)| *written).collect();
        prop_assert_eq!(condition.holds(&facts), unmet.is_empty(), "{} {:?}", condition, call);
        if let Some(named) = condition.unmet(&facts) {
            let word = format!("\"{}\":", named.word);
            prop_assert!(unmet.iter().any(|written| written.starts_with(&word)), "{named}");
        }
    }

    /// The moments of a call, told one after the other, fire each rule exactly once if at some moment it holds, and what fires is what
    /// holds of the facts until then.
    #[test]
    fn rule_fires_at_the_first_moment_at_which_it_holds(conditions in prop::collection::vec(some_meanings(), 1..6), call in calls()) {
        let rules: Arc<[AlertRule]> = conditions.iter().enumerate().map(|(place, meanings)| {
            let parts: Vec<&str> = meanings.iter().map(|(written, _)| *written).collect();
            AlertRule {
                name: Arc::from(place.to_string()),
                severity: AlertSeverity::ALL[place % AlertSeverity::ALL.len()],
                when: read(&format!("{{{}}}", parts.join(", "))).unwrap(),
            }
        }).collect();
        let values = context(&call.queue.map(|queue| ("queue", queue)).into_iter().collect::<Vec<_>>());
        let mut alerts = CallAlerts::new(rules, values);
        let mut fired: BTreeMap<usize, usize> = BTreeMap::new();
        let mut so_far = Call { answers: Vec::new(), has_comment: false, end: None, ..call.clone() };
        let mut moment = 0;
        let mut take = |raised: Vec<super::AlertRaised>, so_far: &Call, moment: &mut usize| {
            prop_assert!(raised.is_sorted_by_key(|alert| std::cmp::Reverse(alert.severity)));
            for alert in raised {
                let place: usize = alert.rule.parse().unwrap();
                prop_assert_eq!(fired.insert(place, *moment), None, "fired twice");
            }
            for (place, meanings) in conditions.iter().enumerate() {
                let holds = meanings.iter().all(|(_, holds)| holds(so_far));
                prop_assert!(!holds || fired.contains_key(&place), "rule {place} holds at moment {moment} and has not fired");
                prop_assert!(holds || fired.get(&place) != Some(moment), "rule {place} fired at moment {moment} and does not hold");
            }
            *moment += 1;
            Ok(())
        };
        for (id, value) in &call.answers {
            so_far.answers.push((id, *value));
            take(alerts.answered(answer(id, *value)), &so_far, &mut moment)?;
        }
        if call.has_comment {
            so_far.has_comment = true;
            take(alerts.commented("why"), &so_far, &mut moment)?;
        }
        if let Some(end) = call.end {
            so_far.end = Some(end);
            take(alerts.ended(end), &so_far, &mut moment)?;
        }
    }
}

#[test]
fn class_of_an_answer_is_that_of_its_question() {
    assert_eq!(answer("nps", Some(6)).class, Some(AnswerClass::Low));
    assert_eq!(AnswerFact::of("nps", Some(6), None).class, None);
    assert_eq!(answer("reason", Some(1)).high_is_good, None);
}
