//! Style, script and icon, under addresses that name their content: a browser keeps them for good.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::routing::get;

use aftercall_pages::assets;

/// One route for each file.
pub(super) fn router() -> Router {
    assets::all().into_iter().fold(Router::new(), |router, asset| {
        let headers = [
            (CONTENT_TYPE, asset.media_type),
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        router.route(
            &asset.path,
            get(move || async move { (headers, asset.content.as_str()) }),
        )
    })
}
