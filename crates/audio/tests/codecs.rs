//! G.722 and Opus against other implementations: ffmpeg's own G.722, its own Opus decoder, and libopus.
//!
//! What we send must sound like the prompt in their decoders, and what they encode like the original in ours.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and tells what it measured"
)]

mod signal;
mod sound_files;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use opus_pure::{OggOpusReader, OggOpusWriter, OpusHead};

use aftercall_audio::Decoder;
use aftercall_audio::prompts::{Playlist, PlaylistCursor, PlaylistItem, Prompt, Remainder};
use aftercall_rtp::{Codec, Ptime};
use signal::{Likeness, at_telephone_rate, likeness, speech};

/// Set by `scripts/test` when ffmpeg can be neither found nor installed.
const SKIP: &str = "AFTERCALL_SKIP_FFMPEG";

/// The pause in the playlist that is sent.
const PAUSE: Duration = Duration::from_millis(600);

fn is_skipped() -> bool {
    let skipped = std::env::var_os(SKIP).is_some();
    if skipped {
        println!("SKIPPED: {SKIP} is set");
    }
    skipped
}

fn ffmpeg(arguments: &[&str]) {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-loglevel", "error", "-y"])
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("cannot run ffmpeg (or set {SKIP}=1): {error}"));
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Decodes a file by ffmpeg, to 8 kHz.
fn decoded(decoder: &[&str], file: &Path) -> Vec<f64> {
    let raw = file.with_extension("raw");
    let to = ["-ac", "1", "-ar", "8000", "-f", "s16le"];
    let arguments = [decoder, &["-i", path(file)], &to, &[path(&raw)]].concat();
    ffmpeg(&arguments);
    let bytes = std::fs::read(raw).unwrap();
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs
        .iter()
        .map(|pair| f64::from(i16::from_le_bytes(*pair)))
        .collect()
}

/// Encodes the speech by ffmpeg; returns the file.
fn encoded(encoder: &[&str], home: &Path, name: &str) -> PathBuf {
    let (source, file) = (home.join("speech.raw"), home.join(name));
    let samples = speech().to_pcm();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(&source, bytes).unwrap();
    let from = ["-f", "s16le", "-ar", "16000", "-ac", "1", "-i", path(&source)];
    ffmpeg(&[&from, encoder, &[path(&file)]].concat());
    file
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// What a call is sent: speech, silence, and the same speech.
fn sent(codec: Codec) -> Vec<Vec<u8>> {
    let prompt = Arc::new(Prompt::new(PathBuf::from("speech"), &speech()).unwrap());
    let playlist = Playlist::new([
        PlaylistItem::Prompt(Arc::clone(&prompt)),
        PlaylistItem::Silence(PAUSE),
        PlaylistItem::Prompt(prompt),
    ]);
    playlist.prepare(codec);
    let (mut cursor, mut payloads) = (PlaylistCursor::default(), Vec::new());
    loop {
        let mut room = [0; 480];
        let filled = playlist.fill(&mut cursor, codec, Ptime::Ms20, &mut room);
        payloads.push(room[..filled.octets].to_vec());
        if filled.rest == Remainder::Nothing {
            return payloads;
        }
    }
}

fn is_like(samples: &[f64], least: f64, what: &str) {
    let Likeness {
        correlation,
        level_db,
    } = likeness(samples, &at_telephone_rate());
    println!("{what}: correlation {correlation:.4}, level {level_db:+.2} dB");
    assert!(correlation > least, "{what}: correlation {correlation}");
    assert!(level_db.abs() < 0.7, "{what}: {level_db} dB");
}

/// The first prompt, the pause and the second prompt are what they are meant to be.
fn assert_sent(samples: &[f64], least: f64, what: &str) {
    let prompt = at_telephone_rate().len();
    let pause = (PAUSE.as_secs_f64() * 8_000.0) as usize;
    is_like(samples, least, &format!("{what}, first prompt"));
    let silence = &samples[prompt + 800..prompt + pause - 160];
    let loudest = silence
        .iter()
        .fold(0.0, |loudest: f64, one| loudest.max(one.abs()));
    println!("{what}: the pause reaches {loudest}");
    assert!(loudest < 64.0, "{what}: the pause reaches {loudest}");
    is_like(
        &samples[prompt + pause - 160..],
        least,
        &format!("{what}, second prompt"),
    );
}

#[test]
fn g722_that_we_send_is_decoded_by_ffmpeg() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("ours.g722");
    std::fs::write(&file, sent(Codec::G722).concat()).unwrap();
    assert_sent(&decoded(&["-f", "g722"], &file), 0.98, "our G.722 in ffmpeg");
}

