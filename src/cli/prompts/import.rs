//! `aftercall prompts import`: an operator's recordings become prompts.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args as ClapArgs, ValueEnum};
use serde_json::{Value, json};

use super::{PromptToolContext, in_words};
use aftercall_audio::prompts::PromptFault;
use aftercall_audio::prompts::import::{ImportAction, ImportSource, Imported, Overwrite, import, sources};
use aftercall_audio::{TELEPHONE_RATE, WIDEBAND_RATE};
use aftercall_base::suggest::closest;
use aftercall_base::{Language, PromptName};

/// Options of `prompts import`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Recordings (WAV, MP3, FLAC, Ogg Vorbis), each called like its prompt (NPS Retry.wav is nps_retry), or directories of them
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The language of all of them; without it the name of the folder is the language
    #[arg(long, value_name = "TAG")]
    language: Option<Language>,
    /// The prompt that a single recording is to be, when its file has another name
    #[arg(long, value_name = "PROMPT", value_parser = PromptName::new)]
    name: Option<PromptName>,
    /// Samples a second of the prompts; 16000 (8000 for a recording of 8 kHz) unless given
    #[arg(long, value_enum)]
    rate: Option<Rate>,
    /// Report what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Overwrite own prompts that are there already
    #[arg(long)]
    force: bool,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rate {
    #[value(name = "8000")]
    Narrow,
    #[value(name = "16000")]
    Wide,
}

/// The result for one recording.
type Done = (ImportSource, Result<Imported, PromptFault>);

/// Imports what is given; status 1 when anything was left out.
pub(super) fn run(tool: &PromptToolContext, args: &Args) -> anyhow::Result<ExitCode> {
    let name = args.name.as_ref().map(PromptName::as_str);
    let (sources, faults) = sources(&args.paths, args.language.as_ref(), name, &tool.known_languages());
    if name.is_some() && sources.len() + faults.len() != 1 {
        anyhow::bail!(
            "--name goes with one recording, and here are {}",
            sources.len() + faults.len()
        );
    }
    let done: Vec<Done> = sources
        .into_iter()
        .map(|source| bring_in(tool, args, source))
        .collect();
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", in_json(tool, args, &done, &faults))?;
    } else {
        print(&mut out, tool, args, &done, &faults)?;
    }
    let whole = faults.is_empty() && !done.is_empty() && done.iter().all(|(_, result)| result.is_ok());
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn bring_in(tool: &PromptToolContext, args: &Args, source: ImportSource) -> Done {
    let rate = args.rate.map(|rate| match rate {
        Rate::Narrow => TELEPHONE_RATE,
        Rate::Wide => WIDEBAND_RATE,
    });
    let overwrite = if args.force {
        Overwrite::Forced
    } else {
        Overwrite::Never
    };
    let deed = if args.dry_run {
        ImportAction::Rehearse
    } else {
        ImportAction::Write
    };
    let imported = import(&source, &tool.folders.own, rate, overwrite, deed).map_err(|reason| PromptFault {
        file: source.file.clone(),
        reason,
    });
    (source, imported)
}

fn print(
    out: &mut impl Write,
    tool: &PromptToolContext,
    args: &Args,
    done: &[Done],
    faults: &[PromptFault],
) -> io::Result<()> {
    for (source, result) in done {
        match result {
            Ok(imported) => print_one(out, tool, source, imported)?,
            Err(fault) => writeln!(out, "{}", in_words(fault))?,
        }
    }
    for fault in faults {
        writeln!(out, "{}", in_words(fault))?;
    }
    let imported = done.iter().filter(|(_, result)| result.is_ok()).count();
    let left_out = done.len() - imported + faults.len();
    let deed = if args.dry_run {
        "would be imported (--dry-run)"
    } else {
        "imported"
    };
    writeln!(out, "{imported} {deed}, {left_out} left out")?;
    if imported > 0 && !args.dry_run {
        writeln!(
            out,
            "A running service plays them from its next start; `aftercall prompts check` measures all."
        )?;
    }
    Ok(())
}

