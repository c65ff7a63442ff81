//! What holds for any bytes: no panic, no message larger than what came, and a written message reads as itself.

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::Index;

use super::{Framed, Message, MessageLimits, ParseError, Response, StreamFramer, parse_datagram};

const SEED: &[u8] = b"INVITE sip:nps@example.com:5060;transport=udp SIP/2.0\r\n\
    Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa, SIP/2.0/TCP [::1];received=::1\r\n\
    f: \"A \\\" \xe4\" <sip:+358401234567@h;user=phone>;tag=1\r\nTo:\r\n <sip:nps@h>\r\n\
    Call-ID: c@h\r\nCSeq: 1 INVITE\r\nm: <sip:a@10.0.0.1>;q=0.5\r\nRecord-Route: <sip:p;lr>, <sip:q;lr>\r\n\
    Reason: Q.850;cause=16;text=\"bye\"\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n";

/// A message that is taken by what identifies it, whatever else is broken.
const FAREWELL: &[u8] = b"BYE sip:nps@example.com:5060;transport=udp SIP/2.0\r\n\
    Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa, SIP/2.0/TCP [::1];received=::1\r\n\
    f: \"A \\\" \xe4\" <sip:+358401234567@h;user=phone>;x=\"a;b\";tag=1\r\nTo:\r\n <sip:nps@h>;tag=2\r\n\
    Call-ID: c@h\r\nCSeq: 2 BYE\r\nContent-Length: 0\r\n\r\n";

/// Reads everything that can be read; only its end matters.
fn exercise(bytes: &[u8]) {
    match parse_datagram(bytes) {
        Ok(mut message) => {
            let headers = message.headers();
            let _texts: Vec<_> = headers.iter().map(|header| header.value.text()).collect();
            let _typed = (
                headers
                    .top_via()
                    .map(|via| (via.rport(), via.received(), via.ttl())),
                headers.reason(),
            );
            let _addresses = (
                headers.contact().map(|contact| contact.to_address()),
                headers.content_type(),
            );
            if let Message::Request(request) = &mut message {
                request.stamp_source(([192, 0, 2, 1], 5060).into());
                let response = Response::to(request, 200).to_bytes();
                parse_datagram(&response).expect("what we answer can be read");
            }
        }
        Err(ParseError::Answerable(mut rejected)) => {
            rejected.stamp_source(([192, 0, 2, 1], 5060).into());
            let _response = Response::refusing(&rejected).to_bytes();
        }
        Err(ParseError::Drop(_)) => {}
    }
}

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![mutations_of(SEED), mutations_of(FAREWELL)]
}

fn mutations_of(seed: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let interesting = prop_oneof![
        Just(b"\r\n".to_vec()),
        Just(b";;,\"<>".to_vec()),
        vec(any::<u8>(), 0..4)
    ];
    vec((any::<Index>(), 0usize..6, interesting), 1..6).prop_map(move |edits| {
        let mut bytes = seed.to_vec();
        for (at, cut, insert) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + cut).min(bytes.len());
            bytes.splice(at..end, insert);
        }
        bytes
    })
}

fn framed_all(chunks: &[&[u8]]) -> Vec<Framed> {
    let mut framer = StreamFramer::new(MessageLimits::default());
    let mut framed = Vec::new();
    for chunk in chunks {
        framer.push(chunk);
        framed.extend(std::iter::from_fn(|| framer.next()));
    }
    framed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn random_bytes_never_panic(bytes in vec(any::<u8>(), 0..600)) {
        exercise(&bytes);
        framed_all(&[&bytes]);
    }

    #[test]
    fn mutated_messages_never_panic(bytes in mutated()) {
        exercise(&bytes);
        framed_all(&[&bytes]);
    }

    #[test]
    fn written_message_reads_as_itself(bytes in mutated()) {
        if let Ok(message) = parse_datagram(&bytes) {
            let written = message.to_bytes();
            let again = parse_datagram(&written).expect("what we write we can read");
            prop_assert_eq!(again.to_bytes(), written);
            if let (Message::Request(one), Message::Request(two)) = (&message, &again) {
                prop_assert_eq!(&one.uri, &two.uri);
                prop_assert_eq!(&one.body, &two.body);
            }
        }
    }

    #[test]
    fn stream_reads_the_same_however_it_is_cut(bytes in mutated(), cut in any::<Index>()) {
        let whole = [bytes.as_slice(), SEED].concat();
        let (head, tail) = whole.split_at(cut.index(whole.len()));
        let singles: Vec<&[u8]> = whole.chunks(1).collect();
        let expected = framed_all(&[&whole]);
        prop_assert_eq!(&framed_all(&[head, tail]), &expected);
        prop_assert_eq!(&framed_all(&singles), &expected);
    }
}

#[test]
fn seed_message_is_valid() {
    assert!(matches!(parse_datagram(SEED), Ok(Message::Request(_))));
}
