//! Overload: new calls hear 503, what is in progress never suffers, and memory stays bounded.

use super::bench::{Ask, Bench, kinds};
use crate::agent::{Accepting, AgentConfig, AgentLimits};
use crate::event::EndCause;

fn limited(dialogs: usize, pending_invites: usize, transactions: usize) -> Bench {
    let limits = AgentLimits {
        dialogs,
        pending_invites,
        transactions,
        ..AgentLimits::default()
    };
    Bench::with(AgentConfig {
        limits,
        ..AgentConfig::default()
    })
}

fn other_call(number: usize) -> Ask {
    let name = format!("n{number}");
    Ask::invite().branch(&name).call_id(&name)
}

#[test]
fn new_invite_over_a_limit_hears_503_with_retry_after_and_leaves_nothing_behind() {
    let mut bench = limited(100, 1, 100);
    bench.ask(&Ask::invite());
    let before = bench.agent.transactions();
    let first = bench.ask(&other_call(1));
    assert_eq!(kinds(&first), ["503"]);
    assert_eq!(first[0].header("Retry-After"), Some("10"));
    assert_eq!(
        bench.ask(&other_call(1))[0].text,
        first[0].text,
        "the same tag for the same request"
    );
    assert_eq!(bench.agent.transactions(), before);
    assert!(
        bench
            .ask(
                &Ask::new("ACK")
                    .branch("n1")
                    .call_id("n1")
                    .in_dialog(first[0].to_tag().unwrap())
            )
            .is_empty()
    );
    let counters = bench.agent.counters();
    assert_eq!(
        (counters.refused_pending, counters.request_retransmissions),
        (1, 1),
        "a repetition is no second call"
    );
    assert_eq!(counters.dropped, 0, "the ACK is expected");
}

#[test]
fn dialog_limit_refuses_new_calls_until_one_ends() {
    let mut bench = limited(1, 100, 100);
    let tag = bench.established();
    assert_eq!(kinds(&bench.ask(&other_call(1))), ["503"]);
    assert_eq!(bench.agent.counters().refused_dialogs, 1);
    bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2));
    assert_eq!(kinds(&bench.ask(&other_call(2))), ["100"]);
}

#[test]
fn draining_and_full_refuse_new_calls_and_serve_those_in_progress() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.agent.set_accepting(Accepting::Draining);
    assert_eq!(kinds(&bench.ask(&other_call(1))), ["503"]);
    bench.agent.set_accepting(Accepting::Full);
    assert_eq!(kinds(&bench.ask(&other_call(2))), ["503"]);
    assert_eq!(
        kinds(&bench.ask(&Ask::new("OPTIONS").in_dialog(&tag).cseq(2))),
        ["200"]
    );
    let info = Ask::new("INFO")
        .in_dialog(&tag)
        .cseq(3)
        .body("application/dtmf", "5");
    assert_eq!(kinds(&bench.ask(&info)), ["200"]);
    assert_eq!(
        kinds(&bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(4))),
        ["200"]
    );
    let counters = bench.agent.counters();
    assert_eq!((counters.refused_draining, counters.refused_full), (1, 1));
}

#[test]
fn full_transaction_table_forgets_the_oldest_finished_first() {
    let mut bench = limited(100, 100, 8);
    let tag = bench.established();
    for number in 0..50 {
        let name = format!("o{number}");
        assert_eq!(
            kinds(&bench.ask(&Ask::new("OPTIONS").branch(&name).call_id(&name))),
            ["200"]
        );
        assert!(bench.agent.transactions() <= 8);
    }
    assert_eq!(bench.agent.counters().evicted_transactions, 43);
    assert_eq!(
        kinds(&bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2))),
        ["200"]
    );
}

#[test]
fn copy_of_an_invite_whose_transaction_was_forgotten_early_hears_its_2xx_again() {
    let mut bench = limited(100, 100, 1);
    bench.ask(&Ask::invite());
    let answer = bench.answer();
    bench.ask(&Ask::new("OPTIONS").call_id("other"));
    assert_eq!(bench.agent.counters().evicted_transactions, 1);
    assert_eq!(
        bench.ask(&Ask::invite())[0].text,
        answer.text,
        "same 2xx, same tag"
    );
    assert_eq!(bench.invites.len(), 1, "never a second call");
}

#[test]
fn table_full_of_unanswered_invites_refuses_what_is_new() {
    let mut bench = limited(100, 100, 3);
    for number in 0..3 {
        bench.ask(&other_call(number));
    }
    assert_eq!(kinds(&bench.ask(&Ask::new("OPTIONS"))), ["503"]);
    assert_eq!(bench.agent.counters().refused_transactions, 1);
}

#[test]
fn refusal_forgotten_early_is_still_announced() {
    let mut bench = limited(100, 100, 1);
    bench.ask(&Ask::invite());
    bench.refuse(486);
    bench.ask(&Ask::new("OPTIONS").call_id("other"));
    assert_eq!(bench.causes(), [EndCause::Refused]);
}

#[test]
fn thousand_calls_leave_nothing_behind() {
    let mut bench = Bench::new();
    for number in 0..1_000 {
        bench.ask(&other_call(number));
        let tag = bench.answer().to_tag().unwrap().to_owned();
        let name = format!("n{number}");
        bench.ask(
            &Ask::new("ACK")
                .branch(&format!("a{number}"))
                .call_id(&name)
                .in_dialog(&tag),
        );
        let bye = Ask::new("BYE")
            .branch(&format!("b{number}"))
            .call_id(&name)
            .in_dialog(&tag)
            .cseq(2);
        bench.ask(&bye);
    }
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 2_000));
    bench.run_until(32_000);
    assert_eq!(bench.agent.transactions(), 0);
    assert_eq!(bench.agent.timeout(), None, "no timer is left");
}

#[test]
fn established_dialog_holds_less_than_2_kb() {
    let mut bench = Bench::new();
    let calls = 500;
    let held = allocation_counter::measure(|| {
        for number in 0..calls {
            let name = format!("n{number}");
            bench.ask(&other_call(number));
            let tag = bench.answer().to_tag().unwrap().to_owned();
            bench.ask(
                &Ask::new("ACK")
                    .branch(&format!("a{number}"))
                    .call_id(&name)
                    .in_dialog(&tag),
            );
        }
        bench.run_until(40_000);
        bench.sent = Vec::new();
        bench.events = Vec::new();
        bench.invites = Vec::new();
    });
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (calls, 0));
    let bytes = held.bytes_current / i64::try_from(calls).unwrap();
    assert!(bytes < 2_048, "{bytes} bytes a dialog");
}
