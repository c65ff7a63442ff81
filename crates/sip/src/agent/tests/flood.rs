//! Floods: what is turned away leaves nothing behind, is sent once, and is counted once.

use super::bench::{Ask, Bench, kinds};
use crate::agent::{AgentConfig, AgentLimits};
use crate::event::TurnedAwayReason;

/// The task's flood.
const FLOOD: usize = 15_000;
/// Enough to pass every limit, for tests that send many kinds.
const MANY: usize = 6_500;

fn call(number: usize) -> Ask {
    let name = format!("f{number}");
    Ask::invite().branch(&name).call_id(&name)
}

fn limited(limits: AgentLimits) -> Bench {
    Bench::with(AgentConfig {
        limits,
        ..AgentConfig::default()
    })
}

fn statuses(bench: &Bench, status: &str) -> usize {
    bench.sent.iter().filter(|sent| sent.what() == status).count()
}

#[test]
fn flood_that_the_application_cannot_follow_is_refused_without_state_and_every_call_is_counted_once() {
    let mut bench = Bench::new();
    for number in 0..FLOOD {
        bench.ask(&call(number));
    }
    let taken = bench.invites.len();
    assert_eq!(taken, AgentLimits::default().unestablished_of_source);
    assert_eq!(bench.turned_away.len(), FLOOD - taken);
    assert!(
        bench
            .turned_away
            .iter()
            .all(|call| call.why == TurnedAwayReason::Source)
    );
    assert!(
        bench
            .turned_away
            .iter()
            .all(|call| call.dialled.expose() == "nps")
    );
    assert_eq!(statuses(&bench, "503"), FLOOD - taken);
    assert_eq!(bench.agent.transactions(), taken, "a refusal has no transaction");
    for number in taken..FLOOD {
        bench.ask(&call(number));
    }
    assert_eq!(
        bench.turned_away.len(),
        FLOOD - taken,
        "a repetition is no second call"
    );
    bench.sent.clear();
    bench.run_until(31_999);
    assert_eq!(statuses(&bench, "503"), 0, "no refusal is sent again by a timer");
}

#[test]
fn refusal_of_a_full_application_is_sent_once_and_again_only_to_the_same_invite() {
    let mut bench = limited(AgentLimits {
        tried_at_once: 0,
        ..AgentLimits::default()
    });
    for number in 0..FLOOD {
        assert!(bench.ask(&call(number)).is_empty(), "no 100 before the decision");
        bench.refuse(503);
    }
    assert_eq!(bench.invites.len(), FLOOD, "each call is decided on");
    assert_eq!(statuses(&bench, "503"), FLOOD);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
    assert_eq!(bench.agent.timeout(), None, "nothing waits for an ACK");
    let refusal = bench.sent.last().unwrap().clone();
    let again = bench.ask(&call(FLOOD - 1));
    assert_eq!(again[0].to_tag(), refusal.to_tag(), "the same To-tag");
    assert_eq!(kinds(&again), ["503"]);
    assert_eq!(bench.invites.len(), FLOOD, "never a second call");
    let ack = Ask::new("ACK")
        .branch(&format!("f{}", FLOOD - 1))
        .call_id(&format!("f{}", FLOOD - 1))
        .in_dialog(refusal.to_tag().unwrap());
    assert!(bench.ask(&ack).is_empty());
    assert_eq!(bench.agent.counters().dropped, 0, "its ACK is expected");
    bench.run_until(32_001);
    bench.ask(&call(FLOOD - 1));
    assert_eq!(bench.invites.len(), FLOOD + 1, "after 64*T1 it is another call");
}

#[test]
fn trying_that_was_held_back_comes_in_time_and_a_refusal_after_it_is_repeated() {
    let mut bench = limited(AgentLimits {
        tried_at_once: 1,
        ..AgentLimits::default()
    });
    assert_eq!(kinds(&bench.ask(&call(0))), ["100"]);
    assert!(bench.ask(&call(1)).is_empty());
    let tried = bench.run_until(200);
    assert_eq!(
        (kinds(&tried), tried[0].at),
        (vec!["100"], 150),
        "RFC 3261 section 17.2.1"
    );
    bench.refuse(503);
    let repeated = bench.run_until(1_000);
    assert_eq!(kinds(&repeated), ["503"], "Timer G: the peer waits after a 100");
}

