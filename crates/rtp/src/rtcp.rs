//! RTCP (RFC 3550 section 6): what we report, and what of the peer's reports we read.
//!
//! ```text
//! |V=2|P|  RC/SC  |      PT       |   length in words minus 1     |
//! |                          SSRC                                 |
//! | SR (200): NTP hi, NTP lo, RTP timestamp, packets, octets      |
//! | SR, RR (201): RC blocks of 6 words; SDES (202); BYE (203)     |
//! ```
//! [`RtcpReport`] is always a compound of SR or RR first, then SDES with the CNAME, then BYE at the end of a call. The
//! reader takes any datagram: each packet is bounded by its own length word and what it does not know it skips.

use std::time::Duration;

use super::packet::{RtpTimestamp, Ssrc};

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const CNAME: u8 = 1;
/// A count field has five bits.
const MAX_COUNT: usize = 31;
/// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_TO_UNIX: u64 = 2_208_988_800;

/// By how much cutting off can make a round trip too short, in 1/65536 s.
const CUT_OFF: i32 = 2;

/// Wall time in NTP format: seconds since 1900 in the upper, fraction in the lower 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NtpTime(pub u64);

impl NtpTime {
    /// From the time since the Unix epoch.
    pub fn from_unix(since_1970: Duration) -> Self {
        let fraction = (u64::from(since_1970.subsec_nanos()) << 32) / 1_000_000_000;
        Self((since_1970.as_secs().wrapping_add(NTP_TO_UNIX) << 32) | fraction)
    }

    /// The middle 32 bits, as reports refer to it.
    pub fn middle(self) -> u32 {
        u32::try_from((self.0 >> 16) & 0xFFFF_FFFF).expect("masked to 32 bits")
    }
}

/// The sender's part of a sender report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SenderInfo {
    /// When the report was made.
    pub ntp: NtpTime,
    /// The same moment on the media timeline.
    pub rtp_timestamp: RtpTimestamp,
    /// Packets sent so far.
    pub packets: u32,
    /// Payload octets sent so far.
    pub octets: u32,
}

/// How one source is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    /// Whose packets.
    pub ssrc: Ssrc,
    /// Share lost since the last report, in 256ths.
    pub fraction_lost: u8,
    /// Lost since the beginning; 24 bits, negative when duplicates outnumber losses.
    pub cumulative_lost: i32,
    /// Highest sequence number, wraps in the upper 16 bits.
    pub highest_sequence: u32,
    /// Interarrival jitter in timestamp units.
    pub jitter: u32,
    /// Middle bits of the last sender report's NTP time; 0 when there was none.
    pub last_sender_report: u32,
    /// Since that report, in 1/65536 s.
    pub delay_since_last_sender_report: u32,
}

impl ReportBlock {
    /// The round trip, when this block answers one of our sender reports and reached us at `now`.
    pub fn round_trip(&self, now: NtpTime) -> Option<Duration> {
        if self.last_sender_report == 0 {
            return None;
        }
        let elapsed = now
            .middle()
            .wrapping_sub(self.last_sender_report)
            .wrapping_sub(self.delay_since_last_sender_report);
        // Each of the three is cut off to 15 us, so that a very short way may come out a little below nothing.
        let elapsed = elapsed.cast_signed();
        let positive = if elapsed >= -CUT_OFF {
            elapsed.max(0)
        } else {
            elapsed
        };
        let units = u64::try_from(positive).ok()?;
        Some(Duration::from_micros(units * 1_000_000 / 65536))
    }
}

/// A compound packet to send.
#[derive(Debug, Clone, Copy)]
pub struct RtcpReport<'a> {
    /// Our stream.
    pub ssrc: Ssrc,
    /// From [`Sender::sender_info`](super::Sender::sender_info); a receiver report when `None`.
    pub sender: Option<SenderInfo>,
    /// From [`Receiver::reports`](super::Receiver::reports); at most 31 are written.
    pub blocks: &'a [ReportBlock],
    /// Our canonical name, at most 255 octets (RFC 7022 says how to choose one).
    pub cname: &'a str,
    /// Whether the stream goes on.
    pub then: Participation,
}

/// What follows the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Participation {
    /// The stream goes on.
    Continues,
    /// This is the last report: a BYE packet is added.
    Leaves,
}

