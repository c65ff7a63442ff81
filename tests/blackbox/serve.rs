//! Starting and stopping: what a newcomer gets wrong is told in one line that names the setting.

use std::net::{TcpListener, UdpSocket};

use crate::support::deployment::Deployment;
use crate::support::phone::Phone;
use crate::support::ports::ports;
use crate::support::server::Exit;
use crate::support::tone::Tone;
use crate::support::{http, repository};

/// Asserts that the program refused to run and said why in one line with all these words.
fn assert_one_line_names(exit: &Exit, words: &[&str]) {
    assert!(!exit.status.success(), "it must not run: {exit:?}");
    // Log lines begin with the year.
    let complaints: Vec<&str> = exit
        .stderr
        .lines()
        .filter(|line| !line.starts_with("20"))
        .collect();
    let [line] = complaints[..] else {
        panic!("one line says what is wrong:\n{}", exit.stderr)
    };
    assert!(line.starts_with("aftercall: "), "{line}");
    for word in words {
        assert!(line.contains(word), "`{word}` is in: {line}");
    }
    assert!(
        !exit.stdout.contains("SIP "),
        "nothing is promised: {}",
        exit.stdout
    );
    assert!(!exit.stderr.contains("panicked"), "{}", exit.stderr);
}

#[tokio::test]
async fn sip_port_in_use_is_told_in_one_line() {
    let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut deployment = Deployment::quick();
    deployment.set("sip", "listen", &format!("\"udp:{address}\""));
    assert_one_line_names(
        &deployment.run(&["serve"]).await,
        &["sip.listen", &address, "in use"],
    );
}

#[tokio::test]
async fn sip_port_in_use_over_tcp_is_told_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut deployment = Deployment::quick();
    deployment.set("sip", "listen", &format!("\"tcp:{address}\""));
    assert_one_line_names(
        &deployment.run(&["serve"]).await,
        &["sip.listen", &address, "in use"],
    );
}

#[tokio::test]
async fn http_port_in_use_is_told_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut deployment = Deployment::quick();
    deployment.set("http", "listen", &format!("\"{address}\""));
    assert_one_line_names(
        &deployment.run(&["serve"]).await,
        &["http.listen", &address, "in use"],
    );
}

#[tokio::test]
async fn missing_prompt_is_told_with_file_line_and_mend() {
    let deployment = Deployment::quick();
    std::fs::remove_file(deployment.path("prompts/en/ces.wav")).unwrap();
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(&exit, &["surveys/quick.toml:", "`ces`", "prompt"]);
}

#[tokio::test]
async fn missing_prompt_directory_is_told_in_one_line() {
    let mut deployment = Deployment::quick();
    deployment.set("prompts", "directory", "'/nonexistent/prompts'");
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(
        &exit,
        &["aftercall.toml:", "prompts.directory", "/nonexistent/prompts"],
    );
}

#[tokio::test]
async fn missing_surveys_are_told_in_one_line() {
    let mut deployment = Deployment::quick();
    for (name, is_made) in [("nowhere", false), ("empty", true)] {
        let directory = deployment.path(name);
        if is_made {
            std::fs::create_dir(&directory).unwrap();
        }
        deployment.set_path("surveys", "directory", &directory);
        let exit = deployment.run(&["serve"]).await;
        let directory = directory.display().to_string();
        assert_one_line_names(&exit, &["aftercall.toml:", "surveys.directory", &directory]);
    }
}

#[tokio::test]
async fn database_that_cannot_be_written_is_told_in_one_line() {
    let mut deployment = Deployment::quick();
    deployment.write("a-file", "");
    let below_a_file = deployment.path("a-file/aftercall.db");
    deployment.set_path("storage", "path", &below_a_file);
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(&exit, &["storage.path", &below_a_file.display().to_string()]);
}

#[tokio::test]
async fn spool_that_cannot_be_written_is_told_in_one_line() {
    let mut deployment = Deployment::quick();
    deployment.write("a-file", "");
    let below_a_file = deployment.path("a-file/aftercall.spool");
    deployment.set_path("storage", "spool", &below_a_file);
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(&exit, &["storage.spool", &below_a_file.display().to_string()]);
}

#[tokio::test]
async fn file_that_is_no_database_is_told_in_one_line() {
    let deployment = Deployment::quick();
    deployment.write("aftercall.db", &"no database at all\n".repeat(1_000));
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(
        &exit,
        &["storage.path", &deployment.database().display().to_string()],
    );
}

#[tokio::test]
async fn unknown_setting_is_told_with_file_and_line() {
    let mut deployment = Deployment::quick();
    deployment.set("sip", "lisen", "\"127.0.0.1:5060\"");
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(&exit, &["aftercall.toml:", "lisen", "listen"]);
    assert_eq!(exit.status.code(), Some(2), "the configuration is wrong");
}

#[tokio::test]
async fn route_to_an_unknown_survey_is_told_in_one_line() {
    let mut deployment = Deployment::quick();
    deployment.route("number = \"other\"\nsurvey = \"quik\"");
    let exit = deployment.run(&["serve"]).await;
    assert_one_line_names(&exit, &["aftercall.toml:", "`quik`", "quick"]);
}

