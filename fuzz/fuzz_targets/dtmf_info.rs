//! Any INFO body is read as either content type.
#![no_main]

use aftercall_sip::dtmf_info;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for content_type in ["application/dtmf-relay", "application/dtmf"] {
        let _ = dtmf_info::parse(content_type, body);
    }
});
