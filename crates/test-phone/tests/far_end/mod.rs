//! The other side of test calls: answers, plays tones for prompts and writes down the keys it hears.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use aftercall_audio::Sound;
use aftercall_audio::prompts::{Playlist, Prompt};
use aftercall_media::{MediaEvent, MediaPlane, MediaSession, PlaneConfig, PlaybackId, Stream};
use aftercall_rtp::sdp::{Capabilities, LocalSession, SrtpKeySource};
use aftercall_sip::dtmf_info;
use aftercall_sip::event::{Body, Command, DialogEvent, EndCause, Transport};
use aftercall_sip_net::service::{InboundCall, Listen, SipConfig, SipHandle, SipService};

/// What the far end does with a call.
#[derive(Debug, Clone)]
pub(super) enum Conduct {
    /// Asks questions: how many keys each waits for. The first comes after a welcome of this length, in which keys
    /// do not count.
    Ask { keys: Vec<usize>, welcome: Duration },
    /// The same, but the first key only cuts the welcome short, and the question comes that much later.
    AskLate { keys: Vec<usize>, gap: Duration },
    /// Answers, plays nothing and hangs up.
    SayNothing,
    /// Answers, and plays nothing until the caller hangs up.
    Mute,
    /// Hangs up after the first prompt.
    HangUpEarly,
    /// Refuses.
    Refuse(u16),
    /// Rings and never answers.
    Ring,
}

impl Conduct {
    /// Asks at once, for so many keys each time.
    pub(super) fn ask(keys: &[usize]) -> Self {
        Self::Ask {
            keys: keys.to_vec(),
            welcome: Duration::ZERO,
        }
    }
}

/// A running far end.
pub(super) struct FarEnd {
    pub(super) target: String,
    /// Keys of all calls, in order.
    pub(super) keys: Arc<Mutex<String>>,
    /// How calls ended, as the far end saw it.
    pub(super) ends: mpsc::Receiver<EndCause>,
}

struct Room {
    sip: SipHandle,
    plane: MediaPlane,
    conduct: Conduct,
    keys: Arc<Mutex<String>>,
    ends: mpsc::Sender<EndCause>,
}

impl FarEnd {
    pub(super) async fn start(transport: Transport, conduct: Conduct) -> Self {
        let listen = vec![Listen {
            transport,
            address: "127.0.0.1:0".parse().unwrap(),
        }];
        let config = SipConfig {
            listen,
            seed: 7,
            ..SipConfig::default()
        };
        let (sip, mut calls) = SipService::bind(config).await.unwrap();
        let address = sip.bound()[0].address;
        let plane = MediaPlane::start(&PlaneConfig {
            threads: 1,
            ports: 30_000..=39_999,
            ..PlaneConfig::new(7)
        });
        let keys = Arc::new(Mutex::new(String::new()));
        let (ends, ended) = mpsc::channel(64);
        let room = Arc::new(Room {
            sip,
            plane: plane.unwrap(),
            conduct,
            keys: Arc::clone(&keys),
            ends,
        });
        aftercall_runtime::lifecycle::spawn("far-end", async move {
            while let Some(call) = calls.recv().await {
                let room = Arc::clone(&room);
                aftercall_runtime::lifecycle::spawn("far-end-call", async move { room.take(call).await });
            }
        });
        let parameter = if transport == Transport::Tcp {
            ";transport=tcp"
        } else {
            ""
        };
        Self {
            target: format!("sip:nps@{address}{parameter}"),
            keys,
            ends: ended,
        }
    }

    pub(super) fn heard(&self) -> String {
        self.keys.lock().unwrap().clone()
    }
}

impl Room {
    async fn take(&self, call: InboundCall) {
        let dialog = call.invite.dialog;
        match self.conduct {
            Conduct::Refuse(status) => {
                let refuse = Command::Refuse {
                    dialog,
                    status,
                    reason: None,
                    headers: Vec::new(),
                };
                self.sip.send(refuse).await.unwrap();
                self.wait_for_end(call.events).await;
            }
            Conduct::Ring => {
                self.sip.send(Command::Ring { dialog }).await.unwrap();
                self.wait_for_end(call.events).await;
            }
            Conduct::Ask { .. }
            | Conduct::AskLate { .. }
            | Conduct::SayNothing
            | Conduct::Mute
            | Conduct::HangUpEarly => {
                self.answer(call).await;
            }
        }
    }

    async fn wait_for_end(&self, mut events: mpsc::Receiver<DialogEvent>) {
        while let Some(event) = events.recv().await {
            if let DialogEvent::Ended { cause } = event {
                self.ends.send(cause).await.unwrap();
            }
        }
    }

