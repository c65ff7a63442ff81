//! `aftercall deliver --list`.

use std::io::Write;
use std::process::ExitCode;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::{close, open};
use crate::config::Loaded;
use crate::config::delivery::DeliverySettings;
use crate::delivery::schedule::Due;
use aftercall_storage::delivery::{
    Channel, Deliveries, DeliveryFound, DeliveryQuery, DeliveryState, OutboxPart, ReportPeriod,
};
use aftercall_storage::{Access, Database};

/// Rows that are listed of what is over; all that is pending or dead is listed, up to the second number.
const MOST_OVER: u32 = 10;
const MOST_OPEN: u32 = 1_000;

/// The parts of the list: a title, the state, and how many.
const PARTS: [(&str, DeliveryState, u32); 4] = [
    ("PENDING", DeliveryState::Pending, MOST_OPEN),
    ("DEAD", DeliveryState::Dead, MOST_OPEN),
    ("SENT", DeliveryState::Sent, MOST_OVER),
    ("SKIPPED", DeliveryState::Skipped, MOST_OVER),
];

/// Prints the list. A database that is not there yet has nothing to list.
pub(super) async fn run(loaded: &Loaded, is_json: bool, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let store = match loaded.settings.storage.path.exists() {
        true => Some(open(loaded, Access::Read).await?),
        false => None,
    };
    let mut parts = Vec::new();
    for (title, state, most) in PARTS {
        parts.push((title, state, rows(store.as_ref(), state, most).await?));
    }
    if let Some(store) = &store {
        close(store).await;
    }
    let due: Vec<(&DeliverySettings, Option<Due>)> = loaded
        .settings
        .delivery
        .iter()
        .map(|rule| (rule, rule.schedule(loaded.settings.routes()).next(now)))
        .collect();
    let mut out = std::io::stdout().lock();
    if is_json {
        let mut all = serde_json::Map::new();
        all.insert("due".to_owned(), due.iter().map(due_in_json).collect());
        for (_, state, rows) in &parts {
            let rows: Value = rows.iter().map(row_in_json).collect();
            all.insert(state.as_str().to_owned(), rows);
        }
        writeln!(out, "{:#}", Value::Object(all))?;
        return Ok(ExitCode::SUCCESS);
    }
    print_due(&mut out, &due)?;
    for (title, state, rows) in &parts {
        print_rows(&mut out, title, *state, rows)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn rows(
    store: Option<&Database>,
    state: DeliveryState,
    most: u32,
) -> anyhow::Result<Vec<DeliveryFound>> {
    match store {
        Some(store) => Ok(store
            .deliveries(&DeliveryQuery::State(OutboxPart::Reports, state, most))
            .await?),
        None => Ok(Vec::new()),
    }
}

fn print_due(out: &mut impl Write, due: &[(&DeliverySettings, Option<Due>)]) -> std::io::Result<()> {
    writeln!(out, "DUE NEXT")?;
    if due.is_empty() {
        writeln!(out, "  nothing: the configuration has no [[delivery]]")?;
    }
    for (rule, due) in due {
        let zone = rule.time_zone.0;
        match due {
            None => writeln!(out, "  {}: no period will be due any more", rule.name)?,
            Some(due) => writeln!(
                out,
                "  {}: {} ({zone}), about {} to {}, to {}",
                rule.name,
                due.at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M"),
                due.period.from,
                due.period.last_day(),
                receivers(rule)
            )?,
        }
    }
    Ok(())
}

fn print_rows(
    out: &mut impl Write,
    title: &str,
    state: DeliveryState,
    rows: &[DeliveryFound],
) -> std::io::Result<()> {
    let is_over = matches!(state, DeliveryState::Sent | DeliveryState::Skipped);
    if rows.is_empty() && is_over {
        return Ok(());
    }
    match is_over {
        true => writeln!(out, "\n{title} (the last {MOST_OVER})")?,
        false => writeln!(out, "\n{title}: {}", rows.len())?,
    }
    for row in rows {
        writeln!(out, "  {}", line(row))?;
    }
    Ok(())
}

/// `17  weekly-sales 2026-11-16_2026-11-22 by mail to team@example.com: 3 attempts, next at ...: 451 later`.
fn line(row: &DeliveryFound) -> String {
    let subject = &row.subject;
    let period = subject
        .period()
        .map(|period| format!("{} to {}", period.from, last_day(period)))
        .unwrap_or_default();
    let receiver = match subject.channel {
        Channel::Mail => format!("by mail to {}", subject.recipient),
        Channel::Folder => "into its folder".to_owned(),
        Channel::Webhook => "to its webhook".to_owned(),
        Channel::Call => format!("by telephone to {}", subject.recipient),
    };
    let late = if subject.is_late { ", late" } else { "" };
    let of_state = match row.state {
        DeliveryState::Pending => format!(
            "attempts: {}, next at {}",
            row.attempts,
            row.next_attempt_at.map(moment).unwrap_or_default()
        ),
        DeliveryState::Sent => format!("at {}", row.sent_at.map(moment).unwrap_or_default()),
        DeliveryState::Dead => format!("attempts: {}", row.attempts),
        DeliveryState::Skipped => format!("was due at {}", moment(subject.due_at)),
    };
    let error = row
        .last_error
        .as_ref()
        .map_or_else(String::new, |error| format!(": {error}"));
    format!(
        "{}  {} {period}{late}, {receiver}; {of_state}{error}",
        row.id, subject.name
    )
}

/// The last local day of a period.
fn last_day(period: &ReportPeriod) -> NaiveDate {
    period.until.pred_opt().unwrap_or(period.until)
}

/// `2 mails, a folder`.
fn receivers(rule: &DeliverySettings) -> String {
    let mails = match rule.to.len() {
        0 => None,
        1 => Some("1 mail address".to_owned()),
        many => Some(format!("{many} mail addresses")),
    };
    let folder = rule.folder.as_ref().map(|folder| folder.display().to_string());
    let webhook = rule.webhook.as_ref().map(ToString::to_string);
    let all: Vec<String> = [mails, folder, webhook].into_iter().flatten().collect();
    all.join(", ")
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn due_in_json((rule, due): &(&DeliverySettings, Option<Due>)) -> Value {
    json!({
        "name": rule.name.as_str(),
        "at": due.map(|due| moment(due.at)),
        "from": due.map(|due| due.period.from.to_string()),
        "to": due.map(|due| due.period.last_day().to_string()),
        "time_zone": rule.time_zone.0.name(),
    })
}

fn row_in_json(row: &DeliveryFound) -> Value {
    let subject = &row.subject;
    json!({
        "id": row.id,
        "identity": row.identity,
        "name": subject.name,
        "channel": subject.channel.as_str(),
        "recipient": subject.recipient,
        "from": subject.period().map(|period| period.from.to_string()),
        "to": subject.period().map(|period| last_day(period).to_string()),
        "time_zone": subject.period().map(|period| period.zone.clone()),
        "due_at": moment(subject.due_at),
        "late": subject.is_late,
        "requested_by": row.requested_by.as_str(),
        "attempts": row.attempts,
        "next_attempt_at": row.next_attempt_at.map(moment),
        "sent_at": row.sent_at.map(moment),
        "last_error": row.last_error,
    })
}
