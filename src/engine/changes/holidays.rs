//! What changed in files of holidays that the settings name as before. Pure.

use std::collections::BTreeMap;

use super::written::{MOST_NAMED, routes, written};
use crate::config::Loaded;
use crate::config::holidays::WrittenHolidays;
use crate::config::route::RouteSettings;

/// A line for `[sampling]` and for each route whose files say something else. Where the setting itself is written otherwise, that is
/// told already.
pub(super) fn lines(old: &Loaded, new: &Loaded) -> Vec<String> {
    let mut lines = Vec::new();
    if written(old, "sampling", "holidays") == written(new, "sampling", "holidays") {
        let days = difference(&old.settings.sampling.holidays, &new.settings.sampling.holidays);
        lines.extend(days.map(|days| format!("sampling.holidays: {days}")));
    }
    let (before, after) = (routes(old), routes(new));
    for route in &new.settings.route {
        let name = route.route.name();
        let as_written =
            |routes: &BTreeMap<_, &serde_json::Map<_, _>>| routes.get(name)?.get("holidays").cloned();
        let earlier = old
            .settings
            .route
            .iter()
            .find(|earlier| earlier.route.name() == name);
        let both = earlier.and_then(RouteSettings::holidays).zip(route.holidays());
        if let Some((earlier, later)) = both.filter(|_| as_written(&before) == as_written(&after)) {
            let days = difference(earlier, later);
            lines.extend(days.map(|days| format!("route {name}: holidays: {days}")));
        }
    }
    lines
}

/// The days that were added and removed; `None` when there are none.
fn difference(old: &WrittenHolidays, new: &WrittenHolidays) -> Option<String> {
    let only = |of: &WrittenHolidays, other: &WrittenHolidays, what: &str| -> Vec<String> {
        let days = of
            .days
            .iter()
            .filter(|(day, name)| other.days.on(*day) != Some(*name));
        days.map(|(day, name)| format!("{day} {name} {what}")).collect()
    };
    let mut days = only(new, old, "added");
    days.extend(only(old, new, "removed"));
    let more = days.len().saturating_sub(MOST_NAMED);
    days.truncate(MOST_NAMED);
    let files: Vec<String> = new.files.iter().map(|file| file.display().to_string()).collect();
    match (days.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(format!("{} (in {})", days.join(", "), files.join(", "))),
        (false, more) => Some(format!(
            "{} and {more} more (in {})",
            days.join(", "),
            files.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Loaded;
    use crate::config::load::from_text;
    use crate::engine::changes::applied;

    #[test]
    fn days_that_changed_in_a_file_only_are_told_by_date_and_name() {
        let home = tempfile::tempdir().unwrap();
        let name = home.path().join("a.toml").display().to_string();
        let read = |days: &str, more: &str| -> Loaded {
            std::fs::write(home.path().join("fi.txt"), days).unwrap();
            let route = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\nholidays = [\"fi.txt\"]\n";
            let text = format!("[sampling]\nholidays = [\"fi.txt\"]\n{more}{route}");
            let loaded = from_text(&text, &name, Some([].into()));
            assert_eq!(loaded.faults, []);
            loaded
        };
        let old = read("2026-12-06 Independence Day\n2026-12-24\n", "");
        let new = read("2026-12-06 Independence Day\n2026-12-25 Christmas\n", "");
        let told: Vec<String> = applied(&old, &new)
            .iter()
            .map(|line| line.replace(&format!("{}/", home.path().display()), ""))
            .collect();
        let days = "2026-12-25 Christmas added, 2026-12-24 holiday removed (in fi.txt)";
        assert_eq!(
            told,
            [
                format!("route nps: holidays: {days}"),
                format!("sampling.holidays: {days}")
            ]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
        );
        assert_eq!(applied(&new, &new), [""; 0]);
        let renamed = read("2026-12-06 Itsenäisyyspäivä\n2026-12-25 Christmas\n", "");
        assert!(applied(&new, &renamed)[0].contains("2026-12-06 Itsenäisyyspäivä added"));
        let years: String = (1..=12).map(|day| format!("2027-01-{day:02}\n")).collect();
        let many = read(&years, "");
        assert!(
            applied(&new, &many)[0].contains(" and 6 more (in "),
            "{:?}",
            applied(&new, &many)
        );
    }
}
