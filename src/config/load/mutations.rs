//! Whatever is done to a sound configuration, what is told of it is true, in words of the configuration, at its line.

use proptest::prelude::*;

use super::super::{setting, syntax};
use super::from_text;
use crate::config::Loaded;
use crate::text_file;

const SHIPPED: &str = include_str!("../../../config/aftercall.toml");

/// What no operator should have to know.
const OF_THE_PROGRAM: [&str; 19] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "usize",
    "i64",
    "f64",
    "struct ",
    "variant",
    "untagged",
    "sequence",
    "invalid type",
    "invalid value",
    "expected",
    "missing field",
    "unknown field",
    "newtype",
    "floating point",
    "did not match",
];

/// Every setting there is, one a line.
fn full() -> String {
    let mut text = String::new();
    let mut section = "";
    for setting in setting::settings() {
        let (of, key) = (setting.section.as_str(), setting.key);
        if section != of {
            section = of;
            text += &match of {
                "route" => "[[route]]\n".to_owned(),
                "delivery" => "\n[[delivery]]\n".to_owned(),
                of => format!("\n[{of}]\n"),
            };
        }
        // One of two that exclude each other, and a table that names surveys.
        if (of, key) != ("route", "share") {
            text += &format!("{key} = {}\n", setting.example);
        }
    }
    text
}

fn load(text: &str) -> Loaded {
    from_text(text, "a.toml", Some([].into()))
}

fn lines_of(loaded: &Loaded) -> Vec<usize> {
    loaded
        .faults
        .iter()
        .map(|fault| fault.position.map_or(0, |at| at.line))
        .collect()
}

/// What holds of every report.
fn judge(text: &str, loaded: &Loaded) -> Result<(), TestCaseError> {
    let most = text.split('\n').count();
    for fault in &loaded.faults {
        let line = fault.to_string();
        for word in OF_THE_PROGRAM {
            // Whole words: a mutation may have made letters of ours into anything.
            let is_said = line
                .split(|symbol: char| !symbol.is_alphanumeric() && symbol != ' ')
                .any(|part| part == word)
                || (word.contains(' ') && line.contains(word));
            prop_assert!(!is_said || text.contains(word), "{word}: {line}");
        }
        prop_assert!(
            fault.position.is_none_or(|at| (1..=most).contains(&at.line)),
            "{line}"
        );
        prop_assert!(!fault.fix.is_empty() && !fault.reason.is_empty(), "{line}");
    }
    let lines = lines_of(loaded);
    let told: Vec<usize> = lines.iter().copied().filter(|line| *line > 0).collect();
    prop_assert!(told.is_sorted(), "in the order of the file: {told:?}");
    Ok(())
}

#[test]
fn every_setting_together_is_sound() {
    let loaded = load(&full());
    assert_eq!(loaded.faults, []);
    assert_eq!(load(SHIPPED).faults, []);
}

/// Values of every other type.
const VALUES: [&str; 14] = [
    "\"\"",
    "\"x\"",
    "-1",
    "0",
    "1.5",
    "99999999999",
    "99999999999999999999",
    "true",
    "[]",
    "[1]",
    "[\"x\", 2]",
    "{}",
    "{ x = 1 }",
    "2026-11-30",
];

#[test]
fn value_of_another_type_is_told_at_its_line_and_nothing_else_is() {
    let full = full();
    let lines: Vec<&str> = full.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.split_once(" = ") else {
            continue;
        };
        for value in VALUES {
            let mut changed = lines.clone();
            let new = format!("{key} = {value}");
            changed[index] = &new;
            let text = changed.join("\n");
            let loaded = load(&text);
            judge(&text, &loaded).unwrap();
            let told = lines_of(&loaded);
            // An attribute that is gone is missed by nobody here; all else is at the line.
            assert!(
                told.iter().all(|line| *line == index + 1),
                "{new}: {:#?}",
                loaded.faults
            );
            for fault in &loaded.faults {
                assert!(
                    loaded.is_unread() || fault.reason.contains(key),
                    "the reason names the setting: {new}: {fault}"
                );
            }
        }
    }
}

