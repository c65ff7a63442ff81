//! A survey as a picture: SVG of its flow, laid out here.
//!
//! ```text
//!   left lanes   | one column, top to bottom |  right lanes
//!   where a      | [ question ]              |  where a branch leads,
//!   question     | +- group ---------+       |  labelled at its beginning;
//!   leads when   | | [ question ]    |       |  branches to the same place
//!   that is not  | +-----------------+       |  share a lane
//!   the next row | [ thank-you ]             |
//! ```
//! Rows are in an order in which every way leads down, that of the file where it can be; there is one, since a flow has no
//! circles. All text is escaped.

mod boxes;
mod svg;

use std::collections::BTreeMap;

use self::boxes::{FlowBox, HEADER, PAD, group_header, question_box};
use self::svg::SvgWriter;
use super::definition::Survey;
use super::question::Goto;
use super::words;
use aftercall_base::Language;

/// Between two rows.
const GAP: f64 = 34.0;
/// Width of a question.
const WIDTH: f64 = 380.0;
/// Around everything.
const MARGIN: f64 = 24.0;
/// From lane to lane.
const LANE: f64 = 20.0;
/// Below the top of a row, where lanes arrive.
const ARRIVAL: f64 = 14.0;
/// A letter of the title, at most.
const TITLE: f64 = 10.0;
/// Longest label of a branch, in characters; all of it is in its tooltip.
const LABEL: usize = 44;

/// The flow of a survey as SVG, with the questions in `language` where they have its words.
pub fn graph(survey: &Survey, language: &Language) -> String {
    let rows = rows(survey, language);
    let layout = GraphLayout::new(survey, rows);
    layout.draw(survey)
}

/// Where a row stands and what is in it.
struct LayoutRow {
    place: Option<Goto>,
    blocks: Vec<FlowBox>,
    /// What stands above the blocks of a group.
    header: Option<FlowBox>,
    top: f64,
    height: f64,
}

/// A way that is not the next row.
struct Edge {
    from_y: f64,
    to: usize,
    label: String,
}

struct GraphLayout {
    rows: Vec<LayoutRow>,
    /// Branches, at the right.
    right: Vec<Edge>,
    /// Where rows lead by themselves, at the left.
    left: Vec<Edge>,
    column: f64,
    width: f64,
    height: f64,
    lanes_right: BTreeMap<usize, f64>,
    lanes_left: BTreeMap<usize, f64>,
}

/// The rows from the welcome to the thank-you, from the top down.
fn rows(survey: &Survey, language: &Language) -> Vec<LayoutRow> {
    let mut rows = vec![row(None, None, vec![boxes::start(survey)])];
    for place in order(survey) {
        rows.push(match place {
            Goto::Question(index) => row(Some(place), None, vec![question_box(survey, index, language)]),
            Goto::Group(index) => {
                let group = survey.groups.get(index);
                let members = group.map(|group| group.members.as_slice()).unwrap_or_default();
                let blocks = members
                    .iter()
                    .map(|member| question_box(survey, *member, language))
                    .collect();
                row(Some(place), group.map(group_header), blocks)
            }
            Goto::End => continue,
        });
    }
    rows.push(row(Some(Goto::End), None, vec![boxes::end(survey)]));
    let mut top = MARGIN + 2.0 * HEADER + PAD;
    for row in &mut rows {
        row.top = top;
        top += row.height + GAP;
    }
    rows
}

fn row(place: Option<Goto>, header: Option<FlowBox>, blocks: Vec<FlowBox>) -> LayoutRow {
    let inside: f64 = blocks.iter().map(|flow_box| flow_box.height).sum();
    let height = match &header {
        Some(header) => header.height + inside + PAD * (blocks.len() as f64 + 1.0),
        None => inside,
    };
    LayoutRow {
        place,
        blocks,
        header,
        top: 0.0,
        height,
    }
}

