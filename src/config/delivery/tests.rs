use chrono::Weekday;

use crate::config::load::from_text;
use crate::config::{Loaded, Settings};
use crate::delivery::schedule::Cadence;
use crate::delivery::{Format, WhenEmpty};

fn load(text: &str) -> Loaded {
    from_text(text, "/etc/aftercall/aftercall.toml", Some([].into()))
}

fn settings(text: &str) -> Settings {
    let loaded = load(text);
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    loaded.settings
}

fn told(text: &str) -> Vec<String> {
    let loaded = load(text);
    let of = |fault: &aftercall_base::Fault| {
        let line = fault.position.map_or(0, |at| at.line);
        format!("{line} {}. {}", fault.reason, fault.fix)
    };
    loaded.faults.iter().map(of).collect()
}

const RULE: &str = "[[delivery]]\nname = \"weekly\"\nevery = \"weekly\"\nfolder = \"reports\"\n";
const MAIL: &str = "[mail]\nserver = \"mail.example.com\"\nfrom = \"reports@example.com\"\n";

#[test]
fn rule_with_a_name_a_cadence_and_a_folder_is_complete() {
    let settings = settings(&format!("[sampling]\ntime_zone = \"Europe/Helsinki\"\n{RULE}"));
    let rule = &settings.delivery[0];
    let schedule = rule.schedule(settings.routes());
    assert_eq!(
        schedule.cadence,
        Cadence::Weekly {
            on: Weekday::Mon,
            begins: Weekday::Mon
        }
    );
    assert_eq!(schedule.at.to_string(), "07:00:00");
    assert_eq!(schedule.zone, chrono_tz::Europe::Helsinki);
    assert_eq!(
        rule.folder.as_deref().unwrap().to_str(),
        Some("/etc/aftercall/reports")
    );
    assert_eq!(rule.language.as_str(), "en");
    assert_eq!(rule.formats, [Format::Xlsx]);
    assert_eq!(rule.when_empty, WhenEmpty::Send);
    assert_eq!(rule.give_up.as_secs(), 3 * 86_400);
}

#[test]
fn everything_that_can_be_written_is_read() {
    let settings = settings(&format!(
        "{MAIL}[[delivery]]\nname = \"sunday\"\nevery = \"weekly\"\non = \"Tuesday\"\nweek_begins = \"sunday\"\nat = \"18:30\"\n\
         time_zone = \"Asia/Tokyo\"\nlanguage = \"fi\"\nto = [\"A <a@example.com>\", \"b@example.com\"]\n\
         queues = \"sales*\"\nteams = [\"north\"]\nagents = [\"anna\"]\nsurveys = [\"nps\"]\n\
         webhook = \"https://example.com/hook\"\nsecret_file = \"/run/secret\"\nca_file = \"ca.pem\"\n\
         formats = [\"csv\", \"json\"]\nwhen_empty = \"skip\"\ngive_up = \"24h\"\n"
    ));
    let rule = &settings.delivery[0];
    let schedule = rule.schedule(settings.routes());
    assert_eq!(
        schedule.cadence,
        Cadence::Weekly {
            on: Weekday::Tue,
            begins: Weekday::Sun
        }
    );
    assert_eq!(schedule.zone, chrono_tz::Asia::Tokyo);
    let to: Vec<&str> = rule.to.iter().map(|to| to.address()).collect();
    assert_eq!(to, ["a@example.com", "b@example.com"]);
    assert_eq!(rule.formats, [Format::Csv, Format::Json]);
    assert_eq!(rule.when_empty, WhenEmpty::Skip);
    assert_eq!(rule.secret_file.as_deref().unwrap().to_str(), Some("/run/secret"));
    assert_eq!(
        rule.ca_file.as_deref().unwrap().to_str(),
        Some("/etc/aftercall/ca.pem")
    );
}

#[test]
fn every_faulty_value_is_told_at_its_line() {
    let text = format!(
        "{MAIL}[[delivery]]\nname = \"a b\"\nevery = \"hourly\"\non = \"someday\"\nat = \"25:00\"\nlanguage = \"sv\"\n\
         to = [\"team\", \"a@example.com\"]\nwebhook = \"ftp://example.com/secret\"\nformats = [\"pdf\"]\n\
         queues = [\"*x\"]\ngive_up = \"1s\"\ncolour = 1\n"
    );
    let told = told(&text);
    let begins: Vec<&str> = told
        .iter()
        .map(|told| told.split([':', '.']).next().unwrap())
        .collect();
    assert_eq!(
        begins,
        [
            "5 delivery[0]",
            "6 delivery[0]",
            "7 delivery[0]",
            "8 delivery[0]",
            "9 delivery[0]",
            "10 delivery[0]",
            "11 delivery[0]",
            "12 delivery[0]",
            "13 delivery[0]",
            "14 delivery[0]",
            "15 delivery[0]",
        ],
        "{told:#?}"
    );
    for (index, words) in [
        (
            1,
            "choose from \"daily\", \"weekly\", \"monthly\", \"quarterly\", \"campaign_end\"",
        ),
        (2, "write for example \"monday\""),
        (4, "choose from en, fi, pl, cs, el"),
        (6, "write one that begins with \"https://\""),
        (7, "choose from xlsx, csv, csv-excel, json, html, text"),
        (10, "a [[delivery]] has no `colour`"),
    ] {
        assert!(told[index].contains(words), "{words}: {}", told[index]);
    }
    assert!(!told.concat().contains("/secret"), "a URL may be a secret");
}

