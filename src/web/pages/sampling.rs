//! Who is asked: rules, today, and the planner.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Pages;
use super::explain::Asked;
use super::form::Form;
use super::overview::linked;
use super::reading::PageRequest;
use super::reply::{Page, of_report};
use crate::accounts::Right;
use crate::reports::{PlanRequest, ReportRequest};
use aftercall_pages::PageFault;
use aftercall_pages::address::Address;
use aftercall_pages::explain::ExplainPart;
use aftercall_pages::refused::Refused;
use aftercall_pages::sampling::{RouteRule, Sampling, sampling_page};
use aftercall_pages::shell::Place;

/// The rules that are in force, in the order of the configuration.
pub type RulesInForce = Arc<dyn Fn() -> Vec<RouteRule> + Send + Sync>;

/// The period of the figures beside the rules.
const TODAY: &str = "today";

pub(super) async fn page(State(pages): State<Pages>, request: PageRequest) -> Response {
    let (plan, refused) = match plan_request(&request) {
        Ok(plan) => (plan, None),
        Err(refused) => (None, Some(refused)),
    };
    let asked = Asked::default();
    match page_of(&pages, &request, &asked, plan, refused.as_ref()).await {
        Ok(page) if refused.is_some() => (StatusCode::BAD_REQUEST, page).into_response(),
        page => request.answer(page),
    }
}

/// The page with what would become of the call that its form describes. Changes nothing.
pub(super) async fn explain(State(pages): State<Pages>, request: PageRequest, form: Form) -> Response {
    let answered = async {
        let asked = Asked::of(&pages, &request, &form).await?;
        let page = page_of(&pages, &request, &asked, None, None).await?;
        Ok((asked.is_refused(), page))
    };
    match answered.await {
        Ok((true, page)) => (StatusCode::BAD_REQUEST, page).into_response(),
        Ok((false, page)) => page.into_response(),
        Err(fault) => request.answer(Err(fault)),
    }
}

async fn page_of(
    pages: &Pages,
    request: &PageRequest,
    described: &Asked,
    plan: Option<PlanRequest>,
    plan_refused: Option<&Refused>,
) -> Result<Page, PageFault> {
    let asked = ReportRequest {
        period: Some(TODAY.to_owned()),
        by: Some("route".to_owned()),
        ..ReportRequest::default()
    };
    let today = pages.reports.report(&asked, &request.visitor.scope).await;
    let today = today.map_err(of_report)?;
    let plan = match plan {
        Some(wanted) => {
            let plan = pages.reports.plan(&wanted, &request.visitor.scope).await;
            Some(plan.map_err(of_report)?)
        }
        None => None,
    };
    let of_today = Address::new([("period".to_owned(), TODAY.to_owned())]);
    let sampling = Sampling {
        rules: &(pages.rules)(),
        today: &linked(&today, request, &of_today, Place::Report.path()),
        plan: plan.as_ref(),
        plan_refused,
        explain: ExplainPart {
            call: &described.call,
            may_name_callers: request.principal()?.may(Right::SeeCallers),
            said: described.said.as_ref(),
        },
    };
    let shell = request.shell(Place::Sampling.message(), Some(Place::Sampling));
    Ok(Page(sampling_page(&shell, &sampling).into_string()))
}

/// The plan that the address asks for; `None`: it asks for none.
///
/// # Errors
/// A field cannot be understood, or they contradict each other.
fn plan_request(request: &PageRequest) -> Result<Option<PlanRequest>, Refused> {
    let refused = |field, reason: String| Refused {
        field: Some(field),
        reason,
        is_english: true,
    };
    let number = |name: &'static str| {
        let read = |text: &str| {
            let number = text.trim().parse::<f64>().ok();
            let number = number.filter(|number| number.is_finite());
            number.ok_or_else(|| refused(name, "write a number, such as 5".to_owned()))
        };
        request.address.get(name).map(read).transpose()
    };
    let wanted = PlanRequest {
        change: number("change")?,
        half_width: number("half_width")?,
        calls: ReportRequest {
            by: request.address.get("by").map(str::to_owned),
            ..ReportRequest::default()
        },
        ..PlanRequest::default()
    };
    if wanted.change.is_none() && wanted.half_width.is_none() {
        return Ok(None);
    }
    wanted.goal().map_err(|fault| refused(fault.part, fault.reason))?;
    Ok(Some(wanted))
}
