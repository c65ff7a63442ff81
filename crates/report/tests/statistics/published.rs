//! Worked examples of publications must come out as printed.

use aftercall_report::statistics::binomial::{at_least, false_discovery};
use aftercall_report::statistics::distribution::{binomial, chi_square, normal, poisson, student};
use aftercall_report::statistics::independence::{independence, response_by_group};
use aftercall_report::statistics::pooling::pooled_shares;
use aftercall_report::statistics::sample_size::{Power, mean_change, share_change};
use aftercall_report::statistics::{
    ComparisonVerdict, FunnelCounts, NpsCounts, Rate, comparison, mean, share,
};

/// Equal to as many decimals as are printed.
#[track_caller]
fn as_printed(found: f64, printed: f64, decimals: i32) {
    let half = 0.5 * 10_f64.powi(-decimals);
    assert!(
        (found - printed).abs() <= half * 1.001,
        "found {found}, printed {printed}"
    );
}

#[test]
fn newcombe_1998_single_proportions() {
    // "Two-sided confidence intervals for the single proportion: comparison of seven methods", Statistics in Medicine
    // 17, table I, method 3.
    let table = [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ];
    for (hits, n, low, high) in table {
        let interval = share(hits, n).unwrap().interval;
        as_printed(interval.low, low, 4);
        as_printed(interval.high, high, 4);
    }
}

#[test]
fn newcombe_1998_differences_of_proportions() {
    // "Interval estimation for the difference between independent proportions: comparison of eleven methods",
    // Statistics in Medicine 17, table II, method 10; the examples with at least ten in either group.
    let table = [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ];
    for (first, second, low, high) in table {
        let interval = comparison::shares(first, second).unwrap().interval;
        as_printed(interval.low, low, 4);
        as_printed(interval.high, high, 4);
    }
}

#[test]
fn physicians_health_study_as_in_agresti_2007() {
    // "An Introduction to Categorical Data Analysis", section 2.2: heart attacks under placebo and under aspirin.
    let found = comparison::shares((189, 11_034), (104, 11_037)).unwrap();
    as_printed(found.difference, 0.0077, 4);
    as_printed(found.interval.low, 0.005, 3);
    as_printed(found.interval.high, 0.011, 3);
    assert_eq!(found.verdict, ComparisonVerdict::Higher);
    let test = response_by_group(&[(189, 11_034), (104, 11_037)]).unwrap();
    as_printed(test.statistic, 25.01, 2);
}

#[test]
fn benjamini_and_hochberg_1995_thrombolysis() {
    // Section 3.2: of fifteen p values four are rejected at 0.05, where Bonferroni rejects three.
    let p_values = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
        0.6528, 0.7590, 1.0,
    ];
    let p_values = p_values.map(Some);
    let flagged = false_discovery::flagged(&p_values, 0.05);
    assert_eq!(flagged.iter().filter(|flag| **flag).count(), 4);
    assert!(flagged[..4].iter().all(|flag| *flag));
    // The adjusted values that R prints for them (p.adjust, method "BH").
    let adjusted = false_discovery::adjusted(&p_values);
    for (found, printed) in adjusted.iter().zip([
        0.0015, 0.0030, 0.0095, 0.0356, 0.0603, 0.0639, 0.0639, 0.0645, 0.0765,
    ]) {
        as_printed(found.unwrap(), printed, 4);
    }
}

/// Student's data of 1908, in tenths of an hour of additional sleep.
const SLEEP: [[i64; 10]; 2] = [
    [7, -16, -2, -12, -1, 34, 37, 8, 0, 20],
    [19, 8, 11, 1, -1, 44, 55, 16, 46, 34],
];

fn once(values: &[i64]) -> Vec<(i64, u64)> {
    values.iter().map(|value| (*value, 1)).collect()
}

