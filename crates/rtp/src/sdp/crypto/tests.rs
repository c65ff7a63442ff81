//! Offers of protected streams as phones write them, and what we answer and offer.

use proptest::prelude::*;

use super::{CryptoFault, CryptoLine, SrtpKeySource};
use crate::sdp::{Capabilities, LocalSession, Negotiated, Offer, SdpRefusal, SrtpPolicy, negotiate};
use crate::srtp::{MasterKey, Mki, Suite};

/// Forty times six bits: the 30 octets of a suite in counter mode; of 28 and 44 with padding.
const KEY_30: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const KEY_28: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJQ==";
const KEY_44: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSojd0RmdmcmVCspeEc3QGY=";

const HEAD: &str = "v=0\r\nc=IN IP4 192.0.2.10\r\n";

fn with(policy: SrtpPolicy) -> Capabilities {
    Capabilities {
        srtp: policy,
        ..Capabilities::default()
    }
}

fn offer(protocol: &str, lines: &[&str]) -> Offer {
    let lines: String = lines.iter().map(|line| format!("a=crypto:{line}\r\n")).collect();
    let text = format!("{HEAD}m=audio 4000 {protocol} 0 8\r\n{lines}");
    Offer::parse(text.as_bytes()).unwrap()
}

fn sha1_80(tag: u32) -> String {
    format!("{tag} AES_CM_128_HMAC_SHA1_80 inline:{KEY_30}")
}

fn local() -> LocalSession {
    let address = "198.51.100.1:30000".parse().unwrap();
    LocalSession::new(77, address, SrtpKeySource::from_seed([7; 32]))
}

fn media_line(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("m=audio")).unwrap()
}

fn crypto_lines(text: &str) -> Vec<CryptoLine> {
    text.lines()
        .filter_map(|line| line.strip_prefix("a=crypto:"))
        .map(|value| CryptoLine::parse(value).unwrap())
        .collect()
}

#[test]
fn lines_are_read_in_every_way_in_which_they_are_written() {
    let key = |suite, text: &str| {
        use base64::Engine;
        let octets = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
        MasterKey::from_octets(suite, &octets).unwrap()
    };
    for (value, tag, suite, text, mki) in [
        (sha1_80(1), 1, Suite::AesCm128HmacSha1_80, KEY_30, None),
        (
            format!("7  aes_cm_128_hmac_sha1_32   INLINE:{KEY_30}|2^20 "),
            7,
            Suite::AesCm128HmacSha1_32,
            KEY_30,
            None,
        ),
        (
            format!("2 AES_CM_128_HMAC_SHA1_80 inline:{KEY_30}|2^31|1:1"),
            2,
            Suite::AesCm128HmacSha1_80,
            KEY_30,
            Mki::new(1, 1),
        ),
        (
            format!("3 AES_CM_128_HMAC_SHA1_80 inline:{KEY_30}|258:4"),
            3,
            Suite::AesCm128HmacSha1_80,
            KEY_30,
            Mki::new(258, 4),
        ),
        (
            format!("4 AES_CM_128_HMAC_SHA1_80 inline:{KEY_30}|1048576 WSH=128 -FUTURE=1"),
            4,
            Suite::AesCm128HmacSha1_80,
            KEY_30,
            None,
        ),
        (
            format!("5 AEAD_AES_128_GCM inline:{KEY_28}"),
            5,
            Suite::AeadAes128Gcm,
            KEY_28,
            None,
        ),
        (
            format!(
                "999999999 AEAD_AES_256_GCM inline:{}",
                KEY_44.trim_end_matches('=')
            ),
            999_999_999,
            Suite::AeadAes256Gcm,
            KEY_44,
            None,
        ),
    ] {
        let line = CryptoLine::parse(&value).unwrap();
        assert_eq!(
            (line.tag, line.key, line.mki),
            (tag, key(suite, text), mki),
            "{value}"
        );
    }
}

