### The sentences of a report. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($calls, $count, $days) only chooses the plural form.

## What the report is about

title = Survey report
period-all = All calls
period-since = Since { $from }
period-until = Until { $until }
period-from-to = { $from } to { $until }
period-today = Today
period-yesterday = Yesterday
period-this-week = This week
period-last-week = Last week
period-this-month = This month
period-last-month = Last month
period-this-quarter = This quarter
period-last-quarter = Last quarter
period-this-year = This year
period-last-year = Last year
period-last-days = { $days ->
    [one] The last { $days } day
   *[other] The last { $days } days
}
period-is-running = the period is still running
fact-period = Period
fact-time-zone = Time zone
fact-as-of = As of
fact-compared-with = Compared with
fact-n = n = { $n }
field-queue = Queue
field-team = Team
field-agent = Agent
field-route = Route
field-survey = Survey
field-survey_version = Survey version
field-language = Language
field-dialled = Dialled number
field-weekday = Weekday
field-hour = Hour
field-talk_time = Talk time
not-known = (not known)
no-calls = No calls.
note-unknown-name = { $field }: no call ever had the name “{ $name }”.
note-there-are = There are: { $names }.
note-meant = Did you mean “{ $name }”?
note-reversed = { $calls ->
    [one] { $shown } caller gave one question its best and another its worst values: the scale may have been understood the wrong way round.
   *[other] { $shown } callers gave one question its best and another its worst values: the scale may have been understood the wrong way round.
}

## Calls

heading-calls = Calls
caption-funnel = How far the calls went
caption-ends = How the calls ended
caption-rates = Rates
caption-rules = Excluded by a rule
chart-funnel = How far the calls went
chart-funnel-means = Calls: { $arrived }; offered the survey: { $offered }, completed: { $completed }.
card-response-rate = Callers who answered at least one question
n-offered = { $count ->
    [one] { $shown } survey offered
   *[other] { $shown } surveys offered
}
n-answers = { $count ->
    [one] { $shown } answer
   *[other] { $shown } answers
}
step-arrived = Calls
step-turned-away = Refused before being read
step-turned-away-means = refused for lack of capacity before anything of the call was read
step-suppressed = Excluded
step-suppressed-means = excluded by a rule: not counted for sampling
step-eligible = Eligible
step-eligible-means = not excluded by a rule: counted for sampling
step-sampled = Sampled
step-sampled-means = chosen to be surveyed
step-offered = Offered
step-offered-means = sampled, and answered with the survey
step-answered = Answered
step-answered-means = offered, and at least one question was answered
step-completed = Completed
step-completed-means = every scored question was answered
step-partial = Partial
step-partial-means = some questions were answered, but not all
step-in-progress = In progress
step-in-progress-means = not ended yet
step-never-arrived = Never arrived
step-never-arrived-means = sampled, but never connected to the survey
of-eligible = of eligible
of-sampled = of sampled
of-offered = of offered
of-answered = of answered
end-not_sampled = Not sampled
end-not_sampled-means = its turn had not come
end-suppressed = Excluded
end-suppressed-means = excluded by a rule
end-refused_capacity = Refused: no capacity
end-refused_capacity-means = sampled, but there was no capacity
end-declined = Declined
end-declined-means = the caller opted out with the key for it
end-no_answer = No answer
end-no_answer-means = heard the survey and pressed nothing
end-abandoned = Abandoned
end-abandoned-means = hung up before the first answer, or never connected
end-failed = Failed
end-failed-means = ended by a technical failure
end-partial = Partial
end-partial-means = some questions were answered, but not all
end-completed = Completed
end-completed-means = every scored question was answered
end-in_progress = In progress
end-in_progress-means = not ended yet
rule-no_route = no survey for the dialled number
rule-not_opted_in = the caller had not agreed
rule-rule = a condition was not met
rule-before_campaign = before the campaign
rule-campaign_over = after the campaign
rule-outside_hours = outside the hours
rule-too_short = the call was too short
rule-opted_out = the caller had opted out
rule-cool_down = surveyed too recently
rule-quota = the limit was reached
rate-reach = Reach
rate-participation = Participation
rate-completion = Completion
rate-response_rate = Response rate
rate-strict_response = Strict response rate
rate-end_to_end = End to end
rate-acceptance = Acceptance
rate-aapor_rr1 = AAPOR RR1
rate-aapor_rr2 = AAPOR RR2
rate-aapor_rr5 = AAPOR RR5
rate-aapor_rr6 = AAPOR RR6
rate-aapor_coop1 = AAPOR COOP1
formula-reach = offered / sampled
formula-participation = answered / offered
formula-completion = completed / answered
formula-response_rate = (completed + partial) / offered
formula-strict_response = completed / offered
formula-end_to_end = completed / sampled
formula-acceptance = completed / (completed + declined)
formula-aapor = I completed, P partial, R declined, abandoned or pressed nothing, NC sampled and never arrived, O failed or refused for lack of capacity, U not ended yet
formula-nps = 100 × (share of 9 and 10 − share of 0 to 6); interval: adjusted Wald (3/4 promoter, 3/4 detractor and 3/2 passives added)
formula-share = answers at or beyond the threshold / valid answers; interval: Wilson’s score
formula-mean = sum of the values / valid answers; interval: Student’s t, n − 1 degrees of freedom
formula-weighted = each answer counts as often as its call stands for others
formula-percent = answers with this value / valid answers
formula-p = how often groups without a difference would differ at least this much (two-sided)
formula-adjusted-p = how often a part that meets the target shows so few good answers or fewer (exact binomial), adjusted for the number of parts (Benjamini and Hochberg)
formula-adjusted-p-team = how often an agent like the others of the team differs at least this much (two proportions, two-sided), adjusted for the number of agents (Benjamini and Hochberg)
formula-reach-reported = reached aftercall / reported as eligible
formula-agent-first = the agent hung up first / known who hung up first
formula-effect = size of the difference: 0.2 small, 0.5 medium, 0.8 large (Cohen)

