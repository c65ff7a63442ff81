//! Keys of one input belong together, wherever the boundaries of a call fall between them.
//!
//! Every multi-key answer is pressed at every moment of a call, across every boundary, and what is stored is compared with
//! what was pressed. The world: a prompt takes 1.5 s, the tone 0.4 s, an answer is durable after 0.1 s.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod simulation;

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use aftercall_base::Digit;
use aftercall_survey::{AnswerGiven, AnyPrompt, Input, Output, Session, Survey, parse};
use simulation::{Simulation, TONE};

const PROMPT: Duration = Duration::from_millis(1_500);
const DURABLE: Duration = Duration::from_millis(100);
const INTER_DIGIT_MS: u64 = 2_500;
const AFTER_KEY_MS: u64 = 400;

/// Laid before each survey: what of it may be interrupted.
const RULES: [&str; 4] = [
    "",
    "[rules]\nbarge_in_welcome = false\nbarge_in_thanks = true\n",
    "[rules]\nbarge_in = false\n",
    "[rules]\nbarge_in = false\nbarge_in_welcome = false\n",
];

/// Surveys with the inputs that are pressed at them.
const SURVEYS: [(&str, &[&str]); 8] = [
    (
        "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"ces\"",
        &["10"],
    ),
    (
        "[[question]]\nmetric = \"ces\"\n[[question]]\nmetric = \"nps\"\n[[question]]\nid = \"again\"\nmetric = \"nps\"",
        &["10"],
    ),
    (
        "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"number\"\nscale = { min = 0, max = 120 }\n\
         [[question]]\nid = \"again\"\nmetric = \"nps\"",
        &["10", "42", "55", "100", "120", "05"],
    ),
    (
        "[[question]]\nmetric = \"choice\"\nkeys = { 1 = \"a\", 12 = \"b\", 2 = \"c\", 30 = \"d\" }\n[[question]]\nmetric = \"nps\"",
        &["12", "10", "30"],
    ),
    (
        "[prompts]\nwelcome = []\n[[question]]\nmetric = \"nps\"\ncorrection = { when = \"0-10\" }\n\
         [[question]]\nid = \"again\"\nmetric = \"nps\"\ncorrection = { when = \"0-6\", key = \"2\" }",
        &["10"],
    ),
    (
        "[[question]]\nmetric = \"nps\"\n[[question]]\nmetric = \"comment\"\n\
         [[question]]\nid = \"again\"\nmetric = \"nps\"",
        &["10"],
    ),
    (
        "languages = [\"en\", \"fi\"]\n[language_menu]\nkeys = { 1 = \"en\", 2 = \"fi\" }\n[[question]]\nmetric = \"nps\"",
        &["10"],
    ),
    (
        "languages = [\"en\", \"fi\"]\n[prompts]\nwelcome = []\n[language_menu]\nkeys = { 0 = \"en\", 2 = \"fi\" }\n\
         [[question]]\nmetric = \"ces\"\n[[question]]\nmetric = \"nps\"",
        &["10"],
    ),
];

fn survey(rules: &str, definition: &str) -> Arc<Survey> {
    // A table cannot stand before what is at the top of the file.
    let text = match definition.split_once("[") {
        Some((top, tables)) if definition.starts_with("languages") => match tables.split_once('\n') {
            Some((languages, tables)) => format!("{top}[{languages}\n{rules}{tables}"),
            None => definition.to_owned(),
        },
        Some(_) | None => format!("{rules}{definition}"),
    };
    let parsed = parse(&text, "early.toml", &AnyPrompt);
    Arc::new(
        parsed
            .unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
            .survey,
    )
}

/// A key, when it is pressed, and how much later it is reported; milliseconds from the answer of the call.
#[derive(Debug, Clone, Copy)]
struct Press {
    key: char,
    at: u64,
    late: u64,
}

/// An answer and the key on whose report it came, by its place; a time-out decides for the last key before it.
#[derive(Debug)]
struct Given {
    answer: AnswerGiven,
    last_key: Option<usize>,
    /// Milliseconds from the answer of the call.
    at: u64,
}

