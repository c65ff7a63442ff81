//! The rules of direction, read off the source: who may know whom, what pure code may not touch, how long a file
//! may grow. ARCHITECTURE.md explains each; a failure here names the file and the rule.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

/// Files longer than this (tests apart) have grown past their idea.
const LONGEST_FILE: usize = 500;

/// Modules without IO: driven by `handle(input, now)`, polled for output.
const PURE: [&str; 17] = [
    "src/base",
    "src/sip/wire",
    "src/sip/transaction",
    "src/sip/dialog",
    "src/sip/agent",
    "src/sip/event.rs",
    "src/sdp",
    "src/rtp",
    "src/dtmf",
    "src/audio",
    "src/admission",
    "src/context",
    "src/call/context",
    "src/results.rs",
    "src/survey",
    "src/report/statistics",
    "src/record/",
];

/// What pure code may not name.
const IO: [&str; 15] = [
    "tokio",
    "sqlx",
    "axum",
    "hound",
    "metrics",
    "tracing",
    "std::fs",
    "std::env",
    "std::thread",
    "std::net::UdpSocket",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "std::time::SystemTime",
    "SystemTime::now",
    "Instant::now",
];

/// A crate's types stay inside the one module that wraps it.
const OWNED: [(&str, &[&str]); 10] = [
    ("rsip", &["src/sip"]),
    ("sdp_types", &["src/sdp"]),
    ("rtp_rs", &["src/rtp"]),
    ("sqlx", &["src/storage"]),
    ("axum", &["src/web", "src/control"]),
    ("symphonia", &["src/audio"]),
    ("rubato", &["src/audio"]),
    ("opus_pure", &["src/audio"]),
    ("clap", &["src/cli"]),
    ("metrics_exporter_prometheus", &["src/telemetry.rs"]),
];

/// Whom a module may not know.
const STRANGERS: [(&str, &[&str]); 17] = [
    (
        "src/sip",
        &[
            "call", "survey", "media", "storage", "web", "engine", "prompts", "caller", "cli", "report",
        ],
    ),
    (
        "src/sdp",
        &[
            "sip", "call", "survey", "media", "storage", "web", "engine", "prompts", "caller", "cli",
        ],
    ),
    (
        "src/rtp",
        &[
            "sip", "call", "survey", "media", "storage", "web", "engine", "prompts", "caller", "cli",
        ],
    ),
    (
        "src/dtmf",
        &[
            "sip", "call", "survey", "media", "storage", "web", "engine", "prompts", "caller", "cli",
        ],
    ),
    (
        "src/audio",
        &[
            "sip", "call", "survey", "media", "storage", "web", "engine", "prompts", "caller", "cli",
        ],
    ),
    (
        "src/media",
        &[
            "sip",
            "call",
            "survey",
            "storage",
            "recording",
            "web",
            "engine",
            "caller",
            "cli",
            "report",
        ],
    ),
    (
        "src/recording",
        &[
            "sip", "sdp", "rtp", "storage", "call", "survey", "web", "engine", "caller", "cli", "report",
        ],
    ),
    (
        "src/survey",
        &[
            "sip",
            "sdp",
            "rtp",
            "dtmf",
            "audio",
            "admission",
            "record",
            "storage",
            "config",
            "call",
            "media",
            "web",
            "engine",
            "caller",
            "cli",
            "report",
            "clock",
            "lifecycle",
        ],
    ),
    (
        "src/admission",
        &[
            "sip",
            "sdp",
            "rtp",
            "dtmf",
            "audio",
            "record",
            "storage",
            "config",
            "call",
            "media",
            "web",
            "engine",
            "caller",
            "cli",
            "report",
            "clock",
            "lifecycle",
        ],
    ),
    (
        "src/record",
        &[
            "sip",
            "sdp",
            "rtp",
            "dtmf",
            "audio",
            "storage",
            "config",
            "call",
            "media",
            "web",
            "engine",
            "caller",
            "cli",
            "report",
            "clock",
            "lifecycle",
        ],
    ),
    (
        "src/context",
        &[
            "sip",
            "sdp",
            "rtp",
            "dtmf",
            "audio",
            "survey",
            "admission",
            "record",
            "storage",
            "config",
            "call",
            "media",
            "web",
            "engine",
            "caller",
            "cli",
            "report",
            "clock",
            "lifecycle",
        ],
    ),
    (
        "src/results",
        &[
            "config", "sip", "call", "survey", "storage", "media", "web", "engine", "caller", "cli", "report",
        ],
    ),
    (
        "src/storage",
        &[
            "sip", "sdp", "rtp", "call", "media", "web", "engine", "caller", "cli",
        ],
    ),
    (
        "src/web",
        &[
            "config", "sip", "sdp", "rtp", "call", "media", "engine", "caller", "cli",
        ],
    ),
    (
        "src/control",
        &[
            "sip", "sdp", "rtp", "call", "survey", "storage", "media", "web", "engine", "caller", "cli",
            "report",
        ],
    ),
    ("src/call", &["web", "engine", "caller", "cli", "report"]),
    (
        "src/caller",
        &["web", "engine", "cli", "report", "survey", "call"],
    ),
];

