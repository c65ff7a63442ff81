//! The recorder: a few threads for the recordings of all calls.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::{io, thread};

use super::alarm::Alarm;
use super::job::{Order, RecorderEvent};
use super::space::{Limits, Trouble, probe};
use super::writer::{Place, Writer};

/// Orders that may wait for one thread; beyond it a call goes on without its comment.
const ORDERS: usize = 256;

/// How recordings are made.
#[derive(Debug, Clone)]
pub struct RecorderOptions {
    /// Where; made when missing.
    pub directory: PathBuf,
    /// How many threads write, at least one.
    pub threads: usize,
    /// When the disk counts as full.
    pub limits: Limits,
    /// What is louder counts as speech, in dBov.
    pub threshold_dbov: f32,
}

/// The threads. They end when it is dropped, after finishing what is open.
#[derive(Debug)]
pub struct Recorder {
    writers: Vec<SyncSender<Order>>,
    next: AtomicUsize,
    alarm: Alarm,
}

impl Recorder {
    /// Starts the threads. A directory that cannot be written raises the alarm and no more. Blocks on the disk.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn start(options: &RecorderOptions) -> io::Result<Self> {
        let alarm = Alarm::default();
        match probe(&options.directory, options.limits) {
            Ok(_free) => alarm.withdraw(),
            Err(trouble) => alarm.raise(trouble),
        }
        let place = Place {
            directory: options.directory.clone(),
            limits: options.limits,
            threshold_dbov: options.threshold_dbov,
            alarm: alarm.clone(),
        };
        let mut writers = Vec::new();
        for number in 0..options.threads.max(1) {
            let (sender, orders) = sync_channel(ORDERS);
            let writer = Writer::new(place.clone(), orders, number == 0);
            let _detached = thread::Builder::new()
                .name(format!("recorder-{number}"))
                .spawn(move || writer.run())?;
            writers.push(sender);
        }
        Ok(Self {
            writers,
            next: AtomicUsize::new(0),
            alarm,
        })
    }

    /// Begins a recording; the order's channel is told when the file is there, or that it cannot be. Does not block.
    pub fn open(&self, order: Order) {
        let events = order.events.clone();
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.writers.len().max(1);
        let taken = self
            .writers
            .get(turn)
            .is_some_and(|writer| writer.try_send(order).is_ok());
        if !taken {
            self.alarm.raise(Trouble::Overloaded);
            let _told = events
                .try_send(RecorderEvent::Failed(Trouble::Overloaded))
                .is_ok();
        }
    }

    /// The alarm of the disk.
    pub const fn alarm(&self) -> &Alarm {
        &self.alarm
    }
}
