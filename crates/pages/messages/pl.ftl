### The sentences of the pages. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($count) only chooses the plural form.

## Around every page

pages = Strony
skip-to-content = Przejdź do treści
sign-out = Wyloguj się
page-overview = Przegląd
page-report = Raport
page-stream = Najnowsze odpowiedzi
page-calls = Połączenia
page-comments = Komentarze
page-sampling = Dobór próby
page-surveys = Ankiety
page-views = Zapisane widoki
page-system = System
page-users = Użytkownicy
page-audit = Dziennik dostępu
as-of = Stan z { $time }
to-overview = Do przeglądu

## What is wrong

fault-not-found = Nie ma takiej strony
fault-not-found-means = Adres może być błędny albo tego, co pokazywał, już się nie przechowuje.
fault-not-permitted = Nie możesz zobaczyć tej strony
fault-not-permitted-means = Twoja rola jej nie obejmuje. Może to zmienić administrator.
fault-unfit = Nie można zrozumieć adresu
fault-unfit-means = Trzeba zmienić jego część:
fault-unavailable = W tej chwili nie można odczytać danych
fault-unavailable-means = Baza danych nie odpowiada. Połączenia są nadal odbierane, a odpowiedzi zachowane. Spróbuj ponownie za minutę.

## Period and names

filter = Wybierz okres i nazwy
filters-chosen = Wybrane
filter-remove = Usuń: { $filter }
filter-show = Pokaż
filter-any = dowolne
filter-period = Okres
filter-from = Od
filter-to = Do
filter-compare = Porównaj z
filter-queue = Kolejka
filter-team = Zespół
filter-agent = Konsultant
filter-route = Trasa
filter-survey = Ankieta
filter-survey_version = Wersja ankiety
filter-version = Wersja
filter-language = Język
filter-dialled = Wybrany numer
filter-when = Warunek
filter-weekday = Dzień tygodnia
filter-hour = Godzina
filter-step = Etap
filter-end = Zakończenie
filter-rule = Reguła
filter-question = Pytanie
filter-answer = Odpowiedź
filter-doubt = Wątpliwe
filter-comment = Komentarz
period-by-days = według dni
period-today = Dzisiaj
period-yesterday = Wczoraj
period-this-week = Ten tydzień
period-last-week = Zeszły tydzień
period-last-7-days = Ostatnie 7 dni
period-last-28-days = Ostatnie 28 dni
period-last-90-days = Ostatnie 90 dni
period-this-month = Ten miesiąc
period-last-month = Zeszły miesiąc
period-this-quarter = Ten kwartał
period-last-quarter = Zeszły kwartał
period-this-year = Ten rok
period-last-year = Zeszły rok
period-all = Wszystkie połączenia
compare-previous = poprzedni okres
compare-last-year = ten sam okres rok wcześniej

## Overview

needs-attention = Wymaga uwagi
nothing-needs-attention = W tej chwili nic.
first-steps = Nie nadeszło jeszcze żadne połączenie: od czego zacząć
first-test-call = Wykonaj połączenie próbne z tego komputera i naciskaj klawisze:
first-pbx = Niech centrala przekazuje dzwoniących do ankiety po zakończeniu rozmowy, na przykład na adres
first-listen = Usługa nasłuchuje tylko na tym komputerze; adres dostępny dla centrali wpisuje się w
first-trusted = Adres centrali wpisuje się w
first-route = Nadaj ankiecie numer:
first-demo = Zobacz strony z danymi zmyślonego centrum obsługi:
first-users = Pozwól zalogować się innym:
first-system = Sprawdź, czy połączenia są przyjmowane:
being-asked-now = Właśnie pytani
calls-now = { $count ->
    [0] Nikt nie jest teraz pytany.
    [one] { $shown } dzwoniący jest pytany.
    [few] { $shown } dzwoniący są pytani.
    [many] { $shown } dzwoniących jest pytanych.
   *[other] { $shown } dzwoniącego jest pytane.
}
seconds = Sekundy
group-by = Obok siebie
trend-steps = Odcinki przebiegu
trend-auto = automatycznie
trend-day = według dni
trend-week = według tygodni
trend-month = według miesięcy
whole-report = Cały raport: jakość odpowiedzi, zasięg, metoda, wszystkie definicje
take-away = Pobierz:

## What needs attention

