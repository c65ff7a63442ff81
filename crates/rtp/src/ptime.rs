//! Packet time: how much audio one packet carries.

use std::time::Duration;

/// A packet time that the media plane can keep: 10, 20, 30, 40 or 60 ms (`a=ptime`, RFC 8866 section 6.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Ptime {
    /// 10 ms.
    Ms10,
    /// 20 ms, the default of RFC 3551 for PCMU and PCMA.
    #[default]
    Ms20,
    /// 30 ms.
    Ms30,
    /// 40 ms.
    Ms40,
    /// 60 ms.
    Ms60,
}

impl Ptime {
    /// Every packet time, shortest first.
    pub const ALL: [Self; 5] = [Self::Ms10, Self::Ms20, Self::Ms30, Self::Ms40, Self::Ms60];

    /// Milliseconds.
    pub const fn millis(self) -> u32 {
        match self {
            Self::Ms10 => 10,
            Self::Ms20 => 20,
            Self::Ms30 => 30,
            Self::Ms40 => 40,
            Self::Ms60 => 60,
        }
    }

    /// The same as a [`Duration`].
    pub fn duration(self) -> Duration {
        Duration::from_millis(u64::from(self.millis()))
    }

    /// Samples (clock units) of one packet at `clock_rate` Hz; for G.711 also its payload in octets.
    pub const fn samples(self, clock_rate: u32) -> u32 {
        (clock_rate / 1000).saturating_mul(self.millis())
    }

    /// The packet time nearest to `wanted_ms` that does not exceed `max_ms`. Between two equally near ones the
    /// shorter; when even 10 ms exceeds `max_ms`, 10 ms.
    pub fn nearest(wanted_ms: u32, max_ms: Option<u32>) -> Self {
        let fits = |ptime: &Self| max_ms.is_none_or(|max| ptime.millis() <= max);
        Self::ALL
            .into_iter()
            .filter(fits)
            .min_by_key(|ptime| ptime.millis().abs_diff(wanted_ms))
            .unwrap_or(Self::Ms10)
    }
}

#[cfg(test)]
mod tests {
    use super::Ptime;

    #[test]
    fn unknown_packet_times_become_the_nearest_that_maxptime_allows() {
        for (wanted, max, expected) in [
            (20, None, 20),
            (5, None, 10),
            (25, None, 20),
            (50, None, 40),
            (80, None, 60),
            (200, Some(30), 30),
            (60, Some(59), 40),
            (20, Some(5), 10),
        ] {
            assert_eq!(
                Ptime::nearest(wanted, max).millis(),
                expected,
                "{wanted} within {max:?}"
            );
        }
    }

    #[test]
    fn a_packet_time_is_160_samples_for_20_ms_at_8_khz() {
        assert_eq!(Ptime::Ms20.samples(8000), 160);
        assert_eq!(Ptime::Ms60.samples(48_000), 2880);
        assert_eq!(Ptime::Ms30.duration().as_millis(), 30);
    }
}
