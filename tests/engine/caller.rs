//! A caller written by hand: SIP as text, RTP as bytes, keys by INFO, every wait with a limit.

use std::net::SocketAddr;

use tokio::net::UdpSocket;

use super::soon;

/// As many silent packets in a row end a prompt: 100 ms.
const SILENT_PACKETS: usize = 5;

pub(crate) struct Caller {
    sip: UdpSocket,
    rtp: UdpSocket,
    service: SocketAddr,
    call_id: String,
    user: String,
    from: String,
    to_tag: String,
    cseq: u32,
    /// Where the service hears us.
    media: Option<SocketAddr>,
    /// Packets that we have sent.
    packets: u16,
    /// Where our packets come from, when that is not what our SDP says.
    outside: Option<UdpSocket>,
}

impl Caller {
    pub(crate) async fn new(service: SocketAddr, call_id: &str) -> Self {
        let socket = async || UdpSocket::bind("127.0.0.1:0").await.unwrap();
        Self {
            sip: socket().await,
            rtp: socket().await,
            service,
            call_id: call_id.to_owned(),
            user: "two".to_owned(),
            from: "caller".to_owned(),
            to_tag: String::new(),
            cseq: 0,
            media: None,
            packets: 0,
            outside: None,
        }
    }

    /// From now on our packets come from another port on this host: a NAT, or a phone that moves.
    pub(crate) async fn move_to(&mut self, host: &str) {
        self.outside = Some(UdpSocket::bind((host, 0)).await.unwrap());
    }

    /// Waits for a packet where our packets come from.
    pub(crate) async fn hears_outside(&self) {
        let mut buffer = [0; 2_048];
        let outside = self.outside.as_ref().unwrap();
        soon("a packet outside", outside.recv_from(&mut buffer))
            .await
            .unwrap();
    }

    /// Sends one RTP packet with this payload.
    pub(crate) async fn send(&mut self, marker_and_type: u8, timestamp: u32, payload: &[u8]) {
        self.packets += 1;
        let mut packet = vec![0x80, marker_and_type];
        packet.extend(self.packets.to_be_bytes());
        packet.extend(timestamp.to_be_bytes());
        packet.extend(7_u32.to_be_bytes());
        packet.extend(payload);
        let from = self.outside.as_ref().unwrap_or(&self.rtp);
        from.send_to(&packet, self.media.unwrap()).await.unwrap();
    }

    /// Presses a key by telephone-event and sends nothing else: an update and three ends.
    pub(crate) async fn press_by_event_alone(&mut self, payload_type: u8, event: u8) {
        let timestamp = u32::from(self.packets) * 160 + 8_000;
        self.send(0x80 | payload_type, timestamp, &[event, 0x0A, 0, 160])
            .await;
        for _ in 0..3 {
            self.send(payload_type, timestamp, &[event, 0x8A, 1, 0x40]).await;
        }
    }

    /// Answers a request of the service.
    pub(crate) async fn reply(&self, request: &str, status: &str) {
        let echoed: String = ["Via", "From", "To", "Call-ID", "CSeq"]
            .iter()
            .map(|name| format!("{name}: {}\r\n", header(request, name)))
            .collect();
        let response = format!("SIP/2.0 {status}\r\n{echoed}Content-Length: 0\r\n\r\n");
        self.sip.send_to(response.as_bytes(), self.service).await.unwrap();
    }

    /// Hears media at this address.
    pub(crate) async fn hears_at(mut self, address: &str) -> Self {
        self.rtp = UdpSocket::bind(address).await.unwrap();
        self
    }

    /// Dials another number.
    pub(crate) fn dial(mut self, user: &str) -> Self {
        user.clone_into(&mut self.user);
        self
    }

    /// Calls under this number.
    pub(crate) fn from(mut self, number: &str) -> Self {
        number.clone_into(&mut self.from);
        self
    }

    /// Our side of the session; `attribute` is its direction.
    pub(crate) fn description(&self, attribute: &str) -> String {
        let port = self.rtp.local_addr().unwrap().port();
        format!(
            "v=0\r\no=- 1 {} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
             m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={attribute}\r\n",
            self.cseq + 1
        )
    }

