//! What is asked of whom: conditions, groups, corrections, numbers, and the warnings that count what a call is asked.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{after, faults, refused, shown, survey};
use crate::context::{Field, Name};
use crate::{AnyPrompt, GroupOrder, NextStep, ParseContext, Plan, PromptSet, Survey, parse, parse_in};

fn question(id: &str, more: &str) -> String {
    format!("[[question]]\nid = \"{id}\"\nmetric = \"csat\"\ntext = \"?\"\n{more}\n")
}

fn topics(ask: &str, ids: &[&str]) -> String {
    let members: String = ids.iter().map(|id| question(id, "group = \"topics\"")).collect();
    format!("[[group]]\nid = \"topics\"\n{ask}\n{members}")
}

fn of_queue(survey: &Survey, queue: &str) -> Vec<String> {
    let told = BTreeMap::from([(Name::Field(Field::Queue), queue.to_owned())]);
    let plan = Plan::new(survey, &told, 0);
    plan.questions(survey).iter().map(ToString::to_string).collect()
}

fn warnings(text: &str) -> String {
    shown(
        &parse(text, "test.toml", &AnyPrompt)
            .expect("a valid definition")
            .warnings,
    )
}

#[test]
fn question_group_and_branch_are_only_for_the_calls_that_fulfil_their_condition() {
    let text = question(
        "all",
        "branch = [{ only_when = { queue = \"vip\" }, goto = \"end\" }]",
    ) + "[[group]]\nid = \"topics\"\nonly_when = { queue = \"sales*\" }\n"
        + &question("one", "group = \"topics\"")
        + &question(
            "two",
            "group = \"topics\"\nonly_when = { queue = { not = \"sales_b2b\" } }",
        )
        + &question("last", "only_when = { queue = [\"support\", \"sales_b2b\"] }");
    let survey = survey(&text);
    assert_eq!(of_queue(&survey, "sales_b2b"), ["all", "one", "last"]);
    assert_eq!(of_queue(&survey, "support"), ["all", "last"]);
    assert_eq!(of_queue(&survey, "").len(), 1);
    let told = BTreeMap::from([(Name::Field(Field::Queue), "vip".to_owned())]);
    let vip = Plan::new(&survey, &told, 0);
    assert_eq!(
        [vip.after(&survey, 0, Some(3)), vip.after(&survey, 0, None)],
        [NextStep::End; 2]
    );
    assert!(survey.differs_by_call());
}

#[test]
fn mistakes_of_a_condition_are_told_at_their_line() {
    let only = |condition: &str| question("a", &format!("[question.only_when]\n{condition}"));
    refused(&only("talk_time = \"> 60\""), 6, "`{ from = 60 }`");
    refused(&only("queue = \"a*b\""), 6, "at its end only");
    refused(&only("caller = \"358*\""), 6, "personal");
    refused(&only("Queue = \"a\""), 6, "did you mean `queue`?");
    refused(&only(""), 5, "the condition is empty");
    refused(&question("a", "only_when = 5"), 5, "`only_when` is a number");
    let both = faults(&only("queue = [[1]]\nteam = []"));
    assert_eq!(
        both.iter().filter(|fault| fault.is_error()).count(),
        2,
        "{}",
        shown(&both)
    );
}

#[test]
fn attributes_are_known_where_the_configuration_is() {
    let text = question("a", "") + &question("b", "only_when = { segment = \"gold\" }");
    let read = |attribute: &'static str| {
        let is_attribute = move |word: &str| word == attribute;
        let parse_context = ParseContext {
            prompts: &AnyPrompt,
            is_attribute: &is_attribute,
        };
        parse_in(&text, "test.toml", &parse_context)
    };
    assert!(read("segment").is_ok() && parse(&text, "test.toml", &AnyPrompt).is_ok());
    let told = shown(&read("tier").unwrap_err());
    assert!(
        told.contains("test.toml:10: a call has no field `segment`"),
        "{told}"
    );
    assert!(told.contains("add `segment` to [context.attributes]"), "{told}");
}

#[test]
fn a_group_asks_as_many_as_it_says_and_leads_on_behind_its_last_question() {
    let text = question("nps", "") + &topics("ask = 1", &["a", "b", "c"]) + &question("last", "");
    let survey = survey(&text);
    let group = &survey.groups()[0];
    assert_eq!(
        (group.ask(), group.order(), group.members()),
        (1, GroupOrder::Random, &[1, 2, 3][..])
    );
    for draw in 0..20 {
        let plan = Plan::new(&survey, &BTreeMap::new(), draw);
        let NextStep::Question(drawn) = plan.after(&survey, 0, Some(5)) else {
            panic!("one of the group is asked")
        };
        assert!((1..=3).contains(&drawn));
        assert_eq!(plan.after(&survey, drawn, None), NextStep::Question(4));
    }
    assert_eq!(warnings(&text), "");
}

