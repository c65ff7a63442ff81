//! The answer on its way to the database.

use std::future::Future;
use std::pin::Pin;

use chrono::{DateTime, Utc};

use super::SurveyCall;
use aftercall_base::QuestionId;
use aftercall_storage::StoreError;
use aftercall_survey::record::AnswerRecord;
use aftercall_survey::{AnswerGiven, Input};

/// An answer on its way to the database.
pub(super) type Storing = Pin<Box<dyn Future<Output = (GivenAnswer, Result<(), StoreError>)> + Send>>;

/// What is published of an answer once it is stored.
#[derive(Debug)]
pub(super) struct GivenAnswer {
    question: QuestionId,
    value: Option<i64>,
    at: DateTime<Utc>,
}

impl SurveyCall {
    /// Hands the answer to storage. One answer waits at a time: the next question comes after it.
    pub(super) async fn store_answer(&mut self, answer: AnswerGiven) {
        if let Some(earlier) = self.storing.take() {
            let (answer, stored) = earlier.await;
            self.stored(answer, stored.is_ok());
        }
        let record = AnswerRecord {
            alerts: Vec::new(),
            call: self.call.uid,
            question: answer.question.to_string(),
            value: answer.value,
            raw_digits: answer.raw_digits,
            early_digits: answer.early_digits,
            attempts: answer.attempts,
            response_time: answer.response_time,
            prompt: self.prompt,
            heard: answer.heard,
            accepted_by_timeout: answer.accepted_by_timeout,
            corrected_from: answer.corrected_from,
            answered_at: self.env.services.utc(),
        };
        tracing::info!(question = %record.question, value = record.value, attempts = record.attempts, "answer");
        self.call
            .result_values
            .record_answer(&record.question, record.value);
        let given = GivenAnswer {
            question: answer.question,
            value: record.value,
            at: record.answered_at,
        };
        let writer = self.env.services.writer.clone();
        self.storing = Some(Box::pin(async move {
            let stored = writer.answer(record).await;
            if let Err(error) = &stored {
                tracing::error!(%error, "cannot store the survey answer");
            }
            (given, stored)
        }));
    }

    pub(super) fn stored(&mut self, answer: GivenAnswer, durable: bool) {
        let GivenAnswer { question, value, at } = answer;
        self.handle_input(if durable {
            self.in_progress.answered(question.as_str(), value, at);
            Input::Stored(question)
        } else {
            Input::StoreFailed(question)
        });
    }
}

/// Resolves when the answer on its way is durable or lost; never while there is none.
pub(super) async fn storing(slot: &mut Option<Storing>) -> (GivenAnswer, Result<(), StoreError>) {
    let Some(future) = slot else {
        return std::future::pending().await;
    };
    let done = future.await;
    *slot = None;
    done
}
