### Raportin lauseet suomeksi. Tunnisteet ja aaltosulkeissa olevat arvot ovat samat kuin tiedostossa en.ftl.

## What the report is about

title = Kyselyraportti
period-all = Kaikki puhelut
period-since = Alkaen { $from }
period-until = { $until } asti
period-from-to = { $from } – { $until }
period-today = Tänään
period-yesterday = Eilen
period-this-week = Tämä viikko
period-last-week = Viime viikko
period-this-month = Tämä kuukausi
period-last-month = Viime kuukausi
period-this-quarter = Tämä vuosineljännes
period-last-quarter = Viime vuosineljännes
period-this-year = Tämä vuosi
period-last-year = Viime vuosi
period-last-days = { $days ->
    [one] Viimeisin { $days } päivä
   *[other] Viimeisimmät { $days } päivää
}
period-is-running = jakso on vielä kesken
fact-period = Jakso
fact-time-zone = Aikavyöhyke
fact-as-of = Tilanne
fact-compared-with = Vertailujakso
fact-n = n = { $n }
field-queue = Jono
field-team = Tiimi
field-agent = Asiakaspalvelija
field-route = Reitti
field-survey = Kysely
field-survey_version = Kyselyn versio
field-language = Kieli
field-dialled = Valittu numero
field-weekday = Viikonpäivä
field-hour = Tunti
field-talk_time = Puheaika
not-known = (ei tiedossa)
no-calls = Ei puheluita.
note-unknown-name = { $field }: yhdelläkään puhelulla ei ole ollut nimeä ”{ $name }”.
note-there-are = Olemassa ovat: { $names }.
note-meant = Tarkoititko: ”{ $name }”?
note-reversed = { $calls ->
    [one] { $shown } vastaaja antoi yhteen kysymykseen parhaan ja toiseen huonoimman arvon: asteikko on ehkä ymmärretty väärin päin.
   *[other] { $shown } vastaajaa antoi yhteen kysymykseen parhaan ja toiseen huonoimman arvon: asteikko on ehkä ymmärretty väärin päin.
}

## Calls

