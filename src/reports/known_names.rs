//! The names that forms suggest, for a minute: they are read from the counts of all time, and every page has six lists of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aftercall_storage::Scope;
use aftercall_storage::selection::Dimension;

/// How long a list is taken as it is.
const FRESH: Duration = Duration::from_secs(60);
/// Lists that are kept; a list has 1,000 names at most.
const MOST: usize = 120;

/// Lists by scope and dimension, the oldest first.
#[derive(Debug, Default)]
pub(super) struct KnownNames(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    scope: Scope,
    dimension: Dimension,
    names: Arc<[String]>,
    read_at: Instant,
}

impl KnownNames {
    pub(super) fn get(&self, scope: &Scope, dimension: Dimension, now: Instant) -> Option<Arc<[String]>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_asked = |known: &&Known| {
            known.dimension == dimension
                && known.scope == *scope
                && now.saturating_duration_since(known.read_at) < FRESH
        };
        known
            .iter()
            .rev()
            .find(is_asked)
            .map(|known| Arc::clone(&known.names))
    }

    pub(super) fn keep(&self, scope: Scope, dimension: Dimension, names: Arc<[String]>, now: Instant) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|known| known.dimension != dimension || known.scope != scope);
        if known.len() >= MOST {
            known.pop_front();
        }
        known.push_back(Known {
            scope,
            dimension,
            names,
            read_at: now,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{FRESH, KnownNames, MOST};
    use aftercall_storage::Scope;
    use aftercall_storage::selection::Dimension;

    #[test]
    fn list_is_of_its_scope_for_a_minute_and_few_are_kept() {
        let (known, now) = (KnownNames::default(), aftercall_runtime::clock::monotonic());
        let of = |agent: usize| Scope::Agent(format!("a{agent}"));
        for agent in 0..=MOST {
            known.keep(of(agent), Dimension::Queue, Arc::from([agent.to_string()]), now);
        }
        let names = |agent, dimension, at| known.get(&of(agent), dimension, at).map(|names| names.to_vec());
        assert_eq!(names(0, Dimension::Queue, now), None);
        assert_eq!(names(7, Dimension::Queue, now), Some(vec!["7".to_owned()]));
        assert_eq!(names(7, Dimension::Team, now), None);
        assert_eq!(names(7, Dimension::Queue, now + FRESH), None);
        known.keep(
            of(7),
            Dimension::Queue,
            Arc::from(["new".to_owned()]),
            now + FRESH,
        );
        assert_eq!(
            names(7, Dimension::Queue, now + FRESH),
            Some(vec!["new".to_owned()])
        );
    }
}
