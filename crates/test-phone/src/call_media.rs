//! The media of one test call: our session description, the media session and the recording.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use super::phone::Phone;
use super::record::Failure;
use aftercall_audio::dtmf::tones;
use aftercall_audio::prompts::{Playlist, PlaylistItem, Prompt};
use aftercall_audio::{Sound, TELEPHONE_RATE};
use aftercall_base::Digit;
use aftercall_media::recording::{FileRecording, record_to_file};
use aftercall_media::{MediaEvent, MediaSession, PlaybackId, SpeechDetection, Stream, ThreadBusy};
use aftercall_rtp::Codec;
use aftercall_rtp::sdp::{Capabilities, LocalSession, Negotiated, SdpRefusal, SrtpKeySource};
use aftercall_sip::event::Body;

/// The playback of keys as tones.
pub(super) const KEY_TONES: PlaybackId = PlaybackId(0);
/// How long a key is held.
pub(super) const PRESS: Duration = Duration::from_millis(100);
/// Silence after each key that is sent as tones.
const PAUSE: Duration = Duration::from_millis(100);

/// Open from before the INVITE, whose offer needs the port, to the end of the dialog.
pub(super) struct TestCallMedia {
    capabilities: Capabilities,
    description: LocalSession,
    /// `None` once closed.
    media: Option<MediaSession>,
    recording: Option<FileRecording>,
    /// The negotiated codec; PCMU before the first negotiation.
    codec: Codec,
}

impl TestCallMedia {
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
                SrtpKeySource::from_seed(phone.key_seed()),
            ),
            media: Some(media),
            recording: None,
            codec: Codec::Pcmu,
        })
    }

    /// Our offer.
    pub(super) fn offer(&mut self) -> Body {
        Body::sdp(self.description.offer(&self.capabilities))
    }

    /// Reads the answer to our offer.
    pub(super) fn read_answer(&mut self, body: &Body) -> Result<Negotiated, SdpRefusal> {
        self.description.read_answer(&body.bytes, &self.capabilities)
    }

    /// Answers the offer of the other side.
    pub(super) fn answer(&mut self, body: &Body) -> Result<(Negotiated, Body), SdpRefusal> {
        let (negotiated, answer) = self.description.accept_offer(&body.bytes, &self.capabilities)?;
        Ok((negotiated, Body::sdp(answer)))
    }

    /// Sends and receives as negotiated from now on.
    pub(super) fn set_stream(&mut self, negotiated: &Negotiated) -> Result<(), Failure> {
        let Some(media) = &self.media else { return Ok(()) };
        let stream = Stream::new(negotiated, self.description.srtp());
        let done = media.set_stream(stream);
        self.codec = negotiated.codec;
        done.map_err(overloaded)
    }

    /// Reports where prompts start and end from now on.
    pub(super) fn detect_speech(&self, listening: SpeechDetection) -> Result<(), Failure> {
        self.media.as_ref().map_or(Ok(()), |media| {
            media.detect_speech(Some(listening)).map_err(overloaded)
        })
    }

    /// Writes what is heard to a file from now on.
    pub(super) fn record(&mut self, path: &Path) -> Result<(), Failure> {
        let Some(media) = &self.media else { return Ok(()) };
        let unwritable = |error: std::io::Error| Failure::Media(format!("{}: {error}", path.display()));
        let (recording, sink) = record_to_file(path).map_err(unwritable)?;
        self.recording = Some(recording);
        media.record(Some(sink)).map_err(overloaded)
    }

    /// Plays `speech`; its end arrives as an event. The first call of a codec waits while it is encoded.
    pub(super) async fn say(&self, play: PlaybackId, speech: &Arc<Prompt>) -> Result<(), Failure> {
        if !speech.is_ready(self.codec) {
            let (speech, codec) = (Arc::clone(speech), self.codec);
            let encoded = tokio::task::spawn_blocking(move || speech.prepare(codec)).await;
            encoded.map_err(|error| Failure::Media(error.to_string()))?;
        }
        let playlist = Playlist::from_iter([Arc::clone(speech)]);
        self.media
            .as_ref()
            .map_or(Ok(()), |media| media.play(play, playlist).map_err(overloaded))
    }

    /// Presses a key as telephone-events.
    pub(super) fn press(&self, digit: Digit) -> Result<(), Failure> {
        self.media
            .as_ref()
            .map_or(Ok(()), |media| media.press(digit, PRESS).map_err(overloaded))
    }

    /// Presses keys as tones in the audio, one after the other.
    pub(super) fn play_tones(&self, digits: &[Digit]) -> Result<(), Failure> {
        let samples = tones(digits, PRESS, PAUSE);
        let sound = Sound::from_pcm(TELEPHONE_RATE, &samples).expect("the telephone's rate is not zero");
        let prompt =
            Prompt::new(PathBuf::from("keys"), &sound).map_err(|error| Failure::Media(error.to_string()))?;
        let playlist = Playlist::new([PlaylistItem::Prompt(Arc::new(prompt))]);
        playlist.prepare(self.codec);
        self.media.as_ref().map_or(Ok(()), |media| {
            media.play(KEY_TONES, playlist).map_err(overloaded)
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

fn overloaded(busy: ThreadBusy) -> Failure {
    Failure::Media(busy.to_string())
}
