//! Shares with Wilson's score interval.

use super::estimate::float;
use super::{ConfidenceInterval, Estimate, Z};

/// A share of `hits` among `n`, 0 to 1, with Wilson's interval; `None` when `n` is 0 or smaller than `hits`.
pub fn share(hits: u64, n: u64) -> Option<Estimate> {
    if n == 0 || hits > n {
        return None;
    }
    let (size, q) = (float(n), float(hits) / float(n));
    let scale = 1.0 + Z * Z / size;
    let centre = (q + Z * Z / (2.0 * size)) / scale;
    let half = Z * (q * (1.0 - q) / size + Z * Z / (4.0 * size * size)).sqrt() / scale;
    // At 0 and at n the interval ends at the point exactly; rounding must not move it past.
    let low = if hits == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if hits == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Estimate {
        n,
        point: q,
        interval: ConfidenceInterval { low, high },
    })
}
