//! Reading the settings, with every fault found in one go.
//!
//! The environment is laid over the file. Each section is then deserialized; when a value does not fit, the fault is noted,
//! the value is taken out and the section is tried again, until only good values are left. So an operator sees all faults at
//! once, in the order of their lines, and none that only follows from another: what was faulty is remembered
//! ([`Loaded::is_sound`]), and nothing is told of the value that stands in its place.

use std::collections::HashMap;
use std::path::Path as FilePath;

use serde_json::{Map, Value};

use super::base::Base;
use super::control::{self, ControlSettings};
use super::environment::Variables;
use super::loaded::Loaded;
use super::locate::Source;
use super::paths::{self, ValueSource};
use super::place::{fault, named};
use super::reader::SettingsReader;
use super::{Settings, holiday_files, number_plan, syntax};
use crate::text_file;
use aftercall_base::Fault;

/// Reads `file` and lays `AFTERCALL__SECTION__KEY` variables over it.
pub fn load(file: &FilePath) -> Loaded {
    const FIX: &str = "name the configuration with --config FILE, or start in the directory that holds config/aftercall.toml";
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
                FIX.clone_into(&mut fault.fix);
            }
            let (environment, _) = Variables::read(None);
            refused(&name, None, &environment, vec![fault])
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
                .map(|found| fault(name, Some(found.line), found.reason, &found.fix));
            return refused(name, Some(text), &environment, faults.collect());
        }
    };
    let base = Base::of(FilePath::new(name));
    let mut reader = SettingsReader::new(name, Source::new(text, table), base, environment);
    reader.variables(of_variables);
    let (written, mut settings) = reader.settings();
    complete(&mut reader, &written, &mut settings);
    let mut loaded = Loaded {
        knows_control_socket: reader.is_sound("control", "socket"),
        file: name.to_owned(),
        text: text.to_owned(),
        environment: reader.environment,
        written,
        route_places: reader.route_places,
        delivery_places: reader.delivery_places,
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

/// Completes the settings with what follows from others, and compares them with one another.
fn complete(reader: &mut SettingsReader<'_>, written: &Map<String, Value>, settings: &mut Settings) {
    let of = |section: &str, key: &str| match (
        reader.environment.holds(section, &[named(key)]),
        written.get(section),
    ) {
        (true, _) => ValueSource::Variable,
        (false, Some(table)) if table.get(key).is_some() && reader.is_sound(section, key) => {
            ValueSource::File
        }
        (false, _) => ValueSource::Nowhere,
    };
    paths::resolve(settings, &reader.base, of);
    let (mail, http) = (&mut settings.mail, &mut settings.http);
    for (section, key, path) in [
        ("mail", "password_file", &mut mail.password_file),
        ("mail", "ca_file", &mut mail.ca_file),
        ("http", "certificate", &mut http.certificate),
        ("http", "private_key", &mut http.private_key),
    ] {
        if let Some(path) = path
            && of(section, key) == ValueSource::File
        {
            *path = reader.base.join(path);
        }
    }
    holiday_files::resolve(reader, settings);
    number_plan::resolve(reader, settings);
    settings.context.mapping.numbers = settings.numbers.plan.clone();
    for route in &mut settings.route {
        route.inherit(&settings.sampling, &settings.languages.fallback);
    }
    for delivery in &mut settings.delivery {
        delivery.inherit(settings.sampling.time_zone, &reader.base);
    }
    reader.consistency(settings);
    reader.deliveries_fit(settings);
    reader.pages_fit(settings);
}

/// What is left of a file that is no TOML, or of which not even the text can be had. The running service is asked by its
/// control socket what is wrong, so that one is found all the same where it can be.
fn refused(name: &str, text: Option<&str>, environment: &Variables, faults: Vec<Fault>) -> Loaded {
    let (socket, knows_control_socket) =
        control::socket_of_unread(text, environment, &Base::of(FilePath::new(name)));
    let control = ControlSettings { socket };
    Loaded {
        file: name.to_owned(),
        text: String::new(),
        environment: Variables::default(),
        written: Map::new(),
        route_places: Vec::new(),
        delivery_places: Vec::new(),
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

#[cfg(test)]
mod mutations;
#[cfg(test)]
mod tests;
