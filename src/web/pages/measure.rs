//! Counts and times the requests for pages, as `/metrics` shows them. Labels are the paths as they are registered, so nothing that a stranger
//! asks for makes a series of its own.

use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};

use aftercall_runtime::clock::now;

/// The path of what is no page.
const NO_PAGE: &str = "none";

/// The path of style, script and icon, whose own names change with their content.
const ASSETS: &str = "/assets/{file}";

/// Passes a request on, and records what came of it: the time until the answer begins. What is sent later, such as events and files, is not in it.
pub(super) async fn measure(matched: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let path = label(matched.as_ref().map(MatchedPath::as_str));
    let started = now();
    let response = next.run(request).await;
    let taken = now().saturating_duration_since(started);
    counter!("aftercall_page_requests_total", "path" => path.clone(), "status" => class(response.status()))
        .increment(1);
    histogram!("aftercall_page_request_seconds", "path" => path).record(taken.as_secs_f64());
    response
}

fn label(matched: Option<&str>) -> String {
    match matched {
        None => NO_PAGE.to_owned(),
        Some(path) if path.starts_with("/assets/") => ASSETS.to_owned(),
        Some(path) => path.to_owned(),
    }
}

/// The class of a status (RFC 9110, section 15); no page answers with an informational one.
const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::{class, label};

    #[test]
    fn labels_are_those_of_the_table_whatever_is_asked_for() {
        assert_eq!(label(Some("/calls/{call}")), "/calls/{call}");
        assert_eq!(label(Some("/assets/style-0123.css")), "/assets/{file}");
        assert_eq!(label(None), "none");
        for (status, expected) in [
            (200, "2xx"),
            (206, "2xx"),
            (303, "3xx"),
            (429, "4xx"),
            (503, "5xx"),
        ] {
            assert_eq!(class(StatusCode::from_u16(status).unwrap()), expected);
        }
    }
}
