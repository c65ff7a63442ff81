### Οι προτάσεις της αναφοράς στα ελληνικά. Τα αναγνωριστικά και οι τιμές σε άγκιστρα είναι ίδια με του αρχείου en.ftl.

## What the report is about

title = Αναφορά έρευνας
period-all = Όλες οι κλήσεις
period-since = Από { $from }
period-until = Έως { $until }
period-from-to = { $from } έως { $until }
period-today = Σήμερα
period-yesterday = Χθες
period-this-week = Αυτή η εβδομάδα
period-last-week = Προηγούμενη εβδομάδα
period-this-month = Αυτός ο μήνας
period-last-month = Προηγούμενος μήνας
period-this-quarter = Αυτό το τρίμηνο
period-last-quarter = Προηγούμενο τρίμηνο
period-this-year = Αυτό το έτος
period-last-year = Προηγούμενο έτος
period-last-days = { $days ->
    [one] Η τελευταία { $days } ημέρα
   *[other] Οι τελευταίες { $days } ημέρες
}
period-is-running = η περίοδος δεν έχει λήξει
fact-period = Περίοδος
fact-time-zone = Ζώνη ώρας
fact-as-of = Στοιχεία έως
fact-compared-with = Σύγκριση με
fact-n = n = { $n }
field-queue = Ουρά
field-team = Ομάδα
field-agent = Εκπρόσωπος
field-route = Διαδρομή
field-survey = Έρευνα
field-survey_version = Έκδοση έρευνας
field-language = Γλώσσα
field-dialled = Αριθμός κλήσης
field-weekday = Ημέρα εβδομάδας
field-hour = Ώρα
field-talk_time = Διάρκεια συνομιλίας
not-known = (άγνωστο)
no-calls = Καμία κλήση.
note-unknown-name = { $field }: καμία κλήση δεν είχε το όνομα «{ $name }».
note-there-are = Υπάρχουν: { $names }.
note-meant = Μήπως εννοείτε «{ $name }»;
note-reversed = { $calls ->
    [one] { $shown } καλών έδωσε σε μία ερώτηση την καλύτερη και σε άλλη τη χειρότερη τιμή: ίσως η κλίμακα κατανοήθηκε ανάποδα.
   *[other] { $shown } καλούντες έδωσαν σε μία ερώτηση την καλύτερη και σε άλλη τη χειρότερη τιμή: ίσως η κλίμακα κατανοήθηκε ανάποδα.
}

## Calls

