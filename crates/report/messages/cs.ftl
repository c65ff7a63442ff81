### Věty zprávy v češtině. Identifikátory a hodnoty ve složených závorkách jsou stejné jako v souboru en.ftl.

## What the report is about

title = Zpráva o průzkumu
period-all = Všechny hovory
period-since = Od: { $from }
period-until = Do: { $until }
period-from-to = { $from } – { $until }
period-today = Dnes
period-yesterday = Včera
period-this-week = Tento týden
period-last-week = Minulý týden
period-this-month = Tento měsíc
period-last-month = Minulý měsíc
period-this-quarter = Toto čtvrtletí
period-last-quarter = Minulé čtvrtletí
period-this-year = Tento rok
period-last-year = Minulý rok
period-last-days = { $days ->
    [one] Poslední { $days } den
    [few] Poslední { $days } dny
    [many] Posledních { $days } dne
   *[other] Posledních { $days } dní
}
period-is-running = období ještě trvá
fact-period = Období
fact-time-zone = Časové pásmo
fact-as-of = Stav k
fact-compared-with = Srovnáno s obdobím
fact-n = n = { $n }
field-queue = Fronta
field-team = Tým
field-agent = Operátor
field-route = Trasa
field-survey = Průzkum
field-survey_version = Verze průzkumu
field-language = Jazyk
field-dialled = Volané číslo
field-weekday = Den v týdnu
field-hour = Hodina
field-talk_time = Délka rozhovoru
not-known = (není známo)
no-calls = Žádné hovory.
note-unknown-name = { $field }: žádný hovor neměl název „{ $name }“.
note-there-are = Existují: { $names }.
note-meant = Měli jste na mysli „{ $name }“?
note-reversed = { $calls ->
    [one] { $shown } volající dal jedné otázce nejlepší a jiné nejhorší hodnotu: stupnice mohla být pochopena opačně.
    [few] { $shown } volající dali jedné otázce nejlepší a jiné nejhorší hodnotu: stupnice mohla být pochopena opačně.
    [many] { $shown } volajícího dalo jedné otázce nejlepší a jiné nejhorší hodnotu: stupnice mohla být pochopena opačně.
   *[other] { $shown } volajících dalo jedné otázce nejlepší a jiné nejhorší hodnotu: stupnice mohla být pochopena opačně.
}

## Calls

