//! Waiting until every call that is over has its end in the database.

use std::pin::Pin;
use std::time::Duration;

use crate::call::registry::Registry;
use crate::control::Settle;

/// A call whose BYE was just confirmed is heard of by its task within this time.
const HEARD_WITHIN: Duration = Duration::from_millis(20);
/// A database that is away has its own time.
const WITHIN: Duration = Duration::from_secs(2);

/// Waits for the calls of a registry.
#[derive(Debug, Clone)]
pub struct Settling(pub(super) Registry);

impl Settle for Settling {
    fn settle(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {
            tokio::time::sleep(HEARD_WITHIN).await;
            // Whoever asked reads what there is.
            let _settled = tokio::time::timeout(WITHIN, self.0.settled()).await.is_ok();
        })
    }
}
