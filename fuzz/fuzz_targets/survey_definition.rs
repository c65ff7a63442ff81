//! A survey definition of any bytes is a survey or a list of faults, never a panic.

#![no_main]

use aftercall_survey::{AnyPrompt, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match parse(text, "fuzz.toml", &AnyPrompt) {
    Ok(parsed) => assert!(!parsed.survey.questions().is_empty()),
    Err(faults) => assert!(faults.iter().any(|fault| fault.is_error())),
});
