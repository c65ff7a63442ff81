//! Who asks for a page.

use aftercall_pages::shell::{Place, Reader};

/// Who asks for a page, and where the navigation may lead them.
#[derive(Debug, Clone)]
pub(in crate::web) struct Visitor {
    /// Who is signed in.
    pub(super) reader: Option<Reader>,
    /// The pages that they may see.
    pub(super) places: Vec<Place>,
}

impl Visitor {
    /// Somebody who may see everything that there is.
    pub(super) fn everything() -> Self {
        Self {
            reader: None,
            places: vec![Place::Overview, Place::Report],
        }
    }
}
