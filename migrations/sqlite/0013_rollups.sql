-- Counts by local hour, day and month, kept in the transaction that stores a call, so that no report reads calls one by one; and what
-- they are counted by.

-- The hour of arrival in the time zone of the route, `2026-11-25T14`; the hour that a clock change repeats counts as one.
-- Calls from before this step: UTC, until `aftercall rollup rebuild`.
ALTER TABLE call ADD COLUMN local_hour TEXT;
-- The language in which the survey was spoken last; NULL when no survey was offered, or before this step.
ALTER TABLE call ADD COLUMN spoken_language TEXT;
-- What the call is counted by: a row of `agent_group`; NULL while it is in progress.
ALTER TABLE call ADD COLUMN agent_group INTEGER;
-- Milliseconds of sound in the prompts of the question; NULL: not known, or stored before this step.
ALTER TABLE answer ADD COLUMN prompt_ms INTEGER;
-- Milliseconds of them that had been played when the deciding key came; NULL: all, or not known.
ALTER TABLE answer ADD COLUMN heard_ms INTEGER;
-- The day on which the call with the agent ended, in the time zone of `[sampling]`; NULL: stored before this step.
ALTER TABLE eligible_call ADD COLUMN local_day TEXT;

-- Who ended the call with the agent: `agent` or `caller`; NULL when not told.
ALTER TABLE eligible_call ADD COLUMN hung_up_by TEXT;

UPDATE call SET local_day = COALESCE(local_day, substr(arrived_at, 1, 10)),
    local_hour = COALESCE(local_day, substr(arrived_at, 1, 10)) || substr(arrived_at, 11, 3);
UPDATE eligible_call SET local_day = substr(ended_at, 1, 10);

-- Reports select by the day of the route's time zone.
CREATE INDEX call_local_day ON call (local_day, call_uid);

-- Calls that share everything that figures are selected and grouped by, but the agent. Rows are only added.
CREATE TABLE call_group (
    -- Its number.
    id INTEGER NOT NULL PRIMARY KEY,
    -- The route; empty: none.
    route TEXT NOT NULL,
    -- Queue or service line; empty: not known.
    queue TEXT NOT NULL,
    -- The agent's team; empty: not known.
    team TEXT NOT NULL,
    -- Name of the survey; empty: none.
    survey TEXT NOT NULL,
    -- Version of its definition; empty: none.
    survey_version TEXT NOT NULL,
    -- The language spoken, else the one that the context names; empty: not known.
    language TEXT NOT NULL,
    -- How many calls one sampled call stands for: N of "one call in N", or 1 / share; 1 where chance did not decide.
    weight REAL NOT NULL,
    UNIQUE (route, queue, team, survey, survey_version, language, weight)
);

-- Calls of a group with one agent. Rows are only added.
CREATE TABLE agent_group (
    -- Its number.
    id INTEGER NOT NULL PRIMARY KEY,
    -- The group.
    call_group INTEGER NOT NULL REFERENCES call_group (id),
    -- The agent's id; empty: not known.
    agent TEXT NOT NULL,
    UNIQUE (call_group, agent)
);

-- The spans of time that counts are kept for, and whether by agent. Reports take the coarsest that tells what is asked.
CREATE TABLE rollup_level (
    -- `hour`, `day`, `month`: by `call_group`; `agent_day`, `agent_month`: by `agent_group`.
    level TEXT NOT NULL PRIMARY KEY,
    -- Characters of `call.local_hour` that name its bucket.
    bucket_length INTEGER NOT NULL,
    -- 1: the key is a row of `agent_group`; 0: of `call_group`.
    by_agent INTEGER NOT NULL CHECK (by_agent IN (0, 1))
);
INSERT INTO rollup_level (level, bucket_length, by_agent)
VALUES ('hour', 13, 0), ('day', 10, 0), ('month', 7, 0), ('agent_day', 10, 1), ('agent_month', 7, 1);

