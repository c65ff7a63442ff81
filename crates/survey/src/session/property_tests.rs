//! What holds for every call, whatever the caller, the media and the store do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{AnswerGiven, Input, Output, PlayId, Session};
use crate::context::{Field, Name};
use crate::{AnyPrompt, Plan, Survey, TechnicalCause, parse};
use aftercall_base::{Digit, Disposition, Language, PromptName, QuestionId, RecordingEndReason};

const BRANCHED: &str = "[[question]]\nmetric = \"nps\"\nbranch = [{ when = \"0-6\", goto = \"why\" }]\n\
    [[question]]\nmetric = \"ces\"\n[[question]]\nid = \"why\"\nmetric = \"choice\"\n\
    keys = { 1 = \"a\", 12 = \"b\", 3 = \"c\" }\n[[question]]\nmetric = \"comment\"\n[[question]]\nmetric = \"yes_no\"\n\
    [[question]]\nid = \"last\"\nmetric = \"comment\"\nprompt = \"comment\"";

/// Draws, conditions, corrections and numbers, with branches out of a group and for some calls.
const CHOSEN: &str = "[[group]]\nid = \"topics\"\nask = 2\n\
    [[question]]\nmetric = \"nps\"\ncorrection = { when = \"0-6\" }\n\
    branch = [{ only_when = { queue = \"vip\" }, goto = \"calls\" }]\n\
    [[question]]\nid = \"a\"\nmetric = \"csat\"\ngroup = \"topics\"\ncorrection = { key = \"2\", when = \"1-3\" }\n\
    [[question]]\nid = \"b\"\nmetric = \"ces\"\ngroup = \"topics\"\nbranch = [{ when = 1, goto = \"say\" }]\n\
    [[question]]\nid = \"c\"\nmetric = \"yes_no\"\ngroup = \"topics\"\nonly_when = { queue = { not = \"vip\" } }\n\
    [[question]]\nid = \"calls\"\nmetric = \"number\"\nscale = { min = 0, max = 120 }\ncorrection = {}\n\
    [[question]]\nid = \"say\"\nmetric = \"comment\"\n[[question]]\nmetric = \"csat\"\nonly_when = { queue = \"*\" }";

/// Laid before [`BRANCHED`].
const MENU: &str = "languages = [\"en\", \"fi\"]\n[language_menu]\nkeys = { 1 = \"en\", 2 = \"fi\" }\n";

/// The cap, the last gap, the store's patience, and two goodbyes: one of them after an opt-out in the other.
const LONGEST: Duration = Duration::from_millis(180_000 + 2 * 400 + 10_000 + 2 * 30_000);

#[derive(Debug, Clone)]
enum Event {
    Wait(u64),
    /// The world does all that is waited for, and half a second passes.
    Cooperate,
    Digit(u8, u64),
    Held(u8),
    Doubtful(u8, u64),
    Finished(bool),
    Stored(bool),
    StoreFailed,
    Ready(bool),
    DiskFull,
    Speaks,
    Silent(u64),
    Answered,
    HungUp,
    Failed,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        8 => (0u64..9_000).prop_map(Event::Wait),
        12 => Just(Event::Cooperate),
        8 => (0u8..12, 0u64..800).prop_map(|(digit, ago)| Event::Digit(digit, ago)),
        2 => (0u8..12).prop_map(Event::Held),
        2 => (0u8..12, 0u64..800).prop_map(|(digit, ago)| Event::Doubtful(digit, ago)),
        // Low scores, and the keys of corrections.
        10 => (0u8..3).prop_map(|digit| Event::Digit(digit, 0)),
        6 => any::<bool>().prop_map(Event::Finished),
        6 => prop::bool::weighted(0.9).prop_map(Event::Stored),
        4 => prop::bool::weighted(0.9).prop_map(Event::Ready),
        1 => prop::bool::weighted(0.2).prop_map(|fails| if fails { Event::DiskFull } else { Event::Wait(1) }),
        2 => Just(Event::Speaks),
        2 => (0u64..2_000).prop_map(Event::Silent),
        1 => Just(Event::Answered),
        1 => prop::bool::weighted(0.1).prop_map(|fails| if fails { Event::StoreFailed } else { Event::Wait(1) }),
        1 => prop::bool::weighted(0.1).prop_map(|ends| if ends { Event::HungUp } else { Event::Wait(1) }),
        1 => prop::bool::weighted(0.1).prop_map(|ends| if ends { Event::Failed } else { Event::Wait(1) }),
    ]
}

