//! A deployment of its own for each test: configuration, surveys, prompts, database, all in one directory.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use tempfile::TempDir;

use super::{repository, tone};

/// UDP ports that each deployment may use for media.
const MEDIA_PORTS: u16 = 80;
/// Ranges to choose from: 10000 and up, below the ports that the system hands out by itself.
const MEDIA_RANGES: u16 = 240;

/// Three questions without a welcome, asked by tones of a third of a second and answered within 20 s, so
/// that a slow machine has time and a fast one need not wait.
const QUICK_SURVEY: &str = r#"
title = "Three tones"
goal = "Test the service"

[prompts]
welcome = []

[timing]
before_first_prompt = "100ms"
after_key = "100ms"
no_input = "20s"
no_input_last = "20s"

[[question]]
metric = "nps"
text = "The first tone?"

[[question]]
metric = "ces"
text = "The second tone?"

[[question]]
metric = "csat"
text = "The third tone?"
"#;

/// Length of a prompt of the quick surveys.
const QUICK_PROMPT_MS: u32 = 300;

/// What the program is started with.
#[derive(Debug)]
pub(crate) struct Deployment {
    directory: TempDir,
    settings: BTreeMap<(&'static str, &'static str), String>,
    routes: String,
    environment: Vec<(String, String)>,
    used: &'static str,
    umask: Option<&'static str>,
}

/// The configuration that a deployment writes.
const CONFIGURATION: &str = "aftercall.toml";

/// The configuration of an example.
const EXAMPLE: &str = "example.toml";

impl Deployment {
    /// Tones for prompts, the route `nps` for every call, nothing else.
    pub(crate) fn quick() -> Self {
        let mut deployment = Self::shipped();
        let prompts = deployment.path("prompts");
        tone::write_prompts(&prompts.join("en"), QUICK_PROMPT_MS);
        deployment.set_path("prompts", "directory", &prompts);
        let surveys = deployment.path("surveys");
        deployment.set_path("surveys", "directory", &surveys);
        deployment.write("surveys/quick.toml", QUICK_SURVEY);
        deployment.routes.clear();
        deployment.route("number = \"nps\"\nsurvey = \"quick\"\nevery = 1");
        deployment
    }

    /// The surveys, prompts and routes of the checkout.
    pub(crate) fn shipped() -> Self {
        let directory = tempfile::Builder::new()
            .prefix("aftercall-test-")
            .tempdir()
            .unwrap();
        let mut deployment = Self {
            directory,
            settings: BTreeMap::new(),
            routes: String::new(),
            environment: Vec::new(),
            used: CONFIGURATION,
            umask: None,
        };
        for (number, survey) in [("nps", "nps-ces-csat"), ("csat", "csat-agent"), ("*", "default")] {
            deployment.route(&format!(
                "number = \"{number}\"\nsurvey = \"{survey}\"\nevery = 1"
            ));
        }
        deployment.set("sip", "listen", "\"127.0.0.1:0\"");
        deployment.set("numbers", "country_code", "\"none\"");
        // One caller calls again and again.
        deployment.set("sampling", "cool_down_days", "0");
        deployment.set("http", "listen", "\"127.0.0.1:0\"");
        deployment.set("media", "ports", &format!("\"{}\"", media_ports()));
        deployment.set_path("prompts", "directory", &repository().join("prompts"));
        deployment.set_path("surveys", "directory", &repository().join("config/surveys"));
        deployment.set_path("storage", "path", &deployment.path("aftercall.db"));
        deployment.set_path("storage", "spool", &deployment.path("aftercall.spool"));
        deployment.set_path("privacy", "key_file", &deployment.path("caller-hash.key"));
        deployment.set_path("prompts", "own", &deployment.path("var/prompts"));
        deployment.set_path("recordings", "directory", &deployment.path("var/recordings"));
        deployment.set_path("control", "socket", &deployment.path("var/aftercall.sock"));
        deployment
    }

