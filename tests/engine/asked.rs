//! Which questions a call is asked, from what the PBX tells and what is drawn, to what the database says of it.

use std::collections::BTreeMap;

use super::caller::Caller;
use super::house::House;
use aftercall_base::CallUid;
use aftercall_survey::context::{Field, Name};
use aftercall_survey::{AnyPrompt, Plan, draw_of, parse};

const SURVEY: &str = r#"
title = "One of several"
goal = "Know whether what was asked is stored"
[prompts]
welcome = []
[timing]
before_first_prompt = "100ms"
after_key = "100ms"
[[group]]
id = "topics"
ask = 1
[[question]]
metric = "nps"
text.en = "How likely?"
[question.correction]
when = "0-3"
prompt = "nps_retry"
[[question]]
id = "one"
metric = "ces"
prompt = "ces"
group = "topics"
text.en = "How easy was the one?"
[[question]]
id = "two"
metric = "ces"
prompt = "ces"
group = "topics"
text.en = "How easy was the two?"
[[question]]
id = "shop"
metric = "csat"
prompt = "ces"
only_when = { queue = "shop*", segment = "gold" }
text.en = "How was the shop?"
"#;

const ROUTE: &str =
    "[[route]]\nnumber = \"flow\"\nsurvey = \"flow\"\n[context.attributes]\nsegment = \"X-Segment\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_was_drawn_asked_corrected_and_left_reaches_the_database() {
    let house = House::new(ROUTE);
    std::fs::write(house.path("surveys/flow.toml"), SURVEY).unwrap();
    let service = house.start().await;
    let mut gold = Caller::new(service.address, "gold").await.dial("flow");
    gold.call("X-Queue: shop_fi\r\nX-Segment: gold\r\n").await;
    gold.prompt().await;
    gold.press('1').await;
    gold.press('#').await;
    gold.prompt().await;
    gold.press('1').await;
    gold.prompt().await;
    gold.press('9').await;
    gold.prompt().await;
    gold.press('4').await;
    gold.prompt().await;
    gold.bye().await;
    let mut other = Caller::new(service.address, "other").await.dial("flow");
    other.call("X-Queue: bank\r\nX-Segment: gold\r\n").await;
    other.prompt().await;
    other.press('8').await;
    other.prompt().await;
    other.press('5').await;
    other.prompt_begins().await;
    other.hung_up().await;
    service.hang_up_and_stop().await;

    let database = house.database().await;
    let calls: Vec<(String, String, Vec<String>, String)> =
        sqlx::query_as::<_, (String, String, String, String)>(
            "SELECT call_uid, planned, asked, disposition FROM call ORDER BY arrived_at",
        )
        .fetch_all(&database)
        .await
        .unwrap()
        .into_iter()
        .map(|(uid, planned, asked, end)| (uid, planned, serde_json::from_str(&asked).unwrap(), end))
        .collect();
    let survey = parse(SURVEY, "flow.toml", &AnyPrompt).unwrap().survey;
    for ((uid, planned, asked, _), queue) in calls.iter().zip(["shop_fi", "bank"]) {
        let told = BTreeMap::from([
            (Name::Field(Field::Queue), queue.to_owned()),
            (Name::Attribute("segment".to_owned()), "gold".to_owned()),
        ]);
        let plan = Plan::new(&survey, &told, draw_of(uid.parse::<CallUid>().unwrap()));
        let ids: Vec<&str> = plan
            .questions(&survey)
            .into_iter()
            .map(|id| id.as_str())
            .collect();
        assert_eq!(
            *planned,
            serde_json::json!(ids).to_string(),
            "the draw is derived from the row"
        );
        assert_eq!(asked, &ids, "every planned question was begun");
    }
    let dispositions: Vec<&str> = calls.iter().map(|(_, _, _, end)| end.as_str()).collect();
    assert_eq!(
        dispositions,
        ["partial", "completed"],
        "only the shop's caller left a scored question"
    );
    let corrected: (i64, i64, String) = sqlx::query_as(
        "SELECT value, corrected_from, raw_digits FROM v_answer WHERE corrected_from IS NOT NULL",
    )
    .fetch_one(&database)
    .await
    .unwrap();
    assert_eq!(corrected, (9, 1, "1#19".to_owned()));
    let results: Vec<String> = sqlx::query_scalar("SELECT result FROM v_asked ORDER BY call_uid, place")
        .fetch_all(&database)
        .await
        .unwrap();
    assert_eq!(results, ["answered", "answered", "left", "answered", "answered"]);
    database.close().await;
}
