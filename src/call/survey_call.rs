//! A surveyed call: one task, one loop, from the answer to the stored end.
//!
//! The loop takes the events of signalling, media, storage and the clock, hands them to the [`Session`] as inputs, and carries out the
//! outputs of the session. It decides nothing about the survey itself.

mod keys;
mod storing;

use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use self::storing::{Storing, storing};
use super::accepted::AcceptedCall;
use super::call_media::{self, CallMedia, MediaError};
use super::comment::Comments;
use super::finish::{Refusal, refuse, store_end};
use super::liveness::{Liveness, LivenessAction};
use super::quality;
use super::registry::ActiveCallGuard;
use super::snapshot::CallEnvironment;
use crate::live::CallInProgress;
use aftercall_audio::prompts::Playlist;
use aftercall_base::{Disposition, Language, PromptName, QuestionId};
use aftercall_media::MediaEvent;
use aftercall_rtp::dtmf::{Merge, Press};
use aftercall_rtp::sdp::Offer;
use aftercall_runtime::clock::{now, sleep_until};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::event::{Command, DialogEvent, EndCause, OfferKey};
use aftercall_sip_net::service::InboundCall;
use aftercall_survey::record::CallEnd;
use aftercall_survey::{EndReason, Input, Output, Session, TechnicalCause};

/// Media events that may wait for the task.
const MEDIA_EVENTS: usize = 32;

/// Answers the call and walks the caller through the survey.
pub(super) async fn run(
    env: &CallEnvironment,
    mut incoming: InboundCall,
    call: AcceptedCall,
    mut active_call: ActiveCallGuard,
    hang_up: Shutdown,
) {
    if call_media::is_over(&mut incoming.events) {
        let end = call.end(
            env,
            None,
            Disposition::Abandoned,
            TechnicalCause::Cancelled.as_str(),
        );
        return store_end(env, end).await;
    }
    let (sender, media_events) = mpsc::channel(MEDIA_EVENTS);
    match CallMedia::answer(env, &incoming.invite, &call, sender).await {
        Ok(media) => {
            let survey_call = SurveyCall::new(env, media, call, active_call);
            survey_call.run(incoming.events, media_events, hang_up).await;
        }
        Err(error) => {
            active_call.set_ending();
            refuse(env, &incoming.invite, Refusal::without_media(env, &call, &error)).await;
        }
    }
}

struct SurveyCall {
    env: CallEnvironment,
    media: CallMedia,
    call: AcceptedCall,
    active_call: ActiveCallGuard,
    /// When our 200 left; `None` when it turned out to have come too late.
    answered_at: Option<DateTime<Utc>>,
    session: Session,
    presses: Merge,
    liveness: Liveness,
    storing: Option<Storing>,
    /// How long the prompts are that were played last.
    prompt: Option<Duration>,
    comments: Comments,
    in_progress: CallInProgress,
    dialog_over: bool,
    cancelled: bool,
    over: bool,
    /// The Reason of our BYE, where media has failed.
    release: Option<&'static str>,
}

impl SurveyCall {
    fn new(
        env: &CallEnvironment,
        media: CallMedia,
        call: AcceptedCall,
        active_call: ActiveCallGuard,
    ) -> Self {
        let answered_at = env.services.utc();
        Self {
            env: env.clone(),
            media,
            answered_at: Some(answered_at),
            session: session(&call),
            comments: Comments::new(call.uid),
            in_progress: env.services.live.enter(call.live(answered_at)),
            call,
            active_call,
            presses: Merge::default(),
            liveness: Liveness::default(),
            storing: None,
            prompt: None,
            dialog_over: false,
            cancelled: false,
            over: false,
            release: None,
        }
    }

    /// Stores when the call was answered, so that a survey is known to have been offered also after a crash. Not before the ACK:
    /// until then a CANCEL may have overtaken the 200.
    async fn record_answered(&mut self) {
        let Some(answered_at) = self.answered_at else {
            return;
        };
        let survey = &self.call.survey;
        let planned = survey
            .differs_by_call()
            .then(|| ids(self.session.plan().questions(survey)));
        let writer = &self.env.services.writer;
        if let Err(error) = writer.answered(self.call.uid, answered_at, planned).await {
            tracing::error!(%error, "cannot store the time of the 200 OK");
        }
    }

    async fn run(
        mut self,
        mut dialog: mpsc::Receiver<DialogEvent>,
        mut media_events: mpsc::Receiver<MediaEvent>,
        mut hang_up: Shutdown,
    ) {
        while !self.over || self.storing.is_some() {
            let deadline = self.timeout();
            tokio::select! {
                biased;
                // Media first: a key pressed just before the hang-up was pressed before it.
                event = media_events.recv(), if !self.over => self.media_event(event).await,
                event = dialog.recv(), if !self.dialog_over => self.dialog_event(event, &mut media_events).await,
                (key, offer) = self.media.looked_up(), if !self.over => self.answer_offer(key, &offer).await,
                heard = self.comments.next(), if !self.over => self.handle_input(heard),
                (answer, stored) = storing(&mut self.storing) => self.stored(answer, stored.is_ok()),
                () = sleep_until(deadline), if !self.over => self.time_passed(),
                () = hang_up.requested(), if !self.over => self.handle_input(Input::Failed(TechnicalCause::Shutdown)),
            }
            self.drain_outputs().await;
        }
        self.finish(media_events).await;
    }