heading-calls = Κλήσεις
caption-funnel = Πόσο προχώρησαν οι κλήσεις
caption-ends = Πώς έληξαν οι κλήσεις
caption-rates = Δείκτες
caption-rules = Εξαιρέσεις βάσει κανόνα
chart-funnel = Πόσο προχώρησαν οι κλήσεις
chart-funnel-means = Κλήσεις: { $arrived }· η έρευνα προσφέρθηκε: { $offered }, ολοκληρώθηκε: { $completed }.
card-response-rate = Καλούντες που απάντησαν σε τουλάχιστον μία ερώτηση
n-offered = { $count ->
    [one] { $shown } έρευνα που προσφέρθηκε
   *[other] { $shown } έρευνες που προσφέρθηκαν
}
n-answers = { $count ->
    [one] { $shown } απάντηση
   *[other] { $shown } απαντήσεις
}
step-arrived = Κλήσεις
step-turned-away = Απορρίφθηκαν χωρίς ανάγνωση
step-turned-away-means = απορρίφθηκαν λόγω έλλειψης χωρητικότητας πριν διαβαστεί οτιδήποτε από την κλήση
step-suppressed = Εξαιρέθηκαν
step-suppressed-means = εξαιρέθηκαν βάσει κανόνα: δεν μετρούν στη δειγματοληψία
step-eligible = Επιλέξιμες
step-eligible-means = δεν εξαιρέθηκαν βάσει κανόνα: μετρούν στη δειγματοληψία
step-sampled = Στο δείγμα
step-sampled-means = επιλέχθηκαν για την έρευνα
step-offered = Προσφέρθηκαν
step-offered-means = στο δείγμα και συνδέθηκαν με την έρευνα
step-answered = Απαντήθηκαν
step-answered-means = προσφέρθηκαν και απαντήθηκε τουλάχιστον μία ερώτηση
step-completed = Ολοκληρώθηκαν
step-completed-means = απαντήθηκαν όλες οι βαθμολογούμενες ερωτήσεις
step-partial = Μερικώς
step-partial-means = απαντήθηκαν μερικές ερωτήσεις, όχι όλες
step-in-progress = Σε εξέλιξη
step-in-progress-means = δεν έχουν λήξει ακόμη
step-never-arrived = Δεν έφτασαν
step-never-arrived-means = στο δείγμα, αλλά δεν συνδέθηκαν ποτέ με την έρευνα
of-eligible = των επιλέξιμων
of-sampled = του δείγματος
of-offered = όσων προσφέρθηκαν
of-answered = όσων απαντήθηκαν
end-not_sampled = Εκτός δείγματος
end-not_sampled-means = δεν είχε έρθει η σειρά τους
end-suppressed = Εξαιρέθηκαν
end-suppressed-means = εξαιρέθηκαν βάσει κανόνα
end-refused_capacity = Απόρριψη: έλλειψη χωρητικότητας
end-refused_capacity-means = στο δείγμα, αλλά δεν υπήρχε χωρητικότητα
end-declined = Άρνηση
end-declined-means = ο καλών αρνήθηκε με το προβλεπόμενο πλήκτρο
end-no_answer = Χωρίς απάντηση
end-no_answer-means = άκουσε την έρευνα και δεν πάτησε τίποτα
end-abandoned = Εγκατάλειψη
end-abandoned-means = έκλεισε πριν από την πρώτη απάντηση ή δεν συνδέθηκε ποτέ
end-failed = Αποτυχία
end-failed-means = έληξε με τεχνική βλάβη
end-partial = Μερικώς
end-partial-means = απαντήθηκαν μερικές ερωτήσεις, όχι όλες
end-completed = Ολοκληρώθηκε
end-completed-means = απαντήθηκαν όλες οι βαθμολογούμενες ερωτήσεις
end-in_progress = Σε εξέλιξη
end-in_progress-means = δεν έχουν λήξει ακόμη
rule-no_route = δεν υπάρχει έρευνα για τον αριθμό κλήσης
rule-not_opted_in = ο καλών δεν είχε συναινέσει
rule-rule = δεν πληρούταν μια συνθήκη
rule-before_campaign = πριν από την καμπάνια
rule-campaign_over = μετά την καμπάνια
rule-outside_hours = εκτός ωραρίου
rule-too_short = η κλήση ήταν πολύ σύντομη
rule-opted_out = ο καλών έχει αρνηθεί τις έρευνες
rule-cool_down = ρωτήθηκε πολύ πρόσφατα
rule-quota = συμπληρώθηκε το όριο
rate-reach = Εμβέλεια
rate-participation = Ποσοστό συμμετοχής
rate-completion = Ποσοστό ολοκλήρωσης
rate-response_rate = Ποσοστό απόκρισης
rate-strict_response = Αυστηρό ποσοστό απόκρισης
rate-end_to_end = Από το δείγμα έως το τέλος
rate-acceptance = Ποσοστό αποδοχής
rate-aapor_rr1 = AAPOR RR1
rate-aapor_rr2 = AAPOR RR2
rate-aapor_rr5 = AAPOR RR5
rate-aapor_rr6 = AAPOR RR6
rate-aapor_coop1 = AAPOR COOP1
formula-reach = προσφέρθηκαν / στο δείγμα
formula-participation = απαντήθηκαν / προσφέρθηκαν
formula-completion = ολοκληρώθηκαν / απαντήθηκαν
formula-response_rate = (ολοκληρώθηκαν + μερικώς) / προσφέρθηκαν
formula-strict_response = ολοκληρώθηκαν / προσφέρθηκαν
formula-end_to_end = ολοκληρώθηκαν / στο δείγμα
formula-acceptance = ολοκληρώθηκαν / (ολοκληρώθηκαν + αρνήσεις)
formula-aapor = I ολοκληρώθηκαν, P μερικώς, R άρνηση, εγκατάλειψη ή χωρίς πάτημα πλήκτρου, NC στο δείγμα και δεν έφτασαν, O αποτυχία ή απόρριψη λόγω έλλειψης χωρητικότητας, U σε εξέλιξη
formula-nps = 100 × (μερίδιο 9 και 10 − μερίδιο 0 έως 6)· διάστημα: προσαρμοσμένο Wald (προστίθενται 3/4 υποστηρικτή, 3/4 επικριτή και 3/2 παθητικών)
formula-share = απαντήσεις που φτάνουν το όριο / έγκυρες απαντήσεις· διάστημα: του Wilson
formula-mean = άθροισμα τιμών / έγκυρες απαντήσεις· διάστημα: t του Student, n − 1 βαθμοί ελευθερίας
formula-weighted = κάθε απάντηση μετρά τόσες φορές όσες κλήσεις αντιπροσωπεύει η κλήση της
formula-percent = απαντήσεις με αυτή την τιμή / έγκυρες απαντήσεις
formula-p = πόσο συχνά ομάδες χωρίς διαφορά θα διέφεραν τουλάχιστον τόσο (αμφίπλευρα)
formula-adjusted-p = πόσο συχνά μια ομάδα που πετυχαίνει τον στόχο έχει τόσο λίγες καλές απαντήσεις ή λιγότερες (ακριβής διωνυμικός έλεγχος), διορθωμένο για το πλήθος των ομάδων (Benjamini και Hochberg)
formula-adjusted-p-team = πόσο συχνά ένας εκπρόσωπος όμοιος με την υπόλοιπη ομάδα διαφέρει τουλάχιστον τόσο (δύο αναλογίες, αμφίπλευρα), διορθωμένο για το πλήθος των εκπροσώπων (Benjamini και Hochberg)
formula-reach-reported = έφτασαν στο aftercall / αναφέρθηκαν ως επιλέξιμες
formula-agent-first = έκλεισε πρώτος ο εκπρόσωπος / είναι γνωστό ποιος έκλεισε
formula-effect = μέγεθος της διαφοράς: 0,2 μικρή, 0,5 μέτρια, 0,8 μεγάλη (Cohen)