impl RtcpReport<'_> {
    /// Writes the compound packet into `out` and returns its length; `None` when it does not fit. Allocates nothing.
    pub fn write(&self, out: &mut [u8]) -> Option<usize> {
        let mut cursor = OctetWriter { out, written: 0 };
        self.write_report(&mut cursor)?;
        self.write_description(&mut cursor)?;
        if self.then == Participation::Leaves {
            cursor.header(1, BYE, 1)?;
            cursor.word(self.ssrc.0)?;
        }
        Some(cursor.written)
    }

    fn write_report(&self, cursor: &mut OctetWriter<'_>) -> Option<()> {
        let blocks = self.blocks.get(..MAX_COUNT).unwrap_or(self.blocks);
        let (kind, sender_words) = match self.sender {
            Some(_) => (SENDER_REPORT, 5),
            None => (RECEIVER_REPORT, 0),
        };
        cursor.header(blocks.len(), kind, 1 + sender_words + 6 * blocks.len())?;
        cursor.word(self.ssrc.0)?;
        if let Some(sender) = self.sender {
            cursor.put(&sender.ntp.0.to_be_bytes())?;
            cursor.word(sender.rtp_timestamp.0)?;
            cursor.word(sender.packets)?;
            cursor.word(sender.octets)?;
        }
        for block in blocks {
            cursor.word(block.ssrc.0)?;
            let lost = block.cumulative_lost.clamp(-0x80_0000, 0x7F_FFFF).cast_unsigned() & 0xFF_FFFF;
            cursor.word(u32::from(block.fraction_lost) << 24 | lost)?;
            cursor.word(block.highest_sequence)?;
            cursor.word(block.jitter)?;
            cursor.word(block.last_sender_report)?;
            cursor.word(block.delay_since_last_sender_report)?;
        }
        Some(())
    }

    /// One chunk with one item, ended by at least one zero octet and padded to a word (RFC 3550 section 6.5).
    fn write_description(&self, cursor: &mut OctetWriter<'_>) -> Option<()> {
        let name = self.cname.as_bytes();
        let name = name.get(..255).unwrap_or(name);
        let zeros = 4 - (2 + name.len()) % 4;
        cursor.header(1, SOURCE_DESCRIPTION, 1 + (2 + name.len() + zeros) / 4)?;
        cursor.word(self.ssrc.0)?;
        cursor.put(&[CNAME, u8::try_from(name.len()).ok()?])?;
        cursor.put(name)?;
        cursor.put([0; 4].get(..zeros)?)
    }
}

struct OctetWriter<'a> {
    out: &'a mut [u8],
    written: usize,
}

impl OctetWriter<'_> {
    fn put(&mut self, bytes: &[u8]) -> Option<()> {
        let end = self.written + bytes.len();
        self.out.get_mut(self.written..end)?.copy_from_slice(bytes);
        self.written = end;
        Some(())
    }

    fn word(&mut self, word: u32) -> Option<()> {
        self.put(&word.to_be_bytes())
    }

    fn header(&mut self, count: usize, kind: u8, words_after: usize) -> Option<()> {
        let count = u8::try_from(count).ok().filter(|count| *count < 32)?;
        let [high, low] = u16::try_from(words_after).ok()?.to_be_bytes();
        self.put(&[0x80 | count, kind, high, low])
    }
}

/// One packet of a received compound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RtcpPacket<'a> {
    /// A sender or receiver report.
    Report {
        /// Who reports.
        ssrc: Ssrc,
        /// Present in a sender report.
        sender: Option<SenderInfo>,
        /// How it receives its sources.
        blocks: Blocks<'a>,
    },
    /// A source leaves (the first one named).
    Bye {
        /// Who leaves; `None` in a BYE that names nobody.
        ssrc: Option<Ssrc>,
    },
    /// A source description or a type that we do not use.
    Other {
        /// 192-223.
        packet_type: u8,
    },
}

/// The report blocks of one received report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks<'a>(&'a [u8]);

impl Iterator for Blocks<'_> {
    type Item = ReportBlock;

    fn next(&mut self) -> Option<ReportBlock> {
        let mut block = self.0;
        let read = ReportBlock {
            ssrc: Ssrc(take_word(&mut block)?),
            fraction_lost: *block.first()?,
            cumulative_lost: sign_extend_24(take_word(&mut block)? & 0xFF_FFFF),
            highest_sequence: take_word(&mut block)?,
            jitter: take_word(&mut block)?,
            last_sender_report: take_word(&mut block)?,
            delay_since_last_sender_report: take_word(&mut block)?,
        };
        self.0 = block;
        Some(read)
    }
}

/// Why the rest of a datagram cannot be read as RTCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtcpError {
    /// A packet ends behind the datagram, or is too short for what its type needs.
    #[error("RTCP packet is shorter than its header says")]
    Truncated,
    /// Not version 2.
    #[error("RTCP version is not 2")]
    Version,
}

