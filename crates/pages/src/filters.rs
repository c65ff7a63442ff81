//! The period and the names that a page is about: chosen in a form, shown as chips that can be taken away, kept in the address.

use maud::{Markup, html};

use crate::address::Address;
use crate::words::Words;

/// Periods that the form offers, in its order.
pub const PERIODS: [&str; 14] = [
    "today",
    "yesterday",
    "this-week",
    "last-week",
    "last-7-days",
    "last-28-days",
    "last-90-days",
    "this-month",
    "last-month",
    "this-quarter",
    "last-quarter",
    "this-year",
    "last-year",
    "all",
];
/// Those that are one step away.
const PERIODS_AT_HAND: [&str; 4] = ["today", "this-week", "last-week", "last-28-days"];
/// What a period can be compared with.
const COMPARISONS: [&str; 2] = ["previous", "last-year"];
/// Names that a field suggests; more would weigh more than the figures.
pub const MOST_SUGGESTIONS: usize = 100;

/// A name that a field suggests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is written in the address.
    pub id: String,
    /// What it is called, where that differs.
    pub name: Option<String>,
}

/// A field of the form: `queue`, `team`, `agent`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name of the parameter.
    pub name: &'static str,
    /// Names that are known.
    pub suggestions: Vec<Suggestion>,
}

/// What the form shows.
#[derive(Debug, Clone)]
pub struct Filters<'f> {
    /// The path of the page.
    pub path: &'f str,
    /// What is asked for.
    pub address: &'f Address,
    /// The period that holds where the address has none.
    pub default_period: &'f str,
    /// The fields for names.
    pub fields: &'f [Field],
    /// The period in words, with its days.
    pub period: &'f str,
    /// Whether the page shows a comparison.
    pub has_comparison: bool,
    /// Whether the page lists answers, so that the low ones can be chosen.
    pub has_answers: bool,
    /// What is to be said of the names that are chosen, in the reader's language.
    pub notes: &'f [String],
    /// Whether no call has arrived at all.
    pub has_no_call: bool,
    /// Whether nothing can be chosen: the page was shared as it is.
    pub is_fixed: bool,
}

