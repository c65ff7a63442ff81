//! Any datagram is read as RTCP.
#![no_main]

use aftercall_rtp::rtcp::{self, NtpTime, RtcpPacket};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|datagram: &[u8]| {
    for packet in rtcp::read(datagram).flatten() {
        if let RtcpPacket::Report { blocks, .. } = packet {
            for block in blocks {
                let _ = block.round_trip(NtpTime(1 << 60));
            }
        }
    }
});
