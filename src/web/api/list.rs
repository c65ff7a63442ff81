//! What all lists have in common: their parameters, and pages with a cursor.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;

use super::problem::{Kind, Problem};
use super::report::{failed, unfit};
use crate::browse::BrowseRequest;
use crate::reports::ReportError;

/// The query of a request.
pub(super) type Parameters = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// The parameters, for the description; they are read from the query by [`request`]. Which calls: those of `/report`. Which part of
/// them: those of the links in reports.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the struct describes the parameters")]
pub(super) struct ListParameters {
    /// A period by name, as in `/report`; unless it is told, all calls.
    #[param(example = "last-week")]
    period: Option<String>,
    /// First day or moment.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Last day, itself included, or the moment before which the period ends.
    #[param(example = "2026-11-30")]
    to: Option<String>,
    /// Queues; lists are repeated or separated by commas, and a text that begins with `=` is one name as it is.
    queue: Option<String>,
    /// Teams.
    team: Option<String>,
    /// Agents.
    agent: Option<String>,
    /// Routes.
    route: Option<String>,
    /// Surveys.
    survey: Option<String>,
    /// Versions of the survey; repeated.
    version: Option<String>,
    /// Languages.
    language: Option<String>,
    /// Dialled numbers.
    dialled: Option<String>,
    /// A condition on the context, as in `when` of a route.
    when: Option<String>,
    /// How far the calls went: `arrived`, `suppressed`, `eligible`, `sampled`, `offered`, `answered`, `completed`, `partial`,
    /// `in_progress`, `never_arrived`.
    #[param(example = "offered")]
    step: Option<String>,
    /// How they ended: a disposition, or `in_progress`.
    end: Option<String>,
    /// The rule that kept them out.
    rule: Option<String>,
    /// The id of a question.
    question: Option<String>,
    /// The answer to it: a value, a range such as `0..6`, `any`, `skipped`, `out_of_scale`, `low` (counts as low for the score: a detractor, or as far from the
    /// best value as the threshold is from the worst).
    answer: Option<String>,
    /// Why the answer is doubtful: `too_early`, `same_key`, `by_timeout`, `any`.
    doubt: Option<String>,
    /// What a recording came to: `comment`, `empty`, `nothing`, `lost`, `recording`.
    comment: Option<String>,
    /// The local weekday: 1 (Monday) to 7.
    weekday: Option<u8>,
    /// The local hour: 0 to 23.
    hour: Option<u8>,
    /// `newest` or `oldest` first, of lists of calls and answers; the newest unless it is told.
    order: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 200; 50 unless it is told.
    limit: Option<u16>,
}

/// The request of a query.
///
/// # Errors
/// A parameter is not known, cannot be understood, or is given twice.
pub(super) fn request(parameters: Parameters) -> Result<BrowseRequest, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| unfit(rejection.body_text()))?;
    BrowseRequest::of(parameters).map_err(|fault| failed(ReportError::Request(fault)))
}

/// Why there is nothing to list.
pub(super) fn unavailable(error: &impl std::fmt::Display) -> Problem {
    tracing::warn!(%error, "cannot read what the API was asked for");
    Problem::new(Kind::Unavailable).retry_after(5)
}

/// A page of a list that is short enough to be read as a whole, sorted by a name of its own.
#[derive(Debug)]
pub(super) struct ShortPage {
    after: Option<String>,
    limit: usize,
}

/// The page that a query with `cursor` and `limit` alone asks for.
///
/// # Errors
/// As [`request`].
pub(super) fn short(parameters: Parameters) -> Result<ShortPage, Problem> {
    let Query(parameters) = parameters.map_err(|rejection| unfit(rejection.body_text()))?;
    let other = parameters
        .iter()
        .find(|(name, _)| !matches!(name.as_str(), "cursor" | "limit"));
    if let Some((name, _)) = other {
        let name: String = name.chars().take(40).collect();
        return Err(unfit(format!("there is no parameter `{name}`")));
    }
    let request = BrowseRequest::of(parameters).map_err(|fault| failed(ReportError::Request(fault)))?;
    Ok(ShortPage {
        after: request.cursor,
        limit: request.limit,
    })
}

impl ShortPage {
    /// The items of the page, and the cursor of the next one: the name of the last item.
    pub(super) fn of<T>(self, items: Vec<T>, name: impl Fn(&T) -> &str) -> (Vec<T>, Option<String>) {
        let is_behind = |item: &T| self.after.as_deref().is_none_or(|after| name(item) > after);
        let mut behind = items.into_iter().filter(is_behind);
        let page: Vec<T> = behind.by_ref().take(self.limit).collect();
        let next = match behind.next() {
            Some(_) => page.last().map(|last| name(last).to_owned()),
            None => None,
        };
        (page, next)
    }
}

#[cfg(test)]
mod tests {
    use super::ShortPage;

    #[test]
    fn pages_of_a_short_list_have_each_item_once() {
        let all: Vec<String> = (0..7).map(|number| format!("survey-{number}")).collect();
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = ShortPage { after, limit: 3 };
            let (items, next) = page.of(all.clone(), |item| item);
            assert!(!items.is_empty() && items.len() <= 3);
            seen.extend(items);
            match next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all);
    }
}
