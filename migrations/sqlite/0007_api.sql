-- What is told of a call beside it, by HTTP: ahead of it, after it, and of calls that never reached us.

-- Who decided whether the call is surveyed when: `call`, at its INVITE; `api`, before it, when the PBX asked.
ALTER TABLE call ADD COLUMN decided_by TEXT NOT NULL DEFAULT 'call' CHECK (decided_by IN ('call', 'api'));
-- When the INVITE arrived of a call that was decided beforehand; NULL: it never did, or the INVITE was the decision.
ALTER TABLE call ADD COLUMN invited_at TEXT;

-- Calls are found by the id of the finished call.
CREATE INDEX call_original_call_id ON call (original_call_id) WHERE original_call_id IS NOT NULL;

DROP VIEW v_call;
-- One row per call, surveyed or not.
CREATE VIEW v_call AS
SELECT
    c.call_uid,                                     -- our identity of the call
    substr(c.arrived_at, 1, 10) AS day,             -- UTC day of arrival
    c.arrived_at,                                   -- when the INVITE arrived
    c.node,                                         -- the node that handled it
    c.dialled,                                      -- dialled number or user
    c.route,                                        -- matching route
    c.queue,                                        -- queue or service line
    c.team,                                         -- the agent's team
    c.agent,                                        -- the agent's id
    c.original_call_id,                             -- id of the finished call at the PBX
    c.language,                                     -- language tag
    c.survey,                                       -- survey of the route
    c.survey_version,                               -- version of its definition
    c.decision,                                     -- sampled, not_sampled or suppressed
    c.decision_reason,                              -- the rule that suppressed it
    c.stratum_position,                             -- position among the eligible calls of its stratum
    c.stratum_every,                                -- one call in how many was surveyed
    CASE WHEN c.decision <> 'suppressed' THEN 1 ELSE 0 END AS eligible,                          -- 1: counted for sampling
    CASE WHEN c.decision = 'sampled' THEN 1 ELSE 0 END AS sampled,                               -- 1: its turn to be surveyed
    CASE WHEN c.decision = 'sampled' AND c.answered_at IS NOT NULL THEN 1 ELSE 0 END AS offered, -- 1: heard the survey
    CASE WHEN EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = c.call_uid AND a.value IS NOT NULL)
        THEN 1 ELSE 0 END AS started,               -- 1: answered at least one question
    COALESCE(c.disposition, 'in_progress') AS disposition, -- how it ended
    c.reason,                                       -- why it ended so
    c.answered_at,                                  -- when we answered
    c.ended_at,                                     -- when it ended
    c.decision_detail,                              -- what explains the rule that decided
    c.local_day,                                    -- day of arrival in the time zone of the route
    c.decided_by,                                   -- call or api: who decided when
    c.invited_at                                    -- when the INVITE of a call decided beforehand arrived
FROM call c;

CREATE TABLE announcement (
    -- The identity that the call has, or will have when it arrives.
    call_uid TEXT NOT NULL PRIMARY KEY,
    -- Names it in the Request-URI.
    token TEXT NOT NULL,
    -- The id of the finished call at the PBX; NULL when not told.
    original_call_id TEXT,
    -- Keyed hash of the caller's number; NULL when not told.
    caller_hash TEXT,
    -- The caller's number in clear; NULL unless the configuration asks for it.
    caller_number TEXT,
    -- JSON object: each field or attribute that was told, as a text, without the caller.
    told TEXT NOT NULL,
    -- What tells a repeated request: `key:...` by its Idempotency-Key, `call:...` by its original call id; NULL for neither.
    request_key TEXT UNIQUE,
    -- 1 when the call was decided beforehand and has its row already, else 0.
    decided INTEGER NOT NULL CHECK (decided IN (0, 1)),
    -- When it was told first.
    announced_at TEXT NOT NULL,
    -- Until when a call may claim it.
    expires_at TEXT NOT NULL,
    -- When its call arrived, or its time was found to be over; NULL while it waits.
    closed_at TEXT,
    -- `call` or `expiry`; NULL while it waits.
    closed_by TEXT CHECK (closed_by IN ('call', 'expiry')),
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);

-- An arriving call looks for the announcement that waits for it.
CREATE INDEX announcement_token ON announcement (token) WHERE closed_at IS NULL;
CREATE INDEX announcement_original_call_id ON announcement (original_call_id) WHERE closed_at IS NULL;
CREATE INDEX announcement_caller ON announcement (caller_hash, announced_at) WHERE closed_at IS NULL;
-- What is over is closed, and later removed.
CREATE INDEX announcement_waiting ON announcement (expires_at) WHERE closed_at IS NULL;
CREATE INDEX announcement_expires_at ON announcement (expires_at);
-- A repeated announcement is known by the call that has used it.
CREATE INDEX announcement_used ON announcement (original_call_id) WHERE closed_by = 'call';

