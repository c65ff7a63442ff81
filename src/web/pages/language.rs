//! `/language`: the language of the pages, kept by the browser for a year.

use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};

use super::cookie;
use super::form::Form;
use super::origin::local;
use super::reading::PageRequest;
use super::reply::see_other;
use aftercall_report::render::ReportLanguage;

/// Chooses a language, and goes back to the page on which it was chosen. Nobody has to have signed in: the choice stands on the page for that.
pub(super) async fn choose(request: PageRequest, form: Form) -> Response {
    let Ok(language) = form.get("language").parse::<ReportLanguage>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let set = cookie::set_language(language.tag(), request.visitor.is_secure());
    ([(SET_COOKIE, set)], see_other(local(form.get("back")))).into_response()
}
