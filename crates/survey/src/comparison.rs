//! A definition as a list of what it says, and what changed between two.

use super::definition::Survey;
use super::language::{LanguageMenu, OfferMenu};
use super::question::{Goto, Question, QuestionGroup};
use super::words;
use aftercall_base::Language;
use aftercall_base::count::counted;

/// One thing that a definition says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyProperty {
    /// Of what: `question ces`, `group topics`, `timing`; empty for the survey as a whole.
    pub subject: String,
    /// Which: `threshold`.
    pub name: String,
    /// What it is, in words.
    pub value: String,
}

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SurveyChange {
    /// A question or group that was not there.
    Added {
        /// `question csat`.
        subject: String,
        /// Its properties in words.
        what: String,
    },
    /// A question or group that is there no more.
    Removed {
        /// `question csat`.
        subject: String,
        /// Its properties in words, as they were.
        what: String,
    },
    /// A property of something that was there and is.
    Changed {
        /// `question ces`; empty for the survey as a whole.
        subject: String,
        /// `threshold`.
        name: String,
        /// What it was; `None` when it was not said.
        from: Option<String>,
        /// What it is; `None` when it is not said.
        to: Option<String>,
    },
}

impl std::fmt::Display for SurveyChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Self::Added { subject, what } => write!(f, "{subject} added: {what}"),
            Self::Removed { subject, what } => write!(f, "{subject} removed: {what}"),
            Self::Changed {
                subject,
                name,
                from,
                to,
            } => {
                let of = if subject.is_empty() { "" } else { ": " };
                write!(f, "{subject}{of}{name} {} -> {}", none(from), none(to))
            }
        }
    }
}

/// What changed from `old` to `new`, in the order of `new`; nothing when they say the same.
pub fn changes(old: &Survey, new: &Survey) -> Vec<SurveyChange> {
    let (before, after) = (properties(old), properties(new));
    let mut changes = Vec::new();
    for (subject, what) in subjects(new) {
        if !subjects(old).iter().any(|(known, _)| *known == subject) {
            changes.push(SurveyChange::Added { subject, what });
        }
    }
    let gone: Vec<(String, String)> = subjects(old)
        .into_iter()
        .filter(|(subject, _)| !subjects(new).iter().any(|(known, _)| known == subject))
        .collect();
    let is_whole = |property: &SurveyProperty, subjects: &[(String, String)]| {
        property.subject.contains(' ') && !subjects.iter().any(|(known, _)| *known == property.subject)
    };
    let find = |all: &[SurveyProperty], wanted: &SurveyProperty| {
        let mut same = all
            .iter()
            .filter(|one| one.subject == wanted.subject && one.name == wanted.name);
        same.next().map(|one| one.value.clone())
    };
    let changed =
        |property: &SurveyProperty, from: Option<String>, to: Option<String>| SurveyChange::Changed {
            subject: property.subject.clone(),
            name: property.name.clone(),
            from,
            to,
        };
    let (old_subjects, new_subjects) = (subjects(old), subjects(new));
    for property in after.iter().filter(|property| !is_whole(property, &old_subjects)) {
        let from = find(&before, property);
        if from.as_ref() != Some(&property.value) {
            changes.push(changed(property, from, Some(property.value.clone())));
        }
    }
    for property in before
        .iter()
        .filter(|property| !is_whole(property, &new_subjects))
    {
        if find(&after, property).is_none() {
            changes.push(changed(property, Some(property.value.clone()), None));
        }
    }
    let removed = gone
        .into_iter()
        .map(|(subject, what)| SurveyChange::Removed { subject, what });
    changes.extend(removed);
    changes
}

/// The questions and groups, each with what it is.
fn subjects(survey: &Survey) -> Vec<(String, String)> {
    let question = |question: &Question| (format!("question {}", question.id), words::measure(question));
    let group = |group: &QuestionGroup| (format!("group {}", group.id), words::draw(group));
    let questions = survey.questions.iter().map(question);
    questions.chain(survey.groups.iter().map(group)).collect()
}

/// Everything that a definition says, defaults included.
pub fn properties(survey: &Survey) -> Vec<SurveyProperty> {
    let mut list = List::default();
    list.survey(survey);
    list.conduct(survey);
    for (index, question) in survey.questions.iter().enumerate() {
        list.question(survey, index, question);
    }
    for group in &survey.groups {
        list.group(survey, group);
    }
    list.0
}

#[derive(Default)]
struct List(Vec<SurveyProperty>);

