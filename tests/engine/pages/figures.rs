//! One figure, one computation: pages, files and the API say the same about the same calls, and every count leads to as many calls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveTime, TimeDelta, Weekday};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use super::browser::Browser;
use super::{OWN, user};
use crate::EVERY;
use crate::house::{House, Service};
use aftercall::accounts::Role;
use aftercall::auth::KeyHash;
use aftercall::config::load::from_text;
use aftercall::delivery::schedule::{Cadence, Period, Schedule};
use aftercall::delivery::{
    DeliveryName, DeliveryRule, Format, Package, Render, RenderRequest, ReportFilter, WhenEmpty,
};
use aftercall::engine::report_package::ReportPackages;
use aftercall::reports::Reports;
use aftercall_base::Language;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::demo::{self, DemoOptions};
use aftercall_storage::{Access, Store};
use aftercall_survey::{AnyPrompt, parse};

/// Calls of the last 40 days.
const CALLS: u64 = 6_000;
/// Links that are followed from one page.
const MOST_LINKS: usize = 80;
/// The most that the overview may weigh, in bytes.
const MOST_BYTES: usize = 100_000;

/// A service on made-up calls, and its admin.
async fn demo() -> (House, Service, Browser) {
    demo_of(11).await
}

async fn demo_of(seed: u64) -> (House, Service, Browser) {
    let key = format!(
        "[[http.key]]\nname = \"test\"\nhash = \"{}\"\nscopes = [\"results\"]\n",
        KeyHash::of("secret")
    );
    let house = House::new(&format!("{EVERY}{key}"));
    let survey = include_str!("../../../config/surveys/nps-ces-csat.toml");
    let options = DemoOptions {
        calls: CALLS,
        until: SystemClock.utc().date_naive() + TimeDelta::days(1),
        days: 40,
        zone: chrono_tz::UTC,
        queues: 3,
        teams: 2,
        agents: 6,
        seed,
        surveys: vec![
            parse(survey, "nps-ces-csat.toml", &AnyPrompt)
                .unwrap()
                .survey
                .record(),
        ],
        sentences: Vec::new(),
    };
    demo::fill(&house.path("db"), options, |_| ()).await.unwrap();
    let mut service = house.start().await;
    let given = service.engine.take_first_password().unwrap();
    let mut admin = Browser::new(&service);
    admin.settle("admin", given.expose(), OWN).await;
    (house, service, admin)
}

/// What is asked for, in the parameters of all surfaces.
const REQUESTS: [&str; 6] = [
    "period=last-week&by=queue&trend=day&compare=previous",
    "period=last-28-days&by=agent&trend=week&compare=previous",
    "period=this-month&by=weekday&trend=day&compare=previous",
    "period=all&by=hour&trend=auto",
    "period=last-28-days&by=team&trend=day&compare=previous&queue=s*",
    "period=last-28-days&by=survey_version&trend=day&compare=last-year&team=!nobody",
];

/// The texts of the cells of all tables, in order.
fn cells(page: &str) -> Vec<String> {
    elements(page, "<td", "</td>")
}

/// The texts of the elements that begin and end so, in order.
fn elements(page: &str, start: &str, end: &str) -> Vec<String> {
    let parts = page.split(start).skip(1);
    let contents = parts.filter_map(|part| Some(part.split_once('>')?.1));
    contents
        .map(|content| text(content.split(end).next().unwrap_or_default()))
        .collect()
}

/// Markup without its elements.
fn text(markup: &str) -> String {
    let mut text = String::new();
    let mut is_element = false;
    for sign in markup.chars() {
        match sign {
            '<' => is_element = true,
            '>' => is_element = false,
            sign if !is_element => text.push(sign),
            _ => {}
        }
    }
    text.trim().replace("&amp;", "&")
}

/// A report without the moment at which it was made.
fn figures(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    report.as_object_mut().unwrap().remove("as_of");
    report
}

#[tokio::test]
async fn page_file_and_api_say_the_same() {
    let (_house, service, mut admin) = demo().await;
    for request in REQUESTS {
        let page = admin.get(&format!("/report?{request}")).await;
        let file = admin.get(&format!("/report/file?format=html&{request}")).await;
        assert_eq!((page.status, file.status), (200, 200), "{request}");
        let (on_page, in_file) = (cells(&page.body), cells(&file.body));
        assert!(on_page.len() > 50, "{request}: {} cells", on_page.len());
        assert_eq!(on_page, in_file, "{request}");

        let json = admin.get(&format!("/report/file?format=json&{request}")).await;
        let key = [("Authorization", "Bearer secret")];
        let api = admin.get_with(&format!("/api/v1/report?{request}"), &key).await;
        assert_eq!((json.status, api.status), (200, 200), "{request}: {}", api.body);
        let report = figures(&json.body);
        assert_eq!(report, figures(&api.body), "{request}");
        assert!(report["calls"]["arrived"].as_u64().unwrap() > 0, "{request}");
    }
    service.stop().await;
}

