//! Whether calls come to the survey at all: of the calls that the PBX reported as eligible, how many reached aftercall, agent by agent, and who hung
//! up first.
//!
//! An agent who hands over fewer calls than the team may keep unhappy callers away from the survey, and the scores look better than the
//! service is. Each agent is compared with the others of the team; which of them differ is decided for all at once (Benjamini and
//! Hochberg 1995), so that among many agents none is accused by chance alone.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::comparison::{ComparisonView, compare_shares};
use crate::directory::Directory;
use crate::statistics::binomial::false_discovery;
use crate::statistics::{FEWEST_FOR_A_SCORE, share};
use aftercall_storage::selection::Dimension;
use aftercall_storage::tally::ReachTally;

/// Which part of the agents that are said to differ may differ by chance.
const FALSE_DISCOVERIES: f64 = 0.05;

/// How far the reported calls came.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reach {
    /// Calls that the PBX reported as eligible for a survey.
    pub eligible: u64,
    /// Of these: reached aftercall, or were asked about by the API.
    pub reached: u64,
    /// Of these: chosen to be surveyed.
    pub sampled: u64,
    /// Of these: answered with the survey.
    pub offered: u64,
    /// Of these: at least one question was answered.
    pub answered: u64,
    /// Reached of eligible.
    pub rate: ShareOfCalls,
    /// The agent hung up first, of the calls of which it is known who did.
    pub agent_hung_up: ShareOfCalls,
    /// Agents that were compared with their team.
    pub agents_compared: u64,
    /// All agents where figures by agent are asked for, else those alone whose calls reach us less often than those of their team, or
    /// who hang up first more often; by team and name.
    pub agents: Vec<AgentReach>,
}

/// The calls of one agent in one team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgentReach {
    /// The agent as stored; empty: not known.
    pub name: String,
    /// What the agent is called, by the directory of names; `null`: not there.
    pub label: Option<String>,
    /// The team as stored; empty: not known.
    pub team: String,
    /// What the team is called.
    pub team_label: Option<String>,
    /// Reached of eligible, beside the team.
    pub rate: ShareBesideTeam,
    /// The agent hung up first, of the calls of which it is known who did, beside the team.
    pub agent_hung_up: ShareBesideTeam,
}

/// A share of calls.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShareOfCalls {
    /// Above the line.
    pub part: u64,
    /// Below the line.
    pub whole: u64,
    /// Percent; `null` below 10 calls.
    pub percent: Option<f64>,
    /// Lower end of the 95 % interval, percent.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// A share of calls beside that of the others of the team.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShareBesideTeam {
    /// The share.
    #[serde(flatten)]
    pub share: ShareOfCalls,
    /// The others of the team; `null` where either has fewer than 10 calls.
    pub comparison: Option<ComparisonView>,
    /// The p of the comparison, adjusted for the number of agents.
    pub adjusted_p: Option<f64>,
    /// By the adjusted p: `higher`, `lower`, `cannot_tell` or `too_few`.
    pub verdict: &'static str,
}

impl ShareOfCalls {
    fn of(part: u64, whole: u64) -> Self {
        let estimate = share(part, whole).filter(|_| whole >= FEWEST_FOR_A_SCORE);
        Self {
            part,
            whole,
            percent: estimate.map(|estimate| 100.0 * estimate.point),
            low: estimate.map(|estimate| 100.0 * estimate.interval.low),
            high: estimate.map(|estimate| 100.0 * estimate.interval.high),
        }
    }
}

impl AgentReach {
    /// Whether it deserves a look: fewer calls reach us, or the agent hangs up first more often.
    pub fn is_conspicuous(&self) -> bool {
        self.rate.verdict == "lower" || self.agent_hung_up.verdict == "higher"
    }
}

/// (reached, eligible).
const fn reached(tally: &ReachTally) -> (u64, u64) {
    (tally.reached, tally.eligible)
}

