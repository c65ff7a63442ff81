//! Which right each page needs, and which pages may be saved and shared, in one table. A page that is not in it is permitted to nobody; a test asks for
//! every row as every role.

use axum::http::Method;

use crate::accounts::{PageAddress, Principal, Right, ShareError};
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

/// How the address of a page may be kept; each permits what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// Not at all.
    Nowhere,
    /// As a saved view of somebody who signs in.
    View,
    /// By a share link, for somebody who cannot. Its right is one that links have.
    Link,
}

/// A page: how it is asked for, what it needs, and how its address may be kept.
#[derive(Debug, Clone)]
pub struct PageRow {
    /// The method.
    pub method: Method,
    /// The path as it is registered, with `{name}` for a segment that varies.
    pub path: &'static str,
    /// What it needs.
    pub access: Access,
    /// How its address may be kept.
    pub kept: Kept,
}

/// Every page.
pub static PAGES: [PageRow; 40] = {
    use Access::{Account, Anybody, With};
    [
        shared("/", With(Right::SeeFigures)),
        shared("/report", With(Right::SeeFigures)),
        get("/report/file", With(Right::Export)),
        shared("/stream", With(Right::SeeCalls)),
        get("/changes", Account),
        shared("/calls", With(Right::SeeCalls)),
        get("/calls/file", With(Right::Export)),
        shared("/calls/{call}", With(Right::SeeCalls)),
        shared("/comments", With(Right::HearComments)),
        get("/comments/{call}/{question}/audio", With(Right::HearComments)),
        post("/comments/{call}/{question}/listened", With(Right::HearComments)),
        shared("/wallboard", With(Right::SeeFigures)),
        shared("/sampling", With(Right::SeeSampling)),
        post("/sampling", With(Right::SeeSampling)),
        shared("/surveys", With(Right::SeeSurveys)),
        shared("/surveys/{name}", With(Right::SeeSurveys)),
        get("/surveys/{name}/flow.svg", With(Right::SeeSurveys)),
        get(
            "/surveys/{name}/prompts/{language}/{prompt}",
            With(Right::SeeSurveys),
        ),
        saved("/system", With(Right::SeeSystem)),
        get("/sign-in", Anybody),
        post("/sign-in", Anybody),
        post("/language", Anybody),
        post("/sign-out", Account),
        get("/account", Account),
        post("/account/password", Account),
        post("/account/sessions", Account),
        get("/users", With(Right::ManageUsers)),
        post("/users", With(Right::ManageUsers)),
        post("/users/{name}/reset", With(Right::ManageUsers)),
        post("/users/{name}/disable", With(Right::ManageUsers)),
        post("/users/{name}/enable", With(Right::ManageUsers)),
        post("/users/{name}/role", With(Right::ManageUsers)),
        get("/audit", With(Right::SeeAudit)),
        get("/views", Account),
        post("/views", Account),
        post("/views/{view}/remove", Account),
        post("/share", With(Right::Share)),
        post("/share/{link}/revoke", With(Right::Share)),
        get("/share/{token}", Anybody),
        get("/share/{token}/comments/{call}/{question}/{seal}", Anybody),
    ]
};

const fn get(path: &'static str, access: Access) -> PageRow {
    row(Method::GET, path, access, Kept::Nowhere)
}

const fn saved(path: &'static str, access: Access) -> PageRow {
    row(Method::GET, path, access, Kept::View)
}

const fn shared(path: &'static str, access: Access) -> PageRow {
    row(Method::GET, path, access, Kept::Link)
}

const fn post(path: &'static str, access: Access) -> PageRow {
    row(Method::POST, path, access, Kept::Nowhere)
}

const fn row(method: Method, path: &'static str, access: Access, kept: Kept) -> PageRow {
    PageRow {
        method,
        path,
        access,
        kept,
    }
}

