//! The file of names: what the queues, teams and agents of the reports are called.
//!
//! ```text
//! [[queue]]
//! id = "sales"
//! name = "Sales and orders"
//! leader = "Maija Mallikas"
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::locate::line_of;
use super::place::fault;
use super::{Loaded, syntax};
use crate::text_file;
use aftercall_base::Fault;
use aftercall_report::{Directory, DirectoryEntry};

/// Longest id, name and leader, in bytes.
const LONGEST: usize = 256;
/// More faults than this are hardly read.
const MOST_FAULTS: usize = 20;

/// As it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenDirectory {
    queue: Vec<WrittenGroup>,
    team: Vec<WrittenGroup>,
    agent: Vec<WrittenAgent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenGroup {
    id: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    leader: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAgent {
    id: Spanned<String>,
    name: Spanned<String>,
    team: Option<Spanned<String>>,
}

impl Loaded {
    /// What the file of names says, and what is wrong with it: then the ids have no names. A file that is not named need not be there.
    /// Blocks on the file.
    pub fn directory(&self) -> (Directory, Vec<Fault>) {
        if self.is_unread() {
            return (Directory::default(), Vec::new());
        }
        let file = &self.settings.reports.directory;
        match text_file::read(file) {
            Ok(text) => match read(file, &text) {
                Ok(names) => (names, Vec::new()),
                Err(faults) => (Directory::default(), faults),
            },
            Err(unreadable) if unreadable.is_missing && !self.is_named() => {
                (Directory::default(), Vec::new())
            }
            Err(unreadable) => {
                let fault = unreadable.fault(file.display().to_string());
                let reason = format!("{}: {}", fault.file, fault.reason);
                let fault = self.fault_in_setting("reports", "directory", reason, &fault.fix);
                (Directory::default(), vec![fault])
            }
        }
    }

    fn is_named(&self) -> bool {
        let section = self.written().get("reports");
        section.is_some_and(|section| section.get("directory").is_some())
    }
}

/// The names in a text.
fn read(file: &Path, text: &str) -> Result<Directory, Vec<Fault>> {
    let name = file.display().to_string();
    if let Err(found) = syntax::parse(text) {
        let faults = found
            .into_iter()
            .map(|found| fault(&name, Some(found.line), found.reason, &found.fix));
        return Err(faults.collect());
    }
    let written: WrittenDirectory = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| line_of(text, span.start));
        let fix = "write [[queue]], [[team]] and [[agent]], each with `id` and `name`; queues and teams may have a `leader`, \
                   agents a `team`";
        vec![fault(&name, line, error.message().trim().replace('\n', " "), fix)]
    })?;
    let mut check = Check {
        file: &name,
        text,
        faults: Vec::new(),
    };
    let queues = check.groups("queue", written.queue);
    let teams = check.groups("team", written.team);
    let mut agents = BTreeMap::new();
    for agent in written.agent {
        let team = agent.team.map(|team| {
            if !teams.is_empty() && !teams.contains_key(team.get_ref()) {
                let reason = format!("there is no team `{}` in this file", shortened(team.get_ref()));
                check.note(team.span().start, reason, "add it as a [[team]], or correct it");
            }
            team.into_inner()
        });
        check.add(
            "agent",
            &mut agents,
            &agent.id,
            &agent.name,
            String::new(),
            team.unwrap_or_default(),
        );
    }
    check.faults.truncate(MOST_FAULTS);
    match check.faults.is_empty() {
        true => Ok(Directory {
            queues,
            teams,
            agents,
        }),
        false => Err(check.faults),
    }
}

struct Check<'t> {
    file: &'t str,
    text: &'t str,
    faults: Vec<Fault>,
}

impl Check<'_> {
    fn groups(&mut self, kind: &str, written: Vec<WrittenGroup>) -> BTreeMap<String, DirectoryEntry> {
        let mut entries = BTreeMap::new();
        for group in written {
            self.add(
                kind,
                &mut entries,
                &group.id,
                &group.name,
                group.leader,
                String::new(),
            );
        }
        entries
    }

    fn add(
        &mut self,
        kind: &str,
        entries: &mut BTreeMap<String, DirectoryEntry>,
        id: &Spanned<String>,
        name: &Spanned<String>,
        leader: String,
        team: String,
    ) {
        for (what, text) in [("id", id), ("name", name)] {
            let trimmed = text.get_ref().trim();
            if trimmed.is_empty() || text.get_ref().len() > LONGEST || trimmed.chars().any(char::is_control) {
                let reason =
                    format!("the {what} of a {kind} is empty, longer than {LONGEST} bytes, or not one line");
                self.note(text.span().start, reason, "write a short text");
            }
        }
        let entry = DirectoryEntry {
            name: name.get_ref().trim().to_owned(),
            leader,
            team,
        };
        if entries.insert(id.get_ref().clone(), entry).is_some() {
            let reason = format!("the {kind} `{}` is written twice", shortened(id.get_ref()));
            self.note(id.span().start, reason, "keep one of the two");
        }
    }

    fn note(&mut self, at: usize, reason: String, fix: &str) {
        self.faults
            .push(fault(self.file, Some(line_of(self.text, at)), reason, fix));
    }
}

fn shortened(text: &str) -> String {
    syntax::shortened(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::read;

    const SOUND: &str = "[[queue]]\nid = \"sales\"\nname = \"Sales\"\nleader = \"Maija\"\n\n[[team]]\nid = \"t1\"\nname = \"North\"\n\n\
                         [[agent]]\nid = \"4711\"\nname = \"Pekka\"\nteam = \"t1\"\n";

    fn faults(text: &str) -> String {
        let faults = read(Path::new("names.toml"), text).unwrap_err();
        faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn names_are_read_with_leader_and_team() {
        let names = read(Path::new("names.toml"), SOUND).unwrap();
        assert_eq!(names.queues["sales"].leader, "Maija");
        assert_eq!(
            (
                names.agents["4711"].name.as_str(),
                names.agents["4711"].team.as_str()
            ),
            ("Pekka", "t1")
        );
        assert!(read(Path::new("names.toml"), "").unwrap().is_empty());
    }

    #[test]
    fn every_fault_has_its_line_and_a_fix() {
        let twice = format!(
            "{SOUND}[[queue]]\nid = \"sales\"\nname = \"\"\n[[agent]]\nid = \"2\"\nname = \"x\"\nteam = \"t9\"\n"
        );
        let text = faults(&twice);
        assert!(
            text.contains("names.toml:15") && text.contains("written twice"),
            "{text}"
        );
        assert!(
            text.contains("names.toml:16") && text.contains("name of a queue"),
            "{text}"
        );
        assert!(
            text.contains("names.toml:20") && text.contains("no team `t9`"),
            "{text}"
        );
        for (wrong, line) in [
            ("[[queue]]\nid = \"a\"\n", "names.toml:1"),
            ("\n[[queue]]\nid = 5\nname = \"x\"\n", "names.toml:3"),
            ("[[queues]]\nid = \"a\"\nname = \"x\"\n", "names.toml:1"),
            ("[[queue]\n", "names.toml:1"),
        ] {
            let text = faults(wrong);
            assert!(text.contains(line) && text.contains("Fix:"), "{wrong}: {text}");
        }
    }
}
