//! A walk through a survey on the terminal, without a network: what `aftercall survey simulate` shows.
//!
//! It drives the same session as a call does, in simulated time, so nobody waits. What a call would play is
//! printed; a line of input is keys, an empty line is silence, `h` hangs up, and so does the end of the input.
//! Nothing is stored.

use std::io::{self, BufRead, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aftercall_base::{Digit, Language, PromptName, QuestionId, RecordingEndReason};
use aftercall_runtime::clock;
use aftercall_survey::{AnswerGiven, EndReason, Input, Outcome, Output, Plan, PlayId, Session, Survey};

/// How long each prompt is taken to be.
const PROMPT: Duration = Duration::from_secs(4);
/// How long the recording tone takes.
const TONE: Duration = Duration::from_millis(400);
/// How long a word takes to say.
const WORD: Duration = Duration::from_millis(400);
/// From one key of a line to the next.
const BETWEEN_KEYS: Duration = Duration::from_millis(300);

/// What the recorded prompts say.
pub trait PromptTexts {
    /// The words of a prompt, where they are known.
    fn words(&self, language: &Language, name: &PromptName) -> Option<String>;
}

/// Knows no words: each prompt is shown by its name or its question's text.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoTexts;

impl PromptTexts for NoTexts {
    fn words(&self, _language: &Language, _name: &PromptName) -> Option<String> {
        None
    }
}

/// The language of a walk.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'l> {
    /// This one.
    In(&'l Language),
    /// The one chosen in the survey's menu of languages, where it has one, else this one.
    UnlessChosen(&'l Language),
}

/// What is walked through.
pub struct Walker<'t> {
    /// The survey.
    pub survey: Arc<Survey>,
    /// What of it the call is asked.
    pub plan: Plan,
    /// In which language.
    pub asked: Asked<'t>,
    /// What its recordings say.
    pub texts: &'t dyn PromptTexts,
    /// Whether what is read is printed, since no terminal shows it.
    pub echo: bool,
}

impl std::fmt::Debug for Walker<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walker")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}

/// Walks a call that tells nothing through `survey` in `language`; its draw is the number 0.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn run(
    survey: Arc<Survey>,
    language: Asked<'_>,
    texts: &dyn PromptTexts,
    input: impl BufRead,
    output: impl Write,
) -> io::Result<Outcome> {
    let walker = Walker {
        plan: Plan::new(&survey, &std::collections::BTreeMap::new(), 0),
        survey,
        asked: language,
        texts,
        echo: false,
    };
    walk(walker, input, output)
}

/// Walks through a survey, reading lines from `input` and printing to `output`.
///
/// # Errors
/// When the terminal cannot be read or written.
pub fn walk(walker: Walker<'_>, input: impl BufRead, output: impl Write) -> io::Result<Outcome> {
    let start = clock::monotonic();
    let Walker {
        survey,
        plan,
        asked,
        texts,
        echo,
    } = walker;
    let session = Session::planned(Arc::clone(&survey), plan);
    let (session, language) = match asked {
        Asked::In(language) => (session, language),
        Asked::UnlessChosen(language) => (session.offering_languages(language.clone()), language),
    };
    let mut walk = Walk {
        session,
        survey,
        language: language.clone(),
        texts,
        echo,
        start,
        now: start,
        playing: None,
        answers: Vec::new(),
        spoken: false,
        input: input.lines(),
        output,
    };
    walk.introduce()?;
    walk.handle_input(Input::Answered)?;
    let outcome = walk.walk_on()?;
    walk.sum_up(&outcome)?;
    Ok(outcome)
}

/// Whether a line is pressed rather than said.
fn are_keys(line: &str) -> bool {
    line.chars().all(|key| Digit::from_char(key).is_some())
}

struct Walk<'a, L, W> {
    session: Session,
    survey: Arc<Survey>,
    language: Language,
    texts: &'a dyn PromptTexts,
    echo: bool,
    start: Instant,
    now: Instant,
    playing: Option<(PlayId, Duration)>,
    answers: Vec<AnswerGiven>,
    /// Whether something was said in the comment that is being recorded.
    spoken: bool,
    input: L,
    output: W,
}

