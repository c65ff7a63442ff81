//! The catalogue of what senders and networks do: the packets of a row, and the keys that are heard of them. The numbers are
//! those of `docs/dtmf.md`; [`Bench::play`] has the notation.

use super::bench::Bench;
use crate::dtmf::TelephoneEventReceiver;

/// Case, keys that are heard, packets.
const ROWS: &[(&str, &str, &str)] = &[
    (
        "case_01_three_ends_of_one_timestamp_are_one_digit",
        "5",
        "hold 1000 5 4, end 1000 5 640 x3, free",
    ),
    (
        "case_01_three_ends_on_one_sequence_number_are_one_digit",
        "5",
        "hold 1000 5 4, #200 end 1000 5 640, #200 end 1000 5 640, #200 end 1000 5 640",
    ),
    ("case_02_an_end_alone_is_a_digit", "7", "end 1000 7 800, free"),
    (
        "case_02_middle_packets_alone_are_a_digit",
        "7",
        "up 1000 7 480, wait 20, up 1000 7 640",
    ),
    (
        "case_03_without_ends_the_key_is_released_by_audio",
        "3",
        "hold 1000 3 4, audio 3, free",
    ),
    (
        "case_03_without_ends_the_key_is_released_by_a_new_timestamp",
        "34",
        "hold 1000 3 4, wait 40, end 3000 4 160, free",
    ),
    (
        "case_04_the_marker_does_not_matter",
        "11",
        "hold 1000 1 4, end 1000 1 640, end 1000 1 640, wait 60, hold 2600 1 4, end 2600 1 640",
    ),
    (
        "case_04_the_marker_does_not_matter_on_every_packet",
        "11",
        "marker, hold 1000 1 4, end 1000 1 640, end 1000 1 640, wait 60, hold 2600 1 4, end 2600 1 640",
    ),
    (
        "case_05_the_same_digit_twice_quickly_is_two_digits",
        "55",
        "hold 1000 5 2, end 1000 5 320 x3, wait 40, hold 1640 5 2, end 1640 5 320",
    ),
    (
        "case_05_the_same_digit_twice_quickly_is_two_digits_when_the_first_ends_are_lost",
        "55",
        "hold 1000 5 2, lost 3, wait 40, hold 1640 5 2, end 1640 5 320",
    ),
    (
        "case_05_the_same_digit_twice_is_two_digits_when_most_of_both_is_lost",
        "55",
        "up 1000 5 0, lost 9, wait 100, up 1800 5 160",
    ),
    (
        "case_06_another_digit_without_an_end_between_is_a_new_digit",
        "12",
        "hold 1000 1 3, hold 1480 2 3, end 1480 2 480",
    ),
    (
        "case_06_another_event_on_the_same_timestamp_is_a_new_digit",
        "12",
        "hold 1000 1 3, hold 1000 2 3, end 1000 2 480, end 1000 1 480",
    ),
    (
        "case_07_a_moving_timestamp_whose_first_end_is_lost_is_one_digit",
        "8",
        "up 1000 8 160, wait 20, up 1160 8 160, wait 20, lost 1, wait 20, end 1480 8 160, end 1640 8 160",
    ),
    (
        "case_07_a_moving_timestamp_with_lost_packets_is_one_digit",
        "8",
        "#101 up 1160 8 160, wait 20, #102 up 1320 8 320, wait 20, #104 up 1640 8 640, wait 20, #105 up 1800 8 800, wait 20, \
         #108 up 2280 8 1280, wait 20, #109 up 2440 8 1440, wait 20, #112 up 2920 8 1920, wait 20",
    ),
    (
        "case_07_a_moving_timestamp_out_of_order_is_one_digit",
        "8",
        "#101 up 1160 8 160, wait 20, #103 up 1480 8 480, wait 20, #102 up 1320 8 320, wait 20, #102 up 1320 8 320, wait 20, \
         #104 up 1640 8 640, wait 20, #106 up 1960 8 960, wait 20, #105 up 1800 8 800, wait 20, #107 up 2120 8 1120, wait 20",
    ),
    (
        "case_08_ends_repeated_under_new_timestamps_within_100_ms_are_one_digit",
        "66",
        "hold 1000 6 4, end 1000 6 640, wait 60, end 1480 6 640, wait 40, end 1800 6 640, end 1800 6 640, heard 6, \
         wait 100, hold 3000 6 4, end 3000 6 640",
    ),
    (
        "case_09_a_first_duration_of_zero_is_a_digit",
        "0",
        "up 1000 0 0, wait 20, hold 1000 0 3, end 1000 0 480",
    ),
    (
        "case_10_a_segment_after_a_silence_longer_than_the_release_is_the_same_press",
        "9",
        "up 1000 9 160, wait 8190, up 1000 9 65535, wait 1000, up 66535 9 8000, end 66535 9 8000",
    ),
    (
        "case_11_sparse_updates_with_long_silence_are_one_press",
        "2",
        "up 1000 2 160, wait 3000, free, up 1000 2 24000, down, wait 3000, end 1000 2 48000",
    ),
    (
        "case_12_updates_behind_the_end_are_ignored",
        "4",
        "end 1000 4 640, up 1000 4 480, wait 300, up 1000 4 640, free",
    ),
    (
        "case_12_duplicates_and_reordering_are_one_digit",
        "4",
        "#3 up 1000 4 480, #1 up 1000 4 160, #5 end 1000 4 640, #3 up 1000 4 480, #2 up 1000 4 320, #4 end 1000 4 640",
    ),
    (
        "case_12_stragglers_of_a_press_behind_the_next_press_are_ignored",
        "44",
        "hold 1000 4 3, hold 2200 4 2, #104 end 1000 4 480, down, hold 2200 4 2, end 2200 4 640",
    ),
    (
        "case_13_sequence_and_timestamp_wrap_inside_and_between_digits",
        "11",
        "behind 65533, hold 4294967040 1 4, end 4294967040 1 640, wait 60, hold 1280 1 4, end 1280 1 640, wait 60",
    ),
    (
        "case_14_an_ssrc_change_between_digits_loses_none",
        "11",
        "hold 1000 1 3, end 1000 1 480, wait 100, ssrc 2, behind 40000, hold 9000000 1 3, end 9000000 1 480",
    ),
    (
        "case_14_an_ssrc_that_jumps_within_a_press_is_one_digit",
        "1",
        "hold 1000 1 2, ssrc 2, hold 1000 1 2, ssrc 3, end 1000 1 640, end 1000 1 640",
    ),
    (
        "case_14_events_may_have_an_ssrc_and_sequence_of_their_own",
        "12",
        "hold 1000 1 3, audio 2, behind 103, end 1000 1 800, audio 5, behind 104, hold 3000 2 3, end 3000 2 480",
    ),
    (
        "case_15_audio_between_the_events_does_not_split_a_press",
        "5",
        "up 1000 5 320, audio 4, up 1000 5 640, audio 1, up 1000 5 960, audio 4, up 1000 5 1280, audio 1, up 1000 5 1600, audio 4, \
         up 1000 5 1920, audio 1, up 1000 5 2240, audio 4, up 1000 5 2560, audio 1, up 1000 5 2880, audio 4, \
         up 1000 5 3200, audio 1, end 1000 5 3200, audio 1, end 1000 5 3200, audio 1, end 1000 5 3200",
    ),
    (
        "a_capture_replayed_under_new_sequence_numbers_seconds_later_is_heard_again",
        "555",
        "#1 up 1000 5 320, wait 20, #2 up 1000 5 320, wait 20, #3 end 1000 5 320, wait 20, #4 end 1000 5 320, wait 3020, \
         #5 up 1000 5 320, wait 20, #6 up 1000 5 320, wait 20, #7 end 1000 5 320, wait 20, #8 end 1000 5 320, wait 3020, \
         #9 up 1000 5 320, wait 20, #10 up 1000 5 320, wait 20, #11 end 1000 5 320, wait 20, #12 end 1000 5 320, wait 3020",
    ),
    (
        "case_12_a_copy_of_a_packet_is_no_press_however_late",
        "51",
        "hold 1000 5 2, #103 end 1000 5 320, #104 end 1000 5 320, wait 2500, #104 end 1000 5 320, #103 end 1000 5 320, \
         #101 up 1000 5 160, behind 104, end 21000 1 320 x3, wait 30000, #102 up 1000 5 320, #104 end 1000 5 320, #107 end 21000 1 320",
    ),
    (
        "case_12_a_copy_is_known_across_the_wrap_of_sequence_numbers",
        "5",
        "behind 65533, hold 1000 5 2, end 1000 5 320 x3, wait 9000, #65534 up 1000 5 160, #65535 up 1000 5 320, #0 end 1000 5 320, \
         #2 end 1000 5 320",
    ),
];