## Answers

goal = Σκοπός:
question-unknown = Ο ορισμός της ερώτησης δεν είναι γνωστός: μόνο πλήθη.
question-again = Τότε ορίστηκε διαφορετικά: δεν συγκρίνεται με τα παραπάνω αποτελέσματα.
question-low-is-good = Οι χαμηλές τιμές είναι καλές.
question-direction-doubt = Η κατεύθυνση της κλίμακας ίσως είναι λάθος: οι λέξεις της ερώτησης ή των τιμών της λένε το αντίθετο από αυτό που μετρά ως καλό.
question-too-few = n = { $n }: μόνο πλήθη, το αποτέλεσμα απαιτεί 10 απαντήσεις.
question-skipped = { $count ->
    [one] { $shown } καλών παρέλειψε την ερώτηση.
   *[other] { $shown } καλούντες παρέλειψαν την ερώτηση.
}
question-out-of-scale = { $count ->
    [one] { $shown } απάντηση είναι εκτός κλίμακας και δεν υπολογίζεται.
   *[other] { $shown } απαντήσεις είναι εκτός κλίμακας και δεν υπολογίζονται.
}
caption-figures = Αποτελέσματα
caption-distribution = Κατανομή απαντήσεων
chart-distribution-percent = Κατανομή απαντήσεων σε ποσοστά· n = { $n }.
chart-distribution-counts = Πλήθος απαντήσεων ανά τιμή· n = { $n }.
figure-share = Μερίδιο
figure-mean = Μέσος όρος
figure-counts = Πλήθη
figure-nps = NPS
figure-aapor = AAPOR
figure-weighted = { $figure }, σταθμισμένο
figure-without-doubtful = { $figure }, χωρίς αμφίβολες απαντήσεις
values-from-to = { $first } έως { $last }
class-promoter = υποστηρικτές
class-passive = παθητικοί
class-detractor = επικριτές
class-counted = μετρά ως καλή
class-not-counted = δεν μετρά

## Verdicts

verdict-reached = ο στόχος επιτεύχθηκε
verdict-missed = ο στόχος δεν επιτεύχθηκε
verdict-open = δεν έχει κριθεί ακόμη: το διάστημα περιέχει τον στόχο
verdict-cannot-tell = δεν μπορεί να κριθεί
verdict-too-few = πολύ λίγες απαντήσεις
verdict-differs = διαφέρει
verdict-higher-previous = υψηλότερα από την προηγούμενη περίοδο
verdict-lower-previous = χαμηλότερα από την προηγούμενη περίοδο
verdict-higher-last_year = υψηλότερα από πέρυσι
verdict-lower-last_year = χαμηλότερα από πέρυσι
verdict-higher-period = υψηλότερα από την περίοδο σύγκρισης
verdict-lower-period = χαμηλότερα από την περίοδο σύγκρισης
verdict-higher-rest = υψηλότερα από τα υπόλοιπα
verdict-lower-rest = χαμηλότερα από τα υπόλοιπα
verdict-higher-team = υψηλότερα από την υπόλοιπη ομάδα
verdict-lower-team = χαμηλότερα από την υπόλοιπη ομάδα
too-few = πολύ λίγες
too-few-means = λιγότερες από 10 απαντήσεις ή κλήσεις: δεν δίνεται αποτέλεσμα

