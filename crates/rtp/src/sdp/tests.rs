//! Offers as different makers write them, and what we answer. The texts are our own, in the makers' manners.

use std::net::{IpAddr, SocketAddr};

use proptest::prelude::*;

use super::{
    AddressFamilies, Capabilities, Codec, LocalSession, MediaDirection, Negotiated, Offer, Ptime, SdpRefusal,
    SrtpKeySource, negotiate,
};

const HEAD: &str = "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n";

const ASTERISK_LIKE: &str = "v=0\r\no=- 1905834 4 IN IP4 192.0.2.20\r\ns=Asterisk\r\nc=IN IP4 192.0.2.20\r\nt=0 0\r\n\
    m=audio 14780 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
    a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=ptime:20\r\na=maxptime:150\r\na=sendrecv\r\n";

const DESK_PHONE_LIKE: &str = "v=0\r\no=20 8000 8000 IN IP4 192.0.2.30\r\ns=SIP Call\r\nc=IN IP4 192.0.2.30\r\nt=0 0\r\n\
    m=audio 5004 RTP/AVP 9 111 0 8 18 121 122 123\r\na=sendrecv\r\na=rtpmap:9 G722/8000\r\na=rtpmap:111 opus/48000/2\r\n\
    a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:18 G729/8000\r\na=fmtp:18 annexb=no\r\n\
    a=rtpmap:121 telephone-event/48000\r\na=fmtp:121 0-15\r\na=rtpmap:122 telephone-event/16000\r\na=fmtp:122 0-15\r\n\
    a=rtpmap:123 telephone-event/8000\r\na=fmtp:123 0-11\r\na=ptime:30\r\n\
    m=video 5006 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n";

const SLOPPY: &str = "v=0 \no=broken\ns=caf\u{e9}\nt=never\nb=AS\nnonsense\nc=IN  IP4   192.0.2.40 \n\
    m=audio  4000   RTP/AVP  0  97 \na=RTPMAP:97  Telephone-Event/8000 \na=ptime:20.0\na=rtcp:4007\n";

const SECURE_FIRST: &str = "m=audio 6000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n\
    m=audio 6002 RTP/AVP 0\r\n";

fn caps() -> Capabilities {
    Capabilities::default()
}

fn agreed(offer: &str) -> Result<Negotiated, SdpRefusal> {
    negotiate(&Offer::parse(offer.as_bytes())?, &caps())
}

fn with_head(media: &str) -> String {
    format!("{HEAD}{media}")
}

fn session(id: u64, address: &str) -> LocalSession {
    LocalSession::new(id, at(address), SrtpKeySource::from_seed([7; 32]))
}

fn local() -> LocalSession {
    session(77, "198.51.100.1:30000")
}

fn answer_to(offer: &str) -> String {
    let offer = Offer::parse(offer.as_bytes()).unwrap();
    let negotiated = negotiate(&offer, &caps()).unwrap();
    local().answer(&offer, &negotiated)
}

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

#[test]
fn an_asterisk_like_offer_is_answered_line_by_line() {
    let negotiated = agreed(ASTERISK_LIKE).unwrap();
    assert_eq!(negotiated.remote_rtp, at("192.0.2.20:14780"));
    assert_eq!(negotiated.remote_rtcp, at("192.0.2.20:14781"));
    assert_eq!((negotiated.codec, negotiated.payload_type), (Codec::Pcma, 8));
    let expected = "v=0\r\no=- 77 1 IN IP4 198.51.100.1\r\ns=aftercall\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n\
        m=audio 30000 RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n\
        a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n";
    assert_eq!(answer_to(ASTERISK_LIKE), expected);
}

#[test]
fn of_several_event_clocks_the_codecs_is_chosen_and_the_others_are_noted() {
    let negotiated = agreed(DESK_PHONE_LIKE).unwrap();
    let event = negotiated.telephone_event.unwrap();
    assert_eq!((event.payload_type, event.clock_rate), (123, 8000));
    assert!(event.events.contains(11) && !event.events.contains(12));
    assert_eq!(negotiated.telephone_event_for(121).unwrap().clock_rate, 48_000);
    assert_eq!(negotiated.telephone_event_for(0), None);
    assert_eq!(negotiated.ptime, Ptime::Ms30);
}

#[test]
fn other_streams_are_rejected_in_place() {
    let answer = answer_to(DESK_PHONE_LIKE);
    assert!(answer.ends_with("m=video 0 RTP/AVP 99\r\n"), "{answer}");
    let offer = with_head("m=image 4002 udptl t38\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4004 RTP/AVP 0\r\n");
    let answer = answer_to(&offer);
    let lines: Vec<_> = answer.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=image 0 udptl t38",
            "m=audio 30000 RTP/AVP 0",
            "m=audio 0 RTP/AVP 0"
        ]
    );
}

