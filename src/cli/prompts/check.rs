//! `aftercall prompts check`: every prompt of every survey and language, measured.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::PromptToolContext;
use crate::cli::start::say;
use crate::engine::prompt_requirements::RequiredPrompt;
use aftercall_audio::Remark;
use aftercall_audio::prompts::examine::{Examination, Finding, examine};
use aftercall_audio::prompts::{PromptFile, PromptOrigin, read_whole};
use aftercall_base::count::counted;
use aftercall_base::{Fault, Language, Severity};

/// Options of `prompts check`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Only this language; may be repeated
    #[arg(long, value_name = "TAG")]
    language: Vec<Language>,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// One prompt as it was found.
struct Checked<'s> {
    required: &'s RequiredPrompt,
    recording: Option<&'s PromptFile>,
    placeholder: bool,
    examination: Option<Examination>,
    findings: Vec<Finding>,
}

/// Reports every prompt and every fault; status 1 when one is wrong, also when it is missing; 2 for a language in which no
/// survey is asked.
pub(super) fn run(tool: &PromptToolContext, args: &Args) -> anyhow::Result<ExitCode> {
    let asked = tool.requirements.languages();
    if let Some(unasked) = args.language.iter().find(|language| !asked.contains(*language)) {
        let asked: Vec<&str> = asked.iter().map(Language::as_str).collect();
        say(&format!(
            "no survey is asked in `{unasked}`, so it needs no prompts; surveys are asked in {}. Fix: choose one of these, or add `{unasked}` to the `languages` of a survey.",
            asked.join(", ")
        ));
        return Ok(ExitCode::from(2));
    }
    let chosen =
        |required: &&RequiredPrompt| args.language.is_empty() || args.language.contains(&required.language);
    let required: Vec<&RequiredPrompt> = tool.requirements.prompts().filter(chosen).collect();
    let checked = check_all(tool, &required);
    let placeholders = placeholders(tool);
    let placeholders = placeholders
        .iter()
        .filter(|(language, _)| args.language.is_empty() || args.language.contains(language));
    let warnings: Vec<&Fault> = placeholders.map(|(_, fault)| fault).collect();
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", in_json(tool, &checked, &warnings))?;
    } else {
        print(&mut out, tool, &checked, &warnings)?;
    }
    let bad = |one: &Checked<'_>| {
        one.findings
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    };
    let sound = !checked.iter().any(bad) && !tool.faults.iter().any(Fault::is_error);
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Measures on as many threads as there are processors: decoding and measuring is all there is to do.
fn check_all<'s>(tool: &'s PromptToolContext, required: &[&'s RequiredPrompt]) -> Vec<Checked<'s>> {
    let next = AtomicUsize::new(0);
    let take = || required.get(next.fetch_add(1, Ordering::Relaxed)).copied();
    let work = || {
        let mut done = Vec::new();
        while let Some(required) = take() {
            done.push(check(tool, required));
        }
        done
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut checked: Vec<Checked<'s>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(thread::ScopedJoinHandle::join);
        joined
            .flat_map(|done| done.expect("measuring does not panic"))
            .collect()
    });
    checked.sort_by_key(|one| (&one.required.language, &one.required.name));
    checked
}

fn check<'s>(tool: &'s PromptToolContext, required: &'s RequiredPrompt) -> Checked<'s> {
    let mut checked = Checked {
        required,
        recording: tool.recording(&required.language, &required.name),
        placeholder: false,
        examination: None,
        findings: Vec::new(),
    };
    let Some(recording) = checked.recording else {
        checked.findings.push(Finding {
            kind: "missing",
            severity: Severity::Error,
            reason: "there is no recording".to_owned(),
            fix: "record it and let `aftercall prompts import` put it in place; `aftercall prompts sheet` has its words",
        });
        return checked;
    };
    checked.placeholder = is_placeholder(tool, required, recording);
    match read_whole(&recording.file).and_then(|read| Ok((examine(&read.sound)?, read.remarks))) {
        Ok((examination, remarks)) => {
            checked.findings = examination.findings();
            checked.findings.extend(remarks.iter().map(remarked));
            checked.examination = Some(examination);
        }
        Err(reason) => checked.findings.push(Finding {
            kind: "unreadable",
            severity: Severity::Error,
            reason: reason.to_string(),
            fix: reason.fix(),
        }),
    }
    checked
}

/// A file that is read in spite of what it is.
fn remarked(remark: &Remark) -> Finding {
    Finding {
        kind: match remark {
            Remark::NoLength => "header",
            Remark::SingleChannelTaken(_) => "channels",
        },
        severity: Severity::Warning,
        reason: remark.to_string(),
        fix: "run `aftercall prompts import --force` on the original recording",
    }
}

fn is_placeholder(tool: &PromptToolContext, required: &RequiredPrompt, recording: &PromptFile) -> bool {
    let manifest = &tool.manifest;
    recording.origin == PromptOrigin::Shipped
        && manifest
            .placeholder(required.language.as_str(), &required.name, &recording.file)
            .is_some()
}