/// Reads the packets of a compound datagram; ends after the first error.
pub fn read(datagram: &[u8]) -> RtcpPackets<'_> {
    RtcpPackets(datagram)
}

/// Iterator over the packets of one datagram.
#[derive(Debug, Clone)]
pub struct RtcpPackets<'a>(&'a [u8]);

impl<'a> Iterator for RtcpPackets<'a> {
    type Item = Result<RtcpPacket<'a>, RtcpError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let (item, rest) = match split_packet(self.0) {
            Ok((packet, rest)) => (Ok(packet), rest),
            Err(error) => (Err(error), [].as_slice()),
        };
        self.0 = rest;
        Some(item)
    }
}

fn split_packet(bytes: &[u8]) -> Result<(RtcpPacket<'_>, &[u8]), RtcpError> {
    let (header, rest) = bytes.split_first_chunk::<4>().ok_or(RtcpError::Truncated)?;
    let [first, packet_type, high, low] = *header;
    if first >> 6 != 2 {
        return Err(RtcpError::Version);
    }
    let length = 4 * usize::from(u16::from_be_bytes([high, low]));
    let (body, rest) = rest.split_at_checked(length).ok_or(RtcpError::Truncated)?;
    let packet = read_packet(packet_type, usize::from(first & 31), body).ok_or(RtcpError::Truncated)?;
    Ok((packet, rest))
}

fn read_packet(packet_type: u8, count: usize, mut body: &[u8]) -> Option<RtcpPacket<'_>> {
    Some(match packet_type {
        SENDER_REPORT | RECEIVER_REPORT => {
            let ssrc = Ssrc(take_word(&mut body)?);
            let sender = match packet_type {
                SENDER_REPORT => Some(take_sender_info(&mut body)?),
                _ => None,
            };
            let blocks = Blocks(body.get(..24 * count)?);
            RtcpPacket::Report { ssrc, sender, blocks }
        }
        BYE => RtcpPacket::Bye {
            ssrc: take_word(&mut body).filter(|_| count > 0).map(Ssrc),
        },
        _ => RtcpPacket::Other { packet_type },
    })
}

fn take_sender_info(body: &mut &[u8]) -> Option<SenderInfo> {
    let (seconds, fraction) = (take_word(body)?, take_word(body)?);
    Some(SenderInfo {
        ntp: NtpTime(u64::from(seconds) << 32 | u64::from(fraction)),
        rtp_timestamp: RtpTimestamp(take_word(body)?),
        packets: take_word(body)?,
        octets: take_word(body)?,
    })
}

fn take_word(bytes: &mut &[u8]) -> Option<u32> {
    let (word, rest) = bytes.split_first_chunk::<4>()?;
    *bytes = rest;
    Some(u32::from_be_bytes(*word))
}

fn sign_extend_24(value: u32) -> i32 {
    (value << 8).cast_signed() >> 8
}

