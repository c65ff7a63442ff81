//! Any body is read as the answer to our offer.
#![no_main]

use aftercall_rtp::sdp::{Capabilities, LocalSession, SrtpKeySource};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let capabilities = Capabilities::default();
    let mut local = LocalSession::new(
        1,
        ([127, 0, 0, 1], 4000).into(),
        SrtpKeySource::from_seed([1; 32]),
    );
    local.offer(&capabilities);
    let _ = local.read_answer(body, &capabilities);
});
