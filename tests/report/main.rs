//! `aftercall report` on real database files, from rows to text and JSON.

#[cfg(test)]
mod report;
#[cfg(test)]
#[path = "../../crates/storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;
#[cfg(test)]
mod world;
