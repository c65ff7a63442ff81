-- Recorded comments: one row per call and question that asked for one. The audio itself is a WAV file.

CREATE TABLE recording (
    -- The call.
    call_uid TEXT NOT NULL REFERENCES call (call_uid) ON DELETE CASCADE,
    -- The question's id within its survey.
    question_id TEXT NOT NULL,
    -- Name of the survey that was asked.
    survey TEXT NOT NULL,
    -- Version of its definition.
    survey_version TEXT NOT NULL,
    -- The file, below the directory of recordings of the call's node.
    path TEXT NOT NULL,
    -- When the file was made; the caller heard the notice and the tone after that.
    begun_at TEXT NOT NULL,
    -- When the recording ended; NULL while it is in progress.
    ended_at TEXT,
    -- `recording`, then `kept`, `nothing` (opted out, or left before the tone), `lost` (the disk), and at last `expired`
    -- (removed when its time was over).
    state TEXT NOT NULL CHECK (state IN ('recording', 'kept', 'nothing', 'lost', 'expired')),
    -- Why it ended: `key`, `silence`, `limit`, `time_cap`, `caller_hung_up`, `opted_out`, `disk`, `technical` or
    -- `restart`; NULL while it is in progress.
    ended_by TEXT,
    -- Milliseconds of sound, trailing silence cut off; NULL unless a file was kept.
    duration_ms INTEGER CHECK (duration_ms >= 0),
    -- Milliseconds of it that are louder than silence; NULL unless a file was kept.
    speech_ms INTEGER CHECK (speech_ms >= 0),
    -- Bytes of the file; NULL unless a file was kept.
    size_bytes INTEGER CHECK (size_bytes >= 0),
    -- SHA-256 of the file, 64 hexadecimal digits; NULL unless a file was kept.
    sha256 TEXT,
    -- Why the recording is no comment: `no_speech` or `too_short`; NULL for a comment.
    empty_reason TEXT CHECK (empty_reason IN ('no_speech', 'too_short')),
    -- When the file was removed because its time was over; NULL before that.
    expired_at TEXT,
    PRIMARY KEY (call_uid, question_id),
    -- A recording in progress has no end, every other has one.
    CHECK ((state = 'recording') = (ended_at IS NULL)),
    -- A file that was kept is known by its sum.
    CHECK (state <> 'kept' OR (sha256 IS NOT NULL AND duration_ms IS NOT NULL AND size_bytes IS NOT NULL))
);

-- The next start looks for recordings in progress.
CREATE INDEX recording_open ON recording (state) WHERE state = 'recording';

-- Retention looks for the oldest files.
CREATE INDEX recording_begun_at ON recording (begun_at) WHERE state IN ('kept', 'lost');

-- One row per recording that ended, for those who listen to comments.
CREATE VIEW v_comment AS
SELECT
    r.call_uid,                                     -- the call
    substr(c.arrived_at, 1, 10) AS day,             -- UTC day of the call's arrival
    c.queue,                                        -- queue or service line
    c.team,                                         -- the agent's team
    c.agent,                                        -- the agent's id
    c.original_call_id,                             -- id of the finished call at the PBX
    r.survey,                                       -- survey asked
    r.survey_version,                               -- version of its definition
    r.question_id,                                  -- the question's id
    q.text AS question,                             -- the question in words
    r.state,                                        -- kept, nothing, lost or expired
    CASE WHEN r.sha256 IS NOT NULL AND r.empty_reason IS NULL THEN 1 ELSE 0 END AS is_comment, -- 1: something was said
    r.empty_reason,                                 -- why it is no comment: no_speech or too_short
    r.ended_by,                                     -- why it ended
    r.duration_ms,                                  -- milliseconds of sound
    r.speech_ms,                                    -- milliseconds of speech in it
    r.size_bytes,                                   -- bytes of the file
    r.sha256,                                       -- SHA-256 of the file
    r.path,                                         -- the file, below the directory of recordings
    r.begun_at,                                     -- when the file was made
    r.ended_at                                      -- when the recording ended
FROM recording r
JOIN call c ON c.call_uid = r.call_uid
LEFT JOIN question q ON q.survey = r.survey AND q.version = r.survey_version AND q.question_id = r.question_id
WHERE r.state <> 'recording';
