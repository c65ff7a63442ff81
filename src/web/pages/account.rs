//! `/account`: a user's own password and sessions.

use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::form::Form;
use super::reading::PageRequest;
use super::reply::{Page, see_other, unavailable};
use crate::accounts::{PasswordError, PasswordFault, Principal, SessionFound};
use aftercall_pages::PageFault;
use aftercall_pages::account::{Account, Session, account_page};
use aftercall_pages::refused::Refused;

/// What came of a change, by what stands in the address after it.
const DONE: [(&str, &str); 2] = [("password", "password-changed"), ("sessions", "sessions-ended")];

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    let done = request.address.get("done");
    let notice = DONE.iter().find(|(known, _)| Some(*known) == done);
    let shown = shown(&pages, &request, notice.map(|(_, message)| *message), None).await;
    request.answer(shown)
}

async fn shown(
    pages: &Pages,
    request: &PageRequest,
    notice: Option<&str>,
    refused: Option<&str>,
) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let found = pages.accounts.sessions(who).await.map_err(unavailable)?;
    let sessions: Vec<Session> = found
        .into_iter()
        .map(|session| of_session(pages, request, who, session))
        .collect();
    let notice = notice.map(|message| request.words.t(message));
    let refused = refused.map(|message| Refused {
        field: field_of(message),
        reason: request.words.t(message),
        is_english: false,
    });
    let account = Account {
        name: who.name().as_str(),
        role: who.role().as_str(),
        of: &who.calls_of(),
        has_password: who.session().is_some(),
        must_change_password: who.must_change_password(),
        notice: notice.as_deref(),
        refused: refused.as_ref(),
        sessions: &sessions,
    };
    let shell = request.shell("account", None);
    Ok(Page(account_page(&shell, &account).into_string()))
}

fn of_session(pages: &Pages, request: &PageRequest, who: &Principal, session: SessionFound) -> Session {
    let at = |moment| request.words.locale.moment(pages.reports.local(moment));
    Session {
        browser: session.user_agent,
        since: at(session.created_at),
        used: at(session.last_used_at),
        is_this: who.session() == Some(session.id),
    }
}

/// Changes the password.
pub(super) async fn change_password(
    State(pages): State<Pages>,
    request: PageRequest,
    form: Form,
) -> Response {
    let changed = match request.principal() {
        Ok(who) if form.get("new") == form.get("again") => {
            let from = request.visitor.address();
            let changed = pages
                .accounts
                .change_password(who, form.get("present"), form.get("new"), from);
            changed.await.map_err(message)
        }
        Ok(_) => Err(Some("password-differs")),
        Err(fault) => return request.answer(Err(fault)),
    };
    match changed {
        Ok(()) => see_other("/account?done=password"),
        Err(Some(message)) => {
            let page = shown(&pages, &request, None, Some(message)).await;
            match page {
                Ok(page) => (axum::http::StatusCode::BAD_REQUEST, page).into_response(),
                Err(fault) => request.answer(Err(fault)),
            }
        }
        Err(None) => request.answer(Err(PageFault::Unavailable)),
    }
}

/// The field that a message is about.
fn field_of(message: &str) -> Option<&'static str> {
    match message {
        "password-wrong" => Some("present"),
        "password-short" | "password-long" | "password-guessable" | "password-same" => Some("new"),
        "password-differs" => Some("again"),
        _ => None,
    }
}

/// Why a password was not changed, as a message; `None`: the database does not answer.
fn message(error: PasswordError) -> Option<&'static str> {
    Some(match error {
        PasswordError::Wrong => "password-wrong",
        PasswordError::Fault(PasswordFault::TooShort) => "password-short",
        PasswordError::Fault(PasswordFault::TooLong) => "password-long",
        PasswordError::Fault(PasswordFault::Guessable) => "password-guessable",
        PasswordError::Same => "password-same",
        PasswordError::Wait => "password-wait",
        PasswordError::Busy(_) => "sign-in-busy",
        PasswordError::Store(error) => {
            tracing::warn!(%error, "cannot change a password");
            return None;
        }
    })
}

/// Ends the other sessions.
pub(super) async fn end_sessions(State(pages): State<Pages>, request: PageRequest, _form: Form) -> Response {
    let who = match request.principal() {
        Ok(who) => who,
        Err(fault) => return request.answer(Err(fault)),
    };
    match pages.accounts.end_other_sessions(who).await {
        Ok(()) => see_other("/account?done=sessions"),
        Err(error) => request.answer(Err(unavailable(error))),
    }
}