impl Filters<'_> {
    /// The form, and a chip for everything that is chosen.
    pub fn markup(&self, words: Words) -> Markup {
        html! {
            div.filters {
                p.period { (self.period) }
                @if !self.is_fixed {
                    (self.periods(words))
                    @if self.has_answers { (self.scores(words)) }
                    (self.chips(words))
                    details {
                        summary { (words.t("filter")) }
                        (self.form(words))
                    }
                    @for note in self.notes { p.note role="note" { bdi { (note) } } }
                }
            }
        }
    }

    /// The periods that are asked for most, one step away.
    fn periods(&self, words: Words) -> Markup {
        let asked = self.address.get("period").unwrap_or_default();
        html! {
            ul.tabs aria-label=(words.t("filter-period")) {
                @for period in PERIODS_AT_HAND {
                    li {
                        a href=(self.address.with([("period", period)]).without_cursor().at(self.path))
                            aria-current=[(asked == period).then_some("true")] { (words.t(&format!("period-{period}"))) }
                    }
                }
            }
        }
    }

    /// Whatever was answered, or low answers alone.
    fn scores(&self, words: Words) -> Markup {
        let asked = self.address.get("answer").unwrap_or_default();
        html! {
            ul.tabs aria-label=(words.t("answers")) {
                @for (answer, id) in [("", "scores-all"), ("low", "scores-low")] {
                    li {
                        a href=(self.address.with([("answer", answer)]).without_cursor().at(self.path))
                            aria-current=[(asked == answer).then_some("true")] { (words.t(id)) }
                    }
                }
            }
        }
    }

    fn chips(&self, words: Words) -> Markup {
        let chosen: Vec<(&str, &str)> = self
            .address
            .iter()
            .filter(|chosen| self.is_chip(chosen))
            .collect();
        html! {
            @if !chosen.is_empty() {
                ul.chips aria-label=(words.t("filters-chosen")) {
                    @for (name, value) in &chosen {
                        li {
                            span { (label(name, words)) ": " bdi { (shown(self.fields, name, value, words)) } }
                            a href=(self.address.without(name, value).without_cursor().at(self.path))
                                aria-label=(words.with("filter-remove", [("filter", format!("{} {}", label(name, words), shown(self.fields, name, value, words)).into())]))
                                { "×" }
                        }
                    }
                }
            }
        }
    }

    fn form(&self, words: Words) -> Markup {
        let period = self.address.get("period");
        let is_custom = self.address.get("from").is_some() || self.address.get("to").is_some();
        let days = period.and_then(|period| period.split_once(".."));
        let (from, to) = days.unwrap_or((
            self.address.get("from").unwrap_or_default(),
            self.address.get("to").unwrap_or_default(),
        ));
        let chosen = if is_custom || days.is_some() {
            ""
        } else {
            period.unwrap_or(self.default_period)
        };
        html! {
            form method="get" action=(self.path) {
                // What the form does not show stays as it is.
                @for (name, value) in self.address.iter().filter(|(name, _)| !is_of_form(name)) {
                    input type="hidden" name=(name) value=(value);
                }
                label {
                    span { (words.t("filter-period")) }
                    select name="period" {
                        option value="" selected[chosen.is_empty()] { (words.t("period-by-days")) }
                        @for period in PERIODS {
                            option value=(period) selected[chosen == period] { (words.t(&format!("period-{period}"))) }
                        }
                        @if !chosen.is_empty() && !PERIODS.contains(&chosen) {
                            option value=(chosen) selected { (chosen) }
                        }
                    }
                }
                label { span { (words.t("filter-from")) } input type="date" name="from" value=(from); }
                label { span { (words.t("filter-to")) } input type="date" name="to" value=(to); }
                @if self.has_comparison {
                    label {
                        span { (words.t("filter-compare")) }
                        select name="compare" {
                            @for with in COMPARISONS {
                                option value=(with) selected[self.address.get("compare") == Some(with)] { (words.t(&format!("compare-{with}"))) }
                            }
                        }
                    }
                }
                @for field in self.fields {
                    (self.field(field, words))
                }
                button type="submit" { (words.t("filter-show")) }
            }
        }
    }

    /// Whether a parameter is shown as a chip: what tabs show as chosen is none.
    fn is_chip(&self, (name, value): &(&str, &str)) -> bool {
        is_chip(name) && !(self.has_answers && *name == "answer" && *value == "low")
    }

    /// One name is added; those that are chosen already stay as chips.
    fn field(&self, field: &Field, words: Words) -> Markup {
        let list = format!("names-of-{}", field.name);
        html! {
            label {
                span { (label(field.name, words)) }
                input name=(field.name) list=(list) autocomplete="off" spellcheck="false" maxlength="200" placeholder=(words.t("filter-any"));
            }
            datalist id=(list) {
                @for suggestion in field.suggestions.iter().take(MOST_SUGGESTIONS) {
                    option value={ "=" (suggestion.id) } { (suggestion.name.as_deref().unwrap_or(&suggestion.id)) }
                }
            }
        }
    }
}

/// Parameters for which the form has fields that show their value.
fn is_of_form(name: &str) -> bool {
    matches!(name, "period" | "from" | "to" | "compare" | "cursor")
}

/// Parameters that are shown as chips: what narrows the calls, but not the period.
fn is_chip(name: &str) -> bool {
    !matches!(
        name,
        // The tabs of the list of comments say what of them is chosen.
        "period" | "from" | "to" | "compare" | "cursor" | "limit" | "by" | "trend" | "listened" | "order"
    )
}

fn label(name: &str, words: Words) -> String {
    words
        .found(&format!("filter-{name}"))
        .unwrap_or_else(|| name.to_owned())
}

/// A value as it is read: `=q-17` is exactly that queue, by what it is called where that is known; words of ours are translated.
fn shown(fields: &[Field], name: &str, value: &str, words: Words) -> String {
    if let Some(translated) = words.found(&format!("{name}-is-{}", value.replace('.', "-"))) {
        return translated;
    }
    let id = value.strip_prefix('=').unwrap_or(value);
    let mut suggestions = fields
        .iter()
        .filter(|field| field.name == name)
        .flat_map(|field| &field.suggestions);
    let called = suggestions.find(|suggestion| suggestion.id == id);
    let called = called.and_then(|suggestion| suggestion.name.as_deref());
    called.unwrap_or(id).to_owned()
}

