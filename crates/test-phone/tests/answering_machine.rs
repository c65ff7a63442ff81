//! The example of `aftercall-media`, called by the test phone: the crates of SIP and media without the survey service.

#[path = "../../media/examples/answering_machine.rs"]
#[expect(dead_code, reason = "a test starts the machine without its `main`")]
mod answering_machine;

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::SmallRng;

use aftercall_audio::prompts::Prompt;
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::lifecycle;
use aftercall_test_phone::{CallPlan, Phone, PhoneConfig, synthetic_speech};
use answering_machine::AnsweringMachine;

/// What the caller says.
const MESSAGE: Duration = Duration::from_secs(1);
/// Loud samples of a second of speech at 8 kHz, at least.
const LOUD_SAMPLES: usize = 2_000;

#[tokio::test(flavor = "multi_thread")]
async fn message_of_a_caller_is_a_wav_file_after_the_hang_up() {
    let home = tempfile::tempdir().unwrap();
    let (machine, calls) = AnsweringMachine::bind("127.0.0.1:0".parse().unwrap(), None, home.path())
        .await
        .unwrap();
    let address = machine.bound().first().unwrap().address;
    lifecycle::spawn("answering-machine", machine.run(calls));

    let phone = Phone::open(PhoneConfig {
        target: format!("sip:anyone@{address}").parse().unwrap(),
        transport: None,
        capabilities: Capabilities::default(),
        threads: 1,
        seed: 1,
    })
    .await
    .unwrap();
    let speech = synthetic_speech(MESSAGE, &mut SmallRng::seed_from_u64(1));
    let order = CallPlan {
        keys: "say".parse().unwrap(),
        say: Some(Arc::new(Prompt::new(PathBuf::from("message"), &speech).unwrap())),
        hang_up_after: Some(Duration::from_secs(4)),
        ..CallPlan::default()
    };
    let (_trigger, stop) = lifecycle::shutdown();
    let record = phone.call(&order, None, stop).await;
    assert_eq!(record.failure, None, "{:#?}", record.steps);
    assert_eq!(record.prompts, 1, "the tone was heard");

    let files: Vec<_> = fs::read_dir(home.path()).unwrap().collect();
    let [file] = files.as_slice() else {
        panic!("one file for one call: {files:?}");
    };
    // The sink is dropped by the media thread, and the rest is written, shortly after the BYE.
    let mut loud = 0;
    for _ in 0..100 {
        let mut wav = hound::WavReader::open(file.as_ref().unwrap().path()).unwrap();
        let samples = wav.samples::<i16>().map(Result::unwrap);
        loud = samples.filter(|sample| sample.unsigned_abs() > 500).count();
        if loud > LOUD_SAMPLES {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(loud > LOUD_SAMPLES, "{loud} loud samples in the file");
}
