//! Surveys: what they ask, in which versions, how they flow, and what callers hear.

use maud::{Markup, html};

use aftercall_survey::{Metric, QuestionRecord, SurveyRecord};

use crate::address::{Address, encoded};
use crate::shell::{Place, Shell, page};
use crate::words::Words;

/// All surveys by name, each in the version that was loaded last.
pub fn surveys_page(shell: &Shell<'_>, surveys: &[&SurveyRecord]) -> Markup {
    let words = shell.words;
    let content = html! {
        @if surveys.is_empty() { p { (words.t("surveys-none")) } }
        ul.stream {
            @for survey in surveys {
                li {
                    @let address = format!("/surveys/{}", encoded(&survey.survey.name));
                    h2 { (shell.link(Place::Surveys, &address, &html! { bdi { (survey.title) } })) }
                    @if !survey.goal.is_empty() { p { bdi { (survey.goal) } } }
                    p.when { code { bdi { (survey.survey.name) } } " · " (words.counted("questions", survey.questions.len() as u64)) }
                }
            }
        }
    };
    page(shell, &content)
}

/// One survey.
#[derive(Debug)]
pub struct SurveyShown<'s> {
    /// Its versions, the one that was loaded last first.
    pub versions: &'s [&'s SurveyRecord],
    /// The address of the picture of its flow, if there is one: the picture itself (`data:`) for whoever may ask for nothing else.
    pub flow: Option<&'s str>,
    /// What it plays at the moment, in each of its languages.
    pub prompts: &'s [PromptLanguage],
}

/// The prompts of a survey in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptLanguage {
    /// The language (BCP 47).
    pub language: String,
    /// In the order in which a call may come to them.
    pub prompts: Vec<PromptText>,
}

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptText {
    /// Its name.
    pub name: String,
    /// What it says, where that is written down.
    pub text: Option<String>,
}

/// The page of one survey.
pub fn survey_page(shell: &Shell<'_>, shown: &SurveyShown<'_>) -> Markup {
    let words = shell.words;
    let SurveyShown {
        versions,
        flow,
        prompts,
    } = *shown;
    let content = html! {
        @if let Some(survey) = versions.first() {
            @let name = &survey.survey.name;
            @let figures = Address::default().with([("survey", format!("={name}").as_str())]).at(Place::Overview.path());
            @if !survey.goal.is_empty() { p.period { bdi { (survey.goal) } } }
            @if shell.places.contains(&Place::Overview) { p { a href=(figures) { (words.t("survey-figures")) } } }
            section.part {
                h2 { (words.t("answers-asked")) }
                ol { @for question in &survey.questions { li { (self::question(question, words)) } } }
            }
            @if let Some(flow) = flow {
                section.part {
                    h2 { (words.t("survey-flow")) }
                    p { img.flow src=(flow) alt=(words.t("survey-flow-means")); }
                }
            }
            @if prompts.iter().any(|language| !language.prompts.is_empty()) {
                section.part {
                    h2 { (words.t("survey-prompts")) }
                    p { (words.t("survey-prompts-help")) }
                    @for (index, language) in prompts.iter().enumerate() { (self::language(shell, name, language, index == 0)) }
                }
            }
            section.part {
                h2 { (words.t("survey-versions")) }
                ul { @for version in versions { li { code { (version.survey.version) } " " bdi { (version.title) } } } }
            }
        }
    };
    page(shell, &content)
}

/// What is heard in a language. Whoever opened a share link may read it; players are for those who have signed in, since a link leads to one page.
fn language(shell: &Shell<'_>, survey: &str, language: &PromptLanguage, is_open: bool) -> Markup {
    let words = shell.words;
    let tag = language.language.as_str();
    html! {
        details open[is_open] {
            summary { (language_name(tag, words)) " · " (words.counted("survey-prompts-count", language.prompts.len() as u64)) }
            ul.stream {
                @for PromptText { name, text } in &language.prompts {
                    li {
                        p.when { code { bdi { (name) } } }
                        @if let Some(text) = text { p lang=(tag) { bdi { (text) } } }
                        @if shell.reader.is_some() {
                            audio controls preload="none" aria-label={ (name) ", " (tag) }
                                src={ "/surveys/" (encoded(survey)) "/prompts/" (encoded(tag)) "/" (encoded(name)) } {}
                        }
                    }
                }
            }
        }
    }
}

/// A language by its name, where the pages have one for it; else by its tag.
fn language_name(tag: &str, words: Words) -> String {
    words
        .found(&format!("language-{tag}"))
        .unwrap_or_else(|| tag.to_owned())
}

fn question(question: &QuestionRecord, words: Words) -> Markup {
    let (min, max) = question.scale;
    html! {
        strong { bdi { (question.text) } }
        p.when {
            code { (question.id) } " · " (question.metric.as_str())
            @if question.metric != Metric::Comment {
                " · " (words.with("scale", [("min", min.to_string().into()), ("max", max.to_string().into())]))
                @if question.metric.is_scored() { " · " (words.t(if question.high_is_good { "scale-high-is-good" } else { "scale-low-is-good" })) }
                @if let Some(target) = question.target { " · " (words.with("scale-target", [("target", words.locale.figure(target).into())])) }
            }
        }
        @if !question.labels.is_empty() {
            p.when { @for (index, (value, label)) in question.labels.iter().enumerate() { @if index > 0 { ", " } (value) " " bdi { (label) } } }
        }
    }
}
