//! The context of the finished call, read from the INVITE of any PBX. Pure.
//!
//! Every platform says it in its own way, and none is required to: a header that is missing, cut off or spoilt costs
//! the call nothing but that value. The reading order, first hit wins for each field, its source kept:
//!
//! ```text
//! 1. token         Request-URI: user--TOKEN, user;token=TOKEN, ;token=TOKEN
//! 2. X- headers    by the configured names
//! 3. User-to-User  RFC 7433: hex or text, Avaya UCID, key=value lists
//! 4. call ids      Cisco-GUID, X-Genesys-CallUUID
//! 5. addresses     caller: P-Asserted-Identity, Remote-Party-ID, From
//!                  queue:  History-Info, Diversion, To;  transferor: Referred-By
//! ```
//!
//! [`read()`] does it by a [`Mapping`], which is data: the defaults, a [`Preset`] or several, and the operator's own
//! names over them. What a text may be worth is decided in one place each: [`text`], [`unset`], [`number`], [`language`], [`pairs`],
//! [`uui`], [`address`].
//!
//! A value of unknown origin may be somebody's number. What came from an address or from unnamed data and looks like
//! one is marked [personal](Fact::is_personal), so that it is stored as a hash or not at all.

pub mod address;
mod call;
pub mod condition;
mod consent;
pub mod field;
pub mod given;
pub mod language;
pub mod mapping;
pub mod number;
pub mod pairs;
pub mod preset;
mod read;
mod source;
pub mod text;
pub mod unset;
pub mod uui;

#[cfg(test)]
mod properties;

pub use call::{CallContext, MatchedBy, OptIn};
pub use condition::{Condition, Values};
pub use field::{Field, Name};
pub use mapping::Mapping;
pub use preset::Preset;
pub(crate) use read::split_token;
pub use read::{Fact, Missed, Reading, WhyMissed, read};
pub use source::{Note, Told};
