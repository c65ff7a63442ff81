//! The test caller over real sockets against a far end that is as simple as can be: it shares the caller's sip and
//! media modules, but nothing of the survey service.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod far_end;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::lifecycle;
use aftercall_sip::event::{EndCause, Transport};
use aftercall_test_phone::attempts::{self, Attempts, AttemptsReport};
use aftercall_test_phone::load::{self, Load};
use aftercall_test_phone::{
    CallPlan, CallRecord, CallStep, DtmfMethod, Failure, KeyTiming, OfferMode, Phone, PhoneConfig, TimedStep,
};
use far_end::{Conduct, FarEnd};

async fn phone(target: &str) -> Phone {
    static SEED: AtomicU64 = AtomicU64::new(1);
    let config = PhoneConfig {
        target: target.parse().unwrap(),
        transport: None,
        capabilities: Capabilities::default(),
        threads: 1,
        seed: SEED.fetch_add(1, Ordering::Relaxed),
    };
    Phone::open(config).await.unwrap()
}

async fn call(target: &str, order: &CallPlan) -> CallRecord {
    let (_trigger, stop) = lifecycle::shutdown();
    phone(target).await.call(order, None, stop).await
}

fn order(keys: &str) -> CallPlan {
    CallPlan {
        keys: keys.parse().unwrap(),
        ..CallPlan::default()
    }
}

#[track_caller]
fn assert_went_well(record: &CallRecord) {
    assert_eq!(record.failure, None, "{:#?}", record.steps);
    assert!(
        record.media.packets_received > 50 && record.media.packets_sent > 50,
        "{:?}",
        record.media
    );
    assert!(
        matches!(&record.steps.last().unwrap().step, CallStep::OtherSideHungUp(Some(why)) if why == "Survey finished")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_pressed_after_each_prompt_and_arrive_in_order() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1, 2, 1])).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("heard.wav");
    let record = call(
        &far.target,
        &CallPlan {
            record: Some(file.clone()),
            ..order("9,10,4")
        },
    )
    .await;
    assert_went_well(&record);
    assert_eq!(far.heard(), "9104");
    assert_eq!((record.prompts, record.presses, record.turns.len()), (4, 3, 3));
    assert!(
        record
            .turns
            .iter()
            .all(|turn| (400..1_500).contains(&turn.as_millis())),
        "{:?}",
        record.turns
    );
    let heard = hound::WavReader::open(&file).unwrap();
    assert!(
        heard.duration() > 4 * 1_600 * 8,
        "the recording holds every prompt"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn call_goes_the_same_way_over_tcp() {
    let far = FarEnd::start(Transport::Tcp, Conduct::ask(&[1])).await;
    assert_went_well(&call(&far.target, &order("7")).await);
    assert_eq!(far.heard(), "7");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_travel_by_info_when_asked() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1, 1])).await;
    assert_went_well(
        &call(
            &far.target,
            &CallPlan {
                dtmf_method: DtmfMethod::Info,
                ..order("*,#")
            },
        )
        .await,
    );
    assert_eq!(far.heard(), "*#");
}

#[tokio::test(flavor = "multi_thread")]
async fn delayed_offer_is_answered_in_the_ack() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1])).await;
    assert_went_well(
        &call(
            &far.target,
            &CallPlan {
                offer: OfferMode::Delayed,
                ..order("3")
            },
        )
        .await,
    );
    assert_eq!(far.heard(), "3");
}

/// A call that barges in with 8 and 2, of which the far end counts no other key.
async fn barge_in_with_8_and_2(far: &FarEnd) -> CallRecord {
    let record = call(
        &far.target,
        &CallPlan {
            key_timing: KeyTiming::BargeIn,
            ..order("8,2")
        },
    )
    .await;
    assert_went_well(&record);
    assert_eq!(far.heard(), "82", "{:#?}", record.steps);
    record
}

#[tokio::test(flavor = "multi_thread")]
async fn barge_in_repeats_the_key_that_fell_into_the_welcome_and_no_other() {
    let welcome = Duration::from_millis(1_800);
    let far = FarEnd::start(
        Transport::Udp,
        Conduct::Ask {
            keys: vec![1, 1],
            welcome,
        },
    )
    .await;
    let record = barge_in_with_8_and_2(&far).await;
    assert_eq!(record.presses, 3, "{:#?}", record.steps);
}

