//! Changing the configuration of a running service: by `aftercall reload` and by SIGHUP, with calls on the line.

use crate::support::deployment::Deployment;
use crate::support::phone::Phone;
use crate::support::server::{Exit, Server};
use crate::support::tone::Tone;
use crate::support::{eventually, http, repository, rows};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Store};
use aftercall_survey::admission::{PlanReason, SamplingPlan, Stratum, StratumKind};

/// One question, which no other survey of these tests begins with.
const CSAT_FIRST: &str = "title = \"CSAT\"\ngoal = \"Test\"\n[prompts]\nwelcome = []\n\
    [timing]\nbefore_first_prompt = \"100ms\"\nafter_key = \"100ms\"\nno_input = \"30s\"\nno_input_last = \"30s\"\n\
    [[question]]\nmetric = \"csat\"\ntext = \"The third tone?\"\n";

/// Writes the file as it would be with these replacements.
fn edit(server: &Server, replacements: &[(&str, &str)]) {
    let path = server.deployment().path("aftercall.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (old, new) in replacements {
        assert!(text.contains(old), "`{old}` is in:\n{text}");
        text = text.replace(old, new);
    }
    std::fs::write(&path, text).unwrap();
}

async fn reload(server: &Server) -> Exit {
    server.deployment().run_as_it_is(&["reload"]).await
}

fn assert_applied(exit: &Exit, lines: &[&str]) {
    assert_eq!(exit.status.code(), Some(0), "{}{}", exit.stdout, exit.stderr);
    for line in lines {
        assert!(exit.stdout.contains(line), "`{line}` is told:\n{}", exit.stdout);
    }
}

/// What a call hears first; then it is over.
async fn first_tone(server: &Server, call_id: &str) -> Tone {
    let mut phone = Phone::dial(server.udp, "nps", call_id, "").await.unwrap();
    let tone = phone.next_tone().await;
    match tone {
        Tone::Goodbye => phone.hung_up().await,
        _ => phone.hang_up().await,
    }
    tone
}

async fn loaded_at(server: &Server) -> (f64, String) {
    let (_, metrics) = http::get(server.http, "/metrics").await;
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("aftercall_configuration_loaded_timestamp_seconds "));
    (line.unwrap().trim().parse().unwrap(), metrics)
}

#[tokio::test]
async fn running_call_keeps_its_survey_and_the_next_one_gets_the_new() {
    let server = Deployment::quick().start().await;
    let mut running = Phone::dial(server.udp, "nps", "running", "").await.unwrap();
    assert_eq!(running.next_tone().await, Tone::Nps);
    server.deployment().write("surveys/other.toml", CSAT_FIRST);
    edit(&server, &[("survey = \"quick\"", "survey = \"other\"")]);
    let exit = reload(&server).await;
    assert_applied(
        &exit,
        &[
            "reloaded: 2 changes",
            "route nps: survey quick -> other",
            "survey other: new, version ",
        ],
    );
    assert_eq!(first_tone(&server, "next").await, Tone::Csat);
    for (digit, next) in [(9, Tone::Ces), (5, Tone::Csat), (4, Tone::Thanks)] {
        running.press(digit).await;
        assert_eq!(running.next_tone().await, next);
    }
    running.hung_up().await;
    let calls = server.ended_calls(2).await;
    let surveys: Vec<_> = calls.iter().map(|call| call.survey.as_deref().unwrap()).collect();
    assert_eq!(surveys, ["quick", "other"]);
    server.stop().await;
}

