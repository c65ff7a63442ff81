//! A survey call in simulated time: a session, and what media, store and recorder report to it. Every test that walks a
//! session through a call uses it, those of the application too.

use std::time::{Duration, Instant};

use aftercall_runtime::clock;
use aftercall_survey::{Input, Output, Session};

/// How long the tone before a comment takes.
pub(crate) const TONE: Duration = Duration::from_millis(400);

/// A call in simulated time. `Reply` says what an output leads to: an input, so much later; `None`: to none.
pub(crate) struct Simulation<Reply> {
    pub(crate) session: Session,
    /// When the call was answered.
    pub(crate) start: Instant,
    reply: Reply,
    /// What will be reported to the session, and when.
    reports: Vec<(Instant, Input)>,
}

impl<Reply: FnMut(&Output) -> Option<(Duration, Input)>> Simulation<Reply> {
    /// A call that is answered now.
    pub(crate) fn answered(session: Session, reply: Reply) -> Self {
        let start = clock::monotonic();
        let mut call = Self {
            session,
            start,
            reply,
            reports: Vec::new(),
        };
        let outputs = call.handle(Input::Answered, start);
        assert!(outputs.is_empty(), "a call begins with a silence: {outputs:?}");
        call
    }

    /// When a timer of the session or a report is due; what the caller does is not known here.
    pub(crate) fn due(&self) -> Option<Instant> {
        let report = self.reports.iter().map(|(at, _)| *at).min();
        self.session.timeout().into_iter().chain(report).min()
    }

    /// Hands the session what is due at `now`, a timer before a report; returns that and what the session wants then.
    pub(crate) fn step(&mut self, now: Instant) -> (Input, Vec<Output>) {
        let input = if self.session.timeout() == Some(now) {
            Input::Timeout
        } else {
            let place = self.reports.iter().position(|(at, _)| *at == now);
            self.reports.remove(place.expect("something is due")).1
        };
        (input.clone(), self.handle(input, now))
    }

    /// Hands the session an input; returns what it wants then.
    pub(crate) fn handle(&mut self, input: Input, now: Instant) -> Vec<Output> {
        self.session.handle(input, now);
        let mut outputs = Vec::new();
        while let Some(output) = self.session.poll() {
            if output == Output::StopPlayback {
                // A playback that was stopped has no end to report.
                self.reports
                    .retain(|(_, report)| !matches!(report, Input::PlaybackFinished(_)));
            }
            let reply = (self.reply)(&output);
            self.reports
                .extend(reply.map(|(after, input)| (now + after, input)));
            outputs.push(output);
        }
        outputs
    }
}
