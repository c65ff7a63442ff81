-- The facts of survey calls. docs/schema.md explains the same tables for analysts.
--
-- Conventions: every moment is UTC as text, `2026-11-22T08:15:30.250Z`, so that text order is time order;
-- flags are 0 or 1; a column that may be NULL says what NULL means. Nothing refers to survey_version by a foreign
-- key on purpose: an answer that a caller has given must never be refused because a definition is not there.

CREATE TABLE call (
    -- Our identity of the call: a ULID, 26 characters, sorted by arrival.
    call_uid TEXT NOT NULL PRIMARY KEY,
    -- The node that handled the call.
    node TEXT NOT NULL,
    -- When the INVITE arrived.
    arrived_at TEXT NOT NULL,
    -- The Call-ID of the SIP dialog; the peer's, so it may repeat.
    sip_call_id TEXT NOT NULL,
    -- The dialled number or user.
    dialled TEXT NOT NULL,
    -- The route that matched; NULL when none did.
    route TEXT,
    -- Queue or service line of the finished call; NULL when not told.
    queue TEXT,
    -- The agent's id; NULL when not told.
    agent TEXT,
    -- The agent's team; NULL when not told.
    team TEXT,
    -- The id of the finished call at the PBX; NULL when not told.
    original_call_id TEXT,
    -- Language tag such as `fi`; NULL when not told.
    language TEXT,
    -- Keyed hash of the caller's number, 64 hexadecimal digits; NULL when withheld.
    caller_hash TEXT,
    -- The caller's number in clear; NULL unless the configuration asks for it.
    caller_number TEXT,
    -- Name of the survey that the route leads to; NULL when it leads to none.
    survey TEXT,
    -- Version of that survey's definition; NULL together with survey.
    survey_version TEXT,
    -- Whether the call is surveyed: `sampled`, `not_sampled` or `suppressed`.
    decision TEXT NOT NULL CHECK (decision IN ('sampled', 'not_sampled', 'suppressed')),
    -- The rule that suppressed the call, such as `no_route`; NULL unless suppressed.
    decision_reason TEXT,
    -- The route of the stratum in which the call was counted; NULL when suppressed.
    stratum_route TEXT,
    -- The queue of that stratum, empty when the call named none; NULL when suppressed.
    stratum_queue TEXT,
    -- Position of the call among the eligible calls of its stratum, from 1; NULL when suppressed.
    stratum_position INTEGER CHECK (stratum_position >= 1),
    -- One call in how many was surveyed at that moment; NULL when suppressed.
    stratum_every INTEGER CHECK (stratum_every >= 1),
    -- When we answered with 200; NULL when we never did.
    answered_at TEXT,
    -- When the call ended; NULL while it is in progress.
    ended_at TEXT,
    -- The one end of the call: not_sampled, suppressed, refused_capacity, declined, no_answer, abandoned, failed,
    -- partial or completed; NULL while it is in progress.
    disposition TEXT CHECK (disposition IN ('not_sampled', 'suppressed', 'refused_capacity', 'declined',
        'no_answer', 'abandoned', 'failed', 'partial', 'completed')),
    -- Why it ended so, such as `caller_hung_up`; `restart` when the service died during the call; NULL while it is
    -- in progress.
    reason TEXT,
    -- A suppressed call has no place in a stratum, every other call has one.
    CHECK ((decision = 'suppressed') = (stratum_position IS NULL)),
    -- A call has ended and has a disposition, or neither.
    CHECK ((disposition IS NULL) = (ended_at IS NULL)),
    -- No two calls share a position of a stratum: each Nth call is one call.
    UNIQUE (stratum_route, stratum_queue, stratum_position)
);

-- Reports select by day.
CREATE INDEX call_arrived_at ON call (arrived_at);

-- The sweep after a restart looks for calls in progress.
CREATE INDEX call_in_progress ON call (node) WHERE disposition IS NULL;

