//! telephone-event as it is really written.

use crate::sdp::{
    Capabilities, Codec, EventMapping, LocalSession, Negotiated, Offer, SdpRefusal, SrtpKeySource, negotiate,
};

fn offer(media: &str) -> Offer {
    let text = format!("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{media}");
    Offer::parse(text.as_bytes()).unwrap()
}

fn agreed_by(media: &str, codecs: &[Codec]) -> Result<Negotiated, SdpRefusal> {
    let capabilities = Capabilities {
        codecs: codecs.to_vec(),
        ..Capabilities::default()
    };
    negotiate(&offer(media), &capabilities)
}

fn agreed(media: &str) -> Negotiated {
    agreed_by(media, &Codec::ALL).unwrap()
}

/// `101/8000` for the format agreed on.
fn chosen(negotiated: &Negotiated) -> String {
    let event = negotiated.telephone_event;
    event.map_or_else(
        || "none".to_owned(),
        |event| format!("{}/{}", event.payload_type, event.clock_rate),
    )
}

#[test]
fn telephone_event_that_is_meant_is_agreed_on_however_oddly_it_is_mapped() {
    use EventMapping::{Clear, Missing, Odd};
    for (media, format, mapping) in [
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Clear,
        ),
        (
            "m=audio 4000 RTP/AVP 0 96 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Clear,
        ),
        (
            "m=audio 4000 RTP/AVP 0 101 101\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Clear,
        ),
        // The same twice says the same.
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Clear,
        ),
        // No rtpmap.
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=fmtp:101 0-15\r\n",
            "101/8000",
            Odd,
        ),
        ("m=audio 4000 RTP/AVP 0 96\r\na=fmtp:96 0-16\r\n", "96/8000", Odd),
        ("m=audio 4000 RTP/AVP 0 101\r\n", "101/8000", Odd),
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n",
            "101/8000",
            Odd,
        ),
        // Not in the m-line.
        (
            "m=audio 4000 RTP/AVP 0\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Odd,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n",
            "96/8000",
            Odd,
        ),
        // Mapped twice.
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 speex/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Odd,
        ),
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/48000\r\na=rtpmap:101 telephone-event/8000\r\n",
            "101/8000",
            Odd,
        ),
        // Misspelt.
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-events/8000\r\n",
            "101/8000",
            Clear,
        ),
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 TELEPHONE_EVENT/8000/1\r\n",
            "101/8000",
            Clear,
        ),
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event\r\n",
            "101/8000",
            Odd,
        ),
        (
            "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/x\r\n",
            "101/8000",
            Odd,
        ),
        // Nothing that we could agree on.
        ("m=audio 4000 RTP/AVP 0 97\r\n", "none", Odd),
        ("m=audio 4000 RTP/AVP 0\r\n", "none", Missing),
        (
            "m=audio 4000 RTP/AVP 0 97\r\na=rtpmap:97 iLBC/8000\r\na=fmtp:97 mode=20\r\n",
            "none",
            Missing,
        ),
        (
            "m=audio 4000 RTP/AVP 0 97\r\na=fmtp:97 mode=20\r\n",
            "none",
            Missing,
        ),
        (
            "m=audio 4000 RTP/AVP 0 18\r\na=fmtp:18 annexb=no\r\n",
            "none",
            Missing,
        ),
    ] {
        let negotiated = agreed(media);
        assert_eq!(
            (chosen(&negotiated).as_str(), negotiated.event_mapping),
            (format, mapping),
            "{media}"
        );
    }
}

#[test]
fn number_that_may_be_meant_is_listened_to() {
    for (media, likely) in [
        ("m=audio 4000 RTP/AVP 0\r\n", &[101][..]),
        ("m=audio 4000 RTP/AVP 0 97\r\n", &[97, 101]),
        (
            "m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n",
            &[101],
        ),
        ("m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 iLBC/8000\r\n", &[]),
        // The number of the audio itself: four octets are no audio of G.711.
        (
            "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 telephone-event/8000\r\na=rtpmap:0 PCMU/8000\r\n",
            &[0, 101],
        ),
    ] {
        let negotiated = agreed(media);
        let found: Vec<u8> = (0..128)
            .filter(|number| negotiated.likely_events.contains(*number))
            .collect();
        assert_eq!(found, likely, "{media}");
    }
    let clash =
        "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n";
    let negotiated = agreed_by(clash, &[Codec::Opus]).unwrap();
    assert!(
        !negotiated.likely_events.contains(101),
        "a packet of Opus may have four octets"
    );
    assert_eq!(negotiated.event_mapping, EventMapping::Odd);
}

#[test]
fn clear_format_is_chosen_before_an_odd_one() {
    let media = "m=audio 4000 RTP/AVP 0 101 97\r\na=fmtp:101 0-15\r\na=rtpmap:97 telephone-event/16000\r\n";
    let negotiated = agreed(media);
    assert_eq!(
        (chosen(&negotiated).as_str(), negotiated.event_mapping),
        ("97/16000", EventMapping::Clear)
    );
    assert!(
        negotiated.telephone_event_for(101).is_some(),
        "the other is heard too"
    );
}

#[test]
fn comfort_noise_is_known_by_its_numbers() {
    let numbers = |media: &str| -> Vec<u8> {
        let negotiated = agreed(media);
        (0..128)
            .filter(|number| negotiated.comfort_noise.contains(*number))
            .collect()
    };
    assert_eq!(numbers("m=audio 4000 RTP/AVP 0\r\n"), [13, 19]);
    assert_eq!(
        numbers("m=audio 4000 RTP/AVP 9 105 13\r\na=rtpmap:13 CN/8000\r\na=rtpmap:105 CN/16000\r\n"),
        [13, 19, 105]
    );
    assert_eq!(
        numbers("m=audio 4000 RTP/AVP 0 19\r\na=rtpmap:19 G726-40/8000\r\n"),
        [13]
    );
}

#[test]
fn numbers_of_telephone_event_are_remembered_through_the_call() {
    let at = "198.51.100.1:30000".parse().unwrap();
    let mut local = LocalSession::new(1, at, SrtpKeySource::from_seed([0; 32]));
    for number in [101, 96, 110] {
        let media = format!("m=audio 4000 RTP/AVP 0 {number}\r\na=rtpmap:{number} telephone-event/8000\r\n");
        let offer = offer(&media);
        let negotiated = negotiate(&offer, &Capabilities::default()).unwrap();
        let answer = local.answer(&offer, &negotiated);
        assert!(
            answer.contains(&format!("a=rtpmap:{number} telephone-event/8000\r\n")),
            "{answer}"
        );
    }
    let known: Vec<u8> = (0..128)
        .filter(|number| local.event_numbers().contains(*number))
        .collect();
    assert_eq!(known, [96, 101, 110]);
}

#[test]
fn answer_that_leaves_our_telephone_event_out_does_not_make_us_deaf_to_it() {
    let at = "198.51.100.1:30000".parse().unwrap();
    let mut local = LocalSession::new(1, at, SrtpKeySource::from_seed([0; 32]));
    let capabilities = Capabilities {
        telephone_event: Some(97),
        ..Capabilities::default()
    };
    local.offer(&capabilities);
    let answer = "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n";
    let negotiated = local.read_answer(answer.as_bytes(), &capabilities).unwrap();
    assert_eq!(
        (negotiated.telephone_event, negotiated.event_mapping),
        (None, EventMapping::Missing)
    );
    assert!(negotiated.likely_events.contains(97));
}
