//! A connection of which the SMTP client reads line by line, and not more than an answer can have.
//!
//! It hands out no byte beyond the end of a line. So after the answer to STARTTLS the client has nothing in its buffer that came
//! before TLS: what somebody on the way adds to that answer is read as TLS, and fails (the response injection of the "NO STARTTLS"
//! study, 2021).

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes that the server may send after each thing that we sent.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Bytes that are read at once.
const CHUNK: usize = 1024;

/// A connection whose answers are bounded.
#[derive(Debug)]
pub(super) struct LineStream<S> {
    inner: S,
    peer: SocketAddr,
    /// Read and not handed out yet.
    held: Vec<u8>,
    /// Bytes that may still come.
    left: usize,
}

impl<S> LineStream<S> {
    pub(super) const fn new(inner: S, peer: SocketAddr) -> Self {
        Self {
            inner,
            peer,
            held: Vec::new(),
            left: LONGEST_ANSWER,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LineStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.held.is_empty() {
            let mut chunk = [0; CHUNK];
            let mut read = ReadBuf::new(&mut chunk);
            ready!(Pin::new(&mut self.inner).poll_read(context, &mut read))?;
            let read = read.filled();
            let Some(left) = self.left.checked_sub(read.len()) else {
                let error = io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the answer of the server is longer than 64 KB",
                );
                return Poll::Ready(Err(error));
            };
            self.left = left;
            self.held.extend_from_slice(read);
        }
        let line = match self.held.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None => self.held.len(),
        };
        let handed_out: Vec<u8> = self.held.drain(..line.min(buffer.remaining())).collect();
        buffer.put_slice(&handed_out);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LineStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.left = LONGEST_ANSWER;
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> AsyncTokioStream for LineStream<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::{LONGEST_ANSWER, LineStream};

    fn peer() -> std::net::SocketAddr {
        ([127, 0, 0, 1], 25).into()
    }

    #[tokio::test]
    async fn nothing_beyond_a_line_is_handed_out_at_once() {
        let (ours, mut theirs) = tokio::io::duplex(4_096);
        let mut stream = LineStream::new(ours, peer());
        theirs
            .write_all(b"220 go ahead\r\n250 added by somebody\r\nrest")
            .await
            .unwrap();
        let mut buffer = [0; 1_000];
        for expected in ["220 go ahead\r\n", "250 added by somebody\r\n", "rest"] {
            let read = stream.read(&mut buffer).await.unwrap();
            assert_eq!(&buffer[..read], expected.as_bytes());
        }
    }

    #[tokio::test]
    async fn answer_without_an_end_is_an_error_and_the_next_command_may_be_answered_again() {
        let (ours, mut theirs) = tokio::io::duplex(4 * LONGEST_ANSWER);
        let mut stream = LineStream::new(ours, peer());
        let endless = vec![b'x'; LONGEST_ANSWER];
        let mut buffer = vec![0; LONGEST_ANSWER];
        for _ in 0..2 {
            theirs.write_all(&endless).await.unwrap();
            stream.read_exact(&mut buffer).await.unwrap();
            stream.write_all(b"NOOP\r\n").await.unwrap();
        }
        theirs.write_all(&endless).await.unwrap();
        theirs.write_all(b"x").await.unwrap();
        stream.read_exact(&mut buffer).await.unwrap();
        let error = stream.read(&mut buffer).await.unwrap_err();
        assert!(error.to_string().contains("longer than 64 KB"), "{error}");
    }
}
