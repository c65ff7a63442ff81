//! The built-in test phone and load generator against the service: what they press is what is stored.

use crate::support::deployment::Deployment;
use crate::support::ports::ports;
use crate::support::tone;

#[tokio::test]
async fn built_in_caller_completes_the_survey_in_every_way_it_can_call() {
    let server = Deployment::quick().start().await;
    let udp = format!("sip:nps@{}", server.udp);
    let tcp = format!("sip:nps@{};transport=tcp", server.tcp);
    let ways: [&[&str]; 12] = [
        &[&udp, "--codec", "pcma", "--ptime", "40"],
        &[&udp, "--codec", "G722"],
        &[&udp, "--codec", "opus"],
        &[&udp, "--codec", "Opus", "--delayed-offer"],
        &[&udp, "--dtmf", "info"],
        &[&udp, "--dtmf", "in-band"],
        &[&udp, "--dtmf", "in-band", "--codec", "pcma", "--ptime", "30"],
        &[&udp, "--dtmf", "in-band", "--codec", "G722"],
        &[&udp, "--dtmf", "in-band", "--codec", "opus"],
        &[&udp, "--delayed-offer"],
        &[&tcp],
        &[&tcp, "--delayed-offer", "--dtmf", "info"],
    ];
    for (count, way) in ways.iter().enumerate() {
        let arguments = [&["call", "--keys", "10,5,4", "--header", "X-Queue: sales"], *way].concat();
        let exit = server.deployment().run(&arguments).await;
        assert!(exit.status.success(), "{way:?}:\n{}{}", exit.stdout, exit.stderr);
        assert!(exit.stdout.contains("pressed 10"), "{}", exit.stdout);
        let calls = server.ended_calls(count + 1).await;
        let answers = server.answers(&calls[count]).await;
        let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
        assert_eq!(
            given,
            [("nps", Some(10)), ("ces", Some(5)), ("csat", Some(4))],
            "{way:?}"
        );
    }
}

#[tokio::test]
async fn load_finds_every_answer_of_many_calls_stored_as_pressed() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nps@{}", server.udp);
    let pid = server.pid().to_string();
    let load = [
        "load",
        "--calls",
        "30",
        "--rate",
        "30",
        "--target",
        &target,
        "--server-pid",
        &pid,
        "--json",
    ];
    let exit = server.deployment().run(&load).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    assert_eq!(
        (&report["completed"], &report["failed"]),
        (&30.into(), &0.into()),
        "{report:#}"
    );
    assert_eq!(
        (&report["answers"]["right"], &report["answers"]["expected"]),
        (&90.into(), &90.into())
    );
    assert_eq!(report["answers"]["stored_ends"]["completed"], 30);
    assert!(
        report["server"]["cpu_s"].as_f64() > Some(0.0) && report["key_to_prompt"]["count"] == 90,
        "{report:#}"
    );
}

#[tokio::test]
async fn load_says_which_answer_differs_from_what_was_pressed() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nps@{}", server.udp);
    // The second question knows no 0: it is asked again, and every further key answers the question before.
    let load = [
        "load", "--calls", "1", "--keys", "9,0,4,3", "--target", &target, "--json",
    ];
    let exit = server.deployment().run(&load).await;
    assert_eq!(exit.status.code(), Some(1), "{}", exit.stdout);
    let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    assert_eq!(
        (&report["completed"], &report["answers"]["calls_deviating"]),
        (&1.into(), &1.into()),
        "{report:#}"
    );
    let deviation = report["answers"]["deviations"][0].as_str().unwrap();
    assert!(
        deviation.contains("pressed 9,0,4,3, stored [Some(9), Some(4), Some(3)]"),
        "{deviation}"
    );
}

#[tokio::test]
async fn call_tells_what_is_stored_and_fails_where_that_is_not_what_was_pressed() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nps@{}", server.udp);
    let exit = server
        .deployment()
        .run(&["call", &target, "--keys", "10,5,4"])
        .await;
    assert_eq!(exit.status.code(), Some(0), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stdout
            .contains("stored: nps 10, ces 5, csat 4; completed, call "),
        "{}",
        exit.stdout
    );
    // The second question knows no 0: it is asked again, and every further key answers the question before.
    let wrong = ["call", &target, "--keys", "9,0,4,3"];
    let exit = server.deployment().run(&wrong).await;
    assert_eq!(exit.status.code(), Some(1), "{}", exit.stdout);
    assert!(
        exit.stderr
            .contains("pressed 9,0,4,3; stored nps 9, ces 4, csat 3"),
        "{}",
        exit.stderr
    );
    let exit = server.deployment().run(&[&wrong[..], &["--json"]].concat()).await;
    let told: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    assert_eq!((exit.status.code(), &told["ok"]), (Some(1), &false.into()));
    assert_eq!(
        told["stored"]["answers"][1],
        serde_json::json!({ "question": "ces", "value": 4 })
    );
    assert_eq!(told["pressed"], serde_json::json!(["9", "0", "4", "3"]));
    server.stop().await;
}

