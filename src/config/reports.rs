//! `[reports]`: how periods are named, and what ids are called.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{TimeDelta, Weekday};
use serde::Deserialize;

use super::Settings;
use super::value::file;
use crate::reports::{CampaignDays, ReportContext};
use crate::watch::TEST_QUEUE;
use aftercall_report::Directory;
use aftercall_report::export::RouteZones;
use aftercall_survey::admission::campaign::Campaign;

/// `[reports]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportSettings {
    /// The file with the names of queues, teams and agents. It need not exist unless it is named.
    #[serde(deserialize_with = "file")]
    pub directory: PathBuf,
    /// The first day of a week.
    pub week_starts: WeekStart,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("directory.toml"),
            week_starts: WeekStart::default(),
        }
    }
}

impl Settings {
    /// The clocks by which calls of each route are counted.
    pub fn route_zones(&self) -> RouteZones {
        let rules = self.routes().map(|route| &route.rules);
        RouteZones {
            by_route: rules.map(|rules| (rules.name.clone(), rules.time_zone)).collect(),
            otherwise: self.sampling.time_zone.0,
        }
    }

    /// What reports take from the settings; `directory` is [what the file of names says](super::Loaded::directory).
    pub fn report_context(&self, directory: Directory) -> ReportContext {
        let campaigns = self.routes().map(|route| route.rules.campaign);
        let days = |campaign: Campaign| CampaignDays {
            from: campaign.from.map(|from| from.date()),
            // A campaign that ends at midnight has no call of that day.
            until: campaign
                .to
                .and_then(|to| (to - TimeDelta::nanoseconds(1)).date().succ_opt()),
        };
        ReportContext {
            zone: self.sampling.time_zone.0,
            zones: self.route_zones(),
            first_weekday: self.reports.week_starts.weekday(),
            directory: Arc::new(directory),
            attributes: self.context.mapping.attributes.keys().cloned().collect(),
            campaigns: campaigns
                .filter(|campaign| *campaign != Campaign::default())
                .map(days)
                .collect(),
            test_queue: self.watch.test_call.0.as_ref().map(|_| TEST_QUEUE.to_owned()),
        }
    }
}

/// The first day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// ISO 8601.
    #[default]
    Monday,
    /// As in North America.
    Sunday,
}

impl WeekStart {
    /// As a weekday.
    pub const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Sunday => Weekday::Sun,
        }
    }
}