fn print_one(
    out: &mut impl Write,
    tool: &PromptToolContext,
    source: &ImportSource,
    imported: &Imported,
) -> io::Result<()> {
    let changes = &imported.changes;
    writeln!(out, "{} -> {}", source.file.display(), imported.target.display())?;
    let seconds = imported.examination.duration.as_secs_f64();
    let (before, after) = (
        changes.trimmed.before.as_millis(),
        changes.trimmed.after.as_millis(),
    );
    write!(
        out,
        "    {} -> {} Hz, level {:.1} dBov and {:+.1} dB, {before} ms cut before and {after} ms after, now {seconds:.1} s",
        changes.rate_before, changes.rate, changes.level_before_dbov, changes.gain_db
    )?;
    if changes.limited_db > 0.1 {
        write!(out, ", peaks turned down by {:.1} dB", changes.limited_db)?;
    }
    writeln!(out)?;
    for regret in warnings(tool, source, imported) {
        writeln!(out, "    warning: {regret}")?;
    }
    Ok(())
}

/// All that a person should know of a prompt that was imported.
fn warnings(tool: &PromptToolContext, source: &ImportSource, imported: &Imported) -> Vec<String> {
    let unfixable = imported.changes.unfixable();
    unfixable
        .into_iter()
        .chain(remarks(tool, source, imported))
        .collect()
}

/// What is still to be said about it, beside what only another recording can fix.
fn remarks(tool: &PromptToolContext, source: &ImportSource, imported: &Imported) -> Vec<String> {
    let mut remarks: Vec<String> = imported.remarks.iter().map(ToString::to_string).collect();
    // Clipping is among the regrets, told of the recording itself; silence around it was set, whatever a soft end measures.
    let findings = imported
        .examination
        .findings()
        .into_iter()
        .filter(|finding| !matches!(finding.kind, "clipping" | "lead" | "tail"));
    remarks.extend(findings.map(|finding| format!("{}: {}", finding.reason, finding.fix)));
    let known: Vec<&str> = tool
        .requirements
        .prompts()
        .map(|required| required.name.as_str())
        .collect();
    if !known.contains(&source.name.as_str()) {
        let near = closest(&source.name, known.iter().copied());
        let did_you_mean = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        remarks.push(format!("no survey plays `{}`{did_you_mean}", source.name));
    }
    remarks
}

fn in_json(tool: &PromptToolContext, args: &Args, done: &[Done], faults: &[PromptFault]) -> Value {
    let imported: Vec<Value> = done
        .iter()
        .filter_map(|(source, result)| Some((source, result.as_ref().ok()?)))
        .map(|(source, imported)| one_in_json(tool, source, imported))
        .collect();
    let refused = done.iter().filter_map(|(_, result)| result.as_ref().err());
    let left_out: Vec<Value> = refused
        .chain(faults)
        .map(|fault| {
            json!({
                "file": fault.file.display().to_string(),
                "reason": fault.reason.to_string(),
                "mend": fault.reason.fix(),
            })
        })
        .collect();
    json!({ "dry_run": args.dry_run, "imported": imported, "left_out": left_out })
}

fn one_in_json(tool: &PromptToolContext, source: &ImportSource, imported: &Imported) -> Value {
    let changes = &imported.changes;
    json!({
        "file": source.file.display().to_string(),
        "language": source.language.as_str(),
        "name": source.name,
        "target": imported.target.display().to_string(),
        "rate_before_hz": changes.rate_before,
        "rate_hz": changes.rate,
        "level_before_dbov": changes.level_before_dbov,
        "gain_db": changes.gain_db,
        "limited_db": changes.limited_db,
        "cut_before_ms": changes.trimmed.before.as_millis(),
        "cut_after_ms": changes.trimmed.after.as_millis(),
        "duration_ms": imported.examination.duration.as_millis(),
        "active_dbov": imported.examination.levels.active_dbov,
        "peak_dbfs": imported.examination.peak_dbfs,
        "warnings": warnings(tool, source, imported),
    })
}
