//! Low answers as SQL finds them, against the rule of the domain.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::support::{
    admit, answer, answered, audio, end, everything, open, question, recorded, survey, uid,
};
use aftercall_base::{CallUid, Disposition};
use aftercall_storage::comment::CommentFilter;
use aftercall_storage::part::{AnswerFilter, Part};
use aftercall_storage::store::Fact;
use aftercall_storage::{CallLists, Store};
use aftercall_survey::{AnswerClass, Metric, QuestionRecord, SurveyRecord};

/// Questions of all metrics, with thresholds in both directions and without one.
fn questions(random: &mut StdRng) -> Vec<QuestionRecord> {
    let metrics = [
        (Metric::Nps, (0, 10)),
        (Metric::Ces, (1, 7)),
        (Metric::Csat, (1, 5)),
        (Metric::YesNo, (0, 1)),
        (Metric::Choice, (1, 3)),
        (Metric::Number, (0, 20)),
    ];
    let mut questions = Vec::new();
    for (metric, scale) in metrics {
        for high_is_good in [true, false] {
            for has_threshold in [true, false] {
                questions.push(QuestionRecord {
                    high_is_good,
                    threshold: has_threshold.then(|| random.random_range(scale.0..=scale.1)),
                    ..question(&format!("q{}", questions.len()), metric, scale)
                });
            }
        }
    }
    questions
}

#[tokio::test]
async fn answers_are_low_in_lists_counts_and_comments_where_the_rule_says_so() {
    // Another one at each run.
    let seed = u64::from(std::process::id());
    let mut random = StdRng::seed_from_u64(seed);
    let questions = questions(&mut random);
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("db")).await;
    let surveys = vec![SurveyRecord {
        questions: questions.clone(),
        ..survey("000000000001")
    }];
    let mut facts = vec![Fact::Surveys(surveys)];
    let mut low: BTreeSet<CallUid> = BTreeSet::new();
    let mut number = 0;
    for question in &questions {
        // Beside the scale as well, skipped, and a question that nobody knows.
        let values = (question.scale.0 - 1..=question.scale.1 + 1)
            .map(Some)
            .chain([None]);
        for value in values {
            number += 1;
            facts.extend([
                admit(number, Some("sales"), 1),
                answered(number),
                answer(number, &question.id, value),
                answer(number, "unknown", Some(0)),
                recorded(number, "why", audio(None)),
                end(number, Disposition::Completed),
            ]);
            if value.and_then(|value| question.class(value)) == Some(AnswerClass::Low) {
                low.insert(uid(number));
            }
        }
    }
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
    assert!(
        low.len() > 20 && (low.len() as u64) < number / 2,
        "seed {seed}: {}",
        low.len()
    );
    let asked = Part {
        answer: Some(AnswerFilter::Low),
        ..Part::default()
    };
    let mut snapshot = store.snapshot().await.unwrap();
    let page = snapshot
        .calls_behind(&everything(), &asked, None, 1_000)
        .await
        .unwrap();
    let listed: BTreeSet<CallUid> = page.calls.iter().map(|call| call.uid).collect();
    assert_eq!(listed, low, "seed {seed}");
    let filter = CommentFilter {
        answer: Some(AnswerFilter::Low),
        ..CommentFilter::default()
    };
    let comments = snapshot
        .comments(&everything(), &filter, None, 1_000, false)
        .await
        .unwrap();
    let commented: BTreeSet<CallUid> = comments.comments.iter().map(|comment| comment.call).collect();
    assert_eq!(commented, low, "seed {seed}");
    assert!(comments.comments.iter().all(|comment| comment.answers.len() == 2));
    for question in &questions {
        let part = Part {
            question: Some(question.id.clone()),
            ..asked.clone()
        };
        let values = question.scale.0 - 1..=question.scale.1 + 1;
        let expected = values
            .filter(|value| question.class(*value) == Some(AnswerClass::Low))
            .count() as u64;
        let counted = snapshot.count_behind(&everything(), &part).await.unwrap();
        let listed = snapshot
            .calls_behind(&everything(), &part, None, 1_000)
            .await
            .unwrap();
        assert_eq!(
            (counted, listed.calls.len() as u64),
            (expected, expected),
            "seed {seed}: {question:?}"
        );
    }
}
