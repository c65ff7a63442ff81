//! Tasks and their end.
//!
//! Every task of the process starts through [`spawn`], so that each has a name and a panic in one of them is
//! reported instead of lost. Shutdown is soft, then hard: [`Shutdown`] asks every task to finish; who has not
//! finished within the grace period is dropped with the runtime.

use std::future::Future;
use std::time::Duration;
use std::{io, thread};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Starts a task. A panic inside is logged with the task's name when it happens.
pub fn spawn<F>(name: &'static str, future: F) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    spawn_with_panic_handler(name, future, async {})
}

/// Starts a task, and does `after_panic` when it panics: what the task owed to others.
#[expect(clippy::disallowed_methods, reason = "the one place where tasks start")]
pub fn spawn_with_panic_handler<F, P>(name: &'static str, future: F, after_panic: P) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
    P: Future<Output = ()> + Send + 'static,
{
    let task = tokio::spawn(future);
    tokio::spawn(async move {
        if let Err(error) = task.await
            && error.is_panic()
        {
            tracing::error!(task = name, %error, "a task panicked");
            after_panic.await;
        }
    })
}

/// Starts a thread with a runtime of its own, for work whose turn must not wait for other tasks. All tasks that `work`
/// starts run there, and are dropped when it has ended.
///
/// # Errors
///
/// The system has no thread, or no reactor, to give.
pub fn spawn_thread<F, W>(name: &'static str, work: W) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
    W: FnOnce() -> F + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let _detached = thread::Builder::new().name(name.to_owned()).spawn(move || {
        runtime.block_on(async { spawn(name, work()).await.unwrap_or_default() });
    })?;
    Ok(())
}

/// The sending side of the shutdown signal; dropping it also signals.
#[derive(Debug)]
pub struct ShutdownTrigger(watch::Sender<bool>);

/// The receiving side: clone one into each task that must finish cleanly.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

/// A connected trigger and signal.
pub fn shutdown() -> (ShutdownTrigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (ShutdownTrigger(sender), Shutdown(receiver))
}

impl ShutdownTrigger {
    /// Asks every holder of a [`Shutdown`] to finish. Repeating it has no effect.
    pub fn trigger(&self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    /// Resolves when shutdown has been asked for. Cancel safe.
    pub async fn requested(&mut self) {
        // An error means that the trigger is gone, which asks for the same.
        let _ended = self.0.wait_for(|requested| *requested).await.is_ok();
    }

    /// Whether shutdown has been asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

/// A beat for work that is done again and again until shutdown.
#[derive(Debug)]
pub struct Ticks {
    interval: Interval,
    shutdown: Shutdown,
}

impl Ticks {
    /// A beat that begins now; work that takes longer than a `period` delays the next.
    pub fn new(period: Duration, shutdown: Shutdown) -> Self {
        let mut interval = interval(period);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, shutdown }
    }

    /// Waits for the next beat; `false` when shutdown has been asked for, which goes first. Cancel safe.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.shutdown.requested() => false,
            _ = self.interval.tick() => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::{Ticks, shutdown, spawn, spawn_thread, spawn_with_panic_handler};

    #[tokio::test]
    async fn what_a_task_owed_is_done_when_it_panics() {
        let (done, was_done) = oneshot::channel();
        let task = spawn_with_panic_handler("test", async { panic!("this panic is the test's") }, async {
            done.send(()).unwrap();
        });
        was_done.await.unwrap();
        task.await.unwrap();
    }

    #[test]
    fn work_in_a_thread_goes_on_while_its_starter_is_busy_and_takes_its_tasks_with_it() {
        let (answered, answer) = std::sync::mpsc::sync_channel(1);
        spawn_thread("test", move || async move {
            let (sender, receiver) = oneshot::channel::<()>();
            let held = spawn("test-task", async move {
                std::future::pending::<()>().await;
                drop(sender);
            });
            answered
                .send((thread::current().name().map(str::to_owned), receiver))
                .unwrap();
            drop(held);
        })
        .unwrap();
        let (name, task_ended) = answer.recv().unwrap();
        assert_eq!(name.as_deref(), Some("test"));
        assert!(
            task_ended.blocking_recv().is_err(),
            "its task is dropped with the runtime"
        );
    }

    #[tokio::test]
    async fn shutdown_reaches_those_who_wait_and_those_who_ask_later() {
        let (trigger, mut signal) = shutdown();
        assert!(!signal.is_requested());
        trigger.trigger();
        signal.requested().await;
        assert!(signal.clone().is_requested());
    }

    #[tokio::test(start_paused = true)]
    async fn beat_begins_at_once_goes_on_and_ends_with_shutdown() {
        let (trigger, signal) = shutdown();
        let mut ticks = Ticks::new(Duration::from_secs(3_600), signal);
        assert!(ticks.next().await);
        assert!(ticks.next().await);
        trigger.trigger();
        assert!(!ticks.next().await);
    }

    #[tokio::test]
    async fn dropped_trigger_counts_as_shutdown() {
        let (trigger, mut signal) = shutdown();
        drop(trigger);
        signal.requested().await;
        assert!(signal.is_requested());
    }
}
