### Zdania raportu po polsku. Identyfikatory i wartości w nawiasach klamrowych są takie same jak w pliku en.ftl.

## What the report is about

title = Raport z ankiet
period-all = Wszystkie połączenia
period-since = Od: { $from }
period-until = Do: { $until }
period-from-to = { $from } – { $until }
period-today = Dzisiaj
period-yesterday = Wczoraj
period-this-week = Ten tydzień
period-last-week = Ubiegły tydzień
period-this-month = Ten miesiąc
period-last-month = Ubiegły miesiąc
period-this-quarter = Ten kwartał
period-last-quarter = Ubiegły kwartał
period-this-year = Ten rok
period-last-year = Ubiegły rok
period-last-days = { $days ->
    [one] Ostatni { $days } dzień
    [few] Ostatnie { $days } dni
    [many] Ostatnie { $days } dni
   *[other] Ostatnie { $days } dnia
}
period-is-running = okres jeszcze trwa
fact-period = Okres
fact-time-zone = Strefa czasowa
fact-as-of = Stan na
fact-compared-with = Porównanie z okresem
fact-n = n = { $n }
field-queue = Kolejka
field-team = Zespół
field-agent = Konsultant
field-route = Trasa
field-survey = Ankieta
field-survey_version = Wersja ankiety
field-language = Język
field-dialled = Wybrany numer
field-weekday = Dzień tygodnia
field-hour = Godzina
field-talk_time = Czas rozmowy
not-known = (nieznane)
no-calls = Brak połączeń.
note-unknown-name = { $field }: żadne połączenie nie miało nazwy „{ $name }”.
note-there-are = Istnieją: { $names }.
note-meant = Czy chodziło o „{ $name }”?
note-reversed = { $calls ->
    [one] { $shown } dzwoniący dał w jednym pytaniu najlepszą, a w innym najgorszą ocenę: skala mogła zostać zrozumiana odwrotnie.
    [few] { $shown } dzwoniących dało w jednym pytaniu najlepszą, a w innym najgorszą ocenę: skala mogła zostać zrozumiana odwrotnie.
    [many] { $shown } dzwoniących dało w jednym pytaniu najlepszą, a w innym najgorszą ocenę: skala mogła zostać zrozumiana odwrotnie.
   *[other] { $shown } dzwoniących dało w jednym pytaniu najlepszą, a w innym najgorszą ocenę: skala mogła zostać zrozumiana odwrotnie.
}

## Calls