#[tokio::test]
async fn first_barge_in_of_a_codec_whose_prompts_are_still_being_encoded_answers_every_question_or_says_so() {
    let server = Deployment::shipped().start().await;
    for codec in ["G722", "opus"] {
        let target = format!("sip:nps@{}", server.udp);
        let arguments = ["call", &target, "--keys", "9,5,4", "--barge-in", "--codec", codec];
        let exit = server.deployment().run(&arguments).await;
        let is_as_pressed = exit.stdout.contains("stored: nps 9, ces 5, csat 4; completed");
        assert_eq!(
            exit.status.success(),
            is_as_pressed,
            "{}{}",
            exit.stdout,
            exit.stderr
        );
        assert!(
            is_as_pressed || exit.stderr.contains("not the keys pressed"),
            "{}{}",
            exit.stdout,
            exit.stderr
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn key_of_the_menu_of_languages_is_pressed_and_is_no_answer() {
    let mut deployment = Deployment::quick();
    let prompts = deployment.path("prompts");
    tone::write_prompts(&prompts.join("fi"), 400);
    for (language, key) in [("en", 1), ("fi", 2)] {
        let here = prompts.join(language);
        std::fs::copy(here.join("nps.wav"), here.join(format!("language_key_{key}.wav"))).unwrap();
    }
    let menu = "languages = [\"en\", \"fi\"]\n[language_menu]\nkeys = { 1 = \"en\", 2 = \"fi\" }\nwhen = \"always\"\n";
    let survey = format!("{menu}[[question]]\nmetric = \"nps\"\ntext = \"One?\"\n");
    deployment.write("surveys/menu.toml", &survey);
    deployment.route("number = \"menu\"\nsurvey = \"menu\"\nevery = 1");
    let server = deployment.start().await;
    let target = format!("sip:menu@{}", server.udp);
    let exit = server.deployment().run(&["call", &target, "--keys", "2,9"]).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stdout.contains("stored: nps 9; completed"),
        "{}",
        exit.stdout
    );
    server.stop().await;
}

/// A survey of three questions behind a welcome that is heard to its end.
fn survey_behind(welcome: &str) -> String {
    format!(
        "title = \"Behind a welcome\"\ngoal = \"Test keys that come too early\"\n[prompts]\nwelcome = \"{welcome}\"\n\
         [[question]]\nmetric = \"nps\"\ntext = \"One?\"\n[[question]]\nmetric = \"ces\"\ntext = \"Two?\"\n\
         [[question]]\nmetric = \"csat\"\ntext = \"Three?\"\n"
    )
}

#[tokio::test]
async fn a_10_pressed_over_the_end_of_the_welcome_is_a_10_or_nothing() {
    // The caller presses 1 a second into what it hears, and 0 a little later.
    let lengths_ms = [900, 950, 1_000, 1_050, 1_100, 1_150, 1_200, 1_250, 1_300];
    let mut deployment = Deployment::quick();
    let prompts = deployment.path("prompts/en");
    tone::write_prompts(&prompts, 2_500);
    for length_ms in lengths_ms {
        let welcome = format!("welcome_{length_ms}");
        let takes = deployment.path(&welcome);
        tone::write_prompts(&takes, length_ms);
        std::fs::copy(takes.join("welcome.wav"), prompts.join(format!("{welcome}.wav"))).unwrap();
        deployment.write(&format!("surveys/{welcome}.toml"), &survey_behind(&welcome));
        deployment.route(&format!(
            "number = \"{length_ms}\"\nsurvey = \"{welcome}\"\nevery = 1"
        ));
    }
    let server = deployment.start().await;
    let mut callers = Vec::new();
    for length_ms in lengths_ms {
        let target = format!("sip:{length_ms}@{}", server.udp);
        let arguments = ["call", &target, "--keys", "10,5,5", "--barge-in"];
        let mut command = server.deployment().command_as_it_is(&arguments);
        callers.push(command.stdout(std::process::Stdio::null()).spawn().unwrap());
    }
    for mut caller in callers {
        let exit = tokio::time::timeout(std::time::Duration::from_secs(120), caller.wait()).await;
        assert!(
            exit.unwrap().unwrap().success(),
            "every key was pressed and counted"
        );
    }
    let mut dropped = Vec::new();
    for call in server.ended_calls(lengths_ms.len()).await {
        let answers = server.answers(&call).await;
        let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
        assert_eq!(
            given,
            [("nps", Some(10)), ("ces", Some(5)), ("csat", Some(5))],
            "{answers:?}"
        );
        dropped.extend(answers[0].early_digits.clone());
    }
    assert!(
        dropped.iter().any(|digits| digits == "10"),
        "a 10 fell over the boundary and is stored as dropped: {dropped:?}"
    );
}

#[tokio::test]
async fn report_right_after_a_call_has_its_end() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nps@{}", server.udp);
    for count in 1..=5_u64 {
        // Hung up by the service, and by the caller.
        let keys = if count % 2 == 0 { "9" } else { "9,5,4" };
        let mut call = vec!["call", "--keys", keys, "--barge-in"];
        if count % 2 == 0 {
            call.extend(["--hangup-after", "2s"]);
        }
        call.push(&target);
        let exit = server.deployment().run(&call).await;
        assert!(exit.stdout.contains("answered"), "{}{}", exit.stdout, exit.stderr);
        let exit = server.deployment().run(&["report", "--json"]).await;
        let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
        assert_eq!(
            (&report["calls"]["arrived"], &report["calls"]["in_progress"]),
            (&count.into(), &0.into()),
            "{report:#}"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn refused_call_is_explained_with_the_setting_to_look_at() {
    let mut deployment = Deployment::quick();
    deployment.set("sip", "trusted", "\"192.0.2.0/24\"");
    let stranger = deployment.start().await;
    let mut deployment = Deployment::quick();
    deployment.route("number = \"away\"\nsurvey = \"quick\"\nevery = 1000\nnot_surveyed = { status = 480 }");
    deployment.route("number = \"moved\"\nsurvey = \"quick\"\nevery = 1000\nnot_surveyed = { redirect = \"sip:a@b.example\" }");
    deployment.set("media", "srtp", "\"required\"");
    let server = deployment.start().await;
    for (target, transport, words) in [
        (format!("sip:nps@{}", stranger.udp), "udp", "`sip.trusted`"),
        (format!("sip:nps@{}", stranger.tcp), "tcp", "`sip.trusted`"),
        (format!("sip:nobody@{}", server.udp), "udp", "[[route]]"),
        (format!("sip:away@{}", server.udp), "udp", "`not_surveyed`"),
        (format!("sip:moved@{}", server.udp), "udp", "redirect"),
        (format!("sip:nps@{}", server.udp), "udp", "`media.srtp`"),
    ] {
        let call = ["call", "--transport", transport, &target];
        let exit = server.deployment().run(&call).await;
        assert_eq!(exit.status.code(), Some(1), "{target}: {}", exit.stdout);
        assert!(exit.stderr.contains(words), "{target}: {}", exit.stderr);
    }
    server.stop().await;
    stranger.stop().await;
}

#[tokio::test]
async fn closed_port_and_unknown_host_are_told_at_once_by_call_and_load() {
    let deployment = Deployment::quick();
    let closed = ports();
    let mut targets = vec![
        format!("sip:nps@{}", format_args!("127.0.0.1:{closed}")),
        format!("sip:nps@{};transport=tcp", format_args!("127.0.0.1:{closed}")),
    ];
    if std::net::UdpSocket::bind("[::1]:0").is_ok() {
        targets.push(format!("sip:nps@{}", format_args!("[::1]:{closed}")));
        targets.push(format!(
            "sip:nps@{};transport=tcp",
            format_args!("[::1]:{closed}")
        ));
    }
    for target in &targets {
        let exit = deployment.run(&["call", target]).await;
        assert_eq!(exit.status.code(), Some(1));
        assert!(
            exit.stderr.contains("nobody listens there") && exit.stderr.contains("`sip.listen`"),
            "not by a time-out, which has other words: {target}: {}",
            exit.stderr
        );
        let load = [
            "load",
            "--calls",
            "5000",
            "--rate",
            "10",
            "--no-check",
            "--target",
            target,
        ];
        let exit = deployment.run(&load).await;
        assert_eq!(exit.status.code(), Some(1));
        assert!(exit.stdout.contains("x unreachable"), "{target}: {}", exit.stdout);
    }
    for command in [&["call"][..], &["load", "--no-check", "--target"]] {
        let exit = deployment
            .run(&[command, &["sip:nps@no-such-host.invalid"]].concat())
            .await;
        assert_eq!(exit.status.code(), Some(1));
        assert!(
            exit.stderr.contains("cannot resolve no-such-host.invalid"),
            "{}",
            exit.stderr
        );
    }
}

#[tokio::test]
async fn call_that_was_not_surveyed_tells_the_rule_that_decided_so() {
    let mut deployment = Deployment::quick();
    deployment.without_routes();
    deployment.route("number = \"nps\"\nsurvey = \"quick\"\nevery = 10");
    deployment.route("number = \"busy\"\nsurvey = \"quick\"\nevery = 10\nnot_surveyed = { status = 480 }");
    let server = deployment.start().await;
    for (number, status) in [("nps", 0), ("busy", 1)] {
        let target = format!("sip:{number}@{}", server.udp);
        let exit = server.deployment().run(&["call", &target]).await;
        assert_eq!(exit.status.code(), Some(status), "{}{}", exit.stdout, exit.stderr);
        assert!(
            exit.stdout
                .contains("stored: not surveyed by the rule every; not_sampled, call "),
            "{}{}",
            exit.stdout,
            exit.stderr
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn call_that_cannot_be_compared_says_why() {
    let mut deployment = Deployment::quick();
    deployment.set("control", "socket", "\"\"");
    let server = deployment.start().await;
    let target = format!("sip:nps@{}", server.udp);
    let exit = server
        .deployment()
        .run(&["call", &target, "--keys", "9,5,4"])
        .await;
    assert_eq!(exit.status.code(), Some(0), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stderr.contains("not compared: control.socket is empty"),
        "{}",
        exit.stderr
    );
    server.stop().await;
}
