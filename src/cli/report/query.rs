//! The options of `report` that say what is asked for.

use clap::Args as ClapArgs;

use crate::reports::ReportRequest;

/// Options of `report`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// A period by name: today, yesterday, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year,
    /// last-year, last-28-days, campaign, all.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "to", "last", "this"])]
    period: Option<String>,
    /// The last whole day, week, month, quarter or year, or so many days: --last week, --last 28d.
    #[arg(long, value_name = "UNIT", conflicts_with_all = ["from", "to", "this"])]
    last: Option<String>,
    /// The current day, week, month, quarter or year so far.
    #[arg(long, value_name = "UNIT", conflicts_with_all = ["from", "to"])]
    this: Option<String>,
    /// First day (2026-11-01, in sampling.time_zone) or moment (2026-11-01T08:00:00Z).
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, itself included, or the moment before which the period ends.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Only calls of these queues. Several: repeat it or separate by commas; 'sales*' takes all that begin so, '!test' leaves one out, -
    /// takes calls without a queue. The same holds for the other names.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    queue: Vec<String>,
    /// Only calls of these teams.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    team: Vec<String>,
    /// Only calls of these agents.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    agent: Vec<String>,
    /// Only calls of these routes.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    route: Vec<String>,
    /// Only calls of these surveys.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    survey: Vec<String>,
    /// Only calls in these languages.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    language: Vec<String>,
    /// Only calls of these dialled numbers. Reads all calls of the period.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    dialled: Vec<String>,
    /// Only calls with this context, as in `when` of a route: 'talk_time = { from = 60 }, disposition = "sold*"'. Reads all
    /// calls of the period.
    #[arg(long, value_name = "CONDITION")]
    when: Option<String>,
    /// Figures side by side: queue, team, agent, route, survey, survey_version, language, weekday, hour.
    #[arg(long, value_name = "WHAT")]
    by: Option<String>,
    /// The course over time: hour, day, week, month, or auto.
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "auto")]
    trend: Option<String>,
    /// Compare with: previous, last-year, or a period as for --period, or 2026-10-01..2026-10-31.
    #[arg(long, value_name = "WITH", num_args = 0..=1, default_missing_value = "previous")]
    compare: Option<String>,
    /// JSON with figures unrounded; docs/schema.md names its fields.
    #[arg(long)]
    pub(super) json: bool,
}

impl Args {
    /// What they ask for.
    pub(super) fn request(&self) -> ReportRequest {
        let named = match (&self.period, &self.last, &self.this) {
            (Some(name), ..) => Some(name.clone()),
            (None, Some(unit), _) => Some(format!("last-{unit}")),
            (None, None, Some(unit)) => Some(format!("this-{unit}")),
            (None, None, None) => None,
        };
        ReportRequest {
            period: named,
            from: self.from.clone(),
            to: self.to.clone(),
            queue: self.queue.clone(),
            team: self.team.clone(),
            agent: self.agent.clone(),
            route: self.route.clone(),
            survey: self.survey.clone(),
            language: self.language.clone(),
            dialled: self.dialled.clone(),
            when: self.when.clone(),
            by: self.by.clone(),
            trend: self.trend.clone(),
            compare: self.compare.clone(),
        }
    }
}
