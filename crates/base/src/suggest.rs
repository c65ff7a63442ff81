//! "Did you mean": the known word nearest to a misspelt one.

/// The known word that differs least from `word`, when it differs little: one edit for each three letters begun.
pub fn closest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = word.chars().count().min(64).div_ceil(3);
    known
        .into_iter()
        .map(|candidate| {
            (
                edits(word, candidate),
                letters(word) != letters(candidate),
                candidate,
            )
        })
        .filter(|(distance, _, _)| *distance <= limit)
        .min()
        .map(|(_, _, candidate)| candidate)
}

/// The letters of a word whatever their order: of two words that are as near the one with the same letters was meant.
fn letters(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().take(64).collect();
    letters.sort_unstable();
    letters
}

/// How many insertions, deletions, replacements and exchanges of two neighbours make one of the other, over the first 64
/// characters of each (optimal string alignment). An exchange is one slip of the fingers: `spi` is nearer to `sip` than to `cli`.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    // The row and the letter before.
    let mut before: Option<(Vec<usize>, char)> = None;
    for (i, from) in left.chars().take(64).enumerate() {
        let mut next = vec![i + 1];
        for (j, to) in right.iter().enumerate() {
            let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
            let replaced = at(&row, j) + usize::from(from != *to);
            let removed = at(&row, j + 1) + 1;
            let inserted = at(&next, j) + 1;
            let exchanged = before.as_ref().and_then(|(row, earlier)| {
                let column = j.checked_sub(1)?;
                let is_exchange = right.get(column) == Some(&from) && earlier == to;
                is_exchange.then(|| at(row, column) + 1)
            });
            let least = replaced.min(removed).min(inserted);
            next.push(exchanged.map_or(least, |exchanged| least.min(exchanged)));
        }
        before = Some((std::mem::replace(&mut row, next), from));
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{closest, edits};

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(closest("treshold", ["threshold", "target"]), Some("threshold"));
        assert_eq!(closest("nps_rety", ["nps", "nps_retry"]), Some("nps_retry"));
        assert_eq!(closest("spi", ["cli", "sip", "api"]), Some("sip"));
        assert_eq!(closest("colour", ["threshold", "target"]), None);
    }

    #[test]
    fn edits_are_counted_and_an_exchange_of_neighbours_is_one() {
        for (left, right, distance) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("ä", "a", 1),
            ("spi", "sip", 1),
            ("threshodl", "threshold", 1),
            ("ca", "abc", 3),
        ] {
            assert_eq!(edits(left, right), distance, "{left} -> {right}");
        }
    }
}
