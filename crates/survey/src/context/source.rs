//! Where each value of a call's context stood.

/// Where one value of the context came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextSource {
    /// The field or attribute.
    pub name: String,
    /// Where it stood, such as `X-Queue` or `User-to-User:agent`.
    pub source: String,
    /// Its value, where the call has no column for it; never the number of a person.
    pub value: Option<String>,
    /// What became of it when it was not simply taken.
    pub note: Option<SourceNote>,
    /// What stood there where it is no value; never where it may hold a number.
    pub text: Option<String>,
}

/// What became of a value that was not simply taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceNote {
    /// It looked like the number of a person, and its keyed hash is stored instead.
    Hashed,
    /// Nothing of this name exists here, and it had no effect.
    Unknown,
    /// What stood there says nothing: a variable that was not set, a template that was not filled in.
    Unset,
    /// What stood there is none of the values that the field has.
    Unclear,
    /// What stood there is no number of a caller.
    Nobody,
}

impl SourceNote {
    const ALL: [Self; 5] = [
        Self::Hashed,
        Self::Unknown,
        Self::Unset,
        Self::Unclear,
        Self::Nobody,
    ];

    /// The note of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|note| note.as_str() == word)
    }

    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hashed => "hashed",
            Self::Unknown => "unknown",
            Self::Unset => "unset",
            Self::Unclear => "unclear",
            Self::Nobody => "nobody",
        }
    }
}
