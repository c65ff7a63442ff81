//! Every page asked for as every role, and as nobody: what is answered is what the table says.

use axum::http::Method;

use super::browser::{Answer, Browser};
use super::{OWN, office, user};
use aftercall::accounts::{Right, Role};
use aftercall::web::pages::routes::{Access, PAGES, PageRow};

/// What the table says of somebody: the role, or nobody.
fn is_granted(access: Access, role: Option<Role>) -> bool {
    match access {
        Access::Anybody => true,
        Access::Account => role.is_some(),
        Access::With(right) => role.is_some_and(|role| right.is_of(role)),
    }
}

/// An address of a page: no test changes a user who is there.
fn address(path: &str) -> String {
    path.replace("{name}", "nobody-of-this-name")
        .replace("{token}", &"x".repeat(43))
        .replace("{call}", "no-call")
        .replace("{view}", "999")
        .replace("{link}", "999")
        .replace("{question}", "why")
        .replace("{language}", "en")
        .replace("{prompt}", "no-prompt")
        .replace("{seal}", "no-seal")
}

async fn ask(browser: &mut Browser, method: &Method, path: &str) -> Answer {
    match *method {
        Method::GET => browser.get(&address(path)).await,
        _ => browser.post(&address(path), &[]).await,
    }
}

/// Whether an answer says that somebody may not, and how.
fn is_refused(answer: &Answer, role: Option<Role>) -> bool {
    match role {
        None => answer.status == 303 && answer.location().starts_with("/sign-in"),
        Some(_) => answer.status == 403,
    }
}

#[tokio::test]
async fn every_page_answers_every_role_as_the_table_says() {
    let (_house, service, mut admin) = office("").await;
    let mut visitors = vec![(None, Browser::new(&service))];
    for role in Role::ALL {
        let name = format!("a-{}", role.as_str());
        visitors.push((Some(*role), user(&service, &mut admin, &name, *role).await));
    }
    let mut walked = 0;
    for (role, browser) in &mut visitors {
        for PageRow {
            method, path, access, ..
        } in &PAGES
        {
            if let Some(role) = role {
                // Signing out, and a form of another time, would end the walk.
                browser.sign_in(&format!("a-{}", role.as_str()), OWN).await;
                browser.get("/account").await;
            }
            let answer = ask(browser, method, path).await;
            let case = format!(
                "{role:?} {method} {path}: {} {}",
                answer.status,
                answer.location()
            );
            assert_ne!(answer.status, 405, "each row is a page: {case}");
            if !is_granted(*access, *role) {
                assert!(is_refused(&answer, *role), "is to be refused: {case}");
            } else if *path != "/sign-in" {
                assert!(!is_refused(&answer, *role), "is to be let in: {case}");
                // There is nothing of these names, and an empty form is a bad one; nothing fails.
                let is_of_one = path.contains('{');
                let expected: &[u16] = match *method {
                    _ if is_of_one => &[400, 404],
                    Method::GET => &[200],
                    _ => &[200, 303, 400],
                };
                assert!(expected.contains(&answer.status), "{case}");
            }
            walked += 1;
        }
    }
    assert_eq!(walked, PAGES.len() * (Role::ALL.len() + 1));
    service.stop().await;
}

#[tokio::test]
async fn navigation_offers_what_may_be_seen_and_nothing_else() {
    let (_house, service, mut admin) = office("").await;
    for role in Role::ALL {
        let mut browser = user(&service, &mut admin, &format!("b-{}", role.as_str()), *role).await;
        let page = browser.get("/account").await;
        for (path, right) in [
            ("/report", Right::SeeFigures),
            ("/users", Right::ManageUsers),
            ("/audit", Right::SeeAudit),
        ] {
            let is_offered = page.body.contains(&format!("href=\"{path}\""));
            assert_eq!(is_offered, right.is_of(*role), "{role} {path}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn every_page_has_the_headers_that_protect_it() {
    let (_house, service, mut admin) = office("").await;
    for (path, status) in [
        ("/", 200),
        ("/account", 200),
        ("/users", 200),
        ("/sign-out", 405),
        ("/share/x", 404),
    ] {
        let answer = admin.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path} {name}");
        }
        assert_eq!(
            answer.header("strict-transport-security"),
            None,
            "without TLS there is none"
        );
        for inline in ["<script>", " style=\"", " onclick="] {
            assert!(!answer.body.contains(inline), "{path} has {inline}");
        }
    }
    service.stop().await;
}
