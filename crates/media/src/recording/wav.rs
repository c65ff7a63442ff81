//! A WAV file that can be opened at any moment of its making.
//!
//! ```text
//!   0  "RIFF" size-8 "WAVE"                     size of all that follows
//!  12  "fmt " 16  PCM(1) channels(1) rate rate*2 2 16
//!  36  "data" size                              bytes of samples
//!  44  samples, 16 bits little-endian
//! ```
//! The samples are written first and the sizes after them, so the header never promises what is not there: a reader of
//! a file whose writer died finds all that was stated last, and [`WavFile::reopen`] finds the rest by the file's length.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

/// Bytes before the first sample.
const HEADER: usize = 44;
const SAMPLE_BYTES: u64 = 2;
/// Silence is written in pieces of this many samples.
const SILENCE: [i16; 800] = [0; 800];

/// A WAV file of 16 bits in one channel that is being written.
#[derive(Debug)]
pub struct WavFile {
    file: File,
    rate: u32,
    samples: u64,
    bytes: Vec<u8>,
}

impl WavFile {
    /// Makes a file that only its owner can read, with no sample in it; one that is there already is replaced.
    ///
    /// # Errors
    /// As the system says.
    pub fn create(path: &Path, rate: u32) -> io::Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)?;
        let wav = Self {
            file,
            rate,
            samples: 0,
            bytes: Vec::new(),
        };
        wav.write_length()?;
        Ok(wav)
    }

    /// Opens what a dead writer left, with every whole sample that is in the file.
    ///
    /// # Errors
    /// As the system says; [`io::ErrorKind::InvalidData`] when it does not begin like a file of ours.
    pub fn reopen(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        let mut start = [0; HEADER];
        file.read_exact(&mut start).map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                "the file is shorter than a WAV header",
            )
        })?;
        let rate = rate_of(&start)
            .filter(|rate| start == header(*rate, stated_bytes(&start)))
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "not a WAV file of ours"))?;
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            rate,
            samples: length.saturating_sub(HEADER as u64) / SAMPLE_BYTES,
            bytes: Vec::new(),
        })
    }

    /// Samples a second.
    pub const fn rate(&self) -> u32 {
        self.rate
    }

    /// Samples so far.
    pub const fn samples(&self) -> u64 {
        self.samples
    }

    /// How long it sounds so far.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples as f64 / f64::from(self.rate.max(1)))
    }

    /// Adds samples at the end; either all of them or none.
    ///
    /// # Errors
    /// As the system says. What was in the file before stays.
    pub fn append(&mut self, samples: &[i16]) -> io::Result<()> {
        self.bytes.clear();
        self.bytes
            .extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        self.file.write_all_at(&self.bytes, self.end())?;
        self.samples += samples.len() as u64;
        Ok(())
    }

    /// Adds silence at the end.
    ///
    /// # Errors
    /// As the system says. What was in the file before stays, and perhaps a part of the silence.
    pub fn append_silence(&mut self, mut samples: u64) -> io::Result<()> {
        while samples > 0 {
            let piece = SILENCE.len().min(usize::try_from(samples).unwrap_or(usize::MAX));
            self.append(SILENCE.get(..piece).unwrap_or_default())?;
            samples -= piece as u64;
        }
        Ok(())
    }

    /// Writes into the header how much there is. Needs no further room on the disk.
    ///
    /// # Errors
    /// As the system says.
    pub fn write_length(&self) -> io::Result<()> {
        let bytes = u32::try_from(self.samples * SAMPLE_BYTES).unwrap_or(u32::MAX - HEADER as u32);
        self.file.write_all_at(&header(self.rate, bytes), 0)
    }

    /// Reads samples from the one numbered `from` on, as many as there are and fit into `samples`.
    ///
    /// # Errors
    /// As the system says.
    pub fn read(&mut self, from: u64, samples: &mut Vec<i16>, most: usize) -> io::Result<()> {
        let left = usize::try_from(self.samples.saturating_sub(from)).unwrap_or(usize::MAX);
        self.bytes.clear();
        self.bytes.resize(left.min(most) * SAMPLE_BYTES as usize, 0);
        self.file
            .read_exact_at(&mut self.bytes, HEADER as u64 + from * SAMPLE_BYTES)?;
        samples.clear();
        let whole = self.bytes.chunks_exact(2);
        samples.extend(whole.filter_map(|pair| Some(i16::from_le_bytes(pair.try_into().ok()?))));
        Ok(())
    }

    /// Cuts the file off behind `length`, states its size and makes it durable.
    ///
    /// # Errors
    /// As the system says.
    pub fn finish(&mut self, length: Duration) -> io::Result<()> {
        let kept = (length.as_secs_f64() * f64::from(self.rate)).round() as u64;
        self.samples = self.samples.min(kept);
        // Also what a write that failed half-way left behind the last whole block.
        self.file.set_len(self.end())?;
        self.write_length()?;
        self.file.sync_all()
    }

    /// Hands every byte of the file to `take`, in order; returns how many there are.
    ///
    /// # Errors
    /// As the system says.
    pub fn each_byte(&self, mut take: impl FnMut(&[u8])) -> io::Result<u64> {
        let mut piece = vec![0; 64 * 1024];
        let mut at = 0;
        loop {
            let read = self.file.read_at(&mut piece, at)?;
            if read == 0 {
                return Ok(at);
            }
            take(piece.get(..read).unwrap_or_default());
            at += read as u64;
        }
    }

    const fn end(&self) -> u64 {
        HEADER as u64 + self.samples * SAMPLE_BYTES
    }
}

