//! Who does something: a user who has signed in, or whoever opened a share link.

use std::sync::Arc;

use super::{Right, token};
use aftercall_storage::Scope;
use aftercall_storage::accounts::{Role, UserFound, UserName};

/// How somebody was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// By the cookie of this session.
    Session(u64),
    /// By the header of a reverse proxy.
    Proxy,
    /// By a share link, which permits less than its maker may.
    Link {
        id: u64,
        hears_comments: bool,
        sees_callers: bool,
    },
}

/// Somebody known, and what they may do. Made by [`Accounts`](super::Accounts) alone.
#[derive(Debug, Clone)]
pub struct Principal {
    user: Arc<UserFound>,
    by: By,
    form_token: String,
}

impl Principal {
    pub(super) fn of_session(user: UserFound, session: u64, form_token: String) -> Self {
        Self {
            user: Arc::new(user),
            by: By::Session(session),
            form_token,
        }
    }

    pub(super) fn of_proxy(user: UserFound, form_token: String) -> Self {
        Self {
            user: Arc::new(user),
            by: By::Proxy,
            form_token,
        }
    }

    pub(super) fn of_link(maker: UserFound, id: u64, hears_comments: bool, sees_callers: bool) -> Self {
        Self {
            user: Arc::new(maker),
            by: By::Link {
                id,
                hears_comments,
                sees_callers,
            },
            // A link changes nothing, so no form of it is accepted.
            form_token: String::new(),
        }
    }

    /// Whether they have a right.
    pub fn may(&self, right: Right) -> bool {
        right.is_of(self.user.role) && self.by.permits(right) && !self.must_change_password()
    }

    /// Whose calls they may see, whatever they ask for.
    pub fn scope(&self) -> Scope {
        match self.user.role {
            Role::Admin | Role::Supervisor | Role::Analyst | Role::Listener => Scope::Everything,
            Role::TeamLeader => Scope::Teams(self.user.teams.clone()),
            // Without an agent nothing: an empty name is in no scope.
            Role::Agent => Scope::Agent(self.user.agent.clone().unwrap_or_default()),
        }
    }

    /// Whether nothing but another password is of use to them.
    pub fn must_change_password(&self) -> bool {
        self.user.must_change_password && matches!(self.by, By::Session(_))
    }

    /// Whether they have signed in, so that they have an account to look at.
    pub const fn has_account(&self) -> bool {
        matches!(self.by, By::Session(_) | By::Proxy)
    }

    /// Their session.
    pub const fn session(&self) -> Option<u64> {
        match self.by {
            By::Session(id) => Some(id),
            By::Proxy | By::Link { .. } => None,
        }
    }

    /// Number of the user.
    pub fn user_id(&self) -> u64 {
        self.user.id
    }

    /// The name of the user.
    pub fn name(&self) -> &UserName {
        &self.user.name
    }

    /// The name that is shown.
    pub fn display_name(&self) -> &str {
        &self.user.display_name
    }

    /// What the user is.
    pub fn role(&self) -> Role {
        self.user.role
    }

    /// The teams whose calls they see, or the agent that they are; none: all calls.
    pub fn calls_of(&self) -> Vec<String> {
        self.user.teams.iter().chain(&self.user.agent).cloned().collect()
    }

    /// Whether a user, as the database has them now, is the one who was recognised, and what they may do and see is the same.
    pub(super) fn has_standing_of(&self, user: &UserFound) -> bool {
        let known = &self.user;
        known.id == user.id
            && known.role == user.role
            && known.teams == user.teams
            && known.agent == user.agent
            && known.must_change_password == user.must_change_password
    }

    pub(super) fn user(&self) -> &UserFound {
        &self.user
    }

    /// Who they are in the audit log.
    pub(super) fn in_audit(&self) -> String {
        match self.by {
            By::Session(_) | By::Proxy => self.user.name.to_string(),
            By::Link { id, .. } => format!("link {id}"),
        }
    }

    /// What has to come back with a form.
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    /// Whether a form came from a page that was made for them.
    pub fn owns_form(&self, sent: &str) -> bool {
        token::is_same(&self.form_token, sent)
    }
}

impl By {
    const fn permits(self, right: Right) -> bool {
        match self {
            Self::Session(_) | Self::Proxy => true,
            Self::Link {
                hears_comments,
                sees_callers,
                ..
            } => match right {
                Right::SeeFigures | Right::SeeCalls | Right::SeeSampling | Right::SeeSurveys => true,
                Right::HearComments => hears_comments,
                Right::SeeCallers => sees_callers,
                Right::Export | Right::Share | Right::SeeSystem | Right::SeeAudit | Right::ManageUsers => {
                    false
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::DateTime;

    use super::Principal;
    use crate::accounts::Right;
    use aftercall_storage::Scope;
    use aftercall_storage::accounts::{Role, UserFound};

    fn user(role: Role) -> UserFound {
        UserFound {
            id: 1,
            name: "anna".parse().unwrap(),
            display_name: "Anna".to_owned(),
            role,
            teams: BTreeSet::new(),
            agent: None,
            password_hash: None,
            must_change_password: false,
            is_disabled: false,
            created_at: DateTime::UNIX_EPOCH,
            last_sign_in_at: None,
        }
    }

    #[test]
    fn link_permits_no_more_than_was_ticked_and_than_its_maker_may() {
        let link = |role, comments, callers| Principal::of_link(user(role), 7, comments, callers);
        let plain = link(Role::Admin, false, false);
        for right in Right::ALL {
            let expected = [
                Right::SeeFigures,
                Right::SeeCalls,
                Right::SeeSampling,
                Right::SeeSurveys,
            ];
            assert_eq!(plain.may(right), expected.contains(&right), "{right:?}");
        }
        let ticked = link(Role::Supervisor, true, true);
        assert!(ticked.may(Right::HearComments) && ticked.may(Right::SeeCallers));
        let of_analyst = link(Role::Analyst, true, true);
        assert!(!of_analyst.may(Right::HearComments) && !of_analyst.may(Right::SeeCallers));
        assert!(!plain.owns_form(""), "a link changes nothing");
        assert_eq!(plain.in_audit(), "link 7");
    }

    #[test]
    fn user_whose_password_was_given_by_another_may_do_nothing_before_changing_it() {
        let mut user = user(Role::Admin);
        user.must_change_password = true;
        let signed_in = Principal::of_session(user, 1, "token".to_owned());
        assert!(Right::ALL.iter().all(|right| !signed_in.may(*right)));
        assert!(signed_in.has_account() && signed_in.owns_form("token"));
    }

    #[test]
    fn team_leader_without_a_team_and_agent_without_a_name_see_nothing() {
        let of = |role| Principal::of_session(user(role), 1, String::new()).scope();
        assert_eq!(of(Role::TeamLeader), Scope::Teams(BTreeSet::new()));
        assert_eq!(of(Role::Agent), Scope::Agent(String::new()));
        assert_eq!(of(Role::Analyst), Scope::Everything);
    }
}
