//! `aftercall report` on real database files, from rows to every format.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod behind;
#[cfg(test)]
mod command;
#[cfg(test)]
mod expected;
#[cfg(test)]
mod formulas;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod recount;
#[cfg(test)]
mod report;
#[cfg(test)]
mod shown;
#[cfg(test)]
#[path = "../../crates/storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;
#[cfg(test)]
mod world;
