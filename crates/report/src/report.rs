//! The figures of a report. Field names are those of `--json`: fields are added, never renamed or taken away.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::comments::Comments;
use crate::funnel::Funnel;
use crate::groups::Groups;
use crate::method::Method;
use crate::names::UnknownName;
use crate::non_response::NonResponse;
use crate::reach::Reach;
use crate::series::Series;
use crate::trend::Trend;

/// The answer to a [`ReportQuery`](crate::ReportQuery): what every surface shows, and none computes anew.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Version of this format: 1. A new field does not change it.
    pub format: u32,
    /// First moment, RFC 3339; `null` when open.
    pub from: Option<String>,
    /// The moment before which the period ends, RFC 3339; `null` when open.
    pub until: Option<String>,
    /// The queues asked for, as one text.
    pub queue: Option<String>,
    /// The surveys asked for, as one text.
    pub survey: Option<String>,
    /// What about the query or the answers deserves a second look, in sentences: names that there are none of.
    pub notes: Vec<String>,
    /// Names that the query asks for and that no call ever had; `notes` has a sentence for each.
    pub unknown_names: Vec<UnknownName>,
    /// Calls by how far they went.
    pub calls: Funnel,
    /// Answers and scores, question by question.
    pub questions: Vec<Series>,
    /// Recorded comments, question by question.
    pub comments: Vec<Comments>,
    /// When the figures were read, RFC 3339, by the operator's clocks.
    pub as_of: String,
    /// The period in full.
    pub period: PeriodView,
    /// What else was asked for.
    pub filters: Vec<FilterView>,
    /// The other period that figures are compared with.
    pub compared_with: Option<ComparedWith>,
    /// The figures of parts.
    pub groups: Option<Groups>,
    /// The course over time.
    pub trend: Option<Trend>,
    /// Whether those who answered differ from those who did not.
    pub non_response: Vec<NonResponse>,
    /// Whether the calls come to the survey at all; `null` where the PBX reported no eligible calls, or the filters ask for more than is known of them.
    pub reach: Option<Reach>,
    /// How the figures came to be.
    pub method: Method,
}

impl Report {
    /// Puts the surveys with the most answers first: pages that have room for some questions show those. The questions of a survey keep their order.
    pub fn most_answered_first(&mut self) {
        let most = |survey: &str| {
            let own = self.questions.iter().filter(|series| series.survey == survey);
            own.map(|series| series.n).max().unwrap_or_default()
        };
        let answers: BTreeMap<String, u64> = self
            .questions
            .iter()
            .map(|series| (series.survey.clone(), most(&series.survey)))
            .collect();
        // Surveys with as many answers stay together.
        let place = |survey: &str| {
            (
                Reverse(answers.get(survey).copied().unwrap_or_default()),
                survey.to_owned(),
            )
        };
        self.questions.sort_by_cached_key(|series| place(&series.survey));
        for point in self.trend.iter_mut().flat_map(|trend| &mut trend.points) {
            point
                .questions
                .sort_by_cached_key(|question| place(&question.survey));
        }
    }
}

/// A period, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodView {
    /// Its name, such as `last-week`; `null`: given by its ends.
    pub name: Option<String>,
    /// First local day; `null`: open, or given by moments.
    pub first_day: Option<String>,
    /// Last local day; `null`: open, or given by moments.
    pub last_day: Option<String>,
    /// First moment, RFC 3339; `null` when open.
    pub from: Option<String>,
    /// The moment before which it ends, RFC 3339; `null` when open.
    pub until: Option<String>,
    /// The operator's time zone.
    pub time_zone: String,
    /// Whether it has begun and not ended.
    pub is_running: bool,
    /// In words.
    pub words: String,
}

/// What calls were selected by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterView {
    /// The field.
    pub field: String,
    /// What it had to be: one of these.
    pub one_of: Vec<String>,
    /// Whether it is a part of a condition on the context (`when`).
    #[serde(skip)]
    pub(crate) is_condition: bool,
}

/// The period that figures are compared with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedWith {
    /// `previous`, `last_year` or `period`.
    pub kind: &'static str,
    /// The period.
    pub period: PeriodView,
    /// Its calls.
    pub calls: Funnel,
    /// Its response rate beside that of the report; `null` where either has fewer than 10 offered surveys.
    pub response_rate: Option<crate::comparison::ComparisonView>,
}