    async fn answer(&self, call: InboundCall) {
        let (sender, media_events) = mpsc::channel(64);
        let media = self.plane.open(call.invite.local.ip(), sender).unwrap();
        let capabilities = Capabilities::default();
        let mut description = LocalSession::new(1, media.local_rtp(), SrtpKeySource::from_seed([1; 32]));
        let text = match &call.invite.offer {
            Some(body) => {
                let (negotiated, answer) = description.accept_offer(&body.bytes, &capabilities).unwrap();
                media
                    .set_stream(Stream::new(&negotiated, description.srtp()))
                    .unwrap();
                answer
            }
            None => description.offer(&capabilities),
        };
        let dialog = call.invite.dialog;
        let answer = Command::Answer {
            dialog,
            body: Body::sdp(text),
            headers: Vec::new(),
        };
        self.sip.send(answer).await.unwrap();
        let mut events = call.events;
        let Some(DialogEvent::Acknowledged { answer }) = events.recv().await else {
            panic!("no ACK came")
        };
        if let Some(body) = answer {
            let negotiated = description.read_answer(&body.bytes, &capabilities).unwrap();
            media
                .set_stream(Stream::new(&negotiated, description.srtp()))
                .unwrap();
        }
        self.talk(dialog, media, media_events, events).await;
    }

    async fn talk(
        &self,
        dialog: aftercall_sip::event::DialogKey,
        media: MediaSession,
        mut media_events: mpsc::Receiver<MediaEvent>,
        mut events: mpsc::Receiver<DialogEvent>,
    ) {
        let (mut groups, welcome) = match &self.conduct {
            Conduct::Ask { keys, welcome } => (keys.clone(), *welcome),
            Conduct::AskLate { keys, .. } => (keys.clone(), Duration::ZERO),
            Conduct::SayNothing
            | Conduct::Mute
            | Conduct::HangUpEarly
            | Conduct::Refuse(_)
            | Conduct::Ring => (Vec::new(), Duration::ZERO),
        };
        groups.reverse();
        // Made beforehand: the time that takes must not lengthen the pause between two prompts.
        let first = tone(Duration::from_millis(1_600) + welcome);
        let next = tone(Duration::from_millis(1_600));
        if let Conduct::SayNothing = self.conduct {
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.hang_up(dialog).await;
        } else if !matches!(self.conduct, Conduct::Mute) {
            media.play(PlaybackId(groups.len() as u64), first).unwrap();
        }
        let counts_from = tokio::time::Instant::now() + welcome;
        let mut late = match &self.conduct {
            Conduct::AskLate { gap, .. } => Some(*gap),
            Conduct::Ask { .. }
            | Conduct::SayNothing
            | Conduct::Mute
            | Conduct::HangUpEarly
            | Conduct::Refuse(_)
            | Conduct::Ring => None,
        };
        let mut waits_for = groups.pop();
        loop {
            let digit = tokio::select! {
                event = events.recv() => match event {
                    Some(DialogEvent::Info { body }) => {
                        dtmf_info::parse(&body.content_type, &body.bytes).unwrap().digit
                    }
                    Some(DialogEvent::Ended { cause }) => {
                        self.ends.send(cause).await.unwrap();
                        break;
                    }
                    Some(_) => continue,
                    None => break,
                },
                event = media_events.recv() => match event {
                    Some(MediaEvent::Digit { digit, .. }) => digit,
                    Some(MediaEvent::PlaybackFinished(_)) if waits_for.is_none() => {
                        self.hang_up(dialog).await;
                        continue;
                    }
                    Some(_) => continue,
                    None => break,
                },
            };
            if let Some(gap) = late.take() {
                media.stop().unwrap();
                tokio::time::sleep(gap).await;
                media.play(PlaybackId(groups.len() as u64), next.clone()).unwrap();
                continue;
            }
            let Some(more) = waits_for
                .as_mut()
                .filter(|_| tokio::time::Instant::now() >= counts_from)
            else {
                continue;
            };
            self.keys.lock().unwrap().push(digit.as_char());
            media.stop().unwrap();
            *more -= 1;
            if *more == 0 {
                waits_for = groups.pop();
                tokio::time::sleep(Duration::from_millis(500)).await;
                media.play(PlaybackId(groups.len() as u64), next.clone()).unwrap();
            }
        }
        media.close();
    }

    async fn hang_up(&self, dialog: aftercall_sip::event::DialogKey) {
        let headers = vec![(
            "Reason".to_owned(),
            "Q.850;cause=16;text=\"Survey finished\"".to_owned(),
        )];
        self.sip.send(Command::HangUp { dialog, headers }).await.unwrap();
    }
}

fn tone(length: Duration) -> Playlist {
    let samples: Vec<i16> = (0..length.as_millis() * 8)
        .map(|sample| (f64::from(sample as u32) * 0.35).sin() * 8_000.0)
        .map(|sample| sample as i16)
        .collect();
    let sound = Sound::from_pcm(8_000, &samples).unwrap();
    Playlist::from(Prompt::new(PathBuf::from("tone"), &sound).unwrap())
}
