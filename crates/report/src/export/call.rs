//! One row a call: its columns, and what a call has in them.

use std::borrow::Cow;

use super::cell::{Cell, Column, Kind};
use super::clock::{Clock, RouteZones};
use aftercall_storage::export::CallRow;

/// A call with the clock of its contact centre.
#[derive(Debug)]
pub(super) struct LocalCall<'r> {
    pub(super) row: &'r CallRow,
    pub(super) uid: String,
    pub(super) clock: Clock,
}

impl<'r> LocalCall<'r> {
    pub(super) fn new(row: &'r CallRow, zones: &RouteZones) -> Self {
        Self {
            row,
            uid: row.uid.to_string(),
            clock: zones.clock(row),
        }
    }
}

/// A column that every file of a shape has.
pub(super) struct Definition<V> {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) meaning: &'static str,
    pub(super) value: V,
}

impl<V> Definition<V> {
    pub(super) fn column(&self) -> Column {
        Column {
            name: self.name.to_owned(),
            kind: self.kind,
            meaning: Cow::Borrowed(self.meaning),
        }
    }
}

pub(super) type CallValue = for<'c> fn(&'c LocalCall<'c>) -> Cell<'c>;

const fn text(name: &'static str, meaning: &'static str, value: CallValue) -> Definition<CallValue> {
    of_kind(Kind::Text, name, meaning, value)
}

const fn integer(name: &'static str, meaning: &'static str, value: CallValue) -> Definition<CallValue> {
    of_kind(Kind::Integer, name, meaning, value)
}

const fn flag(name: &'static str, meaning: &'static str, value: CallValue) -> Definition<CallValue> {
    of_kind(Kind::Flag, name, meaning, value)
}

const fn of_kind(
    kind: Kind,
    name: &'static str,
    meaning: &'static str,
    value: CallValue,
) -> Definition<CallValue> {
    Definition {
        name,
        kind,
        meaning,
        value,
    }
}

pub(super) const CALL_UID: Definition<CallValue> =
    text("call_uid", "Identity of the call.", |call| Cell::text(&call.uid));
pub(super) const ARRIVED_AT: Definition<CallValue> = of_kind(
    Kind::Moment,
    "arrived_at",
    "When the call arrived, or was decided by the API.",
    |call| Cell::Moment(call.clock.local(call.row.arrived_at)),
);
pub(super) const UTC_OFFSET: Definition<CallValue> = integer(
    "utc_offset_min",
    "Minutes by which the local clock was ahead of UTC at arrival.",
    |call| {
        let offset = call.clock.local(call.row.arrived_at).offset().local_minus_utc();
        Cell::Integer(i64::from(offset / 60))
    },
);
pub(super) const LOCAL_DAY: Definition<CallValue> = of_kind(
    Kind::Day,
    "local_day",
    "Day of arrival in the time zone of the route, by which calls are selected.",
    |call| Cell::Day(call.row.local_day),
);
pub(super) const LOCAL_HOUR: Definition<CallValue> = integer(
    "local_hour",
    "Hour of arrival in the time zone of the route, 0 to 23.",
    |call| Cell::maybe_integer(call.row.local_hour),
);
pub(super) const ROUTE: Definition<CallValue> = text("route", "Route that matched; empty: none.", |call| {
    Cell::maybe_text(call.row.route.as_ref())
});
pub(super) const DIALLED: Definition<CallValue> = text("dialled", "Dialled number or user.", |call| {
    Cell::text(&call.row.dialled)
});
pub(super) const QUEUE: Definition<CallValue> = text("queue", "Queue or service line.", |call| {
    Cell::maybe_text(call.row.queue.as_ref())
});
pub(super) const TEAM: Definition<CallValue> = text("team", "The agent's team.", |call| {
    Cell::maybe_text(call.row.team.as_ref())
});
pub(super) const AGENT: Definition<CallValue> = text("agent", "The agent's id.", |call| {
    Cell::maybe_text(call.row.agent.as_ref())
});
pub(super) const LANGUAGE: Definition<CallValue> = text("language", "Language of the context.", |call| {
    Cell::maybe_text(call.row.language.as_ref())
});
pub(super) const SPOKEN_LANGUAGE: Definition<CallValue> = text(
    "spoken_language",
    "Language in which the survey was spoken last. Calls are selected by it, and where it is empty by `language`.",
    |call| Cell::maybe_text(call.row.spoken_language.as_ref()),
);
pub(super) const ORIGINAL_CALL_ID: Definition<CallValue> = text(
    "original_call_id",
    "Id of the finished call at the PBX.",
    |call| Cell::maybe_text(call.row.original_call_id.as_ref()),
);
pub(super) const WEIGHT: Definition<CallValue> = of_kind(
    Kind::Decimal,
    "weight",
    "How many calls a sampled one stands for: N of \"one call in N\", or 1 / share; 1 where chance did not decide.",
    |call| Cell::Decimal(call.row.weight),
);
pub(super) const DISPOSITION: Definition<CallValue> = text(
    "disposition",
    "How the call ended; `in_progress` until then.",
    |call| {
        Cell::text(
            call.row
                .disposition
                .map_or("in_progress", |disposition| disposition.as_str()),
        )
    },
);