/// Questions and groups, each before all to which it leads, in the order of the file where that leaves a choice.
fn order(survey: &Survey) -> Vec<Goto> {
    let mut places: Vec<Goto> = Vec::new();
    for (index, question) in survey.questions.iter().enumerate() {
        let place = question.group.map_or(Goto::Question(index), Goto::Group);
        if places.last() != Some(&place) {
            places.push(place);
        }
    }
    let mut ordered = Vec::new();
    while !places.is_empty() {
        let free = places.iter().position(|place| {
            !places
                .iter()
                .any(|other| other != place && leads(survey, *other).contains(place))
        });
        // A flow has no circles, so one is always free.
        ordered.push(places.remove(free.unwrap_or(0)));
    }
    ordered
}

/// Where a place can lead.
fn leads(survey: &Survey, place: Goto) -> Vec<Goto> {
    let of_question = |index: usize| {
        let question = survey.questions.get(index);
        let branches = question.map(|question| question.branches.iter().map(|branch| branch.goto));
        branches.into_iter().flatten()
    };
    match place {
        Goto::Question(index) => of_question(index).chain(next(survey, place)).collect(),
        Goto::Group(index) => {
            let members = survey.groups.get(index).map(|group| group.members.clone());
            let branches = members.unwrap_or_default().into_iter().flat_map(of_question);
            branches.chain(next(survey, place)).collect()
        }
        Goto::End => Vec::new(),
    }
}

/// Where a place leads by itself.
fn next(survey: &Survey, place: Goto) -> Option<Goto> {
    match place {
        Goto::Question(index) => survey.questions.get(index).map(|question| question.next),
        Goto::Group(index) => survey.groups.get(index).map(|group| group.next),
        Goto::End => None,
    }
}

impl GraphLayout {
    fn new(survey: &Survey, rows: Vec<LayoutRow>) -> Self {
        let mut layout = Self {
            right: Vec::new(),
            left: Vec::new(),
            column: 0.0,
            width: 0.0,
            height: 0.0,
            lanes_right: BTreeMap::new(),
            lanes_left: BTreeMap::new(),
            rows,
        };
        layout.find_ways(survey);
        let tops: Vec<f64> = layout.rows.iter().map(|row| row.top).collect();
        let left = lanes(&layout.left, &tops);
        let right = lanes(&layout.right, &tops);
        let count =
            |lanes: &BTreeMap<usize, usize>| lanes.values().max().map_or(0.0, |most| (*most + 1) as f64);
        layout.column = MARGIN + PAD + count(&left) * LANE + if left.is_empty() { 0.0 } else { LANE };
        let label = layout
            .right
            .iter()
            .map(|way| boxes::text_width(&way.label))
            .fold(0.0, f64::max);
        let first = layout.column + WIDTH + PAD + 14.0 + label;
        let edge = layout.column - PAD - LANE;
        layout.lanes_left = left
            .into_iter()
            .map(|(to, lane)| (to, edge - lane as f64 * LANE))
            .collect();
        let end = first + count(&right) * LANE;
        layout.lanes_right = right
            .into_iter()
            .map(|(to, lane)| (to, first + lane as f64 * LANE))
            .collect();
        let title = survey.title.chars().count() as f64 * TITLE;
        layout.width = end.max(layout.column + title.max(WIDTH + PAD)) + MARGIN;
        layout.height = layout.rows.last().map_or(0.0, |row| row.top + row.height) + MARGIN;
        layout
    }

    fn find_ways(&mut self, survey: &Survey) {
        let row_of = |place: Goto| self.rows.iter().position(|row| row.place == Some(place));
        let (mut right, mut left) = (Vec::new(), Vec::new());
        for (index, row) in self.rows.iter().enumerate() {
            for (flow_box, top) in row.tops() {
                let branches = flow_box
                    .question
                    .and_then(|question| survey.questions.get(question));
                for (port, branch) in branches
                    .iter()
                    .flat_map(|question| &question.branches)
                    .enumerate()
                {
                    right.extend(row_of(branch.goto).map(|to| Edge {
                        from_y: top + flow_box.port(port),
                        to,
                        label: words::when(branch),
                    }));
                }
            }
            let next = match row.place {
                None => Some(survey.start()),
                Some(place) => next(survey, place),
            };
            let to = next.and_then(row_of).filter(|to| *to != index + 1);
            left.extend(to.map(|to| Edge {
                from_y: row.top + row.height / 2.0,
                to,
                label: String::new(),
            }));
        }
        (self.right, self.left) = (right, left);
    }

