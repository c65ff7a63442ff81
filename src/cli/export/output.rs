//! Where an export goes: a file that appears when it is whole, or whatever else can be written to.

use std::fs::{self, File, Permissions};
use std::io::{BufWriter, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::{Builder, NamedTempFile};

use aftercall_report::export::{ExportFormat, ExportQuery, file_name};
use aftercall_runtime::private::FILE_MODE;

/// Bytes that are written together.
const AT_ONCE: usize = 1 << 18;

/// Where the rows go, and in which format.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) format: ExportFormat,
    /// `None`: standard output.
    file: Option<PathBuf>,
    /// A directory was named, and the file has a name by convention.
    pub(super) is_named_by_us: bool,
}

impl Target {
    /// The target of the options; else why there is none.
    pub(super) fn find(
        output: Option<&Path>,
        format: Option<ExportFormat>,
        query: &ExportQuery,
    ) -> Result<Self, String> {
        let output = output.filter(|path| *path != Path::new("-"));
        let target = match output {
            None => Self {
                format: format.unwrap_or(ExportFormat::Csv),
                file: None,
                is_named_by_us: false,
            },
            Some(directory) if directory.is_dir() => {
                let format = format.unwrap_or(ExportFormat::Csv);
                let name = file_name(query.shape.as_str(), &query.calls, format.extension());
                Self {
                    format,
                    file: Some(directory.join(name)),
                    is_named_by_us: true,
                }
            }
            Some(file) => Self {
                format: match format {
                    Some(format) => format,
                    None => of_ending(file)?,
                },
                file: Some(file.to_owned()),
                is_named_by_us: false,
            },
        };
        if !target.format.is_built() {
            return Err(
                "this program was built without Parquet: build it with `--features parquet`".to_owned(),
            );
        }
        if target.format.is_binary() && target.is_terminal() {
            return Err(format!(
                "a terminal cannot show {}: write it to a file with `-o FILE`",
                target.format.extension()
            ));
        }
        Ok(target)
    }

    fn is_terminal(&self) -> bool {
        match &self.file {
            None => std::io::stdout().is_terminal(),
            Some(file) => is_special(file) && File::open(file).is_ok_and(|file| file.is_terminal()),
        }
    }
}

fn of_ending(file: &Path) -> Result<ExportFormat, String> {
    if is_special(file) {
        return Ok(ExportFormat::Csv);
    }
    if file.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(format!("there is no directory {}", file.display()));
    }
    let ending = file.extension().and_then(|ending| ending.to_str());
    ending.and_then(ExportFormat::of_extension).ok_or_else(|| {
        format!(
            "the name {} does not tell the format: end it with .csv, .xlsx, .jsonl or .parquet, or add `--format`",
            file.display()
        )
    })
}

/// Whether it is there and no file: a pipe, a device.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file())
}

/// What is written to. Dropping it removes a file that is not whole.
#[derive(Debug)]
pub(super) enum Output {
    /// Standard output.
    Standard,
    /// A pipe or a device.
    Special(PathBuf),
    /// A file under another name, until it is whole.
    Whole {
        /// The file so far.
        part: NamedTempFile,
        /// Its name in the end.
        file: PathBuf,
    },
}

impl Output {
    pub(super) fn open(target: &Target) -> anyhow::Result<Self> {
        let Some(file) = &target.file else {
            return Ok(Self::Standard);
        };
        if is_special(file) {
            return Ok(Self::Special(file.clone()));
        }
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let part = Builder::new()
            .prefix(&format!(".{name}."))
            .suffix(".part")
            .permissions(Permissions::from_mode(FILE_MODE))
            .tempfile_in(directory(file))
            .with_context(|| format!("cannot write in {}", directory(file).display()))?;
        Ok(Self::Whole {
            part,
            file: file.clone(),
        })
    }

    /// The place to write to.
    pub(super) fn sink(&mut self) -> anyhow::Result<Box<dyn Write + Send>> {
        Ok(match self {
            Self::Standard => Box::new(BufWriter::with_capacity(AT_ONCE, std::io::stdout())),
            Self::Special(path) => {
                let opened = File::options().write(true).open(&*path);
                let opened = opened.with_context(|| format!("cannot write {}", path.display()))?;
                Box::new(BufWriter::with_capacity(AT_ONCE, opened))
            }
            Self::Whole { part, .. } => {
                Box::new(BufWriter::with_capacity(AT_ONCE, part.as_file().try_clone()?))
            }
        })
    }

    /// The directory of the file, which has room for temporary files if it has for the file.
    pub(super) fn scratch(&self) -> Option<&Path> {
        match self {
            Self::Standard | Self::Special(_) => None,
            Self::Whole { file, .. } => Some(directory(file)),
        }
    }

    /// Gives the whole file its name, once it is on the disk; answers the name.
    pub(super) fn keep(self) -> anyhow::Result<Option<PathBuf>> {
        let Self::Whole { part, file } = self else {
            return Ok(None);
        };
        part.as_file().sync_all()?;
        part.persist(&file)
            .with_context(|| format!("cannot write {}", file.display()))?;
        File::open(directory(&file))?.sync_all()?;
        Ok(Some(file))
    }
}

fn directory(file: &Path) -> &Path {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
