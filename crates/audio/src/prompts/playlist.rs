//! What a call hears, in order, cut into packets of any codec and length.
//!
//! A [`Playlist`] is immutable and shared; a [`PlaylistCursor`] is one call's place in it. The place is counted in samples of
//! 8 kHz whatever is sent, so that ptime and codec may change in the middle of a prompt (to Opus: at the packet that
//! holds the place). Prompts follow each other without a gap, each from its beginning, and the last packet is filled
//! up with silence.

use std::sync::Arc;
use std::time::Duration;

use super::Prompt;
use super::payload::{Payload, PayloadPart};
use crate::TELEPHONE_RATE;
use aftercall_rtp::{Codec, Ptime};

/// One part of a playlist.
#[derive(Debug, Clone)]
pub enum PlaylistItem {
    /// A recorded prompt.
    Prompt(Arc<Prompt>),
    /// Silence of this length, to the sample; in Opus, to the packet.
    Silence(Duration),
}

impl PlaylistItem {
    fn duration(&self) -> Duration {
        match self {
            Self::Prompt(prompt) => prompt.duration(),
            Self::Silence(duration) => *duration,
        }
    }

    /// The item in a codec; `None` for a prompt that is not ready.
    fn part(&self, codec: Codec) -> Option<PayloadPart<'_>> {
        match self {
            Self::Prompt(prompt) => prompt.encoding(codec).map(PayloadPart::Prompt),
            Self::Silence(duration) => {
                let samples = duration.as_secs_f64() * f64::from(TELEPHONE_RATE);
                Some(PayloadPart::Silence(samples.round() as usize))
            }
        }
    }
}

/// Prompts and silences in order. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Playlist(Arc<[PlaylistItem]>);

/// A place in a playlist; starts at its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaylistCursor {
    item: usize,
    sample: usize,
}

/// A payload that was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Its length; 0 when there was no room for a packet.
    pub octets: usize,
    /// What is left after it.
    pub rest: Remainder,
}

/// What is left of a playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remainder {
    /// There is more to play.
    More,
    /// This packet holds the end, or nothing but silence after the end.
    Nothing,
}

impl Playlist {
    /// A playlist of these parts; it may be empty, and then ends with its first packet.
    pub fn new(items: impl Into<Arc<[PlaylistItem]>>) -> Self {
        Self(items.into())
    }

    /// How long all of it sounds.
    pub fn duration(&self) -> Duration {
        self.0.iter().map(PlaylistItem::duration).sum()
    }

    /// Whether every prompt in it can be sent by this codec at once.
    pub fn is_ready(&self, codec: Codec) -> bool {
        self.prompts().all(|prompt| prompt.is_ready(codec))
    }

    /// Encodes what is not [ready](Self::is_ready). Blocks, as [`Prompt::prepare`] does.
    pub fn prepare(&self, codec: Codec) {
        self.prompts().for_each(|prompt| prompt.prepare(codec));
    }

    /// Fills one packet's payload at the beginning of `room` from `cursor` on, and moves the cursor; does not
    /// allocate. A prompt that is not ready is waited for, in silence.
    pub fn fill(&self, cursor: &mut PlaylistCursor, codec: Codec, ptime: Ptime, room: &mut [u8]) -> Filled {
        let mut payload = Payload::new(codec, ptime, room);
        let rest = loop {
            let Some(item) = self.0.get(cursor.item) else {
                break Remainder::Nothing;
            };
            let Some(part) = item.part(codec) else {
                break Remainder::More;
            };
            if cursor.sample >= part.samples() {
                *cursor = PlaylistCursor {
                    item: cursor.item + 1,
                    sample: 0,
                };
            } else if payload.is_full() {
                break Remainder::More;
            } else {
                cursor.sample += payload.take(part, cursor.sample);
            }
        };
        Filled {
            octets: payload.finish(),
            rest,
        }
    }

    fn prompts(&self) -> impl Iterator<Item = &Arc<Prompt>> {
        self.0.iter().filter_map(|item| match item {
            PlaylistItem::Prompt(prompt) => Some(prompt),
            PlaylistItem::Silence(_) => None,
        })
    }
}

impl From<Prompt> for Playlist {
    /// One prompt alone.
    fn from(prompt: Prompt) -> Self {
        Self::from_iter([Arc::new(prompt)])
    }
}

impl FromIterator<Arc<Prompt>> for Playlist {
    fn from_iter<I: IntoIterator<Item = Arc<Prompt>>>(prompts: I) -> Self {
        Self(prompts.into_iter().map(PlaylistItem::Prompt).collect())
    }
}

