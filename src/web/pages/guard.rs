//! What a request passes before its page: the way it came, who it is from, whether a form is one of ours, and the right that the page needs.
//!
//! One place for all pages: a handler is reached only by somebody who may see it, with a form that was made for them.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::form::{Form, MOST_BYTES};
use super::origin::{Client, is_of_this_site};
use super::reading::PageRequest;
use super::routes::Access;
use super::seal::SharedPage;
use super::visitor::Visitor;
use super::{Pages, cookie, headers, reply};
use crate::accounts::Principal;
use crate::web::server::Peer;
use aftercall_pages::PageFault;

/// A form arrives within this time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Passes a request on that may see its page; every answer gets the headers that protect a page.
pub(super) async fn guard(State(pages): State<Pages>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let client = peer.and_then(|peer| pages.peers.client(peer, request.headers()));
    let Some(client) = client else {
        let mut response = (StatusCode::FORBIDDEN, NO_PLAIN).into_response();
        headers::protect(response.headers_mut(), false);
        return response;
    };
    let is_secure = client.is_secure;
    let mut response = match admit(&pages, client, request).await {
        Ok(request) => next.run(request).await,
        Err(response) => *response,
    };
    headers::protect(response.headers_mut(), is_secure);
    response
}

const NO_PLAIN: &str = "The pages are served to other machines by TLS only. Set http.certificate and http.private_key, or put a reverse \
     proxy in front and name it in pages.proxy.\n";

/// The request with its visitor and its form, or the answer in place of its page.
async fn admit(pages: &Pages, client: Client, request: Request) -> Result<Request, Box<Response>> {
    let (mut parts, body) = request.into_parts();
    let access = access_of(&parts).ok_or_else(|| boxed(StatusCode::METHOD_NOT_ALLOWED))?;
    let who = who(pages, &client, &parts).await?;
    let form = match parts.method.is_safe() {
        true => None,
        false => Some(form(&parts.headers, client.is_secure, body, access, who.as_ref()).await?),
    };
    // As for the principal: only the handler of share links puts one there.
    let shared = parts.extensions.get::<SharedPage>().cloned();
    let visitor = Visitor::new(who, client).by(shared);
    if !access.is_granted(visitor.principal()) {
        return Err(Box::new(refuse(&parts, visitor)));
    }
    parts.extensions.insert(visitor);
    if let Some(form) = form {
        parts.extensions.insert(form);
    }
    Ok(Request::from_parts(parts, Body::empty()))
}

fn access_of(parts: &Parts) -> Option<Access> {
    let path = parts.extensions.get::<MatchedPath>()?;
    Access::of(&parts.method, path.as_str())
}

/// Who a request is from: whoever opened a share link, the user of a reverse proxy, or the one whose session the cookie names.
async fn who(pages: &Pages, client: &Client, parts: &Parts) -> Result<Option<Principal>, Box<Response>> {
    // Only the handler of share links puts one there: extensions do not come by the network.
    if let Some(who) = parts.extensions.get::<Principal>() {
        return Ok(Some(who.clone()));
    }
    let found = match &client.proxy_user {
        Some(user) => pages.accounts.of_proxy(user).await,
        None => {
            let cookies = parts.headers.get_all(COOKIE);
            let cookies = cookies.iter().filter_map(|value| value.to_str().ok());
            match cookie::token(cookies, client.is_secure) {
                Some(token) => pages.accounts.of_token(token).await,
                None => Ok(None),
            }
        }
    };
    found.map_err(|error| {
        tracing::warn!(%error, "cannot read who has signed in");
        boxed(StatusCode::SERVICE_UNAVAILABLE)
    })
}

/// The form of a request that changes something: sent by a page of ours, and by one that was made for this user. There is no user yet for whoever
/// signs in.
async fn form(
    headers: &HeaderMap,
    is_secure: bool,
    body: Body,
    access: Access,
    who: Option<&Principal>,
) -> Result<Form, Box<Response>> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next());
    if !is_of_this_site(headers, is_secure) {
        return Err(boxed((
            StatusCode::FORBIDDEN,
            "The form was not sent by a page of this service.\n",
        )));
    }
    if !media_type.is_some_and(|found| {
        found
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    }) {
        return Err(boxed(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    let body = tokio::time::timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await;
    let body = body.map_err(|_| boxed(StatusCode::REQUEST_TIMEOUT))?;
    let body = body.map_err(|_| boxed(StatusCode::PAYLOAD_TOO_LARGE))?;
    let form = Form::read(&body).ok_or_else(|| boxed(StatusCode::BAD_REQUEST))?;
    let is_own = |who: &Principal| who.owns_form(form.get("form_token"));
    // Without a user there is nobody in whose name another site could act; what needs one is refused below.
    if access != Access::Anybody && !who.is_none_or(is_own) {
        return Err(boxed((
            StatusCode::FORBIDDEN,
            "The page is out of date. Load it again.\n",
        )));
    }
    Ok(form)
}

/// The answer to somebody who may not see a page: first sign in, first choose a password, or no.
fn refuse(parts: &Parts, visitor: Visitor) -> Response {
    let Some(who) = visitor.principal() else {
        let address = parts.uri.path_and_query().map_or("/", |address| address.as_str());
        let to = match parts.method.is_safe() && address != "/" {
            true => format!("/sign-in?to={}", aftercall_pages::address::encoded(address)),
            false => "/sign-in".to_owned(),
        };
        return reply::see_other(&to);
    };
    if who.must_change_password() {
        return reply::see_other("/account");
    }
    let request = PageRequest::of(&parts.headers, visitor);
    request.answer(Err(PageFault::NotPermitted))
}

fn boxed(response: impl IntoResponse) -> Box<Response> {
    Box::new(response.into_response())
}
