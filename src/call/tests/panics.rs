//! What becomes of a call whose task panics. No input is known that makes it: the wall clock does it here.

use std::time::Duration;

use tokio::sync::mpsc;

use super::{PanickingClock, Stage, soon};
use aftercall_base::Disposition;
use aftercall_sip::event::{Body, Command, DialogEvent};

/// The wall clock is asked when the call gets its identity, when it is decided on, when it is answered, and at each answer of
/// the caller.
const DECIDED_ON: u32 = 2;
const ANSWERED: u32 = 3;
const ANSWER_GIVEN: u32 = 4;

fn panicking_at(panics_at: u32) -> PanickingClock {
    PanickingClock {
        panics_at,
        ..PanickingClock::default()
    }
}

/// Presses a key until the call hears it and asks something of signalling.
async fn press_until_command(stage: &mut Stage, dialog: &mpsc::Sender<DialogEvent>) -> Command {
    loop {
        let body = Body {
            content_type: "application/dtmf-relay".to_owned(),
            bytes: b"Signal=9\r\n".to_vec(),
        };
        dialog.send(DialogEvent::Info { body }).await.unwrap();
        let next = tokio::time::timeout(Duration::from_millis(100), stage.commands.next());
        if let Ok(command) = next.await {
            return command.expect("the env has a handle");
        }
    }
}

async fn leaves_nothing_behind(stage: &Stage) {
    soon("the place of the call", stage.registry.empty()).await;
    let all_ports = soon("the port of the call", async {
        loop {
            let (free, all) = stage.media.ports();
            if free == all {
                return all;
            }
            tokio::task::yield_now().await;
        }
    });
    assert!(all_ports.await > 0);
}

#[tokio::test]
async fn caller_of_a_call_that_panics_while_it_is_asked_gets_a_bye_and_its_row_an_end() {
    let mut stage = Stage::with_clock(panicking_at(ANSWER_GIVEN)).await;
    let dialog = stage.call().await;
    stage.answered().await;
    let acknowledged = DialogEvent::Acknowledged { answer: None };
    dialog.send(acknowledged).await.unwrap();
    let command = soon("the BYE", press_until_command(&mut stage, &dialog)).await;
    assert!(matches!(command, Command::HangUp { .. }), "{command:?}");
    // Who hears the BYE may ask for the row.
    soon("the end", stage.registry.settled()).await;
    let row = stage.row().await.expect("the call was admitted");
    assert_eq!(
        (row.disposition.map(Disposition::as_str), row.reason.as_deref()),
        (Some("failed"), Some("internal"))
    );
    assert!(
        row.answered_at.is_some(),
        "the call was answered before it panicked"
    );
    leaves_nothing_behind(&stage).await;
}

#[tokio::test]
async fn caller_of_a_call_that_panics_before_its_ack_gets_a_bye_and_its_row_an_end() {
    let mut stage = Stage::with_clock(panicking_at(ANSWERED)).await;
    let _dialog = stage.call().await;
    stage.answered().await;
    stage.hung_up().await;
    soon("the end", stage.registry.settled()).await;
    let row = stage.row().await.expect("the call was admitted");
    assert_eq!(
        (row.disposition.map(Disposition::as_str), row.reason.as_deref()),
        (Some("failed"), Some("internal"))
    );
    leaves_nothing_behind(&stage).await;
}

#[tokio::test]
async fn call_that_panics_before_it_has_a_row_is_hung_up_on_and_the_next_one_is_taken() {
    let mut stage = Stage::with_clock(panicking_at(DECIDED_ON)).await;
    let _dialog = stage.call().await;
    stage.hung_up().await;
    leaves_nothing_behind(&stage).await;
    assert_eq!(stage.row().await, None);
    let _next = stage.call().await;
    stage.answered().await;
}
