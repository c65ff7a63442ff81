//! Rules between the settings of a `[[delivery]]`, and with those of `[mail]` and of routes.

use std::collections::HashSet;

use serde_path_to_error::Segment;

use super::{DeliverySettings, Every, days_of};
use crate::config::Settings;
use crate::config::mail::SecurityWord;
use crate::config::place::named;
use crate::config::reader::SettingsReader;
use crate::delivery::webhook::is_public_address;

/// Recipients of one rule.
const MOST_RECIPIENTS: usize = 100;

/// What is wrong: the key, the reason, the fix, and whether it is only worth a look.
type Found = (&'static str, String, &'static str, bool);

impl SettingsReader<'_> {
    /// Whether rules and server fit together. A rule with a faulty setting is not judged: a default is in its place.
    pub(in crate::config) fn deliveries_fit(&mut self, settings: &Settings) {
        let places = self.delivery_places.clone();
        for (rule, index) in settings.delivery.iter().zip(places.iter().copied()) {
            if self.is_faulty_entry("delivery", index) {
                continue;
            }
            let mut found = receivers(rule);
            found.extend(webhook(rule));
            found.extend(weekly(rule));
            if !self.faulty.iter().any(|(section, _)| section == "route") {
                found.extend(campaigns(rule, settings));
            }
            if self.is_sound("mail", "server") && self.is_sound("mail", "from") {
                found.extend(mail(rule, settings));
            }
            let earlier = settings.delivery.iter().zip(&places);
            if let Some((_, first)) = earlier
                .take_while(|(_, place)| **place < index)
                .find(|(other, _)| other.name == rule.name)
            {
                let path = [Segment::Seq { index: *first }, named("name")];
                let line = self.source.line("delivery", &path);
                let of_first = line.map_or_else(String::new, |line| format!("; the first is in line {line}"));
                let reason = format!("two deliveries are called `{}`{of_first}", rule.name);
                found.push(("name", reason, "give each delivery a name of its own", false));
            }
            for (key, reason, fix, is_warning) in found {
                let path = [Segment::Seq { index }, named(key)];
                match is_warning {
                    true => self.add_warning("delivery", &path, &reason, fix),
                    false => self.add_fault("delivery", &path, &reason, fix),
                }
            }
        }
        self.login_fits(settings);
    }

    fn is_faulty_entry(&self, section: &str, entry: usize) -> bool {
        self.faulty.iter().any(|(of, path)| {
            let is_in_entry = matches!(path.first(), Some(Segment::Seq { index }) if *index == entry);
            of == section && is_in_entry
        })
    }

    /// What of `[mail]` is missing for a login. It keeps mails from being sent only if there are any.
    fn login_fits(&mut self, settings: &Settings) {
        let mail = &settings.mail;
        let keys = ["user", "password_file", "password", "security"];
        if !keys.iter().all(|key| self.is_sound("mail", key)) {
            return;
        }
        let path = |key| [named(key)];
        if !mail.user.is_empty() && !mail.has_password() {
            let reason = "there is no password for this user";
            let fix = "write password_file = \"mail.password\", or set AFTERCALL__MAIL__PASSWORD";
            match settings.delivery.iter().any(|rule| !rule.to.is_empty()) {
                true => self.add_fault("mail", &path("user"), reason, fix),
                false => self.add_warning("mail", &path("user"), reason, fix),
            }
        }
        if mail.user.is_empty() && mail.has_password() {
            let key = if mail.password_file.is_some() {
                "password_file"
            } else {
                "password"
            };
            self.add_warning(
                "mail",
                &path(key),
                "is of no use without `user`",
                "write user = \"reports@example.com\"",
            );
        }
        if mail.password_file.is_some() && !mail.password.expose().is_empty() {
            let reason = "is of no use beside `password_file`, which is read";
            self.add_warning("mail", &path("password"), reason, "keep one of the two");
        } else if !mail.password.expose().is_empty() && !self.environment.holds("mail", &path("password")) {
            let reason = "can be read by everybody who may read this file";
            let fix = "write it in a file of its own and name that: password_file = \"mail.password\"";
            self.add_warning("mail", &path("password"), reason, fix);
        }
        if mail.security == SecurityWord::None && !mail.user.is_empty() {
            let reason = "the password is sent unprotected";
            let fix = "write security = \"starttls\" or \"tls\", unless the server is on this machine";
            self.add_warning("mail", &path("security"), reason, fix);
        }
    }
}