#[test]
fn lines_that_cannot_be_used_say_why() {
    let of = |rest: &str| format!("1 AES_CM_128_HMAC_SHA1_80 inline:{rest}");
    for (value, fault) in [
        (String::new(), CryptoFault::Malformed),
        ("1".to_owned(), CryptoFault::Malformed),
        (sha1_80(1).replace("1 ", "x "), CryptoFault::Malformed),
        (sha1_80(1_000_000_000), CryptoFault::Malformed),
        ("1 AES_CM_128_HMAC_SHA1_80".to_owned(), CryptoFault::Malformed),
        (
            format!("1 AES_CM_128_HMAC_SHA1_80 uri:{KEY_30}"),
            CryptoFault::Malformed,
        ),
        (of("!!!!"), CryptoFault::Malformed),
        (
            format!("1 F8_128_HMAC_SHA1_80 inline:{KEY_30}"),
            CryptoFault::Suite,
        ),
        (of(KEY_28), CryptoFault::KeyLength),
        (of(""), CryptoFault::KeyLength),
        (
            of(&format!("{KEY_30}|1:4;inline:{KEY_30}|2:4")),
            CryptoFault::SeveralKeys,
        ),
        (of(&format!("{KEY_30}|0")), CryptoFault::Lifetime),
        (of(&format!("{KEY_30}|2^49")), CryptoFault::Lifetime),
        (of(&format!("{KEY_30}|2^200")), CryptoFault::Lifetime),
        (of(&format!("{KEY_30}|forever")), CryptoFault::Lifetime),
        (of(&format!("{KEY_30}|256:1")), CryptoFault::Mki),
        (of(&format!("{KEY_30}|1:128")), CryptoFault::Mki),
        (of(&format!("{KEY_30}|2^20|1:4|x")), CryptoFault::Malformed),
        (format!("{} UNENCRYPTED_SRTP", sha1_80(1)), CryptoFault::Parameter),
        (
            format!("{} UNENCRYPTED_SRTCP", sha1_80(1)),
            CryptoFault::Parameter,
        ),
        (
            format!("{} WSH=64 UNAUTHENTICATED_SRTP", sha1_80(1)),
            CryptoFault::Parameter,
        ),
        (
            format!("{} -UNENCRYPTED_SRTP", sha1_80(1)),
            CryptoFault::Parameter,
        ),
        (format!("{} KDR=16", sha1_80(1)), CryptoFault::Parameter),
        (
            format!("{} FEC_ORDER=FEC_SRTP", sha1_80(1)),
            CryptoFault::Parameter,
        ),
    ] {
        assert_eq!(CryptoLine::parse(&value), Err(fault), "{value}");
    }
}

#[test]
fn policy_and_offer_decide_whether_a_stream_is_protected() {
    use SrtpPolicy::{Off, Optional, Required};
    let line = sha1_80(1);
    let lines = [line.as_str()];
    let secure = |protocol: &str, lines: &[&str], policy| {
        negotiate(&offer(protocol, lines), &with(policy)).map(|negotiated| negotiated.crypto.is_some())
    };
    for (protocol, lines, policy, expected) in [
        ("RTP/AVP", &[][..], Off, Ok(false)),
        ("RTP/AVP", &[], Optional, Ok(false)),
        ("RTP/AVP", &[], Required, Err(SdpRefusal::PlainMedia)),
        ("RTP/AVP", &lines, Off, Ok(false)),
        ("RTP/AVP", &lines, Optional, Ok(true)),
        ("RTP/AVP", &lines, Required, Ok(true)),
        (
            "RTP/SAVP",
            &lines,
            Off,
            Err(SdpRefusal::SecureMedia("RTP/SAVP".to_owned())),
        ),
        ("RTP/SAVP", &lines, Optional, Ok(true)),
        ("rtp/savp", &lines, Required, Ok(true)),
        (
            "RTP/SAVP",
            &[],
            Optional,
            Err(SdpRefusal::Crypto(CryptoFault::Missing)),
        ),
        ("RTP/SAVPF", &lines, Required, Ok(true)),
        ("RTP/AVPF", &lines, Optional, Ok(true)),
        ("RTP/AVPF", &[], Optional, Ok(false)),
        (
            "UDP/TLS/RTP/SAVP",
            &lines,
            Optional,
            Err(SdpRefusal::Dtls("UDP/TLS/RTP/SAVP".to_owned())),
        ),
        (
            "TCP/RTP/SAVP",
            &lines,
            Required,
            Err(SdpRefusal::SecureMedia("TCP/RTP/SAVP".to_owned())),
        ),
        (
            "UDPTL",
            &lines,
            Required,
            Err(SdpRefusal::Transport("UDPTL".to_owned())),
        ),
    ] {
        let found = secure(protocol, lines, policy);
        assert_eq!(found, expected, "{protocol} {policy:?}");
        if let Err(refusal) = found {
            assert_eq!(refusal.status(), 488, "{protocol} {policy:?}");
        }
    }
}