-- Ended calls. All columns but the first three are counts that can be added up.
CREATE TABLE rollup_call (
    -- A row of `rollup_level`.
    level TEXT NOT NULL,
    -- The local hour, day or month of arrival: `2026-11-25T14`, `2026-11-25`, `2026-11`.
    bucket TEXT NOT NULL,
    -- The row of `call_group` or `agent_group`.
    key INTEGER NOT NULL,
    -- Calls that arrived, and ended.
    arrived INTEGER NOT NULL,
    -- Kept out by policy.
    suppressed INTEGER NOT NULL,
    -- Counted for sampling.
    eligible INTEGER NOT NULL,
    -- Chosen to be surveyed.
    sampled INTEGER NOT NULL,
    -- Of these: answered with the survey.
    offered INTEGER NOT NULL,
    -- Of these: at least one question has a value.
    started INTEGER NOT NULL,
    -- Sampled, and never answered by us, but for calls refused for lack of capacity and technical failures.
    never_arrived INTEGER NOT NULL,
    -- Ended `completed`.
    completed INTEGER NOT NULL,
    -- Ended `partial`.
    partial INTEGER NOT NULL,
    -- Ended `declined`.
    declined INTEGER NOT NULL,
    -- Ended `no_answer`.
    no_answer INTEGER NOT NULL,
    -- Ended `abandoned`.
    abandoned INTEGER NOT NULL,
    -- Ended `failed`.
    failed INTEGER NOT NULL,
    -- Ended `refused_capacity`.
    refused_capacity INTEGER NOT NULL,
    -- Ended `not_sampled`.
    not_sampled INTEGER NOT NULL,
    -- Answered one question with its best values and another with its worst: a scale may have been understood the wrong way.
    reversed INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, key)
) WITHOUT ROWID;

-- Answers of calls that have ended.
CREATE TABLE rollup_answer (
    -- A row of `rollup_level`.
    level TEXT NOT NULL,
    -- The local hour, day or month of the call's arrival.
    bucket TEXT NOT NULL,
    -- The row of `call_group` or `agent_group`.
    key INTEGER NOT NULL,
    -- The question's id.
    question_id TEXT NOT NULL,
    -- 1: skipped after the last attempt; 0: answered.
    skipped INTEGER NOT NULL,
    -- The value; 0 when skipped.
    value INTEGER NOT NULL,
    -- Why the answers are doubtful, as a sum: 1 given before half of the question was heard, 2 the same value at three or
    -- more questions of the call, 4 a `1` accepted by the inter-digit timeout; 0: no doubt.
    doubt INTEGER NOT NULL,
    -- How many.
    answers INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, key, question_id, skipped, value, doubt)
) WITHOUT ROWID;

-- Suppressed calls that ended, by rule.
CREATE TABLE rollup_suppressed (
    -- A row of `rollup_level`.
    level TEXT NOT NULL,
    -- The local hour, day or month of arrival.
    bucket TEXT NOT NULL,
    -- The row of `call_group` or `agent_group`.
    key INTEGER NOT NULL,
    -- The rule, as in `call.decision_reason`.
    rule TEXT NOT NULL,
    -- How many.
    calls INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, key, rule)
) WITHOUT ROWID;

-- Offered surveys of ended calls, by the talk time of the finished call, where it is known.
CREATE TABLE rollup_talk_time (
    -- A row of `rollup_level`.
    level TEXT NOT NULL,
    -- The local hour, day or month of arrival.
    bucket TEXT NOT NULL,
    -- The row of `call_group` or `agent_group`.
    key INTEGER NOT NULL,
    -- The shortest talk time of the class in seconds: 0, 30, 60, 120, 300, 600, 1200.
    seconds INTEGER NOT NULL,
    -- Surveys offered.
    offered INTEGER NOT NULL,
    -- Of these: at least one question has a value.
    started INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, key, seconds)
) WITHOUT ROWID;

-- Recorded comments of calls that have ended.
CREATE TABLE rollup_recording (
    -- A row of `rollup_level`.
    level TEXT NOT NULL,
    -- The local hour, day or month of the call's arrival.
    bucket TEXT NOT NULL,
    -- The row of `call_group` or `agent_group`.
    key INTEGER NOT NULL,
    -- The question's id.
    question_id TEXT NOT NULL,
    -- What they came to: `comment`, `empty`, `nothing`, `lost`, `recording`; a file that has expired stays what it was.
    outcome TEXT NOT NULL,
    -- How many.
    recordings INTEGER NOT NULL,
    -- Milliseconds of sound in all of them.
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (level, bucket, key, question_id, outcome)
) WITHOUT ROWID;

