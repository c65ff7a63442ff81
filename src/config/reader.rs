//! From what is written to settings, section by section.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::base::Base;
use super::environment::{VariableFault, Variables};
use super::locate::Source;
use super::place::{fault, is_path, named};
use super::plain::{self, FaultPlace, FaultText};
use super::setting::Section;
use super::{Settings, SurveySettings, example, syntax};
use aftercall_base::{Fault, Severity};

/// A section is tried again at most this often.
const MOST_FAULTS: usize = 100;

/// The file while it is being read.
pub(super) struct SettingsReader<'a> {
    name: &'a str,
    pub(super) source: Source<'a>,
    pub(super) base: Base,
    pub(super) environment: Variables,
    pub(super) route_places: Vec<usize>,
    pub(super) delivery_places: Vec<usize>,
    pub(super) faulty: Vec<(String, Vec<Segment>)>,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

impl<'a> SettingsReader<'a> {
    pub(super) const fn new(name: &'a str, source: Source<'a>, base: Base, environment: Variables) -> Self {
        Self {
            name,
            source,
            base,
            environment,
            route_places: Vec::new(),
            delivery_places: Vec::new(),
            faulty: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn variables(&mut self, found: Vec<VariableFault>) {
        for VariableFault {
            name,
            reason,
            fix,
            is_warning,
        } in found
        {
            let fault = fault(&name, None, reason, &fix);
            match is_warning {
                true => self.warnings.push(Fault {
                    severity: Severity::Warning,
                    ..fault
                }),
                false => self.faults.push(fault),
            }
        }
    }

    pub(super) fn settings(&mut self) -> (Map<String, Value>, Settings) {
        let mut of_file = syntax::values(self.source.table());
        self.sections(&mut of_file);
        let written = self.environment.over(of_file);
        let mut table = written.clone();
        let settings = Settings {
            sip: self.section("sip", &mut table),
            media: self.section("media", &mut table),
            calls: self.section("calls", &mut table),
            context: self.section("context", &mut table),
            numbers: self.section("numbers", &mut table),
            results: self.section("results", &mut table),
            privacy: self.section("privacy", &mut table),
            reports: self.section("reports", &mut table),
            watch: self.section("watch", &mut table),
            storage: self.section("storage", &mut table),
            recordings: self.section("recordings", &mut table),
            http: self.section("http", &mut table),
            pages: self.section("pages", &mut table),
            control: self.section("control", &mut table),
            log: self.section("log", &mut table),
            languages: self.section("languages", &mut table),
            prompts: self.section("prompts", &mut table),
            surveys: self.section::<SurveySettings>("surveys", &mut table),
            sampling: self.section("sampling", &mut table),
            route: {
                let (routes, places) = self.list("route", &mut table);
                self.route_places = places;
                routes
            },
            mail: self.section("mail", &mut table),
            delivery: {
                let (deliveries, places) = self.list("delivery", &mut table);
                self.delivery_places = places;
                deliveries
            },
        };
        for unknown in table.keys() {
            let fix = match example::elsewhere("", unknown) {
                Some(section) => format!("write it in {}", Section::header(section)),
                None => plain::choice(unknown, &Section::ALL.map(Section::as_str), ""),
            };
            let reason = format!("unknown section `{}`", syntax::shortened(unknown));
            self.add_fault(unknown, &[], &reason, &fix);
        }
        (written, settings)
    }

    /// Takes out what stands in the place of a section and is none.
    fn sections(&mut self, table: &mut Map<String, Value>) {
        for of in Section::ALL {
            let (section, is_list) = (of.as_str(), of.is_list());
            let (reason, fix) = match (is_list, table.get(section)) {
                (_, None) | (true, Some(Value::Array(_))) => continue,
                (true, Some(Value::Object(_))) => (
                    format!("[{section}] is one table, and there may be several"),
                    format!("write [[{section}]]"),
                ),
                (true, Some(_)) => (
                    "is not a table".to_owned(),
                    format!("write [[{section}]] and its settings below"),
                ),
                (false, Some(Value::Object(_))) => continue,
                (false, Some(Value::Array(_))) => (
                    format!("[[{section}]] is a list of tables, and one table is wanted"),
                    format!("write [{section}] once"),
                ),
                (false, Some(_)) => (
                    "is not a table".to_owned(),
                    format!("write [{section}] and its settings below"),
                ),
            };
            self.add_fault(section, &[], &reason, &fix);
            if !is_list {
                table.remove(section);
            }
        }
    }

    fn section<T: DeserializeOwned + Default>(&mut self, name: &str, table: &mut Map<String, Value>) -> T {
        table.remove(name).map_or_else(T::default, |value| {
            self.value(name, &[], value).unwrap_or_default()
        })
    }

    /// Each entry of a list by itself, so that one that cannot be used leaves the others where they are; and their places.
    fn list<T: DeserializeOwned>(
        &mut self,
        section: &str,
        table: &mut Map<String, Value>,
    ) -> (Vec<T>, Vec<usize>) {
        let Some(Value::Array(written)) = table.remove(section) else {
            return (Vec::new(), Vec::new());
        };
        let (mut entries, mut places) = (Vec::new(), Vec::new());
        for (index, value) in written.into_iter().enumerate() {
            if let Some(entry) = self.value(section, &[Segment::Seq { index }], value) {
                entries.push(entry);
                places.push(index);
            }
        }
        (entries, places)
    }

    /// Deserializes, noting faults and dropping what is faulty, until the rest fits.
    fn value<T: DeserializeOwned>(
        &mut self,
        section: &str,
        above: &[Segment],
        mut value: Value,
    ) -> Option<T> {
        let mut removed: Vec<Vec<Segment>> = Vec::new();
        let mut is_whole = true;
        for _ in 0..MOST_FAULTS {
            let error = match serde_path_to_error::deserialize::<_, T>(&value) {
                Ok(typed) => return Some(typed).filter(|_| is_whole),
                Err(error) => error,
            };
            let message = error.inner().to_string();
            let here: Vec<Segment> = error.path().iter().cloned().collect();
            let written: Vec<Segment> = above.iter().cloned().chain(as_written(&here, &removed)).collect();
            let missing = message
                .strip_prefix("missing field `")
                .and_then(|rest| rest.split('`').next());
            if let Some(key) = missing {
                let mut taken_out = written.clone();
                taken_out.push(named(key));
                // What was faulty is not missing.
                let is_gone = |path: &Vec<Segment>| {
                    let whole: Vec<Segment> = above.iter().chain(path).cloned().collect();
                    is_path(&whole, &taken_out)
                };
                if !removed.iter().any(is_gone) {
                    self.add_fault_in_words(section, &written, &message, None);
                }
                // In its place, so that what else is faulty is told as well. Where nothing can stand, an entry of a list is left out
                // and the others are judged.
                let stands = stand_in(&mut value, &here, section, key);
                is_whole &= !stands && !here.is_empty();
                if stands {
                    continue;
                }
            } else {
                self.add_fault_in_words(section, &written, &message, at(&value, &here));
            }
            removed.push(as_written(&here, &removed));
            if !remove(&mut value, &here) {
                return None;
            }
        }
        None
    }

    fn add_fault_in_words(&mut self, section: &str, path: &[Segment], message: &str, value: Option<&Value>) {
        let FaultText { reason, fix } = plain::words(message, value, &FaultPlace::of(section, path));
        self.add_fault(section, path, &reason, &fix);
    }

    pub(super) fn add_fault(&mut self, section: &str, path: &[Segment], reason: &str, fix: &str) {
        let fault = self.fault(section, path, reason, fix);
        self.faults.push(fault);
        self.faulty.push((section.to_owned(), path.to_vec()));
    }

    pub(super) fn add_warning(&mut self, section: &str, path: &[Segment], reason: &str, fix: &str) {
        let fault = self.fault(section, path, reason, fix);
        self.warnings.push(Fault {
            severity: Severity::Warning,
            ..fault
        });
    }

    fn fault(&self, section: &str, path: &[Segment], reason: &str, fix: &str) -> Fault {
        let key = path
            .iter()
            .fold(section.to_owned(), |key, segment| match segment {
                Segment::Seq { .. } => format!("{key}{segment}"),
                Segment::Map { .. } | Segment::Enum { .. } | Segment::Unknown => {
                    format!("{key}.{}", syntax::shortened(&segment.to_string()))
                }
            });
        let reason = format!("{}: {reason}", syntax::shortened(&key));
        // The environment wins over the file, and so does its fault.
        if self.environment.holds(section, path) {
            fault(&self.environment.variable(section, path), None, reason, fix)
        } else {
            fault(self.name, self.source.line(section, path), reason, fix)
        }
    }

    /// Whether nothing was found faulty in a setting.
    pub(super) fn is_sound(&self, section: &str, key: &str) -> bool {
        !self.faulty.iter().any(|(of, path)| {
            of == section
                && path
                    .first()
                    .is_none_or(|first| is_path(std::slice::from_ref(first), &[named(key)]))
        })
    }
}

/// The value at a path.
fn at<'v>(value: &'v Value, path: &[Segment]) -> Option<&'v Value> {
    path.iter().try_fold(value, |here, segment| match segment {
        Segment::Map { key } => here.get(key),
        Segment::Seq { index } => here.get(index),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

fn at_mut<'v>(value: &'v mut Value, path: &[Segment]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |here, segment| match segment {
        Segment::Map { key } => here.get_mut(key),
        Segment::Seq { index } => here.get_mut(index),
        Segment::Enum { .. } | Segment::Unknown => None,
    })
}

/// A path as it is in the file: behind what was taken out of a list, everything has moved up.
fn as_written(path: &[Segment], removed: &[Vec<Segment>]) -> Vec<Segment> {
    let mut written: Vec<Segment> = Vec::new();
    for segment in path {
        let Segment::Seq { index } = segment else {
            written.push(segment.clone());
            continue;
        };
        let mut gone: Vec<usize> = removed
            .iter()
            .filter_map(|path| match path.split_last() {
                Some((Segment::Seq { index }, list)) if is_path(list, &written) => Some(*index),
                _ => None,
            })
            .collect();
        gone.sort_unstable();
        let index = gone
            .into_iter()
            .fold(*index, |index, gone| index + usize::from(gone <= index));
        written.push(Segment::Seq { index });
    }
    written
}

/// Puts the example of a missing key in its place; `false` where there is none.
fn stand_in(value: &mut Value, path: &[Segment], section: &str, key: &str) -> bool {
    let example = example::of(section, key).and_then(syntax::inline);
    match (at_mut(value, path), example) {
        (Some(Value::Object(table)), Some(example)) => table.insert(key.to_owned(), example).is_none(),
        (_, _) => false,
    }
}

/// Takes out what the path names, or the nearest above it that is there; `false` when that is everything.
fn remove(value: &mut Value, path: &[Segment]) -> bool {
    let mut above = path;
    while let Some((last, rest)) = above.split_last() {
        above = rest;
        match (at_mut(value, above), last) {
            (Some(Value::Object(table)), Segment::Map { key }) if table.contains_key(key) => {
                table.remove(key);
                return true;
            }
            (Some(Value::Array(items)), Segment::Seq { index }) if *index < items.len() => {
                items.remove(*index);
                return true;
            }
            (_, _) => {}
        }
    }
    false
}
