//! What the machine asks for duplex RTP before any of our code runs. `docs/performance.md` sets the service's cost
//! beside it; `aftercall load` measures it by itself after each run.
//!
//! `cargo run --release -p aftercall-test-phone --example socket_baseline -- CALLS SECONDS [connected]` prints microseconds of CPU per call-second
//! for one side.
#![expect(clippy::print_stdout, reason = "an example that prints a measurement")]

use std::time::Duration;

use aftercall_test_phone::socket_baseline::{Addressing, measure};

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let calls: usize = args.next().map_or(Ok(500), |text| text.parse())?;
    let seconds: u64 = args.next().map_or(Ok(10), |text| text.parse())?;
    let addressing = match args.next().as_deref() {
        Some("connected") => Addressing::Connected,
        _ => Addressing::EachDatagram,
    };
    let cost = measure(calls, Duration::from_secs(seconds), addressing)?;
    println!(
        "{calls} calls, {} us of CPU per call-second and side",
        cost.as_micros()
    );
    Ok(())
}
