//! The actions of a test call's script: pressing keys, by one of three methods, and playing speech.

use super::{CallPhase, SILENCE, SPEECH, TestCall};
use crate::call_media::PRESS;
use crate::call_plan::DtmfMethod;
use crate::key_sequence::KeyGroup;
use crate::record::{CallStep, Failure};
use crate::script::ScriptAction;
use crate::timers::CallTimer;
use aftercall_base::Digit;
use aftercall_runtime::clock::now;
use aftercall_sip::event::{Body, Command};

impl TestCall<'_> {
    pub(super) async fn perform(&mut self, action: Option<ScriptAction>) {
        match action {
            Some(ScriptAction::Press(group)) if self.phase == CallPhase::Talking => self.press(group).await,
            Some(ScriptAction::Say(group)) if self.phase == CallPhase::Talking => self.say(group).await,
            Some(ScriptAction::Leave) => self.note(CallStep::Left),
            Some(ScriptAction::Press(_) | ScriptAction::Say(_)) | None => {}
        }
    }

    /// Speaks; the keys of the group follow when that has ended.
    async fn say(&mut self, group: KeyGroup) {
        let Some(speech) = &self.plan.say else {
            return self.abort(Failure::NothingToSay).await;
        };
        let done = self.media.say(SPEECH, speech).await;
        // While we speak the other side is expected to be silent.
        self.timers
            .set(CallTimer::Silence, Some(now() + SILENCE + speech.duration()));
        self.saying = Some(group);
        self.check(done);
        self.note(CallStep::Saying);
    }

    pub(super) async fn on_speech_finished(&mut self) {
        if let Some(group) = self.saying.take().filter(|group| !group.digits().is_empty())
            && self.phase == CallPhase::Talking
        {
            self.press(group).await;
        }
    }

    async fn press(&mut self, group: KeyGroup) {
        match self.plan.dtmf_method {
            DtmfMethod::TelephoneEvent => {
                for digit in group.digits() {
                    let done = self.media.press(*digit);
                    self.check(done);
                }
            }
            DtmfMethod::Info => {
                for digit in group.digits() {
                    self.send_info(*digit).await;
                }
            }
            DtmfMethod::InBand => {
                let done = self.media.play_tones(group.digits());
                self.check(done);
            }
        }
        self.log.record.presses += 1;
        self.note(CallStep::Pressed(group));
    }

    async fn send_info(&mut self, digit: Digit) {
        let info = Command::SendInfo {
            dialog: self.dialog,
            body: info_body(digit),
        };
        self.phone.send(info).await;
        self.key_sent_at = Some(now());
    }
}

fn info_body(digit: Digit) -> Body {
    Body {
        content_type: "application/dtmf-relay".to_owned(),
        bytes: format!("Signal={digit}\r\nDuration={}\r\n", PRESS.as_millis()).into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::info_body;
    use aftercall_base::Digit;

    #[test]
    fn info_carries_the_key_as_dtmf_relay() {
        let body = info_body(Digit::POUND);
        assert_eq!(body.content_type, "application/dtmf-relay");
        assert_eq!(body.bytes, b"Signal=#\r\nDuration=100\r\n");
    }
}
