//! `aftercall api-key new`: a key for the HTTP API, and the lines that let it in.

use std::io::Write;
use std::process::ExitCode;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Subcommand;
use rand::RngExt;

use crate::config::http::{KeyHash, KeyName, Scope};
use crate::engine::seeded;

/// So that a key that got lost is known for what it is.
const PREFIX: &str = "ack_";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key: it is shown once, and its hash as lines for the configuration.
    New {
        /// Whose it is; told in logs.
        #[arg(long)]
        name: KeyName,
        /// What may be done with it: announcements, decisions, results, context, eligible, opt_outs.
        #[arg(long, value_delimiter = ',', required = true)]
        scope: Vec<Scope>,
    },
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::New { name, scope } = command;
    let secret: [u8; 32] = seeded().random();
    let key = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    let scopes: Vec<String> = scope.iter().map(|scope| format!("\"{scope}\"")).collect();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{key}\n")?;
    writeln!(
        out,
        "This is shown once: give it to {}. For the configuration:\n",
        name.as_str()
    )?;
    writeln!(out, "[[http.key]]")?;
    writeln!(out, "name = \"{}\"", name.as_str())?;
    writeln!(out, "hash = \"{}\"", KeyHash::of(&key))?;
    writeln!(out, "scopes = [{}]", scopes.join(", "))?;
    writeln!(
        out,
        "\nIn force after `aftercall reload`. Requests carry it as `Authorization: Bearer {PREFIX}...`."
    )?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
