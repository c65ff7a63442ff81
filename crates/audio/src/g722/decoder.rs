//! Octets to samples of the lower sub-band, 8 kHz.

use super::band::{Band, Side};

/// The lower sub-band's values of six bits (`QM6`), in steps of 1/32768.
const LOWER_FINE_VALUES: [i32; 64] = [
    -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232,
    -9_360, -8_576, -7_856, -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008, -3_576, -3_168, -2_776,
    -2_400, -2_032, -1_688, -1_360, -1_040, -728, 24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280,
    11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000, 5_456, 4_944, 4_464, 4_008, 3_576, 3_168,
    2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728, 432, 136, -432, -136,
];

/// The lower sub-band's values of four bits (`QM4`), which drive the prediction.
pub(super) const LOWER_VALUES: [i32; 16] = [
    0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200, 20_456, 12_896, 8_968, 6_288, 4_240, 2_584,
    1_200, 0,
];

/// What a code of four bits does to the lower sub-band's scale (`WL` by `RL42`).
pub(super) const LOWER_MULTIPLIERS: [i32; 16] = [
    -60, 3_042, 1_198, 538, 334, 172, 58, -30, 3_042, 1_198, 538, 334, 172, 58, -30, -60,
];

/// The higher sub-band's values (`QM2`).
pub(super) const HIGHER_VALUES: [i32; 4] = [-7_408, -1_616, 7_408, 1_616];

/// What a code does to the higher sub-band's scale (`WH` by `RH2`).
pub(super) const HIGHER_MULTIPLIERS: [i32; 4] = [798, -214, 798, -214];

/// Decodes one stream, octet after octet.
#[derive(Debug, Clone)]
pub struct Decoder {
    lower: Band,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            lower: Band::new(Side::Lower),
        }
    }
}

impl Decoder {
    /// The lower sub-band's sample of an octet, at 8 kHz and 16 bits.
    pub fn sample(&mut self, octet: u8) -> i16 {
        let code = usize::from(octet & 0x3F);
        let step = self.lower.step();
        let fine = (step * LOWER_FINE_VALUES.get(code).copied().unwrap_or_default()) >> 15;
        let sample = (self.lower.predicted() + fine).clamp(-16_384, 16_383);
        let coarse = code >> 2;
        let difference = (step * LOWER_VALUES.get(coarse).copied().unwrap_or_default()) >> 15;
        let multiplier = LOWER_MULTIPLIERS.get(coarse).copied().unwrap_or_default();
        self.lower.adapt(difference, multiplier);
        // 15 bits to 16.
        (sample << 1) as i16
    }
}
