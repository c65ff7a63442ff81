//! Every timer at its exact instant, in milliseconds after its start.

use super::bench::{Ask, Bench, SDP, kinds, reply_text, times};
use crate::event::{Body, Command, DialogEvent, DialogKey, EndCause, OutboundInvite, Transport};

fn call(bench: &mut Bench, transport: Transport) -> super::bench::Sent {
    let invite = OutboundInvite {
        dialog: DialogKey::outbound(1),
        target: "sip:nps@198.51.100.7".to_owned(),
        destination: "198.51.100.7:5060".parse().unwrap(),
        transport,
        from: "sip:caller@192.0.2.1".to_owned(),
        call_id: None,
        headers: Vec::new(),
        offer: Some(Body::sdp(SDP)),
    };
    bench.command(Command::Invite(Box::new(invite))).pop().unwrap()
}

#[test]
fn unacknowledged_2xx_repeats_from_t1_doubling_to_t2_until_64_t1_then_bye() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut bench = Bench::new();
        bench.transport = transport;
        bench.ask(&Ask::invite());
        let answer = bench.answer();
        let sent = bench.run_until(32_000);
        let (bye, repeats) = sent.split_last().unwrap();
        let expected = [
            500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500,
        ];
        assert_eq!(times(repeats), expected, "{transport:?}: on streams too");
        assert!(repeats.iter().all(|repeat| repeat.text == answer.text));
        assert_eq!((bye.what(), bye.at), ("BYE", 32_000));
        assert!(bye.header("Reason").unwrap().contains("cause=408"));
        assert_eq!(bench.causes(), [EndCause::AckTimeout]);
        assert_eq!(bench.agent.counters().ack_timeouts, 1);
        bench.run_until(120_000);
        assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
    }
}

#[test]
fn ack_stops_the_2xx() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    assert_eq!(times(&bench.run_until(600)), [500]);
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    assert!(bench.run_until(60_000).is_empty());
    let acknowledged = bench
        .events
        .iter()
        .filter(|(_, event)| matches!(event, DialogEvent::Acknowledged { .. }));
    assert_eq!(acknowledged.count(), 1, "a repeated ACK is reported once");
}

#[test]
fn timer_g_repeats_a_refusal_to_t2_and_timer_h_gives_up_at_64_t1() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    bench.refuse(486);
    let sent = bench.run_until(31_999);
    assert_eq!(
        times(&sent),
        [
            500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500
        ]
    );
    assert_eq!((bench.agent.transactions(), bench.causes().len()), (1, 0));
    bench.run_until(32_000);
    assert_eq!(
        (bench.agent.transactions(), bench.causes()),
        (0, vec![EndCause::Refused])
    );
}

#[test]
fn timer_g_is_silent_on_streams_and_timer_h_is_not() {
    let mut bench = Bench::tcp();
    bench.ask(&Ask::invite());
    bench.refuse(486);
    assert!(bench.run_until(31_999).is_empty());
    assert_eq!(bench.agent.transactions(), 1);
    bench.run_until(32_000);
    assert_eq!(bench.agent.transactions(), 0);
}

#[test]
fn timer_i_absorbs_acks_for_t4_on_udp_and_not_at_all_on_streams() {
    for (transport, absorbs_ms) in [(Transport::Udp, 5_000), (Transport::Tcp, 0)] {
        let mut bench = Bench::new();
        bench.transport = transport;
        bench.ask(&Ask::invite());
        bench.refuse(486);
        bench.ask(&Ask::new("ACK").branch("invite"));
        assert_eq!(bench.causes(), [EndCause::Refused], "announced with the ACK");
        assert!(bench.ask(&Ask::invite()).is_empty(), "Confirmed absorbs");
        if absorbs_ms > 0 {
            assert!(bench.run_until(absorbs_ms - 1).is_empty());
            assert_eq!(bench.agent.transactions(), 1, "{transport:?}");
        }
        bench.run_until(absorbs_ms);
        assert_eq!(bench.agent.transactions(), 0, "{transport:?}");
    }
}

#[test]
fn timer_j_answers_repetitions_for_64_t1_on_udp_and_not_at_all_on_streams() {
    let mut bench = Bench::new();
    let first = bench.ask(&Ask::new("OPTIONS"))[0].text.clone();
    bench.run_until(31_999);
    assert_eq!(bench.ask(&Ask::new("OPTIONS"))[0].text, first);
    bench.run_until(32_000);
    assert_eq!(bench.agent.transactions(), 0);
    let mut bench = Bench::tcp();
    bench.ask(&Ask::new("OPTIONS"));
    bench.run_until(0);
    assert_eq!(bench.agent.transactions(), 0);
}

#[test]
fn timer_l_keeps_the_accepted_invite_for_64_t1() {
    let mut bench = Bench::new();
    bench.established();
    bench.run_until(31_999);
    assert_eq!(bench.agent.transactions(), 1);
    assert!(bench.ask(&Ask::invite()).is_empty());
    bench.run_until(32_000);
    assert_eq!((bench.agent.transactions(), bench.agent.dialogs()), (0, 1));
}

