//! Received audio on its way from the media thread to the thread that writes it to a file.
//!
//! ```text
//!   media thread: RecorderSink --100 ms at a time--> bounded queue <--takes all of it-- RecorderSource: writer
//! ```
//! The media thread never waits and never allocates: it gathers samples and tries the lock, which the writer holds
//! only to exchange the full queue for an empty one. When the writer is too slow and the queue is full, packets are
//! dropped and counted, and there is silence of their length in the recording; likewise for packets that the network
//! lost. So a recording is as long as the call was.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

/// Samples handed over at once: 100 ms at 16 kHz, 200 ms at 8 kHz.
const BLOCK: usize = 1_600;
/// Samples gathered while the lock is held by the writer.
const GATHERED: usize = 4 * BLOCK;
/// The usual capacity of a queue, in samples: 4 s at 8 kHz, 64 KB.
pub const DEFAULT_CAPACITY: usize = 32_000;
/// Gaps that may wait with them.
const GAPS: usize = 64;
/// Silence filled in for one gap, at most, in seconds. A longer gap is a jump of the sender's clock.
const LONGEST_GAP_SECONDS: u64 = 10;
/// Attempts to take the lock when the recording ends.
const LAST_TRIES: usize = 100;

/// The audio of one received packet.
#[derive(Debug, Clone, Copy)]
pub struct PacketAudio<'a> {
    /// RTP timestamp of the first sample.
    pub timestamp: u32,
    /// Ticks of the timestamp a second.
    pub clock_rate: u32,
    /// Samples a second.
    pub rate: u32,
    /// The samples.
    pub samples: &'a [i16],
}

/// Samples in order, with silence between them where packets are missing.
#[derive(Debug)]
pub struct ReceivedAudio {
    samples: Vec<i16>,
    gaps: Vec<Gap>,
}

#[derive(Debug, Clone, Copy)]
struct Gap {
    /// Before the sample with this index.
    at: usize,
    /// Samples of silence.
    length: u64,
}

/// A part of received audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AudioSegment<'a> {
    /// So many samples of silence.
    Silence(u64),
    /// Samples as they came.
    Samples(&'a [i16]),
}

impl ReceivedAudio {
    /// An empty buffer for so many samples; to be exchanged with a queue of the same capacity.
    pub fn with_capacity(samples: usize) -> Self {
        Self {
            samples: Vec::with_capacity(samples),
            gaps: Vec::with_capacity(GAPS),
        }
    }

    /// Removes the content and keeps the capacity.
    pub fn clear(&mut self) {
        self.samples.clear();
        self.gaps.clear();
    }

    /// The content, in order.
    pub fn parts(&self) -> impl Iterator<Item = AudioSegment<'_>> {
        let mut from = 0;
        let before_gaps = self.gaps.iter().flat_map(move |gap| {
            let run = self.samples.get(from..gap.at).unwrap_or_default();
            from = gap.at;
            [AudioSegment::Samples(run), AudioSegment::Silence(gap.length)]
        });
        let last = self.gaps.last().map_or(0, |gap| gap.at);
        let rest = AudioSegment::Samples(self.samples.get(last..).unwrap_or_default());
        before_gaps.chain([rest])
    }

    fn has_capacity(&self, samples: usize) -> bool {
        self.samples.len() + samples <= self.samples.capacity() && self.gaps.len() < GAPS
    }
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<ReceivedAudio>,
    closed: AtomicBool,
    dropped: AtomicU64,
}

/// The media session's end. Dropping it ends the recording.
#[derive(Debug)]
pub struct RecorderSink {
    shared: Arc<Shared>,
    rate: u32,
    /// The timestamp that follows; `None` before the first packet.
    expected: Option<u32>,
    /// Silence before what is gathered, in samples.
    lead: u64,
    gathered: Vec<i16>,
    gathered_packets: u64,
}

/// The writer's end.
#[derive(Debug)]
pub struct RecorderSource(Arc<Shared>);

/// The two ends of a queue for `rate` samples a second, with room for `capacity` samples. Allocates everything now, and nothing
/// later.
pub fn recorder(rate: u32, capacity: usize) -> (RecorderSink, RecorderSource) {
    let shared = Arc::new(Shared {
        queue: Mutex::new(ReceivedAudio::with_capacity(capacity)),
        closed: AtomicBool::new(false),
        dropped: AtomicU64::new(0),
    });
    let source = RecorderSource(Arc::clone(&shared));
    let sink = RecorderSink {
        shared,
        rate: rate.max(1),
        expected: None,
        lead: 0,
        gathered: Vec::with_capacity(GATHERED),
        gathered_packets: 0,
    };
    (sink, source)
}

