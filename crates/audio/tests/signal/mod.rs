//! Speech to send through codecs, and how like it is what comes out.

use std::path::Path;

use aftercall_audio::{Sound, TELEPHONE_RATE, resample};

/// How far, in seconds, one signal may lag behind another.
const LAG_S: f64 = 0.15;
/// Samples from the beginning by which the lag is found.
const SEARCHED: usize = 8_000;

/// What one signal has of another, at the lag where they are most alike.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likeness {
    /// 1.0 for the same signal at any level, 0.0 for nothing in common.
    pub(crate) correlation: f64,
    /// How much louder it is.
    pub(crate) level_db: f64,
}

/// A shipped prompt: speech at 16 kHz.
pub(crate) fn speech() -> Sound {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../prompts/en/ces.wav");
    let mut reader = hound::WavReader::open(path).unwrap();
    let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    Sound::from_pcm(reader.spec().sample_rate, &samples).unwrap()
}

/// The same at 8 kHz, as 16-bit values.
pub(crate) fn at_telephone_rate() -> Vec<f64> {
    let sound = resample(&speech(), TELEPHONE_RATE).unwrap();
    sound.to_pcm().into_iter().map(f64::from).collect()
}

/// Compares `heard`, which may lag and be longer, with `original`; both at 8 kHz.
pub(crate) fn likeness(heard: &[f64], original: &[f64]) -> Likeness {
    let product = |lag: usize, length: usize| -> f64 {
        let pairs = heard.iter().skip(lag).zip(original).take(length);
        pairs.map(|(heard, original)| heard * original).sum()
    };
    let lags = 0..(LAG_S * f64::from(TELEPHONE_RATE)) as usize;
    let lag = lags
        .max_by(|one, other| product(*one, SEARCHED).total_cmp(&product(*other, SEARCHED)))
        .expect("there are lags");
    let power = |signal: &[f64]| -> f64 { signal.iter().take(original.len()).map(|one| one * one).sum() };
    let (power, expected) = (power(heard.get(lag..).unwrap_or_default()), power(original));
    Likeness {
        correlation: product(lag, original.len()) / (power * expected).sqrt().max(1.0),
        level_db: 10.0 * (power / expected).log10(),
    }
}
