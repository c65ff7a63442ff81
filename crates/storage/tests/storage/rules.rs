//! Rules of the domain that every back end obeys, compared with their functions in `record` and `admission` over random
//! data. The tests know only the `Store` trait; each back end runs all of them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt;
use rand::rngs::StdRng;

use crate::support::{after, call, record, survey, uid};
use aftercall_base::{CallUid, Redacted};
use aftercall_storage::Store;
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_storage::store::{Applied, Fact};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::{Decision, NewCall};
use aftercall_survey::context::{CallContext, ContextValues, Field};
use aftercall_survey::record::{
    AlreadySettled, Announcement, CallEnd, CallFound, CallName, CallOfSameId, ClaimedCall, EarlierRequests,
    InterruptedAnswer, InterruptedCall, MatchKeys, NewDecision, RequestRepetition, StoredAnnouncement,
};

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            use rand::SeedableRng;

            $(#[tokio::test]
            async fn $name() {
                for seed in 0..super::SEEDS {
                    println!("seed {seed}");
                    let directory = tempfile::tempdir().unwrap();
                    let store = crate::support::open(&directory.path().join("aftercall.db")).await;
                    super::$name(store, super::StdRng::seed_from_u64(seed)).await;
                }
            })*
        }
    };
}

contract![
    interrupted_call_ends_as_its_record_says,
    announcements_repeat_match_and_expire_as_their_records_say,
];

const SEEDS: u64 = 5;

async fn apply(store: &impl Store, fact: Fact) -> Applied {
    let told = format!("{fact:?}");
    let applied = store.apply(&[fact]).await.unwrap().remove(0);
    applied.unwrap_or_else(|error| panic!("{error}: {told}"))
}

/// Some of `of`, in their order.
fn some_of<'t>(of: &[&'t str], rng: &mut StdRng) -> Vec<&'t str> {
    of.iter().copied().filter(|_| rng.random_bool(0.6)).collect()
}

/// Writes a random call in progress; returns what its row and its answers tell.
async fn interrupted(store: &impl Store, number: u64, rng: &mut StdRng) -> InterruptedCall {
    let mut new = call(number, None, rng.random_range(1..=2));
    let is_known = rng.random_bool(0.8);
    if !is_known {
        new.survey = Some(SurveyVersion {
            name: "nps".to_owned(),
            version: "ffffffffffff".to_owned(),
        });
    }
    let (uid, arrived_at) = (new.uid, new.arrived_at);
    let Applied::Admitted(admission) = apply(store, Fact::Admit(Box::new(new))).await else {
        panic!("a call is admitted")
    };
    let planned = rng
        .random_bool(0.4)
        .then(|| some_of(&["nps", "ces", "topic"], rng));
    let planned: Option<Vec<String>> = planned.map(|ids| ids.into_iter().map(str::to_owned).collect());
    let answered_at = rng.random_bool(0.7).then(|| after(rng.random_range(1..400)));
    if let Some(at) = answered_at {
        let planned = planned.clone();
        apply(
            store,
            Fact::Answered {
                call: uid,
                at,
                planned,
            },
        )
        .await;
    }
    let mut answers = Vec::new();
    for question in some_of(&["nps", "ces", "topic"], rng) {
        let mut answer = record(number, question, rng.random_bool(0.7).then_some(1));
        answer.answered_at = after(rng.random_range(1..400));
        answers.push(InterruptedAnswer {
            question: question.to_owned(),
            has_value: answer.value.is_some(),
            answered_at: answer.answered_at,
        });
        apply(store, Fact::Answer(answer)).await;
    }
    let scored = if is_known { &["nps", "ces"][..] } else { &[] };
    InterruptedCall {
        call: uid,
        decision: Decision::from(&admission),
        arrived_at,
        answered_at,
        planned: planned.filter(|_| answered_at.is_some()),
        scored: scored.iter().map(|id| (*id).to_owned()).collect(),
        answers,
    }
}

