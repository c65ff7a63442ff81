//! One media thread's work, without the thread: a tick sends the packets that are due, reads those that have arrived, and
//! maintains each session once a second.
//!
//! Sending comes first in a tick, so that one call's incoming packets do not delay another's outgoing ones.
//! Nothing here waits, and nothing allocates for a packet (`crates/media/tests/allocation.rs`). Tests drive a worker by
//! hand with simulated time.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Instant;

use super::command::SessionCommand;
use super::session::{Session, SessionState};
use super::statistics::SharedStatistics;
use super::thread_context::ThreadContext;
use super::thread_load::{Lateness, SharedLateness};
use super::ticks::{MAINTENANCE_TICKS, PHASES, POLL_TICKS, PollSchedule, TICK, TickGrid, TickSchedule};

/// A message to a media thread.
pub(super) enum ThreadCommand {
    /// A new session, with its sockets bound.
    Open { id: u64, session: Box<Session> },
    /// A command for a session; ignored when the session is gone.
    For { id: u64, command: SessionCommand },
}

/// Whether a worker is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkerState {
    /// Sessions are open.
    Busy,
    /// No session is open: nothing happens before the next command.
    Idle,
    /// The plane and every session handle are gone.
    Over,
}

/// The sessions of one media thread.
pub struct Worker {
    ticks: TickGrid,
    commands: Receiver<ThreadCommand>,
    slots: Vec<ScheduledSession>,
    free: Vec<usize>,
    places: HashMap<u64, usize>,
    phases: [usize; PHASES as usize],
    thread: ThreadContext,
    shared_statistics: SharedStatistics,
    publish: TickSchedule,
    /// The tick that comes after the last one done.
    upcoming: u64,
    lateness: Lateness,
    over: bool,
}

/// A session with its deadlines next to it: a tick reads the deadlines of all sessions and touches few of the boxed sessions.
struct ScheduledSession {
    id: u64,
    phase: usize,
    send: TickSchedule,
    poll: PollSchedule,
    maintenance: TickSchedule,
    session: Option<Box<Session>>,
}

impl Worker {
    pub(super) fn new(
        epoch: Instant,
        commands: Receiver<ThreadCommand>,
        thread: ThreadContext,
        shared_statistics: SharedStatistics,
        lateness: SharedLateness,
    ) -> Self {
        Self {
            ticks: TickGrid::new(epoch),
            commands,
            slots: Vec::new(),
            free: Vec::new(),
            places: HashMap::new(),
            phases: [0; PHASES as usize],
            thread,
            shared_statistics,
            publish: TickSchedule::new(MAINTENANCE_TICKS, MAINTENANCE_TICKS),
            upcoming: 0,
            lateness: Lateness::new(lateness),
            over: false,
        }
    }

    /// Reads the time between the packets of a tick with `watch`, for the pacing figures and for events. Without it all
    /// packets of a tick have the time of the tick, as simulated time wants it.
    pub(super) fn keep_time(&mut self, watch: fn() -> Instant) {
        self.thread.watch = Some(watch);
    }

    /// Does everything that is due at `now`, which must not run backwards.
    pub fn tick(&mut self, now: Instant) -> WorkerState {
        let tick = self.ticks.tick_at(now);
        self.take_commands(now, tick);
        self.send(now, tick);
        self.poll(now, tick);
        self.maintain(now, tick);
        if self.publish.take_due(tick).is_some() {
            self.publish();
        }
        self.record_lateness(now, tick);
        self.state()
    }

    /// Records how long after its deadline a tick was done. After missed ticks the deadline of the first missed one counts.
    fn record_lateness(&mut self, now: Instant, tick: u64) {
        if tick >= self.upcoming {
            let done = self.thread.moment(now);
            let due = self.ticks.deadline(self.upcoming);
            self.lateness.record(done.saturating_duration_since(due));
            self.upcoming = tick + 1;
        }
    }

    /// When the tick after the one due at `now` is due.
    pub fn next_tick(&self, now: Instant) -> Instant {
        self.ticks.deadline(self.ticks.tick_at(now) + 1)
    }

    /// Waits for a command while no session is open. Blocks. False when no command can arrive any more.
    pub(super) fn wait(&mut self, now: impl Fn() -> Instant) -> bool {
        self.publish();
        self.lateness.reset();
        match self.commands.recv() {
            Ok(command) => {
                let now = now();
                let tick = self.ticks.tick_at(now);
                self.publish = TickSchedule::new(tick + MAINTENANCE_TICKS, MAINTENANCE_TICKS);
                self.upcoming = tick + 1;
                self.execute(command, now, tick);
                true
            }
            Err(_) => false,
        }
    }

