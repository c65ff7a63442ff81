//! Alerts, and what is made of them.

mod handle;
mod message;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};
use sqlx::{Acquire, Connection};

use super::column::{call_uid, column, count, maybe_count, maybe_moment, maybe_word, moment, number, word};
use super::write::BEGIN;
use crate::alert::{
    AlertComment, AlertFound, AlertHandling, AlertQuery, AlertedCall, Alerts, Handled, RaisedBy,
    ServiceAlert, SilencedBy, WaitingAlerts,
};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::SqliteStore;
use aftercall_base::CallUid;
use aftercall_survey::alert::AlertSeverity;

/// Alerts that are listed of one call, case or delivery.
const MOST_OF_ONE: i64 = 1_000;

/// Calls with something that waits, the earliest first.
const WAITING_CALLS: &str = "SELECT w.call_uid FROM (SELECT call_uid, raised_at AS at FROM alert \
     WHERE handled_at IS NULL AND call_uid IS NOT NULL \
     UNION ALL SELECT call_uid, left_at AS at FROM alert_comment WHERE handled_at IS NULL) w \
     GROUP BY w.call_uid ORDER BY MIN(w.at) LIMIT $1";

impl Alerts for SqliteStore {
    async fn waiting_alerts(&self, most: u32) -> Result<WaitingAlerts, StoreError> {
        if !is_any_waiting(&self.readers).await? {
            return Ok(WaitingAlerts::default());
        }
        let mut connection = self.readers.acquire().await?;
        let mut snapshot = connection.begin().await?;
        let calls = sqlx::query(WAITING_CALLS)
            .bind(i64::from(most))
            .fetch_all(&mut *snapshot)
            .await?;
        let mut waiting = WaitingAlerts::default();
        for row in &calls {
            let call = call_uid(row)?;
            waiting.calls.extend(self::call(&mut snapshot, call).await?);
        }
        let of_service = sqlx::query(
            "SELECT * FROM alert WHERE handled_at IS NULL AND call_uid IS NULL ORDER BY alert_id LIMIT $1",
        )
        .bind(i64::from(most))
        .fetch_all(&mut *snapshot)
        .await?;
        waiting.of_service = of_service.iter().map(alert).collect::<Result<_, _>>()?;
        Ok(waiting)
    }

    async fn has_alerted_of_caller(
        &self,
        call: CallUid,
        rule: &str,
        since: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "SELECT 1 FROM call own JOIN call c ON c.caller_hash = own.caller_hash AND c.call_uid <> own.call_uid \
             JOIN alert a ON a.call_uid = c.call_uid WHERE own.call_uid = $1 AND a.rule = $2 AND a.raised_at >= $3 \
             AND a.handled_at IS NOT NULL AND a.silenced_by IS NULL LIMIT 1",
        )
        .bind(call.to_string())
        .bind(rule)
        .bind(to_text(since))
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }

    async fn handle_alerts(&self, handling: &AlertHandling) -> Result<Option<Handled>, StoreError> {
        let mut connection = self.change().await?;
        let done = handle::store(&mut connection, handling).await;
        self.changed(connection, done).await
    }

    async fn raise_service_alert(&self, alert: &ServiceAlert) -> Result<bool, StoreError> {
        let mut connection = self.change().await?;
        let done = raise(&mut connection, alert).await;
        self.changed(connection, done).await
    }

    async fn alerts(&self, query: &AlertQuery) -> Result<Vec<AlertFound>, StoreError> {
        let rows = match query {
            AlertQuery::OfCall(call) => {
                sqlx::query("SELECT * FROM alert WHERE call_uid = $1 ORDER BY alert_id LIMIT $2")
                    .bind(call.to_string())
                    .bind(MOST_OF_ONE)
            }
            AlertQuery::OfCase(case) => {
                sqlx::query("SELECT * FROM alert WHERE case_id = $1 ORDER BY alert_id LIMIT $2")
                    .bind(number(*case))
                    .bind(MOST_OF_ONE)
            }
            AlertQuery::OfDelivery(delivery) => sqlx::query(
                "SELECT a.* FROM alert a JOIN delivery_alert d ON d.alert_id = a.alert_id WHERE d.delivery_id = $1 \
                 ORDER BY a.alert_id LIMIT $2",
            )
            .bind(number(*delivery))
            .bind(MOST_OF_ONE),
            AlertQuery::Before { id, most } => {
                sqlx::query("SELECT * FROM alert WHERE alert_id < $1 ORDER BY alert_id DESC LIMIT $2")
                    .bind(id.map_or(i64::MAX, number))
                    .bind(i64::from(*most))
            }
        };
        rows.fetch_all(&self.readers).await?.iter().map(alert).collect()
    }

    async fn waiting_counts(&self) -> Result<(u64, Option<DateTime<Utc>>), StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS waiting, MIN(raised_at) AS oldest FROM alert WHERE handled_at IS NULL",
        )
        .fetch_one(&self.readers)
        .await?;
        Ok((count(&row, "waiting")?, maybe_moment(&row, "oldest")?))
    }
}

