//! `key=value` lists, as people put them into one header.
//!
//! The separators are whatever the scripting language of a PBX makes easy: `;`, `|`, `&`, a line end, or else a comma.
//! Cisco cuts header data at 210 to 255 bytes: what cannot be known to be whole is left out, the pairs before it stay.

use super::header_text::{clean, may_be_cut};
use aftercall_survey::context::mapping::plain_key;

/// Pairs read from one list; more are left out.
const MOST_PAIRS: usize = 64;

/// Whether a list may have lost its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It came whole.
    Whole,
    /// It is as long as a list that was cut: its last pair counts only when a separator follows it.
    Doubtful,
}

impl End {
    /// The end of a value of this many bytes.
    pub(super) const fn of(bytes: usize) -> Self {
        if may_be_cut(bytes) {
            Self::Doubtful
        } else {
            Self::Whole
        }
    }
}

/// The pairs of a list in order, each key in lower case with `_` between words, each value clean; empty when the text
/// is no list.
pub(super) fn parse(list: &str, end: End) -> Vec<(String, String)> {
    let mut pieces = pieces(list);
    if end == End::Doubtful {
        // Behind a separator at the very end stands an empty piece, which is dropped as well.
        pieces.pop();
    }
    let several = pieces.len() > 1;
    pieces
        .iter()
        .filter_map(|piece| pair(piece, several))
        .take(MOST_PAIRS)
        .collect()
}

fn pieces(list: &str) -> Vec<&str> {
    const STRONG: [char; 4] = [';', '|', '&', '\n'];
    let strong = split_outside(list, |symbol| STRONG.contains(&symbol));
    match strong.as_slice() {
        [one] => split_outside(one, |symbol| symbol == ','),
        _ => strong,
    }
}

/// Splits where `is_separator` holds outside quotes.
fn split_outside(text: &str, is_separator: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|symbol| {
        let separates = !quoted && is_separator(symbol);
        match symbol {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => {}
        }
        separates
    })
    .collect()
}

fn pair(piece: &str, several: bool) -> Option<(String, String)> {
    let colon = || piece.split_once(':').filter(|_| several);
    let (key, value) = piece.split_once('=').or_else(colon)?;
    let key = plain_key(key);
    let sound = (1..=64).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    sound.then_some(())?;
    Some((key, clean(value)?))
}

#[cfg(test)]
mod tests {
    use super::{End, parse};

    fn read(list: &str, end: End) -> Vec<String> {
        let pairs = parse(list, end);
        pairs
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect()
    }

    #[test]
    fn lists_are_read_with_the_separators_that_scripts_use() {
        for list in [
            "queue=sales;agent=4711",
            "queue=sales|agent=4711|",
            "queue=sales&agent=4711",
            "Queue = sales , Agent=4711",
            "queue:sales;agent:4711",
            "X-Queue=sales;X-Agent=\"4711\"",
        ] {
            assert_eq!(read(list, End::Whole), ["queue=sales", "agent=4711"], "{list}");
        }
        assert_eq!(read("name=\"a;b\";x=1,2", End::Whole), ["name=a;b", "x=1,2"]);
        for text in ["", "sales", "sip:x@y", "=1", "a b!=1;;="] {
            assert!(read(text, End::Whole).is_empty(), "{text}");
        }
    }

    #[test]
    fn pair_that_may_be_cut_is_left_out_and_the_whole_ones_stay() {
        assert_eq!(read("queue=sales;agent=47", End::Doubtful), ["queue=sales"]);
        assert_eq!(
            read("queue=sales;agent=4711;", End::Doubtful),
            ["queue=sales", "agent=4711"],
            "a separator says that the pair before it is whole"
        );
        assert!(read("queue=sal", End::Doubtful).is_empty());
    }

    #[test]
    fn list_of_very_many_pairs_is_bounded() {
        let list: String = (0..10_000).map(|number| format!("k{number}=v;")).collect();
        assert_eq!(parse(&list, End::Whole).len(), 64);
    }
}
