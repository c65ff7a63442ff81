//! Languages as systems write them, made into tags in the order in which the caller wants them.
//!
//! ```text
//! fi-FI               a tag (RFC 5646)                                       fi-fi
//! fi_FI.UTF-8@euro    a locale of POSIX                                      fi-fi
//! fin, ger, deu       three letters of ISO 639, terminological or not        fi, de, de
//! Finnish, suomi      a name, in English or in the language itself           fi
//! de, fi;q=0.5        an order of preference (RFC 9110 section 12.5.4)       de,fi
//! ```

/// Languages kept of one list.
const MOST: usize = 8;

/// Three letters of ISO 639-2 and 639-3 with the two of ISO 639-1 behind them, both ways of writing where there are two.
const CODES: &str = "\
    aaraa abkab afraf akaak albsq amham araar argan armhy asmas avaav aveae aymay azeaz bakba bambm baqeu belbe \
    benbn bihbh bisbi bodbo bosbs brebr bulbg burmy catca cescs chach chece chizh chucu chvcv corkw cosco crecr \
    cymcy czecs danda deude divdv dutnl dzodz ellel engen epoeo estet euseu eweee faofo fasfa fijfj finfi frafr \
    frefr fryfy fulff geoka gerde glagd glega glggl glvgv greel grngn gujgu hatht hauha hebhe herhz hinhi hmoho \
    hrvhr hunhu hyehy iboig iceis idoio iiiii ikuiu ileie inaia indid ipkik islis itait javjv jpnja kalkl kankn \
    kasks katka kaukr kazkk khmkm kikki kinrw kirky komkv konkg korko kuakj kurku laolo latla lavlv limli linln \
    litlt ltzlb lublu luglg macmk mahmh malml maomi marmr mayms mkdmk mlgmg mltmt monmn mrimi msams myamy nauna \
    navnv nblnr ndend ndong nepne nldnl nnonn nobnb norno nyany ocioc ojioj orior ormom ossos panpa perfa plipi \
    polpl porpt pusps quequ rohrm ronro rumro runrn rusru sagsg sansa sinsi slksk slosk slvsl smese smosm snasn \
    sndsd somso sotst spaes sqisq srdsc srpsr sswss sunsu swasw swesv tahty tamta tattt telte tgktg tgltl thath \
    tibbo tirti tonto tsntn tsots tuktk turtr twitw uigug ukruk urdur uzbuz venve vievi volvo welcy wlnwa wolwo \
    xhoxh yidyi yoryo zhaza zhozh zulzu";

/// Names of languages that callers of contact centres choose from, in lower case, by their tag.
const NAMES: [(&str, &[&str]); 30] = [
    (
        "ar",
        &["arabic", "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629}"],
    ),
    ("bg", &["bulgarian", "български"]),
    ("cs", &["czech", "čeština", "cestina", "česky", "cesky"]),
    ("da", &["danish", "dansk"]),
    ("de", &["german", "deutsch"]),
    ("el", &["greek", "ελληνικά", "ελληνικα", "ellinika"]),
    ("en", &["english"]),
    ("es", &["spanish", "español", "espanol", "castellano"]),
    ("et", &["estonian", "eesti"]),
    ("fi", &["finnish", "suomi", "suomeksi"]),
    ("fr", &["french", "français", "francais"]),
    ("hi", &["hindi", "हिन्दी"]),
    ("hr", &["croatian", "hrvatski"]),
    ("hu", &["hungarian", "magyar"]),
    ("it", &["italian", "italiano"]),
    ("ja", &["japanese", "日本語"]),
    ("lt", &["lithuanian", "lietuvių"]),
    ("lv", &["latvian", "latviešu"]),
    ("nl", &["dutch", "nederlands"]),
    ("no", &["norwegian", "norsk"]),
    ("pl", &["polish", "polski", "polsku"]),
    ("pt", &["portuguese", "português", "portugues"]),
    ("ro", &["romanian", "română", "romana"]),
    ("ru", &["russian", "русский", "russkij"]),
    ("se", &["sami", "davvisámegiella"]),
    ("sk", &["slovak", "slovenčina", "slovencina"]),
    ("sl", &["slovenian", "slovene", "slovenščina"]),
    ("sv", &["swedish", "svenska"]),
    ("tr", &["turkish", "türkçe", "turkce"]),
    ("uk", &["ukrainian", "українська"]),
];

/// Codes that say that no language is meant.
const NONE_MEANT: [&str; 8] = ["und", "zxx", "mul", "mis", "root", "posix", "c", "i-default"];

/// The tags that a text means, joined by commas, the most wanted first; `None` when it means none.
pub(super) fn tags(text: &str) -> Option<String> {
    let mut wanted: Vec<(u16, String)> = text.split([',', '|']).filter_map(element).collect();
    // Equal ones stay as they were written.
    wanted.sort_by(|(one, _), (other, _)| other.cmp(one));
    let mut tags: Vec<String> = Vec::new();
    for (_, tag) in wanted {
        if !tags.contains(&tag) && tags.len() < MOST {
            tags.push(tag);
        }
    }
    (!tags.is_empty()).then(|| tags.join(","))
}

/// The first of such tags, and the others.
pub fn first_and_others(tags: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut all = tags.split(',');
    (all.next().unwrap_or_default(), all)
}

