-- Days and months are also counted by survey alone, as hours are: a report of a year by day, week or weekday, of all queues, teams and
-- languages together, reads a fraction of the rows.

INSERT INTO rollup_level (level, bucket_length, keyed_by)
VALUES ('survey_day', 10, 'survey_group'), ('survey_month', 7, 'survey_group');

INSERT INTO rollup_call (level, bucket, key, arrived, suppressed, eligible, sampled, offered, started, never_arrived, completed, partial,
    declined, no_answer, abandoned, failed, refused_capacity, not_sampled, reversed)
SELECT l.level, substr(r.bucket, 1, l.bucket_length), r.key, SUM(arrived), SUM(suppressed), SUM(eligible), SUM(sampled), SUM(offered),
    SUM(started), SUM(never_arrived), SUM(completed), SUM(partial), SUM(declined), SUM(no_answer), SUM(abandoned), SUM(failed),
    SUM(refused_capacity), SUM(not_sampled), SUM(reversed)
FROM rollup_call r CROSS JOIN rollup_level l
WHERE r.level = 'survey_hour' AND l.level IN ('survey_day', 'survey_month') GROUP BY 1, 2, 3;

INSERT INTO rollup_answer (level, bucket, key, question_id, skipped, value, doubt, answers)
SELECT l.level, substr(r.bucket, 1, l.bucket_length), r.key, question_id, skipped, value, doubt, SUM(answers)
FROM rollup_answer r CROSS JOIN rollup_level l
WHERE r.level = 'survey_hour' AND l.level IN ('survey_day', 'survey_month') GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO rollup_suppressed (level, bucket, key, rule, calls)
SELECT l.level, substr(r.bucket, 1, l.bucket_length), r.key, rule, SUM(calls)
FROM rollup_suppressed r CROSS JOIN rollup_level l
WHERE r.level = 'survey_hour' AND l.level IN ('survey_day', 'survey_month') GROUP BY 1, 2, 3, 4;

INSERT INTO rollup_talk_time (level, bucket, key, seconds, offered, started)
SELECT l.level, substr(r.bucket, 1, l.bucket_length), r.key, seconds, SUM(offered), SUM(started)
FROM rollup_talk_time r CROSS JOIN rollup_level l
WHERE r.level = 'survey_hour' AND l.level IN ('survey_day', 'survey_month') GROUP BY 1, 2, 3, 4;

INSERT INTO rollup_recording (level, bucket, key, question_id, outcome, recordings, duration_ms)
SELECT l.level, substr(r.bucket, 1, l.bucket_length), r.key, question_id, outcome, SUM(recordings), SUM(duration_ms)
FROM rollup_recording r CROSS JOIN rollup_level l
WHERE r.level = 'survey_hour' AND l.level IN ('survey_day', 'survey_month') GROUP BY 1, 2, 3, 4, 5;
