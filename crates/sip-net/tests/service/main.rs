//! The SIP service over real loopback sockets, against peers written by hand.

mod calls;
mod garbage;
mod peer;
mod untrusted;