#[test]
fn sloppy_descriptions_are_understood() {
    let negotiated = agreed(SLOPPY).unwrap();
    assert_eq!(negotiated.remote_rtp, at("192.0.2.40:4000"));
    assert_eq!(negotiated.remote_rtcp, at("192.0.2.40:4007"));
    assert_eq!(negotiated.telephone_event.unwrap().payload_type, 97);
    let mut latin1 = SLOPPY.as_bytes().to_vec();
    latin1.extend(b"a=note:\xE4\xF6\r\n");
    assert!(
        Offer::parse(&latin1).is_ok(),
        "bytes that are not UTF-8 cost their line only"
    );
}

#[test]
fn codecs_follow_the_operators_order() {
    let offer = Offer::parse(with_head("m=audio 4000 RTP/AVP 18 0 8\r\n").as_bytes()).unwrap();
    for (codecs, chosen) in [
        (vec![Codec::Pcma, Codec::Pcmu], Codec::Pcma),
        (vec![Codec::Pcmu, Codec::Pcma], Codec::Pcmu),
        (vec![Codec::Pcmu], Codec::Pcmu),
    ] {
        let capabilities = Capabilities { codecs, ..caps() };
        assert_eq!(negotiate(&offer, &capabilities).unwrap().codec, chosen);
    }
}

#[test]
fn a_codec_may_have_a_dynamic_payload_type_and_a_static_one_may_be_remapped() {
    let dynamic = agreed(&with_head(
        "m=audio 4000 RTP/AVP 98\r\na=rtpmap:98 pcmu/8000/1\r\n",
    ))
    .unwrap();
    assert_eq!((dynamic.codec, dynamic.payload_type), (Codec::Pcmu, 98));
    let remapped = with_head("m=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/16000\r\n");
    assert_eq!(agreed(&remapped), Err(SdpRefusal::NoCommonCodec));
    let stereo = with_head("m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000/2\r\n");
    assert_eq!(agreed(&stereo), Err(SdpRefusal::NoCommonCodec));
}

#[test]
fn missing_event_ranges_mean_all_digits_and_no_event_means_none() {
    let offer = with_head("m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n");
    let event = agreed(&offer).unwrap().telephone_event.unwrap();
    assert!((0..16).all(|code| event.events.contains(code)));
    assert_eq!(
        agreed(&with_head("m=audio 4000 RTP/AVP 0\r\n"))
            .unwrap()
            .telephone_event,
        None
    );
    let off = Capabilities {
        telephone_event: None,
        ..caps()
    };
    let offer = Offer::parse(ASTERISK_LIKE.as_bytes()).unwrap();
    let negotiated = negotiate(&offer, &off).unwrap();
    assert_eq!(negotiated.telephone_event, None);
    assert!(!local().answer(&offer, &negotiated).contains("telephone-event"));
}

#[test]
fn packet_time_is_what_the_peer_asks_for_within_its_maximum() {
    for (attributes, expected) in [
        ("", Ptime::Ms20),
        ("a=ptime:10\r\n", Ptime::Ms10),
        ("a=ptime:60\r\n", Ptime::Ms60),
        ("a=ptime:50\r\na=maxptime:60\r\n", Ptime::Ms40),
        ("a=ptime:40\r\na=maxptime:30\r\n", Ptime::Ms30),
        ("a=maxptime:10\r\n", Ptime::Ms10),
        ("a=ptime:0\r\n", Ptime::Ms20),
        ("a=ptime:soon\r\n", Ptime::Ms20),
    ] {
        let negotiated = agreed(&with_head(&format!("m=audio 4000 RTP/AVP 0\r\n{attributes}"))).unwrap();
        assert_eq!(negotiated.ptime, expected, "{attributes:?}");
    }
}

#[test]
fn directions_are_answered_by_the_table_of_rfc_3264() {
    for (session, media, answered) in [
        ("", "", MediaDirection::SendRecv),
        ("", "a=sendrecv\r\n", MediaDirection::SendRecv),
        ("", "a=sendonly\r\n", MediaDirection::RecvOnly),
        ("", "a=recvonly\r\n", MediaDirection::SendOnly),
        ("", "a=inactive\r\n", MediaDirection::Inactive),
        ("a=sendonly\r\n", "", MediaDirection::RecvOnly),
        ("a=sendonly\r\n", "a=sendrecv\r\n", MediaDirection::SendRecv),
    ] {
        let offer = format!("{HEAD}{session}m=audio 4000 RTP/AVP 0\r\n{media}");
        let negotiated = agreed(&offer).unwrap();
        assert_eq!(negotiated.direction, answered, "{session:?} {media:?}");
        assert_eq!(negotiated.is_held(), !answered.sends());
        assert!(answer_to(&offer).contains(&format!("a={}\r\n", answered.attribute())));
    }
}

#[test]
fn the_unspecified_address_is_hold() {
    for (address, media, answered) in [
        ("IP4 0.0.0.0", "", MediaDirection::RecvOnly),
        ("IP4 0.0.0.0", "a=inactive\r\n", MediaDirection::Inactive),
        ("IP4 0.0.0.0", "a=recvonly\r\n", MediaDirection::Inactive),
        ("IP6 ::", "a=sendonly\r\n", MediaDirection::RecvOnly),
    ] {
        let offer = format!("v=0\r\nc=IN {address}\r\nm=audio 4000 RTP/AVP 0\r\n{media}");
        let negotiated = agreed(&offer).unwrap();
        assert_eq!(negotiated.direction, answered, "{address} {media:?}");
        assert!(negotiated.is_held());
    }
}

