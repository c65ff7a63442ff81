//! Any text is read as an `a=crypto`, and inside an offer that must be protected.
#![no_main]

use aftercall_rtp::sdp::{
    Capabilities, CryptoLine, LocalSession, Offer, SrtpKeySource, SrtpPolicy, negotiate,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|value: &str| {
    let read = CryptoLine::parse(value);
    let text = format!("v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:{value}\r\n");
    let capabilities = Capabilities {
        srtp: SrtpPolicy::Required,
        ..Capabilities::default()
    };
    let Ok(offer) = Offer::parse(text.as_bytes()) else {
        return;
    };
    if let Ok(negotiated) = negotiate(&offer, &capabilities) {
        let mut local = LocalSession::new(
            1,
            ([127, 0, 0, 1], 4000).into(),
            SrtpKeySource::from_seed([1; 32]),
        );
        local.answer(&offer, &negotiated);
        assert!(
            local.srtp().is_some(),
            "a stream that must be protected has keys: {read:?}"
        );
    }
});
