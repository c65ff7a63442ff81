//! Two series of the same question against each other.

use serde::Serialize;

use crate::series::{ScoreKind, Series};
use crate::statistics::{self, Comparison, NpsCounts};

/// The difference of two figures, in words and numbers. Percentages are in percentage points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparisonView {
    /// With what: `previous`, `last_year`, `period` or `rest`.
    pub with: &'static str,
    /// Valid answers, or offered surveys, of the other.
    pub n: u64,
    /// The other figure.
    pub value: f64,
    /// The first minus the other.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How often a difference like this comes by chance, two-sided.
    pub p: f64,
    /// The size of the difference: 0.2 small, 0.5 medium, 0.8 large.
    pub effect: f64,
    /// `higher`, `lower` or `cannot_tell`.
    pub verdict: &'static str,
    /// The test: `z`, `two_proportions`, `welch`.
    pub test: &'static str,
}

impl ComparisonView {
    /// From a comparison; `unit` is 100 where shares are shown in percent.
    pub(crate) fn of(
        comparison: &Comparison,
        with: &'static str,
        test: &'static str,
        value: f64,
        unit: f64,
    ) -> Self {
        Self {
            with,
            n: comparison.n.1,
            value,
            difference: comparison.difference * unit,
            low: comparison.interval.low * unit,
            high: comparison.interval.high * unit,
            p: comparison.p,
            effect: comparison.effect,
            verdict: comparison.verdict.as_str(),
            test,
        }
    }
}

/// Compares the headlines of two series of one question, or their means where there is none; `None` where either has fewer
/// than 10 answers, or neither is scored.
pub(crate) fn compare(own: &Series, other: &Series, with: &'static str) -> Option<ComparisonView> {
    let (values, others) = (own.values(), other.values());
    match own.score_kind() {
        ScoreKind::Nps => {
            let counts = |values: &[(i64, u64)]| NpsCounts::of(values.iter().copied());
            let comparison = statistics::comparison::nps(counts(&values), counts(&others))?;
            Some(ComparisonView::of(
                &comparison,
                with,
                "z",
                other.score?.value,
                1.0,
            ))
        }
        ScoreKind::Share => {
            let comparison = statistics::comparison::shares(own.good()?, other.good()?)?;
            Some(ComparisonView::of(
                &comparison,
                with,
                "two_proportions",
                other.score?.value,
                100.0,
            ))
        }
        ScoreKind::Mean => {
            let comparison = statistics::comparison::means(&values, &others)?;
            Some(ComparisonView::of(
                &comparison,
                with,
                "welch",
                other.mean?.value,
                1.0,
            ))
        }
        ScoreKind::None => None,
    }
}

/// Compares two shares of calls, each as (part, whole).
pub(crate) fn compare_shares(
    own: (u64, u64),
    other: (u64, u64),
    with: &'static str,
) -> Option<ComparisonView> {
    let comparison = statistics::comparison::shares(own, other)?;
    let value = 100.0 * other.0 as f64 / other.1 as f64;
    Some(ComparisonView::of(
        &comparison,
        with,
        "two_proportions",
        value,
        100.0,
    ))
}

/// Compares each series with the one of the same question among `others`.
pub(crate) fn compare_all(own: &mut [Series], others: &[Series], with: &'static str) {
    for series in own {
        let other = others.iter().find(|other| series.is_same_question(other));
        series.comparison = other.and_then(|other| compare(series, other, with));
    }
}
