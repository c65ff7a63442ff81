//! RTCP with a peer that reckons: what our reports say of time is true to less than a millisecond, although sockets are
//! read now and then. The times compared are those that the kernel notes of packets, not those of this test's thread.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test needs less of it than the others")]
mod media_pair;

use std::io::IoSliceMut;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::Duration;

use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
use tokio::sync::mpsc;

use aftercall_media::{MediaEvent, MediaPlane, PlaneConfig, Stream};
use aftercall_rtp::rtcp::{NtpTime, Participation, ReportBlock, RtcpPacket, RtcpReport, SenderInfo, read};
use aftercall_rtp::{RtpTimestamp, Ssrc};
use aftercall_runtime::clock::{Clock, SystemClock};
use media_pair::{LOOPBACK, Pair, config, stream};

const SSRC: Ssrc = Ssrc(0x0102_0304);
const MILLISECOND: f64 = 0.001;

/// Wall time since the Unix epoch.
fn wall() -> Duration {
    let since_epoch = SystemClock
        .utc()
        .signed_duration_since(chrono::DateTime::UNIX_EPOCH);
    since_epoch.to_std().unwrap()
}

/// A phone that sends RTP and RTCP and takes the times of what comes.
struct Phone {
    rtp: UdpSocket,
    rtcp: UdpSocket,
    server: SocketAddr,
    sequence: u16,
}

impl Phone {
    fn new() -> Self {
        for _ in 0..200 {
            let rtp = UdpSocket::bind((LOOPBACK, 0)).unwrap();
            let port = rtp.local_addr().unwrap().port();
            if port.is_multiple_of(2)
                && let Ok(rtcp) = UdpSocket::bind((LOOPBACK, port + 1))
            {
                setsockopt(&rtcp, ReceiveTimestampns, &true).unwrap();
                rtcp.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                let server = rtp.local_addr().unwrap();
                return Self {
                    rtp,
                    rtcp,
                    server,
                    sequence: 0,
                };
            }
        }
        panic!("no pair of ports is free");
    }

    /// Reads a packet of the server's: whose it is.
    fn hear(&self) -> Ssrc {
        let mut packet = [0; 2_048];
        self.rtp.recv(&mut packet).unwrap();
        Ssrc(u32::from_be_bytes(*packet[8..].first_chunk().unwrap()))
    }

    /// Says beside our RTP, or on its way, that a quarter of what the server sends is lost.
    fn complain(&self, server: Ssrc, mux: bool) {
        let block = ReportBlock {
            ssrc: server,
            fraction_lost: 64,
            cumulative_lost: 1,
            highest_sequence: 1,
            jitter: 0,
            last_sender_report: 0,
            delay_since_last_sender_report: 0,
        };
        let report = RtcpReport {
            ssrc: SSRC,
            sender: None,
            blocks: &[block],
            cname: "phone",
            then: Participation::Leaves,
        };
        let mut out = [0; 256];
        let length = report.write(&mut out).unwrap();
        let (socket, port) = match mux {
            true => (&self.rtp, self.server.port()),
            false => (&self.rtcp, self.server.port() + 1),
        };
        let to = SocketAddr::new(self.server.ip(), port);
        socket.send_to(out.get(..length).unwrap(), to).unwrap();
    }

    fn speak(&mut self) {
        self.sequence += 1;
        let mut packet = vec![0x80, 8];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend((u32::from(self.sequence) * 160).to_be_bytes());
        packet.extend(SSRC.0.to_be_bytes());
        packet.extend([0xD5; 160]);
        self.rtp.send_to(&packet, self.server).unwrap();
    }

    /// Sends a sender report; tells its time stamp, and the wall time right before and right after it was sent.
    fn report(&self, blocks: &[ReportBlock]) -> (NtpTime, Duration, Duration) {
        let before = wall();
        let ntp = NtpTime::from_unix(before);
        let report = RtcpReport {
            ssrc: SSRC,
            sender: Some(SenderInfo {
                ntp,
                rtp_timestamp: RtpTimestamp(0),
                packets: 1,
                octets: 160,
            }),
            blocks,
            cname: "phone",
            then: Participation::Continues,
        };
        let mut out = [0; 256];
        let length = report.write(&mut out).unwrap();
        let to = SocketAddr::new(self.server.ip(), self.server.port() + 1);
        self.rtcp.send_to(out.get(..length).unwrap(), to).unwrap();
        (ntp, before, wall())
    }

