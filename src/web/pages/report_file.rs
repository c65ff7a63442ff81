//! What a page shows, as a file.

use axum::extract::State;
use axum::response::Response;

use super::Pages;
use super::overview::figures;
use super::reading::PageRequest;
use super::reply::attachment;
use aftercall_pages::PageFault;
use aftercall_report::render::{RenderOptions, ReportFormat, file_name};

pub(super) async fn file(State(pages): State<Pages>, request: PageRequest) -> Response {
    match file_of(&pages, &request).await {
        Ok(file) => file,
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn file_of(pages: &Pages, request: &PageRequest) -> Result<Response, PageFault> {
    let unfit = |reason: String| PageFault::Unfit {
        parameter: "format".to_owned(),
        reason,
    };
    let format = request.address.get("format").unwrap_or("xlsx");
    let format: ReportFormat = format.parse().map_err(|error| unfit(format!("{error}")))?;
    let report = figures(pages, request).await?;
    let options = RenderOptions {
        language: request.words.language(),
        has_details: true,
    };
    let name = file_name(&report, format);
    // A workbook takes a tenth of a second of one core: not on a thread that serves others.
    let written = tokio::task::spawn_blocking(move || {
        let mut file = Vec::new();
        format.write(&report, &options, &mut file).map(|()| file)
    });
    let file = match written.await {
        Ok(Ok(file)) => file,
        Ok(Err(error)) => {
            tracing::warn!(%error, "cannot write a report as a file");
            return Err(PageFault::Unavailable);
        }
        Err(error) => {
            tracing::error!(%error, "writing a report as a file ended early");
            return Err(PageFault::Unavailable);
        }
    };
    Ok(attachment(&name, media_type(format), file))
}

const fn media_type(format: ReportFormat) -> &'static str {
    match format {
        ReportFormat::Text => "text/plain; charset=utf-8",
        ReportFormat::Json => "application/json",
        ReportFormat::Csv | ReportFormat::CsvExcel => "text/csv; charset=utf-8",
        ReportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ReportFormat::Html => "text/html; charset=utf-8",
    }
}
