//! What would become of a call: the page says what the command says, and asking changes nothing.

use super::{office, user};
use crate::house::House;
use crate::start::run;
use aftercall::accounts::Role;
use serde_json::Value;

/// Two routes: one by count with rules of every kind, one by share.
const SETTINGS: &str = r#"
[context.attributes]
segment = "X-Segment"
[[route]]
number = "9001"
name = "ruled"
survey = "two"
every = 3
max_per_day = 50
min_per_agent_day = 1
min_talk_time = "20s"
time_zone = "Europe/Helsinki"
hours.mon-fri = "08:00-16:00"
when.segment = "gold*"
[[route]]
number = "9002"
name = "shared"
survey = "said"
share = "25%"
"#;

type Fields = &'static [(&'static str, &'static str)];

/// Calls as they are told, by the names of the options.
const CALLS: [Fields; 9] = [
    &[("number", "two"), ("queue", "sales")],
    &[("number", "0800")],
    &[
        ("number", "9001"),
        ("queue", "<script>alert(1)</script> & \"co\""),
        ("agent", "anna"),
        ("talk-time", "1:35"),
        ("at", "2026-11-25T08:30"),
        ("set", "segment=gold & <b>"),
    ],
    &[
        ("number", "9001"),
        ("talk-time", "5"),
        ("at", "2026-11-28T12:00+02:00"),
        ("set", "segment=silver"),
    ],
    &[
        ("number", "9001"),
        ("at", "2026-10-25T03:30"),
        ("set", "team=north"),
    ],
    &[("number", "9002")],
    &[("number", "9002"), ("draw", "12.5%")],
    &[("number", "9002"), ("draw", "60%"), ("set", "survey=two")],
    &[("number", "two"), ("caller", "+358401234567")],
];

/// What the command says of a call.
fn command(house: &House, fields: Fields) -> Value {
    let mut arguments = vec!["sampling".to_owned(), "explain".to_owned(), "--json".to_owned()];
    for (name, value) in fields {
        arguments.extend([format!("--{name}"), (*value).to_owned()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(house, &arguments, &[]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A text as it stands in markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[tokio::test(flavor = "multi_thread")]
async fn page_explains_a_call_as_the_command_does() {
    let (house, service, mut admin) = office(SETTINGS).await;
    let mut seen = Vec::new();
    for fields in CALLS {
        admin.get("/sampling").await;
        let page = admin.post("/sampling", fields).await;
        assert_eq!(page.status, 200, "{fields:?}: {}", page.body);
        let said = page.between("role=\"status\">", "</div>");
        let command = command(&house, fields);
        let rules = command["rules"].as_array().unwrap();
        let listed = said.matches("<li>").count();
        assert_eq!(listed, rules.len(), "{fields:?}: {said}");
        for rule in rules {
            let (name, why) = (rule["rule"].as_str().unwrap(), rule["why"].as_str().unwrap());
            let line = format!(
                "<code><bdi>{}</bdi></code>: <bdi lang=\"en\">{}</bdi>",
                escaped(name),
                escaped(why)
            );
            assert!(said.contains(&line), "{fields:?}: {line}\n{said}");
            seen.push(rule["says"].as_str().unwrap().to_owned());
        }
        if let Some(note) = command["note"].as_str() {
            assert!(said.contains(&escaped(note)), "{fields:?}: {note}");
            seen.push("note".to_owned());
        }
        let verdict = match command["outcome"]["decision"].as_str() {
            None => "depends on the random draw",
            Some("sampled") => "surveyed (",
            Some("not_sampled") => "not surveyed: ",
            Some("suppressed") if rules.is_empty() => "no route takes",
            Some("suppressed") => "not surveyed, and not counted",
            Some(other) => panic!("{other}"),
        };
        assert!(said.contains(verdict), "{fields:?}: {verdict}\n{said}");
        seen.push(verdict.to_owned());
        assert!(
            !page.body.contains("<script>alert") && !said.contains("<b>"),
            "{fields:?}"
        );
        assert!(
            !said.contains("401234567"),
            "the caller's number is in no explanation: {said}"
        );
    }
    for kind in [
        "off",
        "yes",
        "no",
        "must",
        "depends",
        "note",
        "depends on the random draw",
        "surveyed (",
        "not surveyed: ",
        "no route takes",
        "not surveyed, and not counted",
    ] {
        assert!(
            seen.iter().any(|seen| seen == kind),
            "the calls show {kind}: {seen:?}"
        );
    }
    let database = house.database().await;
    for sql in [
        "SELECT COUNT(*) FROM call",
        "SELECT COUNT(*) FROM sampling_counter",
    ] {
        let rows: i64 = sqlx::query_scalar(sql).fetch_one(&database).await.unwrap();
        assert_eq!(rows, 0, "asking writes nothing: {sql}");
    }
    database.close().await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn field_that_cannot_be_understood_is_named_and_what_was_typed_stays() {
    let (_house, service, mut admin) = office(SETTINGS).await;
    for (field, value, words) in [
        ("at", "yesterday <b>", "is no moment"),
        (
            "at",
            "2026-03-29T03:30",
            "there is no such time in Europe/Helsinki",
        ),
        ("draw", "200%", "is no draw"),
        ("talk-time", "long", "is not a valid value of talk_time"),
        ("set", "gold", "write FIELD=VALUE"),
        ("set", "colour=red", "is not a field"),
        ("caller", "call me", "this is not a telephone number"),
        ("set", "caller=call me", "this is not a telephone number"),
    ] {
        admin.get("/sampling").await;
        let fields = [("number", "9001"), ("queue", "sales & co"), (field, value)];
        let page = admin.post("/sampling", &fields).await;
        assert_eq!(page.status, 400, "{field} {value}");
        let said = page.between("role=\"alert\"", "</p>");
        assert!(
            said.contains(&format!("<code>{field}</code>")) && said.contains(words),
            "{field} {value}: {said}"
        );
        assert!(
            page.body.contains("value=\"sales &amp; co\""),
            "{field}: {}",
            page.body
        );
        assert!(!page.body.contains("yesterday <b>"));
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_see_callers_cannot_ask_by_one() {
    let (_house, service, mut admin) = office(SETTINGS).await;
    let mut analyst = user(&service, &mut admin, "alex", Role::Analyst).await;
    let page = analyst.get("/sampling").await;
    assert!(page.body.contains("name=\"queue\"") && !page.body.contains("name=\"caller\""));
    for fields in [("caller", "+358401234567"), ("set", "caller=+358401234567")] {
        let answer = analyst.post("/sampling", &[("number", "two"), fields]).await;
        assert_eq!(answer.status, 403, "{fields:?}");
        analyst.get("/sampling").await;
    }
    let answer = analyst.post("/sampling", &[("number", "two")]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut leader = user(&service, &mut admin, "lena", Role::TeamLeader).await;
    assert_eq!(
        leader.post("/sampling", &[("number", "two")]).await.status,
        403,
        "who sees a part of the calls would learn of counts of others"
    );
    service.stop().await;
}
