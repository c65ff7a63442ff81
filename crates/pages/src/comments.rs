//! Recorded comments, newest first, each with its player and who has heard it.

use std::fmt::Debug;

use maud::{Markup, html};

use aftercall_storage::comment::CommentRow;
use aftercall_storage::selection::Dimension;
use aftercall_storage::tally::RecordingOutcome;

use crate::address::encoded;
use crate::filters::Filters;
use crate::first_steps::hint;
use crate::names::Names;
use crate::shell::{Place, Shell, form_token, page};

/// Everything that the page shows.
#[derive(Debug)]
pub struct CommentList<'c> {
    /// What is listed.
    pub filters: Filters<'c>,
    /// The comments of this page.
    pub comments: &'c [CommentRow],
    /// Comments that nobody has heard yet, counted to 1,000.
    pub unheard: u64,
    /// Where to go on; `None` on the last page.
    pub next: Option<String>,
    /// How they are shown.
    pub names: Names<'c>,
}

/// The page.
pub fn comments_page(shell: &Shell<'_>, list: &CommentList<'_>) -> Markup {
    let words = shell.words;
    let here = Place::Comments.path();
    let heard = shell.address.get("listened").unwrap_or_default();
    let start = shell.address.without_cursor();
    let content = html! {
        (list.filters.markup(words))
        @if list.filters.has_no_call { (hint(shell)) }
        @if shell.shared.is_none() { ul.tabs aria-label=(words.t("comments-which")) {
            @for (value, id) in [("", "comments-all"), ("no", "comments-unheard"), ("yes", "comments-heard")] {
                li { a href=(start.with([("listened", value)]).at(here)) aria-current=[(heard == value).then_some("true")] { (words.t(id)) } }
            }
        } }
        p { (words.counted("comments-to-hear", list.unheard)) }
        @if list.comments.is_empty() {
            p { (words.t(if list.next.is_some() { "calls-none-here" } else { "comments-none" })) }
        }
        ul.stream {
            @for comment in list.comments {
                li {
                    p.when {
                        (shell.link(Place::Calls, &shell.address.of_call("comments", comment.call), &list.names.moment(comment.begun_at)))
                        " · " (list.names.name(Dimension::Queue, comment.queue.as_deref()))
                        " · " (list.names.name(Dimension::Agent, comment.agent.as_deref()))
                    }
                    (list.names.answers_in_words(&comment.answers))
                    (comment_block(comment, list.names, shell, &start.at(here)))
                }
            }
        }
        (shell.older(Place::Comments, list.next.as_deref()))
    };
    page(shell, &content)
}

/// Where the audio of comments is for whoever has not signed in.
pub trait AudioAddresses: Debug + Send + Sync {
    /// Path of the audio of a comment, by its call and question.
    fn audio(&self, call: &str, question: &str) -> String;
}

/// A comment: the question, the player, who has heard it. `back` is where a form that marks it leads to.
pub fn comment_block(comment: &CommentRow, names: Names<'_>, shell: &Shell<'_>, back: &str) -> Markup {
    let words = names.words;
    let path = format!("/comments/{}/{}", comment.call, encoded(&comment.question));
    let audio = match shell.shared {
        Some(shared) => shared.audio(&comment.call.to_string(), &comment.question),
        None => format!("{path}/audio"),
    };
    let length = comment
        .duration_ms
        .map(|length| names.length(length.unsigned_abs().div_ceil(1000)));
    html! {
        div data-comment="" {
            p { bdi { (comment.question_text.as_deref().unwrap_or(&comment.question)) } }
            @if let (RecordingOutcome::Comment, None) = (comment.outcome, comment.expired_at) {
                audio controls preload="none" src=(audio) aria-label=(words.with("comment-player", [("length", length.clone().unwrap_or_default().into())])) {}
                p.when {
                    @if let Some(length) = &length { (words.with("comment-of-length", [("length", length.as_str().into())])) " · " }
                    a href=(audio) download={ "comment-" (comment.call) ".wav" } { (words.t("download")) }
                }
            } @else {
                p.few { (words.t(&format!("comment-is-{}", if comment.expired_at.is_some() { "expired" } else { comment.outcome.as_str() }))) }
            }
            @if comment.listened.is_empty() {
                @if let Some(reader) = shell.reader {
                    form.heard method="post" action={ (path) "/listened" } {
                        (form_token(reader))
                        input type="hidden" name="back" value=(back);
                        button.quiet type="submit" { (words.t("comment-mark-heard")) }
                    }
                } @else {
                    p.few { (words.t("comment-unheard")) }
                }
            } @else {
                p.when {
                    @for (index, listened) in comment.listened.iter().enumerate() {
                        @if index > 0 { ", " }
                        (words.t("comment-heard-by")) " " bdi { (listened.by) } " (" (names.moment(listened.at)) ")"
                    }
                }
            }
        }
    }
}
