//! The rules of one call while it is surveyed.

use std::sync::Arc;

use super::facts::{AnswerFact, CallFacts};
use super::{AlertRaised, AlertRule, AlertTrigger, Callback};
use crate::context::condition::ConditionValues;
use aftercall_base::Disposition;

/// Which rules have fired in a call, and what others wait for.
///
/// Each moment is told once, and answers the rules that fire at it, the gravest first.
#[derive(Debug)]
pub struct CallAlerts<V> {
    rules: Arc<[AlertRule]>,
    context: V,
    /// The places of the rules that can fire and have not.
    waiting: Vec<usize>,
    answers: Vec<AnswerFact>,
    has_comment: bool,
    callback: Option<Callback>,
}

impl<V: ConditionValues> CallAlerts<V> {
    /// Begins with what the PBX told of the call.
    pub fn new(rules: Arc<[AlertRule]>, context: V) -> Self {
        let can_hold = |(place, rule): (usize, &AlertRule)| rule.when.can_hold(&context).then_some(place);
        Self {
            waiting: rules.iter().enumerate().filter_map(can_hold).collect(),
            rules,
            context,
            answers: Vec::new(),
            has_comment: false,
            callback: None,
        }
    }

    /// Where the caller can be called back, which alerts carry from now on.
    pub fn with_callback(self, callback: Option<Callback>) -> Self {
        Self { callback, ..self }
    }

    /// A question was answered or skipped; a later answer to it replaces the former.
    pub fn answered(&mut self, answer: AnswerFact) -> Vec<AlertRaised> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let trigger = AlertTrigger::Answer(answer.question.clone());
        self.answers.retain(|former| former.question != answer.question);
        self.answers.push(answer);
        self.fire(None, &trigger)
    }

    /// A comment with speech in it was kept.
    pub fn commented(&mut self, question: &str) -> Vec<AlertRaised> {
        self.has_comment = true;
        self.fire(None, &AlertTrigger::Comment(question.to_owned()))
    }

    /// The call is over.
    pub fn ended(&mut self, disposition: Disposition) -> Vec<AlertRaised> {
        self.fire(Some(disposition), &AlertTrigger::End)
    }

    fn fire(&mut self, end: Option<Disposition>, trigger: &AlertTrigger) -> Vec<AlertRaised> {
        let facts = CallFacts {
            context: &self.context,
            answers: &self.answers,
            has_comment: self.has_comment,
            end,
        };
        let mut raised = Vec::new();
        self.waiting.retain(|place| {
            let fired = self.rules.get(*place).filter(|rule| rule.when.holds(&facts));
            raised.extend(fired.map(|rule| AlertRaised {
                rule: rule.name.to_string(),
                severity: rule.severity,
                trigger: trigger.clone(),
                callback: self.callback.clone(),
            }));
            fired.is_none()
        });
        raised.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
        raised
    }
}
