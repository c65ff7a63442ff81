//! Tables of what is really sent, and what must hold of every number whatever it looks like.

use proptest::prelude::*;

use super::{Country, DigitCount, NotANumber, Notations, NumberOrigin, NumberingPlan, Rewrite, read};

fn numbering_plan(code: &str) -> NumberingPlan {
    NumberingPlan::of(Country::new(code, None, None, None).unwrap())
}

fn canonical(numbering_plan: &NumberingPlan, text: &str) -> Result<String, NotANumber> {
    numbering_plan
        .number(text, NumberOrigin::Configured)
        .map(|number| number.as_str().to_owned())
}

#[test]
fn one_number_in_every_dress_has_its_digits() {
    for text in [
        "+358401234567",
        " +358 40 123 4567 ",
        "+358\u{a0}40\u{a0}1234567",
        "+358\u{202f}40\u{2009}123\u{3000}4567",
        "+358\u{2011}40\u{2010}123\u{2013}45\u{2014}67",
        "+358\u{2212}40\u{2015}1234567",
        "+358\u{ad}40\u{200b}1234567\u{feff}",
        "\u{200e}+358401234567\u{200f}",
        "\u{202a}+358401234567\u{202c}",
        "\u{2066}+358401234567\u{2069}",
        "\u{ff0b}\u{ff13}\u{ff15}\u{ff18}\u{ff14}\u{ff10}\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}\u{ff17}",
        "+\u{663}\u{665}\u{668}\u{664}\u{660}\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}\u{667}",
        "+\u{6f3}\u{6f5}\u{6f8}401234567",
        "tel:+358-40-1234567",
        "TEL:+358401234567",
        "tel:+358401234567;ext=12;isub=3",
        "tel:+358401234567;phone-context=example.com",
        "sip:+358401234567@pbx.example",
        "sips:+358401234567@pbx.example:5061;transport=tls",
        "sip:+358401234567:secret@192.0.2.1:5060;user=phone",
        "sip:+358401234567;phone-context=example.com@ims.example;user=phone",
        "sip:%2B358401234567@pbx.example",
        "sip:%2B358%2040%201234567@[2001:db8::1]:5060",
        "<sip:+358401234567@pbx.example>;tag=1",
        "\"Virtanen, Liisa\" <sip:+358401234567@pbx.example;user=phone>",
        "<tel:+358401234567>",
        "\"+358401234567\"",
        "+358 (0)40 123 4567",
        "+358 (040) 123-4567",
        "+358(0) 40 123/4567",
        "+358.40.123.4567",
        "+358 40 1234567 ext. 12",
        "+358 40 1234567 x12",
        "+358 40 1234567 extension 7042",
        "+3\u{fe0f}\u{20e3}58401234567",
        "+358\t40\t1234567",
        "+358401234567@pbx.example",
    ] {
        assert_eq!(
            read(text).map(|number| number.bare()).as_deref(),
            Ok("+358401234567"),
            "{text:?}"
        );
    }
}

#[test]
fn what_is_no_number_is_refused_for_what_it_is() {
    for (text, fault) in [
        ("", NotANumber::Empty),
        (" - ", NotANumber::Empty),
        ("+", NotANumber::Empty),
        ("call me", NotANumber::Foreign),
        ("+358401234567 please", NotANumber::Foreign),
        ("0401234567 (mobile)", NotANumber::Foreign),
        ("1-800-FLOWERS", NotANumber::Foreign),
        ("alice", NotANumber::Foreign),
        ("sip:alice@pbx.example", NotANumber::Foreign),
        ("0401234567 or 0501234567", NotANumber::Several),
        ("0401234567,0501234567", NotANumber::Several),
        ("+358401234567, +358501234567", NotANumber::Several),
        ("++358401234567", NotANumber::Pluses),
        ("0x1F", NotANumber::Foreign),
        ("\u{2167}", NotANumber::Foreign),
        ("+358401234567 +358501234567", NotANumber::Several),
        ("0401234567/0501234567", NotANumber::TooLong),
        ("+1234567890123456", NotANumber::TooLong),
        ("7", NotANumber::TooShort),
        ("*31#0401234567", NotANumber::Keys),
        ("#31#", NotANumber::Keys),
        ("192.0.2.1", NotANumber::Host),
        ("sip:192.0.2.1", NotANumber::Host),
        ("sip:pbx.example", NotANumber::Host),
    ] {
        assert_eq!(read(text), Err(fault), "{text:?}");
    }
    let long = "1".repeat(100_000);
    assert_eq!(read(&long), Err(NotANumber::TooLong));
    assert_eq!(read(&long[..200]), Err(NotANumber::TooLong));
}

