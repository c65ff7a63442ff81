//! From settings and loaded files to the configuration that calls go by: at the start, and at every reload.

use std::sync::Arc;

use super::content::LoadedContent;
use crate::call::ConfigSnapshot;
use crate::call::caller_hash::CallerHasher;
use crate::call::context::ContextReader;
use crate::config::{Settings, privacy};
use aftercall_media::recording::Recorder;

/// What a reload applies is what is built here. Each section of the settings is named, so that the compiler asks of a new one
/// on which side it belongs; a test compares each setting with what [`config::setting`](crate::config::setting) says of it.
pub(super) fn build(
    settings: &Settings,
    content: LoadedContent,
    hasher: CallerHasher,
    recorder: Option<Arc<Recorder>>,
) -> ConfigSnapshot {
    let Settings {
        context,
        results,
        surveys,
        privacy,
        calls,
        sampling,
        // By way of `LoadedContent`: routes with what they inherit, surveys and prompts as they are read.
        route: _,
        languages: _,
        prompts: _,
        // By way of `context`, whose mapping carries the number plan.
        numbers: _,
        // The API's keys and rate limit: exchanged in the `Keyring`.
        http: _,
        // Exchanged in `delivery::CurrentSetup`.
        mail: _,
        delivery: _,
        // Only a restart changes these.
        sip: _,
        media: _,
        // Read where reports are made, of the settings in use.
        reports: _,
        // Exchanged in the `Watch`.
        watch: _,
        storage: _,
        recordings: _,
        control: _,
        pages: _,
        log: _,
    } = settings;
    let privacy::PrivacySettings {
        caller_number,
        // The key of all hashes there are.
        key_file: _,
    } = privacy;
    let limits = |survey: &String| (survey.clone(), surveys.limits(survey));
    ConfigSnapshot {
        survey_limits: content.surveys.keys().map(limits).collect(),
        routes: content.routes,
        surveys: content.surveys,
        prompts: content.prompts,
        context: ContextReader::new(context.mapping.clone(), *caller_number, hasher),
        results: results.over(&context.presets),
        recorder,
        time_zone: sampling.time_zone.0,
        max_concurrent_surveys: match calls.max_concurrent {
            0 => usize::MAX,
            most => most,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::build;
    use crate::call::ConfigSnapshot;
    use crate::call::caller_hash::CallerHasher;
    use crate::config::load::from_text;
    use crate::config::setting::{Applied, Section, settings};
    use crate::delivery::Setup;
    use crate::engine::content::LoadedContent;
    use aftercall_report::Directory;
    use aftercall_survey::AnyPrompt;
    use aftercall_survey::admission::{PlanReason, SamplingPlan, Stratum, StratumKind};
    use aftercall_survey::context::Field;

    /// What calls go by with this configuration, as text; the files that it names are not read.
    fn snapshot(text: &str) -> String {
        let loaded = from_text(text, "a.toml", Some([].into()));
        assert!(loaded.faults.is_empty(), "{text}: {:?}", loaded.faults);
        let survey = "languages = [\"en\"]\n[[question]]\nmetric = \"nps\"\n";
        let survey = aftercall_survey::parse(survey, "nps-comment.toml", &AnyPrompt);
        let content = LoadedContent {
            prompts: Arc::default(),
            surveys: [("nps-comment".to_owned(), Arc::new(survey.unwrap().survey))].into(),
            routes: loaded.settings.routes().cloned().collect(),
            directory: Directory::default(),
            deliveries: Setup::default(),
        };
        format!(
            "{:?}",
            build(&loaded.settings, content, CallerHasher::new(&[0; 32]), None)
        )
    }

    /// The snapshot of a file, without its surveys.
    fn built(text: &str) -> ConfigSnapshot {
        let loaded = from_text(text, "a.toml", Some([].into()));
        assert!(loaded.faults.is_empty(), "{text}: {:?}", loaded.faults);
        let content = LoadedContent {
            prompts: Arc::default(),
            surveys: [].into(),
            routes: loaded.settings.routes().cloned().collect(),
            directory: Directory::default(),
            deliveries: Setup::default(),
        };
        build(&loaded.settings, content, CallerHasher::new(&[0; 32]), None)
    }

    /// N of each queue that is planned for the first route.
    fn planned(config: &ConfigSnapshot) -> Vec<(&str, u32)> {
        let planned = config.routes[0].rules.planned.iter();
        planned
            .map(|(queue, every)| (queue.as_str(), every.get()))
            .collect()
    }

    #[test]
    fn planned_n_is_kept_by_a_route_that_still_has_an_autopilot_and_counts_the_same_calls() {
        let route = "[[route]]\nnumber = \"a\"\nsurvey = \"a\"\nevery = 10\n";
        let goal = |half_width: u32| {
            format!(
                "{route}autopilot = {{ half_width = {half_width}, until = \"fri\", min = 2, max = 50 }}\n"
            )
        };
        let plan = |route: &str, kind, queue: &str, every: u32| SamplingPlan {
            stratum: Stratum {
                route: route.to_owned(),
                kind,
                counted_as: queue.to_owned(),
            },
            every: every.try_into().unwrap(),
            former_every: 10.try_into().unwrap(),
            planned_at: chrono::DateTime::UNIX_EPOCH,
            reason: PlanReason::Goal,
            answers: 1.0,
            half_width: None,
            until: chrono::DateTime::UNIX_EPOCH,
        };
        let plans = [
            plan("a", StratumKind::Queue, "sales", 7),
            plan("a", StratumKind::Agent, "4711", 3),
            plan("b", StratumKind::Queue, "sales", 4),
        ];
        let mut running = built(&goal(8));
        running.put_in_force(&plans);
        assert_eq!(planned(&running), [("sales", 7)], "one route, counted per queue");
        running.put_in_force(&[plan("a", StratumKind::Queue, "support", 5)]);
        assert_eq!(planned(&running), [("sales", 7), ("support", 5)]);
        let after_reload_with = |text: &str| {
            let mut next = built(text);
            next.take_planned(&running);
            planned(&next).len()
        };
        assert_eq!(after_reload_with(&goal(4)), 2, "another goal");
        assert_eq!(after_reload_with(route), 0, "no autopilot any more");
        let renamed = format!("{}name = \"other\"\n", goal(8));
        assert_eq!(after_reload_with(&renamed), 0, "another route");
        let by_agent = format!("{}counted_per = \"agent\"\n", goal(8));
        assert_eq!(after_reload_with(&by_agent), 0, "other calls");
    }

    /// Whether a reload applies a setting otherwise than by a snapshot: it says which files are read, who may use the API, or what reports go by.
    fn is_applied_elsewhere(section: Section, key: &str) -> bool {
        match section {
            Section::Prompts
            | Section::Http
            | Section::Reports
            | Section::Watch
            | Section::Mail
            | Section::Delivery => true,
            Section::Surveys => ["directory", "templates"].contains(&key),
            _ => false,
        }
    }

    #[test]
    fn setting_changes_what_calls_go_by_if_the_table_says_that_a_reload_applies_it() {
        const ROUTE: &str = "[[route]]\nnumber = \"a\"\nsurvey = \"a\"\n";
        let mut wrong = Vec::new();
        for setting in settings().filter(|setting| setting.section != Section::Delivery) {
            let (section, key) = (setting.section.as_str(), setting.key);
            let value = match (section, key) {
                // Examples that are the defaults.
                ("sampling" | "route", "cool_down_days") => "7",
                ("sampling" | "route", "min_talk_time") => "\"7s\"",
                ("route", "counted_per") => "\"agent\"",
                ("route", "not_surveyed") => "{ status = 480 }",
                ("context", "plain_user_to_user") => "\"original_call_id\"",
                ("context", "user_to_user" | "call_ids" | "token") => "[\"X-Other\"]",
                ("context", key) if Field::of(key).is_some() => "[\"X-Other\"]",
                ("context", "token_separator") => "\"++\"",
                ("numbers", "national_prefix") => "\"8\"",
                ("numbers", "international_prefix") => "\"09\"",
                ("numbers", "names") => "true",
                ("privacy", "caller_number") => "\"clear\"",
                _ => &setting.example,
            };
            let (without, with) = match setting.section {
                Section::Route if ["number", "survey"].contains(&key) => (
                    ROUTE.to_owned(),
                    ROUTE.replace(&format!("{key} = \"a\""), &format!("{key} = {value}")),
                ),
                // It sets N of a route that counts.
                Section::Route if key == "autopilot" => (
                    format!("{ROUTE}every = 10\n"),
                    format!("{ROUTE}every = 10\n{key} = {value}\n"),
                ),
                Section::Route => (ROUTE.to_owned(), format!("{ROUTE}{key} = {value}\n")),
                // Rules for the numbers of a country.
                Section::Numbers if key != "country_code" => {
                    let section = "[numbers]\ncountry_code = \"46\"\n";
                    (
                        format!("{section}{ROUTE}"),
                        format!("{section}{key} = {value}\n{ROUTE}"),
                    )
                }
                _ => (ROUTE.to_owned(), format!("[{section}]\n{key} = {value}\n{ROUTE}")),
            };
            let is_changed = snapshot(&with) != snapshot(&without);
            let is_expected =
                setting.applied == Applied::ByReload && !is_applied_elsewhere(setting.section, key);
            if is_changed != is_expected {
                wrong.push(format!("{section}.{key} = {value}: changed: {is_changed}"));
            }
        }
        assert_eq!(wrong, [""; 0]);
    }
}
