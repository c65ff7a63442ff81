//! Recorded comments from outside: the built-in test phone speaks, and the service is killed while it does.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sha2::{Digest, Sha256};

use crate::support::deployment::Deployment;
use crate::support::{eventually, rows};

const ROUNDS: usize = 5;
/// From the third second of the recording to the kill.
const LATEST_KILL_MS: u64 = 2_000;
/// Repeats a run: `AFTERCALL_COMMENT_SEED=1 cargo test --test blackbox comment`.
const SEED: &str = "AFTERCALL_COMMENT_SEED";

const SURVEY: &str = r#"
title = "A question and a comment"
goal = "Test the service"

[prompts]
welcome = []

[timing]
before_first_prompt = "100ms"
after_key = "100ms"
no_input = "30s"

[[question]]
metric = "nps"
text = "The first tone?"

[[question]]
metric = "comment"
text = "In your own words?"
"#;

fn deployment() -> Deployment {
    let mut deployment = Deployment::quick();
    deployment.write("surveys/said.toml", SURVEY);
    deployment.route("number = \"said\"\nsurvey = \"said\"\nevery = 1");
    deployment.set("recordings", "min_free_mb", "0");
    deployment.set("recordings", "max_disk_percent", "100");
    deployment
}

/// The recordings in the deployment, the oldest first.
fn files(deployment: &Deployment) -> Vec<PathBuf> {
    let below = |directory: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(directory).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let days = below(&deployment.path("var/recordings"));
    let mut files: Vec<PathBuf> = days
        .iter()
        .filter(|day| day.is_dir())
        .flat_map(|day| below(day))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn built_in_caller_leaves_a_comment() {
    let server = deployment().start().await;
    let target = format!("sip:said@{}", server.udp);
    let call = ["call", &target, "--keys", "9,say#", "--say-seconds", "3"];
    let exit = server.deployment().run(&call).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stdout.contains("speaking") && exit.stdout.contains("pressed say#"),
        "{}",
        exit.stdout
    );
    let calls = server.ended_calls(1).await;
    assert_eq!(calls[0].end(), ("completed", "all_answered"));
    let recordings = rows::recordings(&server.deployment().database()).await;
    assert_eq!(recordings.len(), 1);
    assert_eq!(recordings[0].ended_by.as_deref(), Some("key"), "{recordings:?}");
    assert_eq!(recordings[0].empty_reason, None);
    let duration = recordings[0].duration_ms.unwrap();
    assert!(
        (2_000..4_500).contains(&duration),
        "{duration} ms of three seconds"
    );
    let report = server.deployment().run(&["report"]).await;
    assert!(report.stdout.contains("said / comment"), "{}", report.stdout);
    let nothing = ["call", &target, "--keys", "9,say"];
    let exit = server.deployment().run(&nothing).await;
    assert!(
        exit.stderr.contains("add --say FILE or --say-seconds N"),
        "{}",
        exit.stderr
    );
    server.stop().await;
}

#[tokio::test]
async fn comment_from_a_loud_street_ends_with_its_last_word() {
    let deployment = deployment();
    let said = SURVEY.replace("metric = \"comment\"", "metric = \"comment\"\nsilence = \"1s\"");
    deployment.write("surveys/said.toml", &said);
    let street = deployment.path("street.wav");
    write_street(&street);
    let server = deployment.start().await;
    let target = format!("sip:said@{}", server.udp);
    let file = street.display().to_string();
    let call = ["call", &target, "--keys", "9,say", "--say", &file];
    let exit = server.deployment().run(&call).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    server.ended_calls(1).await;
    let recordings = rows::recordings(&server.deployment().database()).await;
    assert_eq!(
        recordings[0].ended_by.as_deref(),
        Some("silence"),
        "{recordings:?}"
    );
    assert_eq!(recordings[0].empty_reason, None);
    let duration = recordings[0].duration_ms.unwrap();
    assert!(
        (2_900..4_500).contains(&duration),
        "{duration} ms up to the last word, which is said at 3 s"
    );
    server.stop().await;
}

/// A street at -36 dBov for ten seconds, and two seconds of a voice at -20 dBov in it, from 1 s on.
fn write_street(file: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(file, spec).unwrap();
    let mut rng = StdRng::seed_from_u64(36);
    for sample in 0..80_000 {
        let voice = match sample {
            8_000..24_000 if sample / 32 % 2 == 0 => 3_277,
            8_000..24_000 => -3_277,
            _ => 0,
        };
        wav.write_sample(voice + rng.random_range(-900..=900_i16))
            .unwrap();
    }
    wav.finalize().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_in_a_comment_leaves_a_file_that_opens_and_a_row_that_the_next_start_completes() {
    let seed = seed();
    println!("{SEED}={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut deployment = deployment();
    for round in 0..ROUNDS {
        let server = deployment.start().await;
        let target = format!("sip:said@{}", server.udp);
        let call = ["call", &target, "--keys", "9,say", "--say-seconds", "60"];
        let mut caller = server
            .deployment()
            .command(&call)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let file = eventually("some seconds of the comment are written", async || {
            let files = files(server.deployment());
            let newest = files.get(round)?;
            let length = std::fs::metadata(newest).unwrap().len();
            (length > 44 + 48_000).then(|| newest.clone())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..LATEST_KILL_MS))).await;
        deployment = server.kill().await;
        caller.kill().await.unwrap();
        assert_opens(&file);
    }
    let server = deployment.start().await;
    let recordings = rows::recordings(&server.deployment().database()).await;
    assert_eq!(recordings.len(), ROUNDS);
    for recording in &recordings {
        assert_eq!(
            (recording.state.as_str(), recording.ended_by.as_deref()),
            ("kept", Some("restart"))
        );
        assert_eq!(recording.empty_reason, None, "something was said: {recording:?}");
        let path = server.deployment().path("var/recordings").join(&recording.path);
        let bytes = std::fs::read(&path).unwrap();
        let sum: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(recording.sha256, Some(sum));
        assert_eq!(recording.size_bytes, i64::try_from(bytes.len()).ok());
        let reader = hound::WavReader::open(&path).unwrap();
        assert_eq!(recording.duration_ms, Some(i64::from(reader.duration()) / 8));
        assert_eq!(
            bytes.len(),
            44 + 2 * reader.duration() as usize,
            "the header tells all there is"
        );
    }
    for call in server.calls().await {
        assert_eq!(
            call.end(),
            ("completed", "restart"),
            "the scored question was answered"
        );
    }
    server.stop().await;
}

/// Opens a file as its writer left it: with the crate of the prompts' readers, and with the tools that are here.
fn assert_opens(file: &Path) {
    let mut reader = hound::WavReader::open(file).unwrap();
    let stated = reader.duration();
    assert_eq!(
        reader.samples::<i16>().filter(Result::is_ok).count(),
        stated as usize
    );
    let written = (std::fs::metadata(file).unwrap().len() - 44) / 2;
    println!("{} of {written} samples are stated in the header", stated);
    for (tool, arguments) in [
        ("soxi", vec!["-D"]),
        ("ffprobe", vec!["-v", "error", "-show_streams"]),
    ] {
        match Command::new(tool).args(arguments).arg(file).output() {
            Err(_) => println!("SKIPPED: {tool} is not installed"),
            Ok(output) => assert!(
                output.status.success() && output.stderr.is_empty(),
                "{tool}: {}",
                String::from_utf8_lossy(&output.stderr)
            ),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a new seed each time; it is printed and can be given"
)]
fn seed() -> u64 {
    std::env::var(SEED)
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(rand::random)
}