#[test]
fn line_written_twice_is_told_with_the_line_of_the_first() {
    let full = full();
    let lines: Vec<&str> = full.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if line.is_empty() || line.starts_with("[[") {
            continue;
        }
        let mut changed = lines.clone();
        changed.insert(index + 1, line);
        let text = changed.join("\n");
        let loaded = load(&text);
        let told = loaded.faults.first().unwrap().to_string();
        let expected = format!("a.toml:{}: `", index + 2);
        assert!(told.starts_with(&expected), "{line}: {told}");
        assert!(
            told.contains(&format!("is written twice; the first is in line {}", index + 1)),
            "{told}"
        );
        assert_eq!(loaded.faults.len(), 1, "{:#?}", loaded.faults);
    }
}

#[test]
fn line_that_is_missing_is_no_fault_but_where_the_setting_is_required() {
    let full = full();
    let lines: Vec<&str> = full.lines().collect();
    let mut section = "";
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with('[') {
            section = line;
        }
        if !line.contains(" = ") {
            continue;
        }
        let mut changed = lines.clone();
        changed.remove(index);
        let loaded = load(&changed.join("\n"));
        let told: Vec<String> = loaded.faults.iter().map(ToString::to_string).collect();
        let key = line.split(" = ").next().unwrap();
        let header = |name: &str| 1 + lines.iter().position(|line| *line == name).unwrap();
        let line_of = |key: &str| lines.iter().position(|line| line.starts_with(key)).unwrap();
        let expected = match (section, key) {
            ("[[route]]", "number" | "survey") => format!("a.toml:1: route[0]: `{key}` is missing"),
            ("[[delivery]]", "name" | "every") => {
                format!("a.toml:{}: delivery[0]: `{key}` is missing", header(section))
            }
            ("[[delivery]]", "secret_file") => {
                format!("a.toml:{}: delivery[0].secret_file: is missing", header(section))
            }
            ("[[route]]", "every") => {
                format!(
                    "a.toml:{}: route[0].autopilot: needs `every`",
                    line_of("autopilot = ")
                )
            }
            ("[mail]", "server") => {
                format!(
                    "a.toml:{}: delivery[0].to: [mail] names no server",
                    line_of("to = ")
                )
            }
            ("[mail]", "from") => {
                format!(
                    "a.toml:{}: delivery[0].to: [mail] names no sender",
                    line_of("to = ")
                )
            }
            _ => String::new(),
        };
        match expected.as_str() {
            expected if !expected.is_empty() => {
                assert_eq!(told.len(), 1, "{told:?}");
                assert!(told[0].starts_with(expected), "{expected}: {told:?}");
            }
            _ => assert_eq!(told, [""; 0], "{line}"),
        }
    }
}

#[test]
fn file_that_ends_anywhere_is_told_truly() {
    for whole in [full(), SHIPPED.to_owned()] {
        // Odd, so that every place of a line is an end some time.
        for (end, _) in whole.char_indices().step_by(17) {
            let text = &whole[..end];
            let loaded = load(text);
            judge(text, &loaded).unwrap();
            let last = text.split('\n').count();
            let of_last = |line: &usize| {
                *line == last
                    || text
                        .lines()
                        .nth(line - 1)
                        .is_some_and(|line| line.starts_with('['))
            };
            assert!(
                lines_of(&loaded).iter().all(of_last),
                "ends in line {last}: {:#?}",
                loaded.faults
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn bytes_that_are_changed_put_in_or_taken_out_never_make_it_lie(
        is_shipped: bool,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4),
    ) {
        let mut bytes = if is_shipped { SHIPPED.to_owned() } else { full() }.into_bytes();
        for (at, byte, how) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        let lines = bytes.split(|byte| *byte == b'\n').count();
        match text_file::text(bytes) {
            Ok(text) => judge(&text, &load(&text))?,
            Err(unreadable) => {
                let fault = unreadable.fault("a.toml");
                prop_assert!(fault.position.is_none_or(|at| at.line <= lines), "{fault}");
            }
        }
    }

    #[test]
    fn lines_in_any_order_never_make_it_lie(order in prop::collection::vec(any::<prop::sample::Index>(), 1..60)) {
        let full = full();
        let lines: Vec<&str> = full.lines().collect();
        let text: String = order.iter().map(|at| format!("{}\n", lines[at.index(lines.len())])).collect();
        judge(&text, &load(&text))?;
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*|[\\[\\]={}\"'#a-z0-9.,\n\r\t -]{0,80}") {
        judge(&text, &load(&text))?;
        let _value = syntax::inline(&text);
    }
}
