//! A report as it is asked for, in texts: options of a command, parameters of a URL, settings of a delivery.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::context::ReportContext;
use aftercall_report::{Calendar, CompareWith, Grouping, Period, PeriodName, ReportQuery, TrendStep};
use aftercall_storage::Scope;
use aftercall_storage::selection::{Dimension, NamePattern};
use aftercall_survey::context::Field;
use aftercall_survey::context::condition::{Condition, WrittenTest};

/// Fields of the context that name a person.
const PERSONAL: [Field; 3] = [Field::Caller, Field::Transferor, Field::Token];

/// The most texts in one list.
const MOST_NAMES: usize = 200;
/// The longest text.
const LONGEST: usize = 1_000;

/// What a report is asked for. Names are those of the options and parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportRequest {
    /// A period by name, `campaign`, `all`, or `2026-10-01..2026-10-31`.
    pub period: Option<String>,
    /// First day or moment.
    pub from: Option<String>,
    /// Last day, itself included, or the moment before which the period ends.
    pub to: Option<String>,
    /// Queues, each a name or a pattern.
    pub queue: Vec<String>,
    /// Teams.
    pub team: Vec<String>,
    /// Agents.
    pub agent: Vec<String>,
    /// Routes.
    pub route: Vec<String>,
    /// Surveys.
    pub survey: Vec<String>,
    /// Languages.
    pub language: Vec<String>,
    /// Dialled numbers.
    pub dialled: Vec<String>,
    /// A condition on the context, as in `when` of a route.
    pub when: Option<String>,
    /// The parts side by side.
    pub by: Option<String>,
    /// The steps of the trend, or `auto`.
    pub trend: Option<String>,
    /// What to compare with.
    pub compare: Option<String>,
}

/// A part of a request that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {reason}")]
pub struct RequestFault {
    /// The name of the part, such as `by`.
    pub part: &'static str,
    /// What is wrong, and what to write.
    pub reason: String,
}

impl RequestFault {
    pub(crate) fn new(part: &'static str, reason: impl Into<String>) -> Self {
        Self {
            part,
            reason: reason.into(),
        }
    }
}

impl ReportRequest {
    /// Whether its condition is about a person: who may not see numbers of callers could find out by it whose calls they are.
    pub fn is_about_persons(&self) -> bool {
        let tests = self.when.as_deref().map(written);
        tests.is_some_and(|tests| {
            let of_person = |field: &Field| {
                tests
                    .as_ref()
                    .is_ok_and(|tests| tests.contains_key(field.as_str()))
            };
            PERSONAL.iter().any(of_person)
        })
    }

    /// What it asks for, at a moment.
    ///
    /// # Errors
    /// The first part that cannot be understood.
    pub fn query(&self, context: &ReportContext, now: DateTime<Utc>) -> Result<ReportQuery, RequestFault> {
        let calendar = context.calendar(now);
        let period = self.period(context, calendar)?;
        let mut names = Vec::new();
        for (part, dimension, texts) in [
            ("queue", Dimension::Queue, &self.queue),
            ("team", Dimension::Team, &self.team),
            ("agent", Dimension::Agent, &self.agent),
            ("route", Dimension::Route, &self.route),
            ("survey", Dimension::Survey, &self.survey),
            ("language", Dimension::Language, &self.language),
        ] {
            if !texts.is_empty() {
                bounded(part, texts)?;
                let directory = &context.directory;
                let patterns = texts.iter().map(|text| directory.pattern(dimension, text));
                names.push((dimension, patterns.collect()));
            }
        }
        leave_out_test_calls(&mut names, context);
        Ok(ReportQuery {
            names,
            dialled: {
                bounded("dialled", &self.dialled)?;
                self.dialled.iter().map(|text| NamePattern::new(text)).collect()
            },
            condition: self
                .when
                .as_deref()
                .map(|text| condition(text, context))
                .transpose()?,
            by: self.by.as_deref().map(grouping).transpose()?,
            may_lengthen_steps: self.trend.as_deref() == Some("auto"),
            trend: self
                .trend
                .as_deref()
                .map(|step| trend(step, &period))
                .transpose()?,
            compare: self
                .compare
                .as_deref()
                .map(|with| compare(with, context, calendar))
                .transpose()?,
            period,
            directory: Arc::clone(&context.directory),
            scope: Scope::Everything,
        })
    }

    fn period(&self, context: &ReportContext, calendar: Calendar) -> Result<Period, RequestFault> {
        match &self.period {
            Some(_) if self.from.is_some() || self.to.is_some() => Err(RequestFault::new(
                "period",
                "give either `period`, or `from` and `to`",
            )),
            Some(name) => period_named("period", name, context, calendar),
            None => Period::parse(self.from.as_deref(), self.to.as_deref(), calendar)
                .map_err(|error| RequestFault::new("from", error.to_string())),
        }
    }
}

