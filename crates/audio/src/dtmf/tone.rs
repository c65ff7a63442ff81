//! Keys as sound, for the built-in test phone: what a phone without RFC 4733 sends.

use std::f64::consts::TAU;
use std::time::Duration;

use super::bank::{FREQUENCIES, KEYPAD};
use crate::TELEPHONE_RATE;
use aftercall_base::Digit;

/// Amplitudes of the low and the high tone: -10 and -8 dBm0, the high one stronger since lines weaken it.
const AMPLITUDES: [f64; 2] = [7_052.0, 8_878.0];
/// Rise and fall of a tone, so that it does not click.
const RAMP: usize = 16;

/// The sound of these keys one after the other, in samples at 8 kHz: each for `on`, then silence for `off`.
pub fn tones(digits: &[Digit], on: Duration, off: Duration) -> Vec<i16> {
    let (on, off) = (samples(on), samples(off));
    let mut sound = Vec::with_capacity(digits.len() * (on + off));
    for digit in digits {
        let pair = frequencies(*digit);
        sound.extend((0..on).map(|place| sample(pair, place, on)));
        sound.extend(std::iter::repeat_n(0, off));
    }
    sound
}

fn samples(duration: Duration) -> usize {
    let samples = duration.as_millis() * u128::from(TELEPHONE_RATE) / 1000;
    usize::try_from(samples).unwrap_or_default()
}

fn frequencies(digit: Digit) -> [f64; 2] {
    let place = KEYPAD
        .as_flattened()
        .iter()
        .position(|code| *code == digit.event())
        .expect("each digit has its place on the keypad");
    let tone = |place: usize| FREQUENCIES.get(place).copied().unwrap_or_default();
    [tone(place / 4), tone(4 + place % 4)]
}

fn sample(pair: [f64; 2], place: usize, length: usize) -> i16 {
    let from_edge = (place + 1).min(length - place);
    let ramp = (from_edge as f64 / RAMP as f64).min(1.0);
    let seconds = place as f64 / f64::from(TELEPHONE_RATE);
    let sum: f64 = pair
        .into_iter()
        .zip(AMPLITUDES)
        .map(|(frequency, amplitude)| amplitude * (TAU * frequency * seconds).sin())
        .sum();
    (ramp * sum).round() as i16
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::tones;
    use crate::dtmf::InBandDetector;
    use aftercall_base::Digit;
    use aftercall_runtime::clock::monotonic;

    #[test]
    fn every_key_sounds_like_itself() {
        let keys: Vec<Digit> = (0..16).filter_map(Digit::from_event).collect();
        let sound = tones(&keys, Duration::from_millis(50), Duration::from_millis(50));
        assert_eq!(sound.len(), 16 * 800);
        let (mut detector, mut heard) = (InBandDetector::default(), Vec::new());
        detector.handle(&sound, monotonic(), |press| heard.push(press.digit));
        assert_eq!(heard, keys);
    }
}
