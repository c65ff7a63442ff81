//! What every call task is given.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::call::beforehand::Beforehand;
use crate::call::context::ContextReader;
use crate::call::registry::Registry;
use crate::clock::Clock;
use crate::config::results::ResultSettings;
use crate::config::route::Route;
use crate::ids::CallUid;
use crate::media::MediaPlane;
use crate::prompts::{Catalog, Playlist};
use crate::recording::Recorder;
use crate::sdp::{Capabilities, SrtpPolicy};
use crate::sip::event::{Command, InboundInvite, Transport};
use crate::sip::service::SipHandle;
use crate::storage::WriterHandle;
use crate::survey::Survey;

/// The shared, read-only surroundings of calls.
#[derive(Debug)]
pub struct Desk {
    /// Who is surveyed with what.
    pub routes: Arc<[Route]>,
    /// The surveys by name.
    pub surveys: BTreeMap<String, Arc<Survey>>,
    /// The prompts.
    pub prompts: Arc<Catalog>,
    /// The prompt of calls that are not surveyed.
    pub goodbye_prompt: &'static str,
    /// Reads queue, agent, caller, ...
    pub context: ContextReader,
    /// What was told of calls before they arrive.
    pub beforehand: Beforehand,
    /// What the PBX is told of a survey.
    pub results: ResultSettings,
    /// Signalling.
    pub sip: SipHandle,
    /// Media.
    pub media: Arc<MediaPlane>,
    /// What we can speak.
    pub capabilities: Capabilities,
    /// Whether audio may or must be protected, by the listener that a call has come to.
    pub srtp: Vec<(Transport, SocketAddr, SrtpPolicy)>,
    /// The address to offer in SDP, when it is not the one that signalling arrived at.
    pub media_address: Option<std::net::IpAddr>,
    /// Storage.
    pub writer: WriterHandle,
    /// Records comments; `None` when no survey asks for one.
    pub recorder: Option<Arc<Recorder>>,
    /// The tone after which a caller speaks.
    pub recording_tone: Playlist,
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// Calls that are on.
    pub registry: Registry,
    /// Surveyed calls at once.
    pub most_surveyed: usize,
    /// This node's name in rows.
    pub node: String,
    /// What `Retry-After` says.
    pub retry_after: Duration,
    /// Randomness for identities.
    pub randomness: Randomness,
}

impl Desk {
    /// The present moment in UTC.
    pub fn utc(&self) -> DateTime<Utc> {
        self.clock.utc()
    }

    /// What we can speak in answer to this INVITE.
    pub(super) fn capabilities_for(&self, invite: &InboundInvite) -> Capabilities {
        let (transport, local) = (invite.transport, invite.local);
        let came_to = |listener: &SocketAddr| {
            listener.port() == local.port()
                && (listener.ip().is_unspecified()
                    || listener.ip().to_canonical() == local.ip().to_canonical())
        };
        let policy = self
            .srtp
            .iter()
            .find(|(known, listener, _)| *known == transport && came_to(listener))
            .map_or(self.capabilities.srtp, |(_, _, policy)| *policy);
        Capabilities {
            srtp: policy,
            ..self.capabilities.clone()
        }
    }

    /// Tells signalling what to do.
    pub(super) async fn signal(&self, command: Command) {
        signal(&self.sip, command).await;
    }

    /// A new call's identity.
    pub fn new_uid(&self) -> CallUid {
        self.randomness.with(|rng| CallUid::new(self.utc(), rng))
    }
}

/// Tells signalling what to do. When it has stopped, so have its dialogs, and their events tell.
pub(super) async fn signal(sip: &SipHandle, command: Command) {
    if let Err(stopped) = sip.send(command).await {
        tracing::debug!(%stopped, "a command came too late");
    }
}

/// A seeded source of randomness, shared by the calls of a process.
#[derive(Debug)]
pub struct Randomness(Mutex<StdRng>);

impl Randomness {
    /// Randomness that follows from `seed`, and is as hard to guess: keys come from it.
    pub fn seeded(seed: [u8; 32]) -> Self {
        Self(Mutex::new(StdRng::from_seed(seed)))
    }

    /// Draws a seed for something of its own.
    pub fn seed(&self) -> u64 {
        self.with(|rng| rng.random())
    }

    /// Draws a token: 80 bits in letters and digits, the first a letter, so that it never looks like a number.
    pub fn token(&self) -> String {
        const SYMBOLS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let (first, rest) = self.with(|rng| (rng.random_range(10..32_usize), rng.random::<u128>()));
        std::iter::once(first)
            .chain((0..16).map(|place| (rest >> (5 * place)) as usize & 31))
            .filter_map(|index| SYMBOLS.get(index).copied().map(char::from))
            .collect()
    }

    /// Draws a seed for keys.
    pub fn key_seed(&self) -> [u8; 32] {
        self.with(|rng| rng.random())
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        // A generator has no state that a panic elsewhere could have broken.
        draw(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
