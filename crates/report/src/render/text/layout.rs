//! Tables and paragraphs within a width.

use super::interval;
use crate::render::cell;
use crate::render::document::{Cell, ColumnKind, Table};
use crate::render::locale::Locale;

/// Names are cut to so many characters where there is no room.
const SHORTEST_NAME: usize = 18;
const INDENT: usize = 4;
const GAP: usize = 2;

/// A column of texts.
struct Texts {
    is_numeric: bool,
    /// It may be cut: names and questions, no verdicts.
    is_name: bool,
    /// In two lines at most.
    head: [String; 2],
    rows: Vec<String>,
}

impl Texts {
    fn new(is_numeric: bool, is_name: bool, head: &str, rows: Vec<String>) -> Self {
        let widest = rows.iter().map(|text| length(text)).max().unwrap_or(0);
        Self {
            is_numeric,
            is_name,
            head: in_two_lines(head, widest),
            rows,
        }
    }

    fn width(&self) -> usize {
        let texts = self.head.iter().chain(&self.rows);
        texts.map(|text| length(text)).max().unwrap_or(0)
    }
}

/// The lines of a table: a head, and lines for each row. Where it is too wide its names are cut; where that is not enough, the first of
/// them stand on lines of their own, and the last column is wrapped.
pub(super) fn table(table: &Table, width: usize) -> Vec<String> {
    let room = width - INDENT;
    let mut columns = columns(table);
    let chart_room = interval::WIDTH + GAP;
    if table.chart.is_some() {
        shorten(&mut columns, room - chart_room);
    }
    shorten(&mut columns, room);
    let mut names = None;
    if total(&columns) > room && columns.first().is_some_and(|first| first.is_name) && columns.len() > 2 {
        columns = self::columns(table);
        names = Some(columns.remove(0).rows);
        shorten(&mut columns, room);
    }
    if let Some(chart) = table
        .chart
        .as_ref()
        .filter(|_| total(&columns) + chart_room <= room)
    {
        columns.push(Texts::new(false, false, "", interval::rows(chart)));
    }
    lines(&columns, names.as_deref(), table.rows.len(), room)
}

fn lines(columns: &[Texts], names: Option<&[String]>, rows: usize, room: usize) -> Vec<String> {
    let widths: Vec<usize> = columns.iter().map(Texts::width).collect();
    let mut lines: Vec<String> = (0..2)
        .map(|line| {
            let heads = columns
                .iter()
                .map(|column| column.head.get(line).map_or("", String::as_str));
            row(columns, &widths, heads)
        })
        .filter(|line| !line.trim().is_empty())
        .collect();
    // What is before the last column decides how wide that may be.
    let before: usize = widths.iter().rev().skip(1).map(|width| width + GAP).sum();
    let last_room = room.saturating_sub(before).max(SHORTEST_NAME);
    let mut last_name = "";
    for index in 0..rows {
        if let Some(name) = names
            .and_then(|names| names.get(index))
            .filter(|name| **name != last_name)
        {
            last_name = name;
            lines.push(format!("{:INDENT$}{}", "", cut(name, room)));
        }
        let texts = columns
            .iter()
            .map(|column| column.rows.get(index).map_or("", String::as_str));
        let texts: Vec<&str> = texts.collect();
        let Some((last, first)) = texts.split_last() else {
            continue;
        };
        let wrapped = match length(last) > last_room {
            true => wrapped(last, last_room),
            false => vec![(*last).to_owned()],
        };
        let mut wrapped = wrapped.iter();
        let line = wrapped.next().map_or("", String::as_str);
        lines.push(row(columns, &widths, first.iter().copied().chain([line])));
        let rest = wrapped.map(|line| format!("{:width$}{line}", "", width = INDENT + before));
        lines.extend(rest);
    }
    lines
}

/// A line of a table.
fn row<'t>(columns: &[Texts], widths: &[usize], texts: impl Iterator<Item = &'t str>) -> String {
    let mut line = " ".repeat(INDENT);
    for ((column, width), text) in columns.iter().zip(widths).zip(texts) {
        let blank = " ".repeat(width.saturating_sub(length(text)));
        match column.is_numeric {
            true => line.extend([blank.as_str(), text]),
            false => line.extend([text, blank.as_str()]),
        }
        line.push_str("  ");
    }
    line
}

/// The columns that are no details.
fn columns(table: &Table) -> Vec<Texts> {
    let shown = table.filled_columns().filter(|(_, column)| !column.is_detail);
    shown
        .map(|(index, column)| {
            let cells = table
                .rows
                .iter()
                .map(|row| row.cells.get(index).unwrap_or(&Cell::Empty));
            let is_foreign = |cell: &Cell| matches!(cell, Cell::Text(phrase) if phrase.is_foreign);
            let is_name = column.kind == ColumnKind::Text && cells.clone().any(is_foreign);
            let texts = cells.map(|cell| cell::text(cell, Locale::TERMINAL)).collect();
            Texts::new(column.is_numeric(), is_name, &column.head, texts)
        })
        .collect()
}

fn total(columns: &[Texts]) -> usize {
    let widths: usize = columns.iter().map(|column| column.width() + GAP).sum();
    widths.saturating_sub(GAP)
}

/// Cuts names as far as it takes, the longest column first.
fn shorten(columns: &mut [Texts], room: usize) {
    for _ in 0..columns.len() {
        let excess = total(columns).saturating_sub(room);
        let names = columns.iter_mut().filter(|column| column.is_name);
        let Some(longest) = names.max_by_key(|column| column.width()).filter(|_| excess > 0) else {
            return;
        };
        let width = longest.width().saturating_sub(excess).max(SHORTEST_NAME);
        for text in &mut longest.rows {
            *text = cut(text, width);
        }
    }
}

/// A head in two lines where one would make the column wider than its cells.
fn in_two_lines(head: &str, widest: usize) -> [String; 2] {
    let whole = || [String::new(), head.to_owned()];
    if length(head) <= widest {
        return whole();
    }
    // What stands in parentheses stays together.
    let parenthesis = head.find(" (");
    let splits = head.char_indices().filter(|(at, sign)| match parenthesis {
        Some(before) => *at == before,
        None => *sign == ' ',
    });
    let lines = splits.filter_map(|(at, _)| Some((head.get(..at)?, head.get(at + 1..)?)));
    let best = lines.min_by_key(|(first, second)| length(first).max(length(second)));
    best.map_or_else(whole, |(first, second)| [first.to_owned(), second.to_owned()])
}

/// A text of at most so many characters.
pub(super) fn cut(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// A paragraph in lines.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines
            .last_mut()
            .filter(|line| length(line) + 1 + length(word) <= width)
        {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(cut(word, width)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{in_two_lines, wrapped};

    #[test]
    fn paragraphs_keep_within_their_width() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefghij k", 5), ["abcd…", "k"]);
        assert!(wrapped("  ", 5).is_empty());
    }

    #[test]
    fn heads_are_broken_only_where_that_makes_the_column_narrower() {
        assert_eq!(in_two_lines("95 % interval", 20), ["", "95 % interval"]);
        assert_eq!(in_two_lines("Beside all others", 4), ["Beside", "all others"]);
        assert_eq!(in_two_lines("CSAT (4 to 5)", 6), ["CSAT", "(4 to 5)"]);
        assert_eq!(in_two_lines("Response", 4), ["", "Response"]);
    }
}
