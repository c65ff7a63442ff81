//! What a packet and a frame cost, part by part: `cargo bench --bench media`.
//!
//! The pure parts are measured alone; `packet through sockets` is a packet sent by one media thread and heard by another,
//! with the system calls of both. `docs/performance.md` sets the figures beside those of a whole run.

use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::mpsc;

use aftercall_audio::g711::Companding;
use aftercall_audio::prompts::{Playlist, PlaylistCursor, PlaylistItem, Prompt};
use aftercall_audio::{Decoder, Sound, g722, opus};
use aftercall_base::Digit;
use aftercall_media::{MediaPlane, MediaSession, PlaneConfig, PlaybackId, Stream, Worker};
use aftercall_rtp::dtmf::{TelephoneEventReceiver, TelephoneEventSender};
use aftercall_rtp::sdp::{EventMapping, MediaDirection, PayloadTypes};
use aftercall_rtp::srtp::{MAX_OVERHEAD, MasterKey, SrtpReceiver, SrtpSender, Suite};
use aftercall_rtp::{Codec, Latch, Packet, PacketContent, Ptime, Receiver, Sender};
use aftercall_runtime::clock::monotonic;

const FRAME: usize = 160;
const PTIME: Duration = Duration::from_millis(20);
const TICK: Duration = Duration::from_millis(5);

fn samples() -> Vec<i16> {
    (0..8_000_i32).map(|n| (n * 37 % 9_000 - 4_500) as i16).collect()
}

fn playlist() -> Playlist {
    let sound = Sound::from_pcm(8_000, &samples()).expect("8 kHz is a rate");
    let prompt = Prompt::new(PathBuf::from("bench"), &sound).expect("8 kHz is the telephone's rate");
    Playlist::new([
        PlaylistItem::Prompt(Arc::new(prompt)),
        PlaylistItem::Silence(Duration::from_secs(100_000)),
    ])
}

/// A payload of 20 ms from the middle of a prompt.
fn payload(codec: Codec) -> Vec<u8> {
    let (list, mut cursor, mut room) = (playlist(), PlaylistCursor::default(), [0; 480]);
    list.prepare(codec);
    let mut octets = 0;
    for _ in 0..10 {
        octets = list.fill(&mut cursor, codec, Ptime::Ms20, &mut room).octets;
    }
    room.get(..octets).unwrap_or_default().to_vec()
}

/// Packets of a stream, and the moments at which they come.
fn packets(count: usize) -> Vec<(Vec<u8>, Instant)> {
    let mut sender = Sender::new(0, 8_000, Ptime::Ms20, &mut StdRng::seed_from_u64(1));
    let start = monotonic();
    (0..count)
        .map(|number| {
            let mut out = vec![0; 200];
            let length = sender
                .audio(&[0x55; FRAME], &mut out)
                .expect("200 octets are room");
            out.truncate(length);
            (out, start + PTIME * number as u32)
        })
        .collect()
}

