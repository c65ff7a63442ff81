//! Lists of calls and comments: what they read, how they go on, and what is left out of them.

use chrono::NaiveDate;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::Row;

use crate::support::{
    admit, after, answer, answered, audio, end, everything, open, recorded, recording, stranger, survey, uid,
};
use aftercall_base::{CallUid, Disposition, EmptyReason, RecordingResult, Redacted};
use aftercall_runtime::clock::monotonic;
use aftercall_storage::comment::{CommentFilter, CommentPlace};
use aftercall_storage::demo::{DemoOptions, fill};
use aftercall_storage::export::Place;
use aftercall_storage::part::{Part, Step};
use aftercall_storage::path::{CallPath, Privacy};
use aftercall_storage::selection::{Dimension, NamePattern, PeriodFilter, Selection};
use aftercall_storage::store::Fact;
use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::{Access, CallLists, Scope, Snapshot, SqliteOptions, SqliteStore, Store};
use aftercall_survey::admission::NewCall;
use aftercall_survey::context::{CallContext, ContextSource, SourceNote};

async fn write(store: &SqliteStore, facts: &[Fact]) {
    for result in store.apply(facts).await.unwrap() {
        result.unwrap();
    }
}

fn of_queue(queue: &str) -> Selection {
    Selection {
        names: vec![(Dimension::Queue, vec![NamePattern::exactly(queue)])],
        ..Selection::default()
    }
}

