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
first-steps = Zatím nepřišel žádný hovor: čím začít
first-test-call = Uskutečněte zkušební hovor z tohoto počítače a tiskněte klávesy:
first-pbx = Nechte ústřednu předávat volající po skončení hovoru do průzkumu, například na adresu
first-listen = Služba naslouchá jen na tomto počítači; adresa dostupná pro ústřednu se zapisuje do
first-trusted = Adresa ústředny se zapisuje do
first-route = Dejte průzkumu číslo:
first-demo = Prohlédněte si stránky s vymyšleným kontaktním centrem:
first-users = Umožněte přihlášení ostatním:
first-system = Podívejte se, zda jsou hovory přijímány:
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
trend-steps = Úseky vývoje
trend-auto = automaticky
trend-day = po dnech
trend-week = po týdnech
trend-month = po měsících
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
newer = Novější
order = Pořadí
order-newest = Nejnovější nejdřív
order-oldest = Nejstarší nejdřív
arrived = Přišel
answers = Odpovědi
scores-all = Všechny odpovědi
scores-low = Nízké známky
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
call-in-list = Seznam, ze kterého byl hovor otevřen
call-back-to = Zpět: { $list }
call-before = Předchozí hovor
call-behind = Další hovor
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

## Users

sign-in = Přihlásit se
sign-in-help = Správce vám může dát nové heslo.
language-choice = Jazyk stránek
sign-in-refused = Jméno nebo heslo není správné.
sign-in-wait = { $count ->
    [one] Příliš mnoho neúspěšných pokusů. Zkuste to znovu za { $shown } sekundu.
    [few] Příliš mnoho neúspěšných pokusů. Zkuste to znovu za { $shown } sekundy.
    [many] Příliš mnoho neúspěšných pokusů. Zkuste to znovu za { $shown } sekundy.
   *[other] Příliš mnoho neúspěšných pokusů. Zkuste to znovu za { $shown } sekund.
}
sign-in-busy = Právě se přihlašuje příliš mnoho lidí. Zkuste to znovu za minutu.
account = Váš účet
user-name = Uživatelské jméno
display-name = Zobrazované jméno
password = Heslo
role = Úloha
role-admin = Správce
role-supervisor = Vedoucí
role-team_leader = Vedoucí týmu
role-agent = Operátor
role-analyst = Analytik
role-listener = Posluchač
role-teams = Týmy vedoucího, každý na řádku
role-agent-name = Operátor, jak ho jmenují hovory
role-set = Dát tuto úlohu
sees-calls-of = Vidí hovory
password-must-change = Nejprve si zvolte vlastní heslo. Současné vám někdo dal.
password-change = Změnit heslo
password-rule = Nejméně 12 znaků a ne vaše jméno. Několik slov se snadno pamatuje.
password-present = Současné heslo
password-new = Nové heslo
password-again = Nové heslo znovu
password-changed = Heslo je změněno. Všude jinde jste odhlášeni.
password-wrong = Současné heslo není správné.
password-short = Nové heslo má méně než 12 znaků.
password-long = Nové heslo je příliš dlouhé.
password-guessable = Nové heslo lze příliš snadno uhodnout.
password-same = Nové heslo je stejné jako současné.
password-differs = Obě nová hesla se liší.
password-wait = Příliš mnoho neúspěšných pokusů. Zkuste to znovu za minutu.
password-once = Heslo uživatele { $name } se ukazuje jen tentokrát. Při prvním přihlášení je nutné ho změnit:
password-reset = Dát nové heslo
password-not-chosen = zatím bez vlastního hesla
sessions = Kde jste přihlášeni
sessions-end = Odhlásit všude jinde
sessions-ended = Všude jinde jste odhlášeni.
session-browser = Prohlížeč
session-since = Od
session-used = Naposledy použito
session-this = tento prohlížeč
last-sign-in = Poslední přihlášení
never = nikdy
user-add = Přidat uživatele
user-change = Změnit
user-disabled = nesmí se přihlásit
user-disable = Zakázat přihlášení
user-enable = Znovu povolit přihlášení
user-fault-name = Uživatelské jméno má 1 až 64 písmen, číslic, teček, pomlček, podtržítek nebo znaků @.
user-fault-role = Taková úloha není.
user-fault-taken = Uživatel tohoto jména už existuje.
user-fault-unknown = Takový uživatel není.
user-fault-last-admin = Nezbyl by žádný správce, který se smí přihlásit.
user-fault-no-team = Vedoucí týmu potřebuje aspoň jeden tým.
user-fault-no-agent = Operátor potřebuje jméno nebo číslo, které mají hovory.
user-fault-not-of-role = Týmy má jen vedoucí týmu a operátorem je jen operátor.
user-fault-too-long = Jméno je příliš dlouhé, nebo je týmů příliš mnoho.

## Access log