#[test]
fn control_goes_where_the_peer_says() {
    let rtcp = |attributes: &str| {
        let offer = with_head(&format!("m=audio 4000 RTP/AVP 0\r\n{attributes}"));
        let negotiated = agreed(&offer).unwrap();
        (negotiated.remote_rtcp, negotiated.rtcp_mux)
    };
    assert_eq!(rtcp(""), (at("192.0.2.10:4001"), false));
    assert_eq!(rtcp("a=rtcp:5000\r\n"), (at("192.0.2.10:5000"), false));
    assert_eq!(
        rtcp("a=rtcp:5000 IN IP4 192.0.2.99\r\n"),
        (at("192.0.2.99:5000"), false)
    );
    assert_eq!(
        rtcp("a=rtcp:5000 IN IP4 host.example\r\n"),
        (at("192.0.2.10:5000"), false)
    );
    assert_eq!(
        rtcp("a=rtcp:5000\r\na=rtcp-mux\r\n"),
        (at("192.0.2.10:4000"), true)
    );
    let last = agreed(&with_head("m=audio 65535 RTP/AVP 0\r\n")).unwrap();
    assert_eq!(last.remote_rtcp, at("192.0.2.10:65535"), "there is no port above");
}

#[test]
fn multiplexed_control_is_agreed_in_the_answer() {
    let offer = with_head("m=audio 4000 RTP/AVP 0\r\na=rtcp-mux\r\n");
    assert!(answer_to(&offer).contains("a=rtcp-mux\r\n"));
    assert!(!answer_to(&with_head("m=audio 4000 RTP/AVP 0\r\n")).contains("rtcp-mux"));
}

#[test]
fn ipv6_is_spoken_and_the_media_level_address_wins() {
    let offer = with_head("m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::5\r\n");
    assert_eq!(agreed(&offer).unwrap().remote_rtp, at("[2001:db8::5]:4000"));
    let mut six = session(1, "[2001:db8::1]:30000");
    let parsed = Offer::parse(offer.as_bytes()).unwrap();
    let answer = six.answer(&parsed, &negotiate(&parsed, &caps()).unwrap());
    assert!(answer.contains("o=- 1 1 IN IP6 2001:db8::1\r\n"), "{answer}");
    assert!(answer.contains("c=IN IP6 2001:db8::1\r\n"), "{answer}");
}

#[test]
fn the_first_usable_audio_stream_is_taken() {
    let negotiated = agreed(&with_head(SECURE_FIRST)).unwrap();
    assert_eq!((negotiated.media_index, negotiated.remote_rtp.port()), (1, 6002));
    let answer = answer_to(&with_head(SECURE_FIRST));
    assert!(
        answer.contains("m=audio 0 RTP/SAVP 0\r\nm=audio 30000 RTP/AVP 0\r\n"),
        "{answer}"
    );
    let switched_off = with_head("m=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/AVP 8\r\n");
    assert_eq!(agreed(&switched_off).unwrap().media_index, 1);
}

#[test]
fn what_cannot_be_spoken_is_refused_with_488_and_a_warning() {
    let families = Capabilities {
        families: AddressFamilies::Ipv4,
        ..caps()
    };
    let six =
        Offer::parse(with_head("m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::5\r\n").as_bytes()).unwrap();
    let refused = negotiate(&six, &families).unwrap_err();
    assert_eq!((refused.status(), refused.warning().0), (488, 300));
    for (media, refusal, code) in [
        ("", SdpRefusal::NoAudio, 304),
        ("m=video 4000 RTP/AVP 99\r\n", SdpRefusal::NoAudio, 304),
        ("m=audio 0 RTP/AVP 0\r\n", SdpRefusal::AudioDisabled, 304),
        ("m=audio 4000 RTP/AVP 18 101\r\n", SdpRefusal::NoCommonCodec, 305),
        (
            "m=audio 4000 RTP/SAVPF 0\r\n",
            SdpRefusal::SecureMedia("RTP/SAVPF".into()),
            302,
        ),
        (
            "m=audio 4000 UDP/TLS/RTP/SAVPF 0\r\n",
            SdpRefusal::Dtls("UDP/TLS/RTP/SAVPF".into()),
            302,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IX IP4 192.0.2.1\r\n",
            SdpRefusal::Network("IX".into()),
            300,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP7 192.0.2.1\r\n",
            SdpRefusal::AddressFormat("IP7 192.0.2.1".into()),
            301,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP6 192.0.2.1\r\n",
            SdpRefusal::AddressFormat("IP6 192.0.2.1".into()),
            301,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP4\r\n",
            SdpRefusal::AddressFormat("IP4 -".into()),
            301,
        ),
        ("m=audio 4000 RTP/AVP\r\n", SdpRefusal::NoCommonCodec, 305),
        ("m=audio 4000 RTP/AVP pcmu\r\n", SdpRefusal::NoCommonCodec, 305),
        ("m=audio 0\r\n", SdpRefusal::AudioDisabled, 304),
        (
            "m=audio 4000 TCP/MRCPv2 1\r\n",
            SdpRefusal::Transport("TCP/MRCPv2".into()),
            302,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 pbx.example.com\r\n",
            SdpRefusal::HostName("pbx.example.com".into()),
            301,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 224.2.1.1/127\r\n",
            SdpRefusal::Multicast(IpAddr::from([224, 2, 1, 1])),
            330,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 255.255.255.255\r\n",
            SdpRefusal::NoHost(IpAddr::from([255, 255, 255, 255])),
            301,
        ),
        (
            "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.1\r\n",
            SdpRefusal::NoHost(IpAddr::from([0, 0, 0, 1])),
            301,
        ),
    ] {
        let refused = agreed(&with_head(media)).unwrap_err();
        assert_eq!((refused.status(), refused.warning().0), (488, code), "{media}");
        assert_eq!(refused, refusal);
    }
}

