//! Names that a query asks for and no call ever had, with those that there are.

use crate::query::ReportQuery;
use aftercall_base::suggest::closest;
use aftercall_storage::selection::{Dimension, NamePattern};
use aftercall_storage::{Snapshot, StoreError};

/// As many names are in one note.
const NAMED: usize = 20;
/// Of a name that is not known so many characters are repeated.
const LONGEST_NAME: usize = 60;

/// Says of each pattern that fits no name that any call ever had which names there are.
pub(crate) async fn unknown(
    snapshot: &mut impl Snapshot,
    query: &ReportQuery,
) -> Result<Vec<String>, StoreError> {
    let mut notes = Vec::new();
    for (dimension, patterns) in &query.names {
        if patterns.is_empty() {
            continue;
        }
        let known = snapshot.known_names(*dimension).await?;
        let fits_none = |pattern: &&NamePattern| {
            !pattern.is_not() && pattern.literal() != Some("") && !known.iter().any(|name| pattern.fits(name))
        };
        notes.extend(
            patterns
                .iter()
                .filter(fits_none)
                .map(|pattern| note(*dimension, pattern, &known)),
        );
    }
    Ok(notes)
}

fn note(dimension: Dimension, pattern: &NamePattern, known: &[String]) -> String {
    let kind = dimension.as_str();
    let name: String = pattern.to_string().chars().take(LONGEST_NAME).collect();
    let there_are = match known {
        [] => format!("no call has had any {kind} yet"),
        known => {
            let more = if known.len() > NAMED { ", ..." } else { "" };
            let named: Vec<&str> = known.iter().take(NAMED).map(String::as_str).collect();
            format!("there are: {}{more}", named.join(", "))
        }
    };
    let meant = nearest(&name, known).map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
    format!("There is no {kind} `{name}`; {there_are}{meant}")
}

/// The name that was meant: the same but for capitals, or one with a slip.
fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let same = known
        .iter()
        .find(|known| known.to_lowercase() == name.trim().to_lowercase());
    same.map(String::as_str)
        .or_else(|| closest(name, known.iter().map(String::as_str)))
}