/// A warning for each language whose prompts, or some of them, are placeholders.
pub(in crate::cli) fn placeholders(tool: &PromptToolContext) -> Vec<(Language, Fault)> {
    let mut counts: BTreeMap<&Language, (usize, usize)> = BTreeMap::new();
    for required in tool.requirements.prompts() {
        let (robotic, all) = counts.entry(&required.language).or_default();
        *all += 1;
        let recording = tool.recording(&required.language, &required.name);
        *robotic += usize::from(recording.is_some_and(|recording| is_placeholder(tool, required, recording)));
    }
    let served = counts.into_iter().filter(|(_, (robotic, _))| *robotic > 0);
    let warning = |(language, (robotic, all)): (&Language, (usize, usize))| {
        let folder = tool.folders.shipped.join(language.as_str());
        let reason = format!("{robotic} of {all} prompts are placeholders, spoken by a robotic voice");
        let fix = format!(
            "record them: `aftercall prompts sheet --language {language}`, then `aftercall prompts import`"
        );
        let severity = Severity::Warning;
        (
            language.clone(),
            Fault {
                severity,
                ..Fault::of_file(folder.display().to_string(), reason, fix)
            },
        )
    };
    served.map(warning).collect()
}

impl Checked<'_> {
    fn file(&self) -> String {
        self.recording
            .map_or("-".to_owned(), |recording| recording.file.display().to_string())
    }

    fn origin(&self) -> &'static str {
        match self.recording {
            None => "missing",
            Some(_) if self.placeholder => "placeholder",
            Some(recording) => recording.origin.as_str(),
        }
    }

    fn faults(&self) -> impl Iterator<Item = Fault> {
        let place = match self.recording {
            Some(recording) => recording.file.display().to_string(),
            None => format!("{}/{}", self.required.language, self.required.name),
        };
        self.findings.iter().map(move |finding| Fault {
            severity: finding.severity,
            ..Fault::of_file(place.clone(), finding.reason.clone(), finding.fix)
        })
    }
}

fn print(
    out: &mut impl Write,
    tool: &PromptToolContext,
    checked: &[Checked<'_>],
    warnings: &[&Fault],
) -> io::Result<()> {
    writeln!(
        out,
        "{:<28}{:<12}{:>7}{:>8}{:>7}{:>6}{:>6}  file",
        "prompt", "whose", "s", "dBov", "peak", "lead", "tail"
    )?;
    for one in checked {
        let name = format!("{}/{}", one.required.language, one.required.name);
        write!(out, "{name:<28}{:<12}", one.origin())?;
        match &one.examination {
            Some(found) => write!(
                out,
                "{:>7.1}{:>8}{:>7.1}{:>6}{:>6}",
                found.duration.as_secs_f64(),
                found
                    .levels
                    .active_dbov
                    .map_or("-".to_owned(), |level| format!("{level:.1}")),
                found.peak_dbfs,
                found.levels.leading_silence.as_millis(),
                found.levels.trailing_silence.as_millis()
            )?,
            None => write!(out, "{:>34}", "")?,
        }
        writeln!(out, "  {}", one.file())?;
    }
    let faults: Vec<Fault> = checked.iter().flat_map(Checked::faults).collect();
    for fault in tool.faults.iter().chain(&faults).chain(warnings.iter().copied()) {
        writeln!(out, "{fault}")?;
    }
    let all = tool.faults.iter().chain(&faults);
    let errors = all.filter(|fault| fault.is_error()).count();
    let warned = faults.iter().filter(|fault| !fault.is_error()).count() + warnings.len();
    writeln!(
        out,
        "{}, {}, {}",
        counted(checked.len(), "prompt"),
        counted(errors, "error"),
        counted(warned, "warning")
    )
}

fn in_json(tool: &PromptToolContext, checked: &[Checked<'_>], warnings: &[&Fault]) -> Value {
    let files: Vec<Value> = tool
        .faults
        .iter()
        .chain(warnings.iter().copied())
        .map(fault_in_json)
        .collect();
    let prompts: Vec<Value> = checked.iter().map(prompt_in_json).collect();
    json!({ "prompts": prompts, "faults": files })
}

fn fault_in_json(fault: &Fault) -> Value {
    json!({
        "file": fault.file,
        "severity": word(fault.severity),
        "reason": fault.reason,
        "mend": fault.fix,
    })
}

fn prompt_in_json(one: &Checked<'_>) -> Value {
    let findings: Vec<Value> = one
        .findings
        .iter()
        .map(|finding| {
            json!({
                "kind": finding.kind,
                "severity": word(finding.severity),
                "reason": finding.reason,
                "mend": finding.fix,
            })
        })
        .collect();
    let found = one.examination.as_ref();
    json!({
        "language": one.required.language.as_str(),
        "name": one.required.name,
        "surveys": one.required.surveys,
        "file": one.recording.map(|recording| recording.file.display().to_string()),
        "origin": one.recording.map(|recording| recording.origin.as_str()),
        "placeholder": one.placeholder,
        "rate_hz": found.map(|found| found.rate),
        "duration_ms": found.map(|found| found.duration.as_millis()),
        "active_dbov": found.and_then(|found| found.levels.active_dbov),
        "peak_dbfs": found.map(|found| found.peak_dbfs).filter(|peak| peak.is_finite()),
        "lead_ms": found.map(|found| found.levels.leading_silence.as_millis()),
        "tail_ms": found.map(|found| found.levels.trailing_silence.as_millis()),
        "pause_ms": found.map(|found| found.pause.as_millis()),
        "clipped": found.map(|found| found.clipped),
        "below_band_db": found.map(|found| found.outside.below_db),
        "above_band_db": found.map(|found| found.outside.above_db),
        "digit_blocks": found.map(|found| found.digit_blocks),
        "findings": findings,
    })
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