## Answers

goal = Goal:
question-unknown = The definition of this question is not known: counts only.
question-again = Defined differently then: not to be compared with the figures above.
question-low-is-good = Low values are good.
question-direction-doubt = The direction of the scale may be wrong: the words of the question or of its values say the opposite of what counts as good.
question-too-few = n = { $n }: counts only, a score needs 10 answers.
question-skipped = { $count ->
    [one] { $shown } caller skipped the question.
   *[other] { $shown } callers skipped the question.
}
question-out-of-scale = { $count ->
    [one] { $shown } answer lies outside the scale and is left out.
   *[other] { $shown } answers lie outside the scale and are left out.
}
caption-figures = Figures
caption-distribution = Answers by value
chart-distribution-percent = Answers by value in percent; n = { $n }.
chart-distribution-counts = Number of answers by value; n = { $n }.
figure-share = Share
figure-mean = Mean
figure-counts = Counts
figure-nps = NPS
figure-aapor = AAPOR
figure-weighted = { $figure }, weighted
figure-without-doubtful = { $figure }, without doubtful answers
values-from-to = { $first } to { $last }
class-promoter = promoters
class-passive = passives
class-detractor = detractors
class-counted = counted as good
class-not-counted = not counted

## Verdicts

verdict-reached = target reached
verdict-missed = target missed
verdict-open = not decided yet: the interval contains the target
verdict-cannot-tell = cannot tell
verdict-too-few = too few answers
verdict-differs = differs
verdict-higher-previous = higher than the period before
verdict-lower-previous = lower than the period before
verdict-higher-last_year = higher than a year before
verdict-lower-last_year = lower than a year before
verdict-higher-period = higher than in the other period
verdict-lower-period = lower than in the other period
verdict-higher-rest = higher than the others
verdict-lower-rest = lower than the others
verdict-higher-team = higher than the rest of the team
verdict-lower-team = lower than the rest of the team
too-few = too few
too-few-means = fewer than 10 answers or calls: no figure is given

## Comparison, trend, parts

heading-comparison = Comparison
caption-comparison = Figures beside those of the other period
comparison-with = Compared with: { $period }.
heading-trend-hour = Trend by hour
heading-trend-day = Trend by day
heading-trend-week = Trend by week
heading-trend-month = Trend by month
trend-longer-steps = Not shown as “{ $shorter }”: most of those steps have fewer than 10 answers, too few for a score.
caption-trend-calls = Calls over time
chart-response-means = In percent; none for fewer than 10 offered surveys.
chart-trend-means = With the 95 % interval; none for fewer than 10 answers.
chart-target = Target { $value }
heading-by-queue = By queue
heading-by-team = By team
heading-by-agent = By agent
heading-by-route = By route
heading-by-survey = By survey
heading-by-survey_version = By survey version
heading-by-language = By language
heading-by-weekday = By weekday
heading-by-hour = By hour
caption-groups-calls = Response rate
chart-interval = Interval, { $min } to { $max }
chart-whole = all: { $value }
groups-by-name = Parts stand in the order of their names, not of their figures. Each is compared with all others together.

## Comments, quality, non-response

