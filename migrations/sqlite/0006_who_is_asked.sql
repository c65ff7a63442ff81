-- Who is asked, and why: counters by queue, agent or route; surveys counted for quotas; the rule of every decision.

-- What explains decision_reason, as a JSON object: the figures of the rule at that moment. NULL where the other columns
-- say it all.
ALTER TABLE call ADD COLUMN decision_detail TEXT;
-- The agent of the stratum, empty when the call named none; NULL unless calls are counted by agent. Where they are
-- counted by route, stratum_queue is NULL as well.
ALTER TABLE call ADD COLUMN stratum_agent TEXT;
-- The day of arrival in the time zone of the route, `2026-11-25`; NULL when suppressed.
ALTER TABLE call ADD COLUMN local_day TEXT;

-- Until now only suppressed calls had a rule.
UPDATE call SET decision_reason = 'every' WHERE decision <> 'suppressed' AND decision_reason IS NULL;

-- No two calls share a position of a stratum, however it is counted.
CREATE UNIQUE INDEX call_stratum_of_agent ON call (stratum_route, stratum_agent, stratum_position)
    WHERE stratum_agent IS NOT NULL;
CREATE UNIQUE INDEX call_stratum_of_route ON call (stratum_route, stratum_position)
    WHERE stratum_agent IS NULL AND stratum_queue IS NULL AND stratum_position IS NOT NULL;

-- The cool-down asks for the surveys of a caller.
CREATE INDEX call_surveyed_caller ON call (caller_hash, arrived_at)
    WHERE decision = 'sampled' AND caller_hash IS NOT NULL;

ALTER TABLE sampling_counter RENAME TO sampling_counter_by_queue;

CREATE TABLE sampling_counter (
    -- The route of the stratum.
    route TEXT NOT NULL,
    -- Which calls of the route are counted together: those of a `queue`, of an `agent`, or all: `route`.
    per TEXT NOT NULL CHECK (per IN ('queue', 'agent', 'route')),
    -- The queue or agent; empty for calls that named none, and for the whole route.
    counted_as TEXT NOT NULL,
    -- Eligible calls counted so far; the call that raises it to a multiple of N is surveyed.
    eligible INTEGER NOT NULL CHECK (eligible >= 0),
    -- Arrival of the call that was counted last.
    updated_at TEXT NOT NULL,
    PRIMARY KEY (route, per, counted_as)
);

INSERT INTO sampling_counter (route, per, counted_as, eligible, updated_at)
SELECT route, 'queue', queue, eligible, updated_at FROM sampling_counter_by_queue;

DROP TABLE sampling_counter_by_queue;

-- Surveys that were offered, or may still be: what quotas and minima are held against. Kept by the triggers below, so
-- that it is true of every row of `call` from this step on, whatever the rules were at the time.
CREATE TABLE survey_count (
    -- Whose surveys: of a `route`, of a `survey`, of an `agent` on a route.
    scope TEXT NOT NULL CHECK (scope IN ('route', 'survey', 'agent')),
    -- The route or survey.
    name TEXT NOT NULL,
    -- The agent; empty unless the scope is `agent`.
    agent TEXT NOT NULL,
    -- The day in the time zone of the route; empty: all days together.
    local_day TEXT NOT NULL,
    -- How many.
    surveys INTEGER NOT NULL,
    PRIMARY KEY (scope, name, agent, local_day)
) WITHOUT ROWID;

-- What earlier versions surveyed, all days together.
INSERT INTO survey_count (scope, name, agent, local_day, surveys)
SELECT 'route', stratum_route, '', '', COUNT(*) FROM call
WHERE decision = 'sampled' AND answered_at IS NOT NULL GROUP BY stratum_route
UNION ALL
SELECT 'survey', survey, '', '', COUNT(*) FROM call
WHERE decision = 'sampled' AND answered_at IS NOT NULL AND survey IS NOT NULL GROUP BY survey;

-- A call that is sampled counts at once.
CREATE TRIGGER call_is_surveyed AFTER INSERT ON call WHEN NEW.decision = 'sampled' AND NEW.local_day IS NOT NULL
BEGIN
    INSERT INTO survey_count (scope, name, agent, local_day, surveys)
    SELECT 'route', NEW.stratum_route, '', NEW.local_day, 1 WHERE 1
    UNION ALL SELECT 'route', NEW.stratum_route, '', '', 1
    UNION ALL SELECT 'survey', NEW.survey, '', NEW.local_day, 1 WHERE NEW.survey IS NOT NULL
    UNION ALL SELECT 'survey', NEW.survey, '', '', 1 WHERE NEW.survey IS NOT NULL
    UNION ALL SELECT 'agent', NEW.stratum_route, NEW.agent, NEW.local_day, 1 WHERE NEW.agent IS NOT NULL
    ON CONFLICT (scope, name, agent, local_day) DO UPDATE SET surveys = surveys + 1;
END;

-- It no longer counts when it ended before a survey was offered: no room, cancelled, refused.
CREATE TRIGGER call_was_not_offered AFTER UPDATE OF disposition ON call
WHEN OLD.disposition IS NULL AND NEW.disposition IS NOT NULL AND NEW.decision = 'sampled'
    AND NEW.answered_at IS NULL AND NEW.local_day IS NOT NULL
BEGIN
    UPDATE survey_count SET surveys = surveys - 1
    WHERE (scope = 'route' AND name = NEW.stratum_route AND agent = '' AND local_day IN (NEW.local_day, ''))
        OR (scope = 'survey' AND name = NEW.survey AND agent = '' AND local_day IN (NEW.local_day, ''))
        OR (scope = 'agent' AND name = NEW.stratum_route AND agent = NEW.agent AND local_day = NEW.local_day);
END;