#[test]
fn malformed_descriptions_are_refused_with_400_and_large_ones_with_413() {
    for text in [
        "",
        "hello",
        "v=1\r\n",
        "m=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\nc=IN IP4\r\nm=audio 4000 RTP/AVP 0\r\n",
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 99999 RTP/AVP 0\r\n",
        "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000\r\n",
    ] {
        assert_eq!(agreed(text).unwrap_err().status(), 400, "{text:?}");
    }
    let long = with_head(&"a=x:yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(500));
    assert_eq!(agreed(&long).unwrap_err().status(), 413);
    let many = with_head(&"m=audio 4000 RTP/AVP 0\r\n".repeat(33));
    assert_eq!(agreed(&many).unwrap_err().status(), 413);
}

#[test]
fn the_version_rises_only_when_what_we_say_changes() {
    let mut local = local();
    let mut answer = |media: &str| {
        let offer = Offer::parse(with_head(media).as_bytes()).unwrap();
        let text = local.answer(&offer, &negotiate(&offer, &caps()).unwrap());
        let origin = text.lines().nth(1).unwrap().to_owned();
        origin.split(' ').nth(2).unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(answer("m=audio 4000 RTP/AVP 0\r\n"), 1);
    assert_eq!(answer("m=audio 4000 RTP/AVP 0\r\n"), 1, "a session refresh");
    assert_eq!(answer("m=audio 4000 RTP/AVP 0\r\na=sendonly\r\n"), 2, "hold");
    assert_eq!(answer("m=audio 4000 RTP/AVP 0\r\n"), 3, "resume");
}

#[test]
fn our_offer_names_all_that_we_speak_and_its_answer_is_read() {
    let mut local = local();
    let offer = local.offer(&caps());
    let expected = "v=0\r\no=- 77 1 IN IP4 198.51.100.1\r\ns=aftercall\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n\
        m=audio 30000 RTP/AVP 8 0 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n\
        a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=rtcp-mux\r\na=sendrecv\r\n";
    assert_eq!(offer, expected);
    let answer =
        with_head("m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=ptime:40\r\n");
    let negotiated = local.read_answer(answer.as_bytes(), &caps()).unwrap();
    assert_eq!(negotiated.codec, Codec::Pcmu, "the answerer's order counts");
    assert_eq!(negotiated.ptime, Ptime::Ms40);
    assert!(!negotiated.rtcp_mux, "not answered, not used");
    assert_eq!(negotiated.direction, MediaDirection::SendRecv);
}

#[test]
fn an_answer_with_another_event_payload_type_is_received_on_ours_too() {
    let mut local = local();
    local.offer(&caps());
    let answer = with_head("m=audio 4000 RTP/AVP 8 96\r\na=rtpmap:96 telephone-event/8000\r\na=sendonly\r\n");
    let negotiated = local.read_answer(answer.as_bytes(), &caps()).unwrap();
    assert_eq!(negotiated.telephone_event.unwrap().payload_type, 96);
    assert!(negotiated.telephone_event_for(101).is_some());
    assert_eq!(negotiated.direction, MediaDirection::RecvOnly);
}

#[test]
fn answers_that_do_not_fit_the_offer_are_refused() {
    let mut local = local();
    local.offer(&caps());
    for (media, status) in [
        ("", 400),
        ("m=video 4000 RTP/AVP 0\r\n", 400),
        ("m=audio 0 RTP/AVP 0\r\n", 488),
        ("m=audio 4000 RTP/AVP 18\r\n", 488),
    ] {
        let refused = local
            .read_answer(with_head(media).as_bytes(), &caps())
            .unwrap_err();
        assert_eq!(refused.status(), status, "{media:?}");
    }
}

#[test]
fn an_offer_in_mid_call_keeps_the_layout_and_the_event_payload_type() {
    let mut local = local();
    let theirs = with_head(
        "m=video 4002 RTP/AVP 99\r\nm=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/8000\r\n",
    );
    let theirs = Offer::parse(theirs.as_bytes()).unwrap();
    local.answer(&theirs, &negotiate(&theirs, &caps()).unwrap());
    let ours = local.offer(&caps());
    let lines: Vec<_> = ours.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(lines, ["m=video 0 RTP/AVP 99", "m=audio 30000 RTP/AVP 8 0 96"]);
    let answer = with_head("m=video 0 RTP/AVP 99\r\nm=audio 4000 RTP/AVP 8\r\n");
    let negotiated = local.read_answer(answer.as_bytes(), &caps()).unwrap();
    assert_eq!(negotiated.media_index, 1);
}

fn speaking(codecs: &[Codec]) -> Capabilities {
    Capabilities {
        codecs: codecs.to_vec(),
        ..caps()
    }
}

fn opus_offer(more: &str) -> String {
    with_head(&format!(
        "m=audio 4000 RTP/AVP 111 0 101\r\na=rtpmap:111 opus/48000/2\r\n{more}"
    ))
}

#[test]
fn g722_and_opus_are_taken_by_the_operators_order() {
    for (ours, codec, payload_type, ptime) in [
        (vec![Codec::G722, Codec::Opus], Codec::G722, 9, Ptime::Ms30),
        (vec![Codec::Opus, Codec::G722], Codec::Opus, 111, Ptime::Ms20),
        (Codec::ALL.to_vec(), Codec::Pcmu, 0, Ptime::Ms30),
    ] {
        let offer = Offer::parse(DESK_PHONE_LIKE.as_bytes()).unwrap();
        let negotiated = negotiate(&offer, &speaking(&ours)).unwrap();
        assert_eq!((negotiated.codec, negotiated.payload_type), (codec, payload_type));
        assert_eq!(negotiated.ptime, ptime, "{codec:?}");
    }
}

#[test]
fn answer_with_opus_states_what_we_send_and_hear() {
    let offer = Offer::parse(DESK_PHONE_LIKE.as_bytes()).unwrap();
    let negotiated = negotiate(&offer, &speaking(&[Codec::Opus])).unwrap();
    let answer = local().answer(&offer, &negotiated);
    let audio: Vec<_> = answer
        .lines()
        .skip(5)
        .take_while(|line| !line.starts_with("m=video"))
        .collect();
    assert_eq!(
        audio,
        [
            "m=audio 30000 RTP/AVP 111 121 122 123",
            "a=rtpmap:111 opus/48000/2",
            "a=fmtp:111 maxplaybackrate=8000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=0",
            "a=rtpmap:121 telephone-event/48000",
            "a=fmtp:121 0-15",
            "a=rtpmap:122 telephone-event/16000",
            "a=fmtp:122 0-15",
            "a=rtpmap:123 telephone-event/8000",
            "a=fmtp:123 0-15",
            "a=ptime:20",
            "a=sendrecv",
        ]
    );
}

#[test]
fn opus_is_left_out_where_its_packets_would_break_the_peers_limits() {
    let with_opus = speaking(&[Codec::Opus, Codec::Pcmu]);
    let codec = |more: &str| {
        let offer = Offer::parse(opus_offer(more).as_bytes()).unwrap();
        negotiate(&offer, &with_opus).unwrap().codec
    };
    for (more, expected) in [
        ("", Codec::Opus),
        ("a=ptime:60\r\na=maxptime:60\r\n", Codec::Opus),
        (
            "a=fmtp:111 minptime=10; useinbandfec=1;stereo=1 ; maxplaybackrate=8000\r\n",
            Codec::Opus,
        ),
        ("a=fmtp:111 maxaveragebitrate=24000\r\n", Codec::Opus),
        (
            "a=fmtp:111 useinbandfec=1;maxaveragebitrate=16000\r\n",
            Codec::Pcmu,
        ),
        ("a=maxptime:10\r\n", Codec::Pcmu),
    ] {
        assert_eq!(codec(more), expected, "{more:?}");
    }
    let one_channel = with_head("m=audio 4000 RTP/AVP 111 0\r\na=rtpmap:111 opus/48000\r\n");
    let offer = Offer::parse(one_channel.as_bytes()).unwrap();
    assert_eq!(
        negotiate(&offer, &with_opus).unwrap().codec,
        Codec::Pcmu,
        "RFC 7587: always /2"
    );
}

#[test]
fn events_of_another_clock_than_the_codecs_are_taken_where_there_are_no_others() {
    for (codec, media) in [
        (Codec::Opus, opus_offer("a=rtpmap:101 telephone-event/8000\r\n")),
        (
            Codec::G722,
            with_head("m=audio 4000 RTP/AVP 9 101\r\na=rtpmap:101 telephone-event/16000\r\n"),
        ),
        (
            Codec::Pcmu,
            with_head("m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/48000\r\n"),
        ),
    ] {
        let offer = Offer::parse(media.as_bytes()).unwrap();
        let negotiated = negotiate(&offer, &speaking(&[codec])).unwrap();
        let event = negotiated.telephone_event.unwrap();
        assert_ne!(event.clock_rate, codec.clock_rate(), "the mismatch");
        let answer = local().answer(&offer, &negotiated);
        let rtpmap = format!("a=rtpmap:101 telephone-event/{}\r\n", event.clock_rate);
        assert!(answer.contains(&rtpmap), "{answer}");
    }
}

#[test]
fn our_offer_has_events_on_the_clock_of_each_codec() {
    let offer = local().offer(&speaking(&Codec::ALL));
    let lines: Vec<_> = offer
        .lines()
        .filter(|line| line.starts_with("m=") || line.contains("rtpmap"))
        .collect();
    assert_eq!(
        lines,
        [
            "m=audio 30000 RTP/AVP 0 8 9 107 101 102",
            "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:8 PCMA/8000",
            "a=rtpmap:9 G722/8000",
            "a=rtpmap:107 opus/48000/2",
            "a=rtpmap:101 telephone-event/8000",
            "a=rtpmap:102 telephone-event/48000",
        ]
    );
}

#[test]
fn payload_types_of_a_call_are_never_given_another_meaning() {
    let mut local = local();
    let capabilities = speaking(&Codec::ALL);
    let theirs = with_head(
        "m=audio 4000 RTP/AVP 101 0 107\r\na=rtpmap:101 opus/48000/2\r\na=rtpmap:107 telephone-event/8000\r\n",
    );
    let theirs = Offer::parse(theirs.as_bytes()).unwrap();
    local.answer(&theirs, &negotiate(&theirs, &speaking(&[Codec::Opus])).unwrap());
    let ours = local.offer(&capabilities);
    assert!(
        ours.contains("m=audio 30000 RTP/AVP 0 8 9 101 107 102\r\n"),
        "{ours}"
    );
    assert!(ours.contains("a=rtpmap:101 opus/48000/2\r\n"), "{ours}");
    assert!(ours.contains("a=rtpmap:107 telephone-event/8000\r\n"), "{ours}");
    assert!(ours.contains("a=rtpmap:102 telephone-event/48000\r\n"), "{ours}");
}

/// A caller and a server of this house agree whatever their preferences.
fn any_capabilities() -> impl Strategy<Value = Capabilities> {
    // PCMU is everywhere, so that there is something in common.
    let codecs = prop_oneof![
        Just(vec![Codec::Pcma, Codec::Pcmu]),
        Just(vec![Codec::Pcmu, Codec::Pcma]),
        Just(vec![Codec::Opus, Codec::G722, Codec::Pcmu]),
        Just(Codec::ALL.to_vec()),
    ];
    let event = proptest::option::of(96u8..128);
    (codecs, event, 0usize..5, any::<bool>()).prop_map(|(codecs, telephone_event, ptime, rtcp_mux)| {
        Capabilities {
            codecs,
            telephone_event,
            ptime: Ptime::ALL[ptime],
            rtcp_mux,
            families: AddressFamilies::Both,
            ..caps()
        }
    })
}

proptest! {
    #[test]
    fn offerer_and_answerer_agree(caller in any_capabilities(), server in any_capabilities()) {
        let mut calling = session(1, "192.0.2.1:4000");
        let mut serving = local();
        let offer = Offer::parse(calling.offer(&caller).as_bytes()).unwrap();
        let ours = negotiate(&offer, &server).unwrap();
        let answer = serving.answer(&offer, &ours);
        let theirs = calling.read_answer(answer.as_bytes(), &caller).unwrap();
        prop_assert_eq!(ours.codec, theirs.codec);
        prop_assert_eq!(ours.payload_type, theirs.payload_type);
        prop_assert_eq!(ours.ptime, theirs.ptime);
        prop_assert_eq!(ours.rtcp_mux, theirs.rtcp_mux);
        prop_assert_eq!(ours.telephone_event, theirs.telephone_event);
        prop_assert_eq!(ours.direction, theirs.direction.reversed());
        prop_assert_eq!(theirs.remote_rtp, at("198.51.100.1:30000"));
    }

    #[test]
    fn any_bytes_are_read_without_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        lines in proptest::collection::vec("(v=0|m=audio [0-9]{1,6} RTP/AVP( [0-9]{1,3}){0,4}|c=IN IP[46] [0-9.:a-f]{0,12}|a=[a-z-]{1,9}:?[ -~]{0,20})", 0..20),
    ) {
        let text = format!("v=0\r\n{}", lines.join("\r\n"));
        for body in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(offer) = Offer::parse(body)
                && let Ok(negotiated) = negotiate(&offer, &caps())
            {
                let answer = local().answer(&offer, &negotiated);
                let written = Offer::parse(answer.as_bytes()).unwrap();
                prop_assert_eq!(written.media_count(), offer.media_count());
            }
        }
    }

    #[test]
    fn a_damaged_offer_is_read_or_refused_but_never_a_panic(
        position in 0usize..500,
        octet in any::<u8>(),
        cut in 0usize..700,
    ) {
        let mut bytes = DESK_PHONE_LIKE.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(position) {
            *place = octet;
        }
        bytes.truncate(cut);
        if let Err(refusal) = Offer::parse(&bytes).and_then(|offer| negotiate(&offer, &caps())) {
            prop_assert!(matches!(refusal.status(), 400 | 413 | 488));
        }
    }
}