heading-calls = Hovory
caption-funnel = Jak daleko hovory došly
caption-ends = Jak hovory skončily
caption-rates = Míry
caption-rules = Vyloučeno pravidlem
chart-funnel = Jak daleko hovory došly
chart-funnel-means = Hovory: { $arrived }; průzkum nabídnut: { $offered }, dokončen: { $completed }.
card-response-rate = Volající, kteří odpověděli alespoň na jednu otázku
n-offered = { $count ->
    [one] { $shown } nabídnutý průzkum
    [few] { $shown } nabídnuté průzkumy
    [many] { $shown } nabídnutého průzkumu
   *[other] { $shown } nabídnutých průzkumů
}
n-answers = { $count ->
    [one] { $shown } odpověď
    [few] { $shown } odpovědi
    [many] { $shown } odpovědi
   *[other] { $shown } odpovědí
}
step-arrived = Hovory
step-turned-away = Odmítnuto bez přečtení
step-turned-away-means = odmítnuto pro nedostatek kapacity dříve, než se z hovoru cokoli přečetlo
step-suppressed = Vyloučeno
step-suppressed-means = vyloučeno pravidlem: do výběru se nepočítá
step-eligible = Způsobilé
step-eligible-means = nevyloučeno pravidlem: počítá se do výběru
step-sampled = Vybráno
step-sampled-means = vybráno do průzkumu
step-offered = Nabídnuto
step-offered-means = vybráno a spojeno s průzkumem
step-answered = Zodpovězeno
step-answered-means = nabídnuto a zodpovězena alespoň jedna otázka
step-completed = Dokončeno
step-completed-means = zodpovězeny všechny hodnocené otázky
step-partial = Částečně
step-partial-means = zodpovězena jen část otázek
step-in-progress = Probíhá
step-in-progress-means = ještě neskončilo
step-never-arrived = Nedorazilo
step-never-arrived-means = vybráno, ale nikdy nespojeno s průzkumem
of-eligible = ze způsobilých
of-sampled = z vybraných
of-offered = z nabídnutých
of-answered = ze zodpovězených
end-not_sampled = Nevybráno
end-not_sampled-means = nepřišla na něj řada
end-suppressed = Vyloučeno
end-suppressed-means = vyloučeno pravidlem
end-refused_capacity = Odmítnuto: chybí kapacita
end-refused_capacity-means = vybráno, ale chyběla kapacita
end-declined = Odmítl volající
end-declined-means = volající odmítl klávesou, která je k tomu určena
end-no_answer = Bez odpovědi
end-no_answer-means = vyslechl průzkum a nic nestiskl
end-abandoned = Přerušeno
end-abandoned-means = zavěsil před první odpovědí nebo se nikdy nespojil
end-failed = Selhalo
end-failed-means = skončilo technickou závadou
end-partial = Částečně
end-partial-means = zodpovězena jen část otázek
end-completed = Dokončeno
end-completed-means = zodpovězeny všechny hodnocené otázky
end-in_progress = Probíhá
end-in_progress-means = ještě neskončilo
rule-no_route = k volanému číslu není průzkum
rule-not_opted_in = volající nedal souhlas
rule-rule = podmínka nebyla splněna
rule-before_campaign = před kampaní
rule-campaign_over = po kampani
rule-outside_hours = mimo provozní dobu
rule-too_short = hovor byl příliš krátký
rule-opted_out = volající průzkumy odmítl
rule-cool_down = dotázán příliš nedávno
rule-quota = dosažen limit
rate-reach = Dosah
rate-participation = Míra účasti
rate-completion = Míra dokončení
rate-response_rate = Návratnost
rate-strict_response = Přísná návratnost
rate-end_to_end = Od výběru po dokončení
rate-acceptance = Míra přijetí
rate-aapor_rr1 = AAPOR RR1
rate-aapor_rr2 = AAPOR RR2
rate-aapor_rr5 = AAPOR RR5
rate-aapor_rr6 = AAPOR RR6
rate-aapor_coop1 = AAPOR COOP1
formula-reach = nabídnuto / vybráno
formula-participation = zodpovězeno / nabídnuto
formula-completion = dokončeno / zodpovězeno
formula-response_rate = (dokončeno + částečně) / nabídnuto
formula-strict_response = dokončeno / nabídnuto
formula-end_to_end = dokončeno / vybráno
formula-acceptance = dokončeno / (dokončeno + odmítl volající)
formula-aapor = I dokončeno, P částečně, R odmítl volající, přerušeno nebo nic nestiskl, NC vybráno a nedorazilo, O selhalo nebo odmítnuto pro nedostatek kapacity, U ještě probíhá
formula-nps = 100 × (podíl 9 a 10 − podíl 0 až 6); interval: upravený Waldův (přidány 3/4 promotéra, 3/4 kritika a 3/2 pasivních)
formula-share = odpovědi splňující práh / platné odpovědi; interval: Wilsonův
formula-mean = součet hodnot / platné odpovědi; interval: Studentovo t, n − 1 stupňů volnosti
formula-weighted = každá odpověď se počítá tolikrát, kolik hovorů její hovor zastupuje
formula-percent = odpovědi s touto hodnotou / platné odpovědi
formula-p = jak často by se skupiny bez rozdílu lišily alespoň takto (oboustranně)
formula-adjusted-p = jak často má skupina, která cíl splňuje, tak málo dobrých odpovědí nebo méně (přesný binomický test), upraveno podle počtu skupin (Benjamini a Hochberg)
formula-adjusted-p-team = jak často se operátor stejný jako zbytek týmu liší alespoň takto (dva podíly, oboustranně), upraveno podle počtu operátorů (Benjamini a Hochberg)
formula-reach-reported = dorazily do aftercall / ohlášené jako způsobilé
formula-agent-first = operátor zavěsil první / je známo, kdo zavěsil první
formula-effect = velikost rozdílu: 0,2 malý, 0,5 střední, 0,8 velký (Cohen)

## Answers

