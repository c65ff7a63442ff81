//! The dial-peers of CUBE: every line is a command of IOS-XE in the place where IOS-XE has it, every voice class that is named is defined
//! and used, and the headers are passed on where the call comes in.

use std::collections::BTreeMap;

use super::read;

/// Commands by the section that holds them, after Cisco's command reference for IOS-XE 17.
const COMMANDS: [(&str, &[&str]); 4] = [
    (
        "voice class sip-options-keepalive ",
        &[
            "description",
            "down-interval",
            "up-interval",
            "retry",
            "transport",
        ],
    ),
    ("voice class server-group ", &["ipv4"]),
    ("voice class sip-hdr-passthrulist ", &["passthru-hdr"]),
    (
        "dial-peer voice ",
        &[
            "description",
            "session protocol",
            "session server-group",
            "incoming called-number",
            "destination-pattern",
            "voice-class sip pass-thru headers",
            "voice-class sip options-keepalive profile",
            "dtmf-relay",
            "codec",
            "no vad",
        ],
    ),
];

/// The sections of the file with their commands.
fn sections(text: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut sections: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut section = "";
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.starts_with('!'))
    {
        match line.strip_prefix(' ') {
            Some(command) => sections.get_mut(section).unwrap().push(command),
            None => {
                section = line;
                assert!(sections.insert(line, Vec::new()).is_none(), "{line}: twice");
            }
        }
    }
    sections
}

/// The argument of a command of the section.
fn argument<'t>(commands: &[&'t str], command: &str) -> Option<&'t str> {
    commands
        .iter()
        .find_map(|line| line.strip_prefix(command).map(str::trim))
}

#[test]
fn every_line_is_a_command_that_its_section_has() {
    let text = read("cisco/dial-peers.cfg");
    for (section, commands) in sections(&text) {
        let (_, known) = COMMANDS
            .iter()
            .find(|(start, _)| section.starts_with(start))
            .unwrap_or_else(|| panic!("{section}: unknown"));
        for command in commands {
            assert!(
                known
                    .iter()
                    .any(|start| command == *start || command.starts_with(&format!("{start} "))),
                "{section}: {command}"
            );
        }
    }
}

#[test]
fn headers_pass_where_the_call_comes_in_and_every_class_is_defined_and_used() {
    let text = read("cisco/dial-peers.cfg");
    let sections = sections(&text);
    let peer = |command: &str| -> &Vec<&str> {
        let is_it = |(name, commands): &(&&str, &Vec<&str>)| {
            name.starts_with("dial-peer") && argument(commands, command).is_some()
        };
        sections
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{command}"))
            .1
    };
    let (comes, leaves) = (peer("incoming called-number"), peer("destination-pattern"));
    let mut used = Vec::new();
    for (commands, command, class) in [
        (comes, "voice-class sip pass-thru headers", "sip-hdr-passthrulist"),
        (
            leaves,
            "voice-class sip options-keepalive profile",
            "sip-options-keepalive",
        ),
        (leaves, "session server-group", "server-group"),
    ] {
        let tag = argument(commands, command).unwrap_or_else(|| panic!("{command}: {commands:?}"));
        used.push(format!("voice class {class} {tag}"));
    }
    let mut defined: Vec<&str> = sections
        .keys()
        .copied()
        .filter(|name| name.starts_with("voice class"))
        .collect();
    used.sort();
    defined.sort_unstable();
    assert_eq!(used, defined);
    assert_eq!(
        argument(comes, "incoming called-number"),
        argument(leaves, "destination-pattern")
    );
    for commands in [comes, leaves] {
        assert_eq!(
            argument(commands, "dtmf-relay"),
            Some("rtp-nte"),
            "keys come as telephone-events"
        );
    }
    let passed = &sections["voice class sip-hdr-passthrulist 100"];
    let fixture = include_str!("../context/cisco_cvp_survey.sip");
    for header in passed
        .iter()
        .filter_map(|line| line.strip_prefix("passthru-hdr "))
    {
        assert!(
            fixture.contains(&format!("\n{header}: ")),
            "the fixture of this PBX sends {header}"
        );
    }
}
