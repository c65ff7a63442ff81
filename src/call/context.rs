//! What the PBX tells about the call that was just finished: queue, agent, original call, language, caller.
//!
//! Never is a header required; values are untrusted text: control characters are dropped, length is bounded.

use crate::call::identity::CallerHasher;
use crate::config::context::ContextSettings;
use crate::config::privacy::CallerNumber;
use crate::redact::Redacted;
use crate::sip::event::{Address, InboundInvite};
use crate::storage::contract::CallContext;

/// Longest value kept, in characters; what is longer is cut.
const LONGEST_VALUE: usize = 128;

/// Reads calls' context as configured.
#[derive(Debug, Clone)]
pub struct ContextReader {
    settings: ContextSettings,
    caller_number: CallerNumber,
    hasher: CallerHasher,
}

impl ContextReader {
    /// A reader of the headers named in the settings.
    pub const fn new(settings: ContextSettings, caller_number: CallerNumber, hasher: CallerHasher) -> Self {
        Self {
            settings,
            caller_number,
            hasher,
        }
    }

    /// The context of a call.
    pub fn read(&self, invite: &InboundInvite) -> CallContext {
        let settings = &self.settings;
        let caller = self.caller(invite);
        CallContext {
            queue: first(invite, &settings.queue),
            agent: first(invite, &settings.agent),
            team: first(invite, &settings.team),
            original_call_id: first(invite, &settings.original_call_id),
            language: first(invite, &settings.language).map(|tag| language_tag(&tag)),
            caller_hash: caller.as_deref().and_then(|number| self.hasher.hash(number)),
            caller_number: match self.caller_number {
                CallerNumber::Clear => caller.map(Redacted::new),
                CallerNumber::HashOnly => None,
            },
        }
    }

    /// The caller's number: the first address among the configured headers that has one, else From.
    fn caller(&self, invite: &InboundInvite) -> Option<String> {
        let asserted = self
            .settings
            .caller
            .iter()
            .filter_map(|name| invite.header(name))
            .filter_map(Address::parse);
        asserted
            .chain(std::iter::once(invite.from.clone()))
            .filter_map(|address| clean(address.user.expose()))
            .find(|user| !user.eq_ignore_ascii_case("anonymous"))
    }
}

/// The dialled number or user: of the Request-URI, else of To.
pub fn dialled(invite: &InboundInvite) -> String {
    clean(invite.request_uri.user.expose())
        .or_else(|| clean(invite.to.user.expose()))
        .unwrap_or_default()
}

fn first(invite: &InboundInvite, names: &[String]) -> Option<String> {
    names
        .iter()
        .filter_map(|name| invite.header(name))
        .find_map(clean)
}

/// The value without control characters and outer blanks, cut to its limit; `None` when nothing is left.
fn clean(value: &str) -> Option<String> {
    let value: String = value
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(LONGEST_VALUE)
        .collect();
    (!value.is_empty()).then_some(value)
}

/// `fi-fi` of `fi-FI`, of `fi_FI`, and of `fi-FI, en;q=0.5`.
fn language_tag(value: &str) -> String {
    let first = value.split([',', ';', ' ']).next().unwrap_or_default();
    first.to_ascii_lowercase().replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::{ContextReader, dialled};
    use crate::call::identity::CallerHasher;
    use crate::config::context::ContextSettings;
    use crate::config::privacy::CallerNumber;
    use crate::redact::Redacted;
    use crate::sip::event::{Address, DialogKey, InboundInvite, Transport};

    fn invite(headers: &[(&str, &str)]) -> InboundInvite {
        let address = |user: &str| Address {
            user: Redacted::new(user.to_owned()),
            ..Address::default()
        };
        InboundInvite {
            dialog: DialogKey(1),
            call_id: "c".to_owned(),
            request_uri: address("nps"),
            to: address("other"),
            from: address("+358401111111"),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Redacted::new((*value).to_owned())))
                .collect(),
            offer: None,
            transport: Transport::Udp,
            peer: ([127, 0, 0, 1], 5060).into(),
            local: ([127, 0, 0, 1], 5060).into(),
            received_at: crate::clock::monotonic(),
        }
    }

    fn reader(kept: CallerNumber) -> ContextReader {
        ContextReader::new(ContextSettings::default(), kept, CallerHasher::new(&[1; 32]))
    }

    #[test]
    fn first_configured_header_wins_whatever_its_case() {
        let invite = invite(&[
            ("x-agent", "second"),
            ("x-agent-id", "a7"),
            ("X-QUEUE", " sales "),
            ("X-Language", "fi-FI"),
        ]);
        let context = reader(CallerNumber::HashOnly).read(&invite);
        assert_eq!(context.agent.as_deref(), Some("a7"));
        assert_eq!(context.queue.as_deref(), Some("sales"));
        assert_eq!(context.language.as_deref(), Some("fi-fi"));
        assert_eq!(dialled(&invite), "nps");
    }

    #[test]
    fn asserted_identity_beats_from_and_anonymous_counts_as_absent() {
        let reader = reader(CallerNumber::Clear);
        let number = |headers: &[(&str, &str)]| {
            reader
                .read(&invite(headers))
                .caller_number
                .map(|number| number.expose().clone())
        };
        assert_eq!(
            number(&[("P-Asserted-Identity", "<sip:+358402222222@pbx>")]).as_deref(),
            Some("+358402222222")
        );
        assert_eq!(
            number(&[("P-Asserted-Identity", "<sip:anonymous@pbx>")]).as_deref(),
            Some("+358401111111")
        );
        assert_eq!(number(&[]).as_deref(), Some("+358401111111"));
    }

    #[test]
    fn number_is_stored_only_as_a_hash_unless_configured() {
        let context = reader(CallerNumber::HashOnly).read(&invite(&[]));
        assert!(context.caller_hash.is_some() && context.caller_number.is_none());
    }

    #[test]
    fn values_lose_control_characters_and_are_cut() {
        let long = format!("a\u{7}b\u{0}{}", "x".repeat(500));
        let context =
            reader(CallerNumber::HashOnly).read(&invite(&[("X-Queue", &long), ("X-Team", "\u{1}")]));
        let queue = context.queue.unwrap();
        assert!(queue.starts_with("abx") && queue.len() == 128);
        assert_eq!(context.team, None);
    }
}
