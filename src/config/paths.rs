//! Where a path of the configuration leads.
//!
//! A path in the file is relative to the file's directory, so that `--config /etc/aftercall/aftercall.toml` means the same
//! from everywhere; a path in a variable is relative to the working directory, as on a command line. What is not set
//! follows from where the file lies ([`base`](super::base)). Paths are joined by their letters, without looking at links.

use std::path::{Path, PathBuf};

use super::Settings;
use super::base::{Base, PathKind, SOCKET, normal};
use super::loaded::Loaded;
use aftercall_base::Fault;

/// A setting that is a path.
struct PathSetting {
    section: &'static str,
    key: &'static str,
    kind: PathKind,
    /// Its name where it is not set.
    name: &'static str,
    /// What it was, relative to the working directory, when paths were relative to that; empty: nothing is lost by it.
    before: &'static str,
    place: fn(&mut Settings) -> &mut PathBuf,
}

const PATHS: [PathSetting; 10] = [
    PathSetting {
        section: "storage",
        key: "path",
        kind: PathKind::State,
        name: "aftercall.db",
        before: "var/aftercall.db",
        place: |settings| &mut settings.storage.path,
    },
    PathSetting {
        section: "storage",
        key: "spool",
        kind: PathKind::State,
        name: "aftercall.spool",
        before: "var/aftercall.spool",
        place: |settings| &mut settings.storage.spool,
    },
    PathSetting {
        section: "reports",
        key: "directory",
        kind: PathKind::Configuration,
        name: "directory.toml",
        before: "",
        place: |settings| &mut settings.reports.directory,
    },
    PathSetting {
        section: "privacy",
        key: "key_file",
        kind: PathKind::State,
        name: "caller-hash.key",
        before: "var/caller-hash.key",
        place: |settings| &mut settings.privacy.key_file,
    },
    PathSetting {
        section: "recordings",
        key: "directory",
        kind: PathKind::State,
        name: "recordings",
        before: "var/recordings",
        place: |settings| &mut settings.recordings.directory,
    },
    PathSetting {
        section: "prompts",
        key: "own",
        kind: PathKind::State,
        name: "prompts",
        before: "var/prompts",
        place: |settings| &mut settings.prompts.own,
    },
    PathSetting {
        section: "control",
        key: "socket",
        kind: PathKind::State,
        name: SOCKET,
        before: "",
        place: |settings| &mut settings.control.socket,
    },
    PathSetting {
        section: "prompts",
        key: "directory",
        kind: PathKind::Shipped,
        name: "prompts",
        before: "prompts",
        place: |settings| &mut settings.prompts.directory,
    },
    PathSetting {
        section: "surveys",
        key: "directory",
        kind: PathKind::Configuration,
        name: "surveys",
        before: "config/surveys",
        place: |settings| &mut settings.surveys.directory,
    },
    PathSetting {
        section: "surveys",
        key: "templates",
        kind: PathKind::Configuration,
        name: "templates",
        before: "",
        place: |settings| &mut settings.surveys.templates,
    },
];

/// Where a path was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueSource {
    /// In a variable.
    Variable,
    /// In the file.
    File,
    /// Nowhere.
    Nowhere,
}

/// Makes every path one that the program can open from its working directory. `written` tells of a section and key where
/// it stands.
pub(super) fn resolve(settings: &mut Settings, base: &Base, written: impl Fn(&str, &str) -> ValueSource) {
    for setting in PATHS {
        let path = (setting.place)(settings);
        match written(setting.section, setting.key) {
            ValueSource::Variable => {}
            // A socket that is not wanted.
            ValueSource::File if path.as_os_str().is_empty() => {}
            ValueSource::File => *path = base.join(path),
            ValueSource::Nowhere => *path = base.default(setting.kind, setting.name),
        }
    }
}

/// What an earlier version kept relative to the working directory and would not be found any more: starting without it
/// would lose answers, callers who opted out, recordings. Where the database is in its place, this version has run already,
/// and what lies in the working directory is of another installation.
pub(super) fn left_behind(loaded: &Loaded) -> Vec<Fault> {
    let Ok(working) = std::env::current_dir() else {
        return Vec::new();
    };
    let database = written_path(loaded, "storage", "path");
    let follows_the_file =
        !loaded.is_variable("storage", "path") && database.is_none_or(|path| !path.is_absolute());
    if follows_the_file && loaded.settings.storage.path.exists() {
        return Vec::new();
    }
    let fault = |setting: &PathSetting| {
        let (section, key) = (setting.section, setting.key);
        if setting.before.is_empty() || loaded.is_variable(section, key) || !loaded.is_sound(section, key) {
            return None;
        }
        let written = written_path(loaded, section, key).unwrap_or(Path::new(setting.before));
        let before = normal(&working.join(written));
        let now = normal(&working.join((setting.place)(&mut loaded.settings.clone())));
        if written.is_absolute() || before == now || now.exists() || !before.exists() {
            return None;
        }
        let reason = format!(
            "{} is not there, but {} is, which was meant while paths were relative to the working directory; now they are relative to the directory of this file",
            now.display(),
            before.display()
        );
        let fix = format!(
            "write in [{section}] {key} = \"{}\", or move it",
            before.display()
        );
        Some(loaded.fault_in_setting(section, key, reason, &fix))
    };
    PATHS.iter().filter_map(fault).collect()
}

