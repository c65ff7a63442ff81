//! Texts from outside, cut and cleaned for logs, rows and terminals. Pure.

/// Characters that are kept of an answer.
pub const LONGEST: usize = 300;

/// One line of at most [`LONGEST`] characters: whatever is no visible character becomes a blank, and several blanks one.
pub fn shortened(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for symbol in text.trim().chars() {
        let symbol = if is_visible(symbol) { symbol } else { ' ' };
        if symbol == ' ' && shown.ends_with(' ') {
            continue;
        }
        if length == LONGEST {
            shown.push_str("...");
            break;
        }
        shown.push(symbol);
        length += 1;
    }
    shown.truncate(shown.trim_end().len());
    shown
}

/// Neither a control character, nor one that turns the direction of a line or has no width, behind which a text can hide.
fn is_visible(symbol: char) -> bool {
    let is_format = matches!(
        symbol,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    !symbol.is_control() && !symbol.is_whitespace() && !is_format
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LONGEST, shortened};

    #[test]
    fn answer_is_one_line_without_what_could_hide_in_it() {
        assert_eq!(
            shortened("250-mx.example\r\n250 2.0.0\tOk: \u{1b}[31mqueued\u{202e} as 4711\r\n"),
            "250-mx.example 250 2.0.0 Ok: [31mqueued as 4711"
        );
        assert_eq!(shortened(&"x".repeat(5_000)).len(), LONGEST + 3);
        assert_eq!(shortened(" \n "), "");
    }

    proptest! {
        #[test]
        fn no_answer_is_long_or_has_a_control_character(text in "(?s).{0,2000}") {
            let shown = shortened(&text);
            prop_assert!(shown.chars().count() <= LONGEST + 3);
            prop_assert!(!shown.contains(char::is_control));
        }
    }
}
