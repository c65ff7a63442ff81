//! `[calls]`: how many calls at once, and how a stop treats them.

use serde::Deserialize;

use super::value::{Span, text};

/// `[calls]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallSettings {
    /// Surveyed calls at once on this node, beyond which a sampled call is refused for capacity; 0: as many as the
    /// media threads can carry.
    pub max_concurrent: usize,
    /// The name of this node in every row; must differ between nodes that share a database.
    #[serde(deserialize_with = "text")]
    pub node: String,
    /// How long running calls may go on after a stop is asked for.
    pub drain: Span,
}

impl Default for CallSettings {
    fn default() -> Self {
        Self {
            max_concurrent: 0,
            node: "node-1".to_owned(),
            drain: Span::seconds(60),
        }
    }
}
