//! What the media plane costs: many calls between two planes over loopback, playing one way and listening the other.
//!
//! `cargo run --release -p aftercall-media --example media_plane_cost -- 500 20` carries 500 calls for 20 seconds and prints the CPU
//! time of one call-second of one side, and how well packets kept time. Linux only: it reads `/proc`.

use std::error::Error;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use aftercall_audio::Sound;
use aftercall_audio::prompts::{Playlist, PlaylistItem, Prompt};
use aftercall_media::{Histogram, MediaPlane, MediaSession, PlaneConfig, PlaybackId, Stream};
use aftercall_rtp::sdp::{EventMapping, MediaDirection, PayloadTypes};
use aftercall_rtp::{Codec, Ptime};

/// Kernel ticks of CPU time in a second, the same on every Linux that Rust runs on.
const CLOCK_TICKS: f64 = 100.0;

#[expect(clippy::print_stdout, reason = "an example prints its result")]
#[expect(clippy::disallowed_methods, reason = "nothing to do while the planes work")]
fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let calls: u16 = arguments.next().map_or(Ok(500), |text| text.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(20), |text| text.parse())?;
    let threads = 1;
    let server = MediaPlane::start(&PlaneConfig {
        threads,
        ports: 20_000..=35_999,
        ..PlaneConfig::new(1)
    })?;
    let phone = MediaPlane::start(&PlaneConfig {
        threads,
        ports: 36_000..=51_999,
        ..PlaneConfig::new(2)
    })?;
    let sessions = connect(&server, &phone, calls)?;
    std::thread::sleep(Duration::from_secs(2));
    let before = cpu_seconds()?;
    std::thread::sleep(Duration::from_secs(seconds));
    let used = cpu_seconds()? - before;
    let per_call = used * 1_000_000.0 / (f64::from(calls) * seconds as f64) / 2.0;
    println!("{calls} calls, {seconds} s: {per_call:.0} us of CPU per call-second and side");
    drop(sessions);
    std::thread::sleep(Duration::from_secs(2));
    let statistics = phone.statistics();
    println!("sent late:     {}", quantiles(&server.statistics().send_pacing));
    println!("received late: {}", quantiles(&statistics.receive_pacing));
    println!(
        "lost {} of {}; ticks missed {}",
        statistics.packets_lost,
        statistics.packets_expected,
        server.statistics().late_ticks
    );
    Ok(())
}

fn quantiles(histogram: &Histogram) -> String {
    let (p50, p99) = (histogram.quantile(0.5), histogram.quantile(0.99));
    format!("p50 {p50:?}, p99 {p99:?}, max {:?}", histogram.largest())
}

fn connect(server: &MediaPlane, phone: &MediaPlane, calls: u16) -> Result<Vec<MediaSession>, Box<dyn Error>> {
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let hiss: Vec<i16> = (0..80_000).map(|n| (n * 7_919 % 4_001) as i16 - 2_000).collect();
    let sound = Sound::from_pcm(8_000, &hiss).ok_or("a rate")?;
    let prompt = Arc::new(Prompt::new(PathBuf::new(), &sound)?);
    let playlist = Playlist::new(vec![PlaylistItem::Prompt(prompt); 60]);
    let mut sessions = Vec::new();
    for _ in 0..calls {
        // Events go nowhere: nobody reads them, and that is counted.
        let (events, _) = mpsc::channel(1);
        let (answering, calling) = (server.open(ip, events.clone())?, phone.open(ip, events)?);
        answering.set_stream(stream(&calling))?;
        calling.set_stream(stream(&answering))?;
        answering.play(PlaybackId(0), playlist.clone())?;
        sessions.extend([answering, calling]);
    }
    Ok(sessions)
}

fn stream(peer: &MediaSession) -> Stream {
    Stream {
        remote_rtp: peer.local_rtp(),
        remote_rtcp: peer.local_rtp(),
        rtcp_mux: true,
        codec: Codec::Pcma,
        payload_type: 8,
        ptime: Ptime::Ms20,
        telephone_event: None,
        other_telephone_events: Vec::new(),
        likely_events: PayloadTypes::NONE,
        event_mapping: EventMapping::Clear,
        comfort_noise: [13].into_iter().collect(),
        direction: MediaDirection::SendRecv,
        srtp: None,
    }
}

/// User and system time of this process: fields 14 and 15 of `/proc/self/stat`.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().ok_or("a name in brackets")?;
    let ticks: Vec<f64> = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / CLOCK_TICKS)
}
