//! What the tools of others say of the examples, where they are installed: `kamailio`, `opensips`, `xmllint`, `asterisklint`.

use std::io::ErrorKind;
use std::process::{Command, Output};

use super::path;

/// Runs a tool; `None`, which is told, where it is not installed.
fn run(variable: &str, tool: &str, arguments: &[&str]) -> Option<Output> {
    if std::env::var_os(variable).is_some() {
        println!("SKIPPED: {variable} is set");
        return None;
    }
    // Where scripts/test puts asterisklint.
    let mut search = std::env::var_os("PATH").unwrap_or_default();
    search.push(":../target/asterisklint/bin");
    let mut command = Command::new(tool);
    match command
        .args(arguments)
        .env("PATH", search)
        .current_dir(path(""))
        .output()
    {
        Ok(output) => Some(output),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("SKIPPED: {tool} is not installed");
            None
        }
        Err(error) => panic!("cannot run {tool} (or set {variable}=1): {error}"),
    }
}

fn told(output: &Output) -> String {
    [&output.stdout, &output.stderr]
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .concat()
}

#[test]
fn kamailio_takes_its_configuration() {
    let arguments = [
        "-c",
        "-f",
        "kamailio/kamailio.cfg",
        "-A",
        "LISTEN=udp:127.0.0.1:5060",
    ];
    if let Some(output) = run("AFTERCALL_SKIP_KAMAILIO", "kamailio", &arguments) {
        assert!(output.status.success(), "{}", told(&output));
    }
}

#[test]
fn opensips_takes_its_configuration() {
    // It reads the tables and the modules that are named there, so both are put where they are.
    let modules =
        std::env::var_os("AFTERCALL_OPENSIPS_MODULES").and_then(|modules| modules.into_string().ok());
    let mut text = super::read("opensips/opensips.cfg")
        .replace(
            "text:///etc/opensips/aftercall",
            &format!("text://{}", path("opensips").display()),
        )
        .replace("udp:192.0.2.9:5060", "udp:127.0.0.1:5060");
    if let Some(modules) = modules {
        text = text.replace("/usr/lib/x86_64-linux-gnu/opensips/modules/", &modules);
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let arguments = ["-C", "-f", file.path().to_str().unwrap()];
    if let Some(output) = run("AFTERCALL_SKIP_OPENSIPS", "opensips", &arguments) {
        assert!(output.status.success(), "{}", told(&output));
    }
}

#[test]
fn xml_of_freeswitch_is_well_formed() {
    let arguments = ["--noout", "freeswitch/dialplan.xml", "freeswitch/gateway.xml"];
    if let Some(output) = run("AFTERCALL_SKIP_XMLLINT", "xmllint", &arguments) {
        assert!(
            output.status.success() && told(&output).is_empty(),
            "{}",
            told(&output)
        );
    }
}

#[test]
fn asterisklint_finds_nothing_in_the_dialplans_but_what_it_cannot_know() {
    // The files are parts of a dialplan, so they lack [general]; FreePBX writes ext-queues itself; the function is of Asterisk 18.20.
    const UNKNOWN: [&str; 4] = [
        "_DP_GENERAL_MISPLACED",
        "_DP_GLOBALS_MISPLACED",
        "goto to ext-queues",
        "'PJSIP_RESPONSE_HEADER' does not exist",
    ];
    for file in ["asterisk/extensions.conf", "freepbx/extensions_custom.conf"] {
        let Some(output) = run(
            "AFTERCALL_SKIP_ASTERISKLINT",
            "asterisklint",
            &["dialplan-check", file],
        ) else {
            return;
        };
        let told = told(&output);
        let found: Vec<&str> = told
            .lines()
            .filter(|line| !UNKNOWN.iter().any(|words| line.contains(words)))
            .collect();
        assert!(found.is_empty() && !told.is_empty(), "{file}: {found:#?}");
    }
}
