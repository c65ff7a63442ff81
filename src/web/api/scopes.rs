//! Which scope each operation of the API needs, in one table, and the one place where it is checked.

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::ROOT;
use super::guard::ApiClient;
use super::problem::{Kind, Problem};
use crate::auth::Scope;

/// Method and path below [`ROOT`] of each operation, as in the OpenAPI document, and the scope that a key needs for it.
pub const OPERATIONS: [(Method, &str, Scope); 24] = [
    (Method::POST, "/announcements", Scope::Announcements),
    (Method::POST, "/decisions", Scope::Decisions),
    (Method::GET, "/calls/{call}", Scope::Results),
    (Method::PATCH, "/calls/{call}", Scope::Context),
    (Method::GET, "/calls", Scope::Results),
    (Method::GET, "/calls/{call}/path", Scope::Results),
    (Method::GET, "/calls/{call}/personal", Scope::Personal),
    (Method::GET, "/answers", Scope::Results),
    (Method::GET, "/comments", Scope::Results),
    (Method::GET, "/comments/{call}/{question}/audio", Scope::Comments),
    (
        Method::PUT,
        "/comments/{call}/{question}/listened",
        Scope::Comments,
    ),
    (
        Method::DELETE,
        "/comments/{call}/{question}/listened",
        Scope::Comments,
    ),
    (Method::GET, "/surveys", Scope::Results),
    (Method::GET, "/surveys/{survey}", Scope::Results),
    (Method::GET, "/directory", Scope::Results),
    (Method::GET, "/deliveries", Scope::Results),
    (Method::GET, "/events", Scope::Results),
    (Method::POST, "/eligible", Scope::Eligible),
    (Method::GET, "/report", Scope::Results),
    (Method::GET, "/plan", Scope::Results),
    (Method::GET, "/opt-outs", Scope::OptOuts),
    (Method::POST, "/opt-outs", Scope::OptOuts),
    (Method::POST, "/opt-outs/lookup", Scope::OptOuts),
    (Method::POST, "/opt-outs/remove", Scope::OptOuts),
];

/// Lets a request through whose key has the scope of its operation. Runs for operations only, before the handler and before the
/// body is read. An operation that is not in the table is permitted to nobody.
pub(super) async fn require_scope(
    client: ApiClient,
    path: MatchedPath,
    method: Method,
    request: Request,
    next: Next,
) -> Response {
    match check(&client, scope_of(&method, path.as_str())) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn scope_of(method: &Method, path: &str) -> Option<Scope> {
    // The router has a HEAD answered by the handler of GET.
    let method = match *method {
        Method::HEAD => &Method::GET,
        _ => method,
    };
    let path = path.strip_prefix(ROOT)?;
    let found = OPERATIONS.iter().find(|(of, at, _)| of == method && *at == path);
    found.map(|(_, _, scope)| *scope)
}

/// # Errors
/// The key does not permit this.
fn check(client: &ApiClient, scope: Option<Scope>) -> Result<(), Problem> {
    match scope {
        Some(scope) if client.has(scope) => Ok(()),
        Some(scope) => Err(Problem::new(Kind::NotPermitted)
            .detail(format!("The key `{}` has no scope `{scope}`.", client.name()))
            .fix(format!("Add \"{scope}\" to its `scopes` in the configuration."))),
        None => Err(Problem::new(Kind::NotPermitted).detail("No scope permits this operation.")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::{OPERATIONS, scope_of};
    use crate::auth::Scope;

    #[test]
    fn each_operation_has_one_row_and_each_scope_is_for_something() {
        for (index, (method, path, scope)) in OPERATIONS.iter().enumerate() {
            let rows = OPERATIONS.iter().filter(|(of, at, _)| of == method && at == path);
            assert_eq!(rows.count(), 1, "row {index}: {method} {path}");
            assert_eq!(scope_of(method, &format!("/api/v1{path}")), Some(*scope));
        }
        for scope in Scope::ALL {
            assert!(OPERATIONS.iter().any(|(.., of)| *of == scope), "{scope}");
        }
    }

    #[test]
    fn head_needs_the_scope_of_get_and_what_is_not_in_the_table_has_none() {
        assert_eq!(scope_of(&Method::HEAD, "/api/v1/opt-outs"), Some(Scope::OptOuts));
        for (method, path) in [
            (Method::DELETE, "/api/v1/opt-outs"),
            (Method::HEAD, "/api/v1/decisions"),
            (Method::GET, "/api/v1/calls/1"),
            (Method::GET, "/opt-outs"),
        ] {
            assert_eq!(scope_of(&method, path), None, "{method} {path}");
        }
    }
}
