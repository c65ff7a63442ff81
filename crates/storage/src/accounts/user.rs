//! Users.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::words::words;

words! {
    /// What a user is to the contact centre; what each may do is a table of the application.
    Role {
        /// Everything, and who may sign in.
        Admin = "admin",
        /// All calls.
        Supervisor = "supervisor",
        /// The calls of own teams.
        TeamLeader = "team_leader",
        /// Own calls, without data of callers.
        Agent = "agent",
        /// Figures and calls, without numbers of callers and without sound.
        Analyst = "analyst",
        /// Comments.
        Listener = "listener",
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::from_str_opt(word).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|role| role.as_str()).collect();
            format!("not a role; choose from {}", known.join(", "))
        })
    }
}

/// The name that a user signs in with: 1 to 64 small letters, digits, `.`, `-`, `_` and `@`, so that an address of a directory fits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

/// Longest name.
const LONGEST_NAME: usize = 64;

impl UserName {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UserName {
    type Err = &'static str;

    /// Capitals become small letters: people write their name either way.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_sound = (1..=LONGEST_NAME).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_@".contains(&byte));
        match is_sound {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => {
                Err("not the name of a user: 1 to 64 letters, digits, `.`, `-`, `_`, `@`, such as \"anna\"")
            }
        }
    }
}

/// A user who is to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name to sign in with.
    pub name: UserName,
    /// The name that is shown.
    pub display_name: String,
    /// What the user may do.
    pub role: Role,
    /// The teams of a team leader.
    pub teams: BTreeSet<String>,
    /// The agent that an agent is.
    pub agent: Option<String>,
    /// The PHC string of the password; `None`: a reverse proxy signs the user in.
    pub password_hash: Option<String>,
    /// Whether the password has to be changed before anything else.
    pub must_change_password: bool,
    /// Now.
    pub created_at: DateTime<Utc>,
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewUser({}, {})", self.name, self.role)
    }
}

/// A user as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct UserFound {
    /// Number of the user.
    pub id: u64,
    /// The name to sign in with.
    pub name: UserName,
    /// The name that is shown.
    pub display_name: String,
    /// What the user may do.
    pub role: Role,
    /// The teams of a team leader.
    pub teams: BTreeSet<String>,
    /// The agent that an agent is.
    pub agent: Option<String>,
    /// The PHC string of the password.
    pub password_hash: Option<String>,
    /// Whether the password has to be changed before anything else.
    pub must_change_password: bool,
    /// Whether the user may not sign in.
    pub is_disabled: bool,
    /// When the user was added.
    pub created_at: DateTime<Utc>,
    /// When the user signed in last.
    pub last_sign_in_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for UserFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserFound({}, {}, {})", self.id, self.name, self.role)
    }
}

/// What is changed of a user.
#[derive(Clone, PartialEq, Eq)]
pub enum UserChange {
    /// The password; ends every session but one.
    Password {
        /// The PHC string.
        hash: String,
        /// Whether it was given by somebody else.
        must_change: bool,
        /// The session that goes on: the one in which the user chose the password.
        but: Option<u64>,
        /// Only while this is the PHC string: the one with which the user was recognised; `None`: whatever it is.
        instead_of: Option<String>,
    },
    /// Whether the user may sign in; ends every session where not.
    Disabled(bool),
    /// What the user may do, and whose calls the user sees.
    Role {
        /// The role.
        role: Role,
        /// The teams of a team leader.
        teams: BTreeSet<String>,
        /// The agent that an agent is.
        agent: Option<String>,
    },
}

impl fmt::Debug for UserChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { .. } => f.write_str("Password"),
            Self::Disabled(is_disabled) => write!(f, "Disabled({is_disabled})"),
            Self::Role { role, .. } => write!(f, "Role({role})"),
        }
    }
}

/// Whether a change was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserChangeResult {
    /// It was.
    Done,
    /// There is no such user, or the password is no longer the one that was to be changed.
    Unknown,
    /// No admin would be left who may sign in; nothing was changed.
    LastAdmin,
}

#[cfg(test)]
mod tests {
    use super::{Role, UserName};

    #[test]
    fn name_is_what_a_directory_may_have_in_small_letters() {
        for (text, name) in [
            ("anna", Some("anna")),
            ("Anna.K-2_x", Some("anna.k-2_x")),
            ("anna@example.com", Some("anna@example.com")),
            ("", None),
            ("-anna", None),
            ("anna k", None),
            ("änna", None),
            ("a\nb", None),
        ] {
            let read = text.parse::<UserName>().ok();
            assert_eq!(read.as_ref().map(UserName::as_str), name, "{text}");
        }
        assert!("a".repeat(65).parse::<UserName>().is_err());
    }

    #[test]
    fn word_that_is_no_role_is_answered_with_those_there_are() {
        let error = "boss".parse::<Role>().unwrap_err();
        assert!(
            error.contains("team_leader") && error.contains("listener"),
            "{error}"
        );
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(*role));
        }
    }
}
