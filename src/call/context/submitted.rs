//! Checks context that comes from outside the INVITE: from the API or the command line.

use super::ContextReader;
use crate::call::submitted_context::SubmittedContext;
use aftercall_base::Redacted;
use aftercall_survey::context::submitted::{self, RejectedValue};
use aftercall_survey::context::{Field, Name};

impl ContextReader {
    /// Checks the values that a client of the API sent, by field or attribute, and hashes the caller's number.
    ///
    /// # Errors
    /// Every text that its field cannot hold.
    pub fn submitted(
        &self,
        texts: impl IntoIterator<Item = (Name, Redacted<String>)>,
    ) -> Result<SubmittedContext, Vec<RejectedValue>> {
        let mut submitted = SubmittedContext::default();
        let checked = submitted::read(texts, &self.mapping)?;
        if let Some(number) = checked.caller {
            let keys = self.hasher.keys(&number);
            submitted.caller_hash = Some(keys.hash);
            submitted.former_hashes = keys.former_hashes;
            submitted.caller_number = self.kept_number(&number);
            submitted.caller = Some(Redacted::new(number.as_str().to_owned()));
        }
        for (name, value) in checked.texts {
            match name {
                Name::Field(Field::Token) => submitted.token = Some(value),
                Name::Field(Field::OriginalCallId) => {
                    submitted.original_call_id = Some(value.expose().clone());
                    submitted
                        .values
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
                Name::Field(_) | Name::Attribute(_) => {
                    submitted
                        .values
                        .insert(name.as_str().to_owned(), value.expose().clone());
                }
            }
        }
        Ok(submitted)
    }
}
