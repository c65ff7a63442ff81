//! The clock on the wall of a call's contact centre.
//!
//! A call is stored with its moment in UTC and with its local day and hour. The offset between them is that of the route's time zone. A
//! route may have another zone today, or none: then the offset that the day and the hour have is taken, so that a row always
//! shows the day by which it was selected. A moment is exact whatever its offset is.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveTime, Offset, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use aftercall_storage::export::CallRow;

/// The time zones of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteZones {
    /// By the name of the route.
    pub by_route: BTreeMap<String, Tz>,
    /// Of all others.
    pub otherwise: Tz,
}

impl RouteZones {
    /// One zone for all.
    pub const fn of(zone: Tz) -> Self {
        Self {
            by_route: BTreeMap::new(),
            otherwise: zone,
        }
    }

    /// The clock of a call.
    pub(super) fn clock(&self, call: &CallRow) -> Clock {
        let own = call.route.as_ref().and_then(|route| self.by_route.get(route));
        let known = own.into_iter().chain([&self.otherwise]).copied();
        let mut fitting = known.chain([Tz::UTC]).filter(|zone| fits(call, *zone));
        match fitting.next() {
            Some(zone) => Clock::Zone(zone),
            None => Clock::Fixed(whole_hours(call).unwrap_or_else(|| Utc.fix())),
        }
    }
}

/// Whether it was that day and hour in that zone.
fn fits(call: &CallRow, zone: Tz) -> bool {
    let local = call.arrived_at.with_timezone(&zone);
    local.date_naive() == call.local_day && call.local_hour.is_none_or(|hour| hour == local.hour())
}

/// The offset between the local hour and that of UTC, in hours.
fn whole_hours(call: &CallRow) -> Option<FixedOffset> {
    let local = call
        .local_day
        .and_time(NaiveTime::from_hms_opt(call.local_hour?, 0, 0)?);
    let utc = call.arrived_at.naive_utc();
    let utc = utc.date().and_time(NaiveTime::from_hms_opt(utc.hour(), 0, 0)?);
    let between = local - utc;
    let is_offset = between.abs() <= TimeDelta::hours(14);
    is_offset.then(|| FixedOffset::east_opt(i32::try_from(between.num_seconds()).ok()?))?
}

/// The clock of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// That of a zone.
    Zone(Tz),
    /// One that never changes.
    Fixed(FixedOffset),
}

impl Clock {
    /// The local time of a moment.
    pub(super) fn local(self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        match self {
            Self::Zone(zone) => at.with_timezone(&zone).fixed_offset(),
            Self::Fixed(offset) => at.with_timezone(&offset),
        }
    }
}
