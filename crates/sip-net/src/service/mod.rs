//! The SIP service: sockets, and the one task that owns the [`UserAgent`].
//!
//! They have a thread of their own: however many calls there are to decide on and to talk to, a request is read, and
//! answered or refused, in its turn.
//!
//! The application binds it, takes [`InboundCall`] calls from a channel, and speaks through a [`SipHandle`]. Nobody
//! can block the SIP task: every queue to the application is bounded, and what does not fit is answered or ended
//! and counted.
//!
//! ```text
//!  queue              | full means
//!  -------------------+---------------------------------------------------------------
//!  arrivals           | readers wait: UDP overflows in the kernel, TCP pushes back
//!  incoming calls     | 503 with Retry-After, counted ([`TurnedAwayCounts`]); the agent's own limits come first
//!  events of a dialog | the dialog is hung up and its channel closed
//!  commands           | the sender waits
//!  one connection     | the connection is closed, its messages fail
//! ```

mod config;
mod dispatch;
mod driver;
mod handle;
mod publish;
mod turned_away;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::sync::{Semaphore, mpsc, oneshot};

pub use config::{Queues, SipConfig};
pub use dispatch::InboundCall;
pub use handle::{Commands, SipHandle, Stopped};
pub use turned_away::TurnedAwayCounts;

pub use crate::transport::{BindError, ConnectionLimits, IcmpErrors, Listen, TransportCounters};

use crate::transport::{Addresses, TransportContext, UntrustedSources, bind, interfaces, start, try_bind};
use aftercall_runtime::lifecycle;
use aftercall_sip::agent::{AgentConfig, UserAgent};
use dispatch::Dispatch;
use driver::Driver;

/// Opens the sockets and starts the tasks.
#[derive(Debug)]
pub struct SipService;

impl SipService {
    /// Binds every socket and closes them all again: what would stand in the way of a service now.
    pub async fn try_bind(listen: &[Listen]) -> Vec<BindError> {
        try_bind(listen).await
    }

    /// Binds every socket, or none, and starts serving. The service ends with [`SipHandle::stop`] or when the
    /// last handle is dropped.
    ///
    /// # Errors
    ///
    /// [`BindError`] names the transport and the address, where it is about one.
    pub async fn bind(config: SipConfig) -> Result<(SipHandle, mpsc::Receiver<InboundCall>), BindError> {
        let (opened, is_open) = oneshot::channel();
        let serve = || async move {
            match open(config).await {
                Ok((driver, ends)) => {
                    if opened.send(Ok(ends)).is_ok() {
                        driver.run().await;
                    }
                }
                Err(error) => {
                    // Whoever gave up waiting needs no reason.
                    let _told = opened.send(Err(error)).is_ok();
                }
            }
        };
        lifecycle::spawn_thread("sip", serve).map_err(BindError::Thread)?;
        is_open
            .await
            .unwrap_or_else(|_| Err(BindError::Thread(std::io::Error::other("it ended at once"))))
    }
}

/// What the application holds of a service: the way in, and the calls that come out.
type ApplicationSide = (SipHandle, mpsc::Receiver<InboundCall>);

/// Binds the sockets on the runtime that will serve them.
async fn open(config: SipConfig) -> Result<(Driver, ApplicationSide), BindError> {
    let sockets = bind(&config.listen, config.icmp_errors).await?;
    let bound = sockets.bound();
    let (trigger, shutdown) = lifecycle::shutdown();
    let (arrivals, arrived) = mpsc::channel(config.queues.arrivals);
    let (commands, received_commands) = mpsc::channel(config.queues.commands);
    let (incoming, calls) = mpsc::channel(config.queues.incoming);
    let counters = Arc::new(TransportCounters::default());
    let context = Arc::new(TransportContext {
        arrivals,
        messages: config.messages,
        connections: config.connections,
        addresses: Addresses::new(bound.clone(), config.advertised),
        untrusted: UntrustedSources::new(config.trusted, config.seed),
        counters: counters.clone(),
        icmp_errors: config.icmp_errors,
        places: Arc::new(Semaphore::new(config.connections.open)),
        untrusted_places: Arc::new(Semaphore::new(config.connections.untrusted)),
        last_connection: AtomicU64::new(0),
        shutdown,
    });
    let turned_away = Arc::new(TurnedAwayCounts::default());
    let retry_after = config.agent.retry_after;
    let agent = AgentConfig {
        interfaces: interfaces(&bound, config.advertised),
        ..config.agent
    };
    let driver = Driver {
        agent: UserAgent::new(agent, config.seed),
        outbound: start(sockets, context.clone()),
        dispatch: Dispatch::new(incoming, config.queues.events, counters.clone()),
        context,
        commands: received_commands,
        arrivals: arrived,
        has_handle: true,
        retry_after,
        stop: None,
        trigger,
        turned_away: Arc::clone(&turned_away),
    };
    let handle = SipHandle::new(commands, bound.into(), counters, turned_away);
    Ok((driver, (handle, calls)))
}
