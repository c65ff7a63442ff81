//! `docs/configuration.md` against the settings themselves.

use std::collections::{BTreeSet, HashMap};

use super::{quoted, tables};
use aftercall::config::Loaded;
use aftercall::config::load::from_text;
use aftercall::config::setting::{Applied, Section, find, settings};

const DOCUMENT: &str = include_str!("../../docs/configuration.md");
const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"default\"\n";
const DELIVERY: &str = "[[delivery]]\nname = \"a\"\nevery = \"weekly\"\nwebhook = \"https://example.com\"\nsecret_file = \"s\"\n";

fn load(text: &str, environment: &[(String, String)]) -> Loaded {
    let environment: HashMap<String, String> = environment.iter().cloned().collect();
    from_text(text, "config/aftercall.toml", Some(environment))
}

fn in_use(loaded: &Loaded) -> String {
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    format!("{:?}", loaded.settings)
}

/// The sections and their keys, as an unknown one makes the program tell them.
fn keys_of_program() -> BTreeSet<String> {
    let mut text = format!("[unheard]\n{ROUTE}unheard = 1\n{DELIVERY}unheard = 1\n");
    let sections = load("[unheard]\n", &[]).faults[0].fix.clone();
    let sections = sections.trim_start_matches("choose from ").to_owned();
    let is_plain = |section: &&str| !Section::of(section).is_some_and(Section::is_list);
    let plain = || sections.split(", ").filter(is_plain);
    text.extend(plain().map(|section| format!("[{section}]\nunheard = 1\n")));
    let mut keys = BTreeSet::new();
    for fault in load(&text, &[]).faults {
        let place = fault.reason.split(": ").next().unwrap_or_default();
        if !fault.reason.ends_with(" has no `unheard`") {
            assert!(fault.reason.contains("unknown section"), "{fault}");
            continue;
        }
        let section = place.split(['.', '[']).next().unwrap_or_default();
        keys.extend(quoted(&fault.fix).iter().map(|key| format!("{section}.{key}")));
    }
    keys
}

#[test]
fn every_setting_is_in_the_table_and_every_row_is_a_setting() {
    let documented: BTreeSet<String> = tables(DOCUMENT, "\n## ")
        .iter()
        .flat_map(|(section, rows)| {
            rows.iter()
                .map(move |row| format!("{section}.{}", quoted(&row[0])[0]))
        })
        .collect();
    let program = keys_of_program();
    assert!(program.len() > 30, "the program tells its keys: {program:?}");
    assert_eq!(documented, program);
}

#[test]
fn document_says_what_a_reload_applies() {
    let (_, rest) = DOCUMENT.split_once("**Changing a running service.**").unwrap();
    let (sections, _) = rest.split_once("apply from the next call on").unwrap();
    for section in Section::ALL {
        let is_named = sections.contains(&format!("[{}]", section.as_str()));
        let is_applied = section.applied() == Applied::ByReload;
        assert_eq!(is_named, is_applied, "{section:?}");
    }
    let marked: BTreeSet<String> = tables(DOCUMENT, "\n## ")
        .iter()
        .flat_map(|(section, rows)| {
            rows.iter()
                .filter(|row| row[2].contains("A reload applies it."))
                .map(move |row| format!("{section}.{}", quoted(&row[0])[0]))
        })
        .collect();
    let applied: BTreeSet<String> = settings()
        .filter(|setting| setting.applied != setting.section.applied())
        .map(|setting| format!("{}.{}", setting.section.as_str(), setting.key))
        .collect();
    assert_eq!(marked, applied, "the settings that are not as their section");
}

#[test]
fn documented_defaults_are_those_in_use() {
    for (section, rows) in tables(DOCUMENT, "\n## ") {
        for row in rows {
            let key = quoted(&row[0])[0];
            let Some(default) = quoted(&row[1]).first().copied() else {
                continue;
            };
            let (without, with) = match section {
                "route" => (ROUTE.to_owned(), format!("{ROUTE}{key} = {default}\n")),
                "delivery" => (DELIVERY.to_owned(), format!("{DELIVERY}{key} = {default}\n")),
                _ => (String::new(), format!("[{section}]\n{key} = {default}\n")),
            };
            assert_eq!(
                in_use(&load(&with, &[])),
                in_use(&load(&without, &[])),
                "{section}.{key} is {default}"
            );
        }
    }
}

#[test]
fn every_setting_but_those_of_lists_can_come_from_the_environment() {
    let defaults = in_use(&load("", &[]));
    for (section, rows) in tables(DOCUMENT, "\n## ") {
        let is_list = Section::of(section).is_some_and(Section::is_list);
        for row in rows.iter().filter(|_| !is_list) {
            let key = quoted(&row[0])[0];
            let variable = format!("AFTERCALL__{section}__{key}").to_uppercase();
            let (value, expected) = match quoted(&row[1]).first() {
                // A variable's path begins at the working directory, the file's at `config`.
                Some(default) if ["\"surveys\"", "\"templates\"", "\"directory.toml\""].contains(default) => {
                    (format!("config/{}", default.trim_matches('"')), defaults.clone())
                }
                // An empty variable sets nothing.
                Some(&"\"\"") => continue,
                Some(default) => (
                    default.replace(['"', '[', ']', ' '], "").replace("../", ""),
                    defaults.clone(),
                ),
                None => {
                    let example = find(section, key).unwrap().example.trim_matches('"').to_owned();
                    let text = format!("[{section}]\n{key} = \"{example}\"\n");
                    (example, in_use(&load(&text, &[])))
                }
            };
            let opposite = format!("[{section}]\n{key} = []\n");
            let loaded = load(&opposite, &[(variable.clone(), value)]);
            assert_eq!(in_use(&loaded), expected, "{variable} wins over the file");
        }
    }
}
