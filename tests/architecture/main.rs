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

/// Which crates of ours a crate may use, the lowest first. The compiler keeps a crate from using what is not in its manifest; this
/// table keeps the manifests.
const CRATES: [(&str, &[&str]); 12] = [
    ("base", &[]),
    ("runtime", &[]),
    ("sip", &["base"]),
    ("sip-net", &["base", "runtime", "sip"]),
    ("rtp", &["base"]),
    ("audio", &["base", "rtp"]),
    ("media", &["base", "runtime", "rtp", "audio"]),
    ("survey", &["base"]),
    ("storage", &["base", "runtime", "survey"]),
    ("report", &["base", "survey", "storage"]),
    ("pages", &["base", "survey", "storage", "report"]),
    (
        "test-phone",
        &["base", "runtime", "sip", "sip-net", "rtp", "audio", "media"],
    ),
];

/// Crates without IO: driven by `handle(input, now)`, polled for output.
const PURE_CRATES: [&str; 5] = ["base", "sip", "rtp", "survey", "pages"];

/// Libraries that no crate without IO may use.
const IO_LIBRARIES: [&str; 10] = [
    "tokio", "sqlx", "axum", "hound", "metrics", "tracing", "nix", "socket2", "anyhow", "clap",
];

/// Modules without IO in crates that do some.
const PURE_MODULES: [&str; 25] = [
    "src/accounts/principal.rs",
    "src/accounts/right.rs",
    "src/accounts/throttle.rs",
    "src/accounts/token.rs",
    "src/auth.rs",
    "src/autopilot/decision.rs",
    "src/autopilot/forecast.rs",
    "src/autopilot/week.rs",
    "src/browse/request.rs",
    "src/delivery/answer.rs",
    "src/delivery/retry.rs",
    "src/delivery/schedule",
    "src/delivery/webhook/network.rs",
    "src/delivery/webhook/signature.rs",
    "src/explain/question.rs",
    "src/explain/words.rs",
    "src/live/event.rs",
    "src/reports/context.rs",
    "src/reports/request.rs",
    "src/watch/quiet.rs",
    "src/web/pages/cookie.rs",
    "src/web/pages/form.rs",
    "crates/audio/src/",
    "crates/report/src/statistics",
    "src/results.rs",
];

/// What in [`PURE_MODULES`] does IO all the same: prompts are files.
const NOT_PURE: [&str; 1] = ["crates/audio/src/prompts"];

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

/// A library that one crate wraps: no other manifest has it.
const WRAPPED: [(&str, &str); 9] = [
    ("rsip", "sip"),
    ("sdp-types", "rtp"),
    ("rtp-rs", "rtp"),
    ("sqlx", "storage"),
    ("symphonia", "audio"),
    ("rubato", "audio"),
    ("opus-pure", "audio"),
    ("rust_xlsxwriter", "report"),
    ("fluent-bundle", "report"),
];

/// A library's types stay inside the one module that wraps it.
const OWNED: [(&str, &[&str]); 9] = [
    ("argon2", &["src/accounts/password.rs"]),
    ("sdp_types", &["crates/rtp/src/sdp"]),
    ("axum", &["src/web", "src/control"]),
    ("clap", &["src/cli"]),
    ("metrics_exporter_prometheus", &["src/telemetry.rs"]),
    ("lettre", &["src/delivery/mail", "src/delivery/tls.rs"]),
    (
        "hyper",
        &[
            "src/delivery/webhook",
            "src/web/server.rs",
            "src/web/pages/share.rs",
        ],
    ),
    ("tokio_rustls", &["src/delivery", "src/web/tls.rs"]),
    ("rustls_native_certs", &["src/delivery/tls.rs"]),
];

/// Modules that are components of their own within their crate; the rest of the crate is one component.
const COMPONENTS: [&str; 10] = [
    "aftercall_rtp::sdp",
    "aftercall_rtp::dtmf",
    "aftercall_audio::prompts",
    "aftercall_media::recording",
    "aftercall_survey::admission",
    "aftercall_survey::alert",
    "aftercall_survey::context",
    "aftercall_survey::follow_up",
    "aftercall_survey::record",
    "aftercall_survey::route",
];

