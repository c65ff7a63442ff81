//! Conditions as operators write them.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Condition, ConditionError, WrittenTest};
use crate::context::{Field, Name};

fn read(json: serde_json::Value) -> Result<Condition, ConditionError> {
    let written: BTreeMap<String, WrittenTest> = serde_json::from_value(json).unwrap();
    Condition::read(written, &|word| word == "segment")
}

fn call(told: &[(&str, &str)]) -> BTreeMap<Name, String> {
    let name = |word: &str| Field::of(word).map_or(Name::Attribute(word.to_owned()), Name::Field);
    told.iter()
        .map(|(word, value)| (name(word), (*value).to_owned()))
        .collect()
}

fn holds(condition: serde_json::Value, told: &[(&str, &str)]) -> bool {
    read(condition).unwrap().holds(&call(told))
}

macro_rules! json {
    ($($all:tt)*) => { serde_json::json!($($all)*) };
}

#[test]
fn texts_are_equal_begin_so_or_are_one_of_several() {
    let sales = &[("queue", "sales")][..];
    let sales_fi = &[("queue", "sales_fi")][..];
    assert!(holds(json!({ "queue": "sales" }), sales));
    assert!(!holds(json!({ "queue": "sales" }), sales_fi));
    assert!(
        !holds(json!({ "queue": "Sales" }), sales),
        "letters count as written"
    );
    assert!(holds(json!({ "queue": "sales*" }), sales_fi));
    assert!(holds(json!({ "queue": ["support", "sales_*"] }), sales_fi));
    assert!(!holds(json!({ "queue": ["support", "sales_*"] }), sales));
    assert!(holds(json!({ "queue": 400 }), &[("queue", "400")]));
    assert!(holds(json!({ "segment": "gold" }), &[("segment", "gold")]));
}

#[test]
fn what_is_not_told_fulfils_not_and_nothing_else() {
    for unmet in [json!("*"), json!("a"), json!({ "from": 0 })] {
        assert!(!holds(json!({ "queue": unmet }), &[]));
    }
    assert!(holds(json!({ "queue": { "not": ["test*", "x"] } }), &[]));
    assert!(!holds(
        json!({ "queue": { "not": ["test*", "x"] } }),
        &[("queue", "test7")]
    ));
    assert!(holds(json!({ "queue": { "not": "*" } }), &[]));
    assert!(!holds(json!({ "queue": { "not": "*" } }), &[("queue", "a")]));
}

#[test]
fn ranges_include_their_ends_and_texts_are_in_no_range() {
    let within = json!({ "talk_time": { "from": 60, "to": 600 } });
    for (seconds, expected) in [
        ("59", false),
        ("60", true),
        ("600", true),
        ("601", false),
        ("x", false),
    ] {
        assert_eq!(
            holds(within.clone(), &[("talk_time", seconds)]),
            expected,
            "{seconds}"
        );
    }
    assert!(holds(
        json!({ "segment": { "from": 12 } }),
        &[("segment", "12.5")]
    ));
    assert!(holds(json!({ "talk_time": 90 }), &[("talk_time", "90")]));
    assert!(holds(json!({ "talk_time": "1:30" }), &[("talk_time", "90")]));
}

#[test]
fn all_tests_must_hold_and_the_first_unmet_one_is_named() {
    let condition = read(json!({ "queue": "sales*", "talk_time": { "from": 60 } })).unwrap();
    let call = call(&[("queue", "sales"), ("talk_time", "5")]);
    let (name, test) = condition.unmet(&call).unwrap();
    assert_eq!(format!("{} {test}", name.as_str()), "talk_time at least 60");
    assert_eq!(condition.to_string(), "queue sales*, talk_time at least 60");
}

#[test]
fn a_language_takes_in_its_kinds_and_consent_has_one_spelling() {
    assert!(holds(json!({ "language": "FI" }), &[("language", "fi-fi")]));
    assert!(!holds(json!({ "language": "fi" }), &[("language", "fil")]));
    assert!(holds(json!({ "optin": "Yes" }), &[("optin", "yes")]));
}

#[test]
fn each_mistake_is_told_with_its_mend() {
    for (condition, words) in [
        (json!({}), "the condition is empty"),
        (json!({ "queu": "a" }), "did you mean `queue`?"),
        (json!({ "weather": "a" }), "[context.attributes]"),
        (json!({ "caller": "358*" }), "personal"),
        (json!({ "token": "a" }), "personal"),
        (json!({ "queue": "" }), "cannot be ``"),
        (json!({ "queue": "a*b" }), "at its end only"),
        (json!({ "queue": [] }), "0 values"),
        (json!({ "queue": [["a"]] }), "not a valid test of `queue`"),
        (json!({ "queue": {} }), "not a valid test of `queue`"),
        (
            json!({ "queue": { "not": "a", "from": 1 } }),
            "not a valid test of `queue`",
        ),
        (json!({ "queue": { "is": "a" } }), "not a valid test of `queue`"),
        (json!({ "talk_time": { "from": "60s" } }), "times are in seconds"),
        (json!({ "talk_time": { "from": 9, "to": 3 } }), "from 9 to 3"),
        (json!({ "talk_time": "> 60" }), "`{ from = 60 }`"),
        (json!({ "optin": "maybe" }), "\"yes\" or \"no\""),
    ] {
        let mistake = read(condition.clone()).unwrap_err().to_string();
        assert!(mistake.contains(words), "{condition}: {mistake}");
    }
}

#[test]
fn conditions_that_no_call_fulfils_together_exclude_each_other() {
    let excludes = |one: serde_json::Value, other: serde_json::Value| {
        let (one, other) = (read(one).unwrap(), read(other).unwrap());
        assert_eq!(one.excludes(&other), other.excludes(&one));
        one.excludes(&other)
    };
    assert!(excludes(json!({ "queue": "a" }), json!({ "queue": ["b", "c*"] })));
    assert!(!excludes(
        json!({ "queue": "c1" }),
        json!({ "queue": ["b", "c*"] })
    ));
    assert!(excludes(
        json!({ "queue": ["a1", "a2"] }),
        json!({ "queue": { "not": "a*" } })
    ));
    assert!(!excludes(
        json!({ "queue": ["a1", "b"] }),
        json!({ "queue": { "not": "a*" } })
    ));
    assert!(excludes(
        json!({ "talk_time": { "to": 59 } }),
        json!({ "talk_time": { "from": 60 } })
    ));
    assert!(!excludes(json!({ "queue": "a" }), json!({ "team": "b" })));
}

proptest! {
    #[test]
    fn excluding_conditions_never_hold_together(
        lists in prop::array::uniform2((any::<bool>(), prop::collection::vec("[ab]{0,2}\\*?", 1..3))),
        value in prop::option::of("[ab]{0,3}"),
    ) {
        let condition = |(not, list): &(bool, Vec<String>)| {
            read(if *not { json!({ "queue": { "not": list } }) } else { json!({ "queue": list }) })
        };
        let (Ok(one), Ok(other)) = (condition(&lists[0]), condition(&lists[1])) else { return Ok(()) };
        let call: BTreeMap<Name, String> =
            value.into_iter().map(|value| (Name::Field(Field::Queue), value)).collect();
        prop_assert!(!(one.excludes(&other) && one.holds(&call) && other.holds(&call)));
    }
}
