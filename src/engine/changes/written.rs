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

/// Tables of a list, as they are written, by name.
pub(super) type ByName<'l> = BTreeMap<&'l str, &'l Map<String, Value>>;

/// The routes.
pub(super) fn routes(loaded: &Loaded) -> ByName<'_> {
    let routes = loaded.settings.routes();
    routes.map(Route::name).zip(tables(loaded, "route")).collect()
}

/// The deliveries.
pub(super) fn deliveries(loaded: &Loaded) -> ByName<'_> {
    let rules = loaded.settings.delivery.iter();
    rules
        .map(|rule| rule.name.as_str())
        .zip(tables(loaded, "delivery"))
        .collect()
}

fn tables<'l>(loaded: &'l Loaded, section: &str) -> impl Iterator<Item = &'l Map<String, Value>> {
    let written = loaded.written().get(section).and_then(Value::as_array);
    written.into_iter().flatten().filter_map(Value::as_object)
}
