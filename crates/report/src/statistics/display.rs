//! Rounding, for display only.

/// A figure for display: one decimal, half away from zero, never `-0.0`.
pub fn display(figure: f64) -> String {
    // Ten times a decimal fraction such as 0.25 may fall a hair short of the half; 1e-9 is far below any real
    // difference between two shares of less than a hundred million answers.
    let tenths = (figure.abs() * 10.0 + 1e-9).round() / 10.0;
    let sign = if figure < 0.0 && tenths > 0.0 { "-" } else { "" };
    format!("{sign}{tenths:.1}")
}
