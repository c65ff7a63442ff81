//! The whole service in this process: a database, prompts and a survey of its own in a temporary directory.

use std::collections::HashMap;
use std::future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqliteRow};
use tempfile::TempDir;

use super::soon;
use aftercall::config::load::from_text;
use aftercall::engine::prompt_requirements::GOODBYE_PROMPT;
use aftercall::engine::{Engine, LoadedContent, StartError};
use aftercall::telemetry::Metrics;
use aftercall_runtime::clock::SystemClock;
use aftercall_sip::event::Transport;

const SURVEY: &str = r#"
title = "Two questions"
goal = "Know whether the engine works"
[prompts]
welcome = []
[timing]
before_first_prompt = "100ms"
after_key = "100ms"
[[question]]
metric = "nps"
text.en = "How likely?"
[[question]]
metric = "ces"
scale = { min = 1, max = 5, direction = "high_is_good" }
text.en = "How easy?"
"#;

/// A question and a comment that is over sooner than a tired caller would like.
const COMMENT: &str = r#"
title = "A question and a comment"
goal = "Know whether comments are recorded"
[prompts]
welcome = []
[timing]
before_first_prompt = "100ms"
after_key = "100ms"
no_input = "2s"
[[question]]
metric = "nps"
text.en = "How likely?"
[[question]]
metric = "comment"
silence = "1s"
text.en = "Why?"
"#;

const PROMPTS: [&str; 10] = [
    "comment",
    "nps",
    "ces",
    "thanks",
    "declined",
    "sorry_error",
    "no_input",
    "no_match",
    "nps_retry",
    "ces_retry",
];

/// A place to live in; services come and go in it.
pub(crate) struct House {
    directory: TempDir,
    settings: String,
}

/// A running service and its house.
pub(crate) struct Service {
    pub(crate) engine: Engine,
    pub(crate) address: SocketAddr,
}

/// A call as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) decision: String,
    pub(crate) disposition: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) answered: bool,
    /// The values by question, as `nps=9`, in the order in which they were given.
    pub(crate) answers: Vec<String>,
}

/// A recording as it was stored.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Recording {
    pub(crate) path: String,
    pub(crate) state: String,
    pub(crate) ended_by: Option<String>,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) size_bytes: Option<i64>,
    pub(crate) sha256: Option<String>,
    pub(crate) empty_reason: Option<String>,
}

