//! `aftercall prompts` as an operator uses it: a language is added step by step, as docs/languages.md tells.

use std::path::Path;

use serde_json::Value;

use super::support::deployment::Deployment;
use super::support::phone::Phone;
use super::support::server::Exit;
use super::support::tone::Tone;

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
    take(&deployment.path("takes/en/Καλώς ήρθατε.wav"));
    let once = deployment.run(&["prompts", "import", "takes"]).await;
    assert_eq!(
        once.status.code(),
        Some(1),
        "a file whose name tells no prompt is left out: {}",
        once.stdout
    );
    assert!(
        once.stdout
            .contains("Καλώς ήρθατε.wav: no prompt name can be made of its name"),
        "{}",
        once.stdout
    );
    assert!(once.stdout.contains("say `--name PROMPT`"), "{}", once.stdout);
    assert!(once.stdout.contains("2 imported, 1 left out"), "{}", once.stdout);
    assert!(deployment.path("var/prompts/en/nps_retry.wav").is_file());
    assert!(!once.stdout.contains("warning"), "{}", once.stdout);
    let own = deployment.path("var/prompts/en/nps.wav");
    let before = std::fs::read(&own).unwrap();
    let again = deployment
        .run(&["prompts", "import", "takes/en/nps.wav", "--rate", "8000"])
        .await;
    assert_eq!(again.status.code(), Some(1));
    assert!(
        again.stdout.contains("is there already. Fix: say --force"),
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

/// Two seconds of syllables as samples, at 8 kHz.
fn voice(n: u32) -> f64 {
    let time = f64::from(n) / 8_000.0;
    let swell = 0.55 + 0.45 * (std::f64::consts::TAU * 5.0 * time).sin();
    6_000.0 * swell * (std::f64::consts::TAU * 600.0 * time).sin()
}

/// A WAV file of 8 kHz that says `size` of its samples; each frame has these channels.
fn wav(size: u32, channels: &[&dyn Fn(u32) -> f64]) -> Vec<u8> {
    let count = u16::try_from(channels.len()).unwrap();
    let mut bytes = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt \x10\0\0\0\x01\0".to_vec();
    bytes.extend(count.to_le_bytes());
    bytes.extend(8_000_u32.to_le_bytes());
    bytes.extend((16_000 * u32::from(count)).to_le_bytes());
    bytes.extend((2 * count).to_le_bytes());
    bytes.extend([16, 0]);
    bytes.extend(b"data");
    bytes.extend(size.to_le_bytes());
    for n in 0..16_000 {
        for channel in channels {
            #[expect(clippy::cast_possible_truncation, reason = "6000 fits")]
            bytes.extend((channel(n) as i16).to_le_bytes());
        }
    }
    bytes
}

#[tokio::test]
async fn very_files_that_people_have_are_imported_and_what_is_odd_about_them_is_said() {
    let deployment = Deployment::quick();
    let inverted = |n: u32| -voice(n);
    for (file, bytes, said) in [
        (
            "NPS Kysely (3).WAV",
            wav(u32::MAX, &[&voice]),
            "does not state its length",
        ),
        (
            "Näppäily.wav",
            wav(64_000, &[&voice, &inverted]),
            "only channel 1 of 2 is heard: mixed, they would cancel",
        ),
        ("Καλώς", wav(32_000, &[&voice]), ""),
        ("take.m4a", wav(32_000, &[&voice]), ""),
    ] {
        std::fs::create_dir_all(deployment.path("takes")).unwrap();
        std::fs::write(deployment.path("takes").join(file), bytes).unwrap();
        let path = format!("takes/{file}");
        let import = [
            "prompts",
            "import",
            &path,
            "--language",
            "en",
            "--name",
            "nps",
            "--force",
        ];
        let imported = deployment.run(&import).await;
        assert!(
            imported.status.success(),
            "{file}: {}{}",
            imported.stdout,
            imported.stderr
        );
        assert!(imported.stdout.contains(said), "{file}: {}", imported.stdout);
        let warnings = imported.stdout.matches("warning").count();
        assert_eq!(
            warnings,
            usize::from(!said.is_empty()),
            "{file}: {}",
            imported.stdout
        );
        let check = json(&deployment.run(&["prompts", "check", "--json"]).await);
        let whose = whose(&check);
        let nps = whose.iter().find(|(name, _, _)| name == "nps").unwrap();
        assert_eq!((&nps.1, nps.2), (&Value::from("own"), 0), "{file}: {check:#}");
    }
    for (file, bytes, named) in [
        (
            "Talk.m4a",
            [&b"\0\0\0\x20ftypM4A "[..], &[0; 99], b"mp4a"].concat(),
            "AAC in MP4 (M4A) is not read",
        ),
        (
            "talk.wav",
            b"\x30\x26\xB2\x75\x8E\x66\xCF\x11".to_vec(),
            "WMA (Windows Media) is not read",
        ),
        ("nps.amr", b"#!AMR\n".to_vec(), "AMR is not read"),
        (
            "nps.wav",
            b"Please find attached".to_vec(),
            "a text file is not read",
        ),
        ("empty.wav", Vec::new(), "empty: no sound in it"),
    ] {
        std::fs::write(deployment.path("takes").join(file), bytes).unwrap();
        let path = format!("takes/{file}");
        let import = [
            "prompts",
            "import",
            &path,
            "--language",
            "en",
            "--name",
            "nps",
            "--force",
        ];
        let refused = deployment.run(&import).await;
        assert_eq!(refused.status.code(), Some(1), "{file}: {}", refused.stdout);
        assert!(refused.stdout.contains(named), "{file}: {}", refused.stdout);
    }
}

#[tokio::test]
async fn prompt_that_holds_a_key_tone_is_an_error_in_check_and_is_not_imported() {
    let deployment = Deployment::quick();
    let pair = |n: u32| {
        let tone = |hertz: f64| (std::f64::consts::TAU * hertz * f64::from(n) / 8_000.0).sin();
        if (8_000..8_400).contains(&n) {
            5_000.0 * (tone(770.0) + tone(1_336.0))
        } else {
            voice(n)
        }
    };
    let bytes = wav(32_000, &[&pair]);
    std::fs::create_dir_all(deployment.path("takes")).unwrap();
    std::fs::write(deployment.path("takes/nps.wav"), &bytes).unwrap();
    let import = ["prompts", "import", "takes/nps.wav", "--language", "en"];
    let refused = deployment.run(&import).await;
    assert_eq!(refused.status.code(), Some(1), "{}", refused.stdout);
    assert!(
        refused.stdout.contains("it holds a DTMF digit"),
        "{}",
        refused.stdout
    );
    assert!(!deployment.path("var/prompts/en/nps.wav").exists());
    let before = deployment.run(&["check"]).await;
    assert!(before.status.success(), "{}", before.stdout);
    std::fs::create_dir_all(deployment.path("var/prompts/en")).unwrap();
    std::fs::write(deployment.path("var/prompts/en/nps.wav"), &bytes).unwrap();
    let check = deployment.run(&["check"]).await;
    assert_eq!(check.status.code(), Some(2), "{}", check.stdout);
    let told = "nps.wav: it holds a DTMF digit";
    assert!(check.stdout.contains(told), "{}", check.stdout);
}

#[tokio::test]
async fn reload_with_a_key_tone_in_a_prompt_is_refused_and_the_old_prompt_is_played_on() {
    let server = Deployment::quick().start().await;
    let pair = |n: u32| {
        let tone = |hertz: f64| (std::f64::consts::TAU * hertz * f64::from(n) / 8_000.0).sin();
        4_000.0 * (tone(697.0) + tone(1_209.0))
    };
    let own = server.deployment().path("var/prompts/en");
    std::fs::create_dir_all(&own).unwrap();
    std::fs::write(own.join("nps.wav"), wav(32_000, &[&pair])).unwrap();
    let reload = server.deployment().run_as_it_is(&["reload"]).await;
    assert!(!reload.status.success(), "{}", reload.stdout);
    let told = reload.stdout + &reload.stderr;
    assert!(told.contains("nps.wav: it holds a DTMF digit"), "{told}");
    let mut phone = Phone::dial(server.udp, "nps", "after", "").await.unwrap();
    assert_eq!(phone.next_tone().await, Tone::Nps);
    phone.hang_up().await;
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
            .contains("en/csat: there is no recording. Fix: record it"),
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

#[tokio::test]
async fn check_of_a_language_that_no_survey_is_asked_in_says_so() {
    let deployment = Deployment::quick();
    let exit = deployment.run(&["prompts", "check", "--language", "xx"]).await;
    assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stderr.contains("no survey is asked in `xx`") && exit.stderr.contains("asked in en"),
        "{}",
        exit.stderr
    );
}
