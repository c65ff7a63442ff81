//! The keys of a surveyed call: how the presses of all paths become inputs of the session.

use std::time::Duration;

use tokio::sync::mpsc;

use super::SurveyCall;
use aftercall_media::MediaEvent;
use aftercall_rtp::dtmf::{DtmfPath, MergeOutput, Press};
use aftercall_runtime::clock::now;
use aftercall_sip::dtmf_info;
use aftercall_survey::Input;

/// How long the end of a call waits for the keys that came before it.
const LAST_KEYS_WITHIN: Duration = Duration::from_millis(100);

impl SurveyCall {
    /// Reopens the choice of the path of keys if a renegotiation has added or removed telephone-event; `before` is whether there was one.
    pub(super) fn on_telephone_event_change(&mut self, before: bool) {
        if self.media.has_telephone_event() != before {
            self.presses.reopen();
            self.drain_keys();
        }
    }

    /// A key that came before the BYE was pressed before it, also when no media thread has read it yet.
    pub(super) async fn read_last_keys(&mut self, media_events: &mut mpsc::Receiver<MediaEvent>) {
        if !self.media.catch_up() {
            return;
        }
        let caught_up = async {
            while let Some(event) = media_events.recv().await {
                if event == MediaEvent::CaughtUp {
                    return;
                }
                // Nothing else matters any more but the report, and that comes after this.
                if let MediaEvent::Digit { digit, at, path } = event {
                    self.press(path, Press { digit, at });
                }
            }
        };
        if tokio::time::timeout(LAST_KEYS_WITHIN, caught_up).await.is_err() {
            tracing::debug!("the media thread did not report the last keys in time");
        }
    }

    pub(super) fn info(&mut self, content_type: &str, body: &[u8]) {
        match dtmf_info::parse(content_type, body) {
            Ok(info) => self.press(
                DtmfPath::Info,
                Press {
                    digit: info.digit,
                    at: now(),
                },
            ),
            Err(error) => tracing::debug!(%error, "INFO without a digit"),
        }
    }

    pub(super) fn press(&mut self, path: DtmfPath, press: Press) {
        self.presses.handle(path, press);
        self.drain_keys();
    }

    /// Hands merged presses to the session. Where no media is agreed on, the caller hears no question that a key could answer.
    pub(super) fn drain_keys(&mut self) {
        while let Some(heard) = self.presses.poll(now()) {
            self.handle_input(match heard {
                MergeOutput::Press(Press { digit, at }) if !self.media.is_inactive() => {
                    Input::Digit { digit, at }
                }
                MergeOutput::Press(Press { digit, at }) | MergeOutput::Doubtful(Press { digit, at }) => {
                    Input::DoubtfulDigit { digit, at }
                }
            });
        }
    }
}
