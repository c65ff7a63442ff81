//! The media side of [`Phone`](super::phone::Phone): ears for tones, a finger for keys.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::UdpSocket;

use super::tone::Tone;

/// What the phone offers for telephone-event.
pub(crate) const EVENT_PAYLOAD_TYPE: u8 = 101;

const HEADER_BYTES: usize = 12;
const PACKET_TIME: Duration = Duration::from_millis(20);
/// Of each 20 ms: updates of a press, then its end three times (RFC 4733 section 2.5.1).
const UPDATES: u16 = 3;
const ENDS: u16 = 3;
const UNITS: u16 = 160;

/// One RTP stream each way, without any jitter buffer.
#[derive(Debug)]
pub(crate) struct Media {
    socket: UdpSocket,
    remote: SocketAddr,
    sequence: u16,
    timestamp: u32,
    hearing: Option<Tone>,
}

impl Media {
    pub(crate) async fn open() -> UdpSocket {
        UdpSocket::bind("127.0.0.1:0").await.unwrap()
    }

    pub(crate) const fn new(socket: UdpSocket, remote: SocketAddr) -> Self {
        Self {
            socket,
            remote,
            sequence: 1,
            timestamp: 0,
            hearing: None,
        }
    }

    /// Waits until a tone starts. One that already sounds does not count.
    pub(crate) async fn next_tone(&mut self) -> Tone {
        loop {
            let heard = self.hear().await;
            if heard == self.hearing {
                continue;
            }
            self.hearing = heard;
            if let Some(tone) = heard {
                return tone;
            }
        }
    }

    async fn hear(&self) -> Option<Tone> {
        let mut packet = [0; 1_500];
        let length = self.socket.recv(&mut packet).await.unwrap();
        Tone::of_packet(packet.get(HEADER_BYTES..length).unwrap_or_default())
    }

    /// Presses a key for 60 ms.
    pub(crate) async fn press(&mut self, digit: u8) {
        self.timestamp += 16_000;
        for step in 1..=UPDATES + ENDS {
            let is_end = step > UPDATES;
            let duration = step.min(UPDATES) * UNITS;
            self.send_event(digit, is_end, duration, step == 1).await;
            tokio::time::sleep(PACKET_TIME).await;
        }
    }

    async fn send_event(&mut self, digit: u8, is_end: bool, duration: u16, marker: bool) {
        let mut packet = vec![0x80, EVENT_PAYLOAD_TYPE | (u8::from(marker) << 7)];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(0x0a0b_0c0d_u32.to_be_bytes());
        packet.extend([digit, 10 | (u8::from(is_end) << 7)]);
        packet.extend(duration.to_be_bytes());
        self.socket.send_to(&packet, self.remote).await.unwrap();
        self.sequence = self.sequence.wrapping_add(1);
    }
}
