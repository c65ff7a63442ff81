### The sentences of the pages. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($count) only chooses the plural form.

## Around every page

pages = Pages
skip-to-content = Skip to the content
sign-out = Sign out
page-overview = Overview
page-report = Report
page-stream = Newest answers
page-calls = Calls
page-comments = Comments
page-sampling = Sampling
page-surveys = Surveys
page-views = Saved views
page-system = System
page-users = Users
page-audit = Access log
as-of = As of { $time }
to-overview = To the overview

## What is wrong

fault-not-found = There is no such page
fault-not-found-means = The address may be mistyped, or what it showed is no longer kept.
fault-not-permitted = You may not see this page
fault-not-permitted-means = Your role does not include it. An administrator can change that.
fault-unfit = The address cannot be understood
fault-unfit-means = A part of it has to be changed:
fault-unavailable = The figures cannot be read at the moment
fault-unavailable-means = The database does not answer. Calls are taken meanwhile, and their answers are kept. Try again in a minute.

## Period and names

filter = Choose period and names
filters-chosen = Chosen
filter-remove = Take away: { $filter }
filter-show = Show
filter-any = any
filter-period = Period
filter-from = From
filter-to = To
filter-compare = Compare with
filter-queue = Queue
filter-team = Team
filter-agent = Agent
filter-route = Route
filter-survey = Survey
filter-survey_version = Survey version
filter-version = Version
filter-language = Language
filter-dialled = Dialled number
filter-when = Condition
filter-weekday = Weekday
filter-hour = Hour
filter-step = Step
filter-end = End
filter-rule = Rule
filter-question = Question
filter-answer = Answer
filter-doubt = Doubtful
filter-comment = Comment
period-by-days = by days
period-today = Today
period-yesterday = Yesterday
period-this-week = This week
period-last-week = Last week
period-last-7-days = Last 7 days
period-last-28-days = Last 28 days
period-last-90-days = Last 90 days
period-this-month = This month
period-last-month = Last month
period-this-quarter = This quarter
period-last-quarter = Last quarter
period-this-year = This year
period-last-year = Last year
period-all = All calls
compare-previous = the period before
compare-last-year = the same period a year ago

## Overview

needs-attention = Needs attention
nothing-needs-attention = Nothing at the moment.
first-steps = No call has arrived yet: what to do first
first-test-call = Place a test call from this machine, and press keys:
first-pbx = Let the PBX transfer callers to the survey when their call has ended, for example to
first-listen = The service listens on this machine alone; an address that the PBX reaches goes into
first-trusted = The address of the PBX goes into
first-route = Give a survey a number:
first-demo = See the pages with a made-up contact centre:
first-users = Let others sign in:
first-system = See whether calls are taken:
being-asked-now = Being asked now
calls-now = { $count ->
    [0] Nobody is being asked.
    [one] { $shown } caller is being asked.
   *[other] { $shown } callers are being asked.
}
seconds = Seconds
group-by = Side by side
trend-steps = Steps of the trend
trend-auto = automatic
trend-day = by day
trend-week = by week
trend-month = by month
whole-report = The whole report: quality of the answers, reach, method, every definition
take-away = Take away:

## What needs attention

quiet-queue = { $count ->
    [one] Queue { $queue }: { $came } call in { $hours } h, { $expected } expected.
   *[other] Queue { $queue }: { $came } calls in { $hours } h, { $expected } expected.
}
quiet-all = { $count ->
    [one] All queues together: { $came } call in { $hours } h, { $expected } expected.
   *[other] All queues together: { $came } calls in { $hours } h, { $expected } expected.
}
test-call-failed = The last test call failed: { $reason }

## Calls

calls-none = There are no such calls.
calls-none-here = None among those that were looked at so far; there may be older ones.
older = Older
newer = Newer
order = Order
order-newest = Newest first
order-oldest = Oldest first
arrived = Arrived
answers = Answers
scores-all = All answers
scores-low = Low scores
talk-time = Talk time
answer-good = good
answer-middle = neither
answer-bad = bad
answer-skipped = skipped
answer-doubtful = doubtful
answers-reversed = Scale perhaps reversed
answers-reversed-means = One question has its best value and another its worst: the scale may have been understood the wrong way round. Nothing is changed.
comment-of-length = Comment, { $length }
download = Download
calls-found = { $count ->
    [0] No calls
    [one] { $shown } call
   *[other] { $shown } calls
}