/// The steps of a comment, in the order in which they must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Opened,
    Noticed,
    Toned,
    Recording,
}

/// Drives a session and asserts the invariants at each output.
struct Observer {
    session: Session,
    /// What is spoken, when the session said so.
    language: Option<Language>,
    /// Whether nothing but offers of languages has been played.
    offers: bool,
    now: Instant,
    play: PlayId,
    survey: Arc<Survey>,
    /// The value of each answer.
    answered: BTreeMap<QuestionId, Option<i64>>,
    corrected: BTreeSet<QuestionId>,
    pending_answer: Option<QuestionId>,
    values: usize,
    /// How far the comment in progress has come.
    comment: Option<(QuestionId, Step)>,
    asked_for: BTreeSet<QuestionId>,
    apologised: bool,
    hung_up: bool,
}

impl Observer {
    fn new(definition: &str, queue: Option<&str>, draw: u64) -> Self {
        let parsed = parse(definition, "property.toml", &AnyPrompt).expect("a valid definition");
        let survey: Arc<Survey> = Arc::new(parsed.survey);
        let queue = queue.map(|queue| (Name::Field(Field::Queue), queue.to_owned()));
        let told: BTreeMap<Name, String> = queue.into_iter().collect();
        let plan = Plan::new(&survey, &told, draw);
        #[expect(clippy::disallowed_methods, reason = "an arbitrary origin for simulated time")]
        let now = Instant::now();
        let mut observer = Self {
            session: Session::planned(Arc::clone(&survey), plan)
                .offering_languages(survey.choose_language(["fi"], []).language.clone()),
            language: None,
            offers: survey.language_menu().is_some(),
            now,
            play: PlayId(0),
            survey: Arc::clone(&survey),
            answered: BTreeMap::new(),
            corrected: BTreeSet::new(),
            pending_answer: None,
            values: 0,
            comment: None,
            asked_for: BTreeSet::new(),
            apologised: false,
            hung_up: false,
        };
        observer.tell(Input::Answered);
        observer
    }

    fn apply(&mut self, event: &Event) {
        let question = |known: bool, pending_answer: &Option<QuestionId>| {
            let other = QuestionId::new("other").expect("a word");
            pending_answer.clone().filter(|_| known).unwrap_or(other)
        };
        let input = match event {
            Event::Wait(millis) => return self.wait(Duration::from_millis(*millis)),
            Event::Cooperate => {
                for event in [Event::Stored(true), Event::Ready(true), Event::Finished(true)] {
                    self.apply(&event);
                }
                return self.wait(Duration::from_millis(500));
            }
            Event::Digit(code, ago) => Input::Digit {
                digit: Digit::from_event(*code).expect("codes below 16 are digits"),
                at: self.now - Duration::from_millis(*ago),
            },
            Event::Held(code) => Input::Held {
                digit: Digit::from_event(*code).expect("codes below 16 are digits"),
                until: self.now,
            },
            Event::Doubtful(code, ago) => Input::DoubtfulDigit {
                digit: Digit::from_event(*code).expect("codes below 16 are digits"),
                at: self.now - Duration::from_millis(*ago),
            },
            Event::Finished(current) => {
                Input::PlaybackFinished(if *current { self.play } else { PlayId(999) })
            }
            Event::Stored(known) => {
                let question = question(*known, &self.pending_answer);
                self.pending_answer = self
                    .pending_answer
                    .take()
                    .filter(|pending_answer| *pending_answer != question);
                Input::Stored(question)
            }
            Event::Ready(known) => Input::RecorderReady(self.commented(*known)),
            Event::DiskFull => Input::RecorderFailed(self.commented(true)),
            Event::Speaks => Input::SpeechStarted,
            Event::Silent(ago) => Input::SpeechEnded {
                at: self.now - Duration::from_millis(*ago),
            },
            Event::StoreFailed => Input::StoreFailed(question(true, &self.pending_answer)),
            Event::Answered => Input::Answered,
            Event::HungUp => Input::HungUp,
            Event::Failed => Input::Failed(TechnicalCause::RtpSilence),
        };
        self.tell(input);
    }

