//! A call whose row is written: what it is asked, in which language, and how its end is stored.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::result_values::ResultValues;
use super::snapshot::CallEnvironment;
use crate::live::{CallNames, LiveCall};
use aftercall_base::{CallUid, Disposition, Language};
use aftercall_survey::admission::Decision;
use aftercall_survey::record::{CallEnd, end_without_survey};
use aftercall_survey::route::{NotSurveyed, Route};
use aftercall_survey::{LanguageSelection, Plan, Survey};

/// A call whose row is written.
#[derive(Debug)]
pub(super) struct AcceptedCall {
    pub(super) uid: CallUid,
    pub(super) survey: Arc<Survey>,
    /// The questions of the survey that this call is asked.
    pub(super) plan: Plan,
    /// The language to speak; where a menu is offered, until the caller has chosen.
    pub(super) language: Language,
    /// Whether the caller is asked for the language.
    pub(super) offers_languages: bool,
    /// What happens if it is not surveyed.
    pub(super) not_surveyed: NotSurveyed,
    /// By what supervisors know it.
    pub(super) names: CallNames,
    /// What the headers of `[results]` may hold.
    pub(super) result_values: ResultValues,
}

/// How a call ends that is not surveyed: its disposition, and as the reason the word of the rule that decided.
#[derive(Debug)]
pub(super) struct EndWithoutSurvey {
    pub(super) disposition: Disposition,
    pub(super) reason: Cow<'static, str>,
}

impl EndWithoutSurvey {
    /// The end that follows from a decision by this rule; `None` for a sampled call, which is surveyed.
    pub(super) fn of(decision: Decision, rule: Cow<'static, str>) -> Option<Self> {
        let (disposition, reason) = end_without_survey(decision, rule)?;
        Some(Self { disposition, reason })
    }
}

impl AcceptedCall {
    /// A call on this route, in the first language that its survey is asked in: of `languages`, those that the call names, then of
    /// the route's and the fallbacks.
    pub(super) fn new(
        uid: CallUid,
        route: &Route,
        survey: &Arc<Survey>,
        languages: &[String],
        result_values: ResultValues,
        plan: Plan,
    ) -> Self {
        let chosen = language(survey, languages, route);
        Self {
            uid,
            names: result_values.names(route),
            result_values: result_values.in_language(chosen.language),
            language: chosen.language.clone(),
            offers_languages: survey.menu_for(chosen.by).is_some(),
            survey: Arc::clone(survey),
            plan,
            not_surveyed: route.not_surveyed.clone(),
        }
    }

    /// This call as it is shown while it is surveyed.
    pub(super) fn live(&self, since: DateTime<Utc>) -> LiveCall {
        let version = self.survey.version();
        LiveCall {
            call: self.uid,
            since,
            names: self.names.clone(),
            survey: version.name.clone(),
            survey_version: version.version.clone(),
            language: self.language.to_string(),
            question: None,
            answered: 0,
        }
    }

    /// The end of this call, now. `answered_at` is when our 200 was sent.
    pub(super) fn end(
        &self,
        env: &CallEnvironment,
        answered_at: Option<DateTime<Utc>>,
        disposition: Disposition,
        reason: &str,
    ) -> CallEnd {
        CallEnd {
            alerts: Vec::new(),
            call: self.uid,
            answered_at,
            ended_at: env.services.utc(),
            disposition,
            reason: reason.to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
        }
    }

    /// The end of this call, now, when it is not surveyed.
    pub(super) fn end_not_surveyed(
        &self,
        env: &CallEnvironment,
        answered_at: Option<DateTime<Utc>>,
        end: &EndWithoutSurvey,
    ) -> CallEnd {
        self.end(env, answered_at, end.disposition, &end.reason)
    }
}

/// The languages that the call names, in its order, else those of its route, else the fallbacks, else the survey's own: the first
/// that the survey is asked in.
fn language<'s>(survey: &'s Survey, named: &[String], route: &Route) -> LanguageSelection<'s> {
    let named = named
        .iter()
        .map(String::as_str)
        .chain(route.languages.iter().map(Language::as_str));
    survey.choose_language(named, route.fallback.iter().map(Language::as_str))
}

#[cfg(test)]
mod tests {
    use super::language;
    use aftercall_base::Language;
    use aftercall_survey::route::{NumberPattern, Route};
    use aftercall_survey::{AnyPrompt, LanguageSelectedBy};

    #[test]
    fn language_of_the_call_goes_first_then_that_of_the_route() {
        let text = "languages = [\"en\", \"fi\", \"pt\", \"pt-br\"]\n[[question]]\nmetric = \"nps\"\n";
        let survey = aftercall_survey::parse(text, "s.toml", &AnyPrompt)
            .unwrap()
            .survey;
        let languages = |words: &[&str]| words.iter().map(|word| Language::new(word).unwrap()).collect();
        let route = |words: &[&str]| Route {
            languages: languages(words),
            fallback: languages(&["sv", "pt"]),
            ..Route::of_every_call(NumberPattern::parse("n").unwrap(), "s")
        };
        use LanguageSelectedBy::{Call, Fallback};
        let none: &[&str] = &[];
        for (told, routed, asked, by) in [
            (Some("en"), &["fi"][..], "en", Call),
            (Some("sv-fi"), &["fi"], "fi", Call),
            (None, &["de", "fi-sv", "en"], "fi", Call),
            (Some("de,fi"), none, "fi", Call),
            (Some("pt-br"), none, "pt-br", Call),
            (Some("pt-pt"), none, "pt", Call),
            (Some("sv-fi"), none, "pt", Fallback),
            (None, &["de"], "pt", Fallback),
        ] {
            let told: Vec<String> = told
                .into_iter()
                .flat_map(|told| told.split(','))
                .map(str::to_owned)
                .collect();
            let chosen = language(&survey, &told, &route(routed));
            assert_eq!(
                (chosen.language.as_str(), chosen.by),
                (asked, by),
                "{told:?} {routed:?}"
            );
        }
        let mut last = route(none);
        last.fallback.clear();
        assert_eq!(
            language(&survey, &[], &last).language.as_str(),
            "en",
            "the survey's own is the last"
        );
    }
}
