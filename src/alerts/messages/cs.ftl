# Messages about alerts: mails, and what webhooks show to people.

## What it is

severity-thanks = Pochvala
severity-low = Nízká
severity-normal = Běžná
severity-high = Vysoká
severity-urgent = Naléhavé
subject-comment = Volající zanechal komentář: { $what }
subject-escalation = Stále otevřeno: { $what }
subject-digest = { $count ->
    [one] Pozdrženo { $shown } upozornění
    [few] Pozdržena { $shown } upozornění
    [many] Pozdrženo { $shown } upozornění
   *[other] Pozdrženo { $shown } upozornění
}
lead-alert = Volající dal zpětnou vazbu, na kterou upozorňuje pravidlo { $rule }.
lead-alerts = Volající dal zpětnou vazbu, na kterou upozorňují pravidla: { $rules }.
lead-comment = Volající po upozornění zanechal komentář.
lead-escalation = Případ nikdo včas nepřevzal, nebo volající nebyl včas kontaktován.
lead-digest = Tato upozornění byla pozdržena, protože jich bylo mnoho nebo byl čas klidu:
lead-service = Služba upozorňuje podle pravidla { $rule }:

## What is known

answers = Odpovědi
skipped = přeskočeno
reversed = Odpovědi si odporují: volající mohl stupnici pochopit obráceně.
queue = Fronta
team = Tým
agent = Operátor
survey = Průzkum
arrived = Hovor
call-id = Označení hovoru
comment = Komentář
comment-length = { $length } s řeči, k poslechu na stránce
case = Případ
take-by = Převzít do
contact-by = Kontaktovat volajícího do
number = Číslo pro zpětné volání
unknown = není známo
answer-good = dobrá
answer-middle = ani dobrá, ani nízká
answer-low = nízká
state-new = nový
state-taken = převzatý
state-attempted = volající zatím nezastižen
state-contacted = volající kontaktován
state-resolved = vyřešený
state-unreachable = volající nezastižen
state-no_action = uzavřený bez opatření

## What to do

open-case = Otevřít případ
open-call = Otevřít hovor
sign-in-first = Stránka nejprve požádá o přihlášení.
why-you = Tuto zprávu dostáváte, protože vás uvádí nastavení aftercall.