#[test]
fn packets_of_each_row_are_heard_as_its_keys() {
    for (name, heard, steps) in ROWS {
        hears(TelephoneEventReceiver::new(8_000), name, heard, steps);
    }
}

fn hears(receiver: TelephoneEventReceiver, row: &str, heard: &str, steps: &str) {
    let mut bench = Bench::of(receiver);
    bench.play(steps, row);
    assert_eq!(bench.heard, heard, "{row}: {steps}");
}

/// Rows that go on for long: their packets, or what changes from one to the next, are reckoned.
fn hears_all(
    receiver: TelephoneEventReceiver,
    row: &str,
    heard: &str,
    steps: impl IntoIterator<Item = String>,
) {
    let steps: Vec<String> = steps.into_iter().collect();
    hears(receiver, row, heard, &steps.join(", "));
}

fn telephone() -> TelephoneEventReceiver {
    TelephoneEventReceiver::new(8_000)
}

#[test]
fn case_07_a_timestamp_that_moves_with_each_packet_is_one_digit() {
    for (row, growth) in [
        ("with durations that grow", 160),
        ("with durations of a packet", 0),
    ] {
        let packet = |step: u32| format!("{} 8 {}", 1000 + step * 160, 160 + (step - 1) * growth);
        let updates = (1..=30).map(|step| format!("up {}, wait 20", packet(step)));
        let ends = (31..=33).map(|step| format!("end {}", packet(step)));
        let free = ["free".to_owned()];
        hears_all(telephone(), row, "8", updates.chain(ends).chain(free));
    }
}

