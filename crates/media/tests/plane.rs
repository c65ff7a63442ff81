//! Two media planes in a call over loopback: what is played is heard, what is pressed arrives. Time is simulated;
//! nothing here depends on how fast the machine is.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod media_pair;

use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;

use aftercall_audio::Sound;
use aftercall_audio::dtmf::tones;
use aftercall_audio::g711::Companding;
use aftercall_audio::prompts::{Playlist, PlaylistItem, Prompt};
use aftercall_base::Digit;
use aftercall_media::recording::record_to_file;
use aftercall_media::{
    InBandDtmf, MediaEvent, MediaPlane, OpenError, PlaneConfig, PlaybackId, SpeechDetection, Stream,
};
use aftercall_rtp::dtmf::{DtmfPath, Merge, MergeOutput, Press};
use aftercall_rtp::sdp::MediaDirection;
use aftercall_rtp::{Codec, Ptime};
use aftercall_runtime::clock::monotonic;
use media_pair::{Driven, LOOPBACK, Pair, config, prompt, sound, stream};

const SECOND: Duration = Duration::from_secs(1);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn heard(path: &std::path::Path) -> Vec<i16> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader.samples::<i16>().map(Result::unwrap).collect()
}

/// What a prompt sounds like after a law.
fn through(law: Companding, milliseconds: usize) -> Vec<i16> {
    sound(milliseconds)
        .to_pcm()
        .into_iter()
        .map(|sample| law.decode(law.encode(sample)))
        .collect()
}

fn spoken(law: Companding) -> (Codec, u8) {
    match law {
        Companding::Mu => (Codec::Pcmu, 0),
        Companding::A => (Codec::Pcma, 8),
    }
}

fn without_silence(samples: &[i16]) -> Vec<i16> {
    samples.iter().copied().filter(|sample| *sample > 500).collect()
}

fn play_and_record(change: impl Fn(&mut Stream)) -> (Vec<i16>, Pair) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("heard.wav");
    let mut pair = Pair::new();
    let (mut down, mut up) = (stream(pair.phone.address), stream(pair.server.address));
    change(&mut down);
    change(&mut up);
    pair.server.session().set_stream(down).unwrap();
    pair.phone.session().set_stream(up).unwrap();
    let (recording, sink) = record_to_file(&path).unwrap();
    pair.phone.session().record(Some(sink)).unwrap();
    let playlist = Playlist::new([
        PlaylistItem::Silence(ms(50)),
        PlaylistItem::Prompt(prompt(730)),
        PlaylistItem::Silence(ms(15)),
        PlaylistItem::Prompt(prompt(111)),
    ]);
    pair.server.session().play(PlaybackId(1), playlist).unwrap();
    pair.run(ms(1_500));
    pair.hang_up();
    assert_eq!(recording.finish().unwrap(), 0, "the recorder keeps up");
    (heard(&path), pair)
}

#[test]
fn playlist_is_heard_whole_and_in_order_at_every_ptime() {
    for ptime in Ptime::ALL {
        for law in Companding::ALL {
            let (samples, pair) = play_and_record(|stream| {
                stream.ptime = ptime;
                (stream.codec, stream.payload_type) = spoken(law);
            });
            let expected = [through(law, 730), vec![0; 120], through(law, 111)].concat();
            let first = samples.iter().position(|sample| *sample > 500).unwrap();
            let exact = samples[first..]
                .iter()
                .zip(&expected)
                .all(|(heard, played)| (heard - played).abs() <= 8);
            assert!(
                exact && samples.len() >= first + expected.len(),
                "{ptime:?} {law:?}"
            );
            let finished = pair
                .server
                .count(|event| *event == MediaEvent::PlaybackFinished(PlaybackId(1)));
            let started = pair
                .server
                .count(|event| matches!(event, MediaEvent::PlaybackStarted { .. }));
            assert_eq!((started, finished), (1, 1), "{ptime:?} {law:?}");
            assert_eq!(
                (pair.phone.report().packets_lost, pair.server.report().late_ticks),
                (0, 0)
            );
        }
    }
}

