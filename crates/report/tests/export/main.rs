//! Exports from real database files: every figure against a plain read by other code, every format read back.

#[cfg(test)]
mod clocks;
#[cfg(test)]
mod data;
#[cfg(test)]
mod documents;
#[cfg(test)]
mod figures;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod log;
#[cfg(test)]
mod read_back;
#[cfg(test)]
#[path = "../../../storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;
