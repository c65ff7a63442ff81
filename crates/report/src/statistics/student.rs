//! Student's t: the 97.5 % quantile for whole degrees of freedom.
//!
//! For few degrees of freedom the distribution function has a closed form (Abramowitz and Stegun 26.7.3 and 26.7.4),
//! which is inverted by bisection; for many, the expansion around the normal quantile (26.7.5) is exact to better than
//! 1e-7. A crate of distributions would be paid for by every build and bring a hundred times more than this.

const Z_975: f64 = 1.959_963_984_540_054;
const MANY: u64 = 60;

/// The quantile t with P(T <= t) = 0.975; infinite for 0 degrees of freedom, where no interval exists.
pub(super) fn t_975(degrees: u64) -> f64 {
    match degrees {
        0 => f64::INFINITY,
        1..=MANY => invert(degrees),
        _ => expand(degrees as f64),
    }
}

fn invert(degrees: u64) -> f64 {
    let (mut low, mut high) = (1.9, 13.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if central_probability(middle, degrees) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// P(-t <= T <= t).
fn central_probability(t: f64, degrees: u64) -> f64 {
    let theta = (t / (degrees as f64).sqrt()).atan();
    let (sine, cosine) = theta.sin_cos();
    let square = cosine * cosine;
    if degrees.is_multiple_of(2) {
        sine * series(square, 1.0, (1..degrees / 2).map(|k| (2 * k - 1, 2 * k)))
    } else {
        let tail = if degrees == 1 {
            0.0
        } else {
            sine * series(square, cosine, (1..degrees / 2).map(|k| (2 * k, 2 * k + 1)))
        };
        std::f64::consts::FRAC_2_PI * (theta + tail)
    }
}

/// first (1 + a1 x + a1 a2 x^2 + ...), each factor given as a fraction.
fn series(x: f64, first: f64, factors: impl Iterator<Item = (u64, u64)>) -> f64 {
    let mut term = first;
    factors.fold(first, |sum, (over, under)| {
        term *= x * over as f64 / under as f64;
        sum + term
    })
}

fn expand(degrees: f64) -> f64 {
    let z = Z_975;
    let (z3, z5, z7, z9) = (z.powi(3), z.powi(5), z.powi(7), z.powi(9));
    let g1 = (z3 + z) / 4.0;
    let g2 = (5.0 * z5 + 16.0 * z3 + 3.0 * z) / 96.0;
    let g3 = (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / 384.0;
    let g4 = (79.0 * z9 + 776.0 * z7 + 1482.0 * z5 - 1920.0 * z3 - 945.0 * z) / 92160.0;
    z + g1 / degrees + g2 / degrees.powi(2) + g3 / degrees.powi(3) + g4 / degrees.powi(4)
}

#[cfg(test)]
mod tests {
    use super::{expand, invert, t_975};

    #[test]
    fn quantiles_are_those_of_printed_tables() {
        let table = [
            (1, 12.706_205),
            (2, 4.302_653),
            (3, 3.182_446),
            (4, 2.776_445),
            (5, 2.570_582),
            (9, 2.262_157),
            (10, 2.228_139),
            (19, 2.093_024),
            (29, 2.045_230),
            (30, 2.042_272),
            (40, 2.021_075),
            (60, 2.000_298),
            (100, 1.983_972),
            (120, 1.979_930),
            (1000, 1.962_339),
        ];
        for (degrees, printed) in table {
            let found = t_975(degrees);
            assert!(
                (found - printed).abs() < 1e-6,
                "{degrees} degrees of freedom: {found}, printed {printed}"
            );
        }
    }

    #[test]
    fn closed_form_and_expansion_agree_where_they_meet() {
        for degrees in [60, 61, 100, 201] {
            let difference = (invert(degrees) - expand(degrees as f64)).abs();
            assert!(difference < 1e-7, "{degrees} degrees of freedom: {difference:e}");
        }
    }

    #[test]
    fn quantile_falls_towards_the_normal_one() {
        assert!((1..500).all(|degrees| t_975(degrees) > t_975(degrees + 1)));
        assert!((t_975(u64::MAX) - super::Z_975).abs() < 1e-9);
        assert!(t_975(0).is_infinite());
    }
}
