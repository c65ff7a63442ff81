### The sentences of the pages. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($count) only chooses the plural form.

## Around every page

pages = Sivut
skip-to-content = Siirry sisältöön
sign-out = Kirjaudu ulos
page-overview = Yleiskuva
page-report = Raportti
page-stream = Uusimmat vastaukset
page-calls = Puhelut
page-comments = Kommentit
page-sampling = Otanta
page-surveys = Kyselyt
page-views = Tallennetut näkymät
page-system = Järjestelmä
page-users = Käyttäjät
page-audit = Käyttöloki
as-of = Tilanne { $time }
to-overview = Yleiskuvaan

## What is wrong

fault-not-found = Sivua ei ole
fault-not-found-means = Osoite voi olla kirjoitettu väärin, tai sitä, mitä se näytti, ei enää säilytetä.
fault-not-permitted = Et voi nähdä tätä sivua
fault-not-permitted-means = Se ei kuulu rooliisi. Ylläpitäjä voi muuttaa asian.
fault-unfit = Osoitetta ei ymmärretä
fault-unfit-means = Jotakin sen osaa on muutettava:
fault-unavailable = Lukuja ei voi juuri nyt lukea
fault-unavailable-means = Tietokanta ei vastaa. Puheluja otetaan silti vastaan ja vastaukset säilyvät. Yritä minuutin kuluttua uudelleen.

## Period and names

filter = Valitse ajanjakso ja nimet
filters-chosen = Valittu
filter-remove = Poista: { $filter }
filter-show = Näytä
filter-any = mikä tahansa
filter-period = Ajanjakso
filter-from = Alkaen
filter-to = Asti
filter-compare = Vertaa
filter-queue = Jono
filter-team = Tiimi
filter-agent = Asiakaspalvelija
filter-route = Reitti
filter-survey = Kysely
filter-survey_version = Kyselyn versio
filter-version = Versio
filter-language = Kieli
filter-dialled = Valittu numero
filter-when = Ehto
filter-weekday = Viikonpäivä
filter-hour = Tunti
filter-step = Vaihe
filter-end = Päättyminen
filter-rule = Sääntö
filter-question = Kysymys
filter-answer = Vastaus
filter-doubt = Epäilyttävä
filter-comment = Kommentti
period-by-days = päivien mukaan
period-today = Tänään
period-yesterday = Eilen
period-this-week = Tämä viikko
period-last-week = Viime viikko
period-last-7-days = Viimeiset 7 päivää
period-last-28-days = Viimeiset 28 päivää
period-last-90-days = Viimeiset 90 päivää
period-this-month = Tämä kuukausi
period-last-month = Viime kuukausi
period-this-quarter = Tämä vuosineljännes
period-last-quarter = Viime vuosineljännes
period-this-year = Tämä vuosi
period-last-year = Viime vuosi
period-all = Kaikki puhelut
compare-previous = edellinen ajanjakso
compare-last-year = sama ajanjakso vuotta aiemmin

## Overview

needs-attention = Vaatii huomiota
nothing-needs-attention = Ei mitään juuri nyt.
first-steps = Yhtään puhelua ei ole vielä tullut: mitä ensin tehdään
first-test-call = Soita koepuhelu tältä koneelta ja paina numeroita:
first-pbx = Anna vaihteen siirtää soittajat kyselyyn, kun heidän puhelunsa on päättynyt, esimerkiksi osoitteeseen
first-listen = Palvelu kuuntelee vain tällä koneella; osoite, johon vaihde yltää, kirjoitetaan asetukseen
first-trusted = Vaihteen osoite kirjoitetaan asetukseen
first-route = Anna kyselylle numero:
first-demo = Katso sivuja keksityn asiakaspalvelun luvuilla:
first-users = Anna muidenkin kirjautua:
first-system = Katso, otetaanko puheluita vastaan:
being-asked-now = Kysytään nyt
calls-now = { $count ->
    [0] Ketään ei haastatella.
    [one] { $shown } soittajaa haastatellaan.
   *[other] { $shown } soittajaa haastatellaan.
}
seconds = Sekuntia
group-by = Rinnakkain
trend-steps = Kehityksen jaksot
trend-auto = automaattinen
trend-day = päivittäin
trend-week = viikoittain
trend-month = kuukausittain
whole-report = Koko raportti: vastausten laatu, tavoitettavuus, menetelmä, kaikki määritelmät
take-away = Lataa:

## What needs attention

