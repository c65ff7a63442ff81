//! The detectors under test: ours, and Debian's libspandsp in a process of its own.

use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use super::tape::Detector;
use aftercall_audio::dtmf::InBandDetector;

/// Samples of a packet of 20 ms.
const PACKET: usize = 160;

/// The detector of this crate, fed with packets.
#[derive(Debug, Default)]
pub(crate) struct Ours;

impl Detector for Ours {
    fn name(&self) -> &str {
        "aftercall"
    }

    fn hear(&mut self, samples: &[i16]) -> io::Result<String> {
        let (mut detector, mut keys) = (InBandDetector::default(), String::new());
        let at = now();
        for packet in samples.chunks(PACKET) {
            detector.handle(packet, at, |press| keys.push(press.digit.as_char()));
        }
        Ok(keys)
    }
}

/// The clock, where only a moment is needed.
#[expect(clippy::disallowed_methods, reason = "outside of the service")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// libspandsp, driven by `scripts/dtmf/spandsp_keys.py`: a recording in, a line of keys out.
#[derive(Debug)]
pub(crate) struct Spandsp {
    child: Child,
    recordings: ChildStdin,
    keys: BufReader<ChildStdout>,
}

impl Spandsp {
    /// Starts it; `None` where Python or the library is missing.
    pub(crate) fn start() -> Option<Self> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/dtmf/spandsp_keys.py");
        let mut child = Command::new("python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let recordings = child.stdin.take()?;
        let keys = BufReader::new(child.stdout.take()?);
        let mut spandsp = Self {
            child,
            recordings,
            keys,
        };
        // It ends at once when it finds no library.
        spandsp.hear(&[]).ok().map(|_| spandsp)
    }
}

impl Detector for Spandsp {
    fn name(&self) -> &str {
        "spandsp"
    }

    fn hear(&mut self, samples: &[i16]) -> io::Result<String> {
        let length = u32::try_from(samples.len()).map_err(io::Error::other)?;
        let mut recording = length.to_le_bytes().to_vec();
        recording.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        self.recordings.write_all(&recording)?;
        self.recordings.flush()?;
        let mut line = String::new();
        match self.keys.read_line(&mut line)? {
            0 => Err(io::Error::other("the spandsp script has ended")),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}

impl Drop for Spandsp {
    fn drop(&mut self) {
        let _ended = self.child.kill().is_ok() && self.child.wait().is_ok();
    }
}
