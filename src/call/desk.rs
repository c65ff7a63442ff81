//! Services and configuration shared by all calls.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::admission::sampler::Draw;
use crate::admission::{Eligibility, policy};
use crate::base::CallUid;
use crate::call::beforehand::Beforehand;
use crate::call::context::ContextReader;
use crate::call::refusals::Refusals;
use crate::call::registry::Registry;
use crate::call::resolver::Resolver;
use crate::clock::Clock;
use crate::config::SurveySettings;
use crate::config::results::ResultSettings;
use crate::config::route::{self, Route};
use crate::context::{CallContext, Note};
use crate::media::MediaPlane;
use crate::prompts::{Catalog, Playlist};
use crate::recording::Recorder;
use crate::sdp::{Capabilities, SrtpPolicy};
use crate::sip::event::{Command, InboundInvite, Transport};
use crate::sip::service::SipHandle;
use crate::storage::WriterHandle;
use crate::survey::Survey;

/// The shared, read-only surroundings of calls. A reload makes another desk; a call keeps the one that it came to.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Who is surveyed with what.
    pub routes: Arc<[Route]>,
    /// The surveys by name.
    pub surveys: BTreeMap<String, Arc<Survey>>,
    /// How often each survey may be asked.
    pub survey_limits: SurveySettings,
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
    /// Finds the addresses of host names in session descriptions.
    pub resolver: Resolver,
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
    /// Calls that were refused, for the log.
    pub refusals: Arc<Refusals>,
    /// Surveyed calls at once.
    pub most_surveyed: usize,
    /// This node's name in rows.
    pub node: String,
    /// What `Retry-After` says.
    pub retry_after: Duration,
    /// Randomness for identities.
    pub randomness: Arc<Randomness>,
}

impl Desk {
    /// The present moment in UTC.
    pub fn utc(&self) -> DateTime<Utc> {
        self.clock.utc()
    }

    /// Where a dialled number leads, and what policy says to the call: what [`WriterHandle::admit`] needs to decide. A
    /// survey that the context asks for and that does not exist is noted there.
    ///
    /// [`WriterHandle::admit`]: crate::storage::WriterHandle::admit
    pub fn assess(&self, dialled: &str, context: &mut CallContext, at: DateTime<Utc>) -> Assessed<'_> {
        let route = route::find(&self.routes, dialled);
        let survey = route.and_then(|route| self.survey(route, context));
        let limits = survey.map(|survey| self.survey_limits.limits(&survey.version().name));
        let rules = route.map(|route| &route.rules);
        let draw = || self.randomness.draw();
        let eligibility = policy::decide(rules, limits.unwrap_or_default(), context, at, draw);
        Assessed {
            route,
            survey,
            eligibility,
        }
    }

    /// The survey that the PBX asks for by name, where there is one of that name; else that of the route.
    fn survey(&self, route: &Route, context: &mut CallContext) -> Option<&Arc<Survey>> {
        if let Some(wanted) = &context.survey {
            if let Some(survey) = self.surveys.get(wanted) {
                return Some(survey);
            }
            // The name is not told: it is the peer's, and may be anything.
            tracing::info!(
                route = route.name(),
                "unknown survey requested by the PBX: using the survey of the route"
            );
            for told in context.told.iter_mut().filter(|told| told.name == "survey") {
                told.note = Some(Note::Unknown);
            }
        }
        self.surveys.get(&route.survey)
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

/// Where a call leads, before it is counted.
#[derive(Debug)]
pub struct Assessed<'d> {
    /// The route; `None` when none takes the number.
    pub route: Option<&'d Route>,
    /// The survey that would be asked.
    pub survey: Option<&'d Arc<Survey>>,
    /// What policy says.
    pub eligibility: Eligibility,
}

/// Tells signalling what to do. When it has stopped, so have its dialogs, and their events tell.
pub(super) async fn signal(sip: &SipHandle, command: Command) {
    if let Err(stopped) = sip.send(command).await {
        tracing::debug!(%stopped, "the call had already ended");
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

    /// Draws for a call that a random share is surveyed of.
    pub fn draw(&self) -> Draw {
        let number = self.with(|rng| rng.random_range(0..Draw::RANGE));
        Draw::new(number).expect("the number is below the range")
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