#[test]
fn order_of_the_whole_survey_is_random_but_for_comments_at_its_end() {
    let text = format!(
        "order = \"random\"\n{}{}[[question]]\nmetric = \"comment\"\ntext = \"?\"",
        question("a", ""),
        question("b", "")
    );
    let survey = survey(&text);
    let orders: std::collections::BTreeSet<Vec<String>> = (0..20)
        .map(|draw| {
            let plan = Plan::new(&survey, &BTreeMap::new(), draw);
            plan.questions(&survey).iter().map(ToString::to_string).collect()
        })
        .collect();
    let orders: Vec<String> = orders.iter().map(|order| order.join(" ")).collect();
    assert_eq!(orders, ["a b comment", "b a comment"]);
    refused(
        &format!("order = \"random\"\n{}", topics("", &["a"])),
        1,
        "without groups",
    );
    refused(
        &format!("order = \"randm\"\n{}", question("a", "")),
        1,
        "did you mean `random`?",
    );
}

#[test]
fn groups_that_make_no_sense_are_refused() {
    let group = |more: &str| format!("[[group]]\nid = \"topics\"\n{more}\n");
    refused(
        &(group("") + &question("a", "")),
        2,
        "no question belongs to the group `topics`",
    );
    refused(
        &question("a", "group = \"topics\""),
        5,
        "there is no group `topics`",
    );
    refused(
        &(topics("", &["a"]) + &question("b", "group = \"topcs\"")),
        13,
        "did you mean `topics`?",
    );
    refused(&topics("ask = 3", &["a", "b"]), 3, "ask 1 to 2");
    refused(&topics("ask = 0", &["a", "b"]), 3, "out of range");
    refused(
        &topics("orer = \"written\"", &["a", "b"]),
        3,
        "did you mean `order`?",
    );
    refused(
        "[[group]]\nask = 1\n[[question]]\nmetric = \"nps\"",
        1,
        "a group has no id",
    );
    let apart = topics("", &["a", "b"]) + &question("x", "") + &question("c", "group = \"topics\"");
    refused(&apart, 15, "do not stand together");
    refused(&topics("", &["topics"]), 2, "has the id `topics` already");
    let next = topics("", &["a"]) + &question("b", "group = \"topics\"\nnext = \"end\"");
    refused(&next, 14, "leads on within it");
    let alone = question("x", "next = \"b\"") + &topics("", &["a", "b"]);
    refused(&alone, 5, "lead to `topics`");
    let back = topics("", &["a"]) + &question("b", "next = \"topics\"");
    refused(&back, 5, "endless loop: a -> b -> topics -> a");
    let told = warnings(&topics("ask = 2\norder = \"written\"", &["a", "b"]));
    assert!(
        told.contains("asks all its questions as they are written"),
        "{told}"
    );
}

#[test]
fn a_branch_leaves_its_group() {
    let members = question(
        "a",
        "group = \"topics\"\nbranch = [{ when = \"1-2\", goto = \"why\" }]",
    ) + &question("b", "group = \"topics\"");
    let text = format!(
        "[[group]]\nid = \"topics\"\norder = \"written\"\nnext = \"end\"\n{members}{}",
        question("why", "")
    );
    let survey = survey(&text);
    assert_eq!(after(&survey, 0, Some(1)), NextStep::Question(2));
    assert_eq!(after(&survey, 0, Some(4)), NextStep::Question(1));
    assert_eq!(
        [after(&survey, 1, Some(1)), after(&survey, 2, Some(1))],
        [NextStep::End; 2]
    );
}

#[test]
fn branches_for_some_calls_may_share_values_and_the_first_counts() {
    let branch = |more: &str| question("a", &format!("[[question.branch]]\n{more}\ngoto = \"end\""));
    let vip = "only_when = { queue = \"vip\" }";
    let other = "[[question.branch]]\nwhen = \"1-2\"\ngoto = \"end\"";
    let apart = branch(vip) + other;
    assert!(parse(&apart, "t.toml", &AnyPrompt).is_ok());
    let same = format!(
        "{}[[question.branch]]\nwhen = \"1-2\"\n{vip}\ngoto = \"end\"",
        branch(vip)
    );
    refused(&same, 9, "an earlier one already takes 1");
    let twice = format!("{}[[question.branch]]\n{vip}\ngoto = \"end\"", branch(vip));
    refused(&twice, 9, "already takes every answer");
    refused(&branch(""), 5, "`when` or `only_when`");
}

#[test]
fn corrections_are_for_the_worst_answer_unless_they_say_which() {
    let effort =
        "[[question]]\nmetric = \"ces\"\nscale = { direction = \"low_is_good\" }\n[question.correction]";
    let corrected = survey(effort);
    let correction = corrected.questions()[0].correction().unwrap();
    let said: Vec<&str> = correction
        .offer(5)
        .unwrap()
        .iter()
        .map(|name| name.as_str())
        .collect();
    assert_eq!((said, correction.offer(1)), (vec!["ces_correction"], None));
    assert_eq!(
        (correction.key().as_char(), correction.no_input()),
        ('1', Duration::from_secs(3))
    );
    let each = survey(
        "[[question]]\nmetric = \"csat\"\n[question.correction]\nwhen = \"1-2\"\nkey = \"9\"\nno_input = \"5s\"\n\
         prompt = { 1 = \"was_one\", 2 = [\"was_two\", \"press_nine\"] }",
    );
    let correction = each.questions()[0].correction().unwrap();
    assert_eq!(correction.offer(2).unwrap()[1].as_str(), "press_nine");
    assert_eq!(correction.key().as_char(), '9');
    assert!(
        each.prompts().iter().any(|name| name.as_str() == "was_one"),
        "they are recorded with the others"
    );
}