quiet-queue = { $count ->
    [one] Kolejka { $queue }: { $came } połączenie w ciągu { $hours } h, oczekiwano { $expected }.
    [few] Kolejka { $queue }: { $came } połączenia w ciągu { $hours } h, oczekiwano { $expected }.
    [many] Kolejka { $queue }: { $came } połączeń w ciągu { $hours } h, oczekiwano { $expected }.
   *[other] Kolejka { $queue }: { $came } połączenia w ciągu { $hours } h, oczekiwano { $expected }.
}
quiet-all = { $count ->
    [one] Wszystkie kolejki razem: { $came } połączenie w ciągu { $hours } h, oczekiwano { $expected }.
    [few] Wszystkie kolejki razem: { $came } połączenia w ciągu { $hours } h, oczekiwano { $expected }.
    [many] Wszystkie kolejki razem: { $came } połączeń w ciągu { $hours } h, oczekiwano { $expected }.
   *[other] Wszystkie kolejki razem: { $came } połączenia w ciągu { $hours } h, oczekiwano { $expected }.
}
test-call-failed = Ostatnie połączenie testowe nie powiodło się: { $reason }

## Calls

calls-none = Nie ma takich połączeń.
calls-none-here = Wśród dotychczas przejrzanych nie ma żadnego; mogą być starsze.
older = Starsze
newer = Nowsze
order = Kolejność
order-newest = Najpierw najnowsze
order-oldest = Najpierw najstarsze
arrived = Przybyło
answers = Odpowiedzi
scores-all = Wszystkie odpowiedzi
scores-low = Niskie oceny
talk-time = Czas rozmowy
answer-good = dobra
answer-middle = żadna
answer-bad = zła
answer-skipped = pominięto
answer-doubtful = wątpliwa
answers-reversed = Skala być może odwrócona
answers-reversed-means = Jedno pytanie ma najlepszą, a inne najgorszą wartość: skala mogła zostać zrozumiana odwrotnie. Niczego się nie zmienia.
comment-of-length = Komentarz, { $length }
download = Pobierz
calls-found = { $count ->
    [0] Brak połączeń
    [one] { $shown } połączenie
    [few] { $shown } połączenia
    [many] { $shown } połączeń
   *[other] { $shown } połączenia
}

## Comments

comments-which = Które komentarze
comments-all = Wszystkie
comments-unheard = Jeszcze nieodsłuchane
comments-heard = Odsłuchane
comments-none = Nie ma takich komentarzy.
comment-player = Komentarz, { $length }: odtwórz
comment-is-expired = Nagranie nie jest już przechowywane.
comment-is-comment = Coś powiedziano.
comment-is-empty = Nic nie powiedziano.
comment-is-nothing = Nie dotarło nic do nagrania.
comment-is-lost = Nagranie zostało utracone.
comment-is-recording = Trwa nagrywanie.
comment-mark-heard = Oznacz jako odsłuchane
comment-unheard = Jeszcze nieodsłuchany
comment-heard-by = Odsłuchane przez
comments-to-hear = { $count ->
    [0] Wszystkie komentarze odsłuchano.
    [one] { $shown } komentarz nie został jeszcze odsłuchany.
    [few] { $shown } komentarze nie zostały jeszcze odsłuchane.
    [many] { $shown } komentarzy nie zostało jeszcze odsłuchanych.
   *[other] { $shown } komentarza jeszcze nie odsłuchano.
}

## One call

call-way = Co się wydarzyło
call-in-list = Lista, z której otwarto połączenie
call-back-to = Powrót: { $list }
call-before = Poprzednie połączenie
call-behind = Następne połączenie
call-context = Co przyszło z połączeniem
call-connection = Jakość połączenia
call-identity = Identyfikatory
call-id = Połączenie
call-original-id = Połączenie w centrali
call-node = Węzeł
call-caller = Dzwoniący
field = Pole
value = Wartość
field-source = Odczytano z
way-announced = zapowiedziane przez API
way-handed-over = przekazane na
way-answered = odebrane z ankietą
way-after = po { $seconds } s
way-attempts = próby: { $attempts }
way-corrected = poprawiono z { $value }
way-by-timeout = przyjęto, bo nie naciśnięto innego klawisza
way-keys = klawisze
way-heard = usłyszano { $heard } z { $of } s
way-comment = nagrano komentarz
way-opted-out = wypisał się: nie będzie więcej pytany
decision-sampled = wybrane do ankiety
decision-not_sampled = nie jego kolej
decision-suppressed = wykluczone
decision-position = połączenie { $position } w grupie, co { $every }.
decision-by-api = zdecydowano wcześniej przez API
media-codec = Kodek
media-sent = Pakiety wysłane
media-received = Pakiety odebrane
media-lost = Pakiety utracone
media-jitter = Zmienność opóźnienia
media-round-trip = Tam i z powrotem
media-remote-loss = Straty u dzwoniącego

## Users

