//! Whether a caller from whom no RTP comes is still there.
//!
//! A muted phone with silence suppression sends nothing for minutes, and a phone that has lost its network sends
//! nothing either. The dialog tells them apart: whoever sends a request in it, or answers ours, is there. So silence is
//! first a question, an OPTIONS in the dialog, and only what stays unanswered is an end.
//!
//! ```text
//!   RtpSilence (after silence_timeout, and after each further one)
//!      | not asked            -> AskPeer: OPTIONS in the dialog
//!      | asked, no answer yet -> EndCall
//!   481, 408 or no answer at all, while asked and still silent -> EndCall
//!   RTP again, any other answer, any request of the peer       -> not asked
//! ```
//! So a peer that is gone is let go after twice the time at the latest; one that is there is asked again and again, and
//! its call ends by the survey's own times.

/// What is known of a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Liveness {
    asked: bool,
}

/// What to do about a silent peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LivenessAction {
    /// Nothing.
    Nothing,
    /// Ask it by OPTIONS.
    AskPeer,
    /// End the call.
    EndCall,
}

impl Liveness {
    /// No RTP has come for the time-out.
    pub(super) const fn on_silence(&mut self) -> LivenessAction {
        match std::mem::replace(&mut self.asked, true) {
            true => LivenessAction::EndCall,
            false => LivenessAction::AskPeer,
        }
    }

    /// The peer has sent a request in the dialog, has answered one of ours, or RTP has come again.
    pub(super) const fn on_sign_of_life(&mut self) {
        self.asked = false;
    }

    /// The peer does not know the dialog, or nobody answers.
    pub(super) const fn on_no_answer(&self) -> LivenessAction {
        match self.asked {
            true => LivenessAction::EndCall,
            // It was heard since: an OPTIONS that it does not answer proves nothing.
            false => LivenessAction::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Liveness, LivenessAction};

    #[test]
    fn silence_is_first_a_question_and_then_an_end() {
        let mut liveness = Liveness::default();
        assert_eq!(liveness.on_silence(), LivenessAction::AskPeer);
        assert_eq!(liveness.on_silence(), LivenessAction::EndCall);
    }

    #[test]
    fn peer_that_answers_is_asked_again_and_never_hung_up() {
        let mut liveness = Liveness::default();
        for _ in 0..100 {
            assert_eq!(liveness.on_silence(), LivenessAction::AskPeer);
            liveness.on_sign_of_life();
        }
        assert_eq!(liveness.on_silence(), LivenessAction::AskPeer);
    }

    #[test]
    fn unanswered_question_ends_only_a_call_that_is_still_silent() {
        let mut liveness = Liveness::default();
        assert_eq!(
            liveness.on_no_answer(),
            LivenessAction::Nothing,
            "it was not asked"
        );
        liveness.on_silence();
        assert_eq!(liveness.on_no_answer(), LivenessAction::EndCall);
        liveness.on_sign_of_life();
        assert_eq!(liveness.on_no_answer(), LivenessAction::Nothing);
    }

    proptest! {
        /// An end needs a silence before it, and no sign of life between.
        #[test]
        fn peer_that_was_heard_since_the_question_is_never_hung_up(steps in proptest::collection::vec(0u8..3, 0..60)) {
            let (mut liveness, mut silent_since) = (Liveness::default(), false);
            for step in steps {
                let next = match step {
                    0 => liveness.on_silence(),
                    1 => liveness.on_no_answer(),
                    _ => {
                        liveness.on_sign_of_life();
                        LivenessAction::Nothing
                    }
                };
                prop_assert_eq!(next == LivenessAction::EndCall, silent_since && step < 2);
                silent_since = match step {
                    0 => true,
                    1 => silent_since,
                    _ => false,
                };
            }
        }
    }
}
