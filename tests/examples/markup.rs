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
