//! Which keys count, by what the line is like when they come.

use std::time::Duration;

use super::{DIALOG, Stage};
use aftercall_base::Disposition;
use aftercall_sip::event::{Body, Command, DialogEvent, EndCause, OfferKey};

/// Puts the call into this direction, presses `9` by INFO until the question must have come, and hangs up.
async fn disposition_of_keys_at(direction: &str) -> Option<Disposition> {
    let mut stage = Stage::new().await;
    let dialog = stage.call().await;
    stage.answered().await;
    dialog
        .send(DialogEvent::Acknowledged { answer: None })
        .await
        .unwrap();
    let port = stage.phone.local_addr().unwrap().port();
    let offer = format!(
        "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na={direction}\r\n"
    );
    let reinvite = DialogEvent::Offer {
        offer: OfferKey(1),
        body: Some(Body::sdp(offer)),
    };
    dialog.send(reinvite).await.unwrap();
    let answer = stage.command().await;
    assert!(
        matches!(answer, Command::AnswerOffer { dialog: DIALOG, .. }),
        "{answer:?}"
    );
    let mut presses = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..12 {
        presses.tick().await;
        let body = Body {
            content_type: "application/dtmf-relay".to_owned(),
            bytes: b"Signal=9\r\n".to_vec(),
        };
        // Where the key has counted, the call may be over.
        let _ = dialog.send(DialogEvent::Info { body }).await;
    }
    let cause = EndCause::Bye { reason: None };
    let _ = dialog.send(DialogEvent::Ended { cause }).await;
    stage.row().await.and_then(|row| row.disposition)
}

#[tokio::test]
async fn key_pressed_while_the_line_is_inactive_answers_nothing() {
    for (direction, disposition) in [
        ("inactive", Disposition::Abandoned),
        ("sendrecv", Disposition::Completed),
        ("sendonly", Disposition::Completed),
        ("recvonly", Disposition::Completed),
    ] {
        let stored = disposition_of_keys_at(direction).await;
        assert_eq!(stored, Some(disposition), "{direction}");
    }
}
