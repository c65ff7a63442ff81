### The sentences of the pages. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($count) only chooses the plural form.

## Around every page

pages = Stránky
skip-to-content = Přejít k obsahu
sign-out = Odhlásit se
page-overview = Přehled
page-report = Zpráva
page-stream = Nejnovější odpovědi
page-calls = Hovory
page-comments = Komentáře
page-sampling = Výběr
page-surveys = Průzkumy
page-views = Uložené pohledy
page-system = Systém
page-users = Uživatelé
page-audit = Záznam přístupů
as-of = Stav k { $time }
to-overview = Na přehled

## What is wrong

fault-not-found = Taková stránka není
fault-not-found-means = Adresa může být chybná, nebo to, co ukazovala, se už neuchovává.
fault-not-permitted = Tuto stránku nemůžete vidět
fault-not-permitted-means = Vaše role ji nezahrnuje. Změnit to může správce.
fault-unfit = Adrese nelze porozumět
fault-unfit-means = Její část je třeba změnit:
fault-unavailable = Údaje nyní nelze přečíst
fault-unavailable-means = Databáze neodpovídá. Hovory se mezitím přijímají a odpovědi zůstávají zachovány. Zkuste to znovu za minutu.

## Period and names

filter = Zvolte období a názvy
filters-chosen = Zvoleno
filter-remove = Odebrat: { $filter }
filter-show = Zobrazit
filter-any = libovolné
filter-period = Období
filter-from = Od
filter-to = Do
filter-compare = Porovnat s
filter-queue = Fronta
filter-team = Tým
filter-agent = Operátor
filter-route = Trasa
filter-survey = Průzkum
filter-survey_version = Verze průzkumu
filter-version = Verze
filter-language = Jazyk
filter-dialled = Volané číslo
filter-when = Podmínka
filter-weekday = Den v týdnu
filter-hour = Hodina
filter-step = Krok
filter-end = Konec
filter-rule = Pravidlo
filter-question = Otázka
filter-answer = Odpověď
filter-doubt = Pochybné
filter-comment = Komentář
period-by-days = podle dnů
period-today = Dnes
period-yesterday = Včera
period-this-week = Tento týden
period-last-week = Minulý týden
period-last-7-days = Posledních 7 dní
period-last-28-days = Posledních 28 dní
period-last-90-days = Posledních 90 dní
period-this-month = Tento měsíc
period-last-month = Minulý měsíc
period-this-quarter = Toto čtvrtletí
period-last-quarter = Minulé čtvrtletí
period-this-year = Tento rok
period-last-year = Minulý rok
period-all = Všechny hovory
compare-previous = předchozí období
compare-last-year = stejné období před rokem

## Overview

needs-attention = Vyžaduje pozornost
nothing-needs-attention = Nyní nic.
being-asked-now = Právě dotazovaní
calls-now = { $count ->
    [0] Nikdo není právě dotazován.
    [one] { $shown } volající je dotazován.
    [few] { $shown } volající jsou dotazováni.
    [many] { $shown } volajícího je dotazováno.
   *[other] { $shown } volajících je dotazováno.
}
seconds = Sekundy
group-by = Vedle sebe
whole-report = Celá zpráva: kvalita odpovědí, dosah, metoda, všechny definice
take-away = Stáhnout:

## What needs attention

quiet-queue = { $count ->
    [one] Fronta { $queue }: { $came } hovor za { $hours } h, očekáváno { $expected }.
    [few] Fronta { $queue }: { $came } hovory za { $hours } h, očekáváno { $expected }.
    [many] Fronta { $queue }: { $came } hovoru za { $hours } h, očekáváno { $expected }.
   *[other] Fronta { $queue }: { $came } hovorů za { $hours } h, očekáváno { $expected }.
}
quiet-all = { $count ->
    [one] Všechny fronty dohromady: { $came } hovor za { $hours } h, očekáváno { $expected }.
    [few] Všechny fronty dohromady: { $came } hovory za { $hours } h, očekáváno { $expected }.
    [many] Všechny fronty dohromady: { $came } hovoru za { $hours } h, očekáváno { $expected }.
   *[other] Všechny fronty dohromady: { $came } hovorů za { $hours } h, očekáváno { $expected }.
}
test-call-failed = Poslední zkušební hovor selhal: { $reason }

## Calls

calls-none = Takové hovory nejsou.
calls-none-here = Mezi dosud prohlédnutými žádný není; mohou být starší.
older = Starší
arrived = Přišel
answers = Odpovědi
talk-time = Doba hovoru
answer-good = dobrá
answer-middle = ani jedno
answer-bad = špatná
answer-skipped = přeskočeno
answer-doubtful = pochybná
answers-reversed = Stupnice možná obráceně
answers-reversed-means = Jedna otázka má nejlepší a jiná nejhorší hodnotu: stupnice mohla být pochopena obráceně. Nic se nemění.
comment-of-length = Komentář, { $length }
download = Stáhnout
calls-found = { $count ->
    [0] Žádné hovory
    [one] { $shown } hovor
    [few] { $shown } hovory
    [many] { $shown } hovoru
   *[other] { $shown } hovorů
}

## Comments

comments-which = Které komentáře
comments-all = Všechny
comments-unheard = Dosud neposlechnuté
comments-heard = Poslechnuté
comments-none = Takové komentáře nejsou.
comment-player = Komentář, { $length }: přehrát
comment-is-expired = Nahrávka se už neuchovává.
comment-is-comment = Něco bylo řečeno.
comment-is-empty = Nic nebylo řečeno.
comment-is-nothing = K nahrání nic nedorazilo.
comment-is-lost = Nahrávka se ztratila.
comment-is-recording = Právě se nahrává.
comment-mark-heard = Označit jako poslechnuté
comment-unheard = Dosud neposlechnutý
comment-heard-by = Poslechl
comments-to-hear = { $count ->
    [0] Všechny komentáře byly poslechnuty.
    [one] { $shown } komentář dosud nebyl poslechnut.
    [few] { $shown } komentáře dosud nebyly poslechnuty.
    [many] { $shown } komentáře dosud nebylo poslechnuto.
   *[other] { $shown } komentářů dosud nebylo poslechnuto.
}

## One call

call-way = Co se stalo
call-context = Co hovor přinesl
call-connection = Spojení
call-identity = Identifikátory
call-id = Hovor
call-original-id = Hovor v ústředně
call-node = Uzel
call-caller = Volající
field = Pole
value = Hodnota
field-source = Přečteno z
way-announced = ohlášen přes API
way-handed-over = předán na
way-answered = přijat s průzkumem
way-after = po { $seconds } s
way-attempts = pokusy: { $attempts }
way-corrected = opraveno z { $value }
way-by-timeout = přijato, protože nepřišla další klávesa
way-keys = klávesy
way-heard = slyšel { $heard } z { $of } s
way-comment = komentář nahrán
way-opted-out = odhlásil se: už nebude dotazován
decision-sampled = vybrán k průzkumu
decision-not_sampled = nebyl na řadě
decision-suppressed = vyloučen
decision-position = hovor { $position } své skupiny, každý { $every }.
decision-by-api = rozhodnuto předem přes API
media-codec = Kodek
media-sent = Odeslané pakety
media-received = Přijaté pakety
media-lost = Ztracené pakety
media-jitter = Kolísání zpoždění
media-round-trip = Tam a zpět
media-remote-loss = Ztráty u volajícího
