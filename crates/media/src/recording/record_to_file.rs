//! One recording to one file on a thread of its own: what the test caller hears. Nothing is cut off or hashed.

use std::io;
use std::path::Path;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::wav::WavFile;
use crate::{AudioSegment, ReceivedAudio, RecorderSink, RecorderSource, recorder};
use aftercall_audio::TELEPHONE_RATE;

/// How often what has come is written.
const DRAIN: Duration = Duration::from_millis(100);
/// Samples that may wait: 30 s, for the test caller's machine is as busy as the one it tests.
const ROOM: usize = 30 * TELEPHONE_RATE as usize;

/// A recording to a file; [`finish`](Self::finish) waits for the file to be complete.
#[derive(Debug)]
pub struct FileRecording {
    writer: JoinHandle<io::Result<u64>>,
}

/// Starts a recording to a WAV file of 16 bits at 8 kHz. It ends when the sink is dropped.
///
/// # Errors
/// When the file cannot be made, or the thread not started.
pub fn record_to_file(path: &Path) -> io::Result<(FileRecording, RecorderSink)> {
    let wav = WavFile::create(path, TELEPHONE_RATE)?;
    let (sink, source) = recorder(TELEPHONE_RATE, ROOM);
    let writer = thread::Builder::new()
        .name("recorder".to_owned())
        .spawn(move || write_all(wav, &source))?;
    Ok((FileRecording { writer }, sink))
}

impl FileRecording {
    /// Waits until the session has let go of its sink and the file is complete. Blocks; tells how many packets were
    /// dropped.
    ///
    /// # Errors
    /// When writing failed; what was written until then stays.
    pub fn finish(self) -> io::Result<u64> {
        self.writer.thread().unpark();
        self.writer
            .join()
            .map_err(|_| io::Error::other("the recorder stopped unexpectedly"))?
    }
}

fn write_all(mut wav: WavFile, source: &RecorderSource) -> io::Result<u64> {
    let mut heard = ReceivedAudio::with_capacity(ROOM);
    loop {
        let is_last = source.is_closed();
        source.take(&mut heard);
        for part in heard.parts() {
            match part {
                AudioSegment::Samples(samples) => wav.append(samples)?,
                AudioSegment::Silence(length) => wav.append_silence(length)?,
            }
        }
        heard.clear();
        wav.write_length()?;
        if is_last {
            return Ok(source.dropped());
        }
        thread::park_timeout(DRAIN);
    }
}
