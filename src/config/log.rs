//! `[log]`: how much is logged and in which shape.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use aftercall_base::suggest::closest;

/// `[log]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogSettings {
    /// A filter as `tracing` reads it: `info`, `warn,aftercall::sip=debug`.
    pub filter: LogFilter,
    /// Lines for people or JSON for machines.
    pub format: LogFormat,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self {
            filter: LogFilter {
                directives: "info".to_owned(),
                is_for_all: true,
            },
            format: LogFormat::Text,
        }
    }
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Levels as they are written.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The modules of the application that log. A test holds both lists to the source.
const MODULES: [&str; 48] = [
    "accounts::password",
    "accounts::sign_in",
    "announcements::decide",
    "announcements::reported",
    "call::call_media",
    "call::call_prompts",
    "call::comment",
    "call::dispatcher",
    "call::finish",
    "call::intake",
    "call::not_surveyed",
    "call::pending_announcements",
    "call::predecided",
    "call::refusals",
    "call::services",
    "call::snapshot",
    "call::survey_call",
    "call::survey_call::keys",
    "call::survey_call::storing",
    "cli::serve",
    "control",
    "delivery::worker::planner",
    "delivery::worker::sender",
    "engine",
    "engine::jobs::accounts",
    "engine::jobs::autopilot",
    "engine::jobs::certificate",
    "engine::jobs::deliveries",
    "engine::jobs::job",
    "engine::jobs::retention",
    "engine::jobs::turned_away",
    "engine::jobs::watch",
    "engine::recordings",
    "engine::reload",
    "engine::srtp",
    "telemetry",
    "web::api::comment_audio",
    "web::api::guard",
    "web::api::list",
    "web::api::path",
    "web::api::report",
    "web::api::request_fields",
    "web::pages::account",
    "web::pages::guard",
    "web::pages::reply",
    "web::pages::report_file",
    "web::pages::stream",
    "web::server",
];

/// The modules of the crates that log: by the name that a filter has for them, which is a promise to operators, and by the
/// target of their lines, which follows the crates.
const IN_CRATES: [(&str, &str); 13] = [
    ("lifecycle", "aftercall_runtime::lifecycle"),
    ("media::plane", "aftercall_media::plane"),
    ("recording::alarm", "aftercall_media::recording::alarm"),
    ("recording::writer", "aftercall_media::recording::writer"),
    ("sip::service::driver", "aftercall_sip_net::service::driver"),
    ("sip::transport::tcp", "aftercall_sip_net::transport::tcp"),
    ("storage::sqlite", "aftercall_storage::sqlite"),
    (
        "storage::sqlite::api::announcement",
        "aftercall_storage::sqlite::api::announcement",
    ),
    (
        "storage::sqlite::checkpoint",
        "aftercall_storage::sqlite::checkpoint",
    ),
    ("storage::sqlite::guard", "aftercall_storage::sqlite::guard"),
    ("storage::sqlite::sweep", "aftercall_storage::sqlite::sweep"),
    ("storage::writer", "aftercall_storage::writer"),
    ("storage::writer::task", "aftercall_storage::writer::task"),
];

/// What modules were called in earlier versions, and where their lines come from now: a filter that worked goes on working.
const RENAMED: [(&str, &[&str]); 12] = [
    (
        "call::beforehand",
        &["call::pending_announcements", "engine::jobs::job"],
    ),
    ("call::claim", &["call::predecided"]),
    ("call::farewell", &["call::not_surveyed"]),
    ("call::intake", &["call::intake", "call::finish"]),
    ("call::leg", &["call::call_media"]),
    ("call::reception", &["call::dispatcher"]),
    ("call::repertoire", &["call::call_prompts"]),
    (
        "engine::api::errand",
        &["announcements::decide", "announcements::reported"],
    ),
    (
        "engine::recordings",
        &[
            "engine::recordings",
            "engine::jobs::retention",
            "engine::jobs::job",
        ],
    ),
    ("engine::turned_away", &["engine::jobs::turned_away"]),
    (
        "recording::retention",
        &["engine::recordings", "engine::jobs::retention"],
    ),
    ("web::api::told", &["web::api::request_fields"]),
];

/// Libraries within us that log.
const LIBRARIES: [&str; 9] = [
    "axum",
    "hyper",
    "hyper_util",
    "log",
    "mio",
    "sqlx",
    "symphonia",
    "tokio",
    "tower",
];

/// A filter that lets through what its writer meant.
///
/// A word that is no level is for `tracing` the name of a module of which everything is logged, and of all others nothing:
/// with `inof` the log is empty. So each directive has to name a level, or a module that there is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LogFilter {
    directives: String,
    is_for_all: bool,
}

impl LogFilter {
    /// As `tracing` reads it: with the targets of the modules that it names.
    pub fn as_str(&self) -> &str {
        &self.directives
    }

