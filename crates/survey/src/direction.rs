//! Whether the words of a scale say the opposite of its direction.
//!
//! "How easy was it?" and "How much effort did it take?" are both asked for a CES, and point opposite ways; a direction that is
//! forgotten turns every figure around and nothing else shows it. Words are no proof, in five languages even less: so this
//! is a doubt that is reported, by `check` and with the figures, and never changes anything. The words at the ends of
//! the scale go before those of the question; where something is denied ("not easy") nothing is concluded. Pure.

use super::metric::Metric;

/// What a word says of whom it is said of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Good,
    Bad,
}

/// Beginnings of words in English, Finnish, Polish, Czech and Greek, lower case; what speaks against something first, for
/// `dissatisfied` is no kind of `satisfied`.
const SENSES: [(Sense, &[&str]); 2] = [
    (
        Sense::Bad,
        &[
            "difficult",
            "hard",
            "dissatisf",
            "unsatisf",
            "unhapp",
            "bad",
            "poor",
            "terrible",
            "awful",
            "worst",
            "complicat",
            "vaike",
            "hankal",
            "tyytymät",
            "huono",
            "surke",
            "trudn",
            "niezadow",
            "zły",
            "zła",
            "złe",
            "źle",
            "obtížn",
            "těžk",
            "složit",
            "nespokoj",
            "špatn",
            "δύσκολ",
            "δυσαρεστ",
            "κακ",
            "χάλια",
        ],
    ),
    (
        Sense::Good,
        &[
            "easy",
            "easi",
            "effortless",
            "satisf",
            "happy",
            "good",
            "great",
            "excellent",
            "best",
            "simple",
            "helppo",
            "helpo",
            "vaivat",
            "tyytyväi",
            "hyvä",
            "hyvi",
            "erinomai",
            "łatw",
            "prost",
            "zadow",
            "dobr",
            "dobř",
            "świetn",
            "snadn",
            "jednoduch",
            "spokoj",
            "výborn",
            "εύκολ",
            "ευχαριστ",
            "ικανοποι",
            "καλό",
            "καλή",
            "καλά",
            "άριστ",
        ],
    ),
];

/// Beginnings of the words that ask for effort, of which little is good.
const EFFORT: [&str; 10] = [
    "effort",
    "vaivaa",
    "vaivan",
    "ponnist",
    "wysił",
    "úsil",
    "námah",
    "προσπάθ",
    "προσπαθ",
    "κόπο",
];

/// Words that deny or weaken what stands beside them.
const DENIALS: [&str; 19] = [
    "not",
    "no",
    "without",
    "little",
    "less",
    "least",
    "never",
    "ei",
    "ilman",
    "vähän",
    "nie",
    "bez",
    "mało",
    "ne",
    "málo",
    "δεν",
    "όχι",
    "χωρίς",
    "λίγο",
];

/// The words of a scale and what counts as good on it.
#[derive(Debug, Clone, Copy)]
pub struct ScaleWording<'w> {
    /// Only CES and CSAT can be asked in either direction.
    pub metric: Metric,
    /// Its smallest and largest value.
    pub scale: (i64, i64),
    /// Whether a high value is good.
    pub high_is_good: bool,
    /// The question in words.
    pub text: &'w str,
    /// What the smallest value means.
    pub lowest: Option<&'w str>,
    /// What the largest value means.
    pub highest: Option<&'w str>,
}

/// Why the direction may be the wrong one; `None` where nothing speaks against it, or where there is no direction to doubt.
pub fn direction_doubt(worded: ScaleWording<'_>) -> Option<String> {
    let has_direction = matches!(worded.metric, Metric::Ces | Metric::Csat) && worded.scale != (0, 1);
    if !has_direction {
        return None;
    }
    let counts = if worded.high_is_good { "high" } else { "low" };
    let ends = [
        (worded.lowest, worded.scale.0, !worded.high_is_good),
        (worded.highest, worded.scale.1, worded.high_is_good),
    ];
    let mut against = None;
    for (label, value, should_be_good) in ends {
        let Some((label, says)) = label.and_then(|label| Some((label, sense(label)?))) else {
            continue;
        };
        if (says == Sense::Good) == should_be_good {
            return None;
        }
        against = against.or(Some(format!(
            "{value} means \"{label}\", but {counts} counts as good"
        )));
    }
    against.or_else(|| asks_otherwise(worded, counts))
}

