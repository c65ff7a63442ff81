//! What is told beside calls: found by the right key, used once, counted once, whatever comes between.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::support::{admit, after, answered, call, end, open, stranger, uid};
use aftercall_base::iso8601::utc_text;
use aftercall_base::{Disposition, Redacted};
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_storage::store::{Applied, Fact};
use aftercall_storage::{SqliteStore, Store, StoreError, StoreErrorKind};
use aftercall_survey::admission::{Admission, Decision, Eligibility, NewCall};
use aftercall_survey::context::{CallContext, ContextValues, Field, MatchedBy, Name};
use aftercall_survey::record::{
    Amendment, Announcement, CallFound, CallName, ClaimedCall, EligibleCall, MatchKeys, NewDecision, OptOut,
};

async fn fresh() -> (tempfile::TempDir, SqliteStore) {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("aftercall.db")).await;
    (directory, store)
}

/// An announcement made at its number of seconds, waiting for a hundred.
fn announcement(number: u64) -> Announcement {
    let at = i64::try_from(number).unwrap();
    Announcement {
        uid: uid(number),
        token: Redacted::new(format!("t{number}")),
        original_call_id: None,
        caller_hash: None,
        former_hashes: Vec::new(),
        caller_number: None,
        texts: BTreeMap::new(),
        request_key: None,
        request_hash: None,
        announced_at: after(at),
        expires_at: after(at + 100),
        waits: true,
    }
}

fn named(number: u64, id: Option<&str>, caller: Option<&str>) -> Announcement {
    Announcement {
        original_call_id: id.map(str::to_owned),
        caller_hash: caller.map(str::to_owned),
        ..announcement(number)
    }
}

fn keys(token: Option<&str>, id: Option<&str>, caller: Option<&str>) -> MatchKeys {
    MatchKeys {
        token: token.map(|token| Redacted::new(token.to_owned())),
        original_call_id: id.map(str::to_owned),
        caller_hash: caller.map(str::to_owned),
    }
}

async fn tell(store: &SqliteStore, told: ApiFact) -> ApiFactResult {
    let applied = store.apply(&[Fact::Api(told)]).await.unwrap().remove(0);
    match applied.unwrap() {
        Applied::Api(noted) => noted,
        other => panic!("{other:?}"),
    }
}

fn decision(number: u64, announcement: Announcement, every: u32) -> ApiFact {
    let call = NewCall {
        uid: announcement.uid,
        sip_call_id: String::new(),
        context: CallContext {
            values: announcement
                .original_call_id
                .iter()
                .map(|id| (Name::Field(Field::OriginalCallId), id.clone()))
                .chain(
                    announcement
                        .texts
                        .iter()
                        .map(|(name, text)| (Name::of(name), text.clone())),
                )
                .collect(),
            caller_hash: announcement.caller_hash.clone(),
            ..CallContext::default()
        },
        ..call(number, None, every)
    };
    ApiFact::Decide(Box::new(NewDecision { call, announcement }))
}

fn claim(number: u64, seconds: i64) -> ApiFact {
    ApiFact::Claim(Box::new(ClaimedCall {
        uid: uid(number),
        node: "node-1".to_owned(),
        invited_at: after(seconds),
        sip_call_id: format!("{number}@pbx"),
        context: CallContext::default(),
        survey: call(number, None, 1).survey,
    }))
}

async fn found(store: &SqliteStore, keys: MatchKeys, seconds: i64) -> Option<(u64, MatchedBy)> {
    let waiting = store.waiting_for(&keys, after(seconds)).await.unwrap()?;
    let number = (0..100).find(|number| uid(*number) == waiting.announcement.uid);
    Some((number.unwrap(), waiting.matched_by))
}

#[tokio::test]
async fn token_goes_before_original_call_id_before_caller_and_the_latest_of_a_caller_first() {
    let (_directory, store) = fresh().await;
    for announcement in [
        named(1, Some("a"), Some("x")),
        named(2, Some("b"), Some("x")),
        named(3, None, Some("x")),
        named(4, None, Some("x")),
    ] {
        tell(&store, ApiFact::Announce(announcement)).await;
    }
    use MatchedBy::{Caller, OriginalCallId, Token};
    for (keys, expected) in [
        (keys(Some("t1"), Some("b"), Some("x")), Some((1, Token))),
        (keys(Some("t9"), Some("b"), Some("x")), Some((2, OriginalCallId))),
        (keys(None, Some("c"), Some("x")), Some((4, Caller))),
        (keys(None, None, Some("x")), Some((4, Caller))),
        (keys(None, Some("c"), Some("y")), None),
        (MatchKeys::default(), None),
    ] {
        assert_eq!(found(&store, keys.clone(), 10).await, expected, "{keys:?}");
    }
    assert_eq!(
        found(&store, keys(Some("t1"), None, None), 101).await,
        None,
        "the moment at which its time is over is over"
    );
    tell(&store, ApiFact::Announce(named(5, Some("z"), Some("w")))).await;
    let other_call = keys(None, Some("q"), Some("w"));
    assert_eq!(
        found(&store, other_call, 10).await,
        None,
        "both name a call, and not the same"
    );
}