/// How much a language is wanted, in thousandths, and its tag. What is not wanted at all is none.
fn element(text: &str) -> Option<(u16, String)> {
    let mut parts = text.split(';');
    let tag = tag(parts.next()?.trim())?;
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1_000), |(_, value)| thousandths(value.trim()))?;
    (weight > 0).then_some((weight, tag))
}

/// `0.5` as 500; a weight that is none does not count, as if it were not written.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u16>()) {
        ("0" | "", Ok(value)) => Some(value),
        (_, _) => Some(1_000),
    }
}

/// The tag of one language.
fn tag(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if let Some(tag) = named(&lower) {
        return Some(tag);
    }
    // Behind a locale of POSIX stand a character set and a variant.
    let locale = lower.split(['.', '@', ' ', '\t', '(']).next().unwrap_or_default();
    let tag = locale.replace('_', "-");
    let (primary, rest) = match tag.split_once('-') {
        Some((primary, rest)) => (primary, Some(rest)),
        None => (tag.as_str(), None),
    };
    let is_letters = primary.bytes().all(|byte| byte.is_ascii_lowercase());
    if !is_letters || NONE_MEANT.contains(&primary) || NONE_MEANT.contains(&tag.as_str()) {
        return None;
    }
    let primary = match primary.len() {
        2 => primary,
        3 => two_letters(primary).unwrap_or(primary),
        _ => return named(primary),
    };
    match rest {
        None => Some(primary.to_owned()),
        Some(rest) => is_rest(rest).then(|| format!("{primary}-{rest}")),
    }
}

/// A language by name, whatever stands behind it: `English-US`, `English (US)`.
fn named(name: &str) -> Option<String> {
    let found = NAMES.iter().find(|(_, names)| names.contains(&name));
    found.map(|(tag, _)| (*tag).to_owned())
}

fn two_letters(three: &str) -> Option<&'static str> {
    let found = CODES.split(' ').find(|pair| pair.starts_with(three));
    found.and_then(|pair| pair.get(3..))
}

/// Subtags of letters and digits.
fn is_rest(rest: &str) -> bool {
    let is_subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    rest.split('-').all(is_subtag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CODES, NAMES, first_and_others, tags};

    #[test]
    fn languages_are_read_however_a_system_writes_them() {
        for (text, expected) in [
            ("fi", "fi"),
            ("fi-FI", "fi-fi"),
            ("EN_us", "en-us"),
            ("fi_FI.UTF-8", "fi-fi"),
            ("de_DE@euro", "de-de"),
            ("pl_PL.ISO-8859-2", "pl-pl"),
            ("fin", "fi"),
            ("FIN", "fi"),
            ("eng", "en"),
            ("pol", "pl"),
            ("cze", "cs"),
            ("ces", "cs"),
            ("gre", "el"),
            ("ell", "el"),
            ("ger", "de"),
            ("deu", "de"),
            ("fre", "fr"),
            ("fin-FI", "fi-fi"),
            ("smn", "smn"),
            ("zh-Hans-CN", "zh-hans-cn"),
            ("Finnish", "fi"),
            ("ENGLISH", "en"),
            ("suomi", "fi"),
            ("Čeština", "cs"),
            ("ελληνικά", "el"),
            ("Polski", "pl"),
            ("English-US", "en"),
            ("English (US)", "en"),
            ("de, fi;q=0.5", "de,fi"),
            ("fi;q=0.5, de", "de,fi"),
            ("fi;q=0.5,de;q=0.8,en;q=0.8", "de,en,fi"),
            ("fi-FI, en;q=0.5", "fi-fi,en"),
            ("sv;q=0, fi", "fi"),
            ("*, fi;q=0.1", "fi"),
            ("fin,swe,eng", "fi,sv,en"),
            ("fi, fi;q=0.9", "fi"),
            ("de;q=1.0, fi;q=0.999", "de,fi"),
            ("fi;Q = 0.3 , en", "en,fi"),
            ("de;q=x, fi", "de,fi"),
        ] {
            assert_eq!(tags(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "7",
            "fi-\u{e4}",
            "*",
            "C",
            "C.UTF-8",
            "POSIX",
            "und",
            "zxx",
            "Klingonish",
            "1",
            "fi;q=0",
            "-",
            "f",
        ] {
            assert_eq!(tags(text), None, "{text}");
        }
        let (first, others) = first_and_others("de,fi,en");
        assert_eq!((first, others.collect::<Vec<_>>()), ("de", vec!["fi", "en"]));
    }

    #[test]
    fn tables_are_sound() {
        assert!(CODES.split(' ').all(|pair| pair.len() == 5) && CODES.split(' ').is_sorted());
        assert!(
            NAMES
                .iter()
                .all(|(tag, names)| tag.len() == 2 && !names.is_empty())
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_few_sound_tags_and_reading_them_again_changes_nothing(
            text in "\\PC{0,60}|([a-zA-Z]{1,4}([-_][a-zA-Z0-9]{1,4})?(;q=[0-9.]{1,4})?,? ?){0,12}",
        ) {
            if let Some(found) = tags(&text) {
                prop_assert!(found.split(',').count() <= 8);
                let is_sound = |tag: &str| tag.len() >= 2 && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                prop_assert!(found.split(',').all(is_sound), "{}", found);
                prop_assert_eq!(tags(&found), Some(found));
            }
        }
    }
}
