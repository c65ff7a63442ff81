//! Sound files of other programs, as operators have them: written by ffmpeg and sox, to files and to pipes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::{ffmpeg, is_skipped, path, signal};
use aftercall_audio::{DecodeError, Decoded, Remark, decode};

const LIMIT: Duration = Duration::from_secs(120);

/// What a program writes to a pipe.
fn piped(program: &str, arguments: &[&str], input: &Path) -> Vec<u8> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(std::fs::File::open(input).unwrap())
        .stderr(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("cannot run {program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}");
    output.stdout
}

fn speech_file(home: &Path) -> std::path::PathBuf {
    let raw = home.join("speech.raw");
    let samples = signal::speech().to_pcm();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(&raw, bytes).unwrap();
    let file = home.join("speech.wav");
    ffmpeg(&[
        "-f",
        "s16le",
        "-ar",
        "16000",
        "-ac",
        "1",
        "-i",
        path(&raw),
        path(&file),
    ]);
    file
}

fn read(bytes: Vec<u8>) -> Decoded {
    decode(bytes, "wav", LIMIT).unwrap()
}

/// How far two sounds are apart at most, full scale being 1.
fn apart(one: &Decoded, other: &Decoded) -> f32 {
    assert_eq!(one.sound.samples().len(), other.sound.samples().len());
    let pairs = one.sound.samples().iter().zip(other.sound.samples());
    pairs.map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
}

#[test]
fn wav_files_that_ffmpeg_and_sox_write_to_a_pipe_are_read_to_their_end() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = speech_file(home.path());
    let original = read(std::fs::read(&file).unwrap());
    assert_eq!(original.remarks, []);
    let from_pipe = [
        "-nostdin",
        "-loglevel",
        "error",
        "-i",
        path(&file),
        "-f",
        "wav",
        "-",
    ];
    let by_ffmpeg = read(piped("ffmpeg", &from_pipe, &file));
    assert_eq!(
        (by_ffmpeg.remarks.as_slice(), apart(&original, &by_ffmpeg)),
        (&[Remark::NoLength][..], 0.0)
    );
    if Command::new("sox").arg("--version").output().is_err() {
        println!("SKIPPED: there is no sox");
        return;
    }
    // sox knows the length where its source tells it; from a pipe of bare samples it does not.
    let raw = ["-c", "cat | sox -t raw -r 16000 -e signed -b 16 -c 1 - -t wav -"];
    let by_sox = read(piped("sh", &raw, &home.path().join("speech.raw")));
    assert_eq!(
        (by_sox.remarks.as_slice(), apart(&original, &by_sox)),
        (&[Remark::NoLength][..], 0.0)
    );
}

#[test]
fn each_kind_of_wav_file_that_ffmpeg_writes_sounds_the_same() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = speech_file(home.path());
    let original = read(std::fs::read(&file).unwrap());
    for (codec, container, coarse) in [
        ("pcm_u8", "wav", 0.01),
        ("pcm_s16le", "wav", 0.0),
        ("pcm_s24le", "wav", 0.000_1),
        ("pcm_s32le", "wav", 0.000_1),
        ("pcm_f32le", "wav", 0.000_1),
        ("pcm_f64le", "wav", 0.000_1),
        ("pcm_alaw", "wav", 0.05),
        ("pcm_mulaw", "wav", 0.05),
        ("flac", "flac", 0.0),
    ] {
        let target = home.path().join(format!("{codec}.{container}"));
        ffmpeg(&["-i", path(&file), "-c:a", codec, path(&target)]);
        let written = read(std::fs::read(&target).unwrap());
        assert!(
            apart(&original, &written) <= coarse,
            "{codec}: {}",
            apart(&original, &written)
        );
        assert_eq!(written.remarks, [], "{codec}");
    }
    let large = home.path().join("rf64.wav");
    ffmpeg(&["-i", path(&file), "-rf64", "always", path(&large)]);
    let written = read(std::fs::read(&large).unwrap());
    assert_eq!((apart(&original, &written), written.remarks.len()), (0.0, 0));
}

#[test]
fn files_of_several_channels_sound_like_their_voice() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = speech_file(home.path());
    let original = read(std::fs::read(&file).unwrap());
    for (pan, container, told) in [
        ("stereo|c0=c0|c1=c0", "wav", false),
        ("stereo|c0=c0|c1=-1*c0", "wav", true),
        ("stereo|c0=c0|c1=0*c0", "flac", true),
        ("stereo|c0=0*c0|c1=c0", "wav", true),
        (
            "5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0.1*c0|BL=0*c0|BR=0*c0",
            "wav",
            true,
        ),
        (
            "5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0.1*c0|BL=0*c0|BR=0*c0",
            "flac",
            true,
        ),
    ] {
        let target = home.path().join(format!("channels.{container}"));
        ffmpeg(&["-i", path(&file), "-af", &format!("pan={pan}"), path(&target)]);
        let written = read(std::fs::read(&target).unwrap());
        assert!(
            apart(&original, &written) < 0.000_1,
            "{pan} in {container}: {}",
            apart(&original, &written)
        );
        assert_eq!(
            written.remarks.len(),
            usize::from(told),
            "{pan} in {container}: {:?}",
            written.remarks
        );
    }
}

#[test]
fn what_ffmpeg_writes_and_we_do_not_read_is_named() {
    if is_skipped() {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let file = speech_file(home.path());
    for (target, name) in [
        ("speech.m4a", "AAC in MP4 (M4A)"),
        ("speech.aac", "AAC"),
        ("speech.wma", "WMA (Windows Media)"),
        ("speech.opus", "Opus in Ogg"),
        ("speech.aiff", "AIFF"),
        ("speech.au", "AU (Sun audio)"),
        ("speech.caf", "CAF (Core Audio)"),
        ("speech.mka", "Matroska or WebM"),
        ("speech.w64", "Sony Wave64"),
    ] {
        let target = home.path().join(target);
        ffmpeg(&["-i", path(&file), path(&target)]);
        let refused = decode(std::fs::read(&target).unwrap(), "wav", LIMIT);
        assert_eq!(refused, Err(DecodeError::Format(name)));
    }
}
