//! An answering machine: answers calls, plays a greeting and a tone, and records each caller to a WAV file until the
//! hang-up, at most 60 s.
//!
//! ```text
//! cargo run -p aftercall-media --example answering_machine -- 127.0.0.1:5080 prompts/en/ces.wav target/messages
//! aftercall call sip:anyone@127.0.0.1:5080 --say-seconds 5 --keys say --hangup-after 15s
//! ```
//! The greeting is any sound file that prompts may be (WAV, FLAC, MP3, Ogg Vorbis); without it there is the tone alone.
//! `aftercall-sip-net` is the SIP user agent, `aftercall-rtp` reads and writes SDP, `aftercall-media` sends, receives and records.
#![expect(clippy::print_stdout, reason = "an example prints what happens")]
#![expect(
    clippy::disallowed_methods,
    reason = "a program draws its seeds where it begins"
)]

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rand::random;
use tokio::sync::mpsc;
use tokio::time::timeout;

use aftercall_audio::prompts::{self, Playlist, Prompt};
use aftercall_audio::{TELEPHONE_RATE, recording_tone};
use aftercall_media::recording::record_to_file;
use aftercall_media::{MediaEvent, MediaPlane, PlaneConfig, PlaybackId, Stream};
use aftercall_rtp::sdp::{Capabilities, LocalSession, SrtpKeySource};
use aftercall_runtime::lifecycle::spawn;
use aftercall_sip::event::{Body, Command, DialogEvent, Transport};
use aftercall_sip_net::service::{InboundCall, Listen, SipConfig, SipHandle, SipService};

/// From the answer to our hang-up.
const LONGEST_CALL: Duration = Duration::from_secs(60);

type Failure = Box<dyn Error + Send + Sync>;

pub(crate) struct AnsweringMachine {
    sip: SipHandle,
    media: MediaPlane,
    greeting: Playlist,
    directory: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, greeting @ .., directory] = arguments.as_slice() else {
        return Err("usage: answering_machine ADDRESS:PORT [GREETING] DIRECTORY".into());
    };
    let greeting = greeting.first().map(Path::new);
    let (machine, calls) = AnsweringMachine::bind(address.parse()?, greeting, Path::new(directory)).await?;
    machine.run(calls).await;
    Ok(())
}

impl AnsweringMachine {
    /// Opens the SIP socket and starts a media thread for each core.
    pub(crate) async fn bind(
        address: SocketAddr,
        greeting: Option<&Path>,
        directory: &Path,
    ) -> Result<(Arc<Self>, mpsc::Receiver<InboundCall>), Failure> {
        std::fs::create_dir_all(directory)?;
        let (sip, calls) = SipService::bind(SipConfig {
            listen: vec![Listen {
                transport: Transport::Udp,
                address,
            }],
            seed: random(),
            ..SipConfig::default()
        })
        .await?;
        let machine = Self {
            sip,
            media: MediaPlane::start(&PlaneConfig::new(random()))?,
            greeting: playlist(greeting)?,
            directory: directory.to_owned(),
        };
        Ok((Arc::new(machine), calls))
    }

    /// The SIP socket's address and port.
    pub(crate) fn bound(&self) -> &[Listen] {
        self.sip.bound()
    }

    /// Takes calls, each in a task of its own.
    pub(crate) async fn run(self: Arc<Self>, mut calls: mpsc::Receiver<InboundCall>) {
        println!("listening on {:?}", self.bound());
        while let Some(call) = calls.recv().await {
            let machine = Arc::clone(&self);
            spawn("call", async move {
                let dialog = call.invite.dialog;
                match machine.answer(call).await {
                    Ok(file) => println!("recorded {}", file.display()),
                    Err(failure) => println!("call failed: {failure}"),
                }
                // Refuses an INVITE that was not answered; has no effect after the caller's BYE.
                let hang_up = Command::HangUp {
                    dialog,
                    headers: vec![],
                };
                let _sent = machine.sip.send(hang_up).await;
            });
        }
    }

    /// Answers a call and follows it to its end; returns the complete file.
    async fn answer(&self, call: InboundCall) -> Result<PathBuf, Failure> {
        let InboundCall { invite, mut events } = call;
        let (sender, mut media_events) = mpsc::channel(16);
        let media = self.media.open(invite.local.ip(), sender)?;
        let mut sdp = LocalSession::new(random(), media.local_rtp(), SrtpKeySource::from_seed(random()));
        let mut negotiate = |offer: Option<Body>| -> Result<Body, Failure> {
            let offer = offer.ok_or("an INVITE without an offer")?;
            let (negotiated, answer) = sdp.accept_offer(&offer.bytes, &Capabilities::default())?;
            media.set_stream(Stream::new(&negotiated, sdp.srtp()))?;
            Ok(Body::sdp(answer))
        };
        let dialog = invite.dialog;
        let answer = Command::Answer {
            dialog,
            body: negotiate(invite.offer)?,
            headers: vec![],
        };
        self.sip.send(answer).await?;
        let file = self.directory.join(format!("message-{}.wav", dialog.0));
        let (recording, sink) = record_to_file(&file)?;
        let mut sink = Some(sink);
        let conversation = async {
            loop {
                tokio::select! {
                    event = events.recv() => match event {
                        // The ACK: now the caller's media path is known in both directions.
                        Some(DialogEvent::Acknowledged { .. }) => media.play(PlaybackId(0), self.greeting.clone())?,
                        // The caller changes the session, for example to hold the call.
                        Some(DialogEvent::Offer { offer, body }) => {
                            let body = Some(negotiate(body)?);
                            self.sip.send(Command::AnswerOffer { dialog, offer, body }).await?;
                        }
                        Some(DialogEvent::Ended { .. }) | None => return Ok::<_, Failure>(()),
                        Some(_) => {}
                    },
                    Some(event) = media_events.recv() => if let MediaEvent::PlaybackFinished(_) = event {
                        media.record(sink.take())?;
                    },
                }
            }
        };
        if let Ok(ended) = timeout(LONGEST_CALL, conversation).await {
            ended?;
        }
        // The recording ends when its sink is dropped, by the session or, before the end of the greeting, here.
        drop((media, sink));
        tokio::task::spawn_blocking(|| recording.finish()).await??;
        Ok(file)
    }
}

/// The greeting, if there is one, and the tone after which the caller speaks.
fn playlist(greeting: Option<&Path>) -> Result<Playlist, Failure> {
    let tone = recording_tone(TELEPHONE_RATE).ok_or("no tone")?;
    let tone = Prompt::new(PathBuf::from("tone"), &tone)?;
    let load = |path: &Path| prompts::load(path).map_err(|error| format!("{}: {error}", path.display()));
    let greeting = greeting.map(load).transpose()?;
    let prompts = greeting.into_iter().chain([tone]).map(Arc::new);
    Ok(Playlist::from_iter(prompts))
}