## Comparison, trend, parts

heading-comparison = Σύγκριση
caption-comparison = Αποτελέσματα δίπλα σε εκείνα της περιόδου σύγκρισης
comparison-with = Σύγκριση με: { $period }.
heading-trend-hour = Εξέλιξη ανά ώρα
heading-trend-day = Εξέλιξη ανά ημέρα
heading-trend-week = Εξέλιξη ανά εβδομάδα
heading-trend-month = Εξέλιξη ανά μήνα
trend-longer-steps = Δεν παρουσιάζεται ως «{ $shorter }»: τα περισσότερα από αυτά τα διαστήματα έχουν λιγότερες από 10 απαντήσεις, πολύ λίγες για αποτέλεσμα.
caption-trend-calls = Κλήσεις στον χρόνο
chart-response-means = Σε ποσοστά· λείπει όταν προσφέρθηκαν λιγότερες από 10 έρευνες.
chart-trend-means = Με το διάστημα εμπιστοσύνης 95 %· λείπει όταν υπάρχουν λιγότερες από 10 απαντήσεις.
chart-target = Στόχος { $value }
heading-by-queue = Ανά ουρά
heading-by-team = Ανά ομάδα
heading-by-agent = Ανά εκπρόσωπο
heading-by-route = Ανά διαδρομή
heading-by-survey = Ανά έρευνα
heading-by-survey_version = Ανά έκδοση έρευνας
heading-by-language = Ανά γλώσσα
heading-by-weekday = Ανά ημέρα εβδομάδας
heading-by-hour = Ανά ώρα
caption-groups-calls = Ποσοστό απόκρισης
chart-interval = Διάστημα, { $min } έως { $max }
chart-whole = όλα: { $value }
groups-by-name = Οι ομάδες είναι στη σειρά των ονομάτων τους, όχι των αποτελεσμάτων. Καθεμία συγκρίνεται με όλες τις υπόλοιπες μαζί.

## Comments, quality, non-response

heading-comments = Ηχογραφημένα σχόλια
caption-comments = Σχόλια ανά ερώτηση
heading-quality = Ποιότητα των απαντήσεων
caption-quality = Αμφίβολες απαντήσεις
quality-means = Μια απάντηση είναι αμφίβολη αν δόθηκε πριν ακουστεί η μισή ερώτηση, αν ο καλών έδινε συνεχώς την ίδια τιμή ή αν το 1 ίσως είναι η αρχή του 10. Καμία απάντηση δεν αφαιρείται: το αποτέλεσμα χωρίς αυτές βρίσκεται δίπλα.
quality-too-early = δόθηκε πριν ακουστεί η μισή ερώτηση
quality-same-key = η ίδια τιμή σε τουλάχιστον τρεις ερωτήσεις της κλήσης και καμία άλλη
quality-by-timeout = 1 που έγινε δεκτό μετά το χρονικό όριο: ίσως είναι η αρχή του 10
heading-non-response = Μη απόκριση
non-response-means = Όπου όσοι απάντησαν διαφέρουν από όσους δεν απάντησαν, τα αποτελέσματα ίσως μιλούν για ορισμένους καλούντες περισσότερο απ’ ό,τι για άλλους.
non-response-differs = { $field }: όσοι απάντησαν διαφέρουν από όσους δεν απάντησαν (p = { $p }, V του Cramér = { $effect }).
non-response-cannot-tell = { $field }: δεν διαπιστώνεται διαφορά (p = { $p }, V του Cramér = { $effect }).
non-response-too-few = { $field }: πολύ λίγες έρευνες για να κριθεί.
caption-non-response = Απόκριση: { $field }
talk-time-from = { $seconds } s και άνω
heading-reach = Φτάνουν οι κλήσεις στην έρευνα;
reach-means = Οι κλήσεις που το κέντρο ανέφερε ως επιλέξιμες και όσες από αυτές έφτασαν στο aftercall. Αν οι κλήσεις ενός εκπροσώπου φτάνουν σπανιότερα από της ομάδας, ο εκπρόσωπος ίσως κρατά τους καλούντες μακριά από την έρευνα ή η μεταφορά αποτυγχάνει.
reach-share = Κλήσεις που αναφέρθηκαν και έφτασαν στο aftercall: { $part } από { $whole } ({ $percent }).
reach-hung-up = Κλήσεις όπου ο εκπρόσωπος έκλεισε πρώτος: { $part } από { $whole } για τις οποίες είναι γνωστό ({ $percent }).
reach-agents-too-few = Πολύ λίγες κλήσεις για σύγκριση εκπροσώπων με τις ομάδες τους.
reach-agents-alike = Εκπρόσωποι που συγκρίθηκαν με τις ομάδες τους: { $compared }. Κανείς δεν διαφέρει προς το χειρότερο.
reach-agents-differ = Εκπρόσωποι που διαφέρουν από τις ομάδες τους προς το χειρότερο: { $shown } από { $compared }.
caption-reach = Εκπρόσωποι δίπλα στις ομάδες τους