/// Both answers come from indexes that hold nothing but what waits.
async fn is_any_waiting(readers: &SqlitePool) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM alert WHERE handled_at IS NULL) \
         OR EXISTS (SELECT 1 FROM alert_comment WHERE handled_at IS NULL) AS waits",
    )
    .fetch_one(readers)
    .await?;
    Ok(column::<i64>(&row, "waits")? != 0)
}

/// A call with its alerts and comments; `None` when it has gone.
async fn call(connection: &mut SqliteConnection, call: CallUid) -> Result<Option<AlertedCall>, StoreError> {
    let uid = call.to_string();
    let row = sqlx::query("SELECT queue, team, agent FROM call WHERE call_uid = $1")
        .bind(&uid)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let alerts = sqlx::query("SELECT * FROM alert WHERE call_uid = $1 ORDER BY alert_id LIMIT $2")
        .bind(&uid)
        .bind(MOST_OF_ONE)
        .fetch_all(&mut *connection)
        .await?;
    let comments =
        sqlx::query("SELECT * FROM alert_comment WHERE call_uid = $1 ORDER BY left_at, question_id LIMIT $2")
            .bind(&uid)
            .bind(MOST_OF_ONE)
            .fetch_all(connection)
            .await?;
    let comment = |row: &SqliteRow| -> Result<AlertComment, StoreError> {
        Ok(AlertComment {
            question: column(row, "question_id")?,
            left_at: moment(row, "left_at")?,
            is_handled: maybe_moment(row, "handled_at")?.is_some(),
        })
    };
    let alerts: Vec<AlertFound> = alerts.iter().map(alert).collect::<Result<_, _>>()?;
    Ok(Some(AlertedCall {
        call,
        queue: column(&row, "queue")?,
        team: column(&row, "team")?,
        agent: column(&row, "agent")?,
        case: alerts.iter().find_map(|alert| alert.case),
        alerts,
        comments: comments.iter().map(comment).collect::<Result<_, _>>()?,
    }))
}

fn alert(row: &SqliteRow) -> Result<AlertFound, StoreError> {
    let call: Option<String> = column(row, "call_uid")?;
    Ok(AlertFound {
        id: count(row, "alert_id")?,
        call: call.map(|_| call_uid(row)).transpose()?,
        rule: column(row, "rule")?,
        severity: word(row, "severity", AlertSeverity::from_str_opt)?,
        raised_by: word(row, "raised_by", RaisedBy::from_str_opt)?,
        question: column(row, "question_id")?,
        about: column(row, "about")?,
        raised_at: moment(row, "raised_at")?,
        handled_at: maybe_moment(row, "handled_at")?,
        case: maybe_count(row, "case_id")?,
        silenced_by: maybe_word(row, "silenced_by", SilencedBy::from_str_opt)?,
    })
}

async fn raise(connection: &mut SqliteConnection, alert: &ServiceAlert) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let raised = sqlx::query(
        "INSERT INTO alert (rule, severity, raised_by, about, raised_at) SELECT $1, $2, $3, $4, $5 \
         WHERE NOT EXISTS (SELECT 1 FROM alert WHERE raised_at > $6 AND rule = $1 AND raised_by = $3 AND about = $4)",
    )
    .bind(&alert.rule)
    .bind(alert.severity.as_str())
    .bind(alert.raised_by.as_str())
    .bind(&alert.about)
    .bind(to_text(alert.at))
    .bind(to_text(alert.at - alert.not_repeated_for))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(raised.rows_affected() > 0)
}
