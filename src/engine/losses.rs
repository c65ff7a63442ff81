//! What a reload would lose without a fault in the file: every call, or those who have opted out. Pure.

use serde_json::Value;

use crate::config::Loaded;
use aftercall_base::count::counted;
use aftercall_base::{Fault, Severity};

/// Settings that decide in which notation a number is stored.
const NOTATION: [&str; 5] = [
    "country_code",
    "national_prefix",
    "international_prefix",
    "national_digits",
    "rewrite",
];

/// Why `new` is no configuration to go on with: it takes no call at all, and `in_use` does. A file that was emptied, or half
/// written, is sound by itself. At the start the same is a warning: nothing is lost by it.
pub(super) fn of_every_call(in_use: &Loaded, new: &Loaded) -> Option<Fault> {
    let routes = in_use.settings.route.len();
    if routes == 0 || !new.settings.route.is_empty() {
        return None;
    }
    let warning = new.no_route()?;
    let number = counted(routes, "route");
    Some(Fault {
        severity: Severity::Error,
        reason: format!("{}, and the configuration in use has {number}", warning.reason),
        fix:
            "write the routes again; to take no calls on purpose, stop the service or start it with this file"
                .to_owned(),
        ..warning
    })
}

/// The settings by which a number was brought to its notation and that are not what they were. Those that are new do no harm:
/// numbers stored before are found by their former notations.
pub(super) fn of_notation(in_use: &Loaded, new: &Loaded) -> Vec<&'static str> {
    let is_other = |key: &&'static str| {
        let before = written(in_use, key);
        before.is_some() && before != written(new, key)
    };
    match in_use.settings.numbers.plan == new.settings.numbers.plan {
        true => Vec::new(),
        false => NOTATION.into_iter().filter(is_other).collect(),
    }
}

fn written<'l>(loaded: &'l Loaded, key: &str) -> Option<&'l Value> {
    loaded.written().get("numbers")?.get(key)
}

/// The warning that opt-outs may no longer be found; `None` where there are none, or numbers read as before.
pub(super) fn of_opt_outs(in_use: &Loaded, new: &Loaded, opt_outs: u64) -> Option<Fault> {
    let keys = of_notation(in_use, new);
    let key = *keys.first().filter(|_| opt_outs > 0)?;
    let are = if opt_outs == 1 { "is" } else { "are" };
    let number = counted(opt_outs, "opt-out");
    let reason = format!(
        "{number} {are} stored under the number format before this change of {}: callers whose numbers are now read differently will be asked again",
        keys.join(", ")
    );
    let fix = "restore the old value, unless the numbers of your callers are read the same way; docs/context.md explains how numbers are read";
    Some(Fault {
        severity: Severity::Warning,
        ..new.fault_in_setting("numbers", key, reason, fix)
    })
}

#[cfg(test)]
mod tests {
    use super::{of_every_call, of_opt_outs};
    use crate::config::Loaded;
    use crate::config::load::from_text;

    const ROUTE: &str = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\n";

    fn loaded(text: &str) -> Loaded {
        let loaded = from_text(text, "a.toml", Some([].into()));
        assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
        loaded
    }

    #[test]
    fn file_without_a_route_is_refused_where_there_was_one() {
        let (one, none) = (loaded(ROUTE), loaded(""));
        let refused = of_every_call(&one, &none).unwrap();
        assert!(refused.is_error());
        let told = refused.to_string();
        assert!(
            told.contains("there is no [[route]]") && told.contains("the configuration in use has 1 route"),
            "{told}"
        );
        for text in ["# all gone\n", "route = []\n"] {
            assert!(of_every_call(&one, &loaded(text)).is_some(), "{text}");
        }
        assert_eq!(of_every_call(&none, &none), None, "nothing is lost");
        assert_eq!(of_every_call(&none, &one), None);
        assert_eq!(of_every_call(&one, &one), None);
    }

    #[test]
    fn opt_outs_that_may_not_be_found_any_more_are_warned_of() {
        let finland = loaded("[numbers]\ncountry_code = \"358\"\n");
        let as_number = loaded("[numbers]\ncountry_code = 358\n");
        let (estonia, none) = (loaded("[numbers]\ncountry_code = \"372\"\n"), loaded(""));
        let told = of_opt_outs(&finland, &estonia, 3).unwrap().to_string();
        assert!(
            told.starts_with("a.toml:2: warning: numbers.country_code: 3 opt-outs are stored"),
            "{told}"
        );
        assert!(of_opt_outs(&finland, &none, 1).is_some(), "removed");
        for (in_use, new, opt_outs) in [
            (&finland, &none, 0),
            (&none, &finland, 3),
            (&finland, &as_number, 3),
        ] {
            assert_eq!(of_opt_outs(in_use, new, opt_outs), None);
        }
        let trunk = "[numbers]\nrewrite = [{ prefix = \"90\", replace = \"0\" }]\n";
        let told = of_opt_outs(&loaded(trunk), &none, 2).unwrap();
        assert!(told.reason.contains("change of rewrite"), "{}", told.reason);
    }
}
