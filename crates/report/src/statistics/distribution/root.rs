//! Where an increasing function crosses zero.

/// The place between `low` and `high` at which an increasing function turns from negative to not negative, to the
/// last digit; an end where the function has one sign throughout. Bisection: no derivative, no way to run off, at
/// most a hundred steps.
pub(in crate::statistics) fn of_increasing(function: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if function(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
