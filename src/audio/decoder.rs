//! What is heard, as samples: one decoder for one received stream of any codec.
//!
//! Everything comes out at 8 kHz, whatever was sent: that is what keys, speech detection and recordings need, and one
//! rate keeps them free of codecs.

use super::g711::Law;
use super::opus::{self, LONGEST_DECODED};
use super::{Codec, g722};

/// Turns received payloads into samples at [`TELEPHONE_RATE`](super::TELEPHONE_RATE).
pub struct Decoder {
    codec: Codec,
    state: State,
    samples: Box<[i16; LONGEST_DECODED]>,
}

/// What has to be remembered from packet to packet.
enum State {
    G711(Law),
    G722(g722::Decoder),
    Opus(Box<opus::Decoder>),
}

impl Decoder {
    /// A decoder at the beginning of a stream. Allocates; [`decode`](Self::decode) does not.
    pub fn new(codec: Codec) -> Self {
        Self {
            codec,
            state: match codec {
                Codec::Pcmu => State::G711(Law::Mu),
                Codec::Pcma => State::G711(Law::A),
                Codec::G722 => State::G722(g722::Decoder::default()),
                Codec::Opus => State::Opus(Box::new(opus::Decoder::new())),
            },
            samples: Box::new([0; LONGEST_DECODED]),
        }
    }

    /// What it decodes.
    pub const fn codec(&self) -> Codec {
        self.codec
    }

    /// The samples of one payload; none for one that cannot be decoded. More than 120 ms are cut off. Packets are
    /// taken in the order of the stream; a lost one is left out.
    pub fn decode(&mut self, payload: &[u8]) -> &[i16] {
        let count = match &mut self.state {
            State::G711(law) => each(&mut self.samples, payload, |octet| law.decode(octet)),
            State::G722(decoder) => each(&mut self.samples, payload, |octet| decoder.sample(octet)),
            State::Opus(decoder) => decoder.decode(payload, &mut self.samples).unwrap_or_default(),
        };
        self.samples.get(..count).unwrap_or_default()
    }
}

/// Decodes one sample an octet, as long as there is room.
fn each(samples: &mut [i16; LONGEST_DECODED], payload: &[u8], mut decode: impl FnMut(u8) -> i16) -> usize {
    for (sample, octet) in samples.iter_mut().zip(payload) {
        *sample = decode(*octet);
    }
    payload.len().min(LONGEST_DECODED)
}

impl std::fmt::Debug for Decoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decoder")
            .field("codec", &self.codec)
            .finish_non_exhaustive()
    }
}
