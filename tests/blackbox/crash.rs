//! `kill -9` in the middle of surveys, many times: what was promised stays.
//!
//! Promised is that an answer is durable before the next prompt starts, so every answer that was followed by a prompt
//! must be in the database; and that each Nth call of a stratum is surveyed, counted across restarts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::task::JoinSet;

use crate::support::deployment::Deployment;
use crate::support::phone::Phone;
use crate::support::rows;
use crate::support::server::Server;
use crate::support::tone::Tone;

const ROUNDS: usize = 25;
const CALLS_A_ROUND: usize = 5;
/// From the first INVITE to the kill: a survey answered at once takes about two seconds.
const LATEST_KILL_MS: u64 = 2_000;
/// Repeats a run: `AFTERCALL_CRASH_SEED=1 cargo test --test blackbox crash`.
const SEED: &str = "AFTERCALL_CRASH_SEED";

/// What a caller did and heard, written down at once: the caller is stopped together with the service.
#[derive(Debug, Default, Clone)]
struct Witness {
    call_id: String,
    was_answered: bool,
    /// Whether the first tone was a question or the goodbye.
    was_surveyed: Option<bool>,
    /// Question and key, in order; all but the last `pending` were followed by another prompt.
    pressed: Vec<(&'static str, i64)>,
    is_last_pending: bool,
}

impl Witness {
    /// Answers that were followed by a prompt.
    fn confirmed(&self) -> &[(&'static str, i64)] {
        let pending = usize::from(self.is_last_pending);
        &self.pressed[..self.pressed.len() - pending]
    }
}

type Notes = Arc<Mutex<Witness>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_at_any_moment_loses_no_answer_that_a_prompt_followed() {
    let seed = seed();
    println!("{SEED}={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut deployment = Deployment::quick();
    deployment.route("number = \"third\"\nsurvey = \"quick\"\nevery = 3");
    let mut witnesses = Vec::new();
    for round in 0..ROUNDS {
        let server = deployment.start().await;
        assert_promises_kept(&server, &witnesses).await;
        let mut callers = JoinSet::new();
        let notes: Vec<Notes> = (0..CALLS_A_ROUND)
            .map(|index| {
                let route = if index % 2 == 0 { "nps" } else { "third" };
                let notes = Notes::default();
                notes.lock().unwrap().call_id = format!("crash-{round}-{index}");
                callers.spawn(walk(server.udp, route, rng.random(), Arc::clone(&notes)));
                notes
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..LATEST_KILL_MS))).await;
        deployment = server.kill().await;
        callers.shutdown().await;
        witnesses.extend(notes.iter().map(|notes| notes.lock().unwrap().clone()));
    }
    let server = deployment.start().await;
    assert_promises_kept(&server, &witnesses).await;
    assert_counters_exact(&server).await;
    let confirmed: usize = witnesses.iter().map(|witness| witness.confirmed().len()).sum();
    println!(
        "{confirmed} answers were followed by a prompt in {} calls",
        witnesses.len()
    );
    assert!(
        confirmed > ROUNDS,
        "the kills came in the middle of surveys, not before them"
    );
    server.stop().await;
}

/// A caller who answers each question after a moment.
async fn walk(server: std::net::SocketAddr, route: &str, seed: u64, notes: Notes) {
    let mut rng = StdRng::seed_from_u64(seed);
    let call_id = notes.lock().unwrap().call_id.clone();
    let Ok(mut phone) = Phone::dial(server, route, &call_id, "X-Queue: crash\r\n").await else {
        panic!("{call_id} was refused");
    };
    notes.lock().unwrap().was_answered = true;
    loop {
        let tone = phone.next_tone().await;
        let (question, highest) = match tone {
            Tone::Nps => ("nps", 9),
            Tone::Ces => ("ces", 5),
            Tone::Csat => ("csat", 5),
            Tone::Thanks | Tone::Goodbye => ("", 0),
            Tone::Notice | Tone::Trouble => panic!("{call_id} heard {tone:?}"),
        };
        {
            let mut notes = notes.lock().unwrap();
            notes.was_surveyed.get_or_insert(tone != Tone::Goodbye);
            notes.is_last_pending = false;
        }
        if question.is_empty() {
            return phone.hung_up().await;
        }
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..300))).await;
        let digit = rng.random_range(2..=highest);
        {
            let mut notes = notes.lock().unwrap();
            notes.pressed.push((question, i64::from(digit)));
            notes.is_last_pending = true;
        }
        phone.press(digit).await;
    }
}

async fn assert_promises_kept(server: &Server, witnesses: &[Witness]) {
    let calls = server.calls().await;
    for witness in witnesses {
        let call = calls.iter().find(|call| call.sip_call_id == witness.call_id);
        let Some(call) = call else {
            assert!(
                !witness.was_answered,
                "a call that was answered has a row: {witness:?}"
            );
            continue;
        };
        let answers = server.answers(call).await;
        let given: Vec<_> = answers
            .iter()
            .map(|answer| (answer.question_id.as_str(), answer.value))
            .collect();
        let pressed: Vec<_> = witness
            .pressed
            .iter()
            .map(|(question, value)| (*question, Some(*value)))
            .collect();
        assert!(
            pressed.starts_with(&given),
            "only what was pressed is stored: {given:?} {witness:?}"
        );
        assert!(
            given.len() >= witness.confirmed().len(),
            "an answer is lost: {given:?} {witness:?}"
        );
        let expected = match (call.decision.as_str(), given.len()) {
            ("sampled", 0) => "failed",
            ("sampled", 1 | 2) => "partial",
            ("sampled", _) => "completed",
            (decision, _) => decision,
        };
        assert_eq!(call.disposition.as_deref(), Some(expected), "{call:?}");
        assert!(call.ended_at.is_some() && call.reason.is_some(), "{call:?}");
        if let Some(was_surveyed) = witness.was_surveyed {
            assert_eq!(
                was_surveyed,
                call.decision == "sampled",
                "the row tells what the caller heard: {call:?}"
            );
        }
    }
}

async fn assert_counters_exact(server: &Server) {
    let strata = rows::strata(&server.deployment().database()).await;
    assert_eq!(strata.len(), 2, "two routes, one queue: {strata:?}");
    for stratum in strata {
        let every = if stratum.route == "third" { 3 } else { 1 };
        assert_eq!(
            stratum.eligible, stratum.calls,
            "each counted call has a row: {stratum:?}"
        );
        assert_eq!(
            stratum.eligible, stratum.last_position,
            "no position is left out: {stratum:?}"
        );
        assert_eq!(
            stratum.sampled,
            stratum.eligible / every,
            "floor(n / every) are surveyed: {stratum:?}"
        );
        assert_eq!(
            stratum.sampled, stratum.sampled_in_turn,
            "and each is the Nth: {stratum:?}"
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a new seed each time; it is printed and can be given"
)]
fn seed() -> u64 {
    std::env::var(SEED)
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(rand::random)
}
