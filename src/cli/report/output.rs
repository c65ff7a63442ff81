//! Where a report goes, and as what.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args as ClapArgs;

use aftercall_report::Report;
use aftercall_report::render::{RenderOptions, ReportFormat, ReportLanguage, file_name};

/// Options of `report` about its output.
#[derive(Debug, ClapArgs)]
#[group(skip)]
pub(in crate::cli) struct Args {
    /// text, json, csv (RFC 4180), csv-excel (opens in Excel with a double click), xlsx, html. Default: by the extension of -o, else text.
    #[arg(long, value_name = "FORMAT")]
    format: Option<ReportFormat>,
    /// Write to a file, at once or not at all; to a directory, under a name such as
    /// aftercall-report-2026-11-16_2026-11-22-sales.xlsx; or to standard output (-).
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The language of html and xlsx, and the decimal mark of csv-excel: en, fi, pl, cs, el.
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: ReportLanguage,
    /// Also print rates with intervals, quality of the answers, non-response and method. html and xlsx always have them.
    #[arg(long)]
    details: bool,
}

/// Where a report goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Destination {
    StandardOutput,
    File(PathBuf),
    /// A directory, in which the file has a name by convention.
    Directory(PathBuf),
}

/// A report to be written.
#[derive(Debug)]
pub(super) struct Output {
    format: ReportFormat,
    options: RenderOptions,
    destination: Destination,
}

impl Output {
    /// What the options say; `is_json`: `--json` was given.
    ///
    /// # Errors
    /// The options contradict each other, or a terminal cannot show the format.
    pub(super) fn of(args: &Args, is_json: bool) -> anyhow::Result<Self> {
        let destination = match &args.output {
            None => Destination::StandardOutput,
            Some(path) if path.as_os_str() == "-" => Destination::StandardOutput,
            Some(path) if path.is_dir() => Destination::Directory(path.clone()),
            Some(path) => Destination::File(path.clone()),
        };
        let format = match (args.format, is_json) {
            (Some(format), true) if format != ReportFormat::Json => {
                bail!("--json and --format {format} contradict each other: leave one out")
            }
            (_, true) => ReportFormat::Json,
            (Some(format), false) => format,
            (None, false) => by_extension(&destination)?,
        };
        if format.is_binary() && destination == Destination::StandardOutput && io::stdout().is_terminal() {
            bail!(
                "{format} is not a text: name a file with -o report.{}, or a directory with -o .",
                format.extension()
            );
        }
        Ok(Self {
            format,
            options: RenderOptions {
                language: args.lang,
                has_details: args.details,
            },
            destination,
        })
    }

    /// Writes a report. A file is there completely or not at all.
    pub(super) fn write(&self, report: &Report) -> anyhow::Result<()> {
        let path = match &self.destination {
            Destination::StandardOutput => {
                let mut out = io::BufWriter::new(io::stdout().lock());
                self.format.write(report, &self.options, &mut out)?;
                return Ok(out.flush()?);
            }
            Destination::File(path) => path.clone(),
            Destination::Directory(path) => path.join(file_name(report, self.format)),
        };
        let mut bytes = Vec::new();
        self.format.write(report, &self.options, &mut bytes)?;
        write_whole(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
        if matches!(self.destination, Destination::Directory(_)) {
            writeln!(io::stdout().lock(), "{}", path.display())?;
        }
        Ok(())
    }
}

fn by_extension(destination: &Destination) -> anyhow::Result<ReportFormat> {
    let Destination::File(path) = destination else {
        return Ok(ReportFormat::default());
    };
    let Some(extension) = path.extension() else {
        return Ok(ReportFormat::default());
    };
    let extension = extension.to_string_lossy();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ReportFormat::of_name(&name).with_context(|| {
        let known = ReportFormat::ALL.map(ReportFormat::as_str).join(", ");
        format!(
            "-o {}: no format ends with .{extension}: choose one with --format from {known}",
            path.display()
        )
    })
}

/// Writes a file beside its place, and moves it there.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::IsADirectory)?;
    let beside = path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id()));
    let written = File::create_new(&beside)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The fault that matters is the first one.
        let _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Args, Destination, Output, ReportFormat, ReportLanguage, write_whole};

    fn args(output: Option<&str>, format: Option<ReportFormat>) -> Args {
        Args {
            format,
            output: output.map(PathBuf::from),
            lang: ReportLanguage::English,
            details: false,
        }
    }

    #[test]
    fn format_comes_from_the_option_then_from_the_extension() {
        let format = |output, format| Output::of(&args(output, format), false).map(|output| output.format);
        assert_eq!(format(None, None).unwrap(), ReportFormat::Text);
        assert_eq!(format(Some("a.CSV"), None).unwrap(), ReportFormat::Csv);
        assert_eq!(format(Some("a.htm"), None).unwrap(), ReportFormat::Html);
        assert_eq!(format(Some("a.excel.csv"), None).unwrap(), ReportFormat::CsvExcel);
        assert_eq!(
            format(Some("a.csv"), Some(ReportFormat::CsvExcel)).unwrap(),
            ReportFormat::CsvExcel
        );
        assert_eq!(format(Some("report"), None).unwrap(), ReportFormat::Text);
        assert!(
            format(Some("a.docx"), None)
                .unwrap_err()
                .to_string()
                .contains("no format ends with .docx")
        );
        let json = Output::of(&args(None, Some(ReportFormat::Csv)), true);
        assert!(json.unwrap_err().to_string().contains("contradict"));
    }

    #[test]
    fn dash_is_standard_output_and_a_directory_is_one() {
        let destination = |output| Output::of(&args(Some(output), None), false).unwrap().destination;
        assert_eq!(destination("-"), Destination::StandardOutput);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().to_str().unwrap();
        assert_eq!(
            destination(path),
            Destination::Directory(directory.path().to_owned())
        );
    }

    #[test]
    fn file_is_replaced_at_once_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.txt");
        for text in ["first", "second"] {
            write_whole(&path, text.as_bytes()).unwrap();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        assert!(write_whole(&directory.path().join("none/report.txt"), b"").is_err());
        // A directory cannot be replaced by a file; what was written beside it is removed.
        std::fs::create_dir(directory.path().join("taken")).unwrap();
        assert!(write_whole(&directory.path().join("taken"), b"text").is_err());
        let mut names: Vec<_> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["report.txt", "taken"]);
    }
}
