//! What the service has stored of a test call, where it runs on this machine: only that tells for certain which keys were answers.
//!
//! The service is asked only when the one of the configuration listens where the call went. Where it is another one, or none that
//! can be asked, nothing is compared, and why is told.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::cli::stored_answers::{LastGroup, is_as_pressed};
use crate::config::{self, Loaded};
use crate::control::{self, About, AskError};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_sip::event::Transport;
use aftercall_storage::{self, Access, Store, StoreError};
use aftercall_survey::admission::Decision;
use aftercall_survey::record::CallTrace;
use aftercall_survey::{self, AnyPrompt, SurveyVersion};
use aftercall_test_phone::{CallRecord, CallStep, Failure, KeyGroup};

/// How often the row is looked for; the first time it is mostly there, since the service is asked to settle before.
const LOOKS: usize = 20;
/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(150);
/// A call that was decided beforehand has its row from then.
const DECIDED_WITHIN: chrono::Duration = chrono::Duration::days(2);

/// What is stored of the call.
#[derive(Debug)]
pub(super) struct Stored {
    trace: CallTrace,
    /// Whether its survey has a menu of languages, whose key is no answer.
    has_menu: bool,
}

/// Why a call is not compared with what is stored of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCompared {
    /// It is not known whom to ask.
    #[error("the configuration {0} cannot be read")]
    Unread(String),
    /// The service has no control socket.
    #[error("control.socket is empty, so the service cannot be asked")]
    NoSocket,
    /// Nobody can be asked.
    #[error(transparent)]
    Ask(AskError),
    /// Another service was called.
    #[error("the call did not go to the service that reads {0}; name its configuration with --config")]
    Elsewhere(String),
    /// The database cannot be read.
    #[error("the database cannot be read: {0}")]
    Database(StoreError),
    /// There is no row.
    #[error("the service has stored nothing of this call")]
    NoRow,
}

/// The row of the call; `None` where there was no call, or one that was refused before it had a row.
pub(super) fn find(
    runtime: &tokio::runtime::Runtime,
    file: &Path,
    record: &CallRecord,
    target: (SocketAddr, Transport),
    local: IpAddr,
) -> Option<Result<Stored, NotCompared>> {
    let was_set_up = record.set_up.is_some();
    let was_refused = matches!(record.failure, Some(Failure::Refused { .. }));
    // A call that is not surveyed may be refused, and has its row then.
    let looks = match (was_set_up, was_refused) {
        (true, _) => LOOKS,
        (false, true) => 1,
        (false, false) => return None,
    };
    let found = ask(runtime, file, &record.call_id, (target, local), looks);
    Some(found).filter(|found| was_set_up || found.is_ok())
}

fn ask(
    runtime: &tokio::runtime::Runtime,
    file: &Path,
    call_id: &str,
    (target, local): ((SocketAddr, Transport), IpAddr),
    looks: usize,
) -> Result<Stored, NotCompared> {
    let loaded = config::load(file);
    if loaded.is_unread() {
        return Err(NotCompared::Unread(loaded.file().to_owned()));
    }
    let socket = &loaded.settings.control.socket;
    if socket.as_os_str().is_empty() {
        return Err(NotCompared::NoSocket);
    }
    let about = control::ask_about(socket).map_err(NotCompared::Ask)?;
    if !listens_at(&about, target, local) {
        return Err(NotCompared::Elsewhere(loaded.file().to_owned()));
    }
    control::ask_to_settle(socket);
    runtime
        .block_on(row(&loaded, call_id, looks))
        .map_err(NotCompared::Database)?
        .ok_or(NotCompared::NoRow)
}

/// Whether a call to `target` has come to this service.
fn listens_at(about: &About, (target, transport): (SocketAddr, Transport), local: IpAddr) -> bool {
    let listeners = match transport {
        Transport::Udp => &about.sip_udp,
        Transport::Tcp => &about.sip_tcp,
    };
    // Whoever reaches an address from itself is on its machine.
    let is_here = target.ip().is_loopback() || target.ip() == local;
    is_here
        && listeners.iter().any(|listener| {
            listener.port() == target.port()
                && (listener.ip() == target.ip() || listener.ip().is_unspecified())
        })
}

