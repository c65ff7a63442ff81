//! `/views` and `/share`: saved pages, and links for those who cannot sign in.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::form::Form;
use super::origin::own_origin;
use super::overview::fields;
use super::reading::PageRequest;
use super::reply::{Page, see_other, unavailable};
use super::routes::{Kept, kept_address};
use crate::accounts::{LinkFound, LinkRequest, Right, ShareError, UserName};
use aftercall_pages::address::Address;
use aftercall_pages::filters::Field;
use aftercall_pages::refused::Refused;
use aftercall_pages::shell::Place;
use aftercall_pages::views::{Link, LinkForm, Links, View, ViewForm, Views, page_in_words, views_page};
use aftercall_pages::{PageFault, Words};

const DAY: u64 = 86_400;

/// What came of a change.
#[derive(Default)]
struct Outcome {
    /// The path of a new link.
    made: Option<String>,
    /// Why nothing was changed: the form, and the id of the message.
    refused: Option<(ViewForm, &'static str)>,
    /// The address in the fields.
    address: String,
    /// The name in the field.
    name: String,
    /// What else stands in the form of a link.
    link: LinkForm,
}

pub(super) async fn page(State(pages): State<Pages>, headers: HeaderMap, request: PageRequest) -> Response {
    let outcome = Outcome {
        address: came_from(&headers),
        ..Outcome::default()
    };
    answer(&pages, &request, outcome).await
}

/// The path of an address that was copied from the address bar of a page of ours; any other as it is.
fn without_origin<'a>(address: &'a str, origin: Option<&str>) -> &'a str {
    let address = address.trim();
    let path = origin.and_then(|origin| address.strip_prefix(origin));
    match path {
        Some("") => "/",
        Some(path) if path.starts_with(['/', '?']) => path,
        Some(_) | None => address,
    }
}

/// The page of ours that the browser comes from: the one that its user wants to keep.
fn came_from(headers: &HeaderMap) -> String {
    let referer = headers.get(REFERER).and_then(|referer| referer.to_str().ok());
    let referer = referer.and_then(|referer| referer.parse::<Uri>().ok());
    let address = referer.as_ref().and_then(Uri::path_and_query);
    let address = address.map_or("/", |address| address.as_str());
    match address.starts_with(Place::Views.path()) {
        true => "/".to_owned(),
        false => address.to_owned(),
    }
}

/// Saves a view.
pub(super) async fn save(
    State(pages): State<Pages>,
    headers: HeaderMap,
    request: PageRequest,
    form: Form,
) -> Response {
    let origin = own_origin(&headers, request.visitor.is_secure());
    let who = match request.principal() {
        Ok(who) => who,
        Err(fault) => return request.answer(Err(fault)),
    };
    let (name, address) = (
        form.get("name"),
        without_origin(form.get("address"), origin.as_deref()),
    );
    let saved = async {
        let page = kept_address(address, Kept::View)?;
        pages.accounts.save_view(who, name, page).await
    };
    match saved.await {
        Ok(()) => see_other(Place::Views.path()),
        Err(error) => {
            let typed = Outcome {
                address: address.to_owned(),
                name: name.to_owned(),
                ..Outcome::default()
            };
            refuse(&pages, &request, typed, ViewForm::Save, error).await
        }
    }
}

/// Removes a view.
pub(super) async fn remove(
    State(pages): State<Pages>,
    Path(view): Path<String>,
    request: PageRequest,
    _form: Form,
) -> Response {
    let removed = async {
        let who = request.principal()?;
        let view = view.parse().map_err(|_| PageFault::NotFound)?;
        let removed = pages.accounts.remove_view(who, view).await;
        removed.map_err(unavailable)
    };
    done(&request, removed.await)
}

/// Makes a link, which is shown this once.
pub(super) async fn share(
    State(pages): State<Pages>,
    headers: HeaderMap,
    request: PageRequest,
    form: Form,
) -> Response {
    let origin = own_origin(&headers, request.visitor.is_secure());
    let who = match request.principal() {
        Ok(who) => who,
        Err(fault) => return request.answer(Err(fault)),
    };
    let address = without_origin(form.get("address"), origin.as_deref()).to_owned();
    let link = LinkForm {
        days: form.get("days").to_owned(),
        shows_comments: !form.get("comments").is_empty(),
        shows_callers: !form.get("callers").is_empty(),
    };
    let days: u64 = form.get("days").trim().parse().unwrap_or_default();
    let made = async {
        let wanted = LinkRequest {
            address: kept_address(&address, Kept::Link)?,
            lifetime: Duration::from_secs(days.saturating_mul(DAY)),
            shows_comments: link.shows_comments,
            shows_callers: link.shows_callers,
        };
        let from = request.visitor.address();
        pages.accounts.make_link(who, wanted, from).await
    };
    match made.await {
        Ok(token) => {
            let outcome = Outcome {
                made: Some(format!("{}/share/{token}", origin.unwrap_or_default())),
                address,
                ..Outcome::default()
            };
            answer(&pages, &request, outcome).await
        }
        Err(error) => {
            let typed = Outcome {
                address,
                link,
                ..Outcome::default()
            };
            refuse(&pages, &request, typed, ViewForm::Share, error).await
        }
    }
}

/// Takes a link back.
pub(super) async fn revoke(
    State(pages): State<Pages>,
    Path(link): Path<String>,
    request: PageRequest,
    _form: Form,
) -> Response {
    let revoked = async {
        let who = request.principal()?;
        let link = link.parse().map_err(|_| PageFault::NotFound)?;
        let revoked = pages
            .accounts
            .revoke_link(who, link, request.visitor.address())
            .await;
        revoked.map_err(unavailable)
    };
    done(&request, revoked.await)
}