sign-in = Zaloguj się
sign-in-help = Administrator może nadać nowe hasło.
language-choice = Język stron
sign-in-refused = Nazwa lub hasło są błędne.
sign-in-wait = { $count ->
    [one] Zbyt wiele nieudanych prób. Spróbuj ponownie za { $shown } sekundę.
    [few] Zbyt wiele nieudanych prób. Spróbuj ponownie za { $shown } sekundy.
    [many] Zbyt wiele nieudanych prób. Spróbuj ponownie za { $shown } sekund.
   *[other] Zbyt wiele nieudanych prób. Spróbuj ponownie za { $shown } sekundy.
}
sign-in-busy = W tej chwili loguje się zbyt wiele osób. Spróbuj ponownie za minutę.
account = Twoje konto
user-name = Nazwa użytkownika
display-name = Wyświetlana nazwa
password = Hasło
role = Rola
role-admin = Administrator systemu
role-supervisor = Kierownik
role-team_leader = Lider zespołu
role-agent = Konsultant
role-analyst = Analityk
role-listener = Słuchacz
role-teams = Zespoły lidera, po jednym w wierszu
role-agent-name = Konsultant, tak jak nazywają go połączenia
role-set = Nadaj tę rolę
sees-calls-of = Widzi połączenia
password-must-change = Najpierw wybierz własne hasło. Obecne zostało nadane.
password-change = Zmień hasło
password-rule = Co najmniej 12 znaków i nie Twoja nazwa. Kilka słów łatwo zapamiętać.
password-present = Obecne hasło
password-new = Nowe hasło
password-again = Nowe hasło jeszcze raz
password-changed = Hasło zostało zmienione. Wszędzie indziej nastąpiło wylogowanie.
password-wrong = Obecne hasło jest błędne.
password-short = Nowe hasło ma mniej niż 12 znaków.
password-long = Nowe hasło jest za długie.
password-guessable = Nowe hasło zbyt łatwo odgadnąć.
password-same = Nowe hasło jest takie samo jak obecne.
password-differs = Oba nowe hasła różnią się.
password-wait = Zbyt wiele nieudanych prób. Spróbuj ponownie za minutę.
password-once = Hasło użytkownika { $name } jest pokazywane tylko ten jeden raz. Trzeba je zmienić przy pierwszym logowaniu:
password-reset = Nadaj nowe hasło
password-not-chosen = brak własnego hasła
sessions = Gdzie jesteś zalogowany
sessions-end = Wyloguj wszędzie indziej
sessions-ended = Wszędzie indziej nastąpiło wylogowanie.
session-browser = Przeglądarka
session-since = Od
session-used = Ostatnio użyta
session-this = ta przeglądarka
last-sign-in = Ostatnie logowanie
never = nigdy
user-add = Dodaj użytkownika
user-change = Zmień
user-disabled = nie może się logować
user-disable = Nie pozwalaj się logować
user-enable = Pozwól znów się logować
user-fault-name = Nazwa użytkownika ma od 1 do 64 liter, cyfr, kropek, myślników, podkreśleń lub znaków @.
user-fault-role = Nie ma takiej roli.
user-fault-taken = Użytkownik o tej nazwie już istnieje.
user-fault-unknown = Nie ma takiego użytkownika.
user-fault-last-admin = Nie zostałby żaden administrator, który może się zalogować.
user-fault-no-team = Lider zespołu potrzebuje co najmniej jednego zespołu.
user-fault-no-agent = Konsultant potrzebuje nazwy lub numeru, które mają połączenia.
user-fault-not-of-role = Tylko lider ma zespoły i tylko konsultant jest konsultantem.
user-fault-too-long = Nazwa jest za długa lub zespołów jest za dużo.

## Access log

audit-at = Kiedy
audit-who = Kto
audit-what = Co
audit-call = Połączenie
audit-from = Skąd
audit-command-line = wiersz poleceń
audit-older = Starsze wpisy
audit-empty = Jeszcze niczego nie oglądano ani nie zmieniono.
audit-fault-call = To nie jest identyfikator połączenia: 26 liter i cyfr, jak na stronie połączenia.
audit-sign_in = Zalogowano
audit-sign_in_refused = Odmowa logowania
audit-sign_out = Wylogowano
audit-password_changed = Zmieniono hasło
audit-user_added = Dodano użytkownika
audit-user_changed = Zmieniono użytkownika
audit-call_seen = Obejrzano połączenie
audit-caller_seen = Zobaczono numer dzwoniącego
audit-comment_heard = Odsłuchano komentarz
audit-exported = Pobrano dane jako plik
audit-link_made = Utworzono link
audit-link_revoked = Cofnięto link
audit-link_opened = Otwarto link

## One call, its title

page-call = Połączenie

## Wallboard

page-wallboard = Tablica wyników
wall-offered = Zaproponowane ankiety

## Sampling

