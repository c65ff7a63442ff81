//! Offers and answers inside a dialog: hold, refresh, delayed offers and their collisions.

use super::bench::{Ask, Bench, SDP, kinds};
use crate::event::{Body, Command, DialogEvent, EndCause, OfferKey};

fn reinvite(tag: &str, cseq: u32) -> Ask {
    let branch = format!("re{cseq}");
    Ask::new("INVITE")
        .branch(&branch)
        .in_dialog(tag)
        .cseq(cseq)
        .header("Contact: <sip:pbx@198.51.100.8:5070>")
}

fn last_offer(bench: &Bench) -> OfferKey {
    match bench.events.last() {
        Some((_, DialogEvent::Offer { offer, .. })) => *offer,
        other => panic!("an offer was expected, not {other:?}"),
    }
}

fn answer_offer(bench: &mut Bench) -> Vec<super::bench::Sent> {
    let offer = last_offer(bench);
    let command = Command::AnswerOffer {
        dialog: bench.key(),
        offer,
        body: Some(Body::sdp(SDP)),
    };
    bench.command(command)
}

fn ack(bench: &mut Bench, tag: &str, cseq: u32) {
    bench.ask(
        &Ask::new("ACK")
            .branch(&format!("ack{cseq}"))
            .in_dialog(tag)
            .cseq(cseq),
    );
}

#[test]
fn reinvite_is_offered_answered_and_moves_our_bye_to_the_new_contact() {
    let mut bench = Bench::new();
    let tag = bench.established();
    assert_eq!(kinds(&bench.ask(&reinvite(&tag, 2).sdp())), ["100"]);
    let answer = answer_offer(&mut bench);
    assert_eq!(kinds(&answer), ["200"]);
    assert!(answer[0].header("Contact").is_some() && answer[0].text.ends_with(SDP));
    ack(&mut bench, &tag, 2);
    let bye = bench.hang_up().pop().unwrap();
    assert_eq!(bye.start_line(), "BYE sip:pbx@198.51.100.8:5070 SIP/2.0");
    assert_eq!(bye.flow.peer.to_string(), "198.51.100.8:5070");
}

#[test]
fn update_refreshes_the_target_and_offers_only_with_a_body() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let update = Ask::new("UPDATE")
        .in_dialog(&tag)
        .header("Contact: <sip:new@198.51.100.9>");
    let sent = bench.ask(&update.clone().cseq(2));
    assert_eq!(kinds(&sent), ["200"]);
    assert!(sent[0].header("Contact").is_some());
    let told = bench.events.drain(..).map(|(_, event)| event);
    let told: Vec<_> = told
        .filter(|event| !matches!(event, DialogEvent::PeerAlive))
        .collect();
    assert!(told.is_empty(), "no body, no offer: {told:?}");
    assert!(
        bench.ask(&update.branch("u3").cseq(3).sdp()).is_empty(),
        "the application answers"
    );
    assert_eq!(kinds(&answer_offer(&mut bench)), ["200"]);
    assert_eq!(
        bench.hang_up()[0].start_line(),
        "BYE sip:new@198.51.100.9 SIP/2.0"
    );
}

#[test]
fn rejected_offer_leaves_the_session_as_it_was() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    let offer = last_offer(&bench);
    let warning = ("Warning".to_owned(), "304 192.0.2.1 \"no codec\"".to_owned());
    let dialog = bench.key();
    let reject = Command::RejectOffer {
        dialog,
        offer,
        status: 488,
        headers: vec![warning],
    };
    let sent = bench.command(reject);
    assert_eq!(kinds(&sent), ["488"]);
    assert!(sent[0].header("Warning").is_some());
    bench.ask(&Ask::new("ACK").branch("re2").in_dialog(&tag).cseq(2));
    assert!(bench.run_until(60_000).is_empty());
    assert_eq!(bench.agent.dialogs(), 1);
}

#[test]
fn delayed_offer_is_made_in_the_2xx_and_answered_in_the_ack() {
    let mut bench = Bench::new();
    bench.ask(&Ask::delayed_offer());
    assert!(bench.invites[0].offer.is_none());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag).sdp());
    let answer = bench.events.iter().find_map(|(_, event)| match event {
        DialogEvent::Acknowledged { answer } => answer.clone(),
        _ => None,
    });
    assert_eq!(answer, Some(Body::sdp(SDP)));
}

