//! Adding and changing users: one way for the page of users and for `aftercall user`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;

use super::{Accounts, NewPassword, PasswordFault, PasswordsBusy, Principal};
use aftercall_storage::accounts::{
    AuditAction, AuditEvent, NewUser, Role, UserChange, UserChangeResult, UserFound, UserName,
};
use aftercall_storage::{AccountStore, StoreError};

/// Longest name that is shown, and of a team or an agent; in characters.
const LONGEST_TEXT: usize = 100;
/// Teams of one team leader.
const MOST_TEAMS: usize = 100;

/// A role with what belongs to it: teams to a team leader, an agent to an agent, nothing to the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRequest {
    role: Role,
    teams: BTreeSet<String>,
    agent: Option<String>,
}

impl RoleRequest {
    /// Puts a role together with its teams or its agent. Empty texts count as not given.
    ///
    /// # Errors
    /// Something that belongs to the role is missing, or something is given that belongs to another one.
    pub fn new(
        role: Role,
        teams: impl IntoIterator<Item = String>,
        agent: Option<String>,
    ) -> Result<Self, ManageError> {
        let teams = teams.into_iter().map(|team| team.trim().to_owned());
        let teams: BTreeSet<String> = teams.filter(|team| !team.is_empty()).collect();
        let agent = agent
            .map(|agent| agent.trim().to_owned())
            .filter(|agent| !agent.is_empty());
        let is_long = |text: &String| text.chars().count() > LONGEST_TEXT;
        if teams.len() > MOST_TEAMS || teams.iter().any(is_long) || agent.as_ref().is_some_and(is_long) {
            return Err(ManageError::TooLong);
        }
        match (role, teams.is_empty(), &agent) {
            (Role::TeamLeader, true, _) => return Err(ManageError::NoTeam),
            (Role::Agent, _, None) => return Err(ManageError::NoAgent),
            (Role::TeamLeader, false, None) | (Role::Agent, true, Some(_)) => {}
            (_, true, None) => {}
            (_, _, _) => return Err(ManageError::NotOfRole),
        }
        Ok(Self { role, teams, agent })
    }

    /// Its word and what belongs to it, for the audit log.
    fn in_words(&self) -> String {
        let of: Vec<&str> = self.teams.iter().chain(&self.agent).map(String::as_str).collect();
        match of.as_slice() {
            [] => self.role.to_string(),
            of => format!("{} of {}", self.role, of.join(", ")),
        }
    }
}

/// A user who is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRequest {
    /// The name to sign in with.
    pub name: UserName,
    /// The name that is shown; empty: the name to sign in with.
    pub display_name: String,
    /// What the user may do.
    pub role: RoleRequest,
    /// Whether a reverse proxy signs the user in, so that there is no password.
    pub is_of_proxy: bool,
}

/// A user who was added.
#[derive(Debug, Clone)]
pub struct AddedUser {
    /// Number of the user.
    pub id: u64,
    /// The password, which is shown once; `None`: a reverse proxy signs the user in.
    pub password: Option<NewPassword>,
}

