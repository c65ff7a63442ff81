//! `aftercall deliver --dry-run`: reports as they would be delivered.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::{close, open, period, rule};
use crate::cli::start::say;
use crate::config::Loaded;
use crate::config::delivery::DeliverySettings;
use crate::delivery::mail::compose;
use crate::delivery::webhook;
use crate::delivery::{Package, Render, RenderRequest};
use crate::engine::deliveries::rule_without_secrets;
use crate::engine::report_package::ReportPackages;
use crate::reports::Reports;
use aftercall_runtime::clock::SystemClock;
use aftercall_storage::{Access, Database};

/// Stands for the identity, which a delivery gets when it is due.
const IDENTITY: &str = "00000000000000000000000000000000";

/// Makes the reports and says what they are; `shown` asks for all of it, of one rule or of all.
pub(super) async fn run(
    loaded: &Loaded,
    shown: Option<Option<&str>>,
    day: Option<&str>,
    now: DateTime<Utc>,
) -> anyhow::Result<ExitCode> {
    let rules: Vec<&DeliverySettings> = match shown.flatten() {
        Some(name) => vec![rule(loaded, name)?],
        None => loaded.settings.delivery.iter().collect(),
    };
    if rules.is_empty() {
        bail!("the configuration has no [[delivery]]");
    }
    let store = open(loaded, Access::Read).await?;
    for rule in rules {
        let (request, package) = made(loaded, &store, rule, day, now)
            .await
            .with_context(|| format!("[[delivery]] {}", rule.name))?;
        match shown {
            None => summarize(rule, &request, &package)?,
            Some(_) => show(loaded, rule, &request, &package, now)?,
        }
    }
    close(&store).await;
    Ok(ExitCode::SUCCESS)
}

async fn made(
    loaded: &Loaded,
    store: &Database,
    written: &DeliverySettings,
    day: Option<&str>,
    now: DateTime<Utc>,
) -> anyhow::Result<(RenderRequest, Package)> {
    let rule = rule_without_secrets(&loaded.settings, written);
    let due = period(&rule.schedule, day, now)?;
    let request = RenderRequest {
        zone: rule.schedule.zone,
        rule: Arc::new(rule),
        period: due.period,
        due_at: due.at,
        is_late: false,
    };
    let (directory, _) = loaded.directory();
    let context = loaded.settings.report_context(directory);
    let reports = Reports::new(store.clone(), context, Arc::new(SystemClock));
    let package = ReportPackages::new(reports).render(&request, now).await?;
    Ok((request, package))
}

fn summarize(rule: &DeliverySettings, request: &RenderRequest, package: &Package) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let (first, last) = (request.period.from, request.period.last_day());
    writeln!(out, "{}: {first} to {last}", rule.name)?;
    writeln!(out, "  subject  {}", package.subject)?;
    if package.is_empty {
        writeln!(out, "  there were no calls")?;
    }
    for attachment in &package.attachments {
        writeln!(
            out,
            "  file     {} ({} bytes)",
            attachment.name,
            attachment.bytes.len()
        )?;
    }
    for to in &rule.to {
        writeln!(out, "  mail     {to}")?;
    }
    if let Some(folder) = &rule.folder {
        writeln!(out, "  folder   {}", folder.display())?;
    }
    if let Some(url) = &rule.webhook {
        writeln!(out, "  webhook  {url}")?;
    }
    Ok(())
}

/// The mail on standard output, so that it can be kept as a file; what is for people on standard error.
fn show(
    loaded: &Loaded,
    rule: &DeliverySettings,
    request: &RenderRequest,
    package: &Package,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if let Some(to) = rule.to.first() {
        let from = loaded
            .settings
            .mail
            .from
            .as_ref()
            .context("[mail] names no sender")?;
        say(&format!("{}: the mail to {to}", rule.name));
        if rule.to.len() > 1 {
            say(&format!(
                "{}: {} other addresses get the same",
                rule.name,
                rule.to.len() - 1
            ));
        }
        out.write_all(&compose(package, &from.0, to, IDENTITY, now)?)?;
    }
    if let Some(folder) = &rule.folder {
        for attachment in &package.attachments {
            let path = folder.join(&attachment.name);
            say(&format!("{}: the file {}", rule.name, path.display()));
        }
    }
    if let Some(url) = &rule.webhook {
        say(&format!("{}: the body of the request to {url}", rule.name));
        writeln!(out, "{:#}", webhook::body(package, request, IDENTITY, now))?;
    }
    Ok(())
}
