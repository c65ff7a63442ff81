//! The command line: one file a subcommand.
//!
//! Only this module talks to the terminal. Exit status: 0 done, 1 it did not work out, 2 the configuration or the
//! command line is wrong.

mod api_key;
mod call;
mod check;
mod deliver;
mod demo;
#[cfg(test)]
mod documents;
mod export;
mod load;
mod mail;
mod openapi;
mod plan;
mod prompts;
mod reload;
pub mod report;
mod rollup;
mod sampling;
mod selection;
mod serve;
mod start;
mod stored_answers;
mod survey;
mod templates;
mod user;
pub mod walk;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::start::say;

const CONFIG: &str = "config/aftercall.toml";

/// Post-call surveys by SIP: samples calls, asks recorded NPS / CES / CSAT questions, collects DTMF digits,
/// stores every answer at once, reports scores with honest intervals.
#[derive(Debug, Parser)]
#[command(name = "aftercall", version, about, long_about = None, after_help = AFTER_HELP)]
struct Cli {
    /// The configuration file. Any setting also comes from the environment: AFTERCALL__SIP__LISTEN=127.0.0.1:5070.
    /// It is config/aftercall.toml unless named; relative paths in it begin at its directory.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "\
Examples:
  aftercall                                        serve, as config/aftercall.toml says
  aftercall check                                  report all faults of configuration, surveys, prompts, database
  aftercall call sip:nps@127.0.0.1 --keys 9,5,4    place a test call and answer three questions
  aftercall reload                                 apply the changed configuration, from the next call on
  aftercall report --from 2026-11-01 --queue sales print the report of a period and a queue
  aftercall export calls --last week -o week.xlsx  write the calls of last week with their answers to a file
  aftercall deliver --list                         scheduled reports: due, pending, dead, sent
  aftercall sampling explain --number nps          evaluate each sampling rule for a call
  aftercall prompts import takes/ --dry-run        preview the import of your own recordings
  aftercall survey simulate nps-ces-csat           walk through a survey on the terminal
  aftercall survey diff nps-ces-csat               what an edit changes for the next calls
  aftercall user add anna --role team-leader --team sales   let anna see the calls of her team";

#[derive(Debug, Subcommand)]
enum Command {
    /// Take calls (the default).
    Serve,
    /// Check configuration, surveys, prompts and database, and report all faults.
    Check(check::Args),
    /// Place a test call: listen to the prompts, press keys, report what happened.
    Call(call::Args),
    /// Place many test calls, check every stored answer, measure the server.
    Load(load::Args),
    /// Reload the configuration of the running service.
    Reload(reload::Args),
    /// Scores, distributions and rates from the database.
    Report(report::Args),
    /// Calls or answers as rows, for a spreadsheet or a statistics program.
    Export(export::Args),
    /// How many answers a score needs, and how long that takes.
    Plan(plan::Args),
    /// Recompute the stored counts of the reports.
    #[command(subcommand)]
    Rollup(rollup::Command),
    /// List, preview, repeat or give up reports that are delivered by schedule.
    Deliver(deliver::Args),
    /// Test the mail server of the configuration.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Why a call is surveyed or not.
    #[command(subcommand)]
    Sampling(sampling::Command),
    /// Make a database of made-up calls, to try reports and exports.
    Demo(demo::Args),
    /// Check recordings, import an operator's own, print a sheet for the voice actor.
    #[command(subcommand)]
    Prompts(prompts::Command),
    /// Print the description of the HTTP API (OpenAPI 3.1).
    Openapi,
    /// Users of the pages: add, list, disable, new passwords and roles.
    #[command(subcommand)]
    User(user::Command),
    /// Keys for the HTTP API.
    #[command(subcommand)]
    ApiKey(api_key::Command),
    /// List, show, draw, compare and walk through surveys.
    #[command(subcommand)]
    Survey(survey::Command),
    /// The same as `survey simulate`.
    #[command(hide = true)]
    Simulate(survey::simulate::Args),
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let named = cli.config;
    let is_named = named.is_some();
    let config = named.unwrap_or_else(|| PathBuf::from(CONFIG));
    let done = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::run(&config),
        Command::Check(args) => return check::run(&config, &args),
        Command::Call(args) => call::run(&config, &args),
        Command::Load(args) => load::run(&config, &args),
        Command::Reload(args) => return reload::run(&config, is_named, &args),
        Command::Report(args) => printed(report::run(&config, &args)),
        Command::Export(args) => printed(export::run(&config, &args)),
        Command::Plan(args) => printed(plan::run(&config, &args)),
        Command::Rollup(command) => rollup::run(&config, &command),
        Command::Deliver(args) => printed(deliver::run(&config, &args)),
        Command::Mail(command) => printed(mail::run(&config, &command)),
        Command::Demo(args) => printed(demo::run(&config, &args)),
        Command::Sampling(command) => printed(sampling::run(&config, &command)),
        Command::Prompts(command) => printed(prompts::run(&config, &command)),
        Command::Openapi => printed(openapi::run()),
        Command::User(command) => printed(user::run(&config, &command)),
        Command::ApiKey(command) => api_key::run(&command),
        Command::Survey(command) => printed(survey::run(&config, &command)),
        Command::Simulate(args) => printed(survey::run(&config, &survey::Command::Simulate(args))),
    };
    done.unwrap_or_else(|error| {
        for line in chain_of(&error).lines() {
            say(line);
        }
        ExitCode::FAILURE
    })
}

/// What came of a command that only prints: a reader that has seen enough, as in `aftercall report | head`, is no fault.
fn printed(done: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
    let is_cut_off = |error: &anyhow::Error| {
        let mut causes = error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<io::Error>());
        causes.any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    };
    match done {
        Err(error) if is_cut_off(&error) => Ok(ExitCode::SUCCESS),
        done => done,
    }
}

/// The error with its causes, each said once: many errors already tell their cause in their own words.
fn chain_of(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |told, cause| {
        let cause = cause.to_string();
        match told.as_str() {
            "" => cause,
            told if told.contains(&cause) => told.to_owned(),
            told => format!("{told}: {cause}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::chain_of;

    #[test]
    fn a_cause_that_the_error_tells_itself_is_told_once() {
        let bind = std::io::Error::other("address in use");
        let told_itself = anyhow::Error::new(bind).context("cannot listen: address in use");
        assert_eq!(chain_of(&told_itself), "cannot listen: address in use");
        let silent: anyhow::Result<()> = Err(anyhow::anyhow!("bad directive")).context("log.filter");
        assert_eq!(chain_of(&silent.unwrap_err()), "log.filter: bad directive");
    }
}
