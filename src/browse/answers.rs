//! Lists of answers: those of the newest call first, in the order in which they were given.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use super::request::BrowseRequest;
use crate::reports::ReportError;
use aftercall_storage::export::{AnswerRow, CallRow, ParsePlaceError, Place};
use aftercall_storage::part::{AnswerFilter, Part};
use aftercall_storage::selection::Selection;
use aftercall_storage::{CallLists, Snapshot};
use aftercall_survey::QuestionRecord;

/// An answer with its call.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerItem {
    /// The call, without its answers.
    pub call: CallRow,
    /// The answer.
    pub answer: AnswerRow,
    /// The question; `None`: its survey version is not known.
    pub question: Option<QuestionRecord>,
}

/// Some of the answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AnswerPage {
    /// The answers.
    pub answers: Vec<AnswerItem>,
    /// Where to go on; `None` after the last page.
    pub next: Option<String>,
}

/// A place in a list of answers: behind some answers of the first call behind a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct AnswerPlace {
    calls: Option<Place>,
    answers: usize,
}

impl fmt::Display for AnswerPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, answers } = self;
        match calls {
            Some(place) => write!(f, "{answers}-{place}"),
            None => write!(f, "{answers}-"),
        }
    }
}

impl FromStr for AnswerPlace {
    type Err = ParsePlaceError;

    fn from_str(text: &str) -> Result<Self, ParsePlaceError> {
        let (answers, place) = text.split_once('-').ok_or(ParsePlaceError)?;
        let calls = (!place.is_empty()).then(|| place.parse()).transpose()?;
        let answers = answers.parse::<u16>().map_err(|_| ParsePlaceError)?;
        Ok(Self {
            calls,
            answers: usize::from(answers),
        })
    }
}

/// A page of the answers that a request asks for.
pub(super) async fn page(
    snapshot: &mut (impl Snapshot + CallLists),
    selection: &Selection,
    request: &BrowseRequest,
) -> Result<AnswerPage, ReportError> {
    let AnswerPlace {
        calls: after,
        answers,
    } = request.place()?.unwrap_or_default();
    let part = Part {
        // Whatever was answered, where the request does not say: a call without answers is not read.
        answer: request.part.answer.clone().or(Some(AnswerFilter::Stored)),
        ..request.part.clone()
    };
    let questions = Questions::read(snapshot).await?;
    let calls = match request.is_oldest_first {
        false => {
            snapshot
                .calls_behind(selection, &part, after.as_ref(), request.limit)
                .await?
        }
        true => {
            snapshot
                .calls_ahead(selection, &part, after.as_ref(), request.limit)
                .await?
        }
    };
    let mut page = AnswerPage::default();
    let mut before = after;
    let mut skipped = answers;
    for mut call in calls.calls {
        let place = call.place();
        let own: Vec<AnswerRow> = std::mem::take(&mut call.answers);
        let fitting = own.into_iter().filter(|answer| questions.fit(&part, answer));
        for (index, answer) in fitting.enumerate().skip(std::mem::take(&mut skipped)) {
            if page.answers.len() == request.limit {
                let next = AnswerPlace {
                    calls: before,
                    answers: index,
                };
                page.next = Some(next.to_string());
                return Ok(page);
            }
            page.answers.push(AnswerItem {
                question: questions.of(&answer).cloned(),
                call: call.clone(),
                answer,
            });
        }
        before = Some(place);
    }
    page.next = calls.next.map(|place| {
        let next = AnswerPlace {
            calls: Some(place),
            answers: 0,
        };
        next.to_string()
    });
    Ok(page)
}

/// The questions of all survey versions.
struct Questions(HashMap<(String, String, String), QuestionRecord>);

impl Questions {
    async fn read(snapshot: &mut impl Snapshot) -> Result<Self, ReportError> {
        let mut questions = HashMap::new();
        for survey in snapshot.surveys(None).await? {
            for question in survey.questions {
                let version = survey.survey.clone();
                questions.insert((version.name, version.version, question.id.clone()), question);
            }
        }
        Ok(Self(questions))
    }

    fn of(&self, answer: &AnswerRow) -> Option<&QuestionRecord> {
        let key = (
            answer.survey.clone(),
            answer.survey_version.clone(),
            answer.question.clone(),
        );
        self.0.get(&key)
    }

    /// Whether an answer is one of those that the part asks for.
    fn fit(&self, part: &Part, answer: &AnswerRow) -> bool {
        part.fits_answer(&answer.question, answer.value, answer.doubt, self.of(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::AnswerPlace;

    #[test]
    fn cursor_is_read_as_it_is_written() {
        for text in [
            "3-",
            "0-01KB4Z6V0M0000000000000000",
            "2-01KB4Z6V0M000000000000000020261125",
        ] {
            match text.parse::<AnswerPlace>() {
                Ok(place) => assert_eq!(place.to_string(), text),
                Err(_) => assert!(!text.ends_with("20261125") && text != "3-", "{text}"),
            }
        }
        for wrong in ["", "-", "x-", "70000-", "1-x", "1-ä"] {
            assert!(wrong.parse::<AnswerPlace>().is_err(), "{wrong}");
        }
    }
}
