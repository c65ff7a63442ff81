//! The audit log: who saw or heard which personal data, and who changed who may.

use chrono::{DateTime, Utc};

use crate::words::words;
use aftercall_base::CallUid;

words! {
    /// What was done.
    AuditAction {
        /// Somebody signed in.
        SignIn = "sign_in",
        /// Somebody could not sign in.
        SignInRefused = "sign_in_refused",
        /// A user signed out.
        SignOut = "sign_out",
        /// A user chose another password.
        PasswordChanged = "password_changed",
        /// A user was added.
        UserAdded = "user_added",
        /// A user got another password or role, was disabled or enabled.
        UserChanged = "user_changed",
        /// The page of one call was shown.
        CallSeen = "call_seen",
        /// The number of a caller was shown.
        CallerSeen = "caller_seen",
        /// A comment was played.
        CommentHeard = "comment_heard",
        /// Rows of calls were taken away as a file.
        Exported = "exported",
        /// A share link was made.
        LinkMade = "link_made",
        /// A share link was taken back.
        LinkRevoked = "link_revoked",
        /// A share link was opened.
        LinkOpened = "link_opened",
    }
}

/// An event that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who: the name of a user, or what else there is to say.
    pub user_name: String,
    /// What was done.
    pub action: AuditAction,
    /// The call whose data it were.
    pub call: Option<CallUid>,
    /// What it was exactly; empty: nothing more to say.
    pub subject: String,
    /// The network address that it was done from; empty: the command line.
    pub address: String,
}

/// An event as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFound {
    /// Its number, in the order of time.
    pub id: u64,
    /// What happened.
    pub event: AuditEvent,
}

/// Which events are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// Only of this user.
    pub user_name: Option<String>,
    /// Only about this call.
    pub call: Option<CallUid>,
    /// Only those before this one.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}