#[tokio::test(flavor = "multi_thread")]
async fn barge_in_does_not_take_the_gap_before_a_late_question_for_an_answer() {
    let gap = Duration::from_millis(1_300);
    let far = FarEnd::start(
        Transport::Udp,
        Conduct::AskLate {
            keys: vec![1, 1],
            gap,
        },
    )
    .await;
    let record = barge_in_with_8_and_2(&far).await;
    let pressed: Vec<String> = record.pressed.iter().map(ToString::to_string).collect();
    assert_eq!((record.presses, pressed.join(",")), (3, "8,2".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn refusal_is_told_with_its_status() {
    let far = FarEnd::start(Transport::Udp, Conduct::Refuse(486)).await;
    let record = call(&far.target, &order("9")).await;
    assert!(
        matches!(record.failure, Some(Failure::Refused { status: 486, .. })),
        "{:?}",
        record.failure
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn far_end_that_hangs_up_early_leaves_keys_unpressed() {
    let far = FarEnd::start(Transport::Udp, Conduct::HangUpEarly).await;
    let record = call(&far.target, &order("9,5")).await;
    assert_eq!(record.failure, Some(Failure::KeysLeft("9,5".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn far_end_without_sound_is_a_failure() {
    let far = FarEnd::start(Transport::Udp, Conduct::SayNothing).await;
    assert_eq!(
        call(&far.target, &order("9")).await.failure,
        Some(Failure::NothingHeard)
    );
    assert_eq!(
        call(&far.target, &order("")).await.failure,
        Some(Failure::NothingHeard)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_behind_a_tcp_port_is_told_at_once() {
    let record = call("sip:nps@127.0.0.1:1;transport=tcp", &order("9")).await;
    let error = record.failure.unwrap().to_string();
    assert!(error.contains("127.0.0.1:1") && error.contains("TCP"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn interruption_hangs_up_with_bye_and_while_ringing_with_cancel() {
    for (conduct, expected) in [
        (Conduct::ask(&[1]), EndCause::Bye { reason: None }),
        (Conduct::Ring, EndCause::Cancelled),
    ] {
        let mut far = FarEnd::start(Transport::Udp, conduct).await;
        let (trigger, stop) = lifecycle::shutdown();
        let (watcher, mut steps) = mpsc::channel::<TimedStep>(32);
        let (phone, order) = (phone(&far.target).await, order(""));
        let interrupt = async {
            while let Some(timed) = steps.recv().await {
                if matches!(timed.step, CallStep::Answered { .. } | CallStep::Progress(180)) {
                    trigger.trigger();
                }
            }
        };
        let (record, ()) = tokio::join!(phone.call(&order, Some(watcher), stop), interrupt);
        assert_eq!(record.failure, Some(Failure::Interrupted));
        assert_eq!(far.ends.recv().await, Some(expected));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn call_hangs_up_when_ordered_to() {
    let hang_up_after = Some(Duration::from_millis(700));
    let ordered = CallPlan {
        hang_up_after,
        ..order("9")
    };
    for conduct in [Conduct::ask(&[1]), Conduct::Mute] {
        let mut far = FarEnd::start(Transport::Udp, conduct).await;
        let record = call(&far.target, &ordered).await;
        assert_eq!(record.failure, None, "hanging up as ordered is no failure");
        assert!(
            (600..1_500).contains(&record.talked.as_millis()),
            "{:?}",
            record.talked
        );
        assert_eq!(far.ends.recv().await, Some(EndCause::Bye { reason: None }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn load_counts_every_call_and_measures_what_it_heard() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1, 1])).await;
    let load = Load {
        calls: 20,
        rate: 40.0,
        most: usize::MAX,
        keys: "random:2-9,1-5".parse().unwrap(),
        seed: 5,
        run: "run".to_owned(),
        plan: CallPlan::default(),
        server: Some(aftercall_test_phone::Process::own()),
    };
    let (_trigger, stop) = lifecycle::shutdown();
    let (watch, _progress) = mpsc::channel(1);
    let report = load::run(Arc::new(phone(&far.target).await), load, watch, stop).await;
    assert_eq!(
        (report.progress.completed, report.peak),
        (20, 20),
        "{:?}",
        report.failures
    );
    assert_eq!((report.set_up.count, report.turn.count), (20, 40));
    assert!(report.loss() < 0.01 && report.packets_received > 20 * 150);
    assert!(report.server.unwrap().cpu_ms_per_call_second > 0.0);
    let mut ids: Vec<&str> = report.placed.iter().map(|placed| placed.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20, "every call has its own id");
    let mut pressed: Vec<char> = report
        .placed
        .iter()
        .flat_map(|placed| placed.keys.to_string().chars().collect::<Vec<_>>())
        .filter(|key| *key != ',')
        .collect();
    let mut heard: Vec<char> = far.heard().chars().collect();
    pressed.sort_unstable();
    heard.sort_unstable();
    assert_eq!(heard, pressed);
}

async fn attempt(far: &FarEnd) -> AttemptsReport {
    let attempts = Attempts {
        count: 20,
        rate: 100.0,
        most: 15,
        run: "run".to_owned(),
    };
    let (_trigger, stop) = lifecycle::shutdown();
    let (watch, _progress) = mpsc::channel(1);
    let phone = Arc::new(phone(&far.target).await);
    attempts::run(phone, attempts, None, watch, stop).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_hang_up_as_soon_as_something_is_heard() {
    let mut far = FarEnd::start(Transport::Udp, Conduct::ask(&[1])).await;
    let report = attempt(&far).await;
    assert_eq!(
        (report.progress.completed, report.progress.on),
        (20, 0),
        "{:?}",
        report.failures
    );
    assert!(report.peak <= 15, "no more at once than allowed");
    assert_eq!((report.set_up.count, report.thanks.count), (20, 20));
    let mut ids: Vec<&str> = report.placed.iter().map(|placed| placed.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20, "every attempt has its own id");
    for _ in 0..20 {
        assert_eq!(far.ends.recv().await, Some(EndCause::Bye { reason: None }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_that_are_refused_or_hear_nothing_have_failed() {
    for (conduct, kind) in [
        (Conduct::Refuse(603), "refused 603 Decline"),
        (Conduct::SayNothing, "no audio heard"),
    ] {
        let far = FarEnd::start(Transport::Udp, conduct).await;
        let report = attempt(&far).await;
        assert_eq!(report.failures.get(kind), Some(&20), "{:?}", report.failures);
        assert!(report.placed.iter().all(|placed| !placed.completed));
    }
}
