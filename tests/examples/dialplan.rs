//! A reader of `extensions.conf`, for as much of its language as the examples use: contexts, `exten =>` and `same =>`, labels,
//! applications with their arguments.

use std::collections::BTreeMap;

/// One step of an extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) extension: String,
    pub(crate) label: Option<String>,
    pub(crate) application: String,
    pub(crate) arguments: String,
}

/// The contexts with their steps, and the variables of `[globals]`.
#[derive(Debug, Default)]
pub(crate) struct Dialplan {
    pub(crate) contexts: BTreeMap<String, Vec<Step>>,
    pub(crate) globals: BTreeMap<String, String>,
}

impl Dialplan {
    /// Reads a file, or says in which line it is no dialplan.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut dialplan = Self::default();
        let (mut context, mut extension) = (None, String::new());
        for (number, line) in text.lines().enumerate() {
            let refuse = |why: &str| format!("line {}: {why}: {line}", number + 1);
            let line = without_comment(line).trim();
            if line.is_empty() {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                let name = name
                    .strip_suffix(']')
                    .ok_or_else(|| refuse("a context without end"))?;
                context = Some(name.to_owned());
                dialplan.contexts.entry(name.to_owned()).or_default();
                continue;
            }
            let context = context.as_ref().ok_or_else(|| refuse("outside a context"))?;
            if context == "globals" {
                let (name, value) = line.split_once('=').ok_or_else(|| refuse("no variable"))?;
                dialplan.globals.insert(name.to_owned(), value.to_owned());
                continue;
            }
            let (word, rest) = line.split_once("=>").ok_or_else(|| refuse("no `=>`"))?;
            let rest = match word.trim() {
                "exten" => {
                    let (name, rest) = rest
                        .trim()
                        .split_once(',')
                        .ok_or_else(|| refuse("no extension"))?;
                    name.clone_into(&mut extension);
                    rest
                }
                "same" if !extension.is_empty() => rest.trim(),
                _ => return Err(refuse("neither `exten` nor `same`")),
            };
            let step = step(&extension, rest).map_err(|why| refuse(&why))?;
            dialplan.contexts.entry(context.clone()).or_default().push(step);
        }
        Ok(dialplan)
    }

    /// Every step with its context.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (&str, &Step)> {
        self.contexts
            .iter()
            .flat_map(|(name, steps)| steps.iter().map(move |step| (name.as_str(), step)))
    }

    /// Whether `context,extension,priority` leads anywhere; a priority is a number or a label.
    pub(crate) fn leads(&self, context: &str, extension: &str, priority: &str) -> bool {
        let Some(steps) = self.contexts.get(context) else {
            return false;
        };
        let matches = |step: &&Step| step.extension == extension || step.extension.starts_with('_');
        let steps: Vec<&Step> = steps.iter().filter(matches).collect();
        match priority.parse::<usize>() {
            Ok(number) => (1..=steps.len()).contains(&number),
            Err(_) => steps.iter().any(|step| step.label.as_deref() == Some(priority)),
        }
    }
}

/// `1,Answer()`, `n(label),Set(a=b)`.
fn step(extension: &str, text: &str) -> Result<Step, String> {
    let (priority, call) = text.split_once(',').ok_or("no priority")?;
    let (priority, label) = match priority.split_once('(') {
        Some((priority, label)) => (
            priority,
            Some(label.strip_suffix(')').ok_or("a label without end")?.to_owned()),
        ),
        None => (priority, None),
    };
    if priority != "n" && priority != "1" {
        return Err("a priority is 1 or n here".to_owned());
    }
    let (application, arguments) = call.split_once('(').ok_or("an application without brackets")?;
    let arguments = arguments
        .strip_suffix(')')
        .ok_or("an application without its last bracket")?;
    balanced(call)?;
    Ok(Step {
        extension: extension.to_owned(),
        label,
        application: application.to_owned(),
        arguments: arguments.to_owned(),
    })
}

/// A `;` begins a comment unless a backslash stands before it.
fn without_comment(line: &str) -> &str {
    let is_comment = |(index, _): &(usize, &str)| !line[..*index].ends_with('\\');
    line.match_indices(';')
        .find(is_comment)
        .map_or(line, |(index, _)| &line[..index])
}

fn balanced(text: &str) -> Result<(), String> {
    let mut open = Vec::new();
    for character in text.chars() {
        match character {
            '(' | '[' | '{' => open.push(character),
            ')' | ']' | '}' => {
                let fits = matches!(
                    (open.pop(), character),
                    (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')
                );
                if !fits {
                    return Err(format!("`{character}` closes nothing"));
                }
            }
            _ => {}
        }
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err("a bracket is left open".to_owned())
    }
}

#[test]
fn what_is_no_dialplan_is_told_by_its_line() {
    for (text, line, why) in [
        ("exten => s,1,Answer()", 1, "outside a context"),
        ("[a]\nsame => n,Answer()", 2, "neither"),
        ("[a]\nexten => s,1,Set(A=${B)", 2, "closes nothing"),
        ("[a]\nexten => s,1,Answer", 2, "without brackets"),
        (
            "[a]\nexten => s,1,Set(A=$[1 + (2)]) ; told\n same => n,Set(A=${B}",
            3,
            "last bracket",
        ),
    ] {
        let fault = Dialplan::read(text).unwrap_err();
        assert!(
            fault.starts_with(&format!("line {line}: ")) && fault.contains(why),
            "{fault}"
        );
    }
    let dialplan = Dialplan::read("[a]\nexten => _X.,1,Answer()\n same => n(here),Set(B=\\;)").unwrap();
    assert!(dialplan.leads("a", "600", "here") && dialplan.leads("a", "600", "2"));
    assert!(!dialplan.leads("a", "600", "3") && !dialplan.leads("b", "600", "1"));
}
