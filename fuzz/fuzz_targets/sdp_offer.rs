//! Any body is read as an offer; what is accepted is answered with as many m-lines, and our answer can be read.
#![no_main]

use aftercall_rtp::sdp::{Capabilities, LocalSession, Offer, SrtpKeySource, negotiate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(offer) = Offer::parse(body) else { return };
    let Ok(negotiated) = negotiate(&offer, &Capabilities::default()) else {
        return;
    };
    let mut local = LocalSession::new(
        1,
        ([127, 0, 0, 1], 4000).into(),
        SrtpKeySource::from_seed([1; 32]),
    );
    let answer = local.answer(&offer, &negotiated);
    let written = Offer::parse(answer.as_bytes()).expect("our own answer is an SDP");
    assert_eq!(written.media_count(), offer.media_count());
});
