//! G.722 and Opus between two media planes over loopback, and keys beside them on every clock. Time is simulated.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "this test needs less of it than the others")]
mod media_pair;
#[path = "../../audio/tests/signal/mod.rs"]
mod signal;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aftercall_audio::prompts::{Playlist, PlaylistItem, Prompt};
use aftercall_base::Digit;
use aftercall_media::recording::record_to_file;
use aftercall_media::{MediaEvent, PlaybackId, SpeechDetection, Stream};
use aftercall_rtp::sdp::{
    Capabilities, EventSet, LocalSession, Offer, SrtpKeySource, TelephoneEvent, negotiate,
};
use aftercall_rtp::{Codec, Ptime};
use media_pair::{Pair, stream};
use signal::{Likeness, likeness, speech};

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn spoken(stream: &mut Stream, codec: Codec) {
    stream.codec = codec;
    stream.payload_type = codec.static_payload_type().unwrap_or(107);
}

fn event(clock_rate: u32) -> Option<TelephoneEvent> {
    Some(TelephoneEvent {
        payload_type: 101,
        clock_rate,
        events: EventSet::DIGITS,
    })
}

fn prompt() -> Arc<Prompt> {
    Arc::new(Prompt::new(PathBuf::from("speech"), &speech()).unwrap())
}

/// A call in which both sides speak as `change` says.
fn pair(change: impl Fn(&mut Stream)) -> Pair {
    let pair = Pair::new();
    for (party, other) in [(&pair.server, &pair.phone), (&pair.phone, &pair.server)] {
        let mut stream = stream(other.address);
        change(&mut stream);
        party.session().set_stream(stream).unwrap();
    }
    pair
}

fn heard(path: &Path) -> Vec<f64> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader
        .samples::<i16>()
        .map(|sample| f64::from(sample.unwrap()))
        .collect()
}

#[test]
fn prompt_is_heard_as_it_is_in_every_codec_and_prompts_follow_each_other() {
    for codec in Codec::ALL {
        for ptime in [Ptime::Ms20, Ptime::Ms60] {
            let home = tempfile::tempdir().unwrap();
            let path = home.path().join("heard.wav");
            let mut pair = pair(|stream| {
                spoken(stream, codec);
                // Opus is negotiated to 20 ms, always.
                stream.ptime = if codec == Codec::Opus { Ptime::Ms20 } else { ptime };
            });
            let (recording, sink) = record_to_file(&path).unwrap();
            pair.phone.session().record(Some(sink)).unwrap();
            pair.phone
                .session()
                .detect_speech(Some(SpeechDetection::default()))
                .unwrap();
            let pause = PlaylistItem::Silence(ms(1_000));
            let playlist = Playlist::new([
                PlaylistItem::Prompt(prompt()),
                pause,
                PlaylistItem::Prompt(prompt()),
            ]);
            playlist.prepare(codec);
            pair.server
                .session()
                .play(PlaybackId(1), playlist.clone())
                .unwrap();
            pair.run(playlist.duration() + ms(1_500));
            pair.hang_up();
            assert_eq!(recording.finish().unwrap(), 0, "the recorder keeps up");
            let (samples, original) = (heard(&path), signal::at_telephone_rate());
            let second = original.len() + 8_000 - 800;
            for part in [&samples[..], &samples[second..]] {
                let Likeness {
                    correlation,
                    level_db,
                } = likeness(part, &original);
                assert!(
                    correlation > 0.9,
                    "{codec:?} {ptime:?}: correlation {correlation}"
                );
                assert!(level_db.abs() < 1.0, "{codec:?} {ptime:?}: {level_db} dB off");
            }
            let count = |wanted: fn(&MediaEvent) -> bool| pair.phone.count(wanted);
            let starts = count(|event| matches!(event, MediaEvent::SpeechStarted { .. }));
            assert_eq!(starts, 2, "{codec:?}: the silence between two prompts is silent");
            let report = pair.phone.report();
            assert_eq!((report.packets_lost, report.malformed), (0, 0), "{codec:?}");
            assert!(
                report.jitter < ms(20),
                "{codec:?}: {:?}, in the codec's clock",
                report.jitter
            );
        }
    }
}

