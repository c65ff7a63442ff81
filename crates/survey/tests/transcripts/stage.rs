//! Walks a call through its survey in simulated time and writes down what happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::script::{Act, Call};
use aftercall_base::{Digit, PromptName, QuestionId};
use aftercall_runtime::clock;
use aftercall_survey::{
    AnswerGiven, AnyPrompt, Input, Output, Plan, PlayId, Session, Survey, TechnicalCause, parse,
};

const PROMPT: Duration = Duration::from_secs(3);
const TONE: Duration = Duration::from_millis(400);
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
    let start = clock::monotonic();
    let fallback = survey.choose_language([], []).language.clone();
    let mut stage = Stage {
        session: Session::planned(Arc::clone(survey), plan).offering_languages(fallback),
        call,
        start,
        world: Vec::new(),
        playing: None,
        recording: None,
        lines: Vec::new(),
    };
    stage.write(start, "answered");
    stage.tell(Input::Answered, start);
    if let Some(at) = call.world.disk_full_at {
        stage.world.push((start + at, Event::DiskFull));
    }
    stage.play_out();
    stage.lines
}

/// What the world does later.
#[derive(Debug)]
enum Event {
    Finished(PlayId),
    Stored(QuestionId),
    StoreFailed(QuestionId),
    Ready(QuestionId),
    DiskFull,
}

struct Stage<'c> {
    session: Session,
    call: &'c Call,
    start: Instant,
    world: Vec<(Instant, Event)>,
    playing: Option<PlayId>,
    recording: Option<QuestionId>,
    lines: Vec<String>,
}

impl Stage<'_> {
    /// Lets happen what happens next until the call is over: timers before the world, the world before the caller.
    fn play_out(&mut self) {
        let mut acts = self.call.acts.iter().peekable();
        while self.session.outcome().is_none() {
            let timer = self.session.timeout();
            let world = self.world.iter().map(|(at, _)| *at).min();
            let act = acts.peek().map(|(at, _)| self.start + *at);
            let now = [timer, world, act].into_iter().flatten().min();
            let now = now.expect("a call that is not over waits for something");
            assert!(
                now <= self.start + LONGEST,
                "the call ends:\n{}",
                self.lines.join("\n")
            );
            if timer == Some(now) {
                self.tell(Input::Timeout, now);
            } else if world == Some(now) {
                let place = self.world.iter().position(|(at, _)| *at == now).unwrap();
                let (_, event) = self.world.remove(place);
                self.happen(event, now);
            } else if let Some((_, act)) = acts.next() {
                self.perform(act, now);
            }
        }
        for (at, act) in acts {
            let seconds = at.as_secs_f64();
            self.lines.push(format!("    {seconds:5.1} TOO LATE: {act:?}"));
        }
        let outcome = *self.session.outcome().unwrap();
        let opted_out = if outcome.opted_out { ", opted out" } else { "" };
        let asked: Vec<&str> = self.session.asked().map(QuestionId::as_str).collect();
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

    fn happen(&mut self, event: Event, now: Instant) {
        let input = match event {
            Event::Finished(play) if self.playing == Some(play) => {
                self.playing = None;
                Input::PlaybackFinished(play)
            }
            Event::Finished(_) => return,
            Event::Stored(question) => Input::Stored(question),
            Event::StoreFailed(question) => {
                self.write(now, "not stored");
                Input::StoreFailed(question)
            }
            Event::Ready(question) => Input::RecorderReady(question),
            Event::DiskFull => {
                self.write(now, "the disk is full");
                match self.recording.clone() {
                    Some(question) => Input::RecorderFailed(question),
                    None => return,
                }
            }
        };
        self.tell(input, now);
    }

    fn perform(&mut self, act: &Act, now: Instant) {
        let (words, input) = match act {
            Act::Digit(key) => (format!("> digit {key}"), press(*key, now)),
            Act::Held(key, from) => {
                let words = format!("> digit {key}, held from {:.1}", from.as_secs_f64());
                (words, press(*key, self.start + *from))
            }
            Act::Speaks => ("> speaks".to_owned(), Input::SpeechStarted),
            Act::FallsSilent => ("> falls silent".to_owned(), Input::SpeechEnded { at: now }),
            Act::HangsUp => ("> hangs up".to_owned(), Input::HungUp),
            Act::IsLost => ("> is lost".to_owned(), Input::Failed(TechnicalCause::RtpSilence)),
        };
        self.write(now, &words);
        self.tell(input, now);
    }

    fn tell(&mut self, input: Input, now: Instant) {
        self.session.handle(input, now);
        while let Some(output) = self.session.poll() {
            let words = self.done(output, now);
            self.write(now, &words);
        }
    }

    /// Does what the session wants; says what that was.
    fn done(&mut self, output: Output, now: Instant) -> String {
        match output {
            Output::Play { id, prompts } => {
                let count = u32::try_from(prompts.len()).unwrap();
                self.play(id, now + PROMPT * count);
                let names: Vec<&str> = prompts.iter().map(PromptName::as_str).collect();
                format!("play {}", names.join(" "))
            }
            Output::PlayTone(id) => {
                self.play(id, now + TONE);
                "tone".to_owned()
            }
            Output::StopPlayback => {
                self.playing = None;
                "stop".to_owned()
            }
            Output::Speak(language) => format!("speak {language}"),
            Output::OptOut => "opt out".to_owned(),
            Output::Answer(answer) => {
                let question = answer.question.clone();
                let (after, event) = match self.call.world.store {
                    Some(after) => (after, Event::Stored(question)),
                    None => (Duration::from_millis(100), Event::StoreFailed(question)),
                };
                self.world.push((now + after, event));
                shown(&answer)
            }
            Output::OpenRecording(question) => {
                self.recording = Some(question.clone());
                let words = format!("open recording {question}");
                match self.call.world.recorder {
                    Some(after) => self.world.push((now + after, Event::Ready(question))),
                    None => self.world.push((now, Event::DiskFull)),
                }
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

    fn play(&mut self, id: PlayId, until: Instant) {
        self.playing = Some(id);
        self.world.push((until, Event::Finished(id)));
    }

    fn write(&mut self, now: Instant, words: &str) {
        let seconds = now.duration_since(self.start).as_secs_f64();
        self.lines.push(format!("    {seconds:5.1} {words}"));
    }
}

fn press(key: char, at: Instant) -> Input {
    let digit = Digit::from_char(key).unwrap_or_else(|| panic!("`{key}` is no key"));
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