    fn commented(&self, known: bool) -> QuestionId {
        let other = QuestionId::new("other").expect("a word");
        let current = self.comment.as_ref().filter(|_| known);
        current.map_or(other, |(question, _)| question.clone())
    }

    fn check_comment(&mut self, output: &Output) {
        let (question, before, after) = match output {
            Output::OpenRecording(question) => {
                assert_eq!(self.comment, None, "one recording at a time");
                assert!(
                    self.asked_for.insert(question.clone()),
                    "a comment is asked for once"
                );
                self.comment = Some((question.clone(), Step::Opened));
                return;
            }
            Output::StopRecording { question, ended_by } => {
                let (open, step) = self.comment.take().expect("what was opened is stopped once");
                assert_eq!(&open, question);
                let is_spoken = matches!(
                    ended_by,
                    RecordingEndReason::Key | RecordingEndReason::Silence | RecordingEndReason::Limit
                );
                assert!(!is_spoken || step == Step::Recording, "{ended_by} in {step:?}");
                return;
            }
            Output::Play { .. } => {
                let Some((question, step)) = &self.comment else {
                    return;
                };
                (
                    question.clone(),
                    Step::Opened,
                    (*step == Step::Opened).then_some(Step::Noticed),
                )
            }
            Output::PlayTone(play) => {
                assert!(*play > self.play, "each playback is new");
                self.play = *play;
                (self.commented(true), Step::Noticed, Some(Step::Toned))
            }
            Output::Record(question) => (question.clone(), Step::Toned, Some(Step::Recording)),
            Output::Speak(_)
            | Output::StopPlayback
            | Output::Answer(_)
            | Output::OptOut
            | Output::HangUp(_) => return,
        };
        let after = after.expect("nothing else is played while a recording is open");
        assert_eq!(
            self.comment.replace((question.clone(), after)),
            Some((question, before)),
            "file, notice, tone, recording: {output:?}"
        );
    }

