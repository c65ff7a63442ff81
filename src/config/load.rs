//! Reading the settings, with every fault found in one go.
//!
//! The file and the environment are merged by the `config` crate. Each section is then deserialized; when a
//! value does not fit, the fault is noted, the value is taken out and the section is tried again, until only
//! good values are left. So an operator sees all faults at once, not the first of ten.

use std::collections::HashMap;
use std::path::Path as FilePath;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::environment::{merged, stands_in, variable};
use super::locate::{Source, line_of};
use super::route::Route;
use super::{Settings, SurveySettings};
use crate::survey::{Fault, Position, Severity};

/// A section is tried again at most this often.
const MOST_FAULTS: usize = 100;

const SECTIONS: [&str; 17] = [
    "sip",
    "media",
    "calls",
    "context",
    "numbers",
    "results",
    "privacy",
    "storage",
    "recordings",
    "http",
    "control",
    "log",
    "languages",
    "prompts",
    "surveys",
    "sampling",
    "route",
];

/// What reading the configuration gave: settings made of all good values, and the faults of the others.
#[derive(Debug)]
pub struct Loaded {
    /// The file's name, for faults found later.
    file: String,
    /// Its text, likewise.
    text: String,
    /// What the environment sets, likewise.
    environment: Value,
    /// File and environment together, as written.
    written: serde_json::Map<String, Value>,
    /// The settings; defaults stand where a value was faulty. Serve with them only when `faults` is empty.
    pub settings: Settings,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Loaded {
    fn refused(name: &str, text: &str, line: Option<usize>, reason: String, mend: &str) -> Self {
        let faults = vec![fault(name, line, reason, mend)];
        Self {
            file: name.to_owned(),
            text: text.to_owned(),
            environment: Value::Null,
            written: serde_json::Map::new(),
            settings: Settings::default(),
            faults,
        }
    }

    /// Sections and their keys as they are written, the environment over the file.
    pub const fn written(&self) -> &serde_json::Map<String, Value> {
        &self.written
    }

    /// A fault of `key` in the route at `index` that only the rest of the house could find.
    pub fn fault_in_route(&self, index: usize, key: &str, reason: String, mend: &str) -> Fault {
        let place = [Segment::Seq { index }, named(key)];
        // A faulty route was taken out, and every one behind it has moved up.
        let path: &[Segment] = if moved(&self.faults) { &[] } else { &place };
        let line = Source::parse(&self.text)
            .ok()
            .and_then(|source| source.line("route", path));
        fault(&self.file, line, reason, mend)
    }

    /// The warning that no call will ever be taken.
    pub fn no_route(&self) -> Fault {
        let reason = "there is no [[route]]: every call gets 404".to_owned();
        let mend = "write a [[route]] with number = \"nps\" and survey = \"default\"";
        Fault {
            severity: Severity::Warning,
            ..fault(&self.file, None, reason, mend)
        }
    }

    /// The warning that one caller in two notations is two; `None` where a number plan is set, or `"none"` is written on purpose.
    pub fn no_number_plan(&self) -> Option<Fault> {
        const MEND: &str = "write [numbers] country_code = \"358\" with your own code, or \"none\" where every number comes in one notation";
        let settings = &self.settings;
        let plan = &settings.numbers.plan;
        let is_told = self
            .written
            .get("numbers")
            .is_some_and(|numbers| numbers.get("country_code").is_some());
        if is_told || plan.country.is_some() || settings.routes.is_empty() {
            return None;
        }
        let cools = settings
            .routes
            .iter()
            .any(|route| route.rules.cool_down.longest().is_some());
        let rules = if cools {
            "opt-outs and cool-downs"
        } else {
            "opt-outs"
        };
        let reason = format!(
            "numbers.country_code: not set: +358401234567, 00358401234567 and 0401234567 are three callers, so {rules} miss some"
        );
        Some(Fault {
            severity: Severity::Warning,
            ..fault(&self.file, None, reason, MEND)
        })
    }

    /// A fault of one setting that only the world could find: a directory that is missing, a port in use.
    pub fn fault_in_setting(&self, section: &str, key: &str, reason: String, mend: &str) -> Fault {
        self.fault_at(section, &[key], reason, mend)
    }

    /// The same of a setting inside a table: `keys` lead to it.
    pub fn fault_at(&self, section: &str, keys: &[&str], reason: String, mend: &str) -> Fault {
        let path: Vec<Segment> = keys.iter().map(|key| named(key)).collect();
        let key = keys.join(".");
        let source = Source::parse(&self.text).ok();
        let line = source
            .filter(|source| source.holds(section, &path))
            .and_then(|source| source.line(section, &path));
        let reason = format!("{section}.{key}: {reason}");
        if stands_in(&self.environment, section, &path) {
            return fault(&variable(section, &path), None, reason, mend);
        }
        fault(&self.file, line, reason, mend)
    }
}

/// Reads `file` and lays `AFTERCALL__SECTION__KEY` variables over it.
pub fn load(file: &FilePath) -> Loaded {
    const MEND: &str = "name the configuration with --config FILE, or start in the directory that holds config/aftercall.toml";
    let name = file.display().to_string();
    match std::fs::read_to_string(file) {
        Ok(text) => from_text(&text, &name, None),
        Err(error) => Loaded::refused(&name, "", None, format!("cannot be read: {error}"), MEND),
    }
}

/// Reads the text of a file called `name`; `environment` replaces the process environment in tests.
pub fn from_text(text: &str, name: &str, environment: Option<HashMap<String, String>>) -> Loaded {
    let source = match Source::parse(text) {
        Ok(source) => source,
        Err(error) => {
            let line = error.span().map(|span| line_of(text, span.start));
            return Loaded::refused(
                name,
                text,
                line,
                format!("not TOML: {}", error.message()),
                "mend the syntax",
            );
        }
    };
    match merged(text, environment) {
        Ok((table, environment)) => {
            let mut reader = Reader {
                name,
                source,
                environment,
                faults: Vec::new(),
            };
            let settings = reader.settings(table.clone());
            Loaded {
                file: name.to_owned(),
                text: text.to_owned(),
                written: table,
                settings,
                environment: reader.environment,
                faults: reader.faults,
            }
        }
        Err(error) => {
            let reason = format!("cannot be merged with the environment: {error}");
            Loaded::refused(name, text, None, reason, "check the AFTERCALL__ variables")
        }
    }
}

pub(super) struct Reader<'a> {
    name: &'a str,
    source: Source<'a>,
    environment: Value,
    pub(super) faults: Vec<Fault>,
}

