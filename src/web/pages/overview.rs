//! The overview, and the whole report.

use std::net::IpAddr;

use axum::extract::State;
use axum::response::Response;
use chrono::Days;

use super::Pages;
use super::background::browse_request;
use super::comments;
use super::reading::PageRequest;
use super::reply::{Page, of_report, unavailable, unfit};
use crate::accounts::{Right, Scope};
use crate::browse::BrowseRequest;
use crate::live::LiveCall;
use crate::reports::{Dimension, ReportRequest};
use crate::watch::Findings;
use aftercall_pages::address::Address;
use aftercall_pages::filters::{Field, Filters, MOST_SUGGESTIONS, Suggestion};
use aftercall_pages::first_steps::FirstSteps;
use aftercall_pages::overview::{Attention, CallNow, CallsNow, Overview, overview_page, report_page};
use aftercall_pages::shell::{Place, Shell};
use aftercall_pages::{PageFault, Words};
use aftercall_report::Report;
use aftercall_report::render::{
    Finding, FindingKind, LinkTarget, Links, Parameters, ReportMarkup, findings, report_markup,
};

/// Days of a page whose address has no period, today included: a page is about this minute, and on a Monday about last week as well.
const DAYS: u64 = 7;
/// Calls of the moment that are listed.
const MOST_CALLS_NOW: usize = 10;
/// The port of SIP that is left out of a URI (RFC 3261, section 19.1.2).
const SIP_PORT: u16 = 5060;
/// The grouping of a page whose address has none.
const DEFAULT_GROUPING: &str = "queue";

pub(super) async fn overview(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(overview_of(&pages, &request).await)
}

pub(super) async fn report(State(pages): State<Pages>, request: PageRequest) -> Response {
    request.answer(report_of(&pages, &request).await)
}

async fn overview_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let report = figures(pages, request).await?;
    let markup = markup(&report, request, "/");
    let fields = fields(pages, request).await?;
    let now = pages.reports.now().with_timezone(&pages.reports.context().zone);
    let calls_now = match request.principal()?.may(Right::SeeCalls) {
        true => Some(calls_now(pages, request).await?),
        false => None,
    };
    let first_steps = first_steps(pages, request, &report).await?;
    let overview = Overview {
        first_steps: first_steps.as_ref(),
        report: &markup,
        filters: filters("/", request, &fields, &markup),
        attention: &attention(pages, request, &report).await?,
        now: calls_now.as_ref(),
        by: request.address.get("by").unwrap_or(DEFAULT_GROUPING),
        as_of: &request.words.locale.time(now.naive_local()),
    };
    let shell = Shell {
        is_live: true,
        ..request.shell(Place::Overview.message(), Some(Place::Overview))
    };
    Ok(Page(overview_page(&shell, &overview).into_string()))
}

/// What to do first, where no call has arrived yet: not of somebody's calls, of any.
async fn first_steps(
    pages: &Pages,
    request: &PageRequest,
    report: &Report,
) -> Result<Option<FirstSteps>, PageFault> {
    if report.calls.arrived > 0 || request.visitor.shared().is_some() || has_calls(pages).await? {
        return Ok(None);
    }
    // A pattern is no number to call.
    let is_number = |number: &String| {
        number
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || "+-_.".contains(sign))
    };
    let number = (pages.rules)()
        .into_iter()
        .map(|rule| rule.number)
        .find(is_number);
    let uri = number.zip(pages.sip).map(|(number, at)| {
        let host = match at.ip() {
            ip if ip.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            ip => ip,
        };
        match at.port() {
            SIP_PORT | 0 => format!("sip:{number}@{}", host_text(host)),
            port => format!("sip:{number}@{}:{port}", host_text(host)),
        }
    });
    Ok(Some(FirstSteps {
        uri,
        is_local: pages.sip.is_some_and(|at| at.ip().is_loopback()),
    }))
}