async fn interrupted_call_ends_as_its_record_says(store: impl Store, mut rng: StdRng) {
    apply(&store, Fact::Surveys(vec![survey("000000000001")])).await;
    let mut calls = Vec::new();
    for number in 1..=60 {
        calls.push(interrupted(&store, number, &mut rng).await);
    }
    assert_eq!(store.sweep("node-1").await.unwrap(), 60);
    for call in calls {
        let Some(CallFound::Known(found)) = store.call(&CallName::Uid(call.call)).await.unwrap() else {
            panic!("an admitted call has a row")
        };
        let end = call.end();
        assert_eq!(
            (found.disposition, found.reason, found.ended_at, found.answered_at),
            (
                Some(end.disposition),
                Some(end.reason),
                Some(end.ended_at),
                end.answered_at
            ),
            "{call:?}"
        );
    }
}

/// A call that has a row, as far as announcements matter to it.
#[derive(Debug, Clone)]
struct Row {
    call: CallUid,
    original_call_id: Option<String>,
    arrived_at: DateTime<Utc>,
    decided_beforehand: bool,
    end: Option<CallEnd>,
}

/// Announcements and calls in plain lists; every rule is a function of `record`.
#[derive(Debug, Default)]
struct Model {
    announcements: Vec<StoredAnnouncement>,
    rows: Vec<Row>,
}

impl Model {
    fn add(&mut self, stored: &StoredAnnouncement, later: &Announcement, is_decided: bool) {
        let mut known = self.announcements.iter_mut();
        let known = known.find(|known| known.announcement.uid == stored.announcement.uid);
        let known = known.expect("what is added to is stored");
        known.announcement.add(later);
        known.is_decided |= is_decided;
    }

    fn announce(&mut self, new: Announcement) -> ApiFactResult {
        let mut stored = self.announcements.iter();
        if stored.any(|stored| new.reuses_key_of(&stored.announcement)) {
            return ApiFactResult::KeyReused;
        }
        let Some((repetition, stored)) = new.repeated_of(self.announcements.clone()) else {
            let noted = ApiFactResult::Waits(new.uid);
            self.announcements.push(StoredAnnouncement {
                announcement: new,
                is_decided: false,
            });
            return noted;
        };
        let uid = stored.announcement.uid;
        match repetition {
            RequestRepetition::Request => ApiFactResult::Waits(uid),
            RequestRepetition::Token | RequestRepetition::OriginalCallId => {
                self.add(&stored, &new, false);
                ApiFactResult::Waits(uid)
            }
            RequestRepetition::Arrived => ApiFactResult::Arrived(uid),
        }
    }

    fn stored(&self, is_it: impl Fn(&Announcement) -> bool) -> Option<StoredAnnouncement> {
        let mut stored = self.announcements.iter();
        stored.find(|stored| is_it(&stored.announcement)).cloned()
    }

    fn settled(&self, new: &NewDecision) -> (EarlierRequests, Option<AlreadySettled>) {
        let NewDecision { call, announcement } = new;
        let id = &announcement.original_call_id;
        let since = call.arrived_at - aftercall_survey::record::SAME_CALL_FOR;
        let same_call = self
            .rows
            .iter()
            .filter(|row| id.is_some() && row.original_call_id == *id && row.arrived_at > since)
            .min_by_key(|row| (row.arrived_at, row.call));
        let key = &announcement.request_key;
        let earlier = EarlierRequests {
            same_request: self.stored(|stored| key.is_some() && stored.request_key == *key),
            same_identity: self.stored(|stored| stored.uid == call.uid),
            same_call: same_call.map(|row| CallOfSameId {
                call: row.call,
                arrived_at: row.arrived_at,
                decided_beforehand: row.decided_beforehand,
            }),
        };
        let settled = new.settled(&earlier);
        (earlier, settled)
    }

    fn row(&mut self, call: CallUid) -> &mut Row {
        let mut rows = self.rows.iter_mut();
        rows.find(|row| row.call == call).expect("the call has a row")
    }

