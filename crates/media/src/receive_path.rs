//! What a session receives: digits, speech, samples for a recording.
//!
//! A datagram is the peer's when it is an RTP packet with a payload type of the stream, from the latched source
//! ([`Latch`]). Only then is it counted, and only then can it become a digit, speech or a part of a recording. The source is
//! learned from every packet that belongs to the stream: audio, events, comfort noise, empty packets that keep a NAT open,
//! RTCP reports.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::command::{BackgroundSound, SpeechDetection};
use super::event::{EventQueue, MediaEvent, MediaReport};
use super::histogram::Histogram;
use super::in_band::{InBandDtmf, InBandReceiver, PacketPosition};
use super::receive_pacing::ReceivePacing;
use super::recorder_queue::{PacketAudio, RecorderSink};
use super::socket::Datagram;
use super::stream::{Stream, reads_as_digit};
use aftercall_audio::{Decoder, SpeechDetector, SpeechEdge, TELEPHONE_RATE};
use aftercall_rtp::dtmf::{
    DtmfPath, EarlyEvents, EventPacket, HeldKey, KeyDownMonitor, Press, TelephoneEventReceiver,
};
use aftercall_rtp::sdp::MediaDirection;
use aftercall_rtp::{Codec, ControlPort, Latch, LatchOutcome, Packet, PacketContent, PacketOrder, Receiver};

/// The receiving half of a session.
#[derive(Debug)]
pub(super) struct RtpReceivePath {
    latch: Latch,
    receiver: Receiver,
    digits: TelephoneEventReceiver,
    key_down: KeyDownMonitor,
    /// The clock rates of `digits`: telephone-event's and the codec's, in Hz.
    event_clocks: (u32, u32),
    early: EarlyEvents,
    in_band_dtmf: InBandDtmf,
    /// Exists while DTMF tones are detected in the audio. Boxed, because it is large and most calls have none.
    in_band: Option<Box<InBandReceiver>>,
    codec: Codec,
    /// Exists while tones, speech or a recording need samples.
    decoder: Option<Decoder>,
    speech: Option<SpeechDetector>,
    recorder: Option<RecorderSink>,
    /// Packets dropped by recordings that have ended.
    recorder_dropped: u64,
    schedule: ReceivePacing,
    malformed: u64,
    /// Packets that read as keys, on payload types that were not negotiated.
    unknown_events: u64,
    first_at: Option<Instant>,
    last_at: Option<Instant>,
    /// Since when a packet has been expected: the last one, or the start, or the end of a hold.
    expected_since: Instant,
    /// When silence was reported last; `None` while packets arrive.
    silence_reported_at: Option<Instant>,
    /// Whether reported silence is over, and the call has yet to be informed.
    has_resumed: bool,
}

/// Who sent a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DatagramOrigin {
    Peer,
    /// A source that the latch is still considering.
    Undecided,
    Refused,
}

impl RtpReceivePath {
    /// The receiving half for a stream that begins `now`.
    pub(super) fn new(stream: &Stream, in_band_dtmf: InBandDtmf, now: Instant) -> Self {
        let mut path = Self {
            latch: Latch::new(stream.remote_rtp),
            receiver: Receiver::new(stream.codec.clock_rate()),
            digits: digits(stream),
            key_down: KeyDownMonitor::default(),
            event_clocks: event_clocks(stream),
            early: EarlyEvents::default(),
            in_band_dtmf,
            in_band: None,
            codec: stream.codec,
            decoder: None,
            speech: None,
            recorder: None,
            recorder_dropped: 0,
            schedule: ReceivePacing::default(),
            malformed: 0,
            unknown_events: 0,
            first_at: None,
            last_at: None,
            expected_since: now,
            silence_reported_at: None,
            has_resumed: false,
        };
        path.set_in_band_detection(stream);
        path
    }

    /// Continues as renegotiated.
    pub(super) fn renegotiate(&mut self, stream: &Stream, now: Instant) {
        self.latch.renegotiate(stream.remote_rtp);
        if self.event_clocks != event_clocks(stream) {
            self.event_clocks = event_clocks(stream);
            self.digits = digits(stream);
        }
        if self.codec != stream.codec {
            self.codec = stream.codec;
            self.receiver.renegotiate(stream.codec.clock_rate());
            self.schedule.restart();
        }
        self.set_in_band_detection(stream);
        self.expected_since = now;
    }

