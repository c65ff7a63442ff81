//! What a supervisor's program reads of real calls: lists, one call's way, a comment with its audio, events as they come.

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{KEY, Response};
use super::{Client, ended, house, text};
use crate::caller::Caller;
use crate::comment::{at_the_tone, speech};
use crate::house::Service;
use crate::{EVERY, soon};

const SAID: &str = "[[route]]\nnumber = \"said\"\nsurvey = \"said\"\n";

/// A call that answers both questions, in the order of the calls.
async fn answer_both(service: &Service, name: &str, keys: [char; 2], headers: &str) {
    let mut caller = Caller::new(service.address, name)
        .await
        .from("+358401234567")
        .dial("two");
    caller.call(headers).await;
    for key in keys {
        caller.prompt().await;
        caller.press(key).await;
    }
    caller.prompt_begins().await;
    caller.hung_up().await;
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap()
}

/// The value of a header.
fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let mut lines = response.head.lines();
    lines.find_map(|line| {
        let (own, value) = line.split_once(": ")?;
        own.eq_ignore_ascii_case(name).then_some(value)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn comment_is_found_listened_to_in_parts_and_marked() {
    let house = house(SAID);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut caller = at_the_tone(&service, "said").await;
    caller.say(&speech(2)).await;
    caller.press('#').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    let unheard = "/comments?comment=comment&listened=no";
    let found = soon("the comment is stored", async {
        loop {
            let list = client.get(unheard).await.ok();
            if let [comment] = &items(&list)[..] {
                break comment.clone();
            }
            tokio::task::yield_now().await;
        }
    })
    .await;
    let place = format!(
        "/comments/{}/{}",
        text(&found["call_id"]),
        text(&found["question"])
    );
    let recording = house.recordings().await.remove(0);
    let file = std::fs::read(house.path("recordings").join(&recording.path)).unwrap();
    let audio = format!("{place}/audio");
    let get = async |headers: &str| client.send("GET", &audio, headers, b"").await;

    let whole = get("").await;
    assert_eq!((whole.status, &whole.bytes), (200, &file));
    let etag = header(&whole, "etag").unwrap().to_owned();
    assert_eq!(etag, format!("\"{}\"", recording.sha256.unwrap()));
    assert_eq!(header(&whole, "accept-ranges"), Some("bytes"));
    let part = get(&format!("Range: bytes=44-143\r\nIf-Range: {etag}\r\n")).await;
    assert_eq!((part.status, part.bytes.as_slice()), (206, &file[44..144]));
    let of = format!("bytes 44-143/{}", file.len());
    assert_eq!(header(&part, "content-range"), Some(of.as_str()));
    let end = get("Range: bytes=-10\r\n").await;
    assert_eq!(
        (end.status, end.bytes.as_slice()),
        (206, &file[file.len() - 10..])
    );
    let other = get("Range: bytes=0-9\r\nIf-Range: \"other\"\r\n").await;
    assert_eq!(
        (other.status, other.bytes.len()),
        (200, file.len()),
        "it is another file"
    );
    let beyond = get(&format!("Range: bytes={}-\r\n", file.len())).await;
    let of = format!("bytes */{}", file.len());
    assert_eq!(
        (beyond.status, header(&beyond, "content-range")),
        (416, Some(of.as_str()))
    );
    let known = get(&format!("If-None-Match: {etag}\r\n")).await;
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    let head = client.send("HEAD", &audio, "Range: bytes=0-9\r\n", b"").await;
    let length = file.len().to_string();
    assert_eq!(
        (head.status, header(&head, "content-length"), head.bytes.len()),
        (200, Some(length.as_str()), 0)
    );

    let listened = format!("{place}/listened");
    for _ in 0..2 {
        assert_eq!(client.send("PUT", &listened, "", b"").await.status, 204);
    }
    assert!(items(&client.get(unheard).await.ok()).is_empty());
    let heard = client.get("/comments?listened=yes").await.ok();
    assert_eq!(items(&heard)[0]["listened"][0]["by"], "test");
    assert_eq!(
        items(&heard)[0]["listened"].as_array().unwrap().len(),
        1,
        "once is enough"
    );
    assert_eq!(client.send("DELETE", &listened, "", b"").await.status, 204);
    assert_eq!(items(&client.get(unheard).await.ok()).len(), 1);

    std::fs::remove_file(house.path("recordings").join(&recording.path)).unwrap();
    assert_eq!(get("").await.status, 404, "its file is gone");
    for nobody in [
        format!("/comments/{}/nps/audio", text(&found["call_id"])),
        "/comments/nobody/why/audio".to_owned(),
        "/comments/01KB4Z6V0M0000000000000000/why/audio".to_owned(),
    ] {
        assert_eq!(client.get(&nobody).await.status, 404, "{nobody}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_have_every_call_once_and_say_which_parameter_is_at_fault() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    answer_both(&service, "first", ['9', '5'], "X-Queue: sales\r\n").await;
    answer_both(
        &service,
        "second",
        ['2', '1'],
        "X-Queue: service\r\nX-Agent: 4711\r\n",
    )
    .await;
    for name in ["sales", "service"] {
        soon("the calls have ended", async {
            while items(
                &client
                    .get(&format!("/calls?end=completed&queue={name}"))
                    .await
                    .ok(),
            )
            .is_empty()
            {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    let first = client.get("/calls?limit=1&step=offered").await.ok();
    assert_eq!(items(&first)[0]["queue"], "service", "the newest comes first");
    assert_eq!(items(&first)[0]["answers"][0]["value"], 2);
    let cursor = text(&first["next"]);
    let second = client
        .get(&format!("/calls?limit=1&step=offered&cursor={cursor}"))
        .await
        .ok();
    assert_eq!(
        (&items(&second)[0]["queue"], &second["next"]),
        (&"sales".into(), &Value::Null)
    );

    let mut answers = Vec::new();
    let mut next = String::new();
    loop {
        let page = client.get(&format!("/answers?limit=1{next}")).await.ok();
        answers.extend(
            items(&page)
                .iter()
                .map(|answer| answer["value"].as_i64().unwrap()),
        );
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(
        answers,
        [2, 1, 9, 5],
        "of the newest call first, in the order given"
    );
    let low = client.get("/answers?question=nps&answer=0..6").await.ok();
    assert_eq!(items(&low).len(), 1);

    let call = text(&items(&first)[0]["call_id"]);
    let way = client.get(&format!("/calls/{call}/path")).await.ok();
    let queue = way["context"]
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["field"] == "queue");
    assert_eq!(queue.unwrap()["value"], "service");
    assert_eq!(way["asked"].as_array().unwrap().len(), 2);
    assert_eq!(way["media"]["codec"], "PCMU");
    let personal = client.get(&format!("/calls/{call}/personal")).await.ok();
    let hash = text(&personal["caller_hash"]);
    assert_eq!(personal["keys"][0]["digits"], "2");
    assert!(!way.to_string().contains(&hash), "the caller is apart");

    for (path, part) in [
        ("/calls?step=nowhere", "step"),
        ("/calls?limit=0", "limit"),
        ("/calls?cursor=x", "cursor"),
        ("/answers?cursor=x", "cursor"),
        ("/comments?cursor=x", "cursor"),
        ("/calls?when=colour", "when"),
        ("/calls?period=soon", "period"),
        ("/calls?colour=red", "colour"),
        ("/surveys?queue=a", "queue"),
        ("/deliveries?state=lost", "state"),
    ] {
        let refused = client.get(path).await;
        assert_eq!(refused.status, 422, "{path}");
        assert!(
            text(&refused.body["detail"]).contains(part),
            "{path}: {refused:?}"
        );
    }
    let surveys = client.get("/surveys").await.ok();
    assert!(items(&surveys).iter().any(|survey| survey["survey"] == "two"));
    let survey = client.get("/surveys/two").await.ok();
    assert!(text(&survey["versions"][0]["definition"]).contains("Two questions"));
    assert_eq!(client.get("/surveys/none").await.status, 404);
    assert!(items(&client.get("/directory").await.ok()).is_empty());
    assert!(items(&client.get("/deliveries?state=dead&limit=3").await.ok()).is_empty());
    service.stop().await;
}

/// A client that follows the events.
struct Follower {
    stream: TcpStream,
    text: String,
}

impl Follower {
    async fn new(service: &Service, headers: &str) -> Self {
        let server = service.engine.http_address();
        let mut stream = TcpStream::connect(server).await.unwrap();
        let request = format!(
            "GET /api/v1/events HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {KEY}\r\n{headers}\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut follower = Self {
            stream,
            text: String::new(),
        };
        let head = follower.until("\r\n\r\n").await;
        assert!(
            head.contains("200 OK") && head.contains("text/event-stream"),
            "{head}"
        );
        follower
    }

    /// What comes up to a text, this included.
    async fn until(&mut self, end: &str) -> String {
        let reading = async {
            let mut chunk = vec![0; 4096];
            loop {
                if let Some(at) = self.text.find(end) {
                    let rest = self.text.split_off(at + end.len());
                    return std::mem::replace(&mut self.text, rest);
                }
                let read = self.stream.read(&mut chunk).await.unwrap();
                assert!(read > 0, "the events end before {end:?}: {:?}", self.text);
                self.text.push_str(&String::from_utf8_lossy(&chunk[..read]));
            }
        };
        soon("events come", reading).await
    }

    /// The next event: its number, its kind and its data.
    async fn event(&mut self) -> (String, String, Value) {
        self.until("id: ").await;
        let lines = self.until("\n\n").await;
        let of = |name: &str| {
            let mut lines = lines.lines();
            lines
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_default()
                .to_owned()
        };
        let id = lines.lines().next().unwrap().to_owned();
        (id, of("event: "), serde_json::from_str(&of("data: ")).unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_tell_answers_and_ends_as_they_are_stored_and_again_to_those_who_come_back() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut follower = Follower::new(&service, "").await;
    answer_both(&service, "live", ['9', '5'], "X-Queue: sales\r\n").await;
    let (first, kind, answer) = follower.event().await;
    assert_eq!(
        (kind.as_str(), &answer["value"], &answer["queue"]),
        ("answer", &9.into(), &"sales".into())
    );
    let (_, kind, answer) = follower.event().await;
    assert_eq!((kind.as_str(), &answer["question"]), ("answer", &"ces".into()));
    let (_, kind, end) = follower.event().await;
    assert_eq!(
        (kind.as_str(), &end["disposition"]),
        ("call_ended", &"completed".into())
    );
    let call = ended(&client, &text(&end["call_id"])).await;
    assert_eq!(
        call["disposition"], "completed",
        "whoever reads of it finds it stored"
    );

    let mut again = Follower::new(&service, &format!("Last-Event-ID: {first}\r\n")).await;
    let kinds = [again.event().await.1, again.event().await.1];
    assert_eq!(kinds, ["answer", "call_ended"]);
    let mut late = Follower::new(&service, "Last-Event-ID: 1-1\r\n").await;
    late.until("event: lagged").await;
    // Those who follow do not hold up a stop.
    service.stop().await;
}