/// The columns that every file has, in their order. A later release adds columns behind all others, never between them.
pub(super) const COLUMNS: [Definition<CallValue>; 39] = [
    CALL_UID,
    ARRIVED_AT,
    UTC_OFFSET,
    LOCAL_DAY,
    LOCAL_HOUR,
    text("node", "Node that handled it.", |call| Cell::text(&call.row.node)),
    ROUTE,
    DIALLED,
    QUEUE,
    TEAM,
    AGENT,
    LANGUAGE,
    SPOKEN_LANGUAGE,
    ORIGINAL_CALL_ID,
    text("survey", "Survey of the call.", |call| {
        Cell::maybe_text(call.row.survey.as_ref())
    }),
    text("survey_version", "Version of its definition.", |call| {
        Cell::maybe_text(call.row.survey_version.as_ref())
    }),
    text("decision", "`sampled`, `not_sampled` or `suppressed`.", |call| {
        Cell::text(&call.row.decision)
    }),
    text("decision_reason", "Rule that decided.", |call| {
        Cell::maybe_text(call.row.decision_reason.as_ref())
    }),
    text("decision_detail", "Figures of that rule, as JSON.", |call| {
        Cell::maybe_text(call.row.decision_detail.as_ref())
    }),
    text(
        "decided_by",
        "When it was decided: `call`, at its arrival; `api`, before it.",
        |call| Cell::text(&call.row.decided_by),
    ),
    integer(
        "stratum_position",
        "Position among the eligible calls of its stratum.",
        |call| Cell::maybe_integer(call.row.stratum_position),
    ),
    integer("stratum_every", "N of \"one call in N\" at that time.", |call| {
        Cell::maybe_integer(call.row.stratum_every)
    }),
    WEIGHT,
    flag("eligible", "Counted for sampling.", |call| {
        Cell::Flag(call.row.flags.eligible)
    }),
    flag("sampled", "Chosen to be surveyed.", |call| {
        Cell::Flag(call.row.flags.sampled)
    }),
    flag("offered", "Sampled, and answered with the survey.", |call| {
        Cell::Flag(call.row.flags.offered)
    }),
    flag(
        "started",
        "Offered, and at least one question has a value.",
        |call| Cell::Flag(call.row.flags.started),
    ),
    flag(
        "completed",
        "Ended with every scored question answered.",
        |call| Cell::Flag(call.row.flags.completed),
    ),
    flag(
        "reversed",
        "One question has its best values and another its worst: a scale may have been understood the wrong way.",
        |call| Cell::Flag(call.row.flags.reversed),
    ),
    of_kind(
        Kind::Moment,
        "invited_at",
        "When the call arrived that the API had decided.",
        |call| Cell::maybe_moment(call.row.invited_at.map(|at| call.clock.local(at))),
    ),
    of_kind(
        Kind::Moment,
        "answered_at",
        "When it was answered (200 OK).",
        |call| Cell::maybe_moment(call.row.answered_at.map(|at| call.clock.local(at))),
    ),
    of_kind(
        Kind::Moment,
        "ended_at",
        "When it ended; empty: in progress.",
        |call| Cell::maybe_moment(call.row.ended_at.map(|at| call.clock.local(at))),
    ),
    DISPOSITION,
    text("reason", "Why it ended so.", |call| {
        Cell::maybe_text(call.row.reason.as_ref())
    }),
    integer("talk_time_s", "Seconds that caller and agent talked.", |call| {
        Cell::maybe_integer(call.row.talk_time_s)
    }),
    integer(
        "wait_time_s",
        "Seconds that the caller waited for the agent.",
        |call| Cell::maybe_integer(call.row.wait_time_s),
    ),
    text(
        "agent_disposition",
        "How the agent closed the finished call.",
        |call| Cell::maybe_text(call.row.agent_disposition.as_ref()),
    ),
    integer(
        "comments",
        "Recorded comments in which something was said; empty: none was begun.",
        |call| {
            call.row
                .comments
                .map_or(Cell::Empty, |counted| Cell::count(counted.comments))
        },
    ),
    of_kind(
        Kind::Decimal,
        "comment_seconds",
        "Seconds of sound in them.",
        |call| {
            let seconds = |duration_ms: u64| Cell::Decimal(duration_ms as f64 / 1_000.0);
            call.row
                .comments
                .map_or(Cell::Empty, |counted| seconds(counted.duration_ms))
        },
    ),
];
