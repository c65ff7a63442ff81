//! Publishes in `/metrics` what the media plane and the registry count.

use std::sync::Arc;

use metrics::{counter, gauge};

use super::job::{JobError, Work};
use crate::call::registry::Registry;
use aftercall_media::{MediaPlane, PlaneStatistics};

pub(super) struct Gauges {
    pub(super) media: Arc<MediaPlane>,
    pub(super) registry: Registry,
}

impl Work for Gauges {
    async fn run(&mut self) -> Result<(), JobError> {
        publish(&self.media, &self.registry);
        Ok(())
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
fn publish(media: &MediaPlane, registry: &Registry) {
    let (free_ports, _) = media.ports();
    gauge!("aftercall_calls").set(registry.active() as f64);
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
    for (name, share) in [("50", 0.5), ("99", 0.99), ("100", 1.0)] {
        let late = statistics.send_pacing.quantile(share);
        gauge!("aftercall_media_send_lateness_seconds", "percentile" => name).set(late.as_secs_f64());
    }
}
