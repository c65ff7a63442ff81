//! What a page is asked for, as it stands in its address.

use std::borrow::Cow;
use std::fmt::{Display, Write};

/// The parameters of an address, in their order. One name may be there several times: a queue, another queue.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address(Vec<(String, String)>);

/// Parameters of which an address has several.
const REPEATED: [&str; 8] = [
    "queue", "team", "agent", "route", "survey", "language", "dialled", "version",
];
/// What belongs to one list of calls and to no other page.
const OF_LISTS: [&str; 14] = [
    "step", "end", "rule", "question", "answer", "doubt", "comment", "version", "weekday", "hour", "order",
    "cursor", "limit", LIST,
];
/// The list from which a call was opened, beside what that list is asked for.
const LIST: &str = "list";
/// Parameters that are read; more of them are no request of ours.
const MOST: usize = 300;

impl Address {
    /// From names and values that were read from an address. Empty values ask for nothing: a form sends every field.
    pub fn new(parameters: impl IntoIterator<Item = (String, String)>) -> Self {
        let parameters = parameters.into_iter().filter(|(_, value)| !value.is_empty());
        Self(parameters.take(MOST).collect())
    }

    /// The first value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let of_name = self.0.iter().find(|(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.0.iter().filter(move |(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether it asks for anything.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same with other parameters, in place of those of the same names.
    #[must_use]
    pub fn with<'p>(&self, others: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        let others: Vec<(&str, &str)> = others.into_iter().collect();
        let is_replaced = |name: &str| {
            others.iter().any(|(other, _)| *other == name)
            // A period is said in one way.
            || (others.iter().any(|(other, _)| *other == "period") && matches!(name, "from" | "to"))
        };
        let kept = self.0.iter().filter(|(name, _)| !is_replaced(name)).cloned();
        let others = others
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self(kept.chain(others).collect())
    }

    /// The same without a value of a name.
    #[must_use]
    pub fn without(&self, name: &str, value: &str) -> Self {
        let kept = self.0.iter().filter(|(known, of)| known != name || of != value);
        Self(kept.cloned().collect())
    }

    /// The same from its beginning: a list that changes starts anew.
    #[must_use]
    pub fn without_cursor(&self) -> Self {
        let kept = self.0.iter().filter(|(name, _)| name != "cursor");
        Self(kept.cloned().collect())
    }

    /// What a service is asked for. Days that are filled in are stronger than a period beside them; a format, and the list that a call was opened from, are a
    /// matter of the page.
    pub fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        let has_days = self.has_days();
        self.iter()
            .filter(move |(name, _)| !(has_days && *name == "period") && *name != "format" && *name != LIST)
    }

    /// The address of a call that is opened from this list, of which it knows the way back and the calls beside it.
    pub fn of_call(&self, list: &str, call: impl Display) -> String {
        self.with([(LIST, list)]).at(&format!("/calls/{call}"))
    }

    /// The list from which a call was opened: its word, and what it is asked for; `None`: by a link of its own.
    pub fn list(&self) -> Option<(&str, Self)> {
        let list = self.get(LIST)?;
        Some((list, self.with([(LIST, "")])))
    }

    /// The period alone.
    #[must_use]
    pub fn period(&self) -> Self {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "period" | "from" | "to"));
        Self(kept.cloned().collect())
    }

    /// Whether it has a period, by name or by days.
    pub fn has_period(&self) -> bool {
        self.get("period").is_some() || self.has_days()
    }

    fn has_days(&self) -> bool {
        self.get("from").is_some() || self.get("to").is_some()
    }

    /// What holds for other pages as well: the period and who was asked, not which of the calls.
    #[must_use]
    pub fn selection(&self) -> Self {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !OF_LISTS.contains(&name.as_str()));
        Self(kept.cloned().collect())
    }

    /// Whether one of the names is there that only a list of calls understands.
    pub fn is_of_list(&self) -> bool {
        self.0.iter().any(|(name, _)| OF_LISTS.contains(&name.as_str()))
    }

    /// Whether a name may be there several times.
    pub fn is_repeated(name: &str) -> bool {
        REPEATED.contains(&name)
    }

    /// The address of a page with these parameters.
    pub fn at(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for (index, (name, value)) in self.0.iter().enumerate() {
            address.push(if index == 0 { '?' } else { '&' });
            address.push_str(&encoded(name));
            address.push('=');
            address.push_str(&encoded(value));
        }
        address
    }
}

/// A text in an address (RFC 3986, section 2.3): all but unreserved characters as octets.
pub fn encoded(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if is_plain(byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a text does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::{Address, encoded};

    fn address(parameters: &[(&str, &str)]) -> Address {
        let owned = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Address::new(owned)
    }

    #[test]
    fn parameters_replace_those_of_their_name_and_stay_beside_each_other() {
        let asked = address(&[("period", "today"), ("queue", "a"), ("queue", "b"), ("team", "")]);
        assert_eq!(asked.at("/"), "/?period=today&queue=a&queue=b");
        assert_eq!(
            asked.with([("queue", "c")]).at("/calls"),
            "/calls?period=today&queue=c"
        );
        assert_eq!(asked.without("queue", "a").at("/"), "/?period=today&queue=b");
        assert_eq!(asked.with([("queue", "")]).at("/"), "/?period=today");
        let custom = address(&[("from", "2026-11-01"), ("to", "2026-11-02"), ("step", "offered")]);
        assert_eq!(
            custom.with([("period", "2026-11-01..2026-11-01")]).at(""),
            "?step=offered&period=2026-11-01..2026-11-01"
        );
        assert_eq!(custom.selection().at("/"), "/?from=2026-11-01&to=2026-11-02");
    }

    #[test]
    fn call_knows_the_list_that_it_was_opened_from() {
        let list = address(&[("period", "today"), ("queue", "=a"), ("cursor", "x")]);
        let of_call = list.of_call("calls", "01K");
        assert_eq!(of_call, "/calls/01K?period=today&queue=%3Da&cursor=x&list=calls");
        let read = address(&[
            ("period", "today"),
            ("queue", "=a"),
            ("cursor", "x"),
            ("list", "calls"),
        ]);
        assert_eq!(read.list(), Some(("calls", list)));
        assert!(read.asked().all(|(name, _)| name != "list"));
        assert_eq!(read.period().at("/"), "/?period=today");
        assert_eq!(address(&[]).list(), None);
    }

    #[test]
    fn signs_of_addresses_and_of_markup_are_octets() {
        assert_eq!(encoded("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(encoded("ä&=\"<x> +%"), "%C3%A4%26%3D%22%3Cx%3E%20%2B%25");
    }
}
