//! Numbers of things in sentences for people. Pure.

use std::fmt::Display;

/// `1 error`, `2 errors`, `0 errors`: `what` is the word for one, whose plural ends in `s`.
pub fn counted<N: Display + PartialEq + From<u8>>(many: N, what: &str) -> String {
    let plural = if many == N::from(1) { "" } else { "s" };
    format!("{many} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_no_plural() {
        assert_eq!(
            [0_u64, 1, 2].map(|many| counted(many, "error")),
            ["0 errors", "1 error", "2 errors"]
        );
    }
}
