//! WAV files as programs really write them: PCM of 8 to 64 bits, G.711, plain and extensible, RIFF, RF64 and BW64.
//!
//! ```text
//! "RIFF" size "WAVE"   then chunks: id (4), size (4, little-endian), content, a pad byte after an odd size
//!        "fmt "  tag (2) channels (2) rate (4) bytes a second (4) bytes a frame (2) bits (2) [size (2) bits (2) mask (4) GUID (16)]
//!        "data"  samples, the channels of a frame side by side
//! ```
//! A program that writes to a pipe cannot go back to state the sizes, and leaves what it wrote first: 0, 0x7FFFFFFF, 0xFFFFFFFF, or
//! the size of a file that was cut off. Such a file is read to its end. Every byte comes from outside.

use super::g711::Companding;
use super::mixer::{DecodeError, Mixer, Remark};

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xFFFE;
/// The end of every GUID that only wraps a format tag.
const TAG_GUID: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
/// Likewise, of ambisonic sound.
const AMBISONIC_GUID: [u8; 14] = [0, 0, 0x21, 7, 0xD3, 0x11, 0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0];
/// No format.
const UNKNOWN: u16 = 0;
/// Formats that are not read, by tag.
const OTHERS: [(u16, &str); 12] = [
    (0x0002, "ADPCM in a WAV file"),
    (0x0011, "IMA ADPCM in a WAV file"),
    (0x0022, "TrueSpeech in a WAV file"),
    (0x0031, "GSM 6.10 in a WAV file"),
    (0x0040, "G.721 in a WAV file"),
    (0x0050, "MPEG audio in a WAV file"),
    (0x0055, "MP3 in a WAV file"),
    (0x0064, "G.726 in a WAV file"),
    (0x0065, "G.722 in a WAV file"),
    (0x0083, "G.729 in a WAV file"),
    (0x00FF, "AAC in a WAV file"),
    (0x0161, "Windows Media Audio in a WAV file"),
];
/// Frames that are converted at once.
const PIECE: usize = 4_096;

/// A WAV file, understood so far that its samples can be taken.
#[derive(Debug)]
pub(super) struct Wav<'b> {
    rate: u32,
    channels: usize,
    coding: Coding,
    samples: &'b [u8],
    remark: Option<Remark>,
}

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Unsigned8,
    Signed16,
    Signed24,
    Signed32,
    Float32,
    Float64,
    Companding(Companding),
}

impl Coding {
    const fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::Companding(_) => 1,
            Self::Signed16 => 2,
            Self::Signed24 => 3,
            Self::Signed32 | Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    /// One sample, full scale being 1; zero where the bytes are not as many.
    fn sample(self, bytes: &[u8]) -> f32 {
        let value = match (self, bytes) {
            (Self::Unsigned8, [byte]) => (f64::from(*byte) - 128.0) / 128.0,
            (Self::Signed16, [a, b]) => f64::from(i16::from_le_bytes([*a, *b])) / 32_768.0,
            (Self::Signed24, [a, b, c]) => f64::from(i32::from_le_bytes([0, *a, *b, *c])) / 2_147_483_648.0,
            (Self::Signed32, [a, b, c, d]) => {
                f64::from(i32::from_le_bytes([*a, *b, *c, *d])) / 2_147_483_648.0
            }
            (Self::Float32, [a, b, c, d]) => f64::from(f32::from_le_bytes([*a, *b, *c, *d])),
            (Self::Float64, bytes) => bytes.try_into().map_or(0.0, f64::from_le_bytes),
            (Self::Companding(law), [byte]) => f64::from(law.decode(*byte)) / 32_768.0,
            _ => 0.0,
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "what is beyond the range of f32 is limited next"
        )]
        let value = value as f32;
        // No recording holds it, and one such sample would spoil the level of all.
        if value.is_finite() {
            value.clamp(-8.0, 8.0)
        } else {
            0.0
        }
    }
}

