//! `aftercall mail test`: what the mail server answers.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Subcommand;
use serde_json::Value;

use crate::cli::start::{runtime, say, settings};
use crate::delivery::Package;
use crate::delivery::mail::{MailAddress, MailServer, Security, compose, send};
use crate::delivery::worker::new_identity;
use crate::engine::{deliveries, seeded};
use aftercall_runtime::clock::{Clock, SystemClock};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send a short mail to this address, and print what the mail server answered at each step.
    Test {
        /// Who gets the mail.
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

/// Status 0 when the server has taken the mail, 1 when it has not, 2 when the configuration is wrong.
pub(super) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    let Command::Test { address } = command;
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let to: MailAddress = address.parse().with_context(|| format!("`{address}`"))?;
    let server = match deliveries::mail_server(&loaded) {
        Ok(Some(server)) => server,
        Ok(None) => bail!(
            "[mail] names no server or no sender: write server and from in {}",
            loaded.file()
        ),
        Err(fault) => {
            say(&fault.to_string());
            return Ok(ExitCode::from(2));
        }
    };
    runtime()?.block_on(test(&server, &to))
}

async fn test(server: &MailServer, to: &MailAddress) -> anyhow::Result<ExitCode> {
    let identity = new_identity(&mut seeded());
    let text = "This is a test of aftercall. The server has taken it, and reports will come the same way.\n";
    let package = Package {
        subject: "aftercall: test of the mail server".to_owned(),
        text: text.to_owned(),
        html: format!("<p>{}</p>", text.trim()),
        attachments: Vec::new(),
        summary: Value::Null,
        is_empty: false,
    };
    let mail = compose(&package, &server.from, to, &identity, SystemClock.utc())?;
    let mut transcript = Vec::new();
    let sent = send(server, to, &mail, &mut transcript).await;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}:{}, {}", server.host, server.port, protection(server))?;
    for (step, answer) in &transcript {
        writeln!(out, "  {step:<10} {answer}")?;
    }
    match sent {
        Ok(_) => {
            writeln!(out, "the server has taken the mail to {}", to.address())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            out.flush()?;
            say(&format!("not sent: {error}"));
            Ok(ExitCode::FAILURE)
        }
    }
}

const fn protection(server: &MailServer) -> &'static str {
    match server.security {
        Security::StartTls(_) => "TLS by STARTTLS",
        Security::Tls(_) => "TLS",
        Security::Plain => "unprotected",
    }
}
