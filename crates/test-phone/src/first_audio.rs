//! One RTP socket that detects the first audio of many calls.
//!
//! Each call's media has its own source port, by which a packet is assigned to the call that waits for it. Only the first
//! packet that is not silence counts; all others are dropped.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use socket2::SockRef;
use tokio::net::UdpSocket;
use tokio::sync::oneshot;

use aftercall_audio::g711::Companding;
use aftercall_audio::mean_square;
use aftercall_media::SpeechDetection;
use aftercall_rtp::{DatagramKind, Packet, classify};
use aftercall_runtime::clock::now;
use aftercall_runtime::lifecycle;

/// The largest datagram that is understood.
const DATAGRAM_OCTETS: usize = 2_048;
/// Packets of thousands of calls wait here while the process does something else.
const RECEIVE_BUFFER_OCTETS: usize = 4 << 20;

/// Calls that wait for their first audio, by the source of their media.
type Waiting = Arc<Mutex<HashMap<SocketAddr, oneshot::Sender<Instant>>>>;

/// The shared socket; its reader ends with it.
#[derive(Debug)]
pub(super) struct FirstAudioReceiver {
    local: SocketAddr,
    waiting: Waiting,
    reader: tokio::task::JoinHandle<()>,
}

impl FirstAudioReceiver {
    /// Binds a port of `ip` and reads it from now on.
    pub(super) async fn open(ip: IpAddr) -> io::Result<Self> {
        let socket = UdpSocket::bind((ip, 0)).await?;
        // If the system grants less, packets may be lost here under load.
        let _enlarged = SockRef::from(&socket)
            .set_recv_buffer_size(RECEIVE_BUFFER_OCTETS)
            .is_ok();
        let local = socket.local_addr()?;
        let waiting = Waiting::default();
        let reader = lifecycle::spawn("first_audio", read(socket, Arc::clone(&waiting)));
        Ok(Self {
            local,
            waiting,
            reader,
        })
    }

    /// Where media is to be sent.
    pub(super) const fn local(&self) -> SocketAddr {
        self.local
    }

    /// Resolves with the arrival of the first audible packet from `source`.
    pub(super) fn first_audio_from(&self, source: SocketAddr) -> oneshot::Receiver<Instant> {
        let (heard, hears) = oneshot::channel();
        lock(&self.waiting).insert(source, heard);
        hears
    }
}

impl Drop for FirstAudioReceiver {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<SocketAddr, oneshot::Sender<Instant>>> {
    // A panic elsewhere cannot have left the map inconsistent.
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn read(socket: UdpSocket, waiting: Waiting) {
    let mut buffer = [0; DATAGRAM_OCTETS];
    loop {
        // An error concerns one datagram only; the next may be fine.
        let Ok((length, source)) = socket.recv_from(&mut buffer).await else {
            tokio::task::yield_now().await;
            continue;
        };
        if !is_audible(buffer.get(..length).unwrap_or_default()) {
            continue;
        }
        if let Some(heard) = lock(&waiting).remove(&source) {
            // Ignored if the attempt has given up waiting.
            let _told = heard.send(now()).is_ok();
        }
    }
}

/// Whether the datagram is G.711 under its static payload type (RFC 3551 section 6), and loud.
fn is_audible(datagram: &[u8]) -> bool {
    let Some(Ok(packet)) = matches!(classify(datagram), DatagramKind::Rtp).then(|| Packet::parse(datagram))
    else {
        return false;
    };
    let law = match packet.payload_type {
        0 => Companding::Mu,
        8 => Companding::A,
        _ => return false,
    };
    let threshold = 10f32.powf(SpeechDetection::default().threshold_dbov / 10.0);
    let samples: Vec<i16> = packet.payload.iter().map(|byte| law.decode(*byte)).collect();
    mean_square(&samples) >= threshold
}

#[cfg(test)]
mod tests {
    use super::is_audible;
    use aftercall_audio::g711::Companding;

    fn packet(payload_type: u8, payload: u8) -> Vec<u8> {
        let mut packet = vec![0x80, payload_type, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
        packet.extend([payload; 160]);
        packet
    }

    #[test]
    fn loud_g711_is_heard_and_silence_and_rtcp_are_not() {
        assert!(is_audible(&packet(0, Companding::Mu.encode(8_000))));
        assert!(is_audible(&packet(8, Companding::A.encode(8_000))));
        assert!(!is_audible(&packet(0, Companding::Mu.silence())));
        assert!(!is_audible(&packet(8, Companding::A.silence())));
        assert!(!is_audible(&packet(200, 0)), "RTCP on the same port");
        assert!(!is_audible(&packet(101, 0)), "a telephone-event");
        assert!(!is_audible(&[]));
    }
}
