//! Counters to metrics.

use metrics::{counter, gauge};

use crate::transport::{OutboundTransport, TransportCounters};
use aftercall_sip::agent::UserAgent;

/// Publishes everything that is counted; called once a second.
#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
pub(super) fn publish(agent: &UserAgent, outbound: &OutboundTransport, transport: &TransportCounters) {
    for (name, value) in transport.all() {
        counter!("aftercall_sip_transport_events_total", "event" => name).absolute(value);
    }
    let counters = agent.counters();
    for (event, value) in [
        ("requests", counters.requests),
        ("responses", counters.responses),
        ("request_retransmissions", counters.request_retransmissions),
        ("invites", counters.invites),
        ("retransmissions", counters.retransmissions),
        ("broken_answered", counters.broken_answered),
        ("dropped", counters.dropped),
        ("unknown_dialog", counters.unknown_dialog),
        ("merged", counters.merged),
        ("evicted_transactions", counters.evicted_transactions),
        ("answer_timeouts", counters.answer_timeouts),
        ("ack_timeouts", counters.ack_timeouts),
        ("request_timeouts", counters.request_timeouts),
        ("send_failures", counters.send_failures),
    ] {
        counter!("aftercall_sip_agent_events_total", "event" => event).absolute(value);
    }
    for (reason, value) in [
        ("draining", counters.refused_draining),
        ("full", counters.refused_full),
        ("dialogs", counters.refused_dialogs),
        ("pending", counters.refused_pending),
        ("unacknowledged", counters.refused_unacknowledged),
        ("source", counters.refused_source),
        ("transactions", counters.refused_transactions),
    ] {
        counter!("aftercall_sip_requests_refused_total", "reason" => reason).absolute(value);
    }
    gauge!("aftercall_sip_dialogs").set(agent.dialogs() as f64);
    gauge!("aftercall_sip_transactions").set(agent.transactions() as f64);
    gauge!("aftercall_sip_connections").set(outbound.connections() as f64);
}
