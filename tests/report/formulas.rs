//! The formulas of the figures, written out again: what the report computes is held against these.

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// What two groups are compared by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Difference {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) p: f64,
    pub(crate) effect: f64,
}

impl Difference {
    pub(crate) fn verdict(&self) -> &'static str {
        match (self.p < 0.05, self.value > 0.0) {
            (true, true) => "higher",
            (true, false) if self.value < 0.0 => "lower",
            _ => "cannot_tell",
        }
    }
}

/// 100 times part of whole, with Wilson's interval.
pub(crate) fn share(part: u64, whole: u64) -> Option<Interval> {
    (whole >= 10).then(|| wilson(part as f64 / whole as f64, whole as f64))
}

fn wilson(q: f64, n: f64) -> Interval {
    let centre = (q + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z * (q * (1.0 - q) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n);
    Interval {
        value: 100.0 * q,
        low: 100.0 * (centre - half).max(0.0),
        high: 100.0 * (centre + half).min(1.0),
    }
}

/// NPS of values with their weights: adjusted Wald with 3/4 promoter, 3/4 detractor, 3/2 passives added.
pub(crate) fn nps(values: &[i64]) -> Option<Interval> {
    (values.len() >= 10).then(|| {
        let n = values.len() as f64;
        adjusted_wald(promoters(values) / n, detractors(values) / n, n)
    })
}

fn promoters(values: &[i64]) -> f64 {
    values.iter().filter(|value| **value >= 9).count() as f64
}

fn detractors(values: &[i64]) -> f64 {
    values.iter().filter(|value| **value <= 6).count() as f64
}

fn adjusted_wald(p: f64, d: f64, n: f64) -> Interval {
    let (more, fewer) = ((p * n + 0.75) / (n + 3.0), (d * n + 0.75) / (n + 3.0));
    let variance = more + fewer - (more - fewer).powi(2);
    let half = Z * (variance / (n + 3.0)).sqrt();
    Interval {
        value: 100.0 * (p - d),
        low: (100.0 * (more - fewer - half)).max(-100.0),
        high: (100.0 * (more - fewer + half)).min(100.0),
    }
}

/// The mean with Student's t.
pub(crate) fn mean(values: &[i64]) -> Option<Interval> {
    (values.len() >= 10).then(|| {
        let (mean, variance) = moments(values);
        let n = values.len() as f64;
        let half = t_quantile(n - 1.0) * (variance / n).sqrt();
        Interval {
            value: mean,
            low: mean - half,
            high: mean + half,
        }
    })
}

fn moments(values: &[i64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<i64>() as f64 / n;
    let squares: f64 = values.iter().map(|value| (*value as f64 - mean).powi(2)).sum();
    (mean, squares / (n - 1.0))
}

/// Answers each with the number of calls that its call stands for: linearised variance (Woodruff), intervals with the effective n.
pub(crate) mod weighted {
    use super::{Interval, adjusted_wald, t_quantile, wilson};

    struct Sums {
        mean: f64,
        standard_error: f64,
        effective_n: f64,
    }

    fn sums(answers: &[(f64, f64)]) -> Sums {
        let weight: f64 = answers.iter().map(|(w, _)| w).sum();
        let mean = answers.iter().map(|(w, x)| w * x).sum::<f64>() / weight;
        let spread: f64 = answers.iter().map(|(w, x)| w * (x - mean).powi(2)).sum();
        let squared: f64 = answers.iter().map(|(w, x)| (w * (x - mean)).powi(2)).sum();
        let squares: f64 = answers.iter().map(|(w, _)| w * w).sum();
        let effective = if squared > 0.0 {
            spread / squared * weight
        } else {
            weight * weight / squares
        };
        Sums {
            mean,
            standard_error: squared.sqrt() / weight,
            effective_n: effective.min(answers.len() as f64),
        }
    }

    pub(crate) fn share(answers: &[(f64, bool)]) -> Interval {
        let answers: Vec<(f64, f64)> = answers
            .iter()
            .map(|(w, hit)| (*w, f64::from(u8::from(*hit))))
            .collect();
        let sums = sums(&answers);
        wilson(sums.mean, sums.effective_n)
    }

    pub(crate) fn nps(answers: &[(f64, i64)]) -> Interval {
        let score = |value: i64| match value {
            9.. => 1.0,
            7..=8 => 0.0,
            _ => -1.0,
        };
        let scored: Vec<(f64, f64)> = answers.iter().map(|(w, value)| (*w, score(*value))).collect();
        let weight: f64 = scored.iter().map(|(w, _)| w).sum();
        let of = |kind: f64| {
            scored
                .iter()
                .filter(|(_, x)| *x == kind)
                .map(|(w, _)| w)
                .sum::<f64>()
                / weight
        };
        adjusted_wald(of(1.0), of(-1.0), sums(&scored).effective_n)
    }

    pub(crate) fn mean(answers: &[(f64, i64)]) -> Interval {
        let answers: Vec<(f64, f64)> = answers.iter().map(|(w, value)| (*w, *value as f64)).collect();
        let sums = sums(&answers);
        let degrees = sums.effective_n - 1.0;
        let half = t_quantile(degrees) * sums.standard_error * (sums.effective_n / degrees).sqrt();
        Interval {
            value: sums.mean,
            low: sums.mean - half,
            high: sums.mean + half,
        }
    }
}

/// Two shares: pooled z test, Newcombe's interval.
pub(crate) fn compare_shares(first: (u64, u64), second: (u64, u64)) -> Option<Difference> {
    let (one, other) = (share(first.0, first.1)?, share(second.0, second.1)?);
    let (n1, n2) = (first.1 as f64, second.1 as f64);
    let pooled = (first.0 + second.0) as f64 / (n1 + n2);
    let variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    let value = one.value - other.value;
    let below = ((one.value - one.low).powi(2) + (other.high - other.value).powi(2)).sqrt();
    let above = ((one.high - one.value).powi(2) + (other.value - other.low).powi(2)).sqrt();
    Some(Difference {
        value,
        low: (value - below).max(-100.0),
        high: (value + above).min(100.0),
        p: if variance > 0.0 {
            two_sided(value / 100.0 / variance.sqrt())
        } else {
            1.0
        },
        effect: 2.0 * ((one.value / 100.0).sqrt().asin() - (other.value / 100.0).sqrt().asin()),
    })
}

/// Two NPS: z test with the variances of both; of answers all of one kind the variance of the adjusted shares.
pub(crate) fn compare_nps(first: &[i64], second: &[i64]) -> Option<Difference> {
    let (one, other) = (nps(first)?, nps(second)?);
    let (n1, n2) = (first.len() as f64, second.len() as f64);
    let (variance1, variance2) = (nps_variance(first), nps_variance(second));
    let error = (variance1 / n1 + variance2 / n2).sqrt();
    let value = one.value - other.value;
    Some(Difference {
        value,
        low: (value - 100.0 * Z * error).max(-200.0),
        high: (value + 100.0 * Z * error).min(200.0),
        p: two_sided(value / 100.0 / error),
        effect: value / 100.0 / ((n1 * variance1 + n2 * variance2) / (n1 + n2)).sqrt(),
    })
}

fn nps_variance(values: &[i64]) -> f64 {
    let n = values.len() as f64;
    let (more, fewer) = (promoters(values), detractors(values));
    let is_of_one_kind = [more, fewer, n - more - fewer].contains(&n);
    let (p, d) = match is_of_one_kind {
        true => ((more + 0.75) / (n + 3.0), (fewer + 0.75) / (n + 3.0)),
        false => (more / n, fewer / n),
    };
    p + d - (p - d).powi(2)
}

/// Two means: Welch's t.
pub(crate) fn compare_means(first: &[i64], second: &[i64]) -> Option<Difference> {
    mean(first).zip(mean(second))?;
    let of = |values: &[i64]| {
        let (mean, variance) = moments(values);
        let n = values.len() as f64;
        let variance = if variance > 0.0 { variance } else { 1.0 / (n + 1.0) };
        (mean, variance / n, n)
    };
    let ((mean1, part1, n1), (mean2, part2, n2)) = (of(first), of(second));
    let error = (part1 + part2).sqrt();
    let degrees = (part1 + part2).powi(2) / (part1.powi(2) / (n1 - 1.0) + part2.powi(2) / (n2 - 1.0));
    let value = mean1 - mean2;
    let half = t_quantile(degrees) * error;
    Some(Difference {
        value,
        low: value - half,
        high: value + half,
        p: 1.0 - 2.0 * t_area((value / error).abs(), degrees),
        effect: value / (((n1 - 1.0) * part1 * n1 + (n2 - 1.0) * part2 * n2) / (n1 + n2 - 2.0)).sqrt(),
    })
}

/// How often a part that meets a target share has so few hits or fewer.
pub(crate) fn at_most(hits: u64, n: u64, target: f64) -> f64 {
    let term = |k: u64| {
        let ln_choose = ln_gamma(n as f64 + 1.0) - ln_gamma(k as f64 + 1.0) - ln_gamma((n - k) as f64 + 1.0);
        (ln_choose + k as f64 * target.ln() + (n - k) as f64 * (1.0 - target).ln()).exp()
    };
    (0..=hits).map(term).sum::<f64>().min(1.0)
}

/// The p values of Benjamini and Hochberg: each the smallest rate of false discoveries at which it is one of the discoveries.
pub(crate) fn adjusted(p_values: &[f64]) -> Vec<f64> {
    let count = p_values.len() as f64;
    let rank = |p: f64| p_values.iter().filter(|other| **other <= p).count() as f64;
    let own = |p: f64| (p * count / rank(p)).min(1.0);
    let smallest = |p: f64| {
        let behind = p_values.iter().filter(|other| **other >= p);
        behind.map(|other| own(*other)).fold(1.0, f64::min)
    };
    p_values.iter().map(|p| smallest(*p)).collect()
}

/// The probability beyond `z` on both sides of the normal distribution.
fn two_sided(z: f64) -> f64 {
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    (1.0 - 2.0 * area(density, z.abs())).max(0.0)
}

/// The 97.5 % quantile of Student's t, by halving.
fn t_quantile(degrees: f64) -> f64 {
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        match t_area(middle, degrees) < 0.475 {
            true => low = middle,
            false => high = middle,
        }
    }
    (low + high) / 2.0
}

/// The probability from 0 to `t`.
fn t_area(t: f64, degrees: f64) -> f64 {
    let scale = (ln_gamma((degrees + 1.0) / 2.0) - ln_gamma(degrees / 2.0)).exp()
        / (degrees * std::f64::consts::PI).sqrt();
    area(
        |x| scale * (1.0 + x * x / degrees).powf(-(degrees + 1.0) / 2.0),
        t,
    )
}

/// The integral from 0 to `end`, by Simpson's rule.
fn area(density: impl Fn(f64) -> f64, end: f64) -> f64 {
    const STEPS: u32 = 600;
    let end = end.min(40.0);
    let width = end / f64::from(STEPS);
    let at = |step: u32| density(f64::from(step) * width);
    let inner: f64 = (1..STEPS)
        .map(|step| if step.is_multiple_of(2) { 2.0 } else { 4.0 } * at(step))
        .sum();
    (at(0) + inner + at(STEPS)) * width / 3.0
}

/// Stirling's series.
fn ln_gamma(x: f64) -> f64 {
    if x < 12.0 {
        return ln_gamma(x + 1.0) - x.ln();
    }
    (x - 0.5) * x.ln() - x + (2.0 * std::f64::consts::PI).ln() / 2.0 + 1.0 / (12.0 * x)
        - 1.0 / (360.0 * x.powi(3))
        + 1.0 / (1260.0 * x.powi(5))
}

#[test]
fn quantiles_are_those_of_the_tables() {
    for (degrees, quantile) in [(9.0, 2.262_157), (29.0, 2.045_230), (100.0, 1.983_972)] {
        assert!((t_quantile(degrees) - quantile).abs() < 1e-6, "{degrees}");
    }
    assert!((two_sided(1.96) - 0.049_996).abs() < 1e-6);
}