    /// The same without telephone-event.
    pub(crate) fn description_of_audio(&self, attribute: &str) -> String {
        let description = self.description(attribute);
        description.replace(" 0 101\r\na=rtpmap:101 telephone-event/8000", " 0")
    }

    pub(crate) async fn request(&mut self, method: &str, headers: &str, kind: &str, body: &str) {
        if !matches!(method, "ACK" | "CANCEL") {
            self.cseq += 1;
        }
        let Self {
            user,
            from,
            call_id,
            to_tag,
            cseq,
            ..
        } = &*self;
        let via = self.sip.local_addr().unwrap();
        let content_type = if kind.is_empty() {
            String::new()
        } else {
            format!("Content-Type: {kind}\r\n")
        };
        // An ACK to a 2xx has a branch of its own, a CANCEL that of its INVITE.
        let branch = if method == "CANCEL" { "INVITE" } else { method };
        let text = format!(
            "{method} sip:{user}@127.0.0.1 SIP/2.0\r\n\
             Via: SIP/2.0/UDP {via};rport;branch=z9hG4bK-{call_id}-{cseq}-{branch}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:{from}@127.0.0.1>;tag=peer\r\nTo: <sip:{user}@127.0.0.1>{to_tag}\r\n\
             Call-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{from}@{via}>\r\n\
             {headers}{content_type}Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let sent = self.sip.send_to(text.as_bytes(), self.service).await;
        assert_eq!(sent.unwrap(), text.len());
    }

    pub(crate) async fn invite(&mut self, headers: &str) {
        let offer = self.description("sendrecv");
        self.request("INVITE", headers, "application/sdp", &offer).await;
    }

    /// The next message that starts so; others are passed over.
    pub(crate) async fn expect(&self, start: &str) -> String {
        let mut buffer = vec![0; 65_535];
        loop {
            let (length, _) = soon(start, self.sip.recv_from(&mut buffer)).await.unwrap();
            let message = String::from_utf8_lossy(&buffer[..length]);
            if message.starts_with(start) {
                return message.into_owned();
            }
        }
    }

    /// Waits for the 200 to the INVITE; returns its session description. No ACK is sent.
    pub(crate) async fn answered(&mut self) -> String {
        let ok = self.answered_whole().await;
        ok.split("\r\n\r\n").nth(1).unwrap().to_owned()
    }

    /// Waits for the 200 to the INVITE. No ACK is sent.
    pub(crate) async fn answered_whole(&mut self) -> String {
        let ok = self.expect("SIP/2.0 200 ").await;
        self.to_tag = format!(";tag={}", header(&ok, "To").split(";tag=").nth(1).unwrap());
        let port = ok.split("m=audio ").nth(1).unwrap();
        let port = port.split(' ').next().unwrap().parse().unwrap();
        self.media = Some(SocketAddr::new(self.service.ip(), port));
        ok
    }

    /// Says something, a packet of 20 ms after the other: mu-law, whole packets.
    pub(crate) async fn say(&mut self, speech: &[u8]) {
        let mut pace = tokio::time::interval(std::time::Duration::from_millis(20));
        for payload in speech.chunks_exact(160) {
            pace.tick().await;
            self.packets += 1;
            let timestamp = u32::from(self.packets) * 160;
            let mut packet = vec![0x80, 0];
            packet.extend(self.packets.to_be_bytes());
            packet.extend(timestamp.to_be_bytes());
            packet.extend(7_u32.to_be_bytes());
            packet.extend(payload);
            self.rtp.send_to(&packet, self.media.unwrap()).await.unwrap();
        }
    }

    /// Presses a key by telephone-event, in one packet right behind one of audio.
    pub(crate) async fn press_by_event(&mut self, event: u8) {
        let (audio, event) = (vec![0xFF; 160], vec![event, 0x0A, 0, 160]);
        for (marker_and_type, payload) in [(0, audio), (0x80 | 101, event)] {
            self.packets += 1;
            let mut packet = vec![0x80, marker_and_type];
            packet.extend(self.packets.to_be_bytes());
            packet.extend((u32::from(self.packets) * 160).to_be_bytes());
            packet.extend(7_u32.to_be_bytes());
            packet.extend(payload);
            self.rtp.send_to(&packet, self.media.unwrap()).await.unwrap();
        }
    }

    pub(crate) async fn ack(&mut self) {
        self.request("ACK", "", "", "").await;
    }

    /// Calls, and is connected.
    pub(crate) async fn call(&mut self, headers: &str) {
        self.invite(headers).await;
        self.answered().await;
        self.ack().await;
    }

    /// Calls, and gets this final response instead of an answer.
    pub(crate) async fn call_refused(&mut self, headers: &str, status: &str) -> String {
        self.invite(headers).await;
        let refused = self.expect(&format!("SIP/2.0 {status} ")).await;
        let tag = header(&refused, "To").split(";tag=").nth(1).unwrap().to_owned();
        self.to_tag = format!(";tag={tag}");
        // The ACK to a refusal belongs to the INVITE's transaction, but loopback loses nothing: the service gives up
        // waiting by itself.
        refused
    }

    /// Offers this session in mid call; returns the answer.
    pub(crate) async fn offer_again(&mut self, attribute: &str) -> String {
        let offer = self.description(attribute);
        self.offer_in_mid_call(&offer, "200").await
    }

    /// Offers another session in mid call; returns the final response, which has this status.
    pub(crate) async fn offer_in_mid_call(&mut self, offer: &str, status: &str) -> String {
        self.request("INVITE", "", "application/sdp", offer).await;
        let wanted = format!("CSeq: {} INVITE", self.cseq);
        loop {
            let response = self.expect(&format!("SIP/2.0 {status} ")).await;
            if response.contains(&wanted) {
                self.ack().await;
                return response;
            }
        }
    }

    /// Asks for an offer in mid call and answers it with this session.
    pub(crate) async fn answer_in_mid_call(&mut self, answer: &str) {
        self.request("INVITE", "", "", "").await;
        let wanted = format!("CSeq: {} INVITE", self.cseq);
        while !self.expect("SIP/2.0 200 ").await.contains(&wanted) {}
        self.request("ACK", "", "application/sdp", answer).await;
    }

    pub(crate) async fn press(&mut self, key: char) {
        self.press_hears(key, "200").await;
    }

    /// Presses what is no key, perhaps; the INFO hears this status.
    pub(crate) async fn press_hears(&mut self, key: char, status: &str) {
        let body = format!("Signal={key}\r\nDuration=160\r\n");
        self.request("INFO", "", "application/dtmf-relay", &body).await;
        let answer = format!("CSeq: {} INFO", self.cseq);
        let status = format!("SIP/2.0 {status} ");
        while !self.expect(&status).await.contains(&answer) {}
    }

    /// Waits until a prompt has begun.
    pub(crate) async fn prompt_begins(&self) {
        while !self.packet_is_loud().await {}
    }

    /// Waits until a prompt has begun and ended.
    pub(crate) async fn prompt(&self) {
        self.prompt_begins().await;
        let mut silent = 0;
        while silent < SILENT_PACKETS {
            silent = if self.packet_is_loud().await {
                0
            } else {
                silent + 1
            };
        }
    }

    async fn packet_is_loud(&self) -> bool {
        let mut buffer = [0; 2_048];
        let heard = async {
            match &self.outside {
                Some(outside) => outside.recv_from(&mut buffer).await,
                None => self.rtp.recv_from(&mut buffer).await,
            }
        };
        let (length, _) = soon("a packet", heard).await.unwrap();
        let payload = buffer[..length].get(12..).unwrap_or_default();
        let loud = payload.iter().filter(|octet| (**octet & 0x7F) < 0x70).count();
        loud > payload.len() / 2
    }

    pub(crate) async fn bye(&mut self) {
        self.request("BYE", "", "", "").await;
        let answer = format!("CSeq: {} BYE", self.cseq);
        while !self.expect("SIP/2.0 200 ").await.contains(&answer) {}
    }

    /// Waits for the service to hang up; returns its BYE.
    pub(crate) async fn hung_up(&self) -> String {
        let bye = self.expect("BYE ").await;
        self.reply(&bye, "200 OK").await;
        bye
    }
}

/// The value of a header, as the service writes it.
pub(crate) fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}: ");
    message
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("no {name} in {message}"))
}
