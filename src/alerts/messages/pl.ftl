# Messages about alerts: mails, and what webhooks show to people.

## What it is

severity-thanks = Pochwała
severity-low = Niski
severity-normal = Zwykły
severity-high = Wysoki
severity-urgent = Pilne
subject-comment = Pozostawiono komentarz: { $what }
subject-escalation = Nadal otwarte: { $what }
subject-digest = { $count ->
    [one] Wstrzymano { $shown } alert
    [few] Wstrzymano { $shown } alerty
    [many] Wstrzymano { $shown } alertów
   *[other] Wstrzymano { $shown } alertu
}
lead-alert = Dzwoniący wystawił opinię, o której powiadamia reguła { $rule }.
lead-alerts = Dzwoniący wystawił opinię, o której powiadamiają reguły: { $rules }.
lead-comment = Po alercie dzwoniący pozostawił komentarz.
lead-escalation = Nikt nie przejął sprawy na czas albo nie skontaktowano się na czas z dzwoniącym.
lead-digest = Te alerty wstrzymano, bo było ich dużo albo trwała cisza:
lead-service = Usługa powiadamia według reguły { $rule }:

## What is known

answers = Odpowiedzi
skipped = pominięto
reversed = Odpowiedzi są sprzeczne: dzwoniący mógł odwrotnie zrozumieć skalę.
queue = Kolejka
team = Zespół
agent = Konsultant
survey = Ankieta
arrived = Rozmowa
call-id = Identyfikator rozmowy
comment = Komentarz
comment-length = { $length } s mowy, do odsłuchania na stronie
case = Sprawa
take-by = Przejąć do
contact-by = Skontaktować się do
number = Numer do oddzwonienia
unknown = nieznane
answer-good = dobra
answer-middle = ani dobra, ani niska
answer-low = niska
state-new = nowa
state-taken = przejęta
state-attempted = dzwoniącego jeszcze nie zastano
state-contacted = skontaktowano się z dzwoniącym
state-resolved = rozwiązana
state-unreachable = dzwoniącego nie zastano
state-no_action = zamknięta bez działania

## What to do

open-case = Otwórz sprawę
open-call = Otwórz rozmowę
sign-in-first = Strona najpierw poprosi o zalogowanie.
why-you = Otrzymujesz tę wiadomość, ponieważ wskazuje Cię konfiguracja aftercall.