heading-calls = Puhelut
caption-funnel = Puhelujen eteneminen
caption-ends = Puhelujen päättyminen
caption-rates = Osuudet
caption-rules = Säännön perusteella rajatut
chart-funnel = Puhelujen eteneminen
chart-funnel-means = Puhelut: { $arrived }; kysely tarjottu: { $offered }, kaikkiin kysymyksiin vastattu: { $completed }.
card-response-rate = Vähintään yhteen kysymykseen vastanneet
n-offered = { $count ->
    [one] { $shown } tarjottu kysely
   *[other] { $shown } tarjottua kyselyä
}
n-answers = { $count ->
    [one] { $shown } vastaus
   *[other] { $shown } vastausta
}
step-arrived = Puhelut
step-turned-away = Torjuttu lukematta
step-turned-away-means = torjuttu kapasiteetin puutteessa ennen kuin puhelusta luettiin mitään
step-suppressed = Rajattu pois
step-suppressed-means = rajattu pois säännön perusteella: ei mukana otannassa
step-eligible = Kyselyyn kelpaavat
step-eligible-means = ei rajattu pois säännön perusteella: mukana otannassa
step-sampled = Otokseen valitut
step-sampled-means = valittu kyselyyn
step-offered = Tarjotut
step-offered-means = otokseen valitut, joille kysely soitettiin
step-answered = Vastanneet
step-answered-means = tarjotut, joissa vähintään yhteen kysymykseen vastattiin
step-completed = Loppuun vastanneet
step-completed-means = kaikkiin pisteytettyihin kysymyksiin vastattiin
step-partial = Osittain vastanneet
step-partial-means = joihinkin kysymyksiin vastattiin, ei kaikkiin
step-in-progress = Kesken
step-in-progress-means = ei vielä päättynyt
step-never-arrived = Ei saapunut
step-never-arrived-means = valittu otokseen, mutta ei koskaan yhdistynyt kyselyyn
of-eligible = kelpaavista
of-sampled = otoksesta
of-offered = tarjotuista
of-answered = vastanneista
end-not_sampled = Ei otoksessa
end-not_sampled-means = vuoro ei ollut vielä tullut
end-suppressed = Rajattu pois
end-suppressed-means = rajattu pois säännön perusteella
end-refused_capacity = Torjuttu: ei kapasiteettia
end-refused_capacity-means = valittu otokseen, mutta kapasiteettia ei ollut
end-declined = Kieltäytynyt
end-declined-means = soittaja kieltäytyi näppäimellä
end-no_answer = Ei vastausta
end-no_answer-means = kuunteli kyselyn eikä painanut mitään
end-abandoned = Keskeyttänyt
end-abandoned-means = sulki puhelun ennen ensimmäistä vastausta tai ei koskaan yhdistynyt
end-failed = Epäonnistunut
end-failed-means = päättyi tekniseen vikaan
end-partial = Osittain vastannut
end-partial-means = joihinkin kysymyksiin vastattiin, ei kaikkiin
end-completed = Loppuun vastannut
end-completed-means = kaikkiin pisteytettyihin kysymyksiin vastattiin
end-in_progress = Kesken
end-in_progress-means = ei vielä päättynyt
rule-no_route = valitulla numerolla ei ole kyselyä
rule-not_opted_in = soittaja ei ollut antanut suostumusta
rule-rule = ehto ei täyttynyt
rule-before_campaign = ennen kampanjaa
rule-campaign_over = kampanjan jälkeen
rule-outside_hours = aukioloajan ulkopuolella
rule-too_short = puhelu oli liian lyhyt
rule-opted_out = soittaja on kieltänyt kyselyt
rule-cool_down = kysytty liian äskettäin
rule-quota = enimmäismäärä täynnä
rate-reach = Tavoittavuus
rate-participation = Osallistumisaste
rate-completion = Loppuunvastaamisaste
rate-response_rate = Vastausprosentti
rate-strict_response = Tiukka vastausprosentti
rate-end_to_end = Otoksesta loppuun
rate-acceptance = Hyväksymisaste
rate-aapor_rr1 = AAPOR RR1
rate-aapor_rr2 = AAPOR RR2
rate-aapor_rr5 = AAPOR RR5
rate-aapor_rr6 = AAPOR RR6
rate-aapor_coop1 = AAPOR COOP1
formula-reach = tarjotut / otokseen valitut
formula-participation = vastanneet / tarjotut
formula-completion = loppuun vastanneet / vastanneet
formula-response_rate = (loppuun vastanneet + osittain vastanneet) / tarjotut
formula-strict_response = loppuun vastanneet / tarjotut
formula-end_to_end = loppuun vastanneet / otokseen valitut
formula-acceptance = loppuun vastanneet / (loppuun vastanneet + kieltäytyneet)
formula-aapor = I loppuun vastanneet, P osittain vastanneet, R kieltäytyneet, keskeyttäneet tai mitään painamatta kuunnelleet, NC otokseen valitut, jotka eivät saapuneet, O epäonnistuneet tai kapasiteetin puutteessa torjutut, U vielä kesken
formula-nps = 100 × (osuus 9–10 − osuus 0–6); luottamusväli: korjattu Waldin väli (lisätty 3/4 suosittelijaa, 3/4 arvostelijaa ja 3/2 passiivista)
formula-share = kynnysarvon täyttävät vastaukset / kelvolliset vastaukset; luottamusväli: Wilsonin väli
formula-mean = arvojen summa / kelvolliset vastaukset; luottamusväli: Studentin t, n − 1 vapausastetta
formula-weighted = jokainen vastaus lasketaan niin monesti kuin sen puhelu edustaa muita puheluita
formula-percent = tämän arvon vastaukset / kelvolliset vastaukset
formula-p = kuinka usein ryhmät, joiden välillä ei ole eroa, poikkeaisivat toisistaan vähintään näin paljon (kaksisuuntainen)
formula-adjusted-p = kuinka usein tavoitteen täyttävä ryhmä saa näin vähän hyviä vastauksia tai vähemmän (tarkka binomitesti), korjattuna ryhmien määrällä (Benjamini ja Hochberg)
formula-adjusted-p-team = kuinka usein tiimin muiden kaltainen agentti eroaa vähintään näin paljon (kaksi osuutta, kaksisuuntainen), korjattuna agenttien määrällä (Benjamini ja Hochberg)
formula-reach-reported = tuli aftercalliin / ilmoitettu kelpaavaksi
formula-agent-first = agentti lopetti ensin / tiedetään kumpi lopetti
formula-effect = eron suuruus: 0,2 pieni, 0,5 keskisuuri, 0,8 suuri (Cohen)

## Answers

