//! The section `[language_menu]`: which key chooses which language, and what offers it.

use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::table::{DefinitionTable, listed, wrong_type};
use crate::language::{LanguageChoice, LanguageMenu, OfferMenu};
use crate::prompt::PromptNames;
use aftercall_base::suggest::closest;
use aftercall_base::{Digit, Faults, Language, PromptName};

const ATTEMPTS: (u32, u32) = (1, 5);
const ATTEMPTS_DEFAULT: u32 = 2;
const NO_INPUT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
const NO_INPUT_DEFAULT: Duration = Duration::from_secs(5);
/// With this and the key, the prompt that offers a language unless the definition names another.
const PROMPT: &str = "language_key_";
/// Callers do not keep more in mind.
const MOST_ADVISED: usize = 5;

/// The menu; `None` when there is none, or it is wrong, which is then among the faults.
pub(super) fn read(
    survey: &mut DefinitionTable<'_>,
    languages: &[Language],
    prompts: &dyn PromptNames,
    faults: &mut Faults<'_>,
) -> Option<LanguageMenu> {
    let mut table = survey.table("language_menu", faults)?;
    let attempts = table.count("attempts", ATTEMPTS, faults);
    let no_input = table.duration("no_input", NO_INPUT, faults);
    let when = when(&mut table, faults);
    let prompt = table.string("prompt", faults);
    let keys = table.table("keys", faults);
    let span = table.span();
    table.finish("`[language_menu]`", faults);
    let reader = MenuReader {
        languages,
        prompts,
        prompt,
    };
    let choices = keys.map_or(Vec::new(), |keys| reader.read(&keys, faults));
    if choices.len() < 2 && !faults.has_error() {
        let fix = "write for example keys = { 1 = \"fi\", 2 = \"en\" }";
        faults.error(span, "a language menu has two choices or more", fix);
        return None;
    }
    if choices.len() > MOST_ADVISED {
        let reason = format!("{} languages are more than a caller keeps in mind", choices.len());
        faults.warning(
            span,
            reason,
            "offer 5, and offer the others by the dialled number",
        );
    }
    Some(LanguageMenu {
        choices,
        when: when.unwrap_or(OfferMenu::UnlessTold),
        attempts: attempts.unwrap_or(ATTEMPTS_DEFAULT),
        no_input: no_input.unwrap_or(NO_INPUT_DEFAULT),
    })
}

fn when(table: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> Option<OfferMenu> {
    let word = table.string("when", faults)?;
    let found = OfferMenu::ALL
        .into_iter()
        .find(|when| when.as_str() == *word.get_ref());
    if found.is_none() {
        let known = OfferMenu::ALL.map(OfferMenu::as_str);
        let reason = format!("`when` cannot be `{}`", word.get_ref());
        faults.error(word.span(), reason, format!("choose from {}", listed(&known)));
    }
    found
}

struct MenuReader<'a, 't> {
    languages: &'a [Language],
    prompts: &'a dyn PromptNames,
    prompt: Option<Spanned<&'t str>>,
}

impl MenuReader<'_, '_> {
    fn read(&self, keys: &DefinitionTable<'_>, faults: &mut Faults<'_>) -> Vec<LanguageChoice> {
        let mut choices: Vec<LanguageChoice> = Vec::new();
        for (key, value) in keys.entries() {
            let digit = digit(&key, faults);
            let language = self.language(value, faults);
            let (Some(key), Some(language)) = (digit, language) else {
                continue;
            };
            if choices.iter().any(|other| other.language == language) {
                let reason = format!("two keys choose `{language}`");
                faults.error(value.span(), reason, "keep one of the two");
            }
            let prompt = self.offering(key, &language, value, faults);
            choices.extend(prompt.map(|prompt| LanguageChoice {
                key,
                language,
                prompt,
            }));
        }
        choices
    }

    /// One of the survey's languages.
    fn language(&self, value: &Spanned<DeValue<'_>>, faults: &mut Faults<'_>) -> Option<Language> {
        let Some(tag) = value.get_ref().as_str() else {
            wrong_type("keys", "a language in quotes for each key", value, faults);
            return None;
        };
        let found = self.languages.iter().find(|known| known.as_str() == tag);
        if found.is_none() {
            let tags: Vec<&str> = self.languages.iter().map(Language::as_str).collect();
            let fix = format!("add it to `languages`, or choose from {}", listed(&tags));
            faults.error(value.span(), format!("the survey is not asked in `{tag}`"), fix);
        }
        found.cloned()
    }

    /// The prompt that offers `language`, which must exist in that language.
    fn offering(
        &self,
        key: Digit,
        language: &Language,
        place: &Spanned<DeValue<'_>>,
        faults: &mut Faults<'_>,
    ) -> Option<PromptName> {
        let own = format!("{PROMPT}{}", key.as_char());
        let name = match &self.prompt {
            Some(name) => name.clone(),
            None => Spanned::new(place.span(), own.as_str()),
        };
        let prompt = PromptName::new(name.get_ref());
        if let Err(error) = &prompt {
            faults.error(name.span(), error.to_string(), "name a prompt");
        } else if self.prompts.length(language.as_str(), name.get_ref()).is_none() {
            self.report_missing(&name, language, faults);
        }
        prompt.ok()
    }

    fn report_missing(&self, name: &Spanned<&str>, language: &Language, faults: &mut Faults<'_>) {
        let name_text = name.get_ref();
        let record = format!("record {name_text} in `{language}`");
        let fix = match closest(name_text, self.prompts.names(language.as_str())) {
            Some(near) if self.prompt.is_some() => format!("did you mean `{near}`? Otherwise {record}"),
            Some(_) | None => record,
        };
        let reason = format!("the prompt `{name_text}`, which offers `{language}`, is missing");
        faults.error(name.span(), reason, fix);
    }
}

/// A key from 0 to 9: `*` and `#` have a meaning of their own.
pub(super) fn digit(key: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<Digit> {
    let text = key.get_ref();
    let mut letters = text.chars();
    let digit = letters
        .next()
        .filter(|letter| letter.is_ascii_digit() && letters.next().is_none())
        .and_then(Digit::from_char);
    if digit.is_none() {
        faults.error(
            key.span(),
            format!("`{text}` is not a key for this"),
            "write a key from 0 to 9",
        );
    }
    digit
}