#[test]
fn answer_before_the_trying_is_held_back_needs_none() {
    let mut bench = limited(AgentLimits {
        tried_at_once: 0,
        ..AgentLimits::default()
    });
    bench.ask(&call(0));
    bench.answer();
    assert_eq!(kinds(&bench.run_until(400)), Vec::<&str>::new());
}

#[test]
fn while_the_application_is_full_fewer_calls_wait_for_it() {
    let mut bench = Bench::new();
    bench.ask(&call(0));
    bench.refuse(503);
    for number in 1..1_000 {
        bench.ask(&call(number));
    }
    let limits = AgentLimits::default();
    assert_eq!(bench.invites.len(), 1 + limits.pending_when_full);
    bench.run_until(1_001);
    bench.ask(&call(1_000));
    assert_eq!(
        bench.invites.len(),
        2 + limits.pending_when_full,
        "a second later there may be room"
    );
}

#[test]
fn refusals_that_nobody_acknowledges_are_repeated_a_few_at_a_time() {
    for status in [404, 486, 488, 302] {
        let mut bench = Bench::new();
        for number in 0..MANY {
            bench.ask(&call(number));
            bench.refuse(status);
        }
        let limits = AgentLimits::default();
        assert!(
            bench.agent.transactions() <= limits.kept_answers + limits.unacknowledged_refusals + 1,
            "{status}: {} transactions",
            bench.agent.transactions()
        );
        bench.sent.clear();
        bench.run_until(40_000);
        let most = limits.unacknowledged_refusals * 11;
        assert!(statuses(&bench, &status.to_string()) <= most, "{status}");
        assert_eq!(bench.agent.transactions(), 0);
    }
}

#[test]
fn accepted_calls_that_nobody_acknowledges_are_a_limited_number() {
    let mut bench = limited(AgentLimits {
        unacknowledged: 20,
        ..AgentLimits::default()
    });
    for number in 0..100 {
        if kinds(&bench.ask(&call(number))) == ["100"] {
            bench.answer();
        }
    }
    assert_eq!(bench.invites.len(), 20);
    assert_eq!(bench.agent.counters().refused_unacknowledged, 80);
    bench.run_until(70_000);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
    bench.ask(&call(100));
    assert_eq!(bench.invites.len(), 21, "their places are free again");
}

#[test]
fn source_that_acknowledges_nothing_fills_its_own_places_and_nobody_else_s() {
    let mut bench = limited(AgentLimits {
        unestablished_of_source: 20,
        ..AgentLimits::default()
    });
    let deaf = bench.source;
    for number in 0..100 {
        if kinds(&bench.ask(&call(number))) == ["100"] {
            bench.answer();
        }
    }
    assert_eq!(bench.invites.len(), 20);
    assert_eq!(bench.agent.counters().refused_source, 80);
    bench.source.set_ip([10, 9, 8, 7].into());
    assert_eq!(
        kinds(&bench.ask(&call(200))),
        ["100"],
        "another address is served"
    );
    bench.source = deaf;
    bench.source.set_port(40_000);
    assert_eq!(
        kinds(&bench.ask(&call(201))),
        ["503"],
        "another port is no other source"
    );
    bench.run_until(70_000);
    assert_eq!(
        kinds(&bench.ask(&call(202))),
        ["100"],
        "its places are free again"
    );
}

#[test]
fn burst_of_many_sources_waits_up_to_the_limit_of_all() {
    let mut bench = Bench::new();
    for number in 0..MANY {
        bench
            .source
            .set_ip([10, 0, 0, u8::try_from(number % 200).unwrap()].into());
        bench.ask(&call(number));
    }
    assert_eq!(bench.invites.len(), AgentLimits::default().pending_invites);
    assert!(
        bench
            .turned_away
            .iter()
            .all(|call| call.why == TurnedAwayReason::Pending)
    );
}