#[tokio::test]
async fn each_announcement_is_for_one_call_and_who_comes_second_leaves_no_trace() {
    let (_directory, store) = fresh().await;
    tell(&store, ApiFact::Announce(announcement(1))).await;
    let announced = |seconds: i64| {
        let mut call = NewCall {
            uid: uid(1),
            arrived_at: after(seconds),
            ..call(1, None, 3)
        };
        call.context.announced_by = Some(MatchedBy::Token);
        Fact::Admit(Box::new(call))
    };
    let results = store
        .apply(&[admit(7, None, 3), announced(2), announced(3), admit(8, None, 3)])
        .await;
    let positions: Vec<Result<Option<u64>, StoreErrorKind>> = results
        .unwrap()
        .into_iter()
        .map(|result| match result {
            Ok(Applied::Admitted(admission)) => Ok(admission.position()),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.kind()),
        })
        .collect();
    assert_eq!(
        positions,
        [
            Ok(Some(1)),
            Ok(Some(2)),
            Err(StoreErrorKind::Refused),
            Ok(Some(3))
        ]
    );
    assert_eq!(found(&store, keys(Some("t1"), None, None), 4).await, None);
    assert_eq!(
        tell(
            &store,
            ApiFact::Announce(Announcement {
                token: Redacted::new("t1".to_owned()),
                ..announcement(2)
            })
        )
        .await,
        ApiFactResult::Waits(uid(2)),
        "the token is free for another call"
    );
}

#[tokio::test]
async fn decision_is_counted_once_and_its_call_takes_its_row() {
    let (directory, store) = fresh().await;
    let once = |number: u64, key: &str| Announcement {
        request_key: Some(key.to_owned()),
        ..announcement(number)
    };
    let decided = |number, repeated| ApiFactResult::Decided {
        call: uid(number),
        repeated,
    };
    assert_eq!(
        tell(&store, decision(1, once(1, "k"), 2)).await,
        decided(1, false)
    );
    assert_eq!(tell(&store, decision(2, once(2, "k"), 2)).await, decided(1, true));
    assert_eq!(
        tell(&store, decision(3, once(3, "l"), 2)).await,
        decided(3, false)
    );
    let database = stranger(&directory.path().join("aftercall.db")).await;
    let rows = async || -> Vec<String> {
        sqlx::query_scalar(
            "SELECT concat_ws(' ', decision, stratum_position, decided_by, COALESCE(disposition, '-'), sip_call_id, invited_at) \
             FROM call ORDER BY stratum_position",
        )
        .fetch_all(&database)
        .await
        .unwrap()
    };
    assert_eq!(
        rows().await,
        ["not_sampled 1 api not_sampled ", "sampled 2 api - "]
    );
    assert_eq!(
        store.sweep("node-1").await,
        Ok(0),
        "a call that is waited for is not in progress"
    );
    assert_eq!(
        tell(&store, claim(3, 20)).await,
        ApiFactResult::Claimed { opted_out: false }
    );
    assert_eq!(tell(&store, claim(3, 21)).await, ApiFactResult::Gone, "once");
    assert_eq!(
        tell(&store, claim(1, 21)).await,
        ApiFactResult::Claimed { opted_out: false }
    );
    assert_eq!(
        rows().await,
        [
            "not_sampled 1 api not_sampled 1@pbx 2026-11-22T08:00:21.000Z",
            "sampled 2 api - 3@pbx 2026-11-22T08:00:20.000Z"
        ]
    );
    assert_eq!(store.sweep("node-1").await, Ok(1), "and one that has come is");
    let counted: i64 = sqlx::query_scalar("SELECT eligible FROM sampling_counter")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(counted, 2);
}

