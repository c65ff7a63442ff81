//! Numbers and bars for the terminal.

/// A count with thousands set off: `12,345`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A bar for `part` of `whole`, `width` characters at most, in eighths of a character.
pub(super) fn bar(part: u64, whole: u64, width: u32) -> String {
    if whole == 0 {
        return String::new();
    }
    let eighths = (part.min(whole) as f64 / whole as f64 * f64::from(width) * 8.0).round() as usize;
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        .get(eighths % 8)
        .copied()
        .unwrap_or_default();
    let bar = "█".repeat(eighths / 8) + rest;
    // What happened at all is seen.
    if bar.is_empty() && part > 0 {
        "▏".to_owned()
    } else {
        bar
    }
}

/// A text from outside on one line: control characters, which could steer the terminal, become `�`; so do the ends of lines and paragraphs of
/// Unicode, the signs that turn the direction of what follows them, and what no XML file may hold.
pub(super) fn plain(text: &str) -> String {
    let is_unsafe = |symbol: char| {
        symbol.is_control()
            || matches!(symbol, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    text.chars()
        .map(|symbol| if is_unsafe(symbol) { '\u{fffd}' } else { symbol })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{bar, count, plain};

    #[test]
    fn thousands_are_set_off() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count),
            ["0", "999", "1,000", "1,234,567"]
        );
    }

    #[test]
    fn bar_grows_by_eighths_and_something_is_always_seen() {
        assert_eq!(bar(0, 100, 10), "");
        assert_eq!(bar(1, 100_000, 10), "▏");
        assert_eq!(bar(55, 100, 10), "█████▌");
        assert_eq!(bar(100, 100, 10), "██████████");
        assert_eq!(bar(5, 0, 10), "");
    }

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(plain("sales\u{1b}[2J\n"), "sales\u{fffd}[2J\u{fffd}");
        assert_eq!(plain("tyytyväinen"), "tyytyväinen");
        assert_eq!(plain("מכירות"), "מכירות");
        assert_eq!(
            plain("a\u{202e}b\u{2029}c\u{2066}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}"
        );
    }
}
