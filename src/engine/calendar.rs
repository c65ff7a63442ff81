//! What of a configuration time has overtaken: campaigns that are over, holidays that are all past. Pure.

use chrono::{DateTime, Utc};

use crate::config::Loaded;
use crate::config::holidays::WrittenHolidays;
use aftercall_base::{Fault, Severity};

/// What is worth a look at this moment.
pub fn warnings(loaded: &Loaded, now: DateTime<Utc>) -> Vec<Fault> {
    let settings = &loaded.settings;
    let mut faults: Vec<Fault> = Vec::new();
    for (index, route) in settings.route.iter().enumerate() {
        let rules = &route.route.rules;
        let local = now.with_timezone(&rules.time_zone).naive_local();
        if let Some(to) = rules.campaign.to.filter(|to| *to <= local) {
            let reason = format!(
                "the campaign was over on {}: no call is surveyed",
                to.format("%Y-%m-%d %H:%M")
            );
            let fix = "write a later `to`, or take the campaign or the route out";
            faults.push(loaded.fault_in_route(index, "campaign", reason, fix));
        }
        if let Some(reason) = route.holidays().and_then(|holidays| past(holidays, local.date())) {
            faults.push(loaded.fault_in_route(index, "holidays", reason, FIX));
        }
    }
    let local = now.with_timezone(&settings.sampling.time_zone.0).naive_local();
    if let Some(reason) = past(&settings.sampling.holidays, local.date()) {
        faults.push(loaded.fault_in_setting("sampling", "holidays", reason, FIX));
    }
    let warning = |fault| Fault {
        severity: Severity::Warning,
        ..fault
    };
    faults.into_iter().map(warning).collect()
}

const FIX: &str = "write those to come";

/// That the last holiday is gone, and so nobody has written those to come.
fn past(holidays: &WrittenHolidays, today: chrono::NaiveDate) -> Option<String> {
    let last = holidays.days.last().filter(|last| *last < today)?;
    Some(format!("all holidays are past; the last was {last}"))
}

#[cfg(test)]
mod tests {
    use super::warnings;
    use crate::config::load::from_text;

    #[test]
    fn campaign_that_is_over_and_holidays_that_are_past_are_told_in_the_time_of_the_route() {
        let route =
            |number: &str, more: &str| format!("[[route]]\nnumber = \"{number}\"\nsurvey = \"a\"\n{more}");
        let text = route(
            "one",
            "time_zone = \"Europe/Helsinki\"\ncampaign.to = \"2026-11-30\"\n",
        ) + &route("two", "campaign.to = \"2026-11-30\"\n")
            + &route("three", "holidays = [\"2026-11-30\"]\n")
            + "[sampling]\nholidays = [\"2026-11-29\"]\n";
        let loaded = from_text(&text, "a.toml", Some([].into()));
        assert_eq!(loaded.faults, []);
        let told = |now: &str| -> Vec<String> {
            let faults = warnings(&loaded, now.parse().unwrap());
            faults.iter().map(ToString::to_string).collect()
        };
        assert_eq!(told("2026-11-29T21:00:00Z"), [""; 0]);
        assert_eq!(
            told("2026-11-30T22:00:00Z"),
            [
                "a.toml:5: warning: the campaign was over on 2026-12-01 00:00: no call is surveyed. Fix: write a later `to`, or take the campaign or the route out.",
                "a.toml:15: warning: sampling.holidays: all holidays are past; the last was 2026-11-29. Fix: write those to come.",
            ]
        );
        assert_eq!(told("2026-12-01T00:00:00Z").len(), 4);
    }
}
