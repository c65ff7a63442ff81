//! Rules between settings that are each right by themselves.

use std::collections::HashMap;
use std::net::IpAddr;

use serde_path_to_error::Segment;

use super::place::{is_path, named};
use super::reader::SettingsReader;
use super::sampling::Hours;
use super::value::Span;
use super::{Settings, autopilot, example, paths};
use aftercall_base::count::counted;
use aftercall_survey::context::condition::{self, ConditionError};
use aftercall_survey::context::{Field, Name};
use aftercall_survey::route::{NotSurveyed, Route, find};

impl SettingsReader<'_> {
    /// Rules between values that are each right by themselves. What was faulty is not judged: a default is in its place.
    pub(super) fn consistency(&mut self, settings: &mut Settings) {
        for (section, key, is_empty, reason) in [
            (
                "sip",
                "listen",
                settings.sip.listen.is_empty(),
                "no address to listen on",
            ),
            (
                "media",
                "codecs",
                settings.media.codecs.is_empty(),
                "no codec is left",
            ),
            (
                "media",
                "srtp_suites",
                settings.media.srtp_suites.is_empty(),
                "no SRTP suite is left",
            ),
        ] {
            if is_empty && self.is_sound(section, key) {
                self.add_fault(section, &[named(key)], reason, &example::fix(section, key));
            }
        }
        self.nobody_may(settings);
        self.bounds(settings);
        self.keys_differ(settings);
        let limits = (
            settings.sampling.min_per_agent_day,
            settings.sampling.max_per_agent_day,
        );
        if is_impossible(limits) {
            self.add_fault(
                "sampling",
                &[named("min_per_agent_day")],
                &impossible(limits),
                MEND_LIMITS,
            );
        }
        if !settings.log.filter.is_for_all() {
            let reason = "nothing else is logged, not even errors";
            self.add_warning(
                "log",
                &[named("filter")],
                reason,
                "put a level for all the rest before it: \"info,...\"",
            );
        }
        self.paths_differ(settings);
        self.hours_make_sense("sampling", &[], &settings.sampling.hours);
        self.routes_fit(settings);
        self.conditions_on_callers(settings);
    }

    /// Lists of who may do something, with nobody in them: seldom meant, and silent when it happens.
    fn nobody_may(&mut self, settings: &Settings) {
        if settings.sip.trusted.is_empty() && self.is_sound("sip", "trusted") {
            let fix = example::fix("sip", "trusted");
            let reason = "nobody may call: every request gets 403";
            self.add_warning("sip", &[named("trusted")], reason, &fix);
        }
        for (index, key) in settings.http.key.iter().enumerate() {
            if key.scopes.is_empty() && self.is_sound("http", "key") {
                let path = [named("key"), Segment::Seq { index }, named("scopes")];
                let reason = format!("nothing may be done with the key `{}`", key.name.as_str());
                let fix = "name what it is for, such as scopes = [\"results\"], or remove the key";
                self.add_warning("http", &path, &reason, fix);
            }
        }
    }

    /// Callers are compared in the one notation of their number, so what a condition asks for is brought to it.
    fn conditions_on_callers(&mut self, settings: &mut Settings) {
        let places = self.route_places.clone();
        for (place, written) in places.into_iter().zip(&mut settings.route) {
            for condition in &mut written.route.rules.conditions {
                if condition.name != Name::Field(Field::Caller) {
                    continue;
                }
                match condition.test.clone().with_numbers(&settings.numbers.plan) {
                    Ok(test) => condition.test = test,
                    Err(ConditionError { reason, fix }) => {
                        let path = [Segment::Seq { index: place }, named("when"), named("caller")];
                        self.add_fault("route", &path, &reason, &fix);
                    }
                }
            }
        }
    }

    /// Numbers with which the service could not be what it is for.
    fn bounds(&mut self, settings: &Settings) {
        let (sip, media, recordings) = (&settings.sip, &settings.media, &settings.recordings);
        let span = |span: Span| usize::try_from(span.0.as_millis()).unwrap_or(usize::MAX);
        for (section, key, value, least, most) in [
            ("sip", "max_dialogs", sip.max_dialogs, 1, usize::MAX),
            ("sip", "max_transactions", sip.max_transactions, 1, usize::MAX),
            ("sip", "max_connections", sip.max_connections, 1, usize::MAX),
            ("sip", "max_message_bytes", sip.max_message_bytes, 1_300, 1 << 20),
            ("media", "threads", media.threads, 0, 1_024),
            ("recordings", "threads", recordings.threads, 1, 64),
            (
                "recordings",
                "max_disk_percent",
                recordings.max_disk_percent.into(),
                0,
                100,
            ),
        ] {
            if !(least..=most).contains(&value) && self.is_sound(section, key) {
                let range = match most {
                    usize::MAX => format!("{least} or more"),
                    most => format!("{least} to {most}"),
                };
                let reason = format!("{value} is out of range");
                self.add_fault(section, &[named(key)], &reason, &format!("write {range}"));
            }
        }
        for (section, key, value) in [
            ("sip", "connection_idle", sip.connection_idle),
            ("media", "silence_timeout", media.silence_timeout),
            (
                "http",
                "announcement_lifetime",
                settings.http.announcement_lifetime,
            ),
        ] {
            if span(value) == 0 {
                self.add_fault(
                    section,
                    &[named(key)],
                    "no time at all is too short",
                    &example::fix(section, key),
                );
            }
        }
        let wait = sip.retry_after.0;
        if (wait.as_secs() < 1 || wait.subsec_nanos() > 0) && self.is_sound("sip", "retry_after") {
            let reason = "is told in whole seconds, one at least (RFC 3261 section 20.33)";
            let fix = example::fix("sip", "retry_after");
            self.add_fault("sip", &[named("retry_after")], reason, &fix);
        }
        if settings.media.ports.pairs() == 0 {
            let reason = "there is no even port with an odd one above it, which a call takes";
            self.add_fault(
                "media",
                &[named("ports")],
                reason,
                &example::fix("media", "ports"),
            );
        }
        if settings.calls.node.trim().is_empty() || settings.calls.node.contains(char::is_control) {
            self.add_fault(
                "calls",
                &[named("node")],
                "is not a name",
                &example::fix("calls", "node"),
            );
        }
    }

    fn keys_differ(&mut self, settings: &Settings) {
        let mut names: Vec<&str> = Vec::new();
        for (index, key) in settings.http.key.iter().enumerate() {
            let name = key.name.as_str();
            if names.contains(&name) && self.is_sound("http", "key") {
                let path = [named("key"), Segment::Seq { index }, named("name")];
                let reason = format!("two keys are called `{name}`");
                self.add_fault("http", &path, &reason, "give each key a name of its own");
            }
            names.push(name);
        }
    }

    fn paths_differ(&mut self, settings: &Settings) {
        for ([section, key], [of, other]) in paths::shared(settings) {
            if self.is_sound(section, key) && self.is_sound(of, other) {
                let reason = format!("is the path of {of}.{other} as well");
                self.add_fault(section, &[named(key)], &reason, "give each its own");
            }
        }
    }

    /// What of opening hours is worth a look; `above` leads to them.
    fn hours_make_sense(&mut self, section: &str, above: &[Segment], hours: &Hours) {
        let place = |key: Option<String>| -> Vec<Segment> {
            let keys = std::iter::once("hours".to_owned()).chain(key);
            above.iter().cloned().chain(keys.map(|key| named(&key))).collect()
        };
        for replaced in &hours.replaced {
            let reason = format!(
                "stands instead of `{}` on {}",
                replaced.within,
                if replaced.days.count() == 1 {
                    "that day"
                } else {
                    "those days"
                }
            );
            let fix = "leave it, if that is meant; else write each day once";
            self.add_warning(section, &place(Some(replaced.days.to_string())), &reason, fix);
        }
        if hours.open.is_never() {
            let fix = "write hours for one day at least; a weekday that is left out is closed";
            self.add_warning(section, &place(None), "closed at all hours of the week", fix);
        }
    }

    fn routes_fit(&mut self, settings: &Settings) {
        let (mut numbers, mut names) = (HashMap::new(), HashMap::new());
        let places = self.route_places.clone();
        for (written, index) in settings.route.iter().zip(places) {
            let route = &written.route;
            let place = |keys: &[&str]| -> Vec<Segment> {
                let keys = keys.iter().map(|key| named(key));
                std::iter::once(Segment::Seq { index }).chain(keys).collect()
            };
            let is_faulty = |reader: &Self, key: &str| reader.is_faulty_in_route(index, key);
            if let Some(first) = numbers.insert(route.number.as_str(), index) {
                let reason = format!(
                    "number `{}` is routed twice{}",
                    route.number.as_str(),
                    self.route_line(first)
                );
                self.add_fault(
                    "route",
                    &place(&["number"]),
                    &reason,
                    "keep one route for each number",
                );
            } else if let Some(first) = names.insert(route.name(), index) {
                let reason = format!(
                    "two routes are called `{}`, and would be counted as one{}",
                    route.name(),
                    self.route_line(first)
                );
                let fix = "give each route a name of its own";
                self.add_fault("route", &place(&["name"]), &reason, fix);
            }
            for (name, reason, fix) in unknown_conditions(route, settings) {
                if self.is_sound("context", "attributes") {
                    self.add_fault("route", &place(&["when", &name]), &reason, &fix);
                }
            }
            let limits = (
                route.rules.limits.min_per_agent_day,
                route.rules.limits.max_per_agent_day,
            );
            if written.limits_agents() && is_impossible(limits) && !is_faulty(self, "min_per_agent_day") {
                self.add_fault(
                    "route",
                    &place(&["min_per_agent_day"]),
                    &impossible(limits),
                    MEND_LIMITS,
                );
            }
            if let Some((reason, fix)) = autopilot::misplaced(written)
                && !is_faulty(self, "every")
                && !is_faulty(self, "share")
            {
                self.add_fault("route", &place(&["autopilot"]), reason, fix);
            }
            if let Some(reason) = comes_back(route, settings) {
                let fix = "redirect to a number that leads elsewhere";
                self.add_warning("route", &place(&["not_surveyed"]), &reason, fix);
            }
            if let Some(hours) = &written.overrides.hours {
                self.hours_make_sense("route", &place(&[]), hours);
            }
        }
    }

    fn is_faulty_in_route(&self, index: usize, key: &str) -> bool {
        let path = [Segment::Seq { index }, named(key)];
        self.faulty.iter().any(|(section, faulty)| {
            section == "route"
                && faulty
                    .get(..path.len())
                    .is_some_and(|faulty| is_path(faulty, &path))
        })
    }

    /// Where the other of two routes stands.
    fn route_line(&self, index: usize) -> String {
        let line = self
            .source
            .line("route", &[Segment::Seq { index }, named("number")]);
        line.map_or_else(String::new, |line| format!("; the first is in line {line}"))
    }
}

