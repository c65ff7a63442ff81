-- Ended calls of each week and queue, as counts that can be added up. The week is its Monday.
SELECT date(local_day, '-6 days', 'weekday 1') AS week, COALESCE(queue, '(not known)') AS queue,
  SUM(arrived) AS arrived, SUM(eligible) AS eligible, SUM(sampled) AS sampled, SUM(offered) AS offered, SUM(started) AS started,
  SUM(completed) AS completed, SUM(partial) AS partial, SUM(declined) AS declined, SUM(no_answer) AS no_answer, SUM(abandoned) AS abandoned,
  SUM(failed) AS failed
FROM v_daily_funnel_by_agent
WHERE COALESCE(queue, '') <> 'aftercall-watch'
GROUP BY 1, 2
ORDER BY 1, 2
