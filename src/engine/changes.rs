//! What is different between two configurations, in lines for an operator. Pure.
//!
//! ```text
//! route nps: every 10 -> 5
//! survey default: new version 1a2b3c4d5e6f: question ces: top box 4 -> 5
//! prompts: en/nps changed
//! ```

mod content;
mod holidays;
mod written;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

pub(super) use self::content::{prompts, surveys};
use self::written::{ByName, written};
use crate::config::setting::{self, Applied, Section, Setting, Shown};
use crate::config::{Loaded, Settings};

/// Nothing is written.
const NOT_SET: &str = "not set";

/// What a reload has changed in the settings and routes.
pub(super) fn applied(old: &Loaded, new: &Loaded) -> Vec<String> {
    let of_settings = changed(old, new)
        .filter(|setting| !setting.section.is_list() && setting.applied == Applied::ByReload);
    let mut lines = routes(old, new);
    lines.extend(entries(
        "delivery",
        &written::deliveries(old),
        &written::deliveries(new),
        |rule| format!("new, {}", as_written(rule.get("every"))),
    ));
    lines.extend(of_settings.flat_map(|setting| setting_lines(setting, old, new)));
    lines.extend(holidays::lines(old, new));
    lines
}

/// What has changed against the settings that the service was started with, and needs a restart.
pub(super) fn needing_a_restart(started: &Loaded, new: &Loaded) -> Vec<String> {
    changed(started, new)
        .filter(|setting| {
            setting.applied == Applied::ByRestart
                && differs(setting.section, &started.settings, &new.settings)
        })
        .flat_map(|setting| setting_lines(setting, started, new))
        .collect()
}

/// Whether a section means something else, and is not only written otherwise.
fn differs(section: Section, old: &Settings, new: &Settings) -> bool {
    match section {
        Section::Route => old.route != new.route,
        Section::Sampling => old.sampling != new.sampling,
        Section::Sip => old.sip != new.sip,
        Section::Media => old.media != new.media,
        Section::Calls => old.calls != new.calls,
        Section::Context => old.context != new.context,
        Section::Numbers => old.numbers != new.numbers,
        Section::Results => old.results != new.results,
        Section::Mail => old.mail != new.mail,
        Section::Delivery => old.delivery != new.delivery,
        Section::Privacy => old.privacy != new.privacy,
        Section::Reports => old.reports != new.reports,
        Section::Watch => old.watch != new.watch,
        Section::Storage => old.storage != new.storage,
        Section::Recordings => old.recordings != new.recordings,
        Section::Http => old.http != new.http,
        Section::Pages => old.pages != new.pages,
        Section::Control => old.control != new.control,
        Section::Languages => old.languages != new.languages,
        Section::Prompts => old.prompts != new.prompts,
        Section::Surveys => old.surveys != new.surveys,
        Section::Log => old.log != new.log,
    }
}

/// The settings that are written otherwise, by the names of their sections and keys.
fn changed(old: &Loaded, new: &Loaded) -> impl Iterator<Item = &'static Setting> {
    let place = |setting: &&Setting| (setting.section.as_str(), setting.key);
    let mut changed: Vec<&'static Setting> = setting::settings()
        .filter(|setting| of_setting(old, setting) != of_setting(new, setting))
        .collect();
    changed.sort_by_key(place);
    changed.into_iter()
}

fn of_setting<'l>(loaded: &'l Loaded, setting: &Setting) -> Option<&'l Value> {
    written(loaded, setting.section.as_str(), setting.key)
}

fn setting_lines(setting: &Setting, old: &Loaded, new: &Loaded) -> Vec<String> {
    let name = format!("{}.{}", setting.section.as_str(), setting.key);
    let values = match setting.shown {
        Shown::Names => vec![(name, format!("{} -> {}", key_names(old), key_names(new)))],
        shown => differences(&name, shown, of_setting(old, setting), of_setting(new, setting)),
    };
    values
        .into_iter()
        .map(|(name, change)| format!("{name}: {change}"))
        .collect()
}

/// What differs below `name`: a table is taken apart, so that only what was changed in it is told.
fn differences(name: &str, shown: Shown, old: Option<&Value>, new: Option<&Value>) -> Vec<(String, String)> {
    if old == new {
        return Vec::new();
    }
    if shown == Shown::Nothing {
        return vec![(name.to_owned(), "changed".to_owned())];
    }
    let table = |value: Option<&Value>| match value {
        None => Some(Map::new()),
        Some(Value::Object(table)) => Some(table.clone()),
        Some(_) => None,
    };
    let is_table = matches!(old, Some(Value::Object(_))) || matches!(new, Some(Value::Object(_)));
    match (table(old), table(new)) {
        (Some(old), Some(new)) if is_table => {
            let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let below = |key: &String| {
                let shown = match shown {
                    Shown::AllBut(personal) if personal == key => Shown::Nothing,
                    shown => shown,
                };
                differences(&format!("{name}.{key}"), shown, old.get(key), new.get(key))
            };
            keys.into_iter().flat_map(below).collect()
        }
        (_, _) => vec![(
            name.to_owned(),
            format!("{} -> {}", as_written(old), as_written(new)),
        )],
    }
}

/// The keys of the API by their names alone.
fn key_names(loaded: &Loaded) -> String {
    let names: Vec<&str> = loaded
        .settings
        .http
        .key
        .iter()
        .map(|key| key.name.as_str())
        .collect();
    match names.is_empty() {
        true => NOT_SET.to_owned(),
        false => names.join(", "),
    }
}

