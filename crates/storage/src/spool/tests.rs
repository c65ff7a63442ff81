use std::time::Duration;

use chrono::DateTime;

use super::Spool;
use crate::error::StoreError;
use crate::store::Fact;
use aftercall_survey::record::AnswerRecord;

const LIMIT: u64 = 1 << 20;

fn answer(question: &str) -> Fact {
    Fact::Answer(AnswerRecord {
        alerts: Vec::new(),
        call: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
        question: question.to_owned(),
        value: Some(9),
        raw_digits: "9".to_owned(),
        early_digits: String::new(),
        attempts: 1,
        response_time: Duration::from_millis(700),
        prompt: None,
        heard: None,
        accepted_by_timeout: false,
        corrected_from: None,
        answered_at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
    })
}

fn questions(facts: &[Fact]) -> Vec<&str> {
    facts
        .iter()
        .filter_map(|fact| {
            if let Fact::Answer(a) = fact {
                Some(a.question.as_str())
            } else {
                None
            }
        })
        .collect()
}

#[tokio::test]
async fn facts_are_read_back_in_order_and_the_spool_is_emptied() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("deep/er/answers.spool");
    let mut spool = Spool::open(&path, LIMIT).await.unwrap();
    assert!(
        spool
            .append(&[answer("a"), answer("b")])
            .await
            .iter()
            .all(Result::is_ok)
    );
    assert!(spool.append(&[answer("c")]).await.iter().all(Result::is_ok));
    let waiting = spool.waiting().await.unwrap();
    assert_eq!(questions(&waiting.facts), ["a", "b", "c"]);
    spool.replayed(&waiting).await.unwrap();
    assert_eq!(spool.waiting_bytes(), 0);
    assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
    assert!(spool.append(&[answer("d")]).await.iter().all(Result::is_ok));
    assert_eq!(questions(&spool.waiting().await.unwrap().facts), ["d"]);
}

#[tokio::test]
async fn torn_last_line_is_cut_off_and_all_before_it_survive() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("answers.spool");
    let mut spool = Spool::open(&path, LIMIT).await.unwrap();
    spool.append(&[answer("a"), answer("b")]).await;
    drop(spool);
    let whole = std::fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for cut in first..whole.len() {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let mut spool = Spool::open(&path, LIMIT).await.unwrap();
        spool.append(&[answer("c")]).await;
        let waiting = spool.waiting().await.unwrap();
        assert_eq!(questions(&waiting.facts), ["a", "c"], "cut at byte {cut}");
        assert!(waiting.damaged.is_empty());
    }
}

#[tokio::test]
async fn damaged_line_in_the_middle_is_told_apart_and_costs_only_itself() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("answers.spool");
    let mut spool = Spool::open(&path, LIMIT).await.unwrap();
    spool.append(&[answer("a"), answer("b"), answer("c")]).await;
    drop(spool);
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\"question\":\"b\"", "\"question\":\"x\"");
    std::fs::write(&path, text).unwrap();
    let mut spool = Spool::open(&path, LIMIT).await.unwrap();
    let waiting = spool.waiting().await.unwrap();
    assert_eq!(questions(&waiting.facts), ["a", "c"]);
    assert_eq!(waiting.damaged.len(), 1);
    spool.set_aside(&[], &waiting.damaged).await.unwrap();
    let aside = std::fs::read_to_string(directory.path().join("answers.spool.rejected")).unwrap();
    assert!(aside.contains("\"question\":\"x\""), "{aside}");
}

#[tokio::test]
async fn file_of_foreign_bytes_ends_without_a_fact() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("answers.spool");
    let mut bytes = vec![b'z'; 200_000];
    bytes.push(b'\n');
    std::fs::write(&path, bytes).unwrap();
    let mut spool = Spool::open(&path, LIMIT).await.unwrap();
    spool.append(&[answer("a")]).await;
    let mut found = Vec::new();
    while spool.waiting_bytes() > 0 {
        let waiting = spool.waiting().await.unwrap();
        found.extend(questions(&waiting.facts).into_iter().map(str::to_owned));
        spool.replayed(&waiting).await.unwrap();
    }
    assert_eq!(found, ["a"]);
}

#[tokio::test]
async fn full_spool_refuses_and_keeps_what_it_has() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("answers.spool");
    let mut spool = Spool::open(&path, 500).await.unwrap();
    let results = spool.append(&[answer("a"), answer("b"), answer("c")]).await;
    let kept = results.iter().filter(|result| result.is_ok()).count();
    assert!(kept == 1 || kept == 2, "{kept}");
    assert!(matches!(results.last(), Some(Err(StoreError::Spool { .. }))));
    assert_eq!(spool.waiting().await.unwrap().facts.len(), kept);
}

#[tokio::test]
async fn second_owner_is_refused_while_the_first_is_alive() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("answers.spool");
    let first = Spool::open(&path, LIMIT).await.unwrap();
    let second = Spool::open(&path, LIMIT).await.unwrap_err();
    assert!(
        second.to_string().contains("another aftercall is using it"),
        "{second}"
    );
    drop(first);
    Spool::open(&path, LIMIT).await.unwrap();
}
