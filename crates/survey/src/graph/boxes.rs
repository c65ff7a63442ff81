//! What stands in the boxes of the picture, and how much room it takes.

use crate::comparison::properties;
use crate::definition::Survey;
use crate::metric::Metric;
use crate::question::{Question, QuestionGroup};
use crate::words;
use aftercall_base::Language;

/// Between a box and what is in it, and around the boxes of a group.
pub(super) const PAD: f64 = 12.0;
/// A line of a heading.
pub(super) const HEADER: f64 = 22.0;
/// A line of text.
const LINE: f64 = 16.0;
/// From the top of a box to its first branch, and from branch to branch: clear of where lanes arrive.
const PORT: (f64, f64) = (34.0, 20.0);
/// Characters of a line.
const WRAP: usize = 54;
/// Most lines of a question's words.
const MOST_LINES: usize = 3;

/// A line of text and how it looks.
#[derive(Debug)]
pub(super) struct TextLine {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// A box with its text.
#[derive(Debug)]
pub(super) struct FlowBox {
    /// The question, as an index of the survey.
    pub(super) question: Option<usize>,
    pub(super) fill: &'static str,
    /// Whether it is for some calls only.
    pub(super) dashed: bool,
    pub(super) rounded: bool,
    pub(super) lines: Vec<TextLine>,
    pub(super) height: f64,
}

impl FlowBox {
    fn new(lines: Vec<TextLine>) -> Self {
        Self {
            question: None,
            fill: "#ffffff",
            dashed: false,
            rounded: false,
            height: lines.len() as f64 * LINE + PAD,
            lines,
        }
    }

    /// Where its branch leaves, below its top.
    pub(super) fn port(&self, index: usize) -> f64 {
        PORT.0 + index as f64 * PORT.1
    }
}

/// The height of a line.
pub(super) const fn line_height() -> f64 {
    LINE
}

/// How wide a label comes out, at most as wide as labels are cut to.
pub(super) fn text_width(text: &str) -> f64 {
    text.chars().count().min(super::LABEL + 1) as f64 * 6.4
}

/// The welcome.
pub(super) fn start(survey: &Survey) -> FlowBox {
    let mut lines = vec![line(
        "name",
        format!("plays {}", words::prompts(survey.welcome())),
    )];
    let menu = properties(survey)
        .into_iter()
        .find(|property| property.name == "language menu");
    if let Some(menu) = menu {
        lines.splice(0..0, wrapped("quiet", &format!("languages: {}", menu.value)));
    }
    FlowBox {
        rounded: true,
        ..FlowBox::new(lines)
    }
}

/// The thank-you.
pub(super) fn end(survey: &Survey) -> FlowBox {
    let lines = vec![line(
        "name",
        format!("plays {}", words::prompts(&survey.closing().thanks)),
    )];
    FlowBox {
        rounded: true,
        ..FlowBox::new(lines)
    }
}

/// What a group says above its questions.
pub(super) fn group_header(group: &QuestionGroup) -> FlowBox {
    let mut lines = vec![line(
        "name",
        format!("{}: asks {}", group.id(), words::draw(group)),
    )];
    lines.extend(
        group
            .only_when()
            .map(|condition| line("condition", format!("only when {condition}"))),
    );
    FlowBox {
        dashed: group.only_when().is_some(),
        ..FlowBox::new(lines)
    }
}

/// The question at `index`.
pub(super) fn question_box(survey: &Survey, index: usize, language: &Language) -> FlowBox {
    let Some(question) = survey.questions().get(index) else {
        return FlowBox::new(Vec::new());
    };
    let scored = if question.is_scored() { "" } else { ", not scored" };
    let mut lines = vec![line("name", format!("{}. {}", index + 1, question.id()))];
    lines.push(line("quiet", format!("{}{scored}", words::measure(question))));
    if let Some(text) = question.text(language) {
        lines.extend(wrapped("words", text));
    }
    lines.extend(
        detail(question)
            .into_iter()
            .flat_map(|detail| wrapped("quiet", &detail)),
    );
    if let Some(condition) = question.only_when() {
        lines.extend(wrapped("condition", &format!("only when {condition}")));
    }
    let drawn = FlowBox::new(lines);
    let ports = drawn.port(question.branches().len());
    FlowBox {
        question: Some(index),
        fill: fill(question.metric()),
        dashed: question.only_when().is_some(),
        height: if question.branches().is_empty() {
            drawn.height
        } else {
            drawn.height.max(ports)
        },
        ..drawn
    }
}

fn detail(question: &Question) -> Vec<String> {
    let mut parts = Vec::new();
    if question.comment().is_none() {
        parts.push(format!("keys {}", words::keys(question)));
    }
    parts.extend(question.threshold().map(|threshold| {
        let word = words::threshold_word(question.metric());
        format!("{word} {threshold}")
    }));
    parts.extend(question.target().map(|target| format!("target {target}")));
    parts.extend(
        question
            .comment()
            .map(|comment| format!("at most {}", words::duration(comment.max_length))),
    );
    let mut lines = vec![parts.join(" · ")];
    lines.extend(
        question
            .correction()
            .map(|correction| format!("may be corrected {}", words::correction(correction))),
    );
    lines
}

const fn fill(metric: Metric) -> &'static str {
    match metric {
        Metric::Nps => "#e3edfb",
        Metric::Ces => "#e2f3e6",
        Metric::Csat => "#fdf3d7",
        Metric::YesNo => "#f0e6fa",
        Metric::Choice => "#fae6e3",
        Metric::Number => "#def3f5",
        Metric::Comment => "#eceff1",
    }
}

fn line(class: &'static str, text: String) -> TextLine {
    let mut short: String = text.chars().take(WRAP + 8).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    TextLine { class, text: short }
}

/// Lines of words; what is too long ends in an ellipsis.
fn wrapped(class: &'static str, text: &str) -> Vec<TextLine> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let length = |line: &String| line.chars().count() + 1 + word.chars().count();
        match lines.last_mut() {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) if length(last) <= WRAP => {
                last.push(' ');
                last.push_str(word);
            }
            Some(_) | None => lines.push(word.to_owned()),
        }
    }
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        if let Some(last) = lines.last_mut() {
            last.push('…');
        }
    }
    lines.into_iter().map(|text| line(class, text)).collect()
}
