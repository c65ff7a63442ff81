//! What the service has stored of a test call, where it runs on this machine: only that tells for certain which keys were answers.
//!
//! The service is asked only when the one of the configuration listens where the call went. Where it is another one, or none that
//! can be asked, nothing is compared and nothing is told.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::caller::check::{LastGroup, is_as_pressed};
use crate::caller::{CallRecord, Failure, Group, Step};
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Loaded};
use crate::control::{self, About};
use crate::sip::event::Transport;
use crate::storage::trace::CallTrace;
use crate::storage::{Access, SqliteOptions, SqliteStore, Store};
use crate::survey::{self, AnyPrompt, SurveyVersion};

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

/// The row of the call; `None` where the call went elsewhere than to the service of `file`, or came to no row.
pub(super) fn find(
    runtime: &tokio::runtime::Runtime,
    file: &Path,
    record: &CallRecord,
    target: (SocketAddr, Transport),
    local: IpAddr,
) -> Option<Stored> {
    record.set_up?;
    let loaded = config::load(file);
    let socket = &loaded.settings.control.socket;
    if socket.as_os_str().is_empty() {
        return None;
    }
    let about = control::ask_about(socket).ok()?;
    if !listens_at(&about, target, local) {
        return None;
    }
    control::ask_to_settle(socket);
    runtime.block_on(row(&loaded, &record.call_id))
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
async fn row(loaded: &Loaded, call_id: &str) -> Option<Stored> {
    let options = SqliteOptions::new(&loaded.settings.storage.path, Access::Read);
    let store = SqliteStore::open(&options).await.ok()?;
    let since = SystemClock.utc() - DECIDED_WITHIN;
    let mut found = None;
    for _ in 0..LOOKS {
        found = store.traces_of_dialog(call_id, since).await.ok()?.pop();
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
    found.map(|trace| Stored { trace, has_menu })
}

async fn has_menu(store: &SqliteStore, version: &SurveyVersion) -> bool {
    let text = store.definition(version).await.ok().flatten();
    // Its prompts may have gone since.
    let survey = text.and_then(|text| survey::parse(&text, &version.name, &AnyPrompt).ok());
    survey.is_some_and(|parsed| parsed.survey.language_menu().is_some())
}

impl Stored {
    /// That the answers are not what was pressed; `None` when they are.
    pub(super) fn difference(&self, record: &CallRecord) -> Option<Failure> {
        let has_ended_itself = record
            .steps
            .iter()
            .any(|noted| matches!(noted.step, Step::OtherSideHungUp(_)));
        let last = if has_ended_itself {
            LastGroup::Counts
        } else {
            LastGroup::MayBeLost
        };
        let is = |pressed: &[Group]| is_as_pressed(pressed, &self.trace, last);
        let behind_the_menu = record.pressed.get(1..).filter(|_| self.has_menu);
        if is(&record.pressed) || behind_the_menu.is_some_and(is) {
            return None;
        }
        let pressed: Vec<String> = record.pressed.iter().map(Group::to_string).collect();
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
            "disposition": self.trace.disposition.map(|end| end.as_str()),
            "answers": answers,
        })
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.trace.disposition.map_or("in progress", |end| end.as_str());
        write!(f, "{}; {end}, call {}", self.answers(), self.trace.call_uid)
    }
}
