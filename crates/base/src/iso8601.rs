//! Days and moments as people write them: the usual forms of ISO 8601, RFC 3339 among them.
//!
//! ```text
//! 2026-11-25   20261125                                             a day
//! 2026-11-25T08   T08:00   T08:00:30   T08:00:30.5   T0800          a moment of some clock
//! ...Z   +02   +0200   +02:00   -05:30                              a moment of all clocks
//! ```
//! `T` may be a `t` or a blank, a blank may stand before the offset, and U+2212 for `-`; 24:00 is the end of its day. Weeks and
//! days of the year are not read. Pure.

use chrono::{
    DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc,
};

/// A day or a moment, as exact as its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParsedTime {
    /// A day without a time.
    Day(NaiveDate),
    /// A time without an offset: of whatever clock is meant.
    Local(NaiveDateTime),
    /// A time with its offset.
    Exact(DateTime<Utc>),
}

/// Longer than any of these forms.
const LONGEST_BYTES: usize = 60;

/// Reads a day or a moment; `None` when it is neither.
pub fn parse(text: &str) -> Option<ParsedTime> {
    let text = text.trim();
    if text.len() > LONGEST_BYTES {
        return None;
    }
    let Some((day, time)) = text.split_once(['T', 't', ' ']) else {
        return date(text).map(ParsedTime::Day);
    };
    let day = date(day)?;
    let (clock, offset) = without_offset(time.trim_start())?;
    let local = at(day, clock)?;
    let Some(offset) = offset else {
        return Some(ParsedTime::Local(local));
    };
    let exact = offset.from_local_datetime(&local).single()?;
    Some(ParsedTime::Exact(exact.to_utc()))
}

fn date(text: &str) -> Option<NaiveDate> {
    let digits = match text.len() {
        10 => {
            let mut parts = text.split('-');
            let parts = [parts.next()?, parts.next()?, parts.next()?];
            if parts.map(str::len) != [4, 2, 2] {
                return None;
            }
            parts.concat()
        }
        8 => text.to_owned(),
        _ => return None,
    };
    let number = |from: usize, to: usize| number(digits.get(from..to)?);
    NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(4, 6)?, number(6, 8)?)
}

/// The time of day and the offset behind it.
fn without_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), FixedOffset::east_opt(0)));
    }
    match text.rfind(['+', '-', '\u{2212}']) {
        None => Some((text, None)),
        Some(at) => {
            let (clock, offset) = text.split_at_checked(at)?;
            let sign = if offset.starts_with('+') { 1 } else { -1 };
            let offset = offset.trim_start_matches(['+', '-', '\u{2212}']);
            let [hours, minutes, 0] = fields(offset)? else {
                return None;
            };
            let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
            let is_offset = hours < 24 && minutes < 60;
            let offset = FixedOffset::east_opt(sign * seconds).filter(|_| is_offset)?;
            Some((clock.trim_end(), Some(offset)))
        }
    }
}

/// The moment of a day's clock.
fn at(day: NaiveDate, clock: &str) -> Option<NaiveDateTime> {
    let (whole, fraction) = match clock.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let has_seconds = whole.replace(':', "").len() == 6;
    let nanos = match fraction {
        None => 0,
        Some(digits) if has_seconds && (1..=9).contains(&digits.len()) => {
            let scale = 10_u32.checked_pow(u32::try_from(9 - digits.len()).ok()?)?;
            number(digits)?.checked_mul(scale)?
        }
        Some(_) => return None,
    };
    match fields(whole)? {
        [24, 0, 0] if nanos == 0 => day
            .checked_add_days(Days::new(1))?
            .and_time(NaiveTime::MIN)
            .into(),
        [hours, minutes, seconds] => day.and_hms_nano_opt(hours, minutes, seconds, nanos),
    }
}

/// `hh`, `hh:mm`, `hh:mm:ss`, or the same without colons.
fn fields(text: &str) -> Option<[u32; 3]> {
    let parts: Vec<&str> = match text.contains(':') {
        true => text.split(':').collect(),
        false => [0, 2, 4]
            .iter()
            .take_while(|from| **from < text.len())
            .map(|from| text.get(*from..(*from + 2).min(text.len())).unwrap_or_default())
            .collect(),
    };
    let is_whole = (1..=3).contains(&parts.len()) && parts.iter().all(|part| part.len() == 2);
    let is_all = parts.iter().map(|part| part.len()).sum::<usize>() == text.replace(':', "").len();
    if !is_whole || !is_all {
        return None;
    }
    let mut fields = [0; 3];
    for (field, part) in fields.iter_mut().zip(&parts) {
        *field = number(part)?;
    }
    Some(fields)
}

fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok())?
}

/// A moment in UTC with milliseconds, cut: `2026-11-22T08:15:30.250Z`. The order of such texts is time order.
pub fn utc_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, SecondsFormat, Utc};
    use proptest::prelude::*;

    use super::{ParsedTime, parse};

    fn exact(text: &str) -> Option<String> {
        match parse(text)? {
            ParsedTime::Exact(moment) => Some(moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            ParsedTime::Day(_) | ParsedTime::Local(_) => None,
        }
    }

    #[test]
    fn moments_with_an_offset_are_read_with_and_without_seconds() {
        for text in [
            "2026-11-25T08:00+02:00",
            "2026-11-25T08:00:00+02:00",
            "2026-11-25T08:00:00.000+02:00",
            "2026-11-25T08:00:00,0+02:00",
            "2026-11-25T08:00+0200",
            "2026-11-25T08:00+02",
            "2026-11-25T08+02",
            "2026-11-25t08:00+02:00",
            "2026-11-25 08:00 +02:00",
            "2026-11-25 08:00:00+02",
            "20261125T0800+0200",
            "20261125T080000+02",
            "2026-11-25T06:00Z",
            "2026-11-25T06:00z",
            "2026-11-25T06:00:00Z",
            "2026-11-25 06:00 Z",
            "20261125T060000Z",
            "2026-11-25T01:00-05:00",
            "2026-11-25T01:00\u{2212}05:00",
            "2026-11-25T06:00-00:00",
            " 2026-11-25T06:00Z ",
        ] {
            assert_eq!(exact(text).as_deref(), Some("2026-11-25T06:00:00Z"), "{text}");
        }
        assert_eq!(
            exact("2026-11-25T24:00Z").as_deref(),
            Some("2026-11-26T00:00:00Z")
        );
        assert_eq!(
            exact("2026-11-25T08:00:00.25Z").as_deref(),
            Some("2026-11-25T08:00:00.250Z")
        );
    }

    #[test]
    fn moments_without_an_offset_and_days_are_told_apart() {
        for text in [
            "2026-11-25T08:00",
            "2026-11-25 08:00:00",
            "2026-11-25T08",
            "20261125T0800",
            "2026-11-25T08:00:00.0",
        ] {
            assert!(
                matches!(parse(text), Some(ParsedTime::Local(local)) if local.to_string().contains("08:00:00")),
                "{text}"
            );
        }
        for text in ["2026-11-25", "20261125"] {
            assert!(
                matches!(parse(text), Some(ParsedTime::Day(day)) if day.to_string() == "2026-11-25"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "now",
            "2026",
            "2026-11",
            "2026-11-31",
            "26-11-25",
            "25.11.2026",
            "2026-11-25T",
            "2026-11-25T8:00",
            "2026-11-25T25:00",
            "2026-11-25T08:60",
            "2026-11-25T24:01",
            "2026-11-25T08:00+25:00",
            "2026-11-25T08:00+02:60",
            "2026-11-25T08:00+2",
            "2026-11-25T08:00+02:00:00:00",
            "2026-11-25T08:0:00",
            "2026-11-25T080",
            "2026-11-25T08:00.5",
            "2026-W48-3",
            "2026-329",
            "2026-11-25T08:00+02:00[Europe/Helsinki]",
            "2026-11-25T08:00++02:00",
            "+026-11-25",
            "2026-11-25T08:00:00.Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}|[0-9TZ:+. -]{8,30}") {
            let _ = parse(&text);
        }

        #[test]
        fn what_rfc_3339_writes_is_read(seconds in 0i64..253_370_764_800, nanos in 0u32..1_000_000_000) {
            let moment: DateTime<Utc> = DateTime::from_timestamp(seconds, nanos).unwrap();
            for text in [moment.to_rfc3339(), moment.to_rfc3339_opts(SecondsFormat::AutoSi, true)] {
                prop_assert_eq!(parse(&text), Some(ParsedTime::Exact(moment)));
            }
        }
    }
}
