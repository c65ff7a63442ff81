//! Cases.
//!
//! Every change is one transaction that takes the write lock at its beginning and reads the case in it, so that of two people who do
//! something at the same moment one sees what the other has done.

mod change;
mod row;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{Sqlite, SqliteConnection};
use sqlx::{Connection, QueryBuilder};

pub(super) use self::change::{event, opened};
use super::column::{call_uid, count, number};
use super::write::BEGIN;
use crate::case::{CaseChange, CaseChanged, CaseEvent, CaseEventKind, CaseFilter, CaseFound, Cases};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::scope::Scope;
use crate::sqlite::SqliteStore;
use aftercall_base::CallUid;
use aftercall_survey::alert::AlertSeverity;
use aftercall_survey::follow_up::CaseState;

/// Events that are listed of one case.
const MOST_EVENTS: i64 = 1_000;

impl Cases for SqliteStore {
    async fn cases(
        &self,
        scope: &Scope,
        filter: &CaseFilter,
        before: Option<u64>,
        most: u32,
    ) -> Result<Vec<CaseFound>, StoreError> {
        let mut query = QueryBuilder::new("SELECT * FROM follow_up_case WHERE case_id < ");
        query.push_bind(before.map_or(i64::MAX, number));
        push_filter(&mut query, scope, filter);
        query
            .push(" ORDER BY case_id DESC LIMIT ")
            .push_bind(i64::from(most));
        let rows = query.build().fetch_all(&self.readers).await?;
        let without_number = |row| row::case(row, false);
        rows.iter().map(without_number).collect()
    }

    async fn count_cases(&self, scope: &Scope, filter: &CaseFilter, most: u32) -> Result<u64, StoreError> {
        let mut query =
            QueryBuilder::new("SELECT COUNT(*) AS cases FROM (SELECT 1 FROM follow_up_case WHERE 1 = 1");
        push_filter(&mut query, scope, filter);
        query.push(" LIMIT ").push_bind(i64::from(most)).push(")");
        let row = query.build().fetch_one(&self.readers).await?;
        count(&row, "cases")
    }

    async fn case(
        &self,
        scope: &Scope,
        case: u64,
        with_number: bool,
    ) -> Result<Option<(CaseFound, Vec<CaseEvent>)>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        let mut snapshot = connection.begin().await?;
        let Some(found) = one(&mut snapshot, scope, case, with_number).await? else {
            return Ok(None);
        };
        let events = sqlx::query("SELECT * FROM case_event WHERE case_id = $1 ORDER BY event_id LIMIT $2")
            .bind(number(case))
            .bind(MOST_EVENTS)
            .fetch_all(&mut *snapshot)
            .await?;
        let events = events.iter().map(row::event).collect::<Result<_, _>>()?;
        Ok(Some((found, events)))
    }

    async fn case_of_token(&self, token: &str) -> Result<Option<CaseFound>, StoreError> {
        let row = sqlx::query("SELECT * FROM follow_up_case WHERE token = $1")
            .bind(token)
            .fetch_optional(&self.readers)
            .await?;
        row.as_ref().map(|row| row::case(row, false)).transpose()
    }

    async fn calls_of_caller(&self, scope: &Scope, case: u64, most: u32) -> Result<Vec<CallUid>, StoreError> {
        let mut query = QueryBuilder::new(
            "SELECT c.call_uid, c.team, c.agent FROM call c JOIN follow_up_case f ON f.caller_hash = c.caller_hash \
             WHERE f.caller_hash IS NOT NULL AND c.call_uid <> f.call_uid AND f.case_id = ",
        );
        query.push_bind(number(case));
        push_scope(&mut query, "c.", scope);
        query
            .push(" ORDER BY c.arrived_at DESC LIMIT ")
            .push_bind(i64::from(most));
        let rows = query.build().fetch_all(&self.readers).await?;
        rows.iter().map(call_uid).collect()
    }

    async fn change_case(&self, scope: &Scope, change: &CaseChange) -> Result<CaseChanged, StoreError> {
        let mut connection = self.change().await?;
        let done = change::make(&mut connection, scope, change).await;
        self.changed(connection, done).await
    }

    async fn cases_to_escalate(&self, now: DateTime<Utc>, most: u32) -> Result<Vec<CaseFound>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM follow_up_case WHERE next_escalation_at <= $1 AND closed_at IS NULL \
             ORDER BY next_escalation_at, case_id LIMIT $2",
        )
        .bind(to_text(now))
        .bind(i64::from(most))
        .fetch_all(&self.readers)
        .await?;
        let without_number = |row| row::case(row, false);
        rows.iter().map(without_number).collect()
    }

    async fn remove_callback_numbers(&self, now: DateTime<Utc>, most: u32) -> Result<u64, StoreError> {
        let over = sqlx::query(
            "SELECT 1 FROM follow_up_case WHERE callback_until <= $1 \
             UNION ALL SELECT 1 FROM alert WHERE callback_until <= $1 LIMIT 1",
        )
        .bind(to_text(now))
        .fetch_optional(&self.readers)
        .await?;
        if over.is_none() {
            return Ok(0);
        }
        let mut connection = self.change().await?;
        let done = remove_numbers(&mut connection, now, most).await;
        self.changed(connection, done).await
    }
}

