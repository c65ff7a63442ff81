//! Places in the configuration, and faults at them.

use serde_path_to_error::Segment;

use aftercall_base::{Fault, Position};

/// The step to a key.
pub(super) fn named(key: &str) -> Segment {
    Segment::Map { key: key.to_owned() }
}

/// Whether two steps of a path are one.
fn is_step(one: &Segment, other: &Segment) -> bool {
    match (one, other) {
        (Segment::Map { key: one }, Segment::Map { key: other }) => one == other,
        (Segment::Seq { index: one }, Segment::Seq { index: other }) => one == other,
        (_, _) => false,
    }
}

/// Whether a path is another.
pub(super) fn is_path(one: &[Segment], other: &[Segment]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_step(one, other))
}

/// A fault in a line of a file, or at no line of it.
pub(super) fn fault(file: &str, line: Option<usize>, reason: String, fix: &str) -> Fault {
    let position = line.map(|line| Position { line, column: 1 });
    Fault {
        position,
        ..Fault::of_file(file, reason, fix)
    }
}