/// Country, what is dialled or sent, the one notation.
const TABLE: &str = include_str!("table.txt");

fn rows() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let rows = TABLE
        .lines()
        .filter(|row| !row.starts_with('#') && !row.is_empty());
    rows.map(|row| {
        let mut cells = row.split('|');
        let mut cell = || cells.next().unwrap();
        (cell(), cell(), cell())
    })
}

#[test]
fn numbers_of_many_countries_have_one_notation() {
    assert!(rows().count() > 90);
    let mut wrong = Vec::new();
    for (code, text, expected) in rows() {
        let found = canonical(&numbering_plan(code), text);
        if found.as_deref() != Ok(expected) {
            wrong.push(format!("+{code} {text}: {found:?} is not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_is_sent_where_there_is_no_number_is_nobody() {
    for numbering_plan in [
        NumberingPlan::default(),
        numbering_plan("358"),
        numbering_plan("1"),
        numbering_plan("45"),
    ] {
        for text in [
            "0",
            "00",
            "0000000",
            "00000000",
            "0000000000",
            "+0",
            "+0000000000",
            "000000000000000",
            "266696687",
            "+266696687",
            "1266696687",
            "+1266696687",
            "7378742833",
            "+7378742833",
            "+17378742833",
            "7378742883",
            "2562533",
            "+2562533",
            "8656696",
            "+8656696",
            "86282452253",
            "+86282452253",
            "+464",
            "9999999999",
            "1111111111",
            "+9999999999",
            "anonymous",
            "Anonymous",
            "ANONYMOUS",
            "unavailable",
            "Unknown",
            "restricted",
            "PRIVATE",
            "withheld",
            "CID withheld",
            "asterisk",
            "freeswitch",
            "nobody",
            "<unknown>",
            "s",
            "Out of Area",
            "O",
            "P",
            "unavailable@unknown.invalid",
            "sip:anonymous@anonymous.invalid",
            "Number-Withheld",
            "no caller id",
        ] {
            let found = numbering_plan.number(text, NumberOrigin::Configured);
            assert!(
                matches!(found, Err(NotANumber::Nobody | NotANumber::TooShort)),
                "{text}: {:?}",
                found.err()
            );
        }
        for text in [
            "0123456789",
            "1234567890",
            "+35805",
            "7042",
            "112",
            "911",
            "10086",
            "+464123456",
            "+358401234567",
            "100",
        ] {
            assert!(
                numbering_plan.number(text, NumberOrigin::Configured).is_ok(),
                "{text} is somebody"
            );
        }
    }
}

#[test]
fn operators_own_list_of_nobody_holds_in_every_notation() {
    let numbering_plan = numbering_plan("358").without(
        ["020555000", "trunk*", "9900*", "Hotline"]
            .map(str::to_owned)
            .to_vec(),
    );
    for text in [
        "+35820555000",
        "+358 20 555 000",
        "020555000",
        "0035820555000",
        "trunk7",
        "99001",
        "hotline",
        "sip:hotline@pbx.example",
    ] {
        assert_eq!(
            canonical(&numbering_plan, text),
            Err(NotANumber::Nobody),
            "{text}"
        );
    }
    assert!(canonical(&numbering_plan, "+35820555001").is_ok());
}

#[test]
fn callers_by_name_are_somebody_only_where_the_operator_says_so() {
    let named = NumberingPlan {
        names: true,
        ..numbering_plan("358")
    };
    assert_eq!(
        canonical(&numbering_plan("358"), "alice"),
        Err(NotANumber::Foreign)
    );
    assert_eq!(canonical(&named, "Alice").as_deref(), Ok("alice"));
    assert_eq!(
        canonical(&named, "sip:john.smith@pbx.example").as_deref(),
        Ok("john.smith")
    );
    let former = named.number("john.smith", NumberOrigin::Configured).unwrap();
    assert_eq!(
        former.earlier_notations(),
        ["johnsmith"],
        "as it was stored before"
    );
    for text in [
        "call me",
        "asterisk",
        "anonymous",
        "",
        "Unknown",
        "s",
        "freeswitch",
    ] {
        assert!(canonical(&named, text).is_err(), "{text}");
    }
    assert_eq!(canonical(&named, "0401234567").as_deref(), Ok("+358401234567"));
}

#[test]
fn rules_of_a_trunk_come_before_the_plan_and_only_for_that_trunk() {
    let rule = |prefix: &str, replace: &str, digits: Option<(usize, usize)>, source: &[&str]| Rewrite {
        prefix: prefix.to_owned(),
        replace: replace.to_owned(),
        digits: digits.map(|(from, to)| DigitCount { from, to }),
        source: source.iter().map(|net| net.parse().unwrap()).collect(),
    };
    let numbering_plan = NumberingPlan {
        rewrite: vec![
            rule("90", "0", None, &[]),
            rule("", "+372", Some((7, 8)), &["192.0.2.0/24"]),
            rule("8656696", "+3548656696", Some((7, 7)), &[]),
        ],
        ..numbering_plan("358")
    };
    let from = |peer: &str, text: &str| {
        let origin = NumberOrigin::Peer(peer.parse().unwrap());
        numbering_plan
            .number(text, origin)
            .map(|number| number.as_str().to_owned())
    };
    assert_eq!(from("203.0.113.1", "90401234567").as_deref(), Ok("+358401234567"));
    assert_eq!(from("192.0.2.9", "5123456").as_deref(), Ok("+3725123456"));
    assert_eq!(
        from("203.0.113.1", "5123456").as_deref(),
        Ok("5123456"),
        "another trunk"
    );
    assert_eq!(
        canonical(&numbering_plan, "5123456").as_deref(),
        Ok("5123456"),
        "the API has no source"
    );
    assert_eq!(
        canonical(&numbering_plan, "8656696").as_deref(),
        Ok("+3548656696"),
        "what a rule makes of it is a number"
    );
    let former = numbering_plan
        .number("+358401234567", NumberOrigin::Configured)
        .unwrap();
    assert!(
        former.earlier_notations().contains(&"90401234567".to_owned()),
        "{:?}",
        former.earlier_notations()
    );
}

#[test]
fn former_notations_are_those_that_older_rows_may_hold() {
    let earlier_notations = |text: &str| {
        let number = numbering_plan("358")
            .number(text, NumberOrigin::Configured)
            .unwrap();
        let mut earlier_notations = number.earlier_notations().to_vec();
        earlier_notations.sort();
        earlier_notations
    };
    let all = ["00358401234567", "0401234567", "358401234567", "401234567"];
    assert_eq!(earlier_notations("+358401234567"), all);
    assert_eq!(earlier_notations("0401234567"), all);
    assert_eq!(earlier_notations("7042"), [""; 0]);
    assert_eq!(
        earlier_notations("+7042"),
        ["+7042"],
        "a plus before an extension was part of it"
    );
    let before = NumberingPlan::default()
        .number("tel:+358401234567", NumberOrigin::Configured)
        .unwrap();
    assert_eq!(
        (before.as_str(), before.earlier_notations()),
        ("+358401234567", [].as_slice())
    );
    let strange = NumberingPlan::default()
        .number("+358\u{a0}401234567", NumberOrigin::Configured)
        .unwrap();
    assert_eq!(
        strange.earlier_notations(),
        ["+358\u{a0}401234567"],
        "opt-outs made under it count now"
    );
}

#[test]
fn patterns_stand_for_numbers_in_any_notation() {
    let numbering_plan = numbering_plan("358");
    for (pattern, number, fits) in [
        ("+358*", "0401234567", true),
        ("0*", "+358401234567", true),
        ("040*", "+358401234567", true),
        ("00358 40*", "0401234567", true),
        ("0046*", "+4687654321", true),
        ("+46*", "0401234567", false),
        ("050*", "+358401234567", false),
        ("0401234567", "+358 40 123 4567", true),
        ("tel:+358401234567", "0401234567", true),
        ("70*", "7042", true),
        ("7042", "7042", true),
        ("7042", "+3587042000", false),
        ("*", "7042", true),
        ("+*", "0401234567", true),
        ("+*", "7042", false),
    ] {
        assert_eq!(numbering_plan.fits(pattern, number), fits, "{pattern} {number}");
    }
    for wrong in ["call me", "sales*", "anonymous"] {
        assert!(numbering_plan.notations(wrong).is_err(), "{wrong}");
    }
    assert!(
        matches!(numbering_plan.notations("040*"), Ok(Notations::BeginWith(all)) if all == ["040", "+35840"])
    );
}

#[test]
fn plan_that_cannot_be_is_refused() {
    for (code, prefix, digits) in [
        ("0358", None, None),
        ("", None, None),
        ("3581", None, None),
        ("FI", None, None),
        ("358", Some("x"), None),
        ("358", Some("000000"), None),
        ("358", None, Some((0, 4))),
        ("358", None, Some((9, 5))),
        ("358", None, Some((9, 99))),
    ] {
        let digits = digits.map(|(from, to)| DigitCount { from, to });
        assert!(
            Country::new(code, prefix, None, digits).is_err(),
            "{code} {prefix:?} {digits:?}"
        );
    }
    assert!(
        Country::new(
            "+358",
            Some("0"),
            Some(&["00".to_owned(), "990".to_owned()]),
            None
        )
        .is_ok()
    );
}

/// Signs that people and programs put between digits.
const BETWEEN: [&str; 12] = [
    "", " ", "-", ".", "\u{a0}", "\u{2011}", "\u{202f}", "\u{200e}", "\u{2013}", " - ", "\t", "\u{2060}",
];

proptest! {
    #[test]
    fn separators_never_make_another_number(
        digits in "[1-9][0-9]{8,13}",
        between in prop::collection::vec(prop::sample::select(BETWEEN.as_slice()), 15),
    ) {
        let dressed: String = digits.chars().zip(between).map(|(digit, sign)| format!("{digit}{sign}")).collect();
        let plain = format!("+{digits}");
        prop_assume!(canonical(&NumberingPlan::default(), &plain).is_ok());
        for text in [format!("+{dressed}"), format!("tel:+{dressed}"), format!("sip:+{dressed}@h;user=phone")] {
            prop_assert_eq!(canonical(&NumberingPlan::default(), &text), Ok(plain.clone()), "{:?}", text);
        }
    }

    #[test]
    fn every_notation_of_a_subscriber_is_one_caller_and_placing_is_stable(national in "[1-9][0-9]{7,9}") {
        let numbering_plan = numbering_plan("358");
        let one = format!("+358{national}");
        prop_assume!(canonical(&numbering_plan, &one).is_ok());
        let number = numbering_plan.number(&one, NumberOrigin::Configured).unwrap();
        let one = number.as_str().to_owned();
        prop_assert_eq!(canonical(&numbering_plan, &one), Ok(one.clone()));
        for other in [format!("00358{national}"), format!("0{national}"), format!("358{national}"), format!("+3580{national}")] {
            prop_assume!(canonical(&numbering_plan, &other) != Err(NotANumber::Nobody));
            prop_assert_eq!(canonical(&numbering_plan, &other), Ok(one.clone()), "{}", other);
        }
        for former in number.earlier_notations() {
            prop_assert_eq!(canonical(&numbering_plan, former), Ok(one.clone()), "{}", former);
        }
    }

    #[test]
    fn any_text_is_a_number_of_ascii_digits_or_refused(text in "\\PC{0,40}|[+0-9 ();=x,*#-]{0,30}|(tel|sip):[+0-9a-z%@.;:=-]{0,30}", code in "(358|1|45|39|36|7)") {
        for numbering_plan in [NumberingPlan::default(), numbering_plan(&code)] {
            if let Ok(number) = numbering_plan.number(&text, NumberOrigin::Configured) {
                let digits = number.as_str().strip_prefix('+').unwrap_or(number.as_str());
                prop_assert!((2..=18).contains(&digits.len()), "{:?}", number.as_str());
                prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert!(number.earlier_notations().len() <= 12);
                let again = numbering_plan.number(number.as_str(), NumberOrigin::Configured);
                prop_assert_eq!(again.as_ref().map(|number| number.as_str()), Ok(number.as_str()), "placing is stable");
            }
        }
    }
}
