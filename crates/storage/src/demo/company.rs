//! Who takes the calls: routes, queues, teams and agents.

use chrono::{Days, NaiveDate};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::DemoOptions;
use super::opinion::normal;
use super::slump::Slump;
use aftercall_survey::SurveyRecord;

/// A dialled number and what it asks.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) name: String,
    pub(super) dialled: String,
    /// The versions of its survey, each asked for a part of the time.
    versions: Vec<SurveyRecord>,
}

impl Route {
    /// The version that is asked at a part of the whole time.
    pub(super) fn survey(&self, along: f64) -> Option<&SurveyRecord> {
        let many = u32::try_from(self.versions.len()).unwrap_or(1);
        let at = (0..many)
            .rev()
            .find(|at| f64::from(*at) / f64::from(many) <= along)?;
        self.versions.get(at as usize)
    }
}

/// A queue.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) name: String,
    /// Its place among the routes.
    pub(super) route: usize,
    /// One call in how many is surveyed.
    pub(super) every: u32,
    /// How well its callers are served, about 0.
    pub(super) ease: f64,
    /// The places of its agents.
    agents: Vec<usize>,
}

/// An agent.
#[derive(Debug, Clone)]
pub(super) struct Agent {
    pub(super) name: String,
    pub(super) team: String,
    /// How much callers like the agent, about 0.
    pub(super) skill: f64,
    /// Does not hand unhappy callers over.
    pub(super) keeps_away: bool,
}

/// All of them.
#[derive(Debug, Clone)]
pub(super) struct Company {
    pub(super) routes: Vec<Route>,
    pub(super) queues: Vec<Queue>,
    pub(super) agents: Vec<Agent>,
}

/// The ids that made-up calls have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOrganisation {
    /// Dialled numbers.
    pub routes: Vec<DemoRoute>,
    /// Queues, those with most calls first.
    pub queues: Vec<String>,
    /// Teams.
    pub teams: Vec<String>,
    /// Agents.
    pub agents: Vec<DemoAgent>,
    /// What goes wrong.
    pub slump: DemoSlump,
}

/// A week in which the callers of one queue are annoyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoSlump {
    /// The queue.
    pub queue: String,
    /// Its first day, a Monday.
    pub first: NaiveDate,
    /// Its last day.
    pub last: NaiveDate,
}

/// A dialled number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoRoute {
    /// The number.
    pub dialled: String,
    /// The survey, which is the name of the route as well.
    pub survey: String,
    /// The queues whose calls it takes.
    pub queues: Vec<String>,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAgent {
    /// The id.
    pub id: String,
    /// The id of the team.
    pub team: String,
}

/// The ids that [`fill`](super::fill) gives to calls with these options.
pub fn organisation(options: &DemoOptions) -> DemoOrganisation {
    let company = Company::new(options, &mut StdRng::seed_from_u64(options.seed));
    let slump = Slump::new(&company, options.until);
    let name = |queue: &Queue| queue.name.clone();
    let troubled = company.queues.get(slump.queue).map(name);
    let slump = DemoSlump {
        queue: troubled.unwrap_or_default(),
        first: slump.days.start,
        last: slump.days.end - Days::new(1),
    };
    let routes = (0..).zip(company.routes).map(|(at, route)| DemoRoute {
        dialled: route.dialled,
        survey: route.name,
        queues: company
            .queues
            .iter()
            .filter(|queue| queue.route == at)
            .map(name)
            .collect(),
    });
    let routes: Vec<DemoRoute> = routes.collect();
    let agents = company.agents.into_iter().map(|agent| DemoAgent {
        id: agent.name,
        team: agent.team,
    });
    DemoOrganisation {
        routes,
        queues: company.queues.into_iter().map(|queue| queue.name).collect(),
        teams: teams(options.teams),
        agents: agents.collect(),
        slump,
    }
}