impl<'b> Wav<'b> {
    /// Reads what stands before the samples; `None` for what is no WAV file.
    ///
    /// # Errors
    /// A format that is not read, or no format at all.
    pub(super) fn open(bytes: &'b [u8]) -> Option<Result<Self, DecodeError>> {
        let is_wave = bytes.get(8..12) == Some(b"WAVE");
        let is_riff = matches!(bytes.get(..4), Some(b"RIFF" | b"RF64" | b"BW64"));
        (is_riff && is_wave).then(|| Self::read(bytes))
    }

    fn read(bytes: &'b [u8]) -> Result<Self, DecodeError> {
        let (mut format, mut long_size) = (None, None);
        let mut place = 12;
        while let Some(chunk) = Chunk::at(bytes, place) {
            match &chunk.id {
                b"fmt " => format = Some(chunk.content(bytes)),
                b"ds64" => long_size = le_u64(chunk.content(bytes), 8),
                b"data" => {
                    let format = format.ok_or_else(|| broken("no format before its samples"))?;
                    let size = match (chunk.size, long_size) {
                        (u32::MAX, Some(size)) => size,
                        (size, _) => u64::from(size),
                    };
                    let rest = bytes.get(chunk.start..).unwrap_or_default();
                    return Self::of(format, size, rest);
                }
                _ => {}
            }
            place = chunk.end(bytes);
        }
        Err(DecodeError::Empty)
    }

    /// The samples, `size` bytes of `rest` by the word of the header.
    fn of(format: &[u8], size: u64, rest: &'b [u8]) -> Result<Self, DecodeError> {
        let field = |place| le_u16(format, place).ok_or_else(|| broken("its format is cut short"));
        let (mut tag, channels, block, bits) = (field(0)?, field(2)?, field(12)?, field(14)?);
        let rate = le_u32(format, 4).ok_or_else(|| broken("its format is cut short"))?;
        // Where the GUID is missing, everybody means PCM.
        if let (EXTENSIBLE, Some(guid)) = (tag, format.get(26..40)) {
            let is_tag = guid == TAG_GUID || guid == AMBISONIC_GUID;
            tag = if is_tag { field(24)? } else { UNKNOWN };
        }
        if channels == 0 {
            return Err(broken("no channels"));
        }
        // Twenty bits stand in three bytes.
        let bits = match (block / channels).checked_mul(8) {
            Some(0) | None => bits.checked_next_multiple_of(8).unwrap_or(bits),
            Some(container) => container,
        };
        let coding = coding(tag, bits)?;
        let declared = usize::try_from(size).unwrap_or(usize::MAX);
        let unsaid = declared > rest.len() || (declared == 0 && !rest.is_empty() && !is_chunks(rest));
        let samples = if unsaid {
            rest
        } else {
            rest.get(..declared).unwrap_or(rest)
        };
        Ok(Self {
            rate,
            channels: usize::from(channels),
            coding,
            samples,
            remark: unsaid.then_some(Remark::NoLength),
        })
    }

    /// Gives all whole frames to `mixer`.
    ///
    /// # Errors
    /// Those of the mixer.
    pub(super) fn pour(&self, mixer: &mut Mixer) -> Result<(), DecodeError> {
        mixer.note(self.remark);
        mixer.rate(self.rate)?;
        let frame = self.coding.bytes() * self.channels;
        for piece in self.samples.chunks(frame.saturating_mul(PIECE)) {
            let whole = piece.len() - piece.len() % frame;
            let samples = piece.get(..whole).unwrap_or_default();
            let samples = samples.chunks_exact(self.coding.bytes());
            mixer.interleaved.clear();
            mixer
                .interleaved
                .extend(samples.map(|bytes| self.coding.sample(bytes)));
            mixer.mix(self.channels)?;
        }
        Ok(())
    }
}