    fn wait(&mut self, duration: Duration) {
        let end = self.now + duration;
        while let Some(due) = self.session.timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.tell(Input::Timeout);
        }
        self.now = end;
    }

    fn tell(&mut self, input: Input) {
        let was_over = self.session.outcome().copied();
        self.session.handle(input, self.now);
        while let Some(output) = self.session.poll() {
            assert!(was_over.is_none(), "nothing is wanted after the end: {output:?}");
            self.check(&output);
        }
        if let Some(outcome) = was_over {
            assert_eq!(self.session.outcome(), Some(&outcome), "the outcome is final");
        }
    }

    fn check(&mut self, output: &Output) {
        assert!(!self.hung_up, "nothing is wanted after hanging up: {output:?}");
        self.check_comment(output);
        match output {
            Output::Play { id, prompts } => {
                assert!(
                    !prompts.is_empty() && *id > self.play,
                    "each playback is new and says something"
                );
                let is_offer = prompts
                    .iter()
                    .any(|name| name.as_str().starts_with("language_key_"));
                assert!(
                    self.offers || !is_offer,
                    "languages are offered first or not at all"
                );
                let expected = match prompts.first().map(PromptName::as_str) {
                    Some("language_key_1") => Some("en"),
                    Some("language_key_2") => Some("fi"),
                    _ => None,
                };
                let spoken = self.language.as_ref().map(Language::as_str);
                assert!(
                    expected.is_none() || expected == spoken,
                    "each language is offered in itself"
                );
                self.offers &= is_offer;
                let says = |word| prompts.iter().any(|name| name.as_str() == word);
                assert!(
                    !self.apologised || says("declined"),
                    "nothing is asked after the apology"
                );
                self.apologised |= says("sorry_error");
                assert!(
                    self.pending_answer.is_none() || self.apologised,
                    "an answer is durable before the next prompt"
                );
                self.play = *id;
            }
            Output::Answer(answer) => {
                self.check_answer(answer);
                self.pending_answer = Some(answer.question.clone());
            }
            Output::Speak(language) => {
                assert!(self.offers, "the language stays what it is once it is chosen");
                self.language = Some(language.clone());
            }
            Output::OpenRecording(_)
            | Output::PlayTone(_)
            | Output::Record(_)
            | Output::StopRecording { .. }
            | Output::StopPlayback
            | Output::OptOut => {}
            Output::HangUp(_) => self.hung_up = true,
        }
    }

    fn check_answer(&mut self, answer: &AnswerGiven) {
        let mut questions = self.survey.questions().iter();
        let question = questions.find(|question| *question.id() == answer.question);
        let question = question.expect("answers are to questions of the survey");
        let is_valid = |value| question.keys().iter().any(|(_, known)| known == value);
        assert!(
            answer.value.is_none_or(is_valid),
            "every answer is valid: {answer:?}"
        );
        assert!(answer.attempts >= 1 && answer.raw_digits.len() <= 32);
        let first = self.answered.insert(answer.question.clone(), answer.value);
        match answer.corrected_from {
            None => assert_eq!(first, None, "a question has one answer"),
            Some(from) => {
                assert_eq!(
                    first,
                    Some(Some(from)),
                    "a correction keeps what was first answered"
                );
                assert!(
                    self.corrected.insert(answer.question.clone()),
                    "an answer is corrected once"
                );
                assert!(
                    question
                        .correction()
                        .is_some_and(|offered| offered.offer(from).is_some())
                );
                assert!(answer.value.is_some(), "a correction is an answer");
            }
        }
        self.values += usize::from(answer.value.is_some());
    }

    /// What was asked is what the call was to be asked, in its order, and nothing else was answered.
    fn check_asked(&self) {
        let asked: Vec<&QuestionId> = self.session.asked().collect();
        let planned = self.session.plan().questions(&self.survey);
        let place = |id: &QuestionId| planned.iter().position(|planned| *planned == id);
        assert!(
            asked.iter().all(|id| place(id).is_some()),
            "{asked:?} of {planned:?}"
        );
        assert!(
            asked.iter().map(|id| place(id)).is_sorted(),
            "{asked:?} of {planned:?}"
        );
        let distinct: BTreeSet<&&QuestionId> = asked.iter().collect();
        assert_eq!(distinct.len(), asked.len(), "nothing is asked twice: {asked:?}");
        assert!(self.answered.keys().all(|id| asked.contains(&id)));
    }

    fn check_outcome(&self) {
        self.check_asked();
        let outcome = self.session.outcome().expect("every call ends");
        match outcome.disposition {
            Disposition::Completed | Disposition::Partial => assert!(self.values > 0, "{outcome:?}"),
            Disposition::NoAnswer | Disposition::Abandoned => assert_eq!(self.values, 0, "{outcome:?}"),
            Disposition::Declined => assert!(outcome.opted_out),
            Disposition::Failed => {}
            Disposition::NotSampled | Disposition::Suppressed | Disposition::RefusedCapacity => {
                panic!("a surveyed call cannot be {outcome:?}")
            }
        }
        assert_eq!(self.comment, None, "every recording is stopped");
        assert_eq!(self.session.timeout(), None, "no timer outlives the call");
    }
}

proptest! {
    #[test]
    fn every_call_keeps_the_rules_and_ends_in_time(
        events in prop::collection::vec(event(), 0..120),
        menu in any::<bool>(),
        chosen in any::<bool>(),
        queue in prop::option::of(prop_oneof![Just("vip"), Just("other")]),
        draw in any::<u64>(),
    ) {
        let questions = if chosen { CHOSEN } else { BRANCHED };
        let definition = if menu { format!("{MENU}{questions}") } else { questions.to_owned() };
        let mut observer = Observer::new(&definition, queue, draw);
        let start = observer.now;
        for event in &events {
            observer.apply(event);
        }
        let spent = observer.now - start;
        observer.wait(LONGEST.saturating_sub(spent));
        observer.check_outcome();
    }
}