#[test]
fn our_bye_repeats_by_timer_e_and_is_given_up_by_timer_f() {
    let mut bench = Bench::new();
    bench.established();
    bench.hang_up();
    let sent = bench.run_until(31_999);
    assert_eq!(
        times(&sent),
        [
            500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500
        ]
    );
    assert!(bench.causes().is_empty());
    bench.run_until(32_000);
    assert_eq!(bench.causes(), [EndCause::HungUp]);
    assert_eq!(bench.agent.counters().request_timeouts, 1);
}

#[test]
fn timer_k_absorbs_repeated_responses_for_t4() {
    let mut bench = Bench::new();
    bench.established();
    bench.run_until(33_000);
    let bye = bench.hang_up().pop().unwrap();
    bench.reply_to(&bye, 200, "");
    bench.run_until(37_999);
    assert_eq!(bench.agent.transactions(), 1);
    bench.run_until(38_000);
    assert_eq!(bench.agent.transactions(), 0);
}

#[test]
fn provisional_response_to_our_bye_slows_timer_e_to_t2() {
    let mut bench = Bench::new();
    bench.established();
    let bye = bench.hang_up().pop().unwrap();
    bench.reply_to(&bye, 100, "");
    assert_eq!(times(&bench.run_until(10_000)), [500, 4_500, 8_500]);
}

#[test]
fn timer_a_repeats_our_invite_doubling_and_timer_b_gives_up() {
    let mut bench = Bench::new();
    call(&mut bench, Transport::Udp);
    let sent = bench.run_until(31_999);
    assert_eq!(times(&sent), [500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    bench.run_until(32_000);
    assert_eq!(bench.causes(), [EndCause::NoResponse]);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn timer_a_is_silent_on_streams_and_timer_b_is_not() {
    let mut bench = Bench::tcp();
    call(&mut bench, Transport::Tcp);
    assert!(bench.run_until(31_999).is_empty());
    bench.run_until(32_000);
    assert_eq!(bench.causes(), [EndCause::NoResponse]);
}

#[test]
fn provisional_response_stops_timers_a_and_b() {
    let mut bench = Bench::new();
    let invite = call(&mut bench, Transport::Udp);
    bench.reply_to(&invite, 100, "");
    assert!(bench.run_until(300_000).is_empty());
    assert!(bench.causes().is_empty());
}

#[test]
fn timer_d_acknowledges_a_repeated_refusal_for_32_s_on_udp() {
    let mut bench = Bench::new();
    let invite = call(&mut bench, Transport::Udp);
    let ack = bench.reply_to(&invite, 486, "");
    assert_eq!(kinds(&ack), ["ACK"]);
    bench.run_until(31_999);
    assert_eq!(bench.reply_to(&invite, 486, "")[0].text, ack[0].text);
    bench.run_until(32_000);
    assert_eq!(bench.agent.transactions(), 0);
    assert!(bench.reply_to(&invite, 486, "").is_empty());
}

#[test]
fn timer_d_is_zero_on_streams() {
    let mut bench = Bench::tcp();
    let invite = call(&mut bench, Transport::Tcp);
    bench.reply_to(&invite, 486, "");
    bench.run_until(0);
    assert_eq!(bench.agent.transactions(), 0);
}

#[test]
fn copy_of_an_invite_after_timer_l_is_no_second_call_while_the_first_lasts() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.run_until(40_000);
    assert_eq!(bench.agent.transactions(), 0);
    assert!(bench.ask(&Ask::invite()).is_empty());
    assert_eq!(bench.invites.len(), 1);
    bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2));
    assert_eq!((bench.agent.dialogs(), bench.invites.len()), (0, 1));
}

#[test]
fn timer_m_acknowledges_a_repeated_2xx_for_64_t1() {
    let mut bench = Bench::new();
    let invite = call(&mut bench, Transport::Udp);
    let answer = reply_text(&invite, 200, "t", "Contact: <sip:b@198.51.100.7>\r\n");
    let ack = bench.receive(&answer);
    assert_eq!(kinds(&ack), ["ACK"]);
    bench.run_until(31_999);
    assert_eq!(bench.receive(&answer)[0].text, ack[0].text);
    bench.run_until(32_000);
    assert!(bench.receive(&answer).is_empty());
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (1, 0));
}

#[test]
fn cancelled_invite_without_final_response_is_given_up_after_64_t1() {
    let mut bench = Bench::new();
    let invite = call(&mut bench, Transport::Udp);
    bench.reply_to(&invite, 180, "");
    bench.run_until(1_000);
    let hang_up = Command::HangUp {
        dialog: DialogKey::outbound(1),
        headers: Vec::new(),
    };
    let cancel = bench.command(hang_up).pop().unwrap();
    bench.reply_to(&cancel, 200, "");
    bench.run_until(32_999);
    assert!(bench.causes().is_empty());
    bench.run_until(33_000);
    assert_eq!(bench.causes(), [EndCause::HungUp]);
}

#[test]
fn application_that_does_not_answer_in_60_s_is_answered_for_with_500() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    assert!(bench.run_until(59_999).is_empty());
    let sent = bench.run_until(60_000);
    assert_eq!(kinds(&sent), ["500"]);
    bench.ask(&Ask::new("ACK").branch("invite"));
    assert_eq!(bench.causes(), [EndCause::Refused]);
    assert_eq!(bench.agent.counters().answer_timeouts, 1);
}
