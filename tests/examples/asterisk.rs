//! The dialplans of Asterisk and FreePBX: every place that is gone to exists, every variable that is read was set, every application
//! and function is one of Asterisk's. And the trunk of `pjsip.conf`.

use std::collections::{BTreeMap, BTreeSet};

use super::dialplan::{Dialplan, Step};
use super::read;

const DIALPLANS: [&str; 2] = ["asterisk/extensions.conf", "freepbx/extensions_custom.conf"];

/// What FreePBX writes by itself.
const WRITTEN_BY_FREEPBX: &str = "ext-queues";

/// Applications that the examples use, as Asterisk 18 and newer know them.
const APPLICATIONS: [&str; 10] = [
    "Answer", "Dial", "Goto", "GotoIf", "Hangup", "NoOp", "Playback", "Queue", "Return", "Set",
];
/// Functions likewise.
const FUNCTIONS: [&str; 13] = [
    "CDR",
    "CHANNEL",
    "CURL",
    "CURLOPT",
    "FILTER",
    "IF",
    "ISNULL",
    "CALLERID",
    "MASTER_CHANNEL",
    "PJSIP_HEADER",
    "PJSIP_RESPONSE_HEADER",
    "QUOTE",
    "REGEX",
];
/// Variables that Asterisk sets: of a channel, of `Queue()` with the options of queues.conf, of `Dial()`.
const VARIABLES: [&str; 10] = [
    "EPOCH",
    "EXTEN",
    "QUEUESTATUS",
    "QUEUENAME",
    "MEMBERNAME",
    "MEMBERINTERFACE",
    "QEHOLDTIME",
    "DIALSTATUS",
    "DIALEDTIME",
    "ANSWEREDTIME",
];

fn dialplan(file: &str) -> Dialplan {
    Dialplan::read(&read(file)).unwrap_or_else(|fault| panic!("examples/{file}: {fault}"))
}

/// The places that a step names: context, extension, priority.
fn places(context: &str, step: &Step) -> Vec<[String; 3]> {
    let here = |target: &str| {
        let parts: Vec<&str> = target.split(',').collect();
        match parts.as_slice() {
            [label] => [context, &step.extension, label].map(str::to_owned),
            [extension, priority] => [context, extension, priority].map(str::to_owned),
            [context, extension, priority] => [*context, extension, priority].map(str::to_owned),
            _ => panic!("{target} is no place"),
        }
    };
    match step.application.as_str() {
        "Goto" => vec![here(&step.arguments)],
        "GotoIf" => {
            let (_, branches) = step.arguments.rsplit_once('?').unwrap();
            branches
                .split(':')
                .filter(|branch| !branch.is_empty())
                .map(here)
                .collect()
        }
        "Dial" => {
            let options = step.arguments.split(',').nth(2).unwrap_or_default();
            let handler = |start: &str| {
                let (_, rest) = options.split_once(start)?;
                let parts: Vec<&str> = rest.split(')').next()?.split('^').collect();
                Some(match parts.as_slice() {
                    [context] => [*context, "s", "1"].map(str::to_owned),
                    [context, extension, priority, ..] => [*context, extension, priority].map(str::to_owned),
                    _ => panic!("{options}"),
                })
            };
            ["b(", "U("].into_iter().filter_map(handler).collect()
        }
        _ => Vec::new(),
    }
}

/// What stands in `${...}` or is called as a function, by the first word of each.
fn used(arguments: &str) -> Vec<(String, bool)> {
    let names = arguments.split("${").skip(1);
    names
        .map(|rest| {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            (rest[..end].to_owned(), rest[end..].starts_with('('))
        })
        .collect()
}

#[test]
fn every_place_that_a_dialplan_goes_to_exists() {
    for file in DIALPLANS {
        let dialplan = dialplan(file);
        let mut count = 0;
        for (context, step) in dialplan.steps() {
            for [context, extension, priority] in places(context, step) {
                let known = context == WRITTEN_BY_FREEPBX || dialplan.leads(&context, &extension, &priority);
                assert!(known, "{file}: {context},{extension},{priority} of {step:?}");
                count += 1;
            }
        }
        assert!(count >= 3, "{file}: {count} places");
    }
}

#[test]
fn every_application_function_and_variable_of_a_dialplan_is_known() {
    for file in DIALPLANS {
        let dialplan = dialplan(file);
        let set: BTreeSet<String> = dialplan
            .steps()
            .filter(|(_, step)| step.application == "Set")
            .filter_map(|(_, step)| {
                Some(
                    step.arguments
                        .split_once('=')?
                        .0
                        .trim_start_matches('_')
                        .to_owned(),
                )
            })
            .collect();
        for (_, step) in dialplan.steps() {
            assert!(
                APPLICATIONS.contains(&step.application.as_str()),
                "{file}: {step:?}"
            );
            for (name, is_function) in used(&step.arguments) {
                let known = if is_function {
                    FUNCTIONS.contains(&name.as_str())
                } else {
                    VARIABLES.contains(&name.as_str())
                        || set.contains(&name)
                        || dialplan.globals.contains_key(&name)
                };
                assert!(known, "{file}: {name} in {step:?}");
            }
        }
    }
}

