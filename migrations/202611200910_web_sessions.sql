-- Browser sessions: the hash of the cookie's token, never the token. Times are microseconds since 1970, UTC.
CREATE TABLE web_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    -- Whose session it is, such as `account:acc_…`; ended all at once when a password or factor changes.
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle_expires_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE INDEX web_sessions_subject ON web_sessions (subject);
-- For the purge: both ends are looked up.
CREATE INDEX web_sessions_idle_expires_at ON web_sessions (idle_expires_at);
CREATE INDEX web_sessions_expires_at ON web_sessions (expires_at);
