//! What keeps the program from starting, as the operator reads it.

use std::process::{Command, Output};

use super::EVERY;
use super::house::House;

/// Runs the program in the house with this over its environment; for what ends by itself.
pub(crate) fn run(house: &House, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    std::fs::write(house.path("aftercall.toml"), house.settings()).unwrap();
    Command::new(env!("CARGO_BIN_EXE_aftercall"))
        .arg("--config")
        .arg(house.path("aftercall.toml"))
        .args(arguments)
        .envs(house.environment())
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn what_keeps_the_service_from_starting_is_one_line_that_names_the_setting() {
    let house = House::new(EVERY);
    std::fs::write(house.path("short.key"), "abc").unwrap();
    std::fs::write(house.path("file"), "").unwrap();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let taken = format!("udp:{}", socket.local_addr().unwrap());
    let key = house.path("short.key").display().to_string();
    let nowhere = house.path("file/below").display().to_string();
    for (variable, value, setting, status) in [
        ("AFTERCALL__SIP__LISTEN", taken.as_str(), "sip.listen", 1),
        ("AFTERCALL__STORAGE__PATH", &nowhere, "storage.path", 1),
        ("AFTERCALL__STORAGE__SPOOL", &nowhere, "storage.spool", 1),
        ("AFTERCALL__PRIVACY__KEY_FILE", &key, "privacy.key_file", 1),
        (
            "AFTERCALL__MEDIA__PORTS",
            "20001-20002",
            "AFTERCALL__MEDIA__PORTS",
            2,
        ),
        ("AFTERCALL__LOG__FILTER", "inof", "log.filter", 2),
        ("AFTERCALL__CALLS__DRAIN", "long", "AFTERCALL__CALLS__DRAIN", 2),
        ("AFTERCALL__PROMPTS__DIRECTORY", &nowhere, "prompts.directory", 2),
    ] {
        let output = run(&house, &["serve"], &[(variable, value)]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.lines().count(), 1, "{variable}: one line: {said}");
        assert!(said.contains(setting), "{variable}: {said}");
        let cause = said.trim_end().rsplit(": ").next().unwrap_or_default();
        assert_eq!(said.matches(cause).count(), 1, "the cause is told once: {said}");
        assert_eq!(output.status.code(), Some(status), "{variable}: {said}");
    }
}

#[test]
fn check_tells_the_faults_of_settings_surveys_prompts_and_database_at_once() {
    let house =
        House::new("[sip]\nmax_dialogs = \"many\"\n[[route]]\nnumber = \"two\"\nsurvey = \"three\"\n");
    std::fs::write(house.path("prompts/en/nps.wav"), "not a recording").unwrap();
    std::fs::write(house.path("surveys/bad.toml"), "title = 5\n").unwrap();
    std::fs::write(
        house.path("db"),
        "not a database, and long enough to be looked at",
    )
    .unwrap();
    let nowhere = house.path("db/below").display().to_string();
    let environment = [("AFTERCALL__RECORDINGS__DIRECTORY", nowhere.as_str())];
    let output = run(&house, &["check", "--json"], &environment);
    assert_eq!(output.status.code(), Some(2));
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let faults = told["faults"].as_array().unwrap();
    let told = |file: &str, line: Option<u64>| {
        let here = faults
            .iter()
            .filter(|fault| fault["file"].as_str().unwrap().ends_with(file));
        let mended = here.filter(|fault| !fault["mend"].as_str().unwrap().is_empty());
        mended.filter(|fault| fault["line"].as_u64() == line).count()
    };
    assert_eq!(told("aftercall.toml", Some(2)), 1, "the setting: {faults:#?}");
    assert_eq!(told("aftercall.toml", Some(5)), 1, "the route: {faults:#?}");
    assert_eq!(told("nps.wav", None), 1, "the prompt, once: {faults:#?}");
    assert_eq!(told("bad.toml", Some(1)), 2, "the survey: {faults:#?}");
    assert_eq!(
        told("AFTERCALL__STORAGE__PATH", None),
        1,
        "the database; who may read what is none is not asked: {faults:#?}"
    );
    assert_eq!(
        told("AFTERCALL__RECORDINGS__DIRECTORY", None),
        1,
        "the directory of recordings: {faults:#?}"
    );
}

#[test]
fn check_of_a_sound_house_ends_well_and_again_with_its_database() {
    let house = House::new(EVERY);
    for _ in 0..2 {
        let output = run(&house, &["check"], &[]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(
            said,
            "1 route, 2 surveys, 0 templates, prompts in en\n0 errors, 0 warnings\n"
        );
        assert!(output.status.success());
    }
}

#[test]
fn faulty_template_is_told_and_stands_in_the_way_of_nothing() {
    let house = House::new(EVERY);
    std::fs::create_dir(house.path("templates")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(house.path(name), text).unwrap();
    let spoken =
        "title = \"Spoken\"\n[prompts]\nwelcome = []\n[[question]]\nmetric = \"nps\"\ntext.en = \"?\"\n";
    write("templates/spoken.toml", spoken);
    write("templates/silent.toml", &spoken.replace("\"nps\"", "\"yes_no\""));
    write("templates/faulty.toml", "[[question]]\nmetric = \"npx\"\n");
    let output = run(&house, &["check"], &[]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    for words in [
        "faulty.toml:2: warning: \"npx\" is not a metric",
        "surveys.templates: 1 of 3 templates wants prompts that are not recorded; there is no prompt `yes_no`",
        "1 route, 2 surveys, 3 templates, prompts in en\n0 errors, 3 warnings",
    ] {
        assert!(said.contains(words), "{words}\n{said}");
    }
}
