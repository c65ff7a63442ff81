//! A list as it is asked for, in the parameters of an address: which calls, which part of them, from where on, how many.

use std::str::FromStr;

use chrono::{DateTime, Utc, Weekday};

use crate::reports::{ReportContext, ReportRequest, RequestFault};
use aftercall_report::ReportQuery;
use aftercall_storage::Scope;
use aftercall_storage::comment::CommentFilter;
use aftercall_storage::part::{Part, UnknownWord};
use aftercall_storage::selection::{Dimension, NamePattern, Selection};
use aftercall_storage::tally::RecordingOutcome;

/// Items of a page, unless the request says otherwise.
pub const DEFAULT_LIMIT: usize = 50;

/// Items of the largest page.
pub const MOST_ITEMS: usize = 200;

/// More parameters than this are a mistake.
const MOST_PARAMETERS: usize = 500;

/// The longest text of a parameter of its own.
const LONGEST: usize = 1_000;

/// What a list is asked for. Parameters are those of a report, which say which calls, and those of the links in reports, which say which
/// part of them.
#[derive(Debug, Clone, PartialEq)]
pub struct BrowseRequest {
    /// The calls. What says how a report is made (`by`, `trend`, `compare`) is read and has no effect.
    pub report: ReportRequest,
    /// Whose calls, whatever the parameters say: everybody's, unless whoever asks sees only some.
    pub scope: Scope,
    /// The part of the calls.
    pub part: Part,
    /// Versions of the survey; none: all.
    pub versions: Vec<String>,
    /// Comments that somebody has listened to, or nobody.
    pub is_listened: Option<bool>,
    /// Whether a list of calls begins with the oldest.
    pub is_oldest_first: bool,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Items of a page, 1 to [`MOST_ITEMS`].
    pub limit: usize,
}

impl Default for BrowseRequest {
    fn default() -> Self {
        Self {
            report: ReportRequest::default(),
            scope: Scope::Everything,
            part: Part::default(),
            versions: Vec::new(),
            is_listened: None,
            is_oldest_first: false,
            cursor: None,
            limit: DEFAULT_LIMIT,
        }
    }
}