## Comments

comments-which = Which comments
comments-all = All
comments-unheard = Not heard yet
comments-heard = Heard
comments-none = There are no such comments.
comment-player = Comment, { $length }: play
comment-is-expired = The recording is no longer kept.
comment-is-comment = Something was said.
comment-is-empty = Nothing was said.
comment-is-nothing = Nothing arrived to be recorded.
comment-is-lost = The recording was lost.
comment-is-recording = It is being recorded.
comment-mark-heard = Mark as heard
comment-unheard = Not heard yet
comment-heard-by = Heard by
comments-to-hear = { $count ->
    [0] Every comment has been heard.
    [one] { $shown } comment has not been heard yet.
   *[other] { $shown } comments have not been heard yet.
}

## One call

call-way = What happened
call-in-list = The list of this call
call-back-to = Back to: { $list }
call-before = Previous call
call-behind = Next call
call-context = What the call brought along
call-connection = The connection
call-identity = Identity
call-id = Call
call-original-id = Call at the PBX
call-node = Node
call-caller = Caller
field = Field
value = Value
field-source = Read from
way-announced = announced by the API
way-handed-over = handed over to
way-answered = answered with the survey
way-after = after { $seconds } s
way-attempts = attempts: { $attempts }
way-corrected = corrected from { $value }
way-by-timeout = accepted because no other key came
way-keys = keys
way-heard = heard { $heard } of { $of } s
way-comment = comment recorded
way-opted-out = opted out: is not asked again
decision-sampled = chosen to be surveyed
decision-not_sampled = not its turn
decision-suppressed = excluded
decision-position = call { $position } of its group, one in { $every }
decision-by-api = decided by the API beforehand
media-codec = Codec
media-sent = Packets sent
media-received = Packets received
media-lost = Packets lost
media-jitter = Jitter
media-round-trip = There and back
media-remote-loss = Loss at the caller

## Users

sign-in = Sign in
sign-in-help = An administrator can give you a new password.
language-choice = Language of the pages
sign-in-refused = The name or the password is wrong.
sign-in-wait = { $count ->
    [one] Too many failures. Try again in { $shown } second.
   *[other] Too many failures. Try again in { $shown } seconds.
}
sign-in-busy = Too many people are signing in at this moment. Try again in a minute.
account = Your account
user-name = User name
display-name = Name that is shown
password = Password
role = Role
role-admin = Administrator
role-supervisor = Supervisor
role-team_leader = Team leader
role-agent = Agent
role-analyst = Analyst
role-listener = Listener
role-teams = Teams of a team leader, one a line
role-agent-name = Agent, as the calls name the agent
role-set = Give this role
sees-calls-of = Sees the calls of
password-must-change = Choose your own password first. The present one was given to you.
password-change = Change password
password-rule = At least 12 characters, and not your name. A few words are easy to keep in mind.
password-present = Present password
password-new = New password
password-again = New password again
password-changed = The password is changed. You are signed out everywhere else.
password-wrong = The present password is wrong.
password-short = The new password has fewer than 12 characters.
password-long = The new password is too long.
password-guessable = The new password is too easy to guess.
password-same = The new password is the present one.
password-differs = The two new passwords differ.
password-wait = Too many failures. Try again in a minute.
password-once = The password of { $name } is shown this once. It has to be changed at the first sign-in:
password-reset = Give a new password
password-not-chosen = no own password yet
sessions = Where you are signed in
sessions-end = Sign out everywhere else
sessions-ended = You are signed out everywhere else.
session-browser = Browser
session-since = Since
session-used = Last used
session-this = this browser
last-sign-in = Last sign-in
never = never
user-add = Add a user
user-change = Change
user-disabled = may not sign in
user-disable = Do not let sign in any more
user-enable = Let sign in again
user-fault-name = A user name has 1 to 64 letters, digits, dots, dashes, underscores or @.
user-fault-role = There is no such role.
user-fault-taken = There is a user of this name already.
user-fault-unknown = There is no such user.
user-fault-last-admin = No administrator would be left who may sign in.
user-fault-no-team = A team leader needs at least one team.
user-fault-no-agent = An agent needs the name or number that the calls have.
user-fault-not-of-role = Only a team leader has teams, and only an agent is an agent.
user-fault-too-long = A name is too long, or there are too many teams.

## Access log