#[test]
fn lines_that_cannot_be_used_leave_an_optional_stream_plain_and_refuse_another() {
    let unencrypted = format!("{} UNENCRYPTED_SRTP", sha1_80(2));
    let lines = ["1 F8_128_HMAC_SHA1_80 inline:x", unencrypted.as_str()];
    let plain = negotiate(&offer("RTP/AVP", &lines), &with(SrtpPolicy::Optional)).unwrap();
    assert_eq!(plain.crypto, None);
    for (protocol, policy) in [
        ("RTP/AVP", SrtpPolicy::Required),
        ("RTP/SAVP", SrtpPolicy::Optional),
    ] {
        let refused = negotiate(&offer(protocol, &lines), &with(policy)).unwrap_err();
        assert_eq!(refused, SdpRefusal::Crypto(CryptoFault::Parameter));
        assert_eq!(
            refused.warning(),
            (399, "SRTP: session parameters are not accepted")
        );
    }
}

#[test]
fn the_operators_first_suite_that_is_offered_is_answered_under_its_tag_with_a_key_of_ours() {
    let gcm = format!("9 AEAD_AES_128_GCM inline:{KEY_28}|2^48");
    let offer = offer("RTP/SAVP", &[&sha1_80(4), &gcm]);
    for (suites, tag, suite) in [
        (Suite::ALL.to_vec(), 9, Suite::AeadAes128Gcm),
        (
            vec![Suite::AesCm128HmacSha1_80, Suite::AeadAes128Gcm],
            4,
            Suite::AesCm128HmacSha1_80,
        ),
    ] {
        let capabilities = Capabilities {
            suites,
            ..with(SrtpPolicy::Required)
        };
        let negotiated = negotiate(&offer, &capabilities).unwrap();
        let mut local = local();
        let answer = local.answer(&offer, &negotiated);
        assert!(
            media_line(&answer).starts_with("m=audio 30000 RTP/SAVP "),
            "{answer}"
        );
        let lines = crypto_lines(&answer);
        assert_eq!(lines.len(), 1, "{answer}");
        assert_eq!((lines[0].tag, lines[0].key.suite()), (tag, suite));
        let keys = local.srtp().unwrap();
        assert_eq!(keys.local, lines[0].key);
        assert_eq!(Some(keys.remote), negotiated.crypto.map(|line| line.key));
        assert_ne!(keys.local, keys.remote);
    }
    let none = Capabilities {
        suites: vec![Suite::AeadAes256Gcm],
        ..with(SrtpPolicy::Required)
    };
    assert_eq!(
        negotiate(&offer, &none).unwrap_err(),
        SdpRefusal::Crypto(CryptoFault::Suite)
    );
}

#[test]
fn keys_beside_a_plain_profile_are_answered_beside_it() {
    let offer = offer("RTP/AVP", &[&sha1_80(1)]);
    let negotiated = negotiate(&offer, &with(SrtpPolicy::Optional)).unwrap();
    let answer = local().answer(&offer, &negotiated);
    assert!(
        media_line(&answer).starts_with("m=audio 30000 RTP/AVP "),
        "{answer}"
    );
    assert_eq!(crypto_lines(&answer).len(), 1);
}

