//! A whole survey in each codec: the prompts are heard, the keys arrive, the answers are in the database.

use std::sync::atomic::{AtomicU64, Ordering};

use super::house::{House, Service};
use super::{EVERY, soon, stored};
use aftercall_audio::mean_square;
use aftercall_rtp::Codec;
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::lifecycle;
use aftercall_test_phone::{CallPlan, CallRecord, CallStep, Phone, PhoneConfig};

static SEED: AtomicU64 = AtomicU64::new(1);

/// Calls and presses 9 and 5, speaking these codecs only.
async fn call(service: &Service, codecs: &[Codec], order: CallPlan) -> CallRecord {
    let config = PhoneConfig {
        target: format!("sip:two@{}", service.address).parse().unwrap(),
        transport: None,
        capabilities: Capabilities {
            codecs: codecs.to_vec(),
            ..Capabilities::default()
        },
        threads: 1,
        // Two phones of one seed would give their calls the same identity.
        seed: SEED.fetch_add(1, Ordering::Relaxed),
    };
    let phone = soon("the phone", Phone::open(config)).await.unwrap();
    let (_trigger, stop) = lifecycle::shutdown();
    let order = CallPlan {
        keys: "9,5".parse().unwrap(),
        ..order
    };
    let record = soon("the call", Box::pin(phone.call(&order, None, stop))).await;
    phone.close().await;
    record
}

fn spoken(record: &CallRecord) -> Option<Codec> {
    record.steps.iter().find_map(|timed| match timed.step {
        CallStep::Answered { codec, .. } => Some(codec),
        _ => None,
    })
}

#[tokio::test]
async fn survey_in_each_codec_is_heard_and_its_answers_are_stored() {
    let house = House::new(EVERY);
    let service = house.start().await;
    for codec in Codec::ALL {
        let heard = house.path("heard.wav");
        let order = CallPlan {
            record: Some(heard.clone()),
            ..CallPlan::default()
        };
        let record = Box::pin(call(&service, &[codec], order)).await;
        assert_eq!(record.failure, None, "{codec:?}: {:?}", record.steps);
        assert_eq!(spoken(&record), Some(codec));
        assert!(record.prompts >= 3, "two questions and a thank-you in {codec:?}");
        let mut wav = hound::WavReader::open(heard).unwrap();
        let samples: Vec<i16> = wav.samples().map(Result::unwrap).collect();
        // The tones of the house have -17.8 dBov; a packet that lies in one has that.
        let loudest = samples.chunks(160).map(mean_square).fold(0.0, f32::max);
        let level = 10.0 * loudest.log10();
        assert!((level + 17.8).abs() < 1.0, "{codec:?}: {level} dBov");
    }
    service.stop().await;
    let answered = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=5"]);
    assert_eq!(house.stored().await, vec![answered; 4]);
}

#[tokio::test]
async fn operators_order_decides_among_the_codecs_that_are_offered() {
    let house = House::new(&format!("[media]\ncodecs = [\"opus\", \"G722\"]\n{EVERY}"));
    let service = house.start().await;
    for (offered, taken) in [
        (&[Codec::Pcmu, Codec::G722, Codec::Opus][..], Codec::Opus),
        (&[Codec::Pcmu, Codec::G722], Codec::G722),
    ] {
        let record = Box::pin(call(&service, offered, CallPlan::default())).await;
        assert_eq!((record.failure.clone(), spoken(&record)), (None, Some(taken)));
    }
    let record = Box::pin(call(&service, &[Codec::Pcmu], CallPlan::default())).await;
    let refused = record.failure.unwrap().to_string();
    assert!(refused.contains("488"), "{refused}");
    service.stop().await;
}
