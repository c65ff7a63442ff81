//! Against printed tables, against sums to 40 digits (mpmath 1.3), and against identities.

use proptest::prelude::*;

use super::{beta, binomial, chi_square, gamma, negative_binomial, normal, poisson, student};

/// Relative error.
#[track_caller]
fn assert_digits(found: f64, expected: f64, tolerance: f64) {
    let error = (found - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
    assert!(
        error <= tolerance,
        "found {found:e}, expected {expected:e}: relative error {error:e}"
    );
}

#[test]
fn normal_tails_have_all_digits() {
    let exact = [
        (0.5, 0.308_537_538_725_986_9),
        (1.0, 0.158_655_253_931_457_05),
        (1.959_963_984_540_054, 0.025),
        (3.0, 1.349_898_031_630_094_5e-3),
        (3.5, 2.326_290_790_355_250_4e-4),
        (6.0, 9.865_876_450_376_98e-10),
        (10.0, 7.619_853_024_160_526e-24),
        (30.0, 4.906_713_927_148_187e-198),
    ];
    for (x, tail) in exact {
        assert_digits(normal::upper_tail(x), tail, 1e-14);
        assert_digits(normal::cdf(-x), tail, 1e-14);
        assert_digits(normal::cdf(x), 1.0 - tail, 1e-15);
        assert_digits(normal::two_sided(-x), 2.0 * tail, 1e-14);
    }
    assert_eq!(normal::cdf(0.0), 0.5);
    assert_eq!(
        (normal::cdf(f64::NEG_INFINITY), normal::cdf(f64::INFINITY)),
        (0.0, 1.0)
    );
}

#[test]
fn normal_quantiles_are_those_of_the_tables() {
    // Abramowitz and Stegun, tables 26.5 and 26.6, and mpmath.
    let exact = [
        (0.6, 0.253_347_103_135_799_7),
        (0.9, 1.281_551_565_544_600_6),
        (0.975, 1.959_963_984_540_053_8),
        (0.995, 2.575_829_303_548_900_4),
        (1e-5, -4.264_890_793_922_825),
        (1e-20, -9.262_340_089_798_408),
        (1e-300, -37.047_096_299_361_2),
    ];
    for (probability, quantile) in exact {
        assert_digits(normal::quantile(probability), quantile, 1e-15);
    }
    assert_eq!(normal::quantile(0.5), 0.0);
    assert_eq!(
        (normal::quantile(0.0), normal::quantile(1.0)),
        (f64::NEG_INFINITY, f64::INFINITY)
    );
    assert!(normal::quantile(-0.1).is_nan() && normal::quantile(f64::NAN).is_nan());
}

#[test]
fn log_gamma_has_all_digits() {
    let exact = [
        (1e-8, 18.420_680_738_180_21),
        (0.5, 0.572_364_942_924_700_1),
        (1.5, -0.120_782_237_635_245_22),
        (2.5, 0.284_682_870_472_919_2),
        (3.0, std::f64::consts::LN_2),
        (10.0, 12.801_827_480_081_47),
        (15.9, 27.625_493_215_168_69),
        (16.1, 28.173_694_494_813_547),
        (100.0, 359.134_205_369_575_4),
        (1e6, 12_815_504.569_147_612),
        (1e9, 19_723_265_827.503_716),
    ];
    for (x, logarithm) in exact {
        assert_digits(gamma::ln_gamma(x), logarithm, 5e-14);
    }
    assert!(gamma::ln_gamma(1.0).abs() < 1e-14 && gamma::ln_gamma(2.0).abs() < 1e-14);
    assert!(gamma::ln_gamma(0.0).is_nan());
}

#[test]
fn student_tails_have_all_digits_for_real_degrees_of_freedom() {
    let exact = [
        (2.0, 5.0, 0.101_939_478_829_858_35),
        (1.5, 2.5, 0.247_836_453_086_296_26),
        (0.001, 7.0, 0.999_230_017_244_998_8),
        (30.0, 10.0, 3.961_792_342_031_324e-11),
        (1.96, 1e6, 0.049_996_067_585_269_79),
        (2.0, 1e9, 0.045_500_264_166_313_25),
        (50.0, 3.0, 1.761_715_204_127_197_4e-5),
        (-1.0, 1.0, 0.5),
    ];
    for (t, degrees, tails) in exact {
        assert_digits(student::two_sided(t, degrees), tails, 1e-14);
    }
    assert_digits(
        student::two_sided(2.0, f64::INFINITY),
        normal::two_sided(2.0),
        1e-15,
    );
    assert!(student::two_sided(2.0, 0.0).is_nan());
}

#[test]
fn student_quantiles_are_those_of_printed_tables() {
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
        let found = student::quantile(0.975, f64::from(degrees));
        assert!(
            (found - printed).abs() < 1e-6,
            "{degrees} degrees of freedom: {found}, printed {printed}"
        );
    }
    // The 99.5 % column: 63.657, 9.925, 4.032, 2.750.
    for (degrees, printed) in [
        (1.0, 63.656_741),
        (2.0, 9.924_843),
        (5.0, 4.032_143),
        (30.0, 2.749_996),
    ] {
        assert!((student::quantile(0.995, degrees) - printed).abs() < 1e-6);
    }
    assert!(student::quantile(0.975, 0.0).is_infinite());
    assert!((student::quantile(0.975, 1e12) - normal::quantile(0.975)).abs() < 1e-9);
    assert_eq!(student::quantile(0.5, 3.0), 0.0);
}

