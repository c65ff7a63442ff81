//! One prompt, ready to be sent.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::audio::g711::Law;
use crate::audio::{Sound, TELEPHONE_RATE};

/// A prompt in every form in which it may be sent.
///
/// G.711 is one byte a sample, so that a frame of any ptime is a run of bytes. Codecs whose frames depend on each
/// other come as further encodings, made when the first call needs them; the media plane asks a [`Playlist`] for
/// frames and does not see the difference.
///
/// [`Playlist`]: super::Playlist
pub struct Prompt {
    source: PathBuf,
    pcmu: Box<[u8]>,
    pcma: Box<[u8]>,
}

impl Prompt {
    /// Encodes a sound of [`TELEPHONE_RATE`]; `None` at another rate. `source` is the file that people are told of.
    pub fn new(source: PathBuf, sound: &Sound) -> Option<Self> {
        if sound.rate() != TELEPHONE_RATE {
            return None;
        }
        let pcm = sound.to_pcm();
        Some(Self {
            source,
            pcmu: Law::Mu.encode_all(&pcm).into(),
            pcma: Law::A.encode_all(&pcm).into(),
        })
    }

    /// The file it came from.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// The whole prompt in G.711, one byte a sample at 8 kHz.
    pub fn g711(&self, law: Law) -> &[u8] {
        match law {
            Law::Mu => &self.pcmu,
            Law::A => &self.pcma,
        }
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.pcmu.len() as f64 / f64::from(TELEPHONE_RATE))
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prompt")
            .field("source", &self.source)
            .field("duration", &self.duration())
            .finish()
    }
}
