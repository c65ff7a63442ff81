//! Samples at 16 kHz to octets.

use super::SILENCE;
use super::band::{Band, Side, saturate};
use super::decoder::{HIGHER_MULTIPLIERS, HIGHER_VALUES, LOWER_MULTIPLIERS, LOWER_VALUES};

/// The filter that parts the sub-bands (table 11, both halves of its symmetric 24 taps), the sum of it being 4096.
const QMF: [i32; 12] = [3, -11, 12, 32, -210, 951, 3_876, -805, 362, -156, 53, -11];

/// Where the lower sub-band's quantiser decides (`Q6`), in steps of 1/4096.
const LOWER_DECISIONS: [i32; 29] = [
    35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1_023, 1_121,
    1_219, 1_339, 1_458, 1_612, 1_765, 1_980, 2_195, 2_557, 2_919,
];

/// Where the higher sub-band's quantiser decides.
const HIGHER_DECISION: i32 = 564;

/// Octets of silence after which any decoder is in one and the same state, within what rounding leaves.
const SETTLED: usize = 4_000;

/// Encodes one stream.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// The last 24 samples, oldest first.
    history: [i32; 24],
    lower: Band,
    higher: Band,
}

impl Default for Encoder {
    /// In the state after a reset.
    fn default() -> Self {
        Self {
            history: [0; 24],
            lower: Band::new(Side::Lower),
            higher: Band::new(Side::Higher),
        }
    }
}

impl Encoder {
    /// In the state of a decoder that has long heard [`SILENCE`]. That is not the state after a reset:
    /// in silence the poles drift to their limits, and a prompt encoded from a reset would begin with a burst there.
    pub fn after_silence() -> Self {
        let mut encoder = Self::default();
        for _ in 0..SETTLED {
            encoder.adapt_lower(SILENCE & 0x3F);
            encoder.adapt_higher(SILENCE >> 6);
        }
        encoder
    }

    /// Encodes samples of 16 kHz: one octet for two, the last filled up with zero.
    pub fn encode(&mut self, samples: &[i16]) -> Vec<u8> {
        samples
            .chunks(2)
            .map(|pair| {
                let first = pair.first().copied().unwrap_or_default();
                self.octet(first, pair.get(1).copied().unwrap_or_default())
            })
            .collect()
    }

    fn octet(&mut self, first: i16, second: i16) -> u8 {
        let (low, high) = self.part(first, second);
        let lower = self.lower_code(low);
        let higher = self.higher_code(high);
        higher << 6 | lower
    }

    /// The two sub-bands' samples, 15 bits each.
    fn part(&mut self, first: i16, second: i16) -> (i32, i32) {
        self.history.rotate_left(2);
        let [.., before_last, last] = &mut self.history;
        (*before_last, *last) = (i32::from(first), i32::from(second));
        let (pairs, _) = self.history.as_chunks::<2>();
        let (mut odd, mut even) = (0, 0);
        for (pair, (forward, backward)) in pairs.iter().zip(QMF.iter().zip(QMF.iter().rev())) {
            odd += pair[0] * forward;
            even += pair[1] * backward;
        }
        // 12 bits for the filter's gain, one for the sum of two, one because the bands have 15 bits.
        ((even + odd) >> 14, (even - odd) >> 14)
    }

    fn lower_code(&mut self, sample: i32) -> u8 {
        let difference = saturate(sample - self.lower.predicted());
        let (negative, magnitude) = (difference < 0, fold(difference));
        let step = self.lower.step();
        let level = LOWER_DECISIONS
            .iter()
            .take_while(|decision| magnitude >= (*decision * step) >> 12)
            .count() as u8;
        // Codes 61 down to 32 are positive; 63, 62, then 31 down to 4 negative (tables 7 and 8).
        let code = match (negative, level) {
            (false, level) => 61 - level,
            (true, level @ 0..=1) => 63 - level,
            (true, level) => 33 - level,
        };
        self.adapt_lower(code);
        code
    }

    /// Only the upper four bits drive the prediction, so that lower bit rates could rob the rest.
    fn adapt_lower(&mut self, code: u8) {
        let index = usize::from(code >> 2);
        let difference = (self.lower.step() * LOWER_VALUES.get(index).copied().unwrap_or_default()) >> 15;
        let multiplier = LOWER_MULTIPLIERS.get(index).copied().unwrap_or_default();
        self.lower.adapt(difference, multiplier);
    }

    fn higher_code(&mut self, sample: i32) -> u8 {
        let difference = saturate(sample - self.higher.predicted());
        let step = self.higher.step();
        let is_far = fold(difference) >= (HIGHER_DECISION * step) >> 12;
        let code = match (difference < 0, is_far) {
            (false, false) => 3,
            (false, true) => 2,
            (true, false) => 1,
            (true, true) => 0,
        };
        self.adapt_higher(code);
        code
    }

    fn adapt_higher(&mut self, code: u8) {
        let index = usize::from(code);
        let difference = (self.higher.step() * HIGHER_VALUES.get(index).copied().unwrap_or_default()) >> 15;
        let multiplier = HIGHER_MULTIPLIERS.get(index).copied().unwrap_or_default();
        self.higher.adapt(difference, multiplier);
    }
}

/// The magnitude of a difference, of which the negative half lies one lower.
const fn fold(difference: i32) -> i32 {
    if difference < 0 {
        -(difference + 1)
    } else {
        difference
    }
}
