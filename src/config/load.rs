//! Reading the settings, with every fault found in one go.
//!
//! The environment is laid over the file. Each section is then deserialized; when a value does not fit, the fault is noted,
//! the value is taken out and the section is tried again, until only good values are left. So an operator sees all faults at
//! once, in the order of their lines, and none that only follows from another: what was faulty is remembered
//! ([`Loaded::is_sound`]), and nothing is told of the value that stands in its place.

use std::collections::HashMap;
use std::path::Path as FilePath;

use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::control::{self, ControlSettings};
use super::environment::Variables;
use super::locate::Source;
use super::paths::{self, Base};
use super::reader::SettingsReader;
use super::{Settings, syntax};
use crate::text_file;
use aftercall_base::{Fault, Position, Severity};

/// What reading the configuration gave: settings made of all good values, and the faults of the others.
#[derive(Debug)]
pub struct Loaded {
    /// The file's name, for faults found later.
    file: String,
    /// Its text, likewise.
    text: String,
    /// What the environment sets, likewise.
    environment: Variables,
    /// File and environment together, as written.
    written: Map<String, Value>,
    /// Where in the file each route stands, for faulty ones are not among the settings.
    route_places: Vec<usize>,
    /// What was found faulty.
    faulty: Vec<(String, Vec<Segment>)>,
    /// Whether there is no configuration, but only the reason why.
    is_unread: bool,
    /// Whether the control socket among the settings is the one that was meant.
    knows_control_socket: bool,
    /// The settings; defaults stand where a value was faulty. Serve with them only when `faults` is empty.
    pub settings: Settings,
    /// What stands in the way of serving, in the order of the file.
    pub faults: Vec<Fault>,
    /// What is worth a look.
    pub warnings: Vec<Fault>,
}

impl Loaded {
    /// What is left of a file that is no TOML, or of which not even the text can be had. The running service is asked by its
    /// control socket what is wrong, so that one is found all the same where it can be.
    fn refused(name: &str, text: Option<&str>, environment: &Variables, faults: Vec<Fault>) -> Self {
        let (socket, knows_control_socket) =
            control::socket_of_unread(text, environment, &Base::of(FilePath::new(name)));
        let control = ControlSettings { socket };
        Self {
            file: name.to_owned(),
            text: String::new(),
            environment: Variables::default(),
            written: Map::new(),
            route_places: Vec::new(),
            faulty: Vec::new(),
            is_unread: true,
            knows_control_socket,
            settings: Settings {
                control,
                ..Settings::default()
            },
            faults,
            warnings: Vec::new(),
        }
    }

    /// The file as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Sections and their keys as they are written, the environment over the file.
    pub const fn written(&self) -> &Map<String, Value> {
        &self.written
    }

    /// Whether the file could not be read at all, or not as TOML: nothing can be told of its settings then.
    pub const fn is_unread(&self) -> bool {
        self.is_unread
    }

    /// Whether `settings.control.socket` is the one that the file means, and no default in its place. It may be known although
    /// the file is [unread](Self::is_unread).
    pub const fn knows_control_socket(&self) -> bool {
        self.knows_control_socket
    }

    /// Whether a setting is as it was written, and no default in the place of something faulty.
    pub fn is_sound(&self, section: &str, key: &str) -> bool {
        let is_of = |path: &[Segment]| match path.first() {
            Some(Segment::Map { key: faulty }) => faulty == key,
            Some(Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown) | None => true,
        };
        !self.is_unread && !self.faulty.iter().any(|(of, path)| of == section && is_of(path))
    }

    /// Whether a setting comes from the environment.
    pub fn is_variable(&self, section: &str, key: &str) -> bool {
        self.environment.holds(section, &[named(key)])
    }

    /// A fault of `key` in the route at `index` that only other modules can find.
    pub fn fault_in_route(&self, index: usize, key: &str, reason: String, mend: &str) -> Fault {
        let place = self.route_places.get(index).copied().unwrap_or(index);
        let path = [Segment::Seq { index: place }, named(key)];
        let line = Source::parse(&self.text).and_then(|source| source.line("route", &path));
        fault(&self.file, line, reason, mend)
    }

    /// The warning that no call will ever be taken; `None` when a route is written, be it a faulty one.
    pub fn no_route(&self) -> Option<Fault> {
        let has_route = match self.written.get("route") {
            Some(Value::Array(routes)) => !routes.is_empty(),
            Some(_) => true,
            None => false,
        };
        if self.is_unread || has_route {
            return None;
        }
        let reason = "there is no [[route]]: every call gets 404".to_owned();
        let mend = "write a [[route]] with number = \"nps\" and survey = \"default\"";
        Some(Fault {
            severity: Severity::Warning,
            ..fault(&self.file, None, reason, mend)
        })
    }

