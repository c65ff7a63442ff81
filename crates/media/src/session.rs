//! One call's media, as its thread sees it.
//!
//! A session is opened with bound sockets, does nothing before it is started with a negotiated [`Stream`], and is
//! closed once: it sends RTCP BYE, reports, and stays only until its call has taken the last events. [`RtpSendPath`],
//! [`RtpReceivePath`] and [`RtcpSession`] do not know each other. Every packet of theirs leaves through the
//! [`SrtpSession`], and every datagram arrives through it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::command::SessionCommand;
use super::event::{EventQueue, MediaEvent, MediaReport};
use super::receive_path::{DatagramOrigin, ReceiveContext, RtpReceivePath};
use super::rtcp_session::RtcpSession;
use super::send_path::{RtpSendPath, SendEvents};
use super::socket::{ClockReading, Datagram, MediaSockets, read_datagram};
use super::srtp_session::SrtpSession;
use super::stream::Stream;
use super::thread_context::ThreadContext;
use super::thread_load::SessionSlot;
use aftercall_rtp::rtcp::{Participation, begins_with_report};
use aftercall_rtp::{ControlPort, DatagramKind, LatchOutcome, classify};

/// Datagrams read from one socket in one poll; more wait for the next.
const BATCH: usize = 16;
/// A datagram that arrived less than this before it was read is most likely the last one: the next of a 20 ms stream is
/// still to come. Not asking for another saves a system call in each poll. One that was left all the same is read at the
/// next poll, where it is older than this and so does not end the reading.
const LAST_DATAGRAM_AGE: Duration = Duration::from_millis(15);
/// How long a closed session waits for its call to take the last events.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// Whether a session is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SessionState {
    Here,
    Gone,
}

pub(super) struct Session {
    sockets: MediaSockets,
    cname: String,
    events: EventQueue,
    abandoned: Arc<AtomicBool>,
    media: Option<NegotiatedMedia>,
    closed_at: Option<Instant>,
    packets_sent: u64,
    send_failures: u64,
    late_ticks: u64,
    _slot: SessionSlot,
}

/// What exists from the first negotiation on.
struct NegotiatedMedia {
    stream: Stream,
    send_path: RtpSendPath,
    receive_path: RtpReceivePath,
    rtcp: RtcpSession,
    srtp: SrtpSession,
    /// The source of the peer's RTCP, where that is a port of its own (RFC 4961).
    control_source: Option<SocketAddr>,
}

impl Session {
    pub(super) fn new(
        sockets: MediaSockets,
        cname: String,
        events: mpsc::Sender<MediaEvent>,
        abandoned: Arc<AtomicBool>,
        slot: SessionSlot,
    ) -> Self {
        Self {
            sockets,
            cname,
            events: EventQueue::new(events),
            abandoned,
            media: None,
            closed_at: None,
            packets_sent: 0,
            send_failures: 0,
            late_ticks: 0,
            _slot: slot,
        }
    }

    /// Ticks from packet to packet.
    pub(super) fn ptime_ticks(&self) -> u64 {
        self.media
            .as_ref()
            .map_or(super::ticks::PHASES, |media| media.stream.ptime_ticks())
    }

    /// Executes a command. Before the first stream only [`SessionCommand::SetStream`], `CatchUp` and `Close` have an effect.
    pub(super) fn apply(&mut self, command: SessionCommand, now: Instant, thread: &mut ThreadContext) {
        match (command, &mut self.media) {
            (SessionCommand::SetStream(stream), None) => self.start(stream, now, thread),
            (SessionCommand::SetStream(stream), Some(media)) => media.renegotiate(stream, now),
            (SessionCommand::Play(id, playlist), Some(media)) => media.send_path.play(id, playlist),
            (SessionCommand::Stop, Some(media)) => media.send_path.stop(),
            (SessionCommand::Press(digit, duration), Some(media)) => {
                if media.stream.telephone_event.is_none() || !media.send_path.press(digit, duration) {
                    self.events.push(MediaEvent::DigitRefused(digit));
                }
            }
            (SessionCommand::Press(digit, _), None) => self.events.push(MediaEvent::DigitRefused(digit)),
            (SessionCommand::DetectSpeech(detection), Some(media)) => {
                media.receive_path.detect_speech(detection);
            }
            (SessionCommand::Record(sink), Some(media)) => media.receive_path.record(sink),
            (SessionCommand::CatchUp, _) => {
                self.read_all(now, thread);
                self.events.push(MediaEvent::CaughtUp);
            }
            (SessionCommand::Close, _) => self.close(now, thread),
            (
                SessionCommand::Play(..)
                | SessionCommand::Stop
                | SessionCommand::DetectSpeech(_)
                | SessionCommand::Record(_),
                None,
            ) => {}
        }
    }

