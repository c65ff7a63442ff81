//! From the bytes of a sound file to mono samples: WAV (PCM and G.711), FLAC, MP3, Ogg Vorbis.
//!
//! A file is an operator's input, loaded also while calls run: whatever is in it, the answer is a [`Sound`] or a
//! [`DecodeError`], never a panic and never more memory than `limit` of sound needs.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use super::channels::ChannelSelection;
use super::mixer::{DecodeError, Mixer, Remark};
use super::wav::Wav;
use super::{Sound, format};

/// A file that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// What is heard.
    pub sound: Sound,
    /// What is to be said of it.
    pub remarks: Vec<Remark>,
}

/// Decodes a whole file and brings its channels down to one.
///
/// `extension` (without the dot) helps to recognise the format; the content decides. `limit` bounds the length.
///
/// # Errors
/// See [`DecodeError`]; a file that can be decoded in part only is broken.
pub fn decode(bytes: Vec<u8>, extension: &str, limit: Duration) -> Result<Decoded, DecodeError> {
    // The decoders are other people's code fed with a stranger's file: a panic in there must not take a running
    // service down on reload.
    catch_unwind(AssertUnwindSafe(|| decode_all(bytes, extension, limit)))
        .unwrap_or_else(|_| Err(DecodeError::Broken("the decoder gave up".to_owned())))
}

fn decode_all(bytes: Vec<u8>, extension: &str, limit: Duration) -> Result<Decoded, DecodeError> {
    let bytes: Arc<[u8]> = bytes.into();
    let mut mixer = Mixer::new(limit, ChannelSelection::Mean);
    pour(&bytes, extension, &mut mixer)?;
    let (take, one) = std::mem::take(&mut mixer.channels).choice();
    if take != ChannelSelection::Mean {
        // Which channel it is was known at the end: so many files of several channels are read twice, and none is kept whole.
        mixer = Mixer::new(limit, take);
        pour(&bytes, extension, &mut mixer)?;
    }
    let mut remarks: Vec<Remark> = mixer.remark.into_iter().collect();
    remarks.extend(one.map(Remark::SingleChannelTaken));
    Ok(Decoded {
        sound: mixer.finish()?,
        remarks,
    })
}

/// Gives all samples of a file to the mixer.
fn pour(bytes: &Arc<[u8]>, extension: &str, mixer: &mut Mixer) -> Result<(), DecodeError> {
    if let Some(wav) = Wav::open(bytes) {
        return wav?.pour(mixer);
    }
    if let Some(refused) = format::refused(bytes) {
        return Err(refused);
    }
    let (mut reader, mut decoder, track) = open(bytes, extension)?;
    let mut undecodable = 0usize;
    while let Some(packet) = reader.next_packet().map_err(|error| broken(&error))? {
        if packet.track_id != track {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(buffer) => {
                mixer.rate(buffer.spec().rate())?;
                buffer.copy_to_vec_interleaved(&mut mixer.interleaved);
                mixer.mix(buffer.num_planes())?;
            }
            Err(Error::DecodeError(_)) => undecodable += 1,
            Err(error) => return Err(broken(&error)),
        }
    }
    // MP3 streams cut from a longer one start with a frame or two that refer to what is gone.
    if undecodable > 2 {
        return Err(DecodeError::Broken(format!("{undecodable} undecodable packets")));
    }
    Ok(())
}

type Opened = (Box<dyn FormatReader>, Box<dyn AudioDecoder>, u32);

fn open(bytes: &Arc<[u8]>, extension: &str) -> Result<Opened, DecodeError> {
    let unknown = |error: Error| DecodeError::Unknown(error.to_string());
    let source = MediaSourceStream::new(
        Box::new(Cursor::new(Arc::clone(bytes))),
        MediaSourceStreamOptions::default(),
    );
    let mut hint = Hint::new();
    hint.with_extension(extension);
    let reader = symphonia::default::get_probe()
        .probe(
            &hint,
            source,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .map_err(unknown)?;
    let track = reader
        .default_track(TrackType::Audio)
        .ok_or_else(|| DecodeError::Unknown("no audio track".to_owned()))?;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|parameters| parameters.audio())
        .ok_or_else(|| DecodeError::Unknown("no audio codec".to_owned()))?;
    let decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(unknown)?;
    let id = track.id;
    Ok((reader, decoder, id))
}

fn broken(error: &Error) -> DecodeError {
    DecodeError::Broken(error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{DecodeError, decode};

    const LIMIT: Duration = Duration::from_secs(120);

    fn wav(rate: u32, channels: u16, frames: &[i16]) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut out = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut out, spec).unwrap();
        for sample in frames {
            writer.write_sample(*sample).unwrap();
        }
        writer.finalize().unwrap();
        out.into_inner()
    }

    #[test]
    fn sixteen_bit_wav_comes_out_exactly() {
        let frames: Vec<i16> = (0..1_000).map(|n| n * 30 - 15_000).collect();
        let sound = decode(wav(8_000, 1, &frames), "wav", LIMIT).unwrap().sound;
        assert_eq!(sound.rate(), 8_000);
        assert_eq!(sound.to_pcm(), frames);
    }

    #[test]
    fn channels_are_mixed_to_their_mean() {
        let sound = decode(wav(16_000, 2, &[1_000, 3_000, -400, 400]), "wav", LIMIT)
            .unwrap()
            .sound;
        assert_eq!(sound.to_pcm(), [2_000, 0]);
    }

    #[test]
    fn content_decides_when_the_extension_lies() {
        assert!(decode(wav(8_000, 1, &[5; 400]), "mp3", LIMIT).is_ok());
    }

    #[test]
    fn what_is_no_sound_is_refused_with_its_reason() {
        assert!(matches!(
            decode(b"Dear all, please find".to_vec(), "wav", LIMIT),
            Err(DecodeError::Format("a text file"))
        ));
        assert!(matches!(
            decode(Vec::new(), "ogg", LIMIT),
            Err(DecodeError::Empty)
        ));
        assert_eq!(decode(wav(8_000, 1, &[]), "wav", LIMIT), Err(DecodeError::Empty));
        assert_eq!(
            decode(wav(8_000, 1, &[1; 16_001]), "wav", Duration::from_secs(2)),
            Err(DecodeError::TooLong(Duration::from_secs(2)))
        );
        assert_eq!(
            decode(wav(1_000, 1, &[1; 100]), "wav", LIMIT),
            Err(DecodeError::Rate(1_000))
        );
    }

    proptest! {
        #[test]
        fn damaged_file_never_panics(
            holes in proptest::collection::vec((0usize..400, any::<u8>()), 1..20),
            cut in 0usize..400,
        ) {
            let mut bytes = wav(8_000, 1, &[77; 178]);
            for (position, value) in holes {
                if let Some(byte) = bytes.get_mut(position) {
                    *byte = value;
                }
            }
            bytes.truncate(bytes.len() - cut.min(bytes.len()));
            let _either = decode(bytes, "wav", LIMIT);
        }
    }
}
