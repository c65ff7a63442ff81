//! A demo that is looked at: the service runs on it, calls come in, and the page is opened.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use anyhow::Context;

use super::callers::Callers;
use super::comments;
use crate::accounts::NewPassword;
use crate::cli::serve;
use crate::cli::start::{runtime, say, settings};
use crate::engine::Engine;
use crate::engine::seeded;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::accounts::{NewUser, Role, UserChange, UserName};
use aftercall_storage::demo::DemoOrganisation;
use aftercall_storage::{Access, AccountStore, Database, Store};
use aftercall_survey::SurveyRecord;

/// The user of a demo.
const USER: &str = "demo";
/// Where a demo is served unless something else is there already.
const HTTP_PORT: u16 = 8088;
/// Where it takes calls.
const SIP_PORT: u16 = 5088;

/// Where a demo is served, on this machine alone.
pub(super) fn addresses() -> std::io::Result<(SocketAddr, SocketAddr)> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let http = TcpListener::bind(at(HTTP_PORT)).or_else(|_| TcpListener::bind(at(0)))?;
    let sip = UdpSocket::bind(at(SIP_PORT)).or_else(|_| UdpSocket::bind(at(0)))?;
    Ok((http.local_addr()?, sip.local_addr()?))
}

/// Serves the demo whose settings are at `config`, until it is stopped.
pub(super) fn run(
    config: &Path,
    organisation: DemoOrganisation,
    surveys: Vec<SurveyRecord>,
    opens_page: bool,
) -> anyhow::Result<ExitCode> {
    let loaded = match settings(config) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let spoken = config.with_file_name("comments");
    let (password, speech) = runtime()?.block_on(async {
        let speech = comments::write(&loaded.settings, &spoken).await?;
        let store = aftercall_storage::open(&loaded.settings.storage.path, Access::Serve).await?;
        let password = sign_up(&store).await?;
        store.close().await;
        anyhow::Ok((password, speech))
    })?;
    let owned = config.to_owned();
    serve::run_with(config, move |engine: &Engine| {
        let page = format!("http://{}", engine.http_address());
        say(&format!(
            "open {page} and sign in as {USER} with the password {}",
            password.expose()
        ));
        if opens_page {
            open(&page);
        }
        if let Some(sip) = engine.sip_addresses().first() {
            let callers = Callers {
                sip: sip.address,
                config: owned,
                organisation,
                surveys,
                speech,
            };
            callers.start();
        }
    })
}

/// Makes the user of the demo, or gives it another password.
async fn sign_up(store: &Database) -> anyhow::Result<NewPassword> {
    let mut rng = seeded();
    let password = NewPassword::one_time(&mut rng);
    let hash = password.hash(&mut rng).context("the password cannot be hashed")?;
    let name: UserName = USER.parse().map_err(anyhow::Error::msg)?;
    if let Some(user) = store.user(&name).await? {
        let change = UserChange::Password {
            hash,
            // It is shown to nobody else, and the data are made up.
            must_change: false,
            but: None,
            instead_of: None,
        };
        store.change_user(user.id, &change).await?;
        return Ok(password);
    }
    let user = NewUser {
        display_name: "Demo".to_owned(),
        name,
        role: Role::Admin,
        teams: [].into(),
        agent: None,
        password_hash: Some(hash),
        must_change_password: false,
        created_at: SystemClock.utc(),
    };
    store.add_user(&user).await?;
    Ok(password)
}

/// Opens the page in a browser, where there is a desktop.
fn open(page: &str) {
    let has_desktop = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    let opener = match cfg!(target_os = "macos") {
        true => "open",
        false if has_desktop => "xdg-open",
        false => return,
    };
    let mut command = Command::new(opener);
    command
        .arg(page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // The address is printed as well.
    let _opened = command.spawn().is_ok();
}