#[tokio::test]
async fn call_that_never_came_ends_at_its_time_and_gives_its_place_in_every_quota_back() {
    let (directory, store) = fresh().await;
    let told = |number: u64, agent: &str| Announcement {
        texts: [("agent".to_owned(), agent.to_owned())].into(),
        ..announcement(number)
    };
    tell(&store, decision(1, told(1, "a"), 1)).await;
    tell(&store, decision(2, told(2, "a"), 1)).await;
    let database = stranger(&directory.path().join("aftercall.db")).await;
    let counts = async || -> Vec<String> {
        sqlx::query_scalar(
            "SELECT concat_ws(' ', scope, agent, surveys) FROM survey_count WHERE local_day <> '' AND surveys <> 0 \
             ORDER BY scope, agent",
        )
        .fetch_all(&database)
        .await
        .unwrap()
    };
    assert_eq!(counts().await, ["agent a 2", "route  2", "survey  2"]);
    tell(&store, claim(2, 30)).await;
    let another = Amendment {
        call: uid(2),
        texts: [("agent".to_owned(), "b".to_owned())].into(),
        source: "api",
    };
    assert_eq!(
        tell(&store, ApiFact::Amend(another)).await,
        ApiFactResult::Rows(1)
    );
    assert_eq!(
        counts().await,
        ["agent a 1", "agent b 1", "route  2", "survey  2"]
    );
    assert_eq!(
        tell(&store, ApiFact::Expire(after(100))).await,
        ApiFactResult::Rows(0),
        "not yet"
    );
    assert_eq!(
        tell(&store, ApiFact::Expire(after(500))).await,
        ApiFactResult::Rows(1)
    );
    assert_eq!(
        tell(&store, ApiFact::Expire(after(501))).await,
        ApiFactResult::Rows(0),
        "once"
    );
    assert_eq!(counts().await, ["agent b 1", "route  1", "survey  1"]);
    let Some(CallFound::Known(lost)) = store.call(&CallName::Uid(uid(1))).await.unwrap() else {
        panic!("a call that was decided has a row")
    };
    assert_eq!(
        (
            lost.disposition.map(Disposition::as_str),
            lost.reason.as_deref(),
            lost.ended_at.map(utc_text).as_deref()
        ),
        (
            Some("abandoned"),
            Some("never_arrived"),
            Some("2026-11-22T08:01:41.000Z")
        )
    );
    assert_eq!(
        tell(&store, claim(1, 90)).await,
        ApiFactResult::Gone,
        "whoever comes now is another call"
    );
    let kept = async || -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM announcement")
            .fetch_one(&database)
            .await
            .unwrap()
    };
    tell(&store, ApiFact::Expire(after(86_000))).await;
    assert_eq!(kept().await, 2, "for a day a repeated request is known");
    tell(&store, ApiFact::Expire(after(90_000))).await;
    assert_eq!(kept().await, 0);
}

#[tokio::test]
async fn opt_out_counts_for_a_call_that_was_decided_before_it() {
    let (_directory, store) = fresh().await;
    tell(&store, decision(1, named(1, None, Some("aa")), 1)).await;
    let opt_out = OptOut {
        caller_hash: "aa".to_owned(),
        former_hashes: Vec::new(),
        at: after(2),
        api_key: "pbx".to_owned(),
    };
    assert_eq!(
        tell(&store, ApiFact::OptOut(opt_out.clone())).await,
        ApiFactResult::Rows(1)
    );
    assert_eq!(
        tell(
            &store,
            ApiFact::OptOut(OptOut {
                at: after(3),
                ..opt_out
            })
        )
        .await,
        ApiFactResult::Rows(0)
    );
    assert_eq!(
        store
            .opted_out_since(&["aa".to_owned()])
            .await
            .unwrap()
            .map(utc_text)
            .as_deref(),
        Some("2026-11-22T08:00:02.000Z")
    );
    assert_eq!(
        tell(&store, claim(1, 5)).await,
        ApiFactResult::Claimed { opted_out: true }
    );
    let opt_in = ApiFact::OptIn {
        caller_hashes: vec!["aa".to_owned()],
    };
    assert_eq!(tell(&store, opt_in).await, ApiFactResult::Rows(1));
    assert_eq!(store.opt_outs().await, Ok(0));
}