    /// Starts or stops the detection of DTMF tones, as the setting says for this stream.
    fn set_in_band_detection(&mut self, stream: &Stream) {
        let in_band = self.in_band.take().unwrap_or_default();
        self.in_band = self.in_band_dtmf.applies_to(stream).then_some(in_band);
        self.set_decoder();
    }

    /// Starts or stops the detection of speech. Started again, it waits for new speech and keeps the level of the background.
    pub(super) fn detect_speech(&mut self, detection: Option<SpeechDetection>) {
        self.speech = detection.map(
            |SpeechDetection {
                 threshold_dbov,
                 hangover,
                 background,
             }| match self.speech.take() {
                Some(mut known) => {
                    known.reset(threshold_dbov, hangover);
                    known
                }
                None => match background {
                    BackgroundSound::Silence => SpeechDetector::new(threshold_dbov, hangover),
                    BackgroundSound::Noise => SpeechDetector::with_noise(threshold_dbov, hangover),
                },
            },
        );
        self.set_decoder();
    }

    /// Starts or stops a recording.
    pub(super) fn record(&mut self, sink: Option<RecorderSink>) {
        self.recorder_dropped += self.recorder.as_ref().map_or(0, RecorderSink::dropped);
        self.recorder = sink;
        self.set_decoder();
    }

    /// Creates or drops the decoder. Decoding costs CPU, so it is done only while samples are used. Allocates, so it is called for
    /// commands, never for packets.
    fn set_decoder(&mut self) {
        let is_wanted = self.in_band.is_some() || self.speech.is_some() || self.recorder.is_some();
        let fits = |decoder: &Decoder| is_wanted && decoder.codec() == self.codec;
        let decoder = self.decoder.take().filter(fits);
        self.decoder = decoder.or_else(|| is_wanted.then(|| Decoder::new(self.codec)));
    }

    /// Where to send RTP: the latched source; before there is one, the address of the SDP.
    pub(super) fn destination(&self) -> SocketAddr {
        self.latch.destination()
    }

    /// The reception statistics, for RTCP.
    pub(super) fn receiver(&mut self) -> &mut Receiver {
        &mut self.receiver
    }

    /// Handles one datagram that looks like RTP.
    pub(super) fn on_rtp(
        &mut self,
        bytes: &[u8],
        datagram: &Datagram,
        context: &mut ReceiveContext<'_>,
    ) -> DatagramOrigin {
        let parsed = Packet::parse(bytes).ok();
        let known =
            parsed.and_then(|packet| context.stream.carries(&packet).map(|carries| (packet, carries)));
        let Some((packet, carries)) = known else {
            let reads_as_key = parsed.is_some_and(|packet| reads_as_digit(packet.payload));
            self.unknown_events += u64::from(reads_as_key);
            return self.refuse();
        };
        // On an SRTP stream only verified packets arrive here; one of them is proof enough to move the latch.
        let outcome = match context.stream.srtp {
            Some(_) => self.latch.handle_authenticated(datagram.source, datagram.arrival),
            None => self.latch.handle(datagram.source, datagram.arrival),
        };
        match outcome {
            LatchOutcome::Refuse => return DatagramOrigin::Refused,
            LatchOutcome::Provisional => {
                self.buffer_early_event(&packet, carries, datagram);
                return DatagramOrigin::Undecided;
            }
            LatchOutcome::Latched => self.release_early_events(datagram.source, context.events),
            // The latched source goes on sending, so the other candidate was a stranger: its early events are dropped.
            LatchOutcome::Accept => self.early.forget(),
        }
        self.record_arrival(datagram.arrival);
        let arrival = self.receiver.handle(&packet, carries, datagram.arrival);
        match (carries, arrival) {
            (PacketContent::Event, _) => self.event(&packet, datagram.arrival, context),
            (PacketContent::Audio, PacketOrder::Duplicate) | (PacketContent::Filler, _) => {}
            (PacketContent::Audio, _) => self.audio(&packet, arrival, datagram.arrival, context),
        }
        DatagramOrigin::Peer
    }