const QUEUES: [&str; 8] = [
    "sales",
    "support",
    "billing",
    "orders",
    "claims",
    "technical",
    "complaints",
    "business",
];
const TEAMS: [&str; 6] = ["north", "south", "east", "west", "evening", "remote"];
const EVERY: [u32; 4] = [10, 10, 5, 20];
/// The first queues, which are called most, are all asked the first survey, so that they can be compared; the others take turns with the other surveys.
const ALIKE: usize = 3;
/// The place of the queue that goes wrong: in a demo of the usual size that of invoices.
const TROUBLED: usize = 2;

impl Company {
    /// Nobody.
    pub(super) const fn none() -> Self {
        Self {
            routes: Vec::new(),
            queues: Vec::new(),
            agents: Vec::new(),
        }
    }

    pub(super) fn new(options: &DemoOptions, rng: &mut StdRng) -> Self {
        let routes = routes(&options.surveys);
        let teams = teams(options.teams);
        let many = options.queues.max(1);
        let mut queues: Vec<Queue> = (0..many)
            .map(|at| Queue {
                name: named(&QUEUES, at),
                route: route_of(at as usize, routes.len()),
                every: EVERY.get(at as usize % EVERY.len()).copied().unwrap_or(10),
                ease: 0.25 * normal(rng),
                agents: Vec::new(),
            })
            .collect();
        let mut agents = Vec::new();
        for at in 0..options.agents.max(many) {
            if let Some(queue) = queues.get_mut((at % many) as usize) {
                queue.agents.push(agents.len());
            }
            let team = teams.get(at as usize % teams.len()).cloned().unwrap_or_default();
            agents.push(Agent {
                name: (4_701 + at).to_string(),
                team,
                skill: 0.35 * normal(rng),
                keeps_away: false,
            });
        }
        // The agent looks better than the others, and is not.
        if let Some(agent) = agents.get_mut(2) {
            agent.skill = -0.5;
            agent.keeps_away = true;
        }
        Self {
            routes,
            queues,
            agents,
        }
    }

    /// The place of the queue of a call: the first are called most.
    pub(super) fn any_queue(&self, rng: &mut StdRng) -> usize {
        let at = rng.random::<f64>().powf(1.6);
        place(at, self.queues.len())
    }

    /// The place of the queue that goes wrong.
    pub(super) fn troubled_queue(&self) -> usize {
        TROUBLED.min(self.queues.len().saturating_sub(1))
    }

    /// One of a queue's agents.
    pub(super) fn any_agent(&self, queue: &Queue, rng: &mut StdRng) -> Option<&Agent> {
        let at = place(rng.random::<f64>(), queue.agents.len());
        self.agents.get(*queue.agents.get(at)?)
    }
}

/// The route of the queue at a place, of so many routes.
fn route_of(queue: usize, routes: usize) -> usize {
    match queue.checked_sub(ALIKE) {
        Some(further) if routes > 1 => 1 + further % (routes - 1),
        Some(_) | None => 0,
    }
}

/// A place among so many.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share, from 0 to 1, of a few"
)]
fn place(share: f64, many: usize) -> usize {
    ((share * many as f64) as usize).min(many.saturating_sub(1))
}

/// Those that have a name, then numbers.
fn named(names: &[&str], at: u32) -> String {
    let many = u32::try_from(names.len()).unwrap_or(1);
    let name = names.get((at % many) as usize).copied().unwrap_or_default();
    match at / many {
        0 => name.to_owned(),
        round => format!("{name} {}", round + 1),
    }
}

fn teams(many: u32) -> Vec<String> {
    (0..many.max(1)).map(|at| named(&TEAMS, at)).collect()
}

/// One for each survey.
fn routes(surveys: &[SurveyRecord]) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for record in surveys {
        let name = &record.survey.name;
        match routes.iter_mut().find(|route| route.name == *name) {
            Some(route) => route.versions.push(record.clone()),
            None => routes.push(Route {
                dialled: format!("70{}", routes.len() + 1),
                name: name.clone(),
                versions: vec![record.clone()],
            }),
        }
    }
    routes
}
