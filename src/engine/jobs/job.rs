//! What a periodic job is, and the loop that runs one.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;

use aftercall_runtime::lifecycle::{Shutdown, Ticks, spawn};

/// The work of a job.
pub(super) trait Work: Send + 'static {
    /// Does it once. Not cancelled by a shutdown: a run that has begun ends by itself.
    ///
    /// # Errors
    /// What could not be done; the next run tries again.
    fn run(&mut self) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// What a job could not do.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {cause}")]
pub(super) struct JobError {
    what: &'static str,
    #[source]
    cause: Box<dyn Error + Send + Sync>,
}

impl JobError {
    /// Says `what` could not be done, for `map_err`.
    pub(super) fn because<E: Error + Send + Sync + 'static>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |cause| Self {
            what,
            cause: Box::new(cause),
        }
    }
}

/// What a job does when the service has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtShutdown {
    /// It ends.
    End,
    /// It ends, and the stop waits for a run that has begun: what it has sent must be stored, or it is sent again.
    Finish,
    /// It runs once more, and the stop waits for that: what it has gathered would be lost.
    RunOnceMore,
}

/// A job, not started yet.
pub(in crate::engine) struct Job {
    pub(super) name: &'static str,
    pub(super) at_shutdown: AtShutdown,
    start: Box<dyn FnOnce(Shutdown) -> JoinHandle<()> + Send>,
}

impl Job {
    /// A job that runs when it is started and then every `period`. A run that takes longer delays the next.
    pub(super) fn every(
        period: Duration,
        name: &'static str,
        at_shutdown: AtShutdown,
        work: impl Work,
    ) -> Self {
        Self {
            name,
            at_shutdown,
            start: Box::new(move |shutdown| {
                let ticks = Ticks::new(period, shutdown);
                spawn(name, repeat(work, name, ticks, at_shutdown))
            }),
        }
    }

    /// Starts the task of the job.
    pub(super) fn start(self, shutdown: Shutdown) -> JoinHandle<()> {
        (self.start)(shutdown)
    }
}

async fn repeat(mut work: impl Work, name: &'static str, mut ticks: Ticks, at_shutdown: AtShutdown) {
    while ticks.next().await {
        log_failure(name, work.run().await);
    }
    if at_shutdown == AtShutdown::RunOnceMore {
        log_failure(name, work.run().await);
    }
}

fn log_failure(job: &'static str, result: Result<(), JobError>) {
    if let Err(JobError { what, cause }) = result {
        tracing::error!(job, error = %cause, "{what}");
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::{AtShutdown, Job, JobError, Work};
    use aftercall_runtime::lifecycle::shutdown;

    /// Counts its runs, and fails each time.
    struct Counted(Arc<AtomicU32>);

    impl Work for Counted {
        async fn run(&mut self) -> Result<(), JobError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Err(io::Error::other("this failure is the test's")).map_err(JobError::because("cannot count"))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn job_runs_at_once_and_every_period_whatever_fails_and_once_more_at_the_end_where_asked() {
        for (at_shutdown, expected) in [
            (AtShutdown::End, 3),
            (AtShutdown::Finish, 3),
            (AtShutdown::RunOnceMore, 4),
        ] {
            let (trigger, signal) = shutdown();
            let runs = Arc::new(AtomicU32::new(0));
            let work = Counted(Arc::clone(&runs));
            let task = Job::every(Duration::from_secs(10), "test", at_shutdown, work).start(signal);
            tokio::time::sleep(Duration::from_secs(25)).await;
            assert_eq!(runs.load(Ordering::Relaxed), 3, "at 0, 10 and 20 seconds");
            trigger.trigger();
            task.await.unwrap();
            assert_eq!(runs.load(Ordering::Relaxed), expected, "{at_shutdown:?}");
        }
    }
}