/// A weekly report by queue as a mail, in English.
fn weekly() -> DeliveryRule {
    DeliveryRule {
        name: DeliveryName::new("weekly").unwrap(),
        filter: ReportFilter::default(),
        by: Some("queue"),
        schedule: Schedule {
            cadence: Cadence::Weekly {
                on: Weekday::Mon,
                begins: Weekday::Mon,
            },
            at: NaiveTime::MIN,
            zone: chrono_tz::UTC,
        },
        language: Language::new("en").unwrap(),
        to: Vec::new(),
        folder: None,
        webhook: None,
        formats: vec![Format::Json, Format::Csv, Format::Text],
        when_empty: WhenEmpty::Send,
        give_up: Duration::from_secs(1),
    }
}

/// The mail and its files as they are delivered, of some days of the database of a house.
async fn delivered(house: &House, days: &Period) -> Package {
    let store = aftercall_storage::open(&house.path("db"), Access::Read)
        .await
        .unwrap();
    let loaded = from_text(house.settings(), "test.toml", Some(house.environment()));
    let (directory, _) = loaded.directory();
    let context = loaded.settings.report_context(directory);
    let reports = Reports::new(store.clone(), context, Arc::new(SystemClock));
    let request = RenderRequest {
        rule: Arc::new(weekly()),
        period: *days,
        zone: chrono_tz::UTC,
        due_at: SystemClock.utc(),
        is_late: false,
    };
    let package = ReportPackages::new(reports)
        .render(&request, SystemClock.utc())
        .await;
    store.close().await;
    package.unwrap()
}

/// The lines of a text part, without the moment at which it was made.
fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let lines = text.lines().filter(|line| !line.contains("As of"));
    lines.map(str::to_owned).collect()
}

/// How often each figure stands in the cells, heads of rows and cards of a page: what begins with a digit or a sign, and has no words.
fn shown(page: &str) -> BTreeMap<String, usize> {
    let mut shown = BTreeMap::new();
    let is_figure = |cell: &String| {
        cell.trim_start_matches(['+', '-', '\u{2212}'])
            .starts_with(|sign: char| sign.is_ascii_digit())
            && !cell.contains(char::is_alphabetic)
    };
    // A mail has plain spaces and hyphens: some programs show the others as boxes.
    let plain = |cell: String| {
        cell.replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ")
            .replace('\u{2212}', "-")
    };
    let all = [("<td", "</td>"), ("<th", "</th>"), ("<p class=\"value\"", "</p>")];
    let all = all
        .into_iter()
        .flat_map(|(start, end)| elements(page, start, end));
    for cell in all.map(plain).filter(is_figure) {
        *shown.entry(cell).or_default() += 1;
    }
    shown
}

/// The made-up calls are others at each run, and so are the days.
#[tokio::test]
async fn mail_says_what_page_file_and_api_say() {
    let seed: u64 = aftercall::engine::seeded().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let (house, service, mut admin) = demo_of(rng.random()).await;
    let mut compared = 0;
    for _ in 0..3 {
        let from = SystemClock.utc().date_naive() - TimeDelta::days(rng.random_range(8..35));
        let until = from + TimeDelta::days(rng.random_range(3..8));
        let days = Period { from, until };
        let last = days.last_day();
        let request = format!("period={from}..{last}&by=queue&trend=auto&compare=previous");
        let case = format!("seed {seed}: {request}");
        let package = delivered(&house, &days).await;
        let file = |format: &str| {
            let end = format!(".{format}");
            let file = package.attachments.iter().find(|file| file.name.ends_with(&end));
            file.unwrap_or_else(|| panic!("{case}: no {format}"))
                .bytes
                .clone()
        };

        let key = [("Authorization", "Bearer secret")];
        let api = admin.get_with(&format!("/api/v1/report?{request}"), &key).await;
        assert_eq!(api.status, 200, "{case}: {}", api.body);
        let report = figures(&api.body);
        assert!(report["calls"]["arrived"].as_u64().unwrap() > 0, "{case}");
        let attached = String::from_utf8(file("json")).unwrap();
        assert_eq!(
            figures(&attached),
            report,
            "{case}: the file that comes with the mail"
        );
        assert_eq!(
            figures(&package.summary.to_string()),
            report,
            "{case}: the webhook"
        );
        let csv = admin.get(&format!("/report/file?format=csv&{request}")).await;
        assert_eq!(csv.status, 200, "{case}");
        assert_eq!(lines(&file("csv")), lines(csv.body.as_bytes()), "{case}");
        assert_eq!(lines(package.text.as_bytes()), lines(&file("txt")), "{case}");

        let page = admin
            .get_with(&format!("/report?{request}"), &[("Accept-Language", "en")])
            .await;
        assert_eq!(page.status, 200, "{case}");
        let (of_mail, of_page) = (shown(&package.html), shown(&page.body));
        assert!(of_mail.len() > 30, "{case}: {} figures", of_mail.len());
        for (figure, times) in &of_mail {
            let on_page = of_page.get(figure).copied().unwrap_or_default();
            assert!(
                on_page >= *times,
                "{case}: {figure} is {times} times in the mail, {on_page} times on the page"
            );
            compared += times;
        }
    }
    assert!(compared > 100, "seed {seed}: {compared} figures");
    service.stop().await;
}

