//! `[[delivery]]`: which report is delivered, when, and to whom.

mod consistency;

use std::path::PathBuf;
use std::time::Duration;

use chrono::{Days, NaiveTime, Weekday};
use serde::{Deserialize, Deserializer};

use super::base::Base;
use super::mail::optional_file;
use super::sampling::Zone;
use super::value::{Span, list};
use crate::delivery::mail::MailAddress;
use crate::delivery::schedule::{Cadence, Period, Schedule};
use crate::delivery::webhook::WebhookUrl;
use crate::delivery::{DeliveryName, Format, ReportFilter, WhenEmpty, recipients};
use aftercall_base::Language;
use aftercall_report::Grouping;
use aftercall_storage::delivery::Channel;
use aftercall_survey::admission::campaign::Campaign;
use aftercall_survey::context::condition::Pattern;
use aftercall_survey::route::Route;

/// The languages that a report can have.
const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];

/// One `[[delivery]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenDelivery")]
pub struct DeliverySettings {
    /// Its name.
    pub name: DeliveryName,
    /// Which calls the report is about.
    pub filter: ReportFilter,
    /// The parts that are shown side by side.
    pub by: Option<Grouping>,
    /// How often it is delivered.
    pub every: Every,
    /// On which day of the week.
    on: Option<Weekday>,
    /// With which day weeks begin.
    week_begins: WeekBegin,
    /// At which local time.
    pub at: NaiveTime,
    /// Whose days and clocks are meant; complete once it has [inherited](Self::inherit) from `[sampling]`.
    pub time_zone: Zone,
    has_time_zone: bool,
    /// The language of the report.
    pub language: Language,
    /// Who gets a mail.
    pub to: Vec<MailAddress>,
    /// Where files are written.
    pub folder: Option<PathBuf>,
    /// Which URL is called.
    pub webhook: Option<WebhookUrl>,
    /// The file with the secrets that requests are signed with.
    pub secret_file: Option<PathBuf>,
    /// Certificates of authorities that are trusted beside those of the system, PEM.
    pub ca_file: Option<PathBuf>,
    /// Whether the webhook may be in a private network.
    pub allow_private: bool,
    /// The files of the report.
    pub formats: Vec<Format>,
    /// What becomes of a period without calls.
    pub when_empty: WhenEmpty,
    /// After which time of failed attempts it is given up.
    pub give_up: Duration,
}

/// As it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDelivery {
    name: Name,
    #[serde(default, deserialize_with = "patterns")]
    queues: Vec<Pattern>,
    #[serde(default, deserialize_with = "patterns")]
    teams: Vec<Pattern>,
    #[serde(default, deserialize_with = "patterns")]
    agents: Vec<Pattern>,
    #[serde(default, deserialize_with = "patterns")]
    surveys: Vec<Pattern>,
    by: Option<GroupingWord>,
    every: Every,
    on: Option<DayOfWeek>,
    #[serde(default)]
    week_begins: WeekBegin,
    #[serde(default)]
    at: TimeOfDay,
    time_zone: Option<Zone>,
    #[serde(default)]
    language: ReportLanguage,
    #[serde(default, deserialize_with = "addresses")]
    to: Vec<MailAddress>,
    #[serde(default, deserialize_with = "optional_directory")]
    folder: Option<PathBuf>,
    webhook: Option<Url>,
    #[serde(default, deserialize_with = "optional_file")]
    secret_file: Option<PathBuf>,
    #[serde(default, deserialize_with = "optional_file")]
    ca_file: Option<PathBuf>,
    #[serde(default)]
    allow_private: bool,
    #[serde(default = "xlsx", deserialize_with = "formats")]
    formats: Vec<Format>,
    #[serde(default)]
    when_empty: WhenEmptyWord,
    #[serde(default)]
    give_up: GiveUp,
}

impl TryFrom<WrittenDelivery> for DeliverySettings {
    type Error = String;

    fn try_from(written: WrittenDelivery) -> Result<Self, Self::Error> {
        Ok(Self {
            name: written.name.0,
            filter: ReportFilter {
                queues: written.queues,
                teams: written.teams,
                agents: written.agents,
                surveys: written.surveys,
            },
            by: written.by.map(|by| by.0),
            every: written.every,
            on: written.on.map(|on| on.0),
            week_begins: written.week_begins,
            at: written.at.0,
            has_time_zone: written.time_zone.is_some(),
            time_zone: written.time_zone.unwrap_or(Zone(chrono_tz::UTC)),
            language: written.language.0,
            to: written.to,
            folder: written.folder,
            webhook: written.webhook.map(|url| url.0),
            secret_file: written.secret_file,
            ca_file: written.ca_file,
            allow_private: written.allow_private,
            formats: written.formats,
            when_empty: match written.when_empty {
                WhenEmptyWord::Send => WhenEmpty::Send,
                WhenEmptyWord::Skip => WhenEmpty::Skip,
            },
            give_up: written.give_up.0,
        })
    }
}

/// A grouping by its word.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct GroupingWord(Grouping);

impl TryFrom<String> for GroupingWord {
    type Error = String;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        let unknown = || {
            let known = Grouping::ALL.map(Grouping::as_str).join(", ");
            format!("not a way to group figures; choose from {known}")
        };
        Grouping::of(&word).map(Self).ok_or_else(unknown)
    }
}

impl DeliverySettings {
    /// Takes the zone of `[sampling]` where it names none, and makes paths ones that can be opened.
    pub(super) fn inherit(&mut self, zone: Zone, base: &Base) {
        if !self.has_time_zone {
            self.time_zone = zone;
        }
        for path in [&mut self.folder, &mut self.secret_file, &mut self.ca_file]
            .into_iter()
            .flatten()
        {
            *path = base.join(path);
        }
    }