/// Fills one packet's payload at the beginning of `room` with silence; tells its length, 0 when there is no room.
pub fn silence(codec: Codec, ptime: Ptime, room: &mut [u8]) -> usize {
    Payload::new(codec, ptime, room).finish()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Filled, Playlist, PlaylistCursor, PlaylistItem, Remainder, silence};
    use crate::g711::Companding;
    use crate::prompts::Prompt;
    use crate::{Decoder, Sound, opus};
    use aftercall_rtp::{Codec, Ptime};

    fn prompt(samples: &[i16]) -> Arc<Prompt> {
        let sound = Sound::from_pcm(8_000, samples).unwrap();
        Arc::new(Prompt::new(PathBuf::from("test"), &sound).unwrap())
    }

    fn play(playlist: &Playlist, codec: Codec, ptime: Ptime) -> Vec<Vec<u8>> {
        playlist.prepare(codec);
        let mut cursor = PlaylistCursor::default();
        let mut heard = Vec::new();
        loop {
            let mut room = [0; 480];
            let Filled { octets, rest } = playlist.fill(&mut cursor, codec, ptime, &mut room);
            heard.push(room[..octets].to_vec());
            if rest == Remainder::Nothing {
                return heard;
            }
        }
    }

    #[test]
    fn empty_playlist_is_one_packet_of_silence() {
        let playlist = Playlist::new([]);
        for codec in Codec::ALL {
            let mut quiet = [0; 480];
            let octets = silence(codec, Ptime::Ms20, &mut quiet);
            assert_eq!(
                play(&playlist, codec, Ptime::Ms20),
                [&quiet[..octets]],
                "{codec:?}"
            );
            let heard = Decoder::new(codec).decode(&quiet[..octets]).to_vec();
            assert_eq!(heard.len(), 160, "{codec:?}");
            assert!(
                heard.iter().all(|sample| sample.abs() <= 8),
                "{codec:?}: {heard:?}"
            );
        }
    }

    #[test]
    fn playlist_that_fills_its_last_packet_ends_with_it() {
        let playlist: Playlist = [prompt(&[900; 320])].into_iter().collect();
        assert_eq!(
            play(&playlist, Codec::Pcmu, Ptime::Ms20),
            vec![vec![Companding::Mu.encode(900); 160]; 2]
        );
        assert_eq!(playlist.duration(), Duration::from_millis(40));
    }

    #[test]
    fn prompts_of_opus_follow_each_other_packet_by_packet() {
        let (first, second) = (prompt(&[900; 400]), prompt(&[-900; 160]));
        let playlist = Playlist::new([
            PlaylistItem::Prompt(Arc::clone(&first)),
            PlaylistItem::Silence(Duration::from_millis(25)),
            PlaylistItem::Prompt(Arc::clone(&second)),
            PlaylistItem::Silence(Duration::ZERO),
        ]);
        let heard = play(&playlist, Codec::Opus, Ptime::Ms20);
        let packets = |samples: usize| {
            let encoded = opus::encode(&vec![0; samples]);
            (0..encoded.count()).count()
        };
        assert_eq!(heard.len(), packets(800) + 2 + packets(320));
        assert_eq!(
            heard[packets(800)..packets(800) + 2],
            [opus::SILENCE, opus::SILENCE]
        );
    }

    #[test]
    fn prompt_that_is_not_encoded_yet_is_waited_for_in_silence() {
        let playlist: Playlist = [prompt(&[900; 320])].into_iter().collect();
        for codec in [Codec::G722, Codec::Opus] {
            let mut cursor = PlaylistCursor::default();
            let (mut room, mut quiet) = ([0; 480], [0; 480]);
            let filled = playlist.fill(&mut cursor, codec, Ptime::Ms20, &mut room);
            assert_eq!(silence(codec, Ptime::Ms20, &mut quiet), filled.octets);
            assert_eq!((room, filled.rest), (quiet, Remainder::More));
            assert_eq!(cursor, PlaylistCursor::default(), "nothing of the prompt is lost");
            assert!(!playlist.is_ready(codec));
            playlist.prepare(codec);
            assert!(playlist.is_ready(codec));
            playlist.fill(&mut cursor, codec, Ptime::Ms20, &mut room);
            assert_ne!(room, quiet, "{codec:?}");
        }
    }

    #[test]
    fn codec_may_change_in_the_middle_of_a_prompt() {
        let playlist: Playlist = [prompt(&[900; 8_000])].into_iter().collect();
        Codec::ALL.into_iter().for_each(|codec| playlist.prepare(codec));
        let mut cursor = PlaylistCursor::default();
        let mut room = [0; 480];
        let mut packets = 0;
        while playlist
            .fill(&mut cursor, Codec::ALL[packets % 4], Ptime::Ms20, &mut room)
            .rest
            == Remainder::More
        {
            packets += 1;
        }
        assert_eq!(packets, 49, "one second, whatever the codec");
    }

    proptest! {
        #[test]
        fn every_sample_is_heard_once_in_order_at_any_ptime(
            lengths in proptest::collection::vec((any::<bool>(), 0usize..900), 0..6),
            ptime in prop::sample::select(Ptime::ALL.to_vec()),
            law in prop::sample::select(Companding::ALL.to_vec()),
        ) {
            let codec = if law == Companding::Mu { Codec::Pcmu } else { Codec::Pcma };
            let mut expected = Vec::new();
            let mut items = Vec::new();
            for (number, (silent, length)) in lengths.into_iter().enumerate() {
                if silent {
                    items.push(PlaylistItem::Silence(Duration::from_micros(length as u64 * 125)));
                    expected.extend(std::iter::repeat_n(law.silence(), length));
                } else {
                    let samples: Vec<i16> = (0..length).map(|n| (number * 5_000 + n) as i16).collect();
                    expected.extend(law.encode_all(&samples));
                    items.push(PlaylistItem::Prompt(prompt(&samples)));
                }
            }
            let heard = play(&Playlist::new(items), codec, ptime).concat();
            let packet = ptime.samples(8_000) as usize;
            prop_assert_eq!(heard.len() % packet, 0);
            prop_assert!(heard.len() - expected.len() <= packet);
            let (sound, padding) = heard.split_at(expected.len());
            prop_assert_eq!(sound, &expected[..]);
            prop_assert!(padding.iter().all(|byte| *byte == law.silence()));
        }
    }
}
