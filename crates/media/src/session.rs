//! One call's media, as its thread sees it.
//!
//! A session is opened with bound sockets, does nothing before it is started with a negotiated [`Stream`], and is
//! closed once: it says RTCP BYE, reports, and stays only until its call has taken the last events. The halves
//! are apart: [`Voice`] sends, [`Ear`] hears, [`Control`] keeps RTCP. All that they say goes out through the
//! [`Shield`], and nothing comes in but through it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::arrival::{self, Datagram, Moment};
use super::command::Op;
use super::control::Control;
use super::ear::{Desk, Ear, Heard};
use super::event::{MediaEvent, MediaReport};
use super::lane::Lane;
use super::outbox::Outbox;
use super::plane::Seat;
use super::shield::Shield;
use super::socket::Sockets;
use super::stream::Stream;
use super::voice::{Milestones, Voice};
use aftercall_rtp::rtcp::{Then, begins_with_report};
use aftercall_rtp::{ControlPort, Kind, Verdict, classify};

/// Datagrams read from one socket in one sweep; more wait for the next.
const BATCH: usize = 16;
/// A datagram that came this shortly before it was read is the last one, most likely: the next of a 20 ms stream is
/// still to come. Not asking for another saves a system call in each sweep; what was left after all is older than
/// this at the next one, and is then not the last to be read.
const FRESH: Duration = Duration::from_millis(15);
/// How long a closed session waits for its call to take the last events.
const FAREWELL: Duration = Duration::from_secs(5);

/// Whether a session is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Here,
    Gone,
}

pub(super) struct Session {
    sockets: Sockets,
    cname: String,
    outbox: Outbox,
    abandoned: Arc<AtomicBool>,
    line: Option<Line>,
    closed_at: Option<Instant>,
    packets_sent: u64,
    send_failures: u64,
    late_ticks: u64,
    _seat: Seat,
}

/// What exists from the first negotiation on.
struct Line {
    stream: Stream,
    voice: Voice,
    ear: Ear,
    control: Control,
    shield: Shield,
    /// Where the peer's RTCP comes from, when that is a port of its own (RFC 4961).
    control_source: Option<SocketAddr>,
}

impl Session {
    pub(super) fn new(
        sockets: Sockets,
        cname: String,
        events: mpsc::Sender<MediaEvent>,
        abandoned: Arc<AtomicBool>,
        seat: Seat,
    ) -> Self {
        Self {
            sockets,
            cname,
            outbox: Outbox::new(events),
            abandoned,
            line: None,
            closed_at: None,
            packets_sent: 0,
            send_failures: 0,
            late_ticks: 0,
            _seat: seat,
        }
    }

    /// Ticks from packet to packet.
    pub(super) fn ptime_ticks(&self) -> u64 {
        self.line
            .as_ref()
            .map_or(super::grid::PHASES, |line| line.stream.ptime_ticks())
    }

    /// Does what the call asks for. Whatever comes before the first negotiation, but that, is in vain.
    pub(super) fn apply(&mut self, op: Op, now: Instant, lane: &mut Lane) {
        match (op, &mut self.line) {
            (Op::Start(stream) | Op::Update(stream), None) => self.start(stream, now, lane),
            (Op::Start(stream) | Op::Update(stream), Some(line)) => {
                line.renegotiate(stream, now);
            }
            (Op::Play(id, playlist), Some(line)) => line.voice.play(id, playlist),
            (Op::Stop, Some(line)) => line.voice.stop(),
            (Op::Press(digit, duration), Some(line)) => {
                if line.stream.telephone_event.is_none() || !line.voice.press(digit, duration) {
                    self.outbox.push(MediaEvent::DigitRefused(digit));
                }
            }
            (Op::Press(digit, _), None) => self.outbox.push(MediaEvent::DigitRefused(digit)),
            (Op::Listen(listening), Some(line)) => line.ear.listen(listening),
            (Op::Record(sink), Some(line)) => line.ear.record(sink),
            (Op::CatchUp, _) => {
                self.read_all(now, lane);
                self.outbox.push(MediaEvent::CaughtUp);
            }
            (Op::Close, _) => self.close(now, lane),
            (Op::Play(..) | Op::Stop | Op::Listen(_) | Op::Record(_), None) => {}
        }
    }

    fn start(&mut self, stream: Stream, now: Instant, lane: &mut Lane) {
        if self.closed_at.is_some() {
            return;
        }
        let voice = Voice::new(&stream, &mut lane.rng);
        let control = Control::new(std::mem::take(&mut self.cname), now, &mut lane.rng);
        let ear = Ear::new(&stream, lane.timing.in_band_dtmf, now);
        let shield = Shield::new(stream.srtp.as_deref());
        if stream.rtcp_mux {
            self.sockets.rtcp = None;
        }
        self.line = Some(Line {
            stream,
            voice,
            ear,
            control,
            shield,
            control_source: None,
        });
    }