impl Access {
    /// Of a page, by its path as it is registered; `None`: there is no such page.
    pub(super) fn of(method: &Method, path: &str) -> Option<Self> {
        // The router has a HEAD answered by the handler of GET.
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        let found = PAGES.iter().find(|row| row.method == method && row.path == path);
        found.map(|row| row.access)
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

/// The address of a page that may be kept so.
///
/// # Errors
/// [`ShareError::Address`]: it is of no such page, or a browser would read it otherwise.
pub fn kept_address(address: &str, kept: Kept) -> Result<PageAddress, ShareError> {
    PageAddress::read(address, |path| kept_as(path) >= kept)
}

/// How the address of the page that answers at a path may be kept. As in the router, a row that names a segment comes before one in which it varies.
fn kept_as(path: &str) -> Kept {
    let fits = |row: &&PageRow| {
        let mut named = row.path.split('/');
        let fit = path.split('/').all(|segment| {
            named.next().is_some_and(|name| match name.starts_with('{') {
                true => !segment.is_empty(),
                false => name == segment,
            })
        });
        row.method == Method::GET && fit && named.next().is_none()
    };
    let varying = |row: &&PageRow| row.path.matches('{').count();
    let answers = PAGES.iter().filter(fits).min_by_key(varying);
    answers.map_or(Kept::Nowhere, |row| row.kept)
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

    use super::{Access, Kept, PAGES, kept_address};
    use crate::accounts::Right;

    #[test]
    fn each_page_has_one_row_and_what_is_not_in_the_table_is_no_page() {
        for page in &PAGES {
            let rows = PAGES
                .iter()
                .filter(|row| row.method == page.method && row.path == page.path);
            assert_eq!(rows.count(), 1, "{page:?}");
            assert_eq!(Access::of(&page.method, page.path), Some(page.access));
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
            .filter(|row| row.access == Access::Anybody && row.method != Method::GET);
        assert_eq!(
            open.map(|row| row.path).collect::<Vec<_>>(),
            ["/sign-in", "/language"]
        );
    }

    #[test]
    fn link_shows_pages_for_rights_that_links_have_and_a_view_pages_for_a_right() {
        let of_links = [
            Right::SeeFigures,
            Right::SeeCalls,
            Right::HearComments,
            Right::SeeSampling,
            Right::SeeSurveys,
        ];
        for page in PAGES.iter().filter(|row| row.kept > Kept::Nowhere) {
            let Access::With(right) = page.access else {
                panic!("{page:?} is for everybody or for the account of its reader")
            };
            assert!(page.method == Method::GET, "{page:?}");
            assert_eq!(page.kept == Kept::Link, of_links.contains(&right), "{page:?}");
        }
    }

    #[test]
    fn address_is_that_of_the_page_that_the_router_would_show() {
        for (address, is_page) in [
            ("/", true),
            ("/?queue=sales", true),
            ("/report?queue=%C3%A4&period=today", true),
            ("/calls/01K0000000000000000000000A", true),
            ("/calls/01K0000000000000000000000A?x=/calls/file", true),
            ("/surveys/nps", true),
            ("/surveys/n%2Fps", true),
            ("/calls/file", false),
            ("/calls/", false),
            ("/calls/a/b", false),
            ("/surveys/nps/flow.svg", false),
            ("/surveys/nps/prompts/en/welcome", false),
            ("/report/file", false),
            ("/report/", false),
            ("/changes", false),
            ("/account", false),
            ("/users", false),
            ("/users/anna/reset", false),
            ("/share/abc", false),
            ("/sign-in", false),
            ("/api/v1/report", false),
            ("/metrics", false),
            ("//example.com/", false),
            ("https://example.com", false),
            ("/\\example.com", false),
            ("report", false),
            ("", false),
            ("?period=today", false),
            ("/system", false),
        ] {
            assert_eq!(kept_address(address, Kept::Link).is_ok(), is_page, "{address}");
        }
        assert!(kept_address("/system", Kept::View).is_ok());
        assert!(kept_address("/users", Kept::View).is_err());
    }
}
