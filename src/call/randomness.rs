//! Randomness of a process, shared by its calls.

use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use aftercall_survey::admission::sampler::Draw;

/// A seeded source of randomness, shared by the calls of a process.
#[derive(Debug)]
pub struct Randomness(Mutex<StdRng>);

impl Randomness {
    /// Randomness that follows from `seed`, and is as hard to guess: keys come from it.
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self(Mutex::new(StdRng::from_seed(seed)))
    }

    /// Draws for a call that a random share is surveyed of.
    pub fn draw(&self) -> Draw {
        let number = self.with(|rng| rng.random_range(0..Draw::RANGE));
        Draw::new(number).expect("the number is below the range")
    }

    /// Draws a seed for something of its own.
    pub fn seed(&self) -> u64 {
        self.with(|rng| rng.random())
    }

    /// Draws a token: 80 bits in letters and digits, the first a letter, so that it never looks like a number.
    pub fn token(&self) -> String {
        const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let (first, rest) = self.with(|rng| (rng.random_range(10..32_usize), rng.random::<u128>()));
        std::iter::once(first)
            .chain((0..16).map(|place| (rest >> (5 * place)) as usize & 31))
            .filter_map(|index| SYMBOLS.get(index).copied().map(char::from))
            .collect()
    }

    /// Draws a seed for keys.
    pub fn key_seed(&self) -> [u8; 32] {
        self.with(|rng| rng.random())
    }

    pub(super) fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        // A generator has no state that a panic elsewhere could have broken.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
