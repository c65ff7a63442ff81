//! Whether a peer that says nothing is still there: OPTIONS of ours in the dialog, and the requests of the peer.

use super::bench::{Ask, Bench, Sent, kinds, times};
use crate::event::{Body, Command, DialogEvent};
use crate::transaction::Timers;

fn check(bench: &mut Bench) -> Vec<Sent> {
    let dialog = bench.key();
    bench.command(Command::CheckPeer { dialog })
}

/// What was told of the peer so far, and nothing else was told.
fn told(bench: &mut Bench) -> Vec<&'static str> {
    let word = |event: &DialogEvent| match event {
        DialogEvent::PeerAlive => "alive",
        DialogEvent::PeerGone => "gone",
        other => panic!("{other:?}"),
    };
    bench.events.drain(..).map(|(_, event)| word(&event)).collect()
}

#[test]
fn options_in_the_dialog_asks_by_the_dialogs_own_names() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let options = check(&mut bench).pop().unwrap();
    assert_eq!(options.start_line(), "OPTIONS sip:pbx@198.51.100.7:5060 SIP/2.0");
    assert!(options.header("From").unwrap().ends_with(&format!(";tag={tag}")));
    assert!(options.header("To").unwrap().ends_with(";tag=caller"));
    assert_eq!(options.header("Call-ID"), Some("call-1@pbx"));
    assert_eq!(
        options.header("CSeq").and_then(|cseq| cseq.split(' ').nth(1)),
        Some("OPTIONS")
    );
    assert_eq!(options.header("Accept"), Some("application/sdp"));
    assert_eq!(options.header("Max-Forwards"), Some("70"));
}

#[test]
fn any_answer_but_408_and_481_comes_from_a_peer_that_is_there() {
    for (status, word) in [
        (200, "alive"),
        (302, "alive"),
        (403, "alive"),
        (404, "alive"),
        (405, "alive"),
        (408, "gone"),
        (481, "gone"),
        (486, "alive"),
        (500, "alive"),
        (501, "alive"),
        (503, "alive"),
        (603, "alive"),
    ] {
        let mut bench = Bench::new();
        bench.established();
        let options = check(&mut bench).pop().unwrap();
        bench.reply_to(&options, 100, "");
        assert!(told(&mut bench).is_empty(), "100 is no answer");
        bench.reply_to(&options, status, "");
        bench.reply_to(&options, status, "");
        assert_eq!(told(&mut bench), [word], "{status}, repeated, is told once");
        assert_eq!(
            bench.agent.dialogs(),
            1,
            "{status}: the dialog is for the application to end"
        );
    }
}

#[test]
fn unanswered_options_repeats_by_timer_e_and_is_given_up_by_timer_f() {
    let mut bench = Bench::new();
    bench.established();
    check(&mut bench);
    let repeated = bench.run_until(31_900);
    assert!(told(&mut bench).is_empty());
    assert_eq!(&times(&repeated)[..5], [500, 1_500, 3_500, 7_500, 11_500]);
    assert!(repeated.iter().all(|sent| sent.what() == "OPTIONS"));
    bench.run_until(Timers::default().give_up().as_millis() as u64);
    assert_eq!(told(&mut bench), ["gone"]);
    assert_eq!(
        (bench.agent.dialogs(), bench.agent.counters().request_timeouts),
        (1, 1)
    );
    assert_eq!(kinds(&bench.hang_up()), ["BYE"], "the call is still to be ended");
}

#[test]
fn options_that_cannot_be_sent_finds_nobody() {
    let mut bench = Bench::tcp();
    bench.established();
    let options = check(&mut bench).pop().unwrap();
    bench.send_failed(&options);
    assert_eq!(told(&mut bench), ["gone"]);
}

#[test]
fn nobody_is_asked_before_the_call_is_answered_or_behind_our_bye() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    assert!(check(&mut bench).is_empty());
    let mut bench = Bench::new();
    bench.established();
    let options = check(&mut bench).pop().unwrap();
    bench.hang_up();
    assert!(check(&mut bench).is_empty());
    bench.reply_to(&options, 481, "");
    assert!(told(&mut bench).is_empty(), "a late answer is nobody's business");
}

#[test]
fn nothing_of_ours_but_the_bye_is_repeated_once_either_side_has_sent_one() {
    for theirs in [false, true] {
        let mut bench = Bench::new();
        let tag = bench.established();
        check(&mut bench);
        let dialog = bench.key();
        bench.command(Command::SendInfo {
            dialog,
            body: Body {
                content_type: "application/dtmf-relay".to_owned(),
                bytes: b"Signal=5\r\n".to_vec(),
            },
        });
        let before = bench.run_until(600);
        assert_eq!(kinds(&before), ["OPTIONS", "INFO"], "while the dialog lasts");
        let expected = if theirs {
            bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2));
            None
        } else {
            bench.hang_up();
            Some("BYE")
        };
        let repeated = bench.run_until(60_000);
        assert!(
            repeated.iter().all(|sent| Some(sent.what()) == expected),
            "{:?}",
            kinds(&repeated)
        );
        assert_eq!(repeated.is_empty(), theirs, "a BYE of ours is repeated");
    }
}

#[test]
fn answer_with_a_broken_header_comes_from_a_peer_that_is_there() {
    for broken in [
        "Contact: <>;;\r\n",
        "no header at all\r\n",
        "To: <sip:other@h>\r\n",
    ] {
        let mut bench = Bench::new();
        bench.established();
        let options = check(&mut bench).pop().unwrap();
        bench.reply_to(&options, 200, broken);
        assert_eq!(told(&mut bench), ["alive"], "{broken}");
    }
}

#[test]
fn request_of_the_peer_in_the_dialog_is_a_sign_of_life() {
    for (ask, status) in [
        (Ask::new("OPTIONS"), "200"),
        (Ask::new("UPDATE"), "200"),
        (Ask::new("INFO"), "200"),
        (Ask::new("INFO").body("text/plain", "hello"), "415"),
        (Ask::new("REFER"), "603"),
        (Ask::new("MESSAGE").body("text/plain", "hello"), "405"),
    ] {
        let mut bench = Bench::new();
        let tag = bench.established();
        let ask = ask.in_dialog(&tag).cseq(2);
        assert_eq!(kinds(&bench.ask(&ask)), [status]);
        bench.ask(&ask);
        assert_eq!(told(&mut bench), ["alive"], "{status}, repeated, is told once");
    }
    let mut bench = Bench::new();
    bench.established();
    bench.ask(&Ask::new("OPTIONS").in_dialog("nobody").cseq(2));
    assert!(told(&mut bench).is_empty(), "of another dialog");
}