#[test]
fn chi_square_tails_are_those_of_printed_tables() {
    // Abramowitz and Stegun, table 26.8: the points that are exceeded with 5 % and with 1 %.
    let table = [
        (1.0, 3.841_459, 0.05),
        (2.0, 5.991_465, 0.05),
        (4.0, 9.487_729, 0.05),
        (10.0, 18.307_038, 0.05),
        (30.0, 43.772_972, 0.05),
        (100.0, 124.342_113, 0.05),
        (1.0, 6.634_897, 0.01),
        (10.0, 23.209_251, 0.01),
    ];
    for (degrees, point, tail) in table {
        assert!(
            (chi_square::upper_tail(point, degrees) - tail).abs() < 3e-8,
            "{degrees} degrees of freedom"
        );
    }
    for x in [0.1, 3.0, 80.0, 1000.0] {
        assert_digits(chi_square::upper_tail(x, 2.0), (-0.5 * x).exp(), 1e-13);
    }
}

#[test]
fn incomplete_integrals_have_all_digits() {
    let gammas = [
        (1.0, 1.0, 0.367_879_441_171_442_33),
        (5.0, 2.0, 0.947_346_982_656_288_8),
        (5.0, 20.0, 1.694_474_393_006_738_4e-5),
        (100.0, 120.0, 0.027_863_739_890_520_66),
        (100.0, 80.0, 0.982_891_686_964_867),
        (1e6, 1_003_000.0, 1.361_740_646_217_591_5e-3),
    ];
    for (a, x, upper) in gammas {
        assert_digits(gamma::upper(a, x), upper, 1e-13);
    }
    let betas = [
        (0.3, 2.5, 1.5, 0.088_943_723_170_665_6),
        (0.8, 400.5, 100.5, 0.504_466_597_560_846_2),
        (0.01, 0.5, 30.0, 0.560_665_631_094_748_8),
        (0.999, 1000.0, 2.0, 0.735_390_849_541_927_8),
    ];
    for (x, a, b, exact) in betas {
        assert_digits(beta::cdf(x, a, b), exact, 1e-12);
    }
    assert!(gamma::upper(0.0, 1.0).is_nan() && beta::cdf(1.1, 1.0, 1.0).is_nan());
}

