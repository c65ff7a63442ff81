//! The receiver against the cases that break naive ones, and against bad networks. `docs/dtmf.md` lists the 25 cases,
//! each with the tests that bear its number.

mod bench;
mod event_receiver_cases;
mod event_receiver_properties;
mod event_receiver_table;