/// The links of a page with what stands in them, but for those of rates and scores to what they are computed from.
fn links(page: &str) -> Vec<(String, String)> {
    let parts = page
        .split("<a ")
        .skip(1)
        .filter(|part| !part.starts_with("class=\"behind\""));
    let links = parts.filter_map(|part| {
        let (_, rest) = part.split_once("href=\"")?;
        let (address, rest) = rest.split_once('"')?;
        let (_, content) = rest.split_once('>')?;
        let content = content.split("</a>").next()?;
        Some((address.replace("&amp;", "&"), text(content)))
    });
    links.collect()
}

/// The number that a text begins with; thousands may be set apart.
fn count(text: &str) -> Option<u64> {
    let digits: String = text
        .chars()
        .take_while(|sign| sign.is_ascii_digit() || "\u{a0}\u{202f}\u{2009},".contains(*sign))
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[tokio::test]
async fn every_count_of_a_page_leads_to_as_many_calls() {
    let (_house, service, mut admin) = demo().await;
    let mut followed = 0;
    for page in [
        "/?period=last-28-days&by=queue",
        "/report?period=last-week&by=agent",
    ] {
        let page = admin.get(page).await;
        assert_eq!(page.status, 200);
        let of_calls: BTreeSet<(String, String)> = links(&page.body)
            .into_iter()
            .filter(|(address, _)| address.starts_with("/calls?"))
            .collect();
        for (address, shown) in of_calls.into_iter().take(MOST_LINKS) {
            let list = admin.get(&address).await;
            assert_eq!(list.status, 200, "{address}: {}", list.body);
            let listed = text(list.between("id=\"count\">", "</p>"));
            let listed = count(&listed).unwrap_or(0);
            let Some(shown) = count(&shown) else { continue };
            assert_eq!(listed, shown, "{address}");
            followed += 1;
        }
    }
    assert!(followed > 40, "{followed} links");
    service.stop().await;
}

#[tokio::test]
async fn overview_is_light_and_asks_nobody_else() {
    let (_house, service, mut admin) = demo().await;
    for page in [
        "/",
        "/?period=last-28-days&by=agent",
        "/stream",
        "/calls",
        "/comments",
        "/wallboard",
        "/sampling",
        "/surveys",
        "/system",
    ] {
        let answer = admin.get(page).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(
            answer.body.len() < MOST_BYTES,
            "{page}: {} bytes",
            answer.body.len()
        );
        for foreign in [
            "src=\"http",
            "href=\"http",
            "src=\"//",
            "href=\"//",
            "style=\"",
            "<script>",
            "onclick",
        ] {
            assert!(!answer.body.contains(foreign), "{page}: {foreign}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn what_strangers_wrote_is_text_on_every_page() {
    let (_house, service, mut admin) = demo().await;
    let mut leader = user(&service, &mut admin, "lena", Role::Supervisor).await;
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%E2%80%AE";
    for page in ["/", "/report", "/calls", "/comments", "/stream", "/wallboard"] {
        for parameter in ["queue", "agent", "period", "by", "survey"] {
            let answer = leader.get(&format!("{page}?{parameter}={evil}")).await;
            assert!(
                matches!(answer.status, 200 | 400),
                "{page} {parameter}: {}",
                answer.status
            );
            assert!(!answer.body.contains("<script>alert"), "{page} {parameter}");
        }
    }
    service.stop().await;
}

#[tokio::test]
async fn file_of_a_list_has_the_calls_of_the_list() {
    let (_house, service, mut admin) = demo().await;
    for part in [
        "step=answered",
        "question=nps&answer=0..6",
        "end=partial&queue=s*",
    ] {
        let list = admin.get(&format!("/calls?period=last-28-days&{part}")).await;
        let listed = count(&text(list.between("id=\"count\">", "</p>"))).unwrap_or(0);
        let file = admin
            .get(&format!("/calls/file?format=csv&period=last-28-days&{part}"))
            .await;
        assert_eq!(file.status, 200, "{part}: {}", file.body);
        let rows = file.body.lines().count() as u64 - 1;
        assert_eq!(rows, listed, "{part}");
        assert!(listed > 0, "{part}");
    }
    let wrong = admin.get("/calls/file?format=exe").await;
    assert_eq!(wrong.status, 400);
    service.stop().await;
}

#[tokio::test]
async fn plan_is_a_table_in_the_readers_language() {
    let (_house, service, mut admin) = demo().await;
    let finnish = [("Accept-Language", "fi")];
    let page = admin.get_with("/sampling?change=20&by=queue", &finnish).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let plan = page.between("id=\"plan\"", "</section>");
    assert!(plan.contains("Vastauksia tarvitaan kullakin jaksolla"), "{plan}");
    assert!(
        plan.contains("p\u{e4}iv\u{e4}\u{e4}") || plan.contains("viikko"),
        "a time: {plan}"
    );
    for english in [
        "answers are needed",
        "at the present rate",
        "within ten years",
        "every =",
    ] {
        assert!(!plan.contains(english), "{english}: {plan}");
    }
    // All calls, and each of three queues; NPS, CES and CSAT of each.
    assert_eq!(plan.matches("nps-ces-csat</bdi> \u{b7} ").count(), 12, "{plan}");
    let single = admin.get_with("/sampling?half_width=10", &finnish).await;
    assert!(
        single
            .between("id=\"plan\"", "</section>")
            .contains("Vastauksia tarvitaan<")
    );
    service.stop().await;
}

/// The links of a page that lead to calls, in their order.
fn calls_of(page: &str) -> Vec<String> {
    let links = links(page).into_iter().map(|(address, _)| address);
    links
        .filter(|address| address.starts_with("/calls/0") && !address.contains('#'))
        .collect()
}

#[tokio::test]
async fn call_leads_back_to_its_list_and_to_the_calls_beside_it() {
    let (_house, service, mut admin) = demo().await;
    for list in [
        "/calls?period=last-28-days&step=answered",
        "/calls?period=last-28-days&step=answered&order=oldest",
        "/calls?period=last-28-days&answer=low",
        "/stream?period=last-28-days",
    ] {
        let page = admin.get(list).await;
        let calls = calls_of(&page.body);
        let [first, second, third, ..] = calls.as_slice() else {
            panic!("{list} has three calls: {calls:?}");
        };
        let page = admin.get(second).await;
        assert_eq!(page.status, 200, "{second}");
        let beside = links(page.between("<div class=\"beside-call\"", "</div>"));
        let beside: Vec<&str> = beside.iter().map(|(address, _)| address.as_str()).collect();
        assert_eq!(beside, [list, first.as_str(), third.as_str()], "{list}");
        let page = admin.get(first).await;
        let beside = links(page.between("<div class=\"beside-call\"", "</div>"));
        assert_eq!(beside.len(), 2, "{list}: nothing is before the first: {beside:?}");
        // What the call was about leads to its figures and its questions.
        let addresses: Vec<String> = links(&page.body)
            .into_iter()
            .map(|(address, _)| address)
            .collect();
        for part in [
            "/?period=last-28-days&queue=%3D",
            "/?period=last-28-days&agent=%3D",
            "/surveys/nps-ces-csat",
        ] {
            assert!(
                addresses.iter().any(|address| address.starts_with(part)),
                "{part}: {addresses:?}"
            );
        }
        let alone = first.split('?').next().unwrap();
        let page = admin.get(alone).await;
        assert!(
            page.status == 200 && !page.body.contains("beside-call"),
            "{alone}"
        );
    }
    service.stop().await;
}

#[tokio::test]
async fn part_of_a_list_is_ordered_by_the_server_alone() {
    let (_house, service, mut admin) = demo().await;
    let newest = admin.get("/calls?period=last-28-days&step=offered").await;
    let oldest = admin
        .get("/calls?period=last-28-days&step=offered&order=oldest")
        .await;
    let (newest_calls, oldest_calls) = (calls_of(&newest.body), calls_of(&oldest.body));
    assert!(newest.body.contains("<table data-is-part>") && oldest.body.contains("<table data-is-part>"));
    let uid = |address: &String| address.split('?').next().unwrap().to_owned();
    // Identities are sorted by arrival.
    assert!(
        newest_calls.iter().map(uid).is_sorted_by(|one, next| one > next),
        "{newest_calls:?}"
    );
    assert!(
        oldest_calls.iter().map(uid).is_sorted_by(|one, next| one < next),
        "{oldest_calls:?}"
    );
    assert!(uid(&oldest_calls[0]) < uid(newest_calls.last().unwrap()));
    let short = admin
        .get("/calls?period=last-28-days&step=offered&limit=200&hour=13&weekday=1")
        .await;
    assert!(
        short.body.contains("<table>"),
        "what is complete is sorted in the browser"
    );
    service.stop().await;
}
