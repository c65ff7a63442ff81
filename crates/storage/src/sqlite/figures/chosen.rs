//! Which groups, and which calls, a selection chooses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::levels::{days_of, of_call};
use crate::context_sources;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::selection::{Dimension, Selection, fits_any};
use crate::sqlite::column::column;
use crate::sqlite::parameter;
use aftercall_survey::context::condition::ConditionValues;
use aftercall_survey::context::{Field, Name};

/// The groups and agents that fit the names of a selection, as JSON arrays.
#[derive(Debug, Clone, Default)]
pub(in crate::sqlite) struct Filter {
    groups: Option<String>,
    agents: Option<String>,
}

impl Filter {
    /// Reads the groups and agents there are, and compares their names.
    pub(in crate::sqlite) async fn read(
        connection: &mut SqliteConnection,
        selection: &Selection,
    ) -> Result<Self, StoreError> {
        let of_group: Vec<Dimension> = selection
            .chosen_by()
            .filter(|dimension| *dimension != Dimension::Agent)
            .collect();
        let mut filter = Self::default();
        if !of_group.is_empty() {
            let ids = groups(connection, selection, &of_group).await?;
            filter.groups = Some(serde_json::Value::from(ids).to_string());
        }
        if selection.chooses_by(Dimension::Agent) {
            let mut names = match named_agents(selection) {
                Some(names) => names,
                None => {
                    sqlx::query_scalar("SELECT DISTINCT agent FROM agent_group")
                        .fetch_all(connection)
                        .await?
                }
            };
            names.retain(|name| selection.fits(Dimension::Agent, name));
            filter.agents = Some(serde_json::Value::from(names).to_string());
        }
        Ok(filter)
    }

    /// The condition on the group `g` and the agent `a`, with the [`parameters`](Self::parameters) in their order. `of_survey`: `g` is a
    /// row of `survey_group`, and the selection chooses by what that has.
    pub(super) fn condition(&self, of_survey: bool) -> String {
        let groups = self.groups.is_some().then_some(match of_survey {
            false => "g.id IN (SELECT value FROM json_each(?))",
            true => {
                "g.id IN (SELECT c.survey_group FROM call_group c WHERE c.id IN (SELECT value FROM json_each(?)))"
            }
        });
        let agents = self
            .agents
            .is_some()
            .then_some("a.agent IN (SELECT value FROM json_each(?))");
        let both: Vec<&str> = groups.into_iter().chain(agents).collect();
        if both.is_empty() {
            "1 = 1".to_owned()
        } else {
            both.join(" AND ")
        }
    }

    /// The same as a condition on the call `c`, which calls without a group fulfil.
    pub(in crate::sqlite) fn condition_of_calls(&self) -> String {
        if self.groups.is_none() && self.agents.is_none() {
            return "1 = 1".to_owned();
        }
        format!(
            "(c.agent_group IS NULL OR c.agent_group IN (SELECT a.id FROM agent_group a \
             JOIN call_group g ON g.id = a.call_group WHERE {}))",
            self.condition(false)
        )
    }

    /// The lists, as JSON arrays.
    pub(in crate::sqlite) fn parameters(&self) -> impl Iterator<Item = String> {
        self.groups
            .iter()
            .chain(&self.agents)
            .cloned()
            .collect::<Vec<_>>()
            .into_iter()
    }
}

/// The agents that a selection names; `None` where it has patterns, which are compared with those there are.
fn named_agents(selection: &Selection) -> Option<Vec<String>> {
    if let Some(agent) = selection.scope.agent() {
        return Some(vec![agent.to_owned()]);
    }
    let agents = selection.patterns(Dimension::Agent).iter();
    agents.map(|agent| agent.literal().map(str::to_owned)).collect()
}

/// The groups whose names fit in these dimensions.
async fn groups(
    connection: &mut SqliteConnection,
    selection: &Selection,
    dimensions: &[Dimension],
) -> Result<Vec<i64>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, route, queue, team, survey, survey_version, language, CAST(weight AS TEXT) AS weight \
         FROM call_group",
    )
    .fetch_all(connection)
    .await?;
    let mut ids: Vec<i64> = Vec::new();
    for row in &rows {
        let mut fits = true;
        for dimension in dimensions {
            let name: String = column(row, dimension.as_str())?;
            fits = fits && selection.fits(*dimension, &name);
        }
        if fits {
            ids.push(column(row, "id")?);
        }
    }
    Ok(ids)
}

/// Which calls are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looked {
    /// All of the period.
    All,
    /// Those that no count has: in progress, or ended a moment ago.
    NotCounted,
}

