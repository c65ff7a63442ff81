//! The dial-peers of CUBE: every voice class that one names is defined, and its number has a route.

use super::read;

#[test]
fn dial_peer_names_only_voice_classes_that_exist() {
    let text = read("cisco/dial-peers.cfg");
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.starts_with('!'))
        .collect();
    let defined = |start: &str| -> Vec<&str> {
        lines
            .iter()
            .filter_map(|line| line.strip_prefix(start))
            .map(str::trim)
            .collect()
    };
    let named = |start: &str| -> Vec<&str> {
        lines
            .iter()
            .filter_map(|line| line.strip_prefix(' ')?.strip_prefix(start))
            .map(str::trim)
            .collect()
    };
    for (definition, use_of) in [
        ("voice class server-group ", "session server-group "),
        (
            "voice class sip-options-keepalive ",
            "voice-class sip options-keepalive profile ",
        ),
        ("voice class sip-copylist ", "voice-class sip copy-list "),
    ] {
        let (defined, named) = (defined(definition), named(use_of));
        assert!(
            !named.is_empty() && named.iter().all(|name| defined.contains(name)),
            "{use_of}{named:?}, {defined:?}"
        );
    }
    assert_eq!(named("dtmf-relay "), ["rtp-nte"], "keys come as telephone-events");
    assert_eq!(
        named("destination-pattern "),
        ["888....$"],
        "7 digits, as the route 888* takes them"
    );
}