/// An address in a URI (RFC 3986, section 3.2.2).
fn host_text(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Whether any call has ever arrived.
pub(super) async fn has_calls(pages: &Pages) -> Result<bool, PageFault> {
    let any = BrowseRequest {
        limit: 1,
        ..BrowseRequest::default()
    };
    let found = pages.browse.calls(&any).await.map_err(of_report)?;
    Ok(!found.calls.is_empty() || found.next.is_some())
}

async fn report_of(pages: &Pages, request: &PageRequest) -> Result<Page, PageFault> {
    let report = figures(pages, request).await?;
    let markup = markup(&report, request, "/report");
    let fields = fields(pages, request).await?;
    let filters = filters("/report", request, &fields, &markup);
    let by = request.address.get("by").unwrap_or(DEFAULT_GROUPING);
    let shell = request.shell(Place::Report.message(), Some(Place::Report));
    Ok(Page(report_page(&shell, &filters, &markup, by).into_string()))
}

/// The figures that an address asks for, of the calls that its reader may see.
pub(super) async fn figures(pages: &Pages, request: &PageRequest) -> Result<Report, PageFault> {
    let asked = request_of(&request.address, &recent(pages))?;
    request.require_permitted(&asked)?;
    let report = pages.reports.report(&asked, &request.visitor.scope).await;
    let mut report = report.map_err(of_report)?;
    report.most_answered_first();
    Ok(report)
}

/// The period of a page whose address has none.
pub(super) fn recent(pages: &Pages) -> String {
    let today = pages.reports.context().calendar(pages.reports.now()).today();
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    format!("{first}..{today}")
}

/// What a page asks the reports for: the address, and the period `otherwise` where it has none.
pub(super) fn request_of(address: &Address, otherwise: &str) -> Result<ReportRequest, PageFault> {
    let selection = address.selection();
    let asked = selection
        .asked()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut request = ReportRequest::of_parameters(asked.collect()).map_err(unfit)?;
    if !address.has_period() {
        request.period = Some(otherwise.to_owned());
    }
    let is_bounded = request.period.as_deref() != Some("all");
    request.by.get_or_insert_with(|| DEFAULT_GROUPING.to_owned());
    request.trend.get_or_insert_with(|| "auto".to_owned());
    if is_bounded {
        request.compare.get_or_insert_with(|| "previous".to_owned());
    }
    Ok(request)
}

/// The report as markup whose figures lead to what is behind them.
fn markup(report: &Report, request: &PageRequest, path: &str) -> ReportMarkup {
    linked(report, request, &request.address.selection(), path)
}

/// The same of a report that is asked for in other parameters than those of its page; `path` is where those of one part lead.
pub(super) fn linked(
    report: &Report,
    request: &PageRequest,
    selection: &Address,
    path: &str,
) -> ReportMarkup {
    // A page that was shared leads nowhere.
    if request.visitor.shared().is_some() {
        return report_markup(report, request.words.language(), Links::NONE);
    }
    let address = |target: LinkTarget, parameters: &Parameters| {
        let added = Address::new(
            parameters
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        // Weekdays, hours and versions are no reports of their own.
        let path = match target {
            LinkTarget::Part if !added.is_of_list() => path,
            LinkTarget::Part | LinkTarget::Calls => Place::Calls.path(),
        };
        let of_calls = |name: &str| path == Place::Calls.path() && matches!(name, "by" | "trend" | "compare");
        let kept = selection.iter().filter(|(name, _)| !of_calls(name));
        let kept = Address::new(kept.map(|(name, value)| (name.to_owned(), value.to_owned())));
        kept.with(added.iter()).at(path)
    };
    report_markup(report, request.words.language(), Links::new(&address))
}

pub(super) fn filters<'f>(
    path: &'f str,
    request: &'f PageRequest,
    fields: &'f [Field],
    report: &'f ReportMarkup,
) -> Filters<'f> {
    Filters {
        path,
        address: &request.address,
        default_period: "",
        fields,
        period: &report.period,
        has_comparison: true,
        has_answers: false,
        // Those of the report stand below.
        notes: &[],
        has_no_call: false,
        is_fixed: request.visitor.shared().is_some(),
    }
}