/// What changed in each route; routes are known by their names.
fn routes(old: &Loaded, new: &Loaded) -> Vec<String> {
    entries("route", &written::routes(old), &written::routes(new), |route| {
        format!("new, to survey {}", as_written(route.get("survey")))
    })
}

/// What changed in each entry of a list of tables, which are known by their names.
fn entries(
    section: &str,
    before: &ByName<'_>,
    after: &ByName<'_>,
    is_new: impl Fn(&Map<String, Value>) -> String,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, entry) in after {
        match before.get(name) {
            None => lines.push(format!("{section} {name}: {}", is_new(entry))),
            Some(earlier) => lines.extend(entry_lines(section, name, earlier, entry)),
        }
    }
    let removed = before.keys().filter(|name| !after.contains_key(*name));
    lines.extend(removed.map(|name| format!("{section} {name}: removed")));
    lines
}

fn entry_lines(section: &str, name: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .flat_map(|key| {
            let shown = setting::find(section, key).map_or(Shown::Nothing, |setting| setting.shown);
            differences(key, shown, old.get(key), new.get(key))
        })
        .map(|(key, change)| format!("{section} {name}: {key} {change}"))
        .collect()
}

/// A value as a person would write it down.
fn as_written(value: Option<&Value>) -> String {
    match value {
        None => NOT_SET.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{applied, needing_a_restart};
    use crate::config::Loaded;
    use crate::config::load::from_text;

    fn loaded(text: &str) -> Loaded {
        let loaded = from_text(text, "a.toml", Some(HashMap::new()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        loaded
    }

    const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";

    #[test]
    fn each_change_of_a_route_is_a_line() {
        let old = loaded(&format!(
            "{ROUTE}every = 10\nhours.mon = \"08:00-16:00\"\nhours.tue = \"08:00-16:00\"\n"
        ));
        let new = loaded(
            "[[route]]\nnumber = \"vip\"\nsurvey = \"b\"\n[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n\
             share = \"10%\"\nhours.mon = \"08:00-18:00\"\nhours.tue = \"08:00-16:00\"\nwhen.queue = [\"x\", \"y*\"]\n",
        );
        let expected = [
            "route nps: every 10 -> not set",
            "route nps: hours.mon 08:00-16:00 -> 08:00-18:00",
            "route nps: share not set -> 10%",
            "route nps: when.queue not set -> [\"x\",\"y*\"]",
            "route vip: new, to survey b",
        ];
        assert_eq!(applied(&old, &new), expected);
        assert_eq!(applied(&new, &old).last().unwrap(), "route vip: removed");
        assert_eq!(applied(&new, &new), [""; 0]);
    }

    #[test]
    fn settings_are_applied_or_need_a_restart_and_other_words_for_the_same_are_no_change() {
        let old = loaded("[sampling]\ncool_down_days = 90\n");
        let new = loaded(
            "[sampling]\ncool_down_days = 30\n[calls]\nmax_concurrent = 5\nnode = \"b\"\n\
             [http]\nlisten = \"127.0.0.1:8080\"\n[sip]\nlisten = \"127.0.0.1:5070\"\n",
        );
        assert_eq!(
            applied(&old, &new),
            [
                "calls.max_concurrent: not set -> 5",
                "sampling.cool_down_days: 90 -> 30"
            ]
        );
        assert_eq!(
            needing_a_restart(&old, &new),
            [
                "calls.node: not set -> b",
                "sip.listen: not set -> 127.0.0.1:5070"
            ],
            "HTTP is listened for where it was"
        );
    }

    #[test]
    fn changes_of_deliveries_and_of_the_mail_server_are_told_without_secrets() {
        let rule = "[[delivery]]\nname = \"weekly\"\nevery = \"weekly\"\nsecret_file = \"s\"\n";
        let old = loaded(&format!("{rule}webhook = \"https://example.com/one-secret\"\n"));
        let new = loaded(&format!(
            "[mail]\nserver = \"mail.example.com\"\npassword = \"topsecret\"\n\
             {rule}webhook = \"https://example.com/another-secret\"\nat = \"08:30\"\n\
             [[delivery]]\nname = \"daily\"\nevery = \"daily\"\nfolder = \"reports\"\n"
        ));
        assert_eq!(
            applied(&old, &new),
            [
                "delivery daily: new, daily",
                "delivery weekly: at not set -> 08:30",
                "delivery weekly: webhook changed",
                "mail.password: changed",
                "mail.server: not set -> mail.example.com",
            ]
        );
        assert_eq!(needing_a_restart(&old, &new), [""; 0]);
        assert_eq!(applied(&new, &old)[0], "delivery weekly: at 08:30 -> not set");
        assert!(applied(&new, &old).contains(&"delivery daily: removed".to_owned()));
    }

    #[test]
    fn numbers_of_persons_are_not_told() {
        let old = loaded(ROUTE);
        let new = loaded(&format!(
            "{ROUTE}when.caller = {{ not = \"+358401234567\" }}\n[context]\nown_numbers = [\"+358401234568\"]\n"
        ));
        assert_eq!(
            applied(&old, &new),
            ["route nps: when.caller changed", "context.own_numbers: changed"]
        );
        let vip = loaded("[[route]]\nnumber = \"vip\"\nsurvey = \"a\"\nwhen.caller = \"+358401234567\"\n");
        assert!(!applied(&old, &vip).concat().contains("1234567"));
    }
}
