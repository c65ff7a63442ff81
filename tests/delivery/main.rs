//! Deliveries of reports to real receivers: an SMTP server (aiosmtpd), a web server, a folder; over simulated days and clocks.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

mod alerts;
mod certificates;
mod command;
mod exactly_once;
mod folder;
mod house;
mod mail;
mod receiver;
mod smtp;
mod webhook;

use std::future::Future;
use std::time::Duration;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The result, or a failed test when it takes too long.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing happened within {PATIENCE:?}"),
    }
}
