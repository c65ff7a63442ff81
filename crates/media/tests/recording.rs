//! The recorder as a call uses it: files, alarms, ends, disks that are full, retention.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise, and says what it skips"
)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use aftercall_base::{EmptyReason, RecordedAudio, RecordingResult};
use aftercall_media::recording::{
    DiskLimits, OpenRecording, Recorder, RecorderError, RecorderEvent, RecorderOptions, RecordingRequest,
    RetentionDecision,
};
use aftercall_media::{PacketAudio, RecorderSink};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);
const PATH: &str = "2026-11-24/call-why.wav";
const UNLIMITED: DiskLimits = DiskLimits {
    min_free_bytes: 0,
    max_disk_percent: 100,
};

fn recorder(directory: &Path, limits: DiskLimits) -> Recorder {
    Recorder::start(&RecorderOptions {
        directory: directory.to_owned(),
        threads: 2,
        limits,
        threshold_dbov: -45.0,
    })
    .unwrap()
}

fn order(recorder: &Recorder, path: &str) -> mpsc::Receiver<RecorderEvent> {
    let (sender, events) = mpsc::channel(2);
    recorder.open(RecordingRequest {
        path: path.to_owned(),
        rate: 8_000,
        least_speech: Duration::from_millis(500),
        events: sender,
    });
    events
}

async fn next(events: &mut mpsc::Receiver<RecorderEvent>) -> RecorderEvent {
    let event = tokio::time::timeout(PATIENCE, events.recv()).await;
    event
        .expect("the recorder answers")
        .expect("the recorder is there")
}

async fn open(
    recorder: &Recorder,
    path: &str,
) -> (OpenRecording, RecorderSink, mpsc::Receiver<RecorderEvent>) {
    let mut events = order(recorder, path);
    match next(&mut events).await {
        RecorderEvent::Opened(mut open) => {
            let sink = open.sink().unwrap();
            (open, sink, events)
        }
        RecorderEvent::Failed(trouble) => panic!("{trouble}"),
    }
}

/// Speaks at once what would take `packets` times 20 ms, from packet number `from` on.
fn speak(sink: &mut RecorderSink, from: u32, packets: u32, sample: i16) {
    for packet in from..from + packets {
        sink.push(&PacketAudio {
            timestamp: packet * 160,
            clock_rate: 8_000,
            rate: 8_000,
            samples: &[sample; 160],
        });
    }
}

fn read(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader.samples::<i16>().map(Result::unwrap).collect()
}