/// A case in a scope.
async fn one(
    connection: &mut SqliteConnection,
    scope: &Scope,
    case: u64,
    with_number: bool,
) -> Result<Option<CaseFound>, StoreError> {
    let mut query = QueryBuilder::new("SELECT * FROM follow_up_case WHERE case_id = ");
    query.push_bind(number(case));
    push_scope(&mut query, "", scope);
    let row = query.build().fetch_optional(connection).await?;
    row.as_ref().map(|row| row::case(row, with_number)).transpose()
}

async fn remove_numbers(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
    most: u32,
) -> Result<u64, StoreError> {
    let now = to_text(now);
    let mut transaction = connection.begin_with(BEGIN).await?;
    sqlx::query("UPDATE alert SET callback_number = NULL, callback_until = NULL WHERE callback_until <= $1")
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
    let over = sqlx::query(
        "SELECT case_id FROM follow_up_case WHERE callback_until <= $1 ORDER BY callback_until LIMIT $2",
    )
    .bind(&now)
    .bind(i64::from(most))
    .fetch_all(&mut *transaction)
    .await?;
    for row in &over {
        let case = count(row, "case_id")?;
        sqlx::query(
            "UPDATE follow_up_case SET callback_number = NULL, callback_until = NULL, revision = revision + 1 \
             WHERE case_id = $1",
        )
        .bind(number(case))
        .execute(&mut *transaction)
        .await?;
        event(
            &mut transaction,
            case,
            (&now, ""),
            CaseEventKind::NumberRemoved,
            (None, None),
        )
        .await?;
    }
    transaction.commit().await?;
    Ok(over.len() as u64)
}

fn push_scope(query: &mut QueryBuilder<Sqlite>, table: &str, scope: &Scope) {
    match scope {
        Scope::Everything => {}
        Scope::Teams(teams) => {
            query.push(format!(" AND {table}team <> '' AND {table}team IN "));
            push_list(query, teams.iter().map(String::as_str));
        }
        Scope::Agent(agent) => {
            query.push(format!(" AND {table}agent <> '' AND {table}agent = "));
            query.push_bind(agent.clone());
        }
    }
}

fn push_filter(query: &mut QueryBuilder<Sqlite>, scope: &Scope, filter: &CaseFilter) {
    push_scope(query, "", scope);
    let names = [
        ("queue", &filter.queues),
        ("team", &filter.teams),
        ("agent", &filter.agents),
    ];
    for (column, names) in names.into_iter().filter(|(_, names)| !names.is_empty()) {
        query.push(format!(" AND COALESCE({column}, '') IN "));
        push_list(query, names.iter().map(String::as_str));
    }
    if !filter.states.is_empty() {
        query.push(" AND state IN ");
        push_list(query, filter.states.iter().copied().map(CaseState::as_str));
    }
    match filter.is_open {
        None => {}
        Some(true) => _ = query.push(" AND closed_at IS NULL"),
        Some(false) => _ = query.push(" AND closed_at IS NOT NULL"),
    }
    if let Some(owner) = &filter.owner {
        query.push(" AND owner = ").push_bind(owner.clone());
    }
    if let Some(now) = filter.overdue_at {
        query
            .push(" AND closed_at IS NULL AND ((state = 'new' AND take_due_at <= ")
            .push_bind(to_text(now))
            .push(") OR (state IN ('new', 'taken', 'attempted') AND contact_due_at <= ")
            .push_bind(to_text(now))
            .push("))");
    }
    if let Some(least) = filter.least {
        let grave = AlertSeverity::ALL
            .into_iter()
            .filter(|severity| *severity >= least);
        query.push(" AND severity IN ");
        push_list(query, grave.map(AlertSeverity::as_str));
    }
    if let Some(from) = filter.opened_from {
        query.push(" AND opened_at >= ").push_bind(to_text(from));
    }
    if let Some(until) = filter.opened_until {
        query.push(" AND opened_at < ").push_bind(to_text(until));
    }
}

/// Texts as one parameter.
fn push_list<'t>(query: &mut QueryBuilder<Sqlite>, texts: impl Iterator<Item = &'t str>) {
    let list: Vec<serde_json::Value> = texts.map(serde_json::Value::from).collect();
    query
        .push("(SELECT value FROM json_each(")
        .push_bind(serde_json::Value::Array(list).to_string())
        .push("))");
}
