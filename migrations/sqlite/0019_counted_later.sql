-- Calls that have ended are counted some at a time, within a second or so, instead of one by one with their end. Until then they are in no
-- group, and reports read them from their rows like calls in progress. And hours are also counted by survey alone: a report of a year by
-- hour, of all queues, teams and languages together, reads a fraction of the rows.

-- Finds both: calls in progress, by node, and calls that have ended and are not counted yet.
DROP INDEX call_in_progress;
CREATE INDEX call_not_counted ON call (disposition, node) WHERE agent_group IS NULL;

-- Calls that share survey, version and weight. Rows are only added.
CREATE TABLE survey_group (
    -- Its number.
    id INTEGER NOT NULL PRIMARY KEY,
    -- Name of the survey; empty: none.
    survey TEXT NOT NULL,
    -- Version of its definition; empty: none.
    survey_version TEXT NOT NULL,
    -- How many calls one sampled call stands for, as in `call_group`.
    weight REAL NOT NULL,
    UNIQUE (survey, survey_version, weight)
);
INSERT INTO survey_group (survey, survey_version, weight) SELECT DISTINCT survey, survey_version, weight FROM call_group;

-- The survey, version and weight of the group.
ALTER TABLE call_group ADD COLUMN survey_group INTEGER REFERENCES survey_group (id);
UPDATE call_group SET survey_group = (SELECT s.id FROM survey_group s WHERE s.survey = call_group.survey
    AND s.survey_version = call_group.survey_version AND s.weight = call_group.weight);

-- The spans of time that counts are kept for, and by what. Reports take the coarsest that tells what is asked.
DROP TABLE rollup_level;
CREATE TABLE rollup_level (
    -- Its name.
    level TEXT NOT NULL PRIMARY KEY,
    -- Characters of `call.local_hour` that name its bucket.
    bucket_length INTEGER NOT NULL,
    -- The table whose rows are its keys.
    keyed_by TEXT NOT NULL CHECK (keyed_by IN ('survey_group', 'call_group', 'agent_group'))
);
INSERT INTO rollup_level (level, bucket_length, keyed_by)
VALUES ('survey_hour', 13, 'survey_group'), ('hour', 13, 'call_group'), ('day', 10, 'call_group'), ('month', 7, 'call_group'),
    ('agent_day', 10, 'agent_group'), ('agent_month', 7, 'agent_group');

INSERT INTO rollup_call (level, bucket, key, arrived, suppressed, eligible, sampled, offered, started, never_arrived, completed, partial,
    declined, no_answer, abandoned, failed, refused_capacity, not_sampled, reversed)
SELECT 'survey_hour', r.bucket, g.survey_group, SUM(arrived), SUM(suppressed), SUM(eligible), SUM(sampled), SUM(offered), SUM(started),
    SUM(never_arrived), SUM(completed), SUM(partial), SUM(declined), SUM(no_answer), SUM(abandoned), SUM(failed), SUM(refused_capacity),
    SUM(not_sampled), SUM(reversed)
FROM rollup_call r JOIN call_group g ON g.id = r.key WHERE r.level = 'hour' GROUP BY 2, 3;

INSERT INTO rollup_answer (level, bucket, key, question_id, skipped, value, doubt, answers)
SELECT 'survey_hour', r.bucket, g.survey_group, question_id, skipped, value, doubt, SUM(answers)
FROM rollup_answer r JOIN call_group g ON g.id = r.key WHERE r.level = 'hour' GROUP BY 2, 3, 4, 5, 6, 7;

INSERT INTO rollup_suppressed (level, bucket, key, rule, calls)
SELECT 'survey_hour', r.bucket, g.survey_group, rule, SUM(calls)
FROM rollup_suppressed r JOIN call_group g ON g.id = r.key WHERE r.level = 'hour' GROUP BY 2, 3, 4;

INSERT INTO rollup_talk_time (level, bucket, key, seconds, offered, started)
SELECT 'survey_hour', r.bucket, g.survey_group, seconds, SUM(offered), SUM(started)
FROM rollup_talk_time r JOIN call_group g ON g.id = r.key WHERE r.level = 'hour' GROUP BY 2, 3, 4;

INSERT INTO rollup_recording (level, bucket, key, question_id, outcome, recordings, duration_ms)
SELECT 'survey_hour', r.bucket, g.survey_group, question_id, outcome, SUM(recordings), SUM(duration_ms)
FROM rollup_recording r JOIN call_group g ON g.id = r.key WHERE r.level = 'hour' GROUP BY 2, 3, 4, 5;
