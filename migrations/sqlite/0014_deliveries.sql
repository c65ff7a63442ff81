-- Deliveries of reports: each period of each [[delivery]] once to each of its recipients, by mail, into a folder, or to a webhook.

CREATE TABLE delivery_schedule (
    -- The `name` of the [[delivery]].
    name TEXT NOT NULL PRIMARY KEY,
    -- When a service saw the [[delivery]] for the first time: what was due before is not delivered.
    known_since TEXT NOT NULL,
    -- Periods that were due up to this moment have their rows.
    planned_until TEXT NOT NULL
);

CREATE TABLE delivery (
    -- Number of the delivery, which commands name.
    delivery_id INTEGER NOT NULL PRIMARY KEY,
    -- 32 hexadecimal digits. The Message-ID and the `webhook-id` are made of it, in every attempt the same, so that a receiver
    -- can drop a second one.
    identity TEXT NOT NULL UNIQUE,
    -- The `name` of the [[delivery]].
    name TEXT NOT NULL,
    -- How it is delivered.
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'folder', 'webhook')),
    -- The mail address; empty for a folder and a webhook, of which a [[delivery]] has one each.
    recipient TEXT NOT NULL,
    -- First local day of the period.
    period_from TEXT NOT NULL,
    -- The local day after its last.
    period_until TEXT NOT NULL,
    -- The time zone of these days.
    zone TEXT NOT NULL,
    -- `schedule`, or `command`: somebody asked for it.
    requested_by TEXT NOT NULL CHECK (requested_by IN ('schedule', 'command')),
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
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((lease_holder IS NULL) = (lease_until IS NULL))
);

-- Each period once to each recipient, whatever clocks, restarts and other nodes do. Commands may repeat it.
CREATE UNIQUE INDEX delivery_once ON delivery (name, channel, recipient, period_from, period_until)
WHERE requested_by = 'schedule';
-- What is to be done next.
CREATE INDEX delivery_pending ON delivery (channel, next_attempt_at) WHERE state = 'pending';
CREATE INDEX delivery_dead ON delivery (delivery_id) WHERE state = 'dead';

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