impl List {
    fn add(&mut self, subject: &str, name: &str, value: impl Into<String>) {
        self.0.push(SurveyProperty {
            subject: subject.to_owned(),
            name: name.to_owned(),
            value: value.into(),
        });
    }

    fn maybe(&mut self, subject: &str, name: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(subject, name, value);
        }
    }

    fn survey(&mut self, survey: &Survey) {
        self.add("", "title", format!("\"{}\"", survey.title));
        self.add("", "goal", format!("\"{}\"", survey.goal));
        let languages: Vec<&str> = survey.languages.iter().map(Language::as_str).collect();
        self.add("", "languages", languages.join(", "));
        let order: Vec<&str> = survey
            .questions
            .iter()
            .map(|question| question.id.as_str())
            .collect();
        self.add("", "questions", order.join(", "));
        self.maybe("", "language menu", survey.language_menu.as_ref().map(menu));
    }

    fn conduct(&mut self, survey: &Survey) {
        let closing = &survey.closing;
        for (name, prompts) in [
            ("welcome", &survey.welcome),
            ("thanks", &closing.thanks),
            ("declined", &closing.declined),
            ("apology", &closing.apology),
        ] {
            self.add("prompts", name, words::prompts(prompts));
        }
        let timing = &survey.timing;
        for (name, time) in [
            ("before_first_prompt", timing.before_first_prompt),
            ("after_key", timing.after_key),
            ("no_input", timing.no_input),
            ("no_input_last", timing.no_input_last),
            ("inter_digit", timing.inter_digit),
            ("whole_survey", timing.whole_survey),
            ("store", timing.store),
        ] {
            self.add("timing", name, words::duration(time));
        }
        let rules = &survey.rules;
        for (name, count) in [
            ("attempts", rules.attempts),
            ("repeats", rules.repeats),
            ("skips_in_a_row", rules.skips_in_a_row),
            ("silences_in_a_row", rules.silences_in_a_row),
        ] {
            self.add("rules", name, count.to_string());
        }
        for (name, flag) in [
            ("barge_in", rules.barge_in),
            ("barge_in_welcome", rules.barge_in_welcome),
            ("barge_in_thanks", rules.barge_in_thanks),
        ] {
            self.add("rules", name, flag.to_string());
        }
        let commands = &survey.commands;
        let opt_out = commands.opt_out.map(|digit| format!("*{}", digit.as_char()));
        self.add("keys", "repeat", if commands.repeat { "*" } else { "off" });
        self.add(
            "keys",
            "end_of_input",
            if commands.end_of_input { "#" } else { "off" },
        );
        self.add("keys", "opt_out", opt_out.unwrap_or_else(|| "off".to_owned()));
    }

    fn question(&mut self, survey: &Survey, index: usize, question: &Question) {
        let subject = format!("question {}", question.id);
        let subject = subject.as_str();
        self.add(subject, "metric", question.metric.as_str());
        self.add(subject, "scale", words::measure(question));
        self.add(subject, "keys", words::keys(question));
        for (language, text) in &question.texts {
            self.add(subject, &format!("text in {language}"), format!("\"{text}\""));
        }
        let labels = (!question.labels.is_empty()).then(|| words::labels(question));
        self.maybe(subject, "labels", labels);
        let threshold = question.threshold.map(|value| value.to_string());
        self.maybe(subject, words::threshold_word(question.metric), threshold);
        self.maybe(
            subject,
            "target",
            question.target.map(|target| target.to_string()),
        );
        if let Some(comment) = question.comment {
            self.add(subject, "max_length", words::duration(comment.max_length));
            self.add(subject, "silence", words::duration(comment.silence));
            self.add(subject, "min_speech", words::duration(comment.min_speech));
        }
        self.add(subject, "prompt", words::prompts(&question.wording.question));
        self.add(subject, "no_input", words::attempts(&question.wording.no_input));
        self.add(subject, "no_match", words::attempts(&question.wording.no_match));
        if let Some(correction) = &question.correction {
            self.add(subject, "correction", words::correction(correction));
            for (value, prompts) in &correction.offers {
                self.add(
                    subject,
                    &format!("correction after {value}"),
                    words::prompts(prompts),
                );
            }
        }
        self.maybe(
            subject,
            "only_when",
            question.only_when.as_ref().map(ToString::to_string),
        );
        let group = question.group.and_then(|group| survey.groups.get(group));
        self.maybe(subject, "group", group.map(|group| group.id.as_str()));
        for branch in &question.branches {
            let goto = words::place(survey, branch.goto);
            self.add(
                subject,
                &format!("branch {}", words::when(branch)),
                format!("to {goto}"),
            );
        }
        if question.group.is_none() && question.next != behind(survey, index) {
            self.add(subject, "next", words::place(survey, question.next));
        }
    }

    fn group(&mut self, survey: &Survey, group: &QuestionGroup) {
        let subject = format!("group {}", group.id);
        self.add(&subject, "asks", words::draw(group));
        self.maybe(
            &subject,
            "only_when",
            group.only_when.as_ref().map(ToString::to_string),
        );
        let last = group.members.last().copied().unwrap_or_default();
        if group.next != behind(survey, last) {
            self.add(&subject, "next", words::place(survey, group.next));
        }
    }
}

