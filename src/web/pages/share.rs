//! `/share/{token}`: a page for somebody who cannot sign in, written by the same code as for its maker, and the sound of the comments that it shows.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, IF_NONE_MATCH, IF_RANGE, RANGE};
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::Pages;
use super::reading::PageRequest;
use super::reply::unavailable;
use super::routes::{Kept, kept_address};
use super::seal::SharedPage;
use aftercall_pages::PageFault;
use aftercall_pages::address::encoded;

/// What opens links: the pages that they lead to.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) pages: Pages,
    /// The pages behind the guard, which holds the link to what it permits.
    pub(super) routes: TowerToHyperService<Router>,
}

/// Shows the page of a link. The request is made anew: of the browser's only the language and the connection go along, so that nobody sees more by a
/// cookie or a parameter.
pub(super) async fn open(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    mut visit: PageRequest,
    request: Request,
) -> Response {
    let shared_page = SharedPage {
        token: token.clone(),
        seals: shared.pages.seals.clone(),
    };
    visit.visitor = visit.visitor.by(Some(shared_page.clone()));
    let link = match shared
        .pages
        .accounts
        .open_link(&token, visit.visitor.address())
        .await
    {
        Ok(Some(link)) => link,
        Ok(None) => return visit.answer(Err(PageFault::NotFound)),
        Err(error) => return visit.answer(Err(unavailable(error))),
    };
    // A page that was shared before it ceased to be shareable is shown no more.
    let address = kept_address(&link.address, Kept::Link).ok();
    let Some(uri) = address.and_then(|address| address.as_str().parse::<Uri>().ok()) else {
        return visit.answer(Err(PageFault::NotFound));
    };
    let mut inner = Request::new(axum::body::Body::empty());
    *inner.uri_mut() = uri;
    // As the visitor has chosen, or as the browser asks.
    let language = HeaderValue::from_static(visit.words.language().tag());
    inner.headers_mut().insert(ACCEPT_LANGUAGE, language);
    if let Some(peer) = request.extensions().get::<crate::web::server::Peer>() {
        inner.extensions_mut().insert(*peer);
    }
    inner.extensions_mut().insert(link.principal);
    inner.extensions_mut().insert(shared_page);
    shared.routes.call(inner).await.into_response()
}

/// What a player says of the part that it wants.
const OF_PLAYERS: [HeaderName; 3] = [RANGE, IF_RANGE, IF_NONE_MATCH];

/// Plays a comment that a page of a link has shown, if the link lets comments be heard: by the handler for those who have signed in, so within the scope of
/// its maker and with its entry in the audit log.
pub(super) async fn audio(
    State(shared): State<Shared>,
    Path((token, call, question, seal)): Path<(String, String, String, String)>,
    visit: PageRequest,
    request: Request,
) -> Response {
    if !shared.pages.seals.is_of(&seal, &token, &call, &question) {
        return visit.answer(Err(PageFault::NotFound));
    }
    let principal = match shared.pages.accounts.of_link(&token).await {
        Ok(Some(principal)) => principal,
        Ok(None) => return visit.answer(Err(PageFault::NotFound)),
        Err(error) => return visit.answer(Err(unavailable(error))),
    };
    let address = format!("/comments/{}/{}/audio", encoded(&call), encoded(&question));
    let Ok(uri) = address.parse::<Uri>() else {
        return visit.answer(Err(PageFault::NotFound));
    };
    let mut inner = Request::new(axum::body::Body::empty());
    *inner.uri_mut() = uri;
    *inner.method_mut() = request.method().clone();
    for name in OF_PLAYERS {
        if let Some(value) = request.headers().get(&name) {
            inner.headers_mut().insert(name, value.clone());
        }
    }
    if let Some(peer) = request.extensions().get::<crate::web::server::Peer>() {
        inner.extensions_mut().insert(*peer);
    }
    inner.extensions_mut().insert(principal);
    shared.routes.call(inner).await.into_response()
}
