//! A view on one RTP packet.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//! |                           timestamp                           |
//! |           synchronization source (SSRC) identifier            |
//! |            contributing source (CSRC) identifiers ...         |
//! ```
//! RFC 3550 section 5.1. Version, CSRC count, header extension and padding are checked against the length of the
//! datagram before anything is read, by `rtp-rs`.

use rtp_rs::RtpReader;

/// Octets of the fixed header, the only header that we write.
pub const HEADER_OCTETS: usize = 12;

/// A sequence number; wraps at 65536.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SequenceNumber(pub u16);

impl SequenceNumber {
    /// How many packets `self` is ahead of `earlier`; negative when it is behind. Wrap-safe.
    pub const fn ahead_of(self, earlier: Self) -> i16 {
        self.0.wrapping_sub(earlier.0).cast_signed()
    }
}

/// A media timestamp in units of the payload's clock; wraps at 2^32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RtpTimestamp(pub u32);

impl RtpTimestamp {
    /// How many clock units `self` is ahead of `earlier`; negative when it is behind. Wrap-safe.
    pub const fn ahead_of(self, earlier: Self) -> i32 {
        self.0.wrapping_sub(earlier.0).cast_signed()
    }

    /// The timestamp `units` later.
    pub const fn later(self, units: u32) -> Self {
        Self(self.0.wrapping_add(units))
    }
}

/// A synchronisation source: one stream of one sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ssrc(pub u32);

/// One received RTP packet; the payload is borrowed from the datagram, padding removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    /// 0-127.
    pub payload_type: u8,
    /// The marker bit: for audio the start of a talkspurt.
    pub marker: bool,
    /// Position in the stream.
    pub sequence: SequenceNumber,
    /// Sampling instant of the first octet.
    pub timestamp: RtpTimestamp,
    /// The stream.
    pub ssrc: Ssrc,
    /// The payload; may be empty.
    pub payload: &'a [u8],
}

/// Why a datagram is not an RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// Shorter than its headers say.
    #[error("datagram of {octets} octets is shorter than its RTP headers")]
    Truncated {
        /// Octets received.
        octets: usize,
    },
    /// Not version 2: STUN, DTLS or noise.
    #[error("RTP version {version} instead of 2")]
    Version {
        /// The version bits.
        version: u8,
    },
    /// The padding count is zero or larger than the payload.
    #[error("padding of {octets} octets does not fit the packet")]
    Padding {
        /// The last octet of the datagram.
        octets: u8,
    },
}

impl<'a> Packet<'a> {
    /// Reads the packet in `datagram`.
    pub fn parse(datagram: &'a [u8]) -> Result<Self, PacketError> {
        let reader = RtpReader::new(datagram).map_err(|error| refuse(&error, datagram.len()))?;
        Ok(Self {
            payload_type: reader.payload_type(),
            marker: reader.mark(),
            sequence: SequenceNumber(reader.sequence_number().into()),
            timestamp: RtpTimestamp(reader.timestamp()),
            ssrc: Ssrc(reader.ssrc()),
            payload: reader.payload(),
        })
    }
}

fn refuse(error: &rtp_rs::RtpReaderError, octets: usize) -> PacketError {
    use rtp_rs::RtpReaderError as Error;
    match error {
        Error::BufferTooShort(_) | Error::HeadersTruncated { .. } => PacketError::Truncated { octets },
        Error::UnsupportedVersion(version) => PacketError::Version { version: *version },
        Error::PaddingLengthInvalid(octets) => PacketError::Padding { octets: *octets },
    }
}

/// What a datagram on a media port is, by its first two octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatagramKind {
    /// Media.
    Rtp,
    /// Control, multiplexed on the media port (RFC 5761 section 4: second octet 192-223).
    Rtcp,
    /// Neither: STUN, DTLS, noise.
    Other,
}

/// Tells RTP from RTCP on one port.
pub fn classify(datagram: &[u8]) -> DatagramKind {
    match datagram {
        [first, second, ..] if first >> 6 == 2 => match second {
            192..=223 => DatagramKind::Rtcp,
            _ => DatagramKind::Rtp,
        },
        _ => DatagramKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{DatagramKind, Packet, PacketError, RtpTimestamp, SequenceNumber, Ssrc, classify};

    const PLAIN: [u8; 16] = [
        0x80, 0x80, 0xFF, 0xFE, 0, 0, 1, 0, 0xDE, 0xAD, 0xBE, 0xEF, 1, 2, 3, 4,
    ];

    #[test]
    fn fields_are_read_from_their_places() {
        let packet = Packet::parse(&PLAIN).unwrap();
        assert_eq!(packet.payload_type, 0);
        assert!(packet.marker);
        assert_eq!(packet.sequence, SequenceNumber(0xFFFE));
        assert_eq!(packet.timestamp, RtpTimestamp(256));
        assert_eq!(packet.ssrc, Ssrc(0xDEAD_BEEF));
        assert_eq!(packet.payload, [1, 2, 3, 4]);
    }

    #[test]
    fn contributing_sources_extension_and_padding_are_not_payload() {
        let mut bytes = vec![0xB1, 0x08, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1];
        bytes.extend([9, 9, 9, 9]);
        bytes.extend([0xBE, 0xDE, 0, 1, 5, 5, 5, 5]);
        bytes.extend([7, 7, 0, 0, 3]);
        assert_eq!(Packet::parse(&bytes).unwrap().payload, [7, 7]);
    }

    #[test]
    fn broken_headers_are_refused() {
        assert_eq!(
            Packet::parse(&PLAIN[..11]),
            Err(PacketError::Truncated { octets: 11 })
        );
        let with_first = |first: u8| {
            let mut bytes = PLAIN;
            bytes[0] = first;
            bytes
        };
        assert_eq!(
            Packet::parse(&with_first(0x40)),
            Err(PacketError::Version { version: 1 })
        );
        assert_eq!(
            Packet::parse(&with_first(0x8F)),
            Err(PacketError::Truncated { octets: 16 })
        );
        assert_eq!(
            Packet::parse(&with_first(0x90)),
            Err(PacketError::Truncated { octets: 16 })
        );
        let mut padded = with_first(0xA0);
        padded[15] = 5;
        assert_eq!(Packet::parse(&padded), Err(PacketError::Padding { octets: 5 }));
        padded[15] = 0;
        assert_eq!(Packet::parse(&padded), Err(PacketError::Padding { octets: 0 }));
    }

    #[test]
    fn control_is_told_from_media_by_the_second_octet() {
        assert_eq!(classify(&[0x80, 200, 0, 6]), DatagramKind::Rtcp);
        assert_eq!(classify(&[0x80, 0x80 | 101, 0, 6]), DatagramKind::Rtp);
        assert_eq!(classify(&[0x00, 0x01]), DatagramKind::Other);
        assert_eq!(classify(&[0x80]), DatagramKind::Other);
    }

    #[test]
    fn distances_survive_the_wrap() {
        assert_eq!(SequenceNumber(1).ahead_of(SequenceNumber(0xFFFF)), 2);
        assert_eq!(SequenceNumber(0xFFFF).ahead_of(SequenceNumber(1)), -2);
        assert_eq!(RtpTimestamp(5).ahead_of(RtpTimestamp(u32::MAX)), 6);
    }

    proptest! {
        #[test]
        fn no_datagram_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80), first in 0x80u8..=0xBF) {
            let _ = Packet::parse(&bytes);
            let mut versioned = bytes;
            if let Some(octet) = versioned.first_mut() {
                *octet = first;
            }
            let _ = Packet::parse(&versioned);
            let _ = classify(&versioned);
        }
    }
}