goal = Cíl:
question-unknown = Definice této otázky není známa: jen počty.
question-again = Tehdy definováno jinak: nelze srovnávat s výsledky výše.
question-low-is-good = Nízké hodnoty jsou dobré.
question-direction-doubt = Směr stupnice může být chybný: slova otázky nebo jejích hodnot říkají opak toho, co se počítá jako dobré.
question-too-few = n = { $n }: jen počty, výsledek vyžaduje 10 odpovědí.
question-skipped = { $count ->
    [one] { $shown } volající otázku přeskočil.
    [few] { $shown } volající otázku přeskočili.
    [many] { $shown } volajícího otázku přeskočilo.
   *[other] { $shown } volajících otázku přeskočilo.
}
question-out-of-scale = { $count ->
    [one] { $shown } odpověď leží mimo stupnici a nepočítá se.
    [few] { $shown } odpovědi leží mimo stupnici a nepočítají se.
    [many] { $shown } odpovědi leží mimo stupnici a nepočítá se.
   *[other] { $shown } odpovědí leží mimo stupnici a nepočítá se.
}
caption-figures = Výsledky
caption-distribution = Rozložení odpovědí
chart-distribution-percent = Rozložení odpovědí v procentech; n = { $n }.
chart-distribution-counts = Počet odpovědí podle hodnoty; n = { $n }.
figure-share = Podíl
figure-mean = Průměr
figure-counts = Počty
figure-nps = NPS
figure-aapor = AAPOR
figure-weighted = { $figure }, váženo
figure-without-doubtful = { $figure }, bez sporných odpovědí
values-from-to = { $first } až { $last }
class-promoter = promotéři
class-passive = pasivní
class-detractor = kritici
class-counted = počítá se jako dobré
class-not-counted = nepočítá se

## Verdicts

verdict-reached = cíl splněn
verdict-missed = cíl nesplněn
verdict-open = zatím nerozhodnuto: interval obsahuje cíl
verdict-cannot-tell = nelze rozhodnout
verdict-too-few = příliš málo odpovědí
verdict-differs = liší se
verdict-higher-previous = výše než v předchozím období
verdict-lower-previous = níže než v předchozím období
verdict-higher-last_year = výše než před rokem
verdict-lower-last_year = níže než před rokem
verdict-higher-period = výše než ve srovnávaném období
verdict-lower-period = níže než ve srovnávaném období
verdict-higher-rest = výše než ostatní
verdict-lower-rest = níže než ostatní
verdict-higher-team = výše než zbytek týmu
verdict-lower-team = níže než zbytek týmu
too-few = příliš málo
too-few-means = méně než 10 odpovědí nebo hovorů: výsledek se neuvádí

## Comparison, trend, parts

heading-comparison = Srovnání
caption-comparison = Výsledky vedle výsledků srovnávaného období
comparison-with = Srovnáno s obdobím: { $period }.
heading-trend-hour = Vývoj po hodinách
heading-trend-day = Vývoj po dnech
heading-trend-week = Vývoj po týdnech
heading-trend-month = Vývoj po měsících
trend-longer-steps = Nezobrazeno jako „{ $shorter }“: většina těchto úseků má méně než 10 odpovědí, na výsledek je to málo.
caption-trend-calls = Hovory v čase
chart-response-means = V procentech; chybí, pokud bylo nabídnuto méně než 10 průzkumů.
chart-trend-means = S 95% intervalem spolehlivosti; chybí, pokud je méně než 10 odpovědí.
chart-target = Cíl { $value }
heading-by-queue = Podle front
heading-by-team = Podle týmů
heading-by-agent = Podle operátorů
heading-by-route = Podle tras
heading-by-survey = Podle průzkumů
heading-by-survey_version = Podle verzí průzkumů
heading-by-language = Podle jazyků
heading-by-weekday = Podle dnů v týdnu
heading-by-hour = Podle hodin
caption-groups-calls = Návratnost
chart-interval = Interval, { $min } až { $max }
chart-whole = všechny: { $value }
groups-by-name = Skupiny jsou seřazeny podle názvu, ne podle výsledku. Každá je srovnána se všemi ostatními dohromady.

## Comments, quality, non-response

