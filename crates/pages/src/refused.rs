//! A form that was not accepted: it comes back as it was typed, passwords apart, with the field at fault named and marked.

use maud::{Markup, html};

/// The id of the sentence that says what is wrong.
const ID: &str = "refused";

/// Why a form was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The name of the field at fault; `None`: it is none of them.
    pub field: Option<&'static str>,
    /// What is wrong, in the reader's language unless `is_english`.
    pub reason: String,
    /// Whether the reason is in English whatever the reader's language.
    pub is_english: bool,
}

impl Refused {
    /// The sentence, behind the label of the field at fault.
    pub(crate) fn notice(&self, label: &str) -> Markup {
        html! {
            p.note id=(ID) role="alert" {
                @if !label.is_empty() { strong { (label) ": " } }
                bdi lang=[self.is_english.then_some("en")] { (self.reason) }
            }
        }
    }
}

/// What marks a field as the one at fault: the id of the sentence that says why.
pub(crate) fn at_fault(refused: Option<&Refused>, field: &str) -> Option<&'static str> {
    refused
        .and_then(|refused| refused.field)
        .filter(|of| *of == field)
        .map(|_| ID)
}

/// The value of `aria-invalid`.
pub(crate) fn is_invalid(at_fault: Option<&str>) -> Option<&'static str> {
    at_fault.map(|_| "true")
}