-- Calls that could have been surveyed, and how far they came with us, by calls of ours that have ended.
CREATE TABLE rollup_reach (
    -- The day on which the call with the agent ended, in the time zone of `[sampling]`.
    local_day TEXT NOT NULL,
    -- Queue or service line; empty: not known.
    queue TEXT NOT NULL,
    -- The agent's team; empty: not known.
    team TEXT NOT NULL,
    -- The agent's id; empty: not known.
    agent TEXT NOT NULL,
    -- Calls that could have been surveyed, as the PBX told.
    eligible INTEGER NOT NULL,
    -- Of these: came to us, or were asked about by the API.
    reached INTEGER NOT NULL,
    -- Of these: its turn to be surveyed.
    sampled INTEGER NOT NULL,
    -- Of these: heard the survey.
    offered INTEGER NOT NULL,
    -- Of these: answered at least one question.
    answered INTEGER NOT NULL,
    -- Of those that could have been surveyed: the agent hung up first.
    hung_up_by_agent INTEGER NOT NULL,
    -- Of those that could have been surveyed: the caller hung up first.
    hung_up_by_caller INTEGER NOT NULL,
    PRIMARY KEY (local_day, queue, team, agent)
) WITHOUT ROWID;

-- Local days whose counts have to be made anew from their calls: `aftercall rollup rebuild`, or the start after this step.
CREATE TABLE rollup_pending (
    -- The day, `2026-11-25`.
    local_day TEXT NOT NULL PRIMARY KEY
);
INSERT INTO rollup_pending (local_day) SELECT DISTINCT local_day FROM call UNION SELECT local_day FROM eligible_call;

DROP VIEW v_agent_call;
-- One row per call, with what the PBX told of the finished call.
CREATE VIEW v_agent_call AS
SELECT
    call_uid,                                       -- the survey call
    substr(arrived_at, 1, 10) AS day,               -- UTC day of its arrival
    queue,                                          -- queue or service line
    team,                                           -- the agent's team
    agent,                                          -- the agent's id
    original_call_id,                               -- id of the finished call at the PBX
    CAST(json_extract(context, '$.talk_time[1]') AS INTEGER) AS talk_time_s, -- seconds that caller and agent talked
    CAST(json_extract(context, '$.wait_time[1]') AS INTEGER) AS wait_time_s, -- seconds that the caller waited
    json_extract(context, '$.disposition[1]') AS agent_disposition, -- how the agent closed it
    json_extract(context, '$.optin[1]') AS optin,   -- yes or no, where the PBX asked the caller
    json_extract(context, '$.survey[1]') AS survey_asked_for, -- the survey that the PBX asked for
    json_extract(context, '$.transferor[1]') AS transferor, -- who handed the call over; a number as its hash
    json_extract(context, '$.token[1]') AS token,   -- the token of the call; a number as its hash
    json_extract(context, '$.hung_up_by[1]') AS hung_up_by -- agent or caller: who hung up first
FROM call;

DROP VIEW v_reach;
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
    CASE WHEN SUM(sampled) >= 10 THEN 100.0 * SUM(offered) / SUM(sampled) END AS offer_rate, -- percent of sampled; NULL below 10
    SUM(hung_up_by_agent) AS hung_up_by_agent,      -- of eligible: the agent hung up first
    SUM(hung_up_by_caller) AS hung_up_by_caller     -- of eligible: the caller hung up first
FROM (
    SELECT
        substr(e.ended_at, 1, 10) AS day, e.queue, e.team, e.agent,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id) AS reached,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id AND c.decision = 'sampled') AS sampled,
        EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id AND c.decision = 'sampled'
            AND c.answered_at IS NOT NULL) AS offered,
        EXISTS (SELECT 1 FROM call c JOIN answer a ON a.call_uid = c.call_uid
            WHERE c.original_call_id = e.original_call_id AND a.value IS NOT NULL) AS answered,
        CASE WHEN e.hung_up_by = 'agent' THEN 1 ELSE 0 END AS hung_up_by_agent,
        CASE WHEN e.hung_up_by = 'caller' THEN 1 ELSE 0 END AS hung_up_by_caller
    FROM eligible_call e
) AS told
GROUP BY day, queue, team, agent;

