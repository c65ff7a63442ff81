//! The calls behind a figure, and one call's way.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;

use super::Pages;
use super::background::{Background, browse_request, notes};
use super::overview::fields;
use super::reading::PageRequest;
use super::reply::{Page, attachment, of_report, unavailable};
use crate::accounts::{AuditAction, Principal, Right};
use crate::browse::{CallRow, ExportFault, Neighbours, Privacy, RecordingOutcome, Step};
use crate::web::recordings;
use aftercall_base::CallUid;
use aftercall_pages::PageFault;
use aftercall_pages::call::{CallInList, call_page};
use aftercall_pages::calls::{CallList, calls_page};
use aftercall_pages::filters::Filters;
use aftercall_pages::shell::Place;
use aftercall_report::export::{ExcelLanguage, ExportFormat};

/// The media type of a workbook.
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn list(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(list_of(&pages, &request).await)
}

async fn list_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let asked = browse_request(pages, request)?;
    let found = pages.browse.calls(&asked).await.map_err(of_report)?;
    let count = pages.browse.count(&asked).await.map_err(of_report)?;
    let background = Background::read(pages).await?;
    let fields = fields(pages, request).await?;
    let notes = notes(pages, request, &asked, count == 0).await?;
    let list = CallList {
        filters: Filters {
            path: Place::Calls.path(),
            address: &request.address,
            default_period: "",
            fields: &fields,
            period: &background.period(pages, request)?,
            has_comparison: false,
            has_answers: true,
            notes: &notes.sentences,
            has_no_call: notes.has_no_call,
            is_fixed: request.visitor.shared().is_some(),
        },
        calls: &found.calls,
        count,
        next: found.next.map(|place| place.to_string()),
        names: background.names(request.words),
        may_export: who.may(Right::Export),
    };
    let shell = request.shell(Place::Calls.message(), Some(Place::Calls));
    Ok(Page(calls_page(&shell, &list).into_string()))
}

pub(super) async fn one(
    State(pages): State<Pages>,
    Path(call): Path<String>,
    request: PageRequest,
) -> Response {
    request.answer(one_of(&pages, &call, &request).await)
}

async fn one_of(pages: &Pages, call: &str, request: &PageRequest) -> Result<Page, PageFault> {
    let who = request.principal()?;
    let call: CallUid = call.parse().map_err(|_| PageFault::NotFound)?;
    let privacy = privacy(who);
    let within = request.visitor.within();
    let found = pages
        .browse
        .call(call, &within, privacy)
        .await
        .map_err(unavailable)?;
    let mut path = found.ok_or(PageFault::NotFound)?;
    if !privacy.audio {
        path.comments.clear();
    }
    let from = request.visitor.address();
    let seen = path.caller.as_ref().is_some_and(|caller| caller.number.is_some());
    let action = if seen {
        AuditAction::CallerSeen
    } else {
        AuditAction::CallSeen
    };
    let audited = pages.accounts.audit(who, action, Some(call), "", from).await;
    audited.map_err(unavailable)?;
    let background = Background::read(pages).await?;
    let list = list_from(pages, request, &path.call).await?;
    let shell = request.shell("page-call", None);
    Ok(Page(
        call_page(&shell, &path, list.as_ref(), background.names(request.words)).into_string(),
    ))
}

/// The list from which a call was opened, and the calls beside it there.
async fn list_from(
    pages: &Pages,
    request: &PageRequest,
    call: &CallRow,
) -> Result<Option<CallInList>, PageFault> {
    let Some((list, address)) = request.address.list() else {
        return Ok(None);
    };
    let mut asked = browse_request(pages, request)?;
    let place = match list {
        "stream" => {
            asked.part.step.get_or_insert(Step::Answered);
            Place::Stream
        }
        "comments" => {
            asked.part.comment.get_or_insert(RecordingOutcome::Comment);
            // An answer there may be one to any question.
            if asked.part.answer.is_some() {
                asked.part.question = None;
            }
            Place::Comments
        }
        _ => Place::Calls,
    };
    // Marks come and go while somebody listens: what was not heard a minute ago is in no list any more.
    let neighbours = match asked.is_listened {
        Some(_) => Neighbours::default(),
        None => pages.browse.neighbours(&asked, call).await.map_err(of_report)?,
    };
    Ok(Some(CallInList {
        place,
        address: address.at(place.path()),
        before: neighbours.before.map(|call| address.of_call(list, call)),
        behind: neighbours.behind.map(|call| address.of_call(list, call)),
    }))
}

/// All calls of a list as a file.
pub(super) async fn file(State(pages): State<Pages>, request: PageRequest) -> Response {
    match file_of(&pages, &request).await {
        Ok(file) => file,
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn file_of(pages: &Pages, request: &PageRequest) -> Result<Response, PageFault> {
    let who = request.principal()?;
    let (format, media_type) = match request.address.get("format").unwrap_or("xlsx") {
        "csv" => (ExportFormat::Csv, "text/csv; charset=utf-8"),
        "csv-excel" => {
            let language = ExcelLanguage::of(request.words.language().tag());
            (ExportFormat::CsvExcel(language), "text/csv; charset=utf-8")
        }
        "xlsx" => (ExportFormat::Xlsx, WORKBOOK),
        "jsonl" => (ExportFormat::JsonLines, "application/x-ndjson"),
        _ => {
            return Err(PageFault::Unfit {
                parameter: "format".to_owned(),
                reason: "choose from csv, csv-excel, xlsx, jsonl".to_owned(),
            });
        }
    };
    let asked = browse_request(pages, request)?;
    let made = pages.browse.export(&asked, format).await;
    let made = made.map_err(|fault| match fault {
        ExportFault::Request(error) => of_report(error),
        fault => unavailable(fault),
    })?;
    let from = request.visitor.address();
    let subject = format!("{}: {} rows", made.name, made.rows);
    let audited = pages
        .accounts
        .audit(who, AuditAction::Exported, None, &subject, from)
        .await;
    audited.map_err(unavailable)?;
    let body = recordings::stream(tokio::fs::File::from_std(made.file), made.size);
    let mut response = attachment(&made.name, media_type, body);
    response.headers_mut().insert(CONTENT_LENGTH, made.size.into());
    Ok(response)
}

/// Which personal fields somebody may read.
pub(super) fn privacy(who: &Principal) -> Privacy {
    Privacy {
        caller: who.may(Right::SeeCallers),
        audio: who.may(Right::HearComments),
    }
}