    fn start(&mut self, stream: Stream, now: Instant, thread: &mut ThreadContext) {
        if self.closed_at.is_some() {
            return;
        }
        let send_path = RtpSendPath::new(&stream, &mut thread.rng);
        let rtcp = RtcpSession::new(std::mem::take(&mut self.cname), now, &mut thread.rng);
        let receive_path = RtpReceivePath::new(&stream, thread.timing.in_band_dtmf, now);
        let srtp = SrtpSession::new(stream.srtp.as_deref());
        if stream.rtcp_mux {
            self.sockets.rtcp = None;
        }
        self.media = Some(NegotiatedMedia {
            stream,
            send_path,
            receive_path,
            rtcp,
            srtp,
            control_source: None,
        });
    }

    /// Sends the packet that was due at `deadline`; `missed` packets before it were due and are not sent.
    pub(super) fn send(&mut self, missed: u64, deadline: Instant, now: Instant, thread: &mut ThreadContext) {
        let Some(media) = &mut self.media else { return };
        media.send_path.skip(missed);
        if !media.stream.direction.sends() {
            media.send_path.hold();
            return;
        }
        self.late_ticks += missed;
        thread.statistics.late_ticks += missed;
        let Some((length, send_events)) = media
            .send_path
            .packet(&media.stream, thread.buffer.as_mut_slice())
        else {
            return;
        };
        let Some(length) = media.srtp.protect_rtp(thread.buffer.as_mut_slice(), length) else {
            self.send_failures += 1;
            return;
        };
        let packet = thread.buffer.get(..length).unwrap_or_default();
        let sent = self.sockets.rtp.send_to(packet, media.receive_path.destination());
        let moment = thread.moment(now);
        match sent {
            Ok(_) => {
                self.packets_sent += 1;
                thread.statistics.packets_sent += 1;
                thread
                    .statistics
                    .send_pacing
                    .record(moment.saturating_duration_since(deadline));
            }
            Err(_) => self.send_failures += 1,
        }
        if send_events != SendEvents::default() {
            self.report_send_events(send_events, moment);
        }
    }

    fn report_send_events(&mut self, send_events: SendEvents, at: Instant) {
        if let Some(play) = send_events.playback_started {
            self.events.push(MediaEvent::PlaybackStarted {
                play,
                first_packet_at: at,
            });
        }
        if let Some(play) = send_events.playback_finished {
            self.events.push(MediaEvent::PlaybackFinished(play));
        }
        if let Some(digit) = send_events.digit_started {
            self.events.push(MediaEvent::DigitSent { digit, at });
        }
    }

    /// Reads the RTP port; returns when the newest datagram arrived.
    pub(super) fn receive(&mut self, now: Instant, thread: &mut ThreadContext) -> Option<Instant> {
        let clocks = thread.clocks(now);
        let mut newest = None;
        for _ in 0..BATCH {
            let Some(datagram) = self.read_rtp(clocks, now, thread) else {
                break;
            };
            newest = Some(datagram.arrival);
            if datagram.age.is_some_and(|age| age < LAST_DATAGRAM_AGE) {
                break;
            }
        }
        // A muted peer sends RTCP only. Until it is latched its reports are awaited here, and not only once a second.
        if self
            .media
            .as_ref()
            .is_some_and(|media| !media.receive_path.is_latched())
        {
            self.read_rtcp(now, thread);
        }
        if let Some(media) = &mut self.media {
            media.receive_path.poll(now, &mut self.events);
        }
        self.events.flush();
        newest
    }