#[test]
fn g722_of_ffmpeg_is_decoded_by_us() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = encoded(&["-c:a", "g722", "-f", "g722"], home.path(), "theirs.g722");
    let mut decoder = Decoder::new(Codec::G722);
    let octets = std::fs::read(&file).unwrap();
    let samples: Vec<f64> = octets
        .chunks(160)
        .flat_map(|payload| decoder.decode(payload).to_vec())
        .map(f64::from)
        .collect();
    is_like(&samples, 0.98, "ffmpeg's G.722 in ours");
}

#[test]
fn g722_of_both_encoders_is_the_same_octet_for_octet() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    // Without its search for better codes ffmpeg is the plain encoder of the recommendation.
    let file = encoded(
        &["-c:a", "g722", "-trellis", "0", "-f", "g722"],
        home.path(),
        "theirs.g722",
    );
    let ours = aftercall_audio::g722::Encoder::default().encode(&speech().to_pcm());
    let theirs = std::fs::read(&file).unwrap();
    let same = ours
        .iter()
        .zip(&theirs)
        .filter(|(one, other)| one == other)
        .count();
    println!("{same} of {} octets are the same", ours.len());
    assert_eq!(same, ours.len());
}

#[test]
fn opus_that_we_send_is_decoded_by_ffmpeg_and_by_libopus() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("ours.opus");
    let head = OpusHead::new(1, 16_000).unwrap();
    let mut ogg = OggOpusWriter::new(File::create(&file).unwrap(), head).unwrap();
    let packets = sent(Codec::Opus);
    for packet in &packets {
        ogg.write_packet(packet).unwrap();
    }
    ogg.finish().unwrap();
    let bits = packets.iter().map(|packet| packet.len() * 8).sum::<usize>();
    let rate = bits as f64 / (packets.len() as f64 * 0.020);
    println!("{rate:.0} bit/s with the pause");
    assert!(
        rate < f64::from(aftercall_rtp::OPUS_BITRATE) * 1.1,
        "{rate} bit/s"
    );
    for decoder in ["opus", "libopus"] {
        let samples = decoded(&["-c:a", decoder], &file);
        assert_sent(&samples, 0.95, &format!("our Opus in {decoder}"));
    }
}

#[test]
fn opus_of_libopus_is_decoded_by_us_whatever_its_packets() {
    if is_skipped() {
        return;
    }
    let ways: [(&str, &[&str]); 5] = [
        ("speech of 20 ms", &["-application", "voip", "-b:a", "24k"]),
        (
            "speech of 60 ms",
            &["-application", "voip", "-b:a", "24k", "-frame_duration", "60"],
        ),
        (
            "music of 10 ms",
            &["-application", "audio", "-b:a", "48k", "-frame_duration", "10"],
        ),
        ("low delay", &["-application", "lowdelay", "-b:a", "48k"]),
        (
            "stereo",
            &[
                "-application",
                "voip",
                "-b:a",
                "48k",
                "-af",
                "pan=stereo|c0=c0|c1=c0",
            ],
        ),
    ];
    for (what, options) in ways {
        let home = tempfile::tempdir().unwrap();
        let encoder = [&["-c:a", "libopus", "-ar", "48000"], options].concat();
        let file = encoded(&encoder, home.path(), "theirs.opus");
        let mut ogg = OggOpusReader::new(BufReader::new(File::open(&file).unwrap())).unwrap();
        let mut decoder = Decoder::new(Codec::Opus);
        let mut samples = Vec::new();
        for packet in ogg.packets() {
            let packet = packet.unwrap();
            samples.extend(
                decoder
                    .decode(&packet.data)
                    .iter()
                    .map(|sample| f64::from(*sample)),
            );
        }
        is_like(&samples, 0.95, what);
    }
}