/// Whether a datagram is the compound that RFC 3550 section 6.1 asks for, with a report first.
pub fn begins_with_report(datagram: &[u8]) -> bool {
    matches!(read(datagram).next(), Some(Ok(RtcpPacket::Report { .. })))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{NtpTime, Participation, ReportBlock, RtcpError, RtcpPacket, RtcpReport, SenderInfo, read};
    use crate::{RtpTimestamp, Ssrc};

    fn block(cumulative_lost: i32) -> ReportBlock {
        ReportBlock {
            ssrc: Ssrc(0xAABB_CCDD),
            fraction_lost: 12,
            cumulative_lost,
            highest_sequence: 0x0001_0002,
            jitter: 33,
            last_sender_report: 0x1234_5678,
            delay_since_last_sender_report: 65536,
        }
    }

    fn info() -> SenderInfo {
        SenderInfo {
            ntp: NtpTime(0x0102_0304_0506_0708),
            rtp_timestamp: RtpTimestamp(99),
            packets: 5,
            octets: 800,
        }
    }

    fn write(report: &RtcpReport<'_>) -> Vec<u8> {
        let mut out = [0; 400];
        let length = report.write(&mut out).unwrap();
        out[..length].to_vec()
    }

    #[test]
    fn a_sender_report_with_bye_is_read_back_as_written() {
        let report = RtcpReport {
            ssrc: Ssrc(1),
            sender: Some(info()),
            blocks: &[block(-3)],
            cname: "a4f2@aftercall",
            then: Participation::Leaves,
        };
        let bytes = write(&report);
        let packets: Vec<_> = read(&bytes).map(Result::unwrap).collect();
        let RtcpPacket::Report { ssrc, sender, blocks } = packets[0].clone() else {
            panic!("a compound begins with a report");
        };
        assert_eq!((ssrc, sender), (Ssrc(1), Some(info())));
        assert_eq!(blocks.collect::<Vec<_>>(), [block(-3)]);
        assert_eq!(packets[1], RtcpPacket::Other { packet_type: 202 });
        assert_eq!(packets[2], RtcpPacket::Bye { ssrc: Some(Ssrc(1)) });
        assert_eq!(bytes.len() % 4, 0);
    }

    #[test]
    fn without_packets_sent_a_receiver_report_is_written() {
        let report = RtcpReport {
            ssrc: Ssrc(1),
            sender: None,
            blocks: &[],
            cname: "ab",
            then: Participation::Continues,
        };
        let expected = [
            0x80, 201, 0, 1, 0, 0, 0, 1, // RR
            0x81, 202, 0, 3, 0, 0, 0, 1, 1, 2, b'a', b'b', 0, 0, 0,
            0, // SDES: item, then a whole word of end
        ];
        assert_eq!(write(&report), expected);
    }

    #[test]
    fn a_report_that_does_not_fit_is_not_written_and_31_blocks_are_the_most() {
        let blocks = [block(1); 40];
        let report = RtcpReport {
            ssrc: Ssrc(1),
            sender: Some(info()),
            blocks: &blocks,
            cname: "ab",
            then: Participation::Continues,
        };
        assert_eq!(report.write(&mut [0; 100]), None);
        let mut out = [0; 2000];
        assert!(report.write(&mut out).is_some());
        assert_eq!(out[0], 0x80 | 31);
    }

    #[test]
    fn crafted_lengths_are_refused() {
        assert_eq!(
            read(&[0x80, 200, 0, 9, 0, 0]).last(),
            Some(Err(RtcpError::Truncated))
        );
        assert_eq!(
            read(&[0x9F, 201, 0, 1, 0, 0, 0, 1]).last(),
            Some(Err(RtcpError::Truncated))
        );
        assert_eq!(read(&[0x40, 201, 0, 0]).last(), Some(Err(RtcpError::Version)));
        assert_eq!(
            read(&[0x81, 203, 0, 0]).last(),
            Some(Ok(RtcpPacket::Bye { ssrc: None }))
        );
        assert_eq!(read(&[]).count(), 0);
    }

    #[test]
    fn ntp_time_counts_from_1900() {
        let ntp = NtpTime::from_unix(Duration::from_millis(1500));
        assert_eq!(ntp.0 >> 32, 2_208_988_801);
        assert_eq!(ntp.0 & 0xFFFF_FFFF, 1 << 31);
        assert_eq!(ntp.middle(), (2_208_988_801u64 << 16) as u32 | 0x8000);
    }

    #[test]
    fn round_trip_shorter_than_what_is_cut_off_is_zero() {
        let sent = NtpTime(1 << 40);
        let mut answer = block(0);
        answer.last_sender_report = sent.middle();
        answer.delay_since_last_sender_report = 102;
        let back = |units: u64| answer.round_trip(NtpTime((1 << 40) + (units << 16)));
        assert_eq!(back(100), Some(Duration::ZERO));
        assert_eq!(back(99), None);
        assert_eq!(back(167), Some(Duration::from_micros(991)));
    }

    #[test]
    fn round_trip_is_the_time_since_our_report_less_the_peers_delay() {
        let sent = NtpTime::from_unix(Duration::from_secs(1_700_000_000));
        let now = NtpTime::from_unix(Duration::from_millis(1_700_000_001_250));
        let mut answer = block(0);
        answer.last_sender_report = sent.middle();
        assert_eq!(answer.round_trip(now), Some(Duration::from_millis(250)));
        answer.delay_since_last_sender_report = 2 * 65536;
        assert_eq!(
            answer.round_trip(now),
            None,
            "a delay longer than the wait is a lie"
        );
    }

    proptest! {
        #[test]
        fn any_datagram_is_read_without_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..120),
            kind in 200u8..206,
        ) {
            let mut crafted = vec![0x81, kind, 0, (bytes.len() / 4) as u8];
            crafted.extend(&bytes);
            for datagram in [&bytes, &crafted] {
                for packet in read(datagram).flatten() {
                    if let RtcpPacket::Report { blocks, .. } = packet {
                        prop_assert!(blocks.count() <= 31);
                    }
                }
            }
        }
    }
}
