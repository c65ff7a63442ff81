//! The part of the contract of a back end that lists calls and comments, and reads all of one call.

use std::future::Future;

use super::comment::{CommentFilter, CommentPage, CommentPlace};
use super::error::StoreError;
use super::export::{CallPage, Place};
use super::part::Part;
use super::path::{CallPath, Privacy};
use super::selection::Selection;
use aftercall_base::CallUid;

/// Calls and comments as they were at the moment of a [`Snapshot`](super::Snapshot).
pub trait CallLists: Send {
    /// The next calls of a part of the selection behind a place, newest first, `limit` at most. A page that is not the last may have
    /// fewer calls, also none, where it would have to look at too many.
    fn calls_behind(
        &mut self,
        selection: &Selection,
        part: &Part,
        after: Option<&Place>,
        limit: usize,
    ) -> impl Future<Output = Result<CallPage, StoreError>> + Send;

    /// The same in the other direction: those that came later than a place, or all, the oldest first.
    fn calls_ahead(
        &mut self,
        selection: &Selection,
        part: &Part,
        after: Option<&Place>,
        limit: usize,
    ) -> impl Future<Output = Result<CallPage, StoreError>> + Send;

    /// How many calls the part has: as many as the lists have over all pages, and as the report says.
    fn count_behind(
        &mut self,
        selection: &Selection,
        part: &Part,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Everything that is stored of a call; `None` where there is none, or where it is not of the selection.
    fn call_path(
        &mut self,
        call: CallUid,
        within: &Selection,
        privacy: Privacy,
    ) -> impl Future<Output = Result<Option<CallPath>, StoreError>> + Send;

    /// The next recordings of selected calls behind a place, newest first, `limit` at most; where their audio is only with `has_audio`.
    /// As with [`calls_behind`](Self::calls_behind) a page may have fewer.
    fn comments(
        &mut self,
        selection: &Selection,
        filter: &CommentFilter,
        after: Option<&CommentPlace>,
        limit: usize,
        has_audio: bool,
    ) -> impl Future<Output = Result<CommentPage, StoreError>> + Send;

    /// How many recordings of selected calls there are, counted to 1,000.
    fn count_comments(
        &mut self,
        selection: &Selection,
        filter: &CommentFilter,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
