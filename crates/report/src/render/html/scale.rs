//! From figures to places, and the marks of an axis.

/// A part of the numbers as a part of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    min: f64,
    max: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// From `min` at `start` to `max` at `end`.
    pub(super) const fn new((min, max): (f64, f64), (start, end): (f64, f64)) -> Self {
        Self { min, max, start, end }
    }

    /// The place of a value, within the line.
    pub(super) fn place(&self, value: f64) -> f64 {
        let share = (value - self.min) / (self.max - self.min);
        // A scale without extent has one place.
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        self.start + share * (self.end - self.start)
    }
}

/// A length for an attribute: one decimal is a tenth of a pixel.
pub(super) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    format!("{rounded}")
}

/// Round numbers from at most `low` to at least `high`: steps of 1, 2 or 5 times a power of ten, about `count` of them.
pub(super) fn ticks(low: f64, high: f64, count: u32) -> Vec<f64> {
    let span = high - low;
    if !span.is_finite() || span <= 0.0 {
        return vec![low];
    }
    let rough = span / f64::from(count.max(1));
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(power);
    let first = (low / step).floor();
    let last = (high / step - 1e-9).ceil();
    let steps = (last - first).clamp(0.0, 40.0) as u32;
    (0..=steps)
        .map(|index| (first + f64::from(index)) * step)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Scale, number, ticks};

    #[test]
    fn ticks_are_round_and_reach_over_both_ends() {
        assert_eq!(ticks(0.0, 100.0, 5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(ticks(-12.0, 64.0, 4), [-20.0, 0.0, 20.0, 40.0, 60.0, 80.0]);
        assert_eq!(ticks(0.0, 3.0, 4), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(5.0, 5.0, 4), [5.0]);
        assert_eq!(ticks(f64::NAN, 1.0, 4).len(), 1);
    }

    #[test]
    fn places_stay_on_the_line() {
        let scale = Scale::new((-100.0, 100.0), (0.0, 200.0));
        assert_eq!(
            [-300.0, -100.0, 0.0, 50.0, 300.0].map(|value| scale.place(value)),
            [0.0, 0.0, 100.0, 150.0, 200.0]
        );
        assert_eq!(Scale::new((1.0, 1.0), (10.0, 20.0)).place(1.0), 10.0);
        assert_eq!(number(12.345), "12.3");
        assert_eq!(number(12.0), "12");
    }
}