sampling-rules = Obowiązujące reguły
sampling-rule = Reguła
sampling-share = { $share } połączeń
sampling-autopilot = autopilot
sampling-today = Dzisiaj według tras
sampling-explain = To samo w wierszu poleceń:
explain = Czy to połączenie otrzymałoby ankietę?
explain-help = Opisz połączenie, którego jeszcze nie było. Pytanie niczego nie liczy.
explain-ask = Wyjaśnij
explain-talk-time = Czas rozmowy
explain-at = Kiedy (puste: teraz)
explain-draw = Los, gdy pytany jest odsetek
explain-set = Inne pola, POLE=WARTOŚĆ, jedno w wierszu
explain-off = nieustawiona
explain-yes = pozwala
explain-no = zabrania
explain-must = wymaga
explain-depends = jeszcze otwarte
plan = Zaplanuj
plan-change = Zauważ zmianę o tyle punktów
plan-half-width = Lub przedział ± tyle punktów
plan-needed = Potrzebne odpowiedzi
plan-needed-each = Potrzebne odpowiedzi w każdym okresie
plan-present = W obecnym tempie
plan-sooner = Szybciej
plan-never = nie w ciągu dziesięciu lat
plan-out-of-reach = poza końcami skali
plan-days = { $count ->
    [one] { $shown } dzień
    [few] { $shown } dni
    [many] { $shown } dni
   *[other] { $shown } dni
}
plan-weeks = { $count ->
    [one] { $shown } tydzień
    [few] { $shown } tygodnie
    [many] { $shown } tygodni
   *[other] { $shown } tygodni
}
sampling-one-in = { $count ->
    [1] każde połączenie
    [one] co { $shown }. połączenie
    [few] co { $shown }. połączenie
    [many] co { $shown }. połączenie
   *[other] co { $shown }. połączenie
}

## Surveys

surveys-none = Nie wczytano jeszcze żadnej ankiety.
page-survey = Ankieta
survey-figures = Jej wyniki
answers-asked = Pytania
survey-flow = Przebieg
survey-flow-means = Droga od pytania do pytania jako schemat
survey-prompts = Nagrania
survey-prompts-help = Tak, jak słyszą je teraz dzwoniący.
language-en = angielski
language-fi = fiński
language-pl = polski
language-cs = czeski
language-el = grecki
survey-prompts-count = { $count ->
    [one] { $shown } nagranie
    [few] { $shown } nagrania
    [many] { $shown } nagrań
   *[other] { $shown } nagrań
}
survey-versions = Wersje, od najnowszej
scale = od { $min } do { $max }
scale-high-is-good = wysoka wartość jest dobra
scale-low-is-good = niska wartość jest dobra
scale-target = cel { $target }
questions = { $count ->
    [one] { $shown } pytanie
    [few] { $shown } pytania
    [many] { $shown } pytań
   *[other] { $shown } pytania
}

## System

system-ready = Połączenia są odbierane, a odpowiedzi zapisywane
system-not-ready = Połączenia nie są odbierane
system-stopping = Usługa jest zatrzymywana.
system-database = Nie można używać bazy danych: { $reason }
system-recorder = Nie można nagrywać komentarzy: { $reason }
system-version = Wersja
system-time = Czas
system-newest-call = Najnowsze połączenie
system-limitations = Co nie działa
system-deliveries = Raporty, których nie dostarczono
system-metrics = Metryki dla Prometheusa:

views-empty = Nie zapisano jeszcze żadnej strony.
view-save = Zapisz stronę
view-name = Nazwa
view-address = Adres strony
view-remove = Usuń
view-fault-name = Nazwa ma od 1 do 100 znaków.
view-fault-many = Zapisanych stron jest już tyle, ile może być. Najpierw usuń jedną.
share-link = Linki dla innych
share-help = Kto ma link, widzi tę jedną stronę bez logowania, tak jak wolno ją widzieć Tobie: bez numerów i komentarzy, chyba że je zaznaczysz.
share-once = Link jest pokazywany tylko ten jeden raz. Skopiuj go teraz:
share-days = Ważny przez (dni)
share-comments = z komentarzami
share-callers = z numerami dzwoniących
share-make = Utwórz link
share-page = Strona
share-until = Do
share-opened = Ostatnio otwarty
share-revoke = Cofnij
share-over = już nigdzie nie prowadzi
share-fault-address = To nie jest adres strony.
share-fault-days = Link jest ważny od 1 do 366 dni.

save-or-share = Zapisz lub udostępnij ten widok
score-below-others = { $subject }: { $metric } { $score } (n = { $n }), niżej niż u pozostałych ({ $other }).
score-below-before = { $subject }: { $metric } { $score }, niżej niż w poprzednim okresie ({ $other }).
score-below-target = { $subject }: { $metric } { $score }, poniżej celu { $other }.
