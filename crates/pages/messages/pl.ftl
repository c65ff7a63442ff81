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