heading-calls = Połączenia
caption-funnel = Jak daleko doszły połączenia
caption-ends = Jak zakończyły się połączenia
caption-rates = Wskaźniki
caption-rules = Wykluczone przez regułę
chart-funnel = Jak daleko doszły połączenia
chart-funnel-means = Połączenia: { $arrived }; ankieta zaproponowana: { $offered }, ukończona: { $completed }.
card-response-rate = Dzwoniący, którzy odpowiedzieli na co najmniej jedno pytanie
n-offered = { $count ->
    [one] { $shown } zaproponowana ankieta
    [few] { $shown } zaproponowane ankiety
    [many] { $shown } zaproponowanych ankiet
   *[other] { $shown } zaproponowanej ankiety
}
n-answers = { $count ->
    [one] { $shown } odpowiedź
    [few] { $shown } odpowiedzi
    [many] { $shown } odpowiedzi
   *[other] { $shown } odpowiedzi
}
step-arrived = Połączenia
step-turned-away = Odrzucone bez odczytania
step-turned-away-means = odrzucone z braku zasobów, zanim odczytano cokolwiek o połączeniu
step-suppressed = Wykluczone
step-suppressed-means = wykluczone przez regułę: nieuwzględnione w doborze próby
step-eligible = Uprawnione
step-eligible-means = niewykluczone przez regułę: uwzględnione w doborze próby
step-sampled = Wybrane do próby
step-sampled-means = wybrane do ankiety
step-offered = Zaproponowane
step-offered-means = wybrane do próby i połączone z ankietą
step-answered = Z odpowiedzią
step-answered-means = zaproponowane, w których odpowiedziano na co najmniej jedno pytanie
step-completed = Ukończone
step-completed-means = odpowiedziano na wszystkie oceniane pytania
step-partial = Częściowe
step-partial-means = odpowiedziano na część pytań
step-in-progress = W toku
step-in-progress-means = jeszcze niezakończone
step-never-arrived = Nie nadeszły
step-never-arrived-means = wybrane do próby, ale nigdy niepołączone z ankietą
of-eligible = uprawnionych
of-sampled = wybranych do próby
of-offered = zaproponowanych
of-answered = z odpowiedzią
end-not_sampled = Poza próbą
end-not_sampled-means = nie przyszła ich kolej
end-suppressed = Wykluczone
end-suppressed-means = wykluczone przez regułę
end-refused_capacity = Odrzucone: brak zasobów
end-refused_capacity-means = wybrane do próby, ale zabrakło zasobów
end-declined = Odmowa
end-declined-means = dzwoniący zrezygnował przewidzianym do tego klawiszem
end-no_answer = Bez odpowiedzi
end-no_answer-means = wysłuchano ankiety i nie naciśnięto niczego
end-abandoned = Przerwane
end-abandoned-means = rozłączono się przed pierwszą odpowiedzią albo nigdy nie połączono
end-failed = Nieudane
end-failed-means = zakończone usterką techniczną
end-partial = Częściowe
end-partial-means = odpowiedziano na część pytań
end-completed = Ukończone
end-completed-means = odpowiedziano na wszystkie oceniane pytania
end-in_progress = W toku
end-in_progress-means = jeszcze niezakończone
rule-no_route = brak ankiety dla wybranego numeru
rule-not_opted_in = dzwoniący nie wyraził zgody
rule-rule = warunek nie był spełniony
rule-before_campaign = przed kampanią
rule-campaign_over = po kampanii
rule-outside_hours = poza godzinami
rule-too_short = połączenie było za krótkie
rule-opted_out = dzwoniący zrezygnował z ankiet
rule-cool_down = zbyt niedawno ankietowany
rule-quota = osiągnięto limit
rate-reach = Zasięg
rate-participation = Wskaźnik uczestnictwa
rate-completion = Wskaźnik ukończenia
rate-response_rate = Wskaźnik odpowiedzi
rate-strict_response = Ścisły wskaźnik odpowiedzi
rate-end_to_end = Od próby do ukończenia
rate-acceptance = Wskaźnik akceptacji
rate-aapor_rr1 = AAPOR RR1
rate-aapor_rr2 = AAPOR RR2
rate-aapor_rr5 = AAPOR RR5
rate-aapor_rr6 = AAPOR RR6
rate-aapor_coop1 = AAPOR COOP1
formula-reach = zaproponowane / wybrane do próby
formula-participation = z odpowiedzią / zaproponowane
formula-completion = ukończone / z odpowiedzią
formula-response_rate = (ukończone + częściowe) / zaproponowane
formula-strict_response = ukończone / zaproponowane
formula-end_to_end = ukończone / wybrane do próby
formula-acceptance = ukończone / (ukończone + odmowy)
formula-aapor = I ukończone, P częściowe, R odmowy, przerwane lub bez naciśnięcia klawisza, NC wybrane do próby, które nie nadeszły, O nieudane lub odrzucone z braku zasobów, U jeszcze w toku
formula-nps = 100 × (udział ocen 9 i 10 − udział ocen od 0 do 6); przedział: skorygowany Walda (dodano 3/4 promotora, 3/4 krytyka i 3/2 pasywnych)
formula-share = odpowiedzi spełniające próg / ważne odpowiedzi; przedział: Wilsona
formula-mean = suma wartości / ważne odpowiedzi; przedział: t Studenta, n − 1 stopni swobody
formula-weighted = każda odpowiedź liczy się tyle razy, ile połączeń reprezentuje jej połączenie
formula-percent = odpowiedzi z tą wartością / ważne odpowiedzi
formula-p = jak często grupy bez różnicy różniłyby się co najmniej tak bardzo (test dwustronny)
formula-adjusted-p = jak często grupa spełniająca cel ma tak mało dobrych odpowiedzi lub mniej (dokładny test dwumianowy), z poprawką na liczbę grup (Benjamini i Hochberg)
formula-adjusted-p-team = jak często konsultant taki jak reszta zespołu różni się co najmniej tak bardzo (dwie proporcje, dwustronnie), skorygowane o liczbę konsultantów (Benjamini i Hochberg)
formula-reach-reported = dotarły do aftercall / zgłoszone jako uprawnione
formula-agent-first = konsultant rozłączył się pierwszy / wiadomo, kto się rozłączył
formula-effect = wielkość różnicy: 0,2 mała, 0,5 średnia, 0,8 duża (Cohen)

## Answers

