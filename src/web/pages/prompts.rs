//! The prompts of a survey, to be listened to.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::Pages;
use super::reading::PageRequest;
use super::reply::unavailable;
use crate::web::recordings::{self, Audio};
use aftercall_pages::PageFault;
use aftercall_pages::surveys::PromptLanguage;

/// The prompts that surveys play, by the configuration of the moment.
pub trait SurveyPrompts: Send + Sync + 'static {
    /// Those of a survey in each of its languages; none for a survey that the configuration has no more. Blocks on files.
    fn of_survey(&self, survey: &str) -> Vec<PromptLanguage>;

    /// One of them as a WAV file; `None` where the survey plays no prompt of that name in that language.
    fn wav(&self, survey: &str, language: &str, prompt: &str) -> Option<Vec<u8>>;
}

/// The prompts of a survey, for its page.
pub(super) async fn of_survey(pages: &Pages, survey: &str) -> Result<Vec<PromptLanguage>, PageFault> {
    let (prompts, survey) = (Arc::clone(&pages.prompts), survey.to_owned());
    let read = tokio::task::spawn_blocking(move || prompts.of_survey(&survey));
    read.await.map_err(unavailable)
}

/// Plays a prompt, or a part of it.
pub(super) async fn audio(
    State(pages): State<Pages>,
    Path((survey, language, prompt)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
    request: PageRequest,
) -> Response {
    let prompts = Arc::clone(&pages.prompts);
    let made = tokio::task::spawn_blocking(move || {
        let wav = prompts.wav(&survey, &language, &prompt)?;
        let sha256 = Sha256::digest(&wav)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Some((Bytes::from(wav), sha256))
    });
    let answered = async {
        let (wav, sha256) = made.await.map_err(unavailable)?.ok_or(PageFault::NotFound)?;
        let audio = Audio::of_prompt(wav, sha256);
        recordings::respond(&method, &headers, audio)
            .await
            .map_err(unavailable)
    };
    match answered.await {
        Ok(audio) => audio,
        Err(fault) => request.answer(Err(fault)),
    }
}
