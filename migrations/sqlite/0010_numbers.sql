-- Callers recognised in every notation of their number, and what stood where no value was.

-- JSON list: hashes of other notations of the caller's number, under which earlier versions may have stored the caller;
-- NULL where there are none.
ALTER TABLE announcement ADD COLUMN former_hashes TEXT;

DROP VIEW v_call_context;

-- One row per call and field that the PBX told, or tried to.
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
    END AS value,                                   -- its value; NULL for the caller, and where what stood there is none
    json_extract(e.value, '$[0]') AS source,        -- where it stood, such as X-Queue or User-to-User:agent
    json_extract(e.value, '$[2]') AS note,          -- hashed, unknown, unset, unclear or nobody: see docs/schema.md
    json_extract(e.value, '$[3]') AS text           -- what stood there where it is no value; NULL where it may hold a number
FROM call c, json_each(c.context) e;