    /// Reads everything that has arrived on the RTP port, and latches a source that is still being considered: nothing else is
    /// waited for.
    fn read_all(&mut self, now: Instant, thread: &mut ThreadContext) {
        let clocks = thread.clocks(now);
        for _ in 0..BATCH {
            if self.read_rtp(clocks, now, thread).is_none() {
                break;
            }
        }
        if let Some(media) = &mut self.media {
            media.receive_path.conclude(now, &mut self.events);
        }
    }

    fn read_rtp(
        &mut self,
        clocks: ClockReading,
        now: Instant,
        thread: &mut ThreadContext,
    ) -> Option<Datagram> {
        let datagram = read_datagram(&self.sockets.rtp, thread.buffer.as_mut_slice(), clocks)?;
        if let Some(media) = &mut self.media
            && let Some(opened) = media.srtp.open(&datagram, thread.buffer.as_mut_slice(), now)
        {
            media.on_datagram(&opened, thread, &mut self.events);
        }
        Some(datagram)
    }

    /// Once a second: RTCP, the RTP time-out, and whether the call has dropped its handle. After closing: whether the call
    /// has taken the last events.
    pub(super) fn maintain(&mut self, now: Instant, thread: &mut ThreadContext) -> SessionState {
        if self.closed_at.is_none() && self.abandoned.load(Ordering::Acquire) {
            self.close(now, thread);
        }
        self.events.flush();
        if let Some(since) = self.closed_at {
            let over = self.events.is_empty() || now.saturating_duration_since(since) >= CLOSE_LIMIT;
            return if over {
                SessionState::Gone
            } else {
                SessionState::Here
            };
        }
        self.read_rtcp(now, thread);
        let Some(media) = &mut self.media else {
            return SessionState::Here;
        };
        media
            .receive_path
            .time_out(now, thread.timing.rtp_timeout, &media.stream, &mut self.events);
        if media.rtcp.take_due(now, &mut thread.rng) {
            media.report(&self.sockets, Participation::Continues, now, thread);
        }
        SessionState::Here
    }

    fn read_rtcp(&mut self, now: Instant, thread: &mut ThreadContext) {
        let Some(socket) = &self.sockets.rtcp else { return };
        let clocks = thread.clocks(now);
        for _ in 0..BATCH {
            let Some(datagram) = read_datagram(socket, thread.buffer.as_mut_slice(), clocks) else {
                return;
            };
            if let Some(media) = &mut self.media
                && let Some(opened) = media.srtp.open(&datagram, thread.buffer.as_mut_slice(), now)
            {
                media.on_rtcp(&opened, ControlPort::Companion, thread, &mut self.events);
            }
        }
    }

    fn close(&mut self, now: Instant, thread: &mut ThreadContext) {
        if self.closed_at.is_some() {
            return;
        }
        // Everything that has arrived counts, the peer's last report included: it waits on the RTCP port or, multiplexed, on
        // the RTP port.
        self.read_all(now, thread);
        self.read_rtcp(now, thread);
        let mut report = MediaReport {
            packets_sent: self.packets_sent,
            send_failures: self.send_failures,
            late_ticks: self.late_ticks,
            events_dropped: self.events.dropped(),
            ..MediaReport::default()
        };
        if let Some(mut media) = self.media.take() {
            media.report(&self.sockets, Participation::Leaves, now, thread);
            media.receive_path.report(&mut report);
            media.rtcp.fill_in(&mut report);
            media.srtp.fill_in(&mut report);
            thread.statistics.count_closed(&report);
        }
        self.events.push(MediaEvent::Closed(Box::new(report)));
        self.closed_at = Some(now);
    }
}

impl NegotiatedMedia {
    fn renegotiate(&mut self, stream: Stream, now: Instant) {
        self.send_path.renegotiate(&stream);
        self.receive_path.renegotiate(&stream, now);
        self.srtp.renegotiate(stream.srtp.as_deref(), now);
        if self.stream.remote_rtcp != stream.remote_rtcp {
            self.control_source = None;
        }
        self.stream = stream;
    }