    /// Each recipient as rows name it.
    pub fn recipients(&self) -> Vec<(Channel, String)> {
        recipients(&self.to, self.folder.is_some(), self.webhook.is_some())
    }

    /// When it is due; the campaigns are those of routes.
    pub fn schedule<'r>(&self, routes: impl Iterator<Item = &'r Route>) -> Schedule {
        let cadence = match self.every {
            Every::Daily => Cadence::Daily,
            Every::Weekly => Cadence::Weekly {
                on: self.on.unwrap_or(Weekday::Mon),
                begins: match self.week_begins {
                    WeekBegin::Monday => Weekday::Mon,
                    WeekBegin::Sunday => Weekday::Sun,
                },
            },
            Every::Monthly => Cadence::Monthly,
            Every::Quarterly => Cadence::Quarterly,
            Every::CampaignEnd => Cadence::CampaignEnd(
                self.campaigns(routes)
                    .filter_map(|route| days_of(route.rules.campaign))
                    .collect(),
            ),
        };
        Schedule {
            cadence,
            at: self.at,
            zone: self.time_zone.0,
        }
    }

    /// The routes of its surveys that have a campaign with an end.
    fn campaigns<'r>(&self, routes: impl Iterator<Item = &'r Route>) -> impl Iterator<Item = &'r Route> {
        routes.filter(|route| route.rules.campaign.to.is_some() && self.filter.has_survey(&route.survey))
    }
}

/// The whole days of a campaign; `None` where one of its ends is open.
fn days_of(campaign: Campaign) -> Option<Period> {
    let (from, to) = campaign.from.zip(campaign.to)?;
    // A day that belongs to it in part counts.
    let is_whole = to.time() == NaiveTime::MIN;
    let until = match is_whole {
        true => to.date(),
        false => to.date().checked_add_days(Days::new(1))?,
    };
    Some(Period {
        from: from.date(),
        until,
    })
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every day.
    Daily,
    /// Once a week.
    Weekly,
    /// On the first of each month.
    Monthly,
    /// On the first of each quarter.
    Quarterly,
    /// After the last day of each campaign of a route.
    CampaignEnd,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WeekBegin {
    #[default]
    Monday,
    Sunday,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhenEmptyWord {
    #[default]
    Send,
    Skip,
}

/// A text with a meaning, read by a function that says what is wrong and what to write.
macro_rules! read_as {
    ($name:ident($type:ty), $read:expr) => {
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "String")]
        struct $name($type);

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let read: fn(&str) -> Result<$type, String> = $read;
                read(&text).map(Self)
            }
        }
    };
}

read_as!(Name(DeliveryName), |text| {
    DeliveryName::new(text).map_err(|reason| format!("{reason}; write for example \"weekly-sales\""))
});
read_as!(DayOfWeek(Weekday), |text| {
    text.parse().map_err(|_| {
        format!(
            "`{}` is not a day of the week; write for example \"monday\"",
            super::syntax::shortened(text)
        )
    })
});
read_as!(TimeOfDay(NaiveTime), |text| {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| {
        format!(
            "`{}` is not a time of day; write for example \"07:00\"",
            super::syntax::shortened(text)
        )
    })
});
read_as!(ReportLanguage(Language), |text| {
    let known = LANGUAGES
        .contains(&text)
        .then(|| Language::new(text).ok())
        .flatten();
    known.ok_or_else(|| {
        let shown = super::syntax::shortened(text);
        format!(
            "`{shown}` is not a language of reports; choose from {}",
            LANGUAGES.join(", ")
        )
    })
});
read_as!(Url(WebhookUrl), |text| text.parse().map_err(
    |error: crate::delivery::webhook::WebhookUrlError| error.to_string()
));
read_as!(GiveUp(Duration), |text| {
    let Span(span) = Span::try_from(text.to_owned())?;
    match (60..=30 * 86_400).contains(&span.as_secs()) {
        true => Ok(span),
        false => Err("is not between a minute and 30 days; write for example \"72h\"".to_owned()),
    }
});

impl Default for TimeOfDay {
    fn default() -> Self {
        Self(NaiveTime::from_hms_opt(7, 0, 0).unwrap_or_default())
    }
}

impl Default for ReportLanguage {
    fn default() -> Self {
        Self(Language::new("en").expect("en is a tag"))
    }
}

impl Default for GiveUp {
    fn default() -> Self {
        Self(Duration::from_secs(3 * 86_400))
    }
}

fn xlsx() -> Vec<Format> {
    vec![Format::Xlsx]
}

fn patterns<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Pattern>, D::Error> {
    list(deserializer, |text| {
        ReportFilter::pattern(text).map_err(|reason| {
            let shown = super::syntax::shortened(text);
            format!("`{shown}` is {reason}; write for example \"sales\" or \"sales*\"")
        })
    })
}

fn addresses<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<MailAddress>, D::Error> {
    list(deserializer, |text| {
        text.parse()
            .map_err(|error: crate::delivery::mail::MailAddressError| {
                format!("`{}`: {error}", super::syntax::shortened(text))
            })
    })
}

fn formats<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Format>, D::Error> {
    list(deserializer, |text| {
        Format::from_str_opt(text).ok_or_else(|| {
            let known = Format::ALL.map(Format::as_str).join(", ");
            format!(
                "`{}` is not a format; choose from {known}",
                super::syntax::shortened(text)
            )
        })
    })
}

fn optional_directory<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    super::value::directory(deserializer).map(Some)
}

#[cfg(test)]
mod tests;
