-- Who may see what on the pages: users, their sessions, what they saw and heard, what they share and keep.

CREATE TABLE user_account (
    -- Number of the user.
    user_id INTEGER NOT NULL PRIMARY KEY,
    -- The name to sign in with: small letters, digits, `.`, `-`, `_`, `@`.
    name TEXT NOT NULL UNIQUE,
    -- The name that is shown.
    display_name TEXT NOT NULL,
    -- What the user may do.
    role TEXT NOT NULL CHECK (role IN ('admin', 'supervisor', 'team_leader', 'agent', 'analyst', 'listener')),
    -- The agent that an `agent` is, as calls name it; NULL for other roles.
    agent TEXT,
    -- The password as a PHC string of argon2id; NULL: no password signs in, a reverse proxy does.
    password_hash TEXT,
    -- 1 when the password was given by somebody else and has to be changed before anything else; else 0.
    must_change_password INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
    -- 1 when the user may not sign in; else 0.
    is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1)),
    -- When the user was added.
    created_at TEXT NOT NULL,
    -- When the user signed in last; NULL: never.
    last_sign_in_at TEXT,
    CHECK ((role = 'agent') = (agent IS NOT NULL))
);

CREATE TABLE user_team (
    -- The user, a team leader.
    user_id INTEGER NOT NULL REFERENCES user_account (user_id) ON DELETE CASCADE,
    -- A team whose calls the user sees, as calls name it.
    team TEXT NOT NULL CHECK (team <> ''),
    PRIMARY KEY (user_id, team)
) WITHOUT ROWID;

CREATE TABLE user_session (
    -- Number of the session.
    session_id INTEGER NOT NULL PRIMARY KEY,
    -- SHA-256 of the token in the cookie, 64 hexadecimal digits. The token itself is stored nowhere.
    token_hash TEXT NOT NULL UNIQUE,
    -- Who is signed in.
    user_id INTEGER NOT NULL REFERENCES user_account (user_id) ON DELETE CASCADE,
    -- The browser, as it calls itself, shortened.
    user_agent TEXT NOT NULL,
    -- When it began.
    created_at TEXT NOT NULL,
    -- When it was used last, to the minute.
    last_used_at TEXT NOT NULL,
    -- When it ends however much it is used.
    expires_at TEXT NOT NULL
);

CREATE INDEX user_session_user_id ON user_session (user_id);
CREATE INDEX user_session_expires_at ON user_session (expires_at);

CREATE TABLE audit_event (
    -- Number of the event, in the order of time.
    event_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    -- When.
    occurred_at TEXT NOT NULL,
    -- The name of the user at that time, `link 17` for whoever opened a share link, or the name that nobody could sign in with.
    user_name TEXT NOT NULL,
    -- What was done: `sign_in`, `sign_in_refused`, `sign_out`, `password_changed`, `user_added`, `user_changed`, `call_seen`, `caller_seen`,
    -- `comment_heard`, `exported`, `link_made`, `link_revoked`, `link_opened`.
    action TEXT NOT NULL,
    -- The call whose data it were; NULL: no single one.
    call_uid TEXT,
    -- What it was exactly: the question of a comment, the address of an export, the user that was changed; empty: nothing more to say.
    subject TEXT NOT NULL,
    -- The network address that it was done from; empty: the command line.
    address TEXT NOT NULL
);

CREATE INDEX audit_event_call_uid ON audit_event (call_uid) WHERE call_uid IS NOT NULL;
CREATE INDEX audit_event_user_name ON audit_event (user_name, event_id);
CREATE INDEX audit_event_occurred_at ON audit_event (occurred_at);

CREATE TRIGGER audit_event_is_never_changed BEFORE UPDATE ON audit_event
BEGIN
    SELECT RAISE(ABORT, 'events of the audit log are not changed');
END;

CREATE TABLE share_link (
    -- Number of the link.
    link_id INTEGER NOT NULL PRIMARY KEY,
    -- SHA-256 of the token in the link, 64 hexadecimal digits.
    token_hash TEXT NOT NULL UNIQUE,
    -- Who made it; what is seen by it is never more than this user may see.
    user_id INTEGER NOT NULL REFERENCES user_account (user_id) ON DELETE CASCADE,
    -- Path and query of the page.
    address TEXT NOT NULL,
    -- 1 when comments may be heard by it; else 0.
    shows_comments INTEGER NOT NULL CHECK (shows_comments IN (0, 1)),
    -- 1 when callers' numbers are shown by it; else 0.
    shows_callers INTEGER NOT NULL CHECK (shows_callers IN (0, 1)),
    -- When it was made.
    created_at TEXT NOT NULL,
    -- When it ends.
    expires_at TEXT NOT NULL,
    -- When it was taken back; NULL: it was not.
    revoked_at TEXT,
    -- When it was opened last; NULL: never.
    last_opened_at TEXT
);

CREATE INDEX share_link_user_id ON share_link (user_id);

CREATE TABLE saved_view (
    -- Number of the view.
    view_id INTEGER NOT NULL PRIMARY KEY,
    -- Whose it is.
    user_id INTEGER NOT NULL REFERENCES user_account (user_id) ON DELETE CASCADE,
    -- What the user calls it.
    name TEXT NOT NULL,
    -- Path and query of the page.
    address TEXT NOT NULL,
    -- When it was saved.
    created_at TEXT NOT NULL,
    UNIQUE (user_id, name)
);
