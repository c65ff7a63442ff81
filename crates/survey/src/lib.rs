//! Survey definitions and the survey session state machine; with [`context`], what is known of the call, [`admission`], who
//! is asked, [`route`], which number leads to which survey, and [`record`], the facts that are kept. Pure.
//!
//! [`parse()`] turns an operator's TOML into a [`Survey`] that cannot be wrong, or into every [`Fault`](aftercall_base::Fault) of the
//! file at once. A [`Session`] walks one caller through it: it takes in what happens (keys, ends of playback,
//! durable answers) and says what to play, store and when to hang up. It knows nothing of SIP, RTP or SQL.
//!
//! A survey of one question, and a session driven by hand:
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use aftercall_base::{Digit, Disposition};
//! use aftercall_runtime::clock::monotonic;
//! use aftercall_survey::{AnyPrompt, Input, Output, Session, parse};
//!
//! let parsed = parse("[[question]]\nmetric = \"nps\"", "nps.toml", &AnyPrompt).expect("a valid definition");
//! let mut session = Session::new(Arc::new(parsed.survey));
//! let answered_at = monotonic();
//! let at = |seconds| answered_at + Duration::from_secs(seconds);
//!
//! session.handle(Input::Answered, answered_at);
//! assert_eq!(session.poll(), None, "a call begins with a short silence");
//! let due = session.timeout().expect("it ends by a timer");
//! session.handle(Input::Timeout, due);
//! let Some(Output::Play { id, prompts }) = session.poll() else { panic!("the welcome") };
//! assert_eq!(prompts[0].as_str(), "welcome");
//!
//! session.handle(Input::PlaybackFinished(id), at(4));
//! assert!(matches!(session.poll(), Some(Output::Play { .. })), "the question");
//! session.handle(Input::Digit { digit: Digit::from_event(9).expect("a key"), at: at(6) }, at(6));
//! assert_eq!(session.poll(), Some(Output::StopPlayback), "the key interrupts the question");
//! let Some(Output::Answer(answer)) = session.poll() else { panic!("the answer") };
//! assert_eq!(answer.value, Some(9));
//!
//! // The thank-you is played when the answer is durable; this caller does not wait for it.
//! session.handle(Input::Stored(answer.question), at(6));
//! session.handle(Input::HungUp, at(7));
//! assert_eq!(session.outcome().map(|outcome| outcome.disposition), Some(Disposition::Completed));
//! ```

pub mod admission;
pub mod alert;
mod answer_class;
mod call_length;
mod collect;
mod comparison;
pub mod context;
mod definition;
mod direction;
pub mod follow_up;
mod graph;
mod language;
mod metric;
mod outline;
mod parse;
mod path_bounds;
mod plan;
mod prompt;
mod question;
pub mod record;
pub mod route;
mod session;
mod version;
mod words;

pub use answer_class::AnswerClass;
pub use collect::{AnswerKeys, Collected, Collector};
pub use comparison::{SurveyChange, SurveyProperty, changes, properties};
pub use definition::{ClosingPrompts, CommandKeys, Survey, SurveyRules, SurveyTiming};
pub use direction::{ScaleWording, direction_doubt};
pub use graph::graph;
pub use language::{LanguageChoice, LanguageMenu, LanguageSelectedBy, LanguageSelection, OfferMenu};
pub use metric::Metric;
pub use outline::outline;
pub use parse::{ParseContext, Parsed, parse, parse_in};
pub use plan::{NextStep, Plan, draw_of};
pub use prompt::{AnyPrompt, PromptNames, PromptSet};
pub use question::{
    Branch, Comment, Correction, Goto, GroupOrder, Question, QuestionGroup, Scale, ScaleDirection, Wording,
};
pub use session::{AnswerGiven, EndReason, Input, Outcome, Output, PlayId, Session, TechnicalCause};
pub use version::{QuestionRecord, SurveyRecord, SurveyVersion};