audit-at = Kdy
audit-who = Kdo
audit-what = Co
audit-call = Hovor
audit-from = Odkud
audit-command-line = příkazový řádek
audit-older = Starší záznamy
audit-empty = Zatím nebylo nic zobrazeno ani změněno.
audit-fault-call = Toto není identifikátor hovoru: 26 písmen a číslic, jako na stránce hovoru.
audit-sign_in = Přihlášení
audit-sign_in_refused = Odmítnuté přihlášení
audit-sign_out = Odhlášení
audit-password_changed = Změna hesla
audit-user_added = Přidání uživatele
audit-user_changed = Změna uživatele
audit-call_seen = Zobrazení hovoru
audit-caller_seen = Zobrazení čísla volajícího
audit-comment_heard = Poslech komentáře
audit-exported = Stažení dat do souboru
audit-link_made = Vytvoření odkazu
audit-link_revoked = Zrušení odkazu
audit-link_opened = Otevření odkazu

## One call, its title

page-call = Hovor

## Wallboard

page-wallboard = Nástěnka
wall-offered = Nabídnuté průzkumy

## Sampling

sampling-rules = Platná pravidla
sampling-rule = Pravidlo
sampling-share = { $share } hovorů
sampling-autopilot = autopilot
sampling-today = Dnes podle tras
sampling-explain = Totéž na příkazovém řádku:
explain = Dostal by tento hovor průzkum?
explain-help = Popište hovor, který ještě nepřišel. Dotazem se nic nezapočítá.
explain-ask = Vysvětlit
explain-talk-time = Délka hovoru
explain-at = Kdy (prázdné: nyní)
explain-draw = Los, kde se ptáme podílu hovorů
explain-set = Další pole, POLE=HODNOTA, jedno na řádek
explain-off = nenastaveno
explain-yes = povoluje
explain-no = zakazuje
explain-must = vyžaduje
explain-depends = zatím otevřené
plan = Naplánovat
plan-change = Rozpoznat změnu o tolik bodů
plan-half-width = Nebo interval ± tolik bodů
plan-needed = Potřebné odpovědi
plan-needed-each = Potřebné odpovědi v každém období
plan-present = Současným tempem
plan-sooner = Rychleji
plan-never = ne do deseti let
plan-out-of-reach = za konci stupnice
plan-days = { $count ->
    [one] { $shown } den
    [few] { $shown } dny
    [many] { $shown } dne
   *[other] { $shown } dní
}
plan-weeks = { $count ->
    [one] { $shown } týden
    [few] { $shown } týdny
    [many] { $shown } týdne
   *[other] { $shown } týdnů
}
sampling-one-in = { $count ->
    [1] každý hovor
    [one] každý { $shown }. hovor
    [few] každý { $shown }. hovor
    [many] každý { $shown }. hovor
   *[other] každý { $shown }. hovor
}

## Surveys

surveys-none = Zatím nebyl načten žádný průzkum.
page-survey = Průzkum
survey-figures = Jeho výsledky
answers-asked = Otázky
survey-flow = Průběh
survey-flow-means = Cesta od otázky k otázce jako schéma
survey-prompts = Hlášky
survey-prompts-help = Tak, jak je volající právě slyší.
language-en = angličtina
language-fi = finština
language-pl = polština
language-cs = čeština
language-el = řečtina
survey-prompts-count = { $count ->
    [one] { $shown } hláška
    [few] { $shown } hlášky
    [many] { $shown } hlášky
   *[other] { $shown } hlášek
}
survey-versions = Verze, od nejnovější
scale = od { $min } do { $max }
scale-high-is-good = vysoká hodnota je dobrá
scale-low-is-good = nízká hodnota je dobrá
scale-target = cíl { $target }
questions = { $count ->
    [one] { $shown } otázka
    [few] { $shown } otázky
    [many] { $shown } otázky
   *[other] { $shown } otázek
}

## System

system-ready = Hovory se přijímají a odpovědi ukládají
system-not-ready = Hovory se nepřijímají
system-stopping = Služba se zastavuje.
system-database = Databázi nelze používat: { $reason }
system-recorder = Komentáře nelze nahrávat: { $reason }
system-version = Verze
system-time = Čas
system-newest-call = Nejnovější hovor
system-limitations = Co nefunguje
system-deliveries = Zprávy, které se nepodařilo doručit
system-metrics = Metriky pro Prometheus:

views-empty = Zatím jste neuložili žádnou stránku.
view-save = Uložit stránku
view-name = Název
view-address = Adresa stránky
view-remove = Odstranit
view-fault-name = Název má 1 až 100 znaků.
view-fault-many = Uložených stránek je už tolik, kolik může být. Nejprve jednu odstraňte.
share-link = Odkazy pro jiné
share-help = Kdo má odkaz, vidí tuto jednu stránku bez přihlášení, jak ji smíte vidět vy: bez čísel a komentářů, pokud je nezaškrtnete.
share-once = Odkaz se ukazuje jen tentokrát. Zkopírujte si ho:
share-days = Platnost ve dnech
share-comments = s komentáři
share-callers = s čísly volajících
share-make = Vytvořit odkaz
share-page = Stránka
share-until = Do
share-opened = Naposledy otevřen
share-revoke = Zrušit
share-over = už nikam nevede
share-fault-address = Toto není adresa stránky.
share-fault-days = Odkaz platí 1 až 366 dní.

save-or-share = Uložit nebo sdílet tento pohled
score-below-others = { $subject }: { $metric } { $score } (n = { $n }), níže než u ostatních ({ $other }).
score-below-before = { $subject }: { $metric } { $score }, níže než v předchozím období ({ $other }).
score-below-target = { $subject }: { $metric } { $score }, pod cílem { $other }.
