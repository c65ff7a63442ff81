//! One packet's payload on its way: what parts of a playlist give it, and silence for what they leave.
//!
//! G.711 and G.722 have eight octets a millisecond, and a payload is a run of them that may join several parts. Opus
//! has packets of 20 ms, and a payload is one of them, whatever the part it comes from leaves of it.

use super::prompt::Encoding;
use crate::g711::Companding;
use crate::{TELEPHONE_RATE, g722, opus};
use aftercall_rtp::{Codec, OPUS_PACKET_MS, Ptime};

/// Samples of a packet of Opus, as places are counted: at 8 kHz.
const PACKET_SAMPLES: usize = (TELEPHONE_RATE / 1_000 * OPUS_PACKET_MS) as usize;

/// A part of a playlist, in the codec of the payload.
#[derive(Debug, Clone, Copy)]
pub(super) enum PayloadPart<'a> {
    Prompt(Encoding<'a>),
    /// So many samples at 8 kHz.
    Silence(usize),
}

impl PayloadPart<'_> {
    /// How long it is, in samples at 8 kHz.
    pub(super) fn samples(self) -> usize {
        match self {
            Self::Prompt(Encoding::Octets(octets)) => octets.len(),
            Self::Prompt(Encoding::Packets(packets)) => packets.count() * PACKET_SAMPLES,
            Self::Silence(samples) => samples,
        }
    }
}

/// A payload that is being filled.
#[derive(Debug)]
pub(super) struct Payload<'a> {
    codec: Codec,
    room: &'a mut [u8],
    octets: usize,
}

impl<'a> Payload<'a> {
    /// An empty payload at the beginning of `room`. A packet of Opus takes 20 ms whatever `ptime` says.
    pub(super) fn new(codec: Codec, ptime: Ptime, room: &'a mut [u8]) -> Self {
        let longest = match codec {
            Codec::Pcmu | Codec::Pcma | Codec::G722 => ptime.samples(TELEPHONE_RATE) as usize,
            Codec::Opus => room.len(),
        };
        let (room, _) = room.split_at_mut(longest.min(room.len()));
        Self {
            codec,
            room,
            octets: 0,
        }
    }

    /// Whether nothing more fits in.
    pub(super) fn is_full(&self) -> bool {
        match self.codec {
            Codec::Pcmu | Codec::Pcma | Codec::G722 => self.octets == self.room.len(),
            Codec::Opus => self.octets > 0,
        }
    }

    /// Takes what fits of a part from its sample `from` on; tells how many samples that were. At least one, unless the
    /// payload is full or the part ends before `from`.
    pub(super) fn take(&mut self, part: PayloadPart<'_>, from: usize) -> usize {
        match part {
            PayloadPart::Prompt(Encoding::Octets(octets)) => {
                self.join(octets.get(from..).unwrap_or_default())
            }
            PayloadPart::Prompt(Encoding::Packets(packets)) => {
                let index = from / PACKET_SAMPLES;
                self.put(packets.get(index).unwrap_or(&opus::SILENCE));
                (index + 1) * PACKET_SAMPLES - from
            }
            PayloadPart::Silence(samples) => self.be_silent(samples.saturating_sub(from)),
        }
    }

    /// Fills up what is left with silence; tells the length of the whole.
    pub(super) fn finish(mut self) -> usize {
        if !self.is_full() {
            self.be_silent(self.room.len());
        }
        self.octets
    }

    fn join(&mut self, octets: &[u8]) -> usize {
        let (_, free) = self.room.split_at_mut(self.octets);
        let count = octets.len().min(free.len());
        for (to, from) in free.iter_mut().zip(octets) {
            *to = *from;
        }
        self.octets += count;
        count
    }

    fn put(&mut self, packet: &[u8]) {
        if let Some(room) = self.room.get_mut(..packet.len()) {
            room.copy_from_slice(packet);
            self.octets = packet.len();
        }
    }

    /// Takes up to `samples` of silence.
    fn be_silent(&mut self, samples: usize) -> usize {
        let octet = match self.codec {
            Codec::Pcmu => Companding::Mu.silence(),
            Codec::Pcma => Companding::A.silence(),
            Codec::G722 => g722::SILENCE,
            Codec::Opus => {
                self.put(&opus::SILENCE);
                return PACKET_SAMPLES;
            }
        };
        let (_, free) = self.room.split_at_mut(self.octets);
        let count = samples.min(free.len());
        free.iter_mut().take(count).for_each(|to| *to = octet);
        self.octets += count;
        count
    }
}
