//! What reports take from the configuration.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

use aftercall_report::export::RouteZones;
use aftercall_report::{Calendar, Directory};

/// What reports take from the configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportContext {
    /// The operator's time zone.
    pub zone: Tz,
    /// The zones by which calls of each route are counted.
    pub zones: RouteZones,
    /// The first day of a week.
    pub first_weekday: Weekday,
    /// What ids are called.
    pub directory: Arc<Directory>,
    /// Attributes of the operator that a condition may ask for.
    pub attributes: BTreeSet<String>,
    /// The campaigns of the routes that have one.
    pub campaigns: Vec<CampaignDays>,
    /// The queue of synthetic test calls, which reports leave out unless they are asked for it; `None`: there are no such calls.
    pub test_queue: Option<String>,
}

/// The days of a campaign; an end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CampaignDays {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The day before which it ends.
    pub until: Option<NaiveDate>,
}

impl ReportContext {
    /// The calendar of a moment.
    pub fn calendar(&self, now: DateTime<Utc>) -> Calendar {
        Calendar {
            first_weekday: self.first_weekday,
            ..Calendar::new(self.zone, now)
        }
    }
}