#[test]
fn case_10_a_press_longer_than_16_bits_goes_on_in_segments_as_one_digit() {
    for (clock_rate, units) in [(8_000, 160u32), (48_000, 960)] {
        let update = |told: u32| {
            let segment = told / 65_535;
            format!(
                "up {} 9 {}, wait 20",
                1000 + segment * 65_535,
                told - segment * 65_535
            )
        };
        let updates = (units..=65_535 * 2 + 5 * units)
            .step_by(units as usize)
            .map(update);
        let end = format!("end {} 9 {}", 1000 + 2 * 65_535, 5 * units);
        let receiver = TelephoneEventReceiver::new(clock_rate);
        hears_all(receiver, &format!("{clock_rate} Hz"), "9", updates.chain([end]));
    }
}

#[test]
fn case_10_a_duration_that_wraps_is_the_same_press() {
    let updates = (1..=500u16).map(|step| format!("up 1000 9 {}, wait 20", step.wrapping_mul(160)));
    let end = ["end 1000 9 300".to_owned()];
    hears_all(telephone(), "wraps", "9", updates.chain(end));
}

#[test]
fn case_13_a_moving_timestamp_that_wraps_is_one_digit() {
    let first = u32::MAX - 255;
    let update = |step: u32| format!("up {} 1 160, wait 20", first.wrapping_add(step * 160));
    let steps = ["behind 65533".to_owned()].into_iter().chain((0..8).map(update));
    hears_all(telephone(), "wraps", "1", steps);
}

#[test]
fn case_17_events_from_16_on_are_not_digits() {
    let others = (16..=255).map(|event| format!("up {event} {event} 160, end {event} {event} 160"));
    let keys = (0..16).map(|event| format!("wait 200, end {} {event} 160", 100_000 + event * 1600));
    let nothing = ["heard".to_owned()];
    hears_all(
        telephone(),
        "all events",
        "0123456789*#ABCD",
        others.chain(nothing).chain(keys),
    );
}

#[test]
fn case_24_a_key_is_held_until_its_end_so_that_silence_is_no_fault() {
    let held = (1..=400u16).map(|step| format!("up 1000 5 {}, wait 20, down", step.saturating_mul(160)));
    let before = ["free".to_owned()];
    let after = ["end 1000 5 64000, free".to_owned()];
    let steps = before.into_iter().chain(held).chain(after);
    hears_all(telephone(), "eight seconds", "5", steps);
}

#[test]
fn case_19_detection_does_not_depend_on_the_event_clock() {
    for (declared, timestamps, durations) in [
        (48_000, 48, 48),
        (16_000, 16, 16),
        (8_000, 48, 48),
        (48_000, 8, 8),
        (8_000, 48, 8),
        (48_000, 8, 48),
    ] {
        let press = |press: u32| {
            let timestamp = 1000 + press * 160 * timestamps;
            let update = |step: u32| format!("up {timestamp} 5 {}, wait 20", step * 20 * durations);
            let held: Vec<String> = (1..=4).map(update).collect();
            format!(
                "{}, end {timestamp} 5 {} x3, lost 1, wait 80",
                held.join(", "),
                80 * durations
            )
        };
        let row = format!("{declared} Hz, timestamps {timestamps}, durations {durations} kHz");
        let receiver = TelephoneEventReceiver::new(declared);
        hears_all(receiver, &row, "55555", (0..5).map(press));
    }
}

