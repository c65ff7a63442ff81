//! Telephone numbers: one reading for every number that enters, wherever it comes from. Pure.
//!
//! The same caller must be recognised however a number is written, and who has no number must never be taken for
//! somebody. So a text passes three steps, in this order, and nothing else in the program compares numbers:
//!
//! ```text
//! "tel:+358-40-123%204567;ext=7"   read    its digits, or why it is no number     (read)
//! "90401234567" from this trunk    rewrite by the operator's rules                (plan)
//! "0000000000", "266696687"        nobody  what is sent where there is no number  (nobody)
//! "0401234567"                     place   by the number plan: "+358401234567"    (plan)
//! ```
//!
//! Without a number plan a number stays in the notation in which it came. A number of another kind than the plan knows
//! (an extension, an emergency number, a short code) stays as it is.

mod country;
mod nobody;
mod numbering_plan;
mod read;

use std::fmt;

pub use country::{Country, CountryFault, DigitCount};
pub use nobody::is_anonymous_host;
pub use numbering_plan::{Notations, NumberOrigin, NumberingPlan, Rewrite};
pub use read::{NotANumber, NumberDigits, is_subscriber_number, read};

/// A caller's number in its one notation.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    canonical: String,
    earlier_notations: Vec<String>,
}

impl PhoneNumber {
    /// The one notation: `+358401234567` where the plan places it, else its digits as they came.
    pub fn as_str(&self) -> &str {
        &self.canonical
    }

    /// Other notations by which the same caller may have been stored before the plan was set.
    pub fn earlier_notations(&self) -> &[String] {
        &self.earlier_notations
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(<redacted>)")
    }
}

#[cfg(test)]
mod tests;