#[test]
fn pressed_keys_arrive_once_each_and_in_order() {
    let keys = "9911234567890*#ABCD";
    for mux in [false, true] {
        let mut pair = Pair::new();
        let change = |mut stream: Stream| {
            stream.rtcp_mux = mux;
            stream
        };
        pair.server
            .session()
            .set_stream(change(stream(pair.phone.address)))
            .unwrap();
        pair.phone
            .session()
            .set_stream(change(stream(pair.server.address)))
            .unwrap();
        for key in keys.chars().filter_map(Digit::from_char) {
            pair.phone.session().press(key, ms(100)).unwrap();
        }
        pair.run(8 * SECOND);
        assert_eq!(pair.server.digits(), keys);
        let sent = pair
            .phone
            .count(|event| matches!(event, MediaEvent::DigitSent { .. }));
        assert_eq!(sent, keys.len(), "every press is told to who pressed");
    }
}

#[test]
fn key_is_refused_where_no_telephone_event_was_negotiated() {
    let mut pair = Pair::started();
    let mut plain = stream(pair.server.address);
    plain.telephone_event = None;
    pair.phone.session().set_stream(plain).unwrap();
    let key = Digit::POUND;
    pair.phone.session().press(key, ms(100)).unwrap();
    pair.run(ms(300));
    assert!(pair.phone.events.contains(&MediaEvent::DigitRefused(key)));
    assert_eq!(pair.server.digits(), "");
}

#[test]
fn digits_wait_for_a_call_that_does_not_read() {
    let mut pair = Pair::new();
    let mut slow = pair.server_plane.open(1);
    slow.session().set_stream(stream(pair.phone.address)).unwrap();
    pair.phone.session().set_stream(stream(slow.address)).unwrap();
    for key in "12345".chars().filter_map(Digit::from_char) {
        pair.phone.session().press(key, ms(60)).unwrap();
    }
    pair.run(3 * SECOND);
    for _ in 0..10 {
        slow.read();
        pair.run(ms(40));
    }
    assert_eq!(slow.digits(), "12345");
}

#[test]
fn playback_waits_while_the_call_is_on_hold() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("heard.wav");
    let mut pair = Pair::started();
    let (recording, sink) = record_to_file(&path).unwrap();
    pair.phone.session().record(Some(sink)).unwrap();
    pair.server
        .session()
        .play(PlaybackId(4), [prompt(600)].into_iter().collect())
        .unwrap();
    pair.run(ms(300));
    let mut held = stream(pair.phone.address);
    held.direction = MediaDirection::RecvOnly;
    pair.server.session().set_stream(held.clone()).unwrap();
    pair.run(2 * SECOND);
    let finished = |pair: &Pair| {
        pair.server
            .count(|event| *event == MediaEvent::PlaybackFinished(PlaybackId(4)))
    };
    assert_eq!(finished(&pair), 0, "nothing is played into a hold");
    held.direction = MediaDirection::SendRecv;
    pair.server.session().set_stream(held).unwrap();
    pair.run(SECOND);
    assert_eq!(finished(&pair), 1);
    pair.hang_up();
    recording.finish().unwrap();
    assert_eq!(without_silence(&heard(&path)), through(Companding::A, 600));
}

#[test]
fn codec_and_ptime_change_in_the_middle_of_a_prompt_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("heard.wav");
    let mut pair = Pair::started();
    let (recording, sink) = record_to_file(&path).unwrap();
    pair.phone.session().record(Some(sink)).unwrap();
    pair.server
        .session()
        .play(PlaybackId(1), [prompt(800)].into_iter().collect())
        .unwrap();
    pair.run(ms(310));
    let change = |mut stream: Stream| {
        (stream.codec, stream.payload_type, stream.ptime) = (Codec::Pcmu, 0, Ptime::Ms30);
        stream
    };
    pair.phone
        .session()
        .set_stream(change(stream(pair.server.address)))
        .unwrap();
    pair.server
        .session()
        .set_stream(change(stream(pair.phone.address)))
        .unwrap();
    pair.run(SECOND);
    pair.hang_up();
    recording.finish().unwrap();
    let samples = without_silence(&heard(&path));
    assert_eq!(samples.len(), 800 * 8);
    let played = sound(800).to_pcm();
    let close = samples
        .iter()
        .zip(&played)
        .all(|(heard, played)| (heard - played).abs() <= played / 16);
    assert!(close, "each half of the prompt in its codec");
}

