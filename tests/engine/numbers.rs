//! Callers' numbers over a real socket: one person in every notation, nobody where there is no number, and what is noted.

use serde_json::json;

use super::api::client::{Client, house};
use super::caller::{Caller, header};
use super::house::{House, Service};
use super::start::run;
use super::{EVERY, stored};
use aftercall::call::caller_hash::CallerHasher;

const FINLAND: &str = "[numbers]\ncountry_code = \"358\"\n";

/// A call that is not surveyed: thanked and hung up.
async fn thanked(service: &Service, name: &str, from: &str, headers: &str) {
    let mut caller = Caller::new(service.address, name).await.from(from);
    caller.call(headers).await;
    caller.prompt_begins().await;
    caller.hung_up().await;
}

/// A call that hears its survey begin and hangs up.
async fn surveyed(service: &Service, name: &str, from: &str, headers: &str) {
    let mut caller = Caller::new(service.address, name).await.from(from);
    caller.call(headers).await;
    caller.prompt_begins().await;
    caller.bye().await;
}

async fn opts_out(service: &Service, name: &str, from: &str, headers: &str) {
    let mut caller = Caller::new(service.address, name).await.from(from);
    caller.call(headers).await;
    caller.prompt_begins().await;
    caller.press('*').await;
    caller.press('9').await;
    caller.hung_up().await;
}

