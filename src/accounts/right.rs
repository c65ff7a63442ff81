//! What each role may do, in one table.

use aftercall_storage::accounts::Role;

/// Something that not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See scores, rates and counts.
    SeeFigures,
    /// See single calls and their answers.
    SeeCalls,
    /// See the numbers of callers.
    SeeCallers,
    /// See which comments there are, and listen to them.
    HearComments,
    /// Take rows and reports away as files.
    Export,
    /// Give links to others who cannot sign in.
    Share,
    /// See who is asked and why.
    SeeSampling,
    /// See surveys and listen to their prompts.
    SeeSurveys,
    /// See how the service is doing.
    SeeSystem,
    /// See who saw and heard what.
    SeeAudit,
    /// Add, change and disable users.
    ManageUsers,
}

impl Right {
    /// Every right.
    pub const ALL: [Self; 11] = [
        Self::SeeFigures,
        Self::SeeCalls,
        Self::SeeCallers,
        Self::HearComments,
        Self::Export,
        Self::Share,
        Self::SeeSampling,
        Self::SeeSurveys,
        Self::SeeSystem,
        Self::SeeAudit,
        Self::ManageUsers,
    ];

    /// Its word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SeeFigures => "see_figures",
            Self::SeeCalls => "see_calls",
            Self::SeeCallers => "see_callers",
            Self::HearComments => "hear_comments",
            Self::Export => "export",
            Self::Share => "share",
            Self::SeeSampling => "see_sampling",
            Self::SeeSurveys => "see_surveys",
            Self::SeeSystem => "see_system",
            Self::SeeAudit => "see_audit",
            Self::ManageUsers => "manage_users",
        }
    }

    /// Whether a role has it. Whose calls it is about is a matter of the [scope](super::Principal::scope).
    pub fn is_of(self, role: Role) -> bool {
        of(role).contains(&self)
    }
}

/// The rights of a role.
const fn of(role: Role) -> &'static [Right] {
    use Right::{
        Export, HearComments, SeeCallers, SeeCalls, SeeFigures, SeeSampling, SeeSurveys, SeeSystem, Share,
    };
    match role {
        Role::Admin => &Right::ALL,
        Role::Supervisor => &[
            SeeFigures,
            SeeCalls,
            SeeCallers,
            HearComments,
            Export,
            Share,
            SeeSampling,
            SeeSurveys,
            SeeSystem,
        ],
        Role::TeamLeader => &[
            SeeFigures,
            SeeCalls,
            SeeCallers,
            HearComments,
            Export,
            Share,
            SeeSurveys,
        ],
        // A comment is a recording of the caller.
        Role::Agent => &[SeeFigures, SeeCalls],
        Role::Analyst => &[SeeFigures, SeeCalls, Export, Share, SeeSampling, SeeSurveys],
        Role::Listener => &[HearComments],
    }
}

#[cfg(test)]
mod tests {
    use aftercall_storage::accounts::Role;

    use super::{Right, of};

    #[test]
    fn nobody_but_the_admin_manages_users_and_sees_the_audit_log() {
        for role in Role::ALL {
            for right in [Right::ManageUsers, Right::SeeAudit] {
                assert_eq!(right.is_of(*role), *role == Role::Admin, "{role} {right:?}");
            }
        }
    }

    #[test]
    fn agents_and_analysts_learn_no_number_and_hear_no_caller() {
        for role in [Role::Agent, Role::Analyst] {
            assert!(
                !Right::SeeCallers.is_of(role) && !Right::HearComments.is_of(role),
                "{role}"
            );
        }
        assert_eq!(of(Role::Listener), [Right::HearComments]);
    }

    #[test]
    fn the_table_of_the_documents_is_this_one() {
        let document = include_str!("../../docs/users.md");
        for right in Right::ALL {
            let row = document
                .lines()
                .find(|line| line.starts_with(&format!("| `{}` |", right.as_str())));
            let row = row.unwrap_or_else(|| panic!("docs/users.md has no row `{}`", right.as_str()));
            let cells: Vec<&str> = row.split('|').map(str::trim).skip(3).collect();
            for (role, cell) in Role::ALL.iter().zip(cells) {
                assert_eq!(cell == "yes", right.is_of(*role), "{role} {row}");
            }
        }
    }
}
