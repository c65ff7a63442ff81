//! What a call hears, in order, cut into packets of any length.
//!
//! A [`Playlist`] is immutable and shared; a [`Cursor`] is one call's place in it. The place is counted in
//! samples, so that ptime and codec may change in the middle of a prompt. Prompts follow each other without a
//! gap, and the last packet is filled up with silence.

use std::sync::Arc;
use std::time::Duration;

use super::Prompt;
use crate::audio::TELEPHONE_RATE;
use crate::audio::g711::Law;

/// One part of a playlist.
#[derive(Debug, Clone)]
pub enum Item {
    /// A recorded prompt.
    Prompt(Arc<Prompt>),
    /// Silence of this length, to the sample.
    Silence(Duration),
}

impl Item {
    fn samples(&self) -> usize {
        match self {
            Self::Prompt(prompt) => prompt.g711(Law::Mu).len(),
            Self::Silence(duration) => (duration.as_secs_f64() * f64::from(TELEPHONE_RATE)).round() as usize,
        }
    }
}

/// Prompts and silences in order. Cloning shares them.
#[derive(Debug, Clone)]
pub struct Playlist(Arc<[Item]>);

/// A place in a playlist; starts at its beginning.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cursor {
    item: usize,
    sample: usize,
}

/// What is left after a packet was filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filled {
    /// There is more to play.
    More,
    /// This packet holds the end, or nothing but silence after the end.
    Finished,
}

impl Playlist {
    /// A playlist of these parts; it may be empty, and then finishes with its first packet.
    pub fn new(items: impl Into<Arc<[Item]>>) -> Self {
        Self(items.into())
    }

    /// How long all of it sounds.
    pub fn duration(&self) -> Duration {
        let samples: usize = self.0.iter().map(Item::samples).sum();
        Duration::from_secs_f64(samples as f64 / f64::from(TELEPHONE_RATE))
    }

    /// Fills one packet's payload from `cursor` on and moves it; does not allocate.
    pub fn fill(&self, cursor: &mut Cursor, law: Law, payload: &mut [u8]) -> Filled {
        let mut rest = payload;
        while let Some(item) = self.0.get(cursor.item) {
            let left = item.samples() - cursor.sample.min(item.samples());
            let count = left.min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            match item {
                Item::Prompt(prompt) => {
                    if let Some(bytes) = prompt.g711(law).get(cursor.sample..cursor.sample + count) {
                        now.copy_from_slice(bytes);
                    }
                }
                Item::Silence(_) => now.fill(law.silence()),
            }
            rest = later;
            if count < left {
                cursor.sample += count;
                return Filled::More;
            }
            *cursor = Cursor {
                item: cursor.item + 1,
                sample: 0,
            };
        }
        rest.fill(law.silence());
        Filled::Finished
    }
}

impl FromIterator<Arc<Prompt>> for Playlist {
    fn from_iter<I: IntoIterator<Item = Arc<Prompt>>>(prompts: I) -> Self {
        Self(prompts.into_iter().map(Item::Prompt).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Cursor, Filled, Item, Playlist};
    use crate::audio::Sound;
    use crate::audio::g711::Law;
    use crate::prompts::Prompt;

    fn prompt(samples: &[i16]) -> Arc<Prompt> {
        let sound = Sound::from_pcm(8_000, samples).unwrap();
        Arc::new(Prompt::new(PathBuf::from("test"), &sound).unwrap())
    }

    fn play(playlist: &Playlist, law: Law, frame: usize) -> Vec<u8> {
        let mut cursor = Cursor::default();
        let mut heard = Vec::new();
        loop {
            let mut payload = vec![0; frame];
            let filled = playlist.fill(&mut cursor, law, &mut payload);
            heard.extend_from_slice(&payload);
            if filled == Filled::Finished {
                return heard;
            }
        }
    }

    #[test]
    fn empty_playlist_is_one_packet_of_silence() {
        let playlist = Playlist::new([]);
        assert_eq!(play(&playlist, Law::A, 80), vec![Law::A.silence(); 80]);
    }

    #[test]
    fn playlist_that_fills_its_last_packet_ends_with_it() {
        let playlist: Playlist = [prompt(&[900; 320])].into_iter().collect();
        assert_eq!(play(&playlist, Law::Mu, 160), vec![Law::Mu.encode(900); 320]);
        assert_eq!(playlist.duration(), Duration::from_millis(40));
    }

    proptest! {
        #[test]
        fn every_sample_is_heard_once_in_order_at_any_ptime(
            lengths in proptest::collection::vec((any::<bool>(), 0usize..900), 0..6),
            ptime_ms in prop::sample::select(vec![10usize, 20, 30, 40, 60]),
            law in prop::sample::select(Law::ALL.to_vec()),
        ) {
            let mut expected = Vec::new();
            let mut items = Vec::new();
            for (number, (silent, length)) in lengths.into_iter().enumerate() {
                if silent {
                    items.push(Item::Silence(Duration::from_micros(length as u64 * 125)));
                    expected.extend(std::iter::repeat_n(law.silence(), length));
                } else {
                    let samples: Vec<i16> = (0..length).map(|n| (number * 5_000 + n) as i16).collect();
                    expected.extend(law.encode_all(&samples));
                    items.push(Item::Prompt(prompt(&samples)));
                }
            }
            let heard = play(&Playlist::new(items), law, ptime_ms * 8);
            prop_assert_eq!(heard.len() % (ptime_ms * 8), 0);
            prop_assert!(heard.len() - expected.len() <= ptime_ms * 8);
            let (sound, padding) = heard.split_at(expected.len());
            prop_assert_eq!(sound, &expected[..]);
            prop_assert!(padding.iter().all(|byte| *byte == law.silence()));
        }
    }
}
