//! What a test call does when its script says so: it presses keys by one of three paths, or speaks.

use super::{PRESS, Phase, SILENCE, SPEECH, Talk};
use crate::alarm::Alarm;
use crate::keys::Group;
use crate::order::KeyPath;
use crate::record::{Failure, Step};
use crate::script::Deed;
use aftercall_base::Digit;
use aftercall_runtime::clock::now;
use aftercall_sip::event::{Body, Command};

impl Talk<'_> {
    pub(super) async fn act(&mut self, deed: Option<Deed>) {
        match deed {
            Some(Deed::Press(group)) if self.phase == Phase::Talking => self.press(group).await,
            Some(Deed::Say(group)) if self.phase == Phase::Talking => self.say(group).await,
            Some(Deed::Leave) => self.note(Step::Left),
            Some(Deed::Press(_) | Deed::Say(_)) | None => {}
        }
    }

    /// Speaks; the keys of the group follow when that has ended.
    async fn say(&mut self, group: Group) {
        let Some(speech) = &self.order.say else {
            return self.abort(Failure::NothingToSay).await;
        };
        let done = self.leg.say(SPEECH, speech).await;
        // As long as we speak nothing needs to be heard.
        self.alarms
            .set(Alarm::Silence, Some(now() + SILENCE + speech.duration()));
        self.saying = Some(group);
        self.must(done);
        self.note(Step::Saying);
    }

    pub(super) async fn said(&mut self) {
        if let Some(group) = self.saying.take().filter(|group| !group.digits().is_empty())
            && self.phase == Phase::Talking
        {
            self.press(group).await;
        }
    }

    async fn press(&mut self, group: Group) {
        match self.order.key_path {
            KeyPath::TelephoneEvent => {
                for digit in group.digits() {
                    let done = self.leg.press(*digit);
                    self.must(done);
                }
            }
            KeyPath::Info => {
                for digit in group.digits() {
                    self.inform(*digit).await;
                }
            }
            KeyPath::InBand => {
                let done = self.leg.sound(group.digits());
                self.must(done);
            }
        }
        self.journal.record.presses += 1;
        self.note(Step::Pressed(group));
    }

    async fn inform(&mut self, digit: Digit) {
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