goal = Cel:
question-unknown = Definicja tego pytania nie jest znana: tylko liczebności.
question-again = Wówczas zdefiniowane inaczej: nie należy porównywać z wynikami powyżej.
question-low-is-good = Niskie wartości są dobre.
question-direction-doubt = Kierunek skali może być błędny: słowa pytania lub jego wartości mówią coś przeciwnego niż to, co liczy się jako dobre.
question-too-few = n = { $n }: tylko liczebności, wynik wymaga 10 odpowiedzi.
question-skipped = { $count ->
    [one] { $shown } dzwoniący pominął pytanie.
    [few] { $shown } dzwoniących pominęło pytanie.
    [many] { $shown } dzwoniących pominęło pytanie.
   *[other] { $shown } dzwoniących pominęło pytanie.
}
question-out-of-scale = { $count ->
    [one] { $shown } odpowiedź leży poza skalą i nie jest liczona.
    [few] { $shown } odpowiedzi leżą poza skalą i nie są liczone.
    [many] { $shown } odpowiedzi leży poza skalą i nie jest liczonych.
   *[other] { $shown } odpowiedzi leży poza skalą i nie jest liczone.
}
caption-figures = Wyniki
caption-distribution = Rozkład odpowiedzi
chart-distribution-percent = Rozkład odpowiedzi w procentach; n = { $n }.
chart-distribution-counts = Liczba odpowiedzi według wartości; n = { $n }.
figure-share = Udział
figure-mean = Średnia
figure-counts = Liczebności
figure-nps = NPS
figure-aapor = AAPOR
figure-weighted = { $figure }, wynik ważony
figure-without-doubtful = { $figure }, bez wątpliwych odpowiedzi
values-from-to = { $first }–{ $last }
class-promoter = promotorzy
class-passive = pasywni
class-detractor = krytycy
class-counted = liczone jako dobre
class-not-counted = nieliczone

## Verdicts

verdict-reached = cel osiągnięty
verdict-missed = cel nieosiągnięty
verdict-open = jeszcze nierozstrzygnięte: przedział zawiera cel
verdict-cannot-tell = nie można rozstrzygnąć
verdict-too-few = za mało odpowiedzi
verdict-differs = różni się
verdict-higher-previous = wyżej niż w poprzednim okresie
verdict-lower-previous = niżej niż w poprzednim okresie
verdict-higher-last_year = wyżej niż rok wcześniej
verdict-lower-last_year = niżej niż rok wcześniej
verdict-higher-period = wyżej niż w okresie porównawczym
verdict-lower-period = niżej niż w okresie porównawczym
verdict-higher-rest = wyżej niż pozostałe
verdict-lower-rest = niżej niż pozostałe
verdict-higher-team = wyżej niż reszta zespołu
verdict-lower-team = niżej niż reszta zespołu
too-few = za mało
too-few-means = mniej niż 10 odpowiedzi lub połączeń: wynik nie jest podawany

## Comparison, trend, parts

heading-comparison = Porównanie
caption-comparison = Wyniki obok wyników okresu porównawczego
comparison-with = Porównanie z okresem: { $period }.
heading-trend-hour = Przebieg według godzin
heading-trend-day = Przebieg według dni
heading-trend-week = Przebieg według tygodni
heading-trend-month = Przebieg według miesięcy
trend-longer-steps = Nie pokazano jako „{ $shorter }”: w większości tych odcinków jest mniej niż 10 odpowiedzi, za mało na wynik.
caption-trend-calls = Połączenia w czasie
chart-response-means = W procentach; brak, gdy zaproponowano mniej niż 10 ankiet.
chart-trend-means = Z 95-procentowym przedziałem ufności; brak, gdy jest mniej niż 10 odpowiedzi.
chart-target = Cel { $value }
heading-by-queue = Według kolejek
heading-by-team = Według zespołów
heading-by-agent = Według konsultantów
heading-by-route = Według tras
heading-by-survey = Według ankiet
heading-by-survey_version = Według wersji ankiet
heading-by-language = Według języków
heading-by-weekday = Według dni tygodnia
heading-by-hour = Według godzin
caption-groups-calls = Wskaźnik odpowiedzi
chart-interval = Przedział, od { $min } do { $max }
chart-whole = wszystkie: { $value }
groups-by-name = Grupy stoją w kolejności nazw, a nie wyników. Każda jest porównana ze wszystkimi pozostałymi łącznie.

## Comments, quality, non-response

