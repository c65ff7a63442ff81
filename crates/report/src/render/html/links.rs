//! Where a figure leads, in a page that has a server behind it.

use maud::{Markup, html};

use crate::render::document::Parameters;

/// What a link shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkTarget {
    /// The calls that a figure counts.
    Calls,
    /// The same report of one part alone.
    Part,
}

/// Makes addresses of what stands behind figures; a file has none.
#[derive(Clone, Copy)]
pub struct Links<'l>(Option<&'l Address<'l>>);

/// From a target and its parameters to an address.
type Address<'l> = dyn Fn(LinkTarget, &Parameters) -> String + 'l;

impl std::fmt::Debug for Links<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Links" } else { "no links" })
    }
}

impl<'l> Links<'l> {
    /// Figures that lead nowhere.
    pub const NONE: Self = Self(None);

    /// By a function from the target and its parameters to an address.
    pub const fn new(address: &'l Address<'l>) -> Self {
        Self(Some(address))
    }

    /// Whether there are any.
    pub(super) const fn are_there(self) -> bool {
        self.0.is_some()
    }

    /// The address of what is behind a figure.
    pub(super) fn address(self, target: LinkTarget, behind: Option<&Parameters>) -> Option<String> {
        Some(self.0?(target, behind?))
    }

    /// The content, as a link where it leads somewhere.
    pub(super) fn around(self, target: LinkTarget, behind: Option<&Parameters>, content: &Markup) -> Markup {
        html! {
            @match self.address(target, behind) {
                Some(address) => { a href=(address) { (content) } }
                None => { (content) }
            }
        }
    }

    /// A rate or a score, as a link to the calls that it is computed from.
    pub(super) fn around_figure(self, behind: Option<&Parameters>, content: &Markup) -> Markup {
        html! {
            @match self.address(LinkTarget::Calls, behind) {
                Some(address) => { a.behind href=(address) { (content) } }
                None => { (content) }
            }
        }
    }
}
