//! Any stream, cut anywhere: the framer yields the same messages whole and byte by byte.
#![no_main]

use aftercall_sip::wire::{Framed, MessageLimits, StreamFramer};
use libfuzzer_sys::fuzz_target;

fn framed(bytes: &[u8], chunk: usize) -> Vec<Framed> {
    let mut framer = StreamFramer::new(MessageLimits::default());
    let mut framed = Vec::new();
    for chunk in bytes.chunks(chunk.max(1)) {
        framer.push(chunk);
        framed.extend(std::iter::from_fn(|| framer.next()));
    }
    framed
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(framed(bytes, bytes.len()), framed(bytes, 1));
});