#[tokio::test]
async fn opt_out_under_a_former_hash_counts_for_arriving_announced_and_decided_calls() {
    let (_directory, store) = fresh().await;
    let opt_out = |hash: &str, earlier_notations: &[&str], at: i64| {
        ApiFact::OptOut(OptOut {
            caller_hash: hash.to_owned(),
            former_hashes: earlier_notations
                .iter()
                .map(|former| (*former).to_owned())
                .collect(),
            at: after(at),
            api_key: "pbx".to_owned(),
        })
    };
    assert_eq!(tell(&store, opt_out("old", &[], 1)).await, ApiFactResult::Rows(1));
    assert_eq!(
        tell(&store, opt_out("new", &["old", "older"], 2)).await,
        ApiFactResult::Rows(0),
        "the caller is on the list already"
    );
    let both = ["new".to_owned(), "old".to_owned()];
    assert_eq!(
        store
            .opted_out_since(&both)
            .await
            .unwrap()
            .map(utc_text)
            .as_deref(),
        Some("2026-11-22T08:00:01.000Z")
    );
    // An announcement keeps the former hashes for the call that comes.
    let announced = Announcement {
        former_hashes: vec!["old".to_owned()],
        ..named(5, None, Some("new"))
    };
    tell(&store, ApiFact::Announce(announced)).await;
    let waits = store
        .waiting_for(&keys(Some("t5"), None, None), after(6))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(waits.announcement.former_hashes, ["old"]);
    // A call decided before the caller was told of by number is asked about again when it comes.
    tell(&store, decision(7, named(7, None, None), 7)).await;
    let ApiFact::Claim(mut claimed) = claim(7, 8) else {
        panic!("a claim")
    };
    claimed.context.caller_hash = Some("new".to_owned());
    claimed.context.former_hashes = vec!["old".to_owned()];
    assert_eq!(
        tell(&store, ApiFact::Claim(claimed)).await,
        ApiFactResult::Claimed { opted_out: true }
    );
    let opt_in = ApiFact::OptIn {
        caller_hashes: both.to_vec(),
    };
    assert_eq!(tell(&store, opt_in).await, ApiFactResult::Rows(1));
    assert_eq!(store.opt_outs().await, Ok(0));
}

#[tokio::test]
async fn amendment_changes_what_describes_the_call_and_nothing_that_was_counted_or_answered() {
    let (directory, store) = fresh().await;
    store
        .apply(&[
            admit(1, Some("sales"), 1),
            answered(1),
            end(1, Disposition::Completed),
        ])
        .await
        .unwrap();
    let amend = |number: u64| {
        let fields = [("queue", "billing"), ("disposition", "sold"), ("segment", "gold")];
        ApiFact::Amend(Amendment {
            call: uid(number),
            texts: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            source: "api",
        })
    };
    assert_eq!(tell(&store, amend(1)).await, ApiFactResult::Rows(1));
    assert_eq!(
        tell(&store, amend(2)).await,
        ApiFactResult::Rows(0),
        "nobody knows of it"
    );
    let row: String = sqlx::query_scalar(
        "SELECT concat_ws(' ', queue, stratum_queue, stratum_position, disposition, context) FROM call",
    )
    .fetch_one(&stranger(&directory.path().join("aftercall.db")).await)
    .await
    .unwrap();
    assert_eq!(
        row,
        r#"billing sales 1 completed {"disposition":["api","sold"],"queue":["api"],"segment":["api","gold"]}"#
    );
}

#[tokio::test]
async fn eligible_calls_are_counted_once_however_often_and_hostile_they_are_told() {
    let (_directory, store) = fresh().await;
    let call = |id: &str| EligibleCall {
        original_call_id: id.to_owned(),
        ended_at: after(1),
        local_day: after(1).date_naive(),
        reported_at: after(2),
        values: ContextValues::of([(Field::TalkTime, "604800")]),
    };
    let many: Vec<EligibleCall> = (0..1_000).map(|number| call(&number.to_string())).collect();
    assert_eq!(
        tell(&store, ApiFact::Eligible(many.clone())).await,
        ApiFactResult::Rows(1_000)
    );
    let again = many.into_iter().chain([call("'; DROP TABLE eligible_call; --")]);
    assert_eq!(
        tell(&store, ApiFact::Eligible(again.collect())).await,
        ApiFactResult::Rows(1)
    );
    assert_eq!(
        tell(&store, ApiFact::Eligible(Vec::new())).await,
        ApiFactResult::Rows(0)
    );
}

