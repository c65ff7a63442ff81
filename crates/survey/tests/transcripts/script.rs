//! What a file says of a call: what it tells, what the caller does and when, and how the world behaves.

use std::collections::BTreeMap;
use std::time::Duration;

use aftercall_survey::context::{Field, Name};

/// A call as written.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) told: BTreeMap<Name, String>,
    pub(crate) draw: u64,
    pub(crate) acts: Vec<(Duration, Act)>,
    pub(crate) world: World,
}

/// What the caller does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Digit(char),
    /// A key that is reported only now, pressed at that moment.
    LateDigit(char, Duration),
    /// The key pressed last is still down.
    HoldsDigit(char),
    /// A key of which it is not sure that it counts.
    DoubtfulDigit(char),
    Speaks,
    FallsSilent,
    /// The silence is reported only now; the last sound was at that moment.
    WasSilentSince(Duration),
    HangsUp,
    /// The caller's audio stops arriving.
    IsLost,
}

/// How the world around a call behaves.
#[derive(Debug)]
pub(crate) struct World {
    /// How long each playback takes, in their order; those beyond take 3 s a prompt.
    pub(crate) playbacks: Vec<Duration>,
    /// How long each answer takes to be durable, in their order; those beyond take as long as the last.
    pub(crate) store: Vec<Duration>,
    pub(crate) store_result: StoreResult,
    /// How long the recorder takes; `None`: the disk is full.
    pub(crate) recorder: Option<Duration>,
    /// When the disk becomes full.
    pub(crate) disk_full_at: Option<Duration>,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StoreResult {
    Stored,
    Failed,
    /// Nothing is ever reported.
    Unknown,
}

impl Call {
    /// Reads the lines `told`, `draw`, `caller` and `world`.
    pub(crate) fn read(title: &str, lines: &[&str]) -> Self {
        let mut call = Self {
            told: BTreeMap::new(),
            draw: 0,
            acts: Vec::new(),
            world: World {
                playbacks: Vec::new(),
                store: vec![Duration::from_millis(100)],
                store_result: StoreResult::Stored,
                recorder: Some(Duration::from_millis(100)),
                disk_full_at: None,
            },
        };
        for line in lines {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "told" => call.told.extend(rest.trim().split(", ").map(told)),
                "draw" => call.draw = rest.trim().parse().unwrap_or_else(|_| panic!("{title}: {line}")),
                "caller" => call.acts.extend(rest.trim().split(" / ").flat_map(acts)),
                "world" => rest.trim().split(" / ").for_each(|words| call.world.is(words)),
                _ => panic!("{title}: `{line}` is nothing a call has"),
            }
        }
        call.acts.sort_by_key(|(at, _)| *at);
        call
    }
}

impl World {
    fn is(&mut self, words: &str) {
        match words.split(' ').collect::<Vec<_>>().as_slice() {
            ["prompts", "take", times @ ..] => self.playbacks = list(times),
            ["store", "fails"] => self.store_result = StoreResult::Failed,
            ["store", "fails", "after", time] => {
                self.store_result = StoreResult::Failed;
                self.store = vec![seconds(time)];
            }
            ["store", "never", "answers"] => self.store_result = StoreResult::Unknown,
            ["store", "takes", times @ ..] => self.store = list(times),
            ["disk", "full"] => self.recorder = None,
            ["disk", "full", at] => self.disk_full_at = Some(seconds(at)),
            ["recorder", "takes", time] => self.recorder = Some(seconds(time)),
            _ => panic!("`{words}` is not how the world can be"),
        }
    }
}

fn told(pair: &str) -> (Name, String) {
    let (word, value) = pair
        .split_once('=')
        .unwrap_or_else(|| panic!("`{pair}` is no field=value"));
    let name = Field::of(word).map_or_else(|| Name::Attribute(word.to_owned()), Name::Field);
    (name, value.to_owned())
}

fn acts(words: &str) -> Vec<(Duration, Act)> {
    let parts: Vec<&str> = words.trim().split(' ').collect();
    match parts.as_slice() {
        ["nothing"] => Vec::new(),
        ["digit", keys, at] => (0..)
            .zip(keys.chars())
            .map(|(place, key)| (seconds(at) + Duration::from_millis(300) * place, Act::Digit(key)))
            .collect(),
        ["digit", key, "held", "from", from, at] => {
            vec![(seconds(at), Act::LateDigit(first(key), seconds(from)))]
        }
        ["holds", key, at] => vec![(seconds(at), Act::HoldsDigit(first(key)))],
        ["doubtful", key, at] => vec![(seconds(at), Act::DoubtfulDigit(first(key)))],
        ["speaks", at] => vec![(seconds(at), Act::Speaks)],
        ["silent", "since", since, at] => vec![(seconds(at), Act::WasSilentSince(seconds(since)))],
        ["falls", "silent", at] => vec![(seconds(at), Act::FallsSilent)],
        ["hang", "up", at] => vec![(seconds(at), Act::HangsUp)],
        ["is", "lost", at] => vec![(seconds(at), Act::IsLost)],
        _ => panic!("`{words}` is nothing a caller does"),
    }
}

fn first(keys: &str) -> char {
    keys.chars().next().expect("a key")
}

/// `4.6s, 4s`.
fn list(times: &[&str]) -> Vec<Duration> {
    times
        .iter()
        .map(|time| seconds(time.trim_end_matches(',')))
        .collect()
}

/// `@1.2s`.
fn seconds(text: &str) -> Duration {
    let number = text.trim_start_matches('@').trim_end_matches('s');
    Duration::from_secs_f64(number.parse().unwrap_or_else(|_| panic!("`{text}` is no time")))
}
