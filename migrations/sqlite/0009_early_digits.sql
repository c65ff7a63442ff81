-- Keys that answered nothing because they came too early: without them nobody could tell a caller who was silent from one
-- who pressed into the welcome.

-- Every key that was dropped from the end of the question before (or the call's beginning) to the end of this one, in order,
-- at most 32: pressed before the question could be answered, or the rest of an input that began too early. Empty: none. NULL:
-- the answer was stored before these were kept.
ALTER TABLE answer ADD COLUMN early_digits TEXT;

DROP VIEW v_answer;
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
    q.metric,                                       -- nps, ces, csat, yes_no, choice or number
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
    a.answered_at,                                  -- when it was accepted
    a.corrected_from,                               -- value given first; NULL when one answer was given
    a.early_digits                                  -- keys dropped before it was decided; NULL: not kept then
FROM answer a
JOIN call c ON c.call_uid = a.call_uid
LEFT JOIN question q ON q.survey = a.survey AND q.version = a.survey_version AND q.question_id = a.question_id
LEFT JOIN question_label l ON l.survey = a.survey AND l.version = a.survey_version
    AND l.question_id = a.question_id AND l.value = a.value;
