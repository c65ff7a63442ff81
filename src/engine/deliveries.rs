//! From the configuration to the rules and the mail server that deliveries go by: at the start, and at every reload.
//!
//! Passwords, secrets and certificates are read here, once: what is in use does not change because a file was changed, and a
//! file that cannot be used is a fault of the configuration and not of the night in which it is needed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::delivery::DeliverySettings;
use crate::config::mail::SecurityWord;
use crate::config::{Loaded, Settings};
use crate::delivery::mail::{Login, MailLimits, MailServer, Security};
use crate::delivery::tls::Trust;
use crate::delivery::webhook::{SigningKey, TIME_LIMIT, Webhook, read_secrets};
use crate::delivery::{DeliveryRule, Setup};
use crate::text_file;
use aftercall_base::{Fault, Redacted, Severity};
use aftercall_report::Grouping;
use aftercall_runtime::private;

/// Where the name of this machine is (proc(5)).
const HOST_NAME: &str = "/proc/sys/kernel/hostname";

/// What was read of files, so that each is read once.
#[derive(Default)]
struct Files {
    trusts: BTreeMap<Option<PathBuf>, Trust>,
}

/// The rules, and the server if there is one. Beside them the faults of files that they name, with which the setup is not to be
/// used. Blocks on files.
pub fn setup(loaded: &Loaded) -> (Setup, Vec<Fault>) {
    let (mut files, mut faults) = (Files::default(), Vec::new());
    let mut rules = Vec::new();
    for (index, settings) in loaded.settings.delivery.iter().enumerate() {
        match rule(&loaded.settings, settings, &mut files) {
            Ok(rule) => rules.push(Arc::new(rule)),
            Err((key, reason)) => {
                faults.push(loaded.fault_in_delivery(index, key, &reason, fix(key)));
            }
        }
        faults.extend(open_secret(loaded, index, settings));
    }
    let has_mails = loaded.settings.delivery.iter().any(|rule| !rule.to.is_empty());
    let mail = match read_server(loaded, &mut files) {
        Ok(server) => server.filter(|_| has_mails),
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    faults.extend(open_password(loaded));
    let mail = mail.map(Arc::new);
    (Setup { rules, mail }, faults)
}

/// The server that mails are handed to; `None` where the configuration names none, or no sender.
///
/// # Errors
/// A file that it names cannot be used.
pub fn mail_server(loaded: &Loaded) -> Result<Option<MailServer>, Fault> {
    read_server(loaded, &mut Files::default())
}

fn read_server(loaded: &Loaded, files: &mut Files) -> Result<Option<MailServer>, Fault> {
    let mail = &loaded.settings.mail;
    let Some((server, from)) = mail.server.as_ref().zip(mail.from.as_ref()) else {
        return Ok(None);
    };
    let fault = |key: &str, reason: String| loaded.fault_in_setting("mail", key, reason, fix(key));
    let mut trust = || {
        let trust = files.trust(mail.ca_file.as_deref());
        trust.map_err(|reason| fault("ca_file", reason))
    };
    let security = match mail.security {
        SecurityWord::StartTls => Security::StartTls(trust()?),
        SecurityWord::Tls => Security::Tls(trust()?),
        SecurityWord::None => Security::Plain,
    };
    let login = match mail.user.as_str() {
        "" => None,
        user => {
            let password = match &mail.password_file {
                Some(path) => password_of(path).map_err(|reason| fault("password_file", reason))?,
                None => mail.password.clone(),
            };
            Some(Login {
                user: user.to_owned(),
                password,
            })
        }
    };
    Ok(Some(MailServer {
        host: server.0.clone(),
        port: mail.port(),
        security,
        login,
        from: from.0.clone(),
        hello: mail.helo.as_ref().map_or_else(host_name, |name| name.0.clone()),
        limits: MailLimits::default(),
    }))
}

/// The first line of a file; blanks at its end belong to it, the line break does not.
fn password_of(path: &Path) -> Result<Redacted<String>, String> {
    let text = read(path)?;
    match text.lines().next() {
        Some(password) if !password.is_empty() => Ok(Redacted::new(password.to_owned())),
        Some(_) | None => Err(format!("{}: its first line is empty", path.display())),
    }
}

/// The name of this machine, if it can be the name in EHLO.
fn host_name() -> String {
    let name = std::fs::read_to_string(HOST_NAME).unwrap_or_default();
    let name = name.trim();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if is_name {
        name.to_owned()
    } else {
        "localhost".to_owned()
    }
}

fn rule(
    settings: &Settings,
    written: &DeliverySettings,
    files: &mut Files,
) -> Result<DeliveryRule, (&'static str, String)> {
    let webhook = match &written.webhook {
        None => None,
        Some(url) => Some(Webhook {
            url: url.clone(),
            keys: keys_of(written).map_err(|reason| ("secret_file", reason))?,
            allow_private: written.allow_private,
            trust: match url.is_tls() {
                true => {
                    let trust = files.trust(written.ca_file.as_deref());
                    Some(trust.map_err(|reason| ("ca_file", reason))?)
                }
                false => None,
            },
            time_limit: TIME_LIMIT,
        }),
    };
    Ok(DeliveryRule {
        webhook,
        ..rule_without_secrets(settings, written)
    })
}

/// A rule for commands, which make reports and send nothing: without its webhook, whose secrets they may not be permitted to read.
pub fn rule_without_secrets(settings: &Settings, written: &DeliverySettings) -> DeliveryRule {
    DeliveryRule {
        name: written.name.clone(),
        filter: written.filter.clone(),
        by: written.by.map(Grouping::as_str),
        schedule: written.schedule(settings.routes()),
        language: written.language.clone(),
        to: written.to.clone(),
        folder: written.folder.clone(),
        webhook: None,
        formats: written.formats.clone(),
        when_empty: written.when_empty,
        give_up: written.give_up,
    }
}

fn keys_of(written: &DeliverySettings) -> Result<Vec<SigningKey>, String> {
    let path = written.secret_file.clone().unwrap_or_default();
    let text = read(&path)?;
    read_secrets(&text).map_err(|error| format!("{}: {error}", path.display()))
}

impl Files {
    fn trust(&mut self, path: Option<&Path>) -> Result<Trust, String> {
        let key = path.map(Path::to_owned);
        if let Some(trust) = self.trusts.get(&key) {
            return Ok(trust.clone());
        }
        let text = path.map(read).transpose()?;
        let trust = Trust::new(text.as_deref().map(str::as_bytes)).map_err(|error| match path {
            Some(path) => format!("{}: {error}", path.display()),
            None => error.to_string(),
        })?;
        self.trusts.insert(key, trust.clone());
        Ok(trust)
    }
}

fn read(path: &Path) -> Result<String, String> {
    text_file::read(path).map_err(|unreadable| {
        let fault = unreadable.fault(path.display().to_string());
        format!("{}: {}", fault.file, fault.reason)
    })
}

fn fix(key: &str) -> &'static str {
    match key {
        "password_file" => "name a file that this user can read, with the password in its first line",
        "secret_file" => {
            "name a file that this user can read, with a line `whsec_...`: echo whsec_$(openssl rand -base64 32)"
        }
        _ => "name a file that this user can read, with certificates in PEM",
    }
}

