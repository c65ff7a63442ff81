//! The contract of a back end, on real database files. One binary, so that the library is linked once.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod admission;
#[cfg(test)]
mod alerts;
#[cfg(test)]
mod api;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod counts;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod low;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sampling;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod support;
