//! The dialplan of `examples/asterisk` asks by HTTP whether a call is to be surveyed: read as it is shipped, run as Asterisk runs it, and
//! what it posts goes to the running program over a socket.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};

use super::support::asterisk::{Channel, Ended};
use super::support::deployment::Deployment;
use super::support::ports::ports;
use super::support::server::Server;
use super::support::{repository, sipp};

/// What a caller hears who is not asked.
const GOODBYE: &str = "vm-goodbye";

/// The example's aftercall, and a key for its API.
async fn service() -> (Server, String) {
    let deployment = Deployment::example("asterisk");
    let made = deployment
        .run(&["api-key", "new", "--name", "pbx", "--scope", "decisions"])
        .await;
    let key = made.stdout.lines().next().unwrap().to_owned();
    let lines = made.stdout.lines().skip_while(|line| !line.starts_with("[["));
    let lines: Vec<&str> = lines.take(4).collect();
    let file = repository().join("examples/asterisk/aftercall.toml");
    let settings = std::fs::read_to_string(file).unwrap();
    deployment.write("example.toml", &format!("{settings}\n{}\n", lines.join("\n")));
    (deployment.start().await, key)
}

/// A caller behind the queue of the example whose API is at `http`.
fn caller(http: SocketAddr, key: &str) -> Channel {
    let mut channel = Channel::new();
    for (name, value) in [
        ("AFTERCALL_API", format!("http://{http}/api/v1").as_str()),
        ("AFTERCALL_KEY", key),
        ("CALLERID(num)", "+358401234567"),
        ("CHANNEL(linkedid)", "1764028800.1234"),
        ("CHANNEL(language)", "fi"),
        ("AFTERCALL_QUEUE", "sales"),
        ("AFTERCALL_AGENT", "4711"),
        ("AFTERCALL_TALK", "95"),
        ("AFTERCALL_WAIT", "12"),
    ] {
        channel.set(name, value);
    }
    channel
}

fn asked(channel: &mut Channel) -> Ended {
    channel.run("aftercall-ask", "1")
}

fn is_connected(ended: &Ended) -> bool {
    matches!(ended, Ended::Dialled(to) if to.starts_with("PJSIP/survey@aftercall,"))
}

fn not_asked() -> Ended {
    Ended::HungUp(Some(GOODBYE.to_owned()))
}

/// Every way of being no aftercall that answers: where to ask.
fn no_answer_from(answer: Option<&'static [u8]>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        if let Some(answer) = answer {
            let mut request = [0; 4_096];
            assert!(stream.read(&mut request).unwrap() > 0, "something is asked");
            std::io::Write::write_all(&mut stream, answer).unwrap();
        } else {
            // Until the other end has waited long enough.
            let _ = stream.read_to_end(&mut Vec::new());
        }
    });
    address
}

#[tokio::test]
async fn call_that_was_asked_about_is_connected_and_counted_once() {
    if sipp::skipped() {
        return;
    }
    let (server, key) = service().await;
    let mut channel = caller(server.http, &key);
    let ended = asked(&mut channel);
    assert!(is_connected(&ended), "{ended:?}: {:?}", channel.posted);
    sipp::call_as(&server, "asterisk_queue_continue").await;
    let (call, answers) = server.only_call().await;
    assert_eq!((call.end(), answers.len()), (("completed", "all_answered"), 3));
    assert_eq!(call.stratum_position, Some(1), "it is counted once");
}

#[tokio::test]
async fn names_and_numbers_of_every_kind_are_asked_about_as_they_are() {
    let (server, key) = service().await;
    let agents = [
        r#"Maija "M" Mäkinen"#,
        r"back\slash\",
        "Mäkinen, Maija; 'x' & y=z?",
        "Γιώργος Ñandú 日本",
        "${EPOCH} $[1 + 1] {\"a\":[1]}",
    ];
    for (index, agent) in agents.iter().enumerate() {
        let mut channel = caller(server.http, &key);
        channel.set("CHANNEL(linkedid)", &format!("1764028801.{index}"));
        channel.set("AFTERCALL_AGENT", agent);
        let ended = asked(&mut channel);
        assert!(is_connected(&ended), "{agent}: {ended:?}: {:?}", channel.posted);
    }
    let stored: Vec<Option<String>> = server.calls().await.into_iter().map(|call| call.agent).collect();
    // The last one reads like a template that nobody filled in, which is not told; evaluated it would be some number.
    let told = |agent: &&str| (!agent.starts_with("${")).then(|| (*agent).to_owned());
    let expected: Vec<Option<String>> = agents.iter().map(told).collect();
    assert_eq!(stored, expected);
}