-- Questions with the bounds that their scores have.
CREATE VIEW v_question AS
SELECT
    q.survey,                                       -- the survey's name
    q.version AS survey_version,                    -- version of its definition
    q.question_id,                                  -- the question's id
    q.position,                                     -- its place in the survey
    q.metric,                                       -- nps, ces, csat, yes_no, choice, number or comment
    q.text AS question,                             -- the question in words
    q.scale_min,                                    -- smallest valid value
    q.scale_max,                                    -- largest valid value
    q.high_is_good,                                 -- 1: a high value is good
    CASE
        WHEN q.metric NOT IN ('ces', 'csat', 'yes_no') THEN NULL
        WHEN q.threshold IS NOT NULL THEN q.threshold
        WHEN q.metric IN ('csat', 'yes_no') AND q.scale_min = 0 AND q.scale_max = 1 THEN q.high_is_good
        WHEN q.metric IN ('csat', 'ces') AND q.scale_min = 1 AND q.scale_max = 5
            THEN CASE WHEN q.high_is_good = 1 THEN 4 ELSE 2 END
        WHEN q.metric = 'ces' AND q.scale_min = 1 AND q.scale_max = 7
            THEN CASE WHEN q.high_is_good = 1 THEN 5 ELSE 3 END
    END AS top_box,                                 -- values at or beyond it are good: as defined, or the usual one; NULL: none
    CASE WHEN q.metric = 'nps' AND q.scale_min = 0 AND q.scale_max = 10 AND q.high_is_good = 1
        THEN 1 ELSE 0 END AS has_nps                -- 1: 9 and 10 are promoters, 0 to 6 detractors
FROM question q;

-- One row per answer, for BI tools: every column has one type, unknown names are NULL.
CREATE VIEW v_fact_answer AS
SELECT
    f.call_uid,                                     -- the call
    f.local_day,                                    -- day of the call's arrival in the time zone of its route
    strftime('%Y', f.thursday) || '-W' || printf('%02d', (strftime('%j', f.thursday) - 1) / 7 + 1)
        AS local_week,                              -- its ISO week, 2026-W48
    substr(f.local_day, 1, 7) AS local_month,       -- its month, 2026-11
    CAST(substr(f.hour, 12) AS INTEGER) AS local_hour, -- hour of arrival, 0 to 23
    CAST((strftime('%w', f.local_day) + 6) % 7 + 1 AS INTEGER) AS weekday, -- 1: Monday, 7: Sunday
    f.route,                                        -- matching route
    f.queue,                                        -- queue or service line
    f.team,                                         -- the agent's team
    f.agent,                                        -- the agent's id
    f.language,                                     -- language spoken
    f.survey,                                       -- survey asked
    f.survey_version,                               -- version of its definition
    f.question_id,                                  -- the question's id
    q.metric,                                       -- nps, ces, csat, yes_no, choice or number; NULL: the version is not known
    CAST(f.value AS INTEGER) AS value,              -- accepted value; NULL when skipped
    CASE WHEN f.value IS NULL THEN 1 ELSE 0 END AS skipped, -- 1: skipped after the last attempt
    CASE WHEN f.value BETWEEN q.scale_min AND q.scale_max THEN 1 ELSE 0 END AS is_valid, -- 1: a value of the scale
    CASE WHEN q.has_nps = 1 AND f.value BETWEEN 9 AND 10 THEN 1 ELSE 0 END AS is_promoter, -- 1: 9 or 10 of the NPS question
    CASE WHEN q.has_nps = 1 AND f.value BETWEEN 7 AND 8 THEN 1 ELSE 0 END AS is_passive, -- 1: 7 or 8 of it
    CASE WHEN q.has_nps = 1 AND f.value BETWEEN 0 AND 6 THEN 1 ELSE 0 END AS is_detractor, -- 1: 0 to 6 of it
    CASE WHEN f.value BETWEEN q.scale_min AND q.scale_max
            AND (q.high_is_good = 1 AND f.value >= q.top_box OR q.high_is_good = 0 AND f.value <= q.top_box)
        THEN 1 ELSE 0 END AS is_top_box,            -- 1: at or beyond the threshold of CES, CSAT or yes/no
    f.doubt,                                        -- why it is doubtful, as in rollup_answer; 0: no doubt
    CAST(f.weight AS REAL) AS weight,               -- how many calls this one stands for
    f.answered_at                                   -- when it was accepted, UTC