    /// Waits for a report of the server; tells its sender's part, its block about us, and when the kernel received it.
    fn answer(&self) -> (Ssrc, SenderInfo, Option<ReportBlock>, Duration) {
        let mut buffer = [0; 2_048];
        let mut control = [0; 128];
        let mut parts = [IoSliceMut::new(&mut buffer)];
        let message = recvmsg::<()>(
            self.rtcp.as_raw_fd(),
            &mut parts,
            Some(&mut control),
            MsgFlags::empty(),
        )
        .expect("the server reports within 20 s");
        let arrival = message
            .cmsgs()
            .unwrap()
            .find_map(|control| match control {
                ControlMessageOwned::ScmTimestampns(noted) => Some(Duration::from(noted)),
                _ => None,
            })
            .expect("the kernel notes arrivals");
        let length = message.bytes;
        match read(buffer.get(..length).unwrap()).next() {
            Some(Ok(RtcpPacket::Report {
                ssrc,
                sender,
                mut blocks,
            })) => (
                ssrc,
                sender.unwrap(),
                blocks.find(|block| block.ssrc == SSRC),
                arrival,
            ),
            other => panic!("a compound begins with a report, not {other:?}"),
        }
    }
}

fn seconds(units: u32) -> f64 {
    f64::from(units) / 65_536.0
}

#[tokio::test(flavor = "multi_thread")]
async fn round_trips_on_loopback_are_under_a_millisecond_both_ways() {
    let plane = MediaPlane::start(&PlaneConfig {
        clock: Arc::new(SystemClock),
        ..config(2)
    })
    .unwrap();
    let (sender, mut events) = mpsc::channel(64);
    let session = plane.open(LOOPBACK, sender).unwrap();
    let mut phone = Phone::new();
    phone.server = session.local_rtp();
    session
        .set_stream(stream(phone.rtp.local_addr().unwrap()))
        .unwrap();
    let measured = tokio::task::spawn_blocking(move || {
        let mut best = f64::MAX;
        // A thread may be put aside between a time stamp and the packet that carries it: the best of a few counts.
        for _ in 0..4 {
            phone.speak();
            let (ntp, before, after) = phone.report(&[]);
            let (server, info, block, arrival) = phone.answer();
            let block = block.expect("the server has heard us");
            assert_eq!(block.last_sender_report, ntp.middle());
            let delay = seconds(block.delay_since_last_sender_report);
            assert!(
                delay <= (arrival - before).as_secs_f64() + 0.000_1,
                "more than all the time: {delay}"
            );
            best = best.min((arrival - after).as_secs_f64() - delay);
            // And we answer the server's report, saying for how long we have held it.
            let held = wall().saturating_sub(arrival).as_secs_f64();
            phone.report(&[ReportBlock {
                ssrc: server,
                fraction_lost: 0,
                cumulative_lost: 0,
                highest_sequence: 1,
                jitter: 0,
                last_sender_report: info.ntp.middle(),
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a moment is short"
                )]
                delay_since_last_sender_report: (held * 65_536.0) as u32,
            }]);
            if best < MILLISECOND {
                break;
            }
        }
        best
    })
    .await
    .unwrap();
    assert!(measured < MILLISECOND, "the peer reckons {measured} s");
    // The last report waits to be read for up to a second; closing reads it.
    session.close();
    let report = loop {
        if let MediaEvent::Closed(report) = events.recv().await.unwrap() {
            break report;
        }
    };
    let ours = report.round_trip.expect("the peer has answered our report");
    assert!(ours.as_secs_f64() < MILLISECOND, "we reckon {ours:?}");
}

/// The peer's last report comes with its BYE, or right before ours: nothing reads it any more but the close.
#[test]
fn report_that_comes_right_before_the_close_is_in_the_figures() {
    for mux in [false, true] {
        let mut pair = Pair::new();
        let mut phone = Phone::new();
        phone.server = pair.server.address;
        let down = Stream {
            rtcp_mux: mux,
            ..stream(phone.rtp.local_addr().unwrap())
        };
        pair.server.session().set_stream(down).unwrap();
        phone.speak();
        pair.run_while(Duration::from_millis(100), false);
        let server = phone.hear();
        phone.complain(server, mux);
        pair.hang_up();
        let report = pair.server.report();
        assert_eq!(
            (report.rtcp_received > 0, report.remote_loss),
            (true, Some(0.25)),
            "mux {mux}: {report:?}"
        );
        let left = pair.server.count(|event| *event == MediaEvent::PeerLeft);
        assert_eq!(left, 1, "mux {mux}: the BYE behind the report too");
    }
}
