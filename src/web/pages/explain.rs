//! A call that somebody describes, and what would become of it: the form of the page about sampling.
//!
//! The form is sent by POST, as those that change something: a caller's number would else stand in the address, in the history of the browser and in the
//! logs of proxies.

use super::Pages;
use super::form::Form;
use super::reading::PageRequest;
use super::reply::unavailable;
use crate::accounts::{Right, Scope};
use crate::explain::{ExplainError, ExplainFault, ExplainRequest, Explanation};
use aftercall_base::Redacted;
use aftercall_pages::PageFault;
use aftercall_pages::explain::{DescribedCall, Said};

/// What was asked for, and what is said of it.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) call: DescribedCall,
    pub(super) said: Option<Said>,
}

impl Asked {
    /// Answers a form.
    ///
    /// # Errors
    /// Its sender may not know this, or the database cannot be read.
    pub(super) async fn of(pages: &Pages, request: &PageRequest, form: &Form) -> Result<Self, PageFault> {
        let call = call(form);
        let asked = explain_request(&call);
        // The rules tell of counts of all agents and queues. Every role that has the right sees all calls; one that does not would learn of others.
        let sees_all = request.visitor.scope == Scope::Everything;
        let names_caller = asked.is_about_a_caller() && !request.principal()?.may(Right::SeeCallers);
        if !sees_all || names_caller {
            return Err(PageFault::NotPermitted);
        }
        let said = match pages.explain.explain(&asked).await {
            Ok(explanation) => said(explanation),
            Err(ExplainError::Request(ExplainFault { part, reason })) => {
                Said::Refused { field: part, reason }
            }
            Err(ExplainError::Store(error)) => return Err(unavailable(error)),
        };
        Ok(Self {
            call,
            said: Some(said),
        })
    }

    /// Whether the form was one that can be answered.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.said, Some(Said::Refused { .. }))
    }
}

fn call(form: &Form) -> DescribedCall {
    let text = |name| form.get(name).trim().to_owned();
    DescribedCall {
        number: text("number"),
        queue: text("queue"),
        agent: text("agent"),
        caller: Redacted::new(text("caller")),
        talk_time: text("talk-time"),
        at: text("at"),
        set: text("set"),
        draw: text("draw"),
    }
}

/// The request of a form: a field that was left empty is not told.
fn explain_request(call: &DescribedCall) -> ExplainRequest {
    let told = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    ExplainRequest {
        number: call.number.clone(),
        queue: told(&call.queue),
        agent: told(&call.agent),
        caller: told(call.caller.expose()).map(Redacted::new),
        talk_time: told(&call.talk_time),
        at: told(&call.at),
        set: call
            .set
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        draw: told(&call.draw),
    }
}

fn said(explanation: Explanation) -> Said {
    Said::Explained {
        headline: explanation.headline(),
        verdict: explanation.verdict(),
        note: explanation.note,
        rules: explanation.rules,
    }
}