FROM (
    SELECT
        a.call_uid, a.question_id, a.value, a.answered_at, a.survey, a.survey_version,
        c.local_day, c.local_hour AS hour, date(c.local_day, '-3 days', 'weekday 4') AS thursday,
        c.route, c.queue, c.team, c.agent, COALESCE(c.spoken_language, c.language) AS language,
        CASE WHEN a.heard_ms * 2 < a.prompt_ms THEN 1 ELSE 0 END
            + CASE WHEN a.value IS NOT NULL AND (SELECT COUNT(*) >= 3 AND MIN(b.value) = MAX(b.value) FROM answer b
                WHERE b.call_uid = a.call_uid AND b.value IS NOT NULL) THEN 2 ELSE 0 END
            + CASE WHEN a.accepted_by_timeout = 1 THEN 4 ELSE 0 END AS doubt,
        CASE WHEN c.decision_reason = 'every' THEN COALESCE(c.stratum_every, 1)
            WHEN c.decision_reason = 'share' AND json_valid(c.decision_detail)
            THEN COALESCE(1.0 / NULLIF(json_extract(c.decision_detail, '$.share'), 0), 1) ELSE 1 END AS weight
    FROM answer a JOIN call c ON c.call_uid = a.call_uid
) AS f
LEFT JOIN v_question q ON q.survey = f.survey AND q.survey_version = f.survey_version AND q.question_id = f.question_id;

-- Answers of ended calls per local day, agent and question, as counts and sums that can be added up.
CREATE VIEW v_daily_score_by_agent AS
SELECT
    r.bucket AS local_day,                          -- day of the call's arrival in the time zone of its route
    NULLIF(g.route, '') AS route,                   -- matching route
    NULLIF(g.queue, '') AS queue,                   -- queue or service line
    NULLIF(g.team, '') AS team,                     -- the agent's team
    NULLIF(a.agent, '') AS agent,                   -- the agent's id
    NULLIF(g.language, '') AS language,             -- language spoken
    NULLIF(g.survey, '') AS survey,                 -- survey asked
    NULLIF(g.survey_version, '') AS survey_version, -- version of its definition: never add up over versions unseen
    g.weight,                                       -- how many calls one of them stands for
    r.question_id,                                  -- the question's id
    q.metric,                                       -- what it measures; NULL: the version is not known
    SUM(CASE WHEN r.skipped = 0 AND r.value BETWEEN q.scale_min AND q.scale_max THEN r.answers ELSE 0 END)
        AS n,                                       -- valid answers
    SUM(CASE WHEN r.skipped = 0 AND r.value BETWEEN q.scale_min AND q.scale_max THEN r.answers * r.value ELSE 0 END)
        AS sum_value,                               -- sum of their values
    SUM(CASE WHEN r.skipped = 0 AND r.value BETWEEN q.scale_min AND q.scale_max
        THEN r.answers * r.value * r.value ELSE 0 END) AS sum_squares, -- sum of the squares of their values
    SUM(CASE WHEN r.skipped = 0 AND q.has_nps = 1 AND r.value BETWEEN 9 AND 10 THEN r.answers ELSE 0 END)
        AS promoters,                               -- 9 or 10 of the NPS question
    SUM(CASE WHEN r.skipped = 0 AND q.has_nps = 1 AND r.value BETWEEN 7 AND 8 THEN r.answers ELSE 0 END)
        AS passives,                                -- 7 or 8 of it
    SUM(CASE WHEN r.skipped = 0 AND q.has_nps = 1 AND r.value BETWEEN 0 AND 6 THEN r.answers ELSE 0 END)
        AS detractors,                              -- 0 to 6 of it
    SUM(CASE WHEN r.skipped = 0 AND r.value BETWEEN q.scale_min AND q.scale_max
            AND (q.high_is_good = 1 AND r.value >= q.top_box OR q.high_is_good = 0 AND r.value <= q.top_box)
        THEN r.answers ELSE 0 END) AS top_box,      -- at or beyond the threshold of CES, CSAT or yes/no
    SUM(CASE WHEN r.skipped = 0 AND r.doubt > 0 AND r.value BETWEEN q.scale_min AND q.scale_max
        THEN r.answers ELSE 0 END) AS doubtful,     -- valid answers that are doubtful
    SUM(CASE WHEN r.skipped = 1 THEN r.answers ELSE 0 END) AS skipped -- skipped after the last attempt
