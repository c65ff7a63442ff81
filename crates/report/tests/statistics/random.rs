//! Seeded randomness for simulations, and the seed that they print.

/// SplitMix64 (Steele, Lea and Flood 2014): every simulation of a given seed is the same on every machine.
pub(crate) struct Random(u64);

impl Random {
    /// Prints the seed.
    pub(crate) fn seeded(simulation: &str, seed: u64) -> Self {
        println!("{simulation}: seed {seed}");
        Self(seed)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// From 0 to below 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A place from 0 to below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        (self.uniform() * count as f64) as usize
    }

    /// Whether something of probability `p` happens.
    pub(crate) fn happens(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A draw from the standard normal distribution (Box and Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// A draw from the Poisson distribution, by counting events in a unit of time.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        let (mut count, mut time) = (0, -(1.0 - self.uniform()).ln());
        while time < mean {
            count += 1;
            time -= (1.0 - self.uniform()).ln();
        }
        count
    }
}
