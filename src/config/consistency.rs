//! Rules between settings that are each right by themselves.

use std::collections::HashSet;

use serde_path_to_error::Segment;

use super::Settings;
use super::load::{Reader, moved, named};
use super::route::Route;
use crate::context::condition::{self, Mistake};
use crate::context::{Field, Name};

impl Reader<'_> {
    /// Rules between values that are each right by themselves.
    pub(super) fn consistency(&mut self, settings: &mut Settings) {
        if settings.sip.listen.is_empty() {
            self.note(
                "sip",
                &[named("listen")],
                "no address to listen on",
                "write for example listen = \"0.0.0.0:5060\"",
            );
        }
        if settings.media.codecs.is_empty() {
            self.note(
                "media",
                &[named("codecs")],
                "no codec is left",
                "write for example codecs = [\"PCMU\", \"PCMA\", \"G722\", \"opus\"]",
            );
        }
        if settings.media.srtp_suites.is_empty() {
            self.note(
                "media",
                &[named("srtp_suites")],
                "no SRTP suite is left",
                "write for example srtp_suites = [\"AES_CM_128_HMAC_SHA1_80\"], or srtp = \"off\"",
            );
        }
        if settings.recordings.max_disk_percent > 100 {
            self.note(
                "recordings",
                &[named("max_disk_percent")],
                "a disk cannot be fuller than 100 percent",
                "write 1 to 100",
            );
        }
        let mut names = HashSet::new();
        for key in &settings.http.key {
            if !names.insert(key.name.as_str()) {
                self.note(
                    "http",
                    &[named("key")],
                    &format!("two keys are called `{}`", key.name.as_str()),
                    "give each key a name of its own",
                );
            }
        }
        let limits = (
            settings.sampling.min_per_agent_day,
            settings.sampling.max_per_agent_day,
        );
        if is_impossible(limits) {
            self.note(
                "sampling",
                &[named("min_per_agent_day")],
                &impossible(limits),
                MEND_LIMITS,
            );
        }
        self.keys_differ(settings);
        self.routes_fit(settings);
        self.conditions_on_callers(settings);
    }

    /// Callers are compared in the one notation of their number, so what a condition asks for is brought to it.
    fn conditions_on_callers(&mut self, settings: &mut Settings) {
        let moved = moved(&self.faults);
        for (index, route) in settings.routes.iter_mut().enumerate() {
            for condition in &mut route.rules.conditions {
                if condition.name != Name::Field(Field::Caller) {
                    continue;
                }
                match condition.test.clone().with_numbers(&settings.numbers.plan) {
                    Ok(test) => condition.test = test,
                    Err(Mistake { reason, mend }) => {
                        let place = [Segment::Seq { index }, named("when"), named("caller")];
                        self.note("route", if moved { &[] } else { &place }, &reason, &mend);
                    }
                }
            }
        }
    }

    fn keys_differ(&mut self, settings: &Settings) {
        let mut names = HashSet::new();
        for key in &settings.http.key {
            if !names.insert(key.name.as_str()) {
                let reason = format!("two keys are called `{}`", key.name.as_str());
                self.note(
                    "http",
                    &[named("key")],
                    &reason,
                    "give each key a name of its own",
                );
            }
        }
    }

    fn routes_fit(&mut self, settings: &Settings) {
        let (mut numbers, mut names) = (HashSet::new(), HashSet::new());
        let moved = moved(&self.faults);
        for (index, route) in settings.routes.iter().enumerate() {
            // A faulty route was taken out, and every one behind it has moved up.
            let place = |keys: &[&str]| match moved {
                false => [Segment::Seq { index }]
                    .into_iter()
                    .chain(keys.iter().map(|key| named(key)))
                    .collect(),
                true => Vec::new(),
            };
            if !numbers.insert(route.number.as_str()) {
                let reason = format!("number `{}` is routed twice", route.number.as_str());
                let mend = "keep one route for each number";
                self.note("route", &place(&["number"]), &reason, mend);
            } else if !names.insert(route.name()) {
                let reason = format!(
                    "two routes are called `{}`, and would be counted as one",
                    route.name()
                );
                let mend = "give each route a name of its own";
                self.note("route", &place(&["name"]), &reason, mend);
            }
            for (name, reason, mend) in unknown_conditions(route, settings) {
                self.note("route", &place(&["when", &name]), &reason, &mend);
            }
            let limits = (
                route.rules.limits.min_per_agent_day,
                route.rules.limits.max_per_agent_day,
            );
            if route.limits_agents() && is_impossible(limits) {
                self.note(
                    "route",
                    &place(&["min_per_agent_day"]),
                    &impossible(limits),
                    MEND_LIMITS,
                );
            }
        }
    }
}

const MEND_LIMITS: &str = "let min_per_agent_day be at most max_per_agent_day";

/// Whether an agent shall have more surveys than it may have.
const fn is_impossible((least, most): (u32, u32)) -> bool {
    most > 0 && least > most
}

fn impossible((least, most): (u32, u32)) -> String {
    format!("an agent shall have {least} surveys a day and may have {most}")
}

/// The conditions on what no call will ever tell: name, reason, mend.
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
            let Mistake { reason, mend } = judge(name)?;
            Some((name.as_str().to_owned(), reason, mend))
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
        let test = &loaded.settings.routes[0].rules.conditions[0].test;
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