fn with_families(families: AddressFamilies) -> Capabilities {
    Capabilities { families, ..caps() }
}

#[test]
fn of_two_families_the_one_that_we_have_is_taken() {
    let dual = with_head("m=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::5\r\nc=IN IP4 192.0.2.5\r\n");
    let session =
        "v=0\r\nc=IN IP6 2001:db8::5\r\nc=IN IP4 192.0.2.5\r\nm=audio 4000 RTP/AVP 0\r\n".to_owned();
    let alternative =
        with_head("m=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.5\r\na=altc:1 IP6 2001:db8::5 4000\r\n");
    for (text, families, address) in [
        (&dual, AddressFamilies::Ipv4, Ok(at("192.0.2.5:4000"))),
        (&dual, AddressFamilies::Ipv6, Ok(at("[2001:db8::5]:4000"))),
        (&dual, AddressFamilies::Both, Ok(at("[2001:db8::5]:4000"))),
        (&session, AddressFamilies::Ipv4, Ok(at("192.0.2.5:4000"))),
        (&session, AddressFamilies::Ipv6, Ok(at("[2001:db8::5]:4000"))),
        (&alternative, AddressFamilies::Both, Ok(at("192.0.2.5:4000"))),
        (&alternative, AddressFamilies::Ipv6, Err(300)),
    ] {
        let offer = Offer::parse(text.as_bytes()).unwrap();
        let agreed = negotiate(&offer, &with_families(families));
        let seen = agreed
            .map(|agreed| agreed.remote_rtp)
            .map_err(|refusal| refusal.warning().0);
        assert_eq!(seen, address, "{families:?} {text}");
    }
}

