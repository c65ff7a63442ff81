//! How far the calls came that the PBX reported, in every format, against counts kept while they were made.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;

use crate::agreement::{csv, is_near, text, written};
use crate::formulas;
use crate::markup;
use crate::support::{call, patient};
use aftercall_report::render::{ReportFormat, ReportLanguage};
use aftercall_report::{Grouping, Report, ReportQuery};
use aftercall_storage::Store;
use aftercall_storage::api_fact::ApiFact;
use aftercall_storage::selection::Dimension;
use aftercall_storage::store::Fact;
use aftercall_survey::context::{ContextValues, Field};
use aftercall_survey::record::EligibleCall;

/// What was made of one agent: reported, reached us, ended by the agent, ended by the caller.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    reported: u64,
    reached: u64,
    by_agent: u64,
    by_caller: u64,
}

const AGENTS: [(&str, &str, u32); 9] = [
    ("north", "anna", 90),
    ("north", "ben", 88),
    ("north", "carla", 35),
    ("north", "=new", 90),
    ("south", "dora", 50),
    ("south", "<b>eve</b>", 52),
    ("south", "frank", 48),
    ("", "alone", 70),
    ("west", "", 60),
];

async fn make(seed: u64, store: &impl Store) -> BTreeMap<(&'static str, &'static str), Made> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut made: BTreeMap<_, Made> = BTreeMap::new();
    let mut facts = Vec::new();
    let noon: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
    for number in 1..=900_u64 {
        let (team, agent, percent) = AGENTS[rng.random_range(0..AGENTS.len())];
        let of_agent = made.entry((team, agent)).or_default();
        // Nobody knows much of a new agent.
        if agent == "=new" && of_agent.reported == 9 {
            continue;
        }
        of_agent.reported += 1;
        let original = format!("original-{number}");
        let hung_up = match rng.random_range(0..10) {
            0 => "",
            side if (side < 7) == (agent == "carla") => {
                of_agent.by_agent += 1;
                "agent"
            }
            _ => {
                of_agent.by_caller += 1;
                "caller"
            }
        };
        let values = [
            (Field::Team, team),
            (Field::Agent, agent),
            (Field::HungUpBy, hung_up),
        ];
        let ended_at = noon + TimeDelta::seconds(number.try_into().unwrap());
        facts.push(Fact::Api(ApiFact::Eligible(vec![EligibleCall {
            original_call_id: original.clone(),
            ended_at,
            local_day: ended_at.date_naive(),
            reported_at: ended_at,
            values: ContextValues::of(values.into_iter().filter(|(_, value)| !value.is_empty())),
        }])));
        if rng.random_range(0..100) < percent {
            of_agent.reached += 1;
            let mut arrived = call(number, None, 2);
            arrived.context.values = ContextValues::of([(Field::OriginalCallId, original.as_str())]);
            facts.push(Fact::Admit(Box::new(arrived)));
        }
    }
    for fact in facts {
        for result in store.apply(&[fact]).await.unwrap() {
            result.unwrap();
        }
    }
    made
}

/// What a share of an agent has to be: percent, the team's percent, adjusted p.
type Expected = (Option<f64>, Option<f64>, Option<f64>);

fn expected(
    made: &BTreeMap<(&'static str, &'static str), Made>,
    counts: impl Fn(&Made) -> (u64, u64),
) -> Vec<Expected> {
    let named = || made.iter().filter(|((_, agent), _)| !agent.is_empty());
    let rest = |team: &str, own: &str| {
        let others = named().filter(|((of, agent), _)| *of == team && *agent != own);
        others.fold((0, 0), |sum, (_, other)| {
            let (part, whole) = counts(other);
            (sum.0 + part, sum.1 + whole)
        })
    };
    let compared: Vec<_> = named()
        .map(|((team, agent), own)| {
            let rest = rest(team, agent);
            (
                formulas::share(counts(own).0, counts(own).1).map(|share| share.value),
                formulas::share(rest.0, rest.1).map(|share| share.value),
                formulas::compare_shares(counts(own), rest).map(|difference| difference.p),
            )
        })
        .collect();
    let p_values: Vec<f64> = compared.iter().filter_map(|(.., p)| *p).collect();
    let mut adjusted = formulas::adjusted(&p_values).into_iter();
    compared
        .into_iter()
        .map(|(own, rest, p)| match p {
            Some(_) => (own, rest, adjusted.next()),
            None => (own, None, None),
        })
        .collect()
}

