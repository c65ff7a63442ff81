//! The media of one test call: our session description, the media session and the recording.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::phone::Phone;
use super::record::Failure;
use crate::audio::Codec;
use crate::dtmf::Digit;
use crate::media::{Busy, Listening, MediaEvent, MediaSession, PlayId, Stream};
use crate::prompts::{Playlist, Prompt};
use crate::recording::{FileRecording, to_file};
use crate::sdp::{Capabilities, KeySource, LocalSession, Negotiated, Offer, Refusal, negotiate};
use crate::sip::event::Body;

/// Open from before the INVITE to the end of the dialog.
pub(super) struct Leg {
    capabilities: Capabilities,
    description: LocalSession,
    /// `None` once closed.
    media: Option<MediaSession>,
    recording: Option<FileRecording>,
    /// What is spoken; `None` before it is negotiated.
    codec: Option<Codec>,
    started: bool,
}

impl Leg {
    /// Opens media on our address.
    pub(super) fn open(phone: &Phone, events: mpsc::Sender<MediaEvent>) -> Result<Self, Failure> {
        let media = phone
            .open_media(events)
            .map_err(|error| Failure::Media(error.to_string()))?;
        Ok(Self {
            capabilities: phone.capabilities().clone(),
            description: LocalSession::new(
                phone.seed(),
                media.local_rtp(),
                KeySource::from_seed(phone.key_seed()),
            ),
            media: Some(media),
            recording: None,
            codec: None,
            started: false,
        })
    }

    /// Our offer.
    pub(super) fn offer(&mut self) -> Body {
        Body::sdp(self.description.offer(&self.capabilities))
    }

    /// Reads the answer to our offer.
    pub(super) fn read_answer(&mut self, body: &Body) -> Result<Negotiated, Refusal> {
        self.description.read_answer(&body.bytes, &self.capabilities)
    }

    /// Answers the offer of the other side.
    pub(super) fn answer(&mut self, body: &Body) -> Result<(Negotiated, Body), Refusal> {
        let offer = Offer::parse(&body.bytes)?;
        let negotiated = negotiate(&offer, &self.capabilities)?;
        let answer = self.description.answer(&offer, &negotiated);
        Ok((negotiated, Body::sdp(answer)))
    }

    /// Sends and hears as negotiated from now on.
    pub(super) fn stream(&mut self, negotiated: &Negotiated) -> Result<(), Failure> {
        let Some(media) = &self.media else { return Ok(()) };
        let stream = Stream::new(negotiated, self.description.srtp());
        let done = if self.started {
            media.update(stream)
        } else {
            media.start(stream)
        };
        self.started = true;
        self.codec = Some(negotiated.codec);
        done.map_err(overloaded)
    }

    /// Tells where prompts start and end from now on.
    pub(super) fn listen(&self, listening: Listening) -> Result<(), Failure> {
        self.media
            .as_ref()
            .map_or(Ok(()), |media| media.listen(Some(listening)).map_err(overloaded))
    }

    /// Writes what is heard to a file from now on.
    pub(super) fn record(&mut self, path: &Path) -> Result<(), Failure> {
        let Some(media) = &self.media else { return Ok(()) };
        let unwritable = |error: std::io::Error| Failure::Media(format!("{}: {error}", path.display()));
        let (recording, sink) = to_file(path).map_err(unwritable)?;
        self.recording = Some(recording);
        media.record(Some(sink)).map_err(overloaded)
    }

    /// Says something; its end is told as an event. For the first call of a codec it takes the time to encode it.
    pub(super) async fn say(&self, play: PlayId, speech: &Arc<Prompt>) -> Result<(), Failure> {
        if let Some(codec) = self.codec.filter(|codec| !speech.is_ready(*codec)) {
            let speech = Arc::clone(speech);
            let encoded = tokio::task::spawn_blocking(move || speech.prepare(codec)).await;
            encoded.map_err(|error| Failure::Media(error.to_string()))?;
        }
        let playlist = Playlist::from_iter([Arc::clone(speech)]);
        self.media
            .as_ref()
            .map_or(Ok(()), |media| media.play(play, playlist).map_err(overloaded))
    }

    /// Presses a key by RTP.
    pub(super) fn press(&self, digit: Digit) -> Result<(), Failure> {
        self.media.as_ref().map_or(Ok(()), |media| {
            media.press(digit, super::talk::PRESS).map_err(overloaded)
        })
    }

    /// Ends the media; its report follows as an event.
    pub(super) fn close(&mut self) {
        drop(self.media.take());
    }

    /// Waits until the recording is complete.
    pub(super) async fn finish(mut self) -> Result<(), Failure> {
        self.close();
        let Some(recording) = self.recording.take() else {
            return Ok(());
        };
        match tokio::task::spawn_blocking(|| recording.finish()).await {
            Ok(Ok(_dropped)) => Ok(()),
            Ok(Err(error)) => Err(Failure::Media(error.to_string())),
            Err(_) => Err(Failure::Media("the recorder stopped unexpectedly".to_owned())),
        }
    }
}

fn overloaded(busy: Busy) -> Failure {
    Failure::Media(busy.to_string())
}
