//! Whose calls are seen: the same limit on pages, files and shared links, whatever an address asks for.

use std::time::Duration;

use super::browser::Browser;
use super::support::{call, end};
use super::{office, user};
use crate::house::{House, Service};
use aftercall::accounts::{Accounts, LinkRequest, Principal, Role, SessionLimits, ShareError};
use aftercall::web::pages::routes::{Kept, kept_address};
use aftercall_base::Disposition;
use aftercall_runtime::clock::SystemClock;
use aftercall_storage::store::Fact;
use aftercall_storage::{Access, Database, Store};
use aftercall_survey::context::{ContextValues, Field};

/// Six calls: three of team red, two of them anna's; two of blue; one of nobody.
async fn calls(house: &House) -> Database {
    let store = aftercall_storage::open(&house.path("db"), Access::Change)
        .await
        .unwrap();
    let of = [
        ("red", "anna"),
        ("red", "anna"),
        ("red", "benno"),
        ("blue", "quinn"),
        ("blue", "quinn"),
        ("", ""),
    ];
    for (number, (team, agent)) in (1..).zip(of) {
        let mut call = call(number, Some("sales"), 1);
        let values = [
            (Field::Queue, "sales"),
            (Field::Team, team),
            (Field::Agent, agent),
        ];
        call.context.values = ContextValues::of(values.into_iter().filter(|(_, value)| !value.is_empty()));
        let stored = store
            .apply(&[Fact::Admit(Box::new(call)), end(number, Disposition::Failed)])
            .await;
        assert!(stored.unwrap().iter().all(Result::is_ok));
    }
    store
}

/// How many calls a report has.
async fn arrived(browser: &mut Browser, address: &str) -> u64 {
    let answer = browser.get(address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.body);
    let report: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    report["calls"]["arrived"].as_u64().unwrap()
}

const FILE: &str = "/report/file?format=json&period=all";

#[tokio::test]
async fn no_address_widens_what_a_role_sees() {
    let (house, service, mut admin) = office("").await;
    calls(&house).await.close().await;
    for (role, all, blue) in [
        (Role::Supervisor, 6, 2),
        (Role::Analyst, 6, 2),
        (Role::TeamLeader, 3, 0),
    ] {
        let mut browser = user(&service, &mut admin, &format!("c-{}", role.as_str()), role).await;
        for (more, expected) in [
            ("", all),
            ("&team=blue", blue),
            ("&team=*", all.min(5)),
            ("&team=red&team=blue", all.min(5)),
            ("&agent=quinn", blue),
            ("&agent=benno", 1),
        ] {
            let found = arrived(&mut browser, &format!("{FILE}{more}")).await;
            assert_eq!(found, expected, "{role} {more}");
        }
        let page = browser.get("/report?period=all&by=agent").await;
        assert_eq!(
            page.body.contains("quinn"),
            blue > 0,
            "{role}: not even in suggestions"
        );
    }
    let mut agent = user(&service, &mut admin, "d", Role::Agent).await;
    let page = agent.get("/report?period=all&by=agent").await;
    assert_eq!(page.status, 200);
    assert!(
        !page.body.contains("quinn") && !page.body.contains("benno"),
        "{}",
        page.body
    );
    assert_eq!(agent.get(FILE).await.status, 403);
    service.stop().await;
}

#[tokio::test]
async fn who_may_not_see_callers_cannot_ask_by_them() {
    let (_house, service, mut admin) = office("").await;
    let mut analyst = user(&service, &mut admin, "alex", Role::Analyst).await;
    let mut leader = user(&service, &mut admin, "lena", Role::TeamLeader).await;
    for path in ["/", "/report", "/report/file", "/calls", "/stream"] {
        let address = format!("{path}?when=caller%20%3D%20%22%2B35840123%22");
        assert_eq!(analyst.get(&address).await.status, 403, "{path}");
        // Whether there are calls to choose from depends on what is stored of callers.
        assert_ne!(leader.get(&address).await.status, 403, "{path}");
    }
    service.stop().await;
}

/// A link of a user to a page.
async fn link(
    house: &House,
    service: &Service,
    owner: &Browser,
    address: &str,
) -> Result<String, ShareError> {
    let store = aftercall_storage::open(&house.path("db"), Access::Change)
        .await
        .unwrap();
    let limits = SessionLimits {
        idle: Duration::from_secs(3_600),
        lifetime: Duration::from_secs(3_600),
    };
    let accounts = Accounts::new(
        store.clone(),
        std::sync::Arc::new(SystemClock),
        limits,
        aftercall::engine::seeded(),
    );
    let who: Principal = accounts
        .of_token(owner.cookie("aftercall_session").unwrap())
        .await
        .unwrap()
        .unwrap();
    let request = LinkRequest {
        address: kept_address(address, Kept::Link)?,
        lifetime: Duration::from_secs(60),
        shows_comments: false,
        shows_callers: false,
    };
    let token = accounts
        .make_link(&who, request, service.engine.http_address().ip())
        .await;
    store.close().await;
    token
}