#[tokio::test]
async fn looking_for_an_announcement_or_a_call_reads_by_indexes_alone() {
    let (directory, _store) = fresh().await;
    let database = stranger(&directory.path().join("aftercall.db")).await;
    for query in [
        "SELECT call_uid FROM announcement WHERE token = 'a' AND closed_at IS NULL AND expires_at > 'b'",
        "SELECT call_uid FROM announcement WHERE original_call_id = 'a' AND closed_at IS NULL AND expires_at > 'b'",
        "SELECT call_uid FROM announcement WHERE caller_hash = 'a' AND closed_at IS NULL AND expires_at > 'b'",
        "SELECT call_uid FROM announcement WHERE closed_at IS NULL AND expires_at <= 'a' AND decided = 1",
        "SELECT call_uid FROM announcement WHERE token = 'a' AND closed_at IS NULL ORDER BY expires_at DESC LIMIT 1",
        "SELECT call_uid FROM announcement WHERE original_call_id = 'a' AND closed_at IS NULL ORDER BY expires_at DESC LIMIT 1",
        "SELECT call_uid FROM announcement WHERE original_call_id = 'a' AND closed_by = 'call' ORDER BY expires_at DESC LIMIT 1",
        "SELECT call_uid FROM call WHERE original_call_id = 'a' AND arrived_at > 'b' ORDER BY arrived_at, call_uid LIMIT 1",
        "SELECT * FROM call WHERE original_call_id = 'a' ORDER BY arrived_at DESC, call_uid DESC LIMIT 1",
    ] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {query}")))
                .fetch_all(&database)
                .await
                .unwrap();
        let scans: Vec<&String> = plan
            .iter()
            .map(|(_, _, _, step)| step)
            .filter(|step| step.starts_with("SCAN"))
            .collect();
        assert!(scans.is_empty() && !plan.is_empty(), "{query}: {plan:?}");
    }
}

/// What may happen to one of a few calls, which its PBX names by its id.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Ask(u64),
    Arrive(u64),
    Expire,
    Restart,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![
        4 => (0_u64..6).prop_map(Deed::Ask),
        4 => (0_u64..6).prop_map(Deed::Arrive),
        1 => Just(Deed::Expire),
        1 => Just(Deed::Restart),
    ];
    prop::collection::vec(deed, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn whatever_is_asked_arrives_expires_and_restarts_each_call_is_counted_as_often_as_it_happened(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(follow(deeds))?;
    }
}

