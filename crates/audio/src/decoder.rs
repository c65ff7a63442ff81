//! What is heard, as samples: one decoder for one received stream of any codec.
//!
//! Everything comes out at 8 kHz, whatever was sent: that is what keys, speech detection and recordings need, and one
//! rate keeps them free of codecs.

use super::g711::Companding;
use super::g722;
use super::opus::{self, LONGEST_DECODED};
use aftercall_rtp::Codec;

/// Turns received payloads into samples at [`TELEPHONE_RATE`](super::TELEPHONE_RATE).
pub struct Decoder {
    codec: Codec,
    state: DecoderState,
    samples: Box<[i16; LONGEST_DECODED]>,
}

/// What has to be remembered from packet to packet.
enum DecoderState {
    G711(Companding),
    G722(g722::Decoder),
    Opus(Box<opus::Decoder>),
}

impl Decoder {
    /// A decoder at the beginning of a stream. Allocates; [`decode`](Self::decode) does not.
    pub fn new(codec: Codec) -> Self {
        Self {
            codec,
            state: match codec {
                Codec::Pcmu => DecoderState::G711(Companding::Mu),
                Codec::Pcma => DecoderState::G711(Companding::A),
                Codec::G722 => DecoderState::G722(g722::Decoder::default()),
                Codec::Opus => DecoderState::Opus(Box::new(opus::Decoder::new())),
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
            DecoderState::G711(law) => each(&mut self.samples, payload, |octet| law.decode(octet)),
            DecoderState::G722(decoder) => each(&mut self.samples, payload, |octet| decoder.sample(octet)),
            DecoderState::Opus(decoder) => decoder.decode(payload, &mut self.samples).unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decoder;
    use crate::opus;
    use aftercall_rtp::Codec;

    #[test]
    fn every_codec_gives_eight_samples_a_millisecond() {
        let speech: Vec<i16> = (0..3_200).map(|n| ((n * 37) % 8_000 - 4_000) as i16).collect();
        let packets = opus::encode(&speech);
        for (codec, payload) in [
            (Codec::Pcmu, &[0x55; 160][..]),
            (Codec::Pcma, &[0x55; 160]),
            (Codec::G722, &[0x55; 160]),
            (Codec::Opus, packets.get(3).unwrap()),
        ] {
            assert_eq!(Decoder::new(codec).decode(payload).len(), 160, "{codec:?}");
        }
    }

    #[test]
    fn what_is_no_packet_gives_no_samples() {
        for codec in Codec::ALL {
            assert_eq!(Decoder::new(codec).decode(&[]), [0; 0], "{codec:?}");
        }
        // Two frames of one length in an odd number of octets (RFC 6716 section 3.2.3).
        assert_eq!(Decoder::new(Codec::Opus).decode(&[0x49, 1, 2, 3]), [0; 0]);
    }

    proptest! {
        #[test]
        fn any_payloads_are_decoded_to_120_ms_at_most(
            payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..1_400), 1..12),
        ) {
            for codec in Codec::ALL {
                let mut decoder = Decoder::new(codec);
                for payload in &payloads {
                    prop_assert!(decoder.decode(payload).len() <= 960);
                }
            }
        }

        #[test]
        fn damaged_packets_of_opus_are_decoded_or_left_out(
            damage in proptest::collection::vec((0usize..20, any::<prop::sample::Index>(), any::<u8>()), 1..30),
            cut in 0usize..120,
        ) {
            let speech: Vec<i16> = (0..6_400).map(|n| ((n * n * 37) % 16_000 - 8_000) as i16).collect();
            let packets = opus::encode(&speech);
            let mut decoder = Decoder::new(Codec::Opus);
            for number in 0..packets.count() {
                let mut packet = packets.get(number).unwrap_or_default().to_vec();
                for (_, place, octet) in damage.iter().filter(|(wanted, ..)| *wanted == number) {
                    let place = place.index(packet.len());
                    packet[place] = *octet;
                }
                packet.truncate(packet.len().saturating_sub(if number % 4 == 1 { cut } else { 0 }));
                prop_assert!(decoder.decode(&packet).len() <= 960);
            }
        }
    }
}
