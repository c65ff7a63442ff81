//! A phone of the fewest possible parts: one call over UDP on loopback, tones in, keys out.
//!
//! Its own SIP and RTP on purpose, sharing nothing with what it tests. It never retransmits: on loopback nothing gets
//! lost, and a service that was killed shall not be called again.

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::rtp::{EVENT_PAYLOAD_TYPE, Media};
use super::tone::Tone;

/// A call that was answered.
#[derive(Debug)]
pub(crate) struct Phone {
    sip: UdpSocket,
    server: SocketAddr,
    identity: Identity,
    remote_target: String,
    to: String,
    media: Media,
}

/// The parts of a call that stay the same in each of its requests.
#[derive(Debug)]
struct Identity {
    call_id: String,
    user: String,
    local: SocketAddr,
}

impl Phone {
    /// Places a call and acknowledges the answer.
    ///
    /// # Errors
    /// The status with which the call was refused.
    pub(crate) async fn dial(
        server: SocketAddr,
        user: &str,
        call_id: &str,
        headers: &str,
    ) -> Result<Self, u16> {
        let sip = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let rtp = Media::open().await;
        let identity = Identity {
            call_id: call_id.to_owned(),
            user: user.to_owned(),
            local: sip.local_addr().unwrap(),
        };
        let body = offer(rtp.local_addr().unwrap().port());
        let to = format!("<sip:{user}@{server}>");
        let target = format!("sip:{user}@{server}");
        let extra = format!("{headers}Content-Type: application/sdp\r\n");
        sip.send_to(
            identity
                .request("INVITE", 1, &target, &to, &extra, &body)
                .as_bytes(),
            server,
        )
        .await
        .unwrap();
        let response = final_response(&sip).await;
        let to = header(&response, "To").to_owned();
        let status = status(&response);
        if status != 200 {
            let ack = identity
                .request("ACK", 1, &target, &to, "", "")
                .replace("-ACK;", "-INVITE;");
            sip.send_to(ack.as_bytes(), server).await.unwrap();
            return Err(status);
        }
        let remote_target = header(&response, "Contact").trim_matches(['<', '>']).to_owned();
        sip.send_to(
            identity.request("ACK", 1, &remote_target, &to, "", "").as_bytes(),
            server,
        )
        .await
        .unwrap();
        let media = Media::new(rtp, audio_address(&response));
        Ok(Self {
            sip,
            server,
            identity,
            remote_target,
            to,
            media,
        })
    }

    /// Waits until a prompt starts.
    pub(crate) async fn next_tone(&mut self) -> Tone {
        self.media.next_tone().await
    }

    /// Presses a key.
    pub(crate) async fn press(&mut self, digit: u8) {
        self.media.press(digit).await;
    }

    /// Waits until the service hangs up, and says goodbye to it.
    pub(crate) async fn hung_up(&self) {
        let bye = receive(&self.sip, |message| message.starts_with("BYE ")).await;
        let copied = |name| format!("{name}: {}\r\n", header(&bye, name));
        let copies: String = ["Via", "From", "To", "Call-ID", "CSeq"].map(copied).concat();
        let response = format!("SIP/2.0 200 OK\r\n{copies}Content-Length: 0\r\n\r\n");
        self.sip.send_to(response.as_bytes(), self.server).await.unwrap();
    }

    /// Hangs up and waits for the answer to it.
    pub(crate) async fn hang_up(&self) {
        let bye = self
            .identity
            .request("BYE", 2, &self.remote_target, &self.to, "", "");
        self.sip.send_to(bye.as_bytes(), self.server).await.unwrap();
        receive(&self.sip, |message| {
            message.starts_with("SIP/2.0 200") && header(message, "CSeq") == "2 BYE"
        })
        .await;
    }
}

impl Identity {
    fn request(&self, method: &str, cseq: u32, target: &str, to: &str, headers: &str, body: &str) -> String {
        let Self { call_id, user, local } = self;
        format!(
            "{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK-{call_id}-{method};rport\r\n\
             Max-Forwards: 70\r\nFrom: <sip:+358401234567@{local}>;tag={user}\r\nTo: {to}\r\nCall-ID: {call_id}\r\n\
             CSeq: {cseq} {method}\r\nContact: <sip:phone@{local}>\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

fn offer(port: u16) -> String {
    format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 0 {EVENT_PAYLOAD_TYPE}\r\na=rtpmap:0 PCMU/8000\r\n\
         a=rtpmap:{EVENT_PAYLOAD_TYPE} telephone-event/8000\r\na=fmtp:{EVENT_PAYLOAD_TYPE} 0-15\r\na=ptime:20\r\n"
    )
}

async fn final_response(sip: &UdpSocket) -> String {
    receive(sip, |message| {
        message.starts_with("SIP/2.0 ") && status(message) >= 200
    })
    .await
}

async fn receive(sip: &UdpSocket, is_wanted: impl Fn(&str) -> bool) -> String {
    let mut datagram = vec![0; 65_536];
    loop {
        let length = sip.recv(&mut datagram).await.unwrap();
        let message = String::from_utf8_lossy(datagram.get(..length).unwrap_or_default());
        if is_wanted(&message) {
            return message.into_owned();
        }
    }
}

fn status(response: &str) -> u16 {
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no status: {response}"))
}

/// The first header of that name, in the full form that the service writes.
fn header<'m>(message: &'m str, name: &str) -> &'m str {
    let mut lines = message.lines();
    let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    value.unwrap_or_else(|| panic!("no {name} in: {message}")).trim()
}

/// Where the session description wants audio.
fn audio_address(message: &str) -> SocketAddr {
    let after = |prefix: &str| {
        let rest = message.lines().find_map(|line| line.strip_prefix(prefix));
        rest.and_then(|rest| rest.split([' ', '/']).next())
            .unwrap_or_else(|| panic!("no {prefix} in: {message}"))
    };
    SocketAddr::new(
        after("c=IN IP4 ").trim().parse().unwrap(),
        after("m=audio ").parse().unwrap(),
    )
}
