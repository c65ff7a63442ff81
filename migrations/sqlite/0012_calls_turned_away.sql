-- Calls that were refused for want of room before anything of them was read. A row for each would cost what there was no room
-- for, so they are counted; and the hash of what a repeated API request said.

CREATE TABLE call_turned_away (
    -- The node that refused them.
    node TEXT NOT NULL,
    -- The minute in which they came: its first moment, UTC.
    minute_at TEXT NOT NULL,
    -- The route of the dialled number; empty when none takes it, or more numbers were dialled than are told apart.
    route TEXT NOT NULL,
    -- The survey of that route; empty for none.
    survey TEXT NOT NULL,
    -- Why: `pending` (as many calls as may wait to be decided on), `unacknowledged` (as many as may wait for the ACK of our
    -- 200), `sip.max_dialogs`, `sip.max_transactions`, `queue`, `full`, `storage` (the database was away), `draining` (a stop).
    reason TEXT NOT NULL,
    -- How many.
    calls INTEGER NOT NULL CHECK (calls >= 0),
    PRIMARY KEY (node, minute_at, route, survey, reason)
);

-- Reports select by time.
CREATE INDEX call_turned_away_minute_at ON call_turned_away (minute_at);

-- Calls that were refused for want of room, with a row of their own or counted, per UTC day, survey and reason.
CREATE VIEW v_refused AS
SELECT
    day,                                            -- UTC day of arrival
    survey,                                         -- survey of the route
    reason,                                         -- what there was no room in
    SUM(calls) AS calls                             -- how many
FROM (
    SELECT substr(c.arrived_at, 1, 10) AS day, c.survey, c.reason, 1 AS calls
    FROM call c WHERE c.disposition = 'refused_capacity'
    UNION ALL
    SELECT substr(t.minute_at, 1, 10) AS day, NULLIF(t.survey, '') AS survey, t.reason, t.calls
    FROM call_turned_away t
) AS refused
GROUP BY day, survey, reason;

-- SHA-256 of the request body under this key, 64 hexadecimal digits; NULL: told without an Idempotency-Key, or before this
-- column was there.
ALTER TABLE announcement ADD COLUMN request_hash TEXT;