#[test]
fn binomial_probabilities_are_exact_up_to_ten_million() {
    let exact = [
        (3, 10, 0.3, 0.266_827_932, 0.649_610_718_4),
        (0, 10, 0.5, 9.765_625e-4, 9.765_625e-4),
        (12, 18, 0.8, 0.081_645_335_432_134_6, 0.132_916_334_242_824_1),
        (
            7_990_000,
            10_000_000,
            0.8,
            8.775_156_813_612_637e-18,
            1.389_502_127_568_979e-15,
        ),
        (
            8_001_000,
            10_000_000,
            0.8,
            2.307_796_549_756_270_6e-4,
            0.785_509_068_614_533_7,
        ),
        (
            1_000,
            1_000_000,
            0.0012,
            2.598_633_618_452_177e-10,
            1.521_637_010_950_360_7e-9,
        ),
        (
            100,
            10_000_000,
            1e-5,
            0.039_861_196_115_622_66,
            0.526_562_198_530_330_3,
        ),
    ];
    for (hits, n, p, one, up_to) in exact {
        assert_digits(binomial::pmf(hits, n, p), one, 1e-10);
        assert_digits(binomial::cdf(hits, n, p), up_to, 1e-10);
        assert!((binomial::cdf(hits, n, p) + binomial::at_least(hits + 1, n, p) - 1.0).abs() < 1e-14);
    }
    assert_eq!(
        (
            binomial::pmf(0, 5, 0.0),
            binomial::pmf(5, 5, 1.0),
            binomial::pmf(6, 5, 0.5)
        ),
        (1.0, 1.0, 0.0)
    );
    assert_eq!(
        (binomial::cdf(4, 5, 1.0), binomial::at_least(1, 5, 0.0)),
        (0.0, 0.0)
    );
    assert!(binomial::cdf(1, 5, 1.5).is_nan());
}

#[test]
fn poisson_and_negative_binomial_probabilities_have_all_digits() {
    let poissons = [
        (0, 3.5, 0.030_197_383_422_318_5, 0.030_197_383_422_318_5),
        (5, 3.5, 0.132_168_599_786_173_7, 0.857_613_553_095_778_3),
        (900, 1000.0, 7.516_954_352_125_952e-5, 6.977_673_277_963_068e-4),
        (997_000, 1e6, 4.418_552_503_373_489e-6, 1.346_203_718_241_104_7e-3),
    ];
    for (count, mean, one, up_to) in poissons {
        assert_digits(poisson::pmf(count, mean), one, 2e-13);
        assert_digits(poisson::cdf(count, mean), up_to, 2e-13);
        assert!((poisson::cdf(count, mean) + poisson::at_least(count + 1, mean) - 1.0).abs() < 1e-14);
    }
    let negatives = [
        (0, 5.0, 2.5, 0.064_150_029_909_958_42, 0.064_150_029_909_958_42),
        (3, 5.0, 2.5, 0.124_736_169_269_363_6, 0.420_539_084_965_282_95),
        (
            20,
            41.0,
            10.0,
            0.010_696_040_086_676_433,
            0.054_402_167_484_546_69,
        ),
    ];
    for (count, mean, shape, one, up_to) in negatives {
        assert_digits(negative_binomial::pmf(count, mean, shape), one, 1e-13);
        assert_digits(negative_binomial::cdf(count, mean, shape), up_to, 1e-13);
    }
    assert_digits(negative_binomial::cdf(3, 5.0, 1e11), poisson::cdf(3, 5.0), 1e-9);
    assert_eq!(
        (poisson::pmf(0, 0.0), poisson::pmf(1, 0.0), poisson::cdf(0, 0.0)),
        (1.0, 0.0, 1.0)
    );
}