#[test]
fn corrections_that_make_no_sense_are_refused() {
    let correction = |more: &str| format!("[[question]]\nmetric = \"csat\"\n[question.correction]\n{more}\n");
    refused(&correction("when = \"0\""), 4, "not an answer to the question");
    refused(&correction("key = \"*\""), 4, "not a key for this");
    refused(&correction("no_input = \"0s\""), 4, "out of range");
    refused(&correction("prompt = []"), 4, "silence");
    refused(
        &correction("prompt = { 2 = \"a\" }"),
        4,
        "after which nothing is offered",
    );
    refused(
        &correction("when = \"1-2\"\nprompt = { 2 = \"a\" }"),
        5,
        "nothing is said after 1",
    );
    refused(&correction("wen = 1"), 4, "did you mean `when`?");
    let choice = "[[question]]\nmetric = \"choice\"\nkeys = { 1 = \"a\" }\n[question.correction]";
    refused(choice, 4, "means nothing for a choice");
}

#[test]
fn a_number_needs_its_range_and_is_keyed_as_it_is_said() {
    let number = |more: &str| format!("[[question]]\nid = \"calls\"\nmetric = \"number\"\n{more}");
    let survey = survey(&number("scale = { min = 0, max = 120 }"));
    let calls = &survey.questions()[0];
    assert_eq!(
        (calls.keys().value("120"), calls.keys().value("121")),
        (Some(120), None)
    );
    assert!(calls.is_scored(), "nothing else is asked");
    refused(&number(""), 1, "a number has no scale");
    refused(&number("scale = { min = 0, max = 10000 }"), 4, "0-9999");
    refused(
        &number("scale = { min = 3, max = 3 }"),
        4,
        "min must be below max",
    );
    refused(
        &number("scale = { min = 0, max = 9 }\ntarget = 3"),
        5,
        "a number has no score to aim at",
    );
    refused(
        &number("scale = { min = 0, max = 9 }\nkeys = { 1 = \"a\" }"),
        5,
        "numbers of its scale",
    );
    let branch = "scale = { min = 0, max = 999 }\nbranch = [{ when = \"300-999\", goto = \"end\" }]";
    assert_eq!(after(&self::survey(&number(branch)), 0, Some(300)), NextStep::End);
}

#[test]
fn what_one_call_is_asked_is_counted_and_not_what_the_file_holds() {
    let eight = ["a", "b", "c", "d", "e", "f", "g", "h"];
    assert!(warnings(&topics("", &eight)).contains("up to 8 scored questions"));
    assert!(warnings(&topics("ask = 5", &eight)).contains("up to 5 scored questions"));
    assert_eq!(warnings(&topics("ask = 4", &eight)), "");
    let of_queue = |id: &str| question(id, &format!("only_when = {{ queue = \"{id}\" }}"));
    let six: String = ["a", "b", "c", "d", "e", "f"].map(of_queue).concat();
    assert_eq!(
        warnings(&(question("all", "") + &six)),
        "",
        "each call is of one queue"
    );
    assert!(warnings(&six).contains("are asked nothing"));
    let way = question("a", "branch = [{ when = 1, goto = \"d\" }]")
        + &["b", "c"].map(|id| question(id, "")).concat()
        + &["d", "e", "f"].map(|id| question(id, "")).concat();
    assert!(warnings(&way).contains("up to 6 scored questions"));
    let many: String = (0..12)
        .map(|id| question(&format!("q{id}"), &format!("only_when = {{ agent = \"{id}\" }}")))
        .collect();
    assert!(
        warnings(&many).contains("up to 12 scored questions"),
        "beyond ten conditions the most is told"
    );
}

#[test]
fn asking_for_longer_than_the_survey_may_take_is_warned_about() {
    let mut prompts = PromptSet::default();
    let names = "welcome thanks declined sorry_error no_input no_match a a_retry b b_retry";
    for name in names.split(' ') {
        prompts.insert("en", name, Duration::from_secs(10));
    }
    let text = |cap: &str| {
        format!(
            "[timing]\nwhole_survey = \"{cap}\"\n{}{}",
            question("a", ""),
            question("b", "")
        )
    };
    let parsed = parse(&text("31s"), "test.toml", &prompts).unwrap();
    assert!(
        shown(&parsed.warnings).contains("asking alone can take 31 s"),
        "{}",
        shown(&parsed.warnings)
    );
    let enough = parse(&text("32s"), "test.toml", &prompts).unwrap();
    assert!(!shown(&enough.warnings).contains("asking alone"));
}
