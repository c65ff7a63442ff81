//! Charts of the program that opens the workbook, over the cells of its sheets.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartMarker, ChartMarkerType, ChartPatternFill, ChartPatternFillType, ChartPoint, ChartSolidFill, Color,
    IntoChartRange, Worksheet, XlsxError,
};

use super::sheet::{ColumnPart, RowRange, SheetModel};
use super::style::Style;
use crate::render::document::{
    BarChart, Block, Cell, Chart as ChartData, Document, Fill, Sheet, StepKind, Table, Unit,
};

/// Rows from one chart to the next.
const ROWS_A_CHART: u32 = 18;
const BLUE: Color = Color::RGB(0x0000_72B2);
const ORANGE: Color = Color::RGB(0x00D5_5E00);
const GREY: Color = Color::RGB(0x00B8_BCC2);

/// The charts of a sheet, at the right of its columns.
pub(super) fn insert(
    worksheet: &mut Worksheet,
    name: &str,
    sheet: Sheet,
    model: &SheetModel<'_>,
    document: &Document,
    style: &Style,
) -> Result<(), XlsxError> {
    let mut place = 1;
    for (table, rows) in model.ranges() {
        let source = Source { name, rows, model };
        let chart = match (sheet, table.id) {
            (Sheet::Distribution, _) => distribution(table, &source, document),
            (Sheet::Trend, _) => trend(table, &source, document, style),
            (Sheet::TrendCalls, _) => response(table, &source, document, style),
            (Sheet::Overview, "funnel") => funnel(table, &source),
            _ => None,
        };
        if let Some(mut chart) = chart {
            chart.set_width(560).set_height(330);
            worksheet.insert_chart(place, model.width() + 1, &chart)?;
            place += ROWS_A_CHART;
        }
    }
    Ok(())
}

/// Where the cells of a chart are.
struct Source<'s> {
    name: &'s str,
    rows: RowRange,
    model: &'s SheetModel<'s>,
}

/// Cells of a column: sheet, first and last row and column.
type Range<'s> = (&'s str, u32, u16, u32, u16);

impl<'s> Source<'s> {
    fn column(&self, id: &str, part: ColumnPart) -> Option<Range<'s>> {
        let column = self.model.column(id, part)?;
        Some((self.name, self.rows.first, column, self.rows.last, column))
    }

    /// The first cell of a column. Texts from outside are shown in charts by reference only, because a text that looks like a
    /// reference would be taken for one.
    fn cell(&self, id: &str) -> Option<Range<'s>> {
        let column = self.model.column(id, ColumnPart::Whole)?;
        Some((self.name, self.rows.first, column, self.rows.first, column))
    }
}

/// A chart with a title: a cell, or words of our own.
fn titled(mut chart: Chart, title: impl IntoChartRange, description: &str) -> Chart {
    chart.title().set_name(title);
    chart.title().set_font(&title_font());
    chart.set_alt_text(description.chars().take(250).collect::<String>());
    chart
}

fn title_font() -> ChartFont {
    let mut font = ChartFont::new();
    font.set_size(11).set_bold();
    font
}

/// Answers by value, filled as they count.
fn distribution(table: &Table, source: &Source<'_>, document: &Document) -> Option<Chart> {
    let values = source.column("answers", ColumnPart::Whole)?;
    let categories = source.column("answer", ColumnPart::Whole)?;
    let bars = bars_before(table, document)?;
    let points: Vec<ChartPoint> = bars.bars.iter().map(|bar| point(bar.fill)).collect();
    let mut chart = titled(Chart::new_column(), source.cell("text")?, &bars.description);
    let series = chart.add_series();
    series.set_values(values).set_categories(categories).set_gap(40);
    series
        .set_name(&source_head(table, "answers"))
        .set_points(&points);
    chart.legend().set_hidden();
    chart.x_axis().set_name(&source_head(table, "answer"));
    chart.y_axis().set_name(&source_head(table, "answers")).set_min(0);
    Some(chart)
}

/// The bars that the document draws before a table.
fn bars_before<'d>(table: &Table, document: &'d Document) -> Option<&'d BarChart> {
    let mut blocks = document
        .sections
        .iter()
        .flat_map(|section| section.blocks.windows(2));
    blocks.find_map(|pair| match pair {
        [Block::Chart(ChartData::Bars(bars)), Block::Table(next)] if std::ptr::eq(next, table) => Some(bars),
        _ => None,
    })
}

/// The head of a column of a table.
fn source_head(table: &Table, id: &str) -> String {
    let mut columns = table.columns.iter();
    columns
        .find(|column| column.id == id)
        .map_or_else(String::new, |column| column.head.clone())
}

