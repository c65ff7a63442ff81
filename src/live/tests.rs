//! Events and calls in progress, without a service.

use aftercall_base::{CallUid, Disposition};
use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{
    CallInProgress, CallNames, Event, EventId, Feed, Follower, HISTORY, Holder, Live, LiveCall, Subscription,
};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_796_000_000 + second, 0).unwrap()
}

fn call(number: u64) -> LiveCall {
    LiveCall {
        call: CallUid::new(
            at(i64::try_from(number).unwrap()),
            &mut StdRng::seed_from_u64(number),
        ),
        since: at(0),
        names: CallNames {
            queue: Some("sales".to_owned()),
            ..CallNames::default()
        },
        survey: "nps".to_owned(),
        survey_version: "v1".to_owned(),
        language: "en".to_owned(),
        question: None,
        answered: 0,
    }
}

fn follower() -> Follower {
    Follower {
        holder: Holder::User(1),
        address: [127, 0, 0, 1].into(),
    }
}

fn answer(call: &CallInProgress, value: i64) {
    call.answered("q1", Some(value), at(value));
}

async fn value(subscription: &mut Subscription) -> Option<i64> {
    match subscription.next().await? {
        Feed::Event(event) => match &event.event {
            Event::Answer(answer) => answer.value,
            Event::CallEnded(_) => Some(-1),
        },
        Feed::Lagged => Some(-2),
    }
}

async fn id(subscription: &mut Subscription) -> EventId {
    match subscription.next().await.unwrap() {
        Feed::Event(event) => event.id,
        Feed::Lagged => panic!("an event was expected"),
    }
}

#[tokio::test]
async fn call_is_in_progress_with_its_question_until_it_ends() {
    let live = Live::new(at(0));
    let mut events = live.subscribe(follower(), None).unwrap();
    let first = live.enter(call(1));
    let second = live.enter(call(2));
    first.asking("q1");
    answer(&first, 9);
    first.asking("q2");
    first.speaks("fi");
    let [known, _] = &live.now()[..] else {
        panic!("two calls are in progress");
    };
    assert_eq!(
        (known.question.as_deref(), known.answered, known.language.as_str()),
        (Some("q2"), 1, "fi")
    );
    first.ended(Disposition::Partial, "caller_hung_up", at(9));
    assert_eq!(live.now(), [call(2)]);
    drop(second);
    assert!(
        live.now().is_empty(),
        "a call whose task panicked is gone as well"
    );
    assert_eq!(value(&mut events).await, Some(9));
    let Some(Feed::Event(end)) = events.next().await else {
        panic!("an end was expected");
    };
    assert_eq!(end.event.as_str(), "call_ended");
    assert_eq!(end.event.names().queue.as_deref(), Some("sales"));
    assert_eq!(end.event.call(), call(1).call);
}

#[tokio::test]
async fn client_that_comes_back_reads_what_it_missed_once() {
    let live = Live::new(at(0));
    let on = live.enter(call(1));
    let mut events = live.subscribe(follower(), None).unwrap();
    answer(&on, 1);
    let seen = id(&mut events).await;
    drop(events);
    answer(&on, 2);
    answer(&on, 3);
    let again: EventId = seen.to_string().parse().unwrap();
    let mut events = live.subscribe(follower(), Some(again)).unwrap();
    answer(&on, 4);
    for expected in [2, 3, 4] {
        assert_eq!(value(&mut events).await, Some(expected));
    }
}

#[tokio::test]
async fn client_is_told_when_events_are_missing() {
    let live = Live::new(at(0));
    let on = live.enter(call(1));
    let mut slow = live.subscribe(follower(), None).unwrap();
    answer(&on, 1);
    let first = id(&mut slow).await;
    for _ in 0..=HISTORY {
        answer(&on, 2);
    }
    assert_eq!(value(&mut slow).await, Some(-2), "it fell behind");
    assert_eq!(
        value(&mut slow).await,
        Some(2),
        "and goes on with what there still is"
    );
    for unknown in [
        first,
        "1-1".parse().unwrap(),
        EventId {
            number: 9_999,
            ..first
        },
    ] {
        let mut back = live.subscribe(follower(), Some(unknown)).unwrap();
        assert_eq!(value(&mut back).await, Some(-2), "{unknown}");
    }
    let mut whole = live
        .subscribe(follower(), Some(EventId { number: 2, ..first }))
        .unwrap();
    assert_eq!(
        value(&mut whole).await,
        Some(2),
        "the history still has all of them"
    );
}

#[test]
fn only_numbers_of_events_are_read_as_such() {
    for wrong in [
        "",
        "1",
        "-",
        "1-",
        "-1",
        "a-1",
        "1-+1",
        "1-18446744073709551615",
        "1-1-1",
    ] {
        assert!(wrong.parse::<EventId>().is_err(), "{wrong}");
    }
}