impl BrowseRequest {
    /// Reads parameters.
    ///
    /// # Errors
    /// The first that is not known, cannot be understood, or is given twice.
    pub fn of<N: AsRef<str>, T: AsRef<str>>(
        parameters: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Self, RequestFault> {
        let mut request = Self::default();
        let mut seen: Vec<&'static str> = Vec::new();
        for (index, (name, text)) in parameters.into_iter().enumerate() {
            let (name, text) = (name.as_ref(), text.as_ref());
            if index >= MOST_PARAMETERS {
                return Err(RequestFault::new(
                    "parameters",
                    format!("there are more than {MOST_PARAMETERS}"),
                ));
            }
            if request.report.take(name, text)? {
                continue;
            }
            let part = request.take(name, text)?;
            if part != "version" && seen.contains(&part) {
                return Err(RequestFault::new(part, "it is given twice"));
            }
            seen.push(part);
        }
        Ok(request)
    }

    /// The calls at a moment.
    ///
    /// # Errors
    /// The first parameter that cannot be understood.
    pub fn selection(&self, context: &ReportContext, now: DateTime<Utc>) -> Result<Selection, RequestFault> {
        Ok(self.query(context, now)?.selection())
    }

    /// The same as a query of reports.
    pub(super) fn query(
        &self,
        context: &ReportContext,
        now: DateTime<Utc>,
    ) -> Result<ReportQuery, RequestFault> {
        let mut query = self.report.query(context, now)?;
        query.scope = self.scope.clone();
        if !self.versions.is_empty() {
            let patterns = self.versions.iter().map(|version| NamePattern::exactly(version));
            query.names.push((Dimension::SurveyVersion, patterns.collect()));
        }
        Ok(query)
    }

    /// The place behind which the page begins.
    ///
    /// # Errors
    /// It was not given with an earlier page.
    pub(super) fn place<P: FromStr>(&self) -> Result<Option<P>, RequestFault> {
        let read = |text: &String| {
            text.parse()
                .map_err(|_| RequestFault::new("cursor", "it is not the `next` of an earlier page"))
        };
        self.cursor.as_ref().map(read).transpose()
    }

    /// Which recordings.
    pub(super) fn comments(&self) -> CommentFilter {
        CommentFilter {
            question: self.part.question.clone(),
            outcome: self.part.comment,
            is_listened: self.is_listened,
            answer: self.part.answer.clone(),
        }
    }

    /// Takes a parameter that is none of a report, and answers its name.
    fn take(&mut self, name: &str, text: &str) -> Result<&'static str, RequestFault> {
        let part = &mut self.part;
        Ok(match name {
            "step" => {
                part.step = Some(word("step", text)?);
                "step"
            }
            "end" => {
                part.end = Some(word("end", text)?);
                "end"
            }
            "rule" => {
                part.rule = Some(short("rule", text)?);
                "rule"
            }
            "question" => {
                part.question = Some(short("question", text)?);
                "question"
            }
            "answer" => {
                part.answer = Some(word("answer", text)?);
                "answer"
            }
            "doubt" => {
                part.doubt = Some(word("doubt", text)?);
                "doubt"
            }
            "comment" => {
                part.comment = Some(outcome(text)?);
                "comment"
            }
            "weekday" => {
                part.weekday = Some(weekday(text)?);
                "weekday"
            }
            "hour" => {
                part.hour = Some(hour(text)?);
                "hour"
            }
            "version" => {
                self.versions.push(short("version", text)?);
                "version"
            }
            "listened" => {
                self.is_listened = Some(yes_or_no("listened", text)?);
                "listened"
            }
            "order" => {
                self.is_oldest_first = match text {
                    "newest" => false,
                    "oldest" => true,
                    _ => return Err(RequestFault::new("order", "write newest or oldest")),
                };
                "order"
            }
            "cursor" => {
                self.cursor = Some(short("cursor", text)?);
                "cursor"
            }
            "limit" => {
                self.limit = limit(text)?;
                "limit"
            }
            name => {
                let name: String = name
                    .chars()
                    .filter(|letter| !letter.is_control())
                    .take(40)
                    .collect();
                return Err(RequestFault::new(
                    "parameters",
                    format!("there is no parameter `{name}`"),
                ));
            }
        })
    }
}

fn word<W: FromStr<Err = UnknownWord>>(name: &'static str, text: &str) -> Result<W, RequestFault> {
    text.parse()
        .map_err(|fault: UnknownWord| RequestFault::new(name, fault.to_string()))
}

fn outcome(text: &str) -> Result<RecordingOutcome, RequestFault> {
    let words = RecordingOutcome::ALL.map(RecordingOutcome::as_str);
    let unknown = || RequestFault::new("comment", UnknownWord::among(words).to_string());
    RecordingOutcome::from_str_opt(text).ok_or_else(unknown)
}

fn weekday(text: &str) -> Result<Weekday, RequestFault> {
    // As in groups of reports: 1 is Monday.
    let number = text.parse::<u8>().ok().filter(|number| (1..=7).contains(number));
    let day = number.and_then(|number| Weekday::try_from(number - 1).ok());
    day.ok_or_else(|| RequestFault::new("weekday", "write 1 (Monday) to 7"))
}

fn hour(text: &str) -> Result<u8, RequestFault> {
    let hour = text.parse::<u8>().ok().filter(|hour| *hour < 24);
    hour.ok_or_else(|| RequestFault::new("hour", "write 00 to 23"))
}

fn limit(text: &str) -> Result<usize, RequestFault> {
    let limit = text
        .parse::<usize>()
        .ok()
        .filter(|limit| (1..=MOST_ITEMS).contains(limit));
    limit.ok_or_else(|| RequestFault::new("limit", format!("write 1 to {MOST_ITEMS}")))
}