quiet-queue = { $count ->
    [one] Jono { $queue }: { $came } puhelu { $hours } tunnissa, odotettiin { $expected }.
   *[other] Jono { $queue }: { $came } puhelua { $hours } tunnissa, odotettiin { $expected }.
}
quiet-all = { $count ->
    [one] Kaikki jonot yhteensä: { $came } puhelu { $hours } tunnissa, odotettiin { $expected }.
   *[other] Kaikki jonot yhteensä: { $came } puhelua { $hours } tunnissa, odotettiin { $expected }.
}
test-call-failed = Viimeisin testipuhelu epäonnistui: { $reason }

## Calls

calls-none = Tällaisia puheluja ei ole.
calls-none-here = Tähän mennessä katsotuissa ei ole yhtään; vanhempia voi olla.
older = Vanhemmat
newer = Uudemmat
order = Järjestys
order-newest = Uusimmat ensin
order-oldest = Vanhimmat ensin
arrived = Saapui
answers = Vastaukset
scores-all = Kaikki vastaukset
scores-low = Matalat arvosanat
talk-time = Puheaika
answer-good = hyvä
answer-middle = ei kumpikaan
answer-bad = huono
answer-skipped = ohitettu
answer-doubtful = epäilyttävä
answers-reversed = Asteikko ehkä väärin päin
answers-reversed-means = Yhdellä kysymyksellä on paras ja toisella huonoin arvo: asteikko on voitu ymmärtää väärin päin. Mitään ei muuteta.
comment-of-length = Kommentti, { $length }
download = Lataa
calls-found = { $count ->
    [0] Ei puheluja
    [one] { $shown } puhelu
   *[other] { $shown } puhelua
}

## Comments

comments-which = Mitkä kommentit
comments-all = Kaikki
comments-unheard = Kuuntelematta
comments-heard = Kuunnellut
comments-none = Tällaisia kommentteja ei ole.
comment-player = Kommentti, { $length }: toista
comment-is-expired = Tallennetta ei enää säilytetä.
comment-is-comment = Jotakin sanottiin.
comment-is-empty = Mitään ei sanottu.
comment-is-nothing = Tallennettavaa ei tullut.
comment-is-lost = Tallenne katosi.
comment-is-recording = Sitä tallennetaan.
comment-mark-heard = Merkitse kuunnelluksi
comment-unheard = Kuuntelematta
comment-heard-by = Kuunteli
comments-to-hear = { $count ->
    [0] Kaikki kommentit on kuunneltu.
    [one] { $shown } kommentti on kuuntelematta.
   *[other] { $shown } kommenttia on kuuntelematta.
}

## One call

call-way = Mitä tapahtui
call-in-list = Luettelo, josta puhelu avattiin
call-back-to = Takaisin: { $list }
call-before = Edellinen puhelu
call-behind = Seuraava puhelu
call-context = Mitä puhelu toi mukanaan
call-connection = Yhteys
call-identity = Tunnisteet
call-id = Puhelu
call-original-id = Puhelu vaihteessa
call-node = Solmu
call-caller = Soittaja
field = Kenttä
value = Arvo
field-source = Luettu kohdasta
way-announced = ilmoitettu rajapinnan kautta
way-handed-over = ohjattu numeroon
way-answered = vastattu kyselyllä
way-after = { $seconds } s kuluttua
way-attempts = yrityksiä: { $attempts }
way-corrected = korjattu arvosta { $value }
way-by-timeout = hyväksytty, koska muuta näppäintä ei tullut
way-keys = näppäimet
way-heard = kuuli { $heard } / { $of } s
way-comment = kommentti tallennettu
way-opted-out = kieltäytyi: ei kysytä enää
decision-sampled = valittu kyselyyn
decision-not_sampled = ei ollut vuorossa
decision-suppressed = suljettu pois
decision-position = ryhmänsä puhelu { $position }, joka { $every }.
decision-by-api = rajapinta päätti etukäteen
media-codec = Koodekki
media-sent = Lähetetyt paketit
media-received = Saapuneet paketit
media-lost = Kadonneet paketit
media-jitter = Vaihtelu
media-round-trip = Edestakaisin
media-remote-loss = Hävikki soittajan päässä

## Users

