//! What a survey needs to know of the recorded prompts: which exist, and how long they are.

use std::collections::BTreeMap;
use std::time::Duration;

/// The prompts that can be played.
pub trait PromptNames {
    /// How long the prompt `name` is in `language`; `None` when there is none.
    fn length(&self, language: &str, name: &str) -> Option<Duration>;

    /// The names of every prompt in `language`, to suggest one for a misspelt name.
    fn names(&self, language: &str) -> Vec<&str>;
}

/// Has every prompt: for reading a survey where no recordings are at hand.
#[derive(Debug, Clone, Copy, Default)]
pub struct AnyPrompt;

impl PromptNames for AnyPrompt {
    fn length(&self, _language: &str, _name: &str) -> Option<Duration> {
        Some(Duration::from_secs(3))
    }

    fn names(&self, _language: &str) -> Vec<&str> {
        Vec::new()
    }
}

/// Prompts listed by language and name.
#[derive(Debug, Clone, Default)]
pub struct PromptSet(BTreeMap<(String, String), Duration>);

impl PromptSet {
    /// Adds a prompt of a language with its length.
    pub fn insert(&mut self, language: &str, name: &str, length: Duration) {
        self.0.insert((language.to_owned(), name.to_owned()), length);
    }
}

impl PromptNames for PromptSet {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.get(&(language.to_owned(), name.to_owned())).copied()
    }

    fn names(&self, language: &str) -> Vec<&str> {
        let here = self.0.keys().filter(|(known, _)| known == language);
        here.map(|(_, name)| name.as_str()).collect()
    }
}
