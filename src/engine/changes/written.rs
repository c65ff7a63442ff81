//! The two configurations as they are written, which is what changes are told from.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::config::Loaded;
use aftercall_survey::route::Route;

/// More prompts, or changes of a survey, than this are counted, not named.
pub(super) const MOST_NAMED: usize = 8;

/// What is written of a setting.
pub(super) fn written<'l>(loaded: &'l Loaded, section: &str, key: &str) -> Option<&'l Value> {
    loaded.written().get(section)?.get(key)
}

/// The routes as they are written, by name.
pub(super) fn by_name(loaded: &Loaded) -> BTreeMap<&str, &Map<String, Value>> {
    let written = loaded.written().get("route").and_then(Value::as_array);
    let tables = written.into_iter().flatten().filter_map(Value::as_object);
    let routes = loaded.settings.routes();
    routes.map(Route::name).zip(tables).collect()
}
