//! The picture as text.

use std::fmt::Write;

use super::boxes::{FlowBox, PAD, TextLine, line_height};

/// Colours and fonts; a picture stands alone, so they are in it.
const STYLE: &str = "text{font:12px 'DejaVu Sans',Verdana,sans-serif;fill:#202124}\
    .title{font-size:16px;font-weight:bold}.name{font-weight:bold}.quiet{fill:#5f6368}\
    .condition{fill:#8a3b00;font-style:italic}.label{font-size:11px;fill:#1a56b0}\
    rect{stroke:#5f6368;stroke-width:1}.frame{fill:#f8f9fa;stroke:#80868b}.dashed{stroke-dasharray:5 3}\
    path{fill:none;stroke:#3c4043;stroke-width:1.4}.way{stroke:#1a56b0}";

/// SVG while it is written.
pub(super) struct SvgWriter {
    text: String,
}

impl SvgWriter {
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        let mut text = String::new();
        // Writing to a String cannot fail; so is every `let _` below.
        let _ = write!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
             <defs><marker id=\"arrow\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" orient=\"auto\">\
             <path d=\"M0,0 L9,4 L0,8 z\" style=\"fill:#3c4043;stroke:none\"/></marker></defs>\n\
             <rect width=\"100%\" height=\"100%\" style=\"fill:#fff;stroke:none\"/>\n",
            escaped(title)
        );
        Self { text }
    }

    pub(super) fn text(&mut self, x: f64, y: f64, class: &str, words: &str) {
        let words = escaped(words);
        let _ = writeln!(
            self.text,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{words}</text>"
        );
    }

    /// Lines from `top` on.
    pub(super) fn lines(&mut self, x: f64, top: f64, lines: &[TextLine]) {
        let mut y = top + line_height() - 4.0;
        for line in lines {
            self.text(x, y, line.class, &line.text);
            y += line_height();
        }
    }

    /// The frame of a group.
    pub(super) fn frame(&mut self, x: f64, y: f64, width: f64, height: f64, dashed: bool) {
        let dashed = if dashed { " dashed" } else { "" };
        let _ = writeln!(
            self.text,
            "<rect class=\"frame{dashed}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"6\"/>"
        );
    }

    pub(super) fn flow_box(&mut self, x: f64, y: f64, width: f64, flow_box: &FlowBox) {
        let (height, fill) = (flow_box.height, flow_box.fill);
        let rounding = if flow_box.rounded { height / 2.0 } else { 4.0 };
        let class = if flow_box.dashed { " class=\"dashed\"" } else { "" };
        let _ = writeln!(
            self.text,
            "<rect{class} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{rounding:.1}\" \
             fill=\"{fill}\"/>"
        );
        let inset = if flow_box.rounded { 2.0 * PAD } else { PAD };
        self.lines(x + inset, y + PAD / 2.0, &flow_box.lines);
    }

    pub(super) fn arrow_down(&mut self, x: f64, from: f64, to: f64) {
        let _ = writeln!(
            self.text,
            "<path d=\"M{x:.1},{from:.1} V{to:.1}\" marker-end=\"url(#arrow)\"/>"
        );
    }

    /// Out of a box, along a lane, and into another.
    pub(super) fn way(&mut self, out: f64, from: f64, lane: f64, into: f64, to: f64) {
        let bend = if lane > out { 6.0 } else { -6.0 };
        let _ = writeln!(
            self.text,
            "<path class=\"way\" d=\"M{out:.1},{from:.1} H{:.1} Q{lane:.1},{from:.1} {lane:.1},{:.1} V{:.1} \
             Q{lane:.1},{to:.1} {:.1},{to:.1} H{into:.1}\" marker-end=\"url(#arrow)\"/>",
            lane - bend,
            from + 6.0,
            to - 6.0,
            lane - bend,
        );
    }

    /// The label of a way, cut where it is too long; its tooltip has all of it.
    pub(super) fn label(&mut self, x: f64, y: f64, words: &str, longest: usize) {
        let mut short: String = words.chars().take(longest).collect();
        if short.len() < words.len() {
            short.push('…');
        }
        let _ = writeln!(
            self.text,
            "<text class=\"label\" x=\"{x:.1}\" y=\"{y:.1}\"><title>{}</title>{}</text>",
            escaped(words),
            escaped(&short)
        );
    }

    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }
}

/// Text as XML takes it; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for symbol in text.chars() {
        match symbol {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