    /// The warning that one caller in two notations is two; `None` where a number plan is set, or `"none"` is written on purpose.
    pub fn no_number_plan(&self) -> Option<Fault> {
        const MEND: &str = "write [numbers] country_code = \"358\" with your own code, or \"none\" where every number comes in one notation";
        let settings = &self.settings;
        let plan = &settings.numbers.plan;
        let is_told = self
            .written
            .get("numbers")
            .and_then(|numbers| numbers.get("country_code"))
            .is_some_and(|code| code.as_str() != Some(""));
        if is_told || plan.country.is_some() || settings.route.is_empty() {
            return None;
        }
        let cools = settings
            .routes()
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
        let line = Source::parse(&self.text)
            .filter(|source| source.holds(section, &path))
            .and_then(|source| source.line(section, &path));
        let reason = format!("{section}.{key}: {reason}");
        if self.environment.holds(section, &path) {
            return fault(&self.environment.variable(section, &path), None, reason, mend);
        }
        fault(&self.file, line, reason, mend)
    }

    /// Brings faults of this and other files into the order in which a person corrects them: this file by its lines, then
    /// what belongs to no line of it, then every other file by its own.
    pub fn in_order(&self, mut faults: Vec<Fault>) -> Vec<Fault> {
        let mut files: Vec<String> = vec![self.file.clone()];
        for fault in &faults {
            if !files.contains(&fault.file) {
                files.push(fault.file.clone());
            }
        }
        let file_of = |fault: &Fault| files.iter().position(|file| *file == fault.file);
        faults.sort_by_key(|fault| {
            (
                file_of(fault),
                fault.position.is_none(),
                fault.position.map(|at| at.line),
            )
        });
        faults
    }
}

/// Reads `file` and lays `AFTERCALL__SECTION__KEY` variables over it.
pub fn load(file: &FilePath) -> Loaded {
    const MEND: &str = "name the configuration with --config FILE, or start in the directory that holds config/aftercall.toml";
    let name = file.display().to_string();
    match text_file::read(file) {
        Ok(text) => {
            let mut loaded = from_text(&text, &name, None);
            let left_behind = paths::left_behind(&loaded);
            loaded.faults.extend(left_behind);
            let faults = std::mem::take(&mut loaded.faults);
            loaded.faults = loaded.in_order(faults);
            loaded
        }
        Err(unreadable) => {
            let is_missing = unreadable.is_missing;
            let mut fault = unreadable.fault(&name);
            if is_missing {
                MEND.clone_into(&mut fault.mend);
            }
            let (environment, _) = Variables::read(None);
            Loaded::refused(&name, None, &environment, vec![fault])
        }
    }
}

/// Reads the text of a file called `name`; `environment` replaces the process environment in tests.
pub fn from_text(text: &str, name: &str, environment: Option<HashMap<String, String>>) -> Loaded {
    let (environment, of_variables) = Variables::read(environment);
    let table = match syntax::parse(text) {
        Ok(table) => table,
        Err(found) => {
            let faults = found
                .into_iter()
                .map(|found| fault(name, Some(found.line), found.reason, &found.mend));
            return Loaded::refused(name, Some(text), &environment, faults.collect());
        }
    };
    let base = Base::of(FilePath::new(name));
    let mut reader = SettingsReader::new(name, Source::new(text, table), base, environment);
    reader.variables(of_variables);
    let (written, settings) = reader.settings();
    let mut loaded = Loaded {
        knows_control_socket: reader.is_sound("control", "socket"),
        file: name.to_owned(),
        text: text.to_owned(),
        environment: reader.environment,
        written,
        route_places: reader.route_places,
        faulty: reader.faulty,
        is_unread: false,
        settings,
        faults: reader.faults,
        warnings: reader.warnings,
    };
    let faults = std::mem::take(&mut loaded.faults);
    loaded.faults = loaded.in_order(faults);
    loaded
}

pub(super) fn named(key: &str) -> Segment {
    Segment::Map { key: key.to_owned() }
}

/// Whether two steps of a path are one.
fn is_step(one: &Segment, other: &Segment) -> bool {
    match (one, other) {
        (Segment::Map { key: one }, Segment::Map { key: other }) => one == other,
        (Segment::Seq { index: one }, Segment::Seq { index: other }) => one == other,
        (_, _) => false,
    }
}

/// Whether a path is another.
pub(super) fn is_path(one: &[Segment], other: &[Segment]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_step(one, other))
}

pub(super) fn fault(file: &str, line: Option<usize>, reason: String, mend: &str) -> Fault {
    let position = line.map(|line| Position { line, column: 1 });
    Fault {
        position,
        ..Fault::of_file(file, reason, mend)
    }
}

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