impl<L: Iterator<Item = io::Result<String>>, W: Write> Walk<'_, L, W> {
    fn introduce(&mut self) -> io::Result<()> {
        let version = self.survey.version();
        writeln!(
            self.output,
            "Survey `{}`, version {}, in {}: {}",
            version.name,
            version.version,
            self.language,
            self.survey.title()
        )?;
        if self.survey.differs_by_call() {
            let ids = self.session.plan().questions(&self.survey);
            let ids: Vec<&str> = ids.into_iter().map(QuestionId::as_str).collect();
            writeln!(self.output, "This call can be asked: {}", ids.join(", "))?;
        }
        writeln!(
            self.output,
            "Type keys and Enter. Enter alone is silence, h hangs up.\n"
        )
    }

    fn walk_on(&mut self) -> io::Result<Outcome> {
        loop {
            if let Some(outcome) = self.session.outcome() {
                return Ok(*outcome);
            }
            if let Some((play, length)) = self.playing.take() {
                self.now += length;
                self.handle_input(Input::PlaybackFinished(play))?;
            } else if self.session.is_listening() || self.session.is_recording() {
                self.read_line()?;
            } else {
                self.let_time_pass()?;
            }
        }
    }

    fn read_line(&mut self) -> io::Result<()> {
        write!(self.output, "        > ")?;
        self.output.flush()?;
        let line = self.input.next().transpose()?;
        if self.echo {
            writeln!(self.output, "{}", line.as_deref().unwrap_or("(no more input)"))?;
        }
        match line.as_deref().map(str::trim) {
            None | Some("h" | "H") => self.handle_input(Input::HungUp),
            Some("") => self.let_time_pass(),
            Some(words) if self.session.is_recording() && !are_keys(words) => self.speak(words),
            Some(keys) => self.press(keys),
        }
    }

    fn press(&mut self, keys: &str) -> io::Result<()> {
        let Some(digits) = keys.chars().map(Digit::from_char).collect::<Option<Vec<Digit>>>() else {
            return writeln!(
                self.output,
                "        `{keys}` are no keys: 0-9, * and #, or h to hang up"
            );
        };
        for digit in digits {
            self.now += BETWEEN_KEYS;
            self.handle_input(Input::Digit { digit, at: self.now })?;
        }
        Ok(())
    }

    /// Lets the caller say something, for as long as saying it takes.
    fn speak(&mut self, words: &str) -> io::Result<()> {
        self.spoken = true;
        self.handle_input(Input::SpeechStarted)?;
        let count = u32::try_from(words.split_whitespace().count()).unwrap_or(u32::MAX);
        let end = self.now + WORD.saturating_mul(count);
        while let Some(due) = self.session.timeout().filter(|due| *due <= end) {
            self.now = due.max(self.now);
            self.handle_input(Input::Timeout)?;
        }
        self.now = end.max(self.now);
        self.handle_input(Input::SpeechEnded { at: self.now })
    }

    fn stop_recording(&mut self, question: &QuestionId, ended_by: RecordingEndReason) -> io::Result<()> {
        let kept = match (std::mem::take(&mut self.spoken), ended_by) {
            (_, RecordingEndReason::OptedOut) => "nothing of it is kept",
            (true, _) => "what was said is kept",
            (false, _) => "nothing was said",
        };
        self.say(&format!("ends the recording of {question}: {ended_by}; {kept}"))
    }

    /// Jumps to the next timer.
    fn let_time_pass(&mut self) -> io::Result<()> {
        self.now = self.session.timeout().map_or(self.now, |due| due.max(self.now));
        self.handle_input(Input::Timeout)
    }

    fn handle_input(&mut self, input: Input) -> io::Result<()> {
        self.session.handle(input, self.now);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Play { id, prompts } => self.play(id, &prompts)?,
                Output::StopPlayback => self.playing = None,
                Output::Speak(language) => {
                    self.say(&format!("speaks {language}"))?;
                    self.language = language;
                }
                Output::OpenRecording(question) => {
                    self.session.handle(Input::RecorderReady(question), self.now);
                }
                Output::PlayTone(id) => {
                    self.say("plays the tone")?;
                    self.playing = Some((id, TONE));
                }
                Output::Record(question) => self.say(&format!(
                    "records {question}: type what the caller says, # ends it, Enter is silence"
                ))?,
                Output::StopRecording { question, ended_by } => self.stop_recording(&question, ended_by)?,
                Output::OptOut => self.say("stores the opt-out of this caller")?,
                Output::Answer(answer) => self.store(answer)?,
                Output::HangUp(reason) => self.hang_up(reason)?,
            }
        }
        Ok(())
    }

    fn play(&mut self, id: PlayId, prompts: &[PromptName]) -> io::Result<()> {
        for prompt in prompts {
            let words = self.words(prompt);
            self.say(&match words {
                Some(words) => format!("plays {prompt}: \"{words}\""),
                None => format!("plays {prompt}"),
            })?;
        }
        let count = u32::try_from(prompts.len()).unwrap_or(1);
        self.playing = Some((id, PROMPT * count));
        Ok(())
    }

    fn words(&self, prompt: &PromptName) -> Option<String> {
        let asked = |wording: &[PromptName]| wording.last() == Some(prompt);
        let mut questions = self.survey.questions().iter();
        let from_survey = || {
            let question = questions.find(|question| asked(&question.wording().question))?;
            question.text(&self.language).map(str::to_owned)
        };
        self.texts.words(&self.language, prompt).or_else(from_survey)
    }

    fn store(&mut self, answer: AnswerGiven) -> io::Result<()> {
        self.say(&format!("stores {}", self.shown(&answer)))?;
        let question = answer.question.clone();
        self.answers.retain(|earlier| earlier.question != question);
        self.answers.push(answer);
        self.session.handle(Input::Stored(question), self.now);
        Ok(())
    }

    fn shown(&self, answer: &AnswerGiven) -> String {
        let value = answer
            .value
            .map_or("no answer".to_owned(), |value| value.to_string());
        let mut questions = self.survey.questions().iter();
        let question = questions.find(|question| *question.id() == answer.question);
        let label = question
            .zip(answer.value)
            .and_then(|(question, value)| question.labels().get(&value))
            .map_or(String::new(), |label| format!(" ({label})"));
        let corrected = answer
            .corrected_from
            .map_or(String::new(), |first| format!(", first {first}"));
        let by_timeout = if answer.accepted_by_timeout {
            ", accepted by timeout"
        } else {
            ""
        };
        let early = if answer.early_digits.is_empty() {
            String::new()
        } else {
            format!(", dropped \"{}\"", answer.early_digits)
        };
        format!(
            "{}: {value}{label} [keys \"{}\", attempt {}{by_timeout}{corrected}{early}]",
            answer.question, answer.raw_digits, answer.attempts
        )
    }

    fn hang_up(&mut self, reason: EndReason) -> io::Result<()> {
        self.say(&format!("hangs up: {reason}"))
    }

    fn say(&mut self, what: &str) -> io::Result<()> {
        let seconds = self.now.duration_since(self.start).as_secs_f64();
        writeln!(self.output, "{seconds:6.1}s {what}")
    }

    fn sum_up(&mut self, outcome: &Outcome) -> io::Result<()> {
        let opted_out = if outcome.opted_out {
            ", opted out for good"
        } else {
            ""
        };
        writeln!(
            self.output,
            "\nOutcome: {}, {}{opted_out}",
            outcome.disposition, outcome.reason
        )?;
        if self.answers.is_empty() {
            return writeln!(self.output, "No answer would be stored.");
        }
        writeln!(self.output, "A call would have stored:")?;
        for answer in &self.answers {
            let line = self.shown(answer);
            writeln!(self.output, "  {line}")?;
        }
        Ok(())
    }
}