#[test]
fn student_1908_sleep_compared_by_welch() {
    // As in the documentation of R, t.test(extra ~ group, data = sleep): t -1.8608, df 17.776, p 0.07939.
    let found = comparison::means(&once(&SLEEP[0]), &once(&SLEEP[1])).unwrap();
    as_printed(found.difference / 10.0, 0.75 - 2.33, 10);
    as_printed(found.interval.low / 10.0, -3.365_483_2, 7);
    as_printed(found.interval.high / 10.0, 0.205_483_2, 7);
    as_printed(found.p, 0.07939, 5);
    assert_eq!(found.verdict, ComparisonVerdict::CannotTell);
    as_printed(student::two_sided(-1.8608, 17.776), 0.0794, 4);
}

#[test]
fn student_1908_sleep_gained_by_the_second_drug() {
    // "The probable error of a mean", Biometrika 6: mean 1.58; the 95 % interval as R prints it.
    let gains: Vec<i64> = SLEEP[1]
        .iter()
        .zip(&SLEEP[0])
        .map(|(second, first)| second - first)
        .collect();
    let found = mean(&once(&gains)).unwrap();
    as_printed(found.point / 10.0, 1.58, 10);
    as_printed(found.interval.unwrap().low / 10.0, 0.700_114_2, 7);
    as_printed(found.interval.unwrap().high / 10.0, 2.459_885_8, 7);
}

#[test]
fn agresti_2007_party_by_gender() {
    // "An Introduction to Categorical Data Analysis", table 2.5: chi-square 30.1 with 2 degrees of freedom; R prints
    // 30.07 and p = 2.954e-07.
    let found = independence(&[[762, 327, 468], [484, 239, 477]]).unwrap();
    as_printed(found.statistic, 30.07, 2);
    assert_eq!((found.degrees, found.n, found.is_reliable), (2, 2757, true));
    as_printed(found.p * 1e7, 2.954, 3);
}

#[test]
fn fleiss_1981_smokers_among_patients() {
    // "Statistical Methods for Rates and Proportions", second edition, page 139: chi-square 12.60 with 3 degrees of
    // freedom.
    let found = response_by_group(&[(83, 86), (90, 93), (129, 136), (70, 82)]).unwrap();
    as_printed(found.statistic, 12.60, 2);
    assert_eq!(found.degrees, 3);
    as_printed(found.p, 0.005_585, 6);
}

#[test]
fn sample_sizes_of_two_proportions_and_two_means() {
    // R's documentation of power.prop.test(p1 = .50, p2 = .75, power = .90): n = 76.7, which is Fleiss' formula.
    assert_eq!(
        share_change(
            0.5,
            0.75,
            Power {
                alpha: 0.05,
                power: 0.9
            }
        ),
        Some(77)
    );
    // Chow, Shao and Wang, "Sample Size Calculations in Clinical Research", section 3.2: 63 for a difference of 5 %
    // with a standard deviation of 10 %.
    assert_eq!(mean_change(0.10, 0.05, Power::default()), Some(63));
}

#[test]
fn cohen_1988_effect_sizes() {
    // "Statistical Power Analysis for the Behavioral Sciences", table 6.2.2: phi is 2.214 at 0.80 and 1.772 at 0.60.
    let found = comparison::shares((80, 100), (60, 100)).unwrap();
    as_printed(found.effect, 2.214 - 1.772, 2);
    // And 1.571 at 0.50, 1.047 at 0.25.
    as_printed(
        comparison::shares((50, 100), (25, 100)).unwrap().effect,
        1.571 - 1.047,
        2,
    );
}

#[test]
fn newton_1693_answers_pepys() {
    // At least one six of 6 dice, two of 12, three of 18: 0.6651, 0.6187, 0.5973.
    for (sixes, dice, printed) in [(1, 6, 0.6651), (2, 12, 0.6187), (3, 18, 0.5973)] {
        as_printed(at_least(sixes, dice, 1.0 / 6.0).unwrap(), printed, 4);
    }
}

#[test]
fn bortkiewicz_1898_horse_kicks() {
    // "Das Gesetz der kleinen Zahlen": 200 corps-years with 0.61 deaths each: 108.7, 66.3, 20.2, 4.1 and 0.6 expected.
    for (deaths, printed) in [(0, 108.7), (1, 66.3), (2, 20.2), (3, 4.1), (4, 0.6)] {
        as_printed(200.0 * poisson::pmf(deaths, 0.61), printed, 1);
    }
}

