//! Who is asked: the rule of each route, what came of it today, how many answers a goal needs, and what would become of a call.

use maud::{Markup, html};

use aftercall_report::render::ReportMarkup;
use aftercall_report::render::SectionKind;
use aftercall_report::{PlannedQuestion, SamplePlan};

use crate::address::Address;
use crate::explain::ExplainPart;
use crate::refused::{Refused, at_fault, is_invalid};
use crate::shell::{Place, Shell, caption, page};
use crate::words::Words;

/// The rule of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteRule {
    /// The route.
    pub route: String,
    /// The numbers that lead to it.
    pub number: String,
    /// The survey.
    pub survey: String,
    /// One call in how many; `None`: a share.
    pub every: Option<u32>,
    /// The share of calls, as it is configured.
    pub share: Option<String>,
    /// Parts of the calls for which the autopilot has set another N, each with its N.
    pub planned: Vec<(String, u32)>,
}

/// Everything that the page shows.
#[derive(Debug)]
pub struct Sampling<'s> {
    /// In the order of the configuration.
    pub rules: &'s [RouteRule],
    /// Today by route.
    pub today: &'s ReportMarkup,
    /// The plan that was asked for.
    pub plan: Option<&'s SamplePlan>,
    /// Why there is none.
    pub plan_refused: Option<&'s Refused>,
    /// A call that is described, and what would become of it.
    pub explain: ExplainPart<'s>,
}

/// The page.
pub fn sampling_page(shell: &Shell<'_>, sampling: &Sampling<'_>) -> Markup {
    let words = shell.words;
    let content = html! {
        (sampling.today.patterns)
        section.part {
            h2 { (words.t("sampling-rules")) }
            div.scroll tabindex="0" role="group" aria-label=(words.t("sampling-rules")) {
                table {
                    (caption(&words.t("sampling-rules")))
                    thead { tr {
                        th scope="col" { (words.t("filter-route")) }
                        th scope="col" { (words.t("filter-dialled")) }
                        th scope="col" { (words.t("filter-survey")) }
                        th scope="col" { (words.t("sampling-rule")) }
                    } }
                    tbody { @for rule in sampling.rules { (row(rule, shell)) } }
                }
            }
        }
        section.part {
            h2 { (words.t("sampling-today")) }
            @for section in sampling.today.sections.iter().filter(|section| section.kind == SectionKind::Groups) { (section.body) }
            @if !sampling.today.sections.iter().any(|section| section.kind == SectionKind::Groups) { p { (words.t("calls-none")) } }
        }
        section.part #plan {
            h2 { (words.t("plan")) }
            (planner(shell, sampling.plan, sampling.plan_refused))
        }
        (sampling.explain.markup(shell))
    };
    page(shell, &content)
}

fn row(rule: &RouteRule, shell: &Shell<'_>) -> Markup {
    let words = shell.words;
    let exactly = format!("={}", rule.route);
    let figures = Address::default().with([("period", "last-28-days"), ("route", exactly.as_str())]);
    let survey = format!("/surveys/{}", crate::address::encoded(&rule.survey));
    html! {
        tr {
            th scope="row" {
                // What came of the rule.
                (shell.link(Place::Overview, &figures.at(Place::Overview.path()), &html! { bdi { (rule.route) } }))
            }
            td { code { bdi { (rule.number) } } }
            td { (shell.link(Place::Surveys, &survey, &html! { bdi { (rule.survey) } })) }
            td {
                @match (rule.every, &rule.share) {
                    (Some(every), _) => { (words.counted("sampling-one-in", u64::from(every))) }
                    (None, Some(share)) => { (words.with("sampling-share", [("share", share.as_str().into())])) }
                    (None, None) => { "–" }
                }
                @for (part, every) in &rule.planned {
                    br; small { bdi { (part) } ": " (words.counted("sampling-one-in", u64::from(*every))) " (" (words.t("sampling-autopilot")) ")" }
                }
            }
        }
    }
}

fn planner(shell: &Shell<'_>, plan: Option<&SamplePlan>, refused: Option<&Refused>) -> Markup {
    let words = shell.words;
    let label = match refused.and_then(|refused| refused.field) {
        Some("change") => words.t("plan-change"),
        Some("half_width") => words.t("plan-half-width"),
        Some("by") => words.t("group-by"),
        Some(_) | None => String::new(),
    };
    let [change, half_width] = ["change", "half_width"].map(|field| at_fault(refused, field));
    let asked = |name| shell.address.get(name).unwrap_or_default();
    html! {
        // A page that was shared shows what it was made with.
        @if shell.shared.is_none() {
            @if let Some(refused) = refused { (refused.notice(&label)) }
            form.fields method="get" action={ (Place::Sampling.path()) "#plan" } {
                label { span { (words.t("plan-change")) } input type="number" name="change" min="0.1" max="200" step="any" value=(asked("change"))
                    aria-invalid=[is_invalid(change)] aria-describedby=[change]; }
                label { span { (words.t("plan-half-width")) } input type="number" name="half_width" min="0.1" max="200" step="any" value=(asked("half_width"))
                    aria-invalid=[is_invalid(half_width)] aria-describedby=[half_width]; }
                label {
                    span { (words.t("group-by")) }
                    select name="by" {
                        option value="" { "–" }
                        @for by in ["queue", "team", "route"] {
                            option value=(by) selected[asked("by") == by] { (words.t(&format!("filter-{by}"))) }
                        }
                    }
                }
                button type="submit" { (words.t("plan")) }
            }
        }
        @if let Some(plan) = plan {
            @if plan.questions.is_empty() { p { (words.t("calls-none")) } }
            @else {
                div.scroll tabindex="0" role="group" aria-label=(words.t("plan")) {
                    table {
                        (caption(&words.t("plan")))
                        thead { tr {
                            th scope="col" { (words.t("filter-question")) }
                            th scope="col" { (words.t(if shell.address.get("change").is_some() { "plan-needed-each" } else { "plan-needed" })) }
                            th scope="col" { (words.t("plan-present")) }
                            th scope="col" { (words.t("plan-sooner")) }
                        } }
                        tbody { @for question in &plan.questions { (planned(question, words)) } }
                        @for part in &plan.parts {
                            tbody {
                                tr { th scope="rowgroup" colspan="4" { bdi { (part.label.as_deref().unwrap_or(&part.name)) } } }
                                @for question in &part.questions { (planned(question, words)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A question: how many answers, and how long they take.
fn planned(question: &PlannedQuestion, words: Words) -> Markup {
    let sooner = question.sooner();
    let sooner = sooner.and_then(|choice| {
        let every = words.counted("sampling-one-in", u64::from(choice.every));
        Some(format!("{every}: {}", length(choice.days?, words)))
    });
    html! {
        tr {
            th scope="row" { bdi { (question.survey) } " · " bdi { (question.question) } }
            @match question.needed {
                Some(needed) => {
                    td { (words.locale.count(needed)) }
                    td { @match question.days { Some(days) => { (length(days, words)) } None => { (words.t("plan-never")) } } }
                    td { (sooner.as_deref().unwrap_or("–")) }
                }
                None => { td colspan="3" { (words.t("plan-out-of-reach")) } }
            }
        }
    }
}

/// A time in days, or in weeks where they are many.
fn length(days: f64, words: Words) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most ten years of days"
    )]
    let whole = |days: f64| days.ceil().max(1.0) as u64;
    match whole(days) {
        few if few < 21 => words.counted("plan-days", few),
        _ => words.counted("plan-weeks", whole(days / 7.0)),
    }
}