/// Why a user was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum ManageError {
    /// Another user has the name.
    #[error("there is a user of this name already")]
    Taken,
    /// There is no such user.
    #[error("there is no such user")]
    Unknown,
    /// No admin would be left.
    #[error("no admin who may sign in would be left")]
    LastAdmin,
    /// A team leader has teams.
    #[error("a team leader needs a team")]
    NoTeam,
    /// An agent is one.
    #[error("an agent needs the name or number that calls have for the agent")]
    NoAgent,
    /// A team or an agent with a role that has none.
    #[error("only a team leader has teams, and only an agent is an agent")]
    NotOfRole,
    /// A text is too long, or there are too many teams.
    #[error("a name has at most {LONGEST_TEXT} characters, and a team leader at most {MOST_TEAMS} teams")]
    TooLong,
    /// Too many passwords are worked on.
    #[error(transparent)]
    Busy(#[from] PasswordsBusy),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The present password is another one.
    #[error("the present password is wrong")]
    Wrong,
    /// The new one may not be chosen.
    #[error(transparent)]
    Fault(#[from] PasswordFault),
    /// The new one is the present one.
    #[error("the new password is the present one")]
    Same,
    /// Too many failures.
    #[error("too many failures; try again later")]
    Wait,
    /// Too many passwords are worked on.
    #[error(transparent)]
    Busy(#[from] PasswordsBusy),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// All users, by name.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn users(&self) -> Result<Vec<UserFound>, StoreError> {
        self.0.store.users().await
    }

    /// Adds a user with a one-time password. `by` and `from`: who asks, from where; `None`: the command line.
    ///
    /// # Errors
    /// As [`ManageError`] says.
    pub async fn add_user(
        &self,
        request: UserRequest,
        by: Option<(&Principal, IpAddr)>,
    ) -> Result<AddedUser, ManageError> {
        let display_name = match request.display_name.trim() {
            "" => request.name.to_string(),
            text if text.chars().count() > LONGEST_TEXT => return Err(ManageError::TooLong),
            text => text.to_owned(),
        };
        let password = (!request.is_of_proxy).then(|| NewPassword::one_time(&mut self.rng()));
        let user = NewUser {
            name: request.name,
            display_name,
            role: request.role.role,
            teams: request.role.teams.clone(),
            agent: request.role.agent.clone(),
            password_hash: match &password {
                Some(password) => Some(self.hashed(password.clone()).await?),
                None => None,
            },
            must_change_password: password.is_some(),
            created_at: self.now(),
        };
        let id = self.0.store.add_user(&user).await?.ok_or(ManageError::Taken)?;
        let subject = format!("{}: {}", user.name, request.role.in_words());
        self.noted(by, AuditAction::UserAdded, &subject).await?;
        Ok(AddedUser { id, password })
    }

    /// Gives a user a one-time password, and ends the user's sessions.
    ///
    /// # Errors
    /// As [`ManageError`] says.
    pub async fn reset_password(
        &self,
        name: &UserName,
        by: Option<(&Principal, IpAddr)>,
    ) -> Result<NewPassword, ManageError> {
        let password = NewPassword::one_time(&mut self.rng());
        let change = UserChange::Password {
            hash: self.hashed(password.clone()).await?,
            must_change: true,
            but: None,
            instead_of: None,
        };
        self.change(name, &change, by, "new password").await?;
        Ok(password)
    }

    /// Lets a user sign in, or not any more.
    ///
    /// # Errors
    /// As [`ManageError`] says.
    pub async fn set_disabled(
        &self,
        name: &UserName,
        is_disabled: bool,
        by: Option<(&Principal, IpAddr)>,
    ) -> Result<(), ManageError> {
        let what = if is_disabled { "disabled" } else { "enabled" };
        self.change(name, &UserChange::Disabled(is_disabled), by, what)
            .await
    }

    /// Gives a user another role, from the next page on.
    ///
    /// # Errors
    /// As [`ManageError`] says.
    pub async fn set_role(
        &self,
        name: &UserName,
        request: RoleRequest,
        by: Option<(&Principal, IpAddr)>,
    ) -> Result<(), ManageError> {
        let what = request.in_words();
        let change = UserChange::Role {
            role: request.role,
            teams: request.teams,
            agent: request.agent,
        };
        self.change(name, &change, by, &what).await
    }

    /// A user chooses another password; other sessions end.
    ///
    /// # Errors
    /// As [`PasswordError`] says.
    pub async fn change_password(
        &self,
        who: &Principal,
        present: &str,
        new: &str,
        from: IpAddr,
    ) -> Result<(), PasswordError> {
        let chosen = NewPassword::read(new, who.name().as_str())?;
        if present == new {
            return Err(PasswordError::Same);
        }
        let name = who.name().as_str();
        let hash = who.user().password_hash.as_deref();
        let compared = self.compare(name, hash, true, present.to_owned(), from).await?;
        if !compared.map_err(|_| PasswordError::Wait)? {
            return Err(PasswordError::Wrong);
        }
        let change = UserChange::Password {
            hash: self.hashed(chosen).await?,
            must_change: false,
            but: who.session(),
            // An admin may have given another one meanwhile, which is to stay.
            instead_of: who.user().password_hash.clone(),
        };
        match self.0.store.change_user(who.user_id(), &change).await? {
            UserChangeResult::Done => {}
            UserChangeResult::Unknown | UserChangeResult::LastAdmin => return Err(PasswordError::Wrong),
        }
        let event = self.event(who.in_audit(), AuditAction::PasswordChanged, "", Some(from));
        Ok(self.0.store.audit(&[event]).await?)
    }

    async fn change(
        &self,
        name: &UserName,
        change: &UserChange,
        by: Option<(&Principal, IpAddr)>,
        what: &str,
    ) -> Result<(), ManageError> {
        let user = self.0.store.user(name).await?.ok_or(ManageError::Unknown)?;
        match self.0.store.change_user(user.id, change).await? {
            UserChangeResult::Done => {}
            UserChangeResult::Unknown => return Err(ManageError::Unknown),
            UserChangeResult::LastAdmin => return Err(ManageError::LastAdmin),
        }
        self.noted(by, AuditAction::UserChanged, &format!("{name}: {what}"))
            .await
    }

    async fn noted(
        &self,
        by: Option<(&Principal, IpAddr)>,
        action: AuditAction,
        subject: &str,
    ) -> Result<(), ManageError> {
        let (user, from) = match by {
            Some((who, from)) => (who.in_audit(), Some(from)),
            None => ("command line".to_owned(), None),
        };
        let event = self.event(user, action, subject, from);
        Ok(self.0.store.audit(&[event]).await?)
    }

    async fn hashed(&self, password: NewPassword) -> Result<String, PasswordsBusy> {
        let hash = self.0.passwords.hash(password, self.rng()).await?;
        hash.ok_or(PasswordsBusy)
    }
}

/// Adds the user `admin` where there is no user at all. Returns the password, which is shown once; `None` when there are users.
///
/// # Errors
/// The database cannot be read or written.
pub async fn first_admin(
    store: &impl AccountStore,
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> Result<Option<NewPassword>, StoreError> {
    if !store.users().await?.is_empty() {
        return Ok(None);
    }
    let Ok(name) = "admin".parse::<UserName>() else {
        return Ok(None);
    };
    let password = NewPassword::one_time(rng);
    let user = NewUser {
        display_name: name.to_string(),
        name,
        role: Role::Admin,
        teams: BTreeSet::new(),
        agent: None,
        password_hash: password.hash(rng),
        must_change_password: true,
        created_at: now,
    };
    // Of two services that start at once, one is first.
    if !store.add_first_user(&user).await? {
        return Ok(None);
    }
    let event = AuditEvent {
        occurred_at: now,
        user_name: "first start".to_owned(),
        action: AuditAction::UserAdded,
        call: None,
        subject: "admin: admin".to_owned(),
        address: String::new(),
    };
    store.audit(&[event]).await?;
    Ok(Some(password))
}