impl Reader<'_> {
    fn settings(&mut self, mut table: serde_json::Map<String, Value>) -> Settings {
        let mut settings = Settings {
            sip: self.section("sip", &mut table),
            media: self.section("media", &mut table),
            calls: self.section("calls", &mut table),
            context: self.section("context", &mut table),
            numbers: self.section("numbers", &mut table),
            results: self.section("results", &mut table),
            privacy: self.section("privacy", &mut table),
            storage: self.section("storage", &mut table),
            recordings: self.section("recordings", &mut table),
            http: self.section("http", &mut table),
            control: self.section("control", &mut table),
            log: self.section("log", &mut table),
            languages: self.section("languages", &mut table),
            prompts: self.section("prompts", &mut table),
            surveys: self.section::<SurveySettings>("surveys", &mut table),
            sampling: self.section("sampling", &mut table),
            routes: self.routes(&mut table),
        };
        settings.context.mapping.numbers = settings.numbers.plan.clone();
        for route in &mut settings.routes {
            route.inherit(&settings.sampling);
        }
        for unknown in table.keys() {
            self.note(
                unknown,
                &[],
                &format!("unknown section `{unknown}`"),
                &format!("choose from {}", SECTIONS.join(", ")),
            );
        }
        self.consistency(&mut settings);
        settings
    }

    fn section<T: DeserializeOwned + Default>(
        &mut self,
        name: &str,
        table: &mut serde_json::Map<String, Value>,
    ) -> T {
        table
            .remove(name)
            .map_or_else(T::default, |value| self.value(name, value).unwrap_or_default())
    }

    fn routes(&mut self, table: &mut serde_json::Map<String, Value>) -> Vec<Route> {
        table
            .remove("route")
            .map_or_else(Vec::new, |value| self.value("route", value).unwrap_or_default())
    }

    /// Deserializes, noting faults and dropping what is faulty, until the rest fits.
    fn value<T: DeserializeOwned>(&mut self, section: &str, mut value: Value) -> Option<T> {
        for _ in 0..MOST_FAULTS {
            let error = match serde_path_to_error::deserialize(&value) {
                Ok(typed) => return Some(typed),
                Err(error) => error,
            };
            let reason = error.inner().to_string();
            let repeated = self.faults.iter().any(|known| known.reason.contains(&reason))
                && reason.starts_with("missing field");
            if !repeated {
                self.note(section, &segments(error.path()), &reason, mend_of(&reason));
            }
            if !remove(&mut value, error.path()) {
                return None;
            }
        }
        None
    }

    pub(super) fn note(&mut self, section: &str, path: &[Segment], reason: &str, mend: &str) {
        let key = path
            .iter()
            .fold(section.to_owned(), |key, segment| match segment {
                Segment::Seq { .. } => format!("{key}{segment}"),
                Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => format!("{key}.{segment}"),
            });
        let reason = format!("{key}: {reason}");
        // The environment wins over the file, and so does its fault.
        self.faults.push(if stands_in(&self.environment, section, path) {
            fault(&variable(section, path), None, reason, mend)
        } else {
            fault(self.name, self.source.line(section, path), reason, mend)
        });
    }
}

