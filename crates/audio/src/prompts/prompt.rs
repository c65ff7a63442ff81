//! One prompt, ready to be sent.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use crate::dtmf::longest_talk_off;
use crate::g711::Companding;
use crate::opus::{self, Packets};
use crate::{Remark, ResampleError, Sound, TELEPHONE_RATE, WIDEBAND_RATE, g722, resample};
use aftercall_rtp::Codec;

/// A prompt in every form in which it may be sent.
///
/// G.711 is made at once. G.722 and Opus are made by [`prepare`](Self::prepare), when the first call speaks them, from
/// the wideband sound that is kept; all calls share what was made. The media plane asks a [`Playlist`] for packets
/// and does not see the difference.
///
/// [`Playlist`]: super::Playlist
pub struct Prompt {
    source: PathBuf,
    /// 16-bit samples at [`WIDEBAND_RATE`].
    wideband: Box<[i16]>,
    pcmu: Box<[u8]>,
    pcma: Box<[u8]>,
    g722: OnceLock<Box<[u8]>>,
    opus: OnceLock<Packets>,
    remarks: Vec<Remark>,
}

/// A prompt in one codec.
#[derive(Debug, Clone, Copy)]
pub(super) enum Encoding<'a> {
    /// Eight octets a millisecond, so that a packet of any length is a run of them.
    Octets(&'a [u8]),
    /// Packets of [`OPUS_PACKET_MS`](aftercall_rtp::OPUS_PACKET_MS).
    Packets(&'a Packets),
}

impl Prompt {
    /// Resamples and encodes a sound of any rate. `source` is the file that people are told of. Blocks for about a
    /// millisecond for each second of sound.
    ///
    /// # Errors
    /// A rate that cannot be brought to those of the codecs.
    pub fn new(source: PathBuf, sound: &Sound) -> Result<Self, ResampleError> {
        let telephone = resample(sound, TELEPHONE_RATE)?.to_pcm();
        Ok(Self {
            source,
            wideband: resample(sound, WIDEBAND_RATE)?.to_pcm().into(),
            pcmu: Companding::Mu.encode_all(&telephone).into(),
            pcma: Companding::A.encode_all(&telephone).into(),
            g722: OnceLock::new(),
            opus: OnceLock::new(),
            remarks: Vec::new(),
        })
    }

    /// The same prompt, with what is to be said of its file.
    pub(super) fn with_remarks(self, remarks: Vec<Remark>) -> Self {
        Self { remarks, ..self }
    }

    /// What is to be said of its file.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The most blocks in a row that resemble one DTMF digit, as a telephone hears it.
    pub(super) fn digit_blocks(&self) -> u32 {
        let heard: Vec<i16> = self
            .pcma
            .iter()
            .map(|octet| Companding::A.decode(*octet))
            .collect();
        let heard = Sound::from_pcm(TELEPHONE_RATE, &heard);
        heard.and_then(|heard| longest_talk_off(&heard)).unwrap_or(0)
    }

    /// The file it came from.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// The whole prompt in G.711, one byte a sample at 8 kHz.
    pub fn g711(&self, law: Companding) -> &[u8] {
        match law {
            Companding::Mu => &self.pcmu,
            Companding::A => &self.pcma,
        }
    }

    /// The whole prompt as 16-bit samples at [`WIDEBAND_RATE`].
    pub fn wideband(&self) -> &[i16] {
        &self.wideband
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.pcmu.len() as f64 / f64::from(TELEPHONE_RATE))
    }

    /// Encodes it, unless that was done. Blocks: Opus takes about 20 ms for each second of sound.
    pub fn prepare(&self, codec: Codec) {
        match codec {
            Codec::Pcmu | Codec::Pcma => {}
            Codec::G722 => {
                self.g722
                    .get_or_init(|| g722::Encoder::after_silence().encode(&self.wideband).into());
            }
            Codec::Opus => {
                self.opus.get_or_init(|| opus::encode(&self.wideband));
            }
        }
    }

    /// Whether it can be sent by this codec at once.
    pub fn is_ready(&self, codec: Codec) -> bool {
        self.encoding(codec).is_some()
    }

    /// The whole prompt in that codec; `None` before it was [prepared](Self::prepare).
    pub(super) fn encoding(&self, codec: Codec) -> Option<Encoding<'_>> {
        match codec {
            Codec::Pcmu => Some(Encoding::Octets(&self.pcmu)),
            Codec::Pcma => Some(Encoding::Octets(&self.pcma)),
            Codec::G722 => self.g722.get().map(|octets| Encoding::Octets(octets)),
            Codec::Opus => self.opus.get().map(Encoding::Packets),
        }
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