heading-comments = Nagrane komentarze
caption-comments = Komentarze według pytań
heading-quality = Jakość odpowiedzi
caption-quality = Wątpliwe odpowiedzi
quality-means = Odpowiedź jest wątpliwa, jeżeli padła przed wysłuchaniem połowy pytania, jeżeli dzwoniący podawał cały czas tę samą wartość albo jeżeli 1 może być początkiem 10. Żadna odpowiedź nie jest usuwana: wynik bez nich stoi obok wyniku.
quality-too-early = podana przed wysłuchaniem połowy pytania
quality-same-key = ta sama wartość w co najmniej trzech pytaniach połączenia i żadna inna
quality-by-timeout = 1 przyjęte po upływie czasu: może być początkiem 10
heading-non-response = Braki odpowiedzi
non-response-means = Jeżeli ci, którzy odpowiedzieli, różnią się od tych, którzy nie odpowiedzieli, wyniki mogą mówić o jednych dzwoniących więcej niż o innych.
non-response-differs = { $field }: ci, którzy odpowiedzieli, różnią się od tych, którzy nie odpowiedzieli (p = { $p }, V Craméra = { $effect }).
non-response-cannot-tell = { $field }: nie można stwierdzić różnicy (p = { $p }, V Craméra = { $effect }).
non-response-too-few = { $field }: za mało ankiet, aby to ocenić.
caption-non-response = Udzielanie odpowiedzi: { $field }
talk-time-from = { $seconds } s i więcej
heading-reach = Czy połączenia trafiają do ankiety?
reach-means = Połączenia zgłoszone przez centralę jako uprawnione oraz te z nich, które dotarły do aftercall. Jeżeli połączenia konsultanta docierają rzadziej niż połączenia zespołu, konsultant może odsuwać dzwoniących od ankiety albo przekazanie się nie udaje.
reach-share = Zgłoszone połączenia, które dotarły do aftercall: { $part } z { $whole } ({ $percent }).
reach-hung-up = Połączenia, w których konsultant rozłączył się pierwszy: { $part } z { $whole }, o których to wiadomo ({ $percent }).
reach-agents-too-few = Zbyt mało zgłoszonych połączeń, by porównać konsultantów z zespołami.
reach-agents-alike = Konsultanci porównani z zespołami: { $compared }. Nikt nie odbiega na niekorzyść.
reach-agents-differ = Konsultanci odbiegający od zespołów na niekorzyść: { $shown } z { $compared }.
caption-reach = Konsultanci na tle zespołów

## Method

heading-method = Metoda
method-who = Okres: { $period }. Pytano dzwoniących, których połączenie przekazano po zakończeniu rozmowy z konsultantem; połączenia uprawnione: { $eligible }, wybrane do próby: { $sampled }, zaproponowane ankiety: { $offered }.
method-nobody-excluded = Żadne połączenie nie zostało wykluczone przez regułę.
method-excluded = { $calls ->
    [one] { $shown } połączenie zostało wykluczone przez regułę.
    [few] { $shown } połączenia zostały wykluczone przez regułę.
    [many] { $shown } połączeń zostało wykluczonych przez regułę.
   *[other] { $shown } połączenia zostało wykluczone przez regułę.
}
method-turned-away = { $calls ->
    [one] { $shown } połączenie odrzucono z braku zasobów przed odczytaniem.
    [few] { $shown } połączenia odrzucono z braku zasobów przed odczytaniem.
    [many] { $shown } połączeń odrzucono z braku zasobów przed odczytaniem.
   *[other] { $shown } połączenia odrzucono z braku zasobów przed odczytaniem.
}
method-not-weighted = Wszystkie wybrane połączenia miały takie samo prawdopodobieństwo; wyniki nie są ważone.
method-weighted = Połączenia wybierano z różnym prawdopodobieństwem. Wyniki nie są ważone; obok nich stoi wynik, w którym każda odpowiedź liczy się tyle razy, ile połączeń reprezentuje jej połączenie.
method-precision = Przedziały ufności są 95-procentowe i pokazują, co może sprawić sam przypadek; nie obejmują dzwoniących, którzy nie odpowiadają. Poniżej { $fewest } odpowiedzi podawane są tylko liczebności. Ocena jest podawana, gdy p jest mniejsze niż 0,05.
method-rounding = Wyniki są zaokrąglane tylko przy wyświetlaniu: jedno miejsce po przecinku, połówki od zera.
caption-sampling = Prawdopodobieństwa wyboru do próby
caption-wordings = Treść pytań
caption-definitions = Jak obliczane są wyniki
heading-abbreviations = Pojęcia

