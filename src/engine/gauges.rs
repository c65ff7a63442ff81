//! What the media plane and the registry count, made visible to `/metrics` once a second.

use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, gauge};

use crate::call::registry::Registry;
use aftercall_media::{MediaPlane, PlaneStatistics};
use aftercall_runtime::lifecycle::{Shutdown, Ticks};

const PERIOD: Duration = Duration::from_secs(1);

/// Publishes until shutdown.
pub(super) async fn publish(media: Arc<MediaPlane>, registry: Registry, shutdown: Shutdown) {
    let mut ticks = Ticks::new(PERIOD, shutdown);
    while ticks.next().await {
        publish_once(&media, &registry);
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
fn publish_once(media: &MediaPlane, registry: &Registry) {
    let (free_ports, _) = media.ports();
    gauge!("aftercall_calls").set(registry.on() as f64);
    gauge!("aftercall_media_ports_free").set(free_ports as f64);
    let statistics: PlaneStatistics = media.statistics();
    gauge!("aftercall_media_sessions").set(statistics.sessions as f64);
    for (event, count) in [
        ("sent", statistics.packets_sent),
        ("received", statistics.packets_received),
        ("refused", statistics.packets_refused),
        ("lost", statistics.packets_lost),
    ] {
        counter!("aftercall_media_packets_total", "event" => event).absolute(count);
    }
    for (reason, count) in [
        ("forged", statistics.srtp_forged),
        ("replayed", statistics.srtp_replayed),
    ] {
        counter!("aftercall_media_srtp_dropped_total", "reason" => reason).absolute(count);
    }
    gauge!("aftercall_media_lateness_seconds").set(media.lateness().as_secs_f64());
    counter!("aftercall_media_late_ticks_total").absolute(statistics.late_ticks);
    counter!("aftercall_media_events_dropped_total").absolute(statistics.events_dropped);
    for (name, share) in [("0.5", 0.5), ("0.99", 0.99), ("1", 1.0)] {
        let late = statistics.send_pacing.quantile(share);
        gauge!("aftercall_media_send_lateness_seconds", "quantile" => name).set(late.as_secs_f64());
    }
}
