//! A report for a supervisor at a terminal.
//!
//! Every figure stands beside its n; a score stands beside its interval and its target. Where there are too few answers
//! for a score, it says so instead of showing one.

use std::io::{Result, Write};

use super::chart::{bar, count, plain};
use crate::comments::Comments;
use crate::funnel::Funnel;
use crate::report::Report;
use crate::series::{Score, Series};
use crate::statistics::{FEWEST_FOR_A_SCORE, display};

const BAR_WIDTH: u32 = 30;

/// Writes a report as a text of at most about 100 columns.
///
/// # Errors
/// `out` did not take it.
pub(super) fn write_table(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "Survey report: {}", report.period.words)?;
    if let Some(queue) = &report.queue {
        writeln!(out, "Queue:  {}", plain(queue))?;
    }
    if let Some(survey) = &report.survey {
        writeln!(out, "Survey: {}", plain(survey))?;
    }
    for note in &report.notes {
        writeln!(out, "Note:   {}", plain(note))?;
    }
    if report.calls.arrived == 0 {
        return writeln!(out, "\nNo calls.");
    }
    write_funnel(&report.calls, out)?;
    write_ends(&report.calls, out)?;
    write_comments(&report.comments, out)?;
    let mut survey = None;
    for (index, series) in report.questions.iter().enumerate() {
        if survey != Some(&series.survey) {
            write_survey(series, out)?;
            survey = Some(&series.survey);
        }
        let mut before = report.questions.iter().take(index);
        let is_again = |other: &Series| other.survey == series.survey && other.question == series.question;
        write_series(series, before.any(is_again), out)?;
    }
    Ok(())
}

fn write_funnel(calls: &Funnel, out: &mut impl Write) -> Result<()> {
    let of = |part: Option<f64>, whole: &str| part.map(|part| format!("{} % of {whole}", display(part)));
    let left_out = [
        (calls.suppressed, "not eligible"),
        (calls.turned_away, "refused before being read: no capacity"),
    ];
    let left_out: Vec<String> = left_out
        .iter()
        .filter(|(calls, _)| *calls > 0)
        .map(|(calls, why)| format!("{} {why}", count(*calls)))
        .collect();
    let left_out = (!left_out.is_empty()).then(|| left_out.join(", "));
    let surveyed = crate::funnel::percent(calls.sampled, calls.eligible);
    let steps = [
        ("Calls", calls.arrived, left_out),
        ("Eligible", calls.eligible, None),
        ("Surveyed", calls.sampled, of(surveyed, "eligible")),
        ("Offered", calls.offered, of(calls.rates.reach, "surveyed")),
        (
            "Answered",
            calls.answered,
            of(calls.rates.participation, "offered, at least one question"),
        ),
        (
            "Completed",
            calls.completed,
            of(calls.rates.completion, "answered, every scored question"),
        ),
    ];
    writeln!(out)?;
    for (step, number, note) in steps {
        write_line(
            out,
            &format!("{step:<16}{:>10}   {}", count(number), note.unwrap_or_default()),
        )?;
    }
    let responded = calls.completed + calls.partial;
    let basis = format!(
        "{} completed or partial of {} offered",
        count(responded),
        count(calls.offered)
    );
    match calls.rates.response_rate {
        Some(rate) => writeln!(
            out,
            "{:<16}{:>10}   {basis}",
            "Response rate",
            format!("{} %", display(rate))
        ),
        None => writeln!(
            out,
            "{:<16}{:>10}   {basis}: too few for a rate",
            "Response rate", "-"
        ),
    }
}

fn write_ends(calls: &Funnel, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\nHow the calls ended")?;
    let open = (calls.in_progress > 0).then_some(("in_progress", calls.in_progress));
    let ended = calls
        .dispositions
        .iter()
        .map(|count| (count.disposition, count.calls));
    for (end, number) in ended.chain(open) {
        let name = end.replace('_', " ");
        write_line(
            out,
            &format!(
                "  {name:<18}{:>6}   {}",
                count(number),
                bar(number, calls.arrived, BAR_WIDTH)
            ),
        )?;
    }
    Ok(())
}

fn write_comments(comments: &[Comments], out: &mut impl Write) -> Result<()> {
    if comments.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nRecorded comments")?;
    for question in comments {
        let name = format!("{} / {}", plain(&question.survey), plain(&question.question));
        let minutes = format!("{} min", display(question.seconds / 60.0));
        let asides = [
            (question.empty, "empty"),
            (question.not_left, "not left"),
            (question.lost, "lost"),
            (question.in_progress, "in progress"),
        ];
        let asides: String = asides
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!(", {} {what}", count(*number)))
            .collect();
        writeln!(
            out,
            "  {name:<24}{:>6}   {minutes}{asides}",
            count(question.comments)
        )?;
    }
    Ok(())
}

