//! Opus (RFC 6716) as a telephone needs it: prompts encoded once at 16 kHz in packets of 20 ms, and what is heard
//! decoded at 8 kHz. The codec itself is a library; this is where its types stay.

use std::panic::{AssertUnwindSafe, catch_unwind};

use opus_pure::{Application, Bandwidth, OpusDecoder, OpusEncoder, Signal};

use super::{TELEPHONE_RATE, WIDEBAND_RATE};
use aftercall_rtp::{OPUS_BITRATE, OPUS_PACKET_MS};

/// Hz at which prompts are encoded: wideband speech.
pub const SAMPLE_RATE: u32 = WIDEBAND_RATE;

/// Octets of the longest packet that is made.
const LONGEST_PACKET: usize = 400;
/// Samples of a packet at [`SAMPLE_RATE`].
const PACKET_SAMPLES: usize = (SAMPLE_RATE / 1_000 * OPUS_PACKET_MS) as usize;
/// The loss that the redundancy is made for, in percent.
const EXPECTED_LOSS: i32 = 5;

/// A packet of 20 ms of digital silence: CELT, full band, one mono frame whose first symbol says "silence". It also
/// makes a decoder begin the speech layer afresh, so that a prompt after it meets the state it was encoded from.
///
/// ```text
///  config 31 |s=0|c=0   range coder: the rarest value of the silence flag (1 in 32768)
///   11111     0   00    11111111 11111110
/// ```
pub const SILENCE: [u8; 3] = [0xF8, 0xFF, 0xFE];

/// The packets of one sound, in order.
#[derive(Debug, Default)]
pub struct Packets {
    octets: Box<[u8]>,
    /// Where each packet ends in `octets`.
    ends: Box<[u32]>,
}

impl Packets {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// One packet; `None` behind the last.
    pub fn get(&self, index: usize) -> Option<&[u8]> {
        let end = *self.ends.get(index)?;
        let start = match index {
            0 => 0,
            later => *self.ends.get(later - 1)?,
        };
        self.octets.get(start as usize..end as usize)
    }
}

/// Encodes a whole mono sound of [`SAMPLE_RATE`] from a fresh state. Takes about a hundredth of its duration.
pub fn encode(samples: &[i16]) -> Packets {
    let mut encoder = encoder();
    // What the encoder still holds back at the end is pushed out by silence.
    let count = (samples.len() + encoder.lookahead()).div_ceil(PACKET_SAMPLES);
    let mut octets = Vec::new();
    let mut ends = Vec::with_capacity(count);
    let mut packet = [0; LONGEST_PACKET];
    let mut rest = samples;
    for _ in 0..count {
        let (now, later) = rest.split_at(rest.len().min(PACKET_SAMPLES));
        rest = later;
        let mut frame = [0; PACKET_SAMPLES];
        for (to, from) in frame.iter_mut().zip(now) {
            *to = *from;
        }
        let length = encoder
            .encode_s16(&frame, PACKET_SAMPLES, &mut packet)
            .expect("a frame of 20 ms and room for it are all that the encoder asks for");
        octets.extend_from_slice(packet.get(..length).unwrap_or_default());
        ends.push(u32::try_from(octets.len()).unwrap_or(u32::MAX));
    }
    Packets {
        octets: octets.into(),
        ends: ends.into(),
    }
}

fn encoder() -> OpusEncoder {
    let mut encoder = OpusEncoder::new(SAMPLE_RATE as i32, 1, Application::Voip)
        .expect("mono at 16 kHz is one of the rates that Opus has");
    encoder.bitrate_bps = OPUS_BITRATE as i32;
    encoder.signal_type = Some(Signal::Voice);
    encoder.max_bandwidth = Bandwidth::Wideband;
    encoder.use_inband_fec = true;
    encoder.packet_loss_perc = EXPECTED_LOSS;
    encoder
}

/// The longest packet in samples at [`TELEPHONE_RATE`]: 120 ms (RFC 6716 section 3.2.5).
pub(super) const LONGEST_DECODED: usize = 960;

/// Decodes one stream, mono whatever its packets hold.
pub(super) struct Decoder {
    decoder: OpusDecoder,
}

impl Decoder {
    pub(super) fn new() -> Self {
        Self {
            decoder: OpusDecoder::new(TELEPHONE_RATE as i32, 1)
                .expect("mono at 8 kHz is one of the rates that Opus has"),
        }
    }

    /// Decodes one packet into `samples` at 8 kHz and tells how many; `None` for a packet that is not Opus. Does not
    /// allocate but for the first packets of a stream.
    ///
    /// The bytes come from outside and the library is large: should it panic, that costs the packet and not the
    /// thread with all its calls.
    pub(super) fn decode(&mut self, packet: &[u8], samples: &mut [i16; LONGEST_DECODED]) -> Option<usize> {
        if packet.is_empty() {
            return None;
        }
        let decoded = catch_unwind(AssertUnwindSafe(|| {
            self.decoder.decode_s16(packet, LONGEST_DECODED, samples)
        }));
        match decoded {
            Ok(decoded) => decoded.ok(),
            Err(_) => {
                *self = Self::new();
                None
            }
        }
    }
}
