//! What a report says that somebody should look at: scores that are worse than they were, than those of the others, or than the target.

use super::answers;
use super::cards::{headline, target};
use super::words;
use crate::Report;
use crate::render::Locale;
use crate::series::{ScoreKind, Series};

/// Worse in what way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// A part is below all others together.
    PartBelowOthers,
    /// The whole is below the period that it is compared with.
    BelowBefore,
    /// The whole misses its target.
    BelowTarget,
}

/// One of them. Whatever was written by others is plain text.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// In what way.
    pub kind: FindingKind,
    /// The part as it is stored; `None`: the whole.
    pub part: Option<String>,
    /// Whose score it is: the part as it is called, or the question, behind its survey where there are several.
    pub subject: String,
    /// What is measured: `NPS`, `CSAT (4 to 5)`.
    pub metric: String,
    /// The score in the reader's writing.
    pub score: String,
    /// What it is held against in the reader's writing.
    pub other: String,
    /// Valid answers.
    pub n: u64,
    /// The survey of the question.
    pub survey: String,
    /// The question's id.
    pub question: String,
}

/// As many are told.
const MOST: usize = 5;
/// Parts are looked at all at once and day after day: the chance that any of them is called worse though it is not.
const FALSE_ALARMS: f64 = 0.01;

/// The findings of a report, parts first, the surest first.
///
/// A part is told when its two-sided p times the number of comparisons (Bonferroni) is at most 0.01; the whole by the verdicts of the report, which
/// hold for running periods however often somebody looks.
pub fn findings(report: &Report, locale: Locale) -> Vec<Finding> {
    let mut found: Vec<(f64, Finding)> = Vec::new();
    let has_several = answers::has_several_surveys(report);
    let by_place = report
        .groups
        .as_ref()
        .filter(|groups| matches!(groups.by, "queue" | "team"));
    let parts = by_place.map_or(&[][..], |groups| groups.parts.as_slice());
    let compared = parts
        .iter()
        .flat_map(|part| part.questions.iter().map(move |series| (part, series)))
        .filter(|(_, series)| has_score(series) && series.comparison.is_some());
    let comparisons = compared.clone().count() as f64;
    for (part, series) in compared {
        let Some(view) = &series.comparison else { continue };
        if view.verdict == "lower" && view.p * comparisons <= FALSE_ALARMS && !part.name.is_empty() {
            let subject = part.label.as_deref().unwrap_or(&part.name).to_owned();
            let finding = Finding::of(FindingKind::PartBelowOthers, subject, series, view.value, locale);
            found.extend(finding.map(|finding| {
                let part = Some(part.name.clone());
                (view.p, Finding { part, ..finding })
            }));
        }
    }
    for series in report.questions.iter().filter(|series| has_score(series)) {
        let subject = || answers::caption(series, has_several).text;
        let before = series.comparison.as_ref().filter(|view| view.verdict == "lower");
        if let Some(view) = before {
            let finding = Finding::of(FindingKind::BelowBefore, subject(), series, view.value, locale);
            found.extend(finding.map(|finding| (view.p, finding)));
        }
        if let Some(target) = target(series).filter(|_| series.verdict == Some("missed")) {
            let finding = Finding::of(FindingKind::BelowTarget, subject(), series, target, locale);
            found.extend(finding.map(|finding| (0.0, finding)));
        }
    }
    found.sort_by(|(p, one), (other_p, other)| one.kind.cmp(&other.kind).then(p.total_cmp(other_p)));
    found.into_iter().map(|(_, finding)| finding).take(MOST).collect()
}

/// Whether a lower score is a worse one: NPS and shares of good values.
fn has_score(series: &Series) -> bool {
    matches!(series.score_kind(), ScoreKind::Nps | ScoreKind::Share)
}

impl Finding {
    fn of(kind: FindingKind, subject: String, series: &Series, other: f64, locale: Locale) -> Option<Self> {
        let unit = words::unit(series);
        Some(Self {
            kind,
            part: None,
            subject,
            metric: words::headline(series, locale).text,
            score: locale.with_unit(headline(series)?.value, unit),
            other: locale.with_unit(other, unit),
            n: series.n,
            survey: series.survey.clone(),
            question: series.question.clone(),
        })
    }
}