    /// Handles the source of an RTCP report: it may latch it, and is a sign of life of the peer.
    pub(super) fn on_rtcp(
        &mut self,
        source: SocketAddr,
        port: ControlPort,
        arrival: Instant,
    ) -> LatchOutcome {
        let outcome = self.latch.handle_control(source, port, arrival);
        match outcome {
            LatchOutcome::Latched => {
                self.early.forget();
                self.record_activity(arrival);
            }
            LatchOutcome::Accept => self.record_activity(arrival),
            LatchOutcome::Provisional | LatchOutcome::Refuse => {}
        }
        outcome
    }

    /// Whether RTCP from `source` may be the peer's: its ports may differ, its host may not.
    pub(super) fn is_peers_host(&self, source: SocketAddr) -> bool {
        self.latch.is_peers_host(source)
    }

    /// Latches a source that is still being considered: the call ends, and no other has sent.
    pub(super) fn conclude(&mut self, now: Instant, events: &mut EventQueue) {
        if let Some(source) = self.latch.conclude(now) {
            self.release_early_events(source, events);
        }
    }

    /// Whether the peer's source has been learned.
    pub(super) fn is_latched(&self) -> bool {
        self.latch.source().is_some()
    }

    /// Counts a datagram that is neither RTP nor RTCP.
    pub(super) fn refuse(&mut self) -> DatagramOrigin {
        self.malformed += 1;
        DatagramOrigin::Refused
    }

    fn record_arrival(&mut self, arrival: Instant) {
        self.first_at.get_or_insert(arrival);
        self.last_at = Some(arrival);
        self.record_activity(arrival);
    }

    /// Records a sign of life, or that none is expected: the peer is not silent.
    fn record_activity(&mut self, at: Instant) {
        self.expected_since = self.expected_since.max(at);
        self.has_resumed |= self.silence_reported_at.take().is_some();
    }

    fn event(&mut self, packet: &Packet<'_>, arrival: Instant, context: &mut ReceiveContext<'_>) {
        press(
            context.events,
            DtmfPath::TelephoneEvent,
            self.digits.handle(packet, arrival),
        );
    }

    /// Keeps the events of a source that is not trusted yet.
    fn buffer_early_event(&mut self, packet: &Packet<'_>, carries: PacketContent, datagram: &Datagram) {
        if carries == PacketContent::Event
            && let Ok(event) = EventPacket::parse(packet)
        {
            self.early.keep(datagram.source, event, datagram.arrival);
        }
    }

    /// Handles the events that were kept of a source that has just been latched.
    fn release_early_events(&mut self, source: SocketAddr, events: &mut EventQueue) {
        if self.early.is_empty() {
            return;
        }
        for (event, at) in self.early.release(source) {
            press(
                events,
                DtmfPath::TelephoneEvent,
                self.digits.handle_event(&event, at),
            );
        }
    }

    fn audio(
        &mut self,
        packet: &Packet<'_>,
        arrival: PacketOrder,
        at: Instant,
        context: &mut ReceiveContext<'_>,
    ) {
        self.digits.handle_audio();
        match arrival {
            PacketOrder::First | PacketOrder::Jumped => self.schedule.restart(),
            PacketOrder::InOrder { .. } | PacketOrder::Late | PacketOrder::Duplicate => {}
        }
        let clock_rate = self.codec.clock_rate();
        if let Some(error) = self.schedule.error(packet.timestamp.0, clock_rate, at) {
            context.pacing.record(error);
        }
        match arrival {
            // Decoders, detectors and recordings need samples in order: a late packet would damage what follows.
            PacketOrder::Late | PacketOrder::Duplicate => {}
            PacketOrder::First | PacketOrder::InOrder { .. } | PacketOrder::Jumped => {
                self.decode(packet, arrival, at, context);
            }
        }
    }

