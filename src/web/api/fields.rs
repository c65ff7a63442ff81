//! The fields of the context as members of the JSON objects of the API: read, written and described by the table of fields.
//!
//! serde and utoipa derive what an object has beside them. A field is read in the JSON type of its kind, and is a text from
//! there on, in which all sources of a field have it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::de::{DeserializeSeed, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::schema::{AdditionalProperties, KnownFormat, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{Object, ObjectBuilder, OpenApi, RefOr, Schema};

use aftercall_survey::context::text::LONGEST_VALUE;
use aftercall_survey::context::{ContextValues, Field, FieldKind, LONGEST_SECONDS};

/// A member of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    /// A field of the context.
    Field(Field),
    /// What the object has beside them.
    Own(&'static str),
}

impl Member {
    const fn name(self) -> &'static str {
        match self {
            Self::Field(field) => field.description().json,
            Self::Own(name) => name,
        }
    }
}

/// The members that an object of a request can have; any other is refused by its name.
#[derive(Debug)]
pub(super) struct Members {
    members: Vec<Member>,
    /// In the same order.
    names: Vec<&'static str>,
}

/// Those of the object `context`.
pub(super) static OF_CONTEXT: LazyLock<Members> =
    LazyLock::new(|| Members::new(&[], Field::in_context(), &["attributes"]));

/// Those of a call that is reported as eligible.
pub(super) static OF_ELIGIBLE: LazyLock<Members> =
    LazyLock::new(|| Members::new(&["original_call_id", "ended_at"], Field::reported(), &[]));

impl Members {
    /// The fields with what the object has before and behind them: the order in which names are listed to who sent another.
    fn new(before: &[&'static str], fields: impl Iterator<Item = Field>, behind: &[&'static str]) -> Self {
        let own = |name: &&'static str| Member::Own(name);
        let before = before.iter().map(own);
        let members: Vec<Member> = before
            .chain(fields.map(Member::Field))
            .chain(behind.iter().map(own))
            .collect();
        let names = members.iter().map(|member| member.name()).collect();
        Self { members, names }
    }

    /// Their names, in order.
    pub(super) fn names(&'static self) -> &'static [&'static str] {
        &self.names
    }
}

impl<'de> DeserializeSeed<'de> for &'static Members {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for &'static Members {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("field identifier")
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<Member, E> {
        let found = self.members.iter().find(|member| member.name() == name);
        found.copied().ok_or_else(|| E::unknown_field(name, &self.names))
    }
}

/// Reads the value of a member that is a field, as a text.
///
/// # Errors
/// It is of another JSON type than those of the field's kind.
pub(super) fn read<'de, A: MapAccess<'de>>(field: Field, object: &mut A) -> Result<Option<String>, A::Error> {
    Ok(match field.kind() {
        FieldKind::Text | FieldKind::Languages | FieldKind::Party | FieldKind::Token | FieldKind::Number => {
            object.next_value()?
        }
        FieldKind::Consent => {
            let agreed: Option<bool> = object.next_value()?;
            agreed.map(|agreed| if agreed { "yes" } else { "no" }.to_owned())
        }
        FieldKind::Seconds => {
            let WholeSeconds(seconds) = object.next_value()?;
            seconds.map(|seconds| seconds.to_string())
        }
    })
}

/// Whole seconds, also where a script's language writes each number as `95.0`.
struct WholeSeconds(Option<u32>);

impl<'de> Deserialize<'de> for WholeSeconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else {
            return Ok(Self(None));
        };
        let whole = number.as_u64().or_else(|| {
            let text = number.to_string();
            text.strip_suffix(".0").and_then(|whole| whole.parse().ok())
        });
        whole
            .and_then(|whole| u32::try_from(whole).ok())
            .map(|whole| Self(Some(whole)))
            .ok_or_else(|| D::Error::custom("is not a whole number of seconds"))
    }
}

