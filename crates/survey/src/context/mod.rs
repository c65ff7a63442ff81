//! The context of the finished call: its fields, what counts as a value of each, and conditions on them. Pure.
//!
//! A [`CallContext`] is what all rules and surveys see. A [`Field`] is one that the service knows: [`table`] has all that is to be
//! known of each. The operator may name attributes beside them. A [`Mapping`] says where each value is found in an INVITE, as data: the defaults, a [`Preset`] or several, and the
//! operator's own names over them. What a text may be worth is decided in one place each: [`text`], [`unset`], [`number`],
//! [`language`], [`submitted`].
//!
//! Nothing here knows SIP: `call::context` reads the headers.

mod call;
pub mod condition;
mod consent;
pub mod field;
mod kind;
pub mod language;
pub mod mapping;
pub mod number;
mod party;
pub mod preset;
mod source;
pub mod submitted;
mod table;
pub mod text;
pub mod unset;
mod values;

pub use call::{CallContext, MatchedBy, OptIn, StoredCallerNumber};
pub use condition::{Condition, ConditionValues};
pub use field::{Field, Name};
pub use kind::{FieldKind, LONGEST_SECONDS};
pub use mapping::Mapping;
pub use preset::Preset;
pub use source::{ContextSource, SourceNote};
pub use table::{FieldDescription, FieldStorage, RequestPlace};
pub use values::ContextValues;
