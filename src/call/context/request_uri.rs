//! The Request-URI: the dialled number and the token in it, read and written.

use super::ContextReader;
use aftercall_sip::event::InboundInvite;
use aftercall_survey::context::Mapping;
use aftercall_survey::context::text::bounded;

impl ContextReader {
    /// What separates a token from the number in the user of a Request-URI; empty: nothing does.
    pub fn token_separator(&self) -> &str {
        &self.mapping.token_separator
    }

    /// The number in the user of a Request-URI, without a token.
    pub fn number_of<'u>(&self, user: &'u str) -> &'u str {
        split_token(user, &self.mapping.token_separator).0
    }

    /// How a token is dialled: the user of the Request-URI for this number, and the parameter for it.
    pub fn dialling(&self, number: Option<&str>, token: &str) -> (Option<String>, Option<String>) {
        let separator = &self.mapping.token_separator;
        let user = number.filter(|_| !separator.is_empty());
        let parameter = self.mapping.token_parameters.first();
        (
            user.map(|number| format!("{number}{separator}{token}")),
            parameter.map(|name| format!("{name}={token}")),
        )
    }
}

/// The dialled number, and the token with its source. A Request-URI without a user leaves the dialled number to To.
pub(super) fn dialled_and_token(
    invite: &InboundInvite,
    mapping: &Mapping,
) -> (String, Option<(String, String)>) {
    let uri = &invite.request_uri;
    let whole = uri.user.expose();
    let (user, parameters) = whole.split_once(';').unwrap_or((whole, ""));
    let (number, behind) = split_token(user, &mapping.token_separator);
    let is_token = |name: &str| {
        mapping
            .token_parameters
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    };
    let in_user = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| is_token(name))
        .map(|(name, value)| {
            (
                value.to_owned(),
                format!("Request-URI:{}", name.to_ascii_lowercase()),
            )
        });
    let in_uri = uri
        .parameters
        .iter()
        .find(|(name, value)| is_token(name) && !value.is_empty())
        .map(|(name, value)| {
            (
                value.clone(),
                format!("Request-URI:{}", name.to_ascii_lowercase()),
            )
        });
    let token = behind.map(|token| (token.to_owned(), "Request-URI".to_owned()));
    let token = token.or(in_user).or(in_uri);
    let token = token.and_then(|(value, source)| Some((bounded(&value)?, source)));
    let of_to = || bounded(invite.to.user.expose().split(';').next().unwrap_or_default());
    let dialled = bounded(number).or_else(of_to).unwrap_or_default();
    (dialled, token)
}

/// Number and token of a user; a separator at either end separates nothing.
pub(super) fn split_token<'u>(user: &'u str, separator: &str) -> (&'u str, Option<&'u str>) {
    if separator.is_empty() {
        return (user, None);
    }
    match user.split_once(separator) {
        Some((number, token)) if !number.is_empty() && !token.is_empty() => (number, Some(token)),
        Some(_) | None => (user, None),
    }
}
