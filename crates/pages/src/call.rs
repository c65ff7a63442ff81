//! One call's way: hand-over, decision, each question and key with its time, what was said, how good the connection was.

use maud::{Markup, html};

use aftercall_storage::path::{CallPath, PathMedia};
use aftercall_storage::selection::Dimension;

use crate::address::encoded;
use crate::comments::comment_block;
use crate::names::Names;
use crate::shell::{Place, Shell, caption, page};
use crate::words::Words;

/// The list from which the call was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallInList {
    /// The page of the list.
    pub place: Place,
    /// Its address.
    pub address: String,
    /// The address of the call before it, as the list has them.
    pub before: Option<String>,
    /// The address of the call behind it.
    pub behind: Option<String>,
}

/// The page.
pub fn call_page(shell: &Shell<'_>, path: &CallPath, list: Option<&CallInList>, names: Names<'_>) -> Markup {
    let words = shell.words;
    let call = &path.call;
    let here = shell.address.at(&format!("/calls/{}", call.uid));
    let content = html! {
        @if let Some(list) = list { (way_back(list, words)) }
        p.period { (names.moment(call.arrived_at)) " · " (names.end(call.disposition)) }
        (names.answers_in_words(&call.answers))
        @if call.flags.reversed { p.note role="note" { (words.t("answers-reversed-means")) } }
        (way(path, shell, names))
        @if !path.comments.is_empty() {
            section.part #comments {
                h2 { (words.t("page-comments")) }
                @for comment in &path.comments {
                    div.box { (comment_block(comment, names, shell, &here)) }
                }
            }
        }
        section.part {
            h2 { (words.t("call-context")) }
            (context(path, shell, names))
        }
        @if let Some(media) = &path.media {
            section.part {
                h2 { (words.t("call-connection")) }
                (connection(media, words))
            }
        }
        section.part {
            h2 { (words.t("call-identity")) }
            dl.facts {
                (fact(words.t("call-id"), &html! { code { (call.uid) } }))
                (fact("SIP Call-ID".to_owned(), &html! { code { bdi { (path.sip_call_id) } } }))
                @if let Some(original) = &call.original_call_id { (fact(words.t("call-original-id"), &html! { code { bdi { (original) } } })) }
                (fact(words.t("call-node"), &html! { bdi { (call.node) } }))
                @if let Some(caller) = &path.caller {
                    (fact(words.t("call-caller"), &html! {
                        @match (&caller.number, &caller.hash) {
                            (Some(number), _) => { bdi { (number) } }
                            (None, Some(hash)) => { code { (hash.chars().take(16).collect::<String>()) "…" } }
                            (None, None) => { "–" }
                        }
                    }))
                }
            }
        }
    };
    page(shell, &content)
}

/// Back to the list, and to the calls beside this one.
fn way_back(list: &CallInList, words: Words) -> Markup {
    html! {
        div.beside-call role="group" aria-label=(words.t("call-in-list")) {
            a href=(list.address) { (words.with("call-back-to", [("list", words.t(list.place.message()).into())])) }
            @if let Some(before) = &list.before { a rel="prev" href=(before) { (words.t("call-before")) } }
            @if let Some(behind) = &list.behind { a rel="next" href=(behind) { (words.t("call-behind")) } }
        }
    }
}

/// A name as a link to the figures of this part alone, in the period of the list that the call was opened from.
fn part(shell: &Shell<'_>, names: Names<'_>, dimension: Dimension, id: Option<&str>) -> Markup {
    let name = names.name(dimension, id);
    let id = id.filter(|id| !id.is_empty() && shell.places.contains(&Place::Overview));
    html! {
        @match id {
            Some(id) => {
                a href=(shell.address.period().with([(dimension.as_str(), format!("={id}").as_str())]).at(Place::Overview.path())) { (name) }
            }
            None => { (name) }
        }
    }
}

/// A survey as a link to its questions.
fn survey_link(shell: &Shell<'_>, survey: &str) -> Markup {
    html! {
        @if shell.places.contains(&Place::Surveys) {
            a href={ (Place::Surveys.path()) "/" (encoded(survey)) } { bdi { (survey) } }
        } @else {
            bdi { (survey) }
        }
    }
}

fn fact(label: String, value: &Markup) -> Markup {
    html! { div { dt { (label) } dd { (value) } } }
}

