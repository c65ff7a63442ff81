//! How far the reported calls came, all together and agent by agent.

use super::{Figure, Scope, Value};
use crate::reach::{AgentReach, Reach, ShareBesideTeam, ShareOfCalls};

/// Counts and shares of all reported calls, and the shares of each agent; `label` is the agent's team.
pub(super) fn of(reach: &Reach) -> Vec<Figure<'_>> {
    let counts = [
        ("eligible", reach.eligible),
        ("reached", reach.reached),
        ("sampled", reach.sampled),
        ("offered", reach.offered),
        ("answered", reach.answered),
        ("agents_compared", reach.agents_compared),
    ];
    let mut figures: Vec<Figure<'_>> = counts
        .map(|(figure, calls)| Figure {
            part: "reach",
            figure,
            unit: if figure == "agents_compared" {
                "agents"
            } else {
                "calls"
            },
            value: Value::Count(calls),
            ..Figure::default()
        })
        .into();
    figures.push(share("rate", reach.rate));
    figures.push(share("agent_hung_up", reach.agent_hung_up));
    figures.extend(reach.agents.iter().flat_map(|agent| {
        [
            beside_team("rate", agent, &agent.rate),
            beside_team("agent_hung_up", agent, &agent.agent_hung_up),
        ]
    }));
    figures
}

fn share<'r>(figure: &'r str, share: ShareOfCalls) -> Figure<'r> {
    Figure {
        part: "reach",
        figure,
        unit: "percent",
        value: share.percent.into(),
        n: Some(share.whole),
        low: share.low,
        high: share.high,
        ..Figure::default()
    }
}

fn beside_team<'r>(figure: &'r str, agent: &'r AgentReach, beside: &'r ShareBesideTeam) -> Figure<'r> {
    Figure {
        scope: Scope {
            group_by: "agent",
            group: &agent.name,
            ..Scope::default()
        },
        label: &agent.team,
        p: beside.adjusted_p,
        verdict: beside.verdict,
        ..share(figure, beside.share)
    }
}
