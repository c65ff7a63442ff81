//! What a report is about: period, zone, filters, the moment of its figures.

use chrono::{DateTime, NaiveDate};

use super::{Fact, Phrase};
use crate::names::UnknownName;
use crate::render::chart::plain;
use crate::render::locale::Locale;
use crate::render::messages::Messages;
use crate::report::{PeriodView, Report};

/// A period in words, its name included: `Last week: Monday 16 November 2026 to Sunday 22 November 2026`.
pub(crate) fn period(period: &PeriodView, locale: Locale) -> String {
    let span = span(period, locale);
    match period
        .name
        .as_deref()
        .and_then(|name| named(name, locale.messages()))
    {
        Some(name) => format!("{name}: {span}"),
        None => span,
    }
}

fn span(period: &PeriodView, locale: Locale) -> String {
    let day = |text: &Option<String>| {
        let day = text.as_ref()?.parse::<NaiveDate>().ok()?;
        Some(locale.long_day(day))
    };
    let moment = |text: &Option<String>| {
        let at = DateTime::parse_from_rfc3339(text.as_ref()?).ok()?;
        Some(locale.moment(at))
    };
    let is_of_days = period.first_day.is_some() || period.last_day.is_some();
    let (from, until) = match is_of_days {
        true => (day(&period.first_day), day(&period.last_day)),
        false => (moment(&period.from), moment(&period.until)),
    };
    let messages = locale.messages();
    match (from, until) {
        (None, None) => messages.text("period-all"),
        (Some(from), None) => messages.with("period-since", [("from", from.into())]),
        (None, Some(until)) => messages.with("period-until", [("until", until.into())]),
        (Some(from), Some(until)) if from == until => from,
        (Some(from), Some(until)) => {
            messages.with("period-from-to", [("from", from.into()), ("until", until.into())])
        }
    }
}

/// The name of a period in words.
fn named(name: &str, messages: Messages) -> Option<String> {
    let days = name
        .strip_prefix("last-")
        .and_then(|rest| rest.strip_suffix("-days"));
    match days {
        Some(days) => {
            let number: u64 = days.parse().ok()?;
            Some(messages.with("period-last-days", [("days", number.into())]))
        }
        None => messages.found(&format!("period-{name}"), []),
    }
}

/// Period, zone, filters, moment.
pub(crate) fn facts(report: &Report, locale: Locale) -> Vec<Fact> {
    let messages = locale.messages();
    let fact = |id: &str, text: String| Fact {
        label: messages.text(id),
        value: Phrase::own(text),
    };
    let mut facts = vec![
        fact("fact-period", period(&report.period, locale)),
        fact("fact-time-zone", report.period.time_zone.clone()),
    ];
    if let Ok(at) = DateTime::parse_from_rfc3339(&report.as_of) {
        let running = match report.period.is_running {
            true => format!(" ({})", messages.text("period-is-running")),
            false => String::new(),
        };
        facts.push(fact("fact-as-of", format!("{}{running}", locale.moment(at))));
    }
    if let Some(other) = &report.compared_with {
        facts.push(fact("fact-compared-with", period(&other.period, locale)));
    }
    facts.extend(report.filters.iter().map(|filter| Fact {
        label: field(&filter.field, messages),
        value: Phrase::foreign(&filter.one_of.join(", ")),
    }));
    facts
}

/// The name of a field of the context; an attribute of the configuration is called as it is there.
pub(crate) fn field(name: &str, messages: Messages) -> String {
    messages
        .found(&format!("field-{name}"), [])
        .unwrap_or_else(|| plain(name))
}

/// What deserves a second look.
pub(crate) fn notes(report: &Report, locale: Locale) -> Vec<String> {
    let messages = locale.messages();
    let of_names = report.unknown_names.iter();
    let sentences: Vec<String> = of_names.clone().map(UnknownName::sentence).collect();
    let others = report.notes.iter().filter(|note| !sentences.contains(note));
    let mut notes: Vec<String> = of_names.map(|name| unknown(name, messages)).collect();
    notes.extend(others.map(|note| plain(note)));
    if report.calls.arrived == 0 {
        notes.push(messages.text("no-calls"));
    }
    if report.calls.suspected_reversed > 0 {
        let calls = report.calls.suspected_reversed;
        let shown = locale.count(calls);
        notes.push(messages.with(
            "note-reversed",
            [("calls", calls.into()), ("shown", shown.into())],
        ));
    }
    notes
}

/// A name that no call ever had.
pub(crate) fn unknown(unknown: &UnknownName, messages: Messages) -> String {
    let name = plain(&unknown.name);
    let field = field(unknown.field, messages);
    let mut sentence = messages.with(
        "note-unknown-name",
        [("field", field.into()), ("name", name.into())],
    );
    if !unknown.there_are.is_empty() {
        let more = if unknown.has_more { ", …" } else { "" };
        let names = format!("{}{more}", plain(&unknown.there_are.join(", ")));
        sentence = format!(
            "{sentence} {}",
            messages.with("note-there-are", [("names", names.into())])
        );
    }
    if let Some(meant) = &unknown.meant {
        let meant = plain(meant);
        sentence = format!(
            "{sentence} {}",
            messages.with("note-meant", [("name", meant.into())])
        );
    }
    sentence
}
