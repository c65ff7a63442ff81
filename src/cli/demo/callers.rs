//! Callers of the demo: while it runs, calls come by SIP, as from a PBX, and press what callers press.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

use super::comments::SpeechFiles;
use crate::cli::start::say;
use crate::engine::seeded;
use aftercall_storage::demo::{DemoAgent, DemoOrganisation, DemoTone};
use aftercall_survey::{Metric, QuestionRecord, SurveyRecord};

/// Seconds from one call to the next.
const PAUSE: std::ops::Range<u64> = 6..15;
/// The PBX as it names itself in the calls.
const HUNG_UP_BY: [&str; 2] = ["caller", "agent"];

/// Whom callers come from, and what they are asked.
#[derive(Debug)]
pub(super) struct Callers {
    /// Where the service takes calls.
    pub(super) sip: SocketAddr,
    /// The settings of the demo.
    pub(super) config: PathBuf,
    /// Numbers, queues, agents.
    pub(super) organisation: DemoOrganisation,
    /// The surveys by name.
    pub(super) surveys: Vec<SurveyRecord>,
    /// What is said where a comment is asked for.
    pub(super) speech: SpeechFiles,
}

impl Callers {
    /// Calls until the process ends. On a thread of its own that nobody waits for: it only starts `aftercall call` and waits for its end.
    pub(super) fn start(self) {
        let started = thread::Builder::new().name("callers".to_owned()).spawn(move || {
            let mut rng = seeded();
            while let Some(mut call) = self.call(&mut rng) {
                if let Err(error) = call.status() {
                    say(&format!("cannot place calls: {error}"));
                    return;
                }
                #[expect(
                    clippy::disallowed_methods,
                    reason = "a thread of the demo's own, on which nothing else runs"
                )]
                thread::sleep(Duration::from_secs(rng.random_range(PAUSE)));
            }
        });
        if let Err(error) = started {
            say(&format!("no calls are placed: {error}"));
        }
    }

    /// The next call; `None`: there is nobody to call about.
    fn call(&self, rng: &mut StdRng) -> Option<Command> {
        let queue = one_of(&self.organisation.queues, rng)?;
        let mut routes = self.organisation.routes.iter();
        let route = routes.find(|route| route.queues.contains(queue))?;
        let DemoAgent { id, team } = one_of(&self.organisation.agents, rng)?;
        // Of several versions the last one is asked at present.
        let mut surveys = self.surveys.iter().rev();
        let survey = surveys.find(|survey| survey.survey.name == route.survey)?;
        let mood: f64 = rng.random_range(0.0..1.0);
        let keys: Vec<String> = survey
            .questions
            .iter()
            .map(|question| keys(question, mood, rng))
            .collect();
        let mut call = Command::new(std::env::current_exe().ok()?);
        call.arg("--config").arg(&self.config).arg("call");
        call.arg(format!("sip:{}@{}", route.dialled, self.sip));
        call.args(["--keys", &keys.join(",")])
            .arg("--say")
            .arg(self.speech(mood, rng)?);
        let caller: u32 = rng.random_range(0..10_000_000);
        call.args(["--from", &format!("+35840{caller:07}")]);
        let header = |name: &str, value: &str| format!("{name}: {value}");
        let talk_time = rng.random_range(30..600).to_string();
        let hung_up_by = one_of(&HUNG_UP_BY, rng).copied().unwrap_or_default();
        for header in [
            header("X-Queue", queue),
            header("X-Agent-Id", id),
            header("X-Team", team),
            header("X-Talk-Time", &talk_time),
            header("X-Hangup-By", hung_up_by),
        ] {
            call.args(["--header", &header]);
        }
        call.stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Some(call)
    }
}

impl Callers {
    /// What somebody in this mood, 0 to 1, says.
    fn speech(&self, mood: f64, rng: &mut StdRng) -> Option<&Path> {
        let tone = match satisfaction(mood) {
            low if low < 0.65 => DemoTone::Bad,
            middling if middling < 0.85 => DemoTone::Mixed,
            _ => DemoTone::Good,
        };
        let fitting: Vec<&PathBuf> = self
            .speech
            .iter()
            .filter(|(known, _)| *known == tone)
            .map(|(_, file)| file)
            .collect();
        one_of(&fitting, rng).map(|file| file.as_path())
    }
}

/// How content somebody in this mood is, 0 to 1.
fn satisfaction(mood: f64) -> f64 {
    mood.sqrt()
}

fn one_of<'a, T>(all: &'a [T], rng: &mut StdRng) -> Option<&'a T> {
    match all.len() {
        0 => None,
        count => all.get(rng.random_range(0..count)),
    }
}

/// What somebody in this mood, 0 to 1, presses at a question.
fn keys(question: &QuestionRecord, mood: f64, rng: &mut StdRng) -> String {
    if question.metric == Metric::Comment {
        return "say#".to_owned();
    }
    let (min, max) = question.scale;
    let satisfaction = (satisfaction(mood) + rng.random_range(-0.15..0.15)).clamp(0.0, 1.0);
    // A scale has a few values: a float holds them, and so does an integer again.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "values of a scale"
    )]
    let height = (satisfaction * (max - min) as f64).round() as i64;
    let value = if question.high_is_good {
        min + height
    } else {
        max - height
    };
    value.to_string()
}
