//! Messages cut out of a byte stream (RFC 3261 section 18.3) and the keep-alive between them (RFC 5626 section
//! 3.5.1).
//!
//! Bytes may come one by one or many messages at once: each byte is looked at once while a head is sought. A
//! message whose end cannot be known ends the stream.

use super::error::{Defect, ParseError};
use super::head::Head;
use super::limits::MessageLimits;
use super::message::Message;
use super::parse::{assemble, salvage};
use super::validate;

/// What was cut from the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Framed {
    /// A whole message; more may follow.
    Message(Message),
    /// A message that breaks the rules; the next one can still be found.
    Broken(ParseError),
    /// A message whose end cannot be known or that is too large: answer it when it is answerable, then close. It
    /// is the last that the framer yields.
    Lost(ParseError),
    /// A message that is taken although its end cannot be known: a BYE, which needs no body. Then close, as behind
    /// [`Framed::Lost`].
    Last(Message),
    /// CRLFCRLF between messages: answer with one CRLF.
    Ping,
}

/// Cuts a stream into messages.
#[derive(Debug)]
pub struct StreamFramer {
    limits: MessageLimits,
    buffer: Vec<u8>,
    /// How much of the buffer has been yielded.
    consumed: usize,
    /// Up to where, after `consumed`, no head ends.
    scanned: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Head,
    Body { head: Box<Head>, length: usize },
    Lost,
}

impl StreamFramer {
    /// A framer at the start of a stream.
    pub const fn new(limits: MessageLimits) -> Self {
        Self {
            limits,
            buffer: Vec::new(),
            consumed: 0,
            scanned: 0,
            state: State::Head,
        }
    }

