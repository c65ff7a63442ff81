//! That what the encoder makes is what it was given, as the decoder hears it. Against other implementations:
//! `tests/codecs`.

use std::f64::consts::TAU;

use super::{Decoder, Encoder, SAMPLE_RATE, SILENCE};

fn tone(hertz: f64, amplitude: f64, milliseconds: usize) -> Vec<i16> {
    (0..milliseconds * SAMPLE_RATE as usize / 1_000)
        .map(|n| (amplitude * (TAU * hertz * n as f64 / f64::from(SAMPLE_RATE)).sin()) as i16)
        .collect()
}

fn encode(samples: &[i16]) -> Vec<u8> {
    Encoder::default().encode(samples)
}

fn decode(decoder: &mut Decoder, octets: &[u8]) -> Vec<i16> {
    octets.iter().map(|octet| decoder.sample(*octet)).collect()
}

fn rms(samples: &[i16]) -> f64 {
    (samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64).sqrt()
}

#[test]
fn one_octet_holds_two_samples() {
    assert_eq!(encode(&[0; 320]).len(), 160);
    assert_eq!(encode(&[0; 321]).len(), 161);
    assert_eq!(encode(&[]), [0; 0]);
}

#[test]
fn tone_of_the_lower_band_keeps_its_level() {
    for hertz in [300.0, 700.0, 1_000.0, 1_633.0, 3_000.0] {
        let heard = decode(&mut Decoder::default(), &encode(&tone(hertz, 8_000.0, 500)));
        let level = 20.0 * (rms(&heard[800..]) / (8_000.0 / 2f64.sqrt())).log10();
        assert!(level.abs() < 0.5, "{hertz} Hz: {level} dB off");
    }
}

#[test]
fn tone_of_the_higher_band_is_not_heard_in_the_lower() {
    let heard = decode(&mut Decoder::default(), &encode(&tone(6_000.0, 8_000.0, 500)));
    let level = 20.0 * (rms(&heard[800..]) / 8_000.0).log10();
    assert!(level < -40.0, "{level} dB left");
}

#[test]
fn silence_octet_silences_a_decoder_in_any_state() {
    for hertz in [0.0, 440.0, 3_300.0] {
        let mut decoder = Decoder::default();
        let _loud = decode(&mut decoder, &encode(&tone(hertz, 30_000.0, 313)));
        // What may stay is a constant below -60 dBov, by the rounding of negative values.
        let after = decode(&mut decoder, &[SILENCE; 8_000]);
        let settled = &after[800..];
        assert!(
            settled.iter().all(|sample| sample.unsigned_abs() <= 32),
            "after {hertz} Hz: {:?}",
            settled.iter().map(|sample| sample.unsigned_abs()).max()
        );
        assert!(
            settled[2_000..].windows(2).all(|pair| pair[0] == pair[1]),
            "after {hertz} Hz"
        );
    }
    assert_eq!(decode(&mut Decoder::default(), &[SILENCE; 160]), [0; 160]);
}

#[test]
fn prompt_that_begins_loud_is_no_louder_after_silence_in_any_state_of_the_decoder() {
    let loud = tone(440.0, 6_000.0, 300);
    let prompt = Encoder::after_silence().encode(&loud);
    for before in [Vec::new(), encode(&tone(3_300.0, 30_000.0, 313)), encode(&loud)] {
        let mut decoder = Decoder::default();
        let _earlier = decode(&mut decoder, &before);
        let _pause = decode(&mut decoder, &[SILENCE; 3_200]);
        let heard = decode(&mut decoder, &prompt);
        let peak = heard.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!(peak < 6_600, "a burst of {peak}");
    }
}