#[tokio::test]
async fn comments_are_listed_newest_first_marked_once_and_forgotten_with_their_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("db");
    let store = open(&path).await;
    let mut facts = vec![Fact::Surveys(vec![survey("000000000001")])];
    for number in 1..=5 {
        let queue = if number == 3 { "service" } else { "sales" };
        facts.extend([
            admit(number, Some(queue), 1),
            answered(number),
            recorded(
                number,
                "why",
                audio((number == 4).then_some(EmptyReason::NoSpeech)),
            ),
        ]);
        // One call goes on.
        facts.extend((number != 5).then(|| end(number, Disposition::Completed)));
    }
    facts.push(recorded(1, "else", audio(None)));
    facts.push(recorded(2, "why", RecordingResult::Lost));
    write(&store, &facts).await;
    let all = CommentFilter::default();
    let said = CommentFilter {
        outcome: Some(RecordingOutcome::Comment),
        ..CommentFilter::default()
    };
    let list = async |selection: &Selection, filter: &CommentFilter, limit: usize| {
        let mut snapshot = store.snapshot().await.unwrap();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = snapshot
                .comments(selection, filter, after.as_ref(), limit, true)
                .await
                .unwrap();
            found.extend(page.comments);
            match page.next {
                Some(next) => {
                    assert_eq!(next.to_string().parse::<CommentPlace>().as_ref(), Ok(&next));
                    after = Some(next);
                }
                None => return found,
            }
        }
    };
    for limit in [1, 2, 200] {
        let found = list(&everything(), &all, limit).await;
        let mut expected = vec![
            (uid(1), "else"),
            (uid(1), "why"),
            (uid(2), "why"),
            (uid(3), "why"),
            (uid(4), "why"),
            (uid(5), "why"),
        ];
        expected.sort();
        expected.reverse();
        let places: Vec<_> = found
            .iter()
            .map(|comment| (comment.call, comment.question.as_str()))
            .collect();
        assert_eq!(places, expected, "limit {limit}");
    }
    assert_eq!(list(&of_queue("service"), &all, 9).await.len(), 1);
    for (from, until, expected) in [
        ("2026-11-22", "2026-11-23", 6),
        ("2026-11-23", "2026-12-24", 0),
        ("2026-11-01", "2026-11-22", 0),
    ] {
        let days = Selection {
            period: PeriodFilter {
                from_day: from.parse().ok(),
                until_day: until.parse().ok(),
                ..PeriodFilter::default()
            },
            ..Selection::default()
        };
        assert_eq!(list(&days, &all, 9).await.len(), expected, "{from} to {until}");
    }
    assert_eq!(
        list(&of_queue("sales"), &said, 9).await.len(),
        3,
        "the one in progress as well"
    );
    let lost = list(
        &everything(),
        &CommentFilter {
            outcome: Some(RecordingOutcome::Lost),
            ..all.clone()
        },
        9,
    )
    .await;
    assert_eq!(
        (lost.len(), &lost[0].audio),
        (1, &None),
        "of a lost file there is no audio"
    );

    let place = CommentPlace {
        call: uid(1),
        question: "why".to_owned(),
    };
    for at in [after(100), after(200)] {
        assert!(store.set_listened(&place, "anna", Some(at)).await.unwrap());
    }
    assert!(store.set_listened(&place, "ben", Some(after(150))).await.unwrap());
    let nobody = CommentPlace {
        question: "none".to_owned(),
        ..place.clone()
    };
    assert!(!store.set_listened(&nobody, "anna", Some(after(1))).await.unwrap());
    let heard = |is_listened| CommentFilter {
        is_listened: Some(is_listened),
        ..said.clone()
    };
    let found = list(&everything(), &heard(true), 9).await;
    let marks: Vec<_> = found[0]
        .listened
        .iter()
        .map(|mark| (mark.by.as_str(), mark.at))
        .collect();
    assert_eq!(
        (found.len(), marks),
        (1, vec![("anna", after(100)), ("ben", after(150))]),
        "the first moment stays"
    );
    let mut snapshot = store.snapshot().await.unwrap();
    assert_eq!(
        snapshot
            .count_comments(&everything(), &heard(false))
            .await
            .unwrap(),
        3
    );
    drop(snapshot);
    assert!(store.set_listened(&place, "ben", None).await.unwrap());
    let expired = Fact::RecordingExpired {
        call: uid(1),
        question: "why".to_owned(),
        at: after(300),
    };
    write(&store, &[expired]).await;
    let pool = stranger(&path).await;
    let marks = async || -> i64 {
        let row = sqlx::query("SELECT COUNT(*) FROM comment_listened")
            .fetch_one(&pool)
            .await
            .unwrap();
        row.get(0)
    };
    assert_eq!(marks().await, 0, "a mark goes with the audio");
    let mut snapshot = store.snapshot().await.unwrap();
    let unheard = snapshot
        .count_comments(&everything(), &heard(false))
        .await
        .unwrap();
    let listed = snapshot
        .comments(&everything(), &heard(false), None, 9, true)
        .await
        .unwrap();
    assert_eq!(
        (unheard, listed.comments.len()),
        (3, 3),
        "what nobody can hear any more is not to be heard"
    );
    drop(snapshot);
    let place = CommentPlace {
        call: uid(3),
        question: "why".to_owned(),
    };
    store.set_listened(&place, "anna", Some(after(1))).await.unwrap();
    assert_eq!(marks().await, 1);
    store.forget(uid(3)).await.unwrap();
    assert_eq!(marks().await, 0, "and with the call");
}