#[test]
fn peer_that_acknowledges_is_served_while_many_others_flood() {
    for accepts in [false, true] {
        let mut bench = limited(AgentLimits {
            pending_invites: 30,
            unacknowledged: 20,
            reserve: 5,
            ..AgentLimits::default()
        });
        let pbx = bench.source;
        bench.ask(&call(0));
        let tag = bench.answer().to_tag().unwrap().to_owned();
        bench.ask(&Ask::new("ACK").branch("a0").call_id("f0").in_dialog(&tag));
        for number in 1..200 {
            bench
                .source
                .set_ip([10, 0, 0, u8::try_from(number).unwrap()].into());
            if kinds(&bench.ask(&call(number))) == ["100"] && accepts {
                bench.answer();
            }
        }
        assert_eq!(
            kinds(&bench.ask(&call(200))),
            ["503"],
            "one more stranger is refused"
        );
        bench.source = pbx;
        for number in 300..305 {
            assert_eq!(kinds(&bench.ask(&call(number))), ["100"], "the PBX is served");
            if accepts {
                bench.answer();
            }
        }
        assert_eq!(
            kinds(&bench.ask(&call(305))),
            ["503"],
            "the reserve is a number too"
        );
    }
}

#[test]
fn acknowledged_calls_do_not_count_as_unacknowledged() {
    let mut bench = limited(AgentLimits {
        unacknowledged: 1,
        unestablished_of_source: 1,
        reserve: 0,
        ..AgentLimits::default()
    });
    for number in 0..20 {
        assert_eq!(kinds(&bench.ask(&call(number))), ["100"]);
        let tag = bench.answer().to_tag().unwrap().to_owned();
        let name = format!("f{number}");
        bench.ask(
            &Ask::new("ACK")
                .branch(&format!("a{number}"))
                .call_id(&name)
                .in_dialog(&tag),
        );
    }
}

#[test]
fn flood_of_options_and_cancels_and_strays_is_answered_and_keeps_little() {
    for method in ["OPTIONS", "CANCEL", "BYE", "INFO", "REGISTER", "FOO"] {
        let mut bench = Bench::new();
        for number in 0..MANY {
            let name = format!("o{number}");
            let mut ask = Ask::new(method).branch(&name).call_id(&name);
            if matches!(method, "BYE" | "INFO") {
                ask = ask.in_dialog("gone");
            }
            let answer = bench.ask(&ask);
            assert_eq!(answer.len(), 1, "{method}");
            assert_eq!(
                bench.ask(&ask)[0].text,
                answer[0].text,
                "{method}: the same answer with the same tag"
            );
        }
        let most = AgentLimits::default().kept_answers;
        assert!(
            bench.agent.transactions() <= most,
            "{method}: {}",
            bench.agent.transactions()
        );
    }
}

#[test]
fn invites_that_are_cancelled_one_by_one_keep_little_and_are_answered() {
    let mut bench = Bench::new();
    for number in 0..MANY {
        let name = format!("f{number}");
        bench.ask(&call(number));
        let answers = bench.ask(&Ask::new("CANCEL").branch(&name).call_id(&name));
        assert_eq!(kinds(&answers), ["200", "487"]);
        assert_eq!(answers[0].to_tag(), answers[1].to_tag());
    }
    let limits = AgentLimits::default();
    assert!(bench.agent.transactions() <= limits.kept_answers + limits.unacknowledged_refusals + 1);
    bench.sent.clear();
    bench.run_until(40_000);
    assert!(statuses(&bench, "487") <= limits.unacknowledged_refusals * 11);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn room_of_a_flood_is_given_back() {
    let mut bench = limited(AgentLimits {
        pending_invites: MANY,
        unestablished_of_source: MANY,
        ..AgentLimits::default()
    });
    let held = allocation_counter::measure(|| {
        for number in 0..MANY {
            bench.ask(&call(number));
        }
        bench.run_until(120_000);
        bench.ask(&Ask::new("OPTIONS"));
        bench.run_until(200_000);
        bench.sent = Vec::new();
        bench.events = Vec::new();
        bench.invites = Vec::new();
        bench.turned_away = Vec::new();
    });
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
    assert!(held.bytes_current < 2 << 20, "{} bytes", held.bytes_current);
}
