//! Survey definitions and the survey session state machine; with [`context`], what is known of the call, [`admission`], who
//! is asked, [`route`], which number leads to which survey, and [`record`], the facts that are kept. Pure.
//!
//! [`parse()`] turns an operator's TOML into a [`Survey`] that cannot be wrong, or into every [`Fault`](aftercall_base::Fault) of the
//! file at once. A [`Session`] walks one caller through it: it is told what happens (keys, ends of playback,
//! durable answers) and says what to play, store and when to hang up. It knows nothing of SIP, RTP or SQL.

pub mod admission;
mod call_length;
mod collect;
mod comparison;
pub mod context;
mod definition;
mod direction;
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

pub use collect::{AnswerKeys, Collected, Collector};
pub use comparison::{SurveyChange, SurveyProperty, changes, properties};
pub use definition::{ClosingPrompts, CommandKeys, Rules, Survey, Timing};
pub use direction::{ScaleWording, direction_doubt};
pub use graph::graph;
pub use language::{LanguageChoice, LanguageMenu, LanguageSelectedBy, LanguageSelection, OfferMenu};
pub use metric::Metric;
pub use outline::outline;
pub use parse::{ParseContext, Parsed, parse, parse_in};
pub use plan::{NextStep, Plan, draw_of};
pub use prompt::{AnyPrompt, PromptNames, PromptSet};
pub use question::{
    Branch, Comment, Correction, Direction, Goto, GroupOrder, Question, QuestionGroup, Scale, Wording,
};
pub use session::{AnswerGiven, EndReason, Input, Outcome, Output, PlayId, Session, TechnicalCause};
pub use version::{QuestionRecord, SurveyRecord, SurveyVersion};
