//! Every example's settings are sound, and lead to surveys that are there.

use super::{path, read};
use aftercall::config::load::from_text;
use aftercall_survey::route::find;

/// Each folder, and the numbers that its PBX dials.
const EXAMPLES: [(&str, &[&str]); 13] = [
    ("asterisk", &["survey"]),
    ("freepbx", &["survey", "0600123"]),
    ("freeswitch", &["survey"]),
    ("kamailio", &["survey", "nps"]),
    ("genesys", &["+358600123", "survey"]),
    ("cisco", &["8881000"]),
    ("avaya", &["7777"]),
    ("opensips", &["survey", "nps"]),
    ("3cx", &["88800", "88801"]),
    ("audiocodes", &["nps"]),
    ("five9", &["survey"]),
    ("nice", &["+358600123"]),
    (
        "journey",
        &["survey", "survey-complaint", "survey-short", "survey-november"],
    ),
];

#[test]
fn settings_of_each_example_are_sound_and_every_number_has_its_route() {
    for (name, numbers) in EXAMPLES {
        let file = format!("{name}/aftercall.toml");
        let loaded = from_text(&read(&file), &file, Some([].into()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        for number in numbers {
            assert!(
                find(loaded.settings.routes(), number).is_some(),
                "{name}: {number}"
            );
        }
        for route in loaded.settings.routes() {
            let of = |directory: &str| path(&format!("../config/{directory}/{}.toml", route.survey));
            let there = of("surveys").exists() || of("templates").exists();
            assert!(there, "{name}: {}", route.survey);
        }
    }
}

#[test]
fn each_example_says_what_to_copy_how_to_try_it_how_results_come_back_and_what_is_tested() {
    let index = read("README.md");
    for (name, _) in EXAMPLES {
        assert!(
            index.contains(&format!("[{name}/]({name}/README.md)")),
            "examples/README.md names {name}"
        );
        let readme = read(&format!("{name}/README.md")).to_lowercase();
        for words in ["aftercall.toml", "trap", "result", "## what is tested"] {
            assert!(readme.contains(words), "{name}: {words}");
        }
        for entry in std::fs::read_dir(path(name)).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let named = file == "README.md" || readme.contains(&file.to_lowercase());
            assert!(named, "{name}/README.md says what {file} is for");
        }
    }
}

#[test]
fn fixtures_that_an_example_speaks_of_are_there() {
    for (name, _) in EXAMPLES {
        let readme = read(&format!("{name}/README.md"));
        for part in readme.split("tests/context/").skip(1) {
            let file = part.split(['`', ' ', ',']).next().unwrap();
            assert!(
                path(&format!("../tests/context/{file}")).exists(),
                "{name}: {file}"
            );
        }
    }
}
