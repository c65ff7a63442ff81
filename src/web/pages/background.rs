//! What several pages need beside their rows: names, questions, the period in words.

use std::sync::Arc;

use super::Pages;
use super::overview::{has_calls, recent};
use super::reading::PageRequest;
use super::reply::{of_report, unavailable, unfit};
use crate::browse::BrowseRequest;
use crate::reports::ReportContext;
use aftercall_pages::names::Names;
use aftercall_pages::{PageFault, Words};
use aftercall_report::render::unknown_name_in_words;
use aftercall_survey::SurveyRecord;

/// What several pages need beside their rows.
#[derive(Debug)]
pub(super) struct Background {
    context: Arc<ReportContext>,
    surveys: Vec<SurveyRecord>,
}

impl Background {
    pub(super) async fn read(pages: &Pages) -> Result<Self, PageFault> {
        Ok(Self {
            context: pages.reports.context(),
            surveys: pages.browse.surveys().await.map_err(unavailable)?,
        })
    }

    /// How rows are shown.
    pub(super) fn names(&self, words: Words) -> Names<'_> {
        Names {
            words,
            zone: self.context.zone,
            directory: &self.context.directory,
            surveys: &self.surveys,
        }
    }

    /// The period that a list is of, in words.
    pub(super) fn period(&self, pages: &Pages, request: &PageRequest) -> Result<String, PageFault> {
        let asked = browse_request(pages, request)?;
        let query = asked
            .report
            .query(&self.context, pages.reports.now())
            .map_err(unfit)?;
        Ok(aftercall_report::render::period_in_words(
            &query.period,
            request.words.language(),
        ))
    }
}

/// What is to be said of a list that is empty.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Names that no call ever had.
    pub(super) sentences: Vec<String>,
    /// No call has arrived at all.
    pub(super) has_no_call: bool,
}

/// What is to be said of a list.
pub(super) async fn notes(
    pages: &Pages,
    request: &PageRequest,
    asked: &BrowseRequest,
    is_empty: bool,
) -> Result<Notes, PageFault> {
    if !is_empty {
        return Ok(Notes::default());
    }
    if !has_calls(pages).await? {
        return Ok(Notes {
            has_no_call: true,
            ..Notes::default()
        });
    }
    let unknown = pages.browse.unknown_names(asked).await.map_err(of_report)?;
    let in_words = |name| unknown_name_in_words(name, request.words.language());
    Ok(Notes {
        sentences: unknown.iter().map(in_words).collect(),
        has_no_call: false,
    })
}

/// The list that an address asks for, of the calls that the visitor may see.
pub(super) fn browse_request(pages: &Pages, request: &PageRequest) -> Result<BrowseRequest, PageFault> {
    let address = &request.address;
    let mut asked = BrowseRequest::of(address.asked()).map_err(unfit)?;
    if !address.has_period() {
        asked.report.period = Some(recent(pages));
    }
    request.require_permitted(&asked.report)?;
    asked.scope = request.visitor.scope.clone();
    Ok(asked)
}
