//! `aftercall prompts` as an operator uses it: a language is added step by step, as docs/languages.md tells.

use std::path::Path;

use serde_json::Value;

use super::support::deployment::Deployment;
use super::support::server::Exit;

const SURVEY: &str = "languages = [\"en\"]\n[prompts]\nwelcome = []\n[[question]]\nmetric = \"nps\"\ntext.en = \"How likely?\"\n";

/// Two seconds of syllables, 17 dB too soft, between half seconds of silence, as a studio delivers them.
fn take(file: &Path) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut writer = hound::WavWriter::create(file, spec).unwrap();
    for n in 0..44_100 * 3 {
        let time = f64::from(n) / 44_100.0;
        let swell = 0.55 + 0.45 * (std::f64::consts::TAU * 5.0 * time).sin();
        let voice = swell * (std::f64::consts::TAU * 600.0 * time).sin();
        let sample = if (22_050..110_250).contains(&n) {
            voice * 900.0
        } else {
            0.0
        };
        for _ in 0..2 {
            #[expect(clippy::cast_possible_truncation, reason = "900 fits")]
            writer.write_sample(sample as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
}

fn json(exit: &Exit) -> Value {
    serde_json::from_str(&exit.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", exit.stdout, exit.stderr))
}

/// What a check says of one language: each prompt's name, whose it is, and its findings.
fn whose(report: &Value) -> Vec<(String, Value, usize)> {
    let prompts = report["prompts"].as_array().unwrap().iter();
    prompts
        .map(|prompt| {
            let findings = prompt["findings"].as_array().unwrap().len();
            (
                prompt["name"].as_str().unwrap().to_owned(),
                prompt["origin"].clone(),
                findings,
            )
        })
        .collect()
}

#[tokio::test]
async fn a_language_is_added_by_the_steps_of_its_page() {
    let mut deployment = Deployment::quick();
    deployment.write("surveys/quick.toml", SURVEY);
    // 1. The sheet: every prompt that the surveys play, also of a language that nothing is asked in yet.
    let sheet = deployment
        .run(&["prompts", "sheet", "--language", "sv", "--format", "csv"])
        .await;
    assert!(sheet.status.success(), "{}", sheet.stderr);
    let files: Vec<&str> = sheet
        .stdout
        .lines()
        .skip(1)
        .map(|line| line.split('"').nth(1).unwrap())
        .collect();
    assert!(
        files.contains(&"sv/nps.wav") && files.contains(&"sv/goodbye_not_surveyed.wav"),
        "{files:?}"
    );
    // 2. The recordings.
    for file in &files {
        take(&deployment.path("takes").join(file.trim_start_matches("sv/")));
    }
    let import = ["prompts", "import", "takes", "--language", "sv", "--json"];
    let rehearsed = deployment.run(&[&import[..], &["--dry-run"]].concat()).await;
    assert!(rehearsed.status.success(), "{}", rehearsed.stdout);
    assert_eq!(
        json(&rehearsed)["imported"].as_array().unwrap().len(),
        files.len()
    );
    assert!(
        !deployment.path("var/prompts").exists(),
        "a dry run writes nothing"
    );
    let imported = deployment.run(&import).await;
    assert!(imported.status.success(), "{}", imported.stdout);
    let first = &json(&imported)["imported"][0];
    assert!(
        first["gain_db"].as_f64() > Some(10.0) && first["cut_before_ms"].as_u64() > Some(300),
        "{first}"
    );
    assert_eq!(
        (&first["rate_before_hz"], &first["rate_hz"]),
        (&44_100.into(), &16_000.into())
    );
    // 3. The survey asks in it.
    let asked = SURVEY.replace("[\"en\"]", "[\"en\", \"sv\"]") + "text.sv = \"Hur troligt?\"\n";
    deployment.write("surveys/quick.toml", &asked);
    deployment.set("languages", "fallback", "[\"sv\"]");
    // 4. The check.
    let checked = deployment
        .run(&["prompts", "check", "--language", "sv", "--json"])
        .await;
    assert!(checked.status.success(), "{}", checked.stdout);
    let whose = whose(&json(&checked));
    assert_eq!(whose.len(), files.len(), "{whose:?}");
    assert!(
        whose
            .iter()
            .all(|(_, origin, findings)| origin == "own" && *findings == 0),
        "{whose:?}"
    );
    let all = deployment.run(&["check"]).await;
    assert!(
        all.status.success() && all.stdout.contains("prompts in en, sv"),
        "{}",
        all.stdout
    );
}

#[tokio::test]
async fn import_leaves_what_is_there_unless_it_is_forced_and_the_own_file_wins() {
    let deployment = Deployment::quick();
    take(&deployment.path("takes/en/nps.wav"));
    take(&deployment.path("takes/en/Nps Retry.wav"));
    let once = deployment.run(&["prompts", "import", "takes"]).await;
    assert_eq!(
        once.status.code(),
        Some(1),
        "a file that cannot be named so is left out: {}",
        once.stdout
    );
    assert!(
        once.stdout.contains("Nps Retry.wav: a prompt is named with a-z"),
        "{}",
        once.stdout
    );
    assert!(once.stdout.contains("1 imported, 1 left out"), "{}", once.stdout);
    let own = deployment.path("var/prompts/en/nps.wav");
    let before = std::fs::read(&own).unwrap();
    let again = deployment
        .run(&["prompts", "import", "takes/en/nps.wav", "--rate", "8000"])
        .await;
    assert_eq!(again.status.code(), Some(1));
    assert!(
        again.stdout.contains("is there already. Mend: say --force"),
        "{}",
        again.stdout
    );
    assert_eq!(std::fs::read(&own).unwrap(), before);
    let forced = [
        "prompts",
        "import",
        "takes/en/nps.wav",
        "--rate",
        "8000",
        "--force",
    ];
    assert!(deployment.run(&forced).await.status.success());
    assert!(std::fs::read(&own).unwrap().len() < before.len());
    let check = json(&deployment.run(&["prompts", "check", "--json"]).await);
    let whose = whose(&check);
    let nps = whose.iter().find(|(name, _, _)| name == "nps").unwrap();
    assert_eq!((&nps.1, nps.2), (&Value::from("own"), 0), "{check:#}");
    assert!(
        whose
            .iter()
            .any(|(name, origin, findings)| name == "ces" && origin == "shipped" && *findings > 0)
    );
}

#[tokio::test]
async fn check_tells_what_is_missing_and_what_is_wrong_with_file_and_mend() {
    let deployment = Deployment::quick();
    std::fs::remove_file(deployment.path("prompts/en/csat.wav")).unwrap();
    let check = deployment.run(&["prompts", "check"]).await;
    assert_eq!(check.status.code(), Some(1));
    assert!(
        check
            .stdout
            .contains("en/csat: there is no recording. Mend: record it"),
        "{}",
        check.stdout
    );
    let loud = "prompts/en/nps.wav: active speech level";
    assert!(check.stdout.contains(loud), "{}", check.stdout);
}

#[tokio::test]
async fn placeholders_are_named_once_for_each_language_they_serve() {
    let deployment = Deployment::shipped();
    let check = deployment.run(&["check"]).await;
    assert!(check.status.success(), "{}", check.stdout);
    let named: Vec<&str> = check
        .stdout
        .lines()
        .filter(|line| line.contains("are placeholders"))
        .collect();
    assert_eq!(named.len(), 2, "{}", check.stdout);
    assert!(
        named[0].contains("prompts/el: warning") && named[1].contains("prompts/pl: warning"),
        "{named:?}"
    );
    let measured = deployment.run(&["prompts", "check"]).await;
    assert!(
        measured.status.success() && measured.stdout.contains(" 0 errors, 2 warnings"),
        "{}",
        measured.stdout
    );
}