goal = Tavoite:
question-unknown = Kysymyksen määritelmää ei tunneta: vain lukumäärät.
question-again = Määritelty silloin toisin: ei vertailukelpoinen yllä olevien lukujen kanssa.
question-low-is-good = Pienet arvot ovat hyviä.
question-direction-doubt = Asteikon suunta voi olla väärä: kysymyksen tai arvojen sanat viittaavat päinvastaiseen kuin mikä lasketaan hyväksi.
question-too-few = n = { $n }: vain lukumäärät, tunnusluku vaatii 10 vastausta.
question-skipped = { $count ->
    [one] { $shown } soittaja ohitti kysymyksen.
   *[other] { $shown } soittajaa ohitti kysymyksen.
}
question-out-of-scale = { $count ->
    [one] { $shown } vastaus on asteikon ulkopuolella ja jätetty pois.
   *[other] { $shown } vastausta on asteikon ulkopuolella ja jätetty pois.
}
caption-figures = Tunnusluvut
caption-distribution = Vastausten jakauma
chart-distribution-percent = Vastausten jakauma prosentteina; n = { $n }.
chart-distribution-counts = Vastausten määrä arvoittain; n = { $n }.
figure-share = Osuus
figure-mean = Keskiarvo
figure-counts = Lukumäärät
figure-nps = NPS
figure-aapor = AAPOR
figure-weighted = { $figure }, painotettu
figure-without-doubtful = { $figure }, ilman epävarmoja vastauksia
values-from-to = { $first }–{ $last }
class-promoter = suosittelijat
class-passive = passiiviset
class-detractor = arvostelijat
class-counted = lasketaan hyväksi
class-not-counted = ei lasketa

## Verdicts

verdict-reached = tavoite saavutettu
verdict-missed = tavoite jäi saavuttamatta
verdict-open = ei vielä ratkennut: tavoite on luottamusvälin sisällä
verdict-cannot-tell = ei voida sanoa
verdict-too-few = liian vähän vastauksia
verdict-differs = eroaa
verdict-higher-previous = korkeampi kuin edellisellä jaksolla
verdict-lower-previous = matalampi kuin edellisellä jaksolla
verdict-higher-last_year = korkeampi kuin vuotta aiemmin
verdict-lower-last_year = matalampi kuin vuotta aiemmin
verdict-higher-period = korkeampi kuin vertailujaksolla
verdict-lower-period = matalampi kuin vertailujaksolla
verdict-higher-rest = korkeampi kuin muilla
verdict-lower-rest = matalampi kuin muilla
verdict-higher-team = korkeampi kuin tiimin muilla
verdict-lower-team = matalampi kuin tiimin muilla
too-few = liian vähän
too-few-means = alle 10 vastausta tai puhelua: tunnuslukua ei anneta

## Comparison, trend, parts

heading-comparison = Vertailu
caption-comparison = Tunnusluvut vertailujakson rinnalla
comparison-with = Vertailujakso: { $period }.
heading-trend-hour = Kehitys tunneittain
heading-trend-day = Kehitys päivittäin
heading-trend-week = Kehitys viikoittain
heading-trend-month = Kehitys kuukausittain
trend-longer-steps = Ei esitetä muodossa ”{ $shorter }”: useimmissa niistä jaksoista on alle 10 vastausta, liian vähän tunnusluvulle.
caption-trend-calls = Puhelut ajan mukaan
chart-response-means = Prosentteina; puuttuu, jos tarjottuja kyselyitä on alle 10.
chart-trend-means = 95 %:n luottamusväleineen; puuttuu, jos vastauksia on alle 10.
chart-target = Tavoite { $value }
heading-by-queue = Jonoittain
heading-by-team = Tiimeittäin
heading-by-agent = Asiakaspalvelijoittain
heading-by-route = Reiteittäin
heading-by-survey = Kyselyittäin
heading-by-survey_version = Kyselyversioittain
heading-by-language = Kielittäin
heading-by-weekday = Viikonpäivittäin
heading-by-hour = Tunneittain
caption-groups-calls = Vastausprosentti
chart-interval = Luottamusväli, { $min } – { $max }
chart-whole = kaikki: { $value }
groups-by-name = Ryhmät ovat nimen mukaisessa järjestyksessä, eivät paremmuusjärjestyksessä. Kutakin verrataan kaikkiin muihin yhteensä.

## Comments, quality, non-response

