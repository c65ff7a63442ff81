//! What a call leaves in the log, with everything logged.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::EVERY;
use super::api::client::{Client, house};
use super::caller::Caller;

/// Lines kept in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_number_is_in_no_line_of_the_log() {
    let kept = Kept::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(kept.clone())
        .finish();
    // For the whole process: the calls of other tests are in it too, and their numbers must not be either.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let house = house(&format!("{EVERY}[privacy]\ncaller_number = \"clear\"\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let number = "+358401234567";
    for (path, body) in [
        ("/announcements", json!({ "caller": number, "token": number })),
        (
            "/decisions",
            json!({ "number": "two", "caller": number, "context": { "agnt": number } }),
        ),
        ("/decisions", json!({ "number": number })),
        ("/opt-outs", json!({ "number": number })),
        ("/opt-outs/remove", json!({ "number": number })),
        ("/opt-outs/lookup", json!({ "number": 358_401_234_567_u64 })),
    ] {
        client.post(path, body).await;
    }
    let mut caller = Caller::new(service.address, "secret").await.from("+358401234567");
    let told = "P-Asserted-Identity: <sip:+358401234567@pbx.example>\r\n\
                Remote-Party-ID: \"+358401234567\" <tel:+358401234567>\r\n\
                Diversion: <sip:+358401234567@pbx.example>\r\n\
                History-Info: <sip:+358401234567@pbx.example>;index=1\r\n\
                Referred-By: <sip:+358401234567@pbx.example>\r\n\
                User-to-User: caller=+358401234567;token=+358401234567\r\n\
                X-Survey: +358401234567\r\nX-Agent-Id: +358401234567\r\n";
    caller.call(told).await;
    caller.prompt().await;
    caller.press('9').await;
    caller.press_hears('x', "400").await;
    caller.offer_again("inactive").await;
    caller.bye().await;
    service.stop().await;
    let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("call ended"), "the log has the call: {log}");
    let leaks: Vec<&str> = log.lines().filter(|line| line.contains("401234567")).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}
