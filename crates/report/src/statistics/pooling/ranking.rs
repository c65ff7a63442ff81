//! Groups instead of ranks.

use crate::statistics::ConfidenceInterval;

/// Nobody with fewer answers is ranked.
pub const FEWEST_FOR_A_RANK: u64 = 30;

/// Sorts agents into groups whose intervals do not overlap, 1 the highest, in the order given.
///
/// Each agent is given with its answers and the interval of its score, raw or [pooled](super::Pooled). Agents with
/// fewer than [`FEWEST_FOR_A_RANK`] answers are not ranked: `None`. Two of the others are in one group if their
/// intervals overlap, or if a chain of overlapping intervals leads from one to the other. So **every** interval of a
/// group lies above every interval of the next group, and within a group no order is claimed. Intervals that only
/// touch overlap. Often there is one group: then nothing can be said of who is better.
pub fn rank_groups(agents: &[(u64, ConfidenceInterval)]) -> Vec<Option<usize>> {
    let mut ranked: Vec<(usize, ConfidenceInterval)> = agents
        .iter()
        .enumerate()
        .filter(|(_, (n, _))| *n >= FEWEST_FOR_A_RANK)
        .map(|(place, (_, interval))| (place, *interval))
        .collect();
    ranked.sort_by(|(_, one), (_, other)| other.high.total_cmp(&one.high));
    let mut groups = vec![None; agents.len()];
    let (mut group, mut lowest) = (0, f64::INFINITY);
    for (place, interval) in ranked {
        if group == 0 || interval.high < lowest {
            group += 1;
            lowest = interval.low;
        }
        lowest = lowest.min(interval.low);
        if let Some(slot) = groups.get_mut(place) {
            *slot = Some(group);
        }
    }
    groups
}
