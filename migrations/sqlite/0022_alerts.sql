-- Alerts, the cases that follow up on them, and one outbox for all that is sent.

CREATE TABLE follow_up_case (
    -- Number of the case, which people name.
    case_id INTEGER NOT NULL PRIMARY KEY,
    -- 32 hexadecimal digits that nobody can guess: names the case in links, and in the hand-over of a call-back.
    token TEXT NOT NULL UNIQUE,
    -- The call that opened it.
    call_uid TEXT NOT NULL REFERENCES call (call_uid) ON DELETE CASCADE,
    -- Keyed hash of the caller's number: a later alert of the same caller joins the case while it is open. NULL: not known.
    caller_hash TEXT,
    -- The queue of the call; NULL: not known.
    queue TEXT,
    -- The agent's team; NULL: not known.
    team TEXT,
    -- The agent; NULL: not known.
    agent TEXT,
    -- The gravest of its alerts.
    severity TEXT NOT NULL CHECK (severity IN ('thanks', 'low', 'normal', 'high', 'urgent')),
    -- Where it stands. `attempted`: somebody called back and did not reach the caller. The last three are closed.
    state TEXT NOT NULL CHECK (state IN ('new', 'taken', 'attempted', 'contacted', 'resolved', 'unreachable', 'no_action')),
    -- Name of the user who has taken it; NULL: nobody.
    owner TEXT,
    -- When it was opened first.
    opened_at TEXT NOT NULL,
    -- When it was taken first; NULL: not yet.
    taken_at TEXT,
    -- When the caller was contacted first; NULL: not yet.
    contacted_at TEXT,
    -- When it was closed; NULL: it is open.
    closed_at TEXT,
    -- By when it is to be taken; NULL: by no certain time.
    take_due_at TEXT,
    -- By when the caller is to be contacted; NULL: by no certain time.
    contact_due_at TEXT,
    -- Steps of escalation so far.
    escalation INTEGER NOT NULL DEFAULT 0 CHECK (escalation >= 0),
    -- When the next step is due; NULL: none is.
    next_escalation_at TEXT,
    -- What the matter was, of the configured list; NULL: not said.
    cause TEXT,
    -- What was done about it, of the configured list; NULL: not said.
    action TEXT,
    -- The caller's number for calling back; NULL: not kept, or gone.
    callback_number TEXT,
    -- Until when the number is kept; NULL: it is not.
    callback_until TEXT,
    -- What the caller said when asked whether the matter is settled: 1 or 0; NULL: not asked, or no answer.
    is_settled INTEGER CHECK (is_settled IN (0, 1)),
    -- How often it was closed and opened again.
    reopened INTEGER NOT NULL DEFAULT 0 CHECK (reopened >= 0),
    -- Counts the changes: who changes a case says which one they saw.
    revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0),
    CHECK ((state IN ('resolved', 'unreachable', 'no_action')) = (closed_at IS NOT NULL)),
    CHECK ((callback_number IS NULL) = (callback_until IS NULL))
);
-- The open cases of a caller.
CREATE INDEX case_of_caller ON follow_up_case (caller_hash) WHERE closed_at IS NULL AND caller_hash IS NOT NULL;
CREATE INDEX case_of_call ON follow_up_case (call_uid);
CREATE INDEX case_opened ON follow_up_case (opened_at, case_id);
CREATE INDEX case_open ON follow_up_case (case_id) WHERE closed_at IS NULL;
CREATE INDEX case_to_escalate ON follow_up_case (next_escalation_at) WHERE next_escalation_at IS NOT NULL;
CREATE INDEX case_with_number ON follow_up_case (callback_until) WHERE callback_until IS NOT NULL;