fn coding(tag: u16, bits: u16) -> Result<Coding, DecodeError> {
    Ok(match (tag, bits) {
        (PCM | EXTENSIBLE, 8) => Coding::Unsigned8,
        (PCM | EXTENSIBLE, 16) => Coding::Signed16,
        (PCM | EXTENSIBLE, 24) => Coding::Signed24,
        (PCM | EXTENSIBLE, 32) => Coding::Signed32,
        (FLOAT, 32) => Coding::Float32,
        (FLOAT, 64) => Coding::Float64,
        (A_LAW, 8) => Coding::Companding(Companding::A),
        (MU_LAW, 8) => Coding::Companding(Companding::Mu),
        _ => {
            let known = OTHERS.iter().find(|(other, _)| *other == tag);
            return Err(DecodeError::Format(known.map_or(
                "this kind of WAV file (its samples are neither PCM nor G.711)",
                |(_, name)| name,
            )));
        }
    })
}

fn broken(what: &str) -> DecodeError {
    DecodeError::Broken(what.to_owned())
}

/// One chunk of a RIFF file.
struct Chunk {
    id: [u8; 4],
    /// As the file says.
    size: u32,
    /// Where its content begins.
    start: usize,
}

impl Chunk {
    fn at(bytes: &[u8], place: usize) -> Option<Self> {
        Some(Self {
            id: bytes.get(place..)?.first_chunk().copied()?,
            size: le_u32(bytes, place.checked_add(4)?)?,
            start: place.checked_add(8)?,
        })
    }

    /// As much of its content as there is.
    fn content<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let rest = bytes.get(self.start..).unwrap_or_default();
        let size = usize::try_from(self.size).unwrap_or(usize::MAX).min(rest.len());
        rest.get(..size).unwrap_or_default()
    }

    /// Where the next chunk begins. Some programs forget the pad byte after an odd size.
    fn end(&self, bytes: &[u8]) -> usize {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let end = self.start.saturating_add(size);
        let is_id = |place: usize| {
            let id = bytes.get(place..).and_then(<[u8]>::first_chunk::<4>);
            id.is_some_and(|id| id.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' '))
        };
        let padded = end.saturating_add(size % 2);
        if size % 2 == 1 && is_id(end) && !is_id(padded) {
            end
        } else {
            padded
        }
    }
}

/// Whether nothing but whole chunks follows: then a size of 0 is meant.
fn is_chunks(bytes: &[u8]) -> bool {
    let mut place = 0;
    while place < bytes.len() {
        let Some(chunk) = Chunk::at(bytes, place) else {
            return false;
        };
        let is_named = chunk
            .id
            .iter()
            .all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        place = chunk.end(bytes);
        if !is_named || place > bytes.len() + 1 {
            return false;
        }
    }
    true
}

