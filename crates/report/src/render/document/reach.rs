//! Whether the calls come to the survey at all, agent by agent.

use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::words::{Direction, Sense, Verdict};
use super::{Block, Phrase, Section, SectionKind, Unit};
use crate::reach::{AgentReach, Reach, ShareBesideTeam, ShareOfCalls};
use crate::render::locale::Locale;
use crate::report::Report;

/// The reported calls; `None` where the PBX reported none.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    let reach = report.reach.as_ref()?;
    let messages = locale.messages();
    let mut blocks = vec![Block::Sentence(Phrase::own(messages.text("reach-means")))];
    for (id, share) in [
        ("reach-share", reach.rate),
        ("reach-hung-up", reach.agent_hung_up),
    ] {
        blocks.extend(sentence(id, share, locale).map(|text| Block::Sentence(Phrase::own(text))));
    }
    blocks.push(Block::Sentence(Phrase::own(of_agents(reach, locale))));
    if !reach.agents.is_empty() {
        blocks.push(Block::Table(table(reach, locale)));
    }
    Some(Section {
        kind: SectionKind::Reach,
        heading: Phrase::own(messages.text("heading-reach")),
        blocks,
    })
}

fn sentence(id: &str, share: ShareOfCalls, locale: Locale) -> Option<String> {
    let values = [
        ("part", locale.count(share.part).into()),
        ("whole", locale.count(share.whole).into()),
        ("percent", locale.with_unit(share.percent?, Unit::Percent).into()),
    ];
    Some(locale.messages().with(id, values))
}

/// How many agents were compared, and whether any of them differs.
fn of_agents(reach: &Reach, locale: Locale) -> String {
    let conspicuous = reach.agents.iter().filter(|agent| agent.is_conspicuous()).count() as u64;
    let id = match (reach.agents_compared, conspicuous) {
        (0, _) => "reach-agents-too-few",
        (_, 0) => "reach-agents-alike",
        (_, _) => "reach-agents-differ",
    };
    let values = [
        ("shown", locale.count(conspicuous).into()),
        ("compared", locale.count(reach.agents_compared).into()),
    ];
    locale.messages().with(id, values)
}

fn table(reach: &Reach, locale: Locale) -> Table {
    let messages = locale.messages();
    let text = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Text);
    let number = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Number);
    let percent = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Figures(Unit::Percent));
    let adjusted = |id| {
        number(id, "column-adjusted-p")
            .defined(messages.text("formula-adjusted-p-team"))
            .detail()
    };
    Table {
        id: "reach",
        sheet: Sheet::Reach,
        caption: Phrase::own(messages.text("caption-reach")),
        keys: Vec::new(),
        columns: vec![
            text("agent", "field-agent"),
            text("team", "field-team"),
            number("eligible", "column-reported"),
            number("reached", "column-reached").detail(),
            percent("reach", "column-reach").defined(messages.text("formula-reach-reported")),
            Column::new(
                "interval",
                messages.text("column-interval"),
                ColumnKind::Intervals,
            )
            .detail(),
            percent("team_reach", "column-rest-of-team").detail(),
            adjusted("reach_p"),
            text("reach_verdict", "column-beside-team"),
            percent("agent_first", "column-agent-first").defined(messages.text("formula-agent-first")),
            percent("team_agent_first", "column-rest-of-team-agent-first").detail(),
            adjusted("agent_first_p"),
            text("agent_first_verdict", "column-agent-first-beside-team"),
        ],
        rows: reach.agents.iter().map(|agent| row(agent, locale)).collect(),
        chart: None,
    }
}

fn row(agent: &AgentReach, locale: Locale) -> Row {
    let team = match (agent.team.as_str(), &agent.team_label) {
        ("", _) => Cell::own(locale.messages().text("not-known")),
        (team, label) => Cell::foreign(label.as_deref().unwrap_or(team)),
    };
    let (rate, hung_up) = (&agent.rate, &agent.agent_hung_up);
    let mut cells = vec![
        Cell::foreign(agent.label.as_deref().unwrap_or(&agent.name)),
        team,
        Cell::Count(rate.share.whole),
        Cell::Count(rate.share.part),
        Cell::figure(rate.share.percent, Unit::Percent),
        match rate.share.low.zip(rate.share.high) {
            Some((low, high)) => Cell::Interval {
                low,
                high,
                unit: Unit::Percent,
            },
            None => Cell::Empty,
        },
    ];
    cells.extend(beside_team(rate, true, locale));
    cells.push(Cell::figure(hung_up.share.percent, Unit::Percent));
    cells.extend(beside_team(hung_up, false, locale));
    Row::of(cells)
}

/// The others of the team, p, and what it says.
fn beside_team(share: &ShareBesideTeam, high_is_good: bool, locale: Locale) -> [Cell; 3] {
    let (id, direction) = match share.verdict {
        "higher" => ("verdict-higher-team", Direction::Up),
        "lower" => ("verdict-lower-team", Direction::Down),
        "cannot_tell" => ("verdict-cannot-tell", Direction::None),
        _ => ("verdict-too-few", Direction::None),
    };
    let sense = match direction {
        Direction::None => Sense::Open,
        direction if (direction == Direction::Up) == high_is_good => Sense::Good,
        Direction::Up | Direction::Down => Sense::Bad,
    };
    let value = share.comparison.as_ref().map(|comparison| comparison.value);
    [
        Cell::figure(value, Unit::Percent),
        share.adjusted_p.map_or(Cell::Empty, Cell::P),
        Cell::Verdict(Verdict {
            words: locale.messages().text(id),
            sense,
            direction,
        }),
    ]
}
