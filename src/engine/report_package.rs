//! The report as a package for deliveries: the mail, and the files that come with it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::delivery::schedule::Period as LocalPeriod;
use crate::delivery::{
    Attachment, DeliveryRule, Format, Package, Render, RenderError, RenderFuture, RenderRequest,
};
use crate::reports::{ReportContext, ReportRequest, Reports};
use aftercall_report::render::{RenderOptions, ReportFormat, mail};
use aftercall_report::{Report, ReportQuery};
use aftercall_survey::context::condition::Pattern;

/// Makes reports of what is in the database.
#[derive(Debug, Clone)]
pub struct ReportPackages {
    reports: Reports,
}

impl ReportPackages {
    /// Reports of this service.
    pub const fn new(reports: Reports) -> Self {
        Self { reports }
    }

    async fn package(&self, request: &RenderRequest, now: DateTime<Utc>) -> Result<Package, RenderError> {
        let query = query(request, &self.reports.context(), now)?;
        let report = self
            .reports
            .read(&query)
            .await
            .map_err(|error| RenderError(error.to_string()))?;
        let options = RenderOptions {
            language: request.rule.language.as_str().parse().unwrap_or_default(),
            has_details: false,
        };
        let due_at = request.due_at.with_timezone(&request.zone).naive_local();
        let parts = mail(&report, &options, request.is_late.then_some(due_at))
            .map_err(|error| RenderError(error.to_string()))?;
        let mut attachments = Vec::new();
        for format in &request.rule.formats {
            let bytes = match format {
                Format::Json => rendered(&report, ReportFormat::Json, &options)?,
                Format::Xlsx => rendered(&report, ReportFormat::Xlsx, &options)?,
                Format::Csv => rendered(&report, ReportFormat::Csv, &options)?,
                Format::CsvExcel => rendered(&report, ReportFormat::CsvExcel, &options)?,
                Format::Text => rendered(&report, ReportFormat::Text, &options)?,
                Format::Html => rendered(&report, ReportFormat::Html, &options)?,
            };
            attachments.push(attachment(&request.rule, request.period, *format, bytes));
        }
        Ok(Package {
            subject: format!("{}: {}", request.rule.name, parts.subject),
            text: parts.text,
            html: parts.html,
            attachments,
            summary: serde_json::to_value(&report).map_err(|error| RenderError(error.to_string()))?,
            is_empty: report.calls.arrived == 0,
        })
    }
}

impl Render for ReportPackages {
    fn render<'a>(&'a self, request: &'a RenderRequest, now: DateTime<Utc>) -> RenderFuture<'a> {
        Box::pin(self.package(request, now))
    }
}

/// The report that a delivery is about, by its own zone, with the trend of the period and the comparison with the one before.
fn query(
    request: &RenderRequest,
    context: &ReportContext,
    now: DateTime<Utc>,
) -> Result<ReportQuery, RenderError> {
    let filter = &request.rule.filter;
    let texts = |patterns: &[Pattern]| patterns.iter().map(ToString::to_string).collect();
    let asked = ReportRequest {
        period: Some(format!("{}..{}", request.period.from, request.period.last_day())),
        queue: texts(&filter.queues),
        team: texts(&filter.teams),
        agent: texts(&filter.agents),
        survey: texts(&filter.surveys),
        by: request.rule.by.map(str::to_owned),
        trend: Some("auto".to_owned()),
        compare: Some("previous".to_owned()),
        ..ReportRequest::default()
    };
    let context = ReportContext {
        zone: request.zone,
        ..context.clone()
    };
    asked
        .query(&context, now)
        .map_err(|fault| RenderError(fault.to_string()))
}

fn rendered(report: &Report, format: ReportFormat, options: &RenderOptions) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    let written = format.write(report, options, &mut bytes);
    written.map_err(|error| RenderError(error.to_string()))?;
    Ok(bytes)
}

fn attachment(rule: &Arc<DeliveryRule>, period: LocalPeriod, format: Format, bytes: Vec<u8>) -> Attachment {
    Attachment {
        name: rule.file_name(period, format),
        media_type: format.media_type().to_owned(),
        bytes,
    }
}