#[test]
fn keys_arrive_once_each_beside_every_codec_on_every_clock() {
    let keys = "9911234567890*#ABCD";
    for codec in Codec::ALL {
        for clock_rate in [8_000, 16_000, 48_000] {
            let mut pair = pair(|stream| {
                spoken(stream, codec);
                stream.telephone_event = event(clock_rate);
            });
            for key in keys.chars().filter_map(Digit::from_char) {
                pair.phone.session().press(key, ms(60)).unwrap();
            }
            // Longer than 16 bits hold at this clock.
            pair.phone.session().press(Digit::POUND, ms(9_000)).unwrap();
            pair.run(ms(17_000));
            let heard = pair.server.digits();
            assert_eq!(
                heard,
                format!("{keys}#"),
                "{codec:?} with telephone-event/{clock_rate}"
            );
        }
    }
}

#[test]
fn keys_at_8000_beside_opus_and_at_48000_beside_g711_are_heard_as_negotiated() {
    for (codec, media, payload_type) in [
        (
            Codec::Opus,
            "m=audio 4000 RTP/AVP 111 96\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:96 telephone-event/8000\r\n",
            111,
        ),
        (
            Codec::Pcmu,
            "m=audio 4000 RTP/AVP 0 96\r\na=rtpmap:96 telephone-event/48000\r\n",
            0,
        ),
    ] {
        let text =
            format!("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n{media}");
        let offer = Offer::parse(text.as_bytes()).unwrap();
        let capabilities = Capabilities {
            codecs: Codec::ALL.to_vec(),
            ..Capabilities::default()
        };
        let negotiated = negotiate(&offer, &capabilities).unwrap();
        let answer = LocalSession::new(
            1,
            "127.0.0.1:5000".parse().unwrap(),
            SrtpKeySource::from_seed([1; 32]),
        )
        .answer(&offer, &negotiated);
        assert!(answer.contains("telephone-event"), "{answer}");
        let agreed = Stream::new(&negotiated, None);
        assert_eq!((agreed.codec, agreed.payload_type), (codec, payload_type));
        let mut pair = pair(|stream| {
            *stream = Stream {
                remote_rtp: stream.remote_rtp,
                remote_rtcp: stream.remote_rtcp,
                ..agreed.clone()
            };
        });
        for key in "10#".chars().filter_map(Digit::from_char) {
            pair.phone.session().press(key, ms(200)).unwrap();
        }
        pair.run(ms(2_000));
        assert_eq!(pair.server.digits(), "10#", "{codec:?}");
    }
}

#[test]
fn playback_goes_on_where_it_was_when_the_codec_changes() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("heard.wav");
    let mut pair = pair(|stream| spoken(stream, Codec::Pcma));
    let (recording, sink) = record_to_file(&path).unwrap();
    pair.phone.session().record(Some(sink)).unwrap();
    let playlist: Playlist = [prompt()].into_iter().collect();
    for codec in Codec::ALL {
        playlist.prepare(codec);
    }
    pair.server
        .session()
        .play(PlaybackId(1), playlist.clone())
        .unwrap();
    for codec in [Codec::G722, Codec::Opus, Codec::Pcmu] {
        pair.run(playlist.duration() / 4);
        for (party, other) in [(&pair.phone, &pair.server), (&pair.server, &pair.phone)] {
            let mut stream = stream(other.address);
            spoken(&mut stream, codec);
            party.session().set_stream(stream).unwrap();
        }
    }
    pair.run(playlist.duration());
    let finished = pair
        .server
        .count(|event| *event == MediaEvent::PlaybackFinished(PlaybackId(1)));
    assert_eq!(finished, 1);
    pair.hang_up();
    recording.finish().unwrap();
    let (samples, original) = (heard(&path), signal::at_telephone_rate());
    // Each codec has its own delay, so each quarter has its own lag; a change may blur what lies about it.
    let quarter = original.len() / 4;
    for start in (0..4).map(|number| number * quarter + quarter / 8) {
        let part = &original[start..start + quarter * 3 / 4];
        let Likeness { correlation, .. } = likeness(&samples[start..], part);
        assert!(correlation > 0.85, "sample {start}: correlation {correlation}");
    }
}
