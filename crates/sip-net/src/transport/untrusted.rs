//! Requests from sources outside `sip.trusted`: refused with little work and no state.
//!
//! A request from an untrusted source is answered with 403 without any state (RFC 3261 section 8.2.7), within a budget a
//! second for all of them together: a flood, or one with forged sources, finds neither memory nor an echo.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use aftercall_base::Cidr;
use aftercall_sip::wire::{Message, Method, Response};

/// Replies a second to all untrusted sources together.
const BUDGET: u32 = 50;

/// The trusted networks, and the replies to all other sources.
#[derive(Debug)]
pub(crate) struct UntrustedSources {
    trusted: Vec<Cidr>,
    secret: u64,
    budget: AtomicU32,
    /// How many came since the last report, and the last of them.
    unreported: Mutex<Option<(u64, IpAddr)>>,
}

impl UntrustedSources {
    /// `secret` makes our tags.
    pub(crate) const fn new(trusted: Vec<Cidr>, secret: u64) -> Self {
        Self {
            trusted,
            secret,
            budget: AtomicU32::new(BUDGET),
            unreported: Mutex::new(None),
        }
    }

    /// Whether this source may call.
    pub(super) fn trusts(&self, source: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(source))
    }

    /// Counts one request or connection for the next report.
    pub(super) fn record(&self, source: IpAddr) {
        if let Ok(mut unreported) = self.unreported.lock() {
            let before = unreported.map_or(0, |(count, _)| count);
            *unreported = Some((before + 1, source));
        }
    }

    /// How many came since the last report, and the last of them: an operator who forgot a PBX in the
    /// list of trusted sources finds it here.
    pub(crate) fn report(&self) -> Option<(u64, IpAddr)> {
        self.unreported.lock().ok()?.take()
    }

    /// To be called once a second.
    pub(crate) fn refill(&self) {
        self.budget.store(BUDGET, Ordering::Relaxed);
    }

    /// Whether one more reply may be sent now: takes it from the budget of this second.
    pub(super) fn allow_reply(&self) -> bool {
        self.budget
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .is_ok()
    }

    /// The 403 for a request; `None` for a response or an ACK, which are not answered.
    pub(super) fn refusal(&self, message: Message, source: SocketAddr) -> Option<Vec<u8>> {
        let Message::Request(mut request) = message else {
            return None;
        };
        if request.method == Method::Ack {
            return None;
        }
        request.stamp_source(source);
        let mut response = Response::to(&request, 403);
        let mut hasher = DefaultHasher::new();
        let call_id = request.headers.call_id().map(|id| id.as_bytes().to_vec());
        // The same request gets the same tag again, without being remembered (RFC 3261 section 8.2.7).
        (self.secret, call_id).hash(&mut hasher);
        response.set_to_tag(&format!("{:016x}", hasher.finish()));
        Some(response.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, UntrustedSources};
    use aftercall_base::Cidr;
    use aftercall_sip::wire::parse_datagram;

    fn refusal(untrusted: &UntrustedSources, method: &str) -> Option<String> {
        let text = format!(
            "{method} sip:a@h SIP/2.0\r\nVia: SIP/2.0/UDP h;rport;branch=z9hG4bK1\r\nFrom: <sip:b@h>;tag=1\r\n\
             To: <sip:a@h>\r\nCall-ID: c\r\nCSeq: 1 {method}\r\n\r\n"
        );
        let message = parse_datagram(text.as_bytes()).unwrap();
        let bytes = untrusted.refusal(message, "203.0.113.9:5061".parse().unwrap())?;
        Some(String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn untrusted_invite_gets_403_with_the_same_tag_each_time_and_its_ack_nothing() {
        let untrusted = UntrustedSources::new(Vec::new(), 7);
        let first = refusal(&untrusted, "INVITE").unwrap();
        assert!(first.starts_with("SIP/2.0 403 Forbidden\r\n"));
        assert!(first.contains("rport=5061;received=203.0.113.9"));
        assert!(first.contains("To: <sip:a@h>;tag="));
        assert_eq!(refusal(&untrusted, "INVITE").unwrap(), first);
        assert_eq!(refusal(&untrusted, "ACK"), None);
    }

    #[test]
    fn flood_of_untrusted_sources_exhausts_the_budget_until_the_next_second() {
        let untrusted = UntrustedSources::new(Cidr::LOCAL.to_vec(), 7);
        assert!(!untrusted.trusts("203.0.113.9".parse().unwrap()));
        assert_eq!(
            (0..1_000).filter(|_| untrusted.allow_reply()).count(),
            BUDGET as usize
        );
        untrusted.refill();
        assert!(untrusted.allow_reply());
    }
}
