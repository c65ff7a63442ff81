//! `GET /api/v1/openapi.json`: the description of the API (OpenAPI 3.1), made from its code.

use std::sync::Arc;

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ContactBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server,
};

use super::{ROOT, fields};

/// The description before any endpoint is in it.
pub(super) fn start() -> OpenApi {
    let mut components = Components::new();
    components.add_security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("aftercall")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Before and after a survey call: announce it, ask whether it will be surveyed, read its results.",
                ))
                .contact(Some(ContactBuilder::new().name(Some("aftercall")).build()))
                .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()))
                .build(),
        )
        .servers(Some([Server::new(ROOT)]))
        .components(Some(components))
        .build()
}

/// The description as it is served.
pub(super) fn text(mut description: OpenApi) -> String {
    fields::describe(&mut description);
    serde_json::to_string_pretty(&description)
        .expect("the description has text keys and finite numbers only, which JSON can hold")
}

/// Serves it.
pub(super) fn route<S: Clone + Send + Sync + 'static>(description: Arc<str>) -> MethodRouter<S> {
    get(move || {
        let description = Arc::clone(&description);
        async move {
            let json = HeaderValue::from_static("application/json");
            ([(header::CONTENT_TYPE, json)], description.as_ref().to_owned()).into_response()
        }
    })
}
