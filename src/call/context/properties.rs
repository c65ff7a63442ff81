//! Whatever a PBX sends: nothing breaks, nothing grows, and a spoilt header costs no other.

use proptest::prelude::*;

use super::{Reading, pairs, read, uui};
use aftercall_base::Redacted;
use aftercall_sip::event::{Address, DialogKey, InboundInvite, Transport};
use aftercall_survey::context::text::LONGEST_VALUE;
use aftercall_survey::context::{Field, Mapping, Preset};

/// Every header that is read by any mapping of ours, and one that is not.
const NAMES: [&str; 20] = [
    "X-Agent-Id",
    "X-Team",
    "X-Call-Id",
    "X-Language",
    "X-Survey",
    "X-Survey-Optin",
    "X-Talk-Time",
    "X-Wait-Time",
    "X-Disposition",
    "X-Segment",
    "User-to-User",
    "X-User-to-User",
    "Cisco-GUID",
    "X-Genesys-CallUUID",
    "P-Asserted-Identity",
    "Remote-Party-ID",
    "History-Info",
    "Diversion",
    "Referred-By",
    "X-Nobody",
];

fn address(user: &str, parameters: &[(String, String)]) -> Address {
    Address {
        user: Redacted::new(user.to_owned()),
        parameters: parameters.to_vec(),
        ..Address::default()
    }
}

fn invite(user: &str, parameters: &[(String, String)], headers: &[(String, String)]) -> InboundInvite {
    InboundInvite {
        dialog: DialogKey(1),
        call_id: "c".to_owned(),
        request_uri: address(user, parameters),
        to: address(user, &[]),
        from: address("1000", &[]),
        headers: headers
            .iter()
            .map(|(name, value)| (name.clone(), Redacted::new(value.clone())))
            .collect(),
        offer: None,
        transport: Transport::Udp,
        peer: ([127, 0, 0, 1], 5060).into(),
        local: ([127, 0, 0, 1], 5060).into(),
        received_at: aftercall_runtime::clock::monotonic(),
    }
}

fn mapping() -> Mapping {
    Mapping {
        attributes: [("segment".to_owned(), vec!["X-Segment".to_owned()])].into(),
        ..Mapping::of(&Preset::ALL)
    }
}

/// Text as it arrives: words, lists, hexadecimal, addresses, escapes, and anything.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,300}",
        "[ -~]{0,300}",
        "\\PC{0,40}",
        "(00|04)?(FA08[0-9A-F]{0,20}|C8[0-9A-F]{0,40})(;encoding=hex)?",
        "([a-z_]{1,10}=[a-zA-Z0-9%\"]{0,12}[;|&,]){0,30}",
        "(\"[a-z, ]{0,8}\" )?<sips?:[+0-9a-z%;=.]{0,20}@h(\\?[a-z=%]{0,8})?>(;[a-z]{1,6}=[a-z0-9]{1,6}){0,3}(, ?<tel:[0-9]{0,9}>)?",
        "=\\?[uUtTfF8iso19-]{1,8}\\?[BbQqX]\\?[A-Za-z0-9+/=_]{0,40}\\?=",
        "[0-9]{1,10}(-[0-9]{1,10}){0,4}",
    ]
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(NAMES.as_slice()).prop_map(str::to_owned);
    prop::collection::vec((name, value()), 0..12)
}

fn queue(reading: &Reading) -> Option<(&str, &str)> {
    let fact = reading.field(Field::Queue)?;
    Some((fact.value.expose(), &fact.source))
}

proptest! {
    #[test]
    fn every_value_is_clean_bounded_and_told_once(
        user in value(), parameters in prop::collection::vec((".{0,9}", value()), 0..4), headers in headers(),
    ) {
        let reading = read(&invite(&user, &parameters, &headers), &mapping());
        let mut names = Vec::new();
        for fact in &reading.facts {
            let value = fact.value.expose();
            prop_assert!(!value.is_empty() && value.chars().count() <= LONGEST_VALUE);
            prop_assert!(!value.chars().any(char::is_control), "{value:?}");
            prop_assert!(fact.source.len() <= 140, "{}", fact.source);
            prop_assert!(!names.contains(&&fact.name), "{:?} twice", fact.name);
            names.push(&fact.name);
        }
        prop_assert!(!reading.dialled.chars().any(char::is_control));
    }

    #[test]
    fn spoilt_header_costs_no_other(before in headers(), after in headers()) {
        let good = [("X-Queue".to_owned(), "sales".to_owned())];
        let all: Vec<_> = before.into_iter().chain(good).chain(after).collect();
        let reading = read(&invite("nps", &[], &all), &Mapping::default());
        prop_assert_eq!(queue(&reading), Some(("sales", "X-Queue")));
    }

    #[test]
    fn later_source_never_changes_what_an_earlier_one_told(told in headers(), spoiler in value()) {
        let by_name = |name: &str| name.starts_with("X-") && name != "X-Genesys-CallUUID";
        let earlier: Vec<_> = told.into_iter().filter(|(name, _)| by_name(name)).collect();
        let before = read(&invite("nps", &[], &earlier), &Mapping::default());
        let mut all = earlier;
        for name in ["Cisco-GUID", "P-Asserted-Identity", "History-Info", "Diversion", "Referred-By"] {
            all.push((name.to_owned(), spoiler.clone()));
        }
        let after = read(&invite("nps", &[], &all), &Mapping::default());
        for fact in before.facts.iter().filter(|fact| fact.source.starts_with("X-") ) {
            prop_assert!(after.facts.contains(fact), "{fact:?} {:?}", fact.value.expose());
        }
    }

    #[test]
    fn list_cut_by_a_gateway_keeps_whole_pairs_and_only_those(
        pairs in prop::collection::vec(("[a-z]{1,6}", "[a-z0-9]{1,20}"), 20..40), cut in 210_usize..=256,
    ) {
        let list: String = pairs.iter().map(|(key, value)| format!("{key}={value};")).collect();
        prop_assume!(list.len() > cut);
        // Among pairs this one is a parameter of the header: the protocol discriminator.
        prop_assume!(pairs.iter().all(|(key, _)| key != "pd"));
        let (kept, _) = list.split_at(cut);
        let whole = pairs::parse(&list, pairs::End::Whole);
        for read in [uui::parse(kept).pairs, uui::parse(&hex(&list)[..cut]).pairs] {
            prop_assert!(whole.starts_with(&read), "{read:?}");
        }
        let complete = kept.matches(';').count();
        prop_assert_eq!(uui::parse(kept).pairs.len(), complete, "every pair that its separator ends");
    }

    #[test]
    fn user_to_user_data_of_any_kind_are_bounded(value in value()) {
        let data = uui::parse(&value);
        prop_assert!(data.pairs.len() <= 64);
        prop_assert!(data.ucid.is_none_or(|ucid| ucid.len() == 20));
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}
