//! The standard normal distribution.

use std::f64::consts::TAU;

/// Below this the power series is used, above it the continued fraction.
const NEAR: f64 = 1.5;

/// The density at `x`.
pub fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / TAU.sqrt()
}

/// P(Z <= x).
pub fn cdf(x: f64) -> f64 {
    upper_tail(-x)
}

/// P(Z > x), exact where it is tiny.
pub fn upper_tail(x: f64) -> f64 {
    if x.is_nan() {
        f64::NAN
    } else if x < -NEAR {
        1.0 - far_tail(-x)
    } else if x <= NEAR {
        0.5 - centre(x)
    } else {
        far_tail(x)
    }
}

/// P(|Z| >= |x|), the p value of a two-sided test.
pub fn two_sided(x: f64) -> f64 {
    2.0 * upper_tail(x.abs())
}

/// P(0 < Z <= x) by the series x + x^3/3 + x^5/(3 5) + ... times the density (Abramowitz and Stegun 26.2.11).
fn centre(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for odd in (3..400_u32).step_by(2) {
        term *= x * x / f64::from(odd);
        let before = sum;
        sum += term;
        if sum == before {
            break;
        }
    }
    sum * density(x)
}

/// P(Z > x) for x > 0 by Laplace's continued fraction 1 / (x + 1 / (x + 2 / (x + 3 / ...))) (Abramowitz and Stegun
/// 26.2.14).
fn far_tail(x: f64) -> f64 {
    const DEPTH: u32 = 120;
    let fraction = (1..=DEPTH)
        .rev()
        .fold(x, |below, step| x + f64::from(step) / below);
    density(x) / fraction
}

/// The value that Z stays below with the given probability: algorithm AS 241 (Wichura 1988), relative error about
/// 1e-16.
pub fn quantile(probability: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let q = probability - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE_OVER, r) / polynomial(&CENTRE_UNDER, r);
    }
    let tail = if q < 0.0 { probability } else { 1.0 - probability };
    if tail == 0.0 {
        return f64::INFINITY.copysign(q);
    }
    let r = (-tail.ln()).sqrt();
    let value = if r <= 5.0 {
        polynomial(&MIDDLE_OVER, r - 1.6) / polynomial(&MIDDLE_UNDER, r - 1.6)
    } else {
        polynomial(&FAR_OVER, r - 5.0) / polynomial(&FAR_UNDER, r - 5.0)
    };
    value.copysign(q)
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

// The rational approximations as published: M. J. Wichura, "Algorithm AS 241: The Percentage Points of the Normal
// Distribution", Applied Statistics 37 (1988), pp. 477-484, routine PPND16. Lowest power first.
const CENTRE_OVER: [f64; 8] = [
    3.387_132_872_796_366_5,
    1.331_416_678_917_843_8e2,
    1.971_590_950_306_551_3e3,
    1.373_169_376_550_946e4,
    4.592_195_393_154_987e4,
    6.726_577_092_700_87e4,
    3.343_057_558_358_813e4,
    2.509_080_928_730_122_7e3,
];
const CENTRE_UNDER: [f64; 8] = [
    1.0,
    4.231_333_070_160_091e1,
    6.871_870_074_920_579e2,
    5.394_196_021_424_751e3,
    2.121_379_430_158_659_7e4,
    3.930_789_580_009_271e4,
    2.872_908_573_572_194_3e4,
    5.226_495_278_852_545e3,
];
const MIDDLE_OVER: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    2.417_807_251_774_506e-1,
    2.272_384_498_926_918_4e-2,
    7.745_450_142_783_414e-4,
];
const MIDDLE_UNDER: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    6.897_673_349_851e-1,
    1.481_039_764_274_800_8e-1,
    1.519_866_656_361_645_7e-2,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_OVER: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    2.965_605_718_285_048_7e-1,
    2.653_218_952_657_612_4e-2,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_UNDER: [f64; 8] = [
    1.0,
    5.998_322_065_558_88e-1,
    1.369_298_809_227_358e-1,
    1.487_536_129_085_061_5e-2,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];
