-- Scores with their n and 95 % interval: of each week and queue, of each week, and of each queue. `all` in `week` or `queue`: added up.
-- A score of fewer than 10 answers is left out.
WITH RECURSIVE base AS (
  SELECT date(s.local_day, '-6 days', 'weekday 1') AS week, COALESCE(s.queue, '(not known)') AS queue, s.survey || ' / ' || s.question_id AS question,
    q.has_nps, q.metric || q.scale_min || q.scale_max || q.high_is_good || COALESCE(q.top_box, '') AS series,
    SUM(s.n) AS n, SUM(s.promoters) AS promoters, SUM(s.detractors) AS detractors, SUM(s.top_box) AS top_box
  FROM v_daily_score_by_agent s
  JOIN v_question q ON q.survey = s.survey AND q.survey_version = s.survey_version AND q.question_id = s.question_id
  WHERE COALESCE(s.queue, '') <> 'aftercall-watch' AND (q.has_nps = 1 OR q.top_box IS NOT NULL)
  GROUP BY 1, 2, 3, 4, 5
),
part AS (
  SELECT week, queue, question, has_nps, series, n, promoters, detractors, top_box FROM base
  UNION ALL
  SELECT week, 'all', question, has_nps, series, SUM(n), SUM(promoters), SUM(detractors), SUM(top_box) FROM base GROUP BY week, question, has_nps, series
  UNION ALL
  SELECT 'all', queue, question, has_nps, series, SUM(n), SUM(promoters), SUM(detractors), SUM(top_box) FROM base GROUP BY queue, question, has_nps, series
),
counted AS (
  SELECT week, queue, question, has_nps, CAST(n AS REAL) AS n, promoters AS p, detractors AS d, top_box AS good FROM part WHERE n >= 10
),
estimated AS (
  -- NPS: adjusted Wald interval, of shares with 3/4 promoters and 3/4 detractors of 3 added answers. Else: Wilson interval. z = 1.959964.
  SELECT week, queue, question, has_nps, n,
    CASE has_nps WHEN 1 THEN 100.0 * (p - d) / n ELSE 100.0 * good / n END AS score,
    CASE has_nps WHEN 1 THEN 100.0 * (p - d) / (n + 3)
      ELSE 100.0 * (good / n + 3.841458881296 / (2 * n)) / (1 + 3.841458881296 / n) END AS centre,
    CASE has_nps WHEN 1 THEN
      ((p + 0.75) / (n + 3) + (d + 0.75) / (n + 3) - ((p - d) / (n + 3)) * ((p - d) / (n + 3))) / (n + 3)
      ELSE (good / n * (1 - good / n) / n + 3.841458881296 / (4 * n * n)) / ((1 + 3.841458881296 / n) * (1 + 3.841458881296 / n)) END AS variance
  FROM counted
),
-- The square root by Newton's method: not every build of SQLite has sqrt().
rooted AS (
  SELECT week, queue, question, has_nps, n, score, centre, variance, 1.0 AS root, 0 AS step FROM estimated
  UNION ALL
  SELECT week, queue, question, has_nps, n, score, centre, variance, (root + variance / root) / 2, step + 1 FROM rooted WHERE step < 20
)
SELECT week, queue, question, CASE has_nps WHEN 1 THEN 'points' ELSE 'percent' END AS unit, score,
  MAX(centre - 195.9964 * root, CASE has_nps WHEN 1 THEN -100.0 ELSE 0.0 END) AS low, MIN(centre + 195.9964 * root, 100.0) AS high,
  CAST(n AS INTEGER) AS n
FROM rooted WHERE step = 20
ORDER BY week, queue, question