#[test]
fn our_key_stays_while_the_peers_stays_and_changes_with_it() {
    let mut local = local();
    let mut answer = |offer: &Offer| {
        let negotiated = negotiate(offer, &with(SrtpPolicy::Optional)).unwrap();
        let text = local.answer(offer, &negotiated);
        (text, local.srtp().map(|keys| keys.local))
    };
    let same = offer("RTP/SAVP", &[&sha1_80(1)]);
    let other_key = sha1_80(1).replace("d0Rm", "AAAA");
    let other_suite = sha1_80(1).replace("SHA1_80", "SHA1_32");
    let (first_text, first) = answer(&same);
    assert_eq!(answer(&same), (first_text, first), "a session refresh");
    let (_, second) = answer(&offer("RTP/SAVP", &[&other_key]));
    assert!(second.is_some() && second != first, "a new key");
    let (_, third) = answer(&offer("RTP/SAVP", &[&other_suite]));
    assert!(third.is_some() && third != second, "a new suite");
    let (_, plain) = answer(&offer("RTP/AVP", &[]));
    assert_eq!(plain, None);
    let (_, fourth) = answer(&same);
    assert!(fourth.is_some() && fourth != first, "protected again: a new key");
}

#[test]
fn our_offer_has_keys_where_srtp_is_required_or_the_call_is_protected() {
    for (policy, protected, expected) in [
        (SrtpPolicy::Off, false, 0),
        (SrtpPolicy::Optional, false, 0),
        (SrtpPolicy::Required, false, 4),
        (SrtpPolicy::Optional, true, 4),
    ] {
        let mut local = local();
        if protected {
            let offer = offer("RTP/SAVP", &[&sha1_80(1)]);
            let negotiated = negotiate(&offer, &with(policy)).unwrap();
            local.answer(&offer, &negotiated);
        }
        let text = local.offer(&with(policy));
        let lines = crypto_lines(&text);
        assert_eq!(lines.len(), expected, "{policy:?}: {text}");
        let profile = if expected == 0 { " RTP/AVP " } else { " RTP/SAVP " };
        assert!(media_line(&text).contains(profile), "{text}");
        for (one, tag) in lines.iter().zip(1..) {
            assert_eq!(one.tag, tag);
            assert_eq!(lines.iter().filter(|other| other.key == one.key).count(), 1);
        }
    }
}

#[test]
fn each_offer_of_ours_has_new_keys_which_count_once_answered() {
    let mut local = local();
    let capabilities = with(SrtpPolicy::Required);
    let first = crypto_lines(&local.offer(&capabilities));
    let answer = |tag| {
        let line = sha1_80(tag);
        format!("{HEAD}m=audio 4000 RTP/SAVP 0\r\na=crypto:{line}\r\n")
    };
    let negotiated = local.read_answer(answer(3).as_bytes(), &capabilities).unwrap();
    assert!(negotiated.crypto.is_some());
    let keys = local.srtp().unwrap();
    assert_eq!(keys.local, first[2].key, "the tag names the key");
    let second = crypto_lines(&local.offer(&capabilities));
    assert_ne!(second[2].key, first[2].key);
    assert_eq!(local.srtp(), Some(keys), "not before the answer");
    local.read_answer(answer(3).as_bytes(), &capabilities).unwrap();
    assert_eq!(local.srtp().unwrap().local, second[2].key);
}

#[test]
fn answers_that_do_not_fit_our_keys_are_refused_and_change_nothing() {
    let capabilities = with(SrtpPolicy::Required);
    let mut local = local();
    local.offer(&capabilities);
    let mut answered = |protocol: &str, line: &str| {
        let text = format!("{HEAD}m=audio 4000 {protocol} 0\r\n{line}");
        local
            .read_answer(text.as_bytes(), &capabilities)
            .map(|negotiated: Negotiated| negotiated.crypto.is_some())
    };
    let line = |tag| format!("a=crypto:{}\r\n", sha1_80(tag));
    let unoffered = Err(SdpRefusal::Crypto(CryptoFault::Unoffered));
    assert_eq!(answered("RTP/AVP", ""), Err(SdpRefusal::PlainMedia));
    assert_eq!(
        answered("RTP/SAVP", ""),
        Err(SdpRefusal::Crypto(CryptoFault::Missing))
    );
    assert_eq!(answered("RTP/SAVP", &line(5)), unoffered, "an unknown tag");
    assert_eq!(
        answered("RTP/SAVP", &line(1)),
        unoffered,
        "the tag of another suite"
    );
    assert_eq!(local.srtp(), None);
}