fn assert_number(found: &Value, expected: Option<f64>, what: &str) {
    match (found.as_f64(), expected) {
        (Some(found), Some(expected)) => assert!(is_near(found, expected), "{what}: {found}, not {expected}"),
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

#[tokio::test]
async fn every_format_shows_whose_calls_do_not_come_as_a_recount_finds_it() {
    for seed in [1, 2] {
        let directory = tempfile::tempdir().unwrap();
        let store = patient(&directory.path().join("aftercall.db")).await;
        let made = make(seed, &store).await;
        let query = ReportQuery {
            by: Some(Grouping::Name(Dimension::Agent)),
            ..ReportQuery::everything()
        };
        let report = Report::read(&store, &query).await.unwrap();
        let json: Value =
            serde_json::from_str(&text(&report, ReportFormat::Json, ReportLanguage::English)).unwrap();
        let reach = &json["reach"];
        let sum = |count: fn(&Made) -> u64| made.values().map(count).sum::<u64>();
        assert_eq!(reach["eligible"], sum(|made| made.reported));
        assert_eq!(reach["reached"], sum(|made| made.reached));
        assert_eq!(reach["agent_hung_up"]["part"], sum(|made| made.by_agent));
        assert_eq!(
            reach["agent_hung_up"]["whole"],
            sum(|made| made.by_agent + made.by_caller)
        );

        let rates = expected(&made, |made| (made.reached, made.reported));
        let hang_ups = expected(&made, |made| (made.by_agent, made.by_agent + made.by_caller));
        let agents = reach["agents"].as_array().unwrap();
        assert_eq!(agents.len(), AGENTS.len() - 1);
        for (agent, (rate, hang_up)) in agents.iter().zip(rates.iter().zip(&hang_ups)) {
            for (name, (own, rest, adjusted)) in [("rate", rate), ("agent_hung_up", hang_up)] {
                let what = format!("seed {seed}: {name} of {agent}");
                assert_number(&agent[name]["percent"], *own, &what);
                assert_number(&agent[name]["comparison"]["value"], *rest, &what);
                assert_number(&agent[name]["adjusted_p"], *adjusted, &what);
                let is_lower = rest.zip(*own).is_some_and(|(rest, own)| own < rest);
                let verdict = match adjusted {
                    None => "too_few",
                    Some(p) if *p > 0.05 => "cannot_tell",
                    Some(_) if is_lower => "lower",
                    Some(_) => "higher",
                };
                assert_eq!(agent[name]["verdict"], verdict, "{what}");
            }
        }
        let carla = agents.iter().find(|agent| agent["name"] == "carla").unwrap();
        assert_eq!(carla["rate"]["verdict"], "lower");
        assert_eq!(carla["agent_hung_up"]["verdict"], "higher");
        files_agree(&report, agents);

        // Who does not ask for agents is shown those alone that deserve a look.
        let report = Report::read(&store, &ReportQuery::everything()).await.unwrap();
        let named: Vec<String> = report
            .reach
            .unwrap()
            .agents
            .into_iter()
            .map(|agent| agent.name)
            .collect();
        let conspicuous = agents.iter().filter(|agent| {
            agent["rate"]["verdict"] == "lower" || agent["agent_hung_up"]["verdict"] == "higher"
        });
        assert_eq!(
            named,
            conspicuous
                .map(|agent| agent["name"].as_str().unwrap())
                .collect::<Vec<_>>()
        );
        // Of the dialled number of a reported call nothing is known.
        let query = ReportQuery::everything().only(Dimension::Language, &["fi"]);
        assert_eq!(Report::read(&store, &query).await.unwrap().reach, None);
    }
}

/// CSV, workbook and page have the figures of the JSON.
fn files_agree(report: &Report, agents: &[Value]) {
    let rows = csv(&text(report, ReportFormat::Csv, ReportLanguage::English), ',');
    let of_agents: Vec<_> = rows
        .iter()
        .filter(|row| row["part"] == "reach" && row["group_by"] == "agent")
        .collect();
    let figures = agents
        .iter()
        .flat_map(|agent| [(agent, "rate"), (agent, "agent_hung_up")]);
    assert_eq!(of_agents.len(), 2 * agents.len());
    for (row, (agent, figure)) in of_agents.into_iter().zip(figures) {
        assert_eq!(row["figure"], figure);
        let name = agent["name"].as_str().unwrap();
        assert_eq!(row["group"].trim_start_matches('\''), name);
        assert_number(&agent[figure]["percent"], row["value"].parse().ok(), "value");
        assert_number(&agent[figure]["adjusted_p"], row["p"].parse().ok(), "p");
        assert_eq!(agent[figure]["verdict"], row["verdict"]);
    }

    let bytes = written(report, ReportFormat::Xlsx, ReportLanguage::English);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let sheet = workbook.worksheet_range("Reach").unwrap();
    for (row, agent) in sheet.rows().skip(1).zip(agents) {
        assert_eq!(row[0], Data::String(agent["name"].as_str().unwrap().to_owned()));
        let numbers: Vec<f64> = row
            .iter()
            .filter_map(|cell| {
                if let Data::Float(number) = cell {
                    Some(*number)
                } else {
                    None
                }
            })
            .collect();
        let of = |part: &str, field: &str| agent[part][field].as_f64();
        let expected: Vec<f64> = [
            of("rate", "whole"),
            of("rate", "part"),
            of("rate", "percent"),
            of("rate", "low"),
            of("rate", "high"),
            agent["rate"]["comparison"]["value"].as_f64(),
            of("rate", "adjusted_p"),
            of("agent_hung_up", "percent"),
            agent["agent_hung_up"]["comparison"]["value"].as_f64(),
            of("agent_hung_up", "adjusted_p"),
        ]
        .into_iter()
        .flatten()
        .collect();
        assert_eq!(numbers.len(), expected.len(), "{row:?}");
        assert!(
            numbers
                .iter()
                .zip(&expected)
                .all(|(one, other)| is_near(*one, *other)),
            "{row:?}"
        );
    }
    assert_eq!(sheet.height(), agents.len() + 1);

    let page = markup::read(&text(report, ReportFormat::Html, ReportLanguage::English));
    let table = page.tables.iter().find(|table| table.class == "reach").unwrap();
    assert_eq!(table.rows.len(), agents.len());
    for (row, agent) in table.rows.iter().zip(agents) {
        assert_eq!(row[0], agent["name"].as_str().unwrap());
        let percent = agent["rate"]["percent"].as_f64();
        let shown = percent.map_or("too few".to_owned(), |percent| format!("{percent:.1} %"));
        assert!(
            row.iter()
                .any(|cell| cell.replace(['\u{a0}', '\u{202f}'], " ") == shown),
            "{row:?} {shown}"
        );
    }
    let lines = text(report, ReportFormat::Text, ReportLanguage::English);
    assert!(
        lines.contains("Do the calls reach the survey?") && lines.contains("carla"),
        "{lines}"
    );
}