/// What stands behind a question in the file.
pub(super) fn behind(survey: &Survey, index: usize) -> Goto {
    match survey.questions.get(index + 1) {
        None => Goto::End,
        Some(next) => next.group.map_or(Goto::Question(index + 1), Goto::Group),
    }
}

fn menu(menu: &LanguageMenu) -> String {
    let choices: Vec<String> = menu
        .choices()
        .iter()
        .map(|choice| format!("{} {} ({})", choice.key.as_char(), choice.language, choice.prompt))
        .collect();
    let when = match menu.when {
        OfferMenu::UnlessTold => "unless known",
        OfferMenu::Always => "always",
    };
    let waits = words::duration(menu.no_input());
    format!(
        "{}; {when}, {}, waits {waits}",
        choices.join(", "),
        counted(menu.attempts(), "attempt")
    )
}

#[cfg(test)]
mod tests {
    use super::changes;
    use crate::{AnyPrompt, Survey, parse};

    const OLD: &str = "title = \"A\"\n[[question]]\nmetric = \"nps\"\ntarget = 40\n[[question]]\nmetric = \"ces\"\n\
        top_box = 4\ntext.en = \"How easy?\"";

    fn survey(text: &str) -> Survey {
        parse(text, "t.toml", &AnyPrompt).unwrap().survey
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        changes(&survey(old), &survey(new))
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn nothing_changed_is_nothing_told() {
        let reformatted = OLD.replace(" = ", "=").replace("\n", "\n\n# a comment\n");
        assert_eq!(told(OLD, &reformatted), Vec::<String>::new());
    }

    #[test]
    fn changed_values_are_told_with_what_they_were() {
        let new = OLD
            .replace("top_box = 4", "top_box = 5\ntarget = 80")
            .replace("target = 40\n", "")
            .replace("How easy", "How hard")
            .replace("title = \"A\"", "title = \"B\"\n[timing]\nno_input = \"5s\"");
        assert_eq!(
            told(OLD, &new),
            [
                "title \"A\" -> \"B\"",
                "timing: no_input 7 s -> 5 s",
                "timing: no_input_last 14 s -> 10 s",
                "question ces: text in en \"How easy?\" -> \"How hard?\"",
                "question ces: top box 4 -> 5",
                "question ces: target none -> 80",
                "question nps: target 40 -> none",
            ]
        );
    }

    #[test]
    fn questions_that_come_and_go_are_told_once() {
        let new = OLD.replace(
            "metric = \"nps\"\ntarget = 40",
            "metric = \"csat\"\nbranch = [{ when = 1, goto = \"end\" }]",
        );
        assert_eq!(
            told(OLD, &new),
            [
                "question csat added: csat 1-5, high is good",
                "questions nps, ces -> csat, ces",
                "question nps removed: nps 0-10, high is good",
            ]
        );
    }

    #[test]
    fn draws_conditions_branches_and_corrections_are_told() {
        let new = "title = \"A\"\n[[group]]\nid = \"topics\"\nask = 1\n[[question]]\nmetric = \"nps\"\ntarget = 40\n\
            group = \"topics\"\n[[question]]\nmetric = \"ces\"\ntop_box = 4\ntext.en = \"How easy?\"\ngroup = \"topics\"\n\
            only_when = { queue = \"a*\" }\ncorrection = {}\nbranch = [{ when = \"1-2\", goto = \"end\" }]";
        assert_eq!(
            told(OLD, new),
            [
                "group topics added: 1 of 2, random order",
                "question nps: group none -> topics",
                "question ces: correction none -> after 1, key 1, waits 3 s",
                "question ces: correction after 1 none -> ces_correction",
                "question ces: only_when none -> queue a*",
                "question ces: group none -> topics",
                "question ces: branch 1-2 none -> to end",
            ]
        );
    }
}
