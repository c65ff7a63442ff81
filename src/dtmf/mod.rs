//! DTMF: from events on the wire to presses of a key. Pure.

mod digit;

pub use digit::Digit;