    /// The one place where a packet of audio becomes samples, at 8 kHz whatever its codec.
    fn decode(
        &mut self,
        packet: &Packet<'_>,
        arrival: PacketOrder,
        at: Instant,
        context: &mut ReceiveContext<'_>,
    ) {
        let Some(decoder) = &mut self.decoder else { return };
        let samples = decoder.decode(packet.payload);
        let clock_rate = self.codec.clock_rate();
        if let Some(in_band) = &mut self.in_band {
            let placed = PacketPosition {
                timestamp: packet.timestamp,
                clock_rate,
                arrival,
                at,
            };
            in_band.packet(placed, samples, |heard| {
                press(context.events, DtmfPath::InBand, Some(heard));
            });
        }
        let edge = self.speech.as_mut().and_then(|speech| speech.handle(samples, at));
        if let Some(edge) = edge {
            context.events.push(speech_event(edge));
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.push(&PacketAudio {
                timestamp: packet.timestamp.0,
                clock_rate,
                rate: TELEPHONE_RATE,
                samples,
            });
        }
    }

    /// What time alone causes: a source is latched, a press ends whose end packets were lost, speech ends.
    pub(super) fn poll(&mut self, now: Instant, events: &mut EventQueue) {
        if let Some(source) = self.latch.poll(now) {
            self.record_activity(now);
            self.release_early_events(source, events);
        }
        if std::mem::take(&mut self.has_resumed) {
            events.push(MediaEvent::RtpResumed);
        }
        self.digits.poll(now);
        self.report_held(events);
        if let Some(edge) = self.speech.as_mut().and_then(|speech| speech.poll(now)) {
            events.push(speech_event(edge));
        }
    }

    /// Reports how long a key has been down.
    fn report_held(&mut self, events: &mut EventQueue) {
        let event = self.digits.key_down().and_then(|key| self.key_down.poll(key));
        let tone = self.in_band.as_mut().and_then(|in_band| in_band.poll());
        for HeldKey { digit, until } in event.into_iter().chain(tone) {
            events.push(MediaEvent::DigitHeld { digit, until });
        }
    }

    /// Reports that no packet has arrived for `limit`, and again after each further `limit`, unless the call is on hold or a
    /// key is held.
    pub(super) fn time_out(
        &mut self,
        now: Instant,
        limit: Duration,
        stream: &Stream,
        events: &mut EventQueue,
    ) {
        let waived = limit.is_zero() || stream.direction != MediaDirection::SendRecv || self.digits.is_held();
        let since = self.silence_reported_at.unwrap_or(self.expected_since);
        if waived {
            self.record_activity(now);
        } else if now.saturating_duration_since(since) >= limit {
            self.silence_reported_at = Some(now);
            events.push(MediaEvent::RtpSilence);
        }
    }

    /// Fills in the figures of the received stream.
    pub(super) fn report(&self, report: &mut MediaReport) {
        let statistics = self.receiver.statistics();
        report.packets_received = statistics.received;
        report.packets_lost = statistics.lost;
        report.packets_duplicated = statistics.duplicates;
        report.jitter = statistics.jitter;
        report.unknown_sources_refused = self.latch.refused();
        report.contested = self.latch.is_contested();
        report.malformed = self.malformed;
        report.unknown_events = self.unknown_events;
        let dropped = self.recorder.as_ref().map_or(0, RecorderSink::dropped);
        report.recorder_dropped = self.recorder_dropped + dropped;
        report.first_received_at = self.first_at;
        report.last_received_at = self.last_at;
    }
}

/// What of the session is needed to handle a packet.
pub(super) struct ReceiveContext<'a> {
    pub(super) stream: &'a Stream,
    pub(super) events: &'a mut EventQueue,
    pub(super) pacing: &'a mut Histogram,
}

fn press(events: &mut EventQueue, path: DtmfPath, press: Option<Press>) {
    if let Some(Press { digit, at }) = press {
        events.push(MediaEvent::Digit { digit, at, path });
    }
}

/// The clock of telephone-events and the codec's, in Hz. They may differ, and phones then count timestamps by either.
fn event_clocks(stream: &Stream) -> (u32, u32) {
    let codec = stream.codec.clock_rate();
    let events = stream.telephone_event.map_or(codec, |event| event.clock_rate);
    (events, codec)
}

fn digits(stream: &Stream) -> TelephoneEventReceiver {
    let (events, codec) = event_clocks(stream);
    TelephoneEventReceiver::new(events).with_audio_clock(codec)
}

fn speech_event(edge: SpeechEdge) -> MediaEvent {
    match edge {
        SpeechEdge::Started(at) => MediaEvent::SpeechStarted { at },
        SpeechEdge::Ended(at) => MediaEvent::SpeechEnded { at },
    }
}