/// The fields for names, each with those that calls had which the reader may see.
pub(super) async fn fields(pages: &Pages, request: &PageRequest) -> Result<Vec<Field>, PageFault> {
    let context = pages.reports.context();
    let mut fields = Vec::new();
    for (name, dimension) in crate::reports::NAMES {
        let known = pages.reports.known_names(&request.visitor.scope, dimension).await;
        let known = known.map_err(of_report)?;
        let known = known.iter().filter(|id| !id.is_empty()).take(MOST_SUGGESTIONS);
        let suggestions = known.map(|id| Suggestion {
            name: context.directory.name(dimension, id).map(str::to_owned),
            id: id.clone(),
        });
        fields.push(Field {
            name,
            suggestions: suggestions.collect(),
        });
    }
    Ok(fields)
}

/// Calls in which the survey is being asked, of those that the reader may see: no numbers.
pub(super) fn calls_of(pages: &Pages, request: &PageRequest) -> Vec<LiveCall> {
    let scope = &request.visitor.scope;
    let is_seen = |call: &LiveCall| {
        let names = &call.names;
        scope.includes(Dimension::Team, names.team.as_deref().unwrap_or_default())
            && scope.includes(Dimension::Agent, names.agent.as_deref().unwrap_or_default())
    };
    pages.live.now().into_iter().filter(is_seen).collect()
}

/// The same for the page, the longest first.
async fn calls_now(pages: &Pages, request: &PageRequest) -> Result<CallsNow, PageFault> {
    let surveys = pages.browse.surveys().await.map_err(unavailable)?;
    let now = pages.reports.now();
    let calls = calls_of(pages, request);
    let directory = &pages.reports.context().directory;
    let named =
        |dimension, id: Option<&str>| id.map(|id| directory.name(dimension, id).unwrap_or(id).to_owned());
    let shown = calls.iter().take(MOST_CALLS_NOW).map(|call| {
        let version = surveys.iter().map(|record| (&record.survey, &record.questions));
        let version = version
            .filter(|(survey, _)| survey.name == call.survey && survey.version == call.survey_version)
            .map(|(_, questions)| questions)
            .next();
        let id = call.question.as_deref();
        let place = version.and_then(|questions| {
            questions
                .iter()
                .position(|question| Some(question.id.as_str()) == id)
        });
        CallNow {
            queue: named(Dimension::Queue, call.names.queue.as_deref()),
            agent: named(Dimension::Agent, call.names.agent.as_deref()),
            question: call.question.clone(),
            step: place
                .zip(version)
                .map(|(place, questions)| (place + 1, questions.len())),
            seconds: (now - call.since).num_seconds().unsigned_abs(),
        }
    });
    Ok(CallsNow {
        calls: shown.collect(),
        count: calls.len() as u64,
    })
}

/// What somebody should look at: what the watchdog has found, scores that are worse than they should be, comments that nobody has heard.
async fn attention(
    pages: &Pages,
    request: &PageRequest,
    report: &Report,
) -> Result<Vec<Attention>, PageFault> {
    let mut attention = Vec::new();
    // Queues and test calls are everybody's, and of this moment: who sees only a team, a week that is over or a shared page has no use for them.
    if matches!(request.visitor.scope, Scope::Everything)
        && request.visitor.shared().is_none()
        && report.period.is_running
    {
        attention.extend(found(&pages.watch.findings(), request.words));
    }
    attention.extend(scores(report, request));
    if request.principal()?.may(Right::HearComments) {
        let asked = browse_request(
            pages,
            &PageRequest {
                address: request.address.selection(),
                words: request.words,
                visitor: request.visitor.clone(),
            },
        )?;
        let unheard = comments::unheard(pages, &asked).await?;
        if unheard > 0 {
            let address = request.address.selection().with([("listened", "no")]);
            attention.push(Attention {
                sentence: request.words.counted("comments-to-hear", unheard),
                address: request
                    .visitor
                    .shared()
                    .is_none()
                    .then(|| address.at(Place::Comments.path())),
            });
        }
    }
    Ok(attention)
}