#[test]
fn caller_goes_on_only_behind_an_agent() {
    for (file, context) in [(DIALPLANS[0], "service-sales"), (DIALPLANS[1], "aftercall-exit")] {
        let dialplan = dialplan(file);
        let steps = &dialplan.contexts[context];
        let asks = |step: &Step| {
            step.application == "GotoIf"
                && step.arguments.contains("${QUEUESTATUS}")
                && step.arguments.contains("\"CONTINUE\"")
        };
        let asked = steps.iter().position(asks).unwrap_or_else(|| panic!("{file}"));
        let told = steps
            .iter()
            .position(|step| step.arguments.contains("AFTERCALL_AGENT"))
            .unwrap();
        assert!(
            asked < told,
            "{file}: QUEUESTATUS is asked before anything is told of an agent"
        );
    }
    let continues = |file: &str, words: &str| {
        dialplan(file)
            .steps()
            .any(|(_, step)| step.arguments.contains(words))
    };
    assert!(
        continues(DIALPLANS[0], "sales,c,"),
        "the queue goes on with its option c"
    );
    assert!(continues(DIALPLANS[1], "VQ_OPTIONS=tc"), "and FreePBX's likewise");
}

#[test]
fn handler_sets_what_the_preset_reads() {
    for (file, fixture) in [
        (
            DIALPLANS[0],
            include_str!("../context/asterisk_queue_continue.sip"),
        ),
        (DIALPLANS[1], include_str!("../context/freepbx_queue_exit.sip")),
    ] {
        let dialplan = dialplan(file);
        let handler = &dialplan.contexts["aftercall-headers"];
        let headers: Vec<&str> = handler
            .iter()
            .filter_map(|step| {
                step.arguments
                    .strip_prefix("PJSIP_HEADER(add,")?
                    .split(')')
                    .next()
            })
            .collect();
        assert!(headers.len() >= 5, "{file}: {headers:?}");
        for header in headers {
            assert!(
                fixture.contains(&format!("\n{header}: ")),
                "{file}: the fixture of this PBX sends {header}"
            );
        }
        assert_eq!(
            handler.last().map(|step| step.application.as_str()),
            Some("Return"),
            "{file}"
        );
    }
}

/// The sections of a file of `name = value` lines, in order; `[name](...)` as well.
fn sections(text: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut sections: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    for line in text.lines() {
        let line = line.split(';').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[') {
            let name = name.split(']').next().unwrap();
            sections.push((name.to_owned(), BTreeMap::new()));
        } else if let Some((name, value)) = line.split_once('=') {
            let section = &mut sections
                .last_mut()
                .unwrap_or_else(|| panic!("{line}: outside a section"))
                .1;
            let value = value.trim_start_matches('>').trim();
            section.insert(name.trim().to_owned(), value.to_owned());
        } else {
            assert!(line.is_empty(), "{line}");
        }
    }
    sections
}

#[test]
fn trunk_of_pjsip_names_only_sections_that_exist_and_is_what_the_dialplan_dials() {
    let sections = sections(&read("asterisk/pjsip.conf"));
    let of_type = |kind: &str| -> Vec<&str> {
        let is_it = |section: &&(String, BTreeMap<String, String>)| {
            section.1.get("type").is_some_and(|found| found == kind)
        };
        sections
            .iter()
            .filter(is_it)
            .map(|(name, _)| name.as_str())
            .collect()
    };
    for (name, section) in &sections {
        for (field, kind) in [
            ("transport", "transport"),
            ("aors", "aor"),
            ("endpoint", "endpoint"),
        ] {
            if let Some(named) = section.get(field) {
                assert!(
                    of_type(kind).contains(&named.as_str()),
                    "{name}: {field} = {named}"
                );
            }
        }
    }
    assert_eq!(of_type("endpoint"), ["aftercall"]);
    let dialplan = read("asterisk/extensions.conf");
    assert!(dialplan.contains("AFTERCALL_ENDPOINT=aftercall"));
    let context = sections
        .iter()
        .find_map(|(_, section)| section.get("context"))
        .unwrap();
    assert!(
        dialplan.contains(&format!("[{context}]")),
        "calls from aftercall lead to {context}"
    );
}

#[test]
fn queues_tell_who_took_the_call_and_how_long_the_caller_waited() {
    for file in ["asterisk/queues.conf", "freepbx/queues_post_custom.conf"] {
        for (queue, settings) in sections(&read(file)) {
            for name in ["setinterfacevar", "setqueueentryvar"] {
                assert_eq!(
                    settings.get(name).map(String::as_str),
                    Some("yes"),
                    "{file}: {queue}"
                );
            }
        }
    }
}