fn pure(c: &mut Criterion) {
    let mut group = c.benchmark_group("frame");
    group.throughput(Throughput::Elements(1));
    let pcm = samples();
    let encoded = Companding::A.encode_all(&pcm);
    group.bench_function("G.711 encode, 20 ms", |b| {
        let frame = pcm.get(..FRAME).unwrap_or_default();
        b.iter(|| {
            frame
                .iter()
                .fold(0u8, |sum, sample| sum ^ Companding::A.encode(black_box(*sample)))
        });
    });
    group.bench_function("G.711 decode, 20 ms", |b| {
        let frame = encoded.get(..FRAME).unwrap_or_default();
        b.iter(|| {
            frame
                .iter()
                .fold(0i16, |sum, byte| sum ^ Companding::A.decode(black_box(*byte)))
        });
    });
    for codec in Codec::ALL {
        let name = codec.encoding_name();
        group.bench_function(format!("playlist to payload, {name}"), |b| {
            let (list, mut cursor, mut payload) = (playlist(), PlaylistCursor::default(), [0; 480]);
            list.prepare(codec);
            b.iter(|| list.fill(&mut cursor, codec, Ptime::Ms20, black_box(&mut payload)));
        });
        group.bench_function(format!("payload to samples, {name}"), |b| {
            let (mut decoder, payload) = (Decoder::new(codec), payload(codec));
            b.iter(|| decoder.decode(black_box(&payload)).len());
        });
    }
    group.bench_function("G.722 encode, 20 ms", |b| {
        let (mut encoder, frame) = (g722::Encoder::default(), [1_000; 320]);
        b.iter(|| encoder.encode(black_box(&frame)));
    });
    group.finish();

    let mut group = c.benchmark_group("prompt");
    group.sample_size(10);
    let second: Vec<i16> = samples().into_iter().cycle().take(16_000).collect();
    group.bench_function("Opus encode, 1 s", |b| {
        b.iter(|| opus::encode(black_box(&second)));
    });
    group.finish();

    let mut group = c.benchmark_group("packet");
    group.throughput(Throughput::Elements(1));
    group.bench_function("write", |b| {
        let mut sender = Sender::new(0, 8_000, Ptime::Ms20, &mut StdRng::seed_from_u64(1));
        let mut out = [0; 200];
        b.iter(|| sender.audio(black_box(&[0x55; FRAME]), &mut out));
    });
    let stream = packets(1_000);
    group.bench_function("parse", |b| {
        let bytes = stream
            .first()
            .map(|(bytes, _)| bytes.as_slice())
            .unwrap_or_default();
        b.iter(|| Packet::parse(black_box(bytes)).is_ok());
    });
    group.bench_function("parse, latch and count", |b| {
        let source = SocketAddr::from((Ipv4Addr::LOCALHOST, 4_000));
        let mut latch = Latch::new(source);
        let mut receiver = Receiver::new(8_000);
        let mut coming = stream.iter().cycle();
        b.iter(|| {
            let (bytes, at) = coming.next()?;
            let packet = Packet::parse(bytes).ok()?;
            latch.handle(source, *at);
            Some(receiver.handle(&packet, PacketContent::Audio, *at))
        });
    });
    group.bench_function("telephone event, heard", |b| {
        let events = event_packets();
        let mut receiver = TelephoneEventReceiver::new(8_000);
        let mut coming = events.iter().cycle();
        b.iter(|| {
            let (bytes, at) = coming.next()?;
            receiver.handle(&Packet::parse(bytes).ok()?, *at)
        });
    });
    group.finish();
}

/// A packet of 172 octets, protected and opened.
fn srtp(c: &mut Criterion) {
    let mut group = c.benchmark_group("srtp");
    group.throughput(Throughput::Elements(1));
    let clear = packets(50_000);
    for suite in Suite::ALL {
        let key = MasterKey::draw(suite, &mut StdRng::seed_from_u64(3));
        let protected: Vec<Vec<u8>> = {
            let mut outbound = SrtpSender::new(&key);
            let seal = |(packet, _): &(Vec<u8>, Instant)| {
                let mut buffer = [packet.as_slice(), &[0; MAX_OVERHEAD]].concat();
                let length = outbound
                    .protect_rtp(&mut buffer, packet.len())
                    .unwrap_or_default();
                buffer.truncate(length);
                buffer
            };
            clear.iter().map(seal).collect()
        };
        group.bench_function(format!("protect, {suite}"), |b| {
            let mut outbound = SrtpSender::new(&key);
            let mut coming = clear.iter().cycle();
            let mut buffer = [0; 172 + MAX_OVERHEAD];
            b.iter(|| {
                let (packet, _) = coming.next()?;
                buffer.get_mut(..packet.len())?.copy_from_slice(packet);
                outbound.protect_rtp(black_box(&mut buffer), packet.len())
            });
        });
        group.bench_function(format!("open, {suite}"), |b| {
            let mut inbound = SrtpReceiver::new(&key, None, 1);
            let mut coming = protected.iter();
            let mut buffer = [0; 172 + MAX_OVERHEAD];
            b.iter(|| {
                if coming.len() == 0 {
                    coming = protected.iter();
                    inbound = SrtpReceiver::new(&key, None, 1);
                }
                let packet = coming.next()?;
                let room = buffer.get_mut(..packet.len())?;
                room.copy_from_slice(packet);
                inbound.unprotect_rtp(black_box(room)).ok()
            });
        });
    }
    group.finish();
}