proptest! {
    #[test]
    fn normal_quantile_inverts_the_distribution(probability in 1e-12..=1.0_f64) {
        let back = normal::cdf(normal::quantile(probability));
        prop_assert!((back - probability).abs() < 1e-13 * probability.max(1e-2), "{back} of {probability}");
    }

    #[test]
    fn student_quantile_inverts_the_distribution(probability in 0.001..0.999_f64, exponent in -0.5..9.0_f64) {
        let degrees = 10_f64.powf(exponent);
        let t = student::quantile(probability, degrees);
        prop_assert!((student::cdf(t, degrees) - probability).abs() < 1e-10, "t {t} of {degrees}");
        let mirrored = student::quantile(1.0 - probability, degrees);
        prop_assert!((t + mirrored).abs() < 1e-9 * t.abs().max(1.0), "{t} {mirrored}");
    }

    #[test]
    fn student_of_one_and_two_degrees_has_its_closed_forms(t in -50.0..50.0_f64) {
        let cauchy = 0.5 + t.atan() / std::f64::consts::PI;
        prop_assert!((student::cdf(t, 1.0) - cauchy).abs() < 1e-14);
        let two = 0.5 + t / (2.0 * (2.0 + t * t).sqrt());
        prop_assert!((student::cdf(t, 2.0) - two).abs() < 1e-14);
    }

    #[test]
    fn beta_is_mirrored_and_its_quantile_inverts_it(x in 0.0..=1.0_f64, a in 0.1..500.0_f64, b in 0.1..500.0_f64) {
        prop_assert!((beta::cdf(x, a, b) + beta::cdf(1.0 - x, b, a) - 1.0).abs() < 1e-11);
        let quantile = beta::quantile(x, a, b);
        prop_assert!((beta::cdf(quantile, a, b) - x).abs() < 1e-9, "{quantile}");
    }

    #[test]
    fn binomial_distribution_is_the_sum_of_its_probabilities(n in 1_u64..300, part in 0.0..=1.0_f64, p in 0.0..=1.0_f64) {
        let hits = (n as f64 * part) as u64;
        let sum: f64 = (0..=hits).map(|k| binomial::pmf(k, n, p)).sum();
        prop_assert!((binomial::cdf(hits, n, p) - sum).abs() < 1e-12, "{sum}");
        let rest: f64 = (hits..=n).map(|k| binomial::pmf(k, n, p)).sum();
        prop_assert!((binomial::at_least(hits, n, p) - rest).abs() < 1e-12, "{rest}");
    }

    #[test]
    fn negative_binomial_distribution_is_the_sum_of_its_probabilities(
        count in 0_u64..200, mean in 0.01..100.0_f64, shape in 0.05..1000.0_f64,
    ) {
        let sum: f64 = (0..=count).map(|k| negative_binomial::pmf(k, mean, shape)).sum();
        prop_assert!((negative_binomial::cdf(count, mean, shape) - sum).abs() < 1e-12, "{sum}");
    }

    #[test]
    fn poisson_tail_is_a_chi_square_tail(count in 0_u64..2_000, mean in 0.0..3_000.0_f64) {
        let chi = chi_square::upper_tail(2.0 * mean, 2.0 * (count as f64 + 1.0));
        prop_assert!((poisson::cdf(count, mean) - chi).abs() < 1e-14);
        prop_assert!((gamma::lower(count as f64 + 1.0, mean) + chi - 1.0).abs() < 1e-12);
    }

    #[test]
    fn tails_are_probabilities_for_a_billion(n in 1_u64..1_000_000_000, part in 0.0..=1.0_f64, z in -6.0..6.0_f64) {
        let hits = ((n as f64 * part) as u64).min(n);
        let p = (part + z * (part * (1.0 - part) / n as f64).sqrt()).clamp(0.0, 1.0);
        let tail = binomial::cdf(hits, n, p);
        prop_assert!((0.0..=1.0).contains(&tail), "P(X <= {hits} | {n}, {p}) = {tail}");
        let normal = normal::cdf(-z);
        prop_assert!(n as f64 * part * (1.0 - part) < 1e4 || (tail - normal).abs() < 0.02, "{tail}, normally {normal}");
    }
}
