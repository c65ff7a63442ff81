//! `aftercall plan`: how many answers are needed, and how long that takes.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args as ClapArgs;

use super::start::{runtime, settings};
use crate::reports::{PlanRequest, ReportRequest};
use aftercall_report::{PlannedQuestion, Report, SamplePlan};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Store};

/// Options of `plan`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  aftercall plan --change 5                         answers to see a change of 5 points, and how long they take
  aftercall plan --half-width 8 --by queue          for an interval of +-8 points, queue by queue")]
pub(super) struct Args {
    /// The change that is to be seen, in points of NPS or percentage points.
    #[arg(long, value_name = "POINTS", required_unless_present = "half_width")]
    change: Option<f64>,
    /// How surely it is to be seen, in percent.
    #[arg(long, value_name = "PERCENT", default_value_t = 80.0)]
    power: f64,
    /// Instead: points to either side of the score that the 95 % interval shall have.
    #[arg(long, value_name = "POINTS", conflicts_with = "change")]
    half_width: Option<f64>,
    /// Go by the calls and answers of so many whole days.
    #[arg(long, value_name = "DAYS", default_value_t = crate::reports::DEFAULT_DAYS)]
    days: u16,
    /// Plans side by side: queue, team, agent, route, survey, language.
    #[arg(long, value_name = "WHAT")]
    by: Option<String>,
    /// Only calls of these queues; 'sales*' takes all that begin so.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    queue: Vec<String>,
    /// Only calls of these teams.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    team: Vec<String>,
    /// Only calls of these surveys.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    survey: Vec<String>,
    /// JSON; docs/schema.md names its fields.
    #[arg(long)]
    json: bool,
}

/// Reads the database of the configuration and prints the plan.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let request = PlanRequest {
        calls: ReportRequest {
            queue: args.queue.clone(),
            team: args.team.clone(),
            survey: args.survey.clone(),
            by: args.by.clone(),
            ..ReportRequest::default()
        },
        change: args.change,
        power: Some(args.power),
        half_width: args.half_width,
        days: Some(args.days),
    };
    let goal = request.goal()?;
    let (directory, _) = loaded.directory();
    let query = request.query(&loaded.settings.report_context(directory), SystemClock.utc())?;
    let path = &loaded.settings.storage.path;
    runtime()?.block_on(async {
        let store = aftercall_storage::open(path, Access::Read)
            .await
            .context("storage.path")?;
        let plan = SamplePlan::of(&Report::read(&store, &query).await?, goal, f64::from(args.days));
        store.close().await;
        let mut out = std::io::stdout().lock();
        if args.json {
            serde_json::to_writer_pretty(&mut out, &plan)?;
            writeln!(out)?;
        } else {
            write_plan(&plan, &mut out)?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn write_plan(plan: &SamplePlan, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "Sample size, by the calls and answers of {}",
        plan.basis.words
    )?;
    for filter in &plan.filters {
        writeln!(out, "{}: {}", filter.field, plain(&filter.one_of.join(", ")))?;
    }
    if plan.questions.is_empty() {
        return writeln!(
            out,
            "\nNo question with a score was answered or asked: there is nothing to plan by."
        );
    }
    for question in &plan.questions {
        write_question(question, out)?;
    }
    for part in &plan.parts {
        let name = if part.name.is_empty() {
            "(not known)"
        } else {
            &part.name
        };
        let label = part
            .label
            .as_ref()
            .map_or_else(String::new, |label| format!(" {}", plain(label)));
        writeln!(out, "\n{}{label}", plain(name))?;
        for question in &part.questions {
            writeln!(out, "  {}: {}", plain(&question.question), question.sentence)?;
        }
    }
    Ok(())
}

fn write_question(question: &PlannedQuestion, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "\n{} / {}",
        plain(&question.survey),
        plain(&question.question)
    )?;
    writeln!(out, "  {}", question.sentence)?;
    let one_in = question
        .one_in
        .map_or_else(String::new, |one_in| format!(", one call in {one_in:.1}"));
    writeln!(
        out,
        "  now {:.1} answers a day (n = {}{one_in})",
        question.per_day, question.n
    )?;
    for choice in &question.choices {
        let days = match choice.days {
            Some(days) => format!("{:>6.0} days", days.ceil()),
            None => "more than ten years".to_owned(),
        };
        writeln!(
            out,
            "  every = {:<4}{:>8.1} a day   {days}",
            choice.every, choice.per_day
        )?;
    }
    Ok(())
}

/// Names are texts from outside: what could steer the terminal is taken out.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { '\u{fffd}' } else { letter })
        .collect()
}
