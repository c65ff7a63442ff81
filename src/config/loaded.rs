//! What reading the configuration gives, and where in it a fault is that only other modules can find.

use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::Settings;
use super::environment::Variables;
use super::locate::Source;
use super::place::{fault, named};
use aftercall_base::{Fault, Severity};

/// What reading the configuration gave: settings made of all good values, and the faults of the others.
#[derive(Debug)]
pub struct Loaded {
    /// The file's name, for faults found later.
    pub(super) file: String,
    /// Its text, likewise.
    pub(super) text: String,
    /// What the environment sets, likewise.
    pub(super) environment: Variables,
    /// File and environment together, as written.
    pub(super) written: Map<String, Value>,
    /// Where in the file each route stands, for faulty ones are not among the settings.
    pub(super) route_places: Vec<usize>,
    /// The same of deliveries.
    pub(super) delivery_places: Vec<usize>,
    /// What was found faulty.
    pub(super) faulty: Vec<(String, Vec<Segment>)>,
    /// Whether there is no configuration, but only the reason why.
    pub(super) is_unread: bool,
    /// Whether the control socket among the settings is the one that was meant.
    pub(super) knows_control_socket: bool,
    /// The settings; defaults stand where a value was faulty. Serve with them only when `faults` is empty.
    pub settings: Settings,
    /// What stands in the way of serving, in the order of the file.
    pub faults: Vec<Fault>,
    /// What is worth a look.
    pub warnings: Vec<Fault>,
}

impl Loaded {
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
    pub fn fault_in_route(&self, index: usize, key: &str, reason: String, fix: &str) -> Fault {
        let place = self.route_places.get(index).copied().unwrap_or(index);
        let path = [Segment::Seq { index: place }, named(key)];
        let line = Source::parse(&self.text).and_then(|source| source.line("route", &path));
        fault(&self.file, line, reason, fix)
    }

    /// A fault of `key` in the delivery at `index` that only other modules can find.
    pub fn fault_in_delivery(&self, index: usize, key: &str, reason: &str, fix: &str) -> Fault {
        let place = self.delivery_places.get(index).copied().unwrap_or(index);
        let path = [Segment::Seq { index: place }, named(key)];
        let line = Source::parse(&self.text).and_then(|source| source.line("delivery", &path));
        fault(
            &self.file,
            line,
            format!("delivery[{place}].{key}: {reason}"),
            fix,
        )
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
        let fix = "write a [[route]] with number = \"nps\" and survey = \"default\"";
        Some(Fault {
            severity: Severity::Warning,
            ..fault(&self.file, None, reason, fix)
        })
    }

    /// The warning that one caller in two notations is two; `None` where a number plan is set, or `"none"` is written on purpose.
    pub fn no_number_plan(&self) -> Option<Fault> {
        const FIX: &str = "write [numbers] country_code = \"358\" with your own code, or \"none\" where every number comes in one notation";
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
            ..fault(&self.file, None, reason, FIX)
        })
    }

    /// A fault of one setting that only the world could find: a directory that is missing, a port in use.
    pub fn fault_in_setting(&self, section: &str, key: &str, reason: String, fix: &str) -> Fault {
        self.fault_at(section, &[key], reason, fix)
    }

    /// The same of a setting inside a table: `keys` lead to it.
    pub fn fault_at(&self, section: &str, keys: &[&str], reason: String, fix: &str) -> Fault {
        let path: Vec<Segment> = keys.iter().map(|key| named(key)).collect();
        let key = keys.join(".");
        let line = Source::parse(&self.text)
            .filter(|source| source.holds(section, &path))
            .and_then(|source| source.line(section, &path));
        let reason = format!("{section}.{key}: {reason}");
        if self.environment.holds(section, &path) {
            return fault(&self.environment.variable(section, &path), None, reason, fix);
        }
        fault(&self.file, line, reason, fix)
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
