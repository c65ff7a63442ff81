//! Walks a call through its survey in simulated time and writes down what happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::script::{Act, Call, StoreResult, World};
use crate::simulation::{Simulation, TONE};
use aftercall_base::{Digit, PromptName, QuestionId};
use aftercall_survey::{AnswerGiven, AnyPrompt, Input, Output, Plan, Session, Survey, TechnicalCause, parse};

const PROMPT: Duration = Duration::from_secs(3);
/// A call that goes on longer than this does not end.
const LONGEST: Duration = Duration::from_secs(600);

/// The survey of a definition.
pub(crate) fn survey(definition: &str) -> Arc<Survey> {
    match parse(definition, "transcript.toml", &AnyPrompt) {
        Ok(parsed) => Arc::new(parsed.survey),
        Err(faults) => panic!("{definition}\n{faults:#?}"),
    }
}

/// The transcript of a call.
pub(crate) fn act(survey: &Arc<Survey>, call: &Call) -> Vec<String> {
    let plan = Plan::new(survey, &call.told, call.draw);
    let fallback = survey.choose_language([], []).language.clone();
    let session = Session::planned(Arc::clone(survey), plan).offering_languages(fallback);
    let mut stage = Stage {
        call: Simulation::answered(session, Box::new(world(&call.world))),
        disk_full_at: call.world.disk_full_at,
        recording: None,
        lines: Vec::new(),
    };
    stage.write(stage.call.start, "answered");
    stage.play_out(&call.acts);
    stage.lines
}

/// What the world does about each output.
fn world(world: &World) -> impl FnMut(&Output) -> Option<(Duration, Input)> {
    let mut playbacks = world.playbacks.iter();
    let mut store = world.store.iter();
    let mut durable = Duration::ZERO;
    move |output| match output {
        Output::Play { id, prompts } => {
            let count = u32::try_from(prompts.len()).unwrap();
            let length = playbacks.next().copied().unwrap_or(PROMPT * count);
            Some((length, Input::PlaybackFinished(*id)))
        }
        Output::PlayTone(id) => Some((TONE, Input::PlaybackFinished(*id))),
        Output::Answer(answer) => {
            durable = store.next().copied().unwrap_or(durable);
            let question = answer.question.clone();
            match world.store_result {
                StoreResult::Stored => Some((durable, Input::Stored(question))),
                StoreResult::Failed => Some((durable, Input::StoreFailed(question))),
                StoreResult::Unknown => None,
            }
        }
        Output::OpenRecording(question) => Some(match world.recorder {
            Some(after) => (after, Input::RecorderReady(question.clone())),
            None => (Duration::ZERO, Input::RecorderFailed(question.clone())),
        }),
        Output::StopPlayback
        | Output::Speak(_)
        | Output::Record(_)
        | Output::StopRecording { .. }
        | Output::OptOut
        | Output::HangUp(_) => None,
    }
}

type Reply<'c> = Box<dyn FnMut(&Output) -> Option<(Duration, Input)> + 'c>;

struct Stage<'c> {
    call: Simulation<Reply<'c>>,
    disk_full_at: Option<Duration>,
    /// The recording that a full disk ends.
    recording: Option<QuestionId>,
    lines: Vec<String>,
}

