//! The HTTP API over a socket, with real calls beside it.

mod announcements;
mod browse;
pub(crate) mod client;
mod contract;
mod decisions;
mod document;
mod fields;
mod later;
mod requests;
mod schema;

use serde_json::{Value, json};
use sqlx::Row;

use crate::caller::Caller;
use crate::house::{House, Service};
use aftercall_runtime::clock::{Clock, SystemClock};
use client::{Client, house};

/// One text of the only call's row, or of what a query over `call` finds first.
async fn one(house: &House, sql: &'static str) -> String {
    let database = house.database().await;
    let row = sqlx::query(sql).fetch_one(&database).await.unwrap();
    let text = row.try_get::<String, _>(0);
    let text = text.unwrap_or_else(|_| row.get::<i64, _>(0).to_string());
    database.close().await;
    text
}

/// A call that hears the beginning of its prompt and hangs up; whether it was surveyed is in the database.
async fn call_and_leave(service: &Service, name: &str, user: &str, from: &str, headers: &str) {
    let mut caller = Caller::new(service.address, name).await.from(from).dial(user);
    caller.call(headers).await;
    caller.prompt_begins().await;
    caller.bye().await;
}

/// Waits until a moment, as the API writes it, has passed.
async fn passed(moment: &str) {
    let now = || {
        SystemClock
            .utc()
            .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    let wait = async {
        while now().as_str() <= moment {
            tokio::task::yield_now().await;
        }
    };
    crate::soon("the time is over", wait).await;
}

/// The call of this name, when it has ended.
async fn ended(client: &Client, name: &str) -> Value {
    let ended = async {
        loop {
            let call = client.get(&format!("/calls/{name}")).await.ok();
            if call["state"] == "ended" {
                return call;
            }
            tokio::task::yield_now().await;
        }
    };
    crate::soon("the call has ended", ended).await
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is a text"))
        .to_owned()
}

fn number(from: usize) -> Value {
    json!({ "number": "two", "caller": format!("+35840000{from:04}") })
}
