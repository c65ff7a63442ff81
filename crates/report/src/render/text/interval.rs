//! Intervals drawn with characters.

use crate::render::document::IntervalChart;

/// Characters of a drawing.
pub(super) const WIDTH: usize = 21;

/// The scale, each mark on it as `├─●──┤`, and the target as `┊`, row by row.
pub(super) fn rows(chart: &IntervalChart) -> Vec<String> {
    let place = |value: f64| {
        let share = (value - chart.min) / (chart.max - chart.min);
        // A scale without extent has one place.
        let share = if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        };
        (share * (WIDTH - 1) as f64).round() as usize
    };
    let row = |mark: &Option<(f64, f64, f64)>| {
        let mut signs = vec![' '; WIDTH];
        let mut put = |at: usize, sign: char| {
            if let Some(place) = signs.get_mut(at) {
                *place = sign;
            }
        };
        if let Some((value, low, high)) = *mark {
            let (low, high) = (place(low), place(high));
            (low..=high).for_each(|at| put(at, '─'));
            put(low, '├');
            put(high, '┤');
            put(place(value), '●');
        }
        if let Some(target) = chart.target {
            let at = place(target);
            let is_free = mark.is_none_or(|(value, ..)| place(value) != at);
            if is_free {
                put(at, '┊');
            }
        }
        signs.into_iter().collect()
    };
    chart.marks.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, rows};
    use crate::render::document::{IntervalChart, Unit};

    #[test]
    fn marks_stand_on_the_scale_and_the_target_shows_through() {
        let chart = IntervalChart {
            head: "NPS".to_owned(),
            unit: Unit::Points,
            min: -100.0,
            max: 100.0,
            whole: None,
            target: Some(40.0),
            marks: vec![Some((0.0, -50.0, 100.0)), None, Some((-100.0, -100.0, -100.0))],
        };
        let rows = rows(&chart);
        assert_eq!(rows[0], "     ├────●───┊─────┤");
        assert_eq!(rows[1].trim(), "┊");
        assert!(rows[2].starts_with('●'), "{}", rows[2]);
        assert!(rows.iter().all(|row| row.chars().count() == WIDTH));
    }
}
