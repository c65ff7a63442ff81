-- Recorded comments with speech, the newest first. `audio`: kept, or expired when the file was removed.
SELECT c.begun_at, date(c.begun_at, '-6 days', 'weekday 1') AS week, COALESCE(c.queue, '(not known)') AS queue, c.survey || ' / ' || c.question_id AS question,
  c.speech_ms / 1000.0 AS speech_seconds, c.state AS audio,
  CASE WHEN EXISTS (SELECT 1 FROM comment_listened l WHERE l.call_uid = c.call_uid AND l.question_id = c.question_id) THEN 'yes' ELSE 'no' END AS listened
FROM v_comment c
WHERE c.is_comment = 1
ORDER BY c.begun_at DESC
LIMIT 5000
