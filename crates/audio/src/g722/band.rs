//! One sub-band: its predictor and its quantiser's scale, the same in encoder and decoder (G.722 section 6.2.1).
//!
//! All values are 16-bit integers kept in `i32`; products are shifted down by 15.

/// Which sub-band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Lower,
    Higher,
}

/// The state of one sub-band.
#[derive(Debug, Clone)]
pub(super) struct Band {
    side: Side,
    /// The predicted sample (`s`), and its part from past differences (`sz`).
    predicted: i32,
    zeros_part: i32,
    /// The last two reconstructed samples (`r`), newest first.
    reconstructed: [i32; 2],
    /// Signs of the last two partly reconstructed samples (`p`), newest first: true for negative.
    partly_negative: [bool; 2],
    /// The last six quantised differences (`d`), newest first.
    differences: [i32; 6],
    /// Coefficients of the two poles (`a`).
    poles: [i32; 2],
    /// Coefficients of the six zeros (`b`).
    zeros: [i32; 6],
    /// The scale factor in the logarithmic domain (`nb`), and the step that it stands for (`det`).
    log_scale: i32,
    step: i32,
}

/// 2^(n/32), the fraction of a scale factor (`ILB`).
const EXPONENT: [i32; 32] = [
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834, 2896,
    2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
];

impl Band {
    /// The state after a reset.
    pub(super) const fn new(side: Side) -> Self {
        Self {
            side,
            predicted: 0,
            zeros_part: 0,
            reconstructed: [0; 2],
            partly_negative: [false; 2],
            differences: [0; 6],
            poles: [0; 2],
            zeros: [0; 6],
            log_scale: 0,
            step: match side {
                Side::Lower => 32,
                Side::Higher => 8,
            },
        }
    }

    /// What the next sample is expected to be.
    pub(super) const fn predicted(&self) -> i32 {
        self.predicted
    }

    /// The size of the quantiser's step.
    pub(super) const fn step(&self) -> i32 {
        self.step
    }

    /// Takes the quantised difference of a sample and the multiplier of the scale factor that its code stands for
    /// (`W`); makes the next prediction.
    pub(super) fn adapt(&mut self, difference: i32, multiplier: i32) {
        self.adapt_scale(multiplier);
        self.adapt_predictor(difference);
    }

    /// LOGSCL and SCALEL, or LOGSCH and SCALEH.
    fn adapt_scale(&mut self, multiplier: i32) {
        let (limit, bias) = match self.side {
            Side::Lower => (18_432, 8),
            Side::Higher => (22_528, 10),
        };
        self.log_scale = (((self.log_scale * 127) >> 7) + multiplier).clamp(0, limit);
        let fraction = EXPONENT
            .get(((self.log_scale >> 6) & 31) as usize)
            .copied()
            .unwrap_or_default();
        let shift = bias - (self.log_scale >> 11);
        let scaled = if shift < 0 {
            fraction << -shift
        } else {
            fraction >> shift
        };
        self.step = scaled << 2;
    }

    /// RECONS, PARREC, UPPOL2, UPPOL1, UPZERO, FILTEP, FILTEZ and PREDIC.
    fn adapt_predictor(&mut self, difference: i32) {
        let reconstructed = saturate(self.predicted + difference);
        let negative = saturate(self.zeros_part + difference) < 0;
        self.adapt_poles(negative);
        self.adapt_zeros(difference);
        self.reconstructed = [reconstructed, self.reconstructed[0]];
        self.partly_negative = [negative, self.partly_negative[0]];
        self.differences.rotate_right(1);
        self.differences[0] = difference;
        let poles_part = saturate(dot(&self.poles, &self.reconstructed));
        self.zeros_part = saturate(dot(&self.zeros, &self.differences));
        self.predicted = saturate(poles_part + self.zeros_part);
    }

    fn adapt_poles(&mut self, negative: bool) {
        let [first, second] = self.poles;
        let same_as = self.partly_negative.map(|earlier| earlier == negative);
        let pull = saturate(first << 2);
        let pull = if same_as[0] { (-pull).min(32_767) } else { pull };
        let push = if same_as[1] { 128 } else { -128 };
        let second = (push + (pull >> 7) + ((second * 32_512) >> 15)).clamp(-12_288, 12_288);
        let push = if same_as[0] { 192 } else { -192 };
        let limit = saturate(15_360 - second);
        let first = saturate(push + ((first * 32_640) >> 15)).clamp(-limit, limit);
        self.poles = [first, second];
    }

    fn adapt_zeros(&mut self, difference: i32) {
        let push = if difference == 0 { 0 } else { 128 };
        for (zero, earlier) in self.zeros.iter_mut().zip(&self.differences) {
            let same = (*earlier < 0) == (difference < 0);
            *zero = saturate((if same { push } else { -push }) + ((*zero * 32_640) >> 15));
        }
    }
}

/// The sum of `coefficient * 2 * value`, each product scaled down by itself, as the recommendation has it.
fn dot<const N: usize>(coefficients: &[i32; N], values: &[i32; N]) -> i32 {
    coefficients
        .iter()
        .zip(values)
        .map(|(coefficient, value)| (coefficient * saturate(value + value)) >> 15)
        .sum()
}

/// Limits to 16 bits.
pub(super) fn saturate(value: i32) -> i32 {
    value.clamp(-32_768, 32_767)
}
