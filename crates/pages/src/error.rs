//! What is shown in place of a page that cannot be shown.

use maud::{Markup, html};

use crate::shell::{Shell, page};

/// Why there is no page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageFault {
    /// There is nothing at this address.
    NotFound,
    /// The reader may not see it.
    NotPermitted,
    /// A parameter of the address cannot be understood: its name, and what is wrong in words.
    Unfit {
        /// The name of the parameter.
        parameter: String,
        /// What is wrong, and what to write.
        reason: String,
    },
    /// The database cannot be read at the moment.
    Unavailable,
}

impl PageFault {
    /// The id of its heading in the message files; its explanation is `<id>-means`.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::NotFound => "fault-not-found",
            Self::NotPermitted => "fault-not-permitted",
            Self::Unfit { .. } => "fault-unfit",
            Self::Unavailable => "fault-unavailable",
        }
    }
}

/// A page that says what is wrong and leads back.
pub fn error_page(shell: &Shell<'_>, fault: &PageFault) -> Markup {
    let words = shell.words;
    let content = html! {
        p { (words.t(&format!("{}-means", fault.message()))) }
        @if let PageFault::Unfit { parameter, reason } = fault {
            p.note role="note" { code { bdi { (parameter) } } ": " bdi { (reason) } }
        }
        @if shell.shared.is_none() { p { a href="/" { (words.t("to-overview")) } } }
    };
    page(shell, &content)
}