/// Whether a route was taken out for a fault.
pub(super) fn moved(faults: &[Fault]) -> bool {
    faults.iter().any(|fault| fault.reason.starts_with("route["))
}

pub(super) fn named(key: &str) -> Segment {
    Segment::Map { key: key.to_owned() }
}

fn segments(path: &Path) -> Vec<Segment> {
    path.iter().cloned().collect()
}

/// Takes out what the path names; `false` when that is everything.
fn remove(value: &mut Value, path: &Path) -> bool {
    let mut segments: Vec<&Segment> = path.iter().collect();
    while let Some(last) = segments.pop() {
        let parent = segments
            .iter()
            .try_fold(&mut *value, |here, segment| match segment {
                Segment::Map { key } => here.get_mut(key),
                Segment::Seq { index } => here.get_mut(index),
                Segment::Enum { .. } | Segment::Unknown => None,
            });
        let removed = match (parent, last) {
            (Some(Value::Object(table)), Segment::Map { key }) => table.remove(key).is_some(),
            (Some(Value::Array(items)), Segment::Seq { index }) if *index < items.len() => {
                items.remove(*index);
                true
            }
            (_, _) => false,
        };
        if removed {
            return true;
        }
    }
    false
}

fn mend_of(reason: &str) -> &'static str {
    if reason.starts_with("unknown field") {
        "use one of the names listed, or remove the line"
    } else if reason.starts_with("missing field") {
        "add it"
    } else {
        "write a value as docs/configuration.md describes it"
    }
}

