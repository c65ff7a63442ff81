//! Any INVITE: read its context by every preset's names and a number plan; no value is unbounded or holds a control
//! character, and a caller's number is digits that stay what they are.
#![no_main]

use std::sync::LazyLock;
use std::time::Instant;

use libfuzzer_sys::fuzz_target;

use aftercall::call::context::{read, uui};
use aftercall_sip::agent::{AgentConfig, Flow, Input, Output, UserAgent};
use aftercall_sip::event::Transport;
use aftercall_sip::wire::parse_datagram;
use aftercall_survey::context::number::{Country, NumberOrigin, NumberingPlan};
use aftercall_survey::context::{Mapping, Preset};

static MAPPINGS: LazyLock<[Mapping; 2]> = LazyLock::new(|| {
    let country = Country::new("358", None, None, None).expect("a country code");
    let placing = Mapping {
        numbers: NumberingPlan::of(country),
        ..Mapping::of(&Preset::ALL)
    };
    [Mapping::default(), placing]
});

/// A sound INVITE, so that the fuzzer's bytes are header lines from the first one on.
const HEAD: &[u8] = b"INVITE sip:nps--token;x=y@h;token=t SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n\
    From: <sip:1@h>;tag=1\r\nTo: <sip:nps@h>\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\nContact: <sip:1@h>\r\n";

fuzz_target!(|lines: &[u8]| {
    let text = String::from_utf8_lossy(lines);
    for value in uui::values(&text) {
        let _ = uui::parse(value);
    }
    for Mapping { numbers, unset, .. } in &*MAPPINGS {
        let _ = unset.is_placeholder(&text);
        let Ok(number) = numbers.number(&text, NumberOrigin::Configured) else {
            continue;
        };
        let digits = number.as_str().trim_start_matches('+');
        assert!((2..=18).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let again = numbers
            .number(number.as_str(), NumberOrigin::Configured)
            .map(|number| number.as_str().to_owned());
        assert_eq!(again.as_deref(), Ok(number.as_str()));
    }
    let Ok(message) = parse_datagram(&[HEAD, lines, b"\r\n\r\n"].concat()) else {
        return;
    };
    let address = ([192, 0, 2, 1], 5060).into();
    let flow = Flow {
        transport: Transport::Udp,
        local: address,
        advertised: address,
        peer: ([192, 0, 2, 2], 5060).into(),
        connection: None,
    };
    let mut agent = UserAgent::new(AgentConfig::default(), 1);
    agent.handle(Input::Message { flow, message }, Instant::now());
    while let Some(output) = agent.poll() {
        let Output::Invite(invite) = output else { continue };
        for mapping in &*MAPPINGS {
            for fact in read(&invite, mapping).facts {
                let value = fact.value.expose();
                assert!(value.chars().count() <= 128 && !value.chars().any(char::is_control));
            }
        }
    }
});
