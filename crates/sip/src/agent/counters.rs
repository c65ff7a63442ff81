//! Plain counters; the IO layer publishes them as metrics.

/// What the agent has seen and done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AgentCounters {
    /// Requests received, retransmissions included.
    pub requests: u64,
    /// Responses received, retransmissions included.
    pub responses: u64,
    /// Repeated requests recognised as such.
    pub request_retransmissions: u64,
    /// INVITEs handed to the application.
    pub invites: u64,
    /// Messages sent again by a timer or to answer a repetition.
    pub retransmissions: u64,
    /// Broken messages answered with 400.
    pub broken_answered: u64,
    /// Messages dropped because nothing could be answered: broken beyond repair, stray ACKs and responses.
    pub dropped: u64,
    /// Requests answered with 481.
    pub unknown_dialog: u64,
    /// Requests answered with 482 because they came by two ways.
    pub merged: u64,
    /// INVITEs answered with 503 because the application drains.
    pub refused_draining: u64,
    /// INVITEs answered with 503 because the application is full.
    pub refused_full: u64,
    /// INVITEs answered with 503 by [`AgentLimits::dialogs`](super::AgentLimits::dialogs).
    pub refused_dialogs: u64,
    /// INVITEs answered with 503 by [`AgentLimits::pending_invites`](super::AgentLimits::pending_invites).
    pub refused_pending: u64,
    /// INVITEs answered with 503 by [`AgentLimits::unacknowledged`](super::AgentLimits::unacknowledged).
    pub refused_unacknowledged: u64,
    /// INVITEs answered with 503 by
    /// [`AgentLimits::unestablished_of_source`](super::AgentLimits::unestablished_of_source).
    pub refused_source: u64,
    /// Requests answered with 503 by [`AgentLimits::transactions`](super::AgentLimits::transactions).
    pub refused_transactions: u64,
    /// Completed transactions forgotten before their time to make room.
    pub evicted_transactions: u64,
    /// INVITEs and offers that the application did not answer in time.
    pub answer_timeouts: u64,
    /// 2xx responses that were never acknowledged.
    pub ack_timeouts: u64,
    /// Our requests that got no final response.
    pub request_timeouts: u64,
    /// Messages that the driver could not send.
    pub send_failures: u64,
}