#[test]
fn alternatives_of_anat_are_answered_by_one_stream() {
    let text = "v=0\r\na=group:ANAT 1 2\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP6 2001:db8::5\r\na=mid:1\r\n\
        m=audio 4002 RTP/AVP 0\r\nc=IN IP4 192.0.2.5\r\na=mid:2\r\n";
    let offer = Offer::parse(text.as_bytes()).unwrap();
    for (families, address, index) in [
        (AddressFamilies::Both, at("[2001:db8::5]:4000"), 0),
        (AddressFamilies::Ipv4, at("192.0.2.5:4002"), 1),
    ] {
        let negotiated = negotiate(&offer, &with_families(families)).unwrap();
        assert_eq!((negotiated.remote_rtp, negotiated.media_index), (address, index));
        let answer = local().answer(&offer, &negotiated);
        let lines: Vec<_> = answer.lines().filter(|line| line.starts_with("m=")).collect();
        assert_eq!(
            lines.iter().filter(|line| line.starts_with("m=audio 0 ")).count(),
            1,
            "{answer}"
        );
        assert_eq!(lines.len(), 2, "{answer}");
    }
}

#[test]
fn hold_by_the_unspecified_address_has_no_family() {
    for (address, families, seen) in [
        ("IP4 0.0.0.0", AddressFamilies::Ipv6, "[::]:4000"),
        ("IP6 ::", AddressFamilies::Ipv4, "0.0.0.0:4000"),
    ] {
        let text = format!("v=0\r\nc=IN {address}\r\nm=audio 4000 RTP/AVP 0\r\n");
        let negotiated =
            negotiate(&Offer::parse(text.as_bytes()).unwrap(), &with_families(families)).unwrap();
        assert_eq!(negotiated.remote_rtp, at(seen));
        assert!(negotiated.is_held());
    }
}