/// The place of a call in the order of days and identities.
pub(in crate::sqlite) type Place = (String, String);

/// The identities of the next selected calls behind `from`, of `at_once` that are looked at; and where to go on, unless these were
/// the last.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    selection: &Selection,
    filter: &Filter,
    looked: Looked,
    from: Option<Place>,
    at_once: usize,
) -> Result<(Vec<String>, Option<Place>), StoreError> {
    let sql = query(selection, filter, looked);
    let (day, uid) = from.unwrap_or_default();
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(day).bind(uid);
    let period = &selection.period;
    if period.is_exact {
        query = query
            .bind(period.from.map_or_else(String::new, to_text))
            .bind(period.until.map_or_else(|| "9999".to_owned(), to_text));
    }
    for text in filter.parameters() {
        query = query.bind(text);
    }
    let limit = i64::try_from(at_once).unwrap_or(i64::MAX);
    let rows = query.bind(limit).fetch_all(connection).await?;
    let mut calls = Vec::new();
    for row in &rows {
        if fits(row, selection)? {
            calls.push(column(row, "call_uid")?);
        }
    }
    let last = match rows.last() {
        Some(row) if rows.len() == at_once => Some((column(row, "local_day")?, column(row, "call_uid")?)),
        Some(_) | None => None,
    };
    Ok((calls, last))
}

/// What of the row `c` of a call [`fits`] has to know, and its place.
pub(in crate::sqlite) fn columns(selection: &Selection) -> String {
    let fields: String = parameter::names(Field::columns())
        .map(|name| format!(", c.{name}"))
        .collect();
    let names: String = selection
        .chosen_by()
        .map(|dimension| format!(", {} AS named_{}", of_call(dimension), dimension.as_str()))
        .collect();
    format!("c.local_day, c.call_uid, c.agent_group, c.dialled, c.context{fields}{names}")
}

fn query(selection: &Selection, filter: &Filter, looked: Looked) -> String {
    let chosen = match selection.period.is_exact {
        true => "c.arrived_at >= ? AND c.arrived_at < ?".to_owned(),
        false => days_of("c.local_day", selection),
    };
    // For the order of the days SQLite would walk along all calls of the period to find the few that are not counted.
    let (index, looked) = match looked {
        Looked::All => ("", "1 = 1"),
        Looked::NotCounted => (" INDEXED BY call_not_counted", "c.agent_group IS NULL"),
    };
    format!(
        "SELECT {} FROM call c{index} \
         WHERE (c.local_day, c.call_uid) > (?, ?) AND {chosen} AND {looked} AND {} \
         ORDER BY c.local_day, c.call_uid LIMIT ?",
        columns(selection),
        filter.condition_of_calls()
    )
}

/// Whether a row that the query has found is of the selection, also by what the query cannot tell.
pub(in crate::sqlite) fn fits(row: &SqliteRow, selection: &Selection) -> Result<bool, StoreError> {
    Ok(is_named(row, selection)? && holds(row, selection)?)
}

/// Whether the names fit. Calls that have ended were chosen by their group already.
fn is_named(row: &SqliteRow, selection: &Selection) -> Result<bool, StoreError> {
    if column::<Option<i64>>(row, "agent_group")?.is_some() {
        return Ok(true);
    }
    for dimension in selection.chosen_by() {
        let name: String = column(row, &format!("named_{}", dimension.as_str()))?;
        if !selection.fits(dimension, &name) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether what only the row knows fits.
fn holds(row: &SqliteRow, selection: &Selection) -> Result<bool, StoreError> {
    let dialled: String = column(row, "dialled")?;
    if !fits_any(&selection.dialled, &dialled) {
        return Ok(false);
    }
    let Some(condition) = &selection.condition else {
        return Ok(true);
    };
    Ok(condition.holds(&RowValues(values(row)?)))
}

/// The values of the context by name, as the row has them.
fn values(row: &SqliteRow) -> Result<BTreeMap<Name, String>, StoreError> {
    let context: Option<String> = column(row, "context")?;
    let sources = context
        .as_deref()
        .map(context_sources::from_json)
        .unwrap_or_default();
    let mut values: BTreeMap<Name, String> = sources
        .into_iter()
        .filter_map(|source| Some((Name::of(&source.name), source.value?)))
        .collect();
    for field in Field::columns() {
        if let Some(value) = parameter::field(row, field)? {
            values.insert(Name::Field(field), value);
        }
    }
    Ok(values)
}

struct RowValues(BTreeMap<Name, String>);

impl ConditionValues for RowValues {
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        self.0.get(name).map(|value| Cow::Borrowed(value.as_str()))
    }
}