heading-comments = Nauhoitetut kommentit
caption-comments = Kommentit kysymyksittäin
heading-quality = Vastausten laatu
caption-quality = Epävarmat vastaukset
quality-means = Vastaus on epävarma, jos se annettiin ennen kuin puolet kysymyksestä oli kuultu, jos soittaja antoi koko ajan saman arvon tai jos 1 voi olla luvun 10 alku. Yhtään vastausta ei poisteta: tunnusluku ilman niitä on tunnusluvun vieressä.
quality-too-early = annettu ennen kuin puolet kysymyksestä oli kuultu
quality-same-key = sama arvo vähintään kolmessa puhelun kysymyksessä eikä mitään muuta
quality-by-timeout = aikakatkaisulla hyväksytty 1: se voi olla luvun 10 alku
heading-non-response = Vastauskato
non-response-means = Jos vastanneet eroavat vastaamatta jättäneistä, tunnusluvut voivat edustaa joitakin soittajia enemmän kuin toisia.
non-response-differs = { $field }: vastanneet eroavat vastaamatta jättäneistä (p = { $p }, Cramérin V = { $effect }).
non-response-cannot-tell = { $field }: eroa ei voida osoittaa (p = { $p }, Cramérin V = { $effect }).
non-response-too-few = { $field }: liian vähän kyselyitä arvioon.
caption-non-response = Vastaaminen: { $field }
talk-time-from = vähintään { $seconds } s
heading-reach = Tulevatko puhelut kyselyyn?
reach-means = Puhelut, jotka vaihde ilmoitti kyselyyn kelpaaviksi, ja niistä ne, jotka tulivat aftercalliin. Jos agentin puhelut tulevat sinne harvemmin kuin tiimin muiden, agentti saattaa pitää soittajia poissa kyselystä, tai siirto epäonnistuu.
reach-share = Ilmoitetuista puheluista aftercalliin tuli { $part } / { $whole } ({ $percent }).
reach-hung-up = Puhelut, jotka agentti lopetti ensin: { $part } / { $whole }, joista se tiedetään ({ $percent }).
reach-agents-too-few = Ilmoitettuja puheluita on liian vähän agenttien vertaamiseen tiimeihinsä.
reach-agents-alike = Tiimiinsä verrattuja agentteja: { $compared }. Kukaan ei eroa huonompaan suuntaan.
reach-agents-differ = Agentteja, jotka eroavat tiimistään huonompaan suuntaan: { $shown } / { $compared }.
caption-reach = Agentit tiimiensä rinnalla

## Method

heading-method = Menetelmä
method-who = Jakso: { $period }. Kysely tehtiin soittajille, joiden puhelu siirrettiin kyselyyn asiakaspalvelijan lopetettua; kyselyyn kelpaavat puhelut: { $eligible }, otokseen valitut: { $sampled }, tarjotut kyselyt: { $offered }.
method-nobody-excluded = Yhtään puhelua ei rajattu pois säännön perusteella.
method-excluded = { $calls ->
    [one] { $shown } puhelu rajattiin pois säännön perusteella.
   *[other] { $shown } puhelua rajattiin pois säännön perusteella.
}
method-turned-away = { $calls ->
    [one] { $shown } puhelu torjuttiin kapasiteetin puutteessa ennen kuin se luettiin.
   *[other] { $shown } puhelua torjuttiin kapasiteetin puutteessa ennen kuin ne luettiin.
}
method-not-weighted = Kaikilla otokseen valituilla puheluilla oli sama todennäköisyys; tunnuslukuja ei ole painotettu.
method-weighted = Puhelut valittiin otokseen eri todennäköisyyksin. Tunnuslukuja ei ole painotettu; niiden vieressä on tunnusluku, jossa jokainen vastaus lasketaan niin monesti kuin sen puhelu edustaa muita.
method-precision = Luottamusvälit ovat 95 %:n välejä ja kertovat sattuman vaikutuksen; ne eivät kata soittajia, jotka eivät vastaa. Alle { $fewest } vastauksesta esitetään vain lukumäärät. Johtopäätös esitetään, kun p on alle 0,05.
method-rounding = Luvut pyöristetään vain esitettäessä: yksi desimaali, puolikkaat poispäin nollasta.
caption-sampling = Todennäköisyydet päästä otokseen
caption-wordings = Kysymysten sanamuodot
caption-definitions = Tunnuslukujen laskeminen
heading-abbreviations = Käsitteet

## Columns