    fn draw(&self, survey: &Survey) -> String {
        let mut picture = SvgWriter::new(self.width, self.height, &survey.title);
        let version = survey.version();
        picture.text(self.column, MARGIN + 14.0, "title", &survey.title);
        let below = format!("{}, version {}", version.name, version.version);
        picture.text(self.column, MARGIN + 14.0 + HEADER, "quiet", &below);
        for (index, row) in self.rows.iter().enumerate() {
            self.draw_row(&mut picture, row);
            let leads_down = !self
                .left
                .iter()
                .any(|way| (way.from_y - row.top - row.height / 2.0).abs() < 0.1);
            if leads_down && let Some(below) = self.rows.get(index + 1) {
                picture.arrow_down(self.column + WIDTH / 2.0, row.top + row.height, below.top);
            }
        }
        self.draw_ways(&mut picture);
        picture.finish()
    }

    fn draw_row(&self, picture: &mut SvgWriter, row: &LayoutRow) {
        if let Some(header) = &row.header {
            let (x, width) = (self.column - PAD, WIDTH + 2.0 * PAD);
            picture.frame(x, row.top, width, row.height, header.dashed);
            picture.lines(self.column, row.top + PAD / 2.0, &header.lines);
        }
        for (flow_box, top) in row.tops() {
            picture.flow_box(self.column, top, WIDTH, flow_box);
        }
    }

    fn draw_ways(&self, picture: &mut SvgWriter) {
        for way in &self.right {
            let (Some(lane), Some(target)) = (self.lanes_right.get(&way.to), self.rows.get(way.to)) else {
                continue;
            };
            let out = self.column + WIDTH;
            let arrive = out + if target.header.is_some() { PAD } else { 0.0 };
            picture.way(out, way.from_y, *lane, arrive, target.top + ARRIVAL);
            picture.label(out + PAD + 6.0, way.from_y - 4.0, &way.label, LABEL);
        }
        for way in &self.left {
            let (Some(lane), Some(target)) = (self.lanes_left.get(&way.to), self.rows.get(way.to)) else {
                continue;
            };
            let source = self
                .rows
                .iter()
                .find(|row| row.top <= way.from_y && way.from_y <= row.top + row.height);
            let out = self.column
                - if source.is_some_and(|row| row.header.is_some()) {
                    PAD
                } else {
                    0.0
                };
            let arrive = self.column - if target.header.is_some() { PAD } else { 0.0 };
            picture.way(out, way.from_y, *lane, arrive, target.top + ARRIVAL);
        }
    }
}

impl LayoutRow {
    /// Its blocks with their tops.
    fn tops(&self) -> impl Iterator<Item = (&FlowBox, f64)> {
        let inside = self.header.as_ref().map_or(0.0, |header| header.height + PAD);
        let gap = if self.header.is_some() { PAD } else { 0.0 };
        let mut top = self.top + inside;
        self.blocks.iter().map(move |flow_box| {
            let own = top;
            top += flow_box.height + gap;
            (flow_box, own)
        })
    }
}