impl Stage<'_> {
    /// Lets happen what happens next until the call is over: timers before the world, the world before the caller.
    fn play_out(&mut self, acts: &[(Duration, Act)]) {
        let mut acts = acts.iter().peekable();
        while self.call.session.outcome().is_none() {
            let due = self.call.due();
            let disk = self.disk_full_at.map(|at| self.call.start + at);
            let act = acts.peek().map(|(at, _)| self.call.start + *at);
            let now = [due, disk, act].into_iter().flatten().min();
            let now = now.expect("a call that is not over waits for something");
            assert!(
                now <= self.call.start + LONGEST,
                "the call ends:\n{}",
                self.lines.join("\n")
            );
            if due == Some(now) {
                let (input, outputs) = self.call.step(now);
                self.report(&input, now);
                self.follow(outputs, now);
            } else if disk == Some(now) {
                self.disk_full_at = None;
                self.fill_the_disk(now);
            } else if let Some((_, act)) = acts.next() {
                self.perform(act, now);
            }
        }
        for (at, act) in acts {
            let seconds = at.as_secs_f64();
            self.lines.push(format!("    {seconds:5.1} TOO LATE: {act:?}"));
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let outcome = *self.call.session.outcome().unwrap();
        let opted_out = if outcome.opted_out { ", opted out" } else { "" };
        let asked: Vec<&str> = self.call.session.asked().map(QuestionId::as_str).collect();
        self.lines.push(format!(
            "          outcome {}: {}{opted_out}; asked {}",
            outcome.disposition,
            outcome.reason,
            if asked.is_empty() {
                "nothing".to_owned()
            } else {
                asked.join(" ")
            }
        ));
    }

    /// Writes down what of the world the reader has to know.
    fn report(&mut self, input: &Input, now: Instant) {
        match input {
            Input::StoreFailed(_) => self.write(now, "not stored"),
            Input::RecorderFailed(_) => self.write(now, "the disk is full"),
            _ => {}
        }
    }

    fn fill_the_disk(&mut self, now: Instant) {
        self.write(now, "the disk is full");
        if let Some(question) = self.recording.clone() {
            let outputs = self.call.handle(Input::RecorderFailed(question), now);
            self.follow(outputs, now);
        }
    }

    fn perform(&mut self, act: &Act, now: Instant) {
        let (words, input) = match act {
            Act::Digit(key) => (format!("> digit {key}"), press(*key, now)),
            Act::LateDigit(key, from) => {
                let words = format!("> digit {key}, held from {:.1}", from.as_secs_f64());
                (words, press(*key, self.call.start + *from))
            }
            Act::HoldsDigit(key) => {
                let (digit, until) = (digit(*key), now);
                (format!("> holds {key}"), Input::Held { digit, until })
            }
            Act::DoubtfulDigit(key) => {
                let (digit, at) = (digit(*key), now);
                (format!("> doubtful {key}"), Input::DoubtfulDigit { digit, at })
            }
            Act::Speaks => ("> speaks".to_owned(), Input::SpeechStarted),
            Act::FallsSilent => ("> falls silent".to_owned(), Input::SpeechEnded { at: now }),
            Act::WasSilentSince(since) => {
                let words = format!("> silent since {:.1}", since.as_secs_f64());
                let at = self.call.start + *since;
                (words, Input::SpeechEnded { at })
            }
            Act::HangsUp => ("> hangs up".to_owned(), Input::HungUp),
            Act::IsLost => ("> is lost".to_owned(), Input::Failed(TechnicalCause::RtpSilence)),
        };
        self.write(now, &words);
        let outputs = self.call.handle(input, now);
        self.follow(outputs, now);
    }

    /// Writes down what the session wants.
    fn follow(&mut self, outputs: Vec<Output>, now: Instant) {
        for output in outputs {
            let words = self.shown_output(output);
            self.write(now, &words);
        }
    }

    fn shown_output(&mut self, output: Output) -> String {
        match output {
            Output::Play { prompts, .. } => {
                let names: Vec<&str> = prompts.iter().map(PromptName::as_str).collect();
                format!("play {}", names.join(" "))
            }
            Output::PlayTone(_) => "tone".to_owned(),
            Output::StopPlayback => "stop".to_owned(),
            Output::Speak(language) => format!("speak {language}"),
            Output::OptOut => "opt out".to_owned(),
            Output::Answer(answer) => shown(&answer),
            Output::OpenRecording(question) => {
                let words = format!("open recording {question}");
                self.recording = Some(question);
                words
            }
            Output::Record(question) => format!("recording {question}"),
            Output::StopRecording { question, ended_by } => {
                self.recording = None;
                format!("end of recording {question}: {ended_by}")
            }
            Output::HangUp(_) => "hang up".to_owned(),
        }
    }

    fn write(&mut self, now: Instant, words: &str) {
        let seconds = now.duration_since(self.call.start).as_secs_f64();
        self.lines.push(format!("    {seconds:5.1} {words}"));
    }
}

fn digit(key: char) -> Digit {
    Digit::from_char(key).unwrap_or_else(|| panic!("`{key}` is no key"))
}

fn press(key: char, at: Instant) -> Input {
    let digit = digit(key);
    Input::Digit { digit, at }
}

/// `answer nps=4`, and what is out of the ordinary about it.
fn shown(answer: &AnswerGiven) -> String {
    let mut words = match answer.value {
        Some(value) => format!("answer {}={value}", answer.question),
        None => format!("skip {}", answer.question),
    };
    if answer
        .value
        .is_none_or(|value| value.to_string() != answer.raw_digits)
    {
        words += &format!(", keys \"{}\"", answer.raw_digits);
    }
    if answer.attempts > 1 {
        words += &format!(", attempt {}", answer.attempts);
    }
    if !answer.response_time.is_zero() {
        words += &format!(", after {:.1} s", answer.response_time.as_secs_f64());
    }
    if answer.accepted_by_timeout {
        words += ", by timeout";
    }
    if let Some(first) = answer.corrected_from {
        words += &format!(", first {first}");
    }
    if !answer.early_digits.is_empty() {
        words += &format!(", early \"{}\"", answer.early_digits);
    }
    words
}