    /// The settings of `examples/NAME/aftercall.toml` as they are shipped: where the program listens, what it writes and which prompts
    /// it plays comes from the environment. Every survey that they name asks the three tones.
    pub(crate) fn example(name: &str) -> Self {
        let mut deployment = Self::quick();
        let file = repository().join(format!("examples/{name}/aftercall.toml"));
        let text = std::fs::read_to_string(file).unwrap();
        for route in text.parse::<toml::Table>().unwrap()["route"].as_array().unwrap() {
            let survey = route["survey"].as_str().unwrap();
            let text = format!("languages = [\"en\", \"fi\"]\n{QUICK_SURVEY}");
            deployment.write(&format!("surveys/{survey}.toml"), &text);
        }
        tone::write_prompts(&deployment.path("prompts/fi"), QUICK_PROMPT_MS);
        deployment.write(EXAMPLE, &text);
        deployment.use_configuration(EXAMPLE);
        for ((section, name), value) in std::mem::take(&mut deployment.settings) {
            let variable = format!("AFTERCALL__{section}__{name}").to_uppercase();
            deployment.environment(&variable, value.trim_matches(['"', '\'']));
        }
        deployment
    }

    /// Sets one setting; `value` as TOML.
    pub(crate) fn set(&mut self, section: &'static str, name: &'static str, value: &str) {
        self.settings.insert((section, name), value.to_owned());
    }

    /// Sets one setting to a path.
    pub(crate) fn set_path(&mut self, section: &'static str, name: &'static str, path: &Path) {
        self.set(section, name, &format!("'{}'", path.display()));
    }

    /// Adds a route; `fields` as TOML.
    pub(crate) fn route(&mut self, fields: &str) {
        write!(self.routes, "[[route]]\n{fields}\n\n").unwrap();
    }

    /// Removes every route.
    pub(crate) fn without_routes(&mut self) {
        self.routes.clear();
    }

    /// Sets an environment variable of the program.
    pub(crate) fn environment(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Names another file than the one written as the configuration.
    pub(crate) fn use_configuration(&mut self, name: &'static str) {
        self.used = name;
    }

    /// Starts the program with this umask.
    pub(crate) fn umask(&mut self, umask: &'static str) {
        self.umask = Some(umask);
    }

    /// Writes a file into the deployment.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// A path inside the deployment.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Where the database is.
    pub(crate) fn database(&self) -> PathBuf {
        self.path("aftercall.db")
    }

    /// The program with this deployment's configuration, which is written now. Ends when dropped.
    pub(crate) fn command(&self, subcommand: &[&str]) -> tokio::process::Command {
        self.write_configuration();
        self.command_as_it_is(subcommand)
    }

    /// Writes the configuration of this deployment.
    pub(crate) fn write_configuration(&self) {
        self.write(CONFIGURATION, &self.configuration());
    }

    /// The program with the configuration that is there.
    pub(crate) fn command_as_it_is(&self, subcommand: &[&str]) -> tokio::process::Command {
        let mut command = self.plain_command();
        command.arg("--config").arg(self.path(self.used)).args(subcommand);
        command
    }

    /// The program in this deployment's directory, without arguments.
    pub(crate) fn plain_command(&self) -> tokio::process::Command {
        let program = env!("CARGO_BIN_EXE_aftercall");
        let mut command = match self.umask {
            None => tokio::process::Command::new(program),
            Some(umask) => {
                let mut shell = tokio::process::Command::new("sh");
                let script = format!("umask {umask}; exec \"$0\" \"$@\"");
                shell.args(["-c", &script, program]);
                shell
            }
        };
        command
            .current_dir(self.directory.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(std::process::Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn configuration(&self) -> String {
        let mut text = self.routes.clone();
        let mut section = "";
        for ((of, name), value) in &self.settings {
            if *of != section {
                section = of;
                writeln!(text, "[{section}]").unwrap();
            }
            writeln!(text, "{name} = {value}").unwrap();
        }
        text
    }
}

/// A range of media ports that no other deployment of this run has; other runs start elsewhere.
fn media_ports() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % u32::from(MEDIA_RANGES)).unwrap_or(0);
    let index = (start + NEXT.fetch_add(1, Ordering::Relaxed)) % MEDIA_RANGES;
    let first = 10_000 + index * MEDIA_PORTS;
    format!("{first}-{}", first + MEDIA_PORTS - 1)
}
