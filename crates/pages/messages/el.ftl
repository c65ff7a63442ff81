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
first-steps = Δεν έχει φτάσει ακόμη καμία κλήση: τι να κάνετε πρώτα
first-test-call = Κάντε μια δοκιμαστική κλήση από αυτόν τον υπολογιστή και πατήστε πλήκτρα:
first-pbx = Ρυθμίστε το τηλεφωνικό κέντρο να προωθεί τους καλούντες στην έρευνα όταν τελειώνει η κλήση τους, για παράδειγμα στη διεύθυνση
first-listen = Η υπηρεσία ακούει μόνο σε αυτόν τον υπολογιστή· μια διεύθυνση που φτάνει το τηλεφωνικό κέντρο γράφεται στο
first-trusted = Η διεύθυνση του τηλεφωνικού κέντρου γράφεται στο
first-route = Δώστε έναν αριθμό σε μια έρευνα:
first-demo = Δείτε τις σελίδες με ένα επινοημένο κέντρο επικοινωνίας:
first-users = Επιτρέψτε και σε άλλους να συνδεθούν:
first-system = Δείτε αν γίνονται δεκτές κλήσεις:
being-asked-now = Ερωτώνται τώρα
calls-now = { $count ->
    [0] Κανείς δεν ερωτάται.
    [one] Ερωτάται { $shown } καλών.
   *[other] Ερωτώνται { $shown } καλούντες.
}
seconds = Δευτερόλεπτα
group-by = Πλάι πλάι
trend-steps = Διαστήματα της εξέλιξης
trend-auto = αυτόματα
trend-day = ανά ημέρα
trend-week = ανά εβδομάδα
trend-month = ανά μήνα
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

## Calls

calls-none = Δεν υπάρχουν τέτοιες κλήσεις.
calls-none-here = Καμία από όσες ελέγχθηκαν ως τώρα· μπορεί να υπάρχουν παλαιότερες.
older = Παλαιότερα
newer = Νεότερα
order = Σειρά
order-newest = Πρώτα οι νεότερες
order-oldest = Πρώτα οι παλαιότερες
arrived = Άφιξη
answers = Απαντήσεις
scores-all = Όλες οι απαντήσεις
scores-low = Χαμηλές βαθμολογίες
talk-time = Χρόνος ομιλίας
answer-good = καλή
answer-middle = ουδέτερη
answer-bad = κακή
answer-skipped = παραλείφθηκε
answer-doubtful = αμφίβολη
answers-reversed = Ίσως ανεστραμμένη κλίμακα
answers-reversed-means = Μία ερώτηση έχει την καλύτερη και άλλη τη χειρότερη τιμή: η κλίμακα ίσως κατανοήθηκε ανάποδα. Τίποτα δεν αλλάζει.
comment-of-length = Σχόλιο, { $length }
download = Λήψη
calls-found = { $count ->
    [0] Καμία κλήση
    [one] { $shown } κλήση
   *[other] { $shown } κλήσεις
}

## Comments

comments-which = Ποια σχόλια
comments-all = Όλα
comments-unheard = Δεν ακούστηκαν ακόμη
comments-heard = Ακούστηκαν
comments-none = Δεν υπάρχουν τέτοια σχόλια.
comment-player = Σχόλιο, { $length }: αναπαραγωγή
comment-is-expired = Η εγγραφή δεν φυλάσσεται πια.
comment-is-comment = Κάτι ειπώθηκε.
comment-is-empty = Δεν ειπώθηκε τίποτα.
comment-is-nothing = Δεν έφτασε τίποτα για εγγραφή.
comment-is-lost = Η εγγραφή χάθηκε.
comment-is-recording = Γίνεται εγγραφή.
comment-mark-heard = Σήμανση ως ακουσμένο
comment-unheard = Δεν ακούστηκε ακόμη
comment-heard-by = Ακούστηκε από
comments-to-hear = { $count ->
    [0] Όλα τα σχόλια ακούστηκαν.
    [one] { $shown } σχόλιο δεν ακούστηκε ακόμη.
   *[other] { $shown } σχόλια δεν ακούστηκαν ακόμη.
}

## One call