fn point(fill: Fill) -> ChartPoint {
    let mut format = ChartFormat::new();
    match fill {
        Fill::Plain | Fill::Good => format.set_solid_fill(ChartSolidFill::new().set_color(BLUE)),
        Fill::Middle => format.set_solid_fill(ChartSolidFill::new().set_color(GREY)),
        Fill::Bad => format.set_pattern_fill(
            ChartPatternFill::new()
                .set_pattern(ChartPatternFillType::DiagonalStripesWideUpwards)
                .set_foreground_color(ORANGE)
                .set_background_color(Color::White),
        ),
    };
    format.set_border(ChartLine::new().set_color(if fill == Fill::Bad { ORANGE } else { Color::Gray }));
    ChartPoint::new().set_format(&mut format)
}

/// A figure over time between the ends of its interval.
fn trend(table: &Table, source: &Source<'_>, document: &Document, style: &Style) -> Option<Chart> {
    let messages = document.locale.messages();
    let categories = source.column("start", ColumnPart::Whole)?;
    let mut chart = titled(
        Chart::new_line(),
        source.cell("text")?,
        &messages.text("chart-trend-means"),
    );
    line(
        &mut chart,
        source.column("value", ColumnPart::Whole)?,
        categories,
        source.cell("figure")?,
        true,
    );
    for (part, name) in [(ColumnPart::Low, "column-low"), (ColumnPart::High, "column-high")] {
        line(
            &mut chart,
            source.column("interval", part)?,
            categories,
            &messages.text(name),
            false,
        );
    }
    axes(&mut chart, table, style);
    Some(chart)
}

fn line(
    chart: &mut Chart,
    values: Range<'_>,
    categories: Range<'_>,
    name: impl IntoChartRange,
    is_figure: bool,
) {
    let mut format = ChartFormat::new();
    let mut stroke = ChartLine::new();
    match is_figure {
        true => stroke.set_color(BLUE).set_width(2.25),
        false => stroke
            .set_color(Color::Gray)
            .set_width(0.75)
            .set_dash_type(ChartLineDashType::Dash),
    };
    format.set_line(&stroke);
    let mut marker = ChartMarker::new();
    match is_figure {
        true => marker.set_type(ChartMarkerType::Circle).set_size(5),
        false => marker.set_none(),
    };
    let series = chart.add_series();
    series
        .set_values(values)
        .set_categories(categories)
        .set_name(name);
    series.set_format(&mut format).set_marker(&marker);
}

fn axes(chart: &mut Chart, table: &Table, style: &Style) {
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.y_axis().set_num_format("0");
    chart.x_axis().set_label_position(ChartAxisLabelPosition::Low);
    if table
        .chart
        .as_ref()
        .is_none_or(|chart| chart.unit == Unit::Percent)
    {
        chart.y_axis().set_min(0).set_max(100);
    }
    let kind = table
        .rows
        .iter()
        .flat_map(|row| &row.cells)
        .find_map(|cell| match cell {
            Cell::Step(step) => Some(step.kind),
            _ => None,
        });
    if let Some(kind) = kind {
        // An axis of dates has no place for hours.
        let axis = chart.x_axis();
        match kind {
            StepKind::Hour => axis.set_text_axis(true),
            StepKind::Day | StepKind::Week | StepKind::Month => axis.set_date_axis(true),
        };
        axis.set_num_format(style.axis(kind));
    }
}

/// The response rate over time.
fn response(table: &Table, source: &Source<'_>, document: &Document, style: &Style) -> Option<Chart> {
    let name = document.locale.messages().text("rate-response_rate");
    let description = document.locale.messages().text("chart-response-means");
    let mut chart = titled(Chart::new_line(), &name, &description);
    let values = source.column("response_rate", ColumnPart::Whole)?;
    line(
        &mut chart,
        values,
        source.column("start", ColumnPart::Whole)?,
        &name,
        true,
    );
    axes(&mut chart, table, style);
    Some(chart)
}

/// How far the calls went.
fn funnel(table: &Table, source: &Source<'_>) -> Option<Chart> {
    let mut chart = titled(Chart::new_bar(), &table.caption.text, &table.caption.text);
    let series = chart.add_series();
    series.set_values(source.column("calls", ColumnPart::Whole)?);
    series.set_categories(source.column("name", ColumnPart::Whole)?);
    series.set_name(&source_head(table, "calls")).set_gap(40);
    let mut format = ChartFormat::new();
    format.set_solid_fill(ChartSolidFill::new().set_color(BLUE));
    series.set_format(&mut format);
    chart.legend().set_hidden();
    chart.y_axis().set_reverse();
    Some(chart)
}
