//! Any INFO body is read as either content type.
#![no_main]

use aftercall::dtmf::info;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for content_type in ["application/dtmf-relay", "application/dtmf"] {
        let _ = info::parse(content_type, body);
    }
});