async fn follow(deeds: Vec<Deed>) -> Result<(), TestCaseError> {
    let (directory, mut store) = fresh().await;
    // What waits by the rules: the calls that were asked about and have neither come nor expired.
    let mut waits: BTreeMap<u64, bool> = BTreeMap::new();
    // Calls that have been counted at all: asked about again, they are known.
    let mut known: BTreeMap<u64, u64> = BTreeMap::new();
    let (mut counted, mut sampled) = (0, 0);
    for (step, deed) in (1_u64..).zip(deeds) {
        let seconds = i64::try_from(step).unwrap() * 200;
        let at = |number: u64, announcement: Announcement| Announcement {
            original_call_id: Some(number.to_string()),
            request_key: Some(format!("call:{number}")),
            announced_at: after(seconds),
            expires_at: after(seconds + 100_000),
            ..announcement
        };
        let mut count = |admitted: bool| {
            counted += 1;
            sampled += u64::from(admitted);
            prop_assert_eq!(admitted, counted % 3 == 0, "the third, the sixth, ...");
            Ok(())
        };
        match deed {
            Deed::Ask(number) => {
                let is_new = !known.contains_key(&number);
                let new = at(number, announcement(1_000 + step));
                let noted = tell(&store, decision(1_000 + step, new, 3)).await;
                match noted {
                    ApiFactResult::Decided { call, repeated } => {
                        prop_assert_eq!(repeated, !is_new, "{:?}", deed);
                        if !repeated {
                            let Some(CallFound::Known(row)) = store.call(&CallName::Uid(call)).await.unwrap()
                            else {
                                panic!("a decided call has a row")
                            };
                            let is_sampled = row.decision == Decision::Sampled;
                            count(is_sampled)?;
                            waits.insert(number, is_sampled);
                            known.insert(number, step);
                        }
                    }
                    ApiFactResult::Arrived(_) => prop_assert!(!is_new, "it came before it was asked about"),
                    other => panic!("{other:?}"),
                }
            }
            Deed::Arrive(number) => {
                let looked_for = keys(None, Some(&number.to_string()), None);
                let waiting = store.waiting_for(&looked_for, after(seconds)).await.unwrap();
                prop_assert_eq!(waiting.is_some(), waits.contains_key(&number), "{:?}", deed);
                match waiting {
                    Some(waiting) => {
                        let was_sampled = waits.remove(&number).unwrap();
                        let decided = waiting.decided.unwrap();
                        prop_assert_eq!(decided.decision == Decision::Sampled, was_sampled);
                        let claimed = ClaimedCall {
                            uid: waiting.announcement.uid,
                            node: "node-1".to_owned(),
                            invited_at: after(seconds),
                            sip_call_id: step.to_string(),
                            context: CallContext::default(),
                            survey: None,
                        };
                        let noted = tell(&store, ApiFact::Claim(Box::new(claimed))).await;
                        prop_assert_eq!(noted, ApiFactResult::Claimed { opted_out: false });
                    }
                    None => {
                        let mut call = NewCall {
                            arrived_at: after(seconds),
                            ..call(1_000 + step, None, 3)
                        };
                        let id = Name::Field(Field::OriginalCallId);
                        call.context.values.set(id, number.to_string());
                        prop_assert!(matches!(call.eligibility, Eligibility::Eligible(_)));
                        let applied = store
                            .apply(&[Fact::Admit(Box::new(call))])
                            .await
                            .unwrap()
                            .remove(0);
                        let Ok(Applied::Admitted(admission)) = applied else {
                            panic!("{applied:?}")
                        };
                        count(matches!(admission, Admission::Sampled { .. }))?;
                        known.insert(number, step);
                    }
                }
            }
            Deed::Expire => {
                // Everything that waits, at a moment far enough for it and too near to forget it.
                let ended = tell(&store, ApiFact::Expire(after(seconds + 100_000))).await;
                let in_vain = waits.values().filter(|sampled| **sampled).count() as u64;
                prop_assert_eq!(ended, ApiFactResult::Rows(in_vain));
                waits.clear();
            }
            Deed::Restart => {
                store.close().await;
                store = open(&directory.path().join("aftercall.db")).await;
                store.sweep("node-1").await.unwrap();
            }
        }
    }
    let database = stranger(&directory.path().join("aftercall.db")).await;
    let row: (i64, i64, i64) = sqlx::query_as(
        "SELECT COUNT(*), SUM(decision = 'sampled'), (SELECT COALESCE(SUM(eligible), 0) FROM sampling_counter) FROM call",
    )
    .fetch_one(&database)
    .await
    .unwrap_or((0, 0, 0));
    prop_assert_eq!(row, (counted, i64::try_from(sampled).unwrap(), counted));
    Ok(())
}

#[tokio::test]
async fn row_that_other_hands_have_spoilt_is_an_error_and_no_panic() {
    let (directory, store) = fresh().await;
    tell(&store, ApiFact::Announce(announcement(1))).await;
    let spoilt = "UPDATE announcement SET told = '[1]', expires_at = '9 o''clock'";
    sqlx::query(spoilt)
        .execute(&stranger(&directory.path().join("aftercall.db")).await)
        .await
        .unwrap();
    let looked_for = store.waiting_for(&keys(Some("t1"), None, None), after(2)).await;
    assert!(
        matches!(looked_for, Err(StoreError::Row { .. })),
        "{looked_for:?}"
    );
}

/// Expiry is repeated every ten seconds: one bad row must not keep the calls of all others without an end.
#[tokio::test]
async fn decision_whose_time_other_hands_have_spoilt_keeps_no_other_from_expiring() {
    let (directory, store) = fresh().await;
    for number in [1, 2] {
        tell(&store, decision(number, announcement(number), 1)).await;
    }
    sqlx::query("UPDATE announcement SET expires_at = '0 o''clock' WHERE call_uid = $1")
        .bind(uid(1).to_string())
        .execute(&stranger(&directory.path().join("aftercall.db")).await)
        .await
        .unwrap();
    let ended = tell(&store, ApiFact::Expire(after(100_000))).await;
    assert_eq!(ended, ApiFactResult::Rows(2));
    let ended = tell(&store, ApiFact::Expire(after(100_001))).await;
    assert_eq!(ended, ApiFactResult::Rows(0), "once");
    for (number, at) in [(1, after(100_000)), (2, announcement(2).expires_at)] {
        let Some(CallFound::Known(call)) = store.call(&CallName::Uid(uid(number))).await.unwrap() else {
            panic!("a call that was decided has a row")
        };
        assert_eq!(call.ended_at, Some(at), "{number}");
    }
}
