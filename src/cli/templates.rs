//! Templates of surveys: definitions that no route can name until they are copied to the others.
//!
//! A fault in one stands in the way of no call, so each is told as a warning. Prompts that templates want and nobody has recorded
//! are told in one line: whoever has prompts of their own will record what they copy.

use std::io::ErrorKind;
use std::time::Duration;

use super::prompts::Studio;
use crate::config::Loaded;
use crate::engine::library::definitions;
use crate::survey::{self, AnyPrompt, Fault, PromptNames, Severity};

/// How many templates there are, and what is wrong with them.
pub(super) fn check(loaded: &Loaded, studio: Option<&Studio>) -> (usize, Vec<Fault>) {
    let directory = &loaded.settings.surveys.templates;
    let in_setting =
        |reason: String, mend: &str| warning(loaded.fault_in_setting("surveys", "templates", reason, mend));
    let files = match definitions(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return (0, Vec::new()),
        Err(error) => {
            let reason = format!("{}: {error}", directory.display());
            let mend = "name the directory of templates, or one that does not exist, to have none";
            return (0, vec![in_setting(reason, mend)]);
        }
    };
    let (mut faults, mut unspoken) = (Vec::new(), Vec::new());
    for (file, text) in &files {
        let text = match text {
            Ok(text) => text,
            Err(unreadable) => {
                faults.push(unreadable.clone().fault(file.clone()));
                continue;
            }
        };
        match survey::parse(text, file, &AnyPrompt) {
            Ok(parsed) => faults.extend(parsed.warnings),
            Err(found) => {
                faults.extend(found);
                continue;
            }
        }
        let unrecorded = studio.map(|studio| survey::parse(text, file, &Recorded(studio)));
        if let Some(Err(found)) = unrecorded {
            unspoken.extend(found.into_iter().find(Fault::is_error).map(|fault| fault.reason));
        }
    }
    let mut faults: Vec<Fault> = faults.into_iter().map(warning).collect();
    if let Some(first) = unspoken.first() {
        let reason = format!(
            "{} of {} templates want prompts that are not recorded; {first}",
            unspoken.len(),
            files.len()
        );
        faults.push(in_setting(
            reason,
            "record what you copy, or name a directory that does not exist",
        ));
    }
    (files.len(), faults)
}

fn warning(fault: Fault) -> Fault {
    Fault {
        severity: Severity::Warning,
        ..fault
    }
}

/// What is recorded, as definitions ask for it.
struct Recorded<'s>(&'s Studio);

impl PromptNames for Recorded<'_> {
    /// Templates' prompts are not loaded, so that only their being there is known.
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.is_recorded(language, name).then_some(Duration::ZERO)
    }

    fn names(&self, _language: &str) -> Vec<&str> {
        Vec::new()
    }
}
