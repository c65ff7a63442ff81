//! The context of the finished call, read from the INVITE of any PBX and made fit to be kept.
//!
//! Every platform says it in its own way, and none is required to: a header that is missing, cut off or spoilt costs
//! the call nothing but that value. The reading order, first hit wins for each field, its source kept:
//!
//! ```text
//! 1. token         Request-URI: user--TOKEN, user;token=TOKEN, ;token=TOKEN
//! 2. X- headers    by the configured names
//! 3. User-to-User  RFC 7433: hex or text, Avaya UCID, key=value lists
//! 4. call ids      Cisco-GUID, X-Genesys-CallUUID
//! 5. addresses     caller: P-Asserted-Identity, Remote-Party-ID, From
//!                  queue:  History-Info, Diversion, To;  transferor: Referred-By
//! ```
//!
//! [`read()`] does it by a [`Mapping`], which is data; what counts as a value of a field, [`aftercall_survey::context`] says. All of SIP that
//! reading needs is here: [`request_uri`], [`address`], [`uui`], [`pairs`], [`header_text`].
//!
//! A value of unknown origin may be somebody's number. What came from an address or from unnamed data and looks like
//! one is marked [personal](Fact::is_personal). Only the [`ContextReader`] makes a [`CallContext`] of a reading: the caller's number
//! becomes a keyed hash, and so does any other value that is personal ([`kept`]). What the API tells of a call passes the same
//! reader ([`submitted`]), and replaces what the INVITE said ([`announced`]).

mod address;
mod announced;
mod header_text;
mod kept;
mod pairs;
mod read;
mod reading;
mod request_uri;
mod submitted;
pub mod uui;

#[cfg(test)]
mod properties;

pub use announced::merge_announcement;
pub(super) use announced::record_match;
pub use header_text::clean;
pub use read::read;
pub use reading::{Fact, Missed, Reading, WhyMissed};

use crate::call::caller_hash::{CallerHasher, CallerKeys};
use aftercall_base::Redacted;
use aftercall_sip::event::InboundInvite;
use aftercall_survey::context::number::{NotANumber, NumberOrigin};
use aftercall_survey::context::{CallContext, Mapping, StoredCallerNumber};

/// Reads calls' context as configured.
#[derive(Debug, Clone)]
pub struct ContextReader {
    mapping: Mapping,
    caller_number: StoredCallerNumber,
    hasher: CallerHasher,
}

/// A call as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallRead {
    /// The dialled number or user, without a token.
    pub dialled: String,
    /// What the PBX told.
    pub context: CallContext,
}

impl ContextReader {
    /// A reader by this mapping.
    pub const fn new(mapping: Mapping, caller_number: StoredCallerNumber, hasher: CallerHasher) -> Self {
        Self {
            mapping,
            caller_number,
            hasher,
        }
    }

    /// Where each field stands, and which attributes there are.
    pub const fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// What makes hashes of numbers.
    pub const fn hasher(&self) -> &CallerHasher {
        &self.hasher
    }

    /// Reads a call.
    pub fn read(&self, invite: &InboundInvite) -> CallRead {
        let mut reading = read(invite, &self.mapping);
        CallRead {
            dialled: std::mem::take(&mut reading.dialled),
            context: self.of_reading(reading),
        }
    }

    /// By what the caller with this number is recognised.
    ///
    /// # Errors
    /// Why it is no number of anybody.
    pub fn caller_keys(&self, number: &Redacted<String>) -> Result<CallerKeys, NotANumber> {
        let number = self
            .mapping
            .numbers
            .number(number.expose(), NumberOrigin::Configured)?;
        Ok(self.hasher.keys(&number))
    }

    /// Whether a text is what a system writes for a variable that is not set.
    pub fn is_placeholder(&self, text: &str) -> bool {
        self.mapping.unset.is_placeholder(text)
    }
}

