//! The contract of a back end, on real database files. One binary, so that the library is linked once.

/// Runs each promise of the contract on a database of its own.
#[cfg(test)]
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let directory = tempfile::tempdir().unwrap();
                super::$name(crate::support::open(&directory.path().join("aftercall.db")).await).await;
            })*
        }
    };
}

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
