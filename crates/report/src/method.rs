//! How the figures came to be: what a reader must know to judge them (AAPOR disclosure; ISO 10004, 7.6).

use serde::Serialize;

use crate::funnel::Funnel;
use crate::query::ReportQuery;
use crate::series::{ScoreKind, Series};
use crate::statistics::FEWEST_FOR_A_SCORE;
use aftercall_storage::tally::CallTally;

/// The method of a report, in sentences; figures that stand elsewhere are not repeated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Method {
    /// What each survey is for, as its definition states.
    pub goals: Vec<SurveyGoal>,
    /// The wording of each question, as it was last asked.
    pub wordings: Vec<Wording>,
    /// How calls were chosen: the chance that a call had, with the number of sampled calls.
    pub sampling: Vec<SamplingChance>,
    /// Who was asked, in a sentence.
    pub who: String,
    /// Which calls are left out and why, in a sentence.
    pub exclusions: String,
    /// How the figures were weighted.
    pub weighting: String,
    /// What is an interval, what a verdict, what is shown below 10 answers.
    pub precision: String,
    /// Which figure is computed how.
    pub definitions: Vec<Definition>,
}

/// The goal of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyGoal {
    /// Its name.
    pub survey: String,
    /// Its title.
    pub title: String,
    /// What it is for; empty: not stated.
    pub goal: String,
}

/// The words of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording {
    /// The survey.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// Its words.
    pub text: String,
    /// Versions of the survey that asked it so that the answers can be compared, the last one first.
    pub versions: Vec<String>,
}

/// A chance of being sampled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SamplingChance {
    /// One call in how many; 1: every call, or chosen otherwise than by chance.
    pub one_in: f64,
    /// Sampled calls.
    pub sampled: u64,
}

/// How a figure is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The figure.
    pub figure: String,
    /// Its formula.
    pub formula: String,
}

/// The method of a report.
pub(crate) fn of(query: &ReportQuery, calls: &Funnel, questions: &[Series], weights: &[CallTally]) -> Method {
    let mut goals: Vec<SurveyGoal> = Vec::new();
    for series in questions {
        if !goals.iter().any(|goal| goal.survey == series.survey) {
            goals.push(SurveyGoal {
                survey: series.survey.clone(),
                title: series.title.clone(),
                goal: series.goal.clone(),
            });
        }
    }
    let wording = |series: &Series| Wording {
        survey: series.survey.clone(),
        question: series.question.clone(),
        text: series.text.clone(),
        versions: series.versions.clone(),
    };
    let mut sampling: Vec<SamplingChance> = weights
        .iter()
        .filter(|tally| tally.counts.sampled > 0)
        .filter_map(|tally| {
            Some(SamplingChance {
                one_in: tally.key.names.first()?.parse().ok()?,
                sampled: tally.counts.sampled,
            })
        })
        .collect();
    sampling.sort_by(|one, other| one.one_in.total_cmp(&other.one_in));
    Method {
        goals,
        wordings: questions.iter().map(wording).collect(),
        who: format!(
            "Callers whose call was handed over after the agent hung up, {}. Of {} eligible calls {} were sampled and {} \
             were offered a survey.",
            query.period.in_words(),
            calls.eligible,
            calls.sampled,
            calls.offered
        ),
        exclusions: exclusions(calls),
        weighting: match sampling.len() {
            0 | 1 => "All sampled calls had the same chance; figures are not weighted.".to_owned(),
            _ => "Calls were sampled with different chances. Figures are not weighted; beside them stands the score in which \
                  each answer counts as often as its call stands for others (N of \"one call in N\")."
                .to_owned(),
        },
        sampling,
        precision: format!(
            "Intervals are 95 % and show what chance alone can do; they do not cover callers who do not answer. Below \
             {FEWEST_FOR_A_SCORE} answers only counts are shown. A verdict is given where p is below 0.05."
        ),
        definitions: definitions(calls, questions),
    }
}

fn exclusions(calls: &Funnel) -> String {
    if calls.suppressed == 0 && calls.turned_away == 0 {
        return "No call was excluded by a rule.".to_owned();
    }
    let rules: Vec<String> = calls
        .suppressed_by
        .iter()
        .map(|count| format!("{} {}", count.calls, count.rule))
        .collect();
    let listed = if rules.is_empty() {
        String::new()
    } else {
        format!(" ({})", rules.join(", "))
    };
    let refused = match calls.turned_away {
        0 => String::new(),
        calls => format!(" Calls refused for lack of capacity before they were read: {calls}."),
    };
    format!("Calls excluded by a rule: {}{listed}.{refused}", calls.suppressed)
}

fn definitions(calls: &Funnel, questions: &[Series]) -> Vec<Definition> {
    let definition = |figure: &str, formula: &str| Definition {
        figure: figure.to_owned(),
        formula: formula.to_owned(),
    };
    let has = |kind: ScoreKind| questions.iter().any(|series| series.score_kind() == kind);
    let mut definitions: Vec<Definition> = calls
        .rate_details
        .iter()
        .map(|rate| definition(rate.name, rate.formula))
        .collect();
    definitions.push(definition(
        "aapor",
        "I completed, P partial, R declined, abandoned or pressed nothing, NC sampled and never arrived, O failed or \
         refused for lack of capacity, U not ended yet",
    ));
    if has(ScoreKind::Nps) {
        definitions.push(definition(
            "nps",
            "100 * (share of 9 and 10 - share of 0 to 6); interval: adjusted Wald (3/4 promoter, 3/4 detractor, 3/2 passives \
             added)",
        ));
    }
    if has(ScoreKind::Share) {
        definitions.push(definition(
            "share",
            "answers at or beyond the threshold / valid answers; interval: Wilson's score",
        ));
    }
    if questions.iter().any(|series| series.mean.is_some()) {
        definitions.push(definition(
            "mean",
            "sum of values / valid answers; interval: Student's t, n - 1 degrees of freedom",
        ));
    }
    definitions
}
