//! No allocation per packet: a media thread that carries calls touches the heap when a call begins, is told
//! something or ends, and not in between. In every codec, both sending prompts and decoding what is heard.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test needs less of it than the others")]
mod media_pair;

use std::time::Duration;

use rand::SeedableRng;
use rand::rngs::StdRng;

use aftercall_audio::prompts::{Playlist, PlaylistItem};
use aftercall_media::{
    AudioSegment, DEFAULT_CAPACITY, PlaybackId, ReceivedAudio, SpeechDetection, Stream, recorder,
};
use aftercall_rtp::Codec;
use aftercall_rtp::srtp::{MasterKey, SrtpKeys, Suite};
use aftercall_runtime::clock::monotonic;
use media_pair::{Driven, Party, config, prompt, stream};

const CALLS: u16 = 20;

/// A stream to a party; half of them without telephone-event, so that keys are looked for in the audio.
fn spoken(to: &Party, codec: Codec) -> Stream {
    let plain = stream(to.address);
    Stream {
        codec,
        payload_type: codec.static_payload_type().unwrap_or(107),
        telephone_event: plain
            .telephone_event
            .filter(|_| to.address.port().is_multiple_of(4)),
        ..plain
    }
}

/// Every fifth call is plain, the others are protected, each in another suite.
fn protected(call: usize, ours: u64, theirs: u64, stream: Stream) -> Stream {
    let key = |suite, seed| MasterKey::draw(suite, &mut StdRng::seed_from_u64(seed));
    let keys = Suite::ALL.get(call % 5).map(|suite| SrtpKeys {
        local: key(*suite, ours),
        remote: key(*suite, theirs),
        remote_mki: None,
    });
    Stream {
        srtp: keys.map(Box::new),
        ..stream
    }
}

#[test]
fn media_threads_do_not_allocate_for_packets() {
    let mut now = monotonic();
    let mut server = Driven::new(&config(CALLS), now);
    let mut phone = Driven::new(&config(CALLS), now);
    let calls: Vec<(Party, Party)> = (0..CALLS).map(|_| (server.open(64), phone.open(64))).collect();
    let long = Playlist::new([
        PlaylistItem::Prompt(prompt(20_000)),
        PlaylistItem::Silence(Duration::from_secs(3_600)),
    ]);
    let mut recordings = Vec::new();
    Codec::ALL.into_iter().for_each(|codec| long.prepare(codec));
    // 20 calls: every codec in every protection.
    let codecs = Codec::ALL.into_iter().cycle();
    for (call, ((answering, calling), codec)) in calls.iter().zip(codecs).enumerate() {
        let down = protected(call, 1, 2, spoken(calling, codec));
        answering.session().set_stream(down).unwrap();
        let up = protected(call, 2, 1, spoken(answering, codec));
        calling.session().set_stream(up).unwrap();
        answering.session().play(PlaybackId(1), long.clone()).unwrap();
        calling
            .session()
            .detect_speech(Some(SpeechDetection::default()))
            .unwrap();
        let (sink, source) = recorder(8_000, DEFAULT_CAPACITY);
        calling.session().record(Some(sink)).unwrap();
        recordings.push(source);
    }
    let mut heard = ReceivedAudio::with_capacity(DEFAULT_CAPACITY);
    let mut recorded = 0;
    let mut run = |ticks: u32| {
        for tick in 0..ticks {
            // As the writers do, ten times a second.
            for recording in recordings.iter().filter(|_| tick % 20 == 0) {
                recording.take(&mut heard);
                recorded += heard
                    .parts()
                    .map(|part| match part {
                        AudioSegment::Samples(samples) => samples.len(),
                        AudioSegment::Silence(_) => 0,
                    })
                    .sum::<usize>();
                heard.clear();
            }
            now += Duration::from_millis(5);
            server.worker.tick(now);
            phone.worker.tick(now);
        }
    };
    run(400);
    // Ten seconds: RTCP, published figures and 20,000 packets are in it.
    let measured = allocation_counter::measure(|| run(2_000));
    assert_eq!(measured.count_total, 0, "{measured:?}");
    assert!(
        recorded > usize::from(CALLS) * 9 * 8_000,
        "{recorded} samples were recorded"
    );
}
