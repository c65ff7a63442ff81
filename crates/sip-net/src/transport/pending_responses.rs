//! Which answers a connection is still to carry, so that it is not closed before them.
//!
//! Counted, not matched: every request that was handed on is owed one final response, which the agent sends at once to
//! all but an INVITE. A response that is repeated, or that goes another way, makes the count wrong by one; then the
//! connection closes early, or at the limit for slow peers.

use aftercall_sip::wire::{Message, Method};

/// Requests without a final response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PendingResponses {
    pub(super) invites: u32,
    /// All other methods.
    pub(super) others: u32,
}

impl PendingResponses {
    pub(super) const fn is_nothing(self) -> bool {
        self.invites == 0 && self.others == 0
    }

    /// A message was handed on.
    pub(super) fn received(&mut self, message: &Message) {
        if let Message::Request(request) = message {
            self.receive(&request.method);
        }
    }

    /// A request of this method was handed on; ACK is never answered.
    pub(super) fn receive(&mut self, method: &Method) {
        match method {
            Method::Ack => {}
            Method::Invite => self.invites = self.invites.saturating_add(1),
            _ => self.others = self.others.saturating_add(1),
        }
    }

    /// A message of ours goes out.
    pub(super) fn sent(&mut self, bytes: &[u8]) {
        match answered(bytes) {
            Some(AnsweredMethod::Invite) => self.invites = self.invites.saturating_sub(1),
            Some(AnsweredMethod::Other) => self.others = self.others.saturating_sub(1),
            None => {}
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum AnsweredMethod {
    Invite,
    Other,
}

/// What a message of ours answers for good; `None` for a request and for a provisional response.
fn answered(bytes: &[u8]) -> Option<AnsweredMethod> {
    let status = bytes.strip_prefix(b"SIP/2.0 ")?.first()?;
    if !(b'2'..=b'6').contains(status) {
        return None;
    }
    let head = bytes
        .split(|byte| *byte == b'\n')
        .take_while(|line| *line != b"\r");
    let cseq = head.filter_map(|line| line.strip_prefix(b"CSeq:")).next()?;
    Some(match cseq.trim_ascii().ends_with(b"INVITE") {
        true => AnsweredMethod::Invite,
        false => AnsweredMethod::Other,
    })
}

#[cfg(test)]
mod tests {
    use super::PendingResponses;
    use aftercall_sip::wire::parse_datagram;

    fn message(start: &str, cseq: &str) -> Vec<u8> {
        format!(
            "{start}\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:b@h>;tag=1\r\nTo: <sip:a@h>\r\nCall-ID: c\r\n\
             CSeq: {cseq}\r\nContent-Length: 0\r\n\r\n"
        )
        .into_bytes()
    }

    #[test]
    fn each_request_but_ack_is_owed_one_final_response_to_its_method() {
        let mut pending_responses = PendingResponses::default();
        for method in ["INVITE", "ACK", "BYE", "OPTIONS"] {
            let request = message(&format!("{method} sip:a@h SIP/2.0"), &format!("1 {method}"));
            pending_responses.received(&parse_datagram(&request).unwrap());
        }
        assert_eq!(
            pending_responses,
            PendingResponses {
                invites: 1,
                others: 2
            }
        );
        pending_responses.sent(&message("SIP/2.0 100 Trying", "1 INVITE"));
        pending_responses.sent(&message("SIP/2.0 200 OK", "2 BYE"));
        pending_responses.sent(&message("BYE sip:a@h SIP/2.0", "3 BYE"));
        pending_responses.sent(b"\r\n");
        assert_eq!(
            pending_responses,
            PendingResponses {
                invites: 1,
                others: 1
            }
        );
        pending_responses.sent(&message("SIP/2.0 486 Busy Here", "1 INVITE"));
        pending_responses.sent(&message("SIP/2.0 200 OK", "1 OPTIONS"));
        pending_responses.sent(&message("SIP/2.0 200 OK", "1 OPTIONS"));
        assert!(pending_responses.is_nothing());
    }
}
