//! Which codec a payload type of an m-line stands for, and whether it is one that we can send there.

use super::description::MediaLine;
use crate::{Codec, OPUS_BITRATE, OPUS_PACKET_MS};

/// The codec that `payload_type` stands for on `line`: by its rtpmap, or by RFC 3551 where there is none. `None` also
/// for one whose limits our packets do not keep.
pub(super) fn codec_of(payload_type: u8, line: &MediaLine) -> Option<Codec> {
    let codec = match line.rtpmap(payload_type) {
        // Where a number is mapped twice, the mapping that we can speak is taken.
        Some(_) => line.rtpmaps_of(payload_type).find_map(|map| {
            Codec::ALL.into_iter().find(|codec| {
                map.encoding.eq_ignore_ascii_case(codec.encoding_name())
                    && map.clock_rate == codec.clock_rate()
                    && map.channels == codec.rtpmap_channels()
            })
        }),
        None => Codec::ALL
            .into_iter()
            .find(|codec| codec.static_payload_type() == Some(payload_type)),
    };
    codec.filter(|codec| match codec {
        Codec::Pcmu | Codec::Pcma | Codec::G722 => true,
        Codec::Opus => takes_our_opus(payload_type, line),
    })
}

/// Whether a peer takes the packets of Opus that prompts exist in: 20 ms, and [`OPUS_BITRATE`]. Its other wishes
/// (RFC 7587 section 6.1) ask for nothing more: mono with redundancy is what any decoder plays, whatever it says of
/// `stereo` and `useinbandfec`, and one with a low `maxplaybackrate` leaves out what it cannot play.
fn takes_our_opus(payload_type: u8, line: &MediaLine) -> bool {
    let bitrate = line
        .parameter(payload_type, "maxaveragebitrate")
        .and_then(|value| value.parse::<u32>().ok());
    bitrate.is_none_or(|most| most >= OPUS_BITRATE)
        && line.maxptime_ms.is_none_or(|most| most >= OPUS_PACKET_MS)
}

/// The `a=fmtp` of a codec on our own m-lines. For Opus: we send one channel of wideband speech, and of what we hear
/// 8 kHz of one channel is enough; redundancy sent to us would be in vain.
pub(super) const fn fmtp_of(codec: Codec) -> Option<&'static str> {
    match codec {
        Codec::Pcmu | Codec::Pcma | Codec::G722 => None,
        Codec::Opus => {
            Some("maxplaybackrate=8000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=0")
        }
    }
}