CREATE TABLE alert (
    -- Its number.
    alert_id INTEGER NOT NULL PRIMARY KEY,
    -- The call; NULL: the alert is about the service itself.
    call_uid TEXT REFERENCES call (call_uid) ON DELETE CASCADE,
    -- The `name` of the [[alert]].
    rule TEXT NOT NULL,
    -- How grave the rule was by then.
    severity TEXT NOT NULL CHECK (severity IN ('thanks', 'low', 'normal', 'high', 'urgent')),
    -- What happened last before it was raised: an answer, a comment, the end of the call; the watchdog, a delivery.
    raised_by TEXT NOT NULL CHECK (raised_by IN ('answer', 'comment', 'end', 'watch', 'delivery')),
    -- The question of the answer or of the comment; else NULL.
    question_id TEXT,
    -- What an alert about the service says; NULL for one about a call.
    about TEXT,
    -- When it was raised: with the answer, the comment, the end.
    raised_at TEXT NOT NULL,
    -- The caller's number for calling back, as long as the alert is not handled: then the case has it. NULL: not kept.
    callback_number TEXT,
    -- Until when the number is kept; NULL: it is not.
    callback_until TEXT,
    -- When messages were made of it; NULL: not yet.
    handled_at TEXT,
    -- The case that it opened or joined; NULL: not handled, or no case is opened for it.
    case_id INTEGER REFERENCES follow_up_case (case_id) ON DELETE CASCADE,
    -- Why no message of its own was sent, in a word; NULL: one was, or it is not handled.
    silenced_by TEXT,
    CHECK ((call_uid IS NULL) = (raised_by IN ('watch', 'delivery'))),
    CHECK ((call_uid IS NULL) = (about IS NOT NULL)),
    CHECK ((callback_number IS NULL) = (callback_until IS NULL)),
    CHECK (callback_number IS NULL OR handled_at IS NULL)
);
-- A rule fires once in a call, whatever is repeated.
CREATE UNIQUE INDEX alert_once ON alert (call_uid, rule) WHERE call_uid IS NOT NULL;
CREATE INDEX alert_waiting ON alert (alert_id) WHERE handled_at IS NULL;
CREATE INDEX alert_of_case ON alert (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX alert_raised ON alert (raised_at);

-- Comments that were left in calls with alerts. The message about it follows that about the alert.
CREATE TABLE alert_comment (
    -- The call.
    call_uid TEXT NOT NULL REFERENCES call (call_uid) ON DELETE CASCADE,
    -- The question's id within its survey.
    question_id TEXT NOT NULL,
    -- When it was complete.
    left_at TEXT NOT NULL,
    -- When messages were made of it; NULL: not yet.
    handled_at TEXT,
    PRIMARY KEY (call_uid, question_id)
) WITHOUT ROWID;
CREATE INDEX alert_comment_waiting ON alert_comment (call_uid) WHERE handled_at IS NULL;

-- What happened in cases.
CREATE TABLE case_event (
    -- Its number.
    event_id INTEGER NOT NULL PRIMARY KEY,
    -- The case.
    case_id INTEGER NOT NULL REFERENCES follow_up_case (case_id) ON DELETE CASCADE,
    -- When.
    at TEXT NOT NULL,
    -- Name of the user or of the key of the API; empty: the service itself; `caller`: the caller, asked after the call-back.
    actor TEXT NOT NULL,
    -- What happened, in a word.
    kind TEXT NOT NULL CHECK (kind IN ('opened', 'joined', 'taken', 'given', 'attempted', 'contacted', 'resolved', 'unreachable',
        'no_action', 'reopened', 'note', 'escalated', 'settled', 'not_settled', 'number_removed')),
    -- To whom it was given or escalated, the result of an attempt, the rule that joined; NULL: nothing more to say.
    detail TEXT,
    -- What somebody wrote; NULL: nothing.
    note TEXT
);
CREATE INDEX case_event_of_case ON case_event (case_id, event_id);

-- The outbox: a delivery may now be about an alert as well.
CREATE TABLE former_attempt AS SELECT * FROM delivery_attempt;
DROP TABLE delivery_attempt;
ALTER TABLE delivery RENAME TO former_delivery;
DROP INDEX delivery_once;
DROP INDEX delivery_pending;
DROP INDEX delivery_dead;

CREATE TABLE delivery (
    -- Number of the delivery, which commands name.
    delivery_id INTEGER NOT NULL PRIMARY KEY,
    -- 32 hexadecimal digits. The Message-ID and the `webhook-id` are made of it, in every attempt the same, so that a receiver
    -- can drop a second one.
    identity TEXT NOT NULL UNIQUE,
    -- What it is about: `report`; `alert`; `comment`: one that was left after the alert; `escalation`: of a case; `digest`: alerts that
    -- were held back.
    about TEXT NOT NULL CHECK (about IN ('report', 'alert', 'comment', 'escalation', 'digest')),
    -- The `name` of the [[delivery]] or of the [[alert]]; empty for a digest.
    name TEXT NOT NULL,
    -- The case; NULL: none.
    case_id INTEGER REFERENCES follow_up_case (case_id) ON DELETE CASCADE,
    -- How it is delivered.
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'folder', 'webhook', 'call')),
    -- The mail address, the `name` of a [[channel]], the SIP URI; empty for the folder and the webhook of a [[delivery]].
    recipient TEXT NOT NULL,
    -- First local day of the period; NULL unless it is a report.
    period_from TEXT,
    -- The local day after its last.
    period_until TEXT,
    -- The time zone of these days.
    zone TEXT,
    -- `schedule`; `command`: somebody asked for it; `event`: something happened.
    requested_by TEXT NOT NULL CHECK (requested_by IN ('schedule', 'command', 'event')),
    -- When it was due.
    due_at TEXT NOT NULL,
    -- 1 when it was found due more than an hour later, because no service was running; else 0.
    is_late INTEGER NOT NULL CHECK (is_late IN (0, 1)),
    -- `pending`; `sent`; `dead`: given up; `skipped`: not to be sent.
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead', 'skipped')),
    -- Attempts begun since `tries_from`.
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- Since when attempts count for giving up: `created_at`, or when somebody asked to try again.
    tries_from TEXT NOT NULL,
    -- When it is tried next; NULL unless pending.
    next_attempt_at TEXT,
    -- The node that is delivering it; NULL: none.
    lease_holder TEXT,
    -- Until when no other node may take it; NULL: none is delivering it.
    lease_until TEXT,
    -- Counts the claims. What a node reports of its attempt is stored only while this is the number that its claim was given.
    fence INTEGER NOT NULL DEFAULT 0 CHECK (fence >= 0),
    -- When the row was made.
    created_at TEXT NOT NULL,
    -- When the receiver had accepted it; NULL unless sent.
    sent_at TEXT,
    -- Why the last attempt failed, or why it is skipped; NULL when there is nothing to say.
    last_error TEXT,
    CHECK ((about = 'report') = (period_from IS NOT NULL)),
    CHECK ((period_from IS NULL) = (period_until IS NULL) AND (period_from IS NULL) = (zone IS NULL)),
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((lease_holder IS NULL) = (lease_until IS NULL))
);
INSERT INTO delivery (delivery_id, identity, about, name, channel, recipient, period_from, period_until, zone, requested_by, due_at, is_late,
    state, attempts, tries_from, next_attempt_at, lease_holder, lease_until, fence, created_at, sent_at, last_error)
