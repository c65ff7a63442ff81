//! Every flow of a survey call as a transcript for people: what the caller does, what the caller hears, what is stored.
//!
//! `crates/survey/tests/transcripts/*.txt` hold surveys and calls. Of each call the file says what the call tells and what the caller does
//! (`caller  digit 4 @8.0s / hang up @12.0s`, seconds from the answer), and below it what came of it. The test walks each
//! call in simulated time and compares the whole file; where it differs it prints the file as it would be, and leaves it in
//! `target/tmp/transcripts/`. So a new call is written as its `caller` line alone, and the rest is copied from there and read.
//!
//! The world around a call: a prompt takes 3 s, the tone 0.4 s, an answer is durable after 0.1 s, a recorder is ready after
//! 0.1 s. A `world` line says otherwise:
//!
//! | words | meaning |
//! | --- | --- |
//! | `prompts take 4.6s, 2s` | the first playback takes 4.6 s, the second 2 s, all others 3 s a prompt |
//! | `store takes 0.1s, 3s` | the first answer is durable after 0.1 s, all others after 3 s |
//! | `store fails after 0.2s`, `store never answers` | no answer can be stored |
//! | `recorder takes 5s`, `disk full`, `disk full @24s` | what a comment meets |
//!
//! What a caller does: `digit 10 @8s` (keys 0.3 s apart), `digit 4 held from 4.9 @5.1s` (reported only then), `holds 1 @6.4s`
//! (still down), `doubtful 1 @6s`, `speaks`, `falls silent`, `silent since 24.0 @24.3s`, `hang up`, `is lost` (no more RTP).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod script;
#[path = "../simulation/mod.rs"]
mod simulation;
mod stage;

use std::fs;
use std::path::Path;

/// The file with every transcript as it comes out.
fn acted(text: &str) -> String {
    let mut written = Vec::new();
    let mut survey = None;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        written.push(line.to_owned());
        if line == "survey:" {
            let mut definition = String::new();
            while let Some(line) = lines.next_if(|line| line.is_empty() || line.starts_with("    ")) {
                written.push(line.to_owned());
                definition += line.trim_start();
                definition.push('\n');
            }
            survey = Some(stage::survey(&definition));
        } else if let Some(title) = line.strip_prefix("call: ") {
            let mut script = Vec::new();
            while let Some(line) = lines.next_if(|line| line.starts_with("  ") && !is_transcript(line)) {
                written.push(line.to_owned());
                script.push(line.trim());
            }
            while lines.next_if(|line| is_transcript(line)).is_some() {}
            let survey = survey
                .as_ref()
                .unwrap_or_else(|| panic!("`{title}` comes before any survey"));
            let call = script::Call::read(title, &script);
            written.extend(stage::act(survey, &call));
        }
    }
    written.join("\n") + "\n"
}

/// `    3.4  play nps` and `          outcome ...`.
fn is_transcript(line: &str) -> bool {
    line.starts_with("    ")
}

#[test]
fn every_transcript_is_what_happens() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let actual = Path::new(env!("CARGO_TARGET_TMPDIR")).join("transcripts");
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    assert!(files.len() > 5, "the transcripts are found: {files:?}");
    let mut differing = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let acted = acted(&text);
        if acted != text {
            fs::create_dir_all(&actual).unwrap();
            fs::write(actual.join(file.file_name().unwrap()), &acted).unwrap();
            differing.push(format!(
                "{} should read, or the service is wrong:\n{acted}",
                file.display()
            ));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\nThese are in {}",
        differing.join("\n"),
        actual.display()
    );
}

#[test]
fn every_way_to_end_and_every_output_stands_in_a_transcript() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let all: String = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    for words in [
        "outcome completed: all_answered",
        "outcome completed: caller_hung_up",
        "outcome completed: opted_out, opted out",
        "outcome completed: time_cap",
        "outcome completed: rtp_silence",
        "outcome partial: questions_skipped",
        "outcome partial: skipped_in_a_row",
        "outcome partial: silence",
        "outcome no_answer: silence",
        "outcome partial: caller_hung_up",
        "outcome partial: time_cap",
        "outcome no_answer: skipped_in_a_row",
        "outcome no_answer: questions_skipped",
        "outcome no_answer: time_cap",
        "outcome no_answer: nothing_to_ask",
        "outcome declined: opted_out, opted out",
        "outcome abandoned: caller_hung_up",
        "outcome failed: storage",
        "outcome failed: rtp_silence",
        "skip ",
        "by timeout",
        "first ",
        "stop",
        "speak ",
        "opt out",
        "tone",
        "recording ",
        "end of recording comment: key",
        "end of recording comment: silence",
        "end of recording comment: limit",
        "end of recording comment: time_cap",
        "end of recording comment: caller_hung_up",
        "end of recording comment: opted_out",
        "end of recording comment: disk",
    ] {
        assert!(all.contains(words), "no transcript shows `{words}`");
    }
}
