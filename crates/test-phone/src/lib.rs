//! The built-in test caller and load generator: a user agent client over the network, on the project's own sip, sdp,
//! rtp and dtmf modules.
//!
//! ```text
//!  Target, Keys ---> Phone: SIP socket, media threads
//!                      | call(Order): one Talk a call, one select! loop
//!                      |   DialogEvent, MediaEvent -> Script (pure: which key when) -> press
//!                      v
//!                    CallRecord: steps with times, figures, the failure if there was one
//!  load::run --------> many calls at a rate -> LoadReport; compared by the command with what was stored
//!  attempts::run ----> calls at their shortest, thousands a second -> AttemptsReport
//!  flood::run -------> requests that nobody acknowledges, and OPTIONS beside them -> FloodReport
//!  floor::measure ---> what bare sockets cost on this machine
//! ```
//! It knows nothing of surveys, and nothing of the service but what SIP and RTP tell: it could call any other.

mod advice;
mod alarm;
pub mod attempts;
mod earpiece;
mod figures;
pub mod flood;
pub mod floor;
pub mod keys;
mod lead;
mod leg;
pub mod load;
mod order;
mod phone;
mod process;
mod record;
mod say;
mod script;
mod talk;
mod target;

pub use advice::advice;
pub use figures::{Figures, Sample};
pub use keys::{Group, KeySource, Keys, KeysError, Speech};
pub use lead::shortest_lead;
pub use order::{KeyPath, OfferIn, Order};
pub use phone::{Phone, PhoneConfig, PhoneError};
pub use process::{Process, Usage};
pub use record::{CallRecord, Failure, Noted, Step};
pub use say::synthetic_speech;
pub use script::{Deed, Heard, Script, Style};
pub use target::{ResolveError, Target, TargetError, local_address};
