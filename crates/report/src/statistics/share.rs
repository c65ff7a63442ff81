//! Shares with Wilson's score interval: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
//! Inference", Journal of the American Statistical Association 22 (1927), pp. 209-212.

use super::estimate::float;
use super::{ConfidenceInterval, Estimate, Z};

/// A share of `hits` among `n`, 0 to 1, with Wilson's interval; `None` when `n` is 0 or smaller than `hits`.
pub fn share(hits: u64, n: u64) -> Option<Estimate> {
    if n == 0 || hits > n {
        return None;
    }
    let point = float(hits) / float(n);
    Some(Estimate {
        n,
        point,
        interval: wilson(point, float(n)),
    })
}

/// Wilson's interval of a share `q` among `size` answers, which may be a fraction of an answer where weights made it
/// so.
pub(super) fn wilson(q: f64, size: f64) -> ConfidenceInterval {
    let scale = 1.0 + Z * Z / size;
    let centre = (q + Z * Z / (2.0 * size)) / scale;
    let half = Z * (q * (1.0 - q) / size + Z * Z / (4.0 * size * size)).sqrt() / scale;
    // At 0 and at 1 the interval ends at the point exactly; rounding must not move it past.
    ConfidenceInterval {
        low: if q == 0.0 { 0.0 } else { (centre - half).max(0.0) },
        high: if q == 1.0 { 1.0 } else { (centre + half).min(1.0) },
    }
}