#[tokio::test]
async fn edited_survey_is_a_new_version_for_the_next_call() {
    let server = Deployment::quick().start().await;
    let mut running = Phone::dial(server.udp, "nps", "running", "").await.unwrap();
    assert_eq!(running.next_tone().await, Tone::Nps);
    let path = server.deployment().path("surveys/quick.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let nps = text.find("[[question]]").unwrap();
    let ces = nps + 1 + text[nps + 1..].find("[[question]]").unwrap();
    std::fs::write(&path, format!("{}{}", &text[..nps], &text[ces..])).unwrap();
    let exit = reload(&server).await;
    assert_applied(&exit, &["survey quick: new version ", "question nps removed: "]);
    assert_eq!(first_tone(&server, "next").await, Tone::Ces);
    running.press(9).await;
    assert_eq!(running.next_tone().await, Tone::Ces);
    running.hang_up().await;
    server.ended_calls(2).await;
    server.stop().await;
}

#[tokio::test]
async fn another_n_applies_to_the_next_call_and_goes_on_from_the_same_count() {
    let mut deployment = Deployment::quick();
    deployment.without_routes();
    deployment.route("number = \"nps\"\nsurvey = \"quick\"\nevery = 10");
    let server = deployment.start().await;
    for number in 1..=3 {
        assert_eq!(
            first_tone(&server, &format!("call {number}")).await,
            Tone::Goodbye
        );
    }
    edit(&server, &[("every = 10", "every = 5")]);
    assert_applied(
        &reload(&server).await,
        &["reloaded: 1 change,", "route nps: every 10 -> 5"],
    );
    assert_eq!(first_tone(&server, "call 4").await, Tone::Goodbye);
    assert_eq!(first_tone(&server, "call 5").await, Tone::Nps);
    let calls = server.ended_calls(5).await;
    let positions: Vec<_> = calls.iter().map(|call| call.stratum_position.unwrap()).collect();
    assert_eq!(positions, [1, 2, 3, 4, 5]);
    let reasons: Vec<_> = calls
        .iter()
        .map(|call| call.decision_reason.as_deref().unwrap())
        .collect();
    assert_eq!(reasons, ["every"; 5]);
    server.stop().await;
}

#[tokio::test]
async fn bad_file_is_refused_as_a_whole_with_all_its_faults_and_the_old_rules_go_on() {
    let server = Deployment::quick().start().await;
    assert_eq!(first_tone(&server, "before").await, Tone::Nps);
    let (before, _) = loaded_at(&server).await;
    edit(
        &server,
        &[("every = 1", "every = 0\nsurvey_ = \"x\"\nhours.mon = \"8-16\"")],
    );
    server
        .deployment()
        .write("surveys/broken.toml", "[[question]]\nmetric = \"npss\"\n");
    let exit = reload(&server).await;
    assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
    for fault in [
        "refused: 4 faults; the old configuration stays in use",
        "aftercall.toml:4",
        "survey_",
        "08:00-16:00",
        "surveys/broken.toml:2",
    ] {
        assert!(exit.stdout.contains(fault), "`{fault}` is told:\n{}", exit.stdout);
    }
    assert_eq!(first_tone(&server, "after").await, Tone::Nps);
    let (after, metrics) = loaded_at(&server).await;
    assert!(
        (before - after).abs() < f64::EPSILON,
        "the old configuration is in use"
    );
    assert!(
        metrics.contains("aftercall_reloads_total{result=\"refused\"} 1"),
        "{metrics}"
    );
    let log = server.log();
    assert!(
        log.contains("08:00-16:00") && log.contains("surveys/broken.toml:2"),
        "{log}"
    );
    // The mended file is taken.
    edit(
        &server,
        &[("every = 0\nsurvey_ = \"x\"\nhours.mon = \"8-16\"", "every = 2")],
    );
    std::fs::remove_file(server.deployment().path("surveys/broken.toml")).unwrap();
    assert_applied(&reload(&server).await, &["route nps: every 1 -> 2"]);
    assert_eq!(first_tone(&server, "third").await, Tone::Goodbye, "an odd place");
    server.stop().await;
}

#[tokio::test]
async fn hang_up_signal_reloads_too() {
    let server = Deployment::quick().start().await;
    assert_eq!(first_tone(&server, "before").await, Tone::Nps);
    edit(&server, &[("every = 1", "every = 100")]);
    server.signal("-HUP").await;
    let told = eventually("the log tells the change", async || {
        server.log().contains("route nps: every 1 -> 100").then_some(())
    });
    told.await;
    let (_, metrics) = loaded_at(&server).await;
    assert!(
        metrics.contains("aftercall_reloads_total{result=\"ok\"} 1"),
        "{metrics}"
    );
    assert_eq!(first_tone(&server, "after").await, Tone::Goodbye);
    server.stop().await;
}

#[tokio::test]
async fn what_needs_a_restart_is_named_and_not_applied() {
    let server = Deployment::quick().start().await;
    edit(
        &server,
        &[
            ("listen = \"127.0.0.1:0\"", "listen = \"127.0.0.1:9\""),
            ("every = 1", "every = 3"),
        ],
    );
    let exit = reload(&server).await;
    assert_applied(
        &exit,
        &[
            "reloaded: 1 change,",
            "route nps: every 1 -> 3",
            "needs a restart, not applied: sip.listen: 127.0.0.1:0 -> 127.0.0.1:9",
            "needs a restart, not applied: http.listen: 127.0.0.1:0 -> 127.0.0.1:9",
        ],
    );
    assert_eq!(first_tone(&server, "still here").await, Tone::Goodbye);
    let exit = reload(&server).await;
    assert_applied(&exit, &["reloaded: nothing to apply", "sip.listen"]);
    server.stop().await;
}

#[tokio::test]
async fn new_prompt_is_heard_by_the_next_call() {
    let server = Deployment::quick().start().await;
    assert_eq!(first_tone(&server, "before").await, Tone::Nps);
    let prompt = |name: &str| server.deployment().path(&format!("prompts/en/{name}.wav"));
    std::fs::copy(prompt("ces"), prompt("nps")).unwrap();
    assert_applied(&reload(&server).await, &["prompts: en/nps changed"]);
    assert_eq!(
        first_tone(&server, "after").await,
        Tone::Ces,
        "the tone of ces, by the name of nps"
    );
    server.stop().await;
}

#[tokio::test]
async fn nobody_to_ask_is_told_with_where_else_to_look() {
    let deployment = Deployment::quick();
    let exit = deployment.run(&["reload"]).await;
    assert_eq!(exit.status.code(), Some(1), "{}", exit.stdout);
    let [line, hint] = exit.stderr.lines().collect::<Vec<_>>()[..] else {
        panic!("two lines:\n{}", exit.stderr)
    };
    assert!(
        line.contains("no service answers at") && line.contains("var/aftercall.sock;"),
        "{line}"
    );
    assert!(hint.contains("--socket"), "{hint}");
}

#[tokio::test]
async fn socket_is_its_owners_alone_and_goes_with_the_service() {
    use std::os::unix::fs::PermissionsExt;

    let server = Deployment::quick().start().await;
    let socket = server.deployment().path("var/aftercall.sock");
    assert_eq!(
        std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let second = server.deployment().run_as_it_is(&["serve"]).await;
    assert!(
        !second.status.success() && second.stderr.contains("control.socket"),
        "{}",
        second.stderr
    );
    server.ask_to_stop().await;
    let (status, deployment) = server.ended().await;
    assert!(status.success());
    assert!(!deployment.path("var/aftercall.sock").exists());
}

#[tokio::test]
async fn file_that_was_emptied_is_refused_and_calls_go_on_as_before() {
    let server = Deployment::quick().start().await;
    let path = server.deployment().path("aftercall.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    // The sockets stay where they are, but the routes are gone; then all of it is.
    let socket = text.lines().find(|line| line.starts_with("socket = ")).unwrap();
    for (call, emptied) in [
        ("first", format!("[control]\n{socket}\n")),
        ("second", String::new()),
    ] {
        std::fs::write(&path, &emptied).unwrap();
        let control = server.deployment().path("var/aftercall.sock");
        let exit = server
            .deployment()
            .run_as_it_is(&["reload", "--socket", control.to_str().unwrap()])
            .await;
        assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
        assert!(
            exit.stdout
                .contains("refused: 1 fault; the old configuration stays in use")
                && exit.stdout.contains("there is no [[route]]")
                && exit.stdout.contains("the configuration in use has 1 route"),
            "{}",
            exit.stdout
        );
        assert_eq!(first_tone(&server, call).await, Tone::Nps);
    }
    server.stop().await;
}

#[tokio::test]
async fn reload_that_reads_numbers_otherwise_warns_while_somebody_has_opted_out() {
    let mut deployment = Deployment::quick();
    deployment.set("numbers", "country_code", "\"358\"");
    let server = deployment.start().await;
    edit(&server, &[("country_code = \"358\"", "country_code = \"46\"")]);
    let exit = reload(&server).await;
    assert_applied(&exit, &["numbers.country_code: 358 -> 46"]);
    assert!(!exit.stdout.contains("opt-out"), "nobody has: {}", exit.stdout);
    let target = format!("sip:nps@{}", server.udp);
    let call = ["call", &target, "--from", "+358401234567", "--keys", "*9"];
    let told = server.deployment().run_as_it_is(&call).await;
    assert!(
        told.stdout.contains("stored: no answer; declined"),
        "{}{}",
        told.stdout,
        told.stderr
    );
    edit(&server, &[("country_code = \"46\"", "country_code = \"358\"")]);
    let exit = reload(&server).await;
    assert_applied(
        &exit,
        &[
            "warning: numbers.country_code: 1 opt-out is stored under the number format before this change",
            "numbers.country_code: 46 -> 358",
        ],
    );
    server.stop().await;
}

#[tokio::test]
async fn hour_that_comes_twice_is_said_and_one_that_never_comes_is_refused() {
    let mut deployment = Deployment::quick();
    deployment.set("sampling", "time_zone", "\"Europe/Helsinki\"");
    let ask = async |at: &str| {
        deployment
            .run(&["sampling", "explain", "--number", "nps", "--at", at])
            .await
    };
    let twice = ask("2026-10-25T03:30").await;
    assert!(twice.status.success(), "{twice:?}");
    assert!(
        twice.stderr.contains("comes twice in Europe/Helsinki")
            && twice.stderr.contains("2026-10-25T03:30+03:00 is taken")
            && twice
                .stderr
                .contains("write 2026-10-25T03:30+02:00 for the other"),
        "{}",
        twice.stderr
    );
    let told = ask("2026-10-25T03:30+02:00").await;
    assert!(told.status.success() && told.stderr.is_empty(), "{told:?}");
    let never = ask("2026-03-29T03:30").await;
    assert!(!never.status.success());
    assert!(
        never.stderr.contains("there is no such time in Europe/Helsinki"),
        "{}",
        never.stderr
    );
}

#[tokio::test]
async fn explain_foretells_a_call_and_tells_of_one_that_came() {
    let mut deployment = Deployment::quick();
    deployment.without_routes();
    deployment.route("number = \"nps\"\nsurvey = \"quick\"\nevery = 3\nmax_per_day = 50");
    let server = deployment.start().await;
    for number in 1..=2 {
        let mut phone = Phone::dial(server.udp, "nps", &format!("call {number}"), "X-Queue: sales\r\n")
            .await
            .unwrap();
        assert_eq!(phone.next_tone().await, Tone::Goodbye);
        phone.hung_up().await;
    }
    let calls = server.ended_calls(2).await;
    let ask = async |args: &[&str]| {
        let exit = server
            .deployment()
            .run_as_it_is(&[&["sampling", "explain"], args].concat())
            .await;
        assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
        exit.stdout
    };
    let third = ask(&["--number", "nps", "--queue", "sales", "--talk-time", "1:35"]).await;
    for line in [
        "this would be the 3rd call of queue \"sales\" on route \"nps\" and is surveyed",
        "caller and agent talked for 95 s; 20 s are needed",
        "0 of 50 surveys of route nps",
    ] {
        assert!(third.contains(line), "`{line}`:\n{third}");
    }
    assert!(third.ends_with("\nsurveyed (every)\n"), "{third}");
    let first = ask(&["--number", "nps", "--queue", "other", "--json"]).await;
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first["outcome"]["decision"], "not_sampled");
    assert_eq!(first["outcome"]["position"], 1);
    let short = ask(&["--number", "nps", "--talk-time", "5"]).await;
    assert!(
        short.ends_with("not surveyed, and not counted (too_short)\n"),
        "{short}"
    );
    let came = ask(&["--call", &calls[1].call_uid]).await;
    for line in [
        "not surveyed: not the Nth call (every = 3)",
        "one call in 3 is surveyed",
        "it was the 2nd call of queue \"sales\" on route \"nps\"",
        "it ended as not_sampled",
    ] {
        assert!(came.contains(line), "`{line}`:\n{came}");
    }
    for at in [
        "2026-11-25T08:00+02:00",
        "2026-11-25T08:00:00+02:00",
        "2026-11-25 06:00Z",
        "20261125T080000+0200",
    ] {
        let then = ask(&["--number", "nps", "--at", at]).await;
        assert!(then.contains("Wed 2026-11-25 06:00 UTC"), "{at}: {then}");
    }
    let nowhere = ask(&["--number", "0800"]).await;
    assert!(nowhere.contains("no route takes 0800"), "{nowhere}");
    let nowhere: serde_json::Value =
        serde_json::from_str(&ask(&["--number", "0800", "--json"]).await).unwrap();
    assert_eq!(nowhere["outcome"]["rule"], "no_route");
    // Asking has counted nothing.
    let mut phone = Phone::dial(server.udp, "nps", "call 3", "X-Queue: sales\r\n")
        .await
        .unwrap();
    assert_eq!(phone.next_tone().await, Tone::Nps);
    phone.hang_up().await;
    server.stop().await;
}

#[tokio::test]
async fn shipped_routes_survey_the_first_test_call_and_the_later_ones() {
    let text = std::fs::read_to_string(repository().join("config/aftercall.toml")).unwrap();
    let loaded = aftercall::config::load::from_text(&text, "aftercall.toml", Some(Default::default()));
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    for route in loaded.settings.routes() {
        let rules = &route.rules;
        assert_eq!(
            rules.cool_down,
            aftercall_survey::admission::cool_down::CoolDown::OFF,
            "{}",
            route.name()
        );
        assert_eq!(
            rules.sampler,
            aftercall_survey::admission::sampler::Sampler::default(),
            "{}",
            route.name()
        );
    }
}

#[tokio::test]
async fn comments_are_recorded_from_the_reload_on_that_brings_the_first_survey_with_one() {
    let mut deployment = Deployment::quick();
    deployment.set_path("recordings", "directory", &deployment.path("recordings"));
    deployment.set("recordings", "min_free_mb", "0");
    deployment.set("recordings", "max_disk_percent", "100");
    let server = deployment.start().await;
    let commented = format!("{CSAT_FIRST}[[question]]\nmetric = \"comment\"\ntext = \"Why?\"\n");
    server.deployment().write("surveys/said.toml", &commented);
    edit(&server, &[("survey = \"quick\"", "survey = \"said\"")]);
    assert_applied(&reload(&server).await, &["survey said: new"]);
    let mut phone = Phone::dial(server.udp, "nps", "said", "").await.unwrap();
    assert_eq!(phone.next_tone().await, Tone::Csat);
    phone.press(4).await;
    assert_eq!(phone.next_tone().await, Tone::Notice);
    phone.hang_up().await;
    server.ended_calls(1).await;
    let recordings = rows::recordings(&server.deployment().database()).await;
    assert_eq!(recordings.len(), 1, "the recorder runs: {recordings:?}");
    assert_ne!(recordings[0].state, "lost");
    server.stop().await;
}

#[tokio::test]
async fn limits_and_rules_of_the_new_file_hold_for_calls_that_came_before_it() {
    let server = Deployment::quick().start().await;
    for number in 1..=2 {
        assert_eq!(first_tone(&server, &format!("call {number}")).await, Tone::Nps);
    }
    server.ended_calls(2).await;
    edit(&server, &[("every = 1", "every = 1\nmax_per_day = 3")]);
    let exit = reload(&server).await;
    assert_applied(&exit, &["route nps: max_per_day not set -> 3"]);
    assert_eq!(first_tone(&server, "call 3").await, Tone::Nps);
    assert_eq!(
        first_tone(&server, "call 4").await,
        Tone::Goodbye,
        "two of the three were before"
    );
    let calls = server.ended_calls(4).await;
    assert_eq!(calls[3].end(), ("suppressed", "quota"));
    let exit = server.deployment().run_as_it_is(&["reload", "--json"]).await;
    let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    assert_eq!(
        (&report["applied"], &report["changes"]),
        (&true.into(), &serde_json::json!([]))
    );
    server.stop().await;
}

/// While the configuration changes again and again, each call hears the survey that its row names.
#[tokio::test]
async fn no_call_sees_half_of_a_change() {
    let server = Deployment::quick().start().await;
    server.deployment().write("surveys/other.toml", CSAT_FIRST);
    let changes = async {
        for _ in 0..5 {
            edit(&server, &[("survey = \"quick\"", "survey = \"other\"")]);
            assert_applied(&reload(&server).await, &["quick -> other"]);
            edit(&server, &[("survey = \"other\"", "survey = \"quick\"")]);
            assert_applied(&reload(&server).await, &["other -> quick"]);
        }
    };
    let calls = async {
        let mut heard = Vec::new();
        for number in 0..24 {
            let call_id = format!("call {number}");
            let tone = first_tone(&server, &call_id).await;
            heard.push((call_id, tone));
        }
        heard
    };
    let ((), heard) = tokio::join!(changes, calls);
    for call in server.ended_calls(heard.len()).await {
        let (_, tone) = heard.iter().find(|(id, _)| *id == call.sip_call_id).unwrap();
        let expected = match call.survey.as_deref() {
            Some("quick") => Tone::Nps,
            _ => Tone::Csat,
        };
        assert_eq!(*tone, expected, "{call:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn reload_that_cannot_store_its_surveys_is_refused_and_can_be_repeated() {
    let server = Deployment::quick().start().await;
    let mut lock = rows::lock(&server.deployment().database()).await;
    edit(&server, &[("every = 1", "every = 2")]);
    let exit = reload(&server).await;
    assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stdout
            .contains("the surveys cannot be stored, try again later"),
        "{}",
        exit.stdout
    );
    rows::unlock(&mut lock).await;
    let applied = eventually("the database is back", async || {
        let exit = reload(&server).await;
        exit.status.success().then_some(exit)
    });
    assert_applied(&applied.await, &["route nps: every 1 -> 2"]);
    server.stop().await;
}

/// A service whose control socket is not where it would be by default.
async fn with_its_own_socket() -> Server {
    let mut deployment = Deployment::quick();
    deployment.set_path("control", "socket", &deployment.path("run/a.sock"));
    deployment.start().await
}

#[tokio::test]
async fn service_is_asked_at_the_socket_of_a_file_that_is_no_toml() {
    let server = with_its_own_socket().await;
    edit(&server, &[("every = 1", "every = 1\n[[[broken")]);
    let exit = reload(&server).await;
    assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stdout.contains("refused: 1 fault") && exit.stdout.contains("aftercall.toml:5"),
        "the service tells it: {}{}",
        exit.stdout,
        exit.stderr
    );
    server.stop().await;
}

#[tokio::test]
async fn file_that_cannot_be_read_leaves_the_socket_unknown() {
    let server = with_its_own_socket().await;
    std::fs::write(
        server.deployment().path("aftercall.toml"),
        b"[log]\n\xFF\xFE\xE4\n",
    )
    .unwrap();
    let exit = reload(&server).await;
    assert_eq!(exit.status.code(), Some(2), "{}{}", exit.stdout, exit.stderr);
    for told in ["aftercall.toml cannot be read", "--socket", "aftercall.toml:2"] {
        assert!(exit.stderr.contains(told), "`{told}`: {}", exit.stderr);
    }
    let socket = server.deployment().path("run/a.sock").display().to_string();
    let exit = server
        .deployment()
        .run_as_it_is(&["reload", "--socket", &socket])
        .await;
    assert_eq!(exit.status.code(), Some(2), "{}", exit.stderr);
    assert!(exit.stdout.contains("refused: 1 fault"), "{}", exit.stdout);
    server.stop().await;
}

#[tokio::test]
async fn socket_that_was_changed_in_the_file_is_asked_for_by_its_old_name() {
    let server = with_its_own_socket().await;
    edit(&server, &[("run/a.sock", "run/b.sock")]);
    let exit = reload(&server).await;
    assert_eq!(exit.status.code(), Some(1), "{}{}", exit.stdout, exit.stderr);
    assert!(
        exit.stderr.contains("run/b.sock") && exit.stderr.contains("name that with --socket"),
        "{}",
        exit.stderr
    );
    let socket = server.deployment().path("run/a.sock").display().to_string();
    let exit = server
        .deployment()
        .run_as_it_is(&["reload", "--socket", &socket])
        .await;
    assert_applied(&exit, &["control.socket"]);
    server.stop().await;
}

#[tokio::test]
async fn restart_and_reload_keep_the_n_that_the_autopilot_planned() {
    let mut deployment = Deployment::quick();
    deployment.without_routes();
    deployment.route(
        "number = \"nps\"\nsurvey = \"quick\"\nevery = 10\nautopilot = { half_width = 8, until = \"friday\", min = 2, max = 50 }",
    );
    let server = deployment.start().await;
    assert_eq!(first_tone(&server, "first").await, Tone::Goodbye);
    let deployment = server.stop().await;
    let store = aftercall_storage::open(&deployment.database(), Access::Serve)
        .await
        .unwrap();
    let now = SystemClock.utc();
    let plan = SamplingPlan {
        stratum: Stratum {
            route: "nps".to_owned(),
            kind: StratumKind::Queue,
            counted_as: String::new(),
        },
        every: 2.try_into().unwrap(),
        former_every: 10.try_into().unwrap(),
        planned_at: now,
        reason: PlanReason::Goal,
        answers: 100.0,
        half_width: Some(7.5),
        until: now,
    };
    store.add_sampling_plans(&[plan]).await.unwrap();
    store.close().await;
    let server = deployment.start().await;
    assert_eq!(first_tone(&server, "second").await, Tone::Nps);
    edit(&server, &[("half_width = 8", "half_width = 7")]);
    assert_applied(&reload(&server).await, &["reloaded: 1 change,"]);
    assert_eq!(first_tone(&server, "third").await, Tone::Goodbye);
    assert_eq!(first_tone(&server, "fourth").await, Tone::Nps);
    let explained = server
        .deployment()
        .run_as_it_is(&["sampling", "explain", "--number", "nps"])
        .await;
    assert!(
        explained.stdout.contains("one call in 2 since") && explained.stdout.contains("+-7.5 points"),
        "{}{}",
        explained.stdout,
        explained.stderr
    );
    let history = server
        .deployment()
        .run_as_it_is(&["sampling", "plans", "--json", "--route", "nps"])
        .await;
    let history: serde_json::Value = serde_json::from_str(&history.stdout).unwrap();
    // On a slow machine a minute is over, and the job has planned anew since.
    let is_ours = |plan: &serde_json::Value| plan["former_every"] == 10 && plan["every"] == 2;
    assert!(history.as_array().unwrap().iter().any(is_ours), "{history}");
    edit(&server, &[("every = 10\n", "every = 10\nname = \"other\"\n")]);
    assert_applied(&reload(&server).await, &["reloaded: 2 changes,"]);
    assert_eq!(
        first_tone(&server, "fifth").await,
        Tone::Goodbye,
        "another route has another plan"
    );
    edit(
        &server,
        &[("half_width = 7", "half_width = 7, question = \"npss\"")],
    );
    let refused = reload(&server).await;
    assert_eq!(refused.status.code(), Some(2), "{}", refused.stdout);
    let told = format!("{}{}", refused.stdout, refused.stderr);
    assert!(
        told.contains("has no question `npss`") && told.contains("question = \"nps\""),
        "{told}"
    );
    server.stop().await;
}
