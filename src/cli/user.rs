//! `aftercall user`: who may sign in to the pages.
//!
//! Works on the database, whether or not the service runs; a change holds from the next page on.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

use super::start::{runtime, say, settings};
use crate::accounts::{
    Accounts, ManageError, NewPassword, Role, RoleRequest, SessionLimits, UserFound, UserName, UserRequest,
};
use crate::config::Loaded;
use crate::engine::seeded;
use aftercall_runtime::clock::SystemClock;
use aftercall_storage::{Access, Store};

/// Subcommands of `user`.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Add a user and print a one-time password.
    Add(AddArgs),
    /// List the users.
    List {
        /// One JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Give a user a one-time password and end the user's sessions.
    Reset {
        /// The name to sign in with.
        name: UserName,
        /// One JSON object instead of lines.
        #[arg(long)]
        json: bool,
    },
    /// Let a user sign in no more, and end the user's sessions.
    Disable {
        /// The name to sign in with.
        name: UserName,
    },
    /// Let a user sign in again.
    Enable {
        /// The name to sign in with.
        name: UserName,
    },
    /// Give a user another role.
    Role {
        /// The name to sign in with.
        name: UserName,
        #[command(flatten)]
        role: RoleArgs,
    },
}

/// Options of `user add`.
#[derive(Debug, ClapArgs)]
pub(super) struct AddArgs {
    /// The name to sign in with: letters, digits, `.`, `-`, `_`, `@`.
    name: UserName,
    /// The name that is shown.
    #[arg(long, default_value = "")]
    display_name: String,
    #[command(flatten)]
    role: RoleArgs,
    /// No password: a reverse proxy signs the user in (`pages.proxy_user_header`).
    #[arg(long)]
    by_proxy: bool,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// A role, and what belongs to it.
#[derive(Debug, ClapArgs)]
pub(super) struct RoleArgs {
    /// What the user may do: admin, supervisor, team-leader, agent, analyst, listener.
    #[arg(long, value_parser = role)]
    role: Role,
    /// A team whose calls a team leader sees, as calls name it; may be repeated.
    #[arg(long)]
    team: Vec<String>,
    /// The agent that an agent is, as calls name it.
    #[arg(long)]
    agent: Option<String>,
}

impl RoleArgs {
    fn request(&self) -> Result<RoleRequest, ManageError> {
        RoleRequest::new(self.role, self.team.iter().cloned(), self.agent.clone())
    }
}

/// `team-leader` as well as `team_leader`.
fn role(word: &str) -> Result<Role, String> {
    word.replace('-', "_").parse()
}

/// Changes or lists users in the database of the configuration.
pub(super) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    runtime()?.block_on(async {
        let access = match command {
            Command::List { .. } => Access::Read,
            _ => Access::Change,
        };
        let store = aftercall_storage::open(&loaded.settings.storage.path, access)
            .await
            .context("storage.path")?;
        let accounts = Accounts::new(store.clone(), Arc::new(SystemClock), limits(&loaded), seeded());
        let done = follow(&accounts, command).await;
        store.close().await;
        done.map(|()| ExitCode::SUCCESS)
    })
}

/// No session begins here.
const fn limits(loaded: &Loaded) -> SessionLimits {
    SessionLimits {
        idle: loaded.settings.pages.session_idle.0,
        lifetime: loaded.settings.pages.session_lifetime.0,
    }
}

async fn follow(accounts: &Accounts, command: &Command) -> anyhow::Result<()> {
    match command {
        Command::List { json } => list(&accounts.users().await?, *json)?,
        Command::Add(args) => {
            let request = UserRequest {
                name: args.name.clone(),
                display_name: args.display_name.clone(),
                role: args.role.request()?,
                is_of_proxy: args.by_proxy,
            };
            let added = accounts.add_user(request, None).await;
            let added = added.with_context(|| args.name.to_string())?;
            print_password(&args.name, added.password.as_ref(), args.json)?;
        }
        Command::Reset { name, json } => {
            let password = known(name, accounts.reset_password(name, None).await)?;
            print_password(name, Some(&password), *json)?;
        }
        Command::Disable { name } => {
            known(name, accounts.set_disabled(name, true, None).await)?;
            say(&format!("{name} may not sign in any more"));
        }
        Command::Enable { name } => {
            known(name, accounts.set_disabled(name, false, None).await)?;
            say(&format!("{name} may sign in"));
        }
        Command::Role { name, role } => {
            known(name, accounts.set_role(name, role.request()?, None).await)?;
            say(&format!("{name} is {}", role.role));
        }
    }
    Ok(())
}

/// What came of a change to a user who may not be there.
fn known<T>(name: &UserName, done: Result<T, ManageError>) -> anyhow::Result<T> {
    match done {
        Err(ManageError::Unknown) => {
            bail!("there is no user {name}; `aftercall user list` shows them")
        }
        done => done.with_context(|| name.to_string()),
    }
}

/// The password on standard output, so that a script can take it, and what to do with it beside it.
fn print_password(name: &UserName, password: Option<&NewPassword>, is_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let text = password.map(NewPassword::expose);
    if is_json {
        let object = json!({ "name": name.as_str(), "password": text });
        writeln!(out, "{object:#}")?;
        return Ok(());
    }
    match text {
        Some(password) => {
            writeln!(out, "{password}")?;
            say(&format!(
                "the password of {name}, shown this once; it has to be changed at the first sign-in"
            ));
        }
        None => say(&format!("{name} is signed in by the reverse proxy")),
    }
    Ok(())
}

fn list(users: &[UserFound], is_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if is_json {
        let users: Vec<Value> = users.iter().map(in_json).collect();
        writeln!(out, "{:#}", json!({ "users": users }))?;
        return Ok(());
    }
    let widest = users.iter().map(|user| user.name.as_str().len()).max();
    for user in users {
        let of: Vec<&str> = user.teams.iter().chain(&user.agent).map(String::as_str).collect();
        let of = match of.as_slice() {
            [] => String::new(),
            of => format!(" ({})", of.join(", ")),
        };
        let state = match (user.is_disabled, user.must_change_password) {
            (true, _) => ", disabled",
            (false, true) => ", has not chosen a password",
            (false, false) => "",
        };
        let seen = match user.last_sign_in_at {
            Some(at) => format!(", signed in last at {}", moment(at)),
            None => ", never signed in".to_owned(),
        };
        let width = widest.unwrap_or_default();
        writeln!(
            out,
            "{:width$}  {}{of}{state}{seen}",
            user.name.as_str(),
            user.role
        )?;
    }
    Ok(())
}

fn in_json(user: &UserFound) -> Value {
    json!({
        "name": user.name.as_str(),
        "display_name": user.display_name,
        "role": user.role.as_str(),
        "teams": user.teams,
        "agent": user.agent,
        "disabled": user.is_disabled,
        "has_password": user.password_hash.is_some(),
        "must_change_password": user.must_change_password,
        "created_at": moment(user.created_at),
        "last_sign_in_at": user.last_sign_in_at.map(moment),
    })
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