    fn expire(&mut self, now: DateTime<Utc>) -> u64 {
        let mut ended = 0;
        for index in 0..self.announcements.len() {
            let stored = self.announcements[index].clone();
            if !stored.announcement.has_expired(now) {
                continue;
            }
            self.announcements[index].announcement.waits = false;
            let uid = stored.announcement.uid;
            if stored.is_decided && self.row(uid).end.is_none() {
                self.row(uid).end = Some(CallEnd::never_arrived(uid, stored.announcement.expires_at));
                ended += 1;
            }
        }
        self.announcements
            .retain(|stored| !stored.announcement.is_forgotten(now));
        ended
    }
}

/// One of a few values, so that they meet; often none.
fn one_of_few(kind: &str, rng: &mut StdRng) -> Option<String> {
    rng.random_bool(0.6)
        .then(|| format!("{kind}{}", rng.random_range(0..4)))
}

fn any_announcement(number: u64, now: DateTime<Utc>, kind: &str, rng: &mut StdRng) -> Announcement {
    let caller_hash = one_of_few("caller ", rng);
    let request_key = one_of_few(kind, rng);
    let told = one_of_few("team ", rng).map(|team| ("team".to_owned(), team));
    Announcement {
        uid: uid(number),
        token: Redacted::new(match rng.random_bool(0.3) {
            true => format!("t{}", rng.random_range(0..4)),
            false => format!("t{number}"),
        }),
        original_call_id: one_of_few("id ", rng),
        former_hashes: caller_hash
            .iter()
            .map(|hash| format!("{hash}, {number}"))
            .collect(),
        caller_hash,
        caller_number: None,
        texts: told.into_iter().collect::<BTreeMap<_, _>>(),
        request_hash: request_key.as_ref().and_then(|_| one_of_few("hash ", rng)),
        request_key,
        announced_at: now,
        // No two expire in the same moment.
        expires_at: now + TimeDelta::seconds(rng.random_range(1..100_000)) + millis(number),
        waits: true,
    }
}

fn millis(number: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(number).unwrap())
}

async fn announcements_repeat_match_and_expire_as_their_records_say(store: impl Store, mut rng: StdRng) {
    let rng = &mut rng;
    let mut model = Model::default();
    let mut now = after(0);
    for number in 1..=150 {
        now += TimeDelta::seconds(rng.random_range(1..8_000));
        match rng.random_range(0..10) {
            0..4 => {
                let new = any_announcement(number, now, "announce ", rng);
                let noted = tell(&store, ApiFact::Announce(new.clone())).await;
                assert_eq!(noted, model.announce(new.clone()), "{new:?}");
            }
            4..6 => decide(&store, &mut model, number, now, rng).await,
            6..9 => arrive(&store, &mut model, number, now, rng).await,
            _ => {
                let noted = tell(&store, ApiFact::Expire(now)).await;
                assert_eq!(noted, ApiFactResult::Rows(model.expire(now)), "{now}");
            }
        }
        let pending = model
            .announcements
            .iter()
            .filter(|stored| stored.announcement.waits);
        assert_eq!(store.waiting().await.unwrap(), pending.count() as u64);
    }
    for row in model.rows {
        let Some(CallFound::Known(found)) = store.call(&CallName::Uid(row.call)).await.unwrap() else {
            panic!("{row:?} has a row")
        };
        let end = row.end.map(|end| (end.disposition, end.reason, end.ended_at));
        let stored = found.disposition.zip(found.reason).zip(found.ended_at);
        let stored = stored.map(|((disposition, reason), ended_at)| (disposition, reason, ended_at));
        assert_eq!((end, found.decided_beforehand), (stored, row.decided_beforehand));
    }
}

async fn tell(store: &impl Store, told: ApiFact) -> ApiFactResult {
    match apply(store, Fact::Api(told)).await {
        Applied::Api(noted) => noted,
        other => panic!("{other:?}"),
    }
}

/// A call as it is when a decision is asked for, or when it arrives.
fn new_call(number: u64, announcement: &Announcement, at: DateTime<Utc>, rng: &mut StdRng) -> NewCall {
    let original_call_id = announcement.original_call_id.as_deref();
    NewCall {
        uid: announcement.uid,
        arrived_at: at,
        context: CallContext {
            values: ContextValues::of(original_call_id.map(|id| (Field::OriginalCallId, id))),
            ..CallContext::default()
        },
        ..call(number, None, rng.random_range(1..=2))
    }
}