/// Back to the list after something was taken out of it; not found where there was no such thing.
fn done(request: &PageRequest, is_done: Result<bool, PageFault>) -> Response {
    match is_done {
        Ok(true) => see_other(Place::Views.path()),
        Ok(false) => request.answer(Err(PageFault::NotFound)),
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn refuse(
    pages: &Pages,
    request: &PageRequest,
    typed: Outcome,
    form: ViewForm,
    error: ShareError,
) -> Response {
    let message = match error {
        ShareError::NotPermitted => return request.answer(Err(PageFault::NotPermitted)),
        ShareError::Address => "share-fault-address",
        ShareError::Name => "view-fault-name",
        ShareError::Lifetime => "share-fault-days",
        ShareError::TooMany => "view-fault-many",
        ShareError::Store(error) => return request.answer(Err(unavailable(error))),
    };
    let outcome = Outcome {
        refused: Some((form, message)),
        ..typed
    };
    answer(pages, request, outcome).await
}

/// The field that a message is about.
fn field_of(message: &str) -> Option<&'static str> {
    match message {
        "share-fault-address" => Some("address"),
        "view-fault-name" => Some("name"),
        "share-fault-days" => Some("days"),
        _ => None,
    }
}

async fn answer(pages: &Pages, request: &PageRequest, outcome: Outcome) -> Response {
    let status = match outcome.refused {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    };
    match shown(pages, request, &outcome).await {
        Ok(page) => (status, page).into_response(),
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn shown(pages: &Pages, request: &PageRequest, outcome: &Outcome) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let fields = fields(pages, request).await?;
    let found = pages.accounts.views(who).await.map_err(unavailable)?;
    let views: Vec<View> = found
        .into_iter()
        .map(|view| View {
            id: view.id,
            name: view.name,
            holds: said(&view.address, &fields, request.words),
            address: view.address,
        })
        .collect();
    let links: Vec<Link> = match who.may(Right::Share) {
        true => {
            let found = pages.accounts.links(who).await.map_err(unavailable)?;
            found
                .into_iter()
                .map(|found| of_link(pages, request, &fields, found))
                .collect()
        }
        false => Vec::new(),
    };
    let links = Links {
        may_show_comments: who.may(Right::HearComments),
        may_show_callers: who.may(Right::SeeCallers),
        made: outcome.made.as_deref(),
        form: outcome.link.clone(),
        links: &links,
    };
    let refused = outcome.refused.map(|(form, message)| {
        let refused = Refused {
            field: field_of(message),
            reason: request.words.t(message),
            is_english: false,
        };
        (form, refused)
    });
    let views = Views {
        address: &outcome.address,
        views: &views,
        links: who.may(Right::Share).then_some(&links),
        name: &outcome.name,
        refused: refused.as_ref().map(|(form, refused)| (*form, refused)),
    };
    let shell = request.shell(Place::Views.message(), Some(Place::Views));
    Ok(Page(views_page(&shell, &views).into_string()))
}

/// The page of an address in words. An address that is none, which nothing saves, stands there as it is.
fn said(address: &str, fields: &[Field], words: Words) -> String {
    let Ok(uri) = address.parse::<Uri>() else {
        return address.to_owned();
    };
    let asked = Form::read(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    page_in_words(uri.path(), &Address::new(asked.into_fields()), fields, words)
}

fn of_link(
    pages: &Pages,
    request: &PageRequest,
    fields: &[Field],
    (link, by): (LinkFound, UserName),
) -> Link {
    let at = |moment| request.words.locale.moment(pages.reports.local(moment));
    Link {
        id: link.id,
        by: by.to_string(),
        holds: link.holds(pages.reports.now()),
        shows: said(&link.address, fields, request.words),
        address: link.address,
        shows_comments: link.shows_comments,
        shows_callers: link.shows_callers,
        until: at(link.revoked_at.unwrap_or(link.expires_at)),
        opened: link.last_opened_at.map(at),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use axum::http::header::REFERER;

    use super::{came_from, said};
    use aftercall_pages::Words;
    use aftercall_pages::filters::{Field, Suggestion};
    use aftercall_report::render::ReportLanguage;

    #[test]
    fn saved_page_says_in_words_what_it_holds() {
        let fields = [Field {
            name: "queue",
            suggestions: vec![Suggestion {
                id: "q-17".to_owned(),
                name: Some("Billing".to_owned()),
            }],
        }];
        for (address, in_words) in [
            ("/", "Overview"),
            (
                "/calls?period=last-week&queue=%3Dq-17&queue=b%2A&answer=low",
                "Calls · Last week · Queue: Billing · Queue: b* · Low scores",
            ),
            (
                "/report?from=2026-11-01&by=agent&trend=week",
                "Report · 2026-11-01 – · Side by side: Agent · Steps of the trend: by week",
            ),
            ("/comments?listened=no&cursor=x", "Comments · Not heard yet"),
            (
                "/wallboard?period=today&compare=last-year",
                "Wallboard · Today · Compare with: the same period a year ago",
            ),
            ("no address", "no address"),
        ] {
            let english = Words::new(ReportLanguage::English);
            assert_eq!(said(address, &fields, english), in_words, "{address}");
        }
    }

    #[test]
    fn page_to_keep_is_the_one_that_the_browser_comes_from() {
        for (referer, address) in [
            ("http://a:8080/report?queue=x%20y", "/report?queue=x%20y"),
            ("http://a/views", "/"),
            ("no address", "/"),
        ] {
            let headers: HeaderMap = [(REFERER, referer.parse().unwrap())].into_iter().collect();
            assert_eq!(came_from(&headers), address);
        }
        assert_eq!(came_from(&HeaderMap::new()), "/");
    }
}
