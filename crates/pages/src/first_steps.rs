//! What to do before the first call has arrived: empty tables say nothing to somebody who has just installed the service.

use maud::{Markup, html};

use crate::shell::{Place, Shell};

/// What is known of the service before its first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSteps {
    /// A SIP URI that leads to a survey from this machine; `None`: no route has a number of its own.
    pub uri: Option<String>,
    /// Whether the service listens for SIP on this machine alone.
    pub is_local: bool,
}

impl FirstSteps {
    /// The part of the page.
    pub(crate) fn markup(&self, shell: &Shell<'_>) -> Markup {
        let words = shell.words;
        html! {
            section.part #first-steps {
                h2 { (words.t("first-steps")) }
                ol.first-steps {
                    @if let Some(uri) = &self.uri {
                        li {
                            (words.t("first-test-call")) " "
                            code { "aftercall call " bdi { (uri) } " --keys 9,5,4" }
                        }
                        li {
                            (words.t("first-pbx")) " " code { bdi { (uri) } } ". "
                            @if self.is_local { (words.t("first-listen")) " " code { "sip.listen" } " " }
                            (words.t("first-trusted")) " " code { "sip.trusted" }
                        }
                    } @else {
                        li { (words.t("first-route")) " " code { "[[route]]" } ", " code { "aftercall check" } }
                    }
                    li { (words.t("first-demo")) " " code { "aftercall demo" } }
                    @if shell.places.contains(&Place::Users) {
                        li { (words.t("first-users")) " " a href=(Place::Users.path()) { (words.t(Place::Users.message())) } }
                    }
                    @if shell.places.contains(&Place::System) {
                        li { (words.t("first-system")) " " a href=(Place::System.path()) { (words.t(Place::System.message())) } }
                    }
                }
            }
        }
    }
}

/// Where a list is empty because no call has arrived at all: the way to what to do.
pub(crate) fn hint(shell: &Shell<'_>) -> Markup {
    html! {
        @if shell.places.contains(&Place::Overview) {
            p { a href={ (Place::Overview.path()) "#first-steps" } { (shell.words.t("first-steps")) } }
        }
    }
}
