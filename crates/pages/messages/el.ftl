### The sentences of the pages. Every language has the same ids with the same values in braces; a test compares them.
### Numbers arrive formatted ($shown); the number itself ($count) only chooses the plural form.

## Around every page

pages = Σελίδες
skip-to-content = Μετάβαση στο περιεχόμενο
sign-out = Αποσύνδεση
page-overview = Επισκόπηση
page-report = Αναφορά
page-stream = Νεότερες απαντήσεις
page-calls = Κλήσεις
page-comments = Σχόλια
page-sampling = Δειγματοληψία
page-surveys = Έρευνες
page-views = Αποθηκευμένες προβολές
page-system = Σύστημα
page-users = Χρήστες
page-audit = Αρχείο πρόσβασης
as-of = Κατάσταση στις { $time }
to-overview = Στην επισκόπηση

## What is wrong

fault-not-found = Δεν υπάρχει τέτοια σελίδα
fault-not-found-means = Η διεύθυνση μπορεί να είναι λανθασμένη ή αυτό που έδειχνε δεν φυλάσσεται πια.
fault-not-permitted = Δεν επιτρέπεται να δείτε αυτή τη σελίδα
fault-not-permitted-means = Ο ρόλος σας δεν την περιλαμβάνει. Ένας διαχειριστής μπορεί να το αλλάξει.
fault-unfit = Η διεύθυνση δεν γίνεται κατανοητή
fault-unfit-means = Ένα μέρος της πρέπει να αλλάξει:
fault-unavailable = Τα στοιχεία δεν διαβάζονται αυτή τη στιγμή
fault-unavailable-means = Η βάση δεδομένων δεν απαντά. Οι κλήσεις εξυπηρετούνται και οι απαντήσεις τους φυλάσσονται. Δοκιμάστε ξανά σε ένα λεπτό.

## Period and names

filter = Επιλέξτε περίοδο και ονόματα
filters-chosen = Επιλεγμένα
filter-remove = Αφαίρεση: { $filter }
filter-show = Εμφάνιση
filter-any = οποιοδήποτε
filter-period = Περίοδος
filter-from = Από
filter-to = Έως
filter-compare = Σύγκριση με
filter-queue = Ουρά
filter-team = Ομάδα
filter-agent = Εκπρόσωπος
filter-route = Διαδρομή
filter-survey = Έρευνα
filter-survey_version = Έκδοση έρευνας
filter-version = Έκδοση
filter-language = Γλώσσα
filter-dialled = Καλούμενος αριθμός
filter-when = Συνθήκη
filter-weekday = Ημέρα εβδομάδας
filter-hour = Ώρα
filter-step = Στάδιο
filter-end = Κατάληξη
filter-rule = Κανόνας
filter-question = Ερώτηση
filter-answer = Απάντηση
filter-doubt = Αμφίβολη
filter-comment = Σχόλιο
period-by-days = κατά ημέρες
period-today = Σήμερα
period-yesterday = Χθες
period-this-week = Αυτή η εβδομάδα
period-last-week = Προηγούμενη εβδομάδα
period-last-7-days = Τελευταίες 7 ημέρες
period-last-28-days = Τελευταίες 28 ημέρες
period-last-90-days = Τελευταίες 90 ημέρες
period-this-month = Αυτός ο μήνας
period-last-month = Προηγούμενος μήνας
period-this-quarter = Αυτό το τρίμηνο
period-last-quarter = Προηγούμενο τρίμηνο
period-this-year = Αυτό το έτος
period-last-year = Προηγούμενο έτος
period-all = Όλες οι κλήσεις
compare-previous = η προηγούμενη περίοδος
compare-last-year = η ίδια περίοδος πέρυσι

## Overview

needs-attention = Χρειάζεται προσοχή
nothing-needs-attention = Τίποτα αυτή τη στιγμή.
being-asked-now = Ερωτώνται τώρα
calls-now = { $count ->
    [0] Κανείς δεν ερωτάται.
    [one] Ερωτάται { $shown } καλών.
   *[other] Ερωτώνται { $shown } καλούντες.
}
seconds = Δευτερόλεπτα
group-by = Πλάι πλάι
whole-report = Ολόκληρη η αναφορά: ποιότητα απαντήσεων, κάλυψη, μέθοδος, όλοι οι ορισμοί
take-away = Λήψη:

## What needs attention

quiet-queue = { $count ->
    [one] Ουρά { $queue }: { $came } κλήση σε { $hours } ώρες, αναμένονταν { $expected }.
   *[other] Ουρά { $queue }: { $came } κλήσεις σε { $hours } ώρες, αναμένονταν { $expected }.
}
quiet-all = { $count ->
    [one] Όλες οι ουρές μαζί: { $came } κλήση σε { $hours } ώρες, αναμένονταν { $expected }.
   *[other] Όλες οι ουρές μαζί: { $came } κλήσεις σε { $hours } ώρες, αναμένονταν { $expected }.
}
test-call-failed = Η τελευταία δοκιμαστική κλήση απέτυχε: { $reason }
