//! Pages behind share links: they lead nowhere that the link does not open; and comments, those that the page of the link shows, for a link that was made
//! with comments, and no others.

use std::time::Duration;

use chrono::TimeDelta;

use super::browser::Browser;
use super::{OWN, user};
use crate::EVERY;
use crate::house::{House, Service};
use aftercall::accounts::Role;
use aftercall::web::pages::routes::{Kept, PAGES};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::StoreError;
use aftercall_storage::demo::{self, DemoOptions, DemoSentence, DemoTone};
use aftercall_survey::{AnyPrompt, parse};

const WAV: &[u8] = include_bytes!("../../../demo/comments/en/good_agent_kind.wav");

/// A service with comments of several queues that can be played, and its admin.
async fn spoken() -> (House, Service, Browser) {
    let house = House::new(&format!("{EVERY}[calls]\nnode = \"demo\"\n"));
    let survey = include_str!("../../../config/surveys/nps-comment.toml");
    let survey = parse(survey, "nps-comment.toml", &AnyPrompt).unwrap().survey;
    let sentence = |tone| DemoSentence {
        tone,
        queue: None,
        length: Duration::from_secs(3),
        sha256: "ab".repeat(32),
    };
    let options = DemoOptions {
        calls: 3_000,
        until: SystemClock.utc().date_naive() + TimeDelta::days(1),
        days: 20,
        zone: chrono_tz::UTC,
        queues: 3,
        teams: 2,
        agents: 6,
        seed: 3,
        surveys: vec![survey.record()],
        sentences: [DemoTone::Bad, DemoTone::Mixed, DemoTone::Good]
            .map(sentence)
            .into(),
    };
    demo::fill(&house.path("db"), options, |_| ()).await.unwrap();
    let (recordings, database) = (house.path("recordings"), house.path("db"));
    let spoken = demo::speak(&database, 100, |comment| {
        let file = recordings.join(&comment.path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, WAV).unwrap();
        Ok::<_, StoreError>(Some(WAV.len() as u64))
    });
    spoken.await.unwrap();
    let mut service = house.start().await;
    let given = service.engine.take_first_password().unwrap();
    let mut admin = Browser::new(&service);
    admin.settle("admin", given.expose(), OWN).await;
    (house, service, admin)
}

/// The token of a link to a page.
async fn link(admin: &mut Browser, address: &str, ticked: &[(&str, &str)]) -> String {
    admin.get("/views").await;
    let fields = [&[("address", address), ("days", "7")], ticked].concat();
    let made = admin.post("/share", &fields).await;
    assert_eq!(made.status, 200, "{}", made.body);
    made.between("/share/", "\"").to_owned()
}

/// The addresses of the players of a page.
fn players(page: &str) -> Vec<&str> {
    let rest = page.split("<audio controls preload=\"none\" src=\"").skip(1);
    rest.filter_map(|rest| rest.split('"').next()).collect()
}