FROM rollup_answer r
JOIN agent_group a ON a.id = r.key
JOIN call_group g ON g.id = a.call_group
LEFT JOIN v_question q ON q.survey = g.survey AND q.survey_version = g.survey_version AND q.question_id = r.question_id
WHERE r.level = 'agent_day'
GROUP BY r.bucket, r.key, r.question_id
HAVING SUM(r.answers) > 0;

-- Ended calls per local day and agent, as counts that can be added up.
CREATE VIEW v_daily_funnel_by_agent AS
SELECT
    r.bucket AS local_day,                          -- day of arrival in the time zone of the route
    NULLIF(g.route, '') AS route,                   -- matching route
    NULLIF(g.queue, '') AS queue,                   -- queue or service line
    NULLIF(g.team, '') AS team,                     -- the agent's team
    NULLIF(a.agent, '') AS agent,                   -- the agent's id
    NULLIF(g.language, '') AS language,             -- language spoken, or that of the context
    NULLIF(g.survey, '') AS survey,                 -- survey of the route
    NULLIF(g.survey_version, '') AS survey_version, -- version of its definition
    g.weight,                                       -- how many calls a sampled one stands for
    r.arrived,                                      -- calls that reached us
    r.suppressed,                                   -- kept out by policy
    r.eligible,                                     -- counted for sampling
    r.sampled,                                      -- chosen to be surveyed
    r.offered,                                      -- heard the survey
    r.started,                                      -- answered at least one question
    r.never_arrived,                                -- sampled and never answered by us, without failures
    r.completed,                                    -- ended completed
    r.partial,                                      -- ended partial
    r.declined,                                     -- ended declined
    r.no_answer,                                    -- ended no_answer
    r.abandoned,                                    -- ended abandoned
    r.failed,                                       -- ended failed
    r.refused_capacity,                             -- ended refused_capacity
    r.not_sampled,                                  -- ended not_sampled
    r.reversed                                      -- best values of one scale and worst of another
FROM rollup_call r
JOIN agent_group a ON a.id = r.key
JOIN call_group g ON g.id = a.call_group
WHERE r.level = 'agent_day' AND r.arrived > 0;

-- How many of the calls that could have been surveyed reached us, per local day, queue and agent, by ended calls of ours.
CREATE VIEW v_daily_reach AS
SELECT
    local_day,                                      -- day on which the call with the agent ended, in the zone of [sampling]
    NULLIF(queue, '') AS queue,                     -- queue or service line
    NULLIF(team, '') AS team,                       -- the agent's team
    NULLIF(agent, '') AS agent,                     -- the agent's id
    eligible,                                       -- calls that could have been surveyed, as the PBX told
    reached,                                        -- of these: came to us, or were asked about by the API
    sampled,                                        -- of these: its turn to be surveyed
    offered,                                        -- of these: heard the survey
    answered,                                       -- of these: answered at least one question
    hung_up_by_agent,                               -- of eligible: the agent hung up first
    hung_up_by_caller,                              -- of eligible: the caller hung up first
    CASE WHEN eligible >= 10 THEN 100.0 * reached / eligible END AS reach_rate, -- percent; NULL below 10 calls
    CASE WHEN sampled >= 10 THEN 100.0 * offered / sampled END AS offer_rate -- percent of sampled; NULL below 10
FROM rollup_reach
WHERE eligible > 0;