/// That other users may read a secret.
fn open_secret(loaded: &Loaded, index: usize, settings: &DeliverySettings) -> Option<Fault> {
    let path = settings.secret_file.as_ref()?;
    let reason = open_to_others(path)?;
    let fix = format!("chmod o= {}", path.display());
    Some(warning(loaded.fault_in_delivery(
        index,
        "secret_file",
        &reason,
        &fix,
    )))
}

fn open_password(loaded: &Loaded) -> Option<Fault> {
    let path = loaded.settings.mail.password_file.as_ref()?;
    let reason = open_to_others(path)?;
    let fix = format!("chmod o= {}", path.display());
    Some(warning(loaded.fault_in_setting(
        "mail",
        "password_file",
        reason,
        &fix,
    )))
}

fn open_to_others(path: &Path) -> Option<String> {
    let is_open = private::is_open_to_others(path) == Some(true);
    is_open.then(|| format!("{}: every user of this machine may read it", path.display()))
}

fn warning(fault: Fault) -> Fault {
    Fault {
        severity: Severity::Warning,
        ..fault
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::setup;
    use crate::config::load::from_text;
    use crate::config::setting::{Section, settings};
    use crate::delivery::Setup;
    use aftercall_base::Fault;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";

    fn directory() -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("secret", SECRET),
            ("password", "topsecret\n"),
            ("other", "another\n"),
        ] {
            let path = directory.path().join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        directory
    }

    fn read(directory: &Path, text: &str) -> (Setup, Vec<Fault>) {
        let file = directory.join("aftercall.toml");
        let loaded = from_text(text, &file.display().to_string(), Some([].into()));
        assert!(loaded.faults.is_empty(), "{text}: {:?}", loaded.faults);
        setup(&loaded)
    }

    const MAIL: &str = "[mail]\nserver = \"m\"\nfrom = \"a@example.com\"\n";

    #[test]
    fn setting_changes_what_deliveries_go_by() {
        let directory = directory();
        let rule = "[[delivery]]\nname = \"a\"\nevery = \"weekly\"\nwebhook = \"https://example.com\"\nsecret_file = \"secret\"\nto = \"b@example.com\"\n";
        let described = |text: &str| {
            let (setup, faults) = read(directory.path(), text);
            assert!(faults.is_empty(), "{text}: {faults:?}");
            format!("{setup:?}")
        };
        let mail = format!("{MAIL}user = \"u\"\npassword = \"p\"\n");
        let before = described(&format!("{mail}{rule}"));
        assert!(!before.contains("topsecret") && !before.contains("MfKQ"));
        for setting in settings() {
            let (section, key) = (setting.section, setting.key);
            let value = match (section, key) {
                // What is secret, or read into what does not show itself, is not seen here.
                (Section::Mail, "password" | "password_file" | "ca_file") => continue,
                (Section::Delivery, "secret_file" | "ca_file") => continue,
                // Examples that are the defaults, or as above.
                (Section::Mail, "port") => "2525",
                (Section::Mail, "security") => "\"none\"",
                (Section::Delivery, "every") => "\"daily\"",
                (Section::Delivery, "on") => "\"friday\"",
                (Section::Delivery, "week_begins") => "\"sunday\"",
                (Section::Delivery, "at") => "\"07:30\"",
                (Section::Delivery, "when_empty") => "\"skip\"",
                (Section::Delivery, "give_up") => "\"24h\"",
                (Section::Delivery, "webhook") => "\"https://example.org\"",
                (Section::Mail | Section::Delivery, _) => &setting.example,
                (_, _) => continue,
            };
            let without = |text: &str| -> String {
                let lines = text
                    .lines()
                    .filter(|line| !line.starts_with(&format!("{key} = ")));
                lines.map(|line| format!("{line}\n")).collect()
            };
            let text = match section {
                Section::Mail => format!("{}{key} = {value}\n{rule}", without(&mail)),
                _ => format!("{mail}{}{key} = {value}\n", without(rule)),
            };
            assert_ne!(described(&text), before, "{section:?}.{key} = {value}");
        }
    }

    #[test]
    fn files_are_read_and_what_is_wrong_with_them_is_told_at_their_setting() {
        let directory = directory();
        let webhook = "[[delivery]]\nname = \"a\"\nevery = \"daily\"\nwebhook = \"https://example.com\"\n";
        let (setup, faults) = read(
            directory.path(),
            &format!(
                "{MAIL}user = \"u\"\npassword_file = \"password\"\n{webhook}secret_file = \"secret\"\nto = \"b@example.com\"\n"
            ),
        );
        assert!(faults.is_empty(), "{faults:?}");
        let login = setup.mail.unwrap().login.clone().unwrap();
        assert_eq!(login.password.expose(), "topsecret");
        for (text, line, words) in [
            (
                format!("{webhook}secret_file = \"none\"\n"),
                5,
                "there is no such file",
            ),
            (
                format!("{webhook}secret_file = \"password\"\n"),
                5,
                "line 1 is not `whsec_` and 24 to 64 bytes",
            ),
            (
                format!("{webhook}secret_file = \"secret\"\nca_file = \"password\"\n"),
                6,
                "no certificate in PEM",
            ),
            (
                format!("{MAIL}user = \"u\"\npassword_file = \"none\"\n"),
                5,
                "there is no such file",
            ),
            (
                format!("{MAIL}ca_file = \"password\"\n"),
                4,
                "no certificate in PEM",
            ),
        ] {
            let (_, faults) = read(directory.path(), &text);
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert!(
                faults[0].is_error() && faults[0].reason.contains(words),
                "{faults:?}"
            );
            assert_eq!(faults[0].position.unwrap().line, line, "{faults:?}");
            assert!(!faults[0].to_string().contains("topsecret"));
        }
    }

    #[test]
    fn secret_that_other_users_may_read_is_worth_a_look() {
        let directory = directory();
        let path = directory.path().join("secret");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let text = "[[delivery]]\nname = \"a\"\nevery = \"daily\"\nwebhook = \"https://example.com\"\nsecret_file = \"secret\"\n";
        let (_, faults) = read(directory.path(), text);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            !faults[0].is_error() && faults[0].fix.starts_with("chmod o= "),
            "{faults:?}"
        );
    }
}