heading-comments = Recorded comments
caption-comments = Comments by question
heading-quality = Quality of the answers
caption-quality = Doubtful answers
quality-means = Answers are doubtful if they were given before half of the question was heard, if the caller gave the same value throughout, or if a 1 may be the beginning of a 10. No answer is removed: the figure without them stands beside the figure.
quality-too-early = given before half of the question was heard
quality-same-key = the same value at three or more questions of the call, and no other
quality-by-timeout = a 1 that was accepted by time-out: it may be the beginning of a 10
heading-non-response = Those who did not answer
non-response-means = Where those who answered differ from those who did not, the figures may speak for some callers more than for others.
non-response-differs = { $field }: those who answered differ from those who did not (p = { $p }, Cramér’s V = { $effect }).
non-response-cannot-tell = { $field }: no difference can be told (p = { $p }, Cramér’s V = { $effect }).
non-response-too-few = { $field }: too few surveys to tell.
caption-non-response = Response by: { $field }
talk-time-from = { $seconds } s and more
heading-reach = Do the calls reach the survey?
reach-means = Of the calls that the PBX reported as eligible, these reached aftercall. An agent whose calls reach it less often than those of the team may keep callers away from the survey, or the transfer fails.
reach-share = Reported calls that reached aftercall: { $part } of { $whole } ({ $percent }).
reach-hung-up = Calls in which the agent hung up first: { $part } of { $whole } of which it is known ({ $percent }).
reach-agents-too-few = Too few reported calls to compare agents with their teams.
reach-agents-alike = Agents compared with their teams: { $compared }. None of them differs for the worse.
reach-agents-differ = Agents that differ from their teams for the worse: { $shown } of { $compared }.
caption-reach = Agents beside their teams

## Method

heading-method = Method
method-who = Period: { $period }. Asked were callers whose call was handed over after the agent had hung up; eligible calls: { $eligible }, sampled: { $sampled }, surveys offered: { $offered }.
method-nobody-excluded = No call was excluded by a rule.
method-excluded = { $calls ->
    [one] { $shown } call was excluded by a rule.
   *[other] { $shown } calls were excluded by a rule.
}
method-turned-away = { $calls ->
    [one] { $shown } call was refused for lack of capacity before it was read.
   *[other] { $shown } calls were refused for lack of capacity before they were read.
}
method-not-weighted = All sampled calls had the same chance; figures are not weighted.
method-weighted = Calls were sampled with different chances. Figures are not weighted; beside them stands the figure in which each answer counts as often as its call stands for others.
method-precision = Intervals are 95 % and show what chance alone can do; they do not cover callers who do not answer. Below { $fewest } answers only counts are shown. A verdict is given where p is below 0.05.
method-rounding = Figures are rounded only when they are shown: one decimal, half away from zero.
caption-sampling = Chances of being sampled
caption-wordings = Wording of the questions
caption-definitions = How the figures are computed
heading-abbreviations = Terms

## Columns

column-step = Step
column-calls = Calls
column-share = Share
column-of = Of
column-rate = Rate
column-percent = Percent
column-interval = 95 % interval
column-low = Low
column-high = High
column-unit = Unit
column-part-of-sheet = Part
column-part = Part
column-n = n
column-formula = Formula
column-end = End
column-rule = Rule
column-survey = Survey
column-question = Question
column-text = Wording
column-versions = Versions
column-skipped = Skipped
column-out-of-scale = Outside the scale
column-figure = Figure
column-value = Value
column-target = Target
column-verdict = Verdict
column-answer = Answer
column-label = Meaning
column-class = Counts as
column-answers = Answers
column-other = Other period
column-other-n = Other n
column-difference = Difference
column-difference-interval = 95 % interval of the difference
column-p = p
column-effect = Effect
column-cramers-v = Cramér’s V
column-start-hour = Hour
column-start-day = Day
column-start-week = Week from
column-start-month = Month
column-rest = All others
column-beside-rest = Beside all others
column-adjusted-p = Adjusted p
column-beside-target = Beside the target
column-reported = Reported
column-reached = Reached us
column-reach = Reach
column-rest-of-team = Rest of the team
column-beside-team = Beside the team
column-agent-first = Agent hung up first
column-rest-of-team-agent-first = Rest of the team, agent first
column-agent-first-beside-team = Hang-ups beside the team
column-comments = Comments
column-minutes = Minutes
column-empty = Empty
column-not-left = Not left
column-lost = Lost
column-in-progress = In progress
column-doubtful = Doubtful
column-too-early = Too early
column-same-key = Same key
column-by-timeout = By time-out
column-without = Without doubtful
column-by = By
column-class-of = Class
column-one-in = One call in
unit-percentage-points = pp
unit-minutes = min
unit-percent = percent
unit-points = points
unit-scale = scale
interval-from-to = { $low } to { $high }

## Files

sheet-about = About
sheet-overview = Overview
sheet-questions = Questions
sheet-distribution = Distribution
sheet-comparison = Comparison
sheet-trend-calls = Trend of calls
sheet-trend = Trend
sheet-groups-calls = Groups, calls
sheet-groups = Groups
sheet-comments = Comments
sheet-quality = Quality
sheet-non-response = Non-response
sheet-reach = Reach
sheet-wordings = Wordings
sheet-sampling = Sampling
sheet-definitions = Definitions
about-made-with = Made with
about-note = Note
about-units-label = Units
about-units = Percentages are numbers from 0 to 100, not fractions; their differences are percentage points. An empty cell is a figure that is not given, because there are fewer than 10 answers or calls; 0 is a figure.
contents = Contents
mail-subject = { $title }: { $period }
mail-more = The figures by question are too many for a mail: they are in the page and in the workbook of this report.
mail-late = This report is late: it was due on { $due }.

## Days

weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