const MEND_LIMITS: &str = "let min_per_agent_day be at most max_per_agent_day";

/// Whether an agent shall have more surveys than it may have.
const fn is_impossible((least, most): (u32, u32)) -> bool {
    most > 0 && least > most
}

fn impossible((least, most): (u32, u32)) -> String {
    format!(
        "an agent shall have {} a day and may have {most}",
        counted(least, "survey")
    )
}

/// Why a call that is redirected would come back: to a route's number whatever the host, since the PBX may send that to us, or to
/// any number that we take at an address of our own.
fn comes_back(route: &Route, settings: &Settings) -> Option<String> {
    let NotSurveyed::Redirect(target) = &route.not_surveyed else {
        return None;
    };
    let (_, rest) = target.split_once(':')?;
    let (user, place) = rest.split_once('@')?;
    let user = user.split([';', ':']).next()?;
    let place = place.split([';', '?']).next()?;
    let host = match place.strip_prefix('[') {
        Some(six) => six.split(']').next()?,
        None => place.split(':').next()?,
    };
    let address: Option<IpAddr> = host.parse().ok();
    let listens = |ip: IpAddr| {
        let own = settings.sip.listen.iter().map(|listener| listener.address.ip());
        own.chain(settings.sip.advertised).any(|own| own == ip) || ip.is_loopback()
    };
    let is_here = address.map_or(host.eq_ignore_ascii_case("localhost"), listens);
    let own = find(settings.routes(), user)?;
    (is_here || own.number.as_str() == user).then(|| {
        format!(
            "redirects to `{user}`, which is a number of the route `{}`: the call may come back again and again",
            own.name()
        )
    })
}

