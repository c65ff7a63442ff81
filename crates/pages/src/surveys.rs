//! Surveys: what they ask, in which versions, and how they flow.

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
                    h2 { a href={ "/surveys/" (encoded(&survey.survey.name)) } { bdi { (survey.title) } } }
                    @if !survey.goal.is_empty() { p { bdi { (survey.goal) } } }
                    p.when { code { bdi { (survey.survey.name) } } " · " (words.counted("questions", survey.questions.len() as u64)) }
                }
            }
        }
    };
    page(shell, &content)
}

/// One survey: `versions` of it, the one that was loaded last first.
pub fn survey_page(shell: &Shell<'_>, versions: &[&SurveyRecord], has_flow: bool) -> Markup {
    let words = shell.words;
    let content = html! {
        @if let Some(survey) = versions.first() {
            @let name = &survey.survey.name;
            @let figures = Address::default().with([("survey", format!("={name}").as_str())]).at(Place::Overview.path());
            @if !survey.goal.is_empty() { p.period { bdi { (survey.goal) } } }
            p { a href=(figures) { (words.t("survey-figures")) } }
            section.part {
                h2 { (words.t("answers-asked")) }
                ol { @for question in &survey.questions { li { (self::question(question, words)) } } }
            }
            @if has_flow {
                section.part {
                    h2 { (words.t("survey-flow")) }
                    p { img.flow src={ "/surveys/" (encoded(name)) "/flow.svg" } alt=(words.t("survey-flow-means")); }
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