/// The row, once the call has its end in it, or as it is when that takes too long.
async fn row(loaded: &Loaded, call_id: &str, looks: usize) -> Result<Option<Stored>, StoreError> {
    let store = aftercall_storage::open(&loaded.settings.storage.path, Access::Read).await?;
    let since = SystemClock.utc() - DECIDED_WITHIN;
    let mut found = None;
    for _ in 0..looks {
        found = store.traces_of_dialog(call_id, since).await?.pop();
        if found.as_ref().is_some_and(|trace| trace.disposition.is_some()) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let has_menu = match found.as_ref().and_then(|trace| trace.survey.as_ref()) {
        Some(version) => has_menu(&store, version).await,
        None => false,
    };
    store.close().await;
    Ok(found.map(|trace| Stored { trace, has_menu }))
}

async fn has_menu(store: &impl Store, version: &SurveyVersion) -> bool {
    let text = store.definition(version).await.ok().flatten();
    // Its prompts may have gone since.
    let survey = text.and_then(|text| aftercall_survey::parse(&text, &version.name, &AnyPrompt).ok());
    survey.is_some_and(|parsed| parsed.survey.language_menu().is_some())
}

impl Stored {
    /// That the answers are not what was pressed; `None` when they are.
    pub(super) fn difference(&self, record: &CallRecord) -> Option<Failure> {
        let has_ended_itself = record
            .steps
            .iter()
            .any(|timed| matches!(timed.step, CallStep::OtherSideHungUp(_)));
        let last = if has_ended_itself {
            LastGroup::Counts
        } else {
            LastGroup::MayBeLost
        };
        let is = |pressed: &[KeyGroup]| is_as_pressed(pressed, &self.trace, last);
        let behind_the_menu = record.pressed.get(1..).filter(|_| self.has_menu);
        if is(&record.pressed) || behind_the_menu.is_some_and(is) {
            return None;
        }
        let pressed: Vec<String> = record.pressed.iter().map(KeyGroup::to_string).collect();
        Some(Failure::StoredOtherwise {
            pressed: if pressed.is_empty() {
                "nothing".to_owned()
            } else {
                pressed.join(",")
            },
            stored: self.answers(),
        })
    }

    fn answers(&self) -> String {
        let answers: Vec<String> = self
            .trace
            .answers
            .iter()
            .map(|answer| match answer.value {
                Some(value) => format!("{} {value}", answer.question),
                None => format!("{} without an answer", answer.question),
            })
            .collect();
        match answers.is_empty() {
            true => "no answer".to_owned(),
            false => answers.join(", "),
        }
    }

    /// As it is in the JSON of `call`.
    pub(super) fn as_json(&self) -> serde_json::Value {
        let answers: Vec<_> = self
            .trace
            .answers
            .iter()
            .map(|answer| json!({ "question": answer.question, "value": answer.value }))
            .collect();
        json!({
            "call_uid": self.trace.call_uid,
            "decision": self.trace.decision.as_str(),
            "rule": self.trace.rule,
            "disposition": self.trace.disposition.map(|end| end.as_str()),
            "answers": answers,
        })
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.trace.disposition.map_or("in progress", |end| end.as_str());
        let call = &self.trace.call_uid;
        match (self.trace.decision, &self.trace.rule) {
            (Decision::Sampled, _) => write!(f, "{}; {end}, call {call}", self.answers()),
            (Decision::NotSampled | Decision::Suppressed, Some(rule)) => {
                write!(f, "not surveyed by the rule {rule}; {end}, call {call}")
            }
            (Decision::NotSampled | Decision::Suppressed, None) => {
                write!(f, "not surveyed; {end}, call {call}")
            }
        }
    }
}
