//! DTMF: from events on the wire to presses of a key, and back. Pure.
//!
//! [`TelephoneEventReceiver`] turns RFC 4733 packets into presses, and [`Merge`] makes one press of what arrives by
//! several ways (tones are detected in `aftercall-audio`, SIP INFO is read in
//! `aftercall-sip`).
//! [`KeyDownMonitor`] tells how long a key is held. [`EarlyEvents`] keeps the packets of a source that is not trusted
//! yet. [`TelephoneEventSender`] sends the presses of the test phone.

mod event_packet;
mod event_press;
mod event_receiver;
mod event_sender;
mod key_down;
mod merge;
#[cfg(test)]
mod tests;

pub use event_packet::{EarlyEvents, EventPacket, MalformedEvent};
pub use event_receiver::{EventCounters, TelephoneEventReceiver};
pub use event_sender::{PressInProgress, TelephoneEventSender};
pub use key_down::{HeldKey, KeyDown, KeyDownMonitor};
pub use merge::{DtmfPath, Merge, MergeOutput};

use std::time::Instant;

use aftercall_base::Digit;

/// A key went down. Reported once, as soon as the first packet of the press is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Press {
    /// Which key.
    pub digit: Digit,
    /// When the press was first heard: it belongs to the question that was asked then, however long it is held.
    pub at: Instant,
}