/// What happened, in its order.
fn way(path: &CallPath, shell: &Shell<'_>, names: Names<'_>) -> Markup {
    let words = names.words;
    let call = &path.call;
    html! {
        section.part {
            h2 { (words.t("call-way")) }
            ol.steps {
                @if let Some(announcement) = &path.announcement {
                    li { (names.time_of_day(announcement.announced_at)) (words.t("way-announced")) }
                }
                li {
                    (names.time_of_day(call.arrived_at))
                    (words.t("way-handed-over")) " " bdi { (call.dialled) }
                    @if let Some(route) = &call.route { " → " (words.t("filter-route")) " " bdi { (route) } }
                }
                li {
                    (names.time_of_day(call.invited_at.unwrap_or(call.arrived_at)))
                    (decision(path, words))
                }
                @if let Some(at) = call.answered_at {
                    li {
                        (names.time_of_day(at)) (words.t("way-answered"))
                        @if let (Some(survey), Some(version)) = (&call.survey, &call.survey_version) { " " (survey_link(shell, survey)) " " small { (version) } }
                    }
                }
                @for (answer, keys) in call.answers.iter().zip(path.keys.iter().map(Some).chain(std::iter::repeat(None))) {
                    li {
                        (names.time_of_day(answer.answered_at))
                        @match names.question(&answer.survey, &answer.survey_version, &answer.question) {
                            Some(question) => { bdi { (question.text) } }
                            None => { bdi { (answer.question) } }
                        }
                        " "
                        (names.answers_in_words(std::slice::from_ref(answer)))
                        small {
                            (words.with("way-after", [("seconds", words.locale.figure(seconds(answer.response_time_ms)).into())]))
                            @if answer.attempts > 1 { " · " (words.with("way-attempts", [("attempts", answer.attempts.to_string().into())])) }
                            @if let Some(from) = answer.corrected_from { " · " (words.with("way-corrected", [("value", from.to_string().into())])) }
                            @if answer.accepted_by_timeout { " · " (words.t("way-by-timeout")) }
                            @if let Some(keys) = keys {
                                @if let Some(digits) = keys.digits.as_deref().filter(|digits| !digits.is_empty()) { " · " (words.t("way-keys")) " " code { (digits) } }
                                @if let (Some(heard), Some(of)) = (keys.heard_ms, keys.prompt_ms) {
                                    " · " (words.with("way-heard", [("heard", words.locale.figure(seconds(heard)).into()), ("of", words.locale.figure(seconds(of)).into())]))
                                }
                            }
                        }
                    }
                }
                @for comment in &path.comments {
                    li { (names.time_of_day(comment.begun_at)) a href="#comments" { (words.t("way-comment")) } }
                }
                @if let Some(at) = path.opted_out_at { li { (names.time_of_day(at)) (words.t("way-opted-out")) } }
                @if let Some(at) = call.ended_at {
                    li {
                        (names.time_of_day(at)) (names.end(call.disposition))
                        @if let Some(reason) = &call.reason { " " small { "(" bdi { (reason) } ")" } }
                    }
                }
            }
        }
    }
}

fn seconds(milliseconds: i64) -> f64 {
    // Lengths of calls: far below where a float is no longer exact.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a call")]
    let seconds = milliseconds as f64 / 1000.0;
    seconds
}

/// Why the call was surveyed, or not.
fn decision(path: &CallPath, words: Words) -> Markup {
    let call = &path.call;
    let messages = words.locale.messages();
    let rule = call.decision_reason.as_deref();
    // Of a call that was counted the position says what the rule was.
    let rule = rule.filter(|_| call.stratum_position.is_none());
    let in_words = rule.and_then(|rule| messages.found(&format!("rule-{rule}"), []));
    html! {
        (words.t(&format!("decision-{}", call.decision)))
        @if let Some(rule) = rule { ": " @match in_words { Some(in_words) => { (in_words) } None => { bdi { (rule) } } } }
        @if let (Some(position), Some(every)) = (call.stratum_position, call.stratum_every) {
            " · " (words.with("decision-position", [("position", words.locale.count(position.unsigned_abs()).into()), ("every", every.to_string().into())]))
        }
        @if call.decided_by == "api" { " · " (words.t("decision-by-api")) }
    }
}

fn context(path: &CallPath, shell: &Shell<'_>, names: Names<'_>) -> Markup {
    let words = names.words;
    let call = &path.call;
    html! {
        dl.facts {
            (fact(words.t("filter-queue"), &part(shell, names, Dimension::Queue, call.queue.as_deref())))
            (fact(words.t("filter-team"), &part(shell, names, Dimension::Team, call.team.as_deref())))
            (fact(words.t("filter-agent"), &part(shell, names, Dimension::Agent, call.agent.as_deref())))
            @if let Some(survey) = &call.survey { (fact(words.t("filter-survey"), &survey_link(shell, survey))) }
            @if let Some(seconds) = call.talk_time_s { (fact(words.t("talk-time"), &html! { (names.length(seconds.unsigned_abs())) })) }
        }
        @if !path.context.is_empty() {
            div.scroll tabindex="0" role="group" aria-label=(words.t("call-context")) {
                table {
                    (caption(&words.t("call-context")))
                    thead { tr {
                        th scope="col" { (words.t("field")) }
                        th scope="col" { (words.t("value")) }
                        th scope="col" { (words.t("field-source")) }
                    } }
                    tbody {
                        @for field in &path.context {
                            tr {
                                th scope="row" { bdi { (field.name) } }
                                td {
                                    @match (&field.value, &field.text) {
                                        (Some(value), _) => { bdi { (value) } }
                                        (None, Some(text)) => { bdi.few { (text) } }
                                        (None, None) => { "–" }
                                    }
                                    @if let Some(note) = &field.note { " " small.few { (note) } }
                                }
                                td { code { bdi { (field.source) } } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn connection(media: &PathMedia, words: Words) -> Markup {
    let count = |number: Option<i64>| {
        number.map_or_else(
            || "–".to_owned(),
            |number| words.locale.count(number.unsigned_abs()),
        )
    };
    let milliseconds = |micros: Option<i64>| {
        micros.map_or_else(
            || "–".to_owned(),
            |micros| format!("{} ms", words.locale.figure(seconds(micros))),
        )
    };
    html! {
        dl.facts {
            (fact(words.t("media-codec"), &html! { (media.codec.as_deref().unwrap_or("–")) }))
            (fact(words.t("media-sent"), &html! { (count(Some(media.sent))) }))
            (fact(words.t("media-received"), &html! { (count(media.received)) }))
            (fact(words.t("media-lost"), &html! { (count(media.lost)) }))
            (fact(words.t("media-jitter"), &html! { (milliseconds(media.jitter_us)) }))
            (fact(words.t("media-round-trip"), &html! { (milliseconds(media.round_trip_us)) }))
            @if let Some(loss) = media.remote_loss { (fact(words.t("media-remote-loss"), &html! { (words.locale.figure(loss * 100.0)) " %" })) }
        }
        @if let Some(warning) = &media.key_warning { p.note role="note" { bdi { (warning) } } }
    }
}