#[tokio::test]
async fn call_is_read_whole_and_what_is_personal_only_for_those_who_may() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("db")).await;
    let hash = "ab".repeat(32);
    let Fact::Admit(call) = admit(1, Some("sales"), 1) else {
        panic!("an arrival was expected");
    };
    let source = |name: &str, value: Option<&str>, note| ContextSource {
        name: name.to_owned(),
        source: format!("X-{name}"),
        value: value.map(str::to_owned),
        note,
        text: None,
    };
    let call = NewCall {
        context: CallContext {
            caller_hash: Some(hash.clone()),
            caller_number: Some(Redacted::new("+358401234567".to_owned())),
            sources: vec![
                source("queue", None, None),
                source("segment", Some("gold"), None),
                source("account", Some("cd01"), Some(SourceNote::Hashed)),
                source("transferor", Some("ef23"), None),
            ],
            ..call.context.clone()
        },
        ..*call
    };
    write(
        &store,
        &[
            Fact::Surveys(vec![survey("000000000001")]),
            Fact::Admit(Box::new(call)),
            answered(1),
            answer(1, "nps", Some(9)),
            answer(1, "ces", None),
            recorded(1, "why", audio(None)),
            Fact::OptedOut {
                call: uid(1),
                at: after(20),
            },
            end(1, Disposition::Declined),
        ],
    )
    .await;
    let read = async |within: &Selection, privacy: Privacy| {
        let mut snapshot = store.snapshot().await.unwrap();
        snapshot.call_path(uid(1), within, privacy).await.unwrap()
    };
    let everything_of_it = Privacy {
        caller: true,
        audio: true,
    };
    let path = read(&everything(), everything_of_it).await.unwrap();
    let caller = path.caller.clone().unwrap();
    assert_eq!(
        (caller.hash.as_ref(), caller.number.as_deref()),
        (Some(&hash), Some("+358401234567"))
    );
    let value = |path: &CallPath, name: &str| {
        let mut fields = path.context.iter();
        fields.find(|field| field.name == name).unwrap().value.clone()
    };
    assert_eq!(value(&path, "queue").as_deref(), Some("sales"));
    assert_eq!(value(&path, "account").as_deref(), Some("cd01"));
    assert_eq!(value(&path, "transferor").as_deref(), Some("ef23"));
    let keys: Vec<_> = path
        .keys
        .iter()
        .map(|keys| (keys.question.as_str(), keys.digits.as_deref()))
        .collect();
    assert_eq!(
        keys.iter().map(|(question, _)| *question).collect::<Vec<_>>(),
        path.call
            .answers
            .iter()
            .map(|answer| answer.question.as_str())
            .collect::<Vec<_>>()
    );
    assert!(keys.contains(&("nps", Some("9"))));
    assert_eq!(path.opted_out_at, Some(after(20)));
    assert_eq!(path.stratum.as_ref().unwrap().queue.as_deref(), Some("sales"));
    assert_eq!(
        path.comments[0].audio.as_ref().unwrap().path,
        recording(1, "why").path
    );

    let open_to_all = read(&everything(), Privacy::default()).await.unwrap();
    assert_eq!(
        (&open_to_all.caller, &open_to_all.comments[0].audio),
        (&None, &None)
    );
    assert_eq!(value(&open_to_all, "segment").as_deref(), Some("gold"));
    assert!(
        open_to_all
            .keys
            .iter()
            .all(|keys| keys.digits.is_none() && keys.early_digits.is_none())
    );
    let text = format!("{open_to_all:?}");
    for personal in [hash.as_str(), "+358401234567", "cd01", "ef23"] {
        assert!(!text.contains(personal), "{personal} is not read");
    }
    assert!(read(&of_queue("sales"), everything_of_it).await.is_some());
    assert!(
        read(&of_queue("service"), everything_of_it).await.is_none(),
        "it is none of theirs"
    );
    let mut snapshot = store.snapshot().await.unwrap();
    assert!(
        snapshot
            .call_path(uid(2), &everything(), everything_of_it)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn list_goes_on_where_it_was_while_calls_come() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("db")).await;
    let facts: Vec<Fact> = (1..=9).map(|number| admit(number, None, 1)).collect();
    write(&store, &facts).await;
    let part = Part {
        step: Some(Step::Sampled),
        ..Part::default()
    };
    let page = async |after: Option<&Place>| {
        let mut snapshot = store.snapshot().await.unwrap();
        snapshot
            .calls_behind(&everything(), &part, after, 4)
            .await
            .unwrap()
    };
    let ahead = async || {
        let mut snapshot = store.snapshot().await.unwrap();
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = snapshot
                .calls_ahead(&everything(), &part, after.as_ref(), 4)
                .await
                .unwrap();
            found.extend(page.calls.into_iter().map(|call| call.uid));
            match page.next {
                Some(next) => after = Some(next),
                None => return found,
            }
        }
    };
    let oldest_first = ahead().await;
    assert!(
        oldest_first.len() == 9 && oldest_first.is_sorted(),
        "{oldest_first:?}"
    );
    let first = page(None).await;
    let newer = |number| {
        let Fact::Admit(call) = admit(number, None, 1) else {
            panic!("an arrival was expected");
        };
        let at = after(i64::try_from(number).unwrap());
        Fact::Admit(Box::new(NewCall {
            uid: CallUid::new(at, &mut StdRng::seed_from_u64(number)),
            ..*call
        }))
    };
    write(&store, &[newer(10), newer(11)]).await;
    let second = page(first.next.as_ref()).await;
    let third = page(second.next.as_ref()).await;
    assert_eq!(
        [first.calls.len(), second.calls.len(), third.calls.len()],
        [4, 4, 1]
    );
    assert_eq!(third.next, None);
    let mut seen: Vec<_> = [first, second, third]
        .into_iter()
        .flat_map(|page| page.calls)
        .map(|call| call.uid)
        .collect();
    let mut expected: Vec<_> = (1..=9).map(uid).collect();
    expected.sort();
    expected.reverse();
    assert_eq!(seen, expected);
    seen.dedup();
    assert_eq!(seen.len(), 9);
}

