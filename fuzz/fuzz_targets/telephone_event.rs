//! Any run of datagrams goes through the packet view, the statistics and the receiver of digits. Each record of the
//! input is a length octet, an octet of milliseconds since the record before, and the datagram.
#![no_main]

use std::time::{Duration, Instant};

use aftercall_rtp::dtmf::TelephoneEventReceiver;
use aftercall_rtp::{Packet, PacketContent, Receiver};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let mut events = TelephoneEventReceiver::new(8000);
    let mut statistics = Receiver::new(8000);
    let (mut now, mut rest) = (Instant::now(), input);
    while let [length, millis, tail @ ..] = rest {
        let (datagram, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = tail;
        now += Duration::from_millis(u64::from(*millis));
        if let Ok(packet) = Packet::parse(datagram) {
            statistics.handle(&packet, PacketContent::Event, now);
            let _ = events.handle(&packet, now);
        }
        events.poll(now);
    }
    assert!(events.counters().presses <= events.counters().packets);
    statistics.reports(now).for_each(drop);
});