    fn timeout(&self) -> Option<Instant> {
        let session = self.session.timeout();
        session.into_iter().chain(self.presses.timeout()).min()
    }

    /// Keys first: what waited for another path was pressed before the time that has run out.
    fn time_passed(&mut self) {
        self.drain_keys();
        self.handle_input(Input::Timeout);
    }

    fn handle_input(&mut self, input: Input) {
        self.session.handle(input, now());
    }

    async fn dialog_event(
        &mut self,
        event: Option<DialogEvent>,
        media_events: &mut mpsc::Receiver<MediaEvent>,
    ) {
        if !matches!(
            event,
            Some(DialogEvent::PeerGone | DialogEvent::Ended { .. }) | None
        ) {
            self.liveness.on_sign_of_life();
        }
        match event {
            Some(DialogEvent::Acknowledged { answer }) => {
                match self.media.acknowledged(answer.as_ref()).await {
                    Ok(()) => {
                        self.handle_input(Input::Answered);
                        self.record_answered().await;
                    }
                    Err(error) => self.fail(&error),
                }
            }
            Some(DialogEvent::Offer { offer, body }) => {
                let before = self.media.has_telephone_event();
                self.media.offered(offer, body.as_ref()).await;
                self.on_telephone_event_change(before);
            }
            Some(DialogEvent::OfferAnswered { body }) => {
                let before = self.media.has_telephone_event();
                self.media.offer_answered(body.as_ref()).await;
                self.on_telephone_event_change(before);
            }
            Some(DialogEvent::Info { body }) => self.info(&body.content_type, &body.bytes),
            Some(DialogEvent::Ended { cause }) => {
                self.active_call.set_ending();
                self.read_last_keys(media_events).await;
                self.presses.doubt_unmatched();
                self.drain_keys();
                self.dialog_ended(&cause);
            }
            Some(DialogEvent::PeerGone) => {
                let action = self.liveness.on_no_answer();
                self.act_on_liveness(action).await;
            }
            Some(DialogEvent::PeerAlive | DialogEvent::Progress { .. } | DialogEvent::Answered { .. }) => {}
            None => self.dialog_ended(&EndCause::TransportFailed),
        }
    }

    async fn answer_offer(&mut self, key: OfferKey, offer: &Offer) {
        let before = self.media.has_telephone_event();
        self.media.answer_offer(key, offer).await;
        self.on_telephone_event_change(before);
    }

    /// Asks a peer that is silent whether it is there, or lets it go.
    async fn act_on_liveness(&mut self, action: LivenessAction) {
        match action {
            LivenessAction::Nothing => {}
            LivenessAction::AskPeer => {
                tracing::debug!("no RTP received: checking the peer by OPTIONS");
                self.media.check_peer().await;
            }
            LivenessAction::EndCall => self.handle_input(Input::Failed(TechnicalCause::RtpSilence)),
        }
    }

    fn dialog_ended(&mut self, cause: &EndCause) {
        self.dialog_over = true;
        self.cancelled = matches!(cause, EndCause::Cancelled);
        if matches!(cause, EndCause::Cancelled | EndCause::Refused) {
            self.answered_at = None;
        }
        self.handle_input(match cause {
            EndCause::Bye { .. } | EndCause::Cancelled | EndCause::HungUp => Input::HungUp,
            EndCause::AckTimeout => Input::Failed(TechnicalCause::AckTimeout),
            EndCause::Refused => Input::Failed(TechnicalCause::AnsweredTooLate),
            EndCause::TransportFailed | EndCause::Rejected { .. } | EndCause::NoResponse => {
                Input::Failed(TechnicalCause::Transport)
            }
        });
    }

    fn fail(&mut self, error: &MediaError) {
        tracing::warn!(%error, "media failed");
        self.release = Some(error.release());
        self.handle_input(Input::Failed(error.cause()));
    }

    async fn media_event(&mut self, event: Option<MediaEvent>) {
        match event {
            Some(MediaEvent::Digit { digit, at, path }) => self.press(path, Press { digit, at }),
            Some(MediaEvent::DigitHeld { digit, until }) => self.handle_input(Input::Held { digit, until }),
            Some(MediaEvent::PlaybackFinished(play)) => {
                self.handle_input(Input::PlaybackFinished(aftercall_survey::PlayId(play.0)));
            }
            Some(MediaEvent::SpeechStarted { .. }) => self.handle_input(Input::SpeechStarted),
            Some(MediaEvent::SpeechEnded { at }) => self.handle_input(Input::SpeechEnded { at }),
            Some(MediaEvent::RtpSilence) => {
                let action = self.liveness.on_silence();
                self.act_on_liveness(action).await;
            }
            Some(MediaEvent::RtpResumed) => self.liveness.on_sign_of_life(),
            Some(MediaEvent::Closed(_)) | None => self.handle_input(Input::Failed(TechnicalCause::Media)),
            Some(
                MediaEvent::PlaybackStarted { .. }
                | MediaEvent::DigitSent { .. }
                | MediaEvent::DigitRefused(_)
                | MediaEvent::PeerLeft
                | MediaEvent::CaughtUp,
            ) => {}
        }
    }