#[test]
fn rule_that_could_not_deliver_is_told_what_is_missing() {
    let rule = "[[delivery]]\nname = \"a\"\nevery = \"daily\"\n";
    let campaign = "[[route]]\nnumber = \"nps\"\nsurvey = \"nps\"\n";
    for (text, line, words) in [
        (rule.to_owned(), 1, "no receiver is named"),
        (
            format!("{rule}to = [\"a@example.com\"]\n"),
            4,
            "[mail] names no server",
        ),
        (
            format!("[mail]\nserver = \"m\"\n{rule}to = [\"a@example.com\"]\n"),
            6,
            "[mail] names no sender",
        ),
        (
            format!("{MAIL}user = \"u\"\n{rule}to = [\"a@example.com\"]\n"),
            4,
            "no password for this user",
        ),
        (
            format!("{MAIL}{rule}to = [\"a@example.com\", \"A@example.com\"]\n"),
            7,
            "`A@example.com` is named twice",
        ),
        (
            format!("{rule}webhook = \"https://example.com\"\n"),
            1,
            "a webhook is signed",
        ),
        (
            format!("{rule}webhook = \"http://[::1]:80/\"\nsecret_file = \"s\"\n"),
            4,
            "not of the public internet",
        ),
        (
            format!("{rule}folder = \"x\"\nformats = []\n"),
            5,
            "no file is written",
        ),
        (
            format!("{rule}folder = \"x\"\non = \"monday\"\n"),
            5,
            "every = \"weekly\" only",
        ),
        (
            format!("{RULE}{RULE}"),
            6,
            "two deliveries are called `weekly`; the first is in line 2",
        ),
        (
            format!("{campaign}{}", RULE.replace("weekly", "campaign_end")),
            6,
            "no route of these surveys has a campaign",
        ),
        (
            format!(
                "{campaign}campaign.to = \"2026-11-30\"\n{}",
                RULE.replace("weekly", "campaign_end")
            ),
            7,
            "the campaign of route `nps` has no first day",
        ),
    ] {
        let told = told(&text);
        assert_eq!(told.len(), 1, "{text}: {told:#?}");
        assert!(
            told[0].starts_with(&format!("{line} ")) && told[0].contains(words),
            "{text}: {told:#?}"
        );
    }
}

#[test]
fn what_is_worth_a_look_does_not_keep_the_service_from_starting() {
    let text = format!("[mail]\nuser = \"u\"\n{RULE}secret_file = \"s\"\n");
    let loaded = load(&text);
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert!(
        warnings
            .iter()
            .any(|told| told.contains("no password for this user"))
    );
    assert!(warnings.iter().any(|told| told.contains("without `webhook`")));
}

#[test]
fn campaign_that_has_ended_is_a_period_of_whole_days() {
    let text = "[[route]]\nnumber = \"a\"\nsurvey = \"nps\"\ncampaign = { from = \"2026-11-01\", to = \"2026-11-30\" }\n\
        [[route]]\nnumber = \"b\"\nsurvey = \"nps-2\"\ncampaign = { from = \"2026-11-01T12:00\", to = \"2026-12-05T18:00\" }\n\
        [[route]]\nnumber = \"c\"\nsurvey = \"ces\"\ncampaign = { from = \"2026-11-01\", to = \"2026-12-24\" }\n\
        [[delivery]]\nname = \"end\"\nevery = \"campaign_end\"\nsurveys = [\"nps*\"]\nfolder = \"x\"\n";
    let settings = settings(text);
    let Cadence::CampaignEnd(periods) = settings.delivery[0].schedule(settings.routes()).cadence else {
        panic!("{:?}", settings.delivery)
    };
    let periods: Vec<String> = periods.iter().map(ToString::to_string).collect();
    assert_eq!(periods, ["2026-11-01_2026-11-30", "2026-11-01_2026-12-05"]);
}
