//! `[[group]]`: questions in a random order, or some drawn from several; and `order` for the whole survey.

use toml::Spanned;

use super::condition;
use super::question::{QuestionDraft, question_id};
use super::table::{DefinitionTable, listed};
use crate::context::Condition;
use crate::question::GroupOrder;
use aftercall_base::Faults;
use aftercall_base::suggest::closest;

/// More questions than any survey has.
const MOST: u32 = 1_000;
/// The group of a survey that says `order` for all of it.
const WHOLE: &str = "whole_survey";

/// A group whose questions are not known yet.
#[derive(Debug)]
pub(super) struct GroupDraft<'t> {
    pub(super) id: Spanned<&'t str>,
    pub(super) ask: Option<Spanned<u32>>,
    pub(super) order: GroupOrder,
    pub(super) only_when: Option<Condition>,
    pub(super) next: Option<Spanned<&'t str>>,
}

/// The groups of a survey, those of one question after the other.
pub(super) fn read<'t>(
    survey: &mut DefinitionTable<'t>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> Vec<GroupDraft<'t>> {
    let tables = survey.tables("group", faults);
    let groups: Vec<_> = tables
        .into_iter()
        .filter_map(|table| group(table, is_attribute, faults))
        .collect();
    let whole = survey.string("order", faults);
    let Some((order, place)) = whole.and_then(|word| Some((order(&word, faults)?, word.span()))) else {
        return groups;
    };
    if let Some(group) = groups.first() {
        let reason = "`order` is for a survey without groups";
        faults.error(
            place,
            reason,
            format!("write `order` in the group `{}`", group.id.get_ref()),
        );
        return groups;
    }
    let whole = (order == GroupOrder::Random).then(|| GroupDraft {
        id: Spanned::new(place, WHOLE),
        ask: None,
        order,
        only_when: None,
        next: None,
    });
    whole.into_iter().collect()
}

/// Puts every question that no group has into the one of the whole survey, comments apart, which come after all else.
pub(super) fn take_all<'t>(groups: &[GroupDraft<'t>], drafts: &mut [QuestionDraft<'t>]) {
    if let [whole] = groups
        && *whole.id.get_ref() == WHOLE
    {
        for draft in drafts.iter_mut().filter(|draft| !draft.is_comment) {
            draft.group.get_or_insert_with(|| whole.id.clone());
        }
    }
}

fn group<'t>(
    mut table: DefinitionTable<'t>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> Option<GroupDraft<'t>> {
    let id = table.string("id", faults);
    let ask = table
        .value("ask")
        .map(|value| value.span())
        .and_then(|place| Some(Spanned::new(place, table.count("ask", (1, MOST), faults)?)));
    let word = table.string("order", faults);
    let order = word.and_then(|word| order(&word, faults));
    let only_when = condition::read(&mut table, is_attribute, faults);
    let next = table.string("next", faults);
    let span = table.span();
    table.finish("`[[group]]`", faults);
    let Some(id) = id else {
        faults.error(
            span,
            "a group has no id",
            "write `id = \"topics\"`, and `group = \"topics\"` in its questions",
        );
        return None;
    };
    question_id(&id, faults)?;
    Some(GroupDraft {
        id,
        ask,
        order: order.unwrap_or(GroupOrder::Random),
        only_when,
        next,
    })
}

fn order(word: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<GroupOrder> {
    let found = GroupOrder::ALL
        .into_iter()
        .find(|order| order.as_str() == *word.get_ref());
    if found.is_none() {
        let known = GroupOrder::ALL.map(GroupOrder::as_str);
        let fix = match closest(word.get_ref(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("choose from {}", listed(&known)),
        };
        faults.error(word.span(), format!("`{}` is not an order", word.get_ref()), fix);
    }
    found
}
