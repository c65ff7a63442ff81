//! `GET /api/v1/directory`: what queues, teams and agents are called.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::list::{self, Parameters};
use super::problem::{Problem, Problems};
use super::surveys::PageParameters;
use aftercall_report::Directory;

/// Some of the names: agents, queues, teams, each by id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DirectoryList {
    /// The names.
    items: Vec<DirectoryItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DirectoryItem {
    /// `agent`, `queue` or `team`.
    kind: &'static str,
    /// The id by which calls name it.
    id: String,
    /// What people call it.
    name: String,
    /// Who leads the queue or team.
    #[serde(skip_serializing_if = "String::is_empty")]
    leader: String,
    /// The team of an agent.
    #[serde(skip_serializing_if = "String::is_empty")]
    team: String,
    /// Kind and id, by which the list is sorted.
    #[serde(skip)]
    #[schema(ignore)]
    key: String,
}

fn items(directory: &Directory) -> Vec<DirectoryItem> {
    let kinds = [
        ("agent", &directory.agents),
        ("queue", &directory.queues),
        ("team", &directory.teams),
    ];
    let entries = kinds
        .into_iter()
        .flat_map(|(kind, entries)| entries.iter().map(move |entry| (kind, entry)));
    entries
        .map(|(kind, (id, entry))| DirectoryItem {
            kind,
            id: id.clone(),
            name: entry.name.clone(),
            leader: entry.leader.clone(),
            team: entry.team.clone(),
            key: format!("{kind} {id}"),
        })
        .collect()
}

/// List the names of queues, teams and agents.
#[utoipa::path(
    get,
    path = "/directory",
    tag = "results",
    params(PageParameters),
    responses(
        (status = 200, description = "Some of the names", body = DirectoryList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn directory(
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<DirectoryList>, Problem> {
    let page = list::short(parameters)?;
    let (items, next) = page.of(items(&api.browse.directory()), |item| &item.key);
    Ok(Json(DirectoryList { items, next }))
}