#[test]
fn pure_modules_touch_no_io() {
    for source in sources()
        .into_iter()
        .filter(|source| PURE.iter().any(|pure| source.path.starts_with(pure)))
    {
        for name in &source.names {
            let touched = IO
                .iter()
                .find(|io| is_inside(&name.path, io) || name.path.as_str() == **io && io.contains("::"));
            assert!(
                touched.is_none(),
                "{}:{}: pure code names {}",
                source.path,
                name.line,
                name.path
            );
        }
    }
}

#[test]
fn wrapped_crates_stay_inside_their_module() {
    for source in sources() {
        for name in &source.names {
            for (wrapped, owners) in OWNED {
                let at_home = owners.iter().any(|owner| source.path.starts_with(owner));
                assert!(
                    at_home || !is_inside(&name.path, wrapped),
                    "{}:{}: {} belongs to {owners:?}",
                    source.path,
                    name.line,
                    name.path
                );
            }
        }
    }
}

#[test]
fn modules_know_only_those_below_them() {
    for source in sources() {
        let rules = STRANGERS
            .iter()
            .filter(|(module, _)| in_module(&source.path, module));
        for (module, strangers) in rules {
            for name in &source.names {
                let known = strangers
                    .iter()
                    .find(|stranger| is_below(&name.path, &format!("crate::{stranger}")));
                assert!(
                    known.is_none(),
                    "{}:{}: {module} may not know {}",
                    source.path,
                    name.line,
                    name.path
                );
            }
        }
    }
}

/// A circle of modules cannot be read, tested or cut out one by one.
#[test]
fn no_module_knows_itself_by_way_of_others() {
    let mut known: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in sources() {
        let module = top_module(source.path.trim_start_matches("src/").split(['/', '.']));
        for name in &source.names {
            let mut segments = name.path.split("::");
            let other = (segments.next() == Some("crate")).then(|| top_module(segments));
            if let Some(other) = other.filter(|other| *other != module && !other.is_empty()) {
                let place = || format!("{}:{} {}", source.path, name.line, name.path);
                let of_module = known.entry(module.clone()).or_default();
                of_module.entry(other).or_insert_with(place);
            }
        }
    }
    // Modules that know nobody but those already taken out have no way back to themselves.
    while let Some(free) = known
        .iter()
        .find(|(_, others)| others.keys().all(|other| !known.contains_key(other)))
        .map(|(module, _)| module.clone())
    {
        known.remove(&free);
    }
    for (module, others) in &mut known {
        others.retain(|other, _| other != module);
    }
    assert!(
        known.is_empty(),
        "modules on or above a circle, and by which line: {known:#?}"
    );
}

fn top_module<'p>(mut segments: impl Iterator<Item = &'p str>) -> String {
    segments.next().unwrap_or_default().to_owned()
}

#[test]
fn every_file_says_why_it_exists_and_stays_readable() {
    for source in sources() {
        let path = &source.path;
        assert!(
            source.text.starts_with("//!"),
            "{path}: the first line is the module's doc"
        );
        let length = source.production_lines();
        assert!(
            length <= LONGEST_FILE,
            "{path}: {length} lines without its tests; split it by its ideas"
        );
    }
}

#[test]
fn lints_are_answered_with_a_reason_and_nothing_is_left_for_later() {
    for Source { path, text, .. } in sources() {
        for (number, line) in text.lines().enumerate() {
            let number = number + 1;
            assert!(
                !line.contains("#[allow("),
                "{path}:{number}: #[expect(.., reason)] instead of #[allow]"
            );
            for mark in ["TODO", "FIXME", "XXX"] {
                assert!(!line.contains(mark), "{path}:{number}: {mark}: do it or leave it");
            }
        }
    }
}

fn in_module(path: &str, module: &str) -> bool {
    path.strip_prefix(module)
        .is_some_and(|rest| rest.starts_with(['/', '.']))
}

/// Whether `path` is `ancestor` or something in it.
fn is_below(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether `path` is something in `ancestor`; the single word may be a variable or a module of ours.
fn is_inside(path: &str, ancestor: &str) -> bool {
    path != ancestor && is_below(path, ancestor)
}

/// Every source file that is not a file of tests.
fn sources() -> Vec<Source> {
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files);
    files
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .filter(|(path, _)| {
            let is_tests = ["tests.rs", "session/properties.rs"]
                .iter()
                .any(|name| path.ends_with(name));
            !path.contains("/tests/") && !is_tests
        })
        .map(|(path, text)| Source::read(path, text))
        .collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
