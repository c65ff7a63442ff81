//! What platforms and carriers send where there is no number.
//!
//! Digits first: FreeSWITCH and KAZOO write ten zeros, carriers any number of them, and systems that can only carry digits spell
//! ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on the keys of a telephone, some with a country code before it.
//! Words matter where callers with names are distinguished: Asterisk writes `asterisk`, `Unknown` and `anonymous`, 3GPP networks
//! `unavailable@unknown.invalid` (TS 23.003 section 13.7), POTS gateways `O` and `P` for "out of area" and "private".

use super::read::NumberDigits;

/// Words spelt with the keys of a telephone.
const SPELT: [&str; 6] = [
    "266696687",
    "7378742833",
    // As carriers have documented RESTRICTED, which is spelt otherwise.
    "7378742883",
    "2562533",
    "8656696",
    "86282452253",
];

/// Words, without what stands between their letters.
const WORDS: [&str; 52] = [
    "anon",
    "anonym",
    "anonyme",
    "anonymous",
    "asterisk",
    "aucun",
    "blocked",
    "callerid",
    "callingpartyunavailable",
    "cidwithheld",
    "clir",
    "coverage",
    "default",
    "fmc",
    "freepbx",
    "freeswitch",
    "guest",
    "hidden",
    "hiddencallerid",
    "interface",
    "international",
    "invalid",
    "nobody",
    "nocallerid",
    "nocli",
    "nonumber",
    "notavailable",
    "notprovided",
    "numberunavailable",
    "numberwithheld",
    "o",
    "outofarea",
    "p",
    "payphone",
    "pbx",
    "private",
    "privatenumber",
    "restricted",
    "s",
    "secret",
    "sip",
    "sipp",
    "tuntematon",
    "unavail",
    "unavailable",
    "unbekannt",
    "unknown",
    "unknowncaller",
    "unknownnumber",
    "user",
    "withheld",
    "withheldnumber",
];

/// Hosts of addresses that name nobody (RFC 3323 section 4.1.1.3, 3GPP TS 23.003).
const HOSTS: [&str; 3] = ["anonymous.invalid", "unknown.invalid", "unavailable.invalid"];

/// Whether digits stand where there is no number.
pub(super) fn is_nobody(number: &NumberDigits) -> bool {
    let digits = number.digits.as_str();
    let only = |digit: char| digits.chars().all(|symbol| symbol == digit);
    let repeated = digits.len() >= 9 && (only('1') || only('9'));
    let spelt = |digits: &str| SPELT.contains(&digits);
    only('0')
        || repeated
        || spelt(digits)
        || digits.strip_prefix('1').is_some_and(spelt)
        || number.is_global && digits == "464"
}

/// Whether a word stands where there is no name either.
pub(super) fn is_word(text: &str) -> bool {
    WORDS.contains(&plain(text).as_str())
}

/// Whether an address at this host names nobody.
pub fn is_anonymous_host(host: &str) -> bool {
    HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known))
}

/// Letters and digits in lower case: `Caller-ID` and `caller id` are one.
fn plain(text: &str) -> String {
    let symbols = text.chars().filter(|symbol| symbol.is_alphanumeric());
    symbols.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::WORDS;

    #[test]
    fn words_are_in_order_and_plain() {
        assert!(WORDS.is_sorted(), "so that the next one is not added twice");
        assert!(WORDS.iter().all(|word| super::plain(word) == *word));
    }
}