/// Synthetic test calls are nobody's opinion: they count only where their queue is named.
fn leave_out_test_calls(names: &mut Vec<(Dimension, Vec<NamePattern>)>, context: &ReportContext) {
    let Some(queue) = &context.test_queue else {
        return;
    };
    let not = NamePattern::new(&format!("!={queue}"));
    match names
        .iter_mut()
        .find(|(dimension, _)| *dimension == Dimension::Queue)
    {
        Some((_, patterns)) if patterns.iter().any(|pattern| pattern.asks_for(queue)) => {}
        Some((_, patterns)) => patterns.push(not),
        None => names.push((Dimension::Queue, vec![not])),
    }
}

/// A list of names is no longer, and has no longer names, than makes sense.
fn bounded(part: &'static str, texts: &[String]) -> Result<(), RequestFault> {
    if texts.len() > MOST_NAMES || texts.iter().any(|text| text.len() > LONGEST) {
        let reason = format!("give at most {MOST_NAMES} names of at most {LONGEST} bytes each");
        return Err(RequestFault::new(part, reason));
    }
    Ok(())
}

/// A period by its name, by a campaign, or by its ends: `2026-10-01..2026-10-31`.
fn period_named(
    part: &'static str,
    name: &str,
    context: &ReportContext,
    calendar: Calendar,
) -> Result<Period, RequestFault> {
    let read = match name {
        "all" => Ok(Period::all(calendar)),
        "campaign" => return campaign(part, context, calendar),
        name => match name.split_once("..") {
            Some((from, to)) => {
                let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
                Period::parse(end(from).as_deref(), end(to).as_deref(), calendar)
            }
            None => PeriodName::parse(name).map(|name| name.period(calendar)),
        },
    };
    read.map_err(|error| RequestFault::new(part, error.to_string()))
}

/// From the first to the last day of all campaigns; open where one of them is.
fn campaign(part: &'static str, context: &ReportContext, calendar: Calendar) -> Result<Period, RequestFault> {
    let campaigns = &context.campaigns;
    if campaigns.is_empty() {
        let reason = "no route has a campaign; write for example `campaign = { from = \"2026-11-01\", to = \"2026-11-30\" }` \
                      in a [[route]]";
        return Err(RequestFault::new(part, reason));
    }
    let from = campaigns.iter().map(|campaign| campaign.from).min().flatten();
    let until = campaigns
        .iter()
        .map(|campaign| campaign.until.unwrap_or(NaiveDate::MAX))
        .max();
    Ok(Period::of_days(
        from,
        until.filter(|until| *until != NaiveDate::MAX),
        calendar,
    ))
}

fn grouping(word: &str) -> Result<Grouping, RequestFault> {
    let unknown = || {
        let words = Grouping::ALL.map(Grouping::as_str).join(", ");
        RequestFault::new(
            "by",
            format!("`{}` is not known; choose from {words}", shortened(word)),
        )
    };
    Grouping::of(word).ok_or_else(unknown)
}

fn trend(word: &str, period: &Period) -> Result<TrendStep, RequestFault> {
    if word == "auto" {
        return Ok(TrendStep::of_period(period));
    }
    let unknown = || {
        let words = TrendStep::ALL.map(TrendStep::as_str).join(", ");
        RequestFault::new(
            "trend",
            format!("`{}` is not known; choose from {words}, auto", shortened(word)),
        )
    };
    TrendStep::of(word).ok_or_else(unknown)
}

fn compare(word: &str, context: &ReportContext, calendar: Calendar) -> Result<CompareWith, RequestFault> {
    match word.replace('_', "-").as_str() {
        "previous" => Ok(CompareWith::Previous),
        "last-year" => Ok(CompareWith::LastYear),
        word => period_named("compare", word, context, calendar).map(CompareWith::Period),
    }
}

/// A condition as in `when` of a route, with or without its braces.
fn condition(text: &str, context: &ReportContext) -> Result<Condition, RequestFault> {
    let is_attribute = |name: &str| context.attributes.contains(name);
    Condition::read(written(text)?, &is_attribute)
        .map_err(|error| RequestFault::new("when", error.to_string()))
}

