//! Templates of surveys: definitions that no route can name until they are copied to the others.
//!
//! A fault in one stands in the way of no call, so each is told as a warning.

use std::collections::BTreeMap;
use std::time::Duration;

use super::prompts::Studio;
use crate::config::Loaded;
use crate::engine::library::definitions;
use crate::survey::{self, Fault, PromptNames, Severity};

/// How many templates there are, and what is wrong with them: the definitions and the prompts that they want.
pub(super) fn check(loaded: &Loaded, studio: &Studio) -> (usize, Vec<Fault>) {
    let directory = &loaded.settings.surveys.templates;
    let files = match definitions(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return (0, Vec::new()),
        Err(error) => {
            let reason = format!("{}: {error}", directory.display());
            let mend = "name the directory of templates, or one that does not exist, to have none";
            return (
                0,
                vec![warning(loaded.fault_in_setting(
                    "surveys",
                    "templates",
                    reason,
                    mend,
                ))],
            );
        }
    };
    let recorded = Recorded(studio.lengths());
    let mut faults = Vec::new();
    for (file, text) in &files {
        let found = match survey::parse(text, file, &recorded) {
            Ok(parsed) => parsed.warnings,
            Err(faults) => faults,
        };
        faults.extend(found.into_iter().map(warning));
    }
    (files.len(), faults)
}

fn warning(fault: Fault) -> Fault {
    Fault {
        severity: Severity::Warning,
        ..fault
    }
}

/// The recordings on disk, as definitions ask for prompts: those of templates are not loaded.
struct Recorded<'s>(BTreeMap<&'s str, BTreeMap<&'s str, Duration>>);

impl PromptNames for Recorded<'_> {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.get(language)?.get(name).copied()
    }

    fn names(&self, language: &str) -> Vec<&str> {
        let recordings = self.0.get(language).into_iter();
        recordings.flat_map(BTreeMap::keys).copied().collect()
    }
}