/// Walks a call in which these keys are pressed, and nothing else is done.
fn walk(survey: &Arc<Survey>, presses: &[Press]) -> Vec<Given> {
    let fallback = survey.choose_language([], []).language.clone();
    let session = Session::new(Arc::clone(survey)).offering_languages(fallback);
    let mut call = Simulation::answered(session, world);
    let mut reports: Vec<(usize, &Press)> = presses.iter().enumerate().collect();
    reports.sort_by_key(|(_, press)| press.at + press.late);
    let mut reports = reports.into_iter().peekable();
    let (mut given, mut last_key) = (Vec::new(), None);
    while call.session.outcome().is_none() {
        let due = call.due();
        let report = reports
            .peek()
            .map(|(_, press)| call.start + Duration::from_millis(press.at + press.late));
        let now = due.into_iter().chain(report).min().expect("the call goes on");
        let outputs = if due == Some(now) {
            call.step(now).1
        } else if let Some((place, press)) = reports.next() {
            last_key = Some(place);
            let digit = Digit::from_char(press.key).expect("a key");
            let at = call.start + Duration::from_millis(press.at);
            call.handle(Input::Digit { digit, at }, now)
        } else {
            Vec::new()
        };
        let at = u64::try_from(now.duration_since(call.start).as_millis()).expect("a short call");
        for output in outputs {
            if let Output::Answer(answer) = output {
                given.push(Given { answer, last_key, at });
            }
        }
    }
    given
}

/// What the world does about each output.
fn world(output: &Output) -> Option<(Duration, Input)> {
    match output {
        Output::Play { id, prompts } => {
            let count = u32::try_from(prompts.len()).expect("a few prompts");
            Some((PROMPT * count, Input::PlaybackFinished(*id)))
        }
        Output::PlayTone(id) => Some((TONE, Input::PlaybackFinished(*id))),
        Output::Answer(answer) => Some((DURABLE, Input::Stored(answer.question.clone()))),
        Output::OpenRecording(question) => Some((Duration::ZERO, Input::RecorderReady(question.clone()))),
        Output::StopPlayback
        | Output::Speak(_)
        | Output::Record(_)
        | Output::StopRecording { .. }
        | Output::OptOut
        | Output::HangUp(_) => None,
    }
}

/// Every value is a whole input, or the beginning of one at a question where it cannot go on; no input answers twice, and
/// none answers with its rest. Keys that are no answer of the question together, nor of the one before where they began
/// there, are several inputs for whoever hears them.
fn check(survey: &Survey, inputs: &[(&str, Vec<Press>)], given: &[Given], what: &str) -> Result<(), String> {
    let owners = inputs.iter().enumerate();
    let owner: Vec<usize> = owners
        .flat_map(|(place, (_, presses))| presses.iter().map(move |_| place))
        .collect();
    let mut used = vec![false; inputs.len()];
    let mut before_until = 0;
    for Given { answer, last_key, at } in given {
        let began_until = std::mem::replace(&mut before_until, at + AFTER_KEY_MS);
        let Some(value) = answer.value else { continue };
        let surprise = || format!("{what}: stored {answer:?}");
        let place = last_key
            .and_then(|key| owner.get(key).copied())
            .ok_or_else(surprise)?;
        let (input, presses) = &inputs[place];
        let input = input.trim_end_matches('#');
        let asked = survey
            .questions()
            .iter()
            .position(|question| *question.id() == answer.question)
            .expect("it was asked");
        let question = &survey.questions()[asked];
        let first = if presses[0].at < began_until {
            asked.saturating_sub(1)
        } else {
            asked
        };
        let meant = &survey.questions()[first..=asked];
        if !meant
            .iter()
            .any(|question| question.keys().value(input).is_some())
        {
            continue;
        }
        let is_first = !std::mem::replace(&mut used[place], true);
        let from_the_beginning = question.keys().iter().any(|(keys, known)| {
            known == value
                && (keys == input || (input.starts_with(keys) && question.keys().value(input).is_none()))
        });
        if !is_first || !from_the_beginning {
            return Err(surprise());
        }
    }
    Ok(())
}

fn input(keys: &str, at: u64, pause: u64) -> (&str, Vec<Press>) {
    let press = |(place, key)| Press {
        key,
        at: at + pause * place,
        late: 0,
    };
    (keys, (0u64..).zip(keys.chars()).map(press).collect())
}

