//! INVITEs as the PBX of their file's name would send them, each with the context that it should give.
//!
//! The messages were written for this test after the public documentation of the platforms; `docs/context.md` says what
//! each has to be told. With each `NAME.sip` (line ends as LF) goes `NAME.toml`: preset and settings, the dialled number, and for
//! each field its value and source. Nothing else may be found.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use aftercall::call::caller_hash::CallerHasher;
use aftercall::call::context::{CallRead, ContextReader};
use aftercall::config::load::from_text;
use aftercall_runtime::clock::monotonic;
use aftercall_sip::agent::{AgentConfig, Flow, Input, Output, UserAgent};
use aftercall_sip::event::{InboundInvite, Transport};
use aftercall_sip::wire::parse_datagram;
use aftercall_survey::context::{
    CallContext, ConditionValues, ContextSource, Field, Name, SourceNote, StoredCallerNumber,
};

const KEY: [u8; 32] = [7; 32];

/// Value and source by field.
type Expected = BTreeMap<String, (String, String)>;

fn fixtures() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/context");
    let mut fixtures: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "sip"))
        .collect();
    fixtures.sort();
    assert!(fixtures.len() >= 13, "the fixtures are there: {}", fixtures.len());
    fixtures
}

/// The call as the user agent hands it over.
fn invite(path: &Path) -> InboundInvite {
    let mut bytes = Vec::new();
    for byte in fs::read(path).unwrap() {
        bytes.extend_from_slice(if byte == b'\n' {
            b"\r\n"
        } else {
            std::slice::from_ref(&byte)
        });
    }
    let address = "192.0.2.10:5060".parse().unwrap();
    let flow = Flow {
        transport: Transport::Udp,
        local: address,
        advertised: address,
        peer: "192.0.2.20:5060".parse().unwrap(),
        connection: None,
    };
    let message = parse_datagram(&bytes).unwrap_or_else(|error| panic!("{}: {error:?}", path.display()));
    let mut agent = UserAgent::new(AgentConfig::default(), 1);
    agent.handle(Input::Message { flow, message }, monotonic());
    std::iter::from_fn(|| agent.poll())
        .find_map(|output| match output {
            Output::Invite(invite) => Some(*invite),
            Output::Transmit(_) | Output::Event(..) | Output::TurnedAway(_) => None,
        })
        .unwrap_or_else(|| panic!("{}: the agent takes no call", path.display()))
}

fn described(path: &Path) -> Table {
    let text = fs::read_to_string(path.with_extension("toml")).unwrap();
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The reader that an operator would have configured.
fn reader(path: &Path, described: &Table) -> ContextReader {
    let mut context = match described.get("settings") {
        Some(settings) => settings.as_table().unwrap().clone(),
        None => Table::new(),
    };
    context.insert("preset".to_owned(), described["preset"].clone());
    let settings = Table::from_iter([("context".to_owned(), Value::Table(context))]);
    let loaded = from_text(&settings.to_string(), "aftercall.toml", Some([].into()));
    assert!(
        loaded.faults.is_empty(),
        "{}: {:?}",
        path.display(),
        loaded.faults
    );
    let mapping = loaded.settings.context.mapping;
    ContextReader::new(mapping, StoredCallerNumber::Clear, CallerHasher::new(&KEY))
}

fn expected(described: &Table) -> Expected {
    let context = described["context"].as_table().unwrap();
    context
        .iter()
        .map(|(field, told)| {
            let [value, source] = told.as_array().unwrap().as_slice() else {
                panic!("{field} has a value and a source");
            };
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (field.clone(), (text(value), text(source)))
        })
        .collect()
}

/// What is stored, as the fixtures write it: a hashed number with the number that gives this hash.
fn found(context: &CallContext, expected: &Expected) -> Expected {
    let stored = |told: &ContextSource| match told.name.as_str() {
        name if Field::columns().any(|field| field.as_str() == name) => {
            let value = context.values.value(&Name::of(name));
            value.map(std::borrow::Cow::into_owned)
        }
        "caller" => context
            .caller_number
            .as_ref()
            .map(|number| number.expose().clone()),
        _ => told.value.clone(),
    };
    let hasher = CallerHasher::new(&KEY);
    context
        .sources
        .iter()
        .map(|told| {
            let value = stored(told).unwrap_or_default();
            let value = match (told.note, expected.get(&told.name)) {
                (Some(SourceNote::Hashed), Some((wanted, _))) => {
                    let number = wanted.trim_start_matches("hashed ");
                    let is_it = hasher.hash(number) == value;
                    if is_it {
                        format!("hashed {number}")
                    } else {
                        "the hash of another".to_owned()
                    }
                }
                (_, _) => value,
            };
            (told.name.clone(), (value, told.source.clone()))
        })
        .collect()
}

#[test]
fn every_platform_is_understood() {
    for path in fixtures() {
        let described = described(&path);
        let CallRead { dialled, context } = reader(&path, &described).read(&invite(&path));
        let expected = expected(&described);
        assert_eq!(found(&context, &expected), expected, "{}", path.display());
        assert_eq!(
            dialled,
            described["dialled"].as_str().unwrap(),
            "{}",
            path.display()
        );
    }
}

#[test]
fn no_number_of_a_person_is_in_what_is_stored_of_a_call() {
    for path in fixtures() {
        let described = described(&path);
        let call = reader(&path, &described).read(&invite(&path));
        let shown = format!("{call:?}");
        // Callers, transferors and forwarding phones of the fixtures.
        for number in ["401234567", "205550199", "405550123"] {
            assert!(!shown.contains(number), "{}: {shown}", path.display());
        }
    }
}

#[test]
fn fixture_without_any_preset_costs_no_call() {
    for path in fixtures() {
        let table = "preset = []".parse().unwrap();
        let call = reader(&path, &table).read(&invite(&path));
        assert!(!call.dialled.is_empty(), "{}", path.display());
        assert!(call.context.caller_hash.is_some(), "{}", path.display());
    }
}