fn fault(file: &str, line: Option<usize>, reason: String, mend: &str) -> Fault {
    let position = line.map(|line| Position { line, column: 1 });
    Fault {
        position,
        ..Fault::of_file(file, reason, mend)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use super::from_text;
    use crate::sip::event::Transport;

    fn lines(text: &str, environment: &[(&str, &str)]) -> Vec<String> {
        let environment = environment
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        from_text(text, "a.toml", Some(environment))
            .faults
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn empty_file_is_all_defaults() {
        let loaded = from_text("", "a.toml", Some(HashMap::new()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        assert_eq!(loaded.settings.sip.listen[0].address.port(), 5060);
        assert_eq!(loaded.settings.http.listen.to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn environment_wins_over_the_file() {
        let environment = [
            ("AFTERCALL__SIP__LISTEN", "127.0.0.1:5070,tcp:127.0.0.1:5071"),
            ("AFTERCALL__CALLS__MAX_CONCURRENT", "7"),
            ("AFTERCALL__MEDIA__SILENCE_TIMEOUT", "9s"),
        ];
        let environment = environment
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        let loaded = from_text(
            "[sip]\nlisten = \"0.0.0.0:1\"\n[calls]\nmax_concurrent = 3\n",
            "a.toml",
            Some(environment),
        );
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        let settings = loaded.settings;
        assert_eq!(settings.sip.listen.len(), 2);
        assert_eq!(settings.sip.listen[1].transport, Some(Transport::Tcp));
        assert_eq!(settings.calls.max_concurrent, 7);
        assert_eq!(settings.media.silence_timeout.0, Duration::from_secs(9));
    }

    #[test]
    fn every_fault_is_told_at_once_with_its_line() {
        let text = "[sip]\nlisten = \"nowhere\"\nmax_dialogs = \"many\"\nfoo = 1\n\n[media]\nports = \"5-4\"\n\n[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\nevery = 0\n\n[typo]\n";
        let lines = lines(text, &[]);
        assert_eq!(lines.len(), 6, "{lines:#?}");
        for (line, word) in [
            (2, "nowhere"),
            (3, "max_dialogs"),
            (4, "foo"),
            (7, "5-4"),
            (12, "every"),
            (14, "typo"),
        ] {
            let start = format!("a.toml:{line}");
            assert!(
                lines
                    .iter()
                    .any(|found| found.starts_with(&start) && found.contains(word)),
                "{start} {word}: {lines:#?}"
            );
        }
    }

    #[test]
    fn fault_in_a_variable_names_the_variable() {
        let lines = lines("", &[("AFTERCALL__SIP__LISTEN", "nowhere")]);
        assert_eq!(lines.len(), 1);
        assert!(
            lines[0].contains("AFTERCALL__SIP__LISTEN") && lines[0].contains("nowhere"),
            "{lines:?}"
        );
    }

    #[test]
    fn broken_syntax_is_told_with_its_line() {
        let lines = lines("[sip]\nlisten = [\n", &[]);
        assert!(lines[0].contains("not TOML"), "{lines:?}");
    }

    #[test]
    fn number_or_name_routed_twice_is_refused_where_it_stands() {
        let route = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";
        let twice = lines(&format!("{route}{route}"), &[]);
        assert!(twice.len() == 1 && twice[0].starts_with("a.toml:5"), "{twice:?}");
        let named = "[[route]]\nnumber = \"other\"\nname = \"nps\"\nsurvey = \"a\"\n";
        let counted_as_one = lines(&format!("{route}{named}"), &[]);
        assert!(
            counted_as_one.len() == 1 && counted_as_one[0].starts_with("a.toml:6"),
            "{counted_as_one:?}"
        );
    }

    #[test]
    fn fault_in_a_variable_is_not_blamed_on_the_line_it_overrides() {
        let lines = lines(
            "[sip]\nmax_dialogs = 7\n",
            &[("AFTERCALL__SIP__MAX_DIALOGS", "many")],
        );
        assert!(
            lines.len() == 1 && lines[0].starts_with("environment variable AFTERCALL__SIP__MAX_DIALOGS"),
            "{lines:?}"
        );
    }

    #[test]
    fn node_may_be_called_by_a_number_and_an_empty_variable_sets_nothing() {
        let environment = [
            ("AFTERCALL__CALLS__NODE", "7"),
            ("AFTERCALL__SIP__ADVERTISED", ""),
        ];
        let environment = environment
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into();
        let loaded = from_text("", "a.toml", Some(environment));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        assert_eq!(loaded.settings.calls.node, "7");
    }
}