/// The tests of a condition by the names that they are about, as they are written.
fn written(text: &str) -> Result<BTreeMap<String, WrittenTest>, RequestFault> {
    let fault = |reason: String| RequestFault::new("when", reason);
    if text.len() > LONGEST {
        return Err(fault(format!("it is longer than {LONGEST} bytes")));
    }
    let text = text.trim();
    let table = if text.starts_with('{') {
        text.to_owned()
    } else {
        format!("{{ {text} }}")
    };
    let written: BTreeMap<String, BTreeMap<String, WrittenTest>> = toml::from_str(&format!("when = {table}"))
        .map_err(|error| {
            fault(format!(
                "it cannot be read ({}); write for example `talk_time = {{ from = 60 }}`",
                error.message()
            ))
        })?;
    Ok(written.into_values().next().unwrap_or_default())
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(60)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chrono::{DateTime, NaiveDate, Utc, Weekday};
    use proptest::prelude::*;

    use super::{ReportRequest, RequestFault};
    use crate::reports::{CampaignDays, ReportContext};
    use aftercall_report::{CompareWith, Directory, DirectoryEntry, Grouping, TrendStep};
    use aftercall_storage::selection::{Dimension, fits_any};

    fn context() -> ReportContext {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        ReportContext {
            zone: chrono_tz::Europe::Helsinki,
            zones: aftercall_report::export::RouteZones::of(chrono_tz::Europe::Helsinki),
            first_weekday: Weekday::Mon,
            directory: Arc::default(),
            attributes: ["segment".to_owned()].into(),
            campaigns: vec![
                CampaignDays {
                    from: day("2026-11-01"),
                    until: day("2026-12-01"),
                },
                CampaignDays {
                    from: day("2026-10-15"),
                    until: day("2026-11-16"),
                },
            ],
            test_queue: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-25T12:00:00Z".parse().unwrap()
    }

    fn words(request: &ReportRequest) -> Result<String, RequestFault> {
        request
            .query(&context(), now())
            .map(|query| query.period.in_words())
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    proptest! {
        /// Of any condition, period and name comes a query, or a reason that is short whatever was sent. A condition that is read as one on a caller is
        /// known as one before.
        #[test]
        fn any_texts_are_understood_or_refused_with_a_short_reason(
            when in "(caller|queue|talk_time|token|segment|\\{|x) ?= ?(\"[ -~]{0,12}\"|[0-9]{1,20}|\\{ ?(from|to|is) ?= ?[0-9]{0,4} ?\\}|\\[{0,50}).{0,6}|.{0,40}",
            period in "(today|last-[a-z0-9-]{0,12}|[0-9]{4}-[0-9]{2}-[0-9]{2}\\.\\.[0-9-]{0,10}|.{0,20})",
            names in prop::collection::vec(".{0,30}", 0..4),
            by in "(queue|hour|.{0,10})",
        ) {
            let request = ReportRequest {
                period: Some(period),
                queue: names,
                when: Some(when.clone()),
                by: Some(by),
                ..ReportRequest::default()
            };
            let is_about_persons = request.is_about_persons();
            match request.query(&context(), now()) {
                Ok(query) => {
                    let read = query.condition.map(|condition| condition.to_string()).unwrap_or_default();
                    prop_assert!(is_about_persons || !["caller", "token", "transferor"].iter().any(|person| read.starts_with(person)), "{}", when);
                }
                Err(fault) => prop_assert!(fault.reason.len() < 1_000, "{}", fault.reason),
            }
        }
    }

    #[test]
    fn condition_on_a_person_is_known_as_one() {
        for (when, is_personal) in [
            ("caller = \"+35840*\"", true),
            ("{ talk_time = { from = 60 }, token = \"x\" }", true),
            ("talk_time = { from = 60 }", false),
            ("segment = \"caller\"", false),
            ("caller =", false),
        ] {
            let request = ReportRequest {
                when: Some(when.to_owned()),
                ..ReportRequest::default()
            };
            assert_eq!(request.is_about_persons(), is_personal, "{when}");
        }
        assert!(!ReportRequest::default().is_about_persons());
    }

    #[test]
    fn periods_are_named_in_all_usual_ways() {
        for (period, read) in [
            ("last-week", "2026-11-16 to 2026-11-22 (Europe/Helsinki)"),
            ("campaign", "2026-10-15 to 2026-11-30 (Europe/Helsinki)"),
            (
                "2026-10-01..2026-10-31",
                "2026-10-01 to 2026-10-31 (Europe/Helsinki)",
            ),
            ("2026-10-01..", "since 2026-10-01 (Europe/Helsinki)"),
            ("all", "all calls"),
        ] {
            let request = ReportRequest {
                period: text(period),
                ..ReportRequest::default()
            };
            assert_eq!(words(&request).unwrap(), read);
        }
        let request = ReportRequest {
            from: text("2026-11-22"),
            ..ReportRequest::default()
        };
        assert_eq!(words(&request).unwrap(), "since 2026-11-22 (Europe/Helsinki)");
    }

    #[test]
    fn whole_request_becomes_a_query() {
        let request = ReportRequest {
            period: text("this-month"),
            queue: vec!["sales*".to_owned(), "!sales-test".to_owned()],
            when: text("talk_time = { from = 60 }, segment = \"gold\""),
            by: text("survey-version"),
            trend: text("auto"),
            compare: text("last_year"),
            ..ReportRequest::default()
        };
        let query = request.query(&context(), now()).unwrap();
        assert_eq!(
            query.condition.unwrap().to_string(),
            "talk_time at least 60, segment gold"
        );
        assert_eq!(query.by, Some(Grouping::Name(Dimension::SurveyVersion)));
        assert_eq!(
            (query.trend, query.compare),
            (Some(TrendStep::Day), Some(CompareWith::LastYear))
        );
        assert!(fits_any(&query.names[0].1, "sales-fi") && !fits_any(&query.names[0].1, "sales-test"));
    }

    #[test]
    fn what_cannot_be_understood_names_its_part_and_the_choices() {
        let wrong = |request: ReportRequest| request.query(&context(), now()).unwrap_err();
        let fault = wrong(ReportRequest {
            by: text("colour\u{1b}"),
            ..ReportRequest::default()
        });
        assert_eq!(fault.part, "by");
        assert!(
            fault.reason.contains("`colour`") && fault.reason.contains("weekday"),
            "{fault}"
        );
        for (request, part) in [
            (
                ReportRequest {
                    trend: text("decade"),
                    ..ReportRequest::default()
                },
                "trend",
            ),
            (
                ReportRequest {
                    compare: text("rest"),
                    ..ReportRequest::default()
                },
                "compare",
            ),
            (
                ReportRequest {
                    period: text("soon"),
                    ..ReportRequest::default()
                },
                "period",
            ),
            (
                ReportRequest {
                    period: text("all"),
                    to: text("2026-01-01"),
                    ..ReportRequest::default()
                },
                "period",
            ),
            (
                ReportRequest {
                    from: text("x"),
                    ..ReportRequest::default()
                },
                "from",
            ),
            (
                ReportRequest {
                    when: text("colour = 1"),
                    ..ReportRequest::default()
                },
                "when",
            ),
            (
                ReportRequest {
                    when: text("queue = ["),
                    ..ReportRequest::default()
                },
                "when",
            ),
            (
                ReportRequest {
                    when: text("caller = \"1\""),
                    ..ReportRequest::default()
                },
                "when",
            ),
            (
                ReportRequest {
                    queue: vec![String::new(); 201],
                    ..ReportRequest::default()
                },
                "queue",
            ),
        ] {
            assert_eq!(wrong(request.clone()).part, part, "{request:?}");
        }
    }

    #[test]
    fn queue_team_and_agent_are_named_by_id_or_by_what_the_directory_calls_them() {
        let entry = |name: &str| DirectoryEntry {
            name: name.to_owned(),
            ..DirectoryEntry::default()
        };
        let entries = |id: &str, name: &str| [(id.to_owned(), entry(name))].into();
        let context = ReportContext {
            directory: Arc::new(Directory {
                queues: entries("q-17", "Billing"),
                teams: entries("t-1", "North"),
                agents: entries("4711", "Anna Virtanen"),
            }),
            ..context()
        };
        let one = |text: &str| vec![text.to_owned()];
        let request = ReportRequest {
            queue: one("bill*"),
            team: one("NORTH"),
            agent: one("anna virtanen"),
            survey: one("NPS"),
            ..ReportRequest::default()
        };
        let selection = request.query(&context, now()).unwrap().selection();
        assert!(selection.fits(Dimension::Queue, "q-17") && !selection.fits(Dimension::Queue, "q-18"));
        assert!(selection.fits(Dimension::Team, "t-1") && selection.fits(Dimension::Team, "north"));
        assert!(selection.fits(Dimension::Agent, "4711") && !selection.fits(Dimension::Agent, "4712"));
        assert!(selection.fits(Dimension::Survey, "NPS") && !selection.fits(Dimension::Survey, "nps"));
    }

    #[test]
    fn test_calls_count_only_where_their_queue_is_named() {
        let context = ReportContext {
            test_queue: text("aftercall-watch"),
            ..context()
        };
        let fits = |queue: &[&str], name: &str| {
            let queue = queue.iter().map(|name| (*name).to_owned()).collect();
            let request = ReportRequest {
                queue,
                ..ReportRequest::default()
            };
            let query = request.query(&context, now()).unwrap();
            fits_any(query.selection().patterns(Dimension::Queue), name)
        };
        assert!(fits(&[], "sales") && !fits(&[], "aftercall-watch"));
        assert!(!fits(&["a*"], "aftercall-watch") && fits(&["aftercall-watch"], "aftercall-watch"));
    }
}