    /// Sends the packet that was due at `deadline`; `missed` packets before it were due and are not sent.
    pub(super) fn send(&mut self, missed: u64, deadline: Instant, now: Instant, lane: &mut Lane) {
        let Some(line) = &mut self.line else { return };
        line.voice.skip(missed);
        if !line.stream.direction.sends() {
            line.voice.hold();
            return;
        }
        self.late_ticks += missed;
        lane.statistics.late_ticks += missed;
        let Some((length, milestones)) = line.voice.packet(&line.stream, lane.buffer.as_mut_slice()) else {
            return;
        };
        let Some(length) = line.shield.protect_rtp(lane.buffer.as_mut_slice(), length) else {
            self.send_failures += 1;
            return;
        };
        let packet = lane.buffer.get(..length).unwrap_or_default();
        let sent = self.sockets.rtp.send_to(packet, line.ear.destination());
        let moment = lane.moment(now);
        match sent {
            Ok(_) => {
                self.packets_sent += 1;
                lane.statistics.packets_sent += 1;
                lane.statistics
                    .send_pacing
                    .record(moment.saturating_duration_since(deadline));
            }
            Err(_) => self.send_failures += 1,
        }
        if milestones != Milestones::default() {
            self.tell(milestones, moment);
        }
    }

    fn tell(&mut self, milestones: Milestones, at: Instant) {
        if let Some(play) = milestones.playback_started {
            self.outbox.push(MediaEvent::PlaybackStarted {
                play,
                first_packet_at: at,
            });
        }
        if let Some(play) = milestones.playback_finished {
            self.outbox.push(MediaEvent::PlaybackFinished(play));
        }
        if let Some(digit) = milestones.digit_started {
            self.outbox.push(MediaEvent::DigitSent { digit, at });
        }
    }

    /// Reads what has come on the RTP port; tells when the newest datagram arrived.
    pub(super) fn receive(&mut self, now: Instant, lane: &mut Lane) -> Option<Instant> {
        let moment = lane.clocks(now);
        let mut newest = None;
        for _ in 0..BATCH {
            let Some(datagram) = self.read_rtp(moment, now, lane) else {
                break;
            };
            newest = Some(datagram.arrival);
            if datagram.age.is_some_and(|age| age < FRESH) {
                break;
            }
        }
        // A peer that sends no RTP may be known by its reports, and not only once a second.
        if self.line.as_ref().is_some_and(|line| !line.ear.is_latched()) {
            self.read_rtcp(now, lane);
        }
        if let Some(line) = &mut self.line {
            line.ear.poll(now, &mut self.outbox);
        }
        self.outbox.flush();
        newest
    }

    /// Reads all that has come on the RTP port, however fresh: nothing more is waited for.
    fn read_all(&mut self, now: Instant, lane: &mut Lane) {
        let moment = lane.clocks(now);
        for _ in 0..BATCH {
            if self.read_rtp(moment, now, lane).is_none() {
                break;
            }
        }
        if let Some(line) = &mut self.line {
            line.ear.conclude(now, &mut self.outbox);
        }
    }

    fn read_rtp(&mut self, moment: Moment, now: Instant, lane: &mut Lane) -> Option<Datagram> {
        let datagram = arrival::read(&self.sockets.rtp, lane.buffer.as_mut_slice(), moment)?;
        if let Some(line) = &mut self.line
            && let Some(opened) = line.shield.open(&datagram, lane.buffer.as_mut_slice(), now)
        {
            line.hear(&opened, lane, &mut self.outbox);
        }
        Some(datagram)
    }

    /// Once a second: RTCP, the RTP time-out, and whether the call is still there. After closing: whether the call
    /// has taken its last events.
    pub(super) fn look_after(&mut self, now: Instant, lane: &mut Lane) -> Fate {
        if self.closed_at.is_none() && self.abandoned.load(Ordering::Acquire) {
            self.close(now, lane);
        }
        self.outbox.flush();
        if let Some(since) = self.closed_at {
            let over = self.outbox.is_empty() || now.saturating_duration_since(since) >= FAREWELL;
            return if over { Fate::Gone } else { Fate::Here };
        }
        self.read_rtcp(now, lane);
        let Some(line) = &mut self.line else {
            return Fate::Here;
        };
        line.ear
            .time_out(now, lane.timing.rtp_timeout, &line.stream, &mut self.outbox);
        if line.control.take_due(now, &mut lane.rng) {
            line.report(&self.sockets, Then::Continues, now, lane);
        }
        Fate::Here
    }

    fn read_rtcp(&mut self, now: Instant, lane: &mut Lane) {
        let Some(socket) = &self.sockets.rtcp else { return };
        let moment = lane.clocks(now);
        for _ in 0..BATCH {
            let Some(datagram) = arrival::read(socket, lane.buffer.as_mut_slice(), moment) else {
                return;
            };
            if let Some(line) = &mut self.line
                && let Some(opened) = line.shield.open(&datagram, lane.buffer.as_mut_slice(), now)
            {
                line.rtcp(&opened, ControlPort::Companion, lane, &mut self.outbox);
            }
        }
    }

