//! The work that is done again and again: finding what is due, and delivering it.
//!
//! Both are run by [`crate::engine`], every few seconds. All state is in the database: whichever node comes first does the work, and
//! a node that is killed leaves nothing that another could not go on with.

mod planner;
mod sender;

use chrono_tz::Tz;
use rand::RngExt;
use rand::rngs::StdRng;

pub use self::planner::Planner;
pub use self::sender::{Parts, Sender};
use super::rule::DeliveryRule;
use super::schedule::Due;
use aftercall_storage::delivery::{About, Channel, DeliverySubject, ReportPeriod};

/// An identity that no other delivery has.
pub fn new_identity(rng: &mut StdRng) -> String {
    format!("{:032x}", rng.random::<u128>())
}

/// A period of a rule for one of its recipients, as rows have it.
pub fn subject(
    rule: &DeliveryRule,
    due: Due,
    is_late: bool,
    (channel, recipient): (Channel, String),
) -> DeliverySubject {
    DeliverySubject {
        about: About::Report(ReportPeriod {
            from: due.period.from,
            until: due.period.until,
            zone: rule.schedule.zone.name().to_owned(),
        }),
        name: rule.name.to_string(),
        channel,
        recipient,
        due_at: due.at,
        is_late,
    }
}

/// The zone of a row; that of the rule where the row's is not known (any more).
fn zone_of(period: &ReportPeriod, rule: &DeliveryRule) -> Tz {
    period.zone.parse().unwrap_or(rule.schedule.zone)
}
