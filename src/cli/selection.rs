//! The options that say which calls are meant, the same in every command that reads them.

use clap::Args as ClapArgs;

use crate::reports::ReportRequest;

/// Which calls.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Which calls")]
pub(in crate::cli) struct SelectionArgs {
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
    /// takes calls without a queue. The same holds for the other names. Queues, teams and agents are named by their id or by what the directory calls
    /// them, and capitals do not matter; '=sales' is exactly this id.
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
}

impl SelectionArgs {
    /// The calls that the options ask for, without any parts.
    pub(in crate::cli) fn request(&self) -> ReportRequest {
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
            ..ReportRequest::default()
        }
    }
}