    /// Whether it has a level for what no directive names; without one that is silent.
    pub const fn is_for_all(&self) -> bool {
        self.is_for_all
    }
}

impl TryFrom<String> for LogFilter {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let directives: Vec<&str> = split(&text).into_iter().map(str::trim).collect();
        for directive in &directives {
            check_directive(directive)?;
        }
        let of_targets: Vec<String> = directives
            .iter()
            .flat_map(|directive| targeted(directive))
            .collect();
        let joined = of_targets.join(",");
        // Its own reader has the last word, on spans and fields.
        EnvFilter::try_new(&joined)
            .map_err(|_| format!("`{}` is not a filter; {FIX}", super::syntax::shortened(&text)))?;
        Ok(Self {
            is_for_all: directives.iter().any(|directive| is_level(directive)),
            directives: joined,
        })
    }
}

const FIX: &str = "write for example \"info\" or \"warn,aftercall::sip=debug\"";

/// The directives; a comma between brackets parts fields, not directives.
fn split(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let at_commas = |symbol: char| {
        match symbol {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        symbol == ',' && depth == 0
    };
    text.split(at_commas).collect()
}

/// The directive for each target that its module stands for; itself, where it names none of our modules.
fn targeted(directive: &str) -> Vec<String> {
    let module = directive.split(['[', '=']).next().unwrap_or(directive);
    let rest = directive.strip_prefix(module).unwrap_or_default();
    if module.is_empty() || module == "aftercall" {
        return vec![directive.to_owned()];
    }
    let renamed = RENAMED
        .iter()
        .find(|(former, _)| format!("aftercall::{former}") == module);
    if let Some((_, modules)) = renamed {
        return modules
            .iter()
            .map(|module| format!("aftercall::{module}{rest}"))
            .collect();
    }
    let all: Vec<String> = logging()
        .filter(|(name, _)| name.starts_with(module))
        .map(|(_, target)| format!("{target}{rest}"))
        .collect();
    if all.is_empty() {
        vec![directive.to_owned()]
    } else {
        all
    }
}

/// Name and target of every module that logs.
fn logging() -> impl Iterator<Item = (String, String)> {
    let here = MODULES.iter().map(|module| {
        let name = format!("aftercall::{module}");
        (name.clone(), name)
    });
    let in_crates = IN_CRATES
        .iter()
        .map(|(name, target)| (format!("aftercall::{name}"), (*target).to_owned()));
    here.chain(in_crates)
}

fn is_level(word: &str) -> bool {
    LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word))
}

fn check_directive(directive: &str) -> Result<(), String> {
    if directive.is_empty() {
        return Err(format!("a level is missing; {FIX}"));
    }
    if is_level(directive) {
        return Ok(());
    }
    let (target, level) = match directive.rsplit_once('=') {
        // `a[span{field=1}]`: the sign belongs to the field.
        Some((_, behind)) if behind.contains(['}', ']']) => (directive, None),
        Some((target, level)) => (target, Some(level)),
        None => (directive, None),
    };
    let module = target.split('[').next().unwrap_or(target);
    if level.is_none()
        && !target.contains(['[', ':'])
        && !LIBRARIES.contains(&target)
        && target != "aftercall"
    {
        return Err(no_level(target, FIX));
    }
    if let Some(level) = level
        && !is_level(level)
    {
        let levels = LEVELS.map(|level| format!("\"{level}\"")).join(", ");
        return Err(no_level(level, &format!("choose from {levels}")));
    }
    is_module(module).then_some(()).ok_or_else(|| {
        let known = modules();
        let near = closest(module, known.iter().map(String::as_str));
        let fix = near.map_or_else(|| FIX.to_owned(), |near| format!("did you mean \"{near}\"?"));
        format!("nothing in `{}` logs; {fix}", super::syntax::shortened(module))
    })
}

fn no_level(word: &str, otherwise: &str) -> String {
    let near = closest(&word.to_lowercase(), LEVELS);
    let fix = near.map_or_else(
        || otherwise.to_owned(),
        |near| format!("did you mean \"{near}\"?"),
    );
    format!("`{}` is not a level; {fix}", super::syntax::shortened(word))
}

