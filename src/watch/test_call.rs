//! A synthetic call: by SIP to an address of the operator's choice, with keys, to its end.
//!
//! The best address is one that leads through the PBX, so that the call takes the way of a caller who is handed over. It names the
//! queue [`TEST_QUEUE`], which reports leave out.

use std::time::Duration;

use super::TEST_QUEUE;
use aftercall_rtp::sdp::{AddressFamilies, Capabilities, Codec, Ptime, SrtpPolicy};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_test_phone::{CallPlan, KeySequence, Phone, PhoneConfig, PhoneError, Target};

/// No test call takes longer.
const LONGEST: Duration = Duration::from_secs(300);

/// A call to be placed.
#[derive(Debug, Clone)]
pub struct TestCall {
    /// Whom it calls.
    pub target: Target,
    /// What it presses, a group for each prompt.
    pub keys: KeySequence,
}

/// Why a test call failed, in a sentence without its end.
#[derive(Debug, thiserror::Error)]
pub enum TestCallError {
    /// It could not be placed.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// It went wrong.
    #[error("{0}")]
    Failed(String),
    /// It was answered and no prompt was heard.
    #[error("no prompt was heard")]
    NothingHeard,
    /// Keys were left over: the survey ended before its questions were asked.
    #[error("only {pressed} of {keys} answers were asked for")]
    TooFewQuestions {
        /// Groups of keys that were pressed.
        pressed: usize,
        /// Groups of keys that were to be pressed.
        keys: usize,
    },
    /// It did not end.
    #[error("it did not end within {} s", LONGEST.as_secs())]
    Endless,
}

impl TestCall {
    /// Places the call. Answers how long its set-up took.
    ///
    /// # Errors
    /// Anything but a survey that was heard, answered and ended by the service.
    pub async fn place(&self, seed: u64, stop: Shutdown) -> Result<Duration, TestCallError> {
        let phone = Phone::open(PhoneConfig {
            target: self.target.clone(),
            transport: None,
            capabilities: Capabilities {
                codecs: vec![Codec::Pcmu, Codec::Pcma],
                telephone_event: Some(101),
                ptime: Ptime::default(),
                rtcp_mux: true,
                families: AddressFamilies::Both,
                loopback: true,
                srtp: SrtpPolicy::Off,
                suites: Vec::new(),
            },
            threads: 1,
            seed,
        })
        .await?;
        let plan = CallPlan {
            keys: self.keys.clone(),
            headers: vec![("X-Queue".to_owned(), TEST_QUEUE.to_owned())],
            ..CallPlan::default()
        };
        let placed = tokio::time::timeout(LONGEST, phone.call(&plan, None, stop)).await;
        phone.close().await;
        let record = placed.map_err(|_| TestCallError::Endless)?;
        if let Some(failure) = record.failure {
            return Err(TestCallError::Failed(failure.to_string()));
        }
        if record.prompts == 0 {
            return Err(TestCallError::NothingHeard);
        }
        let keys = self.keys.groups().len();
        if record.pressed.len() < keys {
            return Err(TestCallError::TooFewQuestions {
                pressed: record.pressed.len(),
                keys,
            });
        }
        Ok(record.set_up.unwrap_or_default())
    }
}