#[tokio::test]
async fn link_with_comments_plays_those_of_its_page_and_no_others() {
    let (_house, service, mut admin) = spoken().await;
    let sales = "/comments?period=all&queue=sales";
    let token = link(&mut admin, sales, &[("comments", "yes")]).await;
    let mut stranger = Browser::new(&service);
    let page = stranger.get(&format!("/share/{token}")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let heard = players(&page.body);
    assert!(heard.len() > 3, "{} comments", heard.len());
    let own = format!("/share/{token}/comments/");
    for address in &heard {
        assert!(address.starts_with(&own), "{address}");
        let audio = stranger.get(address).await;
        assert_eq!(
            (audio.status, audio.header("content-type")),
            (200, Some("audio/wav")),
            "{address}"
        );
    }
    let part = stranger.get_with(heard[0], &[("Range", "bytes=0-99")]).await;
    assert_eq!((part.status, part.header("content-length")), (206, Some("100")));

    // A comment that the page does not show, by the seal of one that it shows.
    let other = admin.get("/comments?period=all&queue=support").await;
    let other = players(&other.body)[0];
    let seal = heard[0].rsplit('/').next().unwrap();
    let foreign = other
        .strip_prefix("/comments/")
        .and_then(|rest| rest.strip_suffix("/audio"))
        .unwrap();
    let another = link(&mut admin, sales, &[("comments", "yes")]).await;
    for address in [
        format!("{own}{foreign}/{seal}"),
        format!("{}x", heard[0]),
        heard[0].replace(&token, &another),
        heard[0].rsplit_once('/').unwrap().0.to_owned() + "/",
    ] {
        assert_eq!(stranger.get(&address).await.status, 404, "{address}");
    }
    assert_eq!(stranger.get(other).await.status, 303, "the link is no account");
    let log = admin.get("/audit").await;
    assert!(
        log.body.contains("Listened to a comment") && log.body.contains("link 1"),
        "{}",
        log.body
    );

    let silent = link(&mut admin, sales, &[]).await;
    assert_eq!(
        stranger.get(&format!("/share/{silent}")).await.status,
        403,
        "comments are not shared unless they are ticked"
    );
    assert_eq!(admin.post("/share/1/revoke", &[]).await.status, 303);
    assert_eq!(
        stranger.get(heard[0]).await.status,
        404,
        "what was taken back plays nothing"
    );
    service.stop().await;
}

/// The addresses that a page leads to or shows something from; a form is an address, too.
fn addresses(page: &str) -> Vec<String> {
    ["href=\"", "src=\"", "action=\""]
        .into_iter()
        .flat_map(|name| page.split(name).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.replace("&amp;", "&"))
        .collect()
}

/// An address of each page that may be shared, of which there is something to see.
async fn shareable(admin: &mut Browser) -> Vec<String> {
    let calls = admin.get("/calls?period=all&comment=comment").await;
    // Identities of calls begin with 0; `/calls/file` is no call.
    let call = format!("0{}", calls.between("href=\"/calls/0", "\""));
    PAGES
        .iter()
        .filter(|row| row.kept == Kept::Link)
        .map(|row| match row.path {
            "/calls/{call}" => row.path.replace("{call}", call.split('#').next().unwrap()),
            "/surveys/{name}" => row.path.replace("{name}", "nps-comment"),
            "/sampling" => "/sampling?half_width=5&by=queue".to_owned(),
            "/" | "/report" => format!("{}?period=all&by=queue", row.path),
            path => format!("{path}?period=all"),
        })
        .collect()
}

#[tokio::test]
async fn page_of_a_link_leads_nowhere_that_the_link_does_not_open() {
    let (_house, service, mut admin) = spoken().await;
    let mut stranger = Browser::new(&service);
    let pages = shareable(&mut admin).await;
    assert!(pages.len() >= 10, "{pages:?}");
    let mut leads = 0;
    for page in &pages {
        let own = admin.get(page).await;
        assert_eq!(own.status, 200, "{page}");
        let ticked = [("comments", "yes"), ("callers", "yes")];
        let token = link(&mut admin, page, &ticked).await;
        let shown = stranger.get(&format!("/share/{token}")).await;
        assert_eq!(shown.status, 200, "{page}");
        assert!(
            !shown.body.contains("<form"),
            "{page}: nothing can be sent from here"
        );
        for address in addresses(&shown.body) {
            if address.starts_with('#') || address.starts_with("data:image/") {
                continue;
            }
            let answer = stranger.get(&address).await;
            assert_eq!(answer.status, 200, "{page} leads to {address}");
        }
        leads += addresses(&own.body)
            .iter()
            .filter(|address| addresses(&shown.body).iter().all(|kept| kept != *address))
            .count();
    }
    assert!(
        leads > 100,
        "{leads} addresses of these pages are for those who have signed in"
    );
    let survey = link(&mut admin, "/surveys/nps-comment", &[]).await;
    let survey = stranger.get(&format!("/share/{survey}")).await;
    assert!(
        survey.body.contains("src=\"data:image/svg+xml;base64,"),
        "the picture of the flow is in the page"
    );
    // A link that leads nowhere any more leads nowhere else, either.
    let gone = stranger.get(&format!("/share/{}", "x".repeat(43))).await;
    assert_eq!(gone.status, 404);
    assert!(!gone.body.contains("href=\"/\""), "{}", gone.body);
    service.stop().await;
}

#[tokio::test]
async fn listener_is_led_to_no_call_that_they_may_not_see() {
    let (_house, service, mut admin) = spoken().await;
    let mut listener = user(&service, &mut admin, "lisa", Role::Listener).await;
    let page = listener.get("/comments?period=all").await;
    assert_eq!(page.status, 200);
    assert!(players(&page.body).len() > 3);
    for address in addresses(&page.body) {
        if address.starts_with('/')
            && !address.contains("/listened")
            && address != "/sign-out"
            && address != "/"
        {
            assert_eq!(listener.get(&address).await.status, 200, "{address}");
        }
    }
    service.stop().await;
}