#[cfg(test)]
mod tests {
    use super::ContextReader;
    use crate::call::caller_hash::CallerHasher;
    use aftercall_base::Redacted;
    use aftercall_sip::event::{Address, DialogKey, InboundInvite, Transport};
    use aftercall_survey::context::{CallContext, ConditionValues, Field, Mapping, Name, StoredCallerNumber};

    fn invite(headers: &[(&str, &str)]) -> InboundInvite {
        let address = |user: &str| Address {
            user: Redacted::new(user.to_owned()),
            ..Address::default()
        };
        InboundInvite {
            dialog: DialogKey(1),
            call_id: "c".to_owned(),
            request_uri: address("nps"),
            to: address("nps"),
            from: address("+358401111111"),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Redacted::new((*value).to_owned())))
                .collect(),
            offer: None,
            transport: Transport::Udp,
            peer: ([127, 0, 0, 1], 5060).into(),
            local: ([127, 0, 0, 1], 5060).into(),
            received_at: aftercall_runtime::clock::monotonic(),
        }
    }

    fn read(kept: StoredCallerNumber, headers: &[(&str, &str)]) -> CallContext {
        let mapping = Mapping {
            attributes: [("segment".to_owned(), vec!["X-Segment".to_owned()])].into(),
            ..Mapping::default()
        };
        let reader = ContextReader::new(mapping, kept, CallerHasher::new(&[1; 32]));
        let read = reader.read(&invite(headers));
        assert_eq!(read.dialled, "nps");
        read.context
    }

    #[test]
    fn every_field_finds_its_place() {
        let context = read(
            StoredCallerNumber::HashOnly,
            &[
                ("X-Queue", "sales"),
                ("X-Agent-Id", "a7"),
                ("X-Team", "north"),
                ("X-Call-Id", "77"),
                ("X-Language", "fi-FI"),
                ("X-Survey", "vip"),
                ("X-Survey-Optin", "no"),
                ("X-Talk-Time", "1:35"),
                ("X-Wait-Time", "12"),
                ("X-Disposition", "sold"),
                ("X-Segment", "gold"),
            ],
        );
        for (field, value) in [
            (Field::Queue, "sales"),
            (Field::Agent, "a7"),
            (Field::Team, "north"),
            (Field::OriginalCallId, "77"),
            (Field::Language, "fi-fi"),
            (Field::Survey, "vip"),
            (Field::Optin, "no"),
            (Field::TalkTime, "95"),
            (Field::WaitTime, "12"),
            (Field::Disposition, "sold"),
        ] {
            assert_eq!(context.values.text(field), Some(value));
        }
        let segment = Name::Attribute("segment".to_owned());
        assert_eq!(context.value(&segment).as_deref(), Some("gold"));
        assert_eq!(
            context.sources.len(),
            12,
            "eleven headers and From: {:?}",
            context.sources
        );
    }

    #[test]
    fn asserted_identity_beats_from_and_anonymous_counts_as_absent() {
        let number = |headers: &[(&str, &str)]| {
            read(StoredCallerNumber::Clear, headers)
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
        let context = read(StoredCallerNumber::HashOnly, &[]);
        assert!(context.caller_hash.is_some() && context.caller_number.is_none());
        assert!(!format!("{context:?}").contains("401111111"));
    }

    #[test]
    fn numbers_in_addresses_and_unnamed_data_are_hashed_or_left_out() {
        let context = read(
            StoredCallerNumber::Clear,
            &[
                ("Referred-By", "<sip:+358403333333@pbx>"),
                ("Diversion", "<sip:+358404444444@pbx>"),
                ("History-Info", "<sip:+358405555555@pbx>;index=1"),
                ("User-to-User", "+358406666666"),
            ],
        );
        assert_eq!(context.values.text(Field::Queue), None, "a person is no queue");
        assert_eq!(context.values.text(Field::Transferor).map(str::len), Some(64));
        let token = context.token.clone().unwrap();
        assert_eq!(token.expose(), "+358406666666", "to be matched as it came");
        let shown = format!("{context:?}");
        for number in ["403333333", "404444444", "405555555", "406666666"] {
            assert!(!shown.contains(number), "{shown}");
        }
    }
}