call-way = Τι συνέβη
call-in-list = Η λίστα αυτής της κλήσης
call-back-to = Πίσω: { $list }
call-before = Προηγούμενη κλήση
call-behind = Επόμενη κλήση
call-context = Τι έφερε μαζί της η κλήση
call-connection = Η σύνδεση
call-identity = Ταυτότητα
call-id = Κλήση
call-original-id = Κλήση στο τηλεφωνικό κέντρο
call-node = Κόμβος
call-caller = Καλών
field = Πεδίο
value = Τιμή
field-source = Διαβάστηκε από
way-announced = αναγγέλθηκε μέσω API
way-handed-over = μεταφέρθηκε στο
way-answered = απαντήθηκε με την έρευνα
way-after = μετά από { $seconds } δ
way-attempts = προσπάθειες: { $attempts }
way-corrected = διορθώθηκε από { $value }
way-by-timeout = έγινε δεκτή επειδή δεν πατήθηκε άλλο πλήκτρο
way-keys = πλήκτρα
way-heard = άκουσε { $heard } από { $of } δ
way-comment = ηχογραφήθηκε σχόλιο
way-opted-out = εξαιρέθηκε: δεν θα ερωτηθεί ξανά
decision-sampled = επιλέχθηκε για την έρευνα
decision-not_sampled = δεν ήταν η σειρά της
decision-suppressed = εξαιρέθηκε
decision-position = κλήση { $position } της ομάδας, μία στις { $every }
decision-by-api = αποφασίστηκε εκ των προτέρων μέσω API
media-codec = Κωδικοποίηση
media-sent = Πακέτα που στάλθηκαν
media-received = Πακέτα που λήφθηκαν
media-lost = Χαμένα πακέτα
media-jitter = Διακύμανση
media-round-trip = Μετάβαση και επιστροφή
media-remote-loss = Απώλειες στον καλούντα

## Users

sign-in = Σύνδεση
sign-in-help = Ένας διαχειριστής μπορεί να σας δώσει νέο κωδικό.
language-choice = Γλώσσα των σελίδων
sign-in-refused = Το όνομα ή ο κωδικός είναι λάθος.
sign-in-wait = { $count ->
    [one] Πάρα πολλές αποτυχίες. Δοκιμάστε ξανά σε { $shown } δευτερόλεπτο.
   *[other] Πάρα πολλές αποτυχίες. Δοκιμάστε ξανά σε { $shown } δευτερόλεπτα.
}
sign-in-busy = Συνδέονται πάρα πολλοί αυτή τη στιγμή. Δοκιμάστε ξανά σε ένα λεπτό.
account = Ο λογαριασμός σας
user-name = Όνομα χρήστη
display-name = Όνομα που εμφανίζεται
password = Κωδικός
role = Ρόλος
role-admin = Διαχειριστής
role-supervisor = Προϊστάμενος
role-team_leader = Αρχηγός ομάδας
role-agent = Εκπρόσωπος
role-analyst = Αναλυτής
role-listener = Ακροατής
role-teams = Ομάδες του αρχηγού, μία ανά γραμμή
role-agent-name = Εκπρόσωπος, όπως τον ονομάζουν οι κλήσεις
role-set = Ανάθεση αυτού του ρόλου
sees-calls-of = Βλέπει τις κλήσεις
password-must-change = Επιλέξτε πρώτα δικό σας κωδικό. Ο τωρινός σας δόθηκε από άλλον.
password-change = Αλλαγή κωδικού
password-rule = Τουλάχιστον 12 χαρακτήρες, και όχι το όνομά σας. Λίγες λέξεις θυμούνται εύκολα.
password-present = Τωρινός κωδικός
password-new = Νέος κωδικός
password-again = Νέος κωδικός ξανά
password-changed = Ο κωδικός άλλαξε. Αποσυνδεθήκατε παντού αλλού.
password-wrong = Ο τωρινός κωδικός είναι λάθος.
password-short = Ο νέος κωδικός έχει λιγότερους από 12 χαρακτήρες.
password-long = Ο νέος κωδικός είναι πολύ μεγάλος.
password-guessable = Ο νέος κωδικός μαντεύεται πολύ εύκολα.
password-same = Ο νέος κωδικός είναι ίδιος με τον τωρινό.
password-differs = Οι δύο νέοι κωδικοί διαφέρουν.
password-wait = Πάρα πολλές αποτυχίες. Δοκιμάστε ξανά σε ένα λεπτό.
password-once = Ο κωδικός του χρήστη { $name } εμφανίζεται μόνο αυτή τη φορά. Πρέπει να αλλάξει στην πρώτη σύνδεση:
password-reset = Νέος κωδικός
password-not-chosen = χωρίς δικό του κωδικό ακόμη
sessions = Πού είστε συνδεδεμένοι
sessions-end = Αποσύνδεση παντού αλλού
sessions-ended = Αποσυνδεθήκατε παντού αλλού.
session-browser = Πρόγραμμα περιήγησης
session-since = Από
session-used = Τελευταία χρήση
session-this = αυτό το πρόγραμμα
last-sign-in = Τελευταία σύνδεση
never = ποτέ
user-add = Προσθήκη χρήστη
user-change = Αλλαγή
user-disabled = δεν επιτρέπεται να συνδεθεί
user-disable = Να μη συνδέεται πια
user-enable = Να συνδέεται ξανά
user-fault-name = Ένα όνομα χρήστη έχει 1 έως 64 γράμματα, ψηφία, τελείες, παύλες, κάτω παύλες ή @.
user-fault-role = Δεν υπάρχει τέτοιος ρόλος.
user-fault-taken = Υπάρχει ήδη χρήστης με αυτό το όνομα.
user-fault-unknown = Δεν υπάρχει τέτοιος χρήστης.
user-fault-last-admin = Δεν θα έμενε διαχειριστής που να μπορεί να συνδεθεί.
user-fault-no-team = Ένας αρχηγός ομάδας χρειάζεται τουλάχιστον μία ομάδα.
user-fault-no-agent = Ένας εκπρόσωπος χρειάζεται το όνομα ή τον αριθμό που έχουν οι κλήσεις.
user-fault-not-of-role = Μόνο ο αρχηγός ομάδας έχει ομάδες, και μόνο ο εκπρόσωπος είναι εκπρόσωπος.
user-fault-too-long = Ένα όνομα είναι πολύ μεγάλο, ή οι ομάδες είναι πάρα πολλές.