/// The conditions on what no call will ever tell: name, reason, fix.
fn unknown_conditions(route: &Route, settings: &Settings) -> Vec<(String, String, String)> {
    let attributes = &settings.context.mapping.attributes;
    let judge = |name: &Name| match name {
        // Asked for by routes and nowhere else: it is not stored.
        Name::Field(Field::Caller) => None,
        Name::Field(_) | Name::Attribute(_) => {
            condition::name(name.as_str(), &|word| attributes.contains_key(word)).err()
        }
    };
    let names = route.rules.conditions.iter().map(|condition| &condition.name);
    names
        .filter_map(|name| {
            let ConditionError { reason, fix } = judge(name)?;
            Some((name.as_str().to_owned(), reason, fix))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::config::load::from_text;

    fn faults(text: &str) -> Vec<String> {
        let loaded = from_text(text, "a.toml", Some(HashMap::new()));
        loaded.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn condition_on_callers_asks_for_numbers_in_whatever_notation() {
        let loaded = from_text(
            &format!(
                "[numbers]\ncountry_code = \"358\"\n{ROUTE}when.caller = [\"040 123 4567\", \"0046*\"]\n"
            ),
            "a.toml",
            Some(HashMap::new()),
        );
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        let test = &loaded.settings.route[0].route.rules.conditions[0].test;
        assert!(test.holds(Some("+358401234567")) && test.holds(Some("+4687654321")));
        assert!(!test.holds(Some("+358401234568")));
        for wrong in ["\"call me\"", "{ not = \"anonymous\" }"] {
            let told = faults(&format!("{ROUTE}when.caller = {wrong}\n"));
            assert!(
                told.len() == 1
                    && told[0].starts_with("a.toml:4: route[0].when.caller")
                    && told[0].contains("+358*"),
                "{told:?}"
            );
        }
    }

    const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";

    #[test]
    fn condition_on_what_no_call_tells_is_refused_where_it_stands() {
        let told = faults(&format!("{ROUTE}when.queue = \"sales\"\nwhen.quue = \"sales\"\n"));
        assert!(
            told.len() == 1
                && told[0].starts_with("a.toml:5: route[0].when.quue")
                && told[0].contains("`queue`?"),
            "{told:?}"
        );
        let told = faults(&format!("{ROUTE}when.customer_segment = \"gold\"\n"));
        assert!(
            told.len() == 1 && told[0].contains("add `customer_segment` to [context.attributes]"),
            "{told:?}"
        );
        let named =
            format!("{ROUTE}when.segment = \"gold\"\n[context.attributes]\nsegment = \"X-Segment\"\n");
        assert_eq!(faults(&named), [""; 0]);
        assert_eq!(faults(&format!("{ROUTE}when.token = \"a\"\n")).len(), 1);
        assert_eq!(faults(&format!("{ROUTE}when.caller = \"+358*\"\n")), [""; 0]);
        for no_test in ["[]", "\"a*b\"", "{ above = 1 }", "{ from = 2, to = 1 }"] {
            let told = faults(&format!("{ROUTE}when.queue = \"sales\"\nwhen.team = {no_test}\n"));
            assert!(
                told.len() == 1 && told[0].starts_with("a.toml:5: route[0].when.team"),
                "{told:?}"
            );
        }
    }

    fn warnings(text: &str) -> Vec<String> {
        let loaded = from_text(text, "a.toml", Some(HashMap::new()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        loaded.warnings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn list_of_who_may_with_nobody_in_it_is_worth_a_look() {
        let told = warnings("[sip]\ntrusted = []\n");
        assert!(
            told.len() == 1
                && told[0].starts_with("a.toml:2: warning: sip.trusted")
                && told[0].contains("403"),
            "{told:?}"
        );
        let hash = "0".repeat(64);
        let told = warnings(&format!(
            "[[http.key]]\nname = \"pbx\"\nhash = \"sha256:{hash}\"\nscopes = []\n"
        ));
        assert!(
            told.len() == 1 && told[0].starts_with("a.toml:4: warning: http.key[0].scopes"),
            "{told:?}"
        );
    }

    #[test]
    fn redirect_that_comes_back_to_a_route_is_worth_a_look() {
        let to = |target: &str, rest: &str| {
            warnings(&format!(
                "{ROUTE}not_surveyed = {{ redirect = \"{target}\" }}\n{rest}"
            ))
            .len()
        };
        let all = "[[route]]\nnumber = \"*\"\nsurvey = \"a\"\n";
        for target in [
            "sip:nps@pbx.example",
            "sip:nps@10.0.0.1:5070;transport=tcp",
            "sips:nps@[::1]",
        ] {
            assert_eq!(to(target, ""), 1, "{target}");
        }
        assert_eq!(
            to("sip:queue@pbx.example", all),
            0,
            "the PBX knows where its queue is"
        );
        for here in [
            "sip:queue@127.0.0.1",
            "sip:queue@localhost:5060",
            "sip:queue@[::1]:5060",
        ] {
            assert_eq!((to(here, all), to(here, "")), (1, 0), "{here}");
        }
        assert_eq!(to("sip:10.9.9.9", all), 0);
    }

    #[test]
    fn retry_after_is_whole_seconds_and_one_at_least() {
        for (wait, refused) in [("0s", 1), ("400ms", 1), ("1.5s", 1), ("1s", 0), ("2min", 0)] {
            let told = faults(&format!("[sip]\nretry_after = \"{wait}\"\n"));
            assert_eq!(told.len(), refused, "{wait}: {told:?}");
        }
    }

    #[test]
    fn agent_that_shall_have_more_than_it_may_is_refused_once() {
        let told = faults(&format!(
            "[sampling]\nmin_per_agent_day = 3\nmax_per_agent_day = 2\n{ROUTE}"
        ));
        assert!(told.len() == 1 && told[0].starts_with("a.toml:2"), "{told:?}");
        let told = faults(&format!(
            "[sampling]\nmin_per_agent_day = 3\n{ROUTE}max_per_agent_day = 2\n"
        ));
        assert!(
            told.len() == 1 && told[0].contains("shall have 3 surveys a day and may have 2"),
            "{told:?}"
        );
        assert_eq!(
            faults(&format!("[sampling]\nmin_per_agent_day = 3\n{ROUTE}")),
            [""; 0]
        );
    }

    #[test]
    fn two_ways_to_choose_are_one_too_many() {
        let told = faults(&format!("{ROUTE}every = 2\nshare = \"10%\"\n"));
        assert!(
            told.len() == 1 && told[0].starts_with("a.toml:1") && told[0].contains("keep one"),
            "{told:?}"
        );
        for share in ["\"10\"", "10", "0.1"] {
            let told = faults(&format!("{ROUTE}share = {share}\n"));
            assert!(told.len() == 1 && told[0].starts_with("a.toml:4"), "{told:?}");
            assert!(told[0].contains("2.5%"), "{told:?}");
        }
        let told = faults(&format!("{ROUTE}share = \"101%\"\n"));
        assert!(
            told.len() == 1 && told[0].starts_with("a.toml:4") && told[0].contains("2.5%"),
            "{told:?}"
        );
    }
}