    async fn drain_outputs(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Play { id, prompts } => self.play(aftercall_media::PlaybackId(id.0), &prompts).await,
                Output::StopPlayback => self.media.stop(),
                Output::Speak(language) => self.change_language(language),
                Output::Answer(answer) => self.store_answer(answer).await,
                Output::OpenRecording(question) => {
                    self.comments
                        .open(&self.env, &self.call.survey, &self.media, question);
                }
                Output::PlayTone(id) => {
                    let tone = self.env.services.recording_tone.clone();
                    self.media.play(aftercall_media::PlaybackId(id.0), tone).await;
                }
                Output::Record(_) => self.comments.record(&self.media),
                Output::StopRecording { ended_by, .. } => {
                    self.comments.stop(&self.env, &self.media, ended_by);
                }
                Output::OptOut => self.opt_out().await,
                Output::HangUp(reason) => self.hang_up(reason).await,
            }
        }
        if let Some(question) = self.session.asked().last() {
            self.in_progress.asking(question.as_str());
        }
        self.over = self.session.outcome().is_some();
    }

    async fn play(&mut self, id: aftercall_media::PlaybackId, prompts: &[PromptName]) {
        let language = self.call.language.as_str();
        let recorded = prompts
            .iter()
            .filter_map(|name| self.env.config.prompts.get(language, name.as_str()))
            .cloned();
        let playlist = Playlist::from_iter(recorded);
        self.prompt = Some(playlist.duration());
        self.media.play(id, playlist).await;
    }

    fn change_language(&mut self, language: Language) {
        tracing::debug!(%language, "language");
        self.media.change_language(language.clone());
        self.call.result_values.change_language(&language);
        self.in_progress.speaks(language.as_str());
        self.call.language = language;
    }

    async fn opt_out(&mut self) {
        if let Err(error) = self
            .env
            .services
            .writer
            .opted_out(self.call.uid, self.env.services.utc())
            .await
        {
            // The prompt that confirms it would be a lie.
            tracing::error!(%error, "cannot store the opt-out");
            self.handle_input(Input::Failed(TechnicalCause::OptOutNotStored));
        }
    }

    async fn hang_up(&mut self, reason: EndReason) {
        let cause = match reason {
            EndReason::Technical(_) | EndReason::Storage => "Q.850;cause=41;text=\"Temporary failure\"",
            EndReason::AllAnswered
            | EndReason::NothingToAsk
            | EndReason::QuestionsSkipped
            | EndReason::SkippedInARow
            | EndReason::Silence
            | EndReason::OptedOut
            | EndReason::TimeCap
            | EndReason::CallerHungUp => "Q.850;cause=16;text=\"Survey finished\"",
        };
        if let Some(outcome) = self.session.outcome() {
            self.call
                .result_values
                .record_end(outcome.disposition, outcome.reason.as_str());
        }
        let mut headers = self.call.result_values.headers(&self.env.config.results.bye);
        headers.push(("Reason".to_owned(), self.release.unwrap_or(cause).to_owned()));
        // Before the BYE: whoever hears it may ask for the row.
        self.active_call.set_ending();
        self.env
            .services
            .signal(Command::HangUp {
                dialog: self.media.dialog(),
                headers,
            })
            .await;
    }

    async fn finish(self, mut media_events: mpsc::Receiver<MediaEvent>) {
        let outcome = self.session.outcome().copied();
        let (disposition, reason) = match outcome {
            Some(outcome) => (outcome.disposition, outcome.reason),
            None => (
                Disposition::Failed,
                EndReason::Technical(TechnicalCause::Internal),
            ),
        };
        let reason = if self.cancelled {
            EndReason::Technical(TechnicalCause::Cancelled)
        } else {
            reason
        };
        let end = self
            .call
            .end(&self.env, self.answered_at, disposition, reason.as_str());
        let quality = quality::of_closing(self.media.close(), &mut media_events).await;
        self.comments.finished().await;
        let asked = Some(ids(self.session.asked()));
        let ended_at = end.ended_at;
        store_end(
            &self.env,
            CallEnd {
                alerts: Vec::new(),
                media: quality,
                asked,
                spoken_language: Some(self.call.language.to_string()),
                ..end
            },
        )
        .await;
        self.in_progress.ended(disposition, reason.as_str(), ended_at);
    }
}

/// The session of a call, with a choice of languages where the caller is to make it.
fn session(call: &AcceptedCall) -> Session {
    let session = Session::planned(Arc::clone(&call.survey), call.plan.clone());
    if call.offers_languages {
        session.offering_languages(call.language.clone())
    } else {
        session
    }
}

fn ids<'q>(questions: impl IntoIterator<Item = &'q QuestionId>) -> Vec<String> {
    questions.into_iter().map(ToString::to_string).collect()
}
