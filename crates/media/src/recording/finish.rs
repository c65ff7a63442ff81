//! The end of a recording: cut off behind the last word, made durable, measured and hashed; also of one whose writer
//! died.

use std::io;
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::path::{file_of, sync_parent};
use super::wav::WavFile;
use aftercall_audio::SpeechActivity;
use aftercall_base::{EmptyReason, RecordedAudio};

/// What stays behind the last word.
const TAIL: Duration = Duration::from_millis(200);
/// Samples read at once from a file that is measured again.
const PIECE: usize = 16_000;

/// What counts as speech.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeechCriteria {
    /// From this level on, in dBov.
    pub threshold_dbov: f32,
    /// Less of it makes an empty comment.
    pub least: Duration,
}

/// Finishes a file whose speech was measured while it was written. An empty one is kept as it is: there is no last word
/// behind which to cut, and someone may want to hear why.
pub(super) fn finish(
    wav: &mut WavFile,
    path: &Path,
    activity: &SpeechActivity,
    least: Duration,
) -> io::Result<RecordedAudio> {
    let speech = activity.speech();
    let empty = if speech.is_zero() {
        Some(EmptyReason::NoSpeech)
    } else if speech < least {
        Some(EmptyReason::TooShort)
    } else {
        None
    };
    let length = match empty {
        None => activity.last_speech() + TAIL,
        Some(_) => wav.duration(),
    };
    wav.finish(length)?;
    sync_parent(path)?;
    let mut hash = Sha256::new();
    let size_bytes = wav.each_byte(|bytes| hash.update(bytes))?;
    Ok(RecordedAudio {
        duration: wav.duration(),
        size_bytes,
        sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        speech,
        empty,
    })
}

/// Mends a recording that a crash cut off. Blocks.
///
/// # Errors
/// There is no such file, or it cannot be read or written.
pub fn recover(directory: &Path, path: &str, speech: SpeechCriteria) -> io::Result<RecordedAudio> {
    let path = file_of(directory, path)?;
    let mut wav = WavFile::reopen(&path)?;
    let mut activity = SpeechActivity::new(wav.rate(), speech.threshold_dbov);
    let mut samples = Vec::new();
    let mut at = 0;
    while at < wav.samples() {
        wav.read(at, &mut samples, PIECE)?;
        activity.handle(&samples);
        at += samples.len() as u64;
    }
    finish(&mut wav, &path, &activity, speech.least)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sha2::{Digest, Sha256};

    use super::{SpeechCriteria, recover};
    use crate::recording::WavFile;
    use aftercall_base::EmptyReason;

    const SPEECH: SpeechCriteria = SpeechCriteria {
        threshold_dbov: -45.0,
        least: Duration::from_millis(500),
    };

    #[test]
    fn what_a_crash_cut_off_is_trimmed_measured_and_hashed() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.wav");
        let mut wav = WavFile::create(&path, 8_000).unwrap();
        wav.append_silence(4_000).unwrap();
        wav.append(&[3_000; 16_000]).unwrap();
        wav.write_length().unwrap();
        wav.append_silence(30_000).unwrap();
        drop(wav);
        let audio = recover(home.path(), "a.wav", SPEECH).unwrap();
        assert_eq!(audio.duration, Duration::from_millis(2_700));
        assert_eq!((audio.speech, audio.empty), (Duration::from_secs(2), None));
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(audio.size_bytes, bytes.len() as u64);
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(audio.sha256, hash);
        assert_eq!(hound::WavReader::open(&path).unwrap().duration(), 21_600);
        assert_eq!(
            recover(home.path(), "a.wav", SPEECH).unwrap(),
            audio,
            "twice is as once"
        );
    }

    #[test]
    fn silence_and_a_click_are_empty_and_stay_as_they_are() {
        let home = tempfile::tempdir().unwrap();
        for (loud, empty) in [(0, EmptyReason::NoSpeech), (800, EmptyReason::TooShort)] {
            let mut wav = WavFile::create(&home.path().join("a.wav"), 8_000).unwrap();
            wav.append(&vec![3_000; loud]).unwrap();
            wav.append_silence(8_000).unwrap();
            drop(wav);
            let audio = recover(home.path(), "a.wav", SPEECH).unwrap();
            assert_eq!(audio.empty, Some(empty));
            assert!(audio.duration >= Duration::from_secs(1));
        }
    }

    #[test]
    fn file_that_is_not_there_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        assert!(recover(home.path(), "a.wav", SPEECH).is_err());
        assert!(recover(home.path(), "../a.wav", SPEECH).is_err());
    }
}