#[test]
fn reinvite_without_a_body_asks_for_our_offer_and_answers_in_its_ack() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2));
    assert_eq!(kinds(&answer_offer(&mut bench)), ["200"]);
    bench.ask(&Ask::new("ACK").branch("a2").in_dialog(&tag).cseq(2).sdp());
    assert!(matches!(
        bench.events.last(),
        Some((_, DialogEvent::OfferAnswered { body: Some(body) })) if *body == Body::sdp(SDP)
    ));
}

#[test]
fn invite_before_ack_hears_500_with_retry_after() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    let sent = bench.ask(&reinvite(&tag, 2).sdp());
    assert_eq!(kinds(&sent), ["500"]);
    let seconds: u64 = sent[0].header("Retry-After").unwrap().parse().unwrap();
    assert!(seconds <= 10);
}

#[test]
fn offer_while_ours_is_open_hears_491() {
    let mut bench = Bench::new();
    bench.ask(&Ask::delayed_offer());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    assert_eq!(kinds(&bench.ask(&reinvite(&tag, 2).sdp())), ["491"]);
    assert_eq!(
        kinds(&bench.ask(&Ask::new("UPDATE").in_dialog(&tag).cseq(3).sdp())),
        ["491"]
    );
    assert_eq!(
        kinds(&bench.ask(&Ask::new("UPDATE").branch("u4").in_dialog(&tag).cseq(4))),
        ["200"]
    );
}

#[test]
fn second_offer_while_the_first_waits_hears_500_with_retry_after() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    for ask in [
        reinvite(&tag, 3).sdp(),
        Ask::new("UPDATE").in_dialog(&tag).cseq(4).sdp(),
    ] {
        let sent = bench.ask(&ask);
        assert_eq!(kinds(&sent), ["500"]);
        assert!(sent[0].header("Retry-After").is_some());
    }
}

#[test]
fn update_with_an_offer_before_ack_reaches_the_application() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("UPDATE").in_dialog(&tag).cseq(2).sdp());
    assert_eq!(kinds(&answer_offer(&mut bench)), ["200"]);
}

#[test]
fn cancelled_reinvite_leaves_the_call_up() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    let cancel = Ask::new("CANCEL").branch("re2").in_dialog(&tag).cseq(2);
    assert_eq!(kinds(&bench.ask(&cancel)), ["200", "487"]);
    assert!(
        answer_offer(&mut bench).is_empty(),
        "an answer that comes too late has no effect"
    );
    assert_eq!((bench.agent.dialogs(), bench.causes().len()), (1, 0));
}

#[test]
fn bye_while_an_offer_waits_answers_both() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    assert_eq!(
        kinds(&bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(3))),
        ["200", "487"]
    );
}

#[test]
fn reinvite_never_acknowledged_ends_the_call_with_bye() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    answer_offer(&mut bench);
    let sent = bench.run_until(32_000);
    assert_eq!(sent.last().unwrap().what(), "BYE");
    assert_eq!(bench.causes(), [EndCause::AckTimeout]);
}

#[test]
fn reinvite_that_the_application_ignores_hears_500_after_60_s() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&reinvite(&tag, 2).sdp());
    assert!(bench.run_until(59_999).is_empty());
    assert_eq!(kinds(&bench.run_until(60_000)), ["500"]);
    assert_eq!(bench.agent.dialogs(), 1);
}

#[test]
fn update_that_the_application_ignores_hears_504_before_its_sender_gives_up() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&Ask::new("UPDATE").in_dialog(&tag).cseq(2).sdp());
    assert!(bench.run_until(15_999).is_empty());
    assert_eq!(kinds(&bench.run_until(16_000)), ["504"]);
    assert_eq!(bench.agent.dialogs(), 1);
}

#[test]
fn reinvite_with_a_strange_body_hears_415_and_the_session_goes_on() {
    let mut bench = Bench::new();
    let tag = bench.established();
    assert_eq!(
        kinds(&bench.ask(&reinvite(&tag, 2).body("text/plain", "x"))),
        ["415"]
    );
    assert_eq!(bench.agent.dialogs(), 1);
}
