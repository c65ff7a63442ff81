# Messages about alerts: mails, and what webhooks show to people.

## What it is

severity-thanks = Kiitos
severity-low = Vähäinen
severity-normal = Tavallinen
severity-high = Tärkeä
severity-urgent = Kiireellinen
subject-comment = Soittaja jätti kommentin: { $what }
subject-escalation = Yhä avoinna: { $what }
subject-digest = { $count ->
    [one] { $shown } hälytys pidätettiin
   *[other] { $shown } hälytystä pidätettiin
}
lead-alert = Soittaja antoi palautetta, josta sääntö { $rule } kertoo sinulle.
lead-alerts = Soittaja antoi palautetta, josta nämä säännöt kertovat sinulle: { $rules }.
lead-comment = Soittaja jätti hälytyksen jälkeen kommentin.
lead-escalation = Kukaan ei ole ottanut tapausta ajoissa, tai soittajaan ei ole otettu ajoissa yhteyttä.
lead-digest = Nämä hälytykset pidätettiin, koska niitä oli paljon tai koska oli hiljainen aika:
lead-service = Palvelu ilmoittaa säännön { $rule } mukaan:

## What is known

answers = Vastaukset
skipped = ohitettu
reversed = Vastaukset ovat ristiriidassa: soittaja on voinut ymmärtää asteikon väärin päin.
queue = Jono
team = Tiimi
agent = Asiakaspalvelija
survey = Kysely
arrived = Puhelu
call-id = Puhelun tunnus
comment = Kommentti
comment-length = { $length } s puhetta, kuunneltavissa sivulla
case = Tapaus
take-by = Otettava viimeistään
contact-by = Soittajaan otettava yhteyttä viimeistään
number = Numero takaisinsoittoa varten
unknown = ei tiedossa
answer-good = hyvä
answer-middle = ei hyvä eikä heikko
answer-low = heikko
state-new = uusi
state-taken = otettu
state-attempted = soittajaa ei vielä tavoitettu
state-contacted = soittajaan otettu yhteyttä
state-resolved = ratkaistu
state-unreachable = soittajaa ei tavoitettu
state-no_action = suljettu ilman toimia

## What to do

open-case = Avaa tapaus
open-call = Avaa puhelu
sign-in-first = Sivu pyytää ensin kirjautumaan.
why-you = Saat tämän viestin, koska aftercallin asetukset nimeävät sinut.