#[test]
fn abramowitz_and_stegun_1964_tables() {
    // Table 26.1: P(1.96) = 0.975002104851780; table 26.7: Q of chi-square 10 with 5 degrees is 0.07524; table 26.10:
    // t of 0.99 two-sided with 10 degrees is 3.169.
    as_printed(normal::cdf(1.96), 0.975_002_104_851_780, 15);
    as_printed(chi_square::upper_tail(10.0, 5.0), 0.07524, 5);
    as_printed(student::quantile(0.995, 10.0), 3.169, 3);
    // National Bureau of Standards (1950), tables of the binomial: 3 of 10 at 0.3.
    as_printed(binomial::pmf(3, 10, 0.3), 0.266_827_9, 7);
}

#[test]
fn huber_2011_variance_of_the_net_promoter_score() {
    // Cross Validated, question 18603: halves, thirds and sixths have an NPS of 1/3 and a variance of 5/9; with n =
    // 324 the standard error is 4.1 %.
    let counts = NpsCounts {
        promoters: 162,
        passives: 108,
        detractors: 54,
    };
    as_printed(counts.score().unwrap().point, 33.3, 1);
    let found = comparison::nps(counts, counts).unwrap();
    let standard_error = found.interval.half_width() / (1.959_964 * 2.0_f64.sqrt());
    as_printed(standard_error, 4.1, 1);
    as_printed(standard_error, 100.0 * (5.0_f64 / 9.0 / 324.0).sqrt(), 6);
}

#[test]
fn aapor_rates_of_a_health_survey() {
    // The example of statscalculators.com for AAPOR's Standard Definitions: of 1,000 residents 650 complete, 50
    // partial, 150 refused, 100 not reached, 30 other, 20 unknown: RR1 is 65 %. RR2 follows as 70 %.
    let counts = FunnelCounts {
        sampled: 1_000,
        completed: 650,
        partial: 50,
        declined: 150,
        failed: 30,
        in_progress: 20,
        ..FunnelCounts::default()
    };
    assert_eq!(counts.aapor().non_contact, 100);
    assert_eq!(
        (Rate::Rr1.value(&counts), Rate::Rr2.value(&counts)),
        (Some(65.0), Some(70.0))
    );
    as_printed(Rate::Rr5.value(&counts).unwrap(), 100.0 * 650.0 / 980.0, 10);
    as_printed(Rate::Coop1.value(&counts).unwrap(), 100.0 * 650.0 / 880.0, 10);
}

#[test]
fn efron_and_morris_1977_batting_averages() {
    // "Stein's Paradox in Statistics": hits in the first 45 times at bat of 1970, and the average of the rest of the
    // season. Total squared error of the observed averages 0.077, of James and Stein's 0.022; Clemente's 0.400
    // becomes 0.294.
    let players = [
        (18, 0.346),
        (17, 0.298),
        (16, 0.276),
        (15, 0.222),
        (14, 0.273),
        (14, 0.270),
        (13, 0.263),
        (12, 0.210),
        (11, 0.269),
        (11, 0.230),
        (10, 0.264),
        (10, 0.256),
        (10, 0.303),
        (10, 0.264),
        (10, 0.226),
        (9, 0.285),
        (8, 0.316),
        (7, 0.200),
    ];
    let observed = players.map(|(hits, _)| (hits, 45));
    let pooled = pooled_shares(&observed).unwrap();
    let (mut raw_error, mut error) = (0.0, 0.0);
    for (pooled, (_, rest)) in pooled.iter().flatten().zip(players) {
        raw_error += (pooled.raw - rest) * (pooled.raw - rest);
        error += (pooled.point - rest) * (pooled.point - rest);
    }
    println!(
        "batting averages: squared error {raw_error:.4}, pooled {error:.4}, Clemente {:.4}",
        pooled[0].unwrap().point
    );
    as_printed(raw_error, 0.077, 2);
    assert!(error < raw_error / 2.5, "{error}");
    assert!((pooled[0].unwrap().point - 0.294).abs() < 0.03);
}
