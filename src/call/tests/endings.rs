//! What is stored of a call that ends before its ACK has come, by what has ended it.

use super::{Stage, soon};
use aftercall_base::Disposition;
use aftercall_sip::event::{DialogEvent, EndCause};

/// What ends the dialog, and what is stored: disposition, reason, whether the call was answered.
fn endings() -> [(EndCause, &'static str, &'static str, bool); 7] {
    [
        // A CANCEL that came while our 200 was on its way to signalling: the peer heard 487.
        (EndCause::Cancelled, "abandoned", "cancelled", false),
        (EndCause::Refused, "failed", "answered_too_late", false),
        (
            EndCause::Bye { reason: None },
            "abandoned",
            "caller_hung_up",
            true,
        ),
        (EndCause::HungUp, "abandoned", "caller_hung_up", true),
        (EndCause::AckTimeout, "failed", "ack_timeout", true),
        (EndCause::NoResponse, "failed", "transport", true),
        (EndCause::TransportFailed, "failed", "transport", true),
    ]
}

#[tokio::test]
async fn call_that_ends_after_our_200_is_stored_with_what_has_ended_it() {
    for (cause, disposition, reason, answered) in endings() {
        let mut stage = Stage::new().await;
        let dialog = stage.call().await;
        stage.answered().await;
        let name = format!("{cause:?}");
        dialog.send(DialogEvent::Ended { cause }).await.unwrap();
        let row = stage.row().await.expect("the call was admitted");
        assert_eq!(
            (
                row.disposition.map(Disposition::as_str),
                row.reason.as_deref(),
                row.answered_at.is_some()
            ),
            (Some(disposition), Some(reason), answered),
            "{name}"
        );
    }
}

#[tokio::test]
async fn call_that_is_cancelled_while_it_is_decided_on_is_stored_as_cancelled() {
    let stage = Stage::new().await;
    let dialog = stage.call().await;
    let cause = EndCause::Cancelled;
    dialog.send(DialogEvent::Ended { cause }).await.unwrap();
    soon("the end", dialog.closed()).await;
    let row = stage.row().await.expect("the call was admitted");
    assert_eq!(
        (
            row.disposition.map(Disposition::as_str),
            row.reason.as_deref(),
            row.answered_at
        ),
        (Some("abandoned"), Some("cancelled"), None),
        "whether the 200 had left or not"
    );
}