fn audio(kept: RecordingResult) -> RecordedAudio {
    match kept {
        RecordingResult::Audio(audio) => audio,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_said_is_in_the_file_without_the_silence_behind_it() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("recordings");
    let recorder = recorder(&directory, UNLIMITED);
    let (open, mut sink, _events) = open(&recorder, PATH).await;
    speak(&mut sink, 0, 10, 0);
    speak(&mut sink, 10, 50, 3_000);
    speak(&mut sink, 60, 100, 0);
    drop(sink);
    let audio = audio(open.finish(RetentionDecision::Keep).await);
    let path = directory.join(PATH);
    let bytes = std::fs::read(&path).unwrap();
    let sum: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!((audio.size_bytes, &audio.sha256), (bytes.len() as u64, &sum));
    assert_eq!(
        audio.duration,
        Duration::from_millis(200 + 1_000 + 200),
        "200 ms stay behind the last word"
    );
    assert_eq!((audio.speech, audio.empty), (Duration::from_secs(1), None));
    let samples = read(&path);
    assert_eq!(samples.len(), 11_200);
    assert!(samples[1_600..9_600].iter().all(|sample| *sample == 3_000));
    for (place, mode) in [
        (path.clone(), 0o600),
        (path.parent().unwrap().to_owned(), 0o700),
        (directory, 0o700),
    ] {
        let found = std::fs::metadata(&place).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", place.display());
    }
}

#[tokio::test]
async fn silence_and_too_little_speech_are_marked_as_empty() {
    let home = tempfile::tempdir().unwrap();
    let recorder = recorder(home.path(), UNLIMITED);
    for (packets, empty) in [(0, EmptyReason::NoSpeech), (10, EmptyReason::TooShort)] {
        let (open, mut sink, _events) = open(&recorder, PATH).await;
        speak(&mut sink, 0, packets, 3_000);
        speak(&mut sink, packets, 100, 0);
        drop(sink);
        assert_eq!(
            audio(open.finish(RetentionDecision::Keep).await).empty,
            Some(empty)
        );
    }
}

#[tokio::test]
async fn nothing_is_left_of_a_recording_that_is_not_to_be_kept() {
    let home = tempfile::tempdir().unwrap();
    let recorder = recorder(home.path(), UNLIMITED);
    let (open, mut sink, _events) = open(&recorder, PATH).await;
    speak(&mut sink, 0, 50, 3_000);
    drop(sink);
    assert_eq!(
        open.finish(RetentionDecision::Discard).await,
        RecordingResult::Nothing
    );
    assert!(!home.path().join(PATH).exists());
}

#[tokio::test]
async fn file_that_grows_can_be_opened_at_any_moment() {
    let home = tempfile::tempdir().unwrap();
    let recorder = recorder(home.path(), UNLIMITED);
    let (open, mut sink, _events) = open(&recorder, PATH).await;
    let path = home.path().join(PATH);
    assert!(read(&path).is_empty(), "from the first moment on");
    speak(&mut sink, 0, 100, 3_000);
    let stated = async {
        while read(&path).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stated)
        .await
        .expect("the header is brought up to date while the recording goes on");
    assert!(read(&path).iter().all(|sample| *sample == 3_000));
    drop(sink);
    open.finish(RetentionDecision::Keep).await;
}

#[tokio::test]
async fn full_disk_is_one_alarm_that_is_withdrawn_when_there_is_room() {
    let home = tempfile::tempdir().unwrap();
    let full = DiskLimits {
        min_free_bytes: u64::MAX,
        ..UNLIMITED
    };
    let recorder = recorder(home.path(), full);
    assert!(matches!(
        recorder.alarm().error(),
        Some(RecorderError::Full { .. })
    ));
    let mut events = order(&recorder, PATH);
    assert!(matches!(
        next(&mut events).await,
        RecorderEvent::Failed(RecorderError::Full { .. })
    ));
    assert!(!home.path().join(PATH).exists());
}

#[tokio::test]
async fn directory_that_cannot_be_made_is_an_alarm_until_it_can() {
    let home = tempfile::tempdir().unwrap();
    let directory = home.path().join("recordings");
    std::fs::write(&directory, "in the way").unwrap();
    let recorder = recorder(&directory, UNLIMITED);
    let mut events = order(&recorder, PATH);
    match next(&mut events).await {
        RecorderEvent::Failed(RecorderError::Unwritable(reason)) => {
            assert!(reason.contains(directory.to_str().unwrap()), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    std::fs::remove_file(&directory).unwrap();
    let withdrawn = async {
        while recorder.alarm().error().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, withdrawn)
        .await
        .expect("the alarm is withdrawn by itself");
    let (recording, _sink, _events) = open(&recorder, PATH).await;
    assert_eq!(
        recording.finish(RetentionDecision::Discard).await,
        RecordingResult::Nothing
    );
}

#[tokio::test]
async fn recorder_that_is_dropped_finishes_what_is_open() {
    let home = tempfile::tempdir().unwrap();
    let recorder = recorder(home.path(), UNLIMITED);
    let (open, mut sink, _events) = open(&recorder, PATH).await;
    speak(&mut sink, 0, 100, 3_000);
    drop(sink);
    let gone = async { drop(recorder) };
    let finished = tokio::time::timeout(PATIENCE, open.finish(RetentionDecision::Keep));
    let (kept, ()) = tokio::join!(finished, gone);
    let kept = kept.unwrap();
    assert_eq!(audio(kept).duration, Duration::from_secs(2));
}

/// A file system of 64 KB, unmounted when dropped.
struct TinyDisk(PathBuf);

impl TinyDisk {
    /// `None` where mounting is not permitted, which is told.
    fn mount(at: PathBuf) -> Option<Self> {
        std::fs::create_dir(&at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
            .arg(&at)
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            println!("SKIPPED: a disk that fills up (mounting a tmpfs is not permitted)");
            return None;
        }
        Some(Self(at))
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn disk_that_fills_up_in_a_comment_is_told_once_and_keeps_what_was_said() {
    let home = tempfile::tempdir().unwrap();
    let Some(disk) = TinyDisk::mount(home.path().join("disk")) else {
        return;
    };
    let recorder = recorder(&disk.0, UNLIMITED);
    assert_eq!(recorder.alarm().error(), None);
    let (recording, mut sink, mut events) = open(&recorder, PATH).await;
    let mut packet = 0;
    let failed = async {
        loop {
            tokio::select! {
                event = events.recv() => return event,
                () = tokio::time::sleep(Duration::from_millis(20)) => {
                    speak(&mut sink, packet, 25, 3_000);
                    packet += 25;
                }
            }
        }
    };
    let event = tokio::time::timeout(PATIENCE, failed)
        .await
        .expect("the disk fills up");
    assert!(matches!(event, Some(RecorderEvent::Failed(_))), "{event:?}");
    assert!(recorder.alarm().error().is_some());
    drop(sink);
    let audio = audio(recording.finish(RetentionDecision::Keep).await);
    assert!(audio.duration > Duration::from_secs(1), "{audio:?}");
    let samples = read(&disk.0.join(PATH));
    assert!(samples.iter().all(|sample| *sample == 3_000));
    assert!(events.try_recv().is_err(), "told once");
    // There is room again when the recording is gone.
    std::fs::remove_file(disk.0.join(PATH)).unwrap();
    let withdrawn = async {
        while recorder.alarm().error().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, withdrawn)
        .await
        .expect("the alarm is withdrawn by itself");
}
