//! Recorded comments, from the caller's voice to the file and its row.

use std::path::Path;

use rand::SeedableRng;
use rand::rngs::SmallRng;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::caller::Caller;
use crate::house::{House, Recording, Service};
use crate::{soon, stored};
use aftercall_audio::g711::Companding;
use aftercall_test_phone::synthetic_speech;

const ROUTE: &str = "[[route]]\nnumber = \"said\"\nsurvey = \"said\"\n";
const SEED: u64 = 1_848;

/// So many seconds of something to say, in mu-law.
pub(crate) fn speech(seconds: u64) -> Vec<u8> {
    let sound = synthetic_speech(
        std::time::Duration::from_secs(seconds),
        &mut SmallRng::seed_from_u64(SEED),
    );
    Companding::Mu.encode_all(&sound.to_pcm())
}

fn silence(packets: usize) -> Vec<u8> {
    vec![Companding::Mu.silence(); packets * 160]
}

/// A caller who has answered the question and heard the notice and the tone.
pub(crate) async fn at_the_tone(service: &Service, name: &str) -> Caller {
    let mut caller = Caller::new(service.address, name).await.dial("said");
    caller.call("").await;
    caller.prompt().await;
    caller.press('3').await;
    caller.prompt().await;
    caller
}

fn read(path: &Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    assert_eq!(reader.spec().sample_rate, 8_000);
    reader.samples::<i16>().map(Result::unwrap).collect()
}

/// Where the recording begins to be what was said, in samples; the beginning may be missing while our address was new.
fn offset(recorded: &[i16], said: &[i16]) -> usize {
    let start = 3_200;
    let needle = &said[start..start + 1_600];
    let found = recorded.windows(needle.len()).position(|window| window == needle);
    found.expect("what was said is in the recording, sample by sample")
}