## Method

heading-method = Μέθοδος
method-who = Περίοδος: { $period }. Ρωτήθηκαν καλούντες των οποίων η κλήση παραδόθηκε μετά το τέλος της συνομιλίας με τον εκπρόσωπο· επιλέξιμες κλήσεις: { $eligible }, στο δείγμα: { $sampled }, έρευνες που προσφέρθηκαν: { $offered }.
method-nobody-excluded = Καμία κλήση δεν εξαιρέθηκε βάσει κανόνα.
method-excluded = { $calls ->
    [one] { $shown } κλήση εξαιρέθηκε βάσει κανόνα.
   *[other] { $shown } κλήσεις εξαιρέθηκαν βάσει κανόνα.
}
method-turned-away = { $calls ->
    [one] { $shown } κλήση απορρίφθηκε λόγω έλλειψης χωρητικότητας πριν διαβαστεί.
   *[other] { $shown } κλήσεις απορρίφθηκαν λόγω έλλειψης χωρητικότητας πριν διαβαστούν.
}
method-not-weighted = Όλες οι κλήσεις του δείγματος είχαν την ίδια πιθανότητα επιλογής· τα αποτελέσματα δεν είναι σταθμισμένα.
method-weighted = Οι κλήσεις επιλέχθηκαν με διαφορετικές πιθανότητες. Τα αποτελέσματα δεν είναι σταθμισμένα· δίπλα τους βρίσκεται το αποτέλεσμα στο οποίο κάθε απάντηση μετρά τόσες φορές όσες κλήσεις αντιπροσωπεύει η κλήση της.
method-precision = Τα διαστήματα εμπιστοσύνης είναι 95 % και δείχνουν τι μπορεί να κάνει μόνη της η τύχη· δεν καλύπτουν τους καλούντες που δεν απαντούν. Κάτω από { $fewest } απαντήσεις δίνονται μόνο πλήθη. Συμπέρασμα δίνεται όταν το p είναι κάτω από 0,05.
method-rounding = Τα αποτελέσματα στρογγυλοποιούνται μόνο όταν εμφανίζονται: ένα δεκαδικό, τα μισά μακριά από το μηδέν.
caption-sampling = Πιθανότητες επιλογής στο δείγμα
caption-wordings = Διατύπωση των ερωτήσεων
caption-definitions = Πώς υπολογίζονται τα αποτελέσματα
heading-abbreviations = Όροι

## Columns

