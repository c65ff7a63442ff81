//! Pages as answers.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, VARY};
use axum::response::{IntoResponse, Response};

use super::reading::PageRequest;
use crate::reports::{ReportError, RequestFault};
use aftercall_pages::shell::{Place, Shell};
use aftercall_pages::{PageFault, error_page};

/// A page, already written.
#[derive(Debug)]
pub(super) struct Page(pub(super) String);

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CACHE_CONTROL, "no-store"),
            (VARY, "accept-language, cookie"),
        ];
        (headers, self.0).into_response()
    }
}

impl PageRequest {
    /// What stands around a page.
    pub(super) fn shell(&self, title: &str, place: Option<Place>) -> Shell<'_> {
        Shell {
            words: self.words,
            title: self.words.t(title),
            place,
            places: &self.visitor.places,
            address: &self.address,
            reader: self.visitor.reader.as_ref(),
            shared: self.visitor.shared(),
            site: None,
            is_live: false,
        }
    }

    /// The page, or the one that says what is wrong.
    pub(super) fn answer(&self, page: Result<Page, PageFault>) -> Response {
        let fault = match page {
            Ok(page) => return page.into_response(),
            Err(fault) => fault,
        };
        let status = match fault {
            PageFault::NotFound => StatusCode::NOT_FOUND,
            PageFault::NotPermitted => StatusCode::FORBIDDEN,
            PageFault::Unfit { .. } => StatusCode::BAD_REQUEST,
            PageFault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let page = error_page(&self.shell(fault.message(), None), &fault);
        (status, Page(page.into_string())).into_response()
    }
}

/// A file to be kept, under a name of letters, digits, dashes and underscores.
pub(super) fn attachment(name: &str, media_type: &'static str, body: impl Into<Body>) -> Response {
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body.into()).into_response()
}

/// Sends a browser to another page of ours, to be asked for by GET (RFC 9110, section 15.4.4).
pub(super) fn see_other(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}

/// A database that does not answer, as a page says it.
pub(super) fn unavailable(error: impl std::fmt::Display) -> PageFault {
    tracing::warn!(%error, "cannot read or write what a page needs");
    PageFault::Unavailable
}

/// Why there are no figures, as a page says it.
pub(super) fn of_report(error: ReportError) -> PageFault {
    match error {
        ReportError::Request(fault) => unfit(fault),
        ReportError::Store(error) => {
            tracing::warn!(%error, "cannot read the figures of a page");
            PageFault::Unavailable
        }
    }
}

pub(super) fn unfit(fault: RequestFault) -> PageFault {
    PageFault::Unfit {
        parameter: fault.part.to_owned(),
        reason: fault.reason,
    }
}