async fn only_recording(house: &House) -> Recording {
    let mut recordings = house.recordings().await;
    assert_eq!(recordings.len(), 1, "{recordings:?}");
    recordings.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn comment_is_recorded_as_it_was_said_and_its_silence_cut_off() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "pound").await;
    let said = speech(3);
    caller.say(&said).await;
    caller.say(&silence(25)).await;
    caller.press('#').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=3"]);
    assert_eq!(house.stored().await, [expected]);
    let recording = only_recording(&house).await;
    assert_eq!(
        (recording.state.as_str(), recording.ended_by.as_deref()),
        ("kept", Some("key"))
    );
    assert_eq!(recording.empty_reason, None);
    let path = house.path("recordings").join(&recording.path);
    let bytes = std::fs::read(&path).unwrap();
    let sum: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(recording.sha256, Some(sum));
    assert_eq!(recording.size_bytes, i64::try_from(bytes.len()).ok());
    let recorded = read(&path);
    assert_eq!(recording.duration_ms, i64::try_from(recorded.len() / 8).ok());
    let said: Vec<i16> = said.iter().map(|byte| Companding::Mu.decode(*byte)).collect();
    let from = offset(&recorded, &said);
    let rest = recorded.len() - from;
    let same = recorded[from..]
        .iter()
        .zip(&said[3_200..])
        .filter(|(a, b)| a == b)
        .count();
    assert_eq!(
        same,
        rest.min(said.len() - 3_200),
        "every sample to the end is what was said"
    );
    let behind = recorded.len() - from - (said.len() - 3_200);
    assert!(
        behind <= 1_600 + 160,
        "{behind} samples are left of half a second of silence"
    );
    assert!(
        !recording.path.contains("caller"),
        "no file is named after a caller"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_after_speech_ends_the_comment() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "silence").await;
    caller.say(&speech(1)).await;
    caller.say(&silence(40)).await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let recording = only_recording(&house).await;
    assert_eq!(
        (recording.state.as_str(), recording.ended_by.as_deref()),
        ("kept", Some("silence"))
    );
    assert_eq!(recording.empty_reason, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn hang_up_in_the_comment_keeps_what_was_said() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "hang-up").await;
    caller.say(&speech(2)).await;
    caller.bye().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "caller_hung_up", true, &["nps=3"]);
    assert_eq!(house.stored().await, [expected]);
    let recording = only_recording(&house).await;
    assert_eq!(recording.ended_by.as_deref(), Some("caller_hung_up"));
    let said: Vec<i16> = speech(2)
        .iter()
        .map(|byte| Companding::Mu.decode(*byte))
        .collect();
    offset(&read(&house.path("recordings").join(&recording.path)), &said);
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_who_says_nothing_leaves_an_empty_comment_and_a_completed_survey() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "empty").await;
    caller.say(&silence(50)).await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=3"]);
    assert_eq!(house.stored().await, [expected]);
    let recording = only_recording(&house).await;
    assert_eq!(
        (recording.state.as_str(), recording.ended_by.as_deref()),
        ("kept", Some("silence"))
    );
    assert_eq!(recording.empty_reason.as_deref(), Some("no_speech"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_kept_of_a_comment_in_which_the_caller_opts_out() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "opt-out").await;
    caller.say(&speech(1)).await;
    caller.press('*').await;
    caller.press('9').await;
    caller.hung_up().await;
    service.stop().await;
    let recording = only_recording(&house).await;
    assert_eq!(
        (recording.state.as_str(), recording.ended_by.as_deref()),
        ("nothing", Some("opted_out"))
    );
    assert_eq!((recording.sha256, recording.duration_ms), (None, None));
    assert!(!house.path("recordings").join(&recording.path).exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_leaves_the_comment_out_and_the_call_goes_on_to_the_thanks() {
    let settings = format!("{ROUTE}[recordings]\nmin_free_mb = 1000000000000\n");
    let house = House::new(&settings);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "full").await.dial("said");
    caller.call("").await;
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    let ready = get(service.engine.http_address(), "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 200 "), "{ready}");
    assert!(
        ready.contains("ready\ndegraded: cannot record comments: the disk is full"),
        "{ready}"
    );
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9"]);
    assert_eq!(house.stored().await, [expected]);
    let recording = only_recording(&house).await;
    assert_eq!(
        (recording.state.as_str(), recording.ended_by.as_deref()),
        ("lost", Some("disk"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn next_start_mends_a_recording_that_a_crash_cut_off_and_removes_those_past_their_time() {
    let house = House::new(ROUTE);
    let service = house.start().await;
    let mut caller = at_the_tone(&service, "crash").await;
    caller.say(&speech(1)).await;
    caller.press('#').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    // As a crash would have left the row.
    let database = house.database().await;
    let open = "UPDATE recording SET state = 'recording', ended_at = NULL, ended_by = NULL, duration_ms = NULL, \
                size_bytes = NULL, sha256 = NULL";
    sqlx::query(open).execute(&database).await.unwrap();
    house.start().await.stop().await;
    let mended = only_recording(&house).await;
    assert_eq!(
        (mended.state.as_str(), mended.ended_by.as_deref()),
        ("kept", Some("restart"))
    );
    let bytes = std::fs::read(house.path("recordings").join(&mended.path)).unwrap();
    let sum: String = Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(mended.sha256.as_ref(), Some(&sum));
    sqlx::query("UPDATE recording SET begun_at = '2020-01-01T00:00:00.000Z'")
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    let service = house.start().await;
    let expired = async {
        while only_recording(&house).await.state != "expired" {
            tokio::task::yield_now().await;
        }
    };
    soon("the sweep", expired).await;
    service.stop().await;
    let expired = only_recording(&house).await;
    assert!(!house.path("recordings").join(&expired.path).exists());
    assert_eq!(expired.sha256, Some(sum), "the figures stay");
}

async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    soon("a response", stream.read_to_string(&mut response))
        .await
        .unwrap();
    response
}
