# Messages about alerts: mails, and what webhooks show to people.

## What it is

severity-thanks = Praise
severity-low = Low
severity-normal = Normal
severity-high = High
severity-urgent = Urgent
subject-comment = A comment was left: { $what }
subject-escalation = Still open: { $what }
subject-digest = { $count ->
    [one] { $shown } alert was held back
   *[other] { $shown } alerts were held back
}
lead-alert = A caller gave feedback that the rule { $rule } tells you about.
lead-alerts = A caller gave feedback that these rules tell you about: { $rules }.
lead-comment = The caller left a comment after the alert.
lead-escalation = Nobody has taken this case in time, or the caller was not contacted in time.
lead-digest = These alerts were held back, because there were many or because it was a quiet time:
lead-service = The service tells you, by the rule { $rule }:

## What is known

answers = Answers
skipped = skipped
reversed = The answers contradict each other: the caller may have understood a scale the wrong way round.
queue = Queue
team = Team
agent = Agent
survey = Survey
arrived = Call
call-id = Call id
comment = Comment
comment-length = { $length } s of speech, to be heard on the page
case = Case
take-by = To be taken by
contact-by = Caller to be contacted by
number = Number for calling back
unknown = not known
answer-good = good
answer-middle = neither good nor low
answer-low = low
state-new = new
state-taken = taken
state-attempted = caller not reached yet
state-contacted = caller contacted
state-resolved = resolved
state-unreachable = caller not reached
state-no_action = closed without action

## What to do

open-case = Open the case
open-call = Open the call
sign-in-first = The page asks you to sign in first.
why-you = You get this message because the configuration of aftercall names you.
