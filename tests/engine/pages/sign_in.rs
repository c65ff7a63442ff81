//! Signing in and out, passwords, and what the log says of it.

use super::browser::Browser;
use super::{OWN, office, user};
use crate::EVERY;
use crate::house::House;
use crate::streams::command;
use aftercall::accounts::Role;

const COOKIE: &str = "aftercall_session";

#[tokio::test]
async fn first_start_makes_an_admin_who_sees_nothing_before_choosing_a_password() {
    let house = House::new(EVERY);
    let mut service = house.start().await;
    let given = service.engine.take_first_password().unwrap();
    assert!(service.engine.take_first_password().is_none(), "it is told once");
    let mut browser = Browser::new(&service);
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in"));
    let answer = browser.sign_in("admin", given.expose()).await;
    let set = answer.header("set-cookie").unwrap();
    assert!(
        set.contains("; HttpOnly; SameSite=Lax") && !set.contains("Secure"),
        "{set}"
    );
    for path in ["/", "/users", "/report/file"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.location()), (303, "/account"), "{path}");
    }
    browser.get("/account").await;
    let same = [
        ("present", given.expose()),
        ("new", given.expose()),
        ("again", given.expose()),
    ];
    assert_eq!(browser.post("/account/password", &same).await.status, 400);
    let differs = [
        ("present", given.expose()),
        ("new", OWN),
        ("again", "another password"),
    ];
    assert_eq!(browser.post("/account/password", &differs).await.status, 400);
    let chosen = [("present", given.expose()), ("new", OWN), ("again", OWN)];
    assert_eq!(browser.post("/account/password", &chosen).await.status, 303);
    assert_eq!(browser.get("/users").await.status, 200);
    service.stop().await;
    let mut again = house.start().await;
    assert!(again.engine.take_first_password().is_none(), "there is a user");
    again.stop().await;
}

#[tokio::test]
async fn sign_in_leads_to_the_page_that_was_asked_for_and_to_no_other_host() {
    let (_house, service, _admin) = office("").await;
    let mut browser = Browser::new(&service);
    let answer = browser.get("/report?queue=a%26b&period=today").await;
    assert_eq!(
        answer.location(),
        "/sign-in?to=%2Freport%3Fqueue%3Da%2526b%26period%3Dtoday"
    );
    let page = browser.get(answer.location()).await;
    assert_eq!(
        page.between("name=\"to\" value=\"", "\""),
        "/report?queue=a%26b&amp;period=today"
    );
    for (to, expected) in [
        ("/report?queue=a%26b", "/report?queue=a%26b"),
        ("//example.com/", "/"),
        ("https://example.com", "/"),
        ("", "/"),
    ] {
        let fields = [("name", "admin"), ("password", OWN), ("to", to)];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (303, expected), "{to}");
    }
    assert_eq!(browser.get("/sign-in?to=//example.com").await.location(), "/");
    service.stop().await;
}

#[tokio::test]
async fn wrong_password_is_refused_without_a_reason_and_then_waits() {
    let (_house, service, _admin) = office("").await;
    let mut browser = Browser::new(&service);
    let known = browser.sign_in("admin", "wrong").await;
    let unknown = browser.sign_in("<script>", "wrong").await;
    assert_eq!((known.status, unknown.status), (403, 403));
    assert!(
        unknown.body.contains("&lt;script&gt;"),
        "what was written comes back as text"
    );
    let reason = |page: &super::browser::Answer| page.between("role=\"alert\">", "<").to_owned();
    assert_eq!(reason(&known), reason(&unknown));
    let mut last = known;
    for _ in 0..6 {
        last = browser.sign_in("admin", "wrong").await;
    }
    assert_eq!(last.status, 429);
    assert!(last.header("retry-after").is_some());
    assert!(browser.cookie(COOKIE).is_none());
    service.stop().await;
}