    fn close(&mut self, now: Instant, lane: &mut Lane) {
        if self.closed_at.is_some() {
            return;
        }
        // What has come by now counts, and the peer's last report with it: it waits on the port for RTCP, or on that of RTP.
        self.read_all(now, lane);
        self.read_rtcp(now, lane);
        let mut report = MediaReport {
            packets_sent: self.packets_sent,
            send_failures: self.send_failures,
            late_ticks: self.late_ticks,
            events_dropped: self.outbox.dropped(),
            ..MediaReport::default()
        };
        if let Some(mut line) = self.line.take() {
            line.report(&self.sockets, Then::Leaves, now, lane);
            line.ear.report(&mut report);
            line.control.fill_in(&mut report);
            line.shield.fill_in(&mut report);
            lane.statistics.count_closed(&report);
        }
        self.outbox.push(MediaEvent::Closed(Box::new(report)));
        self.closed_at = Some(now);
    }
}

impl Line {
    fn renegotiate(&mut self, stream: Stream, now: Instant) {
        self.voice.renegotiate(&stream);
        self.ear.renegotiate(&stream, now);
        self.shield.renegotiate(stream.srtp.as_deref(), now);
        if self.stream.remote_rtcp != stream.remote_rtcp {
            self.control_source = None;
        }
        self.stream = stream;
    }

    fn hear(&mut self, datagram: &Datagram, lane: &mut Lane, outbox: &mut Outbox) {
        let Lane {
            buffer, statistics, ..
        } = lane;
        let bytes = buffer.get(..datagram.length).unwrap_or_default();
        let heard = match classify(bytes) {
            Kind::Rtp => {
                let pacing = &mut statistics.receive_pacing;
                self.ear.rtp(
                    bytes,
                    datagram,
                    &mut Desk {
                        stream: &self.stream,
                        outbox,
                        pacing,
                    },
                )
            }
            // Multiplexed also by a peer that did not say so: some do.
            Kind::Rtcp => return self.rtcp(datagram, ControlPort::Multiplexed, lane, outbox),
            Kind::Other => self.ear.refuse(),
        };
        match heard {
            Heard::Peer => statistics.packets_received += 1,
            Heard::Undecided => {}
            Heard::Refused => statistics.packets_refused += 1,
        }
    }

    fn rtcp(&mut self, datagram: &Datagram, port: ControlPort, lane: &mut Lane, outbox: &mut Outbox) {
        let bytes = lane.buffer.get(..datagram.length).unwrap_or_default();
        let is_report = begins_with_report(bytes);
        let verdict = match is_report {
            true => self.ear.control(datagram.source, port, datagram.arrival),
            // A BYE alone is no compound packet; it teaches nothing.
            false if self.ear.is_peers_host(datagram.source) => Verdict::Accept,
            false => Verdict::Refuse,
        };
        match verdict {
            Verdict::Latched | Verdict::Accept => {}
            Verdict::Provisional => return,
            Verdict::Refuse => return self.control.refuse(),
        }
        if is_report && port == ControlPort::Companion {
            self.control_source = Some(datagram.source);
        }
        let ours = self.voice.sender().ssrc();
        let arrival = (datagram.arrival, lane.ntp(datagram.arrival));
        self.control
            .handle(bytes, ours, self.ear.receiver(), arrival, outbox);
    }

    /// Where to send reports that are not multiplexed: to where the peer's come from; before any has come, beside the
    /// source of RTP where that is not what the SDP says, which is then wrong of RTCP too.
    fn control_destination(&self) -> SocketAddr {
        let rtp = self.ear.destination();
        let signalled = self.stream.remote_rtp;
        let beside = || SocketAddr::new(rtp.ip(), rtp.port().saturating_add(1));
        match self.control_source {
            Some(source) => source,
            None if rtp.ip().to_canonical() == signalled.ip().to_canonical() => self.stream.remote_rtcp,
            None => beside(),
        }
    }

    /// Sends a report; lost when the socket does not take it, as RTCP may be.
    fn report(&mut self, sockets: &Sockets, then: Then, now: Instant, lane: &mut Lane) {
        let moment = lane.moment(now);
        let time = (moment, lane.ntp(moment));
        let out = lane.buffer.as_mut_slice();
        let Some(length) = self
            .control
            .write(self.voice.sender(), self.ear.receiver(), then, time, out)
        else {
            return;
        };
        let Some(length) = self.shield.protect_rtcp(lane.buffer.as_mut_slice(), length) else {
            return;
        };
        let packet = lane.buffer.get(..length).unwrap_or_default();
        let _sent = match (&sockets.rtcp, self.stream.rtcp_mux) {
            (Some(rtcp), false) => rtcp.send_to(packet, self.control_destination()),
            (None, _) | (_, true) => sockets.rtp.send_to(packet, self.ear.destination()),
        };
    }
}