/// Scores that are worse than they should be, each with the calls that answered.
fn scores(report: &Report, request: &PageRequest) -> Vec<Attention> {
    let words = request.words;
    let of = |finding: Finding| {
        let id = match finding.kind {
            FindingKind::PartBelowOthers => "score-below-others",
            FindingKind::BelowBefore => "score-below-before",
            FindingKind::BelowTarget => "score-below-target",
        };
        let values = [
            ("subject", finding.subject.into()),
            ("metric", finding.metric.into()),
            ("score", finding.score.into()),
            ("other", finding.other.into()),
            ("n", words.locale.count(finding.n).into()),
        ];
        let part = finding.part.map(|part| format!("={part}"));
        let by = report.groups.as_ref().map_or("queue", |groups| groups.by);
        let survey = format!("={}", finding.survey);
        let asked = part.iter().map(|part| (by, part.as_str())).chain([
            ("survey", survey.as_str()),
            ("question", finding.question.as_str()),
            ("answer", "any"),
        ]);
        let address = request.address.selection().with(asked);
        Attention {
            sentence: words.with(id, values),
            address: (request.visitor.shared().is_none()
                && request.principal().is_ok_and(|who| who.may(Right::SeeCalls)))
            .then(|| address.at(Place::Calls.path())),
        }
    };
    findings(report, words.locale).into_iter().map(of).collect()
}

/// What the watchdog has found, in the reader's language.
pub(super) fn found(findings: &Findings, words: Words) -> Vec<Attention> {
    let quiet = findings.quiet.iter().map(|quiet| {
        let values = [
            ("queue", quiet.queue.as_str().into()),
            ("count", quiet.came.into()),
            ("came", words.locale.count(quiet.came).into()),
            ("expected", words.locale.figure(quiet.expected).into()),
            ("hours", words.locale.count(quiet.hours as u64).into()),
        ];
        let id = if quiet.queue.is_empty() {
            "quiet-all"
        } else {
            "quiet-queue"
        };
        Attention {
            sentence: words.with(id, values),
            address: None,
        }
    });
    let failed = findings.test_call.iter().map(|reason| Attention {
        sentence: words.with("test-call-failed", [("reason", reason.as_str().into())]),
        address: None,
    });
    failed.chain(quiet).collect()
}

#[cfg(test)]
mod tests {
    use super::request_of;
    use aftercall_pages::address::Address;

    fn asked(parameters: &[(&str, &str)]) -> Address {
        let owned = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Address::new(owned)
    }

    #[test]
    fn days_that_are_filled_in_are_stronger_than_a_period() {
        let request = request_of(
            &asked(&[("period", "today"), ("from", "2026-11-01")]),
            "this-week",
        )
        .unwrap();
        assert_eq!(
            (request.period, request.from.as_deref()),
            (None, Some("2026-11-01"))
        );
    }

    #[test]
    fn what_an_address_leaves_open_has_a_default_and_lists_are_not_asked_about() {
        let request = request_of(&asked(&[("step", "offered"), ("cursor", "x")]), "this-week").unwrap();
        assert_eq!(
            (
                request.period.as_deref(),
                request.by.as_deref(),
                request.compare.as_deref()
            ),
            (Some("this-week"), Some("queue"), Some("previous"))
        );
        assert_eq!(
            request_of(&asked(&[("period", "all")]), "this-week")
                .unwrap()
                .compare,
            None
        );
        assert!(request_of(&asked(&[("colour", "red")]), "this-week").is_err());
    }
}
