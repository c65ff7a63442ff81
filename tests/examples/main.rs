//! The examples as they are shipped. Those for PBXs name only what exists; calls are placed with them in `tests/blackbox`. Dashboards and pages ask for
//! what the database has.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
#![expect(clippy::panic, reason = "a test may stop at the first surprise")]
#![expect(clippy::print_stdout, reason = "skipped tests are told")]

mod asterisk;
mod cisco;
mod dialplan;
mod markup;
mod results;
mod settings;
mod tools;

use std::path::PathBuf;

/// A file of the examples.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name)
}

/// Its text.
fn read(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("examples/{name}: {error}"))
}
