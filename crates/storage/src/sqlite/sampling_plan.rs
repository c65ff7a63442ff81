//! The plans of the sampling autopilot.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::column::{column, moment as moment_of, word};
use crate::error::StoreError;
use crate::moment;
use aftercall_survey::admission::{PlanReason, SamplingPlan, Stratum, StratumKind};

const ADD: &str = "INSERT INTO sampling_plan \
     (route, per, counted_as, every, former_every, planned_at, reason, answers, half_width, until) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
     ON CONFLICT (route, per, counted_as, planned_at) DO UPDATE SET every = excluded.every, \
     former_every = excluded.former_every, reason = excluded.reason, answers = excluded.answers, \
     half_width = excluded.half_width, until = excluded.until";

const LATEST: &str = "SELECT p.* FROM sampling_plan p JOIN \
     (SELECT route, per, counted_as, MAX(planned_at) AS planned_at FROM sampling_plan GROUP BY route, per, counted_as) l \
     ON p.route = l.route AND p.per = l.per AND p.counted_as = l.counted_as AND p.planned_at = l.planned_at \
     ORDER BY p.route, p.per, p.counted_as";

const BETWEEN: &str = "SELECT * FROM sampling_plan WHERE planned_at >= ? AND planned_at < ? \
     ORDER BY planned_at, route, per, counted_as";

/// Adds plans, all or none.
pub(super) async fn add(pool: &SqlitePool, plans: &[SamplingPlan]) -> Result<(), StoreError> {
    if plans.is_empty() {
        return Ok(());
    }
    let mut transaction = pool.begin().await?;
    for plan in plans {
        sqlx::query(ADD)
            .bind(&plan.stratum.route)
            .bind(plan.stratum.kind.as_str())
            .bind(&plan.stratum.counted_as)
            .bind(plan.every.get())
            .bind(plan.former_every.get())
            .bind(moment::to_text(plan.planned_at))
            .bind(plan.reason.as_str())
            .bind(plan.answers)
            .bind(plan.half_width)
            .bind(moment::to_text(plan.until))
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The last plan of each stratum.
pub(super) async fn latest(pool: &SqlitePool) -> Result<Vec<SamplingPlan>, StoreError> {
    let rows = sqlx::query(LATEST).fetch_all(pool).await?;
    rows.iter().map(plan).collect()
}

/// The plans of a period, the oldest first.
pub(super) async fn between(
    pool: &SqlitePool,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
) -> Result<Vec<SamplingPlan>, StoreError> {
    let rows = sqlx::query(BETWEEN)
        .bind(from.map_or_else(String::new, moment::to_text))
        .bind(until.map_or_else(|| "9999".to_owned(), moment::to_text))
        .fetch_all(pool)
        .await?;
    rows.iter().map(plan).collect()
}

fn plan(row: &SqliteRow) -> Result<SamplingPlan, StoreError> {
    Ok(SamplingPlan {
        stratum: Stratum {
            route: column(row, "route")?,
            kind: word(row, "per", StratumKind::from_str_opt)?,
            counted_as: column(row, "counted_as")?,
        },
        every: every(row, "every")?,
        former_every: every(row, "former_every")?,
        planned_at: moment_of(row, "planned_at")?,
        reason: word(row, "reason", PlanReason::from_str_opt)?,
        answers: column(row, "answers")?,
        half_width: column(row, "half_width")?,
        until: moment_of(row, "until")?,
    })
}

fn every(row: &SqliteRow, name: &str) -> Result<NonZeroU32, StoreError> {
    let number: i64 = column(row, name)?;
    let every = u32::try_from(number).ok().and_then(NonZeroU32::new);
    every.ok_or_else(|| StoreError::row(format!("{name} is not N of one call in N")))
}
