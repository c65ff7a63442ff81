//! `rewrite` of `[numbers]`: rules for trunks that send numbers otherwise, each key read by itself.

use serde::{Deserialize, Deserializer};

use crate::config::syntax::shortened;
use crate::config::value::{one_or_many, text};
use aftercall_base::Cidr;
use aftercall_survey::context::number::{DigitCount, Rewrite};

/// Longest list.
const MOST: usize = 64;

/// One rule; a fault of one is told at its key.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RewriteKeys")]
pub(super) struct WrittenRewrite(pub(super) Rewrite);

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RewriteKeys {
    prefix: Beginning,
    replace: Beginning,
    #[serde(default)]
    digits: Option<Digits>,
    #[serde(default)]
    source: Sources,
}

impl TryFrom<RewriteKeys> for WrittenRewrite {
    type Error = String;

    fn try_from(written: RewriteKeys) -> Result<Self, Self::Error> {
        let (prefix, replace) = (written.prefix.0, written.replace.0);
        if prefix == replace {
            return Err(format!(
                "prefix and replace are both `{prefix}`, and nothing is rewritten"
            ));
        }
        if prefix.is_empty() && written.digits.is_none() && written.source.0.is_empty() {
            return Err(
                "a rule without a prefix changes every number; write digits = \"9\", a source, or both"
                    .to_owned(),
            );
        }
        Ok(Self(Rewrite {
            prefix,
            replace,
            digits: written.digits.map(|digits| digits.0),
            source: written.source.0,
        }))
    }
}

/// Digits with a plus before them or none; it may be empty.
struct Beginning(String);

impl<'de> Deserialize<'de> for Beginning {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        let digits = text.strip_prefix('+').unwrap_or(&text);
        if text.len() <= 20 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self(text));
        }
        let shown = shortened(&text);
        let reason = format!("`{shown}` is not the beginning of a number: digits, with or without a plus");
        Err(serde::de::Error::custom(reason))
    }
}

struct Digits(DigitCount);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = text(deserializer)?;
        digit_count(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

#[derive(Default)]
struct Sources(Vec<Cidr>);

impl<'de> Deserialize<'de> for Sources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bounded(one_or_many(deserializer)?).map(Self)
    }
}

/// `9`, or `5-12`.
pub(super) fn digit_count(text: &str) -> Result<DigitCount, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let count = |text: &str| text.trim().parse::<usize>().ok();
    match (count(from), count(to)) {
        (Some(from), Some(to)) if 1 <= from && from <= to && to <= 20 => Ok(DigitCount { from, to }),
        _ => Err(format!(
            "`{text}` is not a number of digits; write \"9\" or \"5-12\""
        )),
    }
}

/// The entries of a list, if they are not too many.
pub(super) fn bounded<T, E: serde::de::Error>(entries: Vec<T>) -> Result<Vec<T>, E> {
    match entries.len() {
        0..=MOST => Ok(entries),
        _ => Err(E::custom(format!("more than {MOST} entries"))),
    }
}
