//! Bringing the decoded samples of a file to one channel of one rate, within a limit of length; and what can be wrong with
//! them.

use std::time::Duration;

use super::Sound;
use super::channels::{ChannelSelection, Channels, SingleChannelTaken};

/// Rates that a recording of speech may have, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=192_000;
/// More channels than any recording has.
const MAXIMUM_CHANNELS: usize = 32;

/// Why a file gave no sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Something that is known and not read, by its name.
    #[error("{0} is not read")]
    Format(&'static str),
    /// Nothing that is known.
    #[error(
        "not a WAV, FLAC, MP3 or Ogg Vorbis file, nor another known one; samples without a header are not read ({0})"
    )]
    Unknown(String),
    /// Recognised, but damaged or cut short.
    #[error("damaged or cut short ({0})")]
    Broken(String),
    /// No sample in it.
    #[error("empty: no sound in it")]
    Empty,
    /// Sampled at a rate that is no recording's.
    #[error("sampled at {0} Hz; 4000 to 192000 Hz are read")]
    Rate(u32),
    /// More sound than allowed.
    #[error("longer than {} s", .0.as_secs())]
    TooLong(Duration),
}

/// What is to be said of a file that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remark {
    /// Its header does not say how long it is, or says too much.
    NoLength,
    /// One of its channels is heard.
    SingleChannelTaken(SingleChannelTaken),
}

impl std::fmt::Display for Remark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoLength => f.write_str(
                "its header does not state its length (written to a pipe, or cut short): read to the end of the file",
            ),
            Self::SingleChannelTaken(one) => one.fmt(f),
        }
    }
}

/// Gathers decoded packets in one channel.
pub(super) struct Mixer {
    limit: Duration,
    take: ChannelSelection,
    rate: Option<u32>,
    pub(super) channels: Channels,
    /// Whole frames that are mixed next.
    pub(super) interleaved: Vec<f32>,
    mono: Vec<f32>,
    pub(super) remark: Option<Remark>,
}

impl Mixer {
    pub(super) fn new(limit: Duration, take: ChannelSelection) -> Self {
        Self {
            limit,
            take,
            rate: None,
            channels: Channels::default(),
            interleaved: Vec::new(),
            mono: Vec::new(),
            remark: None,
        }
    }

    /// Keeps what is to be said of the file.
    pub(super) fn note(&mut self, remark: Option<Remark>) {
        self.remark = remark;
    }

    /// The rate of what comes next.
    pub(super) fn rate(&mut self, rate: u32) -> Result<(), DecodeError> {
        match self.rate {
            _ if !RATES.contains(&rate) => Err(DecodeError::Rate(rate)),
            Some(known) if known != rate => Err(DecodeError::Broken("changes its rate midway".to_owned())),
            Some(_) | None => {
                self.rate = Some(rate);
                Ok(())
            }
        }
    }

    /// Takes in the frames that are there.
    pub(super) fn mix(&mut self, channels: usize) -> Result<(), DecodeError> {
        if channels == 0 || channels > MAXIMUM_CHANNELS {
            return Err(DecodeError::Broken(format!("{channels} channels")));
        }
        let frames = self.interleaved.chunks_exact(channels);
        match self.take {
            ChannelSelection::Mean => {
                self.channels.hear(&self.interleaved, channels);
                let scale = 1.0 / channels as f32;
                self.mono
                    .extend(frames.map(|frame| frame.iter().sum::<f32>() * scale));
            }
            ChannelSelection::One(channel) => {
                let sample = |frame: &[f32]| frame.get(channel).or(frame.last()).copied();
                self.mono.extend(frames.filter_map(sample));
            }
        }
        let allowed = self.limit.as_secs_f64() * f64::from(self.rate.unwrap_or_default());
        if self.mono.len() as f64 > allowed {
            return Err(DecodeError::TooLong(self.limit));
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Sound, DecodeError> {
        let rate = self
            .rate
            .filter(|_| !self.mono.is_empty())
            .ok_or(DecodeError::Empty)?;
        Sound::new(rate, self.mono).ok_or(DecodeError::Empty)
    }
}