    /// Takes in bytes. To keep the buffer small, call [`StreamFramer::next`] until `None` after each.
    pub fn push(&mut self, bytes: &[u8]) {
        if matches!(self.state, State::Lost) {
            return;
        }
        self.buffer.drain(..self.consumed.min(self.buffer.len()));
        self.consumed = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether part of a message has arrived: a peer that leaves it so for long is too slow.
    pub fn is_partial(&self) -> bool {
        match self.state {
            State::Head => self.rest().iter().any(|byte| !matches!(byte, b'\r' | b'\n')),
            State::Body { .. } => true,
            State::Lost => false,
        }
    }

    /// The next thing in the stream; `None` when more bytes are needed.
    #[expect(
        clippy::should_implement_trait,
        reason = "`None` means «not yet», which no iterator adapter would understand"
    )]
    pub fn next(&mut self) -> Option<Framed> {
        match std::mem::replace(&mut self.state, State::Head) {
            State::Head => self.next_head(),
            State::Body { head, length } => self.next_body(head, length),
            State::Lost => {
                self.state = State::Lost;
                None
            }
        }
    }

    fn next_head(&mut self) -> Option<Framed> {
        if self.skip_line_ends() {
            return Some(Framed::Ping);
        }
        let Some(length) = self.head_length() else {
            if self.rest().len() <= self.limits.message_bytes {
                return None;
            }
            // The lines that have come may be enough for a refusal.
            let lines = self.rest().iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
            let (mut head, _) = Head::read(self.rest().get(..lines)?, &self.limits);
            head.defect = Some(Defect::MessageTooLarge);
            return Some(self.lose(head, Defect::MessageTooLarge));
        };
        let (head, _) = Head::read(self.rest().get(..length)?, &self.limits);
        self.consume(length);
        match validate::content_length(&head.headers) {
            Ok(Some(body)) if length.saturating_add(body) > self.limits.message_bytes => {
                Some(self.lose(head, Defect::MessageTooLarge))
            }
            Ok(Some(body)) => self.next_body(Box::new(head), body),
            Ok(None) => Some(self.lose(head, Defect::LengthRequired)),
            Err(defect) => Some(self.lose(head, defect)),
        }
    }

    fn next_body(&mut self, head: Box<Head>, length: usize) -> Option<Framed> {
        let Some(body) = self.rest().get(..length) else {
            self.state = State::Body { head, length };
            return None;
        };
        let body = body.to_vec();
        self.consume(length);
        Some(match assemble(*head, body) {
            Ok(message) => Framed::Message(message),
            Err(error) => Framed::Broken(error),
        })
    }

    fn lose(&mut self, mut head: Head, defect: Defect) -> Framed {
        self.state = State::Lost;
        self.buffer = Vec::new();
        self.consumed = 0;
        head.note(defect);
        match salvage(head, None, defect) {
            Ok(message) => Framed::Last(message),
            Err(error) => Framed::Lost(error),
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.consumed..).unwrap_or_default()
    }

    fn consume(&mut self, bytes: usize) {
        self.consumed += bytes;
        self.scanned = 0;
    }

    /// Skips line ends before a message; true when they are a ping.
    fn skip_line_ends(&mut self) -> bool {
        loop {
            let skip = match self.rest() {
                [b'\r', b'\n', b'\r', b'\n', ..] => {
                    self.consume(4);
                    return true;
                }
                [] | [b'\r'] | [b'\r', b'\n'] | [b'\r', b'\n', b'\r'] => return false,
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => return false,
            };
            self.consume(skip);
        }
    }

    /// How long the head is, the empty line included; `None` when it has not ended.
    fn head_length(&mut self) -> Option<usize> {
        let mut from = self.scanned;
        loop {
            let rest = self.rest();
            let Some(at) = rest.get(from..)?.iter().position(|byte| *byte == b'\n') else {
                self.scanned = rest.len();
                return None;
            };
            let end = from + at + 1;
            match rest.get(end..)? {
                [b'\n', ..] => return Some(end + 1),
                [b'\r', b'\n', ..] => return Some(end + 2),
                [] | [b'\r'] => {
                    self.scanned = end - 1;
                    return None;
                }
                _ => from = end,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Defect, Message, MessageLimits, ParseError};
    use super::{Framed, StreamFramer};

    const HEADERS: &str = "Via: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n\
        Call-ID: c\r\nCSeq: 1 OPTIONS\r\n";

    fn options(more: &str) -> String {
        format!("OPTIONS sip:b@h SIP/2.0\r\n{HEADERS}{more}")
    }

    fn drained(framer: &mut StreamFramer) -> Vec<Framed> {
        std::iter::from_fn(|| framer.next()).collect()
    }

    fn bodies(framed: &[Framed]) -> Vec<&[u8]> {
        framed
            .iter()
            .filter_map(|item| match item {
                Framed::Message(Message::Request(request)) => Some(request.body.as_slice()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn pipelined_messages_come_out_one_by_one() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        framer.push(format!("{}{}", options("l: 2\r\n\r\nab"), options("l: 0\r\n\r\n")).as_bytes());
        assert_eq!(bodies(&drained(&mut framer)), [b"ab".as_slice(), b""]);
        assert!(!framer.is_partial());
    }

    #[test]
    fn message_byte_by_byte_comes_out_once_and_whole() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        let bytes = options("l: 2\r\n\r\nab");
        let mut framed = Vec::new();
        for (at, byte) in bytes.bytes().enumerate() {
            framer.push(&[byte]);
            framed.extend(drained(&mut framer));
            assert_eq!(framer.is_partial(), at + 1 < bytes.len(), "after byte {at}");
        }
        assert_eq!(bodies(&framed), [b"ab"]);
    }

    #[test]
    fn ping_is_told_from_line_ends_before_a_message() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        framer.push(b"\r\n\r");
        assert_eq!(framer.next(), None);
        assert!(!framer.is_partial(), "line ends alone are no message");
        framer.push(b"\n");
        assert_eq!(framer.next(), Some(Framed::Ping));
        framer.push(format!("\r\n{}", options("l: 0\r\n\r\n")).as_bytes());
        assert_eq!(bodies(&drained(&mut framer)), [b""]);
    }

    #[test]
    fn broken_message_with_a_length_does_not_cost_the_next_one() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        let broken = options("l: 2\r\n\r\nab").replace("CSeq: 1", "CSeq: x");
        framer.push(format!("{broken}{}", options("l: 1\r\n\r\nc")).as_bytes());
        let framed = drained(&mut framer);
        assert!(matches!(&framed[0], Framed::Broken(error) if error.defect() == Defect::Malformed("CSeq")));
        assert_eq!(bodies(&framed), [b"c"]);
    }

    #[test]
    fn message_without_a_usable_length_is_answerable_and_the_last() {
        for (more, defect) in [
            ("\r\n", Defect::LengthRequired),
            ("l: -1\r\n\r\n", Defect::Malformed("Content-Length")),
            ("l: 1\r\nl: 2\r\n\r\n", Defect::Repeated("Content-Length")),
            ("l: 65536\r\n\r\n", Defect::MessageTooLarge),
        ] {
            let mut framer = StreamFramer::new(MessageLimits::default());
            framer.push(options(more).as_bytes());
            let Some(Framed::Lost(error)) = framer.next() else {
                panic!("{defect}: the stream is lost");
            };
            assert!(matches!(error, ParseError::Answerable(_)), "{defect}");
            assert_eq!(error.defect(), defect);
            framer.push(options("l: 0\r\n\r\n").as_bytes());
            assert_eq!(framer.next(), None, "{defect}: nothing follows");
        }
    }

    #[test]
    fn bye_without_a_usable_length_is_taken_and_the_last() {
        let bye = |more: &str| options(more).replace("OPTIONS", "BYE");
        for more in [
            "\r\n",
            "l: -1\r\n\r\n",
            "l: 1\r\nl: 2\r\n\r\n",
            "l: 65536\r\n\r\n",
        ] {
            let mut framer = StreamFramer::new(MessageLimits::default());
            framer.push(bye(more).as_bytes());
            let framed = framer.next();
            assert!(matches!(framed, Some(Framed::Last(_))), "{more:?}: {framed:?}");
            framer.push(bye("l: 0\r\n\r\n").as_bytes());
            assert_eq!(framer.next(), None, "nothing follows");
        }
    }

    #[test]
    fn head_over_the_limit_is_answerable_by_the_lines_that_have_come() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        let text = options(&"X-Long: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(2_000));
        framer.push(text.as_bytes());
        let Some(Framed::Lost(ParseError::Answerable(rejected))) = framer.next() else {
            panic!("a response can be made");
        };
        assert_eq!(rejected.defect, Defect::MessageTooLarge);
        assert!(rejected.headers.call_id().is_some() && rejected.headers.cseq().is_some());
    }

    #[test]
    fn head_that_never_ends_loses_the_stream_at_the_limit() {
        let mut framer = StreamFramer::new(MessageLimits::default());
        framer.push(&vec![b'x'; 65_535]);
        assert_eq!(framer.next(), None);
        framer.push(b"x");
        assert_eq!(
            framer.next(),
            Some(Framed::Lost(ParseError::Drop(Defect::MessageTooLarge)))
        );
    }
}
