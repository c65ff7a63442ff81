//! The commands that the documents show are commands that the program takes, with all that is checked before it does anything.

use clap::Parser;

use super::{Cli, Command};

const DOCUMENTS: [(&str, &str); 4] = [
    ("README.md", include_str!("../../README.md")),
    ("docs/languages.md", include_str!("../../docs/languages.md")),
    ("docs/operations.md", include_str!("../../docs/operations.md")),
    ("docs/surveys.md", include_str!("../../docs/surveys.md")),
];

/// Every `aftercall call ...` with a target: up to the end of its line in a block, up to the back-quote between two.
fn calls(document: &str) -> Vec<String> {
    let parts: Vec<&str> = document.split("```").collect();
    let blocks = parts.iter().skip(1).step_by(2).flat_map(|block| block.lines());
    let text = parts
        .iter()
        .step_by(2)
        .copied()
        .collect::<String>()
        .replace('\n', " ");
    let inline = text.split('`').skip(1).step_by(2);
    blocks
        .chain(inline)
        .filter_map(|line| line.find("aftercall call sip").map(|at| line[at..].to_owned()))
        .map(|line| line.split(" # ").next().unwrap_or_default().to_owned())
        .collect()
}

/// The words of a command as a shell parts them: quotes are all that the documents need.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for symbol in line.chars() {
        match (symbol, quote) {
            (symbol, Some(open)) if symbol == open => quote = None,
            ('\'' | '"', None) => quote = Some(symbol),
            (' ', None) => words.push(std::mem::take(&mut word)),
            (symbol, _) => word.push(symbol),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_test_call_of_the_documents_could_be_placed() {
    let mut count = 0;
    for (name, document) in DOCUMENTS {
        for line in calls(document) {
            let read = Cli::try_parse_from(words(&line));
            let command = read
                .unwrap_or_else(|error| panic!("{name}: {line}: {error}"))
                .command;
            let Some(Command::Call(args)) = command else {
                panic!("{name}: {line} is no call");
            };
            args.check()
                .unwrap_or_else(|error| panic!("{name}: {line}: {error}"));
            count += 1;
        }
    }
    assert!(count >= 4, "{count}");
}

#[test]
fn call_that_has_nothing_to_say_or_nowhere_to_write_is_refused_before_it_is_placed() {
    for (options, reason) in [
        ("--keys 9,say#", "--say-seconds"),
        (
            "--record /nowhere/at/all/a.wav",
            "there is no directory /nowhere/at/all",
        ),
        ("--record /", "is a directory"),
    ] {
        let line = format!("aftercall call sip:nps@127.0.0.1 {options}");
        let Some(Command::Call(args)) = Cli::parse_from(words(&line)).command else {
            panic!("{line} is a call");
        };
        let told = args.check().unwrap_err().to_string();
        assert!(told.contains(reason), "{line}: {told}");
    }
}
