//! The one task that owns the agent: what arrives goes in, what comes out is carried, time is watched.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::dispatch::{Dispatch, Undelivered};
use super::handle::ServiceCommand;
use super::publish::publish;
use super::turned_away::TurnedAwayCounts;
use crate::transport::{OutboundTransport, TransportContext, TransportEvent, Unsent};
use aftercall_runtime::clock::now;
use aftercall_runtime::lifecycle::ShutdownTrigger;
use aftercall_sip::agent::{Accepting, Input, Output, Transmit, UserAgent};
use aftercall_sip::event::{Command, DialogKey, TurnedAway, TurnedAwayReason};

/// Events of the transport taken in before the agent's answers are carried out.
const BATCH: usize = 64;
/// How often metrics are published, the budget of replies to untrusted sources is filled and dialogs without a call are hung up.
const TICK: Duration = Duration::from_secs(1);
/// How long after the last hang-up our BYEs may still be answered.
const BYE_RESPONSE_TIME: Duration = Duration::from_millis(500);
/// How long connections may take to write what is left after that.
const FINAL_WRITE_TIME: Duration = Duration::from_secs(1);
/// Where there is nothing to wait for.
const FAR_FUTURE: Duration = Duration::from_secs(3_600);

#[derive(Debug)]
pub(super) struct Driver {
    pub(super) agent: UserAgent,
    pub(super) outbound: OutboundTransport,
    pub(super) dispatch: Dispatch,
    pub(super) context: Arc<TransportContext>,
    pub(super) commands: mpsc::Receiver<ServiceCommand>,
    pub(super) arrivals: mpsc::Receiver<TransportEvent>,
    /// `false` once the last handle is dropped.
    pub(super) has_handle: bool,
    /// What Retry-After says when the application does not take calls.
    pub(super) retry_after: Duration,
    pub(super) stop: Option<StopInProgress>,
    /// Ends every task of the transport when the driver does.
    pub(super) trigger: ShutdownTrigger,
    /// Where calls are counted that are refused without being read.
    pub(super) turned_away: Arc<TurnedAwayCounts>,
}

/// A shutdown in progress.
#[derive(Debug)]
pub(super) struct StopInProgress {
    phase: StopPhase,
    until: Instant,
    /// Dropped at the end, which is what the stopper waits for.
    done: Vec<oneshot::Sender<()>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StopPhase {
    /// Calls may end by themselves.
    Grace,
    /// The rest has been hung up.
    HungUp,
}

impl Driver {
    pub(super) async fn run(mut self) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(BATCH);
        while !self.is_done() {
            let deadline = self.deadline();
            tokio::select! {
                // Arrivals come last: a flood that never pauses must not stop the clock, the metrics or a shutdown.
                biased;
                command = self.commands.recv(), if self.has_handle => self.command(command),
                () = sleep_until(deadline) => self.expire(),
                _ = tick.tick() => self.tick(),
                _ = self.arrivals.recv_many(&mut batch, BATCH) => self.arrived(&mut batch),
            }
            self.run_agent();
        }
        self.trigger.trigger();
        publish(&self.agent, &self.outbound, &self.context.counters);
        self.await_transport().await;
    }

    /// Waits until the readers and connections have ended, which hold the other end of `arrivals`: what they still have to
    /// write would go with the runtime.
    async fn await_transport(self) {
        let Self {
            outbound,
            context,
            commands,
            mut arrivals,
            stop: _stoppers_wait,
            ..
        } = self;
        drop((outbound, context));
        // Who waits for the end finds after it that nothing can be sent any more.
        drop(commands);
        let ended = async { while arrivals.recv().await.is_some() {} };
        // Who takes longer is cut off.
        let _ended = timeout(FINAL_WRITE_TIME, ended).await.is_ok();
    }