#[test]
fn control_at_an_address_of_the_other_family_goes_beside_the_audio() {
    let offer = with_head("m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP6 2001:db8::5\r\n");
    assert_eq!(agreed(&offer).unwrap().remote_rtcp, at("192.0.2.10:5000"));
}

#[test]
fn loopback_is_spoken_to_only_where_the_peer_is_on_this_host() {
    for (address, ip) in [("IP4 127.0.0.9", "127.0.0.9"), ("IP6 ::1", "::1")] {
        let text = format!("v=0\r\nc=IN {address}\r\nm=audio 4000 RTP/AVP 0\r\n");
        let offer = Offer::parse(text.as_bytes()).unwrap();
        assert!(negotiate(&offer, &caps()).is_ok(), "{address}");
        let elsewhere = Capabilities {
            loopback: false,
            ..caps()
        };
        let refused = negotiate(&offer, &elsewhere).unwrap_err();
        assert_eq!(refused, SdpRefusal::Loopback(ip.parse().unwrap()));
        assert_eq!((refused.status(), refused.warning().0), (488, 301));
    }
}

#[test]
fn control_at_an_address_that_cannot_be_sent_to_goes_beside_the_audio() {
    for ip in ["224.2.1.1", "255.255.255.255", "127.0.0.1"] {
        let offer = with_head(&format!("m=audio 4000 RTP/AVP 0\r\na=rtcp:5000 IN IP4 {ip}\r\n"));
        let offer = Offer::parse(offer.as_bytes()).unwrap();
        let elsewhere = Capabilities {
            loopback: false,
            ..caps()
        };
        let negotiated = negotiate(&offer, &elsewhere).unwrap();
        assert_eq!(negotiated.remote_rtcp, at("192.0.2.10:5000"), "{ip}");
    }
}

