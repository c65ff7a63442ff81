//! Every field of the table of fields goes all the way: from a request or a header into the row, and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Client, call_and_leave, house, text};
use crate::EVERY;
use crate::house::House;
use aftercall_survey::context::{Field, FieldKind, FieldStorage};

/// A value that no other field has, as a header or a text has it.
fn value(field: Field) -> String {
    match (field, field.kind()) {
        // Another survey would be another call.
        (Field::Survey, _) => "two".to_owned(),
        (_, FieldKind::Text) => format!("{} of the call", field.as_str()),
        (_, FieldKind::Languages) => "en-gb".to_owned(),
        (_, FieldKind::Consent) => "yes".to_owned(),
        (_, FieldKind::Party) => "caller".to_owned(),
        (_, FieldKind::Seconds) => (1_000 + field as usize).to_string(),
        (_, FieldKind::Token) => "a-token".to_owned(),
        (_, FieldKind::Number) => "+358401234567".to_owned(),
    }
}

/// The value in the type in which the API has it.
fn json_of(field: Field) -> Value {
    match field.kind() {
        FieldKind::Consent => json!(true),
        FieldKind::Seconds => json!(value(field).parse::<u32>().unwrap()),
        FieldKind::Text | FieldKind::Languages | FieldKind::Party | FieldKind::Token | FieldKind::Number => {
            json!(value(field))
        }
    }
}

/// What `v_call_context` has of the call with this SIP Call-ID: the value of each field that comes from such a source.
async fn stored(house: &House, sip_call_id: &str, source: &str) -> BTreeMap<String, Option<String>> {
    let database = house.database().await;
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT t.field, t.value FROM v_call_context t JOIN call c ON c.call_uid = t.call_uid \
         WHERE c.sip_call_id = $1 AND t.source LIKE $2",
    )
    .bind(sip_call_id)
    .bind(source)
    .fetch_all(&database)
    .await
    .unwrap();
    database.close().await;
    rows.into_iter().collect()
}

/// What should be there of a field.
fn expected(field: Field) -> (String, Option<String>) {
    let is_kept = field.description().storage != FieldStorage::Hash;
    (field.as_str().to_owned(), is_kept.then(|| value(field)))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_request_reaches_the_row_and_comes_back() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let context: Map<String, Value> = Field::in_context()
        .map(|field| (field.description().json.to_owned(), json_of(field)))
        .collect();
    let body = json!({ "number": "two", "context": context });
    let announced = client.post("/announcements", body).await.ok();
    let path = format!("/calls/{}", text(&announced["call_id"]));
    let waiting = client.get(&path).await.ok();
    let user = text(&announced["dial"]["user"]);
    call_and_leave(&service, "announced", &user, "caller", "").await;
    let arrived = client.get(&path).await.ok();
    for call in [&waiting, &arrived] {
        for field in Field::returned() {
            assert_eq!(call[field.description().json], json_of(field), "{field:?}");
        }
    }
    service.stop().await;
    let told: BTreeMap<_, _> = Field::in_context().map(expected).collect();
    assert_eq!(stored(&house, "announced", "announcement").await, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_of_a_patch_reaches_the_row() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    call_and_leave(&service, "amended", "two", "caller", "X-Call-Id: 77\r\n").await;
    let fields = || Field::in_context().filter(|field| !field.description().is_settled);
    let context: Map<String, Value> = fields()
        .map(|field| (field.description().json.to_owned(), json_of(field)))
        .collect();
    client.patch("/calls/77", Value::Object(context)).await.ok();
    service.stop().await;
    let told: BTreeMap<_, _> = fields().map(expected).collect();
    assert_eq!(stored(&house, "amended", "api").await, told);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_is_read_from_its_first_header() {
    let house = house(EVERY);
    let service = house.start().await;
    let with_header = || {
        Field::ALL.into_iter().filter_map(|field| {
            let header = field.description().headers.first()?;
            Some((field, *header))
        })
    };
    let headers: String = with_header()
        .map(|(field, header)| match field.kind() {
            FieldKind::Number => format!("{header}: <sip:{}@pbx>\r\n", value(field)),
            FieldKind::Text
            | FieldKind::Languages
            | FieldKind::Consent
            | FieldKind::Party
            | FieldKind::Seconds
            | FieldKind::Token => {
                format!("{header}: {}\r\n", value(field))
            }
        })
        .collect();
    call_and_leave(&service, "headers", "two", "caller", &headers).await;
    service.stop().await;
    let told: BTreeMap<_, _> = with_header().map(|(field, _)| expected(field)).collect();
    assert_eq!(stored(&house, "headers", "%-%").await, told);
}
