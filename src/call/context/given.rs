//! Context from outside the INVITE (API, command line), as it may be kept.

use std::collections::BTreeMap;

use super::ContextReader;
use aftercall_base::Redacted;
use aftercall_survey::context::given::{self, Unfit};
use aftercall_survey::context::{Field, Name};

/// What somebody told of a call by name, as it may be kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Fields and attributes as texts, without caller and token.
    pub told: BTreeMap<String, String>,
    /// The token that was asked for.
    pub token: Option<Redacted<String>>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// Keyed hash of the caller's number.
    pub caller_hash: Option<String>,
    /// Hashes by which the same caller may have been stored before the number plan was set.
    pub former_hashes: Vec<String>,
    /// The caller's number as it was told, for rules; it is not kept.
    pub caller: Option<Redacted<String>>,
    /// The number in clear, where the configuration keeps it.
    pub caller_number: Option<Redacted<String>>,
}

impl ContextReader {
    /// Reads what somebody tells of a call by name, as it may be kept.
    ///
    /// # Errors
    /// Every text that its field cannot hold.
    pub fn given(
        &self,
        texts: impl IntoIterator<Item = (Name, Redacted<String>)>,
    ) -> Result<Given, Vec<Unfit>> {
        let mut given = Given::default();
        let told = given::read(texts, &self.mapping)?;
        if let Some(number) = told.caller {
            let keys = self.hasher.keys(&number);
            given.caller_hash = Some(keys.hash);
            given.former_hashes = keys.former_hashes;
            given.caller_number = self.kept_number(&number);
            given.caller = Some(Redacted::new(number.as_str().to_owned()));
        }
        for (name, value) in told.texts {
            match name {
                Name::Field(Field::Token) => given.token = Some(value),
                Name::Field(Field::OriginalCallId) => {
                    given.original_call_id = Some(value.expose().clone());
                    given
                        .told
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
                Name::Field(_) | Name::Attribute(_) => {
                    given
                        .told
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
            }
        }
        Ok(given)
    }
}