/// Prints what pages and counts cost over a million calls: `cargo test --release -p aftercall-storage --test storage lists -- --ignored
/// --nocapture`.
#[tokio::test]
#[ignore = "it measures, and takes minutes"]
async fn pages_of_a_million_calls() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("demo.db");
    let options = DemoOptions {
        calls: 1_000_000,
        until: NaiveDate::from_ymd_opt(2026, 11, 30).unwrap(),
        days: 365,
        zone: chrono_tz::Europe::Helsinki,
        queues: 20,
        teams: 20,
        agents: 1_000,
        seed: 1,
        surveys: vec![survey("000000000001")],
        sentences: Vec::new(),
    };
    fill(&path, options, |_| {}).await.unwrap();
    let store = SqliteStore::open(&SqliteOptions::new(&path, Access::Read))
        .await
        .unwrap();
    let agent = known(&store, Dimension::Agent).await;
    let queue = known(&store, Dimension::Queue).await;
    let names = |dimension, name: &str| Selection {
        names: vec![(dimension, vec![NamePattern::exactly(name)])],
        ..Selection::default()
    };
    let march = Selection {
        period: PeriodFilter {
            from_day: NaiveDate::from_ymd_opt(2026, 3, 1),
            until_day: NaiveDate::from_ymd_opt(2026, 4, 1),
            ..PeriodFilter::default()
        },
        ..Selection::default()
    };
    let step = |step| Part {
        step: Some(step),
        ..Part::default()
    };
    let value = |text: &str| Part {
        question: Some("nps".to_owned()),
        answer: Some(text.parse().unwrap()),
        ..Part::default()
    };
    for (what, selection, part) in [
        ("all calls", everything(), Part::default()),
        ("March, offered", march.clone(), step(Step::Offered)),
        ("March, nps 0", march, value("0")),
        (
            "queue, completed",
            names(Dimension::Queue, &queue),
            step(Step::Completed),
        ),
        ("agent, nps 0..6", names(Dimension::Agent, &agent), value("0..6")),
        (
            "agent, out of scale",
            names(Dimension::Agent, &agent),
            value("out_of_scale"),
        ),
        ("nobody", names(Dimension::Agent, "nobody"), Part::default()),
    ] {
        let mut snapshot = store.snapshot().await.unwrap();
        let started = monotonic();
        let page = snapshot.calls_behind(&selection, &part, None, 50).await.unwrap();
        let listed = started.elapsed();
        let started = monotonic();
        let count = snapshot.count_behind(&selection, &part).await.unwrap();
        println!(
            "{what:20} {:3} calls of {count:7}: page {listed:9.2?}, count {:9.2?}, goes on: {}",
            page.calls.len(),
            started.elapsed(),
            page.next.is_some()
        );
    }
}

/// The name of the most calls.
async fn known(store: &SqliteStore, dimension: Dimension) -> String {
    let names = store
        .snapshot()
        .await
        .unwrap()
        .known_names(&Scope::default(), dimension)
        .await
        .unwrap();
    names.into_iter().next().unwrap()
}