#[test]
fn plain_offer_answered_with_keys_stays_plain() {
    let capabilities = with(SrtpPolicy::Optional);
    let mut local = local();
    local.offer(&capabilities);
    let text = format!("{HEAD}m=audio 4000 RTP/AVP 0\r\na=crypto:{}\r\n", sha1_80(1));
    let negotiated = local.read_answer(text.as_bytes(), &capabilities).unwrap();
    assert_eq!((negotiated.crypto, local.srtp()), (None, None));
}

#[test]
fn keys_for_the_whole_session_mean_nothing() {
    let line = sha1_80(1);
    let text = format!("{HEAD}a=crypto:{line}\r\nm=audio 4000 RTP/SAVP 0\r\n");
    let offer = Offer::parse(text.as_bytes()).unwrap();
    assert_eq!(
        negotiate(&offer, &with(SrtpPolicy::Required)).unwrap_err(),
        SdpRefusal::Crypto(CryptoFault::Missing)
    );
}

#[test]
fn no_key_shows_in_what_is_logged() {
    let offer = offer("RTP/SAVP", &[&sha1_80(1)]);
    let negotiated = negotiate(&offer, &with(SrtpPolicy::Required)).unwrap();
    let mut local = local();
    let answer = local.answer(&offer, &negotiated);
    let shown = format!("{offer:?} {negotiated:?} {local:?}");
    let ours = answer.split_once("inline:").unwrap().1.lines().next().unwrap();
    for secret in [KEY_30, ours] {
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("hidden"), "{shown}");
}

proptest! {
    #[test]
    fn any_line_is_read_without_panic_and_what_is_written_is_read_back(
        text in "([0-9]{1,10} )?(AES_CM_128_HMAC_SHA1_(80|32)|AEAD_AES_(128|256)_GCM) inline:[A-Za-z0-9+/=|^:; ]{0,70}",
        noise in "\\PC{0,60}",
        tag in 1u32..1_000_000_000,
        seed in any::<[u8; 32]>(),
    ) {
        let _ = CryptoLine::parse(&noise);
        let _ = CryptoLine::parse(&text);
        let mut source = SrtpKeySource::from_seed(seed);
        for suite in Suite::ALL {
            let key = source.draw(suite);
            let read = CryptoLine::parse(&super::written(tag, &key));
            prop_assert_eq!(read, Ok(CryptoLine { tag, key, mki: None }));
        }
    }

    #[test]
    fn offerer_and_answerer_hold_each_others_keys(
        first in 0usize..4,
        count in 1usize..=4,
        required in any::<bool>(),
    ) {
        let suites: Vec<Suite> = Suite::ALL.into_iter().cycle().skip(first).take(count).collect();
        let caller = Capabilities { suites: suites.clone(), ..with(SrtpPolicy::Required) };
        let server = with(if required { SrtpPolicy::Required } else { SrtpPolicy::Optional });
        let mut calling = LocalSession::new(1, "192.0.2.1:4000".parse().unwrap(), SrtpKeySource::from_seed([1; 32]));
        let mut serving = local();
        let offer = Offer::parse(calling.offer(&caller).as_bytes()).unwrap();
        let negotiated = negotiate(&offer, &server).unwrap();
        let answer = serving.answer(&offer, &negotiated);
        calling.read_answer(answer.as_bytes(), &caller).unwrap();
        let (ours, theirs) = (serving.srtp().unwrap(), calling.srtp().unwrap());
        prop_assert_eq!((ours.local, ours.remote), (theirs.remote, theirs.local));
        let best = Suite::ALL.into_iter().find(|suite| suites.contains(suite));
        prop_assert_eq!(Some(ours.local.suite()), best);
    }
}

