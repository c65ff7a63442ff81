//! The environment over the file: `AFTERCALL__SECTION__KEY` wins over `[section] key`, and so does its fault.

use std::collections::HashMap;
use std::ffi::OsString;

use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use super::setting::Section;
use super::{example, setting, syntax};

const PREFIX: &str = "AFTERCALL__";

/// What the environment sets.
#[derive(Debug, Default)]
pub(super) struct Variables {
    /// By section and key.
    table: Map<String, Value>,
    /// Where each variable puts its value, and how it is spelt.
    names: Vec<(Vec<String>, String)>,
}

/// A fault of a variable by itself: its name, reason and fix; whether it is only worth a look.
pub(super) struct VariableFault {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) fix: String,
    pub(super) is_warning: bool,
}

impl Variables {
    /// Reads the variables of this process, or those given.
    pub(super) fn read(given: Option<HashMap<String, String>>) -> (Self, Vec<VariableFault>) {
        let mut all: Vec<(OsString, OsString)> = match given {
            Some(given) => given
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            None => std::env::vars_os().collect(),
        };
        all.sort();
        let (mut variables, mut faults) = (Self::default(), Vec::new());
        for (name, value) in all {
            let Some(name) = name.to_str() else { continue };
            let upper = name.to_uppercase();
            match upper.strip_prefix(PREFIX) {
                Some(rest) if !value.is_empty() => {
                    let place = rest.to_lowercase().split("__").map(str::to_owned).collect();
                    faults.extend(variables.add(name, place, &value).err());
                }
                Some(_) => {}
                None => faults.extend(misspelt(name, &upper)),
            }
        }
        (variables, faults)
    }

    fn add(&mut self, name: &str, place: Vec<String>, value: &OsString) -> Result<(), VariableFault> {
        let fault = |reason: &str, fix: String| VariableFault {
            name: named(name),
            reason: reason.to_owned(),
            fix,
            is_warning: false,
        };
        let text = value
            .to_str()
            .ok_or_else(|| fault("its value is not UTF-8", "write it in UTF-8".to_owned()))?;
        let [section, keys @ ..] = place.as_slice() else {
            return Ok(());
        };
        if Section::of(section).is_some_and(Section::is_list) {
            let fix = format!("write a [[{section}]] in the configuration file");
            let reason = match section.as_str() {
                "route" => "routes stand in the file alone",
                _ => "deliveries stand in the file alone",
            };
            return Err(fault(reason, fix));
        }
        let [parents @ .., last] = keys else {
            let fix = format!(
                "name one setting, such as {PREFIX}{}__{}",
                section.to_uppercase(),
                example::first_key(section).unwrap_or("key").to_uppercase()
            );
            return Err(fault("names a section and no setting in it", fix));
        };
        let value = value_of(&place.join("."), text).map_err(|reason| {
            let fix = example::fix(section, &keys.first().cloned().unwrap_or_default());
            fault(&reason, fix)
        })?;
        let mut here = &mut self.table;
        for part in std::iter::once(section).chain(parents) {
            let entry = here.entry(part.clone()).or_insert_with(|| Map::new().into());
            if !entry.is_object() {
                *entry = Map::new().into();
            }
            let Value::Object(below) = entry else {
                return Ok(());
            };
            here = below;
        }
        here.insert(last.clone(), value);
        self.names.push((place, name.to_owned()));
        Ok(())
    }

    /// Lays the variables over what the file says.
    pub(super) fn over(&self, mut table: Map<String, Value>) -> Map<String, Value> {
        lay(&self.table, &mut table);
        table
    }

    /// Whether what the path names, or what stands above it, is set here.
    pub(super) fn holds(&self, section: &str, path: &[Segment]) -> bool {
        let mut here = self.table.get(section);
        for segment in path {
            here = match (here, segment) {
                (Some(Value::Object(table)), Segment::Map { key }) => table.get(key),
                (Some(Value::Array(_)), Segment::Seq { .. }) => return true,
                (_, _) => None,
            };
        }
        here.is_some()
    }

    /// The text that a variable gives to a setting.
    pub(super) fn text(&self, section: &str, key: &str) -> Option<&str> {
        self.table.get(section)?.get(key)?.as_str()
    }

    /// What to call the variable that sets this.
    pub(super) fn variable(&self, section: &str, path: &[Segment]) -> String {
        let keys = path.iter().map_while(|segment| match segment {
            Segment::Map { key } => Some(key.as_str()),
            Segment::Seq { .. } | Segment::Enum { .. } | Segment::Unknown => None,
        });
        let place: Vec<&str> = std::iter::once(section).chain(keys).collect();
        let is_of = |known: &[String]| known.iter().zip(&place).all(|(known, asked)| known == asked);
        let mut known = self.names.iter().filter(|(known, _)| is_of(known));
        let name = known.next().map_or_else(
            || format!("{PREFIX}{}", place.join("__").to_uppercase()),
            |(_, name)| name.clone(),
        );
        named(&name)
    }
}

fn named(variable: &str) -> String {
    format!("environment variable {variable}")
}

fn lay(over: &Map<String, Value>, table: &mut Map<String, Value>) {
    for (key, value) in over {
        match (value, table.get_mut(key)) {
            (Value::Object(over), Some(Value::Object(below))) => lay(over, below),
            (_, _) => {
                table.insert(key.clone(), value.clone());
            }
        }
    }
}

/// The setting of a place, `section.key`.
fn setting_of(place: &str) -> Option<&'static setting::Setting> {
    let (section, key) = place.split_once('.')?;
    setting::find(section, key)
}

/// The value that a variable of this place means.
fn value_of(place: &str, text: &str) -> Result<Value, String> {
    let setting = setting_of(place);
    if setting.is_some_and(|setting| setting.is_verbatim) {
        return Ok(text.into());
    }
    if setting.is_some_and(|setting| setting.is_list) {
        return Ok(text.split(',').map(|part| part.trim().to_owned()).collect());
    }
    if text.starts_with(['{', '[']) {
        return syntax::inline(text)
            .ok_or_else(|| "its value is not an inline TOML table or list".to_owned());
    }
    let is_decimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let whole: Option<i64> = text.parse().ok().filter(|whole: &i64| whole.to_string() == text);
    Ok(match text.to_lowercase().as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match (
            whole,
            text.parse::<f64>()
                .ok()
                .filter(|_| is_decimal(text) && text.contains('.')),
        ) {
            (Some(whole), _) => whole.into(),
            (None, Some(number)) => serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number),
            (None, None) => text.into(),
        },
    })
}

/// A variable that was surely meant for us and sets nothing, such as `AFTERCALL_SIP_LISTEN`.
fn misspelt(name: &str, upper: &str) -> Option<VariableFault> {
    let rest = upper.strip_prefix("AFTERCALL_")?;
    let joined = |text: &str| {
        text.split('_')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("_")
    };
    let meant: Vec<(String, String)> = setting::settings()
        .map(|setting| {
            let place = format!("{}__{}", setting.section.as_str(), setting.key).to_uppercase();
            (joined(&place), format!("{PREFIX}{place}"))
        })
        .collect();
    let asked = joined(rest);
    // Other programs name variables after us as well: only what is a setting but for its underscores is one.
    let (_, variable) = meant.iter().find(|(joined, _)| *joined == asked)?;
    Some(VariableFault {
        name: named(name),
        reason: "sets nothing: section and key are set apart by two underscores".to_owned(),
        fix: format!("did you mean {variable}?"),
        is_warning: true,
    })
}
