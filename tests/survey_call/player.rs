//! Runs a session through a written transcript in simulated time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aftercall_base::{Digit, Language, QuestionId};
use aftercall_runtime::clock;
use aftercall_survey::{
    AnswerGiven, AnyPrompt, Input, Output, PlayId, Session, Survey, TechnicalCause, parse,
};

/// The survey of a definition.
fn survey(definition: &str) -> Arc<Survey> {
    let parsed = parse(definition, "transcript.toml", &AnyPrompt);
    Arc::new(parsed.expect("the definition is valid").survey)
}

/// Runs the inputs of `script` and asserts that the outputs come as written.
#[track_caller]
pub(crate) fn assert_transcript(definition: &str, script: &str) {
    let expected: Vec<&str> = script.lines().map(str::trim).collect();
    let mut player = Player::new(survey(definition));
    for line in &expected {
        let (seconds, words) = line.split_once(' ').expect("a line is a time and words");
        let at = player.start + Duration::from_secs_f64(seconds.parse().expect("seconds"));
        player.run_until(at);
        if !words.starts_with("= ") {
            player.told(words, at);
        }
    }
    let got = player.lines.join("\n");
    assert_eq!(got, expected.join("\n"), "got:\n{got}\n");
}

struct Player {
    session: Session,
    start: Instant,
    play: Option<PlayId>,
    answered: Option<QuestionId>,
    recording: Option<QuestionId>,
    lines: Vec<String>,
}

impl Player {
    fn new(survey: Arc<Survey>) -> Self {
        let start = clock::monotonic();
        Self {
            session: Session::new(Arc::clone(&survey)).offering_languages(fallback(&survey)),
            start,
            play: None,
            answered: None,
            recording: None,
            lines: Vec::new(),
        }
    }

    fn run_until(&mut self, end: Instant) {
        while let Some(due) = self.session.timeout().filter(|due| *due <= end) {
            self.session.handle(Input::Timeout, due);
            self.drain(due);
        }
    }

    fn told(&mut self, words: &str, now: Instant) {
        self.write(now, words);
        if words.starts_with("outcome") {
            let outcome = self.session.outcome().expect("the call is over");
            let opted_out = if outcome.opted_out { ", opted out" } else { "" };
            self.lines.pop();
            self.write(
                now,
                &format!("outcome {} {}{opted_out}", outcome.disposition, outcome.reason),
            );
            return;
        }
        let input = self.input(words, now);
        self.session.handle(input, now);
        self.drain(now);
    }

    fn input(&self, words: &str, now: Instant) -> Input {
        let parts: Vec<&str> = words.split(' ').collect();
        match parts.as_slice() {
            ["answered"] => Input::Answered,
            ["finished"] => Input::PlaybackFinished(self.play.expect("something was played")),
            ["stored"] => Input::Stored(self.answered.clone().expect("something was answered")),
            ["store", "failed"] => Input::StoreFailed(self.answered.clone().expect("something was answered")),
            ["ready"] => Input::RecorderReady(self.recording.clone().expect("a recording was wanted")),
            ["disk", "full"] => {
                Input::RecorderFailed(self.recording.clone().expect("a recording was wanted"))
            }
            ["speaks"] => Input::SpeechStarted,
            ["silent", "since", at] => {
                let at = Duration::from_secs_f64(at.parse().expect("seconds"));
                Input::SpeechEnded { at: self.start + at }
            }
            ["hang", "up"] => Input::HungUp,
            ["failed", "rtp_silence"] => Input::Failed(TechnicalCause::RtpSilence),
            ["digit", key] => Input::Digit {
                digit: digit(key),
                at: now,
            },
            ["held", key] => Input::Held {
                digit: digit(key),
                until: now,
            },
            ["doubtful", key] => Input::DoubtfulDigit {
                digit: digit(key),
                at: now,
            },
            ["digit", key, "pressed", at] => {
                let at = Duration::from_secs_f64(at.parse().expect("seconds"));
                Input::Digit {
                    digit: digit(key),
                    at: self.start + at,
                }
            }
            other => unreachable!("not an input: {other:?}"),
        }
    }

    fn drain(&mut self, now: Instant) {
        while let Some(output) = self.session.poll() {
            let words = match output {
                Output::Play { id, prompts } => {
                    self.play = Some(id);
                    let names: Vec<&str> = prompts.iter().map(|name| name.as_str()).collect();
                    format!("= play {}", names.join(" "))
                }
                Output::StopPlayback => "= stop".to_owned(),
                Output::Speak(language) => format!("= speak {language}"),
                Output::OptOut => "= opt out".to_owned(),
                Output::Answer(answer) => {
                    self.answered = Some(answer.question.clone());
                    format!("= answer {}", shown(&answer))
                }
                Output::OpenRecording(question) => {
                    let words = format!("= open {question}");
                    self.recording = Some(question);
                    words
                }
                Output::PlayTone(id) => {
                    self.play = Some(id);
                    "= tone".to_owned()
                }
                Output::Record(question) => format!("= record {question}"),
                Output::StopRecording { question, ended_by } => {
                    format!("= stop recording {question}: {ended_by}")
                }
                Output::HangUp(reason) => format!("= hang up: {reason}"),
            };
            self.write(now, &words);
        }
    }

    fn write(&mut self, now: Instant, words: &str) {
        let seconds = now.duration_since(self.start).as_secs_f64();
        self.lines.push(format!("{seconds:.1} {words}"));
    }
}

/// The survey's own language; spoken when its menu of languages, if it has one, comes to nothing.
fn fallback(survey: &Survey) -> Language {
    survey.choose_language([], []).language.clone()
}

fn digit(key: &str) -> Digit {
    key.chars().next().and_then(Digit::from_char).expect("a key")
}

fn shown(answer: &AnswerGiven) -> String {
    let value = answer
        .value
        .map_or("skipped".to_owned(), |value| value.to_string());
    let corrected = answer
        .corrected_from
        .map_or(String::new(), |first| format!(", first {first}"));
    let by_timeout = if answer.accepted_by_timeout {
        ", by timeout"
    } else {
        ""
    };
    let early = if answer.early_digits.is_empty() {
        String::new()
    } else {
        format!(", early {}", answer.early_digits)
    };
    format!(
        "{} {value}, keys {}, attempt {}, after {:.1}s{by_timeout}{corrected}{early}",
        answer.question,
        answer.raw_digits,
        answer.attempts,
        answer.response_time.as_secs_f64()
    )
}