/// The path in the file, as it stands there.
fn written_path<'l>(loaded: &'l Loaded, section: &str, key: &str) -> Option<&'l Path> {
    let written = loaded.written().get(section)?.get(key)?;
    written.as_str().map(Path::new)
}

/// Two settings that name one file: the one would write over the other.
pub(super) fn shared(settings: &Settings) -> Vec<([&'static str; 2], [&'static str; 2])> {
    let mut settings = settings.clone();
    let mut known: Vec<(PathBuf, [&'static str; 2])> = Vec::new();
    let mut shared = Vec::new();
    for setting in PATHS {
        let path = (setting.place)(&mut settings).clone();
        let this = [setting.section, setting.key];
        if path.as_os_str().is_empty() {
            continue;
        }
        match known.iter().find(|(other, _)| *other == path) {
            Some((_, other)) => shared.push((this, *other)),
            None => known.push((path, this)),
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Settings;
    use crate::config::base::{Base, normal};
    use crate::config::load::from_text;
    use crate::config::path_text::{sound, sound_file};

    fn settings(file: &str, text: &str) -> Settings {
        let loaded = from_text(text, file, Some([].into()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        loaded.settings
    }

    #[test]
    fn paths_that_are_not_set_follow_from_where_the_file_lies() {
        for (file, database, prompts, surveys) in [
            (
                "/srv/a/config/aftercall.toml",
                "/srv/a/var/aftercall.db",
                "/srv/a/prompts",
                "/srv/a/config/surveys",
            ),
            (
                "config/aftercall.toml",
                "var/aftercall.db",
                "prompts",
                "config/surveys",
            ),
            (
                "/etc/aftercall/aftercall.toml",
                "/var/lib/aftercall/aftercall.db",
                "/usr/share/aftercall/prompts",
                "/etc/aftercall/surveys",
            ),
            (
                "/srv/b/x.toml",
                "/srv/b/var/aftercall.db",
                "/srv/b/prompts",
                "/srv/b/surveys",
            ),
        ] {
            let settings = settings(file, "");
            assert_eq!(settings.storage.path, Path::new(database), "{file}");
            assert_eq!(settings.prompts.directory, Path::new(prompts), "{file}");
            assert_eq!(settings.surveys.directory, Path::new(surveys), "{file}");
        }
    }

    #[test]
    fn path_in_the_file_is_relative_to_it_and_one_in_a_variable_to_the_working_directory() {
        let text = "[storage]\npath = \"data/a.db\"\nspool = \"/spool\"\n[control]\nsocket = \"\"\n";
        let variable = ("AFTERCALL__PRIVACY__KEY_FILE".to_owned(), "my.key".to_owned());
        let loaded = from_text(text, "/etc/aftercall/aftercall.toml", Some([variable].into()));
        let settings = loaded.settings;
        assert_eq!(settings.storage.path, Path::new("/etc/aftercall/data/a.db"));
        assert_eq!(settings.storage.spool, Path::new("/spool"));
        assert_eq!(settings.privacy.key_file, Path::new("my.key"));
        assert_eq!(settings.control.socket, Path::new(""), "none is wanted");
    }

    #[test]
    fn what_only_a_shell_or_a_driver_understands_is_no_path() {
        for text in [
            "",
            " ",
            "~/x.db",
            "~root/x.db",
            "$HOME/x.db",
            "/a/${B}/x",
            "sqlite://x.db",
            "sqlite:x.db",
            "file:///x",
            "file:x",
            "postgres://h/d",
            ":memory:",
            "a\0b",
            "a\nb",
            " a",
            "a ",
        ] {
            assert!(sound(text).is_err(), "{text:?}");
        }
        for text in ["a/", "a/.", "a/..", ".", "..", "/"] {
            assert!(sound(text).is_ok() && sound_file(text).is_err(), "{text:?}");
        }
        for text in ["x.db", "../var/x.db", "/var/lib/a b/ä.db", "a$", "c:d", "50%.db"] {
            assert!(sound_file(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn path_that_is_none_is_told_with_an_example_of_its_own_setting() {
        for (section, key) in [
            ("privacy", "key_file"),
            ("storage", "path"),
            ("recordings", "directory"),
            ("control", "socket"),
            ("prompts", "own"),
        ] {
            let text = format!("[{section}]\n{key} = \"~/x\"\n");
            let told = from_text(&text, "a.toml", Some([].into())).faults;
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].reason.contains("`~`"), "{told:?}");
            assert_eq!(told[0].fix, crate::config::example::fix(section, key));
        }
    }

    #[test]
    fn names_before_two_dots_are_left_out() {
        for (path, expected) in [
            ("config/../var/a", "var/a"),
            ("../var/./a", "../var/a"),
            ("/../a", "/a"),
            ("a/..", "."),
            ("../../a", "../../a"),
        ] {
            assert_eq!(normal(Path::new(path)), Path::new(expected), "{path}");
        }
        assert_eq!(
            Base::of(Path::new("/x/a.toml")).join(Path::new("../y")),
            Path::new("/y")
        );
    }
}
