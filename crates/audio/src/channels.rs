//! Whether the channels of a recording can be mixed to one, or one of them is to be taken.
//!
//! A prompt has one voice. Two channels that hold the same are mixed; where mixing would lose the voice (one channel is the
//! other upside down), or blur it (they hold different things, or the same a little later), or only halve it (one is silent),
//! the louder channel is taken. So is the loudest of more than two. Blocks are looked at one by one, so that a part that
//! would vanish is noticed.

use std::fmt;

/// Frames that are looked at together: 16 ms at 16 kHz.
const BLOCK: usize = 256;
/// A channel this much softer than the other is silent: 30 dB.
const SILENT: f64 = 0.001;
/// A block of which a mix keeps less than this is lost: 10 dB.
const LOST: f64 = 0.1;
/// The share of the power that may be in lost blocks.
const MAY_BE_LOST: f64 = 0.02;
/// Channels that are less alike than this would blur each other.
const ALIKE: f64 = 0.7;

/// Which channel is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChannelSelection {
    /// The mean of all.
    Mean,
    /// One, counted from 0.
    One(usize),
}

/// One channel was taken of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SingleChannelTaken {
    /// The channel that is heard, counted from 1.
    pub taken: usize,
    /// How many there are.
    pub of: usize,
    /// Why they were not mixed.
    pub why: NotMixedReason,
}

/// Why channels are not mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotMixedReason {
    /// The other channel is silent.
    OtherSilent,
    /// They cancel each other.
    Cancel,
    /// They hold different sound.
    Differ,
    /// There are more than two.
    Many,
}

impl fmt::Display for SingleChannelTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { taken, of, why } = self;
        let why = match why {
            NotMixedReason::OtherSilent => "the other is silent",
            NotMixedReason::Cancel => "mixed, they would cancel each other",
            NotMixedReason::Differ => "they hold different sound",
            NotMixedReason::Many => "it is the loudest",
        };
        write!(f, "only channel {taken} of {of} is heard: {why}")
    }
}

/// What the channels of a recording hold.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// The power of each, without its constant part.
    power: Vec<f64>,
    /// Of the first two: the power that they share, and that in blocks that a mix would lose.
    shared: f64,
    lost: f64,
    block: ChannelBlock,
}

/// Sums over the frames of a block.
#[derive(Debug, Default)]
struct ChannelBlock {
    frames: usize,
    sum: Vec<f64>,
    squares: Vec<f64>,
    product: f64,
}

impl Channels {
    /// Takes in whole frames, their channels side by side.
    pub(super) fn hear(&mut self, interleaved: &[f32], channels: usize) {
        if channels < 2 {
            return;
        }
        if self.power.len() < channels {
            self.power.resize(channels, 0.0);
        }
        for frame in interleaved.chunks_exact(channels) {
            self.block.add(frame);
            if self.block.frames == BLOCK {
                self.close_block();
            }
        }
    }

    fn close_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.frames == 0 {
            return;
        }
        let frames = block.frames as f64;
        let without_mean = |(squares, sum): (&f64, &f64)| (squares - sum * sum / frames).max(0.0);
        let powers: Vec<f64> = block.squares.iter().zip(&block.sum).map(without_mean).collect();
        for (total, power) in self.power.iter_mut().zip(&powers) {
            *total += power;
        }
        if let ([left, right], [left_sum, right_sum]) = (powers.as_slice(), block.sum.as_slice()) {
            let shared = block.product - left_sum * right_sum / frames;
            let mixed = (left + right + 2.0 * shared) / 4.0;
            let louder = left.max(*right);
            self.shared += shared;
            if mixed < louder * LOST {
                self.lost += louder;
            }
        }
    }

    /// Which channel is to be heard, and what is to be said of it.
    pub(super) fn choice(mut self) -> (ChannelSelection, Option<SingleChannelTaken>) {
        self.close_block();
        let of = self.power.len();
        let Some((loudest, power)) = self.loudest() else {
            return (ChannelSelection::Mean, None);
        };
        let why = match self.power.as_slice() {
            [left, right] => self.unmixed(*left, *right, power),
            _ => Some(NotMixedReason::Many),
        };
        match why {
            None => (ChannelSelection::Mean, None),
            Some(why) => {
                let taken = loudest + 1;
                (
                    ChannelSelection::One(loudest),
                    Some(SingleChannelTaken { taken, of, why }),
                )
            }
        }
    }

    fn unmixed(&self, left: f64, right: f64, louder: f64) -> Option<NotMixedReason> {
        if left.min(right) < louder * SILENT {
            Some(NotMixedReason::OtherSilent)
        } else if self.lost > louder * MAY_BE_LOST {
            Some(NotMixedReason::Cancel)
        } else if self.shared < ALIKE * (left * right).sqrt() {
            Some(NotMixedReason::Differ)
        } else {
            None
        }
    }

    /// The loudest channel, the first of equals; `None` where all are silent.
    fn loudest(&self) -> Option<(usize, f64)> {
        let mut loudest = None;
        for (channel, power) in self.power.iter().enumerate() {
            if *power > loudest.map_or(0.0, |(_, most)| most) {
                loudest = Some((channel, *power));
            }
        }
        loudest
    }
}

impl ChannelBlock {
    fn add(&mut self, frame: &[f32]) {
        self.sum.resize(frame.len(), 0.0);
        self.squares.resize(frame.len(), 0.0);
        let sums = self.sum.iter_mut().zip(&mut self.squares);
        for (sample, (sum, square)) in frame.iter().map(|sample| f64::from(*sample)).zip(sums) {
            *sum += sample;
            *square += sample * sample;
        }
        if let [left, right] = frame {
            self.product += f64::from(*left) * f64::from(*right);
        }
        self.frames += 1;
    }
}
