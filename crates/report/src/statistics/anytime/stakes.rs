//! How the capital is spread over stakes.

/// The stakes are powers of two, from this exponent
const SMALLEST: i32 = -12;

/// to this one.
const LARGEST: i32 = 2;

/// How many there are.
pub(super) const COUNT: usize = (LARGEST - SMALLEST + 1) as usize;

/// The best stake is the true difference over the variance: 0.6 for a share that falls from 80 % to 70 %, 0.5 for an
/// NPS that falls by 20 points. Most of the capital is near this stake,
const CENTRE: f64 = 0.5;

/// within so many doublings (standard deviation),
const DOUBLINGS: f64 = 1.0;

/// and this part on all stakes equally, so that with enough answers any difference is found and every interval
/// shrinks to nothing.
const EVERYWHERE: f64 = 0.1;

/// No factor of a bet falls below one minus this: no bet can be ruined by one answer.
pub(super) const BOLDEST: f64 = 0.95;

/// Stakes, and the part of the capital on each.
#[derive(Debug, Clone)]
pub(super) struct Stakes {
    stakes: [f64; COUNT],
    ln_weights: [f64; COUNT],
}

impl Stakes {
    /// The one division that is used everywhere.
    pub(super) fn new() -> Self {
        let stakes: [f64; COUNT] = std::array::from_fn(|k| (f64::from(SMALLEST) + k as f64).exp2());
        let near = stakes.map(|stake| (-0.5 * ((stake / CENTRE).log2() / DOUBLINGS).powi(2)).exp());
        let sum: f64 = near.iter().sum();
        let ln_weights = near.map(|near| ((1.0 - EVERYWHERE) * near / sum + EVERYWHERE / COUNT as f64).ln());
        Self { stakes, ln_weights }
    }

    /// The stakes, none larger than `most`.
    pub(super) fn up_to(&self, most: f64) -> [f64; COUNT] {
        self.stakes.map(|stake| stake.min(most))
    }

    /// A bettor who has not bet yet.
    pub(super) fn capital(&self) -> Capital {
        Capital {
            ln_parts: self.ln_weights,
        }
    }
}

/// The logarithm of what each part of the capital has become.
#[derive(Debug, Clone)]
pub(super) struct Capital {
    ln_parts: [f64; COUNT],
}

impl Capital {
    /// Adds what `answers` equal answers give at each stake: the logarithm of the factor of one.
    pub(super) fn bet(&mut self, answers: u64, ln_factors: &[f64; COUNT]) {
        let answers = answers as f64;
        for (part, factor) in self.ln_parts.iter_mut().zip(ln_factors) {
            *part += answers * factor;
        }
    }

    /// ln of the whole capital.
    pub(super) fn ln_total(&self) -> f64 {
        let largest = self.ln_parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        largest
            + self
                .ln_parts
                .iter()
                .map(|part| (part - largest).exp())
                .sum::<f64>()
                .ln()
    }
}
