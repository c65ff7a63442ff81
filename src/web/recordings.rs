//! The audio of a comment or a prompt as an HTTP response, whole or in part: comments are streamed from the disk, prompts are in memory.

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

/// Audio to be played: WAV.
pub(super) struct Audio {
    content: Content,
    /// Octets.
    size: u64,
    /// Of the content, 64 hexadecimal digits.
    sha256: String,
    /// What it is called where it is kept.
    name: &'static str,
}

/// Where audio is.
enum Content {
    /// On the disk, at its beginning.
    File(File),
    /// In memory.
    Memory(Bytes),
}

impl From<CommentAudio> for Audio {
    fn from(audio: CommentAudio) -> Self {
        Self {
            content: Content::File(audio.file),
            size: audio.size,
            sha256: audio.sha256,
            name: "comment",
        }
    }
}

impl Audio {
    /// A prompt with its SHA-256 in hexadecimal digits.
    pub(super) fn of_prompt(wav: Bytes, sha256: String) -> Self {
        Self {
            size: wav.len() as u64,
            content: Content::Memory(wav),
            sha256,
            name: "prompt",
        }
    }
}

impl Content {
    /// So many octets from one on, which are there.
    async fn part(self, first: u64, octets: u64) -> io::Result<Body> {
        match self {
            Self::File(mut file) => {
                file.seek(SeekFrom::Start(first)).await?;
                Ok(stream(file, octets))
            }
            Self::Memory(bytes) => {
                let place = |octet| usize::try_from(octet).unwrap_or(usize::MAX).min(bytes.len());
                let (first, end) = (place(first), place(first.saturating_add(octets)));
                Ok(Body::from(bytes.slice(first..end)))
            }
        }
    }
}

/// The response to a request for the audio; of an unsatisfiable range without its body.
pub(super) async fn respond(
    method: &Method,
    headers: &HeaderMap,
    audio: impl Into<Audio>,
) -> io::Result<Response> {
    let Audio {
        content,
        size,
        sha256,
        name,
    } = audio.into();
    let etag = format!("\"{sha256}\"");
    let selected = Selected::of(method, headers, size, &etag);
    let (first, octets) = selected.octets(size);
    // A response to HEAD says the length of the body that it has not.
    let has_body = *method != Method::HEAD && octets > 0;
    let body = if has_body {
        content.part(first, octets).await?
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
        if let Ok(inline) = HeaderValue::try_from(format!("inline; filename=\"{name}.wav\"")) {
            fields.insert(header::CONTENT_DISPOSITION, inline);
        }
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
