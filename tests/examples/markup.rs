//! The XML of FreeSWITCH: each place that a dialplan goes to exists, and the gateway is the one that is bridged to.

use super::read;

/// The values of an attribute, in order.
fn values<'x>(text: &'x str, attribute: &str) -> Vec<&'x str> {
    let start = format!(" {attribute}=\"");
    text.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// Application and data of each action, in order.
fn actions(text: &str) -> Vec<(&str, &str)> {
    let is_action = |line: &&str| line.trim_start().starts_with("<action ");
    let pair = |line| {
        Some((
            *values(line, "application").first()?,
            values(line, "data").first().copied().unwrap_or_default(),
        ))
    };
    text.lines().filter(is_action).filter_map(pair).collect()
}

#[test]
fn every_transfer_of_the_freeswitch_dialplan_has_its_extension() {
    let dialplan = read("freeswitch/dialplan.xml");
    let extensions = values(&dialplan, "expression");
    let mut count = 0;
    for (application, data) in actions(&dialplan) {
        let target = match (application, data.split_once('=')) {
            ("transfer", _) => data.split(' ').next(),
            ("set", Some(("transfer_after_bridge", place))) => place.split(':').next(),
            _ => None,
        };
        if let Some(target) = target {
            let pattern = format!("^{target}$");
            assert!(extensions.contains(&pattern.as_str()), "{application} {data}");
            count += 1;
        }
    }
    assert_eq!(count, 3);
}

#[test]
fn freeswitch_bridges_to_its_gateway_with_headers_for_that_leg_alone() {
    let dialplan = read("freeswitch/dialplan.xml");
    let actions = actions(&dialplan);
    let gateway = values(&read("freeswitch/gateway.xml"), "name")
        .first()
        .map(|name| format!("sofia/gateway/{name}/survey"))
        .unwrap();
    assert!(actions.contains(&("bridge", gateway.as_str())), "{gateway}");
    let fixture = include_str!("../context/freeswitch_callcenter.sip");
    for (application, data) in actions.iter().filter(|(_, data)| data.contains("sip_h_")) {
        assert_eq!(*application, "export", "{data}");
        let header = data
            .strip_prefix("nolocal:sip_h_")
            .and_then(|rest| rest.split('=').next())
            .unwrap();
        let sent = fixture.contains(&format!("\n{header}: ")) || ["X-Queue", "X-Agent-Id"].contains(&header);
        assert!(sent, "the fixture of this PBX sends {header}");
    }
}

/// What the dialplan reads, found in FreeSWITCH's source of August 2026: variables of `mod_callcenter`, fields of the caller profile
/// (`switch_caller_get_field_by_name`) and variables that every configuration has. `bridge_billsec` and the like are none of them.
const VARIABLES: [&str; 8] = [
    "cc_queue",
    "cc_agent",
    "cc_queue_answered_epoch",
    "cc_queue_joined_epoch",
    "uuid",
    "answered_time",
    "default_language",
    "domain_name",
];
/// Commands of the API that stand in `${...}`, with the module that has each: `mod_expr`, `mod_dptools`.
const COMMANDS: [&str; 2] = ["expr", "strepoch"];
const APPLICATIONS: [&str; 8] = [
    "answer",
    "bridge",
    "callcenter",
    "export",
    "hangup",
    "set",
    "transfer",
    "unset",
];

#[test]
fn every_variable_command_and_application_of_the_freeswitch_dialplan_is_known() {
    let dialplan = read("freeswitch/dialplan.xml");
    for (application, data) in actions(&dialplan) {
        assert!(APPLICATIONS.contains(&application), "{application} {data}");
        for used in data.split("${").skip(1) {
            let end = used
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(used.len());
            let known: &[&str] = if used[end..].starts_with('(') {
                &COMMANDS
            } else {
                &VARIABLES
            };
            assert!(known.contains(&&used[..end]), "{} in {data}", &used[..end]);
        }
        assert_eq!(data.matches('(').count(), data.matches(')').count(), "{data}");
    }
}

#[test]
fn talk_time_of_the_freeswitch_dialplan_is_now_less_a_moment_that_is_known_during_the_call() {
    let dialplan = read("freeswitch/dialplan.xml");
    let times: Vec<&str> = actions(&dialplan)
        .into_iter()
        .filter_map(|(_, data)| data.strip_prefix("nolocal:sip_h_X-Talk-Time="))
        .collect();
    assert_eq!(
        times,
        [
            "${expr(${strepoch()} - ${cc_queue_answered_epoch})}",
            "${expr(${strepoch()} - ipart(${answered_time} / 1000000))}",
        ]
    );
}