/// The header of a file of `rate` with so many bytes of samples.
fn header(rate: u32, bytes: u32) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    let fields: [&[u8]; 13] = [
        b"RIFF",
        &(bytes + HEADER as u32 - 8).to_le_bytes(),
        b"WAVE",
        b"fmt ",
        &16u32.to_le_bytes(),
        &1u16.to_le_bytes(),
        &1u16.to_le_bytes(),
        &rate.to_le_bytes(),
        &(rate.wrapping_mul(SAMPLE_BYTES as u32)).to_le_bytes(),
        &(SAMPLE_BYTES as u16).to_le_bytes(),
        &16u16.to_le_bytes(),
        b"data",
        &bytes.to_le_bytes(),
    ];
    for (to, from) in header.iter_mut().zip(fields.into_iter().flatten()) {
        *to = *from;
    }
    header
}

fn rate_of(header: &[u8; HEADER]) -> Option<u32> {
    let rate = header.get(24..28)?.try_into().ok().map(u32::from_le_bytes)?;
    (rate > 0).then_some(rate)
}

fn stated_bytes(header: &[u8; HEADER]) -> u32 {
    let bytes = header.get(40..44).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes).min(u32::MAX - HEADER as u32)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::WavFile;

    fn read(path: &std::path::Path) -> Vec<i16> {
        let mut reader = hound::WavReader::open(path).unwrap();
        assert_eq!(reader.spec().channels, 1);
        reader.samples::<i16>().map(Result::unwrap).collect()
    }

    #[test]
    fn file_opens_with_what_was_stated_last_at_any_moment() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.wav");
        let mut wav = WavFile::create(&path, 8_000).unwrap();
        assert!(read(&path).is_empty(), "also before the first sample");
        wav.append(&[1, -2, 3]).unwrap();
        assert!(read(&path).is_empty());
        wav.write_length().unwrap();
        wav.append(&[4; 100]).unwrap();
        assert_eq!(read(&path), [1, -2, 3], "what follows is not stated yet");
        wav.append_silence(1_000).unwrap();
        wav.finish(Duration::from_secs(1)).unwrap();
        assert_eq!(read(&path).len(), 1_103);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn file_of_a_dead_writer_is_reopened_with_every_whole_sample() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.wav");
        let mut wav = WavFile::create(&path, 16_000).unwrap();
        wav.append(&[7; 500]).unwrap();
        drop(wav);
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(&[1]).unwrap();
        let mut wav = WavFile::reopen(&path).unwrap();
        assert_eq!((wav.rate(), wav.samples()), (16_000, 500));
        let mut samples = Vec::new();
        wav.read(498, &mut samples, 100).unwrap();
        assert_eq!(samples, [7, 7]);
        wav.finish(wav.duration()).unwrap();
        assert_eq!(read(&path), [7; 500]);
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 1_044);
    }

    #[test]
    fn file_of_others_is_not_touched() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.wav");
        for text in [
            "",
            "RIFF",
            "this is a text, and longer than the header of a WAV file is",
        ] {
            std::fs::write(&path, text).unwrap();
            let error = WavFile::reopen(&path).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::InvalidData);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
