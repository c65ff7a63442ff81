//! One media thread's work, without the thread: a tick of it sends what is due, reads what has come, and looks
//! after each session once a second.
//!
//! Sending comes first in a tick, so that one call's incoming packets do not delay another's outgoing ones.
//! Nothing here waits, and nothing allocates for a packet (`crates/media/tests/allocation.rs`). Tests drive a worker by
//! hand with simulated time.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Instant;

use super::command::{Command, Op};
use super::grid::{CHORES, Cadence, Grid, PHASES, SWEEP, Sweep, TICK};
use super::lane::Lane;
use super::lateness::{Lateness, Shown};
use super::session::{Fate, Session};
use super::statistics::Board;

/// Whether a worker is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demand {
    /// Sessions are open.
    Busy,
    /// No session is open: nothing happens before the next command.
    Idle,
    /// The plane and every session handle are gone.
    Over,
}

/// The sessions of one media thread.
pub struct Worker {
    grid: Grid,
    commands: Receiver<Command>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    places: HashMap<u64, usize>,
    phases: [usize; PHASES as usize],
    lane: Lane,
    board: Board,
    publish: Cadence,
    /// The tick that comes after the last one done.
    upcoming: u64,
    lateness: Lateness,
    over: bool,
}

/// What is due when, beside the session that it is due for: a tick looks at all slots, and at few sessions.
struct Slot {
    id: u64,
    phase: usize,
    send: Cadence,
    sweep: Sweep,
    chores: Cadence,
    session: Option<Box<Session>>,
}

impl Worker {
    pub(super) fn new(
        epoch: Instant,
        commands: Receiver<Command>,
        lane: Lane,
        board: Board,
        lateness: Shown,
    ) -> Self {
        Self {
            grid: Grid::new(epoch),
            commands,
            slots: Vec::new(),
            free: Vec::new(),
            places: HashMap::new(),
            phases: [0; PHASES as usize],
            lane,
            board,
            publish: Cadence::new(CHORES, CHORES),
            upcoming: 0,
            lateness: Lateness::new(lateness),
            over: false,
        }
    }

    /// Reads the time between the packets of a tick, for the pacing figures and for events; without it, all of a
    /// tick happens at once.
    pub(super) fn keep_time(&mut self, watch: fn() -> Instant) {
        self.lane.watch = Some(watch);
    }

    /// Does everything that is due at `now`, which must not run backwards.
    pub fn tick(&mut self, now: Instant) -> Demand {
        let tick = self.grid.tick_at(now);
        self.take_commands(now, tick);
        self.send(now, tick);
        self.sweep(now, tick);
        self.look_after(now, tick);
        if self.publish.beat(tick).is_some() {
            self.publish();
        }
        self.note_lateness(now, tick);
        self.demand()
    }

    /// Compares the end of a tick with the deadline of the first one that it was done for.
    fn note_lateness(&mut self, now: Instant, tick: u64) {
        if tick >= self.upcoming {
            let done = self.lane.moment(now);
            let due = self.grid.deadline(self.upcoming);
            self.lateness.note(done.saturating_duration_since(due));
            self.upcoming = tick + 1;
        }
    }

    /// When the tick after the one due at `now` is due.
    pub fn next_tick(&self, now: Instant) -> Instant {
        self.grid.deadline(self.grid.tick_at(now) + 1)
    }

    /// Waits for a command while no session is open. Blocks; false when no command can come any more.
    pub(super) fn wait(&mut self, now: impl Fn() -> Instant) -> bool {
        self.publish();
        self.lateness.rest();
        match self.commands.recv() {
            Ok(command) => {
                let now = now();
                let tick = self.grid.tick_at(now);
                self.publish = Cadence::new(tick + CHORES, CHORES);
                self.upcoming = tick + 1;
                self.obey(command, now, tick);
                true
            }
            Err(_) => false,
        }
    }

    fn demand(&self) -> Demand {
        match (self.places.is_empty(), self.over) {
            (true, true) => Demand::Over,
            (true, false) => Demand::Idle,
            (false, _) => Demand::Busy,
        }
    }

    fn publish(&mut self) {
        self.lane.statistics.sessions = self.places.len() as u64;
        self.board.publish(&self.lane.statistics);
    }

    fn take_commands(&mut self, now: Instant, tick: u64) {
        loop {
            match self.commands.try_recv() {
                Ok(command) => self.obey(command, now, tick),
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.over = true;
                    return;
                }
            }
        }
    }

    fn obey(&mut self, command: Command, now: Instant, tick: u64) {
        match command {
            Command::Open { id, session } => self.open(id, session, tick),
            Command::For { id, op } => {
                let slot = self.places.get(&id).and_then(|place| self.slots.get_mut(*place));
                if let Some(slot) = slot {
                    slot.obey(op, now, tick, &mut self.lane);
                }
            }
        }
    }

    /// Gives a session the phase with the fewest calls.
    fn open(&mut self, id: u64, session: Box<Session>, tick: u64) {
        let phase = (0..self.phases.len())
            .min_by_key(|phase| self.phases.get(*phase).copied().unwrap_or(usize::MAX))
            .unwrap_or_default();
        if let Some(count) = self.phases.get_mut(phase) {
            *count += 1;
        }
        let first = tick - tick % PHASES + PHASES + phase as u64;
        let slot = Slot {
            id,
            phase,
            send: Cadence::new(first, session.ptime_ticks()),
            sweep: Sweep::new(first),
            // Spread over the second by the call's number.
            chores: Cadence::new(first + (id % (CHORES / PHASES)) * PHASES, CHORES),
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
            let due = self.grid.deadline(slot.send.next());
            if let (Some(missed), Some(session)) = (slot.send.beat(tick), &mut slot.session) {
                let deadline = due + TICK * (missed * slot.send.period()) as u32;
                session.send(missed, deadline, now, &mut self.lane);
            }
        }
    }

    fn sweep(&mut self, now: Instant, tick: u64) {
        let due = self.grid.deadline(tick);
        for slot in &mut self.slots {
            if slot.sweep.next() <= tick
                && slot.sweep.beat(tick)
                && let Some(session) = &mut slot.session
                && let Some(newest) = session.receive(now, &mut self.lane)
            {
                slot.sweep.found(due.saturating_duration_since(newest));
            }
        }
    }

    fn look_after(&mut self, now: Instant, tick: u64) {
        for place in 0..self.slots.len() {
            let Some(slot) = self
                .slots
                .get_mut(place)
                .filter(|slot| slot.chores.next() <= tick)
            else {
                continue;
            };
            if let (Some(_), Some(session)) = (slot.chores.beat(tick), &mut slot.session)
                && session.look_after(now, &mut self.lane) == Fate::Gone
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
        slot.send = Cadence::new(u64::MAX, 1);
        slot.sweep = Sweep::never();
        slot.chores = Cadence::new(u64::MAX, 1);
        if let Some(count) = self.phases.get_mut(slot.phase) {
            *count = count.saturating_sub(1);
        }
        self.places.remove(&slot.id);
        self.free.push(place);
    }
}

impl Slot {
    fn obey(&mut self, op: Op, now: Instant, tick: u64, lane: &mut Lane) {
        let Some(session) = &mut self.session else { return };
        if matches!(op, Op::Close) {
            // It leaves as soon as its call has taken its last events.
            self.chores = Cadence::new(tick, SWEEP);
        }
        session.apply(op, now, lane);
        self.send.set_period(session.ptime_ticks());
    }
}