#[test]
fn stopped_and_replaced_playbacks_are_not_told_as_finished() {
    let mut pair = Pair::started();
    pair.server
        .session()
        .play(PlaybackId(1), [prompt(900)].into_iter().collect())
        .unwrap();
    pair.run(ms(200));
    pair.server
        .session()
        .play(PlaybackId(2), [prompt(900)].into_iter().collect())
        .unwrap();
    pair.run(ms(200));
    pair.server.session().stop().unwrap();
    pair.run(2 * SECOND);
    assert_eq!(
        pair.server
            .count(|event| matches!(event, MediaEvent::PlaybackStarted { .. })),
        2
    );
    assert_eq!(
        pair.server
            .count(|event| matches!(event, MediaEvent::PlaybackFinished(_))),
        0
    );
}

#[test]
fn stranger_is_refused_once_the_peer_is_known() {
    let mut pair = Pair::started();
    pair.run(ms(200));
    let stranger = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    // Another host, which the latch tells from the peer by its address.
    let elsewhere = UdpSocket::bind(("127.0.0.2", 0)).unwrap();
    let event = [0x80, 0x80 | 101, 0, 1, 0, 0, 0, 9, 1, 2, 3, 4, 5, 0x8A, 0, 160];
    for _ in 0..5 {
        stranger.send_to(&event, pair.server.address).unwrap();
        elsewhere.send_to(&event, pair.server.address).unwrap();
    }
    pair.run(ms(200));
    pair.hang_up();
    assert_eq!(pair.server.digits(), "", "a stranger presses no key");
    assert_eq!(pair.server.report().unknown_sources_refused, 10);
}

#[test]
fn case_22_key_pressed_behind_nat_before_the_source_is_known_is_heard() {
    let mut pair = Pair::new();
    let mut wrong = stream(pair.phone.address);
    wrong.remote_rtp.set_ip("127.0.0.9".parse().unwrap());
    pair.server.session().set_stream(wrong).unwrap();
    pair.phone
        .session()
        .set_stream(stream(pair.server.address))
        .unwrap();
    pair.phone.session().press(Digit::STAR, ms(60)).unwrap();
    pair.run(SECOND);
    pair.hang_up();
    assert_eq!(pair.server.digits(), "*");
    assert!(
        pair.phone.report().packets_received >= 30,
        "sound goes where the peer was found"
    );
}