impl RecorderSource {
    /// Exchanges the content of the queue for `heard`, which must be empty and have the same capacity.
    pub fn take(&self, heard: &mut ReceivedAudio) {
        let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut *queue, heard);
    }

    /// Whether the sink was dropped: the queue gets no more. Ask this before the last [`take`](Self::take).
    pub fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// Packets dropped because the writer was too slow.
    pub fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

impl RecorderSink {
    /// Adds one packet's audio; never waits, does not allocate.
    pub fn push(&mut self, audio: &PacketAudio<'_>) {
        let Some(missing) = self.place(audio) else { return };
        if missing > 0 && !self.hand_over() {
            self.replace_by_silence();
        }
        self.lead += missing;
        if self.gathered.len() + self.length(audio) > GATHERED {
            self.replace_by_silence();
        }
        self.gather(audio);
        if self.gathered.len() >= BLOCK {
            self.hand_over();
        }
    }

    /// Packets dropped because the writer was too slow.
    pub fn dropped(&self) -> u64 {
        self.shared.dropped.load(Ordering::Relaxed)
    }

    /// Samples missing before this packet; `None` when it is late and its place is filled already.
    fn place(&mut self, audio: &PacketAudio<'_>) -> Option<u64> {
        let clock_rate = u64::from(audio.clock_rate.max(1));
        let gap = self
            .expected
            .map_or(0, |expected| audio.timestamp.wrapping_sub(expected));
        if gap > u32::MAX / 2 {
            return None;
        }
        let ticks = audio.samples.len() as u64 * clock_rate / u64::from(audio.rate.max(1));
        self.expected = Some(audio.timestamp.wrapping_add(ticks as u32));
        let gap = u64::from(gap);
        let is_jump = gap > LONGEST_GAP_SECONDS * clock_rate;
        Some(if is_jump {
            0
        } else {
            gap * u64::from(self.rate) / clock_rate
        })
    }

    /// Samples that a packet becomes at our rate.
    fn length(&self, audio: &PacketAudio<'_>) -> usize {
        (audio.samples.len() as u64 * u64::from(self.rate) / u64::from(audio.rate.max(1))) as usize
    }

    /// Gathers the samples of a packet. Audio of another rate is rare (the codec changed during the recording), so the nearest
    /// sample is good enough.
    fn gather(&mut self, audio: &PacketAudio<'_>) {
        self.gathered_packets += 1;
        let room = GATHERED.saturating_sub(self.gathered.len());
        if audio.rate == self.rate {
            self.gathered.extend(audio.samples.iter().take(room));
            return;
        }
        let nearest = |n: usize| n as u64 * u64::from(audio.rate) / u64::from(self.rate);
        let samples =
            (0..self.length(audio).min(room)).filter_map(|n| audio.samples.get(nearest(n) as usize));
        self.gathered.extend(samples);
    }

    /// Moves what is gathered to the queue; false when it has to stay.
    fn hand_over(&mut self) -> bool {
        if self.gathered.is_empty() {
            return true;
        }
        let mut queue = match self.shared.queue.try_lock() {
            Ok(queue) => queue,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        if !queue.has_capacity(self.gathered.len()) {
            return false;
        }
        if self.lead > 0 {
            let at = queue.samples.len();
            queue.gaps.push(Gap {
                at,
                length: self.lead,
            });
        }
        queue.samples.extend_from_slice(&self.gathered);
        drop(queue);
        self.forget_gathered();
        self.lead = 0;
        true
    }

    /// Replaces the gathered packets by silence and counts them.
    fn replace_by_silence(&mut self) {
        self.shared
            .dropped
            .fetch_add(self.gathered_packets, Ordering::Relaxed);
        self.lead += self.gathered.len() as u64;
        self.forget_gathered();
    }

    fn forget_gathered(&mut self) {
        self.gathered.clear();
        self.gathered_packets = 0;
    }
}

impl Drop for RecorderSink {
    fn drop(&mut self) {
        // The writer holds the lock for an exchange of pointers only; a thread that it shares a core with may have
        // been stopped in between, and is not waited for.
        let handed_over = (0..LAST_TRIES).any(|_| {
            std::hint::spin_loop();
            self.hand_over()
        });
        if !handed_over {
            self.replace_by_silence();
        }
        self.shared.closed.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AudioSegment, DEFAULT_CAPACITY, PacketAudio, ReceivedAudio, RecorderSource, recorder};

    fn audio(timestamp: u32, samples: &[i16]) -> PacketAudio<'_> {
        PacketAudio {
            timestamp,
            clock_rate: 8_000,
            rate: 8_000,
            samples,
        }
    }

