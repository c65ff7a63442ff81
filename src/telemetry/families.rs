//! Every metric of `/metrics` in one table: name, type, labels with the values that they may have, and the sentence that `# HELP` shows.
//!
//! Metrics are recorded where things happen; this table describes them. `docs/metrics.md` lists the same families, and `tests/docs` compares
//! both with the source. `tests/blackbox/metrics.rs` holds the text of a running service to it.

use super::family::LabelValues::{Limited, Listed};
use super::family::{Family, FamilyType, LabelValues};

/// Paths of the API as they are routed, such as `/api/v1/calls/{call}`, and `none`.
const API_PATHS: usize = 40;

/// Statuses of the API.
const API_STATUSES: [&str; 19] = [
    "200", "201", "204", "206", "304", "400", "401", "403", "404", "405", "408", "409", "413", "415", "416",
    "422", "429", "500", "503",
];

/// Paths of pages as they are routed, such as `/calls/{call}`, `/assets/{file}`, and `none`.
const PAGE_PATHS: usize = 50;

/// Classes of statuses.
const PAGE_STATUSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];

/// All families, in the order of their names.
pub const FAMILIES: [Family; 49] = [
    counter(
        "aftercall_alerts_total",
        &[(
            "outcome",
            Listed(&["told", "same_call", "same_caller", "nobody", "no_rule"]),
        )],
        "Alerts that were handled.",
    ),
    gauge(
        "aftercall_announcements_waiting",
        &[],
        "Pending announcements, counted every ten seconds.",
    ),
    Family {
        limit: Some(API_PATHS),
        ..histogram(
            "aftercall_api_request_seconds",
            &[("path", Limited)],
            "Duration of API requests.",
        )
    },
    Family {
        limit: Some(API_PATHS * API_STATUSES.len()),
        ..counter(
            "aftercall_api_requests_total",
            &[("path", Limited), ("status", Listed(&API_STATUSES))],
            "API requests.",
        )
    },
    Family {
        // `engine::jobs::autopilot` publishes no more.
        limit: Some(200),
        ..gauge(
            "aftercall_autopilot_every",
            &[("route", Limited), ("stratum", Limited)],
            "N of one call in N as the sampling autopilot planned it.",
        )
    },
    gauge("aftercall_calls", &[], "Active calls, surveyed or not."),
    counter(
        "aftercall_calls_total",
        &[(
            "disposition",
            Listed(&[
                "not_sampled",
                "suppressed",
                "refused_capacity",
                "declined",
                "no_answer",
                "abandoned",
                "failed",
                "partial",
                "completed",
            ]),
        )],
        "Calls that ended, by disposition.",
    ),
    counter(
        "aftercall_calls_turned_away_total",
        &[(
            "reason",
            Listed(&[
                "draining",
                "full",
                "sip.max_dialogs",
                "pending",
                "unacknowledged",
                "source",
                "sip.max_transactions",
                "queue",
                "storage",
            ]),
        )],
        "Calls refused with 503 before they were read.",
    ),
    gauge(
        "aftercall_configuration_loaded_timestamp_seconds",
        &[],
        "When the configuration in use was loaded, in seconds since 1970.",
    ),
    counter(
        "aftercall_decisions_expired_total",
        &[],
        "Calls that the API selected and that never arrived.",
    ),
    gauge(
        "aftercall_deliveries_dead",
        &[],
        "Reports that were given up, until somebody has them tried again or dropped. Alert on more than 0.",
    ),
    gauge(
        "aftercall_deliveries_oldest_pending_seconds",
        &[],
        "Time since the oldest pending report was due; 0: none is pending.",
    ),
    counter(
        "aftercall_deliveries_total",
        &[
            ("channel", Listed(&["mail", "folder", "webhook"])),
            (
                "outcome",
                Listed(&["sent", "retry", "dead", "skipped", "interrupted"]),
            ),
        ],
        "Attempts to deliver a report.",
    ),
    gauge(
        "aftercall_http_connections",
        &[],
        "Open HTTP connections, those of scrapers included.",
    ),
    gauge(
        "aftercall_live_streams",
        &[("of", Listed(&["api", "pages"]))],
        "Open streams of live events.",
    ),
    counter(
        "aftercall_media_commands_refused_total",
        &[],
        "Commands that an overloaded media thread did not accept. Should stay 0.",
    ),
    counter(
        "aftercall_media_events_dropped_total",
        &[],
        "Media events that a call did not process in time. Should stay 0.",
    ),
    counter(
        "aftercall_media_late_ticks_total",
        &[],
        "Packets not sent because a media thread was late by at least one packet interval.",
    ),
    gauge(
        "aftercall_media_lateness_seconds",
        &[],
        "How late the slowest media thread is, averaged over a second.",
    ),
    counter(
        "aftercall_media_packets_total",
        &[("event", Listed(&["sent", "received", "refused", "lost"]))],
        "RTP packets; lost ones are counted when a call ends.",
    ),
    gauge("aftercall_media_ports_free", &[], "Free pairs of media ports."),
    gauge(
        "aftercall_media_send_lateness_seconds",
        &[("percentile", Listed(&["50", "99", "100"]))],
        "How late packets left after their deadline, since the start; 100 is the worst.",
    ),
    gauge("aftercall_media_sessions", &[], "Open media sessions."),
    counter(
        "aftercall_media_srtp_dropped_total",
        &[("reason", Listed(&["forged", "replayed"]))],
        "Datagrams dropped on protected streams, counted when a call ends.",
    ),
    Family {
        limit: Some(PAGE_PATHS),
        ..histogram(
            "aftercall_page_request_seconds",
            &[("path", Limited)],
            "Time from a request for a page to the beginning of the answer.",
        )
    },
    Family {
        limit: Some(PAGE_PATHS * PAGE_STATUSES.len()),
        ..counter(
            "aftercall_page_requests_total",
            &[("path", Limited), ("status", Listed(&PAGE_STATUSES))],
            "Requests for pages.",
        )
    },
    gauge(
        "aftercall_recordings_available",
        &[],
        "1 while comments can be recorded, 0 while the disk is full or fails. Alert on 0.",
    ),
    gauge(
        "aftercall_recordings_disk_free_bytes",
        &[],
        "Free bytes on the disk of the recordings.",
    ),
    gauge(
        "aftercall_recordings_open",
        &[],
        "Recordings whose files are open.",
    ),
    counter(
        "aftercall_recordings_packets_dropped_total",
        &[],
        "Packets missing in recordings because the disk was too slow. Should stay 0.",
    ),
    counter(
        "aftercall_recordings_total",
        &[("kept", Listed(&["comment", "empty", "nothing", "lost"]))],
        "Recordings that ended, by what was kept.",
    ),
    counter(
        "aftercall_reloads_total",
        &[("result", Listed(&["ok", "refused"]))],
        "Reloads of the configuration.",
    ),
    counter(
        "aftercall_sdp_host_names_total",
        &[("result", Listed(&["found", "not_found"]))],
        "Host names in session descriptions that were looked up.",
    ),
    counter(
        "aftercall_sip_agent_events_total",
        &[(
            "event",
            Listed(&[
                "requests",
                "responses",
                "request_retransmissions",
                "invites",
                "retransmissions",
                "broken_answered",
                "dropped",
                "unknown_dialog",
                "merged",
                "evicted_transactions",
                "answer_timeouts",
                "ack_timeouts",
                "request_timeouts",
                "send_failures",
            ]),
        )],
        "Events of the SIP user agent.",
    ),
    gauge("aftercall_sip_connections", &[], "Open TCP connections."),
    gauge("aftercall_sip_dialogs", &[], "Dialogs, early and confirmed."),
    counter(
        "aftercall_sip_requests_refused_total",
        &[(
            "reason",
            Listed(&[
                "draining",
                "full",
                "dialogs",
                "pending",
                "unacknowledged",
                "source",
                "transactions",
            ]),
        )],
        "Requests refused because of a limit.",
    ),
    gauge("aftercall_sip_transactions", &[], "SIP transactions."),
    counter(
        "aftercall_sip_transport_events_total",
        &[(
            "event",
            Listed(&[
                "datagrams_received",
                "datagrams_sent",
                "datagrams_unsent",
                "keep_alives",
                "parse_errors",
                "strangers",
                "strangers_answered",
                "connections_accepted",
                "connections_opened",
                "connections_failed",
                "connections_refused",
                "connections_idle",
                "connections_slow",
                "connections_queue_full",
                "connections_unframed",
                "incoming_queue_full",
                "event_queue_full",
            ]),
        )],
        "Events of the SIP sockets, including requests from untrusted sources.",
    ),
    gauge(
        "aftercall_storage_available",
        &[],
        "1 while the database accepts writes, 0 while answers go to the spool. Alert on 0.",
    ),
    histogram("aftercall_storage_commit_facts", &[], "Facts in one transaction."),
    histogram(
        "aftercall_storage_commit_seconds",
        &[],
        "Duration of a transaction.",
    ),
    counter(
        "aftercall_storage_facts_total",
        &[
            (
                "fact",
                Listed(&[
                    "admit",
                    "answered",
                    "answer",
                    "opted_out",
                    "recording_begun",
                    "recording_ended",
                    "recording_expired",
                    "end",
                    "turned_away",
                    "surveys",
                    "heartbeat",
                    "announce",
                    "decide",
                    "claim",
                    "expire",
                    "amend",
                    "eligible",
                    "opt_out",
                    "opt_in",
                ]),
            ),
            ("kept_in", Listed(&["database", "spool", "none"])),
        ],
        "Facts handed to storage, by kind and by where they are stored.",
    ),
    counter(
        "aftercall_storage_outages_total",
        &[(
            "outage",
            Listed(&[
                "busy",
                "disk_full",
                "io",
                "read_only",
                "damaged",
                "removed",
                "other",
            ]),
        )],
        "Outages of the database.",
    ),
    gauge(
        "aftercall_storage_spool_bytes",
        &[],
        "Bytes waiting in the spool.",
    ),
    counter(
        "aftercall_storage_spool_rejected_total",
        &[],
        "Lines of the spool that could not be replayed.",
    ),
    gauge(
        "aftercall_test_call_success_timestamp_seconds",
        &[],
        "When the last test call succeeded, in seconds since 1970.",
    ),
    counter(
        "aftercall_test_calls_total",
        &[("result", Listed(&["ok", "failed"]))],
        "Test calls.",
    ),
    gauge(
        "aftercall_watch_quiet_queues",
        &[],
        "Queues in which fewer calls arrive than chance explains.",
    ),
];