#[tokio::test]
async fn share_link_shows_its_page_as_its_maker_sees_it_and_no_other() {
    let (house, service, mut admin) = office("").await;
    calls(&house).await.close().await;
    let mut leader = user(&service, &mut admin, "leader", Role::TeamLeader).await;
    let token = link(&house, &service, &leader, "/report?period=all&by=agent")
        .await
        .unwrap();
    let mut stranger = Browser::new(&service);
    let page = stranger
        .get(&format!("/share/{token}?team=blue&period=today"))
        .await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(
        page.body.contains("benno") && !page.body.contains("quinn"),
        "as the leader sees it"
    );
    assert!(!page.body.contains("action=\"/sign-out\"") && !page.body.contains("href=\"/users\""));
    assert!(stranger.cookie("aftercall_session").is_none());
    assert_eq!(
        stranger.get("/report?period=all").await.status,
        303,
        "the link is for one page"
    );
    for live in ["/", "/stream"] {
        assert!(leader.get(live).await.body.contains("data-live"), "{live}");
        let token = link(&house, &service, &leader, live).await.unwrap();
        let shared = stranger.get(&format!("/share/{token}")).await;
        assert_eq!(shared.status, 200, "{live}");
        assert!(
            !shared.body.contains("data-live"),
            "{live}: the reader may ask for nothing else"
        );
    }
    for other in [
        FILE,
        "/calls/file",
        "/account",
        "/users",
        "/sign-in",
        "/healthz",
        "/nonsense",
    ] {
        let refused = link(&house, &service, &leader, other).await;
        assert!(
            matches!(refused, Err(ShareError::Address)),
            "{other}: {refused:?}"
        );
    }
    let log = admin.get("/audit").await;
    assert!(log.body.contains("Opened a share link"));
    service.stop().await;
}

#[tokio::test]
async fn link_is_made_on_the_page_shown_once_and_taken_back_there() {
    let (_house, service, mut admin) = office("").await;
    let mut anna = user(&service, &mut admin, "anna", Role::Supervisor).await;
    let page = anna
        .get_with("/views", &[("Referer", "http://a/report?period=today")])
        .await;
    assert_eq!(
        page.between("name=\"address\" value=\"", "\""),
        "/report?period=today"
    );
    let fields = [("address", "/report?period=all"), ("days", "7")];
    let made = anna.post("/share", &fields).await;
    assert_eq!(made.status, 200);
    let link = made.between("/share/", "\"").to_owned();
    let link = format!("/share/{link}");
    assert!(!anna.get("/views").await.body.contains(&link), "it is shown once");
    let mut stranger = Browser::new(&service);
    assert_eq!(stranger.get(&link).await.status, 200);
    for (field, value) in [
        ("days", "0"),
        ("days", "367"),
        ("days", "x"),
        ("address", "//example.com"),
    ] {
        let fields = [(field, value), ("address", "/"), ("days", "1")];
        assert_eq!(anna.post("/share", &fields).await.status, 400, "{field} {value}");
    }
    // As it is copied from the address bar.
    let pasted = format!("http://{}/report?period=today", service.engine.http_address());
    let made = anna.post("/share", &[("address", &pasted), ("days", "1")]).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert!(made.body.contains("<bdi>Report · Today</bdi>"));
    let mut ben = user(&service, &mut admin, "ben", Role::Supervisor).await;
    assert_eq!(
        ben.post("/share/1/revoke", &[]).await.status,
        404,
        "of somebody else"
    );
    assert_eq!(anna.post("/share/1/revoke", &[]).await.status, 303);
    assert_eq!(stranger.get(&link).await.status, 404);
    let saved = anna
        .post(
            "/views",
            &[("name", "Sales <b>"), ("address", "/report?queue=sales")],
        )
        .await;
    assert_eq!(saved.status, 303);
    let page = anna.get("/views").await;
    assert!(page.body.contains("Sales &lt;b&gt;") && page.body.contains("href=\"/report?queue=sales\""));
    assert!(!ben.get("/views").await.body.contains("Sales"));
    assert_eq!(ben.post("/views/1/remove", &[]).await.status, 404);
    assert_eq!(anna.post("/views/1/remove", &[]).await.status, 303);
    service.stop().await;
}
