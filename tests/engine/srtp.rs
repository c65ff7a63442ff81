//! Keys in offers and answers over the length of a call. What they do to packets is tested with the media plane and
//! from outside; here the caller is written by hand, to change them in mid call.

use super::caller::{Caller, header};
use super::house::House;
use super::{EVERY, stored};

const FIRST_KEY: &str = "AAAAmdcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";
const SECOND_KEY: &str = "BBBBmdcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

fn required() -> String {
    format!("[media]\nsrtp = \"required\"\n{EVERY}")
}

/// The caller's session with this key, protected.
fn protected(caller: &Caller, key: &str) -> String {
    let plain = caller.description("sendrecv").replace("RTP/AVP", "RTP/SAVP");
    format!("{plain}a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n")
}

/// The one `a=crypto` of a message.
fn crypto(message: &str) -> &str {
    let mut lines = message.lines().filter_map(|line| line.strip_prefix("a=crypto:"));
    let first = lines.next().unwrap_or_else(|| panic!("no a=crypto in {message}"));
    assert_eq!(lines.next(), None, "one line is answered: {message}");
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn key_of_ours_changes_with_the_callers_and_a_plain_offer_in_mid_call_is_refused() {
    let house = House::new(&required());
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "rekeyed").await;
    let offer = protected(&caller, FIRST_KEY);
    caller.request("INVITE", "", "application/sdp", &offer).await;
    let first = caller.answered().await;
    caller.ack().await;
    assert!(
        crypto(&first).starts_with("7 AES_CM_128_HMAC_SHA1_80 inline:"),
        "{first}"
    );
    assert!(first.contains("RTP/SAVP"), "{first}");

    let offer = protected(&caller, FIRST_KEY);
    let refreshed = caller.offer_in_mid_call(&offer, "200").await;
    assert_eq!(crypto(&refreshed), crypto(&first), "a session refresh");

    let offer = protected(&caller, SECOND_KEY);
    let rekeyed = caller.offer_in_mid_call(&offer, "200").await;
    assert_ne!(crypto(&rekeyed), crypto(&first), "a new key");

    let plain = caller.description("sendrecv");
    let refused = caller.offer_in_mid_call(&plain, "488").await;
    assert!(header(&refused, "Warning").contains("RTP/SAVP"), "{refused}");

    // Protected sound is noise to this caller, and so a prompt without an end.
    caller.prompt_begins().await;
    caller.bye().await;
    service.stop().await;
    let expected = stored("sampled", "abandoned", "caller_hung_up", true, &[]);
    assert_eq!(house.stored().await, [expected], "the call went on until its BYE");
}

#[tokio::test(flavor = "multi_thread")]
async fn call_without_keys_is_refused_with_a_warning_where_srtp_is_required() {
    let house = House::new(&required());
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "plain").await;
    let refused = caller.call_refused("", "488").await;
    let warning = header(&refused, "Warning");
    assert!(
        warning.starts_with("302 ") && warning.contains("RTP/SAVP with a=crypto is needed"),
        "{refused}"
    );
    service.hang_up_and_stop().await;
    assert_eq!(
        house.stored().await,
        [stored("sampled", "failed", "srtp", false, &[])]
    );
}
