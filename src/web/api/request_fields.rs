//! The context of a call in a request of the API, and the JSON Pointer of each field.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::body::escaped;
use super::fields::{self, Member, OF_CONTEXT};
use super::problem::{FieldError, Kind, Problem};
use crate::announcements::{RequestError, Texts};
use aftercall_base::Redacted;
use aftercall_survey::context::{Field, Name, RequestPlace};

/// The longest time for which a call may be waited for.
const LONGEST_LIFETIME_S: u32 = 86_400;

/// What is known of the call that was, or is about to be, finished with an agent. Every field may be left out, `null`
/// or an empty text: then it is not set.
#[derive(Debug, Default, ToSchema)]
pub(super) struct Context {
    #[schema(ignore)]
    fields: Vec<(Field, String)>,
    /// Attributes that the configuration names under `[context.attributes]`.
    attributes: Option<BTreeMap<String, String>>,
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("Context", OF_CONTEXT.names(), ContextVisitor)
    }
}

struct ContextVisitor;

impl<'de> Visitor<'de> for ContextVisitor {
    type Value = Context;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct Context")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Context, A::Error> {
        let mut context = Context::default();
        while let Some(member) = object.next_key_seed(&*OF_CONTEXT)? {
            match member {
                Member::Field(field) => {
                    let text = fields::read(field, &mut object)?;
                    context.fields.extend(text.map(|text| (field, text)));
                }
                Member::Own(_) => context.attributes = object.next_value()?,
            }
        }
        Ok(context)
    }
}

impl Context {
    /// Its texts.
    pub(super) fn texts(mut self) -> Texts {
        // What is wrong with them is reported in the order of the table, whatever their order was.
        self.fields.sort_by_key(|(field, _)| *field);
        let fields = self.fields.into_iter();
        let fields = fields.map(|(field, text)| (Name::Field(field), Redacted::new(text)));
        let attributes = self
            .attributes
            .into_iter()
            .flatten()
            .map(|(name, text)| (Name::Attribute(name), Redacted::new(text)));
        fields.chain(attributes).collect()
    }
}

/// The keys by which an arriving call finds its announcement, as far as the request has them.
#[derive(Debug, Default)]
pub(super) struct CallKeys {
    pub(super) token: Option<String>,
    pub(super) original_call_id: Option<String>,
    pub(super) caller: Option<Redacted<String>>,
}

impl CallKeys {
    /// Its texts, with those of the context.
    pub(super) fn texts(self, context: Option<Context>) -> Texts {
        let keys = [
            (Field::Token, self.token.map(Redacted::new)),
            (Field::OriginalCallId, self.original_call_id.map(Redacted::new)),
            (Field::Caller, self.caller),
        ];
        let keys = keys
            .into_iter()
            .filter_map(|(field, text)| Some((Name::Field(field), text?)));
        keys.chain(context.unwrap_or_default().texts()).collect()
    }
}

/// A timestamp of a response: UTC with milliseconds (RFC 3339).
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// For how long a call is waited for.
///
/// # Errors
/// Not at all, or for more than a day.
pub(super) fn lifetime(seconds: Option<u32>) -> Result<Option<Duration>, Problem> {
    match seconds {
        Some(seconds) if !(1..=LONGEST_LIFETIME_S).contains(&seconds) => Err(Problem::unfit_field(
            "/expires_in_s",
            format!("is not 1 to {LONGEST_LIFETIME_S} seconds"),
        )),
        seconds => Ok(seconds.map(|seconds| Duration::from_secs(seconds.into()))),
    }
}

/// The number that is dialled: a user of a Request-URI without what separates a token.
///
/// # Errors
/// It is none.
pub(super) fn number(text: String) -> Result<String, Problem> {
    let sound = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.!~*'()+#&=$/".contains(&byte));
    if sound {
        Ok(text)
    } else {
        Err(Problem::unfit_field(
            "/number",
            "is not a valid dialled number, such as `nps` or `+358600123`",
        ))
    }
}

/// Where the fields of a request stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The context is an object of its own, under `context`.
    Nested,
    /// The request is the context.
    Bare,
}

impl Shape {
    /// The place of a field (JSON Pointer).
    fn pointer(self, name: &Name) -> String {
        let context = match self {
            Self::Nested => "/context",
            Self::Bare => "",
        };
        match name {
            Name::Field(field) => {
                let description = field.description();
                match description.request {
                    RequestPlace::Request => format!("/{}", description.json),
                    RequestPlace::Context | RequestPlace::Nowhere => {
                        format!("{context}/{}", description.json)
                    }
                }
            }
            Name::Attribute(attribute) => format!("{context}/attributes/{}", escaped(attribute)),
        }
    }

    /// The problem document of an error, for a request of this shape.
    pub(super) fn problem(self, error: RequestError) -> Problem {
        let field_error = |name: &Name, reason: String| FieldError {
            field: self.pointer(name),
            reason,
        };
        match error {
            RequestError::Unfit(unfit) => Problem::unfit(
                unfit
                    .iter()
                    .map(|unfit| field_error(&unfit.name, unfit.fault.to_string()))
                    .collect(),
            ),
            RequestError::UnknownSurvey { known } => Problem::unfit(vec![field_error(
                &Name::Field(Field::Survey),
                format!("is not a survey: choose from {}", known.join(", ")),
            )]),
            RequestError::NumberContainsSeparator(separator) => Problem::unfit_field(
                "/number",
                format!("contains `{separator}`, which separates number and token"),
            ),
            RequestError::FixedByDecision(names) => Problem::unfit(
                names
                    .iter()
                    .map(|name| field_error(name, "cannot be changed: the call has been decided".to_owned()))
                    .collect(),
            ),
            RequestError::NotANumber(fault) => {
                Problem::unfit_field("/number", format!("is not a telephone number: it {fault}"))
            }
            RequestError::IdempotencyKeyReused => Problem::new(Kind::KeyReused)
                .detail("The header `Idempotency-Key` names a request with another path or body.")
                .fix("Send a new key with each request, and the old one only to repeat the same request."),
            RequestError::UnknownCall => Problem::new(Kind::UnknownCall)
                .fix("Name it by its `call_id` or by the original call id; of one that has not arrived, announce it."),
            RequestError::CallHasArrived(call) => Problem::new(Kind::CallHasArrived)
                .call(call)
                .fix(format!("Use `PATCH {}/calls/{call}` to add context.", super::ROOT)),
            RequestError::TooManyPending => Problem::new(Kind::TooManyAnnounced)
                .fix("Announce calls shortly before they come, or raise `max_announcements` under [http].")
                .retry_after(10),
            error @ (RequestError::Store(_) | RequestError::UnexpectedResult(_)) => {
                tracing::error!(reason = error.to_string(), "cannot process an API request");
                Problem::new(Kind::Unavailable).retry_after(5)
            }
        }
    }
}
