//! Recorded comments: the list, the audio, and who has heard them.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;

use super::Pages;
use super::background::{Background, browse_request, notes};
use super::form::Form;
use super::overview::fields;
use super::reading::PageRequest;
use super::reply::{Page, of_report, see_other, unavailable};
use crate::accounts::AuditAction;
use crate::browse::{BrowseRequest, CommentPlace, Privacy, RecordingOutcome};
use crate::web::recordings;
use aftercall_pages::PageFault;
use aftercall_pages::comments::{CommentList, comments_page};
use aftercall_pages::filters::Filters;
use aftercall_pages::shell::Place;

pub(super) async fn list(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(list_of(&pages, &request).await)
}

async fn list_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let mut asked = browse_request(pages, request)?;
    // Silence is no comment, unless somebody asks for it.
    asked.part.comment.get_or_insert(RecordingOutcome::Comment);
    let found = pages.browse.comments(&asked).await.map_err(of_report)?;
    let background = Background::read(pages).await?;
    let fields = fields(pages, request).await?;
    let notes = notes(pages, request, &asked, found.comments.is_empty()).await?;
    let list = CommentList {
        filters: Filters {
            path: Place::Comments.path(),
            address: &request.address,
            default_period: "",
            fields: &fields,
            period: &background.period(pages, request)?,
            has_comparison: false,
            has_answers: true,
            notes: &notes.sentences,
            has_no_call: notes.has_no_call,
            is_fixed: request.visitor.shared().is_some(),
        },
        comments: &found.comments,
        unheard: unheard(pages, &asked).await?,
        next: found.next.map(|place| place.to_string()),
        names: background.names(request.words),
    };
    let shell = request.shell(Place::Comments.message(), Some(Place::Comments));
    Ok(Page(comments_page(&shell, &list).into_string()))
}

/// Comments of the same calls that nobody has heard yet.
pub(super) async fn unheard(pages: &Pages, asked: &BrowseRequest) -> Result<u64, PageFault> {
    let mut unheard = asked.clone();
    unheard.part.comment = Some(RecordingOutcome::Comment);
    unheard.is_listened = Some(false);
    unheard.cursor = None;
    pages.browse.count_comments(&unheard).await.map_err(of_report)
}

/// Plays a comment, or a part of it.
pub(super) async fn audio(
    State(pages): State<Pages>,
    Path(place): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
    request: PageRequest,
) -> Response {
    match audio_of(&pages, place, &method, &headers, &request).await {
        Ok(audio) => audio,
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn audio_of(
    pages: &Pages,
    place: (String, String),
    method: &Method,
    headers: &HeaderMap,
    request: &PageRequest,
) -> Result<Response, PageFault> {
    let who = request.principal()?;
    let place = read(place)?;
    let within = request.visitor.within();
    let found = pages.browse.audio(&place, &within).await.map_err(unavailable)?;
    let audio = found.ok_or(PageFault::NotFound)?;
    let from = request.visitor.address();
    let heard = pages.accounts.audit(
        who,
        AuditAction::CommentHeard,
        Some(place.call),
        &place.question,
        from,
    );
    heard.await.map_err(unavailable)?;
    recordings::respond(method, headers, audio)
        .await
        .map_err(unavailable)
}

/// Marks a comment as heard.
pub(super) async fn listened(
    State(pages): State<Pages>,
    Path(place): Path<(String, String)>,
    request: PageRequest,
    form: Form,
) -> Response {
    match mark(&pages, place, &request).await {
        Ok(()) => see_other(own_page(form.get("back"))),
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn mark(pages: &Pages, place: (String, String), request: &PageRequest) -> Result<(), PageFault> {
    let who = request.principal()?;
    let place = read(place)?;
    let within = request.visitor.within();
    let seen = pages.browse.call(place.call, &within, Privacy::default()).await;
    seen.map_err(unavailable)?.ok_or(PageFault::NotFound)?;
    let marked = pages.browse.set_listened(&place, who.name().as_str(), true).await;
    match marked.map_err(unavailable)? {
        true => Ok(()),
        false => Err(PageFault::NotFound),
    }
}

fn read((call, question): (String, String)) -> Result<CommentPlace, PageFault> {
    let call = call.parse().map_err(|_| PageFault::NotFound)?;
    Ok(CommentPlace { call, question })
}

/// Where a form leads back to: a page of ours, and nowhere else.
fn own_page(back: &str) -> &str {
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains(['\\', '\r', '\n']);
    if is_own { back } else { Place::Comments.path() }
}

#[cfg(test)]
mod tests {
    use super::own_page;

    #[test]
    fn form_leads_to_pages_of_ours_alone() {
        assert_eq!(own_page("/calls/01K?x=1"), "/calls/01K?x=1");
        for foreign in [
            "//example.com",
            "https://example.com",
            "/\\example.com",
            "/a\r\nb",
            "",
        ] {
            assert_eq!(own_page(foreign), "/comments", "{foreign:?}");
        }
    }
}
