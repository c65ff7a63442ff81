//! What would be decided about a call that somebody describes, and why: a part of the page about sampling.

use maud::{Markup, html};

use aftercall_base::Redacted;
use aftercall_survey::admission::explain::{RuleExplanation, RuleResult};

use crate::refused::is_invalid;
use crate::shell::{Place, Shell, form_token};
use crate::words::Words;

/// The id of the part, to which its form leads.
const PART: &str = "explain";
/// The id of the sentence that says which field cannot be understood.
const REFUSED: &str = "explain-refused";

/// A call as it stands in the form; empty is not told.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DescribedCall {
    /// The dialled number.
    pub number: String,
    /// The queue.
    pub queue: String,
    /// The agent.
    pub agent: String,
    /// The caller's number.
    pub caller: Redacted<String>,
    /// How long caller and agent talked.
    pub talk_time: String,
    /// When.
    pub at: String,
    /// Further fields as `FIELD=VALUE`, one a line.
    pub set: String,
    /// What it draws, where a share is surveyed.
    pub draw: String,
}

/// What is said of it. The sentences are those of the command `aftercall sampling explain`, in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// What would become of the call.
    Explained {
        /// Route, survey and moment.
        headline: String,
        /// What is to be said of the moment.
        note: Option<String>,
        /// What each rule says, in their order.
        rules: Vec<RuleExplanation>,
        /// What would be decided.
        verdict: String,
    },
    /// A field cannot be understood.
    Refused {
        /// The field.
        field: &'static str,
        /// What is wrong, and what to write.
        reason: String,
    },
}

/// The form, and what came of it.
#[derive(Debug, Clone)]
pub struct ExplainPart<'e> {
    /// What stands in the form.
    pub call: &'e DescribedCall,
    /// Whether its reader may ask by a caller's number.
    pub may_name_callers: bool,
    /// The answer; `None` before anything was asked.
    pub said: Option<&'e Said>,
}

impl ExplainPart<'_> {
    /// The part of the page. Whoever has no account, by a share link, has no form.
    pub(crate) fn markup(&self, shell: &Shell<'_>) -> Markup {
        let words = shell.words;
        html! {
            section.part id=(PART) {
                h2 { (words.t("explain")) }
                @if let Some(reader) = shell.reader {
                    p { (words.t("explain-help")) }
                    form.fields method="post" action={ (Place::Sampling.path()) "#" (PART) } {
                        (form_token(reader))
                        (self.fields(words))
                        button type="submit" { (words.t("explain-ask")) }
                    }
                }
                @if let Some(said) = self.said { (self::said(said, words)) }
                p { (words.t("sampling-explain")) " " code { "aftercall sampling explain" } }
            }
        }
    }

    fn fields(&self, words: Words) -> Markup {
        let call = self.call;
        let wrong = match self.said {
            Some(Said::Refused { field, .. }) => Some(*field),
            Some(Said::Explained { .. }) | None => None,
        };
        let field = |name, label, value: &str, example, is_required| {
            let at_fault = (wrong == Some(name)).then_some(REFUSED);
            field(name, label, value, example, is_required, at_fault)
        };
        let set_at_fault = (wrong == Some("set")).then_some(REFUSED);
        html! {
            (field("number", words.t("filter-dialled"), &call.number, "", true))
            (field("queue", words.t("filter-queue"), &call.queue, "", false))
            (field("agent", words.t("filter-agent"), &call.agent, "", false))
            @if self.may_name_callers { (field("caller", words.t("call-caller"), call.caller.expose(), "", false)) }
            (field("talk-time", words.t("explain-talk-time"), &call.talk_time, "1:35", false))
            (field("at", words.t("explain-at"), &call.at, "2026-11-25T08:00", false))
            (field("draw", words.t("explain-draw"), &call.draw, "12.5%", false))
            label {
                span { (words.t("explain-set")) }
                textarea name="set" rows="2" maxlength="4000" spellcheck="false" placeholder="team=north"
                    aria-invalid=[is_invalid(set_at_fault)] aria-describedby=[set_at_fault] { (call.set) }
            }
        }
    }
}

fn field(
    name: &str,
    label: String,
    value: &str,
    example: &str,
    is_required: bool,
    at_fault: Option<&str>,
) -> Markup {
    let example = (!example.is_empty()).then_some(example);
    html! {
        label {
            span { (label) }
            input name=(name) value=(value) placeholder=[example] required[is_required] maxlength="200" autocomplete="off" spellcheck="false"
                aria-invalid=[is_invalid(at_fault)] aria-describedby=[at_fault];
        }
    }
}

fn said(said: &Said, words: Words) -> Markup {
    match said {
        Said::Refused { field, reason } => html! {
            p.note id=(REFUSED) role="alert" lang="en" { code { (field) } ": " bdi { (reason) } }
        },
        Said::Explained {
            headline,
            note,
            rules,
            verdict,
        } => html! {
            div.box role="status" {
                p lang="en" { bdi { (headline) } }
                @if let Some(note) = note { p.note role="note" lang="en" { bdi { (note) } } }
                @if !rules.is_empty() {
                    ol.steps {
                        @for RuleExplanation { rule, says, why } in rules {
                            li { strong { (words.t(word(*says))) } " " code { bdi { (rule) } } ": " bdi lang="en" { (why) } }
                        }
                    }
                    p lang="en" { strong { bdi { (verdict) } } }
                }
            }
        },
    }
}

/// The message that says in a word what a rule comes to.
const fn word(says: RuleResult) -> &'static str {
    match says {
        RuleResult::Off => "explain-off",
        RuleResult::Yes => "explain-yes",
        RuleResult::No => "explain-no",
        RuleResult::Must => "explain-must",
        RuleResult::Depends => "explain-depends",
    }
}