heading-comments = Nahrané komentáře
caption-comments = Komentáře podle otázek
heading-quality = Kvalita odpovědí
caption-quality = Sporné odpovědi
quality-means = Odpověď je sporná, pokud zazněla dříve, než byla slyšet polovina otázky, pokud volající dával stále stejnou hodnotu, nebo pokud 1 může být začátkem 10. Žádná odpověď se neodstraňuje: výsledek bez nich stojí vedle výsledku.
quality-too-early = dáno dříve, než byla slyšet polovina otázky
quality-same-key = stejná hodnota alespoň u tří otázek hovoru a žádná jiná
quality-by-timeout = 1 přijatá po uplynutí času: může být začátkem 10
heading-non-response = Chybějící odpovědi
non-response-means = Pokud se ti, kdo odpověděli, liší od těch, kdo neodpověděli, mohou výsledky o některých volajících vypovídat více než o jiných.
non-response-differs = { $field }: ti, kdo odpověděli, se liší od těch, kdo neodpověděli (p = { $p }, Cramérovo V = { $effect }).
non-response-cannot-tell = { $field }: rozdíl nelze prokázat (p = { $p }, Cramérovo V = { $effect }).
non-response-too-few = { $field }: příliš málo průzkumů k posouzení.
caption-non-response = Odpovídání: { $field }
talk-time-from = { $seconds } s a více
heading-reach = Dostanou se hovory k průzkumu?
reach-means = Hovory, které ústředna ohlásila jako způsobilé, a z nich ty, které dorazily do aftercall. Pokud hovory operátora dorazí méně často než hovory týmu, může operátor volající od průzkumu odrazovat, nebo selhává přepojení.
reach-share = Ohlášené hovory, které dorazily do aftercall: { $part } z { $whole } ({ $percent }).
reach-hung-up = Hovory, ve kterých zavěsil první operátor: { $part } z { $whole }, u nichž je to známo ({ $percent }).
reach-agents-too-few = Ohlášených hovorů je příliš málo na srovnání operátorů s týmy.
reach-agents-alike = Operátoři porovnaní s týmy: { $compared }. Nikdo se neliší k horšímu.
reach-agents-differ = Operátoři, kteří se od svých týmů liší k horšímu: { $shown } z { $compared }.
caption-reach = Operátoři vedle svých týmů

## Method

heading-method = Metoda
method-who = Období: { $period }. Dotazováni byli volající, jejichž hovor byl předán po skončení hovoru s operátorem; způsobilé hovory: { $eligible }, vybráno: { $sampled }, nabídnuto průzkumů: { $offered }.
method-nobody-excluded = Žádný hovor nebyl vyloučen pravidlem.
method-excluded = { $calls ->
    [one] { $shown } hovor byl vyloučen pravidlem.
    [few] { $shown } hovory byly vyloučeny pravidlem.
    [many] { $shown } hovoru bylo vyloučeno pravidlem.
   *[other] { $shown } hovorů bylo vyloučeno pravidlem.
}
method-turned-away = { $calls ->
    [one] { $shown } hovor byl pro nedostatek kapacity odmítnut před přečtením.
    [few] { $shown } hovory byly pro nedostatek kapacity odmítnuty před přečtením.
    [many] { $shown } hovoru bylo pro nedostatek kapacity odmítnuto před přečtením.
   *[other] { $shown } hovorů bylo pro nedostatek kapacity odmítnuto před přečtením.
}
method-not-weighted = Všechny vybrané hovory měly stejnou pravděpodobnost výběru; výsledky nejsou vážené.
method-weighted = Hovory byly vybírány s různou pravděpodobností. Výsledky nejsou vážené; vedle nich stojí výsledek, v němž se každá odpověď počítá tolikrát, kolik hovorů její hovor zastupuje.
method-precision = Intervaly spolehlivosti jsou 95% a ukazují, co dokáže pouhá náhoda; nezahrnují volající, kteří neodpovídají. Pod { $fewest } odpovědí se uvádějí jen počty. Závěr se uvádí, je-li p menší než 0,05.
method-rounding = Výsledky se zaokrouhlují jen při zobrazení: na jedno desetinné místo, poloviny směrem od nuly.
caption-sampling = Pravděpodobnosti výběru
caption-wordings = Znění otázek
caption-definitions = Jak se výsledky počítají
heading-abbreviations = Pojmy