/// The clocks by which a sender counts durations and timestamps, in kHz.
#[derive(Debug, Clone, Copy)]
struct Clocks {
    durations: u32,
    timestamps: u32,
}

impl Clocks {
    /// A press of `updates` packets of 20 ms and three ends, and 40 ms of nothing.
    fn press(self, start_ms: u32, event: u8, updates: u32) -> String {
        let timestamp = start_ms * self.timestamps;
        let packet = |updates: u32| format!("{timestamp} {event} {}", updates * 20 * self.durations % 65_536);
        let held: Vec<String> = (1..=updates)
            .map(|update| format!("up {}, wait 20", packet(update)))
            .collect();
        format!("{}, end {} x3, wait 40", held.join(", "), packet(updates))
    }
}

#[test]
fn case_19_events_at_48000_beside_opus_are_heard_once_each() {
    let clocks = Clocks {
        durations: 48,
        timestamps: 48,
    };
    let presses = [
        clocks.press(0, 5, 3),
        clocks.press(100, 5, 3),
        clocks.press(200, 11, 40),
    ];
    hears_all(TelephoneEventReceiver::new(48_000), "Opus", "55#", presses);
}

#[test]
fn case_19_events_at_16000_beside_g722_are_heard_once_each_whatever_counts_their_timestamps() {
    for timestamps in [8, 16] {
        let clocks = Clocks {
            durations: 16,
            timestamps,
        };
        let presses = [
            clocks.press(0, 5, 3),
            clocks.press(100, 5, 3),
            clocks.press(200, 1, 40),
        ];
        let receiver = TelephoneEventReceiver::new(16_000).with_audio_clock(8_000);
        hears_all(receiver, &format!("{clocks:?}"), "551", presses);
    }
}

#[test]
fn case_19_the_mismatch_of_8000_and_48000_is_heard_once_each_in_every_combination() {
    let rates = [8, 48];
    for (negotiated, audio) in [(8_000, 48_000), (48_000, 8_000)] {
        for (durations, timestamps) in rates.into_iter().flat_map(|one| rates.map(|other| (one, other))) {
            let clocks = Clocks {
                durations,
                timestamps,
            };
            let presses = [
                clocks.press(0, 9, 3),
                clocks.press(100, 9, 4),
                clocks.press(220, 0, 10),
            ];
            let receiver = TelephoneEventReceiver::new(negotiated).with_audio_clock(audio);
            hears_all(receiver, &format!("{negotiated} Hz, {clocks:?}"), "990", presses);
        }
    }
}

#[test]
fn case_19_a_timestamp_that_moves_by_the_audio_clock_under_8000_events_is_one_digit() {
    for (negotiated, audio) in [(8, 48), (48, 8)] {
        for lost in [0, 1] {
            let update = |step: u32| {
                let passed_ms = step * 20;
                format!(
                    "lost {lost}, up {} 7 {}, wait 20",
                    passed_ms * audio,
                    passed_ms * negotiated
                )
            };
            let end = format!("end {} 7 5760", 120 * audio);
            let receiver = TelephoneEventReceiver::new(negotiated * 1_000).with_audio_clock(audio * 1_000);
            let row = format!("{negotiated} kHz, {lost} lost between");
            hears_all(receiver, &row, "7", (1..=6).map(update).chain([end]));
        }
    }
}

#[test]
fn case_19_a_press_beyond_16_bits_at_48000_is_one_digit_when_timestamps_count_8000() {
    // The second segment starts 65,535 units of 48 kHz later, which is 10,922 of 8 kHz, after a silence.
    let update = |timestamp: u32, step: u32| format!("up {timestamp} 3 {}, wait 20", step * 960);
    let first = (1..=68).map(|step| update(0, step));
    let silence = ["wait 200".to_owned()];
    let second = (1..=5).map(|step| update(10_922, step));
    let end = ["end 10922 3 4800".to_owned()];
    let steps = first.chain(silence).chain(second).chain(end);
    hears_all(
        TelephoneEventReceiver::new(48_000).with_audio_clock(8_000),
        "silence",
        "3",
        steps,
    );
}