const fn counter(
    name: &'static str,
    labels: &'static [(&'static str, LabelValues)],
    help: &'static str,
) -> Family {
    family(FamilyType::Counter, name, labels, help)
}

const fn gauge(
    name: &'static str,
    labels: &'static [(&'static str, LabelValues)],
    help: &'static str,
) -> Family {
    family(FamilyType::Gauge, name, labels, help)
}

const fn histogram(
    name: &'static str,
    labels: &'static [(&'static str, LabelValues)],
    help: &'static str,
) -> Family {
    family(FamilyType::Histogram, name, labels, help)
}

const fn family(
    kind: FamilyType,
    name: &'static str,
    labels: &'static [(&'static str, LabelValues)],
    help: &'static str,
) -> Family {
    Family {
        name,
        kind,
        labels,
        limit: None,
        help,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{API_PATHS, FAMILIES, Family, LabelValues, PAGE_PATHS};
    use crate::web::api::OPERATIONS;
    use crate::web::pages::routes::PAGES;
    use aftercall_base::Disposition;
    use aftercall_sip::event::TurnedAwayReason;

    fn family(name: &str) -> &'static Family {
        FAMILIES.iter().find(|family| family.name == name).unwrap()
    }

    #[test]
    fn families_are_in_the_order_of_their_names_and_none_is_there_twice() {
        assert!(FAMILIES.is_sorted_by(|one, next| one.name < next.name));
    }

    #[test]
    fn listed_values_are_those_of_the_types_that_they_come_from() {
        let values = |name: &str| match family(name).labels {
            [(_, LabelValues::Listed(values))] => values.to_vec(),
            labels => panic!("{name}: {labels:?}"),
        };
        assert_eq!(
            values("aftercall_calls_total"),
            Disposition::ALL.map(Disposition::as_str)
        );
        assert_eq!(
            values("aftercall_calls_turned_away_total"),
            TurnedAwayReason::ALL.map(TurnedAwayReason::as_str)
        );
    }

    #[test]
    fn every_path_has_room_among_the_values_of_its_label() {
        let paths: BTreeSet<&str> = OPERATIONS.iter().map(|(_, path, _)| *path).collect();
        assert!(paths.len() < API_PATHS, "{} paths and `none`", paths.len());
        let paths: BTreeSet<&str> = PAGES.iter().map(|row| row.path).collect();
        assert!(
            paths.len() + 2 <= PAGE_PATHS,
            "{} paths, assets and `none`",
            paths.len()
        );
    }
}
