//! From settings and loaded files to the configuration that calls go by: at the start, and at every reload.

use std::sync::Arc;

use super::library::Library;
use crate::call::ConfigSnapshot;
use crate::call::context::ContextReader;
use crate::call::identity::CallerHasher;
use crate::config::{Settings, privacy};
use aftercall_media::recording::Recorder;

/// The one place that says what a reload applies: whatever is built here. Each section of the settings is named, so that
/// the compiler asks of a new one on which side it belongs.
pub(super) fn build(
    settings: &Settings,
    library: Library,
    hasher: CallerHasher,
    recorder: Option<Arc<Recorder>>,
) -> ConfigSnapshot {
    let Settings {
        context,
        results,
        surveys,
        privacy,
        calls,
        // By way of the library: routes with what they inherit, surveys and prompts as they are read.
        route: _,
        sampling: _,
        languages: _,
        prompts: _,
        // By way of `context`, whose mapping carries the number plan.
        numbers: _,
        // The API's keys and rate limit: exchanged in the `Keyring`.
        http: _,
        // Only a restart changes these.
        sip: _,
        media: _,
        storage: _,
        recordings: _,
        control: _,
        log: _,
    } = settings;
    let privacy::PrivacySettings {
        caller_number,
        // The key of all hashes there are.
        key_file: _,
    } = privacy;
    let limits = |survey: &String| (survey.clone(), surveys.limits(survey));
    ConfigSnapshot {
        survey_limits: library.surveys.keys().map(limits).collect(),
        routes: library.routes,
        surveys: library.surveys,
        prompts: library.prompts,
        context: ContextReader::new(context.mapping.clone(), *caller_number, hasher),
        results: results.over(&context.presets),
        recorder,
        max_concurrent_surveys: match calls.max_concurrent {
            0 => usize::MAX,
            most => most,
        },
    }
}