#[test]
fn noise_on_the_port_is_counted_and_changes_nothing() {
    let mut pair = Pair::started();
    pair.run(ms(100));
    let noise = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    for bytes in [
        &b""[..],
        b"\x80",
        b"OPTIONS sip:x SIP/2.0\r\n\r\n",
        &[0x80, 77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        &[0x9F; 20],
    ] {
        noise.send_to(bytes, pair.server.address).unwrap();
    }
    pair.run(ms(200));
    pair.hang_up();
    let report = pair.server.report();
    assert_eq!((report.malformed, report.unknown_sources_refused), (5, 0));
    assert_eq!(report.packets_lost, 0);
}

#[test]
fn both_sides_report_by_rtcp_and_say_goodbye() {
    for mux in [false, true] {
        let mut pair = Pair::new();
        let change = |mut stream: Stream| {
            stream.rtcp_mux = mux;
            stream
        };
        pair.server
            .session()
            .set_stream(change(stream(pair.phone.address)))
            .unwrap();
        pair.phone
            .session()
            .set_stream(change(stream(pair.server.address)))
            .unwrap();
        pair.run(30 * SECOND);
        pair.phone.close();
        pair.run(2 * SECOND);
        assert!(
            pair.server.events.contains(&MediaEvent::PeerLeft),
            "BYE is heard, mux: {mux}"
        );
        pair.hang_up();
        for report in [pair.server.report(), pair.phone.report()] {
            assert!(report.rtcp_received >= 3, "{report:?}");
            assert_eq!((report.rtcp_refused, report.remote_loss), (0, Some(0.0)));
            assert!(report.round_trip.is_some(), "{report:?}");
        }
    }
}

#[test]
fn silence_of_the_peer_is_told_once_until_it_speaks_again() {
    let mut pair = Pair::started();
    let silence = |pair: &Pair| pair.server.count(|event| *event == MediaEvent::RtpSilence);
    pair.run(SECOND);
    pair.run_while(19 * SECOND, false);
    assert_eq!(silence(&pair), 0);
    pair.run_while(10 * SECOND, false);
    assert_eq!(silence(&pair), 1);
    pair.run(SECOND);
    pair.run_while(25 * SECOND, false);
    assert_eq!(silence(&pair), 2);
}

#[test]
fn case_24_a_key_held_for_longer_than_the_time_out_is_no_silence() {
    let mut pair = Pair::started();
    pair.run(SECOND);
    pair.phone.session().press(Digit::POUND, 45 * SECOND).unwrap();
    pair.run(50 * SECOND);
    assert_eq!(pair.server.digits(), "#", "its segments are one press");
    assert_eq!(
        pair.server.count(|event| *event == MediaEvent::RtpSilence),
        0,
        "a held key is no silence"
    );
}

#[test]
fn key_that_is_held_is_told_of_until_it_is_released_by_event_and_by_tone() {
    let mut pair = Pair::started();
    pair.run(SECOND);
    pair.phone.session().press(Digit::POUND, 3 * SECOND).unwrap();
    pair.run(5 * SECOND);
    assert_held(&pair, 3 * SECOND, ms(60));

    let mut pair = Pair::new();
    for (party, to) in [
        (&pair.server, pair.phone.address),
        (&pair.phone, pair.server.address),
    ] {
        let plain = Stream {
            telephone_event: None,
            ..stream(to)
        };
        party.session().set_stream(plain).unwrap();
    }
    pair.run(ms(200));
    let sound = Sound::from_pcm(8_000, &tones(&[Digit::POUND], 3 * SECOND, ms(80))).unwrap();
    let prompt = Prompt::new(PathBuf::from("key"), &sound).unwrap();
    let held = Playlist::new([PlaylistItem::Prompt(Arc::new(prompt))]);
    pair.phone.session().play(PlaybackId(1), held).unwrap();
    pair.run(5 * SECOND);
    assert_held(&pair, 3 * SECOND, ms(60));
}

/// One press, told of often enough for the shortest inter-digit time (0.5 s), and at last when it was released.
fn assert_held(pair: &Pair, length: Duration, tolerance: Duration) {
    let presses = presses(pair);
    let [(path, press)] = presses[..] else {
        panic!("{presses:?} is not one press")
    };
    let mut known = press.at;
    for event in &pair.server.events {
        if let MediaEvent::DigitHeld { digit, until } = event {
            assert_eq!(*digit, press.digit, "{path:?}");
            assert!(*until - known <= ms(450), "{path:?}: told too seldom");
            known = *until;
        }
    }
    let held = known - press.at;
    assert!(held.abs_diff(length) <= tolerance, "{path:?}: held for {held:?}");
}

/// The keys, and how each came.
fn presses(pair: &Pair) -> Vec<(DtmfPath, Press)> {
    let presses = pair.server.events.iter().filter_map(|event| match event {
        MediaEvent::Digit { digit, at, path } => Some((
            *path,
            Press {
                digit: *digit,
                at: *at,
            },
        )),
        _ => None,
    });
    presses.collect()
}

/// Keys as a phone without telephone-events plays them.
fn sounding(keys: &str) -> Playlist {
    let digits: Vec<Digit> = keys.chars().filter_map(Digit::from_char).collect();
    let sound = Sound::from_pcm(8_000, &tones(&digits, ms(80), ms(80))).unwrap();
    let prompt = Prompt::new(PathBuf::from("keys"), &sound).unwrap();
    Playlist::new([PlaylistItem::Prompt(Arc::new(prompt))])
}

#[test]
fn keys_sounding_in_the_audio_are_heard_only_without_telephone_event() {
    for (codec, payload_type) in [(Codec::Pcmu, 0), (Codec::Pcma, 8), (Codec::G722, 9)] {
        for ptime in Ptime::ALL {
            let mut pair = Pair::new();
            let change = |mut stream: Stream| {
                stream.telephone_event = None;
                (stream.codec, stream.payload_type, stream.ptime) = (codec, payload_type, ptime);
                stream
            };
            pair.server
                .session()
                .set_stream(change(stream(pair.phone.address)))
                .unwrap();
            pair.phone
                .session()
                .set_stream(change(stream(pair.server.address)))
                .unwrap();
            pair.run(ms(200));
            let keys = sounding("99159#*0");
            keys.prepare(codec);
            pair.phone.session().play(PlaybackId(1), keys).unwrap();
            pair.run(2 * SECOND);
            assert_eq!(pair.server.digits(), "99159#*0", "{codec:?} {ptime:?}");
            assert!(presses(&pair).iter().all(|(path, _)| *path == DtmfPath::InBand));
        }
    }
    let mut pair = Pair::started();
    pair.phone.session().play(PlaybackId(1), sounding("99")).unwrap();
    pair.run(SECOND);
    assert_eq!(pair.server.digits(), "", "telephone-event was negotiated");
}

#[test]
fn case_20_a_press_that_also_sounds_in_the_audio_is_one_digit() {
    let always = PlaneConfig {
        in_band_dtmf: InBandDtmf::Always,
        ..config(2)
    };
    let mut pair = Pair::new();
    pair.server_plane = Driven::new(&always, pair.now);
    pair.server = pair.server_plane.open(64);
    pair.server
        .session()
        .set_stream(stream(pair.phone.address))
        .unwrap();
    pair.phone
        .session()
        .set_stream(stream(pair.server.address))
        .unwrap();
    for key in ['7', '7', '3'] {
        let digit = Digit::from_char(key).unwrap();
        pair.phone
            .session()
            .play(PlaybackId(1), sounding(&key.to_string()))
            .unwrap();
        pair.run(ms(100));
        pair.phone.session().press(digit, ms(100)).unwrap();
        pair.run(SECOND);
    }
    assert_eq!(pair.server.digits(), "777733", "each press came by two paths");
    let mut merge = Merge::default();
    let heard: String = presses(&pair)
        .into_iter()
        .filter_map(|(path, press)| {
            merge.handle(path, press);
            merge.poll(press.at)
        })
        .map(|heard| match heard {
            MergeOutput::Press(press) => press.digit.as_char(),
            MergeOutput::Doubtful(press) => panic!("{press:?} is in doubt"),
        })
        .collect();
    assert_eq!(heard, "773");
}

#[test]
fn silence_on_hold_is_no_time_out() {
    let mut pair = Pair::started();
    pair.run(SECOND);
    let mut held = stream(pair.phone.address);
    held.direction = MediaDirection::Inactive;
    pair.server.session().set_stream(held).unwrap();
    pair.run_while(60 * SECOND, false);
    pair.server
        .session()
        .set_stream(stream(pair.phone.address))
        .unwrap();
    pair.run_while(15 * SECOND, false);
    assert_eq!(
        pair.server.count(|event| *event == MediaEvent::RtpSilence),
        0,
        "counted anew after the hold"
    );
}

#[test]
fn late_thread_skips_packets_and_never_bursts() {
    let mut pair = Pair::started();
    pair.run(SECOND);
    pair.now += ms(103);
    pair.run(ms(5));
    pair.run(SECOND);
    pair.hang_up();
    let report = pair.server.report();
    assert!((4..=6).contains(&report.late_ticks), "{report:?}");
    let due = 2_208 / 20;
    assert!(report.packets_sent + report.late_ticks <= due + 6, "{report:?}");
    assert_eq!(
        pair.phone.report().packets_lost,
        0,
        "skipped packets leave no hole in the sequence"
    );
}

/// Sequence number and timestamp of each packet that waits there.
fn numbers(phone: &UdpSocket) -> Vec<(u16, u32)> {
    phone.set_nonblocking(true).unwrap();
    let mut buffer = [0; 2_048];
    let mut numbers = Vec::new();
    while let Ok(length) = phone.recv(&mut buffer) {
        let [_, _, s0, s1, t0, t1, t2, t3] = *buffer.get(..length).unwrap().first_chunk().unwrap();
        numbers.push((u16::from_be_bytes([s0, s1]), u32::from_be_bytes([t0, t1, t2, t3])));
    }
    numbers
}

/// The way from the first packet to the last, in packets and in units of RTP time.
fn way(numbers: &[(u16, u32)]) -> (u32, u32) {
    let (first, last) = (numbers.first().unwrap(), numbers.last().unwrap());
    (
        u32::from(last.0.wrapping_sub(first.0)),
        last.1.wrapping_sub(first.1),
    )
}

#[test]
fn rtp_time_goes_on_while_a_late_thread_skips_packets() {
    for (codec, payload_type, ptime) in [
        (Codec::Pcma, 8, Ptime::Ms10),
        (Codec::Pcma, 8, Ptime::Ms20),
        (Codec::Pcma, 8, Ptime::Ms30),
        (Codec::G722, 9, Ptime::Ms20),
        (Codec::Opus, 107, Ptime::Ms20),
    ] {
        let mut pair = Pair::new();
        let phone = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        let down = Stream {
            codec,
            payload_type,
            ptime,
            ..stream(phone.local_addr().unwrap())
        };
        pair.server.session().set_stream(down).unwrap();
        pair.run_while(ms(200), false);
        pair.now += ms(103);
        pair.run_while(ms(200), false);
        pair.hang_up();
        let missed = u32::try_from(pair.server.report().late_ticks).unwrap();
        let numbers = numbers(&phone);
        let (packets, time) = way(&numbers);
        assert_eq!(
            packets as usize + 1,
            numbers.len(),
            "the sequence numbers count packets"
        );
        assert!(missed >= 2, "{codec:?} {ptime:?}");
        let units = codec.clock_rate() / 1_000 * ptime.millis();
        assert_eq!(
            time,
            (packets + missed) * units,
            "{codec:?} {ptime:?}: each of the {missed} packets that were missed has had its time (RFC 3550 section 5.1)"
        );
    }
}

#[test]
fn rtp_time_goes_on_while_a_late_thread_holds() {
    let mut pair = Pair::new();
    let phone = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let down = stream(phone.local_addr().unwrap());
    let held = Stream {
        direction: MediaDirection::RecvOnly,
        ..down.clone()
    };
    pair.server.session().set_stream(down.clone()).unwrap();
    pair.run_while(ms(200), false);
    pair.server.session().set_stream(held).unwrap();
    pair.run_while(ms(200), false);
    pair.now += ms(100);
    pair.run_while(ms(200), false);
    pair.server.session().set_stream(down).unwrap();
    pair.run_while(ms(200), false);
    let numbers = numbers(&phone);
    let (packets, time) = way(&numbers);
    assert_eq!(packets as usize + 1, numbers.len());
    let silence = time / 160 - packets;
    assert_eq!(
        silence, 25,
        "500 ms on hold are 25 packets of time, also those that the thread was late for"
    );
}

#[test]
fn thread_that_falls_behind_takes_no_more_calls_until_it_has_caught_up() {
    let mut now = monotonic();
    let mut server = Driven::new(&config(8), now);
    let _party = server.open(8);
    let mut run = |server: &mut Driven, ticks: u32, each: Duration| {
        for _ in 0..ticks {
            now += each;
            server.worker.tick(now);
        }
    };
    run(&mut server, 400, ms(5));
    let _second = server.open(8);
    run(&mut server, 400, ms(40));
    let refused = server.plane.open(LOOPBACK, mpsc::channel(1).0);
    assert!(matches!(refused, Err(OpenError::Late { .. })), "{refused:?}");
    run(&mut server, 800, ms(5));
    let _third = server.open(8);
}

#[test]
fn speech_of_the_peer_is_told_when_it_starts_and_when_it_has_ended() {
    let mut pair = Pair::started();
    pair.phone
        .session()
        .detect_speech(Some(SpeechDetection::default()))
        .unwrap();
    let list = Playlist::new([
        PlaylistItem::Prompt(prompt(500)),
        PlaylistItem::Silence(ms(400)),
        PlaylistItem::Prompt(prompt(500)),
    ]);
    pair.server.session().play(PlaybackId(1), list).unwrap();
    pair.run(2 * SECOND);
    assert_eq!(
        pair.phone
            .count(|event| matches!(event, MediaEvent::SpeechEnded { .. })),
        0
    );
    pair.run(SECOND);
    let edges: Vec<_> = pair
        .phone
        .events
        .iter()
        .filter_map(|event| match event {
            MediaEvent::SpeechStarted { at } | MediaEvent::SpeechEnded { at } => Some(*at),
            _ => None,
        })
        .collect();
    assert_eq!(edges.len(), 2, "one prompt with a pause in it");
    let length = edges[1] - edges[0];
    assert!(ms(1_360) <= length && length <= ms(1_440), "{length:?}");
}

#[test]
fn media_follows_the_peer_to_its_new_address() {
    let mut pair = Pair::started();
    pair.run(ms(200));
    let mut moved = pair.phone_plane.open(64);
    moved.session().set_stream(stream(pair.server.address)).unwrap();
    pair.phone.close();
    pair.server.session().set_stream(stream(moved.address)).unwrap();
    moved.session().press(Digit::STAR, ms(100)).unwrap();
    pair.run(SECOND);
    assert_eq!(pair.server.digits(), "*");
    moved.close();
    pair.run(ms(100));
    moved.read();
    assert!(moved.report().packets_received >= 40);
}

#[test]
fn used_ports_rest_before_they_are_leased_again() {
    let mut config = config(2);
    config.quarantine = Duration::from_secs(3_600);
    let mut driven = Driven::new(&config, monotonic());
    let mut first = driven.open(8);
    let start = monotonic();
    driven.worker.tick(start);
    first.close();
    for tick in 1..10 {
        driven.worker.tick(start + ms(tick * 5));
    }
    first.read();
    assert!(matches!(first.events.last(), Some(MediaEvent::Closed(_))));
    assert_eq!(driven.plane.ports(), (1, 2));
    let second = driven.open(8);
    assert_ne!(second.address, first.address);
    let (sender, _receiver) = mpsc::channel(1);
    let refused = driven.plane.open(LOOPBACK, sender).unwrap_err();
    assert!(matches!(refused, OpenError::Exhausted { size: 2 }), "{refused}");
}

#[tokio::test]
async fn threads_carry_a_call_from_its_first_packet_to_its_report() {
    let start = |seed| {
        MediaPlane::start(&PlaneConfig {
            threads: 2,
            ..config_with(seed)
        })
        .unwrap()
    };
    let (server_plane, phone_plane) = (start(1), start(2));
    let ((to_server, mut server_events), (to_phone, mut phone_events)) =
        (mpsc::channel(64), mpsc::channel(64));
    let server = server_plane.open(LOOPBACK, to_server).unwrap();
    let phone = phone_plane.open(LOOPBACK, to_phone).unwrap();
    server.set_stream(stream(phone.local_rtp())).unwrap();
    phone.set_stream(stream(server.local_rtp())).unwrap();
    server
        .play(PlaybackId(9), [prompt(200)].into_iter().collect())
        .unwrap();
    let mut told = Vec::new();
    while !told.contains(&MediaEvent::PlaybackFinished(PlaybackId(9))) {
        told.push(server_events.recv().await.unwrap());
    }
    phone.press(Digit::STAR, ms(100)).unwrap();
    while !matches!(
        told.last(),
        Some(MediaEvent::Digit {
            digit: Digit::STAR,
            ..
        })
    ) {
        told.push(server_events.recv().await.unwrap());
    }
    server.close();
    phone.close();
    while !matches!(told.last(), Some(MediaEvent::Closed(_))) {
        told.push(server_events.recv().await.unwrap());
    }
    while let Some(event) = phone_events.recv().await {
        if let MediaEvent::Closed(report) = event {
            assert!(report.packets_received >= 10, "{report:?}");
        }
    }
}

fn config_with(seed: u64) -> PlaneConfig {
    PlaneConfig { seed, ..config(2) }
}