sign-in = Kirjaudu sisään
sign-in-help = Ylläpitäjä voi antaa sinulle uuden salasanan.
language-choice = Sivujen kieli
sign-in-refused = Nimi tai salasana on väärä.
sign-in-wait = { $count ->
    [one] Liian monta epäonnistumista. Yritä uudelleen { $shown } sekunnin kuluttua.
   *[other] Liian monta epäonnistumista. Yritä uudelleen { $shown } sekunnin kuluttua.
}
sign-in-busy = Liian moni kirjautuu juuri nyt. Yritä uudelleen minuutin kuluttua.
account = Oma tili
user-name = Käyttäjätunnus
display-name = Näytettävä nimi
password = Salasana
role = Rooli
role-admin = Ylläpitäjä
role-supervisor = Esihenkilö
role-team_leader = Tiiminvetäjä
role-agent = Asiakaspalvelija
role-analyst = Analyytikko
role-listener = Kuuntelija
role-teams = Tiiminvetäjän tiimit, yksi riville
role-agent-name = Asiakaspalvelija, kuten puhelut hänet nimeävät
role-set = Anna tämä rooli
sees-calls-of = Näkee näiden puhelut
password-must-change = Valitse ensin oma salasana. Nykyinen on toisen antama.
password-change = Vaihda salasana
password-rule = Vähintään 12 merkkiä, eikä oma nimesi. Muutama sana on helppo muistaa.
password-present = Nykyinen salasana
password-new = Uusi salasana
password-again = Uusi salasana uudelleen
password-changed = Salasana on vaihdettu. Sinut on kirjattu ulos kaikkialta muualta.
password-wrong = Nykyinen salasana on väärä.
password-short = Uudessa salasanassa on alle 12 merkkiä.
password-long = Uusi salasana on liian pitkä.
password-guessable = Uusi salasana on liian helppo arvata.
password-same = Uusi salasana on sama kuin nykyinen.
password-differs = Uudet salasanat eroavat toisistaan.
password-wait = Liian monta epäonnistumista. Yritä uudelleen minuutin kuluttua.
password-once = Käyttäjän { $name } salasana näytetään vain tämän kerran. Se on vaihdettava ensimmäisellä kirjautumisella:
password-reset = Anna uusi salasana
password-not-chosen = ei vielä omaa salasanaa
sessions = Missä olet kirjautuneena
sessions-end = Kirjaudu ulos kaikkialta muualta
sessions-ended = Sinut on kirjattu ulos kaikkialta muualta.
session-browser = Selain
session-since = Alkaen
session-used = Viimeksi käytetty
session-this = tämä selain
last-sign-in = Viimeksi kirjautunut
never = ei koskaan
user-add = Lisää käyttäjä
user-change = Muuta
user-disabled = ei saa kirjautua
user-disable = Estä kirjautuminen
user-enable = Salli kirjautuminen taas
user-fault-name = Käyttäjätunnuksessa on 1–64 kirjainta, numeroa, pistettä, viivaa, alaviivaa tai @-merkkiä.
user-fault-role = Tällaista roolia ei ole.
user-fault-taken = Tämänniminen käyttäjä on jo olemassa.
user-fault-unknown = Tällaista käyttäjää ei ole.
user-fault-last-admin = Yhtään kirjautuvaa ylläpitäjää ei jäisi.
user-fault-no-team = Tiiminvetäjä tarvitsee vähintään yhden tiimin.
user-fault-no-agent = Asiakaspalvelija tarvitsee nimen tai numeron, joka puheluissa on.
user-fault-not-of-role = Vain tiiminvetäjällä on tiimejä, ja vain asiakaspalvelija on asiakaspalvelija.
user-fault-too-long = Nimi on liian pitkä, tai tiimejä on liikaa.

## Access log

audit-at = Milloin
audit-who = Kuka
audit-what = Mitä
audit-call = Puhelu
audit-from = Mistä
audit-command-line = komentorivi
audit-older = Vanhemmat merkinnät
audit-empty = Mitään ei ole vielä katsottu tai muutettu.
audit-fault-call = Tämä ei ole puhelun tunniste: 26 kirjainta ja numeroa, kuten puhelun sivulla.
audit-sign_in = Kirjautui sisään
audit-sign_in_refused = Kirjautuminen epäonnistui
audit-sign_out = Kirjautui ulos
audit-password_changed = Vaihtoi salasanan
audit-user_added = Lisäsi käyttäjän
audit-user_changed = Muutti käyttäjää
audit-call_seen = Katsoi puhelua
audit-caller_seen = Näki soittajan numeron
audit-comment_heard = Kuunteli kommentin
audit-exported = Vei tietoja tiedostoon
audit-link_made = Teki jakolinkin
audit-link_revoked = Perui jakolinkin
audit-link_opened = Avasi jakolinkin

## One call, its title

page-call = Puhelu

## Wallboard

page-wallboard = Taulunäyttö
wall-offered = Tarjotut kyselyt

## Sampling

