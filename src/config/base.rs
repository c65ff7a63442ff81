//! Where relative paths begin, and where what is not set lies.

use std::path::{Component, Path, PathBuf};

/// How the directories of a deployment lie to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// As shipped: the file in a directory `config`, the rest beside that directory.
    Shipped,
    /// The file below `/etc`: what changes is in `/var/lib/aftercall`, what is shipped in `/usr/share/aftercall`.
    System,
    /// Anywhere else: everything beside the file.
    Together,
}

/// Where relative paths begin.
#[derive(Debug, Clone)]
pub(super) struct Base {
    directory: PathBuf,
    layout: Layout,
}

impl Base {
    /// Of the configuration in `file`.
    pub(super) fn of(file: &Path) -> Self {
        let directory = file.parent().map(Path::to_owned).unwrap_or_default();
        // Without a working directory there is nothing but the name.
        let whole = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let of_file = whole.parent().unwrap_or(Path::new("/"));
        let layout = match of_file.file_name() {
            _ if of_file.starts_with("/etc") => Layout::System,
            Some(name) if name == "config" => Layout::Shipped,
            Some(_) | None => Layout::Together,
        };
        Self { directory, layout }
    }

    /// The place that a path in the file means.
    pub(super) fn join(&self, path: &Path) -> PathBuf {
        normal(&self.directory.join(path))
    }

    /// Where the control socket is unless it is set.
    pub(super) fn socket(&self) -> PathBuf {
        self.default(PathKind::State, SOCKET)
    }

    pub(super) fn default(&self, kind: PathKind, name: &str) -> PathBuf {
        let (shipped, system, beside) = match kind {
            PathKind::State => ("../var", "/var/lib/aftercall", "var"),
            PathKind::Shipped => ("..", "/usr/share/aftercall", ""),
            PathKind::Configuration => ("", "", ""),
        };
        let directory = match self.layout {
            Layout::Shipped => shipped,
            Layout::System => system,
            Layout::Together => beside,
        };
        self.join(&Path::new(directory).join(name))
    }
}

/// The name of the control socket where it is not set.
pub(super) const SOCKET: &str = "aftercall.sock";

/// What a path that is not set belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) enum PathKind {
    /// What the service writes.
    State,
    /// What comes with the program.
    Shipped,
    /// What the operator edits.
    Configuration,
}

/// Without `.` and, where a name stands before it, `..`: by the letters alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => {
                parts.pop();
            }
            (part, _) => parts.push(part),
        }
    }
    match parts.is_empty() {
        true => PathBuf::from("."),
        false => parts.iter().collect(),
    }
}