    /// What is written: silence as zeros.
    fn drain(source: &RecorderSource) -> Vec<i16> {
        let mut heard = ReceivedAudio::with_capacity(DEFAULT_CAPACITY);
        source.take(&mut heard);
        let mut all = Vec::new();
        for part in heard.parts() {
            match part {
                AudioSegment::Silence(length) => {
                    all.extend(std::iter::repeat_n(0, usize::try_from(length).unwrap()));
                }
                AudioSegment::Samples(samples) => all.extend_from_slice(samples),
            }
        }
        all
    }

    #[test]
    fn recording_holds_what_was_heard_with_silence_for_what_was_lost() {
        let (mut sink, source) = recorder(8_000, DEFAULT_CAPACITY);
        let start = u32::MAX - 100;
        sink.push(&audio(start, &[1; 160]));
        sink.push(&audio(start.wrapping_add(320), &[3; 160]));
        sink.push(&audio(start.wrapping_add(160), &[2; 160]));
        assert!(!source.is_closed());
        drop(sink);
        assert!(source.is_closed());
        assert_eq!(drain(&source), [[1; 160], [0; 160], [3; 160]].concat());
        assert_eq!(source.dropped(), 0);
    }

    #[test]
    fn clock_of_the_timestamps_may_be_another_than_that_of_the_samples() {
        let (mut sink, source) = recorder(16_000, DEFAULT_CAPACITY);
        let wide = |timestamp, samples| PacketAudio {
            rate: 16_000,
            ..audio(timestamp, samples)
        };
        sink.push(&wide(0, &[1; 320]));
        sink.push(&wide(320, &[2; 320]));
        drop(sink);
        assert_eq!(
            drain(&source),
            [[1; 320], [0; 320], [2; 320]].concat(),
            "G.722: 8 kHz clock, 16 kHz samples"
        );
    }

    #[test]
    fn codec_of_another_rate_keeps_the_time() {
        let (mut sink, source) = recorder(8_000, DEFAULT_CAPACITY);
        sink.push(&audio(0, &[1; 160]));
        let wide: Vec<i16> = (0..320).collect();
        sink.push(&PacketAudio {
            rate: 16_000,
            ..audio(160, &wide)
        });
        sink.push(&audio(320, &[7; 160]));
        drop(sink);
        let heard = drain(&source);
        assert_eq!(heard.len(), 480);
        assert_eq!(heard[160..164], [0, 2, 4, 6]);
        assert_eq!(heard[320..], [7; 160]);
    }

    #[test]
    fn jump_of_the_senders_clock_is_no_gap() {
        let (mut sink, source) = recorder(8_000, DEFAULT_CAPACITY);
        sink.push(&audio(0, &[1; 160]));
        sink.push(&audio(1 << 30, &[2; 160]));
        drop(sink);
        assert_eq!(drain(&source).len(), 320);
    }

    #[test]
    fn writer_that_is_too_slow_costs_packets_that_are_counted_and_no_time() {
        let (mut sink, source) = recorder(8_000, DEFAULT_CAPACITY);
        let packets = 3 * u32::try_from(DEFAULT_CAPACITY).unwrap() / 160;
        let mut recorded = 0;
        for packet in 0..packets {
            sink.push(&audio(packet * 160, &[5; 160]));
            if packet == 2 * packets / 3 {
                recorded += drain(&source).len();
            }
        }
        drop(sink);
        let last = drain(&source);
        recorded += last.len();
        assert!(last.contains(&0), "silence stands for what was dropped");
        let dropped = source.dropped();
        assert!(
            dropped > 0 && dropped < u64::from(packets) / 2,
            "{dropped} of {packets}"
        );
        assert_eq!(
            recorded,
            packets as usize * 160,
            "the recording is as long as the call"
        );
    }

    proptest! {
        #[test]
        fn every_packet_is_at_its_place(
            lost in prop::collection::vec(prop::bool::weighted(0.2), 1..300),
            drains in prop::collection::vec(any::<bool>(), 300),
        ) {
            let (mut sink, source) = recorder(8_000, DEFAULT_CAPACITY);
            let mut written = Vec::new();
            let mut expected: Vec<i16> = Vec::new();
            let mut waiting = 0;
            for (number, (lost, drained)) in (0i16..).zip(lost.iter().zip(drains)) {
                let samples = [number + 1; 160];
                if !lost {
                    if waiting > 0 && !expected.is_empty() {
                        expected.extend(std::iter::repeat_n(0, waiting));
                    }
                    waiting = 0;
                    sink.push(&audio(number as u32 * 160, &samples));
                    expected.extend(samples);
                } else {
                    waiting += 160;
                }
                if drained {
                    written.extend(drain(&source));
                }
            }
            drop(sink);
            written.extend(drain(&source));
            prop_assume!(source.dropped() == 0);
            prop_assert_eq!(written, expected);
        }
    }
}