audit-at = When
audit-who = Who
audit-what = What
audit-call = Call
audit-from = From
audit-command-line = command line
audit-older = Older entries
audit-empty = Nothing was seen or changed yet.
audit-fault-call = This is not the identity of a call: 26 letters and digits, as on the page of a call.
audit-sign_in = Signed in
audit-sign_in_refused = Was not signed in
audit-sign_out = Signed out
audit-password_changed = Changed the password
audit-user_added = Added a user
audit-user_changed = Changed a user
audit-call_seen = Looked at a call
audit-caller_seen = Saw the number of a caller
audit-comment_heard = Listened to a comment
audit-exported = Took data away as a file
audit-link_made = Made a share link
audit-link_revoked = Took a share link back
audit-link_opened = Opened a share link

## One call, its title

page-call = Call

## Wallboard

page-wallboard = Wallboard
wall-offered = Surveys offered

## Sampling

sampling-rules = Rules in force
sampling-rule = Rule
sampling-share = { $share } of calls
sampling-autopilot = by the autopilot
sampling-today = Today by route
sampling-explain = The same on the command line:
explain = Would this call be surveyed?
explain-help = Describe a call that has not come. Nothing is counted by asking.
explain-ask = Explain
explain-talk-time = Talk time
explain-at = When (now, if empty)
explain-draw = Draw, where a share is surveyed
explain-set = Other fields, FIELD=VALUE, one a line
explain-off = not set
explain-yes = allows it
explain-no = forbids it
explain-must = demands it
explain-depends = still open
plan = Plan
plan-change = See a change of so many points
plan-half-width = Or an interval of ± so many points
plan-needed = Answers needed
plan-needed-each = Answers needed in each period
plan-present = At the present rate
plan-sooner = Sooner
plan-never = not within ten years
plan-out-of-reach = beyond the ends of the scale
plan-days = { $count ->
    [one] { $shown } day
   *[other] { $shown } days
}
plan-weeks = { $count ->
    [one] { $shown } week
   *[other] { $shown } weeks
}
sampling-one-in = { $count ->
    [1] every call
    [one] one call in { $shown }
   *[other] one call in { $shown }
}

## Surveys

surveys-none = No survey has been loaded yet.
page-survey = Survey
survey-figures = Its figures
answers-asked = Questions
survey-flow = Flow
survey-flow-means = The way from question to question, as a chart
survey-prompts = Prompts
survey-prompts-help = As callers hear them at the moment.
language-en = English
language-fi = Finnish
language-pl = Polish
language-cs = Czech
language-el = Greek
survey-prompts-count = { $count ->
    [one] { $shown } prompt
   *[other] { $shown } prompts
}
survey-versions = Versions, the newest first
scale = { $min } to { $max }
scale-high-is-good = high is good
scale-low-is-good = low is good
scale-target = target { $target }
questions = { $count ->
    [one] { $shown } question
   *[other] { $shown } questions
}

## System

system-ready = Calls are taken and answers stored
system-not-ready = No calls are taken
system-stopping = The service is stopping.
system-database = The database cannot be used: { $reason }
system-recorder = Comments cannot be recorded: { $reason }
system-version = Version
system-time = Time
system-newest-call = Newest call
system-limitations = What does not work
system-deliveries = Reports that could not be delivered
system-metrics = Metrics for Prometheus:

views-empty = You have saved no page yet.
view-save = Save a page
view-name = Name
view-address = Page
view-remove = Remove
view-fault-name = A name has 1 to 100 characters.
view-fault-many = You have as many saved pages as there may be. Remove one first.
share-link = Links for others
share-help = Whoever has the link sees this one page without signing in, as you may see it: without numbers and comments unless you tick them.
share-once = The link is shown this once. Copy it now:
share-days = Days until it ends
share-comments = with comments
share-callers = with numbers of callers
share-make = Make a link
share-page = Page
share-until = Until
share-opened = Last opened
share-revoke = Take back
share-over = leads nowhere any more
share-fault-address = This is not the address of a page.
share-fault-days = A link lasts 1 to 366 days.

save-or-share = Save or share this view
score-below-others = { $subject }: { $metric } { $score } (n = { $n }), lower than the others ({ $other }).
score-below-before = { $subject }: { $metric } { $score }, lower than in the period before ({ $other }).
score-below-target = { $subject }: { $metric } { $score }, below the target of { $other }.
