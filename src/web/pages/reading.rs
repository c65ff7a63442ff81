//! What a request for a page says: its address, its reader's language, who it is from.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

use super::cookie;
use super::form::Form;
use super::visitor::Visitor;
use crate::accounts::{Principal, Right};
use crate::reports::ReportRequest;
use aftercall_pages::address::Address;
use aftercall_pages::{PageFault, Words};
use aftercall_report::render::ReportLanguage;

/// A request for a page.
#[derive(Debug)]
pub(super) struct PageRequest {
    /// Its parameters.
    pub(super) address: Address,
    /// The language of its reader.
    pub(super) words: Words,
    /// Who it is from.
    pub(super) visitor: Visitor,
}

impl<S: Send + Sync> FromRequestParts<S> for PageRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let parameters = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        // Parameters that are no form of any kind ask for nothing.
        let parameters = parameters.map(|Query(parameters)| parameters).unwrap_or_default();
        let visitor = parts.extensions.get().cloned();
        Ok(Self {
            address: Address::new(parameters),
            ..Self::of(&parts.headers, visitor.unwrap_or_else(Visitor::nobody))
        })
    }
}

impl PageRequest {
    /// A request without parameters.
    pub(super) fn of(headers: &HeaderMap, visitor: Visitor) -> Self {
        let cookies = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let chosen = cookie::language(cookies).and_then(|tag| tag.parse().ok());
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            address: Address::default(),
            words: Words::new(chosen.unwrap_or_else(|| language(accepted.unwrap_or_default()))),
            visitor,
        }
    }

    /// Lets a selection through that the visitor may ask by.
    ///
    /// # Errors
    /// It asks by a caller, and the visitor may not see callers.
    pub(super) fn require_permitted(&self, asked: &ReportRequest) -> Result<(), PageFault> {
        match asked.is_about_persons() && !self.principal()?.may(Right::SeeCallers) {
            true => Err(PageFault::NotPermitted),
            false => Ok(()),
        }
    }

    /// Who asks; the guard has let nobody else to a page that needs an account.
    ///
    /// # Errors
    /// The page is not behind the guard.
    pub(super) fn principal(&self) -> Result<&Principal, PageFault> {
        self.visitor.principal().ok_or(PageFault::NotPermitted)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Form {
    type Rejection = StatusCode;

    /// The form that the guard has read.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        parts.extensions.remove().ok_or(StatusCode::BAD_REQUEST)
    }
}

/// The language that a reader likes best of those there are (RFC 9110, section 12.5.4); English where none is liked.
pub fn language(accepted: &str) -> ReportLanguage {
    let ranges = accepted.split(',').take(20).filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let quality = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(Some(1.0), |quality| quality.parse().ok());
        let language: ReportLanguage = tag.trim().parse().ok()?;
        quality
            .filter(|quality: &f32| *quality > 0.0)
            .map(|quality| (quality, language))
    });
    // The first of those that are liked equally.
    let best = ranges.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map_or(ReportLanguage::English, |(_, language)| language)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::language;

    proptest! {
        #[test]
        fn any_languages_are_read_without_a_panic(accepted in "[a-z;=q0-9.,*\\- ]{0,80}|.{0,40}") {
            let known = ["en", "fi", "pl", "cs", "el"];
            prop_assert!(known.contains(&language(&accepted).tag()));
        }
    }

    #[test]
    fn reader_is_spoken_to_in_the_language_liked_best() {
        for (accepted, tag) in [
            ("", "en"),
            ("fi", "fi"),
            ("de,pl;q=0.8,en;q=0.5", "pl"),
            ("en;q=0.5,cs-CZ;q=0.9", "cs"),
            ("el,fi", "el"),
            ("fi;q=0,el;q=0.1", "el"),
            ("fi;q=x, *;q=0.1", "en"),
            ("sv,de", "en"),
            (";;,,q=;=", "en"),
        ] {
            assert_eq!(language(accepted).tag(), tag, "{accepted}");
        }
    }
}
