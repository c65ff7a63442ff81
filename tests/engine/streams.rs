//! Streams of live events over sockets: each ends soon after its right is lost, by whatever way, and nobody takes all places.

use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::client::{Client, key};
use crate::house::{House, Service};
use crate::pages::browser::Browser;
use crate::pages::{OWN, office, user};
use crate::{EVERY, soon};
use aftercall::accounts::Role;
use aftercall::config::load::from_text;
use aftercall::live::{MOST_OF_A_HOLDER, MOST_OF_AN_ADDRESS, MOST_SUBSCRIBERS};

/// A stream that has begun.
struct EventStream(TcpStream);

impl EventStream {
    /// Asks for a stream; the answer, where there is none.
    async fn open(server: SocketAddr, path: &str, headers: &str) -> Result<Self, String> {
        let asked = async {
            let mut stream = TcpStream::connect(server).await.unwrap();
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{headers}\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            loop {
                let read = stream.read_buf(&mut answer).await.unwrap();
                let text = String::from_utf8_lossy(&answer);
                let has_head = text.contains("\r\n\r\n");
                if has_head && text.contains("content-type: text/event-stream") {
                    assert!(text.starts_with("HTTP/1.1 200 "), "{text}");
                    return Ok(Self(stream));
                }
                if read == 0 {
                    return Err(text.into_owned());
                }
            }
        };
        soon(path, asked).await
    }

    /// Reads until the service ends the stream.
    async fn end(mut self, why: &str) {
        let mut rest = Vec::new();
        soon(why, self.0.read_to_end(&mut rest)).await.unwrap();
        assert!(rest.ends_with(b"0\r\n\r\n"), "{why}: the answer is whole");
    }

    fn is_open(&self) -> bool {
        let mut byte = [0; 1_024];
        loop {
            match self.0.try_read(&mut byte) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
            }
        }
    }
}

async fn of_browser(service: &Service, browser: &Browser) -> Result<EventStream, String> {
    let cookie = browser.cookie("aftercall_session").unwrap_or_default();
    let headers = format!("Cookie: aftercall_session={cookie}\r\n");
    EventStream::open(service.engine.http_address(), "/changes", &headers).await
}

async fn of_key(service: &Service, key: &str, headers: &str) -> Result<EventStream, String> {
    let headers = format!("Authorization: Bearer {key}\r\n{headers}");
    EventStream::open(service.engine.http_address(), "/api/v1/events", &headers).await
}