sampling-rules = Voimassa olevat säännöt
sampling-rule = Sääntö
sampling-share = { $share } puheluista
sampling-autopilot = automaattiohjaus
sampling-today = Tänään reiteittäin
sampling-explain = Sama komentorivillä:
explain = Kysyttäisiinkö tässä puhelussa?
explain-help = Kuvaa puhelu, jota ei ole vielä tullut. Kysyminen ei laske mitään.
explain-ask = Selitä
explain-talk-time = Puheaika
explain-at = Milloin (tyhjä: nyt)
explain-draw = Arpa, kun kysytään osuudelta
explain-set = Muut kentät, KENTTÄ=ARVO, yksi riville
explain-off = ei asetettu
explain-yes = sallii
explain-no = kieltää
explain-must = vaatii
explain-depends = vielä avoin
plan = Suunnittele
plan-change = Näe näin monen pisteen muutos
plan-half-width = Tai väli ± näin monta pistettä
plan-needed = Vastauksia tarvitaan
plan-needed-each = Vastauksia tarvitaan kullakin jaksolla
plan-present = Nykyisellä tahdilla
plan-sooner = Nopeammin
plan-never = ei kymmenessä vuodessa
plan-out-of-reach = asteikon päiden ulkopuolella
plan-days = { $count ->
    [one] { $shown } päivä
   *[other] { $shown } päivää
}
plan-weeks = { $count ->
    [one] { $shown } viikko
   *[other] { $shown } viikkoa
}
sampling-one-in = { $count ->
    [1] jokainen puhelu
    [one] joka { $shown }. puhelu
   *[other] joka { $shown }. puhelu
}

## Surveys

surveys-none = Kyselyjä ei ole vielä ladattu.
page-survey = Kysely
survey-figures = Sen luvut
answers-asked = Kysymykset
survey-flow = Kulku
survey-flow-means = Kulku kysymyksestä kysymykseen kaaviona
survey-prompts = Kuulutukset
survey-prompts-help = Sellaisina kuin soittajat ne nyt kuulevat.
language-en = englanti
language-fi = suomi
language-pl = puola
language-cs = tšekki
language-el = kreikka
survey-prompts-count = { $count ->
    [one] { $shown } kuulutus
   *[other] { $shown } kuulutusta
}
survey-versions = Versiot, uusin ensin
scale = { $min }–{ $max }
scale-high-is-good = suuri on hyvä
scale-low-is-good = pieni on hyvä
scale-target = tavoite { $target }
questions = { $count ->
    [one] { $shown } kysymys
   *[other] { $shown } kysymystä
}

## System

system-ready = Puheluja otetaan vastaan ja vastaukset tallennetaan
system-not-ready = Puheluja ei oteta vastaan
system-stopping = Palvelu on pysähtymässä.
system-database = Tietokantaa ei voi käyttää: { $reason }
system-recorder = Kommentteja ei voi tallentaa: { $reason }
system-version = Versio
system-time = Aika
system-newest-call = Uusin puhelu
system-limitations = Mikä ei toimi
system-deliveries = Raportit, joita ei voitu toimittaa
system-metrics = Mittarit Prometheukselle:

views-empty = Et ole vielä tallentanut yhtään sivua.
view-save = Tallenna sivu
view-name = Nimi
view-address = Sivun osoite
view-remove = Poista
view-fault-name = Nimessä on 1–100 merkkiä.
view-fault-many = Tallennettuja sivuja on jo niin monta kuin voi olla. Poista ensin yksi.
share-link = Linkit muille
share-help = Linkin haltija näkee tämän yhden sivun kirjautumatta, sellaisena kuin sinä saat sen nähdä: ilman numeroita ja kommentteja, ellet valitse niitä.
share-once = Linkki näytetään vain tämän kerran. Kopioi se nyt:
share-days = Päiviä voimassa
share-comments = kommentit mukana
share-callers = soittajien numerot mukana
share-make = Tee linkki
share-page = Sivu
share-until = Asti
share-opened = Viimeksi avattu
share-revoke = Peru
share-over = ei vie enää mihinkään
share-fault-address = Tämä ei ole sivun osoite.
share-fault-days = Linkki kestää 1–366 päivää.

save-or-share = Tallenna tai jaa tämä näkymä
score-below-others = { $subject }: { $metric } { $score } (n = { $n }), alempi kuin muilla ({ $other }).
score-below-before = { $subject }: { $metric } { $score }, alempi kuin edellisellä jaksolla ({ $other }).
score-below-target = { $subject }: { $metric } { $score }, alle tavoitteen { $other }.
