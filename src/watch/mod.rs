//! The watchdog: tells when calls stop coming, and when the path from a call to its stored answer is broken.
//!
//! Two ways, since each sees what the other cannot. *Quiet queues*: fewer calls came than chance explains by the same hours of earlier
//! weeks, as when a PBX loses its transfer after an upgrade. *Test calls*: a synthetic call on a schedule, through the whole
//! path, as when nothing has been expected for hours.

mod quiet;
mod test_call;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

pub use self::quiet::{QuietCheck, QuietQueue};
pub use self::test_call::{TestCall, TestCallError};

/// The queue that test calls name, so that reports can leave them out.
pub const TEST_QUEUE: &str = "aftercall-watch";

/// What the watchdog does, and what it has found that is not over. Cloning gives another handle.
#[derive(Debug, Clone)]
pub struct Watch(Arc<RwLock<State>>);

#[derive(Debug)]
struct State {
    plan: Arc<WatchPlan>,
    findings: Findings,
}

/// What the watchdog does.
#[derive(Debug, Clone)]
pub struct WatchPlan {
    /// How quiet queues are judged; `None`: they are not watched.
    pub quiet: Option<QuietCheck>,
    /// The call that is placed again and again; `None`: there is none.
    pub test_call: Option<TestCall>,
    /// The time from one test call to the next.
    pub test_call_every: Duration,
}

/// What is wrong at the moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    /// Queues in which fewer calls come than chance explains.
    pub quiet: Vec<QuietQueue>,
    /// Why the last test call failed; `None`: it did not, or there is none.
    pub test_call: Option<String>,
}

impl Watch {
    /// A watchdog that has found nothing yet.
    pub fn new(plan: WatchPlan) -> Self {
        Self(Arc::new(RwLock::new(State {
            plan: Arc::new(plan),
            findings: Findings::default(),
        })))
    }

    /// What it does.
    pub fn plan(&self) -> Arc<WatchPlan> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).plan)
    }

    /// Does something else from now on.
    pub fn exchange(&self, plan: WatchPlan) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).plan = Arc::new(plan);
    }

    /// What is wrong at the moment.
    pub fn findings(&self) -> Findings {
        // Each part is replaced as a whole, so a panic elsewhere leaves none half written.
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .findings
            .clone()
    }

    /// Notes which queues are quiet now. Answers what was noted before.
    pub fn note_quiet(&self, quiet: Vec<QuietQueue>) -> Vec<QuietQueue> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut state.findings.quiet, quiet)
    }

    /// Notes how the last test call went.
    pub fn note_test_call(&self, failure: Option<String>) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .findings
            .test_call = failure;
    }
}

impl Findings {
    /// One sentence for each, for `/readyz`.
    pub fn sentences(&self) -> Vec<String> {
        let quiet = self.quiet.iter().map(ToString::to_string);
        let test_call = self
            .test_call
            .iter()
            .map(|reason| format!("the last test call failed: {reason}"));
        quiet.chain(test_call).collect()
    }
}

/// `queue sales: 0 calls in the last 3 hours, 41.2 expected`.
impl fmt::Display for QuietQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let queue: String = self
            .queue
            .chars()
            .filter(|letter| !letter.is_control())
            .take(80)
            .collect();
        match queue.as_str() {
            "" => f.write_str("all queues together")?,
            queue => write!(f, "queue {queue}")?,
        }
        let calls = if self.came == 1 { "call" } else { "calls" };
        match self.hours {
            1 => write!(f, ": {} {calls} in the last hour", self.came)?,
            hours => write!(f, ": {} {calls} in the last {hours} hours", self.came)?,
        }
        write!(f, ", {:.1} expected", self.expected)
    }
}