/// `aftercall user ...`, as an administrator runs it beside the service.
pub(crate) async fn command(house: &House, line: &str) -> String {
    let file = house.path("aftercall.toml");
    fs::write(&file, house.settings()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_aftercall"));
    command
        .arg("--config")
        .arg(&file)
        .arg("user")
        .args(line.split(' '));
    command.envs(house.environment());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_of_a_page_ends_with_the_right_of_its_reader() {
    let (house, service, mut admin) = office("").await;
    let stays = of_browser(&service, &admin).await.unwrap();
    for why in [
        "signs out",
        "signs in again and ends other sessions",
        "page disables",
        "page resets",
        "page changes role",
        "command disables",
        "command resets",
        "command changes role",
    ] {
        let name = why.replace(' ', "-");
        let mut reader = user(&service, &mut admin, &name, Role::Supervisor).await;
        let stream = of_browser(&service, &reader).await.unwrap();
        admin.get("/users").await;
        let answer = match why {
            "signs out" => Some(reader.post("/sign-out", &[]).await),
            "signs in again and ends other sessions" => {
                let mut other = Browser::new(&service);
                other.sign_in(&name, OWN).await;
                other.get("/account").await;
                Some(other.post("/account/sessions", &[]).await)
            }
            "page disables" => Some(admin.post(&format!("/users/{name}/disable"), &[]).await),
            "page resets" => Some(admin.post(&format!("/users/{name}/reset"), &[]).await),
            "page changes role" => {
                let role = [("role", "team_leader"), ("teams", "red")];
                Some(admin.post(&format!("/users/{name}/role"), &role).await)
            }
            "command disables" => {
                command(&house, &format!("disable {name}")).await;
                None
            }
            "command resets" => {
                command(&house, &format!("reset {name}")).await;
                None
            }
            _ => {
                command(&house, &format!("role {name} --role analyst")).await;
                None
            }
        };
        assert!(
            answer.is_none_or(|answer| [200, 303].contains(&answer.status)),
            "{why}"
        );
        stream.end(why).await;
        // Whoever may still follow events gets them by another connection, as browsers make it.
        let again = of_browser(&service, &reader).await;
        assert_eq!(again.is_ok(), why.ends_with("changes role"), "{why}");
    }
    assert!(
        stays.is_open(),
        "the stream of somebody whose right holds goes on"
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_of_a_key_ends_when_a_reload_takes_the_key_or_its_scope_away() {
    let (stays, removed, narrowed) = ("ack_stays", "ack_removed", "ack_narrowed");
    let results = ["results"].as_slice();
    let before = [
        key("stays", stays, results),
        key("removed", removed, results),
        key("narrowed", narrowed, results),
    ];
    let house = House::new(&format!("{EVERY}{}", before.concat()));
    let file = house.path("aftercall.toml");
    fs::write(&file, house.settings()).unwrap();
    let service = house.start().await;
    let started = from_text(
        house.settings(),
        file.to_str().unwrap(),
        Some(house.environment()),
    );
    let reloading = service.engine.reloading(file.clone(), started);
    let [of_stays, of_removed, of_narrowed] = [
        of_key(&service, stays, "").await.unwrap(),
        of_key(&service, removed, "").await.unwrap(),
        of_key(&service, narrowed, "").await.unwrap(),
    ];
    let after = [
        key("stays", stays, results),
        key("narrowed", narrowed, &["eligible"]),
    ];
    fs::write(&file, format!("{EVERY}{}", after.concat())).unwrap();
    let report = soon("a reload", reloading.reload()).await.unwrap();
    assert!(report.applied, "{report:?}");
    of_removed.end("the key was removed").await;
    of_narrowed.end("the scope was taken away").await;
    assert!(of_stays.is_open(), "a key that stays goes on");
    let client = Client::new(&service).await;
    assert_eq!(client.with_key(Some(removed)).get("/events").await.status, 401);
    assert_eq!(client.with_key(Some(narrowed)).get("/events").await.status, 403);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn user_and_key_leave_places_for_others_and_get_theirs_back() {
    let ours = "ack_ours";
    let (_house, service, admin) = office(&key("ours", ours, &["results"])).await;
    let (mut pages, mut api) = (Vec::new(), Vec::new());
    for _ in 0..MOST_OF_A_HOLDER {
        pages.push(of_browser(&service, &admin).await.unwrap());
        api.push(of_key(&service, ours, "").await.unwrap());
    }
    let Err(refused) = of_browser(&service, &admin).await else {
        panic!("one more than a user may have")
    };
    assert!(
        refused.starts_with("HTTP/1.1 429 ") && refused.contains("retry-after: 60"),
        "{refused}"
    );
    assert!(
        refused.ends_with("Load the page again to see what is new.\n"),
        "{refused}"
    );
    let client = Client::new(&service).await.with_key(Some(ours));
    let refused = client.get("/events").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.body["type"], "urn:aftercall:problem:too-many-streams");
    pages.pop();
    api.pop();
    let freed = async {
        while of_browser(&service, &admin).await.is_err() || of_key(&service, ours, "").await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    soon("places of streams that were closed", freed).await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_takes_half_of_the_places_and_all_places_are_bounded() {
    let names: Vec<String> = (0..=MOST_SUBSCRIBERS / MOST_OF_A_HOLDER + 1)
        .map(|number| format!("ack_{number}"))
        .collect();
    let keys: String = names.iter().map(|text| key(text, text, &["results"])).collect();
    let settings = format!("[pages]\nproxy = \"127.0.0.1\"\n{keys}");
    let (_house, service, _admin) = office(&settings).await;
    let mut held = Vec::new();
    for number in 0..MOST_SUBSCRIBERS {
        let name = &names[number / MOST_OF_A_HOLDER];
        let near = "X-Forwarded-For: 203.0.113.9\r\n";
        let from = if number < MOST_OF_AN_ADDRESS { near } else { "" };
        held.push(of_key(&service, name, from).await.unwrap());
        if number + 1 == MOST_OF_AN_ADDRESS {
            let last = names.last().unwrap();
            let Err(refused) = of_key(&service, last, near).await else {
                panic!("one more than an address may have")
            };
            assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
        }
    }
    let Err(refused) = of_key(&service, names.last().unwrap(), "").await else {
        panic!("one more than there may be")
    };
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("application/problem+json"), "{refused}");
    assert!(held.iter().all(EventStream::is_open));
    service.stop().await;
}
