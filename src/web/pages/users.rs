//! `/users`: who may sign in. Every change answers with the list, because a one-time password is shown there and nowhere else.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::form::Form;
use super::reading::PageRequest;
use super::reply::{Page, unavailable};
use crate::accounts::{ManageError, NewPassword, Role, RoleRequest, UserFound, UserName, UserRequest};
use aftercall_pages::PageFault;
use aftercall_pages::refused::Refused;
use aftercall_pages::shell::Place;
use aftercall_pages::users::{User, UserForm, Users, users_page};

/// What came of a change: a password to show, if there is one.
type Changed = Result<Option<(UserName, NewPassword)>, Refusal>;

/// Why nothing was changed.
enum Refusal {
    /// What was asked for cannot be: the id of the message.
    Message(&'static str),
    /// There is no page.
    Fault(PageFault),
}

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    answer(&pages, &request, Ok(None), None).await
}

/// Adds a user.
pub(super) async fn add(State(pages): State<Pages>, request: PageRequest, form: Form) -> Response {
    let changed = add_user(&pages, &request, &form).await;
    answer(&pages, &request, changed, Some(typed(&form, None))).await
}

/// Gives a user a one-time password.
pub(super) async fn reset(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    request: PageRequest,
    _form: Form,
) -> Response {
    let changed = async {
        let name = name_of(&name)?;
        let by = Some((request.principal()?, request.visitor.address()));
        let password = pages.accounts.reset_password(&name, by).await?;
        Ok(Some((name, password)))
    };
    let changed = changed.await;
    answer(&pages, &request, changed, None).await
}

/// Lets a user sign in no more.
pub(super) async fn disable(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    request: PageRequest,
    _form: Form,
) -> Response {
    let changed = set_disabled(&pages, &request, &name, true).await;
    answer(&pages, &request, changed, None).await
}

/// Lets a user sign in again.
pub(super) async fn enable(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    request: PageRequest,
    _form: Form,
) -> Response {
    let changed = set_disabled(&pages, &request, &name, false).await;
    answer(&pages, &request, changed, None).await
}

/// Gives a user another role.
pub(super) async fn set_role(
    State(pages): State<Pages>,
    Path(of): Path<String>,
    request: PageRequest,
    form: Form,
) -> Response {
    let changed = async {
        let name = name_of(&of)?;
        let by = Some((request.principal()?, request.visitor.address()));
        pages.accounts.set_role(&name, role(&form)?, by).await?;
        Ok(None)
    };
    let changed = changed.await;
    answer(&pages, &request, changed, Some(typed(&form, Some(of)))).await
}

async fn add_user(pages: &Pages, request: &PageRequest, form: &Form) -> Changed {
    let name = name_of(form.get("name"))?;
    let wanted = UserRequest {
        name: name.clone(),
        display_name: form.get("display_name").to_owned(),
        role: role(form)?,
        is_of_proxy: false,
    };
    let by = Some((request.principal()?, request.visitor.address()));
    let added = pages.accounts.add_user(wanted, by).await?;
    Ok(added.password.map(|password| (name, password)))
}

async fn set_disabled(pages: &Pages, request: &PageRequest, name: &str, is_disabled: bool) -> Changed {
    let name = name_of(name)?;
    let by = Some((request.principal()?, request.visitor.address()));
    pages.accounts.set_disabled(&name, is_disabled, by).await?;
    Ok(None)
}

fn name_of(text: &str) -> Result<UserName, Refusal> {
    text.trim()
        .parse()
        .map_err(|_| Refusal::Message("user-fault-name"))
}

/// The role of a form. Fields of other roles may be left over from another choice; they count only where they belong.
fn role(form: &Form) -> Result<RoleRequest, Refusal> {
    let role: Role = form
        .get("role")
        .parse()
        .map_err(|_| Refusal::Message("user-fault-role"))?;
    let teams: Vec<String> = match role {
        Role::TeamLeader => form.get("teams").lines().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let agent = (role == Role::Agent).then(|| form.get("agent").to_owned());
    Ok(RoleRequest::new(role, teams, agent)?)
}

impl From<PageFault> for Refusal {
    fn from(fault: PageFault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ManageError> for Refusal {
    fn from(error: ManageError) -> Self {
        Self::Message(match error {
            ManageError::Taken => "user-fault-taken",
            ManageError::Unknown => "user-fault-unknown",
            ManageError::LastAdmin => "user-fault-last-admin",
            ManageError::NoTeam => "user-fault-no-team",
            ManageError::NoAgent => "user-fault-no-agent",
            ManageError::NotOfRole => "user-fault-not-of-role",
            ManageError::TooLong => "user-fault-too-long",
            ManageError::Busy(_) => "sign-in-busy",
            ManageError::Store(error) => return Self::Fault(unavailable(error)),
        })
    }
}

/// What stands in a form; `of` is the user whom it changes.
fn typed(form: &Form, of: Option<String>) -> UserForm {
    let text = |name| form.get(name).to_owned();
    UserForm {
        of,
        name: text("name"),
        display_name: text("display_name"),
        role: text("role"),
        teams: text("teams"),
        agent: text("agent"),
    }
}

/// The field that a message is about.
fn field_of(message: &str) -> Option<&'static str> {
    match message {
        "user-fault-name" | "user-fault-taken" => Some("name"),
        "user-fault-role" | "user-fault-last-admin" => Some("role"),
        "user-fault-no-team" => Some("teams"),
        "user-fault-no-agent" => Some("agent"),
        _ => None,
    }
}

/// The list with what came of a change; a form that was not accepted stands there as it was typed.
async fn answer(pages: &Pages, request: &PageRequest, changed: Changed, form: Option<UserForm>) -> Response {
    let (status, refused, password) = match changed {
        Ok(password) => (StatusCode::OK, None, password),
        Err(Refusal::Message(message)) => {
            let refused = Refused {
                // Other forms have no field.
                field: field_of(message).filter(|_| form.is_some()),
                reason: request.words.t(message),
                is_english: false,
            };
            (StatusCode::BAD_REQUEST, Some(refused), None)
        }
        Err(Refusal::Fault(fault)) => return request.answer(Err(fault)),
    };
    let found = match pages.accounts.users().await {
        Ok(found) => found,
        Err(error) => return request.answer(Err(unavailable(error))),
    };
    let users: Vec<User> = found
        .into_iter()
        .map(|user| of_user(pages, request, user))
        .collect();
    let password = password
        .as_ref()
        .map(|(name, password)| (name.as_str(), password.expose()));
    let users = Users {
        users: &users,
        password,
        form: form.as_ref().filter(|_| refused.is_some()),
        refused: refused.as_ref(),
    };
    let shell = request.shell(Place::Users.message(), Some(Place::Users));
    (status, Page(users_page(&shell, &users).into_string())).into_response()
}

fn of_user(pages: &Pages, request: &PageRequest, user: UserFound) -> User {
    let at = |moment| request.words.locale.moment(pages.reports.local(moment));
    User {
        name: user.name.to_string(),
        display_name: user.display_name,
        role: user.role.as_str(),
        of: user.teams.into_iter().chain(user.agent).collect(),
        is_disabled: user.is_disabled,
        must_change_password: user.must_change_password,
        last_sign_in: user.last_sign_in_at.map(at),
    }
}
