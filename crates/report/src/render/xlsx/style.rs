//! Formats of cells.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::render::document::StepKind;
use crate::render::language::ReportLanguage;

/// The formats of a workbook.
#[derive(Debug, Clone)]
pub(super) struct Style {
    pub(super) title: Format,
    pub(super) label: Format,
    pub(super) head: Format,
    /// Over numbers.
    pub(super) number_head: Format,
    pub(super) text: Format,
    pub(super) paragraph: Format,
    pub(super) count: Format,
    pub(super) figure: Format,
    pub(super) p: Format,
    pub(super) effect: Format,
    day: Format,
    hour: Format,
    month: Format,
    short_day: &'static str,
}

impl Style {
    pub(super) fn new(language: ReportLanguage) -> Self {
        let number = |format: &str| top().set_num_format(format);
        let date = |format: &str| number(format).set_align(FormatAlign::Left);
        let (day, hour, short_day) = match language {
            ReportLanguage::English => ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "d mmm"),
            ReportLanguage::Finnish | ReportLanguage::Czech => ("d.m.yyyy", "d.m.yyyy hh:mm", "d.m."),
            ReportLanguage::Polish => ("dd.mm.yyyy", "dd.mm.yyyy hh:mm", "dd.mm"),
            ReportLanguage::Greek => ("dd/mm/yyyy", "dd/mm/yyyy hh:mm", "dd/mm"),
        };
        let head = top()
            .set_bold()
            .set_text_wrap()
            .set_background_color(Color::RGB(0x00DC_E6F0))
            .set_border_bottom(FormatBorder::Thin);
        Self {
            title: Format::new().set_bold().set_font_size(16),
            label: top().set_bold(),
            number_head: head.clone().set_align(FormatAlign::Right),
            head: head.set_align(FormatAlign::Left).set_indent(1),
            text: top().set_align(FormatAlign::Left).set_indent(1),
            paragraph: top().set_text_wrap(),
            count: number("#,##0"),
            figure: number("#,##0.0"),
            p: number("0.000"),
            effect: number("0.00"),
            day: date(day),
            hour: date(hour),
            month: date("mm/yyyy"),
            short_day,
        }
    }

    /// How a step is written on the axis of a chart.
    pub(super) const fn axis(&self, kind: StepKind) -> &'static str {
        match kind {
            StepKind::Hour => "hh:mm",
            StepKind::Day | StepKind::Week => self.short_day,
            StepKind::Month => "mm/yyyy",
        }
    }

    /// The format of a step of a trend.
    pub(super) const fn step(&self, kind: StepKind) -> &Format {
        match kind {
            StepKind::Hour => &self.hour,
            StepKind::Day | StepKind::Week => &self.day,
            StepKind::Month => &self.month,
        }
    }
}

fn top() -> Format {
    Format::new().set_align(FormatAlign::Top)
}
