//! Any parameters of a page: its address says them again, and what is asked of the services is understood or refused with a short reason.
#![no_main]

use std::sync::Arc;
use std::sync::LazyLock;

use aftercall::browse::BrowseRequest;
use aftercall::reports::{ReportContext, ReportRequest};
use aftercall::web::pages::form::Form;
use aftercall_pages::address::Address;
use aftercall_report::export::RouteZones;
use chrono::{DateTime, Utc, Weekday};
use libfuzzer_sys::fuzz_target;

static CONTEXT: LazyLock<ReportContext> = LazyLock::new(|| ReportContext {
    zone: chrono_tz::Europe::Helsinki,
    zones: RouteZones::of(chrono_tz::Europe::Helsinki),
    first_weekday: Weekday::Mon,
    directory: Arc::default(),
    attributes: ["segment".to_owned()].into(),
    campaigns: Vec::new(),
    test_queue: Some("aftercall-watch".to_owned()),
});

fuzz_target!(|pairs: Vec<(String, String)>| {
    let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let address = Address::new(pairs.clone());
    let printed = address.at("/calls");
    assert!(
        printed
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>\"'\\".contains(&byte)),
        "{printed}"
    );
    if let (Some((_, query)), true) = (printed.split_once('?'), printed.len() < 16_000) {
        let read = Form::read(query.as_bytes());
        for (name, _) in address.iter().take(20) {
            let first = address.get(name).unwrap_or_default();
            assert!(
                name.is_empty() || read.as_ref().is_none_or(|read| read.get(name) == first),
                "{printed}"
            );
        }
    }
    let fault = |reason: &str| assert!(reason.len() < 2_000, "{} octets of a reason", reason.len());
    match ReportRequest::of_parameters(pairs) {
        Ok(request) => {
            let _ = request.is_about_persons();
            if let Err(wrong) = request.query(&CONTEXT, now) {
                fault(&wrong.reason);
            }
        }
        Err(wrong) => fault(&wrong.reason),
    }
    match BrowseRequest::of(address.asked()) {
        Ok(request) => {
            if let Err(wrong) = request.selection(&CONTEXT, now) {
                fault(&wrong.reason);
            }
        }
        Err(wrong) => fault(&wrong.reason),
    }
});
