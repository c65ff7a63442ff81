//! What is wrong with a file that a person edits.
//!
//! A [`Fault`] names file, line, reason and fix, so that the operator reads once and knows what to type. A
//! check collects all of them in [`Faults`] before it refuses; warnings alone refuse nothing. Nothing here is
//! about surveys: the check of the whole configuration reports with the same type.

use std::fmt;
use std::ops::Range;

/// How much a fault matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth a look; the file is used all the same.
    Warning,
    /// The file is refused.
    Error,
}

/// A place in a text file; both numbers count from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl Position {
    /// The position of the byte `offset` of `text`; past the end it is the end.
    pub fn of(text: &str, offset: usize) -> Self {
        let before: &[u8] = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
        let line_start = before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1);
        let is_char_start = |byte: &&u8| **byte & 0xC0 != 0x80;
        Self {
            line: before.iter().filter(|byte| **byte == b'\n').count() + 1,
            column: before.iter().skip(line_start).filter(is_char_start).count() + 1,
        }
    }
}

/// One fault of a file: where it is, why it is one, and how to fix it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file as the operator knows it.
    pub file: String,
    /// Where in the file; `None` when it concerns the file as a whole.
    pub position: Option<Position>,
    /// Whether the file is refused for it.
    pub severity: Severity,
    /// What is wrong, without a full stop.
    pub reason: String,
    /// What to do about it, without a full stop.
    pub fix: String,
}

impl Fault {
    /// An error about a file as a whole, for example that it cannot be read.
    pub fn of_file(file: impl Into<String>, reason: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            position: None,
            severity: Severity::Error,
            reason: reason.into(),
            fix: fix.into(),
        }
    }

    /// Whether the file is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(position) = self.position {
            write!(f, ":{}", position.line)?;
        }
        let warning = match self.severity {
            Severity::Warning => "warning: ",
            Severity::Error => "",
        };
        let stop = if self.fix.ends_with('?') { "" } else { "." };
        write!(f, ": {warning}{}. Fix: {}{stop}", self.reason, self.fix)
    }
}

/// The faults of one file while it is being read.
#[derive(Debug)]
pub struct Faults<'t> {
    file: &'t str,
    text: &'t str,
    found: Vec<Fault>,
}

impl<'t> Faults<'t> {
    /// No faults yet in `file`, whose content is `text`.
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Self {
            file,
            text,
            found: Vec::new(),
        }
    }

    /// Adds an error at the bytes `span` of the text.
    pub fn error(&mut self, span: Range<usize>, reason: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Error, &span, reason.into(), fix.into());
    }

    /// Adds a warning at the bytes `span` of the text.
    pub fn warning(&mut self, span: Range<usize>, reason: impl Into<String>, fix: impl Into<String>) {
        self.push(Severity::Warning, &span, reason.into(), fix.into());
    }

    /// Whether the file must be refused.
    pub fn has_error(&self) -> bool {
        self.found.iter().any(Fault::is_error)
    }

    /// Everything found, in the order of the file.
    pub fn into_sorted(mut self) -> Vec<Fault> {
        self.found.sort_by_key(|fault| fault.position);
        self.found
    }

    fn push(&mut self, severity: Severity, span: &Range<usize>, reason: String, fix: String) {
        let position = Some(Position::of(self.text, span.start));
        self.found.push(Fault {
            file: self.file.to_owned(),
            position,
            severity,
            reason,
            fix,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, Position};

    #[test]
    fn fault_reads_as_file_line_reason_and_mend() {
        let mut faults = Faults::new("config/surveys/nps.toml", "a\nb\nc");
        faults.error(4..5, "an NPS question is on 0-10", "remove `scale`");
        faults.warning(0..1, "five questions", "ask fewer");
        let lines: Vec<String> = faults.into_sorted().iter().map(Fault::to_string).collect();
        assert_eq!(
            lines,
            [
                "config/surveys/nps.toml:1: warning: five questions. Fix: ask fewer.",
                "config/surveys/nps.toml:3: an NPS question is on 0-10. Fix: remove `scale`.",
            ]
        );
    }

    #[test]
    fn column_counts_characters_and_an_offset_past_the_end_is_the_end() {
        assert_eq!(Position::of("ä=ö\nx", 3), Position { line: 1, column: 3 });
        assert_eq!(Position::of("ab\nc", 99), Position { line: 2, column: 2 });
    }
}
