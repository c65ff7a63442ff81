//! The agent against simulated peers, in simulated time.
//!
//! [`bench`] drives one agent with hand-written messages, as a PBX would send them, and records what it sends and
//! when. [`network`] joins two agents by a link that loses, doubles, delays and reorders. No test sleeps.

mod bench;
mod checking;
mod dialog_rows;
mod echo;
mod flood;
mod limits;
mod message_rows;
mod network;
mod offers;
mod outbound;
mod robustness;
mod timers;