#[test]
fn faulty_addresses_of_streams_that_are_rejected_cost_no_call() {
    for line in [
        "c=IX IP4 x",
        "c=IN IP7 x",
        "c=IN IP6 192.0.2.1",
        "c=IN IP4",
        "c=",
        "c=IN IP4 a b c d",
        "c=IN IP4 pbx.example",
    ] {
        let offer = with_head(&format!(
            "m=audio 4000 RTP/AVP 0\r\nm=video 4002 RTP/AVP 99\r\n{line}\r\n"
        ));
        assert!(agreed(&offer).is_ok(), "{line}");
    }
    let session = "v=0\r\nc=IX NSAP 47\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.5\r\n";
    assert!(agreed(session).is_ok(), "the stream has its own");
}

#[test]
fn host_names_are_told_and_replaced_by_their_addresses() {
    let text = "v=0\r\nc=IN IP4 media.pbx.example\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 0 RTP/AVP 0\r\nc=IN IP4 off.example\r\n\
        m=video 4002 RTP/AVP 99\r\nc=IN IP4 video.example\r\n";
    let mut offer = Offer::parse(text.as_bytes()).unwrap();
    let refused = negotiate(&offer, &caps()).unwrap_err();
    assert_eq!((refused.status(), refused.warning().0), (488, 301));
    let names = offer.host_names();
    assert_eq!(names.len(), 1, "only where audio is wanted: {names:?}");
    assert_eq!(
        (names[0].name.as_str(), names[0].family),
        ("media.pbx.example", AddressFamilies::Ipv4)
    );
    offer.resolve(&names[0], "192.0.2.77".parse().unwrap());
    assert!(offer.host_names().is_empty());
    assert_eq!(
        negotiate(&offer, &caps()).unwrap().remote_rtp,
        at("192.0.2.77:4000")
    );
}

#[test]
fn streams_without_a_format_or_of_any_kind_are_answered_with_port_0_in_place() {
    for (offered, answered) in [
        ("m=image 0 udptl", "m=image 0 udptl t38"),
        ("m=image 4002 udptl", "m=image 0 udptl t38"),
        ("m=video 0 RTP/AVP", "m=video 0 RTP/AVP 0"),
        ("m=audio 0 RTP/AVP", "m=audio 0 RTP/AVP 0"),
        ("m=audio 0", "m=audio 0 RTP/AVP 0"),
        ("m=audio 0 RTP/AVP 0 8 101", "m=audio 0 RTP/AVP 0 8 101"),
        ("m=image 0  UDPTL  t38 ", "m=image 0 UDPTL t38"),
        ("m=message 2855 TCP/MSRP *", "m=message 0 TCP/MSRP *"),
        ("m=message 2855 TCP/TLS/MSRP", "m=message 0 TCP/TLS/MSRP *"),
        ("m=application 9 UDP/BFCP *", "m=application 0 UDP/BFCP *"),
        (
            "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
            "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
        ),
        ("m=text 4004/2 RTP/AVP 98 t140", "m=text 0 RTP/AVP 98 t140"),
        ("m=audio 4006 RTP/AVP 0", "m=audio 0 RTP/AVP 0"),
        ("m=audio 4006 TCP/MRCPv2 1", "m=audio 0 TCP/MRCPv2 1"),
        ("m=x-new 1 A/B/C d e", "m=x-new 0 A/B/C d e"),
    ] {
        let audio = "m=audio 4000 RTP/AVP 0";
        let behind = answer_to(&with_head(&format!("{audio}\r\n{offered}\r\n")));
        let lines: Vec<_> = behind.lines().filter(|line| line.starts_with("m=")).collect();
        assert_eq!(lines, ["m=audio 30000 RTP/AVP 0", answered], "{offered}");
        assert!(
            Offer::parse(behind.as_bytes()).is_ok(),
            "our answer is well written: {behind}"
        );
        if !offered.starts_with("m=audio 4006 RTP") {
            let before = answer_to(&with_head(&format!("{offered}\r\n{audio}\r\n")));
            let lines: Vec<_> = before.lines().filter(|line| line.starts_with("m=")).collect();
            assert_eq!(lines, [answered, "m=audio 30000 RTP/AVP 0"], "{offered}");
        }
    }
}

#[test]
fn profile_with_feedback_is_answered_in_kind_and_kept_in_our_offers() {
    let text = with_head("m=audio 4000 RTP/AVPF 0 8\r\na=rtcp-fb:* nack\r\n");
    let offer = Offer::parse(text.as_bytes()).unwrap();
    let mut local = local();
    let answer = local.answer(&offer, &negotiate(&offer, &caps()).unwrap());
    assert!(answer.contains("m=audio 30000 RTP/AVPF 8\r\n"), "{answer}");
    assert!(!answer.contains("rtcp-fb"), "no feedback is promised: {answer}");
    assert!(local.offer(&caps()).contains("RTP/AVPF "), "the profile stays");
    let answer = with_head("m=audio 4000 RTP/AVPF 0\r\n");
    assert!(
        session(1, "192.0.2.1:30000")
            .read_answer(answer.as_bytes(), &caps())
            .is_ok()
    );
}
