//! The number plan that `[numbers]` makes.

use super::place::named;
use super::reader::SettingsReader;
use super::{Settings, example};

/// Makes the plan of what is written. A setting that is faulty leaves the plan without it, and is noted at its own line.
pub(super) fn resolve(reader: &mut SettingsReader<'_>, settings: &mut Settings) {
    let (plan, unfit) = settings.numbers.to_plan();
    for (key, reason) in unfit {
        let fix = settings.numbers.meant(key);
        let fix = fix.unwrap_or_else(|| example::fix("numbers", key));
        reader.add_fault("numbers", &[named(key)], &reason, &fix);
    }
    for key in settings.numbers.without_a_country() {
        let reason = "is that of a country, and none is written: it has no effect";
        reader.add_warning(
            "numbers",
            &[named(key)],
            reason,
            &example::fix("numbers", "country_code"),
        );
    }
    settings.numbers.plan = plan;
}