## Access log

audit-at = Πότε
audit-who = Ποιος
audit-what = Τι
audit-call = Κλήση
audit-from = Από πού
audit-command-line = γραμμή εντολών
audit-older = Παλαιότερες εγγραφές
audit-empty = Δεν έχει προβληθεί ή αλλάξει τίποτε ακόμη.
audit-fault-call = Δεν είναι αναγνωριστικό κλήσης: 26 γράμματα και ψηφία, όπως στη σελίδα μιας κλήσης.
audit-sign_in = Συνδέθηκε
audit-sign_in_refused = Δεν συνδέθηκε
audit-sign_out = Αποσυνδέθηκε
audit-password_changed = Άλλαξε τον κωδικό
audit-user_added = Πρόσθεσε χρήστη
audit-user_changed = Άλλαξε χρήστη
audit-call_seen = Είδε μια κλήση
audit-caller_seen = Είδε τον αριθμό ενός καλούντος
audit-comment_heard = Άκουσε ένα σχόλιο
audit-exported = Πήρε δεδομένα σε αρχείο
audit-link_made = Έφτιαξε σύνδεσμο
audit-link_revoked = Ανακάλεσε σύνδεσμο
audit-link_opened = Άνοιξε σύνδεσμο

## One call, its title

page-call = Κλήση

## Wallboard

page-wallboard = Πίνακας ανακοινώσεων
wall-offered = Προσφερθείσες έρευνες

## Sampling

sampling-rules = Κανόνες σε ισχύ
sampling-rule = Κανόνας
sampling-share = { $share } των κλήσεων
sampling-autopilot = από τον αυτόματο πιλότο
sampling-today = Σήμερα ανά διαδρομή
sampling-explain = Το ίδιο στη γραμμή εντολών:
explain = Θα ερωτόταν αυτή η κλήση;
explain-help = Περιγράψτε μια κλήση που δεν έχει έρθει. Η ερώτηση δεν μετρά τίποτα.
explain-ask = Εξήγηση
explain-talk-time = Χρόνος ομιλίας
explain-at = Πότε (κενό: τώρα)
explain-draw = Κλήρος, όπου ερωτάται ποσοστό
explain-set = Άλλα πεδία, ΠΕΔΙΟ=ΤΙΜΗ, ένα ανά γραμμή
explain-off = δεν έχει οριστεί
explain-yes = το επιτρέπει
explain-no = το απαγορεύει
explain-must = το απαιτεί
explain-depends = ακόμη ανοιχτό
plan = Σχεδιασμός
plan-change = Διάκριση μεταβολής τόσων μονάδων
plan-half-width = Ή διάστημα ± τόσων μονάδων
plan-needed = Απαντήσεις που χρειάζονται
plan-needed-each = Απαντήσεις που χρειάζονται σε κάθε περίοδο
plan-present = Με τον τωρινό ρυθμό
plan-sooner = Νωρίτερα
plan-never = όχι μέσα σε δέκα χρόνια
plan-out-of-reach = πέρα από τα άκρα της κλίμακας
plan-days = { $count ->
    [one] { $shown } ημέρα
   *[other] { $shown } ημέρες
}
plan-weeks = { $count ->
    [one] { $shown } εβδομάδα
   *[other] { $shown } εβδομάδες
}
sampling-one-in = { $count ->
    [1] κάθε κλήση
    [one] μία κλήση στις { $shown }
   *[other] μία κλήση στις { $shown }
}

