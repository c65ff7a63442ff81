//! The surveys and templates that are shipped: valid, in every language, with the shipped prompts, and walked to their ends.

mod definitions;
mod lengths;
#[path = "../../crates/survey/tests/simulation/mod.rs"]
mod simulation;
mod templates;
