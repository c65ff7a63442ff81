-- Who has listened to which comment.

CREATE TABLE comment_listened (
    -- The call.
    call_uid TEXT NOT NULL,
    -- The question's id within its survey.
    question_id TEXT NOT NULL,
    -- Who listened: the name of a user, or of a key of the API.
    listener TEXT NOT NULL,
    -- When the comment was marked first, UTC.
    listened_at TEXT NOT NULL,
    PRIMARY KEY (call_uid, question_id, listener),
    FOREIGN KEY (call_uid, question_id) REFERENCES recording (call_uid, question_id) ON DELETE CASCADE
) WITHOUT ROWID;