#[tokio::test]
async fn missing_configuration_file_is_told_in_one_line() {
    let mut deployment = Deployment::quick();
    deployment.use_configuration("nowhere/aftercall.toml");
    assert_one_line_names(&deployment.run(&["serve"]).await, &["nowhere/aftercall.toml"]);
}

#[tokio::test]
async fn environment_wins_over_the_file() {
    let port = ports();
    let mut deployment = Deployment::quick();
    deployment.set("sip", "listen", "\"192.0.2.99:5060\"");
    deployment.environment("AFTERCALL__SIP__LISTEN", &format!("127.0.0.1:{port}"));
    let server = deployment.start().await;
    assert_eq!((server.udp.port(), server.tcp.port()), (port, port));
    server.stop().await;
}

#[tokio::test]
async fn running_service_is_healthy_and_ready() {
    let server = Deployment::quick().start().await;
    assert_eq!(http::get(server.http, "/healthz").await.0, 200);
    assert_eq!(http::get(server.http, "/readyz").await.0, 200);
    let (status, metrics) = http::get(server.http, "/metrics").await;
    assert!(status == 200 && metrics.contains("aftercall"), "{metrics}");
    assert_eq!(http::get(server.http, "/nowhere").await.0, 404);
    server.stop().await;
}

#[tokio::test]
async fn stop_lets_the_running_call_finish_and_refuses_new_ones() {
    let server = Deployment::quick().start().await;
    let mut running = Phone::dial(server.udp, "nps", "running", "").await.unwrap();
    assert_eq!(running.next_tone().await, Tone::Nps);
    server.ask_to_stop().await;
    let refused = crate::support::eventually("new calls are refused", async || {
        // A call that slips in before the stop is heard hangs up again.
        match Phone::dial(server.udp, "nps", "late", "").await {
            Ok(phone) => {
                phone.hang_up().await;
                None
            }
            Err(status) => Some(status),
        }
    });
    assert_eq!(refused.await, 503);
    for (digit, next) in [(9, Tone::Ces), (5, Tone::Csat), (4, Tone::Thanks)] {
        running.press(digit).await;
        assert_eq!(running.next_tone().await, next);
    }
    running.hung_up().await;
    let (status, deployment) = server.ended().await;
    assert!(status.success(), "{status}");
    let calls = crate::support::rows::calls(&deployment.database()).await;
    let call = calls.iter().find(|call| call.sip_call_id == "running").unwrap();
    assert_eq!(call.end(), ("completed", "all_answered"));
}

#[tokio::test]
async fn hard_stop_hangs_up_and_stores_what_was_answered() {
    let mut deployment = Deployment::quick();
    deployment.set("calls", "drain", "\"1s\"");
    let server = deployment.start().await;
    let mut phone = Phone::dial(server.udp, "nps", "cut", "").await.unwrap();
    assert_eq!(phone.next_tone().await, Tone::Nps);
    phone.press(8).await;
    assert_eq!(phone.next_tone().await, Tone::Ces);
    server.ask_to_stop().await;
    phone.hung_up().await;
    let (status, deployment) = server.ended().await;
    assert!(status.success(), "{status}");
    let calls = crate::support::rows::calls(&deployment.database()).await;
    assert_eq!(calls[0].end(), ("partial", "shutdown"));
}

#[tokio::test]
async fn second_interrupt_ends_running_calls_at_once() {
    let server = Deployment::quick().start().await;
    let mut phone = Phone::dial(server.udp, "nps", "impatient", "").await.unwrap();
    assert_eq!(phone.next_tone().await, Tone::Nps);
    phone.press(8).await;
    assert_eq!(phone.next_tone().await, Tone::Ces);
    server.signal("-INT").await;
    let refused = crate::support::eventually("the first interrupt is heard", async || {
        let (status, _) = http::get(server.http, "/readyz").await;
        (status == 503).then_some(())
    });
    refused.await;
    server.signal("-INT").await;
    phone.hung_up().await;
    let (status, deployment) = server.ended().await;
    assert!(status.success(), "{status}");
    let calls = crate::support::rows::calls(&deployment.database()).await;
    assert_eq!(calls[0].end(), ("partial", "shutdown"));
}

#[tokio::test]
async fn check_finds_the_shipped_configuration_sound() {
    let mut deployment = Deployment::shipped();
    deployment.set_path("surveys", "directory", &repository().join("config/surveys"));
    let exit = deployment.run(&["check"]).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
}

#[tokio::test]
async fn check_tells_every_fault_at_once() {
    let mut deployment = Deployment::quick();
    deployment.write("surveys/broken.toml", "[[question]]\nmetric = \"npss\"\n");
    deployment.route("number = \"other\"\nsurvey = \"nowhere\"");
    std::fs::remove_file(deployment.path("prompts/en/ces.wav")).unwrap();
    let exit = deployment.run(&["check"]).await;
    assert!(!exit.status.success());
    let told = format!("{}{}", exit.stdout, exit.stderr);
    for fault in ["surveys/broken.toml:2", "npss", "`nowhere`", "`ces`"] {
        assert!(told.contains(fault), "`{fault}` is told:\n{told}");
    }
}
