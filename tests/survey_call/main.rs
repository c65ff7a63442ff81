//! The survey call as it is heard: every rule as a transcript, and the shipped surveys.
//!
//! In a transcript each line has the seconds since the call arrived and what happens then; after `=` stands what
//! the session wants done. The session's timers fire by themselves. The whole must come out as written.

mod asking;
mod comment;
mod early;
mod endings;
mod keys;
mod lengths;
mod menu;
mod player;
mod shipped;
mod templates;

const NPS: &str = "[[question]]\nmetric = \"nps\"";
const TWO: &str = "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"";
const COMMENT: &str = "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"";
const THREE: &str = include_str!("../../config/surveys/nps-ces-csat.toml");
