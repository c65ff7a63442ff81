//! What a message tells, read when it is sent.

use std::collections::BTreeMap;

use super::message::{AlertMessage, AnswerItem, CallItem, CaseItem, MessageItem, Named};
use super::rule::AlertSetup;
use aftercall_base::CallUid;
use aftercall_report::Directory;
use aftercall_storage::alert::{AlertFound, AlertQuery, Alerts};
use aftercall_storage::case::{CaseFound, Cases};
use aftercall_storage::delivery::{About, ClaimedDelivery};
use aftercall_storage::export::CallRow;
use aftercall_storage::path::{CallPath, Privacy};
use aftercall_storage::selection::{Dimension, Selection};
use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::{CallLists, Database, Scope, Snapshot, Store, StoreError};
use aftercall_survey::follow_up::CaseState;
use aftercall_survey::{QuestionRecord, SurveyRecord};

/// The message of a delivery as it is known now; `None` where all that it told of has been erased, or it is about no event.
///
/// # Errors
/// The database cannot be read.
pub async fn message(
    store: &Database,
    claimed: &ClaimedDelivery,
    setup: &AlertSetup,
    directory: &Directory,
) -> Result<Option<AlertMessage>, StoreError> {
    let About::Event { kind, case } = claimed.subject.about else {
        return Ok(None);
    };
    let mut alerts = store.alerts(&AlertQuery::OfDelivery(claimed.id)).await?;
    if alerts.is_empty()
        && let Some(case) = case
    {
        alerts = store.alerts(&AlertQuery::OfCase(case)).await?;
    }
    let mut items = Vec::new();
    for (call, of_call) in by_call(alerts) {
        match call {
            None => items.extend(of_call.into_iter().map(of_service)),
            Some(call) => {
                if let Some(call) = self::call(store, call, &of_call, setup, directory).await? {
                    items.push(MessageItem::Call(Box::new(call)));
                }
            }
        }
    }
    Ok((!items.is_empty()).then(|| AlertMessage {
        identity: claimed.identity.clone(),
        kind,
        items,
    }))
}

/// The alerts of each call, calls in the order of their first alert.
fn by_call(alerts: Vec<AlertFound>) -> Vec<(Option<CallUid>, Vec<AlertFound>)> {
    let mut groups: Vec<(Option<CallUid>, Vec<AlertFound>)> = Vec::new();
    for alert in alerts {
        match groups.iter_mut().find(|(call, _)| *call == alert.call) {
            Some((_, of_call)) => of_call.push(alert),
            None => groups.push((alert.call, vec![alert])),
        }
    }
    groups
}

fn of_service(alert: AlertFound) -> MessageItem {
    MessageItem::Service {
        rule: alert.rule,
        severity: alert.severity,
        about: alert.about.unwrap_or_default(),
        at: alert.raised_at,
    }
}

async fn call(
    store: &Database,
    call: CallUid,
    alerts: &[AlertFound],
    setup: &AlertSetup,
    directory: &Directory,
) -> Result<Option<CallItem>, StoreError> {
    let mut snapshot = store.snapshot().await?;
    let everything = Selection::default();
    let Some(path) = snapshot.call_path(call, &everything, Privacy::default()).await? else {
        return Ok(None);
    };
    let surveys = match &path.call.survey {
        Some(survey) => snapshot.surveys(Some(survey)).await?,
        None => Vec::new(),
    };
    drop(snapshot);
    let case = match alerts.iter().find_map(|alert| alert.case) {
        Some(case) => store
            .case(&Scope::Everything, case, setup.shows_number)
            .await?
            .map(|(case, _)| case),
        None => None,
    };
    Ok(Some(told(&path, alerts, &surveys, case, (setup, directory))))
}

fn told(
    path: &CallPath,
    alerts: &[AlertFound],
    surveys: &[SurveyRecord],
    case: Option<CaseFound>,
    (setup, directory): (&AlertSetup, &Directory),
) -> CallItem {
    let row = &path.call;
    let mut rules: Vec<_> = alerts
        .iter()
        .map(|alert| (alert.rule.clone(), alert.severity))
        .collect();
    rules.sort_by_key(|(_, severity)| std::cmp::Reverse(*severity));
    let named = |dimension: Dimension, id: &Option<String>| {
        id.as_ref().filter(|id| !id.is_empty()).map(|id| Named {
            id: id.clone(),
            name: directory.name(dimension, id).map(str::to_owned),
        })
    };
    let is_kept = |outcome: RecordingOutcome| outcome == RecordingOutcome::Comment;
    let page = |path: String| {
        setup
            .pages_url
            .as_ref()
            .map(|url| format!("{}{path}", url.trim_end_matches('/')))
    };
    CallItem {
        rules,
        call: row.uid.to_string(),
        original_call_id: row.original_call_id.clone(),
        arrived_at: row.arrived_at,
        queue: named(Dimension::Queue, &row.queue),
        team: named(Dimension::Team, &row.team),
        agent: named(Dimension::Agent, &row.agent),
        survey: survey(row, surveys)
            .map(|survey| survey.title.clone())
            .filter(|title| !title.is_empty()),
        answers: answers(row, surveys),
        is_reversed: row.flags.reversed,
        comments: path
            .comments
            .iter()
            .filter(|comment| is_kept(comment.outcome))
            .map(|comment| {
                comment
                    .duration_ms
                    .unwrap_or_default()
                    .unsigned_abs()
                    .div_ceil(1_000)
            })
            .collect(),
        link: page(match &case {
            Some(case) => format!("/cases/{}", case.id),
            None => format!("/calls/{}", row.uid),
        }),
        case: case.map(of_case),
    }
}

fn survey<'s>(row: &CallRow, surveys: &'s [SurveyRecord]) -> Option<&'s SurveyRecord> {
    let version = row.survey_version.as_deref()?;
    surveys.iter().find(|survey| survey.survey.version == version)
}

fn answers(row: &CallRow, surveys: &[SurveyRecord]) -> Vec<AnswerItem> {
    let questions: BTreeMap<(&str, &str), &QuestionRecord> = surveys
        .iter()
        .flat_map(|survey| {
            let version = survey.survey.version.as_str();
            survey
                .questions
                .iter()
                .map(move |question| ((version, question.id.as_str()), question))
        })
        .collect();
    row.answers
        .iter()
        .map(|answer| {
            let question = questions.get(&(answer.survey_version.as_str(), answer.question.as_str()));
            let label = question
                .zip(answer.value)
                .and_then(|(question, value)| question.label(value));
            AnswerItem {
                question: answer.question.clone(),
                text: question.map(|question| question.text.clone()),
                value: answer.value,
                label: label.map(str::to_owned),
                scale_max: question.map(|question| question.scale.1),
                class: question
                    .zip(answer.value)
                    .and_then(|(question, value)| question.class(value)),
            }
        })
        .collect()
}

fn of_case(case: CaseFound) -> CaseItem {
    CaseItem {
        number: case.id,
        state: case.state,
        take_due_at: case.take_due_at.filter(|_| case.state == CaseState::New),
        contact_due_at: case
            .contact_due_at
            .filter(|_| case.contacted_at.is_none() && !case.state.is_closed()),
        callback_number: case.callback_number,
    }
}
