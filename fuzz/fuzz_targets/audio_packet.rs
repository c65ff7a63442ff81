//! Any run of payloads goes through the decoder of each codec. The first octet chooses the codec; each record after it is
//! a length octet and the payload.
#![no_main]

use aftercall_audio::Decoder;
use aftercall_rtp::Codec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((choice, mut rest)) = input.split_first() else {
        return;
    };
    let mut decoder = Decoder::new(Codec::ALL[usize::from(*choice) % 4]);
    while let [length, tail @ ..] = rest {
        let (payload, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = tail;
        // A packet holds 120 ms at most.
        assert!(decoder.decode(payload).len() <= 960);
    }
});