CREATE TABLE answer (
    -- The call.
    call_uid TEXT NOT NULL REFERENCES call (call_uid) ON DELETE CASCADE,
    -- The question's id within its survey.
    question_id TEXT NOT NULL,
    -- Name of the survey that was asked.
    survey TEXT NOT NULL,
    -- Version of its definition.
    survey_version TEXT NOT NULL,
    -- The accepted value; NULL when the question was skipped after its last attempt.
    value INTEGER,
    -- Every key pressed at this question in order, those that did not match included.
    raw_digits TEXT NOT NULL,
    -- Attempts used, from 1.
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    -- Milliseconds from the end of the prompt to the deciding key; 0 when the caller barged in.
    response_time_ms INTEGER NOT NULL CHECK (response_time_ms >= 0),
    -- 1 when the inter-digit timeout accepted the value (the `1` of 0-10), else 0.
    accepted_by_timeout INTEGER NOT NULL CHECK (accepted_by_timeout IN (0, 1)),
    -- When the value was accepted.
    answered_at TEXT NOT NULL,
    PRIMARY KEY (call_uid, question_id)
);

CREATE TABLE opt_out (
    -- Keyed hash of the number of a caller who is not to be asked again.
    caller_hash TEXT NOT NULL PRIMARY KEY,
    -- The call in which the caller said so.
    call_uid TEXT NOT NULL,
    -- When.
    opted_out_at TEXT NOT NULL
);

CREATE TABLE sampling_counter (
    -- The route of the stratum.
    route TEXT NOT NULL,
    -- The queue of the stratum; empty for calls that named none.
    queue TEXT NOT NULL,
    -- Eligible calls counted so far; the call that raises it to a multiple of N is surveyed.
    eligible INTEGER NOT NULL CHECK (eligible >= 0),
    -- Arrival of the call that was counted last.
    updated_at TEXT NOT NULL,
    PRIMARY KEY (route, queue)
);

CREATE TABLE survey_version (
    -- The survey's name.
    survey TEXT NOT NULL,
    -- The first 12 hexadecimal digits of the SHA-256 of the definition.
    version TEXT NOT NULL,
    -- The title for people.
    title TEXT NOT NULL,
    -- What the measurement is for.
    goal TEXT NOT NULL,
    -- The definition as it was written.
    definition TEXT NOT NULL,
    -- Order of loading: the version with the highest number is the one loaded last.
    loaded INTEGER NOT NULL,
    PRIMARY KEY (survey, version)
);

CREATE TABLE question (
    -- The survey's name.
    survey TEXT NOT NULL,
    -- The version of its definition.
    version TEXT NOT NULL,
    -- The question's id within the survey.
    question_id TEXT NOT NULL,
    -- Its place in the survey, from 1.
    position INTEGER NOT NULL,
    -- What it measures: `nps`, `ces`, `csat`, `yes_no` or `choice`.
    metric TEXT NOT NULL,
    -- 1 when the call is completed only with an answer to it, 0 for a plain choice.
    scored INTEGER NOT NULL CHECK (scored IN (0, 1)),
    -- The question in words.
    text TEXT NOT NULL,
    -- Smallest valid value.
    scale_min INTEGER NOT NULL,
    -- Largest valid value.
    scale_max INTEGER NOT NULL,
    -- 1 when a high value is good, 0 when a low one is.
    high_is_good INTEGER NOT NULL CHECK (high_is_good IN (0, 1)),
    -- Values at or beyond it, in the good direction, count as satisfied or as top box; NULL: the usual one of the metric.
    threshold INTEGER,
    -- Target of the headline score, in NPS points or percent; NULL when none is set.
    target REAL,
    PRIMARY KEY (survey, version, question_id),
    FOREIGN KEY (survey, version) REFERENCES survey_version (survey, version) ON DELETE CASCADE
);

CREATE TABLE question_label (
    -- The survey's name.
    survey TEXT NOT NULL,
    -- The version of its definition.
    version TEXT NOT NULL,
    -- The question's id within the survey.
    question_id TEXT NOT NULL,
    -- A value of the scale.
    value INTEGER NOT NULL,
    -- What the value means, in words.
    label TEXT NOT NULL,
    PRIMARY KEY (survey, version, question_id, value),
    FOREIGN KEY (survey, version, question_id) REFERENCES question (survey, version, question_id) ON DELETE CASCADE
);

CREATE TABLE heartbeat (
    -- Always 1: the table has one row.
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    -- How often the database was asked whether it can write.
    written INTEGER NOT NULL
);

INSERT INTO heartbeat (id, written) VALUES (1, 0);
