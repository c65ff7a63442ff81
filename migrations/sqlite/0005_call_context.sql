-- Where the context of a call was read, and what has no column of its own.

-- JSON object: for each field or attribute [source, value, note]. The value is left out where the call has a column for
-- it (queue, agent, team, original_call_id, language, and the caller, whose number is in no text); the note is `hashed`
-- or `unknown`, or left out. NULL when the PBX told nothing.
ALTER TABLE call ADD COLUMN context TEXT;

-- One row per call and field that the PBX told.
CREATE VIEW v_call_context AS
SELECT
    c.call_uid,                                     -- the call
    substr(c.arrived_at, 1, 10) AS day,             -- UTC day of its arrival
    e.key AS field,                                 -- queue, agent, talk_time, ... or an attribute of the configuration
    CASE e.key
        WHEN 'queue' THEN c.queue
        WHEN 'agent' THEN c.agent
        WHEN 'team' THEN c.team
        WHEN 'original_call_id' THEN c.original_call_id
        WHEN 'language' THEN c.language
        ELSE json_extract(e.value, '$[1]')
    END AS value,                                   -- its value; NULL for the caller
    json_extract(e.value, '$[0]') AS source,        -- where it stood, such as X-Queue or User-to-User:agent
    json_extract(e.value, '$[2]') AS note           -- hashed: it looked like a person's number; unknown: without effect
FROM call c, json_each(c.context) e;

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
    json_extract(context, '$.token[1]') AS token    -- the token of the call; a number as its hash
FROM call;