async fn decisions(house: &House) -> Vec<String> {
    let database = house.database().await;
    let rows = sqlx::query_scalar(
        "SELECT sip_call_id || ' ' || decision || ' ' || decision_reason FROM call ORDER BY arrived_at",
    );
    let rows = rows.fetch_all(&database).await.unwrap();
    database.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn opt_out_by_the_api_holds_in_whatever_dress_the_number_came_or_is_refused() {
    let house = house(&format!("{EVERY}{FINLAND}"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    for (index, number) in [
        "+358\u{a0}40\u{a0}1230000",
        "+358\u{2011}40\u{2013}1230001",
        "+358\u{202f}40\u{202f}1230002",
        "\u{200e}+358401230003\u{200e}",
        "\u{ff0b}358401230004",
        "tel:+358-40-123-0005",
        "sip:+358401230006@pbx.example;user=phone",
        "tel:+358401230007;ext=12",
        "+358 (0)40 1230008",
        "040 123 0009",
        "00358 40 1230010",
    ]
    .into_iter()
    .enumerate()
    {
        let added = client.post("/opt-outs", json!({ "number": number })).await;
        assert_eq!(added.status, 201, "{number:?}: {added:?}");
        let from = format!("+3584012300{index:02}");
        thanked(&service, &format!("kept-{index}"), &from, "").await;
    }
    let told = json!({ "number": "0401230004" });
    assert_eq!(
        client.post("/opt-outs/lookup", told.clone()).await.ok()["opted_out"],
        true
    );
    assert_eq!(client.post("/opt-outs/remove", told).await.ok()["changed"], true);
    surveyed(&service, "let-in", "00358401230004", "").await;
    for (none, words) in [
        ("call me", "letters"),
        ("+358401234567 please", "letters"),
        ("alice", "letters"),
        ("sip:alice@pbx.example", "letters"),
        ("anonymous", "nobody"),
        ("0000000000", "nobody"),
        ("+266696687", "nobody"),
        ("*31#0401234567", "service code"),
        ("192.0.2.1", "internet"),
        ("040 1234567 / 050 7654321", "15 digits"),
        ("", "no digits"),
    ] {
        for path in ["/opt-outs", "/opt-outs/lookup", "/opt-outs/remove"] {
            let refused = client.post(path, json!({ "number": none })).await;
            assert_eq!(
                (refused.status, refused.fields()),
                (422, vec!["/number"]),
                "{none}"
            );
            assert!(
                refused.body.to_string().contains(words),
                "{none}: {}",
                refused.body
            );
        }
    }
    let refused = client
        .post("/announcements", json!({ "number": "two", "caller": "call me" }))
        .await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/caller"]));
    service.stop().await;
    let decisions = decisions(&house).await;
    assert_eq!(decisions.len(), 12);
    assert!(
        decisions
            .iter()
            .take(11)
            .all(|call| call.ends_with(" suppressed opted_out")),
        "{decisions:?}"
    );
    assert!(decisions[11].contains("sampled"), "{decisions:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn same_person_in_another_notation_is_left_in_peace_and_one_of_an_earlier_version_too() {
    let house = House::new(&format!("{EVERY}cool_down_days = 90\n{FINLAND}"));
    let service = house.start().await;
    surveyed(&service, "first", "+358401234566", "").await;
    for (name, from) in [
        ("00", "00358401234566"),
        ("0", "0401234566"),
        ("bare", "358401234566"),
    ] {
        thanked(&service, name, from, "").await;
    }
    surveyed(&service, "other", "0401234567", "").await;
    thanked(&service, "extension", "0401234567", "").await;
    service.stop().await;
    // As a version without a plan has stored them: by the hash of the notation that came.
    let hasher = CallerHasher::read_file(&house.path("key")).unwrap();
    let database = house.database().await;
    sqlx::query(
        "INSERT INTO opt_out (caller_hash, call_uid, opted_out_at, api_key) VALUES ($1, NULL, $2, 'old')",
    )
    .bind(hasher.hash("0409999999"))
    .bind("2026-01-01T00:00:00.000Z")
    .execute(&database)
    .await
    .unwrap();
    sqlx::query("UPDATE call SET caller_hash = $1 WHERE sip_call_id = 'other'")
        .bind(hasher.hash("0408888888"))
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    let service = house.start().await;
    thanked(&service, "old-opt-out", "+358409999999", "").await;
    thanked(&service, "old-survey", "+358408888888", "").await;
    service.stop().await;
    assert_eq!(
        decisions(&house).await,
        [
            "first sampled every",
            "00 suppressed cool_down",
            "0 suppressed cool_down",
            "bare suppressed cool_down",
            "other sampled every",
            "extension suppressed cool_down",
            "old-opt-out suppressed opted_out",
            "old-survey suppressed cool_down",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_without_a_number_share_nothing_and_opt_nobody_else_out() {
    let house = House::new(&format!(
        "{EVERY}cool_down_days = 90\n{FINLAND}nobody = [\"pbx-main\", \"020555000\"]\n"
    ));
    let service = house.start().await;
    opts_out(&service, "declines", "asterisk", "").await;
    for (index, from) in [
        "asterisk",
        "asterisk",
        "0000000000",
        "0000000000",
        "266696687",
        "+266696687",
        "Unavailable",
        "restricted",
        "pbx-main",
        "+35820555000",
        "trunk-17",
    ]
    .into_iter()
    .enumerate()
    {
        surveyed(&service, &format!("nobody-{index}"), from, "").await;
    }
    service.stop().await;
    let stored_calls = house.stored().await;
    assert_eq!(
        stored_calls[0],
        stored("sampled", "declined", "opted_out", true, &[]),
        "the row says what the caller wanted"
    );
    assert!(
        stored_calls.iter().all(|call| call.decision == "sampled"),
        "{stored_calls:?}"
    );
    let database = house.database().await;
    let known: (i64, i64) =
        sqlx::query_as("SELECT (SELECT COUNT(caller_hash) FROM call), (SELECT COUNT(*) FROM opt_out)")
            .fetch_one(&database)
            .await
            .unwrap();
    assert_eq!(known, (0, 0), "nobody has a hash, and nobody is on the list");
    let notes: Vec<String> =
        sqlx::query_scalar("SELECT DISTINCT note FROM v_call_context WHERE field = 'caller'")
            .fetch_all(&database)
            .await
            .unwrap();
    assert_eq!(notes, ["nobody"]);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_is_the_asserted_number_wherever_it_stands() {
    let house = House::new(&format!("{EVERY}{FINLAND}[privacy]\ncaller_number = \"clear\"\n"));
    let service = house.start().await;
    let table: [(&str, &str, Option<&str>); 12] = [
        (
            "trunk",
            "P-Asserted-Identity: \"Liisa\" <sip:liisa@pbx>, <tel:+358401000001>\r\n",
            Some("+358401000001"),
        ),
        (
            "trunk",
            "P-Asserted-Identity: <sip:liisa@pbx>\r\nP-Asserted-Identity: <sip:+358401000002@pbx;user=phone>\r\n",
            Some("+358401000002"),
        ),
        (
            "trunk",
            "P-Asserted-Identity: <sip:7042@pbx>, <tel:0401000003;phone-context=+358>\r\n",
            Some("+358401000003"),
        ),
        (
            "trunk",
            "P-Asserted-Identity: tel:0401000004;phone-context=+358\r\n",
            Some("+358401000004"),
        ),
        (
            "+358401000005",
            "P-Asserted-Identity: <sip:unavailable@unknown.invalid>\r\n",
            Some("+358401000005"),
        ),
        (
            "+358401000006",
            "P-Asserted-Identity: <sip:asterisk@pbx>, \"x\" <sip:0000000000@pbx>\r\n",
            Some("+358401000006"),
        ),
        (
            "trunk",
            "Remote-Party-ID: <sip:+358409999999@pbx>;party=called, <sip:0401000007@pbx>;party=calling;privacy=off\r\n",
            Some("+358401000007"),
        ),
        ("0401000008;npdi;cpc=ordinary", "", Some("+358401000008")),
        ("%2B358%2040-1000009", "", Some("+358401000009")),
        // Asked to be shown to nobody: recognised, and kept as a hash only.
        (
            "anonymous",
            "Privacy: id\r\nP-Asserted-Identity: <tel:+358401000010>\r\n",
            None,
        ),
        (
            "+358401000011",
            "Remote-Party-ID: <sip:+358401000011@pbx>;party=calling;privacy=full\r\n",
            None,
        ),
        ("+358401000012", "Privacy: none\r\n", Some("+358401000012")),
    ];
    for (index, (from, headers, _)) in table.iter().enumerate() {
        surveyed(&service, &format!("asserted-{index}"), from, headers).await;
    }
    service.stop().await;
    let database = house.database().await;
    let rows: Vec<(Option<String>, Option<String>)> =
        sqlx::query_as("SELECT caller_number, caller_hash FROM call ORDER BY arrived_at")
            .fetch_all(&database)
            .await
            .unwrap();
    database.close().await;
    let hasher = CallerHasher::read_file(&house.path("key")).unwrap();
    for (index, ((_, headers, expected), (number, hash))) in table.iter().zip(&rows).enumerate() {
        assert_eq!(number.as_deref(), *expected, "{headers}");
        let whole = format!("+3584010000{:02}", index + 1);
        assert_eq!(hash.as_deref(), Some(hasher.hash(&whole).as_str()), "{headers}");
    }
    assert_eq!(rows.len(), table.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_that_say_nothing_are_not_told_and_noted_with_what_stood_there() {
    let house = House::new(&format!(
        "{EVERY}{FINLAND}[context]\nunset_words = [\"unassigned\"]\nreal_words = [\"none\"]\n\
         [context.attributes]\nsegment = \"X-Segment\"\n[results.answer_headers]\nX-Asked = \"{{language}}\"\n"
    ));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "unset").await.from("+358401234567");
    caller
        .invite(
            "X-Queue: (null)\r\nX-Agent-Id: ${MEMBERNAME}\r\nX-Team: unassigned\r\nX-Call-Id: ${UNIQUEID}\r\n\
             X-Disposition: None\r\nX-Segment: gold\tmember\r\nX-Talk-Time: soon\r\nX-Survey-Optin: maybe\r\n\
             X-Language: de, en;q=0.5\r\nUser-to-User: wait_time=12;encoding=ascii, call_id=_undef_;encoding=ascii\r\n",
        )
        .await;
    let ok = caller.answered_whole().await;
    assert_eq!(
        header(&ok, "X-Asked"),
        "en",
        "the survey is asked in the second of the caller's languages"
    );
    caller.ack().await;
    caller.prompt_begins().await;
    caller.bye().await;
    thanked(&service, "no", "+358401234568", "X-Survey-Optin: No thanks\r\n").await;
    thanked(
        &service,
        "ei",
        "+358401234569",
        "X-Survey-Optin: ei kiitos\r\nX-Queue: \u{2014}\r\n",
    )
    .await;
    service.stop().await;
    let database = house.database().await;
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT concat(field, '=', value, ' from ', source, ' (' || note || ': ' || ifnull(text, '') || ')') \
         FROM v_call_context t JOIN call c ON c.call_uid = t.call_uid WHERE c.sip_call_id = 'unset' ORDER BY field",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    assert_eq!(
        told,
        [
            "agent= from X-Agent-Id (unset: ${MEMBERNAME})",
            "caller= from From",
            "disposition=None from X-Disposition",
            "language=de from X-Language",
            "optin= from X-Survey-Optin (unclear: maybe)",
            "original_call_id= from X-Call-Id (unset: ${UNIQUEID})",
            "queue= from X-Queue (unset: (null))",
            "segment=gold member from X-Segment",
            "talk_time= from X-Talk-Time (unclear: soon)",
            "team= from X-Team (unset: unassigned)",
            "wait_time=12 from User-to-User:wait_time",
        ]
    );
    let wide: (Option<String>, Option<i64>) = sqlx::query_as(
        "SELECT optin, talk_time_s FROM v_agent_call v JOIN call c ON c.call_uid = v.call_uid \
         WHERE c.sip_call_id = 'unset'",
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(wide, (None, None), "what is no value is in no other view");
    let uid: String = sqlx::query_scalar("SELECT call_uid FROM call WHERE sip_call_id = 'unset'")
        .fetch_one(&database)
        .await
        .unwrap();
    database.close().await;
    assert!(
        decisions(&house)
            .await
            .iter()
            .skip(1)
            .all(|call| call.ends_with("not_opted_in"))
    );
    let explained = run(&house, &["sampling", "explain", "--call", &uid], &[]);
    let said = String::from_utf8(explained.stdout).unwrap();
    for line in [
        "queue is not known: X-Queue has \"(null)\", a placeholder",
        "optin is not known: X-Survey-Optin has \"maybe\", which is not a valid value",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn check_warns_where_one_caller_in_two_notations_is_two() {
    for (settings, warns) in [
        (format!("{EVERY}[numbers]\n"), true),
        (format!("{EVERY}{FINLAND}"), false),
        (format!("{EVERY}[numbers]\ncountry_code = \"none\"\n"), false),
    ] {
        let house = House::new(&settings);
        let output = run(&house, &["check"], &[]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            said.contains("three callers, so opt-outs"),
            warns,
            "{settings}\n{said}"
        );
        assert!(output.status.success());
    }
}

#[test]
fn explanation_takes_a_caller_in_any_notation_and_refuses_what_is_none() {
    let house = House::new(&format!("{EVERY}when.caller = \"040*\"\n{FINLAND}"));
    let explain = |caller: &str| {
        let output = run(
            &house,
            &["sampling", "explain", "--number", "two", "--caller", caller],
            &[],
        );
        let said = [output.stdout, output.stderr].concat();
        String::from_utf8(said).unwrap()
    };
    for caller in ["0401234567", "+358 40 1234567", "tel:+358-40-1234567"] {
        let said = explain(caller);
        assert!(said.contains("  yes   when.caller"), "{said}");
    }
    assert!(explain("+4687654321").contains("  NO    when.caller"));
    let refused = explain("call me");
    assert!(
        refused.contains("--caller: this is not a telephone number") && !refused.contains("call me"),
        "{refused}"
    );
}