impl House {
    /// A house with this configuration; surveys, prompts, ports and files are set.
    pub(crate) fn new(settings: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let house = Self {
            directory,
            settings: settings.to_owned(),
        };
        std::fs::create_dir_all(house.path("surveys")).unwrap();
        std::fs::create_dir_all(house.path("prompts/en")).unwrap();
        std::fs::write(house.path("surveys/two.toml"), SURVEY).unwrap();
        std::fs::write(house.path("surveys/said.toml"), COMMENT).unwrap();
        for name in PROMPTS.into_iter().chain([GOODBYE_PROMPT]) {
            tone(&house.path(&format!("prompts/en/{name}.wav")));
        }
        house
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The file as an operator would write it.
    pub(crate) fn settings(&self) -> &str {
        &self.settings
    }

    /// Everything in the house, on ports of its own, unless the test's file says where to listen.
    pub(crate) fn environment(&self) -> HashMap<String, String> {
        let place = |name: &str| self.path(name).display().to_string();
        [
            ("AFTERCALL__SIP__LISTEN", "udp:127.0.0.1:0".to_owned()),
            ("AFTERCALL__HTTP__LISTEN", "127.0.0.1:0".to_owned()),
            // Tests ask as fast as they can, which on a fast machine is more often than a client may.
            ("AFTERCALL__HTTP__RATE_LIMIT", "0".to_owned()),
            ("AFTERCALL__MEDIA__PORTS", "20000-39999".to_owned()),
            ("AFTERCALL__MEDIA__THREADS", "1".to_owned()),
            ("AFTERCALL__STORAGE__PATH", place("db")),
            ("AFTERCALL__STORAGE__SPOOL", place("spool")),
            ("AFTERCALL__PRIVACY__KEY_FILE", place("key")),
            ("AFTERCALL__RECORDINGS__DIRECTORY", place("recordings")),
            ("AFTERCALL__RECORDINGS__MIN_FREE_MB", "0".to_owned()),
            ("AFTERCALL__RECORDINGS__MAX_DISK_PERCENT", "100".to_owned()),
            ("AFTERCALL__PROMPTS__DIRECTORY", place("prompts")),
            // Numbers come in one notation, and that is on purpose.
            ("AFTERCALL__NUMBERS__COUNTRY_CODE", "none".to_owned()),
            // One caller calls again and again.
            ("AFTERCALL__SAMPLING__COOL_DOWN_DAYS", "0".to_owned()),
            ("AFTERCALL__PROMPTS__OWN", place("own")),
            ("AFTERCALL__SURVEYS__DIRECTORY", place("surveys")),
            ("AFTERCALL__SURVEYS__TEMPLATES", place("templates")),
        ]
        .into_iter()
        .filter(|(key, _)| !key.contains("NUMBERS") || !self.settings.contains("[numbers]"))
        .filter(|(key, _)| *key != "AFTERCALL__HTTP__LISTEN" || !self.settings.contains("[http]"))
        .filter(|(key, _)| !key.ends_with("RATE_LIMIT") || !self.settings.contains("rate_limit"))
        .filter(|(key, _)| !key.ends_with("_MB") || !self.settings.contains("min_free_mb"))
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
    }

    pub(crate) async fn try_start(&self) -> Result<Service, StartError> {
        let loaded = from_text(&self.settings, "test.toml", Some(self.environment()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        let (content, faults) = LoadedContent::load(&loaded);
        assert!(faults.is_empty(), "{faults:?}");
        let engine = Engine::start(
            &loaded.settings,
            content,
            Arc::new(SystemClock),
            Metrics::unrecorded(),
        )
        .await?;
        let mut bound = engine.sip_addresses().iter();
        let address = bound.find(|one| one.transport == Transport::Udp).unwrap().address;
        Ok(Service { engine, address })
    }

    pub(crate) async fn start(&self) -> Service {
        self.try_start().await.unwrap()
    }

    /// A connection of someone else to the database.
    pub(crate) async fn database(&self) -> SqlitePool {
        let options = SqliteConnectOptions::new().filename(self.path("db"));
        SqlitePool::connect_with(options).await.unwrap()
    }

    /// Every recording, in the order in which they began.
    pub(crate) async fn recordings(&self) -> Vec<Recording> {
        let database = self.database().await;
        let rows = sqlx::query_as("SELECT * FROM recording ORDER BY begun_at")
            .fetch_all(&database)
            .await
            .unwrap();
        database.close().await;
        rows
    }

    /// Every call, in the order of arrival.
    pub(crate) async fn stored(&self) -> Vec<Stored> {
        let database = self.database().await;
        let calls = sqlx::query("SELECT * FROM call ORDER BY arrived_at, call_uid")
            .fetch_all(&database)
            .await
            .unwrap();
        let mut stored = Vec::new();
        for call in &calls {
            let answers = sqlx::query("SELECT * FROM answer WHERE call_uid = $1 ORDER BY answered_at")
                .bind(call.get::<String, _>("call_uid"))
                .fetch_all(&database)
                .await
                .unwrap();
            stored.push(Stored {
                decision: call.get("decision"),
                disposition: call.get("disposition"),
                reason: call.get("reason"),
                answered: call.get::<Option<String>, _>("answered_at").is_some(),
                answers: answers.iter().map(in_short).collect(),
            });
        }
        database.close().await;
        stored
    }
}

impl Service {
    /// Lets calls end by themselves, then stops.
    pub(crate) async fn stop(self) {
        soon("the stop", self.engine.stop(super::PATIENCE, future::pending())).await;
    }

    /// Stops, and hangs up what is on.
    pub(crate) async fn hang_up_and_stop(self) {
        soon("the stop", self.engine.stop(Duration::ZERO, future::pending())).await;
    }
}

fn in_short(answer: &SqliteRow) -> String {
    let question: String = answer.get("question_id");
    match answer.get::<Option<i64>, _>("value") {
        Some(value) => format!("{question}={value}"),
        None => question,
    }
}

/// 300 ms of 440 Hz at 8 kHz.
fn tone(path: &Path) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(path, spec).unwrap();
    for sample in 0_i16..2_400 {
        let phase = f32::from(sample) * 440.0 * std::f32::consts::TAU / 8_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "a sine of 6,000 fits")]
        file.write_sample((phase.sin() * 6_000.0) as i16).unwrap();
    }
    file.finalize().unwrap();
}
