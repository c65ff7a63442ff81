//! `[control]`: how `aftercall reload` reaches the running service.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::base::Base;
use super::environment::Variables;
use super::syntax;
use super::value::file_or_none;

/// `[control]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControlSettings {
    /// The Unix socket, for this user only; empty: there is none.
    #[serde(deserialize_with = "file_or_none")]
    pub socket: PathBuf,
}

impl Default for ControlSettings {
    fn default() -> Self {
        Self {
            socket: PathBuf::from("var/aftercall.sock"),
        }
    }
}

/// Where the control socket is when the configuration in `file` does not say.
pub fn default_socket(file: &Path) -> PathBuf {
    Base::of(file).socket()
}

/// The control socket of a configuration that cannot be read as TOML, and whether it is known to be the one: `text` is `None`
/// where not even the text can be had.
pub(super) fn socket_of_unread(text: Option<&str>, environment: &Variables, base: &Base) -> (PathBuf, bool) {
    if let Some(variable) = environment.text("control", "socket") {
        return (PathBuf::from(variable), true);
    }
    match text.and_then(written) {
        // A socket that is not wanted.
        Some(path) if path.is_empty() => (PathBuf::new(), true),
        Some(path) => (base.join(Path::new(&path)), true),
        None => (base.socket(), text.is_some()),
    }
}

/// What a text that is no TOML as a whole says of the socket. Every line is read by itself, so that a fault of another one does
/// not matter.
fn written(text: &str) -> Option<String> {
    let mut header: Option<String> = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            let name = line.split('#').next().unwrap_or_default();
            header = Some(name.split_whitespace().collect());
            continue;
        }
        let path: &[&str] = match header.as_deref() {
            None => &["control", "socket"],
            Some("[control]") => &["socket"],
            Some(_) => continue,
        };
        if let Some(found) = text_at(line, path) {
            return Some(found);
        }
    }
    None
}

fn text_at(line: &str, path: &[&str]) -> Option<String> {
    let table = syntax::parse(line).ok()?;
    let values = Value::Object(syntax::values(table.get_ref()));
    let found = path.iter().try_fold(&values, |here, key| here.get(key))?;
    found.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::load::from_text;

    #[test]
    fn socket_of_a_file_that_is_no_toml_is_the_one_that_it_names() {
        for (text, socket) in [
            ("[control]\nsocket = \"run/a.sock\"\n[[route\n", "/x/run/a.sock"),
            ("[log\n[ control ] # here\nsocket='/run/a.sock'\n", "/run/a.sock"),
            ("control.socket = \"a.sock\"\nbroken\n", "/x/a.sock"),
            ("[log]\nsocket = \"no\"\nbroken\n", "/x/var/aftercall.sock"),
            ("[control]\nsocket = \"\"\nbroken\n", ""),
        ] {
            let loaded = from_text(text, "/x/a.toml", Some([].into()));
            assert!(loaded.is_unread() && loaded.knows_control_socket(), "{text}");
            assert_eq!(loaded.settings.control.socket, Path::new(socket), "{text}");
        }
    }

    #[test]
    fn variable_names_the_socket_of_a_file_that_is_no_toml() {
        let variable = ("AFTERCALL__CONTROL__SOCKET".to_owned(), "/run/v.sock".to_owned());
        let text = "[control]\nsocket = \"a.sock\"\nbroken\n";
        let loaded = from_text(text, "/x/a.toml", Some([variable].into()));
        assert_eq!(loaded.settings.control.socket, Path::new("/run/v.sock"));
    }

    #[test]
    fn socket_that_is_faulty_itself_or_of_a_file_without_text_is_not_known() {
        let faulty = from_text("[control]\nsocket = 5.5\n", "/x/a.toml", Some([].into()));
        assert!(!faulty.knows_control_socket(), "{:?}", faulty.faults);
        let missing = crate::config::load(Path::new("/nowhere/a.toml"));
        assert!(!missing.knows_control_socket());
        assert_eq!(
            missing.settings.control.socket,
            Path::new("/nowhere/var/aftercall.sock")
        );
    }
}
