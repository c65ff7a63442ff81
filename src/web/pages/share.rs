//! `/share/{token}`: a page for somebody who cannot sign in, written by the same code as for its maker.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::Pages;
use super::reading::PageRequest;
use super::reply::unavailable;
use aftercall_pages::PageFault;

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
    visit: PageRequest,
    request: Request,
) -> Response {
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
    let Ok(uri) = link.address.parse::<Uri>() else {
        return visit.answer(Err(PageFault::NotFound));
    };
    let mut inner = Request::new(axum::body::Body::empty());
    *inner.uri_mut() = uri;
    if let Some(languages) = request.headers().get(axum::http::header::ACCEPT_LANGUAGE) {
        inner
            .headers_mut()
            .insert(axum::http::header::ACCEPT_LANGUAGE, languages.clone());
    }
    if let Some(peer) = request.extensions().get::<crate::web::server::Peer>() {
        inner.extensions_mut().insert(*peer);
    }
    inner.extensions_mut().insert(link.principal);
    shared.routes.call(inner).await.into_response()
}
