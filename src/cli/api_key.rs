//! `aftercall api-key new`: a key for the HTTP API, and the lines that let it in.

use std::io::Write;
use std::process::ExitCode;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Subcommand;
use rand::RngExt;
use serde_json::json;

use crate::auth::{KeyHash, KeyName, Scope};
use crate::cli::start::say;
use crate::engine::seeded;

/// So that a key that got lost is known for what it is.
const PREFIX: &str = "ack_";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a key: it is shown once, and its hash as lines for the configuration.
    New {
        /// Name of the key's owner; it appears in logs.
        #[arg(long)]
        name: KeyName,
        /// What may be done with it: announcements, decisions, results, personal, comments, context, eligible, opt_outs.
        #[arg(long, value_delimiter = ',', required = true)]
        scope: Vec<Scope>,
        /// One JSON object instead of lines: the key, its hash, and the lines for the configuration
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    let Command::New { name, scope, json } = command;
    let secret: [u8; 32] = seeded().random();
    let key = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret));
    let hash = KeyHash::of(&key);
    let scopes: Vec<String> = scope.iter().map(|scope| format!("\"{scope}\"")).collect();
    let lines = format!(
        "[[http.key]]\nname = \"{}\"\nhash = \"{hash}\"\nscopes = [{}]",
        name.as_str(),
        scopes.join(", ")
    );
    let mut out = std::io::stdout().lock();
    if *json {
        let object = json!({
            "key": key,
            "name": name.as_str(),
            "hash": hash.to_string(),
            "scopes": scope.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
            "toml": lines,
        });
        writeln!(out, "{object:#}")?;
    } else {
        writeln!(out, "{key}\n\n{lines}")?;
        explain(name);
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// What to do with what was printed; apart from it, so that it can be taken over as it is.
fn explain(name: &KeyName) {
    say(&format!(
        "the first line is the key, shown once: give it to {}; the others are for the configuration, in force after `aftercall reload`",
        name.as_str()
    ));
    say(&format!(
        "requests carry the key as `Authorization: Bearer {PREFIX}...`"
    ));
}
