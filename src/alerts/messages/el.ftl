# Messages about alerts: mails, and what webhooks show to people.

## What it is

severity-thanks = Έπαινος
severity-low = Χαμηλή
severity-normal = Κανονική
severity-high = Υψηλή
severity-urgent = Επείγον
subject-comment = Αφέθηκε σχόλιο: { $what }
subject-escalation = Παραμένει ανοιχτό: { $what }
subject-digest = { $count ->
    [one] Κρατήθηκε { $shown } ειδοποίηση
   *[other] Κρατήθηκαν { $shown } ειδοποιήσεις
}
lead-alert = Ένας καλών έδωσε γνώμη για την οποία σας ενημερώνει ο κανόνας { $rule }.
lead-alerts = Ένας καλών έδωσε γνώμη για την οποία σας ενημερώνουν οι κανόνες: { $rules }.
lead-comment = Ο καλών άφησε σχόλιο μετά την ειδοποίηση.
lead-escalation = Κανείς δεν ανέλαβε την υπόθεση εγκαίρως ή δεν έγινε εγκαίρως επικοινωνία με τον καλούντα.
lead-digest = Αυτές οι ειδοποιήσεις κρατήθηκαν, επειδή ήταν πολλές ή επειδή ήταν ώρα ησυχίας:
lead-service = Η υπηρεσία σας ενημερώνει, με τον κανόνα { $rule }:

## What is known

answers = Απαντήσεις
skipped = παραλείφθηκε
reversed = Οι απαντήσεις αντιφάσκουν: ο καλών ίσως κατάλαβε ανάποδα μια κλίμακα.
queue = Ουρά
team = Ομάδα
agent = Εκπρόσωπος
survey = Έρευνα
arrived = Κλήση
call-id = Αναγνωριστικό κλήσης
comment = Σχόλιο
comment-length = { $length } δ. ομιλίας, για ακρόαση στη σελίδα
case = Υπόθεση
take-by = Ανάληψη έως
contact-by = Επικοινωνία με τον καλούντα έως
number = Αριθμός για επανάκληση
unknown = άγνωστο
answer-good = καλή
answer-middle = ούτε καλή ούτε χαμηλή
answer-low = χαμηλή
state-new = νέα
state-taken = έχει αναληφθεί
state-attempted = ο καλών δεν βρέθηκε ακόμη
state-contacted = έγινε επικοινωνία με τον καλούντα
state-resolved = λύθηκε
state-unreachable = ο καλών δεν βρέθηκε
state-no_action = έκλεισε χωρίς ενέργεια

## What to do

open-case = Άνοιγμα της υπόθεσης
open-call = Άνοιγμα της κλήσης
sign-in-first = Η σελίδα ζητά πρώτα σύνδεση.
why-you = Λαμβάνετε αυτό το μήνυμα επειδή σας ορίζουν οι ρυθμίσεις του aftercall.