fn le_u16(bytes: &[u8], place: usize) -> Option<u16> {
    bytes.get(place..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn le_u32(bytes: &[u8], place: usize) -> Option<u32> {
    bytes.get(place..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn le_u64(bytes: &[u8], place: usize) -> Option<u64> {
    bytes.get(place..)?.first_chunk().copied().map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use crate::decode::decode;
    use crate::g711::Companding;
    use crate::mixer::Remark;
    use crate::{DecodeError, Decoded, NotMixedReason, SingleChannelTaken};

    const LIMIT: Duration = Duration::from_secs(120);

    fn chunk(id: &[u8; 4], size: u32, content: &[u8]) -> Vec<u8> {
        [&id[..], &size.to_le_bytes(), content].concat()
    }

    fn sized(content: &[u8]) -> u32 {
        u32::try_from(content.len()).unwrap()
    }

    fn format(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let block = channels * bits.div_ceil(8);
        let parts = [
            &tag.to_le_bytes()[..],
            &channels.to_le_bytes(),
            &8_000_u32.to_le_bytes(),
            &(8_000 * u32::from(block)).to_le_bytes(),
            &block.to_le_bytes(),
            &bits.to_le_bytes(),
        ];
        parts.concat()
    }

    fn extensible(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let mut format = format(0xFFFE, channels, bits);
        format.extend(22_u16.to_le_bytes());
        format.extend(bits.to_le_bytes());
        format.extend([0; 4]);
        format.extend(tag.to_le_bytes());
        format.extend(super::TAG_GUID);
        format
    }

    fn file(kind: &[u8; 4], riff_size: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
        [chunk(kind, riff_size, b"WAVE"), chunks.concat()].concat()
    }

    /// A file whose sizes say what they like.
    fn says(riff_size: u32, data_size: u32, samples: &[u8]) -> Vec<u8> {
        let format = format(1, 1, 16);
        let chunks = [chunk(b"fmt ", 16, &format), chunk(b"data", data_size, samples)];
        file(b"RIFF", riff_size, &chunks)
    }

    fn of_format(format: &[u8], samples: &[u8]) -> Vec<u8> {
        let chunks = [
            chunk(b"fmt ", sized(format), format),
            chunk(b"data", sized(samples), samples),
        ];
        file(b"RIFF", sized(&chunks.concat()) + 4, &chunks)
    }

    fn pcm() -> Vec<i16> {
        (0..999_i16).map(|n| (n % 100 - 50) * 300).collect()
    }

    fn little(samples: &[i16]) -> Vec<u8> {
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
    }

    fn heard(bytes: Vec<u8>) -> Decoded {
        decode(bytes, "wav", LIMIT).unwrap()
    }

    #[test]
    fn file_written_to_a_pipe_is_read_to_its_end_with_a_remark() {
        let samples = little(&pcm());
        let whole = sized(&samples);
        for size in [
            u32::MAX,
            0x7FFF_FFFF,
            0x7FFF_FFDB,
            0x8000_0000,
            0,
            whole + 1,
            whole + 4_000_000,
        ] {
            for riff_size in [u32::MAX, 0, 36, size] {
                let read = heard(says(riff_size, size, &samples));
                assert_eq!(read.sound.to_pcm(), pcm(), "{size:#x}");
                assert_eq!(read.remarks, [Remark::NoLength], "{size:#x}");
            }
        }
        let fine = heard(says(whole + 36, whole, &samples));
        assert_eq!((fine.sound.to_pcm(), fine.remarks), (pcm(), Vec::new()));
    }

    #[test]
    fn half_a_sample_at_the_end_is_left_out() {
        let samples = [little(&pcm()), vec![7]].concat();
        for size in [sized(&samples), 0, u32::MAX] {
            assert_eq!(heard(says(0, size, &samples)).sound.to_pcm(), pcm(), "{size:#x}");
        }
    }

    #[test]
    fn size_of_nothing_before_other_chunks_is_meant() {
        let list = chunk(b"LIST", 4, b"INFO");
        for rest in [Vec::new(), list.clone()] {
            let bytes = says(36, 0, &rest);
            assert_eq!(decode(bytes, "wav", LIMIT), Err(DecodeError::Empty), "{rest:?}");
        }
        // Behind samples they are no sound.
        let samples = little(&pcm());
        let behind = [samples.clone(), list].concat();
        let read = heard(says(0, sized(&samples), &behind));
        assert_eq!((read.sound.to_pcm(), read.remarks), (pcm(), Vec::new()));
    }

    #[test]
    fn chunks_before_the_samples_are_passed_over_padded_or_not() {
        let samples = little(&pcm());
        for pad in [&b"\0"[..], b""] {
            let odd = [chunk(b"LIST", 5, b"INFOx"), pad.to_vec()].concat();
            let format = format(1, 1, 16);
            let chunks = [
                odd.clone(),
                chunk(b"fmt ", 16, &format),
                odd,
                chunk(b"data", sized(&samples), &samples),
            ];
            assert_eq!(heard(file(b"RIFF", 0, &chunks)).sound.to_pcm(), pcm(), "{pad:?}");
        }
    }

    #[test]
    fn file_beyond_four_gigabytes_states_its_length_elsewhere() {
        let samples = little(&pcm());
        let long = |size: u64| {
            [0_u64, size, 0]
                .iter()
                .flat_map(|size| size.to_le_bytes())
                .collect::<Vec<u8>>()
        };
        for kind in [b"RF64", b"BW64"] {
            for (size, remarks) in [(sized(&samples).into(), 0), (u64::MAX, 1), (1 << 40, 1)] {
                let ds64 = long(size);
                let format = format(1, 1, 16);
                let chunks = [
                    chunk(b"ds64", 24, &ds64),
                    chunk(b"fmt ", 16, &format),
                    chunk(b"data", u32::MAX, &samples),
                    chunk(b"LIST", 4, b"INFO"),
                ];
                let read = heard(file(kind, u32::MAX, &chunks));
                assert_eq!(read.sound.to_pcm().get(..999), Some(&pcm()[..]));
                assert_eq!(read.remarks.len(), remarks, "{size}");
            }
        }
    }

    #[test]
    fn each_coding_is_read_plain_and_extensible() {
        let wide = |sample: i16| i32::from(sample) << 16;
        let encoded: [(u16, u16, Vec<u8>); 8] = [
            (
                1,
                8,
                pcm()
                    .iter()
                    .map(|sample| u8::try_from((sample >> 8) + 128).unwrap())
                    .collect(),
            ),
            (1, 16, little(&pcm())),
            (
                1,
                24,
                pcm()
                    .iter()
                    .flat_map(|sample| wide(*sample).to_le_bytes()[1..].to_vec())
                    .collect(),
            ),
            (
                1,
                32,
                pcm()
                    .iter()
                    .flat_map(|sample| wide(*sample).to_le_bytes())
                    .collect(),
            ),
            (
                3,
                32,
                pcm()
                    .iter()
                    .flat_map(|sample| (f32::from(*sample) / 32_768.0).to_le_bytes())
                    .collect(),
            ),
            (
                3,
                64,
                pcm()
                    .iter()
                    .flat_map(|sample| (f64::from(*sample) / 32_768.0).to_le_bytes())
                    .collect(),
            ),
            (6, 8, Companding::A.encode_all(&pcm())),
            (7, 8, Companding::Mu.encode_all(&pcm())),
        ];
        for (tag, bits, samples) in encoded {
            for format in [format(tag, 1, bits), extensible(tag, 1, bits)] {
                let read = heard(of_format(&format, &samples));
                assert_eq!(read.remarks, [], "{tag} {bits}");
                let coarse = if bits == 8 { 600 } else { 1 };
                let near = |(read, sample): (&i16, &i16)| read.abs_diff(*sample) <= coarse;
                assert!(read.sound.to_pcm().iter().zip(&pcm()).all(near), "{tag} {bits}");
                assert_eq!(read.sound.samples().len(), pcm().len());
            }
        }
        // Twenty bits stand in the upper part of three bytes.
        let samples: Vec<u8> = pcm()
            .iter()
            .flat_map(|sample| wide(*sample).to_le_bytes()[1..].to_vec())
            .collect();
        assert_eq!(
            heard(of_format(&format(1, 1, 20), &samples)).sound.to_pcm(),
            pcm()
        );
    }

    #[test]
    fn numbers_that_are_none_are_silence() {
        let samples: Vec<u8> = [f32::NAN, f32::INFINITY, 0.5, -1e30]
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        let read = heard(of_format(&format(3, 1, 32), &samples));
        assert_eq!(read.sound.to_pcm(), [0, 0, 16_384, i16::MIN]);
    }

    #[test]
    fn other_codecs_in_a_wav_file_are_named() {
        for (tag, name) in [
            (0x31, "GSM 6.10"),
            (0x55, "MP3"),
            (2, "ADPCM"),
            (0x161, "Windows Media"),
            (0x777, "neither PCM"),
        ] {
            let read = decode(of_format(&format(tag, 1, 16), &[1; 100]), "wav", LIMIT);
            assert!(read.unwrap_err().to_string().contains(name), "{name}");
        }
    }

    fn sine(n: usize, hertz: f64) -> i16 {
        let swell = 0.55 + 0.45 * (std::f64::consts::TAU * 5.0 * n as f64 / 8_000.0).sin();
        (8_000.0 * swell * (std::f64::consts::TAU * hertz * n as f64 / 8_000.0).sin()) as i16
    }

    /// Half a second; `other` makes a channel of a sample's place.
    fn channels(others: &[&dyn Fn(usize) -> i16]) -> Decoded {
        let frames = (0..4_000).flat_map(|n| others.iter().map(move |channel| channel(n)));
        let frames: Vec<i16> = frames.collect();
        heard(of_format(
            &format(1, u16::try_from(others.len()).unwrap(), 16),
            &little(&frames),
        ))
    }

    fn taken(read: &Decoded) -> Option<(usize, NotMixedReason)> {
        match read.remarks.as_slice() {
            [Remark::SingleChannelTaken(SingleChannelTaken { taken, why, .. })] => Some((*taken, *why)),
            _ => None,
        }
    }

    #[test]
    fn channels_that_cannot_be_mixed_give_one_of_them_and_say_so() {
        let voice = |n: usize| sine(n, 500.0);
        let expected: Vec<i16> = (0..4_000).map(voice).collect();
        let silent = |_: usize| 0_i16;
        let constant = |_: usize| 3_000_i16;
        let inverted = |n: usize| -voice(n);
        let later_inverted = |n: usize| if n < 2_000 { voice(n) } else { -voice(n) };
        let late = |n: usize| n.checked_sub(4).map_or(0, voice);
        let other = |n: usize| sine(n, 730.0) / 2;
        let soft = |n: usize| voice(n) / 4;
        for (name, read, one) in [
            ("the same", channels(&[&voice, &voice]), None),
            (
                "inverted",
                channels(&[&voice, &inverted]),
                Some((1, NotMixedReason::Cancel)),
            ),
            (
                "inverted later",
                channels(&[&voice, &later_inverted]),
                Some((1, NotMixedReason::Cancel)),
            ),
            (
                "right silent",
                channels(&[&voice, &silent]),
                Some((1, NotMixedReason::OtherSilent)),
            ),
            (
                "left silent",
                channels(&[&silent, &voice]),
                Some((2, NotMixedReason::OtherSilent)),
            ),
            (
                "left constant",
                channels(&[&constant, &voice]),
                Some((2, NotMixedReason::OtherSilent)),
            ),
            (
                "late by a quarter",
                channels(&[&voice, &late]),
                Some((1, NotMixedReason::Differ)),
            ),
            (
                "two speakers",
                channels(&[&voice, &other]),
                Some((1, NotMixedReason::Differ)),
            ),
            (
                "of six the third",
                channels(&[&silent, &silent, &voice, &silent, &soft, &soft]),
                Some((3, NotMixedReason::Many)),
            ),
        ] {
            assert_eq!(taken(&read), one, "{name}: {:?}", read.remarks);
            assert_eq!(read.sound.to_pcm(), expected, "{name}");
        }
        let half = channels(&[&voice, &soft]);
        assert_eq!(taken(&half), None, "the same, softer: {:?}", half.remarks);
        assert_eq!(taken(&channels(&[&silent, &silent])), None);
    }

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(
            mut bytes in Just(of_format(&extensible(1, 2, 16), &little(&[77; 200]))),
            holes in proptest::collection::vec((0usize..80, any::<u8>()), 0..20),
            cut in 0usize..500,
        ) {
            for (position, value) in holes {
                if let Some(byte) = bytes.get_mut(position) {
                    *byte = value;
                }
            }
            bytes.truncate(bytes.len().saturating_sub(cut));
            let _either = decode(bytes, "wav", LIMIT);
        }
    }
}