async fn decide(store: &impl Store, model: &mut Model, number: u64, now: DateTime<Utc>, rng: &mut StdRng) {
    let mut announcement = any_announcement(number, now, "decide ", rng);
    // Sometimes of a call that is announced already.
    if rng.random_bool(0.4) && !model.announcements.is_empty() {
        let known = &model.announcements[rng.random_range(0..model.announcements.len())];
        announcement.uid = known.announcement.uid;
    }
    let call = new_call(number, &announcement, now, rng);
    let (uid, original_call_id) = (
        call.uid,
        call.context.values.text(Field::OriginalCallId).map(str::to_owned),
    );
    let new = NewDecision { call, announcement };
    let (earlier, settled) = model.settled(&new);
    let noted = tell(store, ApiFact::Decide(Box::new(new.clone()))).await;
    let expected = match settled {
        Some(AlreadySettled::KeyReused) => ApiFactResult::KeyReused,
        Some(AlreadySettled::Gone) => ApiFactResult::Gone,
        Some(AlreadySettled::Arrived(call)) => ApiFactResult::Arrived(call),
        Some(AlreadySettled::Decided(call)) => ApiFactResult::Decided { call, repeated: true },
        None => ApiFactResult::Decided {
            call: uid,
            repeated: false,
        },
    };
    assert_eq!(noted, expected, "{new:?}");
    if settled.is_some() {
        return;
    }
    match earlier.same_identity {
        Some(stored) => model.add(&stored, &new.announcement, true),
        None => model.announcements.push(StoredAnnouncement {
            announcement: new.announcement,
            is_decided: true,
        }),
    }
    let Some(CallFound::Known(found)) = store.call(&CallName::Uid(uid)).await.unwrap() else {
        panic!("a decided call has a row")
    };
    model.rows.push(Row {
        call: uid,
        original_call_id,
        arrived_at: now,
        decided_beforehand: true,
        end: CallEnd::without_survey(uid, found.decision, "", now),
    });
}

async fn arrive(store: &impl Store, model: &mut Model, number: u64, now: DateTime<Utc>, rng: &mut StdRng) {
    let looked_for = any_announcement(number, now, "", rng);
    let keys = MatchKeys {
        token: rng.random_bool(0.5).then(|| looked_for.token.clone()),
        original_call_id: looked_for.original_call_id.clone(),
        caller_hash: looked_for.caller_hash.clone(),
    };
    let announcements: Vec<Announcement> = model
        .announcements
        .iter()
        .map(|stored| stored.announcement.clone())
        .collect();
    let expected = keys.find(&announcements, now);
    let found = store.waiting_for(&keys, now).await.unwrap();
    let of_found = found
        .as_ref()
        .map(|found| (&found.announcement, found.matched_by));
    assert_eq!(of_found, expected, "{keys:?}");
    let mut announced = looked_for.clone();
    announced.uid = found
        .as_ref()
        .map_or(looked_for.uid, |found| found.announcement.uid);
    let is_decided = found.as_ref().is_some_and(|found| found.decided.is_some());
    if is_decided {
        let claimed = ClaimedCall {
            uid: announced.uid,
            node: "node-1".to_owned(),
            invited_at: now,
            sip_call_id: number.to_string(),
            context: CallContext::default(),
            survey: None,
        };
        let noted = tell(store, ApiFact::Claim(Box::new(claimed))).await;
        assert_eq!(noted, ApiFactResult::Claimed { opted_out: false });
    } else {
        let mut new = new_call(number, &announced, now, rng);
        new.context.announced_by = found.as_ref().map(|found| found.matched_by);
        apply(store, Fact::Admit(Box::new(new))).await;
        model.rows.push(Row {
            call: announced.uid,
            original_call_id: announced.original_call_id.clone(),
            arrived_at: now,
            decided_beforehand: false,
            end: None,
        });
    }
    for stored in &mut model.announcements {
        if found.is_some() && stored.announcement.uid == announced.uid {
            stored.announcement.waits = false;
        }
    }
}