#[tokio::test]
async fn password_that_was_reset_lets_its_user_in_at_once_however_often_the_former_one_failed() {
    let (house, service, mut admin) = office("").await;
    for (name, is_command) in [("anna", false), ("ben", true)] {
        user(&service, &mut admin, name, Role::Supervisor).await;
        let mut browser = Browser::new(&service);
        for _ in 0..6 {
            assert_eq!(browser.sign_in(name, "wrong").await.status, 403);
        }
        assert_eq!(browser.sign_in(name, OWN).await.status, 429, "{name}");
        let given = match is_command {
            true => {
                let said = command(&house, &format!("reset {name}")).await;
                said.split_whitespace().last().unwrap().to_owned()
            }
            false => {
                admin.get("/users").await;
                let answer = admin.post(&format!("/users/{name}/reset"), &[]).await;
                let shown = answer.between("role=\"status\"", "</div>");
                let shown = shown.split("<code>").nth(1).unwrap();
                shown.split('<').next().unwrap().to_owned()
            }
        };
        let answer = browser.sign_in(name, &given).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/account"),
            "{name} {given}"
        );
    }
    service.stop().await;
}

#[tokio::test]
async fn signing_out_ends_the_session_and_not_only_the_cookie() {
    let (_house, service, mut admin) = office("").await;
    let token = admin.cookie(COOKIE).unwrap().to_owned();
    let answer = admin.post("/sign-out", &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/sign-in"));
    assert!(admin.cookie(COOKIE).is_none());
    admin.set_cookie(COOKIE, &token);
    assert_eq!(
        admin.get("/users").await.status,
        303,
        "the token is of no use any more"
    );
    service.stop().await;
}

#[tokio::test]
async fn disabled_user_is_out_at_once_and_the_log_says_who_did_it() {
    let (_house, service, mut admin) = office("").await;
    let mut anna = user(&service, &mut admin, "anna", Role::Supervisor).await;
    assert_eq!(anna.get("/").await.status, 200);
    admin.get("/users").await;
    assert_eq!(admin.post("/users/anna/disable", &[]).await.status, 200);
    assert_eq!(anna.get("/").await.status, 303);
    assert_eq!(anna.sign_in("anna", OWN).await.status, 403);
    let refused = admin.post("/users/admin/disable", &[]).await;
    assert_eq!(refused.status, 400, "the last admin");
    let log = admin.get("/audit").await;
    for words in ["anna: supervisor", "anna: disabled", "127.0.0.1"] {
        assert!(log.body.contains(words), "{words} in {}", log.body);
    }
    let of_anna = admin.get("/audit?user=anna").await;
    assert!(of_anna.body.contains("Was not signed in") && !of_anna.body.contains("anna: disabled"));
    assert_eq!(admin.get("/audit?before=x").await.status, 400);
    assert_eq!(admin.get("/audit?call=x").await.status, 400);
    service.stop().await;
}

#[tokio::test]
async fn proxy_is_believed_on_its_address_only() {
    let settings = "[pages]\nproxy = \"127.0.0.1\"\nproxy_user_header = \"X-Remote-User\"\n";
    let (_house, service, _admin) = office(settings).await;
    let mut browser = Browser::new(&service);
    let named = browser.get_with("/users", &[("X-Remote-User", "admin")]).await;
    assert_eq!(named.status, 200);
    let stranger = browser.get_with("/users", &[("X-Remote-User", "stranger")]).await;
    assert_eq!(stranger.status, 303);
    let secure = browser
        .get_with(
            "/users",
            &[("X-Remote-User", "admin"), ("X-Forwarded-Proto", "https")],
        )
        .await;
    assert!(secure.header("strict-transport-security").is_some());
    service.stop().await;
    let (_house, service, _admin) = office("").await;
    let mut browser = Browser::new(&service);
    let named = browser.get_with("/users", &[("X-Remote-User", "admin")]).await;
    assert_eq!(named.status, 303, "nobody is a proxy");
    service.stop().await;
}