/// The packets of a hundred presses.
fn event_packets() -> Vec<(Vec<u8>, Instant)> {
    let mut sender = Sender::new(0, 8_000, Ptime::Ms20, &mut StdRng::seed_from_u64(2));
    let mut finger = TelephoneEventSender::new(8_000, Ptime::Ms20);
    let digit = Digit::from_event(9).expect("9 is a digit");
    let mut now = monotonic();
    let mut packets = Vec::new();
    for _ in 0..100 {
        let _pressed = finger.press(digit, Duration::from_millis(100)).is_ok();
        while let Some(frame) = finger.next_frame() {
            let mut out = vec![0; 40];
            let length = sender.event(101, &frame, &mut out).unwrap_or_default();
            out.truncate(length);
            packets.push((out, now));
            now += PTIME;
        }
        now += Duration::from_millis(300);
    }
    packets
}

/// Two planes of one thread each, driven by hand, with calls between them.
struct Pair {
    now: Instant,
    workers: Vec<Worker>,
    _planes: Vec<MediaPlane>,
    _sessions: Vec<(MediaSession, mpsc::Receiver<aftercall_media::MediaEvent>)>,
}

impl Pair {
    fn new(calls: u16) -> Option<Self> {
        let now = monotonic();
        let plane = |first: u16, seed: u64| {
            let config = PlaneConfig {
                threads: 1,
                ports: first..=first + calls * 2 + 199,
                ..PlaneConfig::new(seed)
            };
            MediaPlane::driven(&config, now).ok()
        };
        let (server, mut workers) = plane(40_000, 1)?;
        let (phone, other) = plane(50_000, 2)?;
        workers.extend(other);
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut sessions = Vec::new();
        for _ in 0..calls {
            let (told, events) = mpsc::channel(64);
            let answering = server.open(ip, told).ok()?;
            let (told, other_events) = mpsc::channel(64);
            let calling = phone.open(ip, told).ok()?;
            answering.set_stream(stream(calling.local_rtp())).ok()?;
            calling.set_stream(stream(answering.local_rtp())).ok()?;
            answering.play(PlaybackId(1), playlist()).ok()?;
            sessions.extend([(answering, events), (calling, other_events)]);
        }
        Some(Self {
            now,
            workers,
            _planes: vec![server, phone],
            _sessions: sessions,
        })
    }

    /// One packet each way for every call.
    fn packet_time(&mut self) {
        for _ in 0..4 {
            self.now += TICK;
            for worker in &mut self.workers {
                worker.tick(self.now);
            }
        }
    }
}

fn stream(remote: SocketAddr) -> Stream {
    Stream {
        remote_rtp: remote,
        remote_rtcp: SocketAddr::new(remote.ip(), remote.port() + 1),
        rtcp_mux: false,
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

fn sockets(c: &mut Criterion) {
    const CALLS: u16 = 100;
    let mut group = c.benchmark_group("packet");
    group.throughput(Throughput::Elements(u64::from(CALLS) * 2));
    let mut pair = Pair::new(CALLS).expect("the ports 40000-40399 and 50000-50399 are free");
    group.bench_function("through sockets, sent and heard", |b| {
        b.iter(|| pair.packet_time());
    });
    group.finish();
}

criterion_group!(benches, pure, srtp, sockets);
criterion_main!(benches);