/// (the agent hung up first, it is known who did).
const fn hung_up(tally: &ReachTally) -> (u64, u64) {
    (
        tally.hung_up_by_agent,
        tally.hung_up_by_agent + tally.hung_up_by_caller,
    )
}

/// From counts by team and agent; `None` where no call was reported.
pub(crate) fn gather(tallies: &[ReachTally], has_all_agents: bool, directory: &Directory) -> Option<Reach> {
    let sum = |count: fn(&ReachTally) -> u64| tallies.iter().map(count).sum::<u64>();
    let eligible = sum(|tally| tally.eligible);
    if eligible == 0 {
        return None;
    }
    let mut by_agent: BTreeMap<(&str, &str), &ReachTally> = BTreeMap::new();
    for tally in tallies {
        if let [team, agent] = tally.names.as_slice()
            && !agent.is_empty()
        {
            by_agent.insert((team, agent), tally);
        }
    }
    let rates = beside_teams(&by_agent, reached);
    let hang_ups = beside_teams(&by_agent, hung_up);
    let agents: Vec<AgentReach> = by_agent
        .keys()
        .zip(rates.into_iter().zip(hang_ups))
        .map(|((team, agent), (rate, agent_hung_up))| AgentReach {
            name: (*agent).to_owned(),
            label: directory.name(Dimension::Agent, agent).map(str::to_owned),
            team: (*team).to_owned(),
            team_label: directory.name(Dimension::Team, team).map(str::to_owned),
            rate,
            agent_hung_up,
        })
        .collect();
    let (agent_first, caller_first) = (
        sum(|tally| tally.hung_up_by_agent),
        sum(|tally| tally.hung_up_by_caller),
    );
    Some(Reach {
        eligible,
        reached: sum(|tally| tally.reached),
        sampled: sum(|tally| tally.sampled),
        offered: sum(|tally| tally.offered),
        answered: sum(|tally| tally.answered),
        rate: ShareOfCalls::of(sum(|tally| tally.reached), eligible),
        agent_hung_up: ShareOfCalls::of(agent_first, agent_first + caller_first),
        agents_compared: agents
            .iter()
            .filter(|agent| agent.rate.comparison.is_some() || agent.agent_hung_up.comparison.is_some())
            .count() as u64,
        agents: agents
            .into_iter()
            .filter(|agent| has_all_agents || agent.is_conspicuous())
            .collect(),
    })
}

