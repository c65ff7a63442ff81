//! Which right each page needs, in one table. A page that is not in it is permitted to nobody; a test asks for every row as every role.

use axum::http::Method;

use crate::accounts::{Principal, Right};
use aftercall_pages::shell::Place;

/// What a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Anybody,
    /// An account, whatever its role.
    Account,
    /// A right.
    With(Right),
}

/// Method and path of each page, and what it needs.
pub const PAGES: [(Method, &str, Access); 40] = [
    (Method::GET, "/", Access::With(Right::SeeFigures)),
    (Method::GET, "/report", Access::With(Right::SeeFigures)),
    (Method::GET, "/report/file", Access::With(Right::Export)),
    (Method::GET, "/stream", Access::With(Right::SeeCalls)),
    (Method::GET, "/changes", Access::Account),
    (Method::GET, "/calls", Access::With(Right::SeeCalls)),
    (Method::GET, "/calls/file", Access::With(Right::Export)),
    (Method::GET, "/calls/{call}", Access::With(Right::SeeCalls)),
    (Method::GET, "/comments", Access::With(Right::HearComments)),
    (
        Method::GET,
        "/comments/{call}/{question}/audio",
        Access::With(Right::HearComments),
    ),
    (
        Method::POST,
        "/comments/{call}/{question}/listened",
        Access::With(Right::HearComments),
    ),
    (Method::GET, "/wallboard", Access::With(Right::SeeFigures)),
    (Method::GET, "/sampling", Access::With(Right::SeeSampling)),
    (Method::POST, "/sampling", Access::With(Right::SeeSampling)),
    (Method::GET, "/surveys", Access::With(Right::SeeSurveys)),
    (Method::GET, "/surveys/{name}", Access::With(Right::SeeSurveys)),
    (
        Method::GET,
        "/surveys/{name}/flow.svg",
        Access::With(Right::SeeSurveys),
    ),
    (
        Method::GET,
        "/surveys/{name}/prompts/{language}/{prompt}",
        Access::With(Right::SeeSurveys),
    ),
    (Method::GET, "/system", Access::With(Right::SeeSystem)),
    (Method::GET, "/sign-in", Access::Anybody),
    (Method::POST, "/sign-in", Access::Anybody),
    (Method::POST, "/language", Access::Anybody),
    (Method::POST, "/sign-out", Access::Account),
    (Method::GET, "/account", Access::Account),
    (Method::POST, "/account/password", Access::Account),
    (Method::POST, "/account/sessions", Access::Account),
    (Method::GET, "/users", Access::With(Right::ManageUsers)),
    (Method::POST, "/users", Access::With(Right::ManageUsers)),
    (
        Method::POST,
        "/users/{name}/reset",
        Access::With(Right::ManageUsers),
    ),
    (
        Method::POST,
        "/users/{name}/disable",
        Access::With(Right::ManageUsers),
    ),
    (
        Method::POST,
        "/users/{name}/enable",
        Access::With(Right::ManageUsers),
    ),
    (
        Method::POST,
        "/users/{name}/role",
        Access::With(Right::ManageUsers),
    ),
    (Method::GET, "/audit", Access::With(Right::SeeAudit)),
    (Method::GET, "/views", Access::Account),
    (Method::POST, "/views", Access::Account),
    (Method::POST, "/views/{view}/remove", Access::Account),
    (Method::POST, "/share", Access::With(Right::Share)),
    (Method::POST, "/share/{link}/revoke", Access::With(Right::Share)),
    (Method::GET, "/share/{token}", Access::Anybody),
    (
        Method::GET,
        "/share/{token}/comments/{call}/{question}/{seal}",
        Access::Anybody,
    ),
];

impl Access {
    /// Of a page, by its path as it is registered; `None`: there is no such page.
    pub(super) fn of(method: &Method, path: &str) -> Option<Self> {
        // The router has a HEAD answered by the handler of GET.
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        let found = PAGES.iter().find(|(of, at, _)| of == method && *at == path);
        found.map(|(_, _, access)| *access)
    }

    /// Whether somebody has what it takes.
    pub fn is_granted(self, who: Option<&Principal>) -> bool {
        match self {
            Self::Anybody => true,
            Self::Account => who.is_some_and(Principal::has_account),
            Self::With(right) => who.is_some_and(|who| who.may(right)),
        }
    }
}

/// The pages of the navigation that somebody may see.
pub(super) fn places(who: Option<&Principal>) -> Vec<Place> {
    let is_open =
        |place: &Place| Access::of(&Method::GET, place.path()).is_some_and(|access| access.is_granted(who));
    Place::ALL.into_iter().filter(is_open).collect()
}

/// The page that somebody begins with.
pub(super) fn home(who: &Principal) -> &'static str {
    places(Some(who)).first().map_or("/account", |place| place.path())
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::{Access, PAGES};
    use crate::accounts::Right;

    #[test]
    fn each_page_has_one_row_and_what_is_not_in_the_table_is_no_page() {
        for (method, path, access) in &PAGES {
            let rows = PAGES.iter().filter(|(of, at, _)| of == method && at == path);
            assert_eq!(rows.count(), 1, "{method} {path}");
            assert_eq!(Access::of(method, path), Some(*access));
        }
        assert_eq!(
            Access::of(&Method::HEAD, "/users"),
            Some(Access::With(Right::ManageUsers))
        );
        for (method, path) in [
            (Method::DELETE, "/users"),
            (Method::HEAD, "/sign-out"),
            (Method::GET, "/users/anna/reset"),
        ] {
            assert_eq!(Access::of(&method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn nothing_that_changes_something_is_open_to_anybody_but_signing_in_and_the_language() {
        let open = PAGES
            .iter()
            .filter(|(method, _, access)| *access == Access::Anybody && *method != Method::GET);
        assert_eq!(
            open.map(|(_, path, _)| *path).collect::<Vec<_>>(),
            ["/sign-in", "/language"]
        );
    }
}
