//! Names that a query asks for and no call ever had, with those that there are.

use serde::Serialize;

use crate::query::ReportQuery;
use aftercall_base::suggest::closest;
use aftercall_storage::selection::{Dimension, NamePattern};
use aftercall_storage::{Snapshot, StoreError};

/// As many names are in one note.
const NAMED: usize = 20;
/// Of a name that is not known so many characters are repeated.
const LONGEST_NAME: usize = 60;

/// A name that a query asks for and that no call ever had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownName {
    /// What it would be the name of: `queue`, `survey`, ...
    pub field: &'static str,
    /// The name, at most 60 characters of it.
    pub name: String,
    /// Names that there are, at most 20: what the directory calls them, else their ids.
    pub there_are: Vec<String>,
    /// Whether there are more than these.
    pub has_more: bool,
    /// The name that was probably meant.
    pub meant: Option<String>,
}

/// Says of each pattern that fits no name that any call ever had which names there are.
///
/// # Errors
/// The store cannot be read.
pub async fn unknown_names(
    snapshot: &mut impl Snapshot,
    query: &ReportQuery,
) -> Result<Vec<UnknownName>, StoreError> {
    let mut unknown = Vec::new();
    for (dimension, patterns) in &query.names {
        if patterns.is_empty() {
            continue;
        }
        let known = snapshot.known_names(&query.scope, *dimension).await?;
        let called: Vec<String> = known
            .iter()
            .map(|id| query.directory.name(*dimension, id).unwrap_or(id).to_owned())
            .collect();
        let fits_none = |pattern: &&NamePattern| {
            !pattern.is_not() && pattern.literal() != Some("") && !known.iter().any(|name| pattern.fits(name))
        };
        unknown.extend(
            patterns
                .iter()
                .filter(fits_none)
                .map(|pattern| UnknownName::of(*dimension, pattern, (&known, &called))),
        );
    }
    Ok(unknown)
}

impl UnknownName {
    /// `known` are the ids of calls, `called` what each is called, or the id itself: either can be asked for.
    fn of(dimension: Dimension, pattern: &NamePattern, (known, called): (&[String], &[String])) -> Self {
        let name: String = pattern.to_string().chars().take(LONGEST_NAME).collect();
        Self {
            field: dimension.as_str(),
            there_are: called.iter().take(NAMED).cloned().collect(),
            has_more: called.len() > NAMED,
            meant: nearest(&name, called)
                .or_else(|| nearest(&name, known))
                .map(str::to_owned),
            name,
        }
    }

    /// The same in a sentence.
    pub(crate) fn sentence(&self) -> String {
        let Self { field, name, .. } = self;
        let there_are = match self.there_are.as_slice() {
            [] => format!("no call has had any {field} yet"),
            known => {
                let more = if self.has_more { ", ..." } else { "" };
                format!("there are: {}{more}", known.join(", "))
            }
        };
        let meant = self.meant.as_deref();
        let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
        format!("There is no {field} `{name}`; {there_are}{meant}")
    }
}

/// The name that was meant: the same but for capitals, or one with a slip.
fn nearest<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let same = known
        .iter()
        .find(|known| known.to_lowercase() == name.trim().to_lowercase());
    same.map(String::as_str)
        .or_else(|| closest(name, known.iter().map(String::as_str)))
}
