//! The receiver against the cases that break naive ones, and against bad networks.

mod event_receiver_cases;
mod event_receiver_properties;
