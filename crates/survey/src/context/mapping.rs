//! Which header holds which field: the defaults of the product, presets before them, the operator's own instead of both.

use std::collections::BTreeMap;

use super::field::{Field, Name};
use super::number::NumberingPlan;
use super::preset::Preset;
use super::unset::UnsetWords;

/// Headers that hold the data of `User-to-User`: the standard one, and that of AudioCodes.
const USER_TO_USER: [&str; 2] = ["User-to-User", "X-User-to-User"];

/// Headers whose whole value is a call id.
const CALL_IDS: [&str; 2] = ["Cisco-GUID", "X-Genesys-CallUUID"];

/// Everything that decides how a call is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Header names by field, in the order in which they are asked.
    pub headers: BTreeMap<Field, Vec<String>>,
    /// Header names by the operator's own attribute.
    pub attributes: BTreeMap<String, Vec<String>>,
    /// Headers that hold user-to-user data.
    pub user_to_user: Vec<String>,
    /// What user-to-user data that are no list are: `original_call_id`, `token`, or nothing.
    pub plain_user_to_user: Option<Field>,
    /// Headers whose value is a call id, asked after user-to-user data.
    pub call_ids: Vec<String>,
    /// URI parameters that hold a token.
    pub token_parameters: Vec<String>,
    /// What stands between number and token in the user of the Request-URI; empty: nothing does.
    pub token_separator: String,
    /// The organisation's own numbers, `*` at the end for any rest: no personal data.
    pub own_numbers: Vec<String>,
    /// How numbers are brought to one notation.
    pub numbers: NumberingPlan,
    /// Which texts say nothing.
    pub unset: UnsetWords,
}

impl Mapping {
    /// The defaults, with the names of these presets before them.
    pub fn of(presets: &[Preset]) -> Self {
        let headers = Field::ALL
            .into_iter()
            .map(|field| (field, of_presets(presets, field)))
            .collect();
        let call_ids = presets.iter().flat_map(|preset| preset.content().call_ids);
        Self {
            headers,
            attributes: BTreeMap::new(),
            user_to_user: owned(&USER_TO_USER),
            plain_user_to_user: presets
                .iter()
                .find_map(|preset| preset.content().plain_user_to_user)
                .or(Some(Field::Token)),
            call_ids: call_ids.chain(&CALL_IDS).map(|name| (*name).to_owned()).collect(),
            token_parameters: vec!["token".to_owned()],
            token_separator: "--".to_owned(),
            own_numbers: Vec::new(),
            numbers: NumberingPlan::default(),
            unset: UnsetWords::default(),
        }
    }

    /// Every name with its headers: fields first, in their order.
    pub fn names(&self) -> impl Iterator<Item = (Name, &[String])> {
        let fields = self
            .headers
            .iter()
            .map(|(field, headers)| (Name::Field(*field), headers.as_slice()));
        let attributes = self
            .attributes
            .iter()
            .map(|(name, headers)| (Name::Attribute(name.clone()), headers.as_slice()));
        fields.chain(attributes)
    }

    /// The keys of a list that mean this name: the usual ones, then its headers without their `X-`.
    pub fn keys(&self, name: &Name) -> Vec<String> {
        let (usual, headers): (Vec<String>, Option<&Vec<String>>) = match name {
            Name::Field(field) => (owned(field.description().keys), self.headers.get(field)),
            Name::Attribute(attribute) => (vec![attribute.clone()], self.attributes.get(attribute)),
        };
        let of_headers = headers.into_iter().flatten().map(|header| plain_key(header));
        usual.into_iter().chain(of_headers).collect()
    }

    /// Whether a number is one of the organisation's own, in whatever notation.
    pub fn is_own(&self, number: &str) -> bool {
        self.own_numbers
            .iter()
            .any(|pattern| self.numbers.fits(pattern, number))
    }
}

impl Default for Mapping {
    fn default() -> Self {
        Self::of(&[])
    }
}

/// The key of a `key=value` list as it is looked up: `X-Agent-Id`, `agent id` and `AGENT_ID` are one.
pub fn plain_key(key: &str) -> String {
    let key = key.trim().to_ascii_lowercase().replace(['-', ' ', '.'], "_");
    key.strip_prefix("x_").map(str::to_owned).unwrap_or(key)
}

fn of_presets(presets: &[Preset], field: Field) -> Vec<String> {
    let named = presets.iter().flat_map(|preset| preset.content().headers);
    let of_field = named
        .filter(|(known, _)| *known == field)
        .flat_map(|(_, names)| *names);
    let mut names: Vec<String> = Vec::new();
    for name in of_field.chain(field.description().headers) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push((*name).to_owned());
        }
    }
    names
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Field, Mapping, Preset};

    #[test]
    fn names_of_a_preset_go_before_the_defaults_and_none_comes_twice() {
        let plain = Mapping::default();
        let five9 = Mapping::of(&[Preset::Five9]);
        let [own, default] = [&five9, &plain].map(|mapping| &mapping.headers[&Field::OriginalCallId]);
        assert!(own.ends_with(default) && own.len() > default.len(), "{own:?}");
        let twice = Mapping::of(&[Preset::Cisco, Preset::Cisco]);
        assert_eq!(twice.headers, Mapping::of(&[Preset::Cisco]).headers);
    }
}
