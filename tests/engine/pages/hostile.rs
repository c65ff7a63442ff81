//! Parameters that were written to break a page: whatever an address, a form or a header says, it adds no element and no attribute.

use html5gum::{Token, Tokenizer};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use super::browser::{Answer, Browser, encoded};
use super::office;

/// Repeats a run: `AFTERCALL_HOSTILE_SEED=1 cargo test --test engine hostile`.
const SEED: &str = "AFTERCALL_HOSTILE_SEED";
/// Addresses of one run.
const ROUNDS: usize = 60;

/// What values are made of: the signs of markup and of addresses, script, and what some reader might take for a sign.
const PIECES: [&str; 18] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"",
    "'",
    "\" onmouseover=\"x",
    "' autofocus onfocus='x",
    "</title>",
    "</textarea></select></option>",
    "<!--",
    "--><svg/onload=x>",
    "]]>",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "javascript:alert(1)",
    "\u{2028}",
    "\u{202e}",
    "\u{fdd0}",
    "`${x}{{x}}",
];

/// Pages, and names of their parameters.
const PAGES: [&str; 8] = [
    "/",
    "/report",
    "/calls",
    "/comments",
    "/stream",
    "/wallboard",
    "/sampling",
    "/audit",
];
const NAMES: [&str; 12] = [
    "queue", "team", "agent", "route", "survey", "when", "period", "from", "by", "cursor", "step", "unknown",
];

/// What a browser makes of a page: its tags with the names of their attributes, in order, and where its links and forms lead to without what
/// they ask for.
fn skeleton(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let mut words = vec![text(&tag.name)];
                for (name, value) in &tag.attributes {
                    words.push(text(name));
                    if matches!(&name[..], b"href" | b"src" | b"action") {
                        let to = text(value);
                        assert!(
                            to.starts_with(['/', '?', '#']) && !to.starts_with("//"),
                            "a link to another place: {to}"
                        );
                        words.push(to.split('?').next().unwrap_or_default().to_owned());
                    }
                }
                tags.push(words.join(" "));
            }
            Token::EndTag(tag) => tags.push(format!("/{}", String::from_utf8_lossy(&tag.name))),
            Token::Comment(comment) => panic!("a comment: {comment:?}"),
            Token::Doctype(_) | Token::String(_) | Token::Error(_) => {}
        }
    }
    tags
}

fn hostile(rng: &mut StdRng) -> String {
    let pieces = rng.random_range(1..5);
    // With a letter first, so that no sign of a pattern (`!`, `=`) makes a different request of it.
    (0..pieces).fold("q".to_owned(), |text, _| {
        text + PIECES.choose(rng).copied().unwrap_or_default()
    })
}

/// Asks twice, with a value and with letters in its place; both pages have the same tags.
async fn compare(browser: &mut Browser, seed: u64, page: &str, name: &str, value: &str) {
    let address = |value: &str| format!("{page}?{name}={}", encoded(value));
    let plain = browser.get(&address("qxyz")).await;
    let found = browser.get(&address(value)).await;
    assert_eq!(found.status, plain.status, "{SEED}={seed}: {}", address(value));
    assert!(found.status < 500, "{SEED}={seed}: {}", address(value));
    let is_page = |answer: &Answer| {
        answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    };
    if is_page(&plain) {
        assert!(is_page(&found));
        assert_eq!(
            skeleton(&found.body),
            skeleton(&plain.body),
            "{SEED}={seed}: {}",
            address(value)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_becomes_markup() {
    let given = std::env::var_os(SEED).map(|seed| seed.into_string().unwrap().parse().unwrap());
    let seed: u64 = given.unwrap_or_else(|| aftercall::engine::seeded().random());
    println!("{SEED}={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (_house, service, mut admin) = office("").await;
    for _ in 0..ROUNDS {
        let (page, name) = (PAGES.choose(&mut rng).unwrap(), NAMES.choose(&mut rng).unwrap());
        compare(&mut admin, seed, page, name, &hostile(&mut rng)).await;
    }
    // Every piece once in the place where it is shown: the filters repeat the queue.
    for piece in PIECES {
        compare(&mut admin, seed, "/report", "queue", &format!("q{piece}")).await;
    }
    let told = hostile(&mut rng);
    let mut nobody = Browser::new(&service);
    let plain = nobody.get("/sign-in?to=/qxyz").await;
    let found = nobody.get(&format!("/sign-in?to=/{}", encoded(&told))).await;
    assert_eq!(
        skeleton(&found.body),
        skeleton(&plain.body),
        "{SEED}={seed}: {told}"
    );
    let fields = |name| [("name", name), ("password", "wrong")];
    let plain = nobody.post("/sign-in", &fields("qxyz")).await;
    let found = nobody.post("/sign-in", &fields(told.as_str())).await;
    assert_eq!(found.status, plain.status);
    assert_eq!(
        skeleton(&found.body),
        skeleton(&plain.body),
        "{SEED}={seed}: {told}"
    );
    let unknown = nobody.get(&format!("/{}", encoded(&told))).await;
    assert_eq!(unknown.status, 404);
    skeleton(&unknown.body);
    service.stop().await;
}

#[test]
fn markup_that_was_let_through_is_noticed() {
    let sound = skeleton("<p title=\"q&quot; x=&quot;\">q&lt;b&gt;</p>");
    assert_eq!(sound, skeleton("<p title=\"qxyz\">qxyz</p>"));
    assert_ne!(sound, skeleton("<p title=\"q\" x=\"\">q</p>"), "an attribute");
    assert_ne!(sound, skeleton("<p title=\"q\">q<b></p>"), "an element");
}
