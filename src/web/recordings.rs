//! The audio of a comment as an HTTP response, streamed from the disk.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

use super::ranges::Selected;
use crate::browse::CommentAudio;

/// Octets that are read at once.
const PIECE: u64 = 64 * 1024;

/// The response to a request for the audio; of an unsatisfiable range without its body.
pub(super) async fn respond(
    method: &Method,
    headers: &HeaderMap,
    audio: CommentAudio,
) -> io::Result<Response> {
    let CommentAudio {
        mut file,
        size,
        sha256,
    } = audio;
    let etag = format!("\"{sha256}\"");
    let selected = Selected::of(method, headers, size, &etag);
    let (first, octets) = selected.octets(size);
    // A response to HEAD says the length of the body that it has not.
    let has_body = *method != Method::HEAD && octets > 0;
    let body = if has_body {
        file.seek(SeekFrom::Start(first)).await?;
        stream(file, octets)
    } else {
        Body::empty()
    };
    let mut response = (selected.status(), body).into_response();
    let fields = response.headers_mut();
    fields.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Only the one who asked may keep it, and has to ask again whether it is still there.
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-cache"),
    );
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        fields.insert(header::ETAG, etag);
    }
    if let Some(range) = selected.content_range(size) {
        fields.insert(header::CONTENT_RANGE, range);
    }
    if matches!(selected, Selected::Whole | Selected::Part { .. }) {
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(octets));
        let name = HeaderValue::from_static("inline; filename=\"comment.wav\"");
        fields.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// The next octets of a file as a body, read piece by piece as they are sent.
pub(super) fn stream(file: File, octets: u64) -> Body {
    Body::from_stream(stream::try_unfold((file, octets), next))
}

/// The next piece of what is left.
async fn next((mut file, left): (File, u64)) -> io::Result<Option<(Bytes, (File, u64))>> {
    if left == 0 {
        return Ok(None);
    }
    let wanted = usize::try_from(left.min(PIECE)).unwrap_or(usize::MAX);
    let mut piece = vec![0; wanted];
    let read = file.read(&mut piece).await?;
    if read == 0 {
        // The length was stated already: the connection is cut, so that the client does not take it for the whole.
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    piece.truncate(read);
    Ok(Some((Bytes::from(piece), (file, left - read as u64))))
}
