//! Survey definitions and the survey session state machine; with [`context`], what is known of the call, [`admission`], who
//! is asked, [`route`], which number leads to which survey, and [`record`], the facts that are kept. Pure.
//!
//! [`parse()`] turns an operator's TOML into a [`Survey`] that cannot be wrong, or into every [`Fault`](aftercall_base::Fault) of the
//! file at once. A [`Session`] walks one caller through it: it is told what happens (keys, ends of playback,
//! durable answers) and says what to play, store and when to hang up. It knows nothing of SIP, RTP or SQL.

pub mod admission;
mod call_length;
mod collect;
pub mod context;
mod definition;
mod direction;
mod graph;
mod language;
mod longest;
mod metric;
mod outline;
mod parse;
mod plan;
mod prompt;
mod properties;
mod question;
pub mod record;
pub mod route;
mod session;
mod version;
mod words;

pub use collect::{AnswerKeys, Collected, Collector};
pub use definition::{ClosingPrompts, CommandKeys, Rules, Survey, Timing};
pub use direction::{Worded, doubt};
pub use graph::graph;
pub use language::{Chosen, ChosenBy, LanguageChoice, LanguageMenu, OfferMenu};
pub use metric::Metric;
pub use outline::outline;
pub use parse::{Parsed, Surroundings, parse, parse_in};
pub use plan::{NextStep, Plan, draw_of};
pub use prompt::{AnyPrompt, PromptNames, PromptSet};
pub use properties::{Change, Property, changes, properties};
pub use question::{Branch, Comment, Correction, Direction, Goto, Group, Order, Question, Scale, Wording};
pub use session::{AnswerGiven, EndReason, Input, Outcome, Output, PlayId, Session, TechnicalCause};
pub use version::{QuestionRecord, SurveyRecord, SurveyVersion};