    fn state(&self) -> WorkerState {
        match (self.places.is_empty(), self.over) {
            (true, true) => WorkerState::Over,
            (true, false) => WorkerState::Idle,
            (false, _) => WorkerState::Busy,
        }
    }

    fn publish(&mut self) {
        self.thread.statistics.sessions = self.places.len() as u64;
        self.shared_statistics.publish(&self.thread.statistics);
    }

    fn take_commands(&mut self, now: Instant, tick: u64) {
        loop {
            match self.commands.try_recv() {
                Ok(command) => self.execute(command, now, tick),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.over = true;
                    return;
                }
            }
        }
    }

    fn execute(&mut self, command: ThreadCommand, now: Instant, tick: u64) {
        match command {
            ThreadCommand::Open { id, session } => self.open(id, session, tick),
            ThreadCommand::For { id, command } => {
                let slot = self.places.get(&id).and_then(|place| self.slots.get_mut(*place));
                if let Some(slot) = slot {
                    slot.execute(command, now, tick, &mut self.thread);
                }
            }
        }
    }

    /// Adds a session in the phase with the fewest calls.
    fn open(&mut self, id: u64, session: Box<Session>, tick: u64) {
        let phase = (0..self.phases.len())
            .min_by_key(|phase| self.phases.get(*phase).copied().unwrap_or(usize::MAX))
            .unwrap_or_default();
        if let Some(count) = self.phases.get_mut(phase) {
            *count += 1;
        }
        let first = tick - tick % PHASES + PHASES + phase as u64;
        let slot = ScheduledSession {
            id,
            phase,
            send: TickSchedule::new(first, session.ptime_ticks()),
            poll: PollSchedule::new(first),
            // Consecutive calls are maintained at different ticks of the second.
            maintenance: TickSchedule::new(
                first + (id % (MAINTENANCE_TICKS / PHASES)) * PHASES,
                MAINTENANCE_TICKS,
            ),
            session: Some(session),
        };
        let place = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(place) {
            Some(vacant) => *vacant = slot,
            None => self.slots.push(slot),
        }
        self.places.insert(id, place);
    }

    fn send(&mut self, now: Instant, tick: u64) {
        for slot in &mut self.slots {
            if slot.send.next() > tick {
                continue;
            }
            let due = self.ticks.deadline(slot.send.next());
            if let (Some(missed), Some(session)) = (slot.send.take_due(tick), &mut slot.session) {
                let deadline = due + TICK * (missed * slot.send.period()) as u32;
                session.send(missed, deadline, now, &mut self.thread);
            }
        }
    }

    fn poll(&mut self, now: Instant, tick: u64) {
        let due = self.ticks.deadline(tick);
        for slot in &mut self.slots {
            if slot.poll.next() <= tick
                && slot.poll.take_due(tick)
                && let Some(session) = &mut slot.session
                && let Some(newest) = session.receive(now, &mut self.thread)
            {
                slot.poll.adjust(due.saturating_duration_since(newest));
            }
        }
    }

    fn maintain(&mut self, now: Instant, tick: u64) {
        for place in 0..self.slots.len() {
            let Some(slot) = self
                .slots
                .get_mut(place)
                .filter(|slot| slot.maintenance.next() <= tick)
            else {
                continue;
            };
            if let (Some(_), Some(session)) = (slot.maintenance.take_due(tick), &mut slot.session)
                && session.maintain(now, &mut self.thread) == SessionState::Gone
            {
                self.vacate(place);
            }
        }
    }

    fn vacate(&mut self, place: usize) {
        let Some(slot) = self.slots.get_mut(place) else {
            return;
        };
        slot.session = None;
        slot.send = TickSchedule::new(u64::MAX, 1);
        slot.poll = PollSchedule::never();
        slot.maintenance = TickSchedule::new(u64::MAX, 1);
        if let Some(count) = self.phases.get_mut(slot.phase) {
            *count = count.saturating_sub(1);
        }
        self.places.remove(&slot.id);
        self.free.push(place);
    }
}

impl ScheduledSession {
    fn execute(&mut self, command: SessionCommand, now: Instant, tick: u64, thread: &mut ThreadContext) {
        let Some(session) = &mut self.session else { return };
        if matches!(command, SessionCommand::Close) {
            // Looked at every 20 ms instead of once a second: it is removed as soon as its call has taken the last events.
            self.maintenance = TickSchedule::new(tick, POLL_TICKS);
        }
        session.apply(command, now, thread);
        self.send.set_period(session.ptime_ticks());
    }
}
