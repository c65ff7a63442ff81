//! `/sign-in` and `/sign-out`.

use axum::extract::State;
use axum::http::header::{RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::form::Form;
use super::origin::local;
use super::reading::PageRequest;
use super::reply::{Page, see_other, unavailable};
use super::routes::home;
use super::{Pages, cookie};
use crate::accounts::{Begun, Principal, SignInAttempt, SignInError};
use aftercall_pages::PageFault;
use aftercall_pages::sign_in::{SignIn, sign_in_page};

/// The form; whoever has signed in already goes on.
pub(super) async fn page(request: PageRequest) -> Response {
    let to = local(request.address.get("to").unwrap_or("/"));
    match request.visitor.principal().filter(|who| who.has_account()) {
        Some(who) => see_other(onward(who, to)),
        None => {
            let sign_in = SignIn {
                to,
                ..SignIn::default()
            };
            shown(&request, &sign_in).into_response()
        }
    }
}

/// Signs in.
pub(super) async fn sign_in(
    State(pages): State<Pages>,
    headers: HeaderMap,
    request: PageRequest,
    form: Form,
) -> Response {
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    let attempt = SignInAttempt {
        name: form.get("name").to_owned(),
        password: form.get("password").to_owned(),
        address: request.visitor.address(),
        user_agent: user_agent.unwrap_or_default().to_owned(),
    };
    match pages.accounts.sign_in(attempt).await {
        Ok(begun) => signed_in(&pages, &request, &begun, local(form.get("to"))).await,
        Err(error) => refused(&request, &form, error),
    }
}

async fn signed_in(pages: &Pages, request: &PageRequest, begun: &Begun, to: &str) -> Response {
    let who = match pages.accounts.of_token(&begun.token).await {
        Ok(Some(who)) => who,
        Ok(None) => return request.answer(Err(PageFault::NotPermitted)),
        Err(error) => return request.answer(Err(unavailable(error))),
    };
    let set = cookie::begin(&begun.token, begun.lifetime, request.visitor.is_secure());
    ([(SET_COOKIE, set)], see_other(onward(&who, to))).into_response()
}

/// Where somebody goes who has signed in.
fn onward<'t>(who: &Principal, to: &'t str) -> &'t str {
    if who.must_change_password() {
        return "/account";
    }
    if to == "/" { home(who) } else { to }
}

fn refused(request: &PageRequest, form: &Form, error: SignInError) -> Response {
    let words = request.words;
    let (status, reason, wait) = match error {
        SignInError::Refused => (StatusCode::FORBIDDEN, words.t("sign-in-refused"), None),
        SignInError::Wait(wait) => {
            // Rounded up: who comes back then is not refused again.
            let seconds = wait.as_secs() + 1;
            let reason = words.counted("sign-in-wait", seconds);
            (StatusCode::TOO_MANY_REQUESTS, reason, Some(seconds))
        }
        SignInError::Busy(_) => (StatusCode::SERVICE_UNAVAILABLE, words.t("sign-in-busy"), Some(60)),
        SignInError::Store(error) => return request.answer(Err(unavailable(error))),
    };
    let sign_in = SignIn {
        name: form.get("name"),
        to: local(form.get("to")),
        refused: Some(&reason),
    };
    let mut response = (status, shown(request, &sign_in)).into_response();
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn shown(request: &PageRequest, sign_in: &SignIn<'_>) -> Page {
    let shell = request.shell("sign-in", None);
    Page(sign_in_page(&shell, sign_in).into_string())
}

/// Ends the session.
pub(super) async fn sign_out(State(pages): State<Pages>, request: PageRequest, _form: Form) -> Response {
    let who = match request.principal() {
        Ok(who) => who,
        Err(fault) => return request.answer(Err(fault)),
    };
    if let Err(error) = pages.accounts.sign_out(who, request.visitor.address()).await {
        return request.answer(Err(unavailable(error)));
    }
    let end = cookie::end(request.visitor.is_secure());
    ([(SET_COOKIE, end)], see_other("/sign-in")).into_response()
}