fn write_survey(series: &Series, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "\nSurvey {}: {}",
        plain(&series.survey),
        plain(&series.title)
    )?;
    if !series.goal.is_empty() {
        writeln!(out, "Goal: {}", plain(&series.goal))?;
    }
    Ok(())
}

fn write_series(series: &Series, is_again: bool, out: &mut impl Write) -> Result<()> {
    writeln!(out)?;
    match series.metric {
        Some(_) => writeln!(out, "  {}", plain(&series.text))?,
        None => writeln!(
            out,
            "  {} (its definition is not known: counts only)",
            plain(&series.question)
        )?,
    }
    if is_again {
        writeln!(
            out,
            "    (defined differently then: not to be compared with the figures above)"
        )?;
    }
    if series.scale.is_some_and(|scale| !scale.high_is_good) {
        writeln!(out, "    (low is good)")?;
    }
    if let Some(doubt) = &series.direction_doubt {
        writeln!(
            out,
            "    The direction of the scale may be wrong: {}",
            plain(doubt)
        )?;
    }
    write_scores(series, out)?;
    let width = series
        .distribution
        .iter()
        .filter_map(|count| count.label.as_ref())
        .map(|label| label.chars().count());
    let width = width.max().unwrap_or(0).min(30);
    let most = series
        .distribution
        .iter()
        .map(|count| count.answers)
        .max()
        .unwrap_or(0);
    for value in &series.distribution {
        let label: String = plain(value.label.as_deref().unwrap_or_default())
            .chars()
            .take(30)
            .collect();
        let share = value
            .percent
            .map(|percent| format!("{} %", display(percent)))
            .unwrap_or_default();
        let bar = bar(value.answers, most, BAR_WIDTH);
        let line = format!(
            "    {:>4}  {label:<width$} {:>7} {share:>8}  {bar}",
            value.value,
            count(value.answers)
        );
        write_line(out, &line)?;
    }
    let asides = [
        (series.skipped, "skipped"),
        (series.out_of_scale, "outside the scale, left out"),
    ];
    for (number, what) in asides.into_iter().filter(|(number, _)| *number > 0) {
        writeln!(out, "    {} {what}", count(number))?;
    }
    Ok(())
}

fn write_scores(series: &Series, out: &mut impl Write) -> Result<()> {
    let is_points = series.metric == Some("nps");
    let score_name = match series.metric {
        Some("nps") => "NPS".to_owned(),
        Some("csat") => format!("CSAT ({})", good_values(series)),
        Some("ces") => format!("CES ({})", good_values(series)),
        _ => good_values(series),
    };
    if series.n < FEWEST_FOR_A_SCORE {
        let n = series.n;
        return writeln!(
            out,
            "    n = {n}: counts only, a score needs {FEWEST_FOR_A_SCORE} answers"
        );
    }
    if let Some(mean) = series.mean {
        write_score(out, "Mean", mean, "")?;
    }
    match series.score {
        Some(score) if is_points => write_score(out, &score_name, score, "")?,
        Some(score) => write_score(out, &score_name, score, " %")?,
        None => writeln!(out, "    n = {}", count(series.n))?,
    }
    let (Some(target), Some(verdict)) = (series.target, series.verdict) else {
        return Ok(());
    };
    let verdict = match verdict {
        "reached" => "reached",
        "missed" => "missed",
        _ => "not decided yet: the interval contains it",
    };
    let target = figure(target, if is_points { "" } else { " %" });
    writeln!(out, "    {:<20}{target}   {verdict}", "Target")
}

fn write_score(out: &mut impl Write, name: &str, score: Score, unit: &str) -> Result<()> {
    let (value, low, high) = (figure(score.value, unit), display(score.low), display(score.high));
    let n = count(score.n);
    writeln!(
        out,
        "    {name:<20}{value}   95 % interval {low} to {high}{unit}   n = {n}"
    )
}

/// A figure with its unit, as wide as any other.
fn figure(value: f64, unit: &str) -> String {
    format!("{:>8}{unit:<2}", display(value))
}

/// The values that a share counts, such as `4 to 5`.
fn good_values(series: &Series) -> String {
    let (Some(scale), Some(threshold)) = (series.scale, series.threshold) else {
        return "Share".to_owned();
    };
    let (first, last) = if scale.high_is_good {
        (threshold, scale.max)
    } else {
        (scale.min, threshold)
    };
    let label = |value: i64| {
        series
            .distribution
            .iter()
            .find(|count| count.value == value)
            .and_then(|c| c.label.clone())
    };
    match label(first).filter(|_| first == last) {
        Some(label) => plain(&label).chars().take(16).collect(),
        None if first == last => format!("{first}"),
        None => format!("{first} to {last}"),
    }
}

/// A line without trailing blanks.
fn write_line(out: &mut impl Write, line: &str) -> Result<()> {
    writeln!(out, "{}", line.trim_end())
}