/// Later than the second question of any of these surveys begins, in milliseconds.
const LATEST: u64 = 13_000;

#[test]
fn an_answer_of_several_keys_is_stored_as_pressed_or_not_at_all_wherever_it_falls() {
    let mut stored = 0;
    for (definition, pressed) in SURVEYS {
        for rules in RULES {
            let survey = survey(rules, definition);
            for keys in pressed {
                for pause in [100, 450, 2_400] {
                    for at in (0..LATEST).step_by(50) {
                        let pair = input(keys, at, pause);
                        let before = input("2#", 2_500, 100);
                        let alone = vec![pair.clone()];
                        let behind = if at > 2_600 {
                            vec![before, pair]
                        } else {
                            vec![pair, before]
                        };
                        let apart = at > 2_600 || at + pause * 2 < 2_500;
                        for inputs in [alone, behind].into_iter().take(1 + usize::from(apart)) {
                            let presses: Vec<Press> =
                                inputs.iter().flat_map(|(_, presses)| presses.clone()).collect();
                            let given = walk(&survey, &presses);
                            let what = format!("{rules}{definition}\n{inputs:?}");
                            check(&survey, &inputs, &given, &what).unwrap();
                            stored += given.iter().filter(|given| given.answer.value.is_some()).count();
                        }
                    }
                }
            }
        }
    }
    assert!(stored > 40_000, "answers are stored at all: {stored}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn of_several_inputs_each_is_stored_as_pressed_or_not_at_all(
        chosen in 0..SURVEYS.len(),
        rules in 0..RULES.len(),
        pressed in prop::collection::vec((0usize..8, INTER_DIGIT_MS + 1..9_000, 30..INTER_DIGIT_MS - 1, 0u64..400), 1..6),
    ) {
        let (definition, of_several) = SURVEYS[chosen];
        let survey = survey(RULES[rules], definition);
        let mut inputs: Vec<(&str, Vec<Press>)> = Vec::new();
        let mut at = 0;
        for (which, after, pause, late) in pressed {
            // As often one key alone.
            let keys = of_several.get(which).copied().unwrap_or(["0", "1", "5", "9"][which % 4]);
            // Pressed after the time-out of the one before can have passed, so that it is another input for certain.
            at += after + INTER_DIGIT_MS;
            let (keys, mut presses) = input(keys, at, pause);
            at = presses.last().map_or(at, |press| press.at);
            let last = presses.len() - 1;
            // What is reported late is reported in order, and before its input is over.
            presses[last].late = late.min(INTER_DIGIT_MS - 1 - pause);
            inputs.push((keys, presses));
        }
        let presses: Vec<Press> = inputs.iter().flat_map(|(_, presses)| presses.clone()).collect();
        let given = walk(&survey, &presses);
        let what = format!("{}{definition}\n{inputs:?}", RULES[rules]);
        prop_assert_eq!(check(&survey, &inputs, &given, &what), Ok(()));
    }
}

#[test]
fn what_was_dropped_is_stored_with_the_question_that_came_next() {
    let survey = survey(RULES[1], SURVEYS[0].0);
    let presses = |keys: &[(char, u64)]| -> Vec<Press> {
        keys.iter()
            .map(|(key, at)| Press {
                key: *key,
                at: *at,
                late: 0,
            })
            .collect()
    };
    let given = walk(
        &survey,
        &presses(&[
            ('1', 1_800),
            ('0', 2_000),
            ('9', 5_000),
            ('3', 5_100),
            ('4', 8_000),
        ]),
    );
    let stored: Vec<(Option<i64>, &str, &str)> = given
        .iter()
        .map(|given| {
            (
                given.answer.value,
                given.answer.raw_digits.as_str(),
                given.answer.early_digits.as_str(),
            )
        })
        .collect();
    assert_eq!(stored, [(Some(9), "9", "10"), (Some(4), "4", "3")]);
    let cheek = presses(&vec![('5', 500); 40]);
    let given = walk(&survey, &[cheek, presses(&[('9', 6_000)])].concat());
    assert_eq!(given[0].answer.early_digits.len(), 32, "the record is bounded");
}
