//! Survey definitions and the survey session state machine. Pure.
//!
//! [`parse()`] turns an operator's TOML into a [`Survey`] that cannot be wrong, or into every [`Fault`](crate::base::Fault) of the
//! file at once. A [`Session`] walks one caller through it: it is told what happens (keys, ends of playback,
//! durable answers) and says what to play, store and when to hang up. It knows nothing of SIP, RTP or SQL.

mod call_length;
mod collect;
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
mod record;
mod session;
mod words;

pub use collect::{AnswerKeys, Collected, Collector};
pub use definition::{ClosingPrompts, CommandKeys, Rules, Survey, Timing};
pub use direction::{Worded, doubt};
pub use graph::graph;
pub use language::{Chosen, ChosenBy, LanguageChoice, LanguageMenu, OfferMenu};
pub use metric::Metric;
pub use outline::outline;
pub use parse::{Parsed, Surroundings, parse, parse_in};
pub use plan::{Ahead, Plan, draw_of};
pub use prompt::{AnyPrompt, PromptNames, PromptSet};
pub use properties::{Change, Property, changes, properties};
pub use question::{Branch, Comment, Correction, Direction, Goto, Group, Order, Question, Scale, Wording};
pub use record::{QuestionRecord, SurveyRecord, SurveyVersion};
pub use session::{AnswerGiven, EndReason, Input, Outcome, Output, PlayId, Session, TechnicalCause};