/// A lane for each target, so that no two overlap; the nearest first, for the shortest.
fn lanes(ways: &[Edge], tops: &[f64]) -> BTreeMap<usize, usize> {
    let mut spans: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for way in ways {
        let end = tops.get(way.to).copied().unwrap_or_default() + ARRIVAL;
        let span = spans.entry(way.to).or_insert((way.from_y, end));
        span.0 = span.0.min(way.from_y);
    }
    let mut by_length: Vec<(usize, (f64, f64))> = spans.into_iter().collect();
    by_length.sort_by(|(_, one), (_, other)| (one.1 - one.0).total_cmp(&(other.1 - other.0)));
    let mut taken: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut lanes = BTreeMap::new();
    for (to, span) in by_length {
        let is_free = |lane: &Vec<(f64, f64)>| lane.iter().all(|other| span.1 < other.0 || other.1 < span.0);
        let lane = taken.iter().position(is_free).unwrap_or(taken.len());
        if lane == taken.len() {
            taken.push(Vec::new());
        }
        if let Some(spans) = taken.get_mut(lane) {
            spans.push(span);
        }
        lanes.insert(to, lane);
    }
    lanes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{graph, order};
    use crate::{AnyPrompt, Goto, Survey, parse};
    use aftercall_base::Language;

    fn survey(text: &str) -> Survey {
        parse(text, "t.toml", &AnyPrompt).unwrap().survey
    }

    fn drawn(text: &str) -> String {
        graph(&survey(text), &Language::new("en").unwrap())
    }

    #[test]
    fn every_question_group_branch_and_condition_is_in_the_picture() {
        let svg = drawn(
            "title = \"Two\"\n[[group]]\nid = \"topics\"\nask = 1\n[[question]]\nmetric = \"nps\"\n\
             branch = [{ when = \"0-6\", goto = \"why\" }]\n[[question]]\nid = \"a\"\nmetric = \"csat\"\ngroup = \"topics\"\n\
             only_when = { queue = \"sales*\" }\n[[question]]\nid = \"b\"\nmetric = \"ces\"\ngroup = \"topics\"\n\
             [[question]]\nid = \"why\"\nmetric = \"comment\"",
        );
        for words in [
            "Two",
            "1. nps",
            "2. a",
            "3. b",
            "4. why",
            "1 of 2",
            "0-6",
            "only when queue sales*",
            "thanks",
        ] {
            assert!(svg.contains(words), "{words}\n{svg}");
        }
        assert_eq!(
            svg.matches("<path class=\"way\"").count(),
            1,
            "one way beside the column"
        );
    }

    #[test]
    fn texts_are_escaped() {
        let svg =
            drawn("title = \"<script>&'\\\"\"\n[[question]]\nmetric = \"nps\"\ntext.en = \"a < b & c\"");
        assert!(
            !svg.contains("<script>") && svg.contains("&lt;script&gt;&amp;"),
            "{svg}"
        );
        assert!(svg.contains("a &lt; b &amp; c"));
    }

    #[test]
    fn rows_lead_down_whatever_the_order_of_the_file() {
        let survey = survey(
            "[[question]]\nmetric = \"nps\"\nnext = \"last\"\n[[question]]\nid = \"end_of_file\"\nmetric = \"ces\"\n\
             next = \"end\"\n[[question]]\nid = \"last\"\nmetric = \"csat\"\nnext = \"end_of_file\"",
        );
        assert_eq!(order(&survey), [0, 2, 1].map(Goto::Question));
    }

    proptest! {
        #[test]
        fn any_flow_is_drawn_within_its_picture(
            targets in prop::collection::vec((0usize..8, 0usize..8, any::<bool>()), 8),
        ) {
            let mut text = String::new();
            for (index, (next, goto, branches)) in targets.iter().enumerate() {
                let later = |target: usize| if target > index { format!("q{target}") } else { "end".to_owned() };
                text += &format!("[[question]]\nid = \"q{index}\"\nmetric = \"csat\"\nnext = \"{}\"\n", later(*next));
                if *branches {
                    text += &format!("branch = [{{ when = \"1-2\", goto = \"{}\" }}]\n", later(*goto));
                }
            }
            let svg = drawn(&text);
            let numbers = |name: &str| -> Vec<f64> {
                svg.split(&format!(" {name}=\"")).skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok()).collect()
            };
            let (width, height) = (numbers("width")[0], numbers("height")[0]);
            prop_assert!(numbers("x").iter().all(|x| (0.0..=width).contains(x)));
            prop_assert!(numbers("y").iter().all(|y| (0.0..=height).contains(y)));
            prop_assert_eq!(svg.matches("<svg").count(), 1);
        }
    }
}
