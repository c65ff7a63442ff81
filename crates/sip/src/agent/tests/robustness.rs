//! Whatever arrives, in whatever order: no panic, no state over the limits, no event after the end.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

use super::bench::{Ask, Bench, SDP};
use crate::agent::{AgentConfig, AgentLimits};
use crate::event::{Body, Command, DialogEvent, OfferKey, Transport};

#[derive(Debug, Clone)]
enum Step {
    Request {
        method: &'static str,
        call: u8,
        branch: u8,
        cseq: u32,
        tagged: bool,
        sdp: bool,
    },
    Reply {
        status: u16,
    },
    Mutated {
        at: usize,
        byte: u8,
    },
    Bytes(Vec<u8>),
    Application {
        what: u8,
        call: usize,
    },
    Wait {
        ms: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let methods = [
        "INVITE", "INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "OPTIONS", "REFER", "ODD",
    ];
    prop_oneof![
        6 => (0..methods.len(), 0..4u8, 0..4u8, 1..5u32, any::<bool>(), any::<bool>()).prop_map(
            move |(method, call, branch, cseq, tagged, sdp)| Step::Request {
                method: methods[method], call, branch, cseq, tagged, sdp,
            }
        ),
        1 => (100..700u16).prop_map(|status| Step::Reply { status }),
        2 => (0..500usize, any::<u8>()).prop_map(|(at, byte)| Step::Mutated { at, byte }),
        1 => vec(any::<u8>(), 0..200).prop_map(Step::Bytes),
        4 => (0..7u8, 0..4usize).prop_map(|(what, call)| Step::Application { what, call }),
        2 => prop_oneof![Just(1u64), Just(600), Just(33_000), Just(61_000)].prop_map(|ms| Step::Wait { ms }),
    ]
}

fn application(bench: &mut Bench, what: u8, call: usize) {
    let Some(invite) = bench.invites.iter().rev().nth(call) else {
        return;
    };
    let dialog = invite.dialog;
    let offer = bench.events.iter().rev().find_map(|(key, event)| match event {
        DialogEvent::Offer { offer, .. } if *key == dialog => Some(*offer),
        _ => None,
    });
    let offer = offer.unwrap_or(OfferKey(0));
    let headers = Vec::new();
    let body = Body::sdp(SDP);
    bench.command(match what {
        0 => Command::Ring { dialog },
        1 | 2 => Command::Answer {
            dialog,
            body,
            headers,
        },
        3 => Command::Refuse {
            dialog,
            status: 600,
            reason: None,
            headers,
        },
        4 => Command::AnswerOffer {
            dialog,
            offer,
            body: Some(body),
        },
        5 => Command::RejectOffer {
            dialog,
            offer,
            status: 488,
            headers,
        },
        _ => Command::HangUp { dialog, headers },
    });
}

fn take(bench: &mut Bench, step: &Step, clock_ms: &mut u64) {
    match step {
        Step::Request {
            method,
            call,
            branch,
            cseq,
            tagged,
            sdp,
        } => {
            let mut ask = Ask::new(method)
                .branch(&format!("{call}-{branch}"))
                .call_id(&format!("call-{call}"))
                .cseq(*cseq)
                .header("Contact: <sip:pbx@198.51.100.7>");
            let tag = bench
                .sent
                .iter()
                .rev()
                .find_map(|sent| sent.to_tag())
                .map(str::to_owned);
            if let (true, Some(tag)) = (*tagged, tag) {
                ask = ask.in_dialog(&tag);
            }
            bench.ask(&if *sdp { ask.sdp() } else { ask });
        }
        Step::Reply { status } => {
            let request = bench.sent.iter().rev().find(|sent| sent.what() == "BYE").cloned();
            if let Some(request) = request {
                bench.reply_to(&request, *status, "");
            }
        }
        Step::Mutated { at, byte } => {
            let mut bytes = Ask::invite().text(Transport::Udp).into_bytes();
            if let Some(place) = bytes.get_mut(*at) {
                *place = *byte;
            }
            bench.receive_bytes(&bytes);
        }
        Step::Bytes(bytes) => {
            bench.receive_bytes(bytes);
        }
        Step::Application { what, call } => application(bench, *what, *call),
        Step::Wait { ms } => {
            *clock_ms += ms;
            bench.run_until(*clock_ms);
        }
    }
}

proptest! {
    #[test]
    fn any_sequence_of_messages_and_commands_stays_bounded_and_ends_once(steps in vec(step(), 1..120)) {
        let limits = AgentLimits { dialogs: 3, pending_invites: 2, transactions: 6, ..AgentLimits::default() };
        let mut bench = Bench::with(AgentConfig { limits, ..AgentConfig::default() });
        let mut clock_ms = 0;
        for step in &steps {
            take(&mut bench, step, &mut clock_ms);
            assert!(bench.agent.dialogs() <= limits.dialogs, "dialogs stay under their limit");
            assert!(bench.agent.servers.len() <= limits.transactions, "transactions too");
            assert!(bench.agent.servers.pending_invites() <= limits.pending_invites + limits.dialogs);
        }
        for sent in bench.sent.iter().filter(|sent| sent.text.starts_with("SIP/2.0 ")) {
            let tagged = sent.what() == "100" || sent.header("To").is_none_or(|to| to.contains("tag="));
            assert!(tagged, "every response over 100 has a To-tag: {}", sent.text);
        }
        bench.run_until(clock_ms + 200_000);
        let mut ended = HashSet::new();
        for (key, event) in &bench.events {
            assert!(!ended.contains(key), "Ended is the last event of its dialog");
            if matches!(event, DialogEvent::Ended { .. }) {
                ended.insert(*key);
            }
        }
    }
}
