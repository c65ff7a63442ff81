//! Templates of surveys: definitions that no route can name until they are copied to the others.
//!
//! A fault in one stands in the way of no call, so each is told as a warning. Prompts that templates want and nobody has recorded
//! are told in one line: whoever has prompts of their own will record what they copy.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::time::Duration;

use super::prompts::PromptToolContext;
use crate::config::Loaded;
use crate::engine::LoadedContent;
use crate::engine::survey_directory::definitions;
use aftercall_audio::prompts::{Catalog, read_whole};
use aftercall_base::count::counted;
use aftercall_base::{Fault, Severity};
use aftercall_survey::{AnyPrompt, PromptNames};

/// How many templates there are, and what is wrong with them.
pub(super) fn check(
    loaded: &Loaded,
    content: &LoadedContent,
    tool: Option<&PromptToolContext>,
) -> (usize, Vec<Fault>) {
    let directory = &loaded.settings.surveys.templates;
    let in_setting =
        |reason: String, fix: &str| warning(loaded.fault_in_setting("surveys", "templates", reason, fix));
    let files = match definitions(directory) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return (0, Vec::new()),
        Err(error) => {
            let reason = format!("{}: {error}", directory.display());
            let fix = "name the directory of templates, or one that does not exist, to have none";
            return (0, vec![in_setting(reason, fix)]);
        }
    };
    let recorded = tool.map(|tool| TemplatePrompts::new(tool, &content.prompts));
    let (mut faults, mut unspoken) = (Vec::new(), Vec::new());
    for (file, text) in &files {
        let text = match text {
            Ok(text) => text,
            Err(unreadable) => {
                faults.push(unreadable.clone().fault(file.clone()));
                continue;
            }
        };
        let in_general = match aftercall_survey::parse(text, file, &AnyPrompt) {
            Ok(parsed) => parsed.warnings,
            Err(found) => {
                faults.extend(found);
                continue;
            }
        };
        // How long it holds a caller is known of recorded prompts only.
        match recorded
            .as_ref()
            .map(|recorded| aftercall_survey::parse(text, file, recorded))
        {
            Some(Ok(parsed)) => faults.extend(parsed.warnings),
            Some(Err(found)) => {
                unspoken.extend(found.into_iter().find(Fault::is_error).map(|fault| fault.reason));
                faults.extend(in_general);
            }
            None => faults.extend(in_general),
        }
    }
    let mut faults: Vec<Fault> = faults.into_iter().map(warning).collect();
    if let Some(first) = unspoken.first() {
        let want = if unspoken.len() == 1 { "wants" } else { "want" };
        let reason = format!(
            "{} of {} {want} prompts that are not recorded; {first}",
            unspoken.len(),
            counted(files.len(), "template")
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

/// What is recorded, as definitions ask for it: prompts of surveys are loaded already, those of templates alone are read when asked for.
struct TemplatePrompts<'s> {
    tool: &'s PromptToolContext,
    loaded: &'s Catalog,
    lengths: RefCell<BTreeMap<(String, String), Option<Duration>>>,
}

impl<'s> TemplatePrompts<'s> {
    fn new(tool: &'s PromptToolContext, loaded: &'s Catalog) -> Self {
        Self {
            tool,
            loaded,
            lengths: RefCell::default(),
        }
    }

    fn read(&self, language: &str, name: &str) -> Option<Duration> {
        let recording = self.tool.recording_of(language, name)?;
        // That it cannot be read is told by `prompts check`, and when it is copied.
        let length = read_whole(&recording.file).map(|read| read.sound.duration());
        Some(length.unwrap_or_default())
    }
}

impl PromptNames for TemplatePrompts<'_> {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        if let Some(prompt) = self.loaded.get(language, name) {
            return Some(prompt.duration());
        }
        let mut lengths = self.lengths.borrow_mut();
        let key = (language.to_owned(), name.to_owned());
        *lengths.entry(key).or_insert_with(|| self.read(language, name))
    }

    fn names(&self, _language: &str) -> Vec<&str> {
        Vec::new()
    }
}
