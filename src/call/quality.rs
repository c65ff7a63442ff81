//! What is stored of a call's media.

use std::time::Duration;

use tokio::sync::mpsc;

use super::call_media::{KeyWarning, NegotiatedAudio};
use aftercall_media::{MediaEvent, MediaReport};
use aftercall_survey::record::MediaQuality;

/// A media thread reports within a tick or two; a call does not end later for want of figures.
const PATIENCE: Duration = Duration::from_millis(500);

/// Waits for the report of a session that was told to close, and says in the words of storage what it says. `None` when
/// the thread does not report in time.
pub(super) async fn of_closing(
    audio: NegotiatedAudio,
    events: &mut mpsc::Receiver<MediaEvent>,
) -> Option<MediaQuality> {
    let report = tokio::time::timeout(PATIENCE, report(events)).await.ok()??;
    Some(quality(audio, &report))
}

async fn report(events: &mut mpsc::Receiver<MediaEvent>) -> Option<MediaReport> {
    while let Some(event) = events.recv().await {
        if let MediaEvent::Closed(report) = event {
            return Some(*report);
        }
    }
    None
}

fn quality(audio: NegotiatedAudio, report: &MediaReport) -> MediaQuality {
    MediaQuality {
        codec: audio.codec.map(str::to_owned),
        ptime_ms: audio.ptime.map(|ptime| ptime.millis()),
        packets_sent: report.packets_sent,
        packets_received: report.packets_received,
        packets_lost: report.packets_lost,
        packets_duplicated: report.packets_duplicated,
        packets_refused: report.unknown_sources_refused
            + report.malformed
            + report.srtp_forged
            + report.srtp_replayed,
        packets_skipped: report.late_ticks,
        jitter_us: micros(report.jitter),
        remote_loss: report.remote_loss,
        round_trip_us: report.round_trip.map(micros),
        key_warning: key_warning(audio, report).map(|warning| warning.word().to_owned()),
    }
}

/// Whether the keys were the caller's at all, else what the negotiation warned of, else what has come: keys that we did not
/// use must not be unknown to the operator.
fn key_warning(audio: NegotiatedAudio, report: &MediaReport) -> Option<KeyWarning> {
    let several = report.contested.then_some(KeyWarning::SeveralHosts);
    let unknown = (report.unknown_events > 0).then_some(KeyWarning::UnknownPayloadType);
    for warning in several.into_iter().chain(unknown) {
        warning.log();
    }
    several.or(audio.key_warning).or(unknown)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
