//! README.md: its commands are commands, its pictures are what the program draws, its words are what callers hear, its links lead somewhere.

use std::path::Path;
use std::process::Command;

use super::quoted;

const README: &str = include_str!("../../README.md");
const LONGEST: usize = 120;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `aftercall ...` in blocks of commands and between back-quotes, without what is a placeholder.
fn commands() -> Vec<String> {
    let blocks = README
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next());
    let lines = blocks.flat_map(str::lines).map(str::to_owned);
    let text: String = README
        .split("```")
        .step_by(2)
        .collect::<String>()
        .replace('\n', " ");
    let inline: Vec<String> = quoted(&text).into_iter().map(str::to_owned).collect();
    lines
        .chain(inline)
        .filter(|line| line == "aftercall" || line.starts_with("aftercall "))
        .collect()
}

#[test]
fn every_command_is_one_that_the_program_has() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let asked = Command::new(env!("CARGO_BIN_EXE_aftercall"))
            .args(&words)
            .arg("--help")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&asked.stderr);
        assert!(asked.status.success(), "{command}: {told}");
    }
}

#[test]
fn program_is_run_in_one_way() {
    assert!(!README.contains("cargo run"), "built once, then by its name");
    assert!(!README.contains("target/release/aftercall"), "by its name");
}

#[test]
fn picture_of_the_flow_is_what_the_program_draws() {
    let drawn = Command::new(env!("CARGO_BIN_EXE_aftercall"))
        .args(["survey", "graph", "nps-ces-csat"])
        .current_dir(root())
        .output()
        .unwrap();
    let shipped = std::fs::read_to_string(root().join("docs/survey-flow.svg")).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&drawn.stdout).trim_end(),
        shipped.trim_end(),
        "aftercall survey graph nps-ces-csat --output docs/survey-flow.svg"
    );
}

#[test]
fn what_the_caller_hears_is_what_the_prompts_say() {
    let manifest = std::fs::read_to_string(root().join("prompts/manifest.toml")).unwrap();
    let section = README.split("## What the caller hears\n").nth(1).unwrap();
    let heard = section.split("\n\n").next().unwrap().replace("\n> ", " ");
    let sentences: Vec<&str> = heard.split('*').skip(1).step_by(2).collect();
    assert_eq!(sentences.len(), 2, "{heard}");
    for sentence in sentences {
        let sentence = sentence.trim_end_matches(" ...");
        assert!(manifest.contains(&format!("text = \"{sentence}")), "{sentence}");
    }
}

#[test]
fn readme_is_short_and_its_links_lead_somewhere() {
    assert!(
        README.lines().count() <= LONGEST,
        "{} lines",
        README.lines().count()
    );
    for link in README
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(root().join(link).exists(), "{link}");
    }
}
