//! Recording what a call hears, away from the media threads.
//!
//! A media thread hands over each packet's bytes as received and never waits: when the queue to the recorder's
//! thread is full, the packet is dropped and counted, and the recording has a silent gap there. The recorder's
//! thread decodes and writes; its disk may be slow.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::audio::TELEPHONE_RATE;
use crate::audio::g711::Law;

/// Packets that may wait for the disk: ten seconds of one call.
const QUEUE: usize = 512;
/// The longest packet taken: 60 ms of G.711.
const CHUNK: usize = 480;
/// Silence filled in for one gap, at most: 10 s. A longer gap is a jump of the sender's clock.
const LONGEST_GAP: u32 = 10 * TELEPHONE_RATE;

struct Chunk {
    law: Law,
    /// RTP timestamp of the first sample.
    timestamp: u32,
    length: usize,
    bytes: [u8; CHUNK],
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
    /// Hands over one packet's audio; never waits, does not allocate.
    pub(super) fn push(&self, law: Law, timestamp: u32, payload: &[u8]) {
        let mut chunk = Chunk {
            law,
            timestamp,
            length: 0,
            bytes: [0; CHUNK],
        };
        for (to, from) in chunk.bytes.iter_mut().zip(payload) {
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
        if gap <= LONGEST_GAP {
            for _ in 0..gap {
                file.write_sample(0i16)?;
            }
        }
        for byte in chunk.bytes.iter().take(chunk.length) {
            file.write_sample(chunk.law.decode(*byte))?;
        }
        expected = Some(chunk.timestamp.wrapping_add(chunk.length as u32));
    }
    file.finalize()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::record;
    use crate::audio::g711::Law;

    #[test]
    fn recording_holds_what_was_heard_with_silence_for_what_was_lost() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("heard.wav");
        let (recording, sink) = record(&path).unwrap();
        let loud = [Law::A.encode(5_000); 160];
        let start = u32::MAX - 100;
        sink.push(Law::A, start, &loud);
        sink.push(Law::A, start.wrapping_add(320), &loud);
        sink.push(Law::A, start.wrapping_add(160), &loud);
        drop(sink);
        assert_eq!(recording.finish().unwrap(), 0);
        let heard: Vec<i16> = hound::WavReader::open(&path)
            .unwrap()
            .samples::<i16>()
            .map(Result::unwrap)
            .collect();
        let value = Law::A.decode(loud[0]);
        let expected: Vec<i16> = [[value; 160], [0; 160], [value; 160]].concat();
        assert_eq!(heard, expected);
    }
}