fn yes_or_no(name: &'static str, text: &str) -> Result<bool, RequestFault> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(RequestFault::new(name, "write yes or no")),
    }
}

fn short(name: &'static str, text: &str) -> Result<String, RequestFault> {
    match text.len() {
        0..=LONGEST => Ok(text.to_owned()),
        _ => Err(RequestFault::new(
            name,
            format!("it is longer than {LONGEST} bytes"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BrowseRequest, DEFAULT_LIMIT, MOST_ITEMS};
    use aftercall_storage::part::{AnswerFilter, End, Step};
    use aftercall_storage::tally::RecordingOutcome;

    proptest! {
        /// Of any parameters comes a request within its bounds, or a reason that is short whatever was sent.
        #[test]
        fn any_parameters_are_read_within_bounds_or_refused_with_a_short_reason(
            parameters in prop::collection::vec(
                (
                    "(queue|team|when|period|from|step|end|rule|question|answer|doubt|comment|weekday|hour|cursor|limit|listened|order|.{0,8})",
                    "([0-9.a-z_=!{}\"<> -]{0,20}|.{0,20}|x{900,1100})",
                ),
                0..8,
            ),
        ) {
            match BrowseRequest::of(parameters) {
                Ok(request) => prop_assert!((1..=MOST_ITEMS).contains(&request.limit)),
                Err(fault) => prop_assert!(fault.reason.len() < 1_000, "{}", fault.reason),
            }
        }
    }

    #[test]
    fn links_of_reports_are_read() {
        let request = BrowseRequest::of([
            ("period", "last-week"),
            ("queue", "sales,support"),
            ("queue", "=a,b"),
            ("question", "q1"),
            ("answer", "0..6"),
            ("version", "v1"),
            ("version", "v2"),
            ("weekday", "7"),
            ("hour", "08"),
            ("by", "queue"),
        ])
        .unwrap();
        assert_eq!(request.report.queue, ["sales", "support", "=a,b"]);
        assert_eq!(request.part.answer, Some(AnswerFilter::Values(0..=6)));
        assert_eq!(request.part.weekday, Some(chrono::Weekday::Sun));
        assert_eq!((request.part.hour, request.limit), (Some(8), DEFAULT_LIMIT));
        assert_eq!(request.versions, ["v1", "v2"]);
        let other = BrowseRequest::of([
            ("step", "answered"),
            ("end", "in_progress"),
            ("comment", "recording"),
        ]);
        let part = other.unwrap().part;
        assert_eq!(
            (part.step, part.end),
            (Some(Step::Answered), Some(End::InProgress))
        );
        assert_eq!(part.comment, Some(RecordingOutcome::Open));
    }

    #[test]
    fn fault_names_its_parameter() {
        let long = "x".repeat(1_001);
        for (parameters, part) in [
            (&[("step", "nowhere")][..], "step"),
            (&[("answer", "ten")], "answer"),
            (&[("doubt", "")], "doubt"),
            (&[("comment", "said")], "comment"),
            (&[("weekday", "0")], "weekday"),
            (&[("weekday", "8")], "weekday"),
            (&[("hour", "24")], "hour"),
            (&[("limit", "0")], "limit"),
            (&[("limit", "201")], "limit"),
            (&[("listened", "true")], "listened"),
            (&[("order", "best")], "order"),
            (&[("rule", long.as_str())], "rule"),
            (&[("step", "offered"), ("step", "offered")], "step"),
            (&[("period", "today"), ("period", "today")], "period"),
            (&[("colour", "red")], "parameters"),
        ] {
            let fault = BrowseRequest::of(parameters.iter().copied()).unwrap_err();
            assert_eq!(fault.part, part, "{parameters:?}: {fault}");
        }
        assert!(BrowseRequest::of(vec![("queue", "a"); 501]).is_err());
    }
}