CREATE TABLE eligible_call (
    -- The id of the finished call at the PBX.
    original_call_id TEXT NOT NULL PRIMARY KEY,
    -- When the call with the agent ended.
    ended_at TEXT NOT NULL,
    -- Queue or service line; NULL when not told.
    queue TEXT,
    -- The agent's id; NULL when not told.
    agent TEXT,
    -- The agent's team; NULL when not told.
    team TEXT,
    -- Seconds that caller and agent talked; NULL when not told.
    talk_time_s INTEGER CHECK (talk_time_s >= 0),
    -- Seconds that the caller waited for the agent; NULL when not told.
    wait_time_s INTEGER CHECK (wait_time_s >= 0),
    -- How the agent closed the call; NULL when not told.
    disposition TEXT,
    -- When it was told first.
    told_at TEXT NOT NULL
);

-- Reports select by day.
CREATE INDEX eligible_call_ended_at ON eligible_call (ended_at);

-- How many of the calls that could have been surveyed reached us, per UTC day, queue and agent.
CREATE VIEW v_reach AS
SELECT
    day,                                            -- UTC day on which the call with the agent ended
    queue,                                          -- queue or service line
    team,                                           -- the agent's team
    agent,                                          -- the agent's id
    COUNT(*) AS eligible,                           -- calls that could have been surveyed, as the PBX told
    SUM(reached) AS reached,                        -- of these: came to us, or were asked about by the API
    SUM(sampled) AS sampled,                        -- of these: its turn to be surveyed
    SUM(offered) AS offered,                        -- of these: heard the survey
    SUM(answered) AS answered,                      -- of these: answered at least one question
    CASE WHEN COUNT(*) >= 10 THEN 100.0 * SUM(reached) / COUNT(*) END AS reach_rate,  -- percent; NULL below 10 calls
    CASE WHEN SUM(sampled) >= 10 THEN 100.0 * SUM(offered) / SUM(sampled) END AS offer_rate -- percent of sampled; NULL below 10
FROM (
    SELECT
        substr(e.ended_at, 1, 10) AS day, e.queue, e.team, e.agent,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id) AS reached,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id AND c.decision = 'sampled') AS sampled,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id AND c.decision = 'sampled'
            AND c.answered_at IS NOT NULL) AS offered,
        EXISTS (SELECT 1 FROM call c JOIN answer a ON a.call_uid = c.call_uid
            WHERE c.original_call_id = e.original_call_id AND a.value IS NOT NULL) AS answered
    FROM eligible_call e
) AS told
GROUP BY day, queue, team, agent;

-- A survey counts for the agent whom the call is known to be of.
CREATE TRIGGER call_has_another_agent AFTER UPDATE OF agent ON call
WHEN NEW.agent IS NOT OLD.agent AND NEW.decision = 'sampled' AND NEW.local_day IS NOT NULL
    AND (NEW.disposition IS NULL OR NEW.answered_at IS NOT NULL)
BEGIN
    UPDATE survey_count SET surveys = surveys - 1
    WHERE scope = 'agent' AND name = NEW.stratum_route AND agent = OLD.agent AND local_day = NEW.local_day;
    INSERT INTO survey_count (scope, name, agent, local_day, surveys)
    SELECT 'agent', NEW.stratum_route, NEW.agent, NEW.local_day, 1 WHERE NEW.agent IS NOT NULL
    ON CONFLICT (scope, name, agent, local_day) DO UPDATE SET surveys = surveys + 1;
END;

-- An opt-out may be told by the API, without a call of ours.
CREATE TABLE opt_out_new (
    -- Keyed hash of the number of a caller who is not to be asked again.
    caller_hash TEXT NOT NULL PRIMARY KEY,
    -- The call in which the caller said so; NULL when it was told by the API.
    call_uid TEXT,
    -- When.
    opted_out_at TEXT NOT NULL,
    -- The name of the API key that told it; NULL when the caller did.
    api_key TEXT
);
INSERT INTO opt_out_new (caller_hash, call_uid, opted_out_at) SELECT caller_hash, call_uid, opted_out_at FROM opt_out;
DROP TABLE opt_out;
ALTER TABLE opt_out_new RENAME TO opt_out;
