//! The rules and the mail server in use, which a reload exchanges.

use std::sync::{Arc, PoisonError, RwLock};

use super::mail::MailServer;
use super::rule::DeliveryRule;

/// What deliveries go by.
#[derive(Debug, Clone, Default)]
pub struct Setup {
    /// The rules, in the order of the file.
    pub rules: Vec<Arc<DeliveryRule>>,
    /// The server that mails are handed to; there is one if a rule has mails.
    pub mail: Option<Arc<MailServer>>,
}

impl Setup {
    /// The rule of a name.
    pub fn rule(&self, name: &str) -> Option<&Arc<DeliveryRule>> {
        self.rules.iter().find(|rule| rule.name.as_str() == name)
    }

    /// The names of all rules.
    pub fn names(&self) -> Vec<String> {
        self.rules.iter().map(|rule| rule.name.to_string()).collect()
    }
}

/// The setup that is current. A delivery that has begun goes on with the one it began with.
#[derive(Debug, Default)]
pub struct CurrentSetup(RwLock<Arc<Setup>>);

impl CurrentSetup {
    /// Begins with a setup.
    pub fn new(setup: Setup) -> Self {
        Self(RwLock::new(Arc::new(setup)))
    }

    /// The setup in use.
    pub fn setup(&self) -> Arc<Setup> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another in its place.
    pub fn exchange(&self, setup: Setup) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(setup);
    }
}
