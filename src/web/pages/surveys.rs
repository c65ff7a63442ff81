//! Surveys: what they ask, and how they flow.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::Pages;
use super::prompts;
use super::reading::PageRequest;
use super::reply::{Page, unavailable};
use aftercall_pages::PageFault;
use aftercall_pages::address::encoded;
use aftercall_pages::shell::{Place, Shell};
use aftercall_pages::surveys::{SurveyShown, survey_page, surveys_page};
use aftercall_survey::SurveyRecord;

pub(super) async fn list(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(list_of(&pages, &request).await)
}

async fn list_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let found = pages.browse.surveys().await.map_err(unavailable)?;
    let mut surveys: Vec<&SurveyRecord> = Vec::new();
    for record in &found {
        // Of each the version that was loaded last comes first.
        if !surveys
            .iter()
            .any(|known| known.survey.name == record.survey.name)
        {
            surveys.push(record);
        }
    }
    let shell = request.shell(Place::Surveys.message(), Some(Place::Surveys));
    Ok(Page(surveys_page(&shell, &surveys).into_string()))
}

pub(super) async fn one(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    request: PageRequest,
) -> Response {
    request.answer(one_of(&pages, &name, &request).await)
}

async fn one_of(pages: &Pages, name: &str, request: &PageRequest) -> Result<Page, PageFault> {
    let found = pages.browse.survey(name).await.map_err(unavailable)?;
    let versions: Vec<&SurveyRecord> = found.iter().map(|version| &version.record).collect();
    let newest = found.first().ok_or(PageFault::NotFound)?;
    let shell = Shell {
        title: newest.record.title.clone(),
        ..request.shell("page-survey", Some(Place::Surveys))
    };
    let flow = newest.flow().map(|flow| match request.visitor.shared() {
        None => format!("/surveys/{}/flow.svg", encoded(name)),
        // Whoever came by a link may ask for this page alone, so the picture is in it.
        Some(_) => format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(flow)),
    });
    let shown = SurveyShown {
        versions: &versions,
        flow: flow.as_deref(),
        prompts: &prompts::of_survey(pages, name).await?,
    };
    Ok(Page(survey_page(&shell, &shown).into_string()))
}

/// The flow of the newest version as a picture.
pub(super) async fn flow(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    request: PageRequest,
) -> Response {
    let found = pages.browse.survey(&name).await.map_err(unavailable);
    let flow = found.map(|found| found.first().and_then(|newest| newest.flow()));
    match flow {
        Ok(Some(flow)) => {
            let headers = [
                (CONTENT_TYPE, "image/svg+xml"),
                (CACHE_CONTROL, "private, no-cache"),
            ];
            (headers, flow).into_response()
        }
        Ok(None) => request.answer(Err(PageFault::NotFound)),
        Err(fault) => request.answer(Err(fault)),
    }
}