#[test]
fn secure_profile_with_feedback_is_answered_in_kind() {
    let offer = offer("RTP/SAVPF", &[&sha1_80(1)]);
    for policy in [SrtpPolicy::Optional, SrtpPolicy::Required] {
        let mut local = local();
        let negotiated = negotiate(&offer, &with(policy)).unwrap();
        assert!(negotiated.crypto.is_some());
        let answer = local.answer(&offer, &negotiated);
        assert!(media_line(&answer).contains(" RTP/SAVPF "), "{answer}");
        assert_eq!(crypto_lines(&answer).len(), 1, "{answer}");
        assert!(media_line(&local.offer(&with(policy))).contains(" RTP/SAVPF "));
    }
    let refused = negotiate(&offer, &with(SrtpPolicy::Off)).unwrap_err();
    assert_eq!((refused.status(), refused.warning().0), (488, 302));
}

#[test]
fn keys_by_dtls_are_refused_by_name_whatever_the_profile() {
    let offered = |protocol: &str, more: &str| {
        let text = format!(
            "{HEAD}m=audio 4000 {protocol} 0\r\na=fingerprint:sha-256 AA:BB\r\na=setup:actpass\r\n{more}"
        );
        negotiate(
            &Offer::parse(text.as_bytes()).unwrap(),
            &with(SrtpPolicy::Optional),
        )
    };
    for protocol in [
        "UDP/TLS/RTP/SAVPF",
        "UDP/TLS/RTP/SAVP",
        "TCP/DTLS/RTP/SAVPF",
        "RTP/SAVPF",
        "RTP/SAVP",
    ] {
        let refused = offered(protocol, "").unwrap_err();
        assert_eq!(refused, SdpRefusal::Dtls(protocol.to_owned()));
        assert_eq!((refused.status(), refused.warning().0), (488, 302));
        assert!(refused.warning().1.contains("DTLS"));
    }
    let both = offered("RTP/SAVPF", &format!("a=crypto:{}\r\n", sha1_80(1)));
    assert!(both.unwrap().crypto.is_some(), "of two ways the one that we know");
    assert_eq!(
        offered("RTP/AVPF", "").unwrap().crypto,
        None,
        "what may be plain is plain"
    );
}

#[test]
fn two_keys_with_one_tag_are_refused_where_keys_are_needed() {
    let other = sha1_80(1).replace("SHA1_80", "SHA1_32");
    let unknown = sha1_80(1).replace("AES_CM", "F8");
    for lines in [
        [sha1_80(1), sha1_80(1)],
        [sha1_80(1), other],
        [sha1_80(1), unknown.clone()],
        [unknown, sha1_80(1)],
        [sha1_80(1), sha1_80(1).replacen('1', "001", 1)],
    ] {
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        for (protocol, policy) in [
            ("RTP/SAVP", SrtpPolicy::Optional),
            ("RTP/SAVPF", SrtpPolicy::Optional),
            ("RTP/SAVP", SrtpPolicy::Required),
            ("RTP/AVP", SrtpPolicy::Required),
        ] {
            let refused = negotiate(&offer(protocol, &lines), &with(policy)).unwrap_err();
            assert_eq!(
                refused,
                SdpRefusal::Crypto(CryptoFault::SameTag),
                "{protocol} {lines:?}"
            );
            assert_eq!(refused.status(), 488);
        }
        let plain = negotiate(&offer("RTP/AVP", &lines), &with(SrtpPolicy::Optional)).unwrap();
        assert_eq!(plain.crypto, None);
    }
    assert!(
        negotiate(
            &offer("RTP/SAVP", &[&sha1_80(1), &sha1_80(2)]),
            &with(SrtpPolicy::Optional)
        )
        .is_ok()
    );
}