## Columns

column-step = Krok
column-calls = Hovory
column-share = Podíl
column-of = Z čeho
column-rate = Míra
column-percent = Procenta
column-interval = 95% interval spolehlivosti
column-low = Dolní mez
column-high = Horní mez
column-unit = Jednotka
column-part-of-sheet = Část
column-part = Čitatel
column-n = n
column-formula = Vzorec
column-end = Konec
column-rule = Pravidlo
column-survey = Průzkum
column-question = Otázka
column-text = Znění
column-versions = Verze
column-skipped = Přeskočeno
column-out-of-scale = Mimo stupnici
column-figure = Ukazatel
column-value = Hodnota
column-target = Cíl
column-verdict = Závěr
column-answer = Odpověď
column-label = Význam
column-class = Počítá se jako
column-answers = Odpovědi
column-other = Srovnávané období
column-other-n = n srovnání
column-difference = Rozdíl
column-difference-interval = 95% interval spolehlivosti rozdílu
column-p = p
column-effect = Velikost účinku
column-cramers-v = Cramérovo V
column-start-hour = Hodina
column-start-day = Den
column-start-week = Týden od
column-start-month = Měsíc
column-rest = Všechny ostatní
column-beside-rest = Vůči ostatním
column-adjusted-p = Upravené p
column-beside-target = Vůči cíli
column-reported = Ohlášeno
column-reached = Dorazilo
column-reach = Podíl dorazivších
column-rest-of-team = Zbytek týmu
column-beside-team = Vedle týmu
column-agent-first = Operátor zavěsil první
column-rest-of-team-agent-first = Zbytek týmu, operátor první
column-agent-first-beside-team = Zavěšení vedle týmu
column-comments = Komentáře
column-minutes = Minuty
column-empty = Prázdné
column-not-left = Nezanechané
column-lost = Ztracené
column-in-progress = Probíhá
column-doubtful = Sporné
column-too-early = Příliš brzy
column-same-key = Stejná klávesa
column-by-timeout = Po uplynutí času
column-without = Bez sporných
column-by = Podle
column-class-of = Třída
column-one-in = Jeden hovor z
unit-percentage-points = p. b.
unit-minutes = min
unit-percent = procenta
unit-points = body
unit-scale = stupnice
interval-from-to = { $low } až { $high }

## Files

sheet-about = O zprávě
sheet-overview = Přehled
sheet-questions = Otázky
sheet-distribution = Rozložení
sheet-comparison = Srovnání
sheet-trend-calls = Vývoj hovorů
sheet-trend = Vývoj
sheet-groups-calls = Skupiny, hovory
sheet-groups = Skupiny
sheet-comments = Komentáře
sheet-quality = Kvalita
sheet-non-response = Chybějící odpovědi
sheet-reach = Doručení
sheet-wordings = Znění otázek
sheet-sampling = Výběr
sheet-definitions = Definice
about-made-with = Vytvořeno programem
about-note = Poznámka
about-units-label = Jednotky
about-units = Procenta jsou čísla od 0 do 100, ne zlomky; jejich rozdíly jsou procentní body. Prázdná buňka je výsledek, který se neuvádí, protože je méně než 10 odpovědí nebo hovorů; 0 je výsledek.
contents = Obsah
mail-subject = { $title }: { $period }
mail-more = Výsledků podle otázek je na e-mail příliš mnoho: jsou na stránce a v sešitu této zprávy.
mail-late = Tato zpráva přichází pozdě: měla přijít { $due }.

## Days

weekday-1 = pondělí
weekday-2 = úterý
weekday-3 = středa
weekday-4 = čtvrtek
weekday-5 = pátek
weekday-6 = sobota
weekday-7 = neděle
weekday-short-1 = po
weekday-short-2 = út
weekday-short-3 = st
weekday-short-4 = čt
weekday-short-5 = pá
weekday-short-6 = so
weekday-short-7 = ne
month-1 = ledna
month-2 = února
month-3 = března
month-4 = dubna
month-5 = května
month-6 = června
month-7 = července
month-8 = srpna
month-9 = září
month-10 = října
month-11 = listopadu
month-12 = prosince
