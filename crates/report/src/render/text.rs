//! The text for terminals and for the text part of mails: the report as it always was, and behind it the parts that were asked for.

mod interval;
mod layout;

use std::io::{Result, Write};

use super::document::{Block, Document, Section, SectionKind, Sheet};
use super::locale::Locale;
use super::table::write_table;
use crate::report::Report;

/// Lines are at most so long.
const WIDTH: usize = 100;

/// Writes a report as an English text of at most about 100 columns. Comparison, trend and parts stand behind it where the query asked for
/// them; rates, quality of the answers, non-response and method where `has_details`.
///
/// # Errors
/// `out` did not take it.
pub fn write_text(report: &Report, has_details: bool, out: &mut impl Write) -> Result<()> {
    write_table(report, out)?;
    if report.calls.arrived == 0 {
        return Ok(());
    }
    let document = Document::of(report, Locale::TERMINAL);
    for section in &document.sections {
        let blocks: Vec<&Block> = section
            .blocks
            .iter()
            .filter(|block| is_shown(section, block, has_details))
            .collect();
        if !blocks.is_empty() {
            write_section(section, &blocks, out)?;
        }
    }
    Ok(())
}

/// Whether a part stands behind the report: what the report shows already does not.
fn is_shown(section: &Section, block: &Block, has_details: bool) -> bool {
    match (section.kind, block) {
        (_, Block::Chart(_)) | (SectionKind::Survey | SectionKind::Comments, _) => false,
        (SectionKind::Comparison | SectionKind::Trend | SectionKind::Groups, _) => true,
        (SectionKind::Calls, Block::Table(table)) => has_details && matches!(table.id, "rates" | "rules"),
        // More than the headline and the mean: weighted, or without doubtful answers.
        (SectionKind::Question, Block::Table(table)) => {
            has_details && table.sheet == Sheet::Questions && table.rows.len() > 1
        }
        (SectionKind::Calls | SectionKind::Question, Block::Sentence(_)) => false,
        (SectionKind::Quality | SectionKind::NonResponse | SectionKind::Reach | SectionKind::Method, _) => {
            has_details
        }
    }
}

fn write_section(section: &Section, blocks: &[&Block], out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{}", layout::cut(&section.heading.text, WIDTH))?;
    let mut is_behind_table = false;
    for block in blocks {
        match block {
            Block::Sentence(phrase) => {
                if std::mem::take(&mut is_behind_table) {
                    writeln!(out)?;
                }
                for line in layout::wrapped(&phrase.text, WIDTH - 2) {
                    writeln!(out, "  {line}")?;
                }
            }
            Block::Table(table) => {
                writeln!(out, "\n  {}", layout::cut(&table.caption.text, WIDTH - 2))?;
                for line in layout::table(table, WIDTH) {
                    writeln!(out, "{}", line.trim_end())?;
                }
                is_behind_table = true;
            }
            Block::Chart(_) => {}
        }
    }
    Ok(())
}
