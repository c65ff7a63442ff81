//! The prompts of surveys as callers hear them, for the page about a survey.
//!
//! Where a prompt comes from is no matter of the request: a name is looked up among the prompts of the survey, and what is found has been decoded at
//! load. So every format is played as WAV, and no name is a path.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::call::{ConfigSnapshot, CurrentEnvironment};
use crate::web::pages::SurveyPrompts;
use aftercall_audio::WIDEBAND_RATE;
use aftercall_audio::prompts::{Manifest, Prompt};
use aftercall_base::Language;
use aftercall_pages::surveys::{PromptLanguage, PromptText};
use aftercall_survey::{Question, Survey};

/// The prompts of the configuration of the moment.
pub(super) struct PromptsInForce(pub(super) Arc<CurrentEnvironment>);

impl SurveyPrompts for PromptsInForce {
    fn of_survey(&self, survey: &str) -> Vec<PromptLanguage> {
        let config = self.0.config();
        let mut texts = Texts::default();
        let Some(survey) = config.surveys.get(survey) else {
            return Vec::new();
        };
        survey
            .languages()
            .iter()
            .map(|language| PromptLanguage {
                language: language.to_string(),
                prompts: names(survey, language)
                    .into_iter()
                    .filter_map(|name| {
                        let prompt = config.prompts.get(language.as_str(), name)?;
                        let text = texts.of(prompt, language, name);
                        Some(PromptText {
                            name: name.to_owned(),
                            text: text.or_else(|| asked(survey, language, name)),
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    fn wav(&self, survey: &str, language: &str, prompt: &str) -> Option<Vec<u8>> {
        let config = self.0.config();
        let found = found(&config, survey, language, prompt)?;
        wav(found.wideband()).ok()
    }
}

fn found<'c>(config: &'c ConfigSnapshot, survey: &str, language: &str, prompt: &str) -> Option<&'c Prompt> {
    let survey = config.surveys.get(survey)?;
    let language = survey
        .languages()
        .iter()
        .find(|known| known.as_str() == language)?;
    let name = names(survey, language)
        .into_iter()
        .find(|known| *known == prompt)?;
    Some(config.prompts.get(language.as_str(), name)?)
}

/// The prompts of a survey in a language, each once, in the order in which a call may come to them.
fn names<'s>(survey: &'s Survey, language: &Language) -> Vec<&'s str> {
    let closing = survey.closing();
    let choices = survey.language_menu().into_iter().flat_map(|menu| menu.choices());
    let offered = choices
        .filter(|choice| choice.language == *language)
        .map(|choice| &choice.prompt);
    let all = offered
        .chain(survey.welcome())
        .chain(survey.questions().iter().flat_map(Question::prompts))
        .chain(&closing.thanks)
        .chain(&closing.declined)
        .chain(&closing.apology);
    let mut seen = BTreeSet::new();
    all.map(|name| name.as_str())
        .filter(|name| seen.insert(*name))
        .collect()
}

/// The words of the question that a prompt asks, by the survey.
fn asked(survey: &Survey, language: &Language, name: &str) -> Option<String> {
    let mut questions = survey.questions().iter();
    let asks = |question: &&Question| {
        question
            .wording()
            .question
            .last()
            .is_some_and(|last| last.as_str() == name)
    };
    let text = questions.find(asks)?.text(language)?;
    Some(text.to_owned())
}

/// What recordings say, by the manifest of the folder that each is in: the words of a shipped prompt are not those of an own one in its place.
#[derive(Default)]
struct Texts(BTreeMap<PathBuf, Manifest>);

impl Texts {
    fn of(&mut self, prompt: &Prompt, language: &Language, name: &str) -> Option<String> {
        let folder = prompt.source().parent().and_then(Path::parent)?;
        let manifest = self.0.entry(folder.to_owned()).or_insert_with(|| {
            // One that cannot be read says nothing; `aftercall prompts check` reports it.
            Manifest::read([folder.join("manifest.toml")]).unwrap_or_default()
        });
        let entry = manifest.entry(language.as_str(), name)?;
        Some(entry.text.clone())
    }
}

/// Samples as a WAV file: 16 bits, mono, at the wideband rate.
fn wav(samples: &[i16]) -> Result<Vec<u8>, hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: WIDEBAND_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec)?;
    for sample in samples {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}