/// The fields that are returned with the state of a call; those that are not known are left out.
#[derive(Debug, Default)]
pub(super) struct Returned(ContextValues);

impl From<ContextValues> for Returned {
    fn from(values: ContextValues) -> Self {
        Self(values)
    }
}

/// What an announcement told.
impl From<&BTreeMap<String, String>> for Returned {
    fn from(told: &BTreeMap<String, String>) -> Self {
        let told = Field::returned().filter_map(|field| Some((field, told.get(field.as_str())?.as_str())));
        Self(ContextValues::of(told))
    }
}

impl Serialize for Returned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known =
            Field::returned().filter_map(|field| Some((field.description().json, self.0.text(field)?)));
        serializer.collect_map(known)
    }
}

/// Fields of [`OF_ELIGIBLE`] that are described with an example.
const ILLUSTRATED: [Field; 2] = [Field::Queue, Field::Agent];

/// Adds the fields to the objects that have them.
pub(super) fn describe(description: &mut OpenApi) {
    let in_context = Field::in_context().map(|field| (field, taken(field, true)));
    add(description, "Context", in_context, true);
    let reported = Field::reported().map(|field| (field, taken(field, ILLUSTRATED.contains(&field))));
    add(description, "EligibleCall", reported, true);
    let returned = Field::returned().map(|field| (field, member(field).build()));
    add(description, "CallAnswer", returned, false);
}

fn add(
    description: &mut OpenApi,
    name: &str,
    fields: impl Iterator<Item = (Field, Object)>,
    is_closed: bool,
) {
    let schemas = description
        .components
        .as_mut()
        .map(|components| &mut components.schemas);
    let Some(RefOr::T(Schema::Object(object))) = schemas.and_then(|schemas| schemas.get_mut(name)) else {
        return;
    };
    for (field, member) in fields {
        let member = RefOr::T(Schema::Object(member));
        object
            .properties
            .insert(field.description().json.to_owned(), member);
    }
    if is_closed {
        object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
    }
}

/// A member of a request, with its limits.
fn taken(field: Field, is_illustrated: bool) -> Object {
    let member = member(field);
    let mut member = match field.kind() {
        FieldKind::Text | FieldKind::Languages | FieldKind::Party | FieldKind::Token | FieldKind::Number => {
            member.max_length(Some(LONGEST_VALUE))
        }
        FieldKind::Consent => member,
        FieldKind::Seconds => member.maximum(Some(LONGEST_SECONDS as f64)).minimum(Some(0.0)),
    }
    .build();
    let example = field.description().example.filter(|_| is_illustrated);
    member.example = example.map(Into::into);
    member
}

fn member(field: Field) -> ObjectBuilder {
    let (kind, format) = match field.kind() {
        FieldKind::Text | FieldKind::Languages | FieldKind::Party | FieldKind::Token | FieldKind::Number => {
            (Type::String, None)
        }
        FieldKind::Consent => (Type::Boolean, None),
        FieldKind::Seconds => (Type::Integer, Some(SchemaFormat::KnownFormat(KnownFormat::Int32))),
    };
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([kind, Type::Null]))
        .format(format)
        .description(Some(field.description().meaning))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{Field, Members, OF_CONTEXT, OF_ELIGIBLE};
    use crate::web::api::description;

    #[test]
    fn every_member_is_described_and_no_other_is() {
        let description: Value = serde_json::from_str(&description()).unwrap();
        let described = |name: &str| -> BTreeSet<String> {
            let members = &description["components"]["schemas"][name]["properties"];
            members.as_object().unwrap().keys().cloned().collect()
        };
        let known = |members: &'static Members| -> BTreeSet<String> {
            members.names().iter().map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(described("Context"), known(&OF_CONTEXT));
        assert_eq!(described("EligibleCall"), known(&OF_ELIGIBLE));
        let answer = described("CallAnswer");
        assert!(Field::returned().all(|field| answer.contains(field.description().json)));
    }
}
