//! "Did you mean": the known word nearest to a misspelt one.

/// The known word that differs least from `word`, when it differs little: one edit for each three letters begun.
pub fn closest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = word.chars().count().min(64).div_ceil(3);
    known
        .into_iter()
        .map(|candidate| (edits(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The Levenshtein distance: insertions, deletions and replacements, over the first 64 characters of each.
fn edits(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().take(64).enumerate() {
        let mut diagonal = i;
        let mut previous = i + 1;
        if let Some(first) = row.first_mut() {
            *first = previous;
        }
        for (cell, to) in row.iter_mut().skip(1).zip(&right) {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = *cell;
            *cell = replaced.min(diagonal + 1).min(previous + 1);
            previous = *cell;
        }
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
        assert_eq!(closest("colour", ["threshold", "target"]), None);
    }

    #[test]
    fn edits_are_counted_as_levenshtein_did() {
        for (left, right, distance) in [
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("ä", "a", 1),
        ] {
            assert_eq!(edits(left, right), distance, "{left} -> {right}");
        }
    }
}