    fn on_datagram(&mut self, datagram: &Datagram, thread: &mut ThreadContext, events: &mut EventQueue) {
        let ThreadContext {
            buffer, statistics, ..
        } = thread;
        let bytes = buffer.get(..datagram.length).unwrap_or_default();
        let origin = match classify(bytes) {
            DatagramKind::Rtp => {
                let pacing = &mut statistics.receive_pacing;
                self.receive_path.on_rtp(
                    bytes,
                    datagram,
                    &mut ReceiveContext {
                        stream: &self.stream,
                        events,
                        pacing,
                    },
                )
            }
            // Some peers multiplex RTCP without having negotiated `rtcp-mux` (RFC 5761).
            DatagramKind::Rtcp => return self.on_rtcp(datagram, ControlPort::Multiplexed, thread, events),
            DatagramKind::Other => self.receive_path.refuse(),
        };
        match origin {
            DatagramOrigin::Peer => statistics.packets_received += 1,
            DatagramOrigin::Undecided => {}
            DatagramOrigin::Refused => statistics.packets_refused += 1,
        }
    }

    fn on_rtcp(
        &mut self,
        datagram: &Datagram,
        port: ControlPort,
        thread: &mut ThreadContext,
        events: &mut EventQueue,
    ) {
        let bytes = thread.buffer.get(..datagram.length).unwrap_or_default();
        let is_report = begins_with_report(bytes);
        let outcome = match is_report {
            true => self.receive_path.on_rtcp(datagram.source, port, datagram.arrival),
            // A BYE alone is not a compound packet (RFC 3550 section 6.1), so it must not latch a source.
            false if self.receive_path.is_peers_host(datagram.source) => LatchOutcome::Accept,
            false => LatchOutcome::Refuse,
        };
        match outcome {
            LatchOutcome::Latched | LatchOutcome::Accept => {}
            LatchOutcome::Provisional => return,
            LatchOutcome::Refuse => return self.rtcp.refuse(),
        }
        if is_report && port == ControlPort::Companion {
            self.control_source = Some(datagram.source);
        }
        let ours = self.send_path.sender().ssrc();
        let arrival = (datagram.arrival, thread.ntp(datagram.arrival));
        self.rtcp
            .handle(bytes, ours, self.receive_path.receiver(), arrival, events);
    }

    /// Where to send reports that are not multiplexed: to the source of the peer's reports. Before one has arrived: to the
    /// address of the SDP, or, if RTP comes from another host than the SDP says, to the port above the source of RTP,
    /// because the SDP is then wrong for RTCP too.
    fn control_destination(&self) -> SocketAddr {
        let rtp = self.receive_path.destination();
        let signalled = self.stream.remote_rtp;

        match self.control_source {
            Some(source) => source,
            None if rtp.ip().to_canonical() == signalled.ip().to_canonical() => self.stream.remote_rtcp,
            None => SocketAddr::new(rtp.ip(), rtp.port().saturating_add(1)),
        }
    }

    /// Sends a report. If the socket does not take it, it is lost, which RTCP allows.
    fn report(
        &mut self,
        sockets: &MediaSockets,
        then: Participation,
        now: Instant,
        thread: &mut ThreadContext,
    ) {
        let moment = thread.moment(now);
        let time = (moment, thread.ntp(moment));
        let out = thread.buffer.as_mut_slice();
        let Some(length) = self.rtcp.write(
            self.send_path.sender(),
            self.receive_path.receiver(),
            then,
            time,
            out,
        ) else {
            return;
        };
        let Some(length) = self.srtp.protect_rtcp(thread.buffer.as_mut_slice(), length) else {
            return;
        };
        let packet = thread.buffer.get(..length).unwrap_or_default();
        let _sent = match (&sockets.rtcp, self.stream.rtcp_mux) {
            (Some(rtcp), false) => rtcp.send_to(packet, self.control_destination()),
            (None, _) | (_, true) => sockets.rtp.send_to(packet, self.receive_path.destination()),
        };
    }
}
