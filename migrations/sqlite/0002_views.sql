-- Views for people who query directly. Their names and columns are kept; new columns are added at the end.

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
    c.ended_at                                      -- when it ended
FROM call c;

-- One row per call and question asked to its end.
CREATE VIEW v_answer AS
SELECT
    a.call_uid,                                     -- the call
    substr(c.arrived_at, 1, 10) AS day,             -- UTC day of the call's arrival
    c.queue,                                        -- queue or service line
    c.team,                                         -- the agent's team
    c.agent,                                        -- the agent's id
    a.survey,                                       -- survey asked
    a.survey_version,                               -- version of its definition
    a.question_id,                                  -- the question's id
    q.position,                                     -- its place in the survey
    q.metric,                                       -- nps, ces, csat, yes_no or choice
    q.text AS question,                             -- the question in words
    a.value,                                        -- accepted value; NULL when skipped
    l.label,                                        -- the value in words
    q.scale_min,                                    -- smallest valid value
    q.scale_max,                                    -- largest valid value
    q.high_is_good,                                 -- 1: a high value is good
    q.threshold,                                    -- values at or beyond it count as good
    a.raw_digits,                                   -- keys pressed
    a.attempts,                                     -- attempts used
    a.response_time_ms,                             -- milliseconds from the prompt's end to the deciding key
    a.accepted_by_timeout,                          -- 1: accepted by the inter-digit timeout
    a.answered_at                                   -- when it was accepted
FROM answer a
JOIN call c ON c.call_uid = a.call_uid
LEFT JOIN question q ON q.survey = a.survey AND q.version = a.survey_version AND q.question_id = a.question_id
LEFT JOIN question_label l ON l.survey = a.survey AND l.version = a.survey_version
    AND l.question_id = a.question_id AND l.value = a.value;

-- The funnel per UTC day, survey and queue.
CREATE VIEW v_daily_funnel AS
SELECT
    day,                                            -- UTC day of arrival
    survey,                                         -- survey of the route
    queue,                                          -- queue or service line
    COUNT(*) AS arrived,                            -- calls that reached us
    SUM(eligible) AS eligible,                      -- counted for sampling
    SUM(sampled) AS sampled,                        -- chosen to be surveyed
    SUM(offered) AS offered,                        -- heard the survey
    SUM(started) AS started,                        -- answered at least one question
    SUM(CASE WHEN disposition = 'partial' THEN 1 ELSE 0 END) AS partial,     -- answered some
    SUM(CASE WHEN disposition = 'completed' THEN 1 ELSE 0 END) AS completed, -- answered all
    CASE WHEN SUM(offered) >= 10 THEN
        100.0 * SUM(CASE WHEN disposition IN ('partial', 'completed') THEN 1 ELSE 0 END) / SUM(offered)
    END AS response_rate                            -- percent of offered; NULL below 10 offered
FROM v_call
GROUP BY day, survey, queue;

-- Scores per UTC day and question; values outside the scale are left out. Intervals are in `aftercall report`.
CREATE VIEW v_daily_score AS
SELECT
    day,                                            -- UTC day of the call's arrival
    survey,                                         -- survey asked
    survey_version,                                 -- version of its definition: never add up over versions unseen
    question_id,                                    -- the question's id
    metric,                                         -- what it measures
    COUNT(*) AS n,                                  -- valid answers
    CASE WHEN COUNT(*) >= 10 THEN AVG(value) END AS mean, -- mean value; NULL below 10 answers
    CASE WHEN COUNT(*) >= 10 AND metric = 'nps' AND scale_min = 0 AND scale_max = 10 AND high_is_good = 1 THEN
        100.0 * SUM(CASE WHEN value >= 9 THEN 1 WHEN value <= 6 THEN -1 ELSE 0 END) / COUNT(*)
    END AS nps,                                     -- Net Promoter Score; NULL below 10 answers or for another metric
    CASE WHEN COUNT(*) >= 10 AND threshold IS NOT NULL THEN
        100.0 * SUM(CASE WHEN high_is_good = 1 AND value >= threshold THEN 1
                         WHEN high_is_good = 0 AND value <= threshold THEN 1 ELSE 0 END) / COUNT(*)
    END AS share_at_threshold                       -- percent at or beyond the threshold; NULL below 10 or without one
FROM v_answer
WHERE metric IN ('nps', 'ces', 'csat', 'yes_no') AND value BETWEEN scale_min AND scale_max
GROUP BY day, survey, survey_version, question_id, metric, scale_min, scale_max, high_is_good, threshold;
