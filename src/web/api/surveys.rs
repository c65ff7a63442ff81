//! `GET /api/v1/surveys` and `/surveys/{survey}`: what is asked, in all versions.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use super::Api;
use super::list::{self, Parameters, unavailable};
use super::problem::{Kind, Problem, Problems};
use crate::browse::SurveyDefinition;
use aftercall_survey::{QuestionRecord, SurveyRecord};

/// Some of the surveys, by name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SurveyList {
    /// The surveys.
    items: Vec<SurveyItem>,
    /// The `cursor` of the next page; `null`: this is the last.
    next: Option<String>,
}

/// A survey, by the version that was loaded last.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SurveyItem {
    /// Its name.
    survey: String,
    /// The title for people.
    title: String,
    /// What the measurement is for.
    goal: String,
    /// All versions, the one loaded last first.
    versions: Vec<String>,
    /// The questions of the version that was loaded last.
    questions: Vec<SurveyQuestion>,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SurveyQuestion {
    /// Its id.
    question: String,
    /// What it measures.
    metric: String,
    /// The question in words.
    text: String,
    /// The smallest valid value.
    scale_min: i64,
    /// The largest valid value.
    scale_max: i64,
    /// Whether a high value is good.
    high_is_good: bool,
    /// Values at or beyond it count as good.
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<i64>,
    /// The target of its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<f64>,
    /// Values in words.
    labels: Vec<ValueLabel>,
}

/// A value in words.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ValueLabel {
    /// The value.
    value: i64,
    /// What it means.
    label: String,
}

/// A survey in all its versions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SurveyVersions {
    /// Its name.
    survey: String,
    /// The versions, the one loaded last first.
    versions: Vec<SurveyVersionItem>,
}

/// A version of a survey.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SurveyVersionItem {
    /// The version.
    version: String,
    /// The title for people.
    title: String,
    /// What the measurement is for.
    goal: String,
    /// The definition as it was written (TOML).
    definition: String,
    /// The questions.
    questions: Vec<SurveyQuestion>,
}

impl From<QuestionRecord> for SurveyQuestion {
    fn from(question: QuestionRecord) -> Self {
        let labels = question.labels.into_iter();
        Self {
            question: question.id,
            metric: question.metric.as_str().to_owned(),
            text: question.text,
            scale_min: question.scale.0,
            scale_max: question.scale.1,
            high_is_good: question.high_is_good,
            threshold: question.threshold,
            target: question.target.filter(|target| target.is_finite()),
            labels: labels.map(|(value, label)| ValueLabel { value, label }).collect(),
        }
    }
}

impl From<SurveyDefinition> for SurveyVersionItem {
    fn from(SurveyDefinition { record, definition }: SurveyDefinition) -> Self {
        Self {
            version: record.survey.version,
            title: record.title,
            goal: record.goal,
            definition,
            questions: record.questions.into_iter().map(SurveyQuestion::from).collect(),
        }
    }
}

/// The parameters of a list that is short, for the description.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameters")]
pub(super) struct PageParameters {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 200; 50 unless it is told.
    limit: Option<u16>,
}

/// Puts the versions of each survey together; storage has them by name, the one loaded last first.
fn by_name(records: Vec<SurveyRecord>) -> Vec<SurveyItem> {
    let mut items: Vec<SurveyItem> = Vec::new();
    for record in records {
        let SurveyRecord {
            survey,
            title,
            goal,
            questions,
            ..
        } = record;
        match items.last_mut().filter(|item| item.survey == survey.name) {
            Some(item) => item.versions.push(survey.version),
            None => items.push(SurveyItem {
                survey: survey.name,
                title,
                goal,
                versions: vec![survey.version],
                questions: questions.into_iter().map(SurveyQuestion::from).collect(),
            }),
        }
    }
    items
}

/// List surveys.
#[utoipa::path(
    get,
    path = "/surveys",
    tag = "results",
    params(PageParameters),
    responses(
        (status = 200, description = "Some of the surveys", body = SurveyList),
        (status = 422, description = "A parameter cannot be understood", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn surveys(
    State(api): State<Api>,
    parameters: Parameters,
) -> Result<Json<SurveyList>, Problem> {
    let page = list::short(parameters)?;
    let surveys = api.browse.surveys().await.map_err(|error| unavailable(&error))?;
    let (items, next) = page.of(by_name(surveys), |item| &item.survey);
    Ok(Json(SurveyList { items, next }))
}

/// Read a survey in all its versions.
#[utoipa::path(
    get,
    path = "/surveys/{survey}",
    tag = "results",
    params(("survey" = String, Path, description = "The name of the survey")),
    responses(
        (status = 200, description = "The survey", body = SurveyVersions),
        (status = 404, description = "There is no such survey", body = Problem, content_type = "application/problem+json"),
        Problems
    ),
    security(("key" = ["results"])),
)]
pub(super) async fn survey(
    State(api): State<Api>,
    path: Result<Path<String>, PathRejection>,
) -> Result<Json<SurveyVersions>, Problem> {
    let unknown = || Problem::new(Kind::UnknownSurvey).fix("GET /surveys lists those that there are.");
    let Ok(Path(survey)) = path else {
        return Err(unknown());
    };
    let versions = api
        .browse
        .survey(&survey)
        .await
        .map_err(|error| unavailable(&error))?;
    if versions.is_empty() {
        return Err(unknown());
    }
    Ok(Json(SurveyVersions {
        survey,
        versions: versions.into_iter().map(SurveyVersionItem::from).collect(),
    }))
}