column-step = Βήμα
column-calls = Κλήσεις
column-share = Μερίδιο
column-of = Επί
column-rate = Δείκτης
column-percent = Ποσοστό
column-interval = Διάστημα εμπιστοσύνης 95 %
column-low = Κάτω όριο
column-high = Άνω όριο
column-unit = Μονάδα
column-part-of-sheet = Ενότητα
column-part = Αριθμητής
column-n = n
column-formula = Τύπος
column-end = Λήξη
column-rule = Κανόνας
column-survey = Έρευνα
column-question = Ερώτηση
column-text = Διατύπωση
column-versions = Εκδόσεις
column-skipped = Παραλείφθηκαν
column-out-of-scale = Εκτός κλίμακας
column-figure = Μέγεθος
column-value = Τιμή
column-target = Στόχος
column-verdict = Συμπέρασμα
column-answer = Απάντηση
column-label = Σημασία
column-class = Μετρά ως
column-answers = Απαντήσεις
column-other = Περίοδος σύγκρισης
column-other-n = n σύγκρισης
column-difference = Διαφορά
column-difference-interval = Διάστημα εμπιστοσύνης 95 % της διαφοράς
column-p = p
column-effect = Μέγεθος επίδρασης
column-cramers-v = V του Cramér
column-start-hour = Ώρα
column-start-day = Ημέρα
column-start-week = Εβδομάδα από
column-start-month = Μήνας
column-rest = Όλα τα υπόλοιπα
column-beside-rest = Σε σχέση με τα υπόλοιπα
column-adjusted-p = Διορθωμένο p
column-beside-target = Σε σχέση με τον στόχο
column-reported = Αναφέρθηκαν
column-reached = Έφτασαν
column-reach = Άφιξη
column-rest-of-team = Υπόλοιπη ομάδα
column-beside-team = Δίπλα στην ομάδα
column-agent-first = Έκλεισε πρώτος ο εκπρόσωπος
column-rest-of-team-agent-first = Υπόλοιπη ομάδα, πρώτος ο εκπρόσωπος
column-agent-first-beside-team = Τερματισμοί δίπλα στην ομάδα
column-comments = Σχόλια
column-minutes = Λεπτά
column-empty = Κενά
column-not-left = Δεν αφέθηκαν
column-lost = Χάθηκαν
column-in-progress = Σε εξέλιξη
column-doubtful = Αμφίβολες
column-too-early = Πολύ νωρίς
column-same-key = Ίδιο πλήκτρο
column-by-timeout = Χρονικό όριο
column-without = Χωρίς αμφίβολες
column-by = Ανά
column-class-of = Κατηγορία
column-one-in = Μία κλήση στις
unit-percentage-points = π.μ.
unit-minutes = λεπ.
unit-percent = τοις εκατό
unit-points = μονάδες
unit-scale = κλίμακα
interval-from-to = { $low } έως { $high }

## Files

sheet-about = Πληροφορίες
sheet-overview = Επισκόπηση
sheet-questions = Ερωτήσεις
sheet-distribution = Κατανομή
sheet-comparison = Σύγκριση
sheet-trend-calls = Εξέλιξη κλήσεων
sheet-trend = Εξέλιξη
sheet-groups-calls = Ομάδες, κλήσεις
sheet-groups = Ομάδες
sheet-comments = Σχόλια
sheet-quality = Ποιότητα
sheet-non-response = Μη απόκριση
sheet-reach = Άφιξη κλήσεων
sheet-wordings = Διατύπωση
sheet-sampling = Δειγματοληψία
sheet-definitions = Ορισμοί
about-made-with = Δημιουργήθηκε με
about-note = Σημείωση
about-units-label = Μονάδες
about-units = Τα ποσοστά είναι αριθμοί από 0 έως 100, όχι κλάσματα· οι διαφορές τους είναι ποσοστιαίες μονάδες. Ένα κενό κελί είναι αποτέλεσμα που δεν δίνεται, επειδή υπάρχουν λιγότερες από 10 απαντήσεις ή κλήσεις· το 0 είναι αποτέλεσμα.
contents = Περιεχόμενα
mail-subject = { $title }: { $period }
mail-more = Τα αποτελέσματα ανά ερώτηση είναι πάρα πολλά για ένα μήνυμα: βρίσκονται στη σελίδα και στο βιβλίο εργασίας αυτής της αναφοράς.
mail-late = Αυτή η αναφορά έρχεται με καθυστέρηση: έπρεπε να έρθει στις { $due }.

## Days

weekday-1 = Δευτέρα
weekday-2 = Τρίτη
weekday-3 = Τετάρτη
weekday-4 = Πέμπτη
weekday-5 = Παρασκευή
weekday-6 = Σάββατο
weekday-7 = Κυριακή
weekday-short-1 = Δευ
weekday-short-2 = Τρί
weekday-short-3 = Τετ
weekday-short-4 = Πέμ
weekday-short-5 = Παρ
weekday-short-6 = Σάβ
weekday-short-7 = Κυρ
month-1 = Ιανουαρίου
month-2 = Φεβρουαρίου
month-3 = Μαρτίου
month-4 = Απριλίου
month-5 = Μαΐου
month-6 = Ιουνίου
month-7 = Ιουλίου
month-8 = Αυγούστου
month-9 = Σεπτεμβρίου
month-10 = Οκτωβρίου
month-11 = Νοεμβρίου
month-12 = Δεκεμβρίου
