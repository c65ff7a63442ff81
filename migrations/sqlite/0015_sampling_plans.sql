-- N of "one call in N" as the sampling autopilot of a route planned it, a row for each change.

CREATE TABLE sampling_plan (
    -- The route.
    route TEXT NOT NULL,
    -- Which calls are counted together: `queue`, `agent` or `route`.
    per TEXT NOT NULL CHECK (per IN ('queue', 'agent', 'route')),
    -- The queue or agent; empty: not known, or the whole route.
    counted_as TEXT NOT NULL,
    -- N from then on.
    every INTEGER NOT NULL CHECK (every > 0),
    -- N before.
    former_every INTEGER NOT NULL CHECK (former_every > 0),
    -- When it was planned, UTC.
    planned_at TEXT NOT NULL,
    -- Why: `goal`, `largest_allowed`, `smallest_allowed`, `no_calls_expected`, `no_history`.
    reason TEXT NOT NULL,
    -- Answers that were expected to come from then to the deadline.
    answers REAL NOT NULL,
    -- Half of the width of the 95 % interval that was expected at the deadline, in points; NULL: no answers were expected.
    half_width REAL,
    -- The deadline, UTC: the end of the last day of the week of collecting.
    until TEXT NOT NULL,
    PRIMARY KEY (route, per, counted_as, planned_at)
) WITHOUT ROWID;

-- The history is read by time.
CREATE INDEX sampling_plan_planned_at ON sampling_plan (planned_at);