column-step = Vaihe
column-calls = Puhelut
column-share = Osuus
column-of = Mistä
column-rate = Tunnusluku
column-percent = Prosenttia
column-interval = 95 %:n luottamusväli
column-low = Alaraja
column-high = Yläraja
column-unit = Yksikkö
column-part-of-sheet = Osio
column-part = Osajoukko
column-n = n
column-formula = Kaava
column-end = Päättyminen
column-rule = Sääntö
column-survey = Kysely
column-question = Kysymys
column-text = Sanamuoto
column-versions = Versiot
column-skipped = Ohitettu
column-out-of-scale = Asteikon ulkopuolella
column-figure = Tunnusluku
column-value = Arvo
column-target = Tavoite
column-verdict = Johtopäätös
column-answer = Vastaus
column-label = Merkitys
column-class = Laskutapa
column-answers = Vastauksia
column-other = Vertailu
column-other-n = Vertailun n
column-difference = Ero
column-difference-interval = Eron 95 %:n luottamusväli
column-p = p
column-effect = Vaikutuksen suuruus
column-cramers-v = Cramérin V
column-start-hour = Tunti
column-start-day = Päivä
column-start-week = Viikko alkaen
column-start-month = Kuukausi
column-rest = Muut yhteensä
column-beside-rest = Verrattuna muihin
column-adjusted-p = Korjattu p
column-beside-target = Verrattuna tavoitteeseen
column-reported = Ilmoitettu
column-reached = Tuli meille
column-reach = Saapui
column-rest-of-team = Tiimin muut
column-beside-team = Tiimiin verrattuna
column-agent-first = Agentti lopetti ensin
column-rest-of-team-agent-first = Tiimin muut, agentti ensin
column-agent-first-beside-team = Lopetukset tiimiin verrattuna
column-comments = Kommentteja
column-minutes = Minuutteja
column-empty = Tyhjiä
column-not-left = Jätetty pois
column-lost = Kadonneita
column-in-progress = Kesken
column-doubtful = Epävarmoja
column-too-early = Liian aikaisin
column-same-key = Sama näppäin
column-by-timeout = Aikakatkaisu
column-without = Ilman epävarmoja
column-by = Peruste
column-class-of = Luokka
column-one-in = Yksi puhelu näin monesta
unit-percentage-points = %-yks.
unit-minutes = min
unit-percent = prosenttia
unit-points = pistettä
unit-scale = asteikko
interval-from-to = { $low } – { $high }

## Files

sheet-about = Tietoja
sheet-overview = Yleiskuva
sheet-questions = Kysymykset
sheet-distribution = Jakauma
sheet-comparison = Vertailu
sheet-trend-calls = Puhelujen kehitys
sheet-trend = Kehitys
sheet-groups-calls = Ryhmien puhelut
sheet-groups = Ryhmät
sheet-comments = Kommentit
sheet-quality = Laatu
sheet-non-response = Vastauskato
sheet-reach = Saapuminen
sheet-wordings = Sanamuodot
sheet-sampling = Otanta
sheet-definitions = Määritelmät
about-made-with = Tuottanut ohjelma
about-note = Huomautus
about-units-label = Yksiköt
about-units = Prosentit ovat lukuja 0–100, eivät murtolukuja; niiden erot ovat prosenttiyksikköjä. Tyhjä solu on luku, jota ei anneta, koska vastauksia tai puheluita on alle 10; 0 on luku.
contents = Sisällys
mail-subject = { $title }: { $period }
mail-more = Kysymyskohtaisia lukuja on liikaa sähköpostiin: ne ovat tämän raportin verkkosivussa ja työkirjassa.
mail-late = Tämä raportti on myöhässä: sen piti tulla { $due }.

## Days

weekday-1 = maanantai
weekday-2 = tiistai
weekday-3 = keskiviikko
weekday-4 = torstai
weekday-5 = perjantai
weekday-6 = lauantai
weekday-7 = sunnuntai
weekday-short-1 = ma
weekday-short-2 = ti
weekday-short-3 = ke
weekday-short-4 = to
weekday-short-5 = pe
weekday-short-6 = la
weekday-short-7 = su
month-1 = tammikuuta
month-2 = helmikuuta
month-3 = maaliskuuta
month-4 = huhtikuuta
month-5 = toukokuuta
month-6 = kesäkuuta
month-7 = heinäkuuta
month-8 = elokuuta
month-9 = syyskuuta
month-10 = lokakuuta
month-11 = marraskuuta
month-12 = joulukuuta