SELECT delivery_id, identity, 'report', name, channel, recipient, period_from, period_until, zone, requested_by, due_at, is_late, state,
    attempts, tries_from, next_attempt_at, lease_holder, lease_until, fence, created_at, sent_at, last_error FROM former_delivery;
DROP TABLE former_delivery;

-- Each period once to each recipient, whatever clocks, restarts and other nodes do. Commands may repeat it.
CREATE UNIQUE INDEX delivery_once ON delivery (name, channel, recipient, period_from, period_until)
WHERE requested_by = 'schedule';
-- What is to be done next.
CREATE INDEX delivery_pending ON delivery (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_dead ON delivery (delivery_id) WHERE state = 'dead';
-- What goes to whom: for the messages of the last hour, and the digest that waits.
CREATE INDEX delivery_of_events ON delivery (channel, recipient, created_at) WHERE requested_by = 'event';
CREATE INDEX delivery_of_case ON delivery (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE delivery_attempt (
    -- The delivery.
    delivery_id INTEGER NOT NULL REFERENCES delivery (delivery_id) ON DELETE CASCADE,
    -- The `fence` of the claim.
    fence INTEGER NOT NULL,
    -- The node.
    node TEXT NOT NULL,
    -- When it began.
    begun_at TEXT NOT NULL,
    -- When it ended; NULL while it goes on.
    ended_at TEXT,
    -- `sent`; `retry`: failed, to be tried again; `dead`: failed for good; `skipped`: there was nothing to send;
    -- `interrupted`: the service stopped in it, so whether it was sent is not known. NULL while it goes on.
    outcome TEXT CHECK (outcome IN ('sent', 'retry', 'dead', 'skipped', 'interrupted')),
    -- What the receiver answered, or the error, shortened; NULL when there is nothing.
    answer TEXT,
    PRIMARY KEY (delivery_id, fence),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
INSERT INTO delivery_attempt (delivery_id, fence, node, begun_at, ended_at, outcome, answer)
SELECT delivery_id, fence, node, begun_at, ended_at, outcome, answer FROM former_attempt;
DROP TABLE former_attempt;

-- The alerts that a delivery tells.
CREATE TABLE delivery_alert (
    -- The delivery.
    delivery_id INTEGER NOT NULL REFERENCES delivery (delivery_id) ON DELETE CASCADE,
    -- The alert.
    alert_id INTEGER NOT NULL REFERENCES alert (alert_id) ON DELETE CASCADE,
    PRIMARY KEY (delivery_id, alert_id)
) WITHOUT ROWID;
CREATE INDEX delivery_alert_of_alert ON delivery_alert (alert_id);
