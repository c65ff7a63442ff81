//! DTMF: from events on the wire to presses of a key, and back. Pure.
//!
//! [`TelephoneEventReceiver`] turns RFC 4733 packets into presses, [`InBandDetector`] hears them as tones in the audio,
//! [`info`] reads SIP INFO bodies, and [`Merge`] makes one press of what arrives by several. [`KeyDownMonitor`] tells how
//! long a key is held. [`EarlyEvents`] keeps the
//! packets of a source that is not trusted yet. [`TelephoneEventSender`] is the pressing finger of the built-in caller,
//! [`tones`] its voice.

mod early;
mod event_clocks;
mod event_packet;
mod event_press;
mod event_receiver;
mod event_sender;
mod in_band;
mod in_band_bank;
pub mod info;
mod key_down;
mod merge;
#[cfg(test)]
mod tests;
mod tone;

pub use early::EarlyEvents;
pub use event_packet::{EventPacket, MalformedEvent};
pub use event_receiver::{EventCounters, TelephoneEventReceiver};
pub use event_sender::{Busy, TelephoneEventSender};
pub use in_band::InBandDetector;
pub use key_down::{Held, KeyDown, KeyDownMonitor};
pub use merge::{Heard, Merge, Path};
pub use tone::tones;

use std::time::Instant;

use crate::base::Digit;

/// A key went down. Reported once, as soon as the first packet of the press is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Which key.
    pub digit: Digit,
    /// When the press was first heard: it belongs to the question that was asked then, however long it is held.
    pub at: Instant,
}
