//! A list as a file: the calls that a page shows, all of them, a row each.

use std::fs::File;
use std::io::{self, Seek, SeekFrom};

use super::{Browse, BrowseRequest};
use crate::reports::{ReportError, RequestFault};
use aftercall_report::export::{ExportError, ExportFormat, ExportQuery, Labels, Shape, export, file_name};

/// A file that is made. It has no name on the disk, so nothing is left of it when it is dropped.
#[derive(Debug)]
pub struct ExportFile {
    /// The file, at its beginning.
    pub file: File,
    /// Its size in bytes.
    pub size: u64,
    /// What it is called where it is kept.
    pub name: String,
    /// Rows in it.
    pub rows: u64,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// A parameter cannot be understood, or the database not be read.
    #[error(transparent)]
    Request(#[from] ReportError),
    /// The calls cannot be read or written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The file cannot be made.
    #[error(transparent)]
    File(#[from] io::Error),
    /// As many are being made as may be at once.
    #[error("other files are being made; try again in a minute")]
    Busy,
}

impl From<RequestFault> for ExportFault {
    fn from(fault: RequestFault) -> Self {
        Self::Request(fault.into())
    }
}

impl Browse {
    /// Writes the calls of a request to a file: of all pages, oldest or newest first as the list has them.
    ///
    /// # Errors
    /// There is no file for one of the reasons of [`ExportFault`].
    pub async fn export(
        &self,
        request: &BrowseRequest,
        format: ExportFormat,
    ) -> Result<ExportFile, ExportFault> {
        let _turn = self.exports.try_acquire().map_err(|_| ExportFault::Busy)?;
        let context = self.reports.context();
        let calls = request.query(&context, self.now())?;
        let name = file_name("calls", &calls, format.extension());
        let query = ExportQuery {
            part: request.part.clone(),
            shape: Shape::Calls,
            zones: context.zones.clone(),
            attributes: context.attributes.iter().cloned().collect(),
            labels: Labels::of(&calls.directory),
            calls,
        };
        let mut file = tempfile::tempfile()?;
        let out = io::BufWriter::with_capacity(1 << 16, file.try_clone()?);
        let done = export(&self.store, &query, format, None, out, |_| ()).await?;
        let size = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        Ok(ExportFile {
            file,
            size,
            name,
            rows: done.rows,
        })
    }
}