## Columns

column-step = Etap
column-calls = Połączenia
column-share = Udział
column-of = Z czego
column-rate = Wskaźnik
column-percent = Procent
column-interval = Przedział ufności 95%
column-low = Dolna granica
column-high = Górna granica
column-unit = Jednostka
column-part-of-sheet = Część
column-part = Licznik
column-n = n
column-formula = Wzór
column-end = Zakończenie
column-rule = Reguła
column-survey = Ankieta
column-question = Pytanie
column-text = Treść
column-versions = Wersje
column-skipped = Pominięte
column-out-of-scale = Poza skalą
column-figure = Wynik
column-value = Wartość
column-target = Cel
column-verdict = Ocena
column-answer = Odpowiedź
column-label = Znaczenie
column-class = Liczone jako
column-answers = Odpowiedzi
column-other = Okres porównawczy
column-other-n = n porównania
column-difference = Różnica
column-difference-interval = Przedział ufności 95% różnicy
column-p = p
column-effect = Wielkość efektu
column-cramers-v = V Craméra
column-start-hour = Godzina
column-start-day = Dzień
column-start-week = Tydzień od
column-start-month = Miesiąc
column-rest = Wszystkie pozostałe
column-beside-rest = Wobec pozostałych
column-adjusted-p = Skorygowane p
column-beside-target = Wobec celu
column-reported = Zgłoszone
column-reached = Dotarły
column-reach = Dotarło
column-rest-of-team = Reszta zespołu
column-beside-team = Na tle zespołu
column-agent-first = Konsultant rozłączył się pierwszy
column-rest-of-team-agent-first = Reszta zespołu, konsultant pierwszy
column-agent-first-beside-team = Rozłączenia na tle zespołu
column-comments = Komentarze
column-minutes = Minuty
column-empty = Puste
column-not-left = Niepozostawione
column-lost = Utracone
column-in-progress = W toku
column-doubtful = Wątpliwe
column-too-early = Za wcześnie
column-same-key = Ten sam klawisz
column-by-timeout = Po upływie czasu
column-without = Bez wątpliwych
column-by = Według
column-class-of = Klasa
column-one-in = Jedno połączenie na
unit-percentage-points = p.p.
unit-minutes = min
unit-percent = procent
unit-points = punkty
unit-scale = skala
interval-from-to = od { $low } do { $high }

## Files

sheet-about = Informacje
sheet-overview = Przegląd
sheet-questions = Pytania
sheet-distribution = Rozkład
sheet-comparison = Porównanie
sheet-trend-calls = Przebieg połączeń
sheet-trend = Przebieg
sheet-groups-calls = Grupy, połączenia
sheet-groups = Grupy
sheet-comments = Komentarze
sheet-quality = Jakość
sheet-non-response = Braki odpowiedzi
sheet-reach = Docieranie
sheet-wordings = Treść pytań
sheet-sampling = Dobór próby
sheet-definitions = Definicje
about-made-with = Utworzono programem
about-note = Uwaga
about-units-label = Jednostki
about-units = Procenty są liczbami od 0 do 100, a nie ułamkami; ich różnice są punktami procentowymi. Pusta komórka to wynik, który nie jest podawany, bo jest mniej niż 10 odpowiedzi lub połączeń; 0 jest wynikiem.
contents = Spis treści
mail-subject = { $title }: { $period }
mail-more = Wyników dla poszczególnych pytań jest za dużo na wiadomość: są na stronie i w skoroszycie tego raportu.
mail-late = Ten raport jest spóźniony: miał przyjść { $due }.

## Days

weekday-1 = poniedziałek
weekday-2 = wtorek
weekday-3 = środa
weekday-4 = czwartek
weekday-5 = piątek
weekday-6 = sobota
weekday-7 = niedziela
weekday-short-1 = pon.
weekday-short-2 = wt.
weekday-short-3 = śr.
weekday-short-4 = czw.
weekday-short-5 = pt.
weekday-short-6 = sob.
weekday-short-7 = niedz.
month-1 = stycznia
month-2 = lutego
month-3 = marca
month-4 = kwietnia
month-5 = maja
month-6 = czerwca
month-7 = lipca
month-8 = sierpnia
month-9 = września
month-10 = października
month-11 = listopada
month-12 = grudnia
