//! The newest answers as cards, live: the team leader's screen.

use maud::{Markup, html};

use aftercall_storage::comment::CommentRow;
use aftercall_storage::export::CallRow;
use aftercall_storage::selection::Dimension;

use crate::comments::comment_block;
use crate::filters::Filters;
use crate::first_steps::hint;
use crate::names::Names;
use crate::shell::{Place, Shell, page};

/// A call that was surveyed.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamCall {
    /// The call with its answers, in the order asked.
    pub call: CallRow,
    /// Its comments; none where the reader may not hear them.
    pub comments: Vec<CommentRow>,
}

/// Everything that the page shows.
#[derive(Debug)]
pub struct Stream<'s> {
    /// Whose calls.
    pub filters: Filters<'s>,
    /// Calls, newest first.
    pub calls: &'s [StreamCall],
    /// How they are shown.
    pub names: Names<'s>,
    /// Local time of the page.
    pub as_of: &'s str,
}

/// The page.
pub fn stream_page(shell: &Shell<'_>, stream: &Stream<'_>) -> Markup {
    let words = shell.words;
    let names = stream.names;
    let content = html! {
        (stream.filters.markup(words))
        @if stream.filters.has_no_call { (hint(shell)) }
        p.as-of #as-of data-part="" { (words.with("as-of", [("time", stream.as_of.into())])) }
        div #none data-part="" { @if stream.calls.is_empty() { p { (words.t("calls-none")) } } }
        ul.stream #newest data-part="" aria-live="off" {
            @for StreamCall { call, comments } in stream.calls {
                li {
                    p.when {
                        (shell.link(Place::Calls, &shell.address.of_call("stream", call.uid), &names.moment(call.arrived_at)))
                        " · " (names.name(Dimension::Queue, call.queue.as_deref()))
                        " · " (names.name(Dimension::Agent, call.agent.as_deref()))
                        " · " (names.end(call.disposition))
                    }
                    (names.answers_in_words(&call.answers))
                    @if call.flags.reversed { p.few { (words.t("answers-reversed")) } }
                    @for comment in comments { (comment_block(comment, names, shell, "/stream")) }
                }
            }
        }
    };
    page(shell, &content)
}