/// A share of each agent beside that of the others of the team, in the order given.
fn beside_teams(
    by_agent: &BTreeMap<(&str, &str), &ReachTally>,
    counts: fn(&ReachTally) -> (u64, u64),
) -> Vec<ShareBesideTeam> {
    let mut teams: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for ((team, _), tally) in by_agent {
        let (part, whole) = counts(tally);
        let of_team = teams.entry(team).or_default();
        *of_team = (of_team.0 + part, of_team.1 + whole);
    }
    let compared: Vec<(ShareOfCalls, Option<ComparisonView>)> = by_agent
        .iter()
        .map(|((team, _), tally)| {
            let (part, whole) = counts(tally);
            let (team_part, team_whole) = teams.get(team).copied().unwrap_or_default();
            let rest = (team_part.saturating_sub(part), team_whole.saturating_sub(whole));
            (
                ShareOfCalls::of(part, whole),
                compare_shares((part, whole), rest, "team"),
            )
        })
        .collect();
    let p_values: Vec<Option<f64>> = compared
        .iter()
        .map(|(_, comparison)| comparison.as_ref().map(|comparison| comparison.p))
        .collect();
    let adjusted = false_discovery::adjusted(&p_values);
    let verdict =
        |comparison: &Option<ComparisonView>, adjusted_p: Option<f64>| match (comparison, adjusted_p) {
            (Some(comparison), Some(p)) if p <= FALSE_DISCOVERIES && comparison.difference < 0.0 => "lower",
            (Some(_), Some(p)) if p <= FALSE_DISCOVERIES => "higher",
            (Some(_), _) => "cannot_tell",
            (None, _) => "too_few",
        };
    compared
        .into_iter()
        .zip(adjusted)
        .map(|((share, comparison), adjusted_p)| ShareBesideTeam {
            verdict: verdict(&comparison, adjusted_p),
            share,
            comparison,
            adjusted_p,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{AgentReach, gather};
    use crate::directory::Directory;
    use aftercall_storage::tally::ReachTally;

    fn tally(team: &str, agent: &str, (reached, eligible): (u64, u64), hung_up: (u64, u64)) -> ReachTally {
        ReachTally {
            names: vec![team.to_owned(), agent.to_owned()],
            eligible,
            reached,
            hung_up_by_agent: hung_up.0,
            hung_up_by_caller: hung_up.1,
            ..ReachTally::default()
        }
    }

    fn find<'a>(agents: &'a [AgentReach], name: &str) -> &'a AgentReach {
        agents.iter().find(|agent| agent.name == name).unwrap()
    }

    #[test]
    fn agent_who_keeps_callers_away_stands_out_beside_the_own_team_alone() {
        let mut tallies: Vec<ReachTally> = (0..20)
            .map(|number| tally("one", &format!("a{number:02}"), (90, 100), (20, 80)))
            .collect();
        // Team two hands over fewer calls, all of its agents alike.
        tallies.extend((0..5).map(|number| tally("two", &format!("b{number}"), (50, 100), (0, 0))));
        tallies.push(tally("one", "keeper", (60, 100), (70, 30)));
        tallies.push(tally("one", "new", (1, 9), (0, 9)));
        tallies.push(tally("three", "alone", (10, 100), (5, 95)));
        tallies.push(tally("one", "", (0, 500), (0, 0)));
        let reach = gather(&tallies, false, &Directory::default()).unwrap();
        let names: Vec<&str> = reach.agents.iter().map(|agent| agent.name.as_str()).collect();
        assert_eq!(names, ["keeper"]);
        let keeper = find(&reach.agents, "keeper");
        assert_eq!(
            (keeper.rate.verdict, keeper.agent_hung_up.verdict),
            ("lower", "higher")
        );
        assert_eq!(keeper.rate.share.percent, Some(60.0));
        // The others of the team: 20 agents of 100 calls and the new one, not the calls of nobody.
        let team = keeper.rate.comparison.as_ref().unwrap();
        assert_eq!((team.n, team.with), (2_009, "team"));
        assert!(keeper.rate.adjusted_p.unwrap() >= team.p);
        assert_eq!(reach.eligible, 2_000 + 500 + 100 + 9 + 100 + 500);
        assert_eq!(reach.agents_compared, 26);

        let all = gather(&tallies, true, &Directory::default()).unwrap();
        assert_eq!(all.agents.len(), 28);
        assert_eq!(find(&all.agents, "new").rate.verdict, "too_few");
        assert_eq!(find(&all.agents, "new").rate.share.percent, None);
        assert_eq!(find(&all.agents, "alone").rate.comparison, None);
        assert_eq!(find(&all.agents, "b0").rate.verdict, "cannot_tell");
    }

    #[test]
    fn among_many_agents_alike_nobody_is_accused() {
        // 200 agents of one rate, 80 %, drawn with a fixed generator: one in twenty has a p below 0.05.
        let mut state = 7_u64;
        let mut draw = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % 10 < 8
        };
        let tallies: Vec<ReachTally> = (0..200)
            .map(|number| {
                let reached = (0..200).filter(|_| draw()).count() as u64;
                tally("one", &format!("a{number}"), (reached, 200), (0, 0))
            })
            .collect();
        let all = gather(&tallies, true, &Directory::default()).unwrap();
        let by_chance = all.agents.iter().filter(|agent| {
            let comparison = agent.rate.comparison.as_ref();
            comparison.is_some_and(|comparison| comparison.p < 0.05)
        });
        assert!(by_chance.count() >= 3, "the unadjusted test accuses some");
        assert!(all.agents.iter().all(|agent| !agent.is_conspicuous()));
        assert!(gather(&[], true, &Directory::default()).is_none());
    }
}