/// A CES whose question asks for effort where it should ask for ease, or the reverse.
fn asks_otherwise(worded: ScaleWording<'_>, counts: &str) -> Option<String> {
    let words = words(worded.text);
    if worded.metric != Metric::Ces || is_denied(&words) {
        return None;
    }
    let is_ease = sense_of(&words) == Some(Sense::Good);
    let is_effort = words.iter().any(|word| {
        EFFORT.iter().any(|beginning| word.starts_with(beginning)) && !word.starts_with("effortless")
    });
    match (is_effort, is_ease) {
        (true, false) if worded.high_is_good => Some(format!(
            "the question asks for effort, of which little is good, but {counts} counts as good"
        )),
        (false, true) if !worded.high_is_good => Some(format!(
            "the question asks for ease, of which much is good, but {counts} counts as good"
        )),
        _ => None,
    }
}

fn sense(label: &str) -> Option<Sense> {
    let words = words(label);
    if is_denied(&words) { None } else { sense_of(&words) }
}

fn sense_of(words: &[String]) -> Option<Sense> {
    let says = |beginnings: &[&str]| {
        words
            .iter()
            .any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
    };
    let mut found = SENSES.iter().filter(|(_, beginnings)| says(beginnings));
    match (found.next(), found.next()) {
        (Some((sense, _)), None) => Some(*sense),
        // Both or neither: "how easy or difficult".
        (Some(_), Some(_)) | (None, _) => None,
    }
}

fn is_denied(words: &[String]) -> bool {
    words.iter().any(|word| DENIALS.contains(&word.as_str()))
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|symbol: char| !symbol.is_alphabetic());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{ScaleWording, direction_doubt};
    use crate::Metric;

    fn ces(text: &str, high_is_good: bool) -> ScaleWording<'_> {
        ScaleWording {
            metric: Metric::Ces,
            scale: (1, 5),
            high_is_good,
            text,
            lowest: None,
            highest: None,
        }
    }

    #[test]
    fn effort_counts_low_as_good_and_ease_high_in_every_language() {
        for effort in [
            "How much effort did it take to get your matter sorted out?",
            "Kuinka paljon vaivaa jouduit näkemään?",
            "Ile wysiłku wymagało załatwienie sprawy?",
            "Kolik úsilí vás to stálo?",
            "Πόση προσπάθεια χρειάστηκε;",
        ] {
            assert!(
                direction_doubt(ces(effort, true)).is_some_and(|why| why.contains("effort")),
                "{effort}"
            );
            assert_eq!(direction_doubt(ces(effort, false)), None, "{effort}");
        }
        for ease in [
            "How easy was it to get your matter sorted out?",
            "How effortless was it?",
            "Kuinka helppoa oli saada asiasi hoidettua kuntoon?",
            "Jak łatwo udało się Państwu załatwić sprawę?",
            "Jak snadné bylo vyřídit vaši záležitost?",
            "Πόσο εύκολο ήταν να τακτοποιηθεί το θέμα σας;",
        ] {
            assert_eq!(direction_doubt(ces(ease, true)), None, "{ease}");
            assert!(
                direction_doubt(ces(ease, false)).is_some_and(|why| why.contains("ease")),
                "{ease}"
            );
        }
    }

    #[test]
    fn words_at_the_ends_go_before_those_of_the_question() {
        let labelled = |lowest, highest, high_is_good| {
            direction_doubt(ScaleWording {
                lowest: Some(lowest),
                highest: Some(highest),
                ..ces("How much effort was it?", high_is_good)
            })
        };
        assert_eq!(labelled("very difficult", "very easy", true), None);
        assert_eq!(labelled("very easy", "very difficult", false), None);
        let why = labelled("very easy", "very difficult", true).unwrap();
        assert_eq!(why, "1 means \"very easy\", but high counts as good");
        for (lowest, highest) in [
            ("erittäin tyytyväinen", "erittäin tyytymätön"),
            ("bardzo zadowolony", "bardzo niezadowolony"),
            ("velmi spokojen", "velmi nespokojen"),
            ("πολύ ικανοποιημένος", "πολύ δυσαρεστημένος"),
        ] {
            assert!(labelled(lowest, highest, true).is_some(), "{lowest}");
            assert_eq!(labelled(lowest, highest, false), None, "{lowest}");
        }
    }

    #[test]
    fn nothing_is_concluded_from_what_is_denied_or_says_both() {
        for text in [
            "How easy or difficult was it?",
            "It took little effort",
            "Was it not easy?",
            "Did it take effort, or was it easy?",
            "Your matter?",
            "",
        ] {
            assert_eq!(direction_doubt(ces(text, true)), None, "{text}");
            assert_eq!(direction_doubt(ces(text, false)), None, "{text}");
        }
        let nps = ScaleWording {
            metric: Metric::Nps,
            ..ces("How much effort?", true)
        };
        assert_eq!(direction_doubt(nps), None, "NPS has one direction");
    }
}