    /// Whether a shutdown has come to its end: no dialog is left, or the time for the responses to our BYEs is over.
    fn is_done(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| {
            let is_over = stop.phase == StopPhase::HungUp && stop.until <= Instant::now();
            is_over || self.agent.dialogs() == 0
        })
    }

    fn deadline(&self) -> Instant {
        let timer = self.agent.timeout().map(Instant::from_std);
        let stop = self.stop.as_ref().map(|stop| stop.until);
        let nearest = timer.into_iter().chain(stop).min();
        nearest.unwrap_or_else(|| Instant::now() + FAR_FUTURE)
    }

    fn command(&mut self, command: Option<ServiceCommand>) {
        match command {
            Some(ServiceCommand::Dialog(command)) => self.agent.command(command, now()),
            Some(ServiceCommand::Invite { invite, events }) => {
                // A caller that is gone hears nothing; its dialog ends with its first event.
                let _taken = events.send(self.dispatch.open(invite.dialog)).is_ok();
                self.agent.command(Command::Invite(invite), now());
            }
            Some(ServiceCommand::Accepting(accepting)) => self.accept(accepting),
            Some(ServiceCommand::Stop { grace, done }) => self.begin_stop(grace, Some(done)),
            None => {
                self.has_handle = false;
                self.begin_stop(Duration::ZERO, None);
            }
        }
    }

    /// Once stopping, the answer stays no.
    fn accept(&mut self, accepting: Accepting) {
        if self.stop.is_none() {
            self.agent.set_accepting(accepting);
        }
    }

    fn begin_stop(&mut self, grace: Duration, done: Option<oneshot::Sender<()>>) {
        self.agent.set_accepting(Accepting::Draining);
        let until = Instant::now() + grace;
        let stop = self.stop.get_or_insert(StopInProgress {
            phase: StopPhase::Grace,
            until,
            done: Vec::new(),
        });
        stop.until = stop.until.min(until);
        stop.done.extend(done);
    }

    fn arrived(&mut self, batch: &mut Vec<TransportEvent>) {
        for arrival in batch.drain(..) {
            match arrival {
                TransportEvent::Message { flow, message } => {
                    self.agent.handle(Input::Message { flow, message }, now());
                }
                TransportEvent::Broken { flow, error } => {
                    self.agent.handle(Input::Broken { flow, error }, now());
                }
                TransportEvent::Unreachable => self.agent.handle(Input::Unreachable, now()),
                TransportEvent::Opened(opened) => self.outbound.opened(opened),
                TransportEvent::Closed { id, unsent } => {
                    self.outbound.closed(id);
                    for transmit_id in unsent {
                        self.agent.handle(Input::SendFailed { transmit_id }, now());
                    }
                }
            }
        }
    }

    fn tick(&mut self) {
        self.context.untrusted.refill();
        for dialog in self.dispatch.take_abandoned() {
            // No effect where the call hung up before it went.
            self.agent.command(hang_up(dialog), now());
        }
        if let Some((count, last)) = self.context.untrusted.report() {
            tracing::warn!(strangers.count = count, strangers.last = %last, "refused SIP from sources not in sip.trusted");
        }
        publish(&self.agent, &self.outbound, &self.context.counters);
    }

    /// What a deadline asks for; the agent's timers are fired with everything else.
    fn expire(&mut self) {
        let Some(stop) = &mut self.stop else { return };
        if stop.phase == StopPhase::HungUp || Instant::now() < stop.until {
            return;
        }
        stop.phase = StopPhase::HungUp;
        stop.until = Instant::now() + BYE_RESPONSE_TIME;
        for dialog in self.dispatch.dialogs() {
            self.agent.command(hang_up(dialog), now());
        }
    }

    /// Fires what is due, however much arrives, and carries out what the agent wants until it wants nothing.
    fn run_agent(&mut self) {
        let now = now();
        if self.agent.timeout().is_some_and(|due| due <= now) {
            self.agent.handle_timeout(now);
        }
        while let Some(output) = self.agent.poll() {
            self.carry_out(output);
        }
    }

    fn carry_out(&mut self, output: Output) {
        let undelivered = match output {
            Output::Transmit(transmit) => return self.transmit(transmit),
            Output::Invite(invite) => self.dispatch.invite(*invite),
            Output::TurnedAway(call) => return self.turned_away.note(call),
            Output::Event(dialog, event) => self.dispatch.event(dialog, event),
        };
        match undelivered {
            Ok(()) => {}
            Err(Undelivered::Call { dialog, dialled }) => {
                self.turned_away.note(TurnedAway {
                    dialled,
                    why: TurnedAwayReason::Queue,
                });
                self.agent.command(too_busy(dialog, self.retry_after), now());
            }
            Err(Undelivered::Event(dialog)) => self.agent.command(hang_up(dialog), now()),
        }
    }

    fn transmit(&mut self, transmit: Transmit) {
        if let Err(Unsent(transmit_id)) = self.outbound.send(transmit) {
            self.agent.handle(Input::SendFailed { transmit_id }, now());
        }
    }
}

fn hang_up(dialog: DialogKey) -> Command {
    Command::HangUp {
        dialog,
        headers: Vec::new(),
    }
}

fn too_busy(dialog: DialogKey, retry_after: Duration) -> Command {
    Command::Refuse {
        dialog,
        status: 503,
        reason: None,
        headers: vec![("Retry-After".to_owned(), retry_after.as_secs().to_string())],
    }
}
