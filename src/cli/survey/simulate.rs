//! `aftercall survey simulate`: which survey, in which language, for which call, with which keys.

use std::collections::BTreeMap;
use std::io::{Cursor, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::Args as ClapArgs;

use super::NAMING;
use super::lookup::SurveyLookup;
use crate::cli::start::say;
use crate::cli::walk::{self, Asked, PromptTexts, Walker};
use aftercall_audio::prompts::Manifest;
use aftercall_base::{CallUid, Language, PromptName};
use aftercall_survey::context::{Field, Name, condition};
use aftercall_survey::{Plan, Survey, draw_of};

/// Options of `survey simulate`.
#[derive(Debug, ClapArgs)]
#[command(after_help = NAMING)]
pub(in crate::cli) struct Args {
    /// The survey.
    survey: String,
    /// The language; without it the survey's menu of languages is walked too, or its first language is spoken.
    #[arg(long)]
    language: Option<String>,
    /// A field of the call's context, such as `queue=sales`; may be repeated.
    #[arg(long = "context", value_name = "FIELD=VALUE")]
    context: Vec<String>,
    /// What is drawn: a number, or the `call_uid` of a call to draw what it drew.
    #[arg(long, alias = "seed", value_name = "NUMBER|CALL_UID", default_value = "0")]
    draw: String,
    /// What is typed, each line after a comma: `9,,5,h` is 9, silence, 5, and a hang-up. At its end the caller hangs up.
    #[arg(long, value_name = "LINES")]
    keys: Option<String>,
}

/// Walks through the survey until it ends, the input ends, or `h` hangs up.
pub(super) fn run(lookup: &SurveyLookup<'_>, args: &Args) -> anyhow::Result<ExitCode> {
    let survey = lookup.find(&args.survey)?;
    let told = context_of(lookup, &args.context)?;
    let draw = draw(&args.draw)?;
    let walker = Walker {
        plan: Plan::new(&survey, &told, draw),
        asked: asked(&survey, args.language.as_deref()),
        texts: lookup.manifest(),
        survey: Arc::clone(&survey),
        echo: args.keys.is_some() || !std::io::stdin().is_terminal(),
    };
    let out = std::io::stdout();
    match &args.keys {
        Some(keys) => walk::walk(walker, Cursor::new(keys.replace(',', "\n") + "\n"), out)?,
        None => walk::walk(walker, std::io::stdin().lock(), out)?,
    };
    Ok(ExitCode::SUCCESS)
}

fn asked<'s>(survey: &'s Survey, wanted: Option<&str>) -> Asked<'s> {
    let language = survey.choose_language(wanted, []).language;
    let Some(wanted) = wanted else {
        return Asked::UnlessChosen(language);
    };
    if survey.language_of(wanted).is_none() {
        say(&format!(
            "the survey is not asked in `{wanted}`; it is walked in `{language}`"
        ));
    }
    Asked::In(language)
}

/// The context of the call as typed.
fn context_of(lookup: &SurveyLookup<'_>, pairs: &[String]) -> anyhow::Result<BTreeMap<Name, String>> {
    let attributes = &lookup.loaded().settings.context.mapping.attributes;
    let mut told = BTreeMap::new();
    for pair in pairs {
        let Some((word, value)) = pair.split_once('=') else {
            bail!("`{pair}` is not FIELD=VALUE, such as queue=sales");
        };
        let name = condition::name(word, &|word| attributes.contains_key(word))
            .map_err(|mistake| anyhow!(mistake))?;
        let value = match &name {
            Name::Field(field) => spelt(*field, value)?,
            Name::Attribute(_) => value.to_owned(),
        };
        told.insert(name, value);
    }
    Ok(told)
}

fn spelt(field: Field, value: &str) -> anyhow::Result<String> {
    let spelt = field.spelling(value);
    spelt.ok_or_else(|| anyhow!("`{value}` is not a valid value of `{}`", field.as_str()))
}

fn draw(text: &str) -> anyhow::Result<u64> {
    if let Ok(number) = text.parse() {
        return Ok(number);
    }
    let call: CallUid = text
        .parse()
        .map_err(|_| anyhow!("`{text}` is neither a number nor the `call_uid` of a call"))?;
    Ok(draw_of(call))
}

impl PromptTexts for Manifest {
    fn words(&self, language: &Language, name: &PromptName) -> Option<String> {
        let entry = self.entry(language.as_str(), name.as_str())?;
        Some(entry.text.clone())
    }
}