/// What a page is asked for, in words, the period first; `fields` have what names are called.
pub(crate) fn in_words(address: &Address, fields: &[Field], words: Words) -> Vec<String> {
    let mut said: Vec<String> = period_in_words(address, words).into_iter().collect();
    said.extend(address.iter().filter_map(|(name, value)| {
        match (name, value) {
            ("answer", "low") => Some(words.t("scores-low")),
            ("listened", "no") => Some(words.t("comments-unheard")),
            ("listened", "yes") => Some(words.t("comments-heard")),
            ("order", "oldest") => Some(words.t("order-oldest")),
            ("by", by) => Some(format!("{}: {}", words.t("group-by"), label(by, words))),
            ("trend", step) => words
                .found(&format!("trend-{step}"))
                .map(|step| format!("{}: {step}", words.t("trend-steps"))),
            ("compare", with) => {
                let with = words
                    .found(&format!("compare-{with}"))
                    .unwrap_or_else(|| with.to_owned());
                Some(format!("{}: {with}", words.t("filter-compare")))
            }
            (name, value) if is_chip(name) => Some(format!(
                "{}: {}",
                label(name, words),
                shown(fields, name, value, words)
            )),
            (_, _) => None,
        }
    }));
    said
}

/// The period of an address; `None`: it leaves it to the page.
fn period_in_words(address: &Address, words: Words) -> Option<String> {
    let day = |text: &str| {
        let day = text.parse().map(|day| words.locale.day(day));
        day.unwrap_or_else(|_| text.to_owned())
    };
    let days = |from: &str, to: &str| format!("{} – {}", day(from), day(to)).trim().to_owned();
    match (address.get("period"), address.get("from"), address.get("to")) {
        (_, Some(from), to) => Some(days(from, to.unwrap_or_default())),
        (_, None, Some(to)) => Some(days("", to)),
        (Some(period), None, None) => Some(match period.split_once("..") {
            Some((from, to)) => days(from, to),
            None => words
                .found(&format!("period-{period}"))
                .unwrap_or_else(|| period.to_owned()),
        }),
        (None, None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use aftercall_report::render::ReportLanguage;

    use super::{Field, Filters, Suggestion};
    use crate::address::Address;
    use crate::words::Words;

    fn markup(parameters: &[(&str, &str)]) -> String {
        let owned = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let suggestions = vec![Suggestion {
            id: "s<a>les".to_owned(),
            name: None,
        }];
        let filters = Filters {
            path: "/calls",
            address: &Address::new(owned),
            default_period: "last-7-days",
            fields: &[Field {
                name: "queue",
                suggestions,
            }],
            period: "Last week",
            has_comparison: true,
            has_answers: false,
            notes: &[],
            has_no_call: false,
            is_fixed: false,
        };
        filters.markup(Words::new(ReportLanguage::English)).into_string()
    }

    #[test]
    fn chosen_names_are_chips_that_can_be_taken_away() {
        let html = markup(&[
            ("period", "last-week"),
            ("queue", "=a"),
            ("queue", "b*"),
            ("cursor", "x"),
        ]);
        assert!(
            html.contains("href=\"/calls?period=last-week&amp;queue=b%2A\""),
            "{html}"
        );
        assert!(html.contains("Queue: <bdi>a</bdi>"), "{html}");
        assert!(
            html.contains("<input type=\"hidden\" name=\"queue\" value=\"=a\">"),
            "{html}"
        );
        assert!(!html.contains("value=\"x\""), "{html}");
        assert!(html.contains("<option value=\"last-week\" selected>"), "{html}");
    }

    #[test]
    fn days_are_shown_as_days_and_texts_are_no_markup() {
        let html = markup(&[("period", "2026-11-01..2026-11-02"), ("agent", "\"><script>")]);
        assert!(html.contains("name=\"from\" value=\"2026-11-01\""), "{html}");
        assert!(!html.contains("<script>") && !html.contains("s<a>les"), "{html}");
    }
}