fn receivers(rule: &DeliverySettings) -> Vec<Found> {
    let mut found = Vec::new();
    if rule.to.is_empty() && rule.folder.is_none() && rule.webhook.is_none() {
        let reason = "no receiver is named".to_owned();
        let fix = "write to = [\"team@example.com\"], folder = \"reports\" or webhook = \"https://...\"";
        found.push(("to", reason, fix, false));
    }
    if rule.folder.is_some() && rule.formats.is_empty() {
        let reason = "no file is written into the folder".to_owned();
        found.push(("formats", reason, "write for example formats = [\"xlsx\"]", false));
    }
    if rule.to.len() > MOST_RECIPIENTS {
        let reason = format!("more than {MOST_RECIPIENTS} addresses");
        found.push(("to", reason, "name the address of a mailing list", false));
    }
    let mut addresses = HashSet::new();
    let twice = rule
        .to
        .iter()
        .find(|to| !addresses.insert(to.address().to_ascii_lowercase()));
    if let Some(twice) = twice {
        let reason = format!("`{}` is named twice", twice.address());
        found.push(("to", reason, "name each address once", false));
    }
    found
}

fn webhook(rule: &DeliverySettings) -> Vec<Found> {
    let mut found = Vec::new();
    let Some(url) = &rule.webhook else {
        for (key, is_set) in [
            ("secret_file", rule.secret_file.is_some()),
            ("ca_file", rule.ca_file.is_some()),
            ("allow_private", rule.allow_private),
        ] {
            if is_set {
                let reason = "is of no use without `webhook`".to_owned();
                found.push((
                    key,
                    reason,
                    "leave it out, or write webhook = \"https://...\"",
                    true,
                ));
            }
        }
        return found;
    };
    if rule.secret_file.is_none() {
        let reason = "is missing: a webhook is signed".to_owned();
        let fix = "write secret_file = \"webhook.secret\", a file with a line `whsec_...`";
        found.push(("secret_file", reason, fix, false));
    }
    let is_private = url.address().is_some_and(|address| !is_public_address(address));
    if is_private && !rule.allow_private {
        let reason = "is an address that is not of the public internet".to_owned();
        found.push((
            "webhook",
            reason,
            "write allow_private = true, if that is meant",
            false,
        ));
    }
    if !url.is_tls() {
        let reason = "the report is sent unprotected".to_owned();
        found.push((
            "webhook",
            reason,
            "write https://, unless the receiver is on this machine",
            true,
        ));
    }
    found
}

fn weekly(rule: &DeliverySettings) -> Option<Found> {
    let is_useless = rule.on.is_some() && rule.every != Every::Weekly;
    is_useless.then(|| {
        let reason = "is of use with every = \"weekly\" only".to_owned();
        ("on", reason, "leave it out, or write every = \"weekly\"", false)
    })
}

fn campaigns(rule: &DeliverySettings, settings: &Settings) -> Option<Found> {
    if rule.every != Every::CampaignEnd {
        return None;
    }
    let mut campaigns = rule.campaigns(settings.routes()).peekable();
    if campaigns.peek().is_none() {
        let reason = "no route of these surveys has a campaign that ends".to_owned();
        let fix = "write campaign.from and campaign.to in a [[route]]";
        return Some(("every", reason, fix, false));
    }
    let open = campaigns.find(|route| days_of(route.rules.campaign).is_none())?;
    let reason = format!("the campaign of route `{}` has no first day", open.name());
    Some(("every", reason, "write campaign.from in that [[route]]", false))
}

fn mail(rule: &DeliverySettings, settings: &Settings) -> Option<Found> {
    if rule.to.is_empty() {
        return None;
    }
    let (reason, fix) = match (&settings.mail.server, &settings.mail.from) {
        (None, _) => (
            "[mail] names no server",
            "write [mail] with server = \"mail.example.com\"",
        ),
        (Some(_), None) => (
            "[mail] names no sender",
            "write in [mail] from = \"Aftercall <reports@example.com>\"",
        ),
        (Some(_), Some(_)) => return None,
    };
    Some(("to", reason.to_owned(), fix, false))
}
