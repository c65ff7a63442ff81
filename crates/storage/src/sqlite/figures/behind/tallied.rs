//! How many calls a part has, by the counts that reports read.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Weekday};
use sqlx::sqlite::SqliteConnection;

use crate::error::StoreError;
use crate::part::Part;
use crate::rollup::Contribution;
use crate::selection::{Bucket, Selection, Split};
use crate::sqlite::figures::{answers, calls as call_tallies, counted};
use crate::sqlite::read;
use crate::tally::AnswerTally;
use aftercall_survey::QuestionRecord;

/// The count of a part, where the counts that reports read tell; `None` where they do not, because conditions of several kinds meet, or
/// one call may count twice.
pub(super) async fn tallied(
    connection: &mut SqliteConnection,
    selection: &Selection,
    part: &Part,
) -> Result<Option<u64>, StoreError> {
    let kinds = [
        part.step.is_some(),
        part.end.is_some(),
        part.rule.is_some(),
        part.has_answer(),
        part.comment.is_some(),
    ];
    let of_any_question = part.question.is_none() && (part.has_answer() || part.comment.is_some());
    if kinds.into_iter().filter(|is_asked| *is_asked).count() > 1 || of_any_question {
        return Ok(None);
    }
    let split = Split {
        by: Vec::new(),
        bucket: match (part.hour, part.weekday) {
            (Some(_), _) => Some(Bucket::Hour),
            (None, Some(_)) => Some(Bucket::Day),
            (None, None) => None,
        },
    };
    let mut count = 0;
    if part.has_answer() {
        let questions = Questions::read(connection).await?;
        for tally in answers(connection, selection, &split).await? {
            if is_at(part, &tally.key.bucket) && questions.fits(part, &tally) {
                count += tally.answers;
            }
        }
    } else if let Some(outcome) = part.comment {
        let counted = counted(connection, &Contribution::RECORDINGS, selection, &split).await?;
        for ((key, keys), counts) in counted {
            let is_asked = keys.iter().map(String::as_str).eq(part
                .question
                .as_deref()
                .into_iter()
                .chain([outcome.as_str()]));
            if is_asked && is_at(part, &key.bucket) {
                count += counts.first().copied().unwrap_or_default();
            }
        }
    } else if let Some(rule) = &part.rule {
        let counted = counted(connection, &Contribution::SUPPRESSED, selection, &split).await?;
        for ((key, keys), counts) in counted {
            if keys.first() == Some(rule) && is_at(part, &key.bucket) {
                count += counts.first().copied().unwrap_or_default();
            }
        }
    } else {
        for tally in call_tallies(connection, selection, &split).await? {
            if is_at(part, &tally.key.bucket) {
                count += part.count(&tally.counts);
            }
        }
    }
    Ok(Some(count))
}

/// Whether a span of time is of the weekday and the hour of the part.
fn is_at(part: &Part, bucket: &str) -> bool {
    let weekday = || -> Option<Weekday> { Some(bucket.get(..10)?.parse::<NaiveDate>().ok()?.weekday()) };
    let hour = || bucket.get(11..13).and_then(|hour| hour.parse().ok());
    part.weekday.is_none_or(|asked| weekday() == Some(asked))
        && part.hour.is_none_or(|asked| hour() == Some(asked))
}

/// All questions, by survey, version and question.
struct Questions(HashMap<(String, String, String), QuestionRecord>);

impl Questions {
    async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let mut questions = HashMap::new();
        for survey in read::surveys(connection, None).await? {
            for question in survey.questions {
                let version = survey.survey.clone();
                questions.insert((version.name, version.version, question.id.clone()), question);
            }
        }
        Ok(Self(questions))
    }

    fn fits(&self, part: &Part, tally: &AnswerTally) -> bool {
        let key = (
            tally.survey.clone(),
            tally.version.clone(),
            tally.question.clone(),
        );
        part.fits_answer(&tally.question, tally.value, tally.doubt, self.0.get(&key))
    }
}