#[tokio::test]
async fn what_is_unknown_or_no_number_keeps_nobody_from_being_asked() {
    let (server, key) = service().await;
    let unset = [
        "AFTERCALL_QUEUE",
        "AFTERCALL_AGENT",
        "AFTERCALL_TALK",
        "AFTERCALL_WAIT",
    ];
    for (index, number) in ["", "anonymous", "+358 40 123-4567", "alice", "a\"b\\c,d"]
        .iter()
        .enumerate()
    {
        let mut channel = caller(server.http, &key);
        channel.set("CHANNEL(linkedid)", &format!("1764028802.{index}"));
        channel.set("CALLERID(num)", number);
        for name in unset {
            channel.set(name, "");
        }
        assert!(
            is_connected(&asked(&mut channel)),
            "{number}: {:?}",
            channel.posted
        );
    }
    let mut channel = caller(server.http, &key);
    channel.set("CHANNEL(linkedid)", "1764028802.9");
    channel.set("AFTERCALL_TALK", "-3");
    assert!(is_connected(&asked(&mut channel)), "{:?}", channel.posted);
    let hashes: Vec<bool> = server
        .calls()
        .await
        .iter()
        .map(|call| call.caller_hash.is_some())
        .collect();
    assert_eq!(
        hashes,
        [false, false, true, false, false, true],
        "a name is nobody's number"
    );
}

#[tokio::test]
async fn caller_is_not_transferred_without_an_answer_that_says_so() {
    let (server, key) = service().await;
    let mut wrong_key = caller(server.http, "ack_wrong");
    assert_eq!(asked(&mut wrong_key), not_asked(), "401");
    let mut unknown = caller(server.http, &key);
    unknown.set("AFTERCALL_NUMBER", "nosuch");
    assert_eq!(asked(&mut unknown), not_asked(), "no route");
    let closed = SocketAddr::from(([127, 0, 0, 1], ports()));
    assert_eq!(asked(&mut caller(closed, &key)), not_asked(), "nobody listens");
    assert_eq!(
        asked(&mut caller(no_answer_from(None), &key)),
        not_asked(),
        "no answer in time"
    );
    for answer in [
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 9\r\n\r\n(busy): x",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"survey\": \"true\"}",
        "not even HTTP",
    ] {
        let somebody = no_answer_from(Some(answer.as_bytes()));
        assert_eq!(asked(&mut caller(somebody, &key)), not_asked(), "{answer}");
    }
    let decided: Vec<String> = server
        .calls()
        .await
        .into_iter()
        .map(|call| call.decision)
        .collect();
    assert!(
        decided.len() <= 1 && !decided.contains(&"sampled".to_owned()),
        "{decided:?}"
    );
}

#[tokio::test]
async fn behind_the_queue_the_caller_comes_with_what_the_queue_tells() {
    let mut channel = Channel::new();
    for (name, value) in [
        ("QUEUENAME", "sales"),
        ("MEMBERNAME", "Maija \"M\" Mäkinen (sales): x"),
        ("QEHOLDTIME", "12"),
        ("ENTERED", "1764028800"),
        ("CHANNEL(linkedid)", "1764028800.1234"),
        ("CHANNEL(language)", "fi"),
    ] {
        channel.set(name, value);
    }
    assert!(is_connected(&channel.run("service-sales", "talked")));
    let told = ["QUEUE", "AGENT", "WAIT", "TALK", "CALL", "LANGUAGE"]
        .map(|name| channel.variable(&format!("AFTERCALL_{name}")));
    let expected = [
        "sales",
        "Maija \"M\" Mäkinen sales: x",
        "12",
        "95",
        "1764028800.1234",
        "fi",
    ];
    assert_eq!(told, expected.map(str::to_owned));
}

/// What the real program posted for the same variables (`support::asterisk` says which program, and when).
const POSTED: [(&[(&str, &str)], &str); 3] = [
    (
        &[
            ("CHANNEL(linkedid)", "1795945253.6"),
            ("CALLERID(num)", "+358401234567"),
            ("AFTERCALL_QUEUE", "sales"),
            ("AFTERCALL_AGENT", "4711"),
            ("AFTERCALL_TALK", "95"),
            ("AFTERCALL_WAIT", "12"),
        ],
        r#"{"number":"survey","original_call_id":"1795945253.6","caller":"+358401234567","context":{"queue":"sales","agent":"4711","talk_time_s":95,"wait_time_s":12}}"#,
    ),
    (
        &[
            ("CHANNEL(linkedid)", "1795945256.9"),
            ("CALLERID(num)", "+358 40-123,4567"),
            ("AFTERCALL_QUEUE", r#"sales, "north" \\ x"#),
            ("AFTERCALL_AGENT", r#"Maija "M" M\äkinen a"#),
            ("AFTERCALL_TALK", "-5"),
        ],
        r#"{"number":"survey","original_call_id":"1795945256.9","caller":"+35840-1234567","context":{"queue":"sales, \"north\" \\\\ x","agent":"Maija \"M\" M\\äkinen a","talk_time_s":null,"wait_time_s":null}}"#,
    ),
    (
        &[("CHANNEL(linkedid)", "1795945259.12")],
        r#"{"number":"survey","original_call_id":"1795945259.12","caller":"","context":{"queue":"","agent":"","talk_time_s":null,"wait_time_s":null}}"#,
    ),
];

#[test]
fn bodies_are_those_that_asterisk_posted() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], ports()));
    for (variables, body) in POSTED {
        let mut channel = Channel::new();
        channel.set("AFTERCALL_API", &format!("http://{nobody}/api/v1"));
        for (name, value) in variables {
            channel.set(name, value);
        }
        assert_eq!(asked(&mut channel), not_asked());
        assert_eq!(channel.posted, [body]);
    }
}