/// Whom a component may not know, beyond what the manifests say.
const FORBIDDEN: [(&str, &[&str]); 22] = [
    (
        "aftercall::accounts",
        &[
            "aftercall::announcements",
            "aftercall::call",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::control",
            "aftercall::delivery",
            "aftercall::engine",
            "aftercall::reports",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_report",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::alerts",
        &[
            "aftercall::announcements",
            "aftercall::call",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::engine",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::auth",
        &["aftercall::config", "aftercall::web", "aftercall::call"],
    ),
    (
        "aftercall::autopilot",
        &[
            "aftercall::config",
            "aftercall::call",
            "aftercall::web",
            "aftercall::engine",
            "aftercall::cli",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::browse",
        &[
            "aftercall::announcements",
            "aftercall::call",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::engine",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::explain",
        &[
            "aftercall::accounts",
            "aftercall::announcements",
            "aftercall::browse",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::engine",
            "aftercall::reports",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_report",
            "aftercall_pages",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::live",
        &[
            "aftercall::announcements",
            "aftercall::browse",
            "aftercall::call",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::control",
            "aftercall::engine",
            "aftercall::reports",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_storage",
            "aftercall_survey",
            "aftercall_report",
            "aftercall_test_phone",
        ],
    ),
    ("aftercall_audio", &["aftercall_audio::prompts"]),
    ("aftercall_media", &["aftercall_media::recording"]),
    ("aftercall_media::recording", &["aftercall_rtp"]),
    (
        "aftercall_survey",
        &[
            "aftercall_survey::admission",
            "aftercall_survey::alert",
            "aftercall_survey::follow_up",
            "aftercall_survey::record",
            "aftercall_survey::route",
        ],
    ),
    (
        "aftercall_survey::alert",
        &[
            "aftercall_survey::admission",
            "aftercall_survey::follow_up",
            "aftercall_survey::record",
            "aftercall_survey::route",
        ],
    ),
    (
        "aftercall_survey::follow_up",
        &[
            "aftercall_survey",
            "aftercall_survey::admission",
            "aftercall_survey::alert",
            "aftercall_survey::context",
            "aftercall_survey::record",
            "aftercall_survey::route",
        ],
    ),
    (
        "aftercall_survey::admission",
        &["aftercall_survey::record", "aftercall_survey::route"],
    ),
    (
        "aftercall_survey::route",
        &["aftercall_survey", "aftercall_survey::record"],
    ),
    (
        "aftercall_survey::context",
        &[
            "aftercall_survey",
            "aftercall_survey::admission",
            "aftercall_survey::record",
            "aftercall_survey::route",
        ],
    ),
    (
        "aftercall::results",
        &[
            "aftercall",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_survey",
            "aftercall_storage",
            "aftercall_media",
            "aftercall_report",
        ],
    ),
    (
        "aftercall::announcements",
        &[
            "aftercall::config",
            "aftercall::web",
            "aftercall::engine",
            "aftercall::cli",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_report",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::delivery",
        &[
            "aftercall::announcements",
            "aftercall::call",
            "aftercall::cli",
            "aftercall::config",
            "aftercall::control",
            "aftercall::engine",
            "aftercall::web",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_audio",
            "aftercall_media",
            "aftercall_report",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::web",
        &[
            "aftercall_storage",
            "aftercall::config",
            "aftercall::call",
            "aftercall::engine",
            "aftercall::cli",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::control",
        &[
            "aftercall::call",
            "aftercall::web",
            "aftercall::engine",
            "aftercall::cli",
            "aftercall_sip",
            "aftercall_sip_net",
            "aftercall_rtp",
            "aftercall_media",
            "aftercall_survey",
            "aftercall_storage",
            "aftercall_report",
            "aftercall_test_phone",
        ],
    ),
    (
        "aftercall::call",
        &[
            "aftercall::config",
            "aftercall::announcements",
            "aftercall::web",
            "aftercall::engine",
            "aftercall::cli",
            "aftercall_test_phone",
            "aftercall_report",
        ],
    ),
];

#[test]
fn crates_use_only_those_below_them() {
    let mut listed: Vec<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    let mut there: Vec<String> = fs::read_dir("crates")
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    there.sort();
    assert_eq!(there, listed, "each crate is in the table");
    for (name, below) in CRATES {
        let manifest = fs::read_to_string(format!("crates/{name}/Cargo.toml")).unwrap();
        let used = libraries(&manifest, "[dependencies]");
        let ours: Vec<&str> = used
            .iter()
            .filter_map(|used| used.strip_prefix("aftercall-"))
            .collect();
        for used in ours {
            assert!(
                below.contains(&used),
                "crates/{name}/Cargo.toml: {name} may not use {used}"
            );
        }
        if PURE_CRATES.contains(&name) {
            for library in IO_LIBRARIES {
                assert!(
                    !used.contains(&library),
                    "crates/{name}/Cargo.toml: a crate without IO uses {library}"
                );
            }
        }
    }
}

#[test]
fn wrapped_libraries_are_in_one_manifest() {
    let of_crates = CRATES.iter().map(|(name, _)| format!("crates/{name}/Cargo.toml"));
    for path in of_crates.chain(["Cargo.toml".to_owned()]) {
        let manifest = fs::read_to_string(&path).unwrap();
        let used = libraries(&manifest, "[dependencies]");
        for (library, owner) in WRAPPED {
            assert_eq!(
                used.contains(&library),
                path == format!("crates/{owner}/Cargo.toml"),
                "{path}: {library} belongs to {owner} alone"
            );
        }
    }
}

/// The names below a heading of a manifest.
fn libraries<'m>(manifest: &'m str, heading: &str) -> Vec<&'m str> {
    manifest
        .lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn pure_modules_touch_no_io() {
    for source in sources().into_iter().filter(|source| is_pure(&source.path)) {
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

fn is_pure(path: &str) -> bool {
    let of_crate = |name: &&str| path.starts_with(&format!("crates/{name}/src/"));
    PURE_CRATES.iter().any(of_crate)
        || PURE_MODULES.iter().any(|module| path.starts_with(module))
            && !NOT_PURE.iter().any(|module| path.starts_with(module))
}

#[test]
fn components_know_only_those_below_them() {
    for source in sources() {
        let component = component_of(&source.module.join("::"));
        let forbidden = FORBIDDEN.iter().filter(|(of, _)| *of == component);
        for (_, forbidden) in forbidden {
            for name in &source.names {
                let known = component_of(&name.path);
                assert!(
                    known == component || !forbidden.contains(&known.as_str()),
                    "{}:{}: {component} may not know {}",
                    source.path,
                    name.line,
                    name.path
                );
            }
        }
    }
}

/// A circle of components cannot be read, tested or cut out one by one. Between crates there is none: Cargo refuses it.
#[test]
fn no_component_knows_itself_by_way_of_others() {
    let mut known: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in sources() {
        let component = component_of(&source.module.join("::"));
        for name in &source.names {
            let other = component_of(&name.path);
            if other.starts_with("aftercall") && other != component && other != "aftercall" {
                let place = || format!("{}:{} {}", source.path, name.line, name.path);
                let of_component = known.entry(component.clone()).or_default();
                of_component.entry(other).or_insert_with(place);
            }
        }
    }
    assert!(known.len() > 20, "the source was read: {known:?}");
    // Components that know nobody but those already taken out have no way back to themselves.
    while let Some(free) = known
        .iter()
        .find(|(_, others)| others.keys().all(|other| !known.contains_key(other)))
        .map(|(component, _)| component.clone())
    {
        known.remove(&free);
    }
    for (component, others) in &mut known {
        others.retain(|other, _| other != component);
    }
    assert!(
        known.is_empty(),
        "components on or above a circle, and by which line: {known:#?}"
    );
}

/// The component that a path of ours leads into: a module of the application, a crate, or one of [`COMPONENTS`].
fn component_of(path: &str) -> String {
    let mut segments = path.split("::");
    let first = segments.next().unwrap_or_default();
    let second = segments.next().unwrap_or_default();
    let inner = format!("{first}::{second}");
    let is_module = second.starts_with(char::is_lowercase);
    if (first == "aftercall" && is_module) || COMPONENTS.contains(&inner.as_str()) {
        inner
    } else {
        first.to_owned()
    }
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
    for (name, _) in CRATES {
        collect(&Path::new("crates").join(name).join("src"), &mut files);
    }
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
