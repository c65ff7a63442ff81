//! Any samples, in packets of any length with any gaps between, go through the in-band detector. Each record of the input
//! is a length octet, an octet that says what is missing before it, and the samples, two octets each.
#![no_main]

use std::time::{Duration, Instant};

use aftercall_audio::dtmf::InBandDetector;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut detector = InBandDetector::default();
    let (start, mut rest) = (Instant::now(), input);
    let (mut now, mut samples_heard, mut presses) = (start, 0, 0);
    while let [length, missing, tail @ ..] = rest {
        let (octets, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = tail;
        match missing {
            0 => {}
            1 => detector.restart(),
            lost => detector.gap(Duration::from_millis(u64::from(*lost))),
        }
        let samples: Vec<i16> = octets
            .as_chunks()
            .0
            .iter()
            .map(|pair| i16::from_le_bytes(*pair))
            .collect();
        now += Duration::from_millis(20);
        detector.handle(&samples, now, |press| {
            assert!((start..=now).contains(&press.at));
            presses += 1;
        });
        samples_heard += samples.len();
    }
    // Five windows, each moved by 34 samples, are the least that makes a press.
    assert!(presses <= samples_heard / 170);
});