## Surveys

surveys-none = Δεν έχει φορτωθεί ακόμη καμία έρευνα.
page-survey = Έρευνα
survey-figures = Τα στοιχεία της
answers-asked = Ερωτήσεις
survey-flow = Ροή
survey-flow-means = Η πορεία από ερώτηση σε ερώτηση ως διάγραμμα
survey-prompts = Ηχητικά μηνύματα
survey-prompts-help = Όπως τα ακούν τώρα οι καλούντες.
language-en = Αγγλικά
language-fi = Φινλανδικά
language-pl = Πολωνικά
language-cs = Τσεχικά
language-el = Ελληνικά
survey-prompts-count = { $count ->
    [one] { $shown } μήνυμα
   *[other] { $shown } μηνύματα
}
survey-versions = Εκδόσεις, η νεότερη πρώτη
scale = { $min } έως { $max }
scale-high-is-good = το υψηλό είναι καλό
scale-low-is-good = το χαμηλό είναι καλό
scale-target = στόχος { $target }
questions = { $count ->
    [one] { $shown } ερώτηση
   *[other] { $shown } ερωτήσεις
}

## System

system-ready = Οι κλήσεις εξυπηρετούνται και οι απαντήσεις αποθηκεύονται
system-not-ready = Δεν εξυπηρετούνται κλήσεις
system-stopping = Η υπηρεσία σταματά.
system-database = Η βάση δεδομένων δεν μπορεί να χρησιμοποιηθεί: { $reason }
system-recorder = Τα σχόλια δεν μπορούν να ηχογραφηθούν: { $reason }
system-version = Έκδοση
system-time = Ώρα
system-newest-call = Νεότερη κλήση
system-limitations = Τι δεν λειτουργεί
system-deliveries = Αναφορές που δεν παραδόθηκαν
system-metrics = Μετρικές για Prometheus:

views-empty = Δεν έχετε αποθηκεύσει καμία σελίδα ακόμη.
view-save = Αποθήκευση σελίδας
view-name = Όνομα
view-address = Διεύθυνση σελίδας
view-remove = Αφαίρεση
view-fault-name = Ένα όνομα έχει 1 έως 100 χαρακτήρες.
view-fault-many = Έχετε όσες αποθηκευμένες σελίδες επιτρέπονται. Αφαιρέστε πρώτα μία.
share-link = Σύνδεσμοι για άλλους
share-help = Όποιος έχει τον σύνδεσμο βλέπει αυτή τη μία σελίδα χωρίς σύνδεση, όπως επιτρέπεται να τη δείτε εσείς: χωρίς αριθμούς και σχόλια, εκτός αν τα επιλέξετε.
share-once = Ο σύνδεσμος εμφανίζεται μόνο αυτή τη φορά. Αντιγράψτε τον τώρα:
share-days = Ημέρες ισχύος
share-comments = με σχόλια
share-callers = με αριθμούς καλούντων
share-make = Δημιουργία συνδέσμου
share-page = Σελίδα
share-until = Έως
share-opened = Τελευταίο άνοιγμα
share-revoke = Ανάκληση
share-over = δεν οδηγεί πια πουθενά
share-fault-address = Αυτή δεν είναι διεύθυνση σελίδας.
share-fault-days = Ένας σύνδεσμος ισχύει 1 έως 366 ημέρες.

save-or-share = Αποθήκευση ή κοινοποίηση αυτής της προβολής
score-below-others = { $subject }: { $metric } { $score } (n = { $n }), χαμηλότερα από τα υπόλοιπα ({ $other }).
score-below-before = { $subject }: { $metric } { $score }, χαμηλότερα από την προηγούμενη περίοδο ({ $other }).
score-below-target = { $subject }: { $metric } { $score }, κάτω από τον στόχο { $other }.
