//! Every count of a report that leads to calls leads to as many calls: what is shown, what is counted, and what the pages of the list have
//! together.

use std::cell::RefCell;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc, Weekday};
use html5gum::{Token, Tokenizer};

use crate::support::patient;
use crate::world::World;
use aftercall::browse::BrowseRequest;
use aftercall::reports::{ReportContext, ReportRequest};
use aftercall_report::Report;
use aftercall_report::render::{LinkTarget, Links, Parameters, ReportLanguage, report_markup};
use aftercall_storage::part::Part;
use aftercall_storage::{CallLists, SqliteStore, Store};

type Query = Vec<(&'static str, String)>;

fn now() -> DateTime<Utc> {
    "2026-10-28T12:03:22Z".parse().unwrap()
}

fn context(world: &World) -> ReportContext {
    ReportContext {
        zone: world.zone,
        zones: aftercall_report::export::RouteZones::of(world.zone),
        first_weekday: Weekday::Mon,
        directory: std::sync::Arc::default(),
        attributes: ["segment".to_owned()].into(),
        campaigns: Vec::new(),
        test_queue: None,
    }
}

fn query(parameters: &[(&'static str, &str)]) -> Query {
    let owned = parameters.iter().map(|(name, text)| (*name, (*text).to_owned()));
    owned.collect()
}

/// The parameters of the report with those of a link, as the pages join them.
fn joined(report: &Query, link: &Query) -> Query {
    let is_replaced = |name: &str| {
        link.iter().any(|(other, _)| *other == name)
            || (link.iter().any(|(other, _)| *other == "period") && matches!(name, "from" | "to"))
    };
    let kept = report.iter().filter(|(name, _)| !is_replaced(name)).cloned();
    kept.chain(link.iter().cloned()).collect()
}

/// A link of a report: the calls that it leads to, and the count that it shows.
#[derive(Debug)]
struct Link {
    query: Query,
    /// `None`: a rate or a score, which is computed from them.
    shown: Option<u64>,
}

/// Every link to calls in the parts of a report.
fn links(report: &Report) -> Vec<Link> {
    let queries: RefCell<Vec<Query>> = RefCell::default();
    let address = |target: LinkTarget, parameters: &Parameters| match target {
        LinkTarget::Part => "#part".to_owned(),
        LinkTarget::Calls => {
            let mut queries = queries.borrow_mut();
            queries.push(
                parameters
                    .iter()
                    .map(|(name, text)| (name, text.to_owned()))
                    .collect(),
            );
            format!("#{}", queries.len() - 1)
        }
    };
    let markup = report_markup(report, ReportLanguage::English, Links::new(&address));
    let mut html = markup.cards.into_string();
    for section in markup.sections {
        // Charts stand there twice: alone for the overview, and among the tables.
        section
            .charts
            .into_iter()
            .for_each(|chart| html.push_str(&chart.into_string()));
        html.push_str(&section.body.into_string());
    }
    let queries = queries.into_inner();
    let shown = shown(&html);
    assert_eq!(shown.len(), queries.len(), "each address stands in the page");
    let link = |(index, shown): (usize, Option<u64>)| Link {
        query: queries[index].clone(),
        shown,
    };
    shown.into_iter().map(link).collect()
}

/// The number of each link to calls, with the count that it shows: the digits of its text, or those at the end of its label.
fn shown(html: &str) -> Vec<(usize, Option<u64>)> {
    let mut shown = Vec::new();
    let mut open: Option<(usize, String)> = None;
    let mut label = None;
    let mut is_figure = false;
    for token in Tokenizer::new(html) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if tag.name.as_slice() == b"a" => {
                let attribute = |name: &[u8]| {
                    let value = tag.attributes.get(name)?;
                    Some(String::from_utf8_lossy(value).into_owned())
                };
                let href = attribute(b"href").unwrap();
                open = href
                    .trim_start_matches('#')
                    .parse()
                    .ok()
                    .map(|index| (index, String::new()));
                label = attribute(b"aria-label");
                is_figure = attribute(b"class").as_deref() == Some("behind");
            }
            Token::String(text) => {
                if let Some((_, own)) = &mut open {
                    own.push_str(&String::from_utf8_lossy(&text));
                }
            }
            Token::EndTag(tag) if tag.name.as_slice() == b"a" => {
                if let Some((index, text)) = open.take() {
                    let text = label.take().map_or(text, |label| {
                        label.rsplit(": ").next().unwrap_or_default().to_owned()
                    });
                    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                    let count = || digits.parse().unwrap_or_else(|_| panic!("{text:?} is a count"));
                    shown.push((index, (!is_figure).then(count)));
                }
            }
            _ => {}
        }
    }
    shown
}

/// How many calls the pages of a list have; each is there once, the newest first.
async fn listed(store: &SqliteStore, request: &BrowseRequest, context: &ReportContext, limit: usize) -> u64 {
    let selection = request.selection(context, now()).unwrap();
    let mut snapshot = store.snapshot().await.unwrap();
    let (mut seen, mut after, mut last) = (BTreeSet::new(), None, None);
    loop {
        let page = snapshot
            .calls_behind(&selection, &request.part, after.as_ref(), limit)
            .await
            .unwrap();
        assert!(page.calls.len() <= limit);
        for call in &page.calls {
            assert!(seen.insert(call.uid), "{} is listed twice", call.uid);
            let place = (call.local_day, call.uid);
            assert!(last.is_none_or(|last| place < last), "the newest comes first");
            last = Some(place);
        }
        match page.next {
            Some(next) => {
                let text = next.to_string();
                assert_eq!(
                    text.parse().as_ref(),
                    Ok(&next),
                    "a cursor is read as it is written"
                );
                after = Some(next);
            }
            None => return seen.len() as u64,
        }
    }
}

async fn assert_links_lead_to_their_counts(world: &World, reports: &[&[(&'static str, &str)]]) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    world.write(&store).await;
    let context = context(world);
    let mut followed = 0;
    for parameters in reports {
        let base = query(parameters);
        let mut request = ReportRequest::default();
        for (name, text) in &base {
            assert!(request.take(name, text).unwrap());
        }
        let report = Report::read(&store, &request.query(&context, now()).unwrap())
            .await
            .unwrap();
        let links = links(&report);
        assert!(links.len() > 10, "{parameters:?} has links");
        for link in links {
            let joined = joined(&base, &link.query);
            let request = BrowseRequest::of(joined.iter().map(|(name, text)| (name, text))).unwrap();
            let selection = request.selection(&context, now()).unwrap();
            let mut snapshot = store.snapshot().await.unwrap();
            let counted = snapshot.count_behind(&selection, &request.part).await.unwrap();
            let what = format!("seed {}: {joined:?}", world.seed);
            match link.shown {
                Some(shown) => assert_eq!(shown, counted, "counted: {what}"),
                None => assert!(counted >= 10, "a figure rests on ten at least: {what}"),
            }
            assert_eq!(
                counted,
                listed(&store, &request, &context, 37).await,
                "listed: {what}"
            );
            followed += 1;
        }
    }
    followed
}

#[tokio::test]
async fn every_link_of_a_report_leads_to_as_many_calls_as_it_shows() {
    let followed = assert_links_lead_to_their_counts(
        &World::small(7, 400),
        &[
            &[
                ("period", "2026-10-24..2026-10-27"),
                ("by", "queue"),
                ("trend", "day"),
                ("compare", "previous"),
            ],
            &[("period", "this-month"), ("by", "agent"), ("trend", "week")],
            &[("by", "survey_version"), ("trend", "month")],
            &[("period", "last-7-days"), ("by", "weekday"), ("trend", "hour")],
            &[("from", "2026-10-21"), ("by", "hour")],
        ],
    )
    .await;
    assert!(followed > 500, "{followed}");
}

#[tokio::test]
async fn links_keep_the_filters_of_their_report() {
    let mut world = World::small(8, 300);
    // Signs that lists, patterns and addresses use themselves.
    world.queues = ["a,b", "a", "=x", "!y", "*", "-", ""].map(str::to_owned).to_vec();
    assert_links_lead_to_their_counts(
        &world,
        &[
            &[("by", "queue")],
            &[
                ("queue", "!a"),
                ("by", "team"),
                ("language", "fi"),
                ("trend", "day"),
            ],
            &[
                ("when", "talk_time = { from = 300 }"),
                ("by", "queue"),
                ("trend", "day"),
            ],
            &[("dialled", "care"), ("by", "language"), ("survey", "care")],
            &[
                ("from", "2026-10-22T10:30:00+03:00"),
                ("to", "2026-10-26T11:15:00+02:00"),
                ("by", "weekday"),
                ("trend", "day"),
            ],
        ],
    )
    .await;
}

#[tokio::test]
async fn conditions_of_several_kinds_select_the_calls_that_fulfil_all() {
    let world = World::small(9, 1_200);
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    world.write(&store).await;
    let context = context(&world);
    let count = async |parameters: &[(&'static str, &str)]| {
        let request = BrowseRequest::of(parameters.iter().copied()).unwrap();
        let selection = request.selection(&context, now()).unwrap();
        let mut snapshot = store.snapshot().await.unwrap();
        let counted = snapshot.count_behind(&selection, &request.part).await.unwrap();
        assert_eq!(
            counted,
            listed(&store, &request, &context, 200).await,
            "{parameters:?}"
        );
        counted
    };
    let all = count(&[]).await;
    assert_eq!(all, world.calls);
    let partial = count(&[("step", "partial"), ("question", "nps"), ("answer", "any")]).await;
    assert!(partial > 0 && partial <= count(&[("step", "partial")]).await);
    // One call may have the value at several questions, and counts once.
    let any_one = count(&[("answer", "1")]).await;
    assert!(any_one > count(&[("question", "nps"), ("answer", "1")]).await);
    let ranges = [
        count(&[("question", "nps"), ("answer", "0..6")]).await,
        count(&[("question", "nps"), ("answer", "7..10")]).await,
    ];
    assert_eq!(
        ranges[0] + ranges[1],
        count(&[("question", "nps"), ("answer", "any")]).await
    );
    let outside = count(&[("question", "nps"), ("answer", "out_of_scale")]).await;
    let skipped = count(&[("question", "nps"), ("answer", "skipped")]).await;
    assert!(outside > 0 && skipped > 0);
    assert_eq!(
        count(&[("question", "nps")]).await,
        ranges[0] + ranges[1] + outside + skipped
    );
    assert!(count(&[("comment", "comment"), ("step", "completed")]).await > 0);
    assert_eq!(count(&[("end", "completed"), ("step", "in_progress")]).await, 0);
    assert_eq!(
        Part::default(),
        BrowseRequest::of(Vec::<(&str, &str)>::new()).unwrap().part
    );
}
