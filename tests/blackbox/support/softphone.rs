//! baresip as a real phone, driven over its own control socket (module `ctrl_tcp`: JSON in netstrings).
//!
//! Its microphone is a sine, its ear a file: `sndfile` writes what it decodes to `dump-*-dec.wav`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::ports::ports;
use super::{PATIENCE, eventually, is_skipped, read_or_empty};

/// Set by `scripts/test` when baresip can be neither found nor installed.
const SKIP: &str = "AFTERCALL_SKIP_BARESIP";

/// Where distributions put baresip's modules.
const MODULES: [&str; 4] = [
    "/usr/lib/baresip/modules",
    "/usr/local/lib/baresip/modules",
    "/usr/lib/x86_64-linux-gnu/baresip/modules",
    "/usr/lib/aarch64-linux-gnu/baresip/modules",
];

/// Whether tests with baresip are switched off.
pub(crate) fn skipped() -> bool {
    is_skipped(SKIP)
}

/// What the phone speaks.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spoken {
    Pcmu,
    G722,
    Opus,
}

impl Spoken {
    /// As an account names it.
    const fn name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::G722 => "G722",
            Self::Opus => "opus/48000/2",
        }
    }
}

/// A running baresip. Ends when dropped; its log is shown when a test fails.
#[derive(Debug)]
pub(crate) struct Softphone {
    directory: PathBuf,
    /// Where it can be called, once it is ready.
    pub(crate) sip_port: u16,
    _child: Child,
    control: BufReader<TcpStream>,
}

impl Softphone {
    /// Starts a phone that speaks one codec and whose files live in `directory`.
    pub(crate) async fn start(directory: &Path, codec: Spoken) -> Self {
        Self::start_with(directory, codec, "").await
    }

    /// Starts a phone with further parameters of its account, for example `;mediaenc=srtp-mand`.
    pub(crate) async fn start_with(directory: &Path, codec: Spoken, parameters: &str) -> Self {
        let port = ports();
        let sip = port + 2;
        std::fs::create_dir_all(directory).unwrap();
        let write = |name: &str, text: &str| std::fs::write(directory.join(name), text).unwrap();
        write("config", &configuration(directory, port, sip));
        let name = codec.name();
        write(
            "accounts",
            &format!("<sip:phone@127.0.0.1>;regint=0;audio_codecs={name};dtmfmode=rtpevent{parameters}\n"),
        );
        write("contacts", "");
        let log = File::create(log_file(directory)).unwrap();
        let child = Command::new("baresip")
            .arg("-f")
            .arg(directory)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("cannot run baresip (package baresip-core; or set {SKIP}=1): {error}")
            });
        let control = eventually("baresip listens for commands", async || {
            let log = read_or_empty(&log_file(directory));
            assert!(
                !log.contains("baresip init failed"),
                "baresip did not start:\n{log}"
            );
            TcpStream::connect(("127.0.0.1", port)).await.ok()
        });
        let control = BufReader::new(control.await);
        Self {
            directory: directory.to_owned(),
            sip_port: sip,
            _child: child,
            control,
        }
    }

    /// Calls, and waits until the call is established.
    pub(crate) async fn dial(&mut self, uri: &str) {
        self.command("dial", uri).await;
        self.event("CALL_ESTABLISHED").await;
    }

    /// Presses a key.
    pub(crate) async fn press(&mut self, key: char) {
        self.command("sndcode", &key.to_string()).await;
    }

    /// Waits until the other side presses a key.
    pub(crate) async fn hears_key(&mut self) {
        self.event("CALL_DTMF_START").await;
    }

    /// Waits until the other side hangs up.
    pub(crate) async fn hung_up(&mut self) {
        self.event("CALL_CLOSED").await;
    }

    /// What was heard, as 16-bit samples at 8 kHz. Complete only after the call.
    pub(crate) fn heard(&self) -> Vec<i16> {
        let files = std::fs::read_dir(&self.directory)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let is_dump = |path: &PathBuf| path.to_string_lossy().ends_with("-dec.wav");
        let file = files
            .into_iter()
            .find(is_dump)
            .expect("sndfile writes what the phone hears");
        hound::WavReader::open(file)
            .unwrap()
            .samples()
            .map(Result::unwrap)
            .collect()
    }

    async fn command(&mut self, command: &str, parameters: &str) {
        let text = json!({ "command": command, "params": parameters }).to_string();
        let netstring = format!("{}:{text},", text.len());
        self.control.write_all(netstring.as_bytes()).await.unwrap();
    }

    async fn event(&mut self, wanted: &str) {
        let waiting = async {
            loop {
                let message = self.next_message().await;
                let kind = message["type"].as_str().unwrap_or_default();
                if kind == wanted {
                    return;
                }
                assert_ne!(kind, "CALL_CLOSED", "the call ended before {wanted}: {message}");
                assert_ne!(message["ok"], false, "baresip refuses a command: {message}");
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| panic!("no {wanted} from baresip"));
    }

    async fn next_message(&mut self) -> Value {
        let mut length = 0;
        loop {
            match self.control.read_u8().await.expect("baresip is running") {
                b':' => break,
                digit => length = length * 10 + usize::from(digit - b'0'),
            }
        }
        let mut text = vec![0; length + 1];
        self.control.read_exact(&mut text).await.unwrap();
        serde_json::from_slice(&text[..length]).unwrap()
    }
}

impl Drop for Softphone {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!(
                "---- baresip said\n{}\n----",
                read_or_empty(&log_file(&self.directory))
            );
        }
    }
}

fn log_file(directory: &Path) -> PathBuf {
    directory.join("baresip.log")
}

fn configuration(directory: &Path, control_port: u16, sip_port: u16) -> String {
    let modules = MODULES
        .into_iter()
        .find(|path| Path::new(path).is_dir())
        .unwrap_or(MODULES[0]);
    format!(
        "poll_method epoll\n\
         sip_listen 127.0.0.1:{sip_port}\n\
         net_interface 127.0.0.1\n\
         audio_source ausine,440\n\
         ausrc_srate 48000\n\
         ausrc_channels 2\n\
         audio_player aubridge,ear\n\
         audio_alert aubridge,alert\n\
         statmode_default off\n\
         snd_path {}\n\
         ctrl_tcp_listen 127.0.0.1:{control_port}\n\
         module_path {modules}\n\
         module g711.so\n\
         module g722.so\n\
         module opus.so\n\
         module sndfile.so\n\
         module ausine.so\n\
         module aubridge.so\n\
         module srtp.so\n\
         module_tmp account.so\n\
         module_app menu.so\n\
         module_app ctrl_tcp.so\n",
        directory.display(),
    )
}
