//! The context of a call, as conditions read it.

use std::borrow::Cow;
use std::time::Duration;

use super::{CallContext, Field, Name, OptIn, Values};

impl Values for CallContext {
    /// Nothing personal: the caller and the token are not told.
    fn value(&self, name: &Name) -> Option<Cow<'_, str>> {
        let field = match name {
            Name::Attribute(attribute) => {
                return self.attributes.get(attribute).map(|value| value.as_str().into());
            }
            Name::Field(field) => field,
        };
        let seconds = |time: Option<Duration>| time.map(|time| Cow::Owned(time.as_secs().to_string()));
        match field {
            Field::Queue => text(&self.queue),
            Field::Agent => text(&self.agent),
            Field::Team => text(&self.team),
            Field::OriginalCallId => text(&self.original_call_id),
            Field::Language => text(&self.language),
            Field::Survey => text(&self.survey),
            Field::Optin => self.opt_in.map(|opt_in| match opt_in {
                OptIn::Given => Cow::Borrowed("yes"),
                OptIn::Withheld => Cow::Borrowed("no"),
            }),
            Field::TalkTime => seconds(self.talk_time),
            Field::WaitTime => seconds(self.wait_time),
            Field::Disposition => text(&self.disposition),
            Field::Transferor => text(&self.transferor),
            Field::Caller | Field::Token => None,
        }
    }
}

impl CallContext {
    /// Every hash under which the caller may be known, the one that is stored first.
    pub fn caller_hashes(&self) -> impl Iterator<Item = &str> {
        let formers = self.caller_hash.is_some().then_some(&self.former_hashes);
        let all = self.caller_hash.iter().chain(formers.into_iter().flatten());
        all.map(String::as_str)
    }

    /// The languages that the caller wants, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.language
            .iter()
            .chain(&self.other_languages)
            .map(String::as_str)
    }
}

fn text(value: &Option<String>) -> Option<Cow<'_, str>> {
    value.as_deref().map(Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use crate::context::{CallContext, Field, Name, OptIn, Values};
    use aftercall_base::Redacted;

    #[test]
    fn conditions_see_every_field_in_its_spelling_and_nothing_personal() {
        let some = |text: &str| Some(text.to_owned());
        let context = CallContext {
            queue: some("q"),
            agent: some("a"),
            team: some("t"),
            original_call_id: some("o"),
            language: some("fi-fi"),
            caller_hash: some("h"),
            former_hashes: Vec::new(),
            other_languages: Vec::new(),
            caller_number: Some(Redacted::new("n".to_owned())),
            caller: Some(Redacted::new("n".to_owned())),
            survey: some("s"),
            opt_in: Some(OptIn::Withheld),
            talk_time: Some(Duration::from_secs(95)),
            wait_time: Some(Duration::from_secs(7)),
            disposition: some("d"),
            token: Some(Redacted::new("k".to_owned())),
            transferor: some("r"),
            announced_by: None,
            attributes: BTreeMap::from([("segment".to_owned(), "gold".to_owned())]),
            told: Vec::new(),
        };
        let seen: Vec<String> = Field::ALL
            .into_iter()
            .map(|field| {
                context
                    .value(&Name::Field(field))
                    .unwrap_or_default()
                    .into_owned()
            })
            .collect();
        assert_eq!(
            seen,
            [
                "q", "a", "t", "o", "fi-fi", "s", "no", "95", "7", "d", "", "", "r"
            ]
        );
        let segment = Name::Attribute("segment".to_owned());
        assert_eq!(context.value(&segment).as_deref(), Some("gold"));
    }
}
