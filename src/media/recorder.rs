//! Recording what a call hears, away from the media threads.
//!
//! A media thread hands over each packet's samples and never waits: when the queue to the recorder's
//! thread is full, the packet is dropped and counted, and the recording has a silent gap there. The recorder's
//! thread writes; its disk may be slow.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::audio::TELEPHONE_RATE;

/// Packets that may wait for the disk: ten seconds of one call.
const QUEUE: usize = 512;
/// Samples handed over at once: 60 ms. A longer packet is handed over in parts.
const CHUNK: usize = 480;
/// Silence filled in for one gap, at most: 10 s. A longer gap is a jump of the sender's clock.
const LONGEST_GAP: u32 = 10 * TELEPHONE_RATE;

struct Chunk {
    /// RTP timestamp of the first sample.
    timestamp: u32,
    /// How far the timestamp moves from sample to sample.
    units: u32,
    length: usize,
    samples: [i16; CHUNK],
}

/// A recording could not be started or finished.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The file could not be created or written.
    #[error("cannot write the recording: {0}")]
    File(#[from] hound::Error),
    /// The recorder's thread could not be started.
    #[error("cannot start the recorder: {0}")]
    Thread(#[from] std::io::Error),
    /// The recorder's thread panicked.
    #[error("the recorder stopped unexpectedly")]
    Stopped,
}

/// The end of a recording that a media session writes to. Dropping it ends the recording.
#[derive(Debug)]
pub struct RecorderSink {
    queue: SyncSender<Chunk>,
    dropped: Arc<AtomicU64>,
}

/// One recording; [`finish`](Recording::finish) waits for the file to be complete.
#[derive(Debug)]
pub struct Recording {
    writer: JoinHandle<Result<(), RecordError>>,
    dropped: Arc<AtomicU64>,
}

/// Starts a recording to a WAV file of 16 bits at 8 kHz, on a thread of its own.
///
/// # Errors
/// When the file cannot be created, or the thread not started.
pub fn record(path: &Path) -> Result<(Recording, RecorderSink), RecordError> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: TELEPHONE_RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let file = WavWriter::create(path, spec)?;
    let (queue, chunks) = sync_channel(QUEUE);
    let dropped = Arc::new(AtomicU64::new(0));
    let writer = std::thread::Builder::new()
        .name("recorder".to_owned())
        .spawn(move || write_all(file, &chunks))?;
    let sink = RecorderSink {
        queue,
        dropped: Arc::clone(&dropped),
    };
    Ok((Recording { writer, dropped }, sink))
}

impl RecorderSink {
    /// Hands over one packet's samples, which are at 8 kHz, with its timestamp on a clock of `clock_rate` Hz; never
    /// waits, does not allocate.
    pub(super) fn push(&self, timestamp: u32, clock_rate: u32, samples: &[i16]) {
        let units = (clock_rate / TELEPHONE_RATE).max(1);
        for (part, samples) in samples.chunks(CHUNK).enumerate() {
            let offset = (part * CHUNK) as u32 * units;
            self.push_part(timestamp.wrapping_add(offset), units, samples);
        }
    }

    fn push_part(&self, timestamp: u32, units: u32, samples: &[i16]) {
        let mut chunk = Chunk {
            timestamp,
            units,
            length: 0,
            samples: [0; CHUNK],
        };
        for (to, from) in chunk.samples.iter_mut().zip(samples) {
            *to = *from;
            chunk.length += 1;
        }
        match self.queue.try_send(chunk) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Packets dropped because the disk was too slow.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

impl Recording {
    /// Waits until the session has let go of its sink and the file is complete. Blocks; tells how many packets
    /// were dropped.
    ///
    /// # Errors
    /// When writing failed; what was written until then stays.
    pub fn finish(self) -> Result<u64, RecordError> {
        self.writer.join().map_err(|_| RecordError::Stopped)??;
        Ok(self.dropped.load(Ordering::Relaxed))
    }
}

fn write_all(mut file: WavWriter<BufWriter<File>>, chunks: &Receiver<Chunk>) -> Result<(), RecordError> {
    let mut expected: Option<u32> = None;
    for chunk in chunks {
        let gap = expected.map_or(0, |expected| chunk.timestamp.wrapping_sub(expected));
        if gap > u32::MAX / 2 {
            // Late: its place has been filled with silence already.
            continue;
        }
        let missing = gap / chunk.units;
        if missing <= LONGEST_GAP {
            for _ in 0..missing {
                file.write_sample(0i16)?;
            }
        }
        for sample in chunk.samples.iter().take(chunk.length) {
            file.write_sample(*sample)?;
        }
        expected = Some(chunk.timestamp.wrapping_add(chunk.length as u32 * chunk.units));
    }
    file.finalize()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::record;
    #[test]
    fn recording_holds_what_was_heard_with_silence_for_what_was_lost() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("heard.wav");
        let (recording, sink) = record(&path).unwrap();
        let start = u32::MAX - 100;
        sink.push(start, 8_000, &[5_000; 160]);
        sink.push(start.wrapping_add(320), 8_000, &[5_000; 160]);
        sink.push(start.wrapping_add(160), 8_000, &[5_000; 160]);
        drop(sink);
        assert_eq!(recording.finish().unwrap(), 0);
        let expected: Vec<i16> = [[5_000; 160], [0; 160], [5_000; 160]].concat();
        assert_eq!(samples(&path), expected);
    }

    #[test]
    fn timestamps_of_48_khz_and_long_packets_find_their_place() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("heard.wav");
        let (recording, sink) = record(&path).unwrap();
        sink.push(0, 48_000, &[7; 960]);
        sink.push(960 * 6, 48_000, &[8; 160]);
        sink.push((960 + 320) * 6, 48_000, &[9; 160]);
        drop(sink);
        assert_eq!(recording.finish().unwrap(), 0);
        let expected = [vec![7; 960], vec![8; 160], vec![0; 160], vec![9; 160]].concat();
        assert_eq!(samples(&path), expected);
    }

    fn samples(path: &Path) -> Vec<i16> {
        let mut reader = hound::WavReader::open(path).unwrap();
        reader.samples().map(Result::unwrap).collect()
    }
}