/// Whether something of that name, or of one that begins so, logs; an empty name is that of all.
fn is_module(name: &str) -> bool {
    let of_library = |library: &&str| {
        name.strip_prefix(*library)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let is_former = |(former, _): &(&str, &[&str])| format!("aftercall::{former}") == name;
    modules().iter().any(|module| module.starts_with(name))
        || RENAMED.iter().any(is_former)
        || LIBRARIES.iter().any(of_library)
}

/// Modules, and what they are in.
fn modules() -> Vec<String> {
    let mut all = vec!["aftercall".to_owned()];
    for (module, _) in logging() {
        let ends = module.match_indices("::").map(|(at, _)| at).skip(1);
        all.extend(
            ends.chain([module.len()])
                .filter_map(|end| module.get(..end))
                .map(str::to_owned),
        );
    }
    all
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LogFilter, MODULES, RENAMED, logging};

    fn read(text: &str) -> Result<LogFilter, String> {
        LogFilter::try_from(text.to_owned())
    }

    #[test]
    fn word_that_would_silence_the_log_is_refused_with_what_was_meant() {
        for (text, told) in [
            ("inof", "`inof` is not a level; did you mean \"info\"?"),
            ("warning", "`warning` is not a level; did you mean \"warn\"?"),
            ("verbose", "`verbose` is not a level; write for example"),
            ("", "a level is missing; write for example"),
            ("info,", "a level is missing; write for example"),
            (
                "info,aftercall::sip=debgu",
                "`debgu` is not a level; did you mean \"debug\"?",
            ),
            (
                "aftrcall=debug",
                "nothing in `aftrcall` logs; did you mean \"aftercall\"?",
            ),
            (
                "info,aftercall::sipp=debug",
                "nothing in `aftercall::sipp` logs; did you mean \"aftercall::sip\"?",
            ),
            (
                "info,aftercall::spi=debug",
                "nothing in `aftercall::spi` logs; did you mean \"aftercall::sip\"?",
            ),
            (
                "info aftercall::sip=debug",
                "nothing in `info aftercall::sip` logs; ",
            ),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.starts_with(told), "{text}: {refused}");
        }
        assert!(read("a=b=c").is_err() && read("=").is_err() && read("aftercall[=").is_err());
    }

    #[test]
    fn filters_that_let_something_through_are_taken() {
        for (text, is_for_all) in [
            ("info", true),
            ("INFO", true),
            ("off", true),
            ("warn, aftercall::sip=debug", true),
            ("aftercall=debug", false),
            ("aftercall::call[call]=trace,error", true),
            ("info,sqlx=off,hyper::proto=warn", true),
            ("aftercall::sip::transport", false),
            ("info,[call{call.uid=x}]=debug", true),
        ] {
            let filter = read(text).unwrap_or_else(|refused| panic!("{text}: {refused}"));
            assert_eq!(filter.is_for_all(), is_for_all, "{text}");
        }
    }

    #[test]
    fn modules_that_log_are_those_of_the_source() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        targets_that_log(&root.join("src"), "aftercall", &mut found);
        for entry in std::fs::read_dir(root.join("crates")).unwrap() {
            let directory = entry.unwrap().path();
            let name = directory
                .file_name()
                .unwrap()
                .display()
                .to_string()
                .replace('-', "_");
            targets_that_log(&directory.join("src"), &format!("aftercall_{name}"), &mut found);
        }
        found.sort();
        let mut listed: Vec<String> = logging().map(|(_, target)| target).collect();
        listed.sort();
        assert_eq!(found, listed, "log.rs names the modules that log");
    }

    fn targets_that_log(directory: &Path, module: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().display().to_string();
            let inner = match name.as_str() {
                "mod" | "lib" => module.to_owned(),
                name => format!("{module}::{name}"),
            };
            if path.is_dir() {
                targets_that_log(&path, &inner, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("\nmod tests").next().unwrap();
                let logs = ["error!", "warn!", "info!", "debug!", "trace!", "_span!"];
                if logs.iter().any(|macro_name| {
                    code.contains(&format!("tracing::{macro_name}"))
                        || code.contains(&format!("tracing::info{macro_name}"))
                }) {
                    found.push(inner);
                }
            }
        }
    }

    #[test]
    fn former_names_lead_to_modules_that_log() {
        for (former, modules) in RENAMED {
            for module in modules {
                assert!(MODULES.contains(module), "{former}: {module}");
            }
            assert!(
                read(&format!("info,aftercall::{former}=debug")).is_ok(),
                "{former}"
            );
        }
    }

    #[test]
    fn filter_names_the_targets_of_the_modules_that_were_meant() {
        for (text, targets) in [
            ("info", "info"),
            ("aftercall=debug", "aftercall=debug"),
            ("warn,sqlx=debug", "warn,sqlx=debug"),
            (
                "aftercall::web::api::guard=debug",
                "aftercall::web::api::guard=debug",
            ),
            ("off,aftercall::media=trace", "off,aftercall_media::plane=trace"),
            (
                "aftercall::call::intake=debug",
                "aftercall::call::intake=debug,aftercall::call::finish=debug",
            ),
            (
                "aftercall::web::api::told=debug",
                "aftercall::web::api::request_fields=debug",
            ),
            (
                "aftercall::recording[comment]=trace",
                "aftercall_media::recording::alarm[comment]=trace,aftercall_media::recording::writer[comment]=trace",
            ),
            (
                "warn, aftercall::sip=debug",
                "warn,aftercall_sip_net::service::driver=debug,aftercall_sip_net::transport::tcp=debug",
            ),
        ] {
            assert_eq!(read(text).unwrap().as_str(), targets, "{text}");
        }
    }
}
