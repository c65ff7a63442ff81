-- What each call was to be asked and was asked, and answers that were corrected: a question that was skipped, one that the
-- caller never came to, and one that was never meant for the call are three different things.

-- JSON array: ids of the questions for this call in its order, as drawn and as its context decides; which of them come
-- depends on the answers. NULL where the survey asks every call all its questions in the order of the file, and for calls
-- that were not answered.
ALTER TABLE call ADD COLUMN planned TEXT;
-- JSON array: ids of the questions that were begun to be asked, in order. NULL when the call was not surveyed, is in
-- progress, or was cut off by the death of the service.
ALTER TABLE call ADD COLUMN asked TEXT;
-- The value that was given first, where the caller took the offer to answer once more; value is then the second. NULL: one
-- answer was given.
ALTER TABLE answer ADD COLUMN corrected_from INTEGER;

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
    a.corrected_from                                -- value given first; NULL when one answer was given
FROM answer a
JOIN call c ON c.call_uid = a.call_uid
LEFT JOIN question q ON q.survey = a.survey AND q.version = a.survey_version AND q.question_id = a.question_id
LEFT JOIN question_label l ON l.survey = a.survey AND l.version = a.survey_version
    AND l.question_id = a.question_id AND l.value = a.value;

-- One row per call and question that was asked, whatever came of it.
CREATE VIEW v_asked AS
SELECT
    c.call_uid,                                     -- the call
    substr(c.arrived_at, 1, 10) AS day,             -- UTC day of the call's arrival
    c.queue,                                        -- queue or service line
    c.team,                                         -- the agent's team
    c.agent,                                        -- the agent's id
    c.survey,                                       -- survey asked
    c.survey_version,                               -- version of its definition
    e.value AS question_id,                         -- the question's id
    e.key + 1 AS place,                             -- its place in this call, from 1
    CASE
        WHEN a.value IS NOT NULL THEN 'answered'
        WHEN a.question_id IS NOT NULL THEN 'skipped'
        WHEN r.question_id IS NOT NULL THEN 'recorded'
        ELSE 'left'
    END AS result                                   -- answered, skipped, recorded (see v_comment), left: the call ended in it
FROM call c
JOIN json_each(c.asked) e
LEFT JOIN answer a ON a.call_uid = c.call_uid AND a.question_id = e.value
LEFT JOIN recording r ON r.call_uid = c.call_uid AND r.question_id = e.value;
